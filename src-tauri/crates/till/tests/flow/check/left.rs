//! What a check leaves: nothing, whatever comes between. Kills, lost answers, a full disk, sales that begin.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use stripe_sim::{Fault, Latency, Moment};
use till::check::{CheckFault, CheckItem, CheckStands};
use till::view::StageView;

use super::*;
use crate::counter::Death;

#[tokio::test(start_paused = true)]
async fn a_sale_after_a_check_is_the_first_and_the_books_agree() {
    let counter = Counter::open();
    checked(&counter, asked()).await;
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    assert_eq!((view.number, counter.taken_minor(sale)), (1, 2_500));
    nothing_is_left_but(&counter, 2_500).await;
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_somebody_else_made_pay_counts_in_live_whatever_mark_it_carries() {
    let counter = Counter::open_with(Keys { secret: SECRET, live: true });
    strike(&counter, 100, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Drop);
    checked(&counter, asked()).await;
    let id = counter.ledger().payment_intents().next().expect("it")["id"].as_str().expect("an id").to_owned();
    let card = counter.key(APPROVED);
    counter.at_stripe(&format!("{INTENTS}/{id}/confirm"), &[("payment_method", card.as_str())]);
    let report = counter.reconcile_day().await;
    assert_eq!(report.others.payments, 1, "real money is told: {report:?}");
    let next = checked(&counter, asked()).await;
    assert_eq!(fault(&next, CheckItem::Leftovers), CheckFault::TakenElsewhere, "and not as one that harms nobody");
    // Nor is it given back by a till that only tidies up after itself.
    counter.sim.faults().clear();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        counter.seconds(700).await;
    }
    assert_eq!(counter.ledger().refunds().count(), 0, "nobody has asked for that");
    // It is nobody's to tidy up, and is not asked about any more.
    let before = counter.ledger().requests.len();
    counter.seconds(1_400).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counter.ledger().requests.len(), before);
}

/// At each row that a check writes the machine dies, just before the row is on the disk and just after.
#[tokio::test(start_paused = true)]
async fn a_till_that_dies_at_any_row_of_a_check_leaves_nothing() {
    for last_is_written in [false, true] {
        for row in 1_u32.. {
            let counter = Counter::open();
            *counter.dies.lock().expect("unpoisoned") = Some(Death { rows_left: row, last_is_written });
            counter.till.check(asked()).await.expect("begun");
            over(&counter).await;
            let died = counter.dies.lock().expect("unpoisoned").is_some_and(|death| death.rows_left == 0);
            let counter = counter.crash_and_start_again().await;
            // Longer than a create that was never sent is looked for.
            counter.later(26 * 3_600);
            counter.seconds(1_400).await;
            tokio::time::sleep(Duration::from_secs(120)).await;
            nothing_is_left(&counter).await;
            let ledger = counter.ledger();
            let taken = ledger.payment_intents().filter(|intent| intent["status"] == "succeeded").count();
            assert_eq!(ledger.refunds().count(), taken, "row {row}, written: {last_is_written}");
            if !died {
                assert!(row > 15, "a check writes more rows than {row}");
                break;
            }
        }
    }
}

/// A row is on the disk, and told as not written: of each row, one after the other.
#[tokio::test(start_paused = true)]
async fn a_row_that_was_told_as_not_written_holds_nothing_up() {
    let counter = Counter::open();
    counter.sim.faults().set_latency(Latency { ms: 1_000, jitter_ms: 0 });
    counter.till.check(asked()).await.expect("begun");
    for _ in 0..40 {
        counter.disk_unsure.store(true, Ordering::Relaxed);
        serve(&counter, ALL_WELL).await;
        tokio::time::sleep(Duration::from_millis(1_700)).await;
    }
    counter.disk_unsure.store(false, Ordering::Relaxed);
    over(&counter).await;
    counter.later(26 * 3_600);
    counter.seconds(1_400).await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    nothing_is_left(&counter).await;
    let report = checked(&counter, asked()).await;
    assert!(report.lines.iter().all(|line| matches!(line.result, CheckFound::Shown { .. })), "{report:#?}");
}

