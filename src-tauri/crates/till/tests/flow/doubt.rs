//! What staff are told while an outcome is open: what the last look found, until when the till waits, and whether a call is
//! out at all.

use std::time::Duration;

use stripe_sim::{ApiRequest, Fault, FaultRule, Moment};
use till::coordinator::Link;
use till::machine::SETTLE_SECONDS;
use till::view::{Action, CancelStep, LastLook, SaleView, StageView, Standing, WhyNotKnown};
use till::{PaymentStep, SaleId};

use crate::counter::{Counter, SECRET};

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";
const CREATE: &str = "/v1/payment_intents";

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}

fn found(view: &SaleView) -> Option<LastLook> {
    match view.stage {
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { found, .. }, .. }
        | StageView::Cancelling { step: CancelStep::FindingOut { found, .. } } => Some(found),
        _ => None,
    }
}

fn goes_on_by_itself(view: &SaleView) -> bool {
    view.standing == Standing::LeftToItself
}

/// A second, for the till and for Stripe.
async fn second(counter: &Counter, sale: SaleId) -> SaleView {
    counter.later(1);
    counter.till.tick().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    counter.till.sale(sale).await.expect("the sale")
}

/// Lets seconds pass until it is so, at most five minutes.
async fn wait(counter: &Counter, sale: SaleId, done: impl Fn(&SaleView) -> bool) -> SaleView {
    for _ in 0..300 {
        let view = second(counter, sale).await;
        if done(&view) {
            return view;
        }
    }
    panic!("it never came to that: {:?}", counter.till.sale(sale).await);
}

