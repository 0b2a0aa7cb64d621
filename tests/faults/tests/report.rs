//! What the program says when the promise is broken: enough to see it happen again, and the same every time.

use std::path::Path;
use std::process::Command;

use countersign_faults::plan::Plan;

/// What the program says, which must have failed.
fn told(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_faults")).args(arguments).output().expect("the program starts");
    let said = String::from_utf8(run.stdout).expect("text");
    assert_eq!(run.status.code(), Some(1), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    said
}

/// Its line of JSON.
fn schedule(said: &str) -> &str {
    said.lines().find(|line| line.starts_with('{')).expect("a schedule")
}

/// How many things happen in it.
fn size(plan: &Plan) -> usize {
    let moves: usize = plan.sales.iter().map(|sale| 1 + sale.moves.len()).sum();
    moves + plan.network.len() + plan.crashes.len() + plan.disk_full.len()
}

#[test]
fn a_failure_names_its_seed_a_smaller_schedule_and_both_books_and_is_the_same_every_time() {
    for (sabotage, seed, world) in
        [("amount-unchecked", "2", "1"), ("hint-believed", "2", "2"), ("call-falls-over", "2", "1")]
    {
        let arguments = ["--seed", seed, "--world", world, "--sabotage", sabotage];
        let said = told(&arguments);
        assert_eq!(said, told(&arguments), "it is told the same to the byte");
        let again = format!("--seed {seed} --world {world} --sabotage {sabotage}");
        assert!(said.contains(&again), "{said}");
        assert!(said.contains("the till's book:\n") && said.contains("the simulator's ledger:\n  \"pi_"), "{said}");

        let smallest: Plan = serde_json::from_str(schedule(&said)).expect("a plan");
        let drawn = Plan::of_world(seed.parse().expect("a number"), world.parse().expect("a number"));
        assert!(size(&smallest) < size(&drawn), "{smallest:?} is no smaller than {drawn:?}");

        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{sabotage}.json"));
        std::fs::write(&file, schedule(&said)).expect("written");
        let fed_back = told(&["--plan", file.to_str().expect("a path"), "--sabotage", sabotage]);
        assert_eq!(schedule(&fed_back), schedule(&said), "nothing more can be left out");
        let ending = |text: &str| text.split_once("There: ").expect("an ending").1.to_owned();
        assert_eq!(ending(&fed_back).trim_end(), ending(&said).trim_end(), "the same happens");
    }
}
