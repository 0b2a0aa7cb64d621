//! Rare orders of events, each of which once led astray.

use crate::counter::{Counter, SECRET, TILL, pounds};
use crate::told::refusal;
use std::time::Duration;
use stripe_sim::{ApiRequest, Fault, FaultRule, Moment, Outcome};
use till::view::{Action, RefundState, SaleView, StageView};
use till::{RefundId, SaleId};

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";
const CREATE: &str = "/v1/payment_intents";
const REFUNDS: &str = "/v1/refunds";
fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}
fn offered(view: &SaleView) -> RefundId {
    RefundId::parse(&view.refundable.as_ref().expect("refundable").refund_id).expect("id")
}
fn last_key(counter: &Counter, path: &str) -> String {
    counter
        .ledger()
        .requests
        .iter()
        .rfind(|r| r.method == "POST" && r.path == path)
        .expect("sent")
        .idempotency_key
        .clone()
        .expect("key")
}
async fn ticks(counter: &Counter, n: u32) {
    for _ in 0..n {
        tokio::time::sleep(Duration::from_secs(1)).await;
        counter.till.tick().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_resent_create_turned_away_does_not_open_the_door_for_a_second() {
    for status in [429_u16, 401] {
        let counter = Counter::open();
        strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
        let sale = counter.sell("25.00").await;
        counter.charge(sale, APPROVED).await;
        counter.until(sale, |stage| matches!(stage, StageView::NotKnown { .. })).await;
        let (key, body) = (last_key(&counter, CREATE), counter.create_body(sale).await);
        ticks(&counter, 200).await;
        strike(&counter, 1, "POST", CREATE, Moment::Before, Fault::Status { status, should_retry: Some(false) });
        counter.till.try_again(sale).await.expect("offered");
        let view = counter.settled(sale).await;
        if matches!(view.stage, StageView::Open { .. }) {
            let view = counter.pay(sale, APPROVED).await;
            assert!(matches!(view.stage, StageView::Approved { .. }));
        }
        let mut late = ApiRequest::post(CREATE, &[]);
        late.body = body.into_bytes();
        counter.sim.call(late.header("idempotency-key", &key).key(SECRET)).expect("late");
        ticks(&counter, 4_000).await;
        counter.till.sale(sale).await.expect("it");
        assert_eq!(
            counter.taken_minor(sale),
            2_500,
            "HTTP {status}: charged twice, {} intents",
            counter.payment_intents()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_500_that_stripe_keeps_under_a_refunds_key_does_not_block_it_for_a_day() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    let mut keys = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let view = counter.till.sale(sale).await.expect("it");
        // Replayed for as long as the key is the same.
        strike(&counter, 3, "POST", REFUNDS, Moment::Before, Fault::Status { status: 500, should_retry: None });
        counter.till.refund(sale, offered(&view), 2_500).await.expect("asked");
        counter.refunds_known(sale).await;
        keys.insert(last_key(&counter, REFUNDS));
    }
    assert!(keys.len() > 1, "four times the same key: {keys:?}");
}

#[tokio::test(start_paused = true)]
async fn reconcile_does_not_believe_what_was_read_while_a_call_was_out() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000009995").await;
    let intent = view.payment_intent.expect("id");
    let confirm = format!("/v1/payment_intents/{intent}/confirm");
    strike(&counter, 2, "POST", &confirm, Moment::Before, Fault::Drop);
    strike(&counter, 1, "GET", &format!("/v1/payment_intents/{intent}"), Moment::After, Fault::Delay { ms: 3_000 });
    counter.charge(sale, CHALLENGED).await;
    tokio::join!(counter.reconcile_day(), counter.settled(sale));
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::NeedsAuthentication { .. }), "{:?}", view.stage);
}

#[tokio::test(start_paused = true)]
async fn reconcile_does_not_call_a_refund_lost_seconds_after_its_last_sending() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    strike(&counter, 3, "POST", REFUNDS, Moment::Before, Fault::Delay { ms: 59_000 });
    strike(&counter, 3, "POST", REFUNDS, Moment::Before, Fault::Drop);
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    ticks(&counter, 160).await;
    strike(&counter, 1, "GET", REFUNDS, Moment::After, Fault::Delay { ms: 1 });
    strike(&counter, 1, "GET", "/v1/payment_intents/*", Moment::After, Fault::Delay { ms: 30_000 });
    let (_, ()) = tokio::join!(counter.reconcile_day(), ticks(&counter, 31));
    let view = counter.till.sale(sale).await.expect("it");
    let sent = counter.ledger().requests.iter().filter(|r| r.method == "POST" && r.path == REFUNDS).count();
    assert_eq!(sent, 3);
    assert_eq!(view.refunds[0].state, RefundState::NotKnown, "the last sending was given up seconds ago");
}

