//! Money given back: what went back is read in the simulator's ledger.

use stripe_sim::{ApiRequest, Fault, FaultRule, Moment};
use till::view::{Action, Difference, RefundState, SaleView, StageView};
use till::{RefundId, SaleId};

use crate::counter::{Counter, SECRET};
use crate::told::not_refunded;

const APPROVED: &str = "4242424242424242";
const PENDING_REFUND: &str = "4000000000007726";
const FAILING_REFUND: &str = "4000000000005126";
const DISPUTED: &str = "4000000000000259";
const REFUNDS: &str = "/v1/refunds";

fn offered(view: &SaleView) -> RefundId {
    RefundId::parse(&view.refundable.as_ref().expect("refundable").refund_id).expect("an id")
}

fn states(view: &SaleView) -> Vec<RefundState> {
    view.refunds.iter().map(|refund| refund.state).collect()
}

async fn paid(counter: &Counter, card: &str) -> (SaleId, SaleView) {
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, card).await;
    assert!(matches!(view.stage, StageView::Approved { .. }));
    (sale, view)
}

fn lose(counter: &Counter, moment: Moment) {
    counter.sim.faults().add(FaultRule::next(3, "POST", REFUNDS, moment, Fault::Drop));
}

#[tokio::test(start_paused = true)]
async fn a_payment_is_given_back_in_parts_and_never_more_than_it_was() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    assert_eq!(view.refundable.as_ref().map(|left| left.typed.as_str()), Some("25.00"));

    counter.till.refund(sale, offered(&view), 1_000).await.expect("a part");
    let view = counter.refunds_known(sale).await;
    assert_eq!((states(&view), counter.refunded_minor(sale)), (vec![RefundState::Refunded], 1_000));
    assert_eq!(view.refundable.as_ref().map(|left| left.left.text.as_str()), Some("£15.00"));

    let too_much = counter.till.refund(sale, offered(&view), 1_501).await;
    assert_eq!(counter.refused(too_much).await, "more_than_left");
    let nothing = counter.till.refund(sale, offered(&view), 0).await;
    assert!(nothing.is_err());
    assert_eq!(counter.refunded_minor(sale), 1_000);

    counter.till.refund(sale, offered(&view), 1_500).await.expect("the rest");
    let view = counter.refunds_known(sale).await;
    assert_eq!((view.refunds.len(), view.refundable.clone(), counter.refunded_minor(sale)), (2, None, 2_500));
    assert!(!view.actions.contains(&Action::Refund), "nothing is left");
}

#[tokio::test(start_paused = true)]
async fn the_same_wish_twice_is_one_refund() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    let refund = offered(&view);
    let (first, second) =
        tokio::join!(counter.till.refund(sale, refund, 1_000), counter.till.refund(sale, refund, 1_000));
    assert!(first.is_ok() && second.is_ok());
    counter.refunds_known(sale).await;
    counter.till.refund(sale, refund, 1_000).await.expect("harmless");
    assert_eq!((counter.refunded_minor(sale), counter.refunds(sale).len()), (1_000, 1));
    let stale = counter.till.refund(sale, RefundId::new(&till::OsEntropy), 500).await;
    assert_eq!(counter.refused(stale).await, "stale_refund");
}

#[tokio::test(start_paused = true)]
async fn a_refund_whose_answer_was_lost_is_found_and_not_made_twice() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    lose(&counter, Moment::After);
    counter.till.refund(sale, offered(&view), 2_500).await.expect("asked for");
    let view = counter.refunds_known(sale).await;
    assert_eq!((states(&view), counter.refunded_minor(sale)), (vec![RefundState::Refunded], 2_500));
    assert_eq!(counter.refunds(sale).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_never_arrived_is_not_known_then_not_made_and_asked_for_again_as_the_same_request() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    lose(&counter, Moment::Before);
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked for");
    let view = counter.until_view(sale, |view| states(view) == [RefundState::NotKnown]).await;
    assert_eq!(view.refundable, None, "no other refund while this one is in doubt");
    let view = counter.until_view(sale, |view| states(view) == [RefundState::NotRefunded]).await;
    assert_eq!(counter.refunded_minor(sale), 0, "nothing is given back by itself");
    assert_eq!(view.refundable.as_ref().map(|left| left.left.amount_minor), Some(2_500));

    counter.till.refund(sale, offered(&view), 1_000).await.expect("again");
    let view = counter.refunds_known(sale).await;
    assert_eq!((states(&view), counter.refunded_minor(sale)), (vec![RefundState::Refunded], 1_000));
    let ledger = counter.ledger();
    let keys: std::collections::BTreeSet<_> = ledger
        .requests
        .iter()
        .filter(|r| r.method == "POST" && r.path == REFUNDS)
        .map(|r| &r.idempotency_key)
        .collect();
    assert_eq!(keys.len(), 1, "the same key at every sending");
}