/// A request of a check that Stripe has nothing of is no trouble of the till's, a minute later.
#[tokio::test(start_paused = true)]
async fn what_stripe_has_none_of_is_looked_for_and_frightens_nobody() {
    let counter = Counter::open();
    strike(&counter, 3, "POST", INTENTS, Moment::Before, Fault::Drop);
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, CheckItem::SaleRequest), CheckFault::Offline);
    let next = checked(&counter, asked()).await;
    assert_eq!(not_shown(&next, CheckItem::Leftovers), WhyNotShown::NoneSoFar);
    assert!(next.lines.iter().all(|line| !matches!(line.result, CheckFound::Failed { .. })), "{next:#?}");
}

/// A sale whose outcome was not known is staff's again while a check runs: the check makes way.
#[tokio::test(start_paused = true)]
async fn a_sale_that_comes_back_into_hand_ends_the_check() {
    let counter = Counter::open();
    counter.till.warm().await;
    counter.pass(2).await;
    strike(&counter, 3, "POST", INTENTS, Moment::After, Fault::Drop);
    strike(&counter, 1_000, "GET", INTENTS, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, "4000000000009995").await;
    counter.pass(5).await;
    assert!(matches!(counter.till.sale(sale).await.expect("it").stage, StageView::NotKnown { .. }));
    counter.sim.faults().clear();
    counter.sim.faults().set_latency(Latency { ms: 5_000, jitter_ms: 0 });
    counter.till.check(asked()).await.expect("begun");
    for _ in 0..60 {
        counter.seconds(1).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Declined { .. }), "{:?}", view.stage);
    let report = counter.till.checked().borrow().clone().expect("a report");
    assert_eq!(report.stands, CheckStands::Stopped, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn a_cancel_that_is_lost_is_told_and_made_up_for() {
    let counter = Counter::open();
    strike(&counter, 1_000, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Drop);
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, CheckItem::Cancel), CheckFault::Offline);
    let next = checked(&counter, asked()).await;
    assert_eq!(fault(&next, CheckItem::Leftovers), CheckFault::StillOpen);
    counter.sim.faults().clear();
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_down_is_not_sent() {
    let counter = Counter::open();
    counter.disk_full.store(true, Ordering::Relaxed);
    let report = checked(&counter, asked()).await;
    assert!(matches!(fault(&report, CheckItem::SaleRequest), CheckFault::NotOnRecord { .. }), "{report:?}");
    assert!(matches!(fault(&report, CheckItem::ApprovedCard), CheckFault::NotOnRecord { .. }), "{report:?}");
    assert_eq!((counter.payment_intents(), counter.ledger().refunds().count()), (0, 0));
}

/// The till dies while the create of a check is out: Stripe has it, or never gets it.
#[tokio::test(start_paused = true)]
async fn a_till_that_is_killed_between_the_row_and_the_answer_cancels_at_the_next_start() {
    // A payment of each of the three, left by a kill before its answer.
    for before in 0..3 {
        let counter = Counter::open();
        counter.sim.faults().set_latency(Latency { ms: 1_000, jitter_ms: 0 });
        counter.till.check(asked()).await.expect("begun");
        until_made(&counter, before).await;
        strike(&counter, 1, "POST", INTENTS, Moment::After, Fault::Delay { ms: 300_000 });
        until_made(&counter, before + 1).await;
        assert_eq!(statuses(&counter).len(), before + 1, "it is at Stripe, and the till has not heard of it");
        let counter = counter.crash_and_start_again().await;
        counter.later(301);
        tokio::time::sleep(Duration::from_secs(400)).await;
        counter.seconds(10).await;
        nothing_is_left(&counter).await;
        assert!(counter.till.sales(100).await.is_empty());
    }
}