fn taken_in_form<'a>(card: &'a str, sale: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", card),
        ("confirm", "true"),
        ("confirmation_method", "manual"),
        ("payment_method_types[]", "card"),
        ("use_stripe_sdk", "true"),
        ("metadata[countersign_sale]", sale),
        ("metadata[countersign_till]", TILL),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_payment_taken_in_open_is_not_offered_to_be_finished_and_can_be_given_up() {
    let counter = Counter::open();
    let sale = SaleId::new(&till::OsEntropy);
    let (card, text) = (counter.key(CHALLENGED), sale.to_string());
    let intent = counter.at_stripe(CREATE, &taken_in_form(card.as_str(), &text))["id"].as_str().expect("id").to_owned();
    counter.sim.challenge(&intent, Outcome::Complete).expect("done");
    let view =
        counter.till.take_in(stripe_client::PaymentIntentId::parse(&intent).expect("id")).await.expect("taken in");
    assert_eq!(view.actions, vec![Action::LookAgain, Action::Cancel]);
    let refused = counter.till.finish(sale).await.expect_err("its attempt is not in these books");
    assert!(refusal(&refused).contains("Cancel it"), "{refused:?}");
    counter.till.cancel(sale).await.expect("given up");
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    assert_eq!((counter.status_of(sale), counter.taken_minor(sale)), (Some("canceled".into()), 0));
}

#[tokio::test(start_paused = true)]
async fn a_payment_taken_in_open_does_not_stand_for_ever() {
    let counter = Counter::open();
    let sale = SaleId::new(&till::OsEntropy);
    let (card, text) = (counter.key(CHALLENGED), sale.to_string());
    let intent = counter.at_stripe(CREATE, &taken_in_form(card.as_str(), &text))["id"].as_str().expect("id").to_owned();
    counter.sim.challenge(&intent, Outcome::Complete).expect("done");
    counter.till.take_in(stripe_client::PaymentIntentId::parse(&intent).expect("id")).await.expect("taken in");
    counter.later(3_700);
    ticks(&counter, 1_000).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(
        !matches!(view.stage, StageView::Authenticated { .. }),
        "at Stripe {:?}, here {:?} {:?}",
        counter.status_of(sale),
        view.stage,
        view.actions
    );
}

#[tokio::test(start_paused = true)]
async fn another_tills_payment_is_not_taken_in() {
    let counter = Counter::open();
    let sale = SaleId::new(&till::OsEntropy).to_string();
    let other = till::TillId::new(&till::OsEntropy).to_string();
    let card = counter.key(APPROVED);
    let mut form = taken_in_form(card.as_str(), &sale);
    form.pop();
    form.push(("metadata[countersign_till]", &other));
    let intent = counter.at_stripe(CREATE, &form)["id"].as_str().expect("id").to_owned();
    assert!(counter.till.take_in(stripe_client::PaymentIntentId::parse(&intent).expect("id")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn totals_agree_when_a_sale_is_paid_between_the_phases() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, CHALLENGED).await;
    let intent = view.payment_intent.expect("id");
    strike(&counter, 1, "GET", "/v1/disputes", Moment::After, Fault::Delay { ms: 20_000 });
    let found = tokio::join!(counter.reconcile_day(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        counter.sim.challenge(&intent, Outcome::Complete).expect("done");
        ticks(&counter, 15).await;
    })
    .0;
    assert!(found.books == found.stripe || !found.notes.is_empty() || !found.differences.is_empty(), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_nobody_decided_about_warns_of_the_same_amount() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Delay { ms: 3_000 });
    counter.charge(sale, APPROVED).await;
    counter.till.cancel(sale).await.expect("wanted");
    let view = counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    assert!(view.unasked.is_some());
    let again = counter.till.open_sale(SaleId::new(&till::OsEntropy), pounds("25.00")).await;
    assert!(again.is_err(), "opened without a word");
}

#[tokio::test(start_paused = true)]
async fn a_card_taken_for_lost_is_watched_after_a_restart_too() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000009995").await;
    let confirm = format!("/v1/payment_intents/{}/confirm", view.payment_intent.expect("id"));
    strike(&counter, 3, "POST", &confirm, Moment::Before, Fault::Drop);
    let card = counter.key(APPROVED);
    let attempt = counter.attempt(sale).await;
    counter.till.submit_card(sale, attempt, card.clone()).await.expect("submitted");
    counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
    let counter = counter.crash_and_start_again().await;
    ticks(&counter, 5).await;
    let late = ApiRequest::post(&confirm, &[("payment_method", card.as_str())]).key(SECRET);
    assert_eq!(counter.sim.call(late).expect("an answer").status, 200);
    ticks(&counter, 1_000).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "paid at Stripe, here {:?}", view.stage);
}

async fn late_refund(counter: &Counter, intent: &str, body_amount: &str, refund: &str, key: &str, sale: SaleId) {
    let form = [
        ("payment_intent", intent),
        ("amount", body_amount),
        ("metadata[countersign_refund]", refund),
        ("metadata[countersign_sale]", &*sale.to_string()),
        ("metadata[countersign_till]", TILL),
    ];
    let late = ApiRequest::post(REFUNDS, &form).header("idempotency-key", key).key(SECRET);
    let _answer = counter.sim.call(late).expect("late");
}