#[tokio::test(start_paused = true)]
async fn a_permission_that_was_missing_after_the_refund_is_never_told_as_nothing_was_given_back() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    let forbidden = Fault::Status { status: 403, should_retry: Some(false) };
    counter.sim.faults().add(FaultRule::next(1, "POST", REFUNDS, Moment::After, forbidden));
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked for");
    let ended = |view: &SaleView| matches!(states(view)[..], [RefundState::Refunded | RefundState::NotRefunded]);
    let view = counter.until_view(sale, ended).await;
    assert_eq!((states(&view), counter.refunded_minor(sale)), (vec![RefundState::Refunded], 1_000));
}

#[tokio::test(start_paused = true)]
async fn a_crash_while_a_refund_is_out_neither_loses_nor_repeats_it() {
    for moment in [Moment::Before, Moment::After] {
        let counter = Counter::open();
        let (sale, view) = paid(&counter, APPROVED).await;
        lose(&counter, moment);
        counter.till.refund(sale, offered(&view), 1_000).await.expect("asked for");
        let counter = counter.crash_and_start_again().await;
        let view = counter.refunds_known(sale).await;
        let made = if moment == Moment::After { 1_000 } else { 0 };
        assert_eq!(counter.refunded_minor(sale), made, "{moment:?}");
        let state = if made > 0 { RefundState::Refunded } else { RefundState::NotRefunded };
        assert_eq!(states(&view), vec![state]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_is_pending_is_followed_and_one_that_fails_later_is_shown() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, PENDING_REFUND).await;
    counter.till.refund(sale, offered(&view), 2_500).await.expect("asked for");
    let view = counter.until_view(sale, |view| states(view) == [RefundState::Pending]).await;
    assert_eq!(view.refundable, None, "what is on its way back cannot be given back again");
    counter.later(61);
    counter.until_view(sale, |view| states(view) == [RefundState::Refunded]).await;

    let (sale, view) = paid(&counter, FAILING_REFUND).await;
    counter.till.refund(sale, offered(&view), 2_500).await.expect("asked for");
    counter.until_view(sale, |view| states(view) == [RefundState::Refunded]).await;
    counter.later(61);
    let found = counter.reconcile_day().await;
    assert!(
        found.differences.iter().any(|found| found.difference == Difference::RefundFailed && !found.put_right),
        "{found:?}"
    );
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(states(&view), vec![RefundState::NotRefunded]);
    assert!(not_refunded(&view.refunds[0]).contains("another way"));
}

#[tokio::test(start_paused = true)]
async fn what_stripe_refuses_is_said_and_nothing_is_given_back() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, DISPUTED).await;
    counter.later(5);
    counter.till.refund(sale, offered(&view), 2_500).await.expect("asked for");
    let view = counter.refunds_known(sale).await;
    assert_eq!((states(&view), counter.refunded_minor(sale)), (vec![RefundState::NotRefunded], 0));
    assert!(not_refunded(&view.refunds[0]).contains("dispute"), "{view:?}");
}

#[tokio::test(start_paused = true)]
async fn somebody_was_faster_in_the_dashboard() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    let intent = view.payment_intent.clone().expect("an id");
    counter.at_stripe(REFUNDS, &[("payment_intent", &intent), ("amount", "2000")]);
    counter.till.refund(sale, offered(&view), 2_500).await.expect("asked for");
    let view = counter.until_view(sale, |view| view.refunds.len() == 2).await;
    assert_eq!(states(&view), vec![RefundState::NotRefunded, RefundState::Refunded]);
    assert!(view.refunds[1].elsewhere);
    assert_eq!(view.refundable.as_ref().map(|left| left.left.amount_minor), Some(500));
    assert_eq!(counter.refunded_minor(sale), 2_000);
}