/// The till dies while what ends a payment of a check is out: it was done, and the till has not heard of it.
#[tokio::test(start_paused = true)]
async fn a_till_that_is_killed_while_it_takes_away_does_it_once() {
    for (path, expected) in [("/v1/payment_intents/*/cancel", (0, 0)), ("/v1/refunds", (1, 1))] {
        let counter = Counter::open();
        strike(&counter, 1, "POST", path, Moment::After, Fault::Delay { ms: 300_000 });
        counter.till.check(asked()).await.expect("begun");
        tokio::time::sleep(Duration::from_secs(30)).await;
        let counter = counter.crash_and_start_again().await;
        counter.later(301);
        tokio::time::sleep(Duration::from_secs(400)).await;
        counter.seconds(10).await;
        nothing_is_left(&counter).await;
        let ledger = counter.ledger();
        let asked_to_refund = ledger.requests.iter().filter(|request| request.path == "/v1/refunds");
        let keys: BTreeSet<_> = asked_to_refund.filter_map(|request| request.idempotency_key.clone()).collect();
        assert_eq!((keys.len(), ledger.refunds().count()), expected, "{path}: asked for once, given back once");
        // It is over, and nothing is asked about it any more.
        let before = ledger.requests.len();
        counter.seconds(1_400).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(counter.ledger().requests.len(), before, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_whose_request_never_arrived_is_looked_for_for_a_day_and_then_over() {
    let counter = Counter::open();
    strike(&counter, 1_000, "POST", INTENTS, Moment::Before, Fault::Drop);
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, CheckItem::SaleRequest), CheckFault::Offline);
    assert_eq!(fault(&report, CheckItem::Cancel), CheckFault::StillOpen);
    let counter = counter.crash_and_start_again().await;
    let lists = |counter: &Counter| counter.ledger().requests.iter().filter(|request| request.path == INTENTS).count();
    counter.seconds(1).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    counter.later(26 * 3_600);
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let counter = counter.crash_and_start_again().await;
    counter.seconds(3).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = lists(&counter);
    counter.seconds(1_400).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(lists(&counter), before, "nothing is looked for any more");
}

#[tokio::test(start_paused = true)]
async fn no_check_begins_while_a_sale_is_in_hand() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    assert_eq!(counter.till.check(asked()).await.expect_err("refused").code(), "not_now");
    assert!(counter.till.checked().borrow().is_none() && counter.payment_intents() == 0);
    counter.pay(sale, APPROVED).await;
    counter.till.check(asked()).await.expect("begun");
    over(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_sale_that_begins_ends_the_check_and_goes_its_way() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", INTENTS, Moment::After, Fault::Delay { ms: 60_000 });
    counter.till.check(asked()).await.expect("begun");
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(statuses(&counter), ["requires_payment_method"]);
    let sale = counter.sell("25.00").await;
    let report = over(&counter).await;
    assert_eq!(report.stands, CheckStands::Stopped);
    let view = counter.pay(sale, APPROVED).await;
    assert!(matches!(view.stage, StageView::Approved { .. }));
    counter.later(61);
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(statuses(&counter), ["canceled"], "what it had made is taken away meanwhile");
    nothing_is_left_but(&counter, 2_500).await;
}

#[tokio::test(start_paused = true)]
async fn staff_can_end_a_check_and_asking_twice_is_one_check() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", INTENTS, Moment::After, Fault::Delay { ms: 60_000 });
    counter.till.check(asked()).await.expect("begun");
    counter.till.check(asked()).await.expect("the same one");
    tokio::time::sleep(Duration::from_secs(10)).await;
    counter.till.stop_check().await;
    assert_eq!(over(&counter).await.stands, CheckStands::Stopped);
    tokio::time::sleep(Duration::from_secs(120)).await;
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(statuses(&counter), ["canceled"]);
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_simulator_has_nothing_of_an_earlier_check_and_is_not_asked_for_it() {
    let counter = Counter::open();
    strike(&counter, 1_000, "POST", INTENTS, Moment::Before, Fault::Drop);
    checked(&counter, asked()).await;
    let counter = counter.crash_and_start_on_a_new_stripe().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = counter.ledger().requests.len();
    counter.seconds(1_400).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counter.ledger().requests.len(), before);
}
