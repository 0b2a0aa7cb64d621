//! A share of the proof for every push, and the proof that it could fail.

#![allow(clippy::print_stdout, reason = "a test that says how soon each sabotage was noticed")]

use countersign_faults::plan::Plan;
use countersign_faults::run::{self, Summary};
use countersign_faults::sabotage::{self, Sabotage};
use countersign_faults::tally::Room;

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
fn what_comes_hours_after_not_charged_is_never_taken_in_silence() {
    let mut total = Summary::default();
    for plan in (0..).map(|world| Plan::of_world(4, world)).filter(|plan| plan.very_late).take(60) {
        match run::play(&plan) {
            Ok(summary) => total.add(&summary),
            Err(broken) => panic!("{plan:?}: {}\n{}", broken.what, broken.books),
        }
    }
    assert!(total.very_late == 60 && total.belied >= 5, "{total:?}");
}

#[test]
fn what_only_one_of_the_books_has_or_has_twice_is_told() {
    let mut total = Summary::default();
    for world in 0..150 {
        match run::play(&Plan::of_world(5, world)) {
            Ok(summary) => total.add(&summary),
            Err(broken) => panic!("world {world} of seed 5: {}\n{}", broken.what, broken.books),
        }
    }
    assert!(total.copied > 5 && total.lost > 3 && total.vanished > 1, "{total:?}");
    let struck = |room| total.struck.iter().filter(|((of, _), _)| *of == room).map(|(_, times)| times).sum::<u64>();
    assert!(total.struck[&(Room::Staff, "a check of the till is begun")] > 10, "{:?}", total.struck);
    let rooms = [Room::Network, Room::Process, Room::Disk, Room::Clock, Room::Stripe, Room::Staff, Room::Page];
    assert!(rooms.into_iter().all(|room| struck(room) > 10), "{:?}", total.struck);
}

/// A plan that was kept because something was found by it.
fn kept(name: &str) -> Plan {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans").join(name);
    serde_json::from_str(&std::fs::read_to_string(file).expect("a plan")).expect("a plan")
}

#[test]
fn a_world_ends_when_the_machine_dies_before_staff_have_their_reply() {
    // In this one the machine dies under a look that a reply waits for: staff who waited on never saw the till started again.
    assert_eq!(run::play(&kept("dies-under-a-look.json")).err(), None);
}

#[test]
fn a_copy_of_a_payment_whose_id_never_arrived_does_not_stand_for_it() {
    // In this one the disk has no room for the id, the machine dies, and somebody has copied the payment meanwhile.
    assert_eq!(run::play(&kept("copied-without-an-id.json")).err(), None);
}

#[test]
fn a_payment_that_is_finished_a_day_later_is_told_as_what_stripe_makes_of_it() {
    // In this one no look has an answer for a day, and then staff press Finish: the hour is long over.
    assert_eq!(run::play(&kept("finished-a-day-later.json")).err(), None);
}

#[test]
fn what_is_answered_after_a_sleep_says_nothing_of_the_sending_before() {
    // In this one the machine falls asleep for a weekend when the second sending is under way.
    assert_eq!(run::play(&kept("asleep-with-a-sending-under-way.json")).err(), None);
    assert_eq!(run::play(&kept("asleep-with-a-refund-under-way.json")).err(), None);
    assert_eq!(run::play(&kept("asleep-while-a-request-is-late.json")).err(), None);
    // Here it falls asleep when the answer to the look is under way, by which a check's refund is sent again.
    assert_eq!(run::play(&kept("asleep-with-a-look-under-way.json")).err(), None);
}

#[test]
fn what_a_look_found_is_not_given_back_again_by_a_command_that_comes_twice() {
    // In this one a refund that was lost comes hours late, is asked for again and found; then the rest is given back.
    assert_eq!(run::play(&kept("refund-found-then-the-rest.json")).err(), None);
}

#[test]
fn a_plan_plays_the_same_every_time() {
    for world in 0..60 {
        let plan = Plan::of_world(3, world);
        let (first, second) = (run::books_of(&plan, None), run::books_of(&plan, None));
        assert!(first.contains("the simulator's ledger:\n") && first.contains("its requests:\n  "), "{first}");
        assert_eq!(first, second, "world {world}");
    }
}