/// A charge that never arrived, and nobody answers since.
async fn lost(counter: &Counter) -> SaleId {
    let sale = counter.sell("25.00").await;
    let (attempt, card) = (counter.attempt(sale).await, counter.key(APPROVED));
    strike(counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    strike(counter, 1_000, "GET", CREATE, Moment::Before, Fault::Drop);
    counter.till.submit_card(sale, attempt, card).await.expect("submitted");
    wait(counter, sale, |view| matches!(view.stage, StageView::NotKnown { .. })).await;
    sale
}

#[tokio::test(start_paused = true)]
async fn not_known_tells_that_stripe_is_silent_then_that_it_has_none_so_far_and_until_when_the_till_waits() {
    let counter = Counter::open();
    let sale = lost(&counter).await;
    wait(&counter, sale, |view| found(view) == Some(LastLook::Silent)).await;
    counter.sim.faults().clear();
    let view = wait(&counter, sale, |view| found(view) != Some(LastLook::Silent)).await;
    let Some(LastLook::NoneSoFar { until_ms }) = found(&view) else { panic!("{:?}", view.stage) };
    let now_ms = || i64::try_from(counter.sim.clock().now_ms()).expect("a time");
    let wait_ms = until_ms - now_ms();
    assert!((1..=i64::from(SETTLE_SECONDS) * 1_000).contains(&wait_ms), "{wait_ms}");
    // The time stands still while it runs out, and what was promised for it comes with it.
    loop {
        let view = second(&counter, sale).await;
        match found(&view) {
            Some(LastLook::NoneSoFar { until_ms: again_ms }) => {
                assert!((again_ms - until_ms).abs() <= 1_000, "{again_ms} {until_ms}");
                assert!(now_ms() <= until_ms + 1_000, "the time is over, and nothing was decided");
            }
            Some(LastLook::None) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(now_ms() >= until_ms - 1_000, "decided before the time that was told");
    assert_eq!(counter.taken_minor(sale), 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_answer_is_neither_silence_nor_none() {
    let counter = Counter::open();
    let sale = lost(&counter).await;
    counter.sim.faults().clear();
    strike(&counter, 1_000, "GET", CREATE, Moment::Before, Fault::Status { status: 401, should_retry: None });
    wait(&counter, sale, |view| found(view) == Some(LastLook::Refused)).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_start_stripe_was_not_asked_yet() {
    let counter = Counter::open();
    let sale = lost(&counter).await;
    wait(&counter, sale, |view| found(view) == Some(LastLook::Silent)).await;
    let counter = counter.crash_and_start_again().await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(found(&view), Some(LastLook::NotAsked));
}

#[tokio::test(start_paused = true)]
async fn the_cancel_of_a_sale_that_is_not_known_says_that_no_call_is_out_and_can_be_left() {
    let counter = Counter::open();
    let sale = lost(&counter).await;
    let StageView::NotKnown { since_ms: lost_ms, .. } = counter.till.sale(sale).await.expect("it").stage else {
        panic!("it is not known")
    };
    counter.till.cancel(sale).await.expect("wanted");
    let silent = |view: &SaleView| found(view) == Some(LastLook::Silent);
    let view = wait(&counter, sale, silent).await;
    let StageView::Cancelling { step } = view.stage else { panic!("{:?}", view.stage) };
    assert_eq!(step, CancelStep::FindingOut { since_ms: lost_ms, found: LastLook::Silent });
    assert!(goes_on_by_itself(&view) && !view.call_in_flight);
    assert!(matches!(counter.till.payment_step(sale).await, PaymentStep::Done), "nobody has to stand by");
    assert!(counter.ledger().requests.iter().all(|request| !request.path.ends_with("/cancel")), "no cancel went out");
    // A start does not forget since when.
    let counter = counter.crash_and_start_again().await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(
        view.stage,
        StageView::Cancelling { step: CancelStep::FindingOut { since_ms, .. } } if (1..=lost_ms).contains(&since_ms)
    ));
    counter.sim.faults().clear();
    wait(&counter, sale, |view| matches!(found(view), Some(LastLook::NoneSoFar { .. }))).await;
    wait(&counter, sale, |view| view.stage == StageView::Cancelled).await;
    assert_eq!(counter.taken_minor(sale), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_waits_for_the_charge_that_is_out_and_says_so() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Delay { ms: 5_000 });
    let sale = counter.sell("25.00").await;
    counter.charge(sale, CHALLENGED).await;
    let view = counter.till.cancel(sale).await.expect("wanted");
    assert_eq!(view.stage, StageView::Cancelling { step: CancelStep::AwaitingCharge });
    assert!(!goes_on_by_itself(&view));
    wait(&counter, sale, |view| view.stage == StageView::Cancelled).await;
    assert_eq!(counter.status_of(sale).as_deref(), Some("canceled"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_cancel_is_found_out_about_and_its_next_call_does_not_come_back_into_staffs_hand() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, CHALLENGED).await;
    strike(&counter, 3, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Drop);
    let view = counter.till.cancel(sale).await.expect("wanted");
    assert_eq!(view.stage, StageView::Cancelling { step: CancelStep::Calling { doubt_since_ms: None } });
    strike(&counter, 3, "GET", "/v1/payment_intents/*", Moment::Before, Fault::Drop);
    wait(&counter, sale, |view| matches!(found(view), Some(LastLook::Silent))).await;
    strike(&counter, 1, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Delay { ms: 5_000 });
    let view =
        wait(&counter, sale, |view| matches!(view.stage, StageView::Cancelling { step: CancelStep::Calling { .. } }))
            .await;
    assert!(goes_on_by_itself(&view) && view.call_in_flight, "{view:?}");
    wait(&counter, sale, |view| view.stage == StageView::Cancelled).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_goes_out_again_takes_back_what_the_look_before_it_said() {
    let counter = Counter::open();
    let sale = lost(&counter).await;
    counter.sim.faults().clear();
    wait(&counter, sale, |view| found(view) == Some(LastLook::None)).await;
    strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    counter.till.try_again(sale).await.expect("offered");
    strike(&counter, 1_000, "GET", CREATE, Moment::After, Fault::Delay { ms: 20_000 });
    let view = wait(&counter, sale, |view| matches!(view.stage, StageView::NotKnown { .. })).await;
    assert_eq!(found(&view), Some(LastLook::NotAsked), "of this sending nothing was read yet");
}

#[tokio::test(start_paused = true)]
async fn a_look_that_nobody_answers_is_told_of_the_till_too() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, CHALLENGED).await;
    // Nothing but looks at this payment is on its way.
    strike(&counter, 1_000, "GET", "/v1/payment_intents/*", Moment::Before, Fault::Drop);
    let health = counter.till.health();
    for _ in 0..60 {
        second(&counter, sale).await;
        if health.borrow().link == Link::Nobody {
            return;
        }
    }
    panic!("nobody was told: {:?}", health.borrow());
}

#[tokio::test(start_paused = true)]
async fn a_look_that_takes_long_says_what_was_so_when_it_began() {
    let counter = Counter::open();
    let sale = lost(&counter).await;
    counter.sim.faults().clear();
    let view = wait(&counter, sale, |view| matches!(found(view), Some(LastLook::NoneSoFar { .. }))).await;
    let Some(LastLook::NoneSoFar { until_ms }) = found(&view) else { unreachable!() };
    let left_ms = |counter: &Counter| until_ms - i64::try_from(counter.sim.clock().now_ms()).expect("a time");
    wait(&counter, sale, |_| left_ms(&counter) <= 5_000).await;
    // It begins while the charge may still be on its way, and is back when it may not.
    strike(&counter, 1, "GET", CREATE, Moment::After, Fault::Delay { ms: 20_000 });
    counter.till.look(sale).await.expect("asked");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut late = ApiRequest::post(CREATE, &[]);
    late.body = counter.create_body(sale).await.into_bytes();
    let late = late.header("idempotency-key", &counter.last_key(CREATE)).key(SECRET);
    assert_eq!(counter.sim.call(late).expect("an answer").status, 200);
    let mut changes = counter.till.subscribe();
    let view = wait(&counter, sale, |view| matches!(view.stage, StageView::Approved { .. })).await;
    assert!(left_ms(&counter) < 0, "the look was back too soon to mean anything: {view:?}");
    while let Ok(told) = changes.try_recv() {
        assert_ne!(found(&told), Some(LastLook::None), "it was there already");
        assert!(!told.actions.contains(&Action::TryAgain) && !told.actions.contains(&Action::TakeCard), "{told:?}");
    }
    assert_eq!(counter.taken_minor(sale), 2_500);
}