#[tokio::test(start_paused = true)]
async fn only_a_paid_sale_can_be_given_back() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.refundable, None);
    let refused = counter.till.refund(sale, RefundId::new(&till::OsEntropy), 100).await;
    assert!(refused.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_old_sale_is_refunded_from_the_journal() {
    let counter = Counter::open();
    let (sale, _) = paid(&counter, APPROVED).await;
    for _ in 0..201 {
        let other = counter.sell("1.00").await;
        counter.till.cancel(other).await.expect("cancelled");
    }
    let counter = counter.crash_and_start_again().await;
    assert!(counter.till.sales(100).await.iter().all(|view| view.sale_id != sale.to_string()), "not among the newest");
    let view = counter.till.sale(sale).await.expect("read from the journal");
    counter.till.refund(sale, offered(&view), 700).await.expect("asked for");
    counter.refunds_known(sale).await;
    assert_eq!(counter.refunded_minor(sale), 700);
}

#[tokio::test(start_paused = true)]
async fn a_lost_refund_that_comes_after_a_restart_and_hours_is_found_before_it_is_given_twice() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    let (refund, intent) = (offered(&view).to_string(), view.payment_intent.clone().expect("an id"));
    lose(&counter, Moment::Before);
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked for");
    counter.until_view(sale, |view| states(view) == [RefundState::NotRefunded]).await;
    let counter = counter.crash_and_start_again().await;
    counter.later(5 * 3_600);
    let late = [("payment_intent", &*intent), ("amount", "1000"), ("metadata[countersign_refund]", &*refund)];
    counter.at_stripe(REFUNDS, &late);

    let view = counter.until_within(sale, 400, |view| states(view) == [RefundState::Refunded]).await;
    assert_eq!(
        (states(&view), view.refunds[0].elsewhere),
        (vec![RefundState::Refunded], false),
        "it is the till's own"
    );
    assert_eq!(view.refundable.as_ref().map(|left| left.left.amount_minor), Some(1_500));
}

/// The first sending arrives after all, and staff, who were told that nothing was given back, ask for it again.
#[tokio::test(start_paused = true)]
async fn a_lost_refund_that_came_meanwhile_is_not_given_twice_by_the_second_wish() {
    // Within the time for which Stripe remembers the request, and after it.
    for hours in [1, 26] {
        let counter = Counter::open();
        let (sale, view) = paid(&counter, APPROVED).await;
        let (refund, intent) = (offered(&view).to_string(), view.payment_intent.clone().expect("an id"));
        lose(&counter, Moment::Before);
        counter.till.refund(sale, offered(&view), 1_000).await.expect("asked for");
        let view = counter.until_view(sale, |view| states(view) == [RefundState::NotRefunded]).await;
        let sale_id = sale.to_string();
        let form = [
            ("payment_intent", &*intent),
            ("amount", "1000"),
            ("metadata[countersign_refund]", &*refund),
            ("metadata[countersign_sale]", &*sale_id),
            ("metadata[countersign_till]", crate::counter::TILL),
        ];
        let late = ApiRequest::post(REFUNDS, &form).header("idempotency-key", &counter.last_key(REFUNDS)).key(SECRET);
        assert_eq!(counter.sim.call(late).expect("an answer").status, 200);
        counter.later(hours * 3_600);
        counter.till.refund(sale, offered(&view), 1_000).await.expect("asked again");
        let view = counter.refunds_known(sale).await;
        assert_eq!(counter.refunded_minor(sale), 1_000, "{hours} hours: {:?}", view.refunds);
        assert_eq!(states(&view), [RefundState::Refunded], "{hours} hours");
    }
}

/// What was asked for again was there, so that nothing went out. The page's command comes once more: it was followed already.
#[tokio::test(start_paused = true)]
async fn a_wish_that_a_look_fulfilled_is_not_followed_a_second_time() {
    let counter = Counter::open();
    let (sale, view) = paid(&counter, APPROVED).await;
    let (refund, intent) = (offered(&view).to_string(), view.payment_intent.clone().expect("an id"));
    lose(&counter, Moment::Before);
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked for");
    let view = counter.until_view(sale, |view| states(view) == [RefundState::NotRefunded]).await;
    let late = [("payment_intent", &*intent), ("amount", "1000"), ("metadata[countersign_refund]", &*refund)];
    counter.at_stripe(REFUNDS, &late);
    let again = offered(&view);
    counter.till.refund(sale, again, 1_000).await.expect("it is there");
    let second = counter.till.refund(sale, again, 1_000).await;
    assert_eq!(second.expect_err("its wish is fulfilled").code(), "stale_refund");
    let view = counter.refunds_known(sale).await;
    assert_eq!(counter.refunded_minor(sale), 1_000, "{:?}", view.refunds);
    // What is left can be given back, and as that.
    counter.till.refund(sale, offered(&view), 1_500).await.expect("the rest");
    counter.refunds_known(sale).await;
    assert_eq!(counter.refunded_minor(sale), 2_500);
}
