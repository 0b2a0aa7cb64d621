//! Sales as they go on good days and bad cards.

use stripe_sim::Outcome;
use till::PaymentStep;
use till::view::{Action, StageView};

use crate::counter::{Counter, pounds};
use crate::told::{outcome, title};

const APPROVED: &str = "4242424242424242";
const NO_FUNDS: &str = "4000000000009995";
const CHALLENGED: &str = "4000002500003155";

#[tokio::test(start_paused = true)]
async fn a_card_is_approved_at_once() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let StageView::Approved { receipt } = view.stage else { panic!("{:?}", view.stage) };
    assert_eq!(receipt.card.expect("a card").last4, "4242");
    assert!(receipt.authorization_code.is_some() && !receipt.authenticated);
    assert_eq!(counter.taken_minor(sale), 2_500);
    assert_eq!(counter.payment_intents(), 1);
    assert_eq!(view.actions, vec![Action::Refund]);
}

#[tokio::test(start_paused = true)]
async fn the_first_call_is_one_create_with_the_attempts_key_and_no_more() {
    let counter = Counter::open();
    let sale = counter.sell("25").await;
    counter.pay(sale, APPROVED).await;
    let ledger = counter.ledger();
    let posts: Vec<_> =
        ledger.requests.iter().filter(|r| r.method == "POST" && r.path.starts_with("/v1/payment_intents")).collect();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].path, "/v1/payment_intents");
    assert!(posts[0].idempotency_key.as_deref().is_some_and(|key| key.starts_with("countersign-attempt-")));
    let intent = ledger.payment_intents().next().expect("one");
    assert_eq!(intent["confirmation_method"], "manual");
    assert_eq!(intent["metadata"]["countersign_sale"], sale.to_string().as_str());
}

#[tokio::test(start_paused = true)]
async fn a_declined_card_is_explained_and_another_goes_to_the_same_payment_intent() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let declined = counter.pay(sale, NO_FUNDS).await;
    let StageView::Declined { decline } = &declined.stage else { panic!("{:?}", declined.stage) };
    assert_eq!(title(decline), "Declined: insufficient funds");
    assert_eq!(decline.card.as_ref().expect("a card").last4, "9995");
    assert_eq!(declined.actions, vec![Action::TakeCard, Action::Cancel]);
    assert_eq!(counter.taken_minor(sale), 0);

    let paid = counter.pay(sale, APPROVED).await;
    assert!(matches!(paid.stage, StageView::Approved { .. }));
    assert_eq!(paid.payment_intent, declined.payment_intent);
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
    let outcomes: Vec<_> = paid.attempts.iter().map(|a| outcome(&a.outcome)).collect();
    assert_eq!(outcomes, ["Declined: insufficient funds", "Approved"]);
}

#[tokio::test(start_paused = true)]
async fn a_completed_challenge_is_confirmed_again_by_the_core() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let asked = counter.pay(sale, CHALLENGED).await;
    assert!(matches!(asked.stage, StageView::NeedsAuthentication { .. }), "{:?}", asked.stage);
    assert_eq!(counter.taken_minor(sale), 0);
    let PaymentStep::Authenticate { attempt_id, client_secret, .. } = counter.till.payment_step(sale).await else {
        panic!("no challenge")
    };
    let intent = asked.payment_intent.expect("an id");
    {
        use secrecy::ExposeSecret;
        assert!(client_secret.expose_secret().starts_with(&intent));
    }
    counter.sim.challenge(&intent, Outcome::Complete).expect("completed");
    counter.till.authentication_hint(sale, attempt_id).await.expect("heard");
    let paid = counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    let StageView::Approved { receipt } = paid.stage else { unreachable!() };
    assert!(receipt.authenticated);
    assert_eq!(counter.taken_minor(sale), 2_500);
    let confirms = counter.ledger().requests.iter().filter(|r| r.path.ends_with("/confirm")).count();
    assert_eq!(confirms, 1);
}

#[tokio::test(start_paused = true)]
async fn a_challenge_that_never_returns_is_found_completed_by_reading() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let asked = counter.pay(sale, CHALLENGED).await;
    counter.sim.challenge(&asked.payment_intent.expect("an id"), Outcome::Complete).expect("completed");
    // No hint at all: the page hangs.
    counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_failed_or_cancelled_challenge_names_the_card_and_takes_another() {
    for outcome in [Outcome::Fail, Outcome::Cancel] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let asked = counter.pay(sale, CHALLENGED).await;
        counter.sim.challenge(&asked.payment_intent.expect("an id"), outcome).expect("decided");
        let view = counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
        let StageView::Declined { decline } = view.stage else { unreachable!() };
        assert_eq!(title(&decline), "Authentication failed");
        assert_eq!(decline.card.expect("a card").last4, "3155");
        assert_eq!(counter.taken_minor(sale), 0);
        counter.pay(sale, APPROVED).await;
        assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_hint_changes_nothing() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let attempt = counter.charge(sale, CHALLENGED).await;
    counter.settled(sale).await;
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    counter.till.look(sale).await.expect("looked");
    let view = counter.settled(sale).await;
    assert!(matches!(view.stage, StageView::NeedsAuthentication { .. }));
    assert_eq!(counter.taken_minor(sale), 0);
}

