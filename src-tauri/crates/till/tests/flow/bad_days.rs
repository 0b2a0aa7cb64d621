//! A full disk, a clock that jumps, a training that was started again.

use std::sync::atomic::Ordering;

use stripe_sim::{Fault, FaultRule, Moment, Outcome};
use till::SaleId;
use till::coordinator::ClockOff;
use till::view::StageView;

use crate::counter::{Counter, pounds};
use crate::told::refusal;

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";

fn approved(stage: &StageView) -> bool {
    matches!(stage, StageView::Approved { .. })
}

#[tokio::test(start_paused = true)]
async fn with_a_full_disk_no_card_is_charged_and_staff_are_told_why() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let attempt = counter.attempt(sale).await;
    counter.disk_full.store(true, Ordering::Relaxed);
    let refused = counter.till.submit_card(sale, attempt, counter.key(APPROVED)).await.expect_err("refused");
    assert_eq!(refused.code(), "disk_full");
    assert!(refusal(&refused).contains("disk is full"), "{refused:?}");
    assert_eq!(counter.payment_intents(), 0, "nothing was sent");
    assert_eq!(counter.till.health().borrow().journal.as_ref().map(|refusal| refusal.code()), Some("disk_full"));
    let next = counter.till.open_sale(SaleId::new(&till::OsEntropy), pounds("1.00")).await;
    assert_eq!(counter.refused(next).await, "disk_full");

    counter.disk_full.store(false, Ordering::Relaxed);
    counter.till.submit_card(sale, attempt, counter.key(APPROVED)).await.expect("goes on by itself");
    counter.until(sale, approved).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
    assert_eq!(counter.till.health().borrow().journal, None);
}

/// While the disk is full the till's window asks for nothing that would write. So no command comes that could find out.
#[tokio::test(start_paused = true)]
async fn a_disk_that_was_full_is_found_freed_although_nothing_is_asked() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.disk_full.store(true, Ordering::Relaxed);
    let next = counter.till.open_sale(SaleId::new(&till::OsEntropy), pounds("1.00")).await;
    assert_eq!(counter.refused(next).await, "disk_full");
    let told = || counter.till.health().borrow().journal.as_ref().map(|refusal| refusal.code());
    counter.seconds(60).await;
    assert_eq!(told(), Some("disk_full"), "it is full all the while");

    counter.disk_full.store(false, Ordering::Relaxed);
    counter.seconds(3).await;
    assert_eq!(told(), None);
    counter.pay(sale, APPROVED).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn whether_the_disk_is_freed_is_tried_at_once_when_staff_ask() {
    let counter = Counter::open();
    assert!(counter.till.try_journal().await, "nothing was wrong");
    counter.disk_full.store(true, Ordering::Relaxed);
    let next = counter.till.open_sale(SaleId::new(&till::OsEntropy), pounds("1.00")).await;
    assert_eq!(counter.refused(next).await, "disk_full");
    assert!(!counter.till.try_journal().await);
    counter.disk_full.store(false, Ordering::Relaxed);
    assert!(counter.till.try_journal().await);
    assert_eq!(counter.till.health().borrow().journal, None);
}

