//! What comes after a sale was given up, and what may be the same purchase twice.

use stripe_sim::{ApiRequest, Fault, FaultRule, Moment};
use till::view::{Action, RefundState, StageView};
use till::{RefundId, SaleId};

use crate::counter::{Counter, SECRET, pounds};
use crate::told;
use crate::told::{title, unasked};

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";
const CREATE: &str = "/v1/payment_intents";

fn approved(stage: &StageView) -> bool {
    matches!(stage, StageView::Approved { .. })
}

/// A sale that staff gave up after its request was lost; answers with the request that is still on its way.
async fn given_up_with_a_request_on_its_way(counter: &Counter) -> (SaleId, ApiRequest) {
    counter.sim.faults().add(FaultRule::next(3, "POST", CREATE, Moment::Before, Fault::Drop));
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    let (key, body) = {
        let ledger = counter.ledger();
        let request = ledger.requests.iter().rfind(|r| r.method == "POST" && r.path == CREATE).expect("it was sent");
        (request.idempotency_key.clone().expect("a key"), counter.create_body(sale).await)
    };
    counter.till.cancel(sale).await.expect("given up");
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    let mut late = ApiRequest::post(CREATE, &[]);
    late.body = body.into_bytes();
    (sale, late.header("idempotency-key", &key).key(SECRET))
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_comes_hours_after_the_cancel_is_found_shown_and_given_back_in_one_step() {
    let counter = Counter::open();
    let (sale, late) = given_up_with_a_request_on_its_way(&counter).await;
    counter.later(3 * 3_600);
    assert_eq!(counter.sim.call(late).expect("an answer").status, 200);
    assert_eq!(counter.taken_minor(sale), 2_500, "the stray charged the customer");

    let view = counter.until_within(sale, 4_000, |view| approved(&view.stage)).await;
    let said = unasked(view.unasked.expect("staff are told"), &view.money);
    assert!(said.contains("£25.00") && said.contains("shown as cancelled"), "{said}");
    assert_eq!(view.actions, vec![Action::Refund, Action::Keep]);
    let refund = RefundId::parse(&view.refundable.as_ref().expect("refundable").refund_id).expect("an id");
    counter.till.refund(sale, refund, 2_500).await.expect("one step");
    let view = counter.refunds_known(sale).await;
    assert_eq!((view.refunds[0].state, view.unasked), (RefundState::Refunded, None));
    assert_eq!(counter.refunded_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_stray_is_found_by_the_next_start_too_and_can_be_kept() {
    let counter = Counter::open();
    let (sale, late) = given_up_with_a_request_on_its_way(&counter).await;
    counter.later(20 * 3_600);
    counter.sim.call(late).expect("an answer");
    let counter = counter.crash_and_start_again().await;
    let view = counter.until(sale, approved).await;
    assert!(view.unasked.is_some());
    let counter = counter.crash_and_start_again().await;
    assert!(counter.till.sale(sale).await.expect("it").unasked.is_some(), "until somebody decides");
    counter.till.keep(sale).await.expect("kept");
    counter.till.keep(sale).await.expect("twice is once");
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!((view.unasked, approved(&view.stage), counter.refunded_minor(sale)), (None, true, 0));
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_challenge_that_comes_after_the_cancel_is_cancelled_too() {
    let counter = Counter::open();
    let (sale, late) = given_up_with_a_request_on_its_way(&counter).await;
    // The same request, as it would be for a card that the bank challenges.
    let method = counter.key(CHALLENGED);
    let body = String::from_utf8(late.body.clone()).expect("text");
    let from = body.split("payment_method=").nth(1).and_then(|rest| rest.split('&').next()).expect("a card").to_owned();
    let mut late = late;
    late.body = body.replace(&from, method.as_str()).into_bytes();
    counter.later(600);
    counter.sim.call(late).expect("an answer");
    counter.until_within(sale, 4_000, |_| counter.status_of(sale) == Some("canceled".into())).await;
    assert_eq!(counter.till.sale(sale).await.expect("it").stage, StageView::Cancelled);
    assert_eq!(counter.taken_minor(sale), 0);
}

#[tokio::test(start_paused = true)]
async fn the_watch_ends() {
    let counter = Counter::open();
    let (sale, _never) = given_up_with_a_request_on_its_way(&counter).await;
    counter.later(8 * 86_400);
    let counter = counter.crash_and_start_again().await;
    counter.until_within(sale, 4_000, |_| false).await;
    let asked = counter.ledger().requests.len();
    counter.until_within(sale, 8_000, |_| false).await;
    assert_eq!(counter.ledger().requests.len(), asked, "nobody asks any more");
    let counter = counter.crash_and_start_again().await;
    assert_eq!(counter.till.sale(sale).await.expect("it").stage, StageView::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_success_that_the_cancel_came_too_late_for_is_shown_as_such() {
    let counter = Counter::open();
    counter.sim.faults().add(FaultRule::next(3, "POST", CREATE, Moment::After, Fault::Drop));
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.till.cancel(sale).await.expect("wanted");
    let view = counter.until(sale, approved).await;
    let said = unasked(view.unasked.expect("staff are told"), &view.money);
    assert!(said.contains("came too late"), "{said}");
    assert_eq!(view.actions, vec![Action::Refund, Action::Keep]);
}

#[tokio::test(start_paused = true)]
async fn a_second_sale_of_the_same_amount_is_warned_of_while_the_first_is_not_known() {
    let counter = Counter::open();
    counter.sim.faults().add(FaultRule::next(3, "POST", CREATE, Moment::After, Fault::Drop));
    let first = counter.sell("25.00").await;
    counter.sim.faults().add(FaultRule::next(9, "GET", CREATE, Moment::Before, Fault::Drop));
    counter.charge(first, APPROVED).await;
    counter.until(first, |stage| matches!(stage, StageView::NotKnown { .. })).await;

    let second = SaleId::new(&till::OsEntropy);
    let refusal = counter.till.open_sale(second, pounds("25.00")).await.expect_err("warned");
    assert_eq!(refusal.code(), "same_amount");
    assert!(told::refusal(&refusal).contains("Sale 1 of £25.00 is not known yet"), "{refusal:?}");
    assert!(counter.till.open_sale(SaleId::new(&till::OsEntropy), pounds("25.01")).await.is_ok(), "another amount");
    assert!(counter.till.open_sale_anyway(second, pounds("25.00")).await.is_ok(), "staff know better");

    counter.until(first, approved).await;
    assert!(counter.till.open_sale(SaleId::new(&till::OsEntropy), pounds("25.00")).await.is_ok(), "known by now");
}

#[tokio::test(start_paused = true)]
async fn a_card_taken_for_never_arrived_is_looked_for_again_after_a_restart() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let declined = counter.pay(sale, "4000000000009995").await;
    let confirm = format!("/v1/payment_intents/{}/confirm", declined.payment_intent.expect("an id"));
    counter.sim.faults().add(FaultRule::next(3, "POST", &confirm, Moment::Before, Fault::Drop));
    let card = counter.key(APPROVED);
    let attempt = counter.attempt(sale).await;
    counter.till.submit_card(sale, attempt, card.clone()).await.expect("submitted");
    counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
    let counter = counter.crash_and_start_again().await;
    counter.until_within(sale, 60, |_| false).await;
    // Hours after the start the lost request arrives, and nobody is at the sale.
    counter.later(5 * 3_600);
    counter.at_stripe(&confirm, &[("payment_method", card.as_str())]);
    let view = counter.until_within(sale, 60, |view| approved(&view.stage)).await;
    assert!(approved(&view.stage), "{view:?}");
    assert!(view.actions.contains(&Action::Refund), "and it can be given back");
}

/// A sale whose first card was declined and whose second was lost on its way and told "not charged"; answers with what is
/// needed to let that one arrive.
async fn told_not_charged(counter: &Counter) -> (SaleId, String, stripe_client::PaymentMethodId) {
    let sale = counter.sell("25.00").await;
    let declined = counter.pay(sale, "4000000000009995").await;
    let confirm = format!("/v1/payment_intents/{}/confirm", declined.payment_intent.expect("an id"));
    counter.sim.faults().add(FaultRule::next(3, "POST", &confirm, Moment::Before, Fault::Drop));
    let card = counter.key(APPROVED);
    let attempt = counter.attempt(sale).await;
    counter.till.submit_card(sale, attempt, card.clone()).await.expect("submitted");
    let view = counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
    let StageView::Declined { decline } = view.stage else { panic!("declined") };
    assert_eq!(title(&decline), "Not charged");
    (sale, confirm, card)
}

#[tokio::test(start_paused = true)]
async fn a_card_that_was_told_not_charged_and_is_charged_hours_later_is_shown_as_a_stray() {
    let counter = Counter::open();
    let (sale, confirm, card) = told_not_charged(&counter).await;
    counter.later(3 * 3_600);
    counter.at_stripe(&confirm, &[("payment_method", card.as_str())]);
    let view = counter.until_within(sale, 600, |view| approved(&view.stage)).await;
    let said = unasked(view.unasked.expect("staff are told"), &view.money);
    assert!(said.contains("had said that nothing was charged"), "{said}");
    assert_eq!(view.actions, vec![Action::Refund, Action::Keep]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_card_is_watched_even_after_another_was_declined_and_after_a_restart() {
    for restart in [false, true] {
        let mut counter = Counter::open();
        let (sale, confirm, card) = told_not_charged(&counter).await;
        counter.pay(sale, "4000000000009995").await;
        if restart {
            counter = counter.crash_and_start_again().await;
            counter.until_within(sale, 10, |_| false).await;
        }
        counter.later(3 * 3_600);
        counter.at_stripe(&confirm, &[("payment_method", card.as_str())]);
        let view = counter.until_within(sale, 1_000, |view| approved(&view.stage)).await;
        assert!(view.unasked.is_some(), "{:?}", view.stage);
        assert_eq!(counter.taken_minor(sale), 2_500);
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumped_before_the_start_does_not_end_the_watch() {
    let counter = Counter::open();
    let (sale, late) = given_up_with_a_request_on_its_way(&counter).await;
    counter.clock_off_ms.store(30 * 3_600_000, std::sync::atomic::Ordering::Relaxed);
    let counter = counter.crash_and_start_again().await;
    counter.until_within(sale, 2_000, |_| false).await;
    counter.sim.call(late).expect("an answer");
    let view = counter.until_within(sale, 4_000, |view| approved(&view.stage)).await;
    assert!(view.unasked.is_some(), "{:?}", view.stage);
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_never_sent_again_when_stripe_may_have_forgotten_its_key() {
    let counter = Counter::open();
    counter.sim.faults().add(FaultRule::next(3, "POST", CREATE, Moment::Before, Fault::Drop));
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.until_within(sale, 400, |view| view.actions.first() == Some(&Action::TryAgain)).await;
    counter.later(25 * 3_600);
    assert!(counter.till.try_again(sale).await.is_err());
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.actions, vec![Action::LookAgain, Action::Cancel]);
    assert_eq!(counter.payment_intents(), 0);
}
