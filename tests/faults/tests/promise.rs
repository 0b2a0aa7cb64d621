//! A share of the proof for every push, and the proof that it could fail.

#![allow(clippy::print_stdout, reason = "a test that says how soon each sabotage was noticed")]

use countersign_faults::plan::Plan;
use countersign_faults::run::{self, Summary};
use countersign_faults::sabotage;

#[test]
fn the_books_agree_under_faults() {
    let mut total = Summary::default();
    for world in 0..400 {
        match run::play(&Plan::of_world(1, world)) {
            Ok(summary) => total.add(&summary),
            Err(broken) => panic!("world {world} of seed 1: {}\n{}", broken.what, broken.books),
        }
    }
    // The worlds are worth something: sales are paid and given back, machines die, outcomes are lost, requests come late.
    assert!(total.sales > 1_000 && total.approved > 400 && total.refunds > 150, "{total:?}");
    assert!(total.restarts > 100 && total.not_known > 100 && total.warned > 5 && total.very_late > 5, "{total:?}");
}

#[test]
fn a_plan_plays_the_same_every_time() {
    // A till that fails tells its books, so the sabotaged one shows the whole run.
    let played = |world| run::play_with(&Plan::of_world(3, world), Some(sabotage::Sabotage::AmountUnchecked));
    let mut failures = 0;
    for world in 0..60 {
        let (first, second) = (played(world), played(world));
        assert_eq!(first, second, "world {world}");
        failures += u32::from(first.is_err());
    }
    assert!(failures > 0, "no run was told whole");
}

/// Worlds within which each sabotage is noticed: about three and a half sales each.
const NOTICED_WITHIN_WORLDS: u64 = 800;

#[test]
fn every_sabotage_is_caught() {
    for sabotage in sabotage::ALL {
        let mut sales = 0;
        let caught = (0..NOTICED_WITHIN_WORLDS).find_map(|world| {
            let plan = Plan::of_world(2, world);
            sales += plan.sales.len();
            run::play_with(&plan, Some(sabotage)).err().map(|broken| broken.what)
        });
        let what = caught.unwrap_or_else(|| panic!("{sabotage:?} was not noticed within {sales} sales"));
        let shown: String = what.chars().take(120).collect();
        println!("{sabotage:?}: noticed within {sales} sales: {shown}");
    }
}