/// What a check of the till made, and nobody has taken away.
const LEFT_BY_A_CHECK: &str = "a payment of a check is left at Stripe";

/// What is done wrong, the most sales that it may take to show, and how the failure that it must lead to is told: in one of
/// these words. Twice what it took when this was written, or so.
const NOTICED: [(Sabotage, usize, &[&str]); 23] = [
    (Sabotage::FreshKeyOnRetry, 120, &["it is not charged, and it is", "more than once", "two were made"]),
    (Sabotage::RefundWithFreshKey, 120, &["nothing was given back, and it was", "two were made"]),
    (
        Sabotage::WrittenAfterSent,
        120,
        &[
            "it is not charged, and it is",
            "gone from the till's books",
            "nothing was given back, and it was",
            "the totals are wrong",
        ],
    ),
    (Sabotage::HintBelieved, 30, &["told it is paid, and it is not"]),
    (Sabotage::UnknownTakenForDeclined, 120, &["it is not charged, and it is", "nothing was given back, and it was"]),
    (
        Sabotage::BrokenTakenForNotSent,
        300,
        &["it is not charged, and it is", "more than once", "more than one PaymentIntent", LEFT_BY_A_CHECK],
    ),
    (Sabotage::UnknownTakenForNotRefunded, 400, &["nothing was given back, and it was"]),
    (
        Sabotage::ResentWhenForgotten,
        1_200,
        &["Stripe has forgotten it", "more than once", "more than one PaymentIntent"],
    ),
    (
        Sabotage::SentAgainAfterASleep,
        200,
        &["Stripe has forgotten it", "more than once", "more than one PaymentIntent"],
    ),
    (Sabotage::AmountUnchecked, 30, &["charged another amount"]),
    (
        Sabotage::CancelBelieved,
        30,
        &["a difference without a cause", "its PaymentIntent is open", "it is not charged, and it is", LEFT_BY_A_CHECK],
    ),
    (Sabotage::StraysNotWatched, 1_600, &["a difference without a cause", "it is not charged, and it is"]),
    (
        Sabotage::OldLookBelieved,
        200,
        &["did not come to rest", "it is not charged, and it is", "payments of checks are not over in the journal"],
    ),
    (
        Sabotage::SearchIndexBelieved,
        800,
        &["it is not charged, and it is", "more than one PaymentIntent", "a difference without a cause"],
    ),
    (Sabotage::RefundsElsewhereOverlooked, 100, &["its refunds are not the ledger's"]),
    (Sabotage::RecoveryConfirms, 250, &["the till acted by itself"]),
    (Sabotage::CommandActedOnTwice, 150, &["a refund was made that nobody asked for"]),
    (Sabotage::SameAmountNotWarned, 30, &["opened without a warning"]),
    (Sabotage::SecondPaymentOverlooked, 200, &["a second payment is not told"]),
    (Sabotage::LostPaymentsOverlooked, 300, &["a payment that only Stripe has is not told"]),
    (Sabotage::ReferenceDropped, 30, &["another reference than staff typed"]),
    (Sabotage::CheckRefundBelieved, 100, &["a check says that all went well, and has left", LEFT_BY_A_CHECK]),
    (Sabotage::CallFallsOver, 30, &["something panicked"]),
];

#[test]
fn every_sabotage_is_caught_for_what_it_is() {
    assert_eq!(NOTICED.map(|(sabotage, _, _)| sabotage), sabotage::ALL, "each is tried");
    for (sabotage, most_sales, words) in NOTICED {
        let mut sales = 0;
        let caught = (0..).find_map(|world| {
            let plan = Plan::of_world(2, world);
            sales += plan.sales.len();
            assert!(sales <= most_sales, "{sabotage:?} was not noticed within {most_sales} sales");
            let broken = run::play_with(&plan, Some(sabotage)).err()?;
            Some((plan, broken.what))
        });
        let (plan, what) = caught.expect("an endless search ends with a find");
        assert!(words.iter().any(|word| what.contains(word)), "{sabotage:?} was noticed for something else: {what}");
        // It was the sabotage: the honest till plays the same world to a good end.
        assert_eq!(run::play(&plan).err(), None, "{sabotage:?}");
        let shown: String = what.chars().take(120).collect();
        println!("{sabotage:?}: noticed within {sales} sales: {shown}");
    }
}