#[tokio::test(start_paused = true)]
async fn a_refund_taken_for_lost_is_watched_after_a_restart_too() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let (intent, refund) = (view.payment_intent.clone().expect("id"), offered(&view).to_string());
    strike(&counter, 3, "POST", REFUNDS, Moment::Before, Fault::Drop);
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    counter.until_view(sale, |view| view.refunds.iter().any(|r| r.state == RefundState::NotRefunded)).await;
    let key = last_key(&counter, REFUNDS);
    let counter = counter.crash_and_start_again().await;
    ticks(&counter, 5).await;
    late_refund(&counter, &intent, "1000", &refund, &key, sale).await;
    ticks(&counter, 4_000).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(
        view.refunds[0].state,
        RefundState::Refunded,
        "given back at Stripe: {}; left here {:?}",
        counter.refunded_minor(sale),
        view.refundable.map(|l| l.left.amount_minor)
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_does_not_end_the_watch() {
    let counter = Counter::open();
    strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.until(sale, |stage| matches!(stage, StageView::NotKnown { .. })).await;
    let (key, body) = (last_key(&counter, CREATE), counter.create_body(sale).await);
    counter.till.cancel(sale).await.expect("given up");
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    counter.clock_off_ms.store(30 * 3_600_000, std::sync::atomic::Ordering::Relaxed);
    ticks(&counter, 2_000).await;
    let mut late = ApiRequest::post(CREATE, &[]);
    late.body = body.into_bytes();
    counter.sim.call(late.header("idempotency-key", &key).key(SECRET)).expect("late");
    ticks(&counter, 4_000).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(
        matches!(view.stage, StageView::Approved { .. }),
        "charged {} in silence: {:?}",
        counter.taken_minor(sale),
        view.stage
    );
}

#[tokio::test(start_paused = true)]
async fn a_resent_refund_turned_away_stays_one_request_and_gives_no_more_back_than_asked() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let (intent, refund) = (view.payment_intent.clone().expect("id"), offered(&view).to_string());
    strike(&counter, 3, "POST", REFUNDS, Moment::Before, Fault::Drop);
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    let view = counter.until_view(sale, |view| view.refunds.iter().any(|r| r.state == RefundState::NotRefunded)).await;
    let key = last_key(&counter, REFUNDS);
    strike(&counter, 1, "POST", REFUNDS, Moment::Before, Fault::Status { status: 429, should_retry: Some(false) });
    counter.till.refund(sale, offered(&view), 1_000).await.expect("again");
    let view = counter.refunds_known(sale).await;
    counter.till.refund(sale, offered(&view), 1_000).await.expect("and again");
    counter.refunds_known(sale).await;
    assert_eq!(last_key(&counter, REFUNDS), key, "the same wish under another key");
    late_refund(&counter, &intent, "1000", &refund, &key, sale).await;
    assert_eq!(counter.refunded_minor(sale), 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_of_a_refund_is_looked_for_soon_however_long_the_sale_was_watched() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000007726").await;
    counter.till.refund(sale, offered(&view), 100).await.expect("asked");
    ticks(&counter, 61 * 300).await;
    let view = counter.till.sale(sale).await.expect("it");
    strike(&counter, 3, "POST", REFUNDS, Moment::After, Fault::Drop);
    strike(&counter, 1, "GET", REFUNDS, Moment::Before, Fault::Status { status: 500, should_retry: Some(false) });
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    ticks(&counter, 60).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(view.refunds.iter().all(|r| r.state != RefundState::NotKnown), "{:?}", view.refunds);
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_the_bank_sends_back_after_two_days_is_told() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000005126").await;
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    counter.refunds_known(sale).await;
    counter.later(3 * 86_400);
    let counter = counter.crash_and_start_again().await;
    ticks(&counter, 4_000).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.refunds[0].state, RefundState::NotRefunded, "at Stripe {:?}", counter.refunds(sale)[0]["status"]);
}

#[tokio::test(start_paused = true)]
async fn two_refunds_of_one_name_are_two() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let (intent, refund) = (view.payment_intent.clone().expect("id"), offered(&view).to_string());
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    counter.refunds_known(sale).await;
    counter.at_stripe(
        REFUNDS,
        &[("payment_intent", &intent), ("amount", "700"), ("metadata[countersign_refund]", &refund)],
    );
    counter.reconcile_day().await;
    let view = counter.till.sale(sale).await.expect("it");
    counter.reconcile_day().await;
    assert_eq!(view.refundable.map(|l| l.left.amount_minor), Some(800), "{:?}", view.refunds);
}

#[tokio::test(start_paused = true)]
async fn totals_after_set_aside_are_explained() {
    let counter = Counter::open();
    let sale = counter.sell("9.00").await;
    let view = counter.pay(sale, "4000000000000002").await;
    let intent = view.payment_intent.expect("id");
    counter.at_stripe(&format!("/v1/payment_intents/{intent}"), &[("amount", "950")]);
    counter.reconcile_day().await;
    counter.till.set_aside(sale).await.expect("noted");
    let card = counter.key(APPROVED);
    counter.at_stripe(&format!("/v1/payment_intents/{intent}/confirm"), &[("payment_method", card.as_str())]);
    let found = counter.reconcile_day().await;
    assert!(found.books == found.stripe || !found.notes.is_empty() || !found.differences.is_empty(), "{found:?}");
}