/// A row that was written, and told as not written, is found to be on record. The till does not wait for it for ever.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_on_record_although_the_disk_denied_it_holds_nothing_up() {
    let counter = Counter::open();
    let slow = FaultRule::next(1, "POST", "/v1/payment_intents", Moment::After, Fault::Delay { ms: 3_000 });
    counter.sim.faults().add(slow);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.disk_unsure.store(true, Ordering::Relaxed);
    counter.until(sale, approved).await;
    counter.seconds(3).await;
    assert_eq!(counter.till.health().borrow().journal, None);
    let next = counter.sell("1.00").await;
    counter.pay(next, APPROVED).await;
    let counter = counter.crash_and_start_again().await;
    for (sale, minor) in [(sale, 2_500), (next, 100)] {
        counter.until(sale, approved).await;
        assert_eq!(counter.taken_minor(sale), minor);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_finds_no_room_is_kept_and_written_later() {
    let counter = Counter::open();
    let slow = FaultRule::next(1, "POST", "/v1/payment_intents", Moment::After, Fault::Delay { ms: 3_000 });
    counter.sim.faults().add(slow);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.disk_full.store(true, Ordering::Relaxed);
    counter.until(sale, approved).await;
    counter.disk_full.store(false, Ordering::Relaxed);
    counter.till.tick().await;
    counter.till.sale(sale).await.expect("it");
    let counter = counter.crash_and_start_again().await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(approved(&view.stage), "read from the journal: {:?}", view.stage);
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn an_answer_lost_with_the_machine_on_a_full_disk_is_found_at_stripe() {
    let counter = Counter::open();
    let slow = FaultRule::next(1, "POST", "/v1/payment_intents", Moment::After, Fault::Delay { ms: 3_000 });
    counter.sim.faults().add(slow);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.disk_full.store(true, Ordering::Relaxed);
    counter.until(sale, approved).await;
    let counter = counter.crash_and_start_again().await;
    counter.disk_full.store(false, Ordering::Relaxed);
    counter.until(sale, approved).await;
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ends_no_sale_that_stripe_still_holds_open() {
    for hours in [-30_i64, 2, 30] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let asked = counter.pay(sale, CHALLENGED).await;
        counter.clock_off_ms.store(hours * 3_600_000, Ordering::Relaxed);
        for _ in 0..12 {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            counter.till.tick().await;
        }
        let view = counter.till.sale(sale).await.expect("it");
        assert!(matches!(view.stage, StageView::NeedsAuthentication { .. }), "{hours} h: {:?}", view.stage);
        counter.sim.challenge(&asked.payment_intent.expect("an id"), Outcome::Complete).expect("completed");
        counter.until(sale, approved).await;
        assert_eq!(counter.taken_minor(sale), 2_500, "{hours} h");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_backwards_does_not_stop_the_till_from_finding_out() {
    let counter = Counter::open();
    let lost = FaultRule::next(3, "POST", "/v1/payment_intents", Moment::Before, Fault::Drop);
    counter.sim.faults().add(lost);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.until(sale, |stage| matches!(stage, StageView::NotKnown { .. })).await;
    counter.clock_off_ms.store(-90_000_000, Ordering::Relaxed);
    counter.till.cancel(sale).await.expect("wanted");
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    assert_eq!(counter.taken_minor(sale), 0);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_told_and_is_told_no_more_when_it_is_set() {
    let counter = Counter::open();
    let mut health = counter.till.health();
    let off = [(-7_200_000, ClockOff::Behind { minutes: 120 }), (600_000, ClockOff::Ahead { minutes: 10 })];
    for (off_ms, says) in off {
        counter.clock_off_ms.store(off_ms, Ordering::Relaxed);
        counter.till.warm().await;
        let seen = health.wait_for(|health| health.clock.is_some()).await.expect("told").clock;
        assert_eq!(seen, Some(says));
        counter.clock_off_ms.store(0, Ordering::Relaxed);
        counter.till.warm().await;
        health.wait_for(|health| health.clock.is_none()).await.expect("gone");
    }
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_is_told_no_more_although_nothing_is_asked() {
    let counter = Counter::open();
    let mut health = counter.till.health();
    counter.clock_off_ms.store(600_000, Ordering::Relaxed);
    counter.till.warm().await;
    health.wait_for(|health| health.clock.is_some()).await.expect("told");
    counter.clock_off_ms.store(0, Ordering::Relaxed);
    counter.seconds(30).await;
    let told_no_more = health.wait_for(|health| health.clock.is_none());
    let gone = tokio::time::timeout(std::time::Duration::from_secs(60), told_no_more).await;
    assert!(gone.is_ok_and(|health| health.is_ok()), "the clock is still told");
}

#[tokio::test(start_paused = true)]
async fn a_till_whose_journal_another_start_has_taken_over_charges_nobody_and_says_so() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let attempt = counter.attempt(sale).await;
    counter.started_elsewhere();
    let refused = counter.till.submit_card(sale, attempt, counter.key(APPROVED)).await.expect_err("refused");
    assert_eq!((refused.code(), counter.payment_intents()), ("journal_taken_over", 0));
    // However long it waits, and however often it is tried: the journal is the other's.
    counter.seconds(30).await;
    assert!(!counter.till.try_journal().await);
    let journal = counter.till.health().borrow().journal.clone();
    assert_eq!(journal.map(|refusal| refusal.code()), Some("journal_taken_over"));
}

/// A start reads which sales are unfinished from the books, and the books may be behind. Whoever comes across one that it missed
/// first, the window or a reconcile, takes it up.
#[tokio::test(start_paused = true)]
async fn a_sale_that_the_start_missed_is_taken_up_by_whoever_comes_across_it() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.sim.faults().add(FaultRule::next(
        1,
        "POST",
        "/v1/payment_intents",
        Moment::After,
        Fault::Delay { ms: 60_000 },
    ));
    counter.charge(sale, APPROVED).await;
    counter.seconds(1).await;
    let missed = "UPDATE sales SET unfinished = 0";
    let counter = counter
        .crash_and_start_again_after(|file| {
            rusqlite::Connection::open(file).expect("the file").execute_batch(missed).expect("behind");
        })
        .await;
    let newest = counter.till.sales(1).await;
    assert_eq!(newest.len(), 1);
    counter.till.attend(sale).await;
    counter.until(sale, approved).await;
    assert_eq!(counter.taken_minor(sale), 2_500, "once");
    counter.till.cancel(sale).await.expect_err("it is paid");
}
