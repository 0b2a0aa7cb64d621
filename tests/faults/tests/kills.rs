//! A share of the torture for every push: a real process, a real database file, real HTTP, and SIGKILL.

use std::process::Command;

#[test]
fn the_books_agree_after_thirty_kills() {
    let run = Command::new(env!("CARGO_BIN_EXE_torture"))
        .args(["--kills", "30", "--seed", "1"])
        .output()
        .expect("the torture starts");
    let said = String::from_utf8_lossy(&run.stdout);
    let progress = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("both books agree"), "{said}\n{progress}");
}
