//! A share of the proof for every push, and the proof that it could fail.

#![allow(clippy::print_stdout, reason = "a test that says how soon each sabotage was noticed")]

use countersign_faults::plan::Plan;
use countersign_faults::run::{self, Summary};
use countersign_faults::sabotage;

#[test]
fn the_books_agree_under_faults() {
    let mut total = Summary::default();
    for world in 0..600 {
        match run::play(&Plan::of_world(1, world)) {
            Ok(summary) => total.add(&summary),
            Err(broken) => panic!("world {world} of seed 1: {}\n{}", broken.what, broken.books),
        }
    }
    // The worlds are worth something: sales are paid, machines die, outcomes are lost.
    assert!(total.sales > 1_000 && total.approved > 400 && total.restarts > 100 && total.not_known > 100, "{total:?}");
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

#[test]
fn every_sabotage_is_caught() {
    for sabotage in sabotage::ALL {
        let mut sales = 0;
        let caught = (0..1_500).find_map(|world| match run::play_with(&Plan::of_world(2, world), Some(sabotage)) {
            Ok(summary) => {
                sales += summary.sales;
                None
            }
            Err(broken) => Some(broken.what),
        });
        assert!(caught.is_some(), "{sabotage:?} was not noticed within {sales} sales");
        println!("{sabotage:?}: noticed after {sales} sales: {}", caught.unwrap_or_default());
    }
}
