//! A key that lacks a permission, for a call or only for what its answer should hold: one whole look tells which it was.

use std::time::Duration;

use stripe_sim::{Fault, FaultRule, Moment};
use till::RefundId;
use till::view::{Action, RefundState, StageView};

use crate::counter::Counter;
use crate::told::staff;

const APPROVED: &str = "4242424242424242";
const CREATE: &str = "/v1/payment_intents";
const FORBIDDEN: Fault = Fault::Status { status: 403, should_retry: Some(false) };

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, FORBIDDEN));
}

async fn ticks(counter: &Counter, n: u32) {
    for _ in 0..n {
        tokio::time::sleep(Duration::from_secs(1)).await;
        counter.till.tick().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_charge_that_was_not_allowed_is_over_as_soon_as_stripe_was_looked_at() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::Before);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    ticks(&counter, 5).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Open { notice: Some(_) }), "{:?}", view.stage);
    assert_eq!((view.actions[0], counter.payment_intents()), (Action::TakeCard, 0));
    counter.pay(sale, APPROVED).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn another_card_that_was_not_allowed_is_over_at_once_too_and_says_why() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000009995").await;
    let confirm = format!("/v1/payment_intents/{}/confirm", view.payment_intent.expect("an id"));
    strike(&counter, 1, "POST", &confirm, Moment::Before);
    counter.charge(sale, APPROVED).await;
    ticks(&counter, 5).await;
    let view = counter.till.sale(sale).await.expect("it");
    let StageView::Declined { decline } = &view.stage else { panic!("{:?}", view.stage) };
    assert!(!staff(decline).contains("never arrived") && view.actions[0] == Action::TakeCard, "{decline:?}");
    counter.pay(sale, APPROVED).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_permission_that_was_missing_once_says_nothing_about_a_later_call_of_the_same_card() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::After);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, "4000002500003155").await;
    let view = counter.until(sale, |stage| matches!(stage, StageView::NeedsAuthentication { .. })).await;
    let intent = view.payment_intent.expect("an id");
    counter.sim.challenge(&intent, stripe_sim::Outcome::Complete).expect("answered");
    // The second confirm is lost before it arrives: it may be on its way for as long as any other.
    let confirm = format!("/v1/payment_intents/{intent}/confirm");
    counter.sim.faults().add(FaultRule::next(3, "POST", &confirm, Moment::Before, Fault::Drop));
    let attempt = till::AttemptId::parse(&view.attempts[0].attempt_id).expect("an id");
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    counter.until(sale, |stage| matches!(stage, StageView::Authenticated { .. })).await;
    let keys = || {
        let ledger = counter.ledger();
        let sent = ledger.requests.iter().filter(|request| request.path == confirm);
        sent.filter_map(|request| request.idempotency_key.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    ticks(&counter, 20).await;
    counter.till.finish(sale).await.expect("offered");
    counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    assert_eq!((keys().len(), counter.taken_minor(sale)), (1, 2_500), "the very same request");
}

#[tokio::test(start_paused = true)]
async fn while_the_look_is_refused_too_it_is_not_known_whether_it_acted_or_not() {
    for moment in [Moment::Before, Moment::After] {
        let counter = Counter::open();
        strike(&counter, 1, "POST", CREATE, moment);
        strike(&counter, 1_000, "GET", "*", Moment::Before);
        let sale = counter.sell("25.00").await;
        counter.charge(sale, APPROVED).await;
        ticks(&counter, 400).await;
        let view = counter.till.sale(sale).await.expect("it");
        assert!(matches!(view.stage, StageView::NotKnown { .. }), "{moment:?}: {:?}", view.stage);
        assert!(!view.actions.contains(&Action::TakeCard) && !view.actions.contains(&Action::TryAgain));
        // The owner gives the key its permission.
        counter.sim.faults().clear();
        ticks(&counter, 400).await;
        let view = counter.till.sale(sale).await.expect("it");
        let paid = matches!(view.stage, StageView::Approved { .. });
        assert_eq!((paid, counter.taken_minor(sale)), if moment == Moment::After { (true, 2_500) } else { (false, 0) });
        assert!(paid || matches!(view.stage, StageView::Open { .. }), "{:?}", view.stage);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_was_not_allowed_or_acted_all_the_same_is_told_as_what_it_is() {
    for (moment, state, given) in
        [(Moment::Before, RefundState::NotRefunded, 0), (Moment::After, RefundState::Refunded, 1_000)]
    {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let view = counter.pay(sale, APPROVED).await;
        let refund = RefundId::parse(&view.refundable.expect("refundable").refund_id).expect("an id");
        strike(&counter, 1, "POST", "/v1/refunds", moment);
        counter.till.refund(sale, refund, 1_000).await.expect("asked");
        ticks(&counter, 5).await;
        let view = counter.till.sale(sale).await.expect("it");
        assert_eq!((view.refunds[0].state, counter.refunded_minor(sale)), (state, given), "{moment:?}");
    }
}
