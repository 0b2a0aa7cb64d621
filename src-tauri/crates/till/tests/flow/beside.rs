//! What goes on while the books are held against Stripe: sales, refunds, another comparison, and somebody who ends it.

use std::time::Duration;

use stripe_sim::{Fault, FaultRule, Moment};
use till::SaleId;
use till::view::{Agreement, ComparisonGap, ComparisonProgress, DifferenceKind, ReconciliationView};

use crate::counter::Counter;

const APPROVED: &str = "4242424242424242";
const CREATE: &str = "/v1/payment_intents";

fn slow(counter: &Counter, method: &str, path: &str, ms: u64) {
    counter.sim.faults().add(FaultRule::next(1, method, path, Moment::After, Fault::Delay { ms }));
}

/// Two paid sales: one that agrees, and one whose mark somebody changed at Stripe, so that every comparison reads it by its id.
/// The next that does hears of it after 20 seconds, and so stands there with the other sale compared long before.
async fn held_up(counter: &Counter) -> SaleId {
    counter.pass(1).await;
    let agrees = counter.sell("25.00").await;
    counter.pay(agrees, APPROVED).await;
    let marked = counter.sell("10.00").await;
    let intent = counter.pay(marked, APPROVED).await.payment_intent.expect("an id");
    let path = format!("{CREATE}/{intent}");
    counter.at_stripe(&path, &[("metadata[countersign_till]", "00000000-0000-4000-8000-000000000099")]);
    slow(counter, "GET", &path, 20_000);
    agrees
}

/// Both sales were compared.
fn is_whole(told: &ReconciliationView) {
    assert_eq!((&told.gaps[..], &told.notes[..]), (&[][..], &[][..]), "{told:?}");
    assert_eq!((told.books.payments, told.stripe.payments), (2, 2), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn two_that_overlap_leave_no_sale_out_of_both_nor_of_one() {
    let counter = Counter::open();
    let sale = held_up(&counter).await;
    let intent = counter.till.sale(sale).await.expect("it").payment_intent.expect("an id");
    let (first, second) = tokio::join!(counter.reconcile_day(), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        counter.at_stripe("/v1/refunds", &[("payment_intent", &intent), ("amount", "600")]);
        // This one takes the refund into the books, under the first one's feet.
        counter.reconcile_day().await
    });
    is_whole(&first);
    is_whole(&second);
    let told = |told: &ReconciliationView| {
        told.differences.iter().filter(|difference| difference.kind == DifferenceKind::RefundElsewhere).count()
    };
    assert_eq!(told(&first) + told(&second), 1, "it is told by the one that took it in");
    assert_eq!(counter.till.sale(sale).await.expect("it").refunds.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_staff_make_meanwhile_leaves_its_sale_compared() {
    let counter = Counter::open();
    let sale = held_up(&counter).await;
    let refund = counter.till.sale(sale).await.expect("it").refundable.expect("refundable").refund_id;
    let (told, ()) = tokio::join!(counter.reconcile_day(), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        counter.till.refund(sale, till::RefundId::parse(&refund).expect("an id"), 600).await.expect("given back");
    });
    is_whole(&told);
    assert_eq!((told.agreement, &told.differences[..]), (Agreement::Agrees, &[][..]));
    assert_eq!(counter.refunded_minor(sale), 600);
}

#[tokio::test(start_paused = true)]
async fn a_sale_whose_call_is_answered_soon_is_waited_for() {
    let counter = Counter::open();
    counter.pass(1).await;
    slow(&counter, "POST", CREATE, 3_000);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let told = counter.reconcile_day().await;
    assert_eq!((told.agreement, &told.gaps[..]), (Agreement::Agrees, &[][..]), "{told:?}");
    assert_eq!((told.books.payments, told.stripe.payments), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stopped_says_nothing_and_leaves_the_books_right() {
    let counter = Counter::open();
    counter.pass(1).await;
    let before = counter.till.reconciliation().expect("that of the start");
    let sale = held_up(&counter).await;
    let intent = counter.till.sale(sale).await.expect("it").payment_intent.expect("an id");
    counter.at_stripe("/v1/refunds", &[("payment_intent", &intent), ("amount", "600")]);
    let now_ms = i64::try_from(counter.sim.clock().now_ms()).expect("a time");
    let begun = tokio::time::Instant::now();
    let progress = counter.till.comparing();
    let (told, ()) = tokio::join!(counter.till.reconcile(now_ms - 86_400_000, now_ms), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let is_at = *progress.borrow();
        assert!(matches!(is_at, Some(ComparisonProgress::ReadingAgain { of: 2, .. })), "{is_at:?}");
        counter.till.stop_reconcile().await;
    });
    assert_eq!(told.expect("no refusal"), None);
    assert!(begun.elapsed() < Duration::from_secs(3), "it went on for {:?}", begun.elapsed());
    assert_eq!(*progress.borrow(), None, "it is over");
    assert_eq!(counter.till.reconciliation(), Some(before), "what was found before stands");
    is_whole(&counter.reconcile_day().await);
    assert_eq!(counter.till.sale(sale).await.expect("it").refunds.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_what_was_asked_for_and_not_the_tills_own() {
    let counter = Counter::open();
    // Both hear of the disputes late.
    let late = Fault::Delay { ms: 5_000 };
    counter.sim.faults().add(FaultRule::next(2, "GET", "/v1/disputes", Moment::After, late));
    let (asked, ()) = tokio::join!(counter.till.reconcile(0, 1), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        counter.till.stop_reconcile().await;
    });
    assert_eq!(asked.expect("no refusal"), None);
    assert_eq!(counter.till.reconciliation(), None, "neither has said anything yet");
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(counter.till.reconciliation().map(|told| told.agreement), Some(Agreement::Agrees));
}

#[tokio::test(start_paused = true)]
async fn the_start_compares_from_when_the_till_was_last_used_though_stripe_could_not_be_asked_at_first() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let declined = counter.pay(sale, "4000000000000002").await;
    counter.later(10 * 86_400);
    counter.sim.faults().set_gone(true);
    let counter = counter.crash_and_start_again().await;
    counter.pass(5).await;
    counter.sim.faults().set_gone(false);
    // The till is used before its comparison is tried again.
    counter.pay(sale, APPROVED).await;
    counter.pass(100).await;
    let told = counter.till.reconciliation().expect("compared by now");
    assert!(told.to_ms - told.from_ms >= 10 * 86_400_000, "{told:?} {declined:?}");
    assert_eq!((told.books.payments, told.gaps.contains(&ComparisonGap::NoStripeTime)), (1, false));
}