#[tokio::test(start_paused = true)]
async fn after_an_hour_the_challenge_is_void_and_the_till_says_so() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let asked = counter.pay(sale, CHALLENGED).await;
    let StageView::NeedsAuthentication { deadline_ms, .. } = asked.stage else { panic!("{:?}", asked.stage) };
    assert_eq!(deadline_ms, 1_790_000_000_000 + 3_600_000);
    counter.later(3_601);
    let view = counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
    let StageView::Declined { decline } = view.stage else { unreachable!() };
    assert_eq!(title(&decline), "Time ran out");
    assert_eq!(counter.taken_minor(sale), 0);
    counter.pay(sale, APPROVED).await;
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
}

#[tokio::test(start_paused = true)]
async fn cancel_cancels_the_payment_intent_too() {
    let counter = Counter::open();
    for number in [NO_FUNDS, CHALLENGED] {
        let sale = counter.sell("25.00").await;
        let view = counter.pay(sale, number).await;
        counter.till.cancel(sale).await.expect("cancelled");
        let cancelled = counter.until(sale, |stage| *stage == StageView::Cancelled).await;
        assert_eq!(cancelled.payment_intent, view.payment_intent);
        let ledger = counter.ledger();
        let id = view.payment_intent.expect("an id");
        let intent = ledger.payment_intents().find(|intent| intent["id"] == id.as_str()).expect("it");
        assert_eq!(intent["status"], "canceled");
    }
}

#[tokio::test(start_paused = true)]
async fn cancel_before_any_card_needs_no_call() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.till.cancel(sale).await.expect("cancelled");
    assert_eq!(view.stage, StageView::Cancelled);
    assert_eq!(counter.payment_intents(), 0);
    let attempt = till::AttemptId::new(&till::OsEntropy);
    let late = counter.till.submit_card(sale, attempt, counter.key(APPROVED)).await;
    assert_eq!(counter.refused(late).await, "stale_attempt");
}

#[tokio::test(start_paused = true)]
async fn every_command_twice_does_its_work_once() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.till.open_sale(sale, pounds("25.00")).await.expect("the same sale");
    assert_eq!(counter.till.sales(10).await.len(), 1);
    assert!(counter.till.open_sale(sale, pounds("26.00")).await.is_err(), "another amount is another sale");

    let attempt = counter.attempt(sale).await;
    let card = counter.key(APPROVED);
    let (first, second) = tokio::join!(
        counter.till.submit_card(sale, attempt, card.clone()),
        counter.till.submit_card(sale, attempt, card.clone())
    );
    assert!(first.is_ok() && second.is_ok());
    counter.settled(sale).await;
    counter.till.submit_card(sale, attempt, card).await.expect("harmless");
    let posts =
        counter.ledger().requests.iter().filter(|r| r.method == "POST" && r.path == "/v1/payment_intents").count();
    assert_eq!((posts, counter.taken_minor(sale)), (1, 2_500));
}

#[tokio::test(start_paused = true)]
async fn a_card_keyed_for_an_earlier_try_is_not_charged() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let old = counter.attempt(sale).await;
    counter.pay(sale, APPROVED).await;
    let other = till::AttemptId::new(&till::OsEntropy);
    let late = counter.till.submit_card(sale, other, counter.key(APPROVED)).await;
    assert_eq!(counter.refused(late).await, "stale_attempt");
    assert_ne!(old, other);
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn an_authenticated_sale_is_offered_after_a_crash_and_finished_by_one_command() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let asked = counter.pay(sale, CHALLENGED).await;
    let counter = counter.crash_and_start_again().await;
    counter.sim.challenge(&asked.payment_intent.expect("an id"), Outcome::Complete).expect("completed");
    let offered = counter.until(sale, |stage| matches!(stage, StageView::Authenticated { .. })).await;
    assert_eq!(offered.actions, vec![Action::Finish, Action::Cancel]);
    for _ in 0..100 {
        counter.till.tick().await;
    }
    assert_eq!(counter.taken_minor(sale), 0, "nobody is charged by a recovery");
    counter.till.finish(sale).await.expect("finishing");
    counter.till.finish(sale).await.expect("twice is once");
    counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn the_numbers_go_on_and_the_history_is_there_after_a_restart() {
    let counter = Counter::open();
    for text in ["1.00", "2.00", "3.00"] {
        let sale = counter.sell(text).await;
        counter.pay(sale, APPROVED).await;
    }
    let before = counter.till.sales(10).await;
    let counter = counter.crash_and_start_again().await;
    let mut after = counter.till.sales(10).await;
    assert_eq!(after.len(), 3);
    for (old, new) in before.iter().zip(&mut after) {
        // Each run draws the ids of the refunds to come.
        new.refundable.clone_from(&old.refundable);
        assert_eq!(old, new);
    }
    counter.sell("4.00").await;
    assert_eq!(counter.till.sales(1).await[0].number, 4);
}
