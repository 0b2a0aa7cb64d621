//! Sales while the network and Stripe misbehave. (The proof over millions of random faults is `cargo xtask faults`; these are the
//! cases that every reader should be able to name.)

use stripe_client::{Client, ClientConfig, HttpLimits, HttpTransport, SecretKey};
use stripe_sim::{Fault, FaultRule, Moment, Outcome, Sim, SimOptions};
use till::coordinator::{KeyFault, Link};
use till::view::{Action, CancelStep, LastLook, StageView, WhyNotKnown};

use crate::counter::{Counter, SECRET};
use crate::told::{outcome, staff, title};

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";
const CREATE: &str = "/v1/payment_intents";

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}

fn not_known(stage: &StageView) -> bool {
    matches!(stage, StageView::NotKnown { .. })
}

/// What is known of a call that was not answered.
fn found(stage: &StageView) -> Option<LastLook> {
    match stage {
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { found, .. }, .. }
        | StageView::Cancelling { step: CancelStep::FindingOut { found, .. } } => Some(*found),
        _ => None,
    }
}

fn approved(stage: &StageView) -> bool {
    matches!(stage, StageView::Approved { .. })
}

#[tokio::test(start_paused = true)]
async fn an_answer_lost_once_is_fetched_with_the_same_key() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Drop);
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    assert!(approved(&view.stage), "{:?}", view.stage);
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
}

#[tokio::test(start_paused = true)]
async fn an_answer_lost_for_good_is_not_known_and_then_found_by_looking() {
    for fault in [Fault::Drop, Fault::Torn, Fault::NotJson, Fault::Status { status: 502, should_retry: None }] {
        let counter = Counter::open();
        strike(&counter, 3, "POST", CREATE, Moment::After, fault);
        let sale = counter.sell("25.00").await;
        counter.charge(sale, APPROVED).await;
        counter.until(sale, |stage| not_known(stage) || approved(stage)).await;
        counter.until(sale, approved).await;
        assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_arrived_is_never_called_charged_nor_resent_by_itself() {
    let counter = Counter::open();
    strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    let view = counter.until(sale, not_known).await;
    assert!(!view.actions.contains(&Action::TakeCard), "no other card while this one is open");
    for _ in 0..200 {
        counter.later(1);
        counter.till.tick().await;
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(counter.payment_intents(), 0, "recovery charges nobody");
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(found(&view.stage), Some(LastLook::None));
    assert_eq!(view.actions[0], Action::TryAgain);

    counter.till.try_again(sale).await.expect("sent again");
    counter.until(sale, approved).await;
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
    let ledger = counter.ledger();
    let keys: std::collections::BTreeSet<_> =
        ledger.requests.iter().filter(|r| r.path == CREATE && r.method == "POST").map(|r| &r.idempotency_key).collect();
    assert_eq!(keys.len(), 1, "one key for one attempt");
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_can_be_given_up_and_is_cancelled_only_when_stripe_says_so() {
    let counter = Counter::open();
    strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.until(sale, not_known).await;
    let view = counter.till.cancel(sale).await.expect("wanted");
    assert!(matches!(view.stage, StageView::Cancelling { .. }), "it may still be on its way");
    counter.later(100);
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    assert_eq!(counter.taken_minor(sale), 0);
}

#[tokio::test(start_paused = true)]
async fn cancel_while_the_call_is_out_finds_the_outcome_first() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Delay { ms: 5_000 });
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.till.cancel(sale).await.expect("wanted");
    let view = counter.settled(sale).await;
    assert!(approved(&view.stage), "it was paid, and says so: {:?}", view.stage);
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_lost_second_confirm_is_found_or_offered_again_and_charges_once() {
    for moment in [Moment::Before, Moment::After] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let asked = counter.pay(sale, CHALLENGED).await;
        let intent = asked.payment_intent.expect("an id");
        strike(&counter, 3, "POST", "/v1/payment_intents/*/confirm", moment, Fault::Drop);
        counter.sim.challenge(&intent, Outcome::Complete).expect("completed");
        let view =
            counter.until(sale, |stage| approved(stage) || (matches!(stage, StageView::Authenticated { .. }))).await;
        if moment == Moment::Before {
            // It may pass through "authenticated" before the confirm; wait for the offer after the loss.
            for _ in 0..60 {
                counter.till.tick().await;
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
            let offered = counter.till.sale(sale).await.expect("it");
            assert!(matches!(offered.stage, StageView::Authenticated { .. }), "{:?}", offered.stage);
            assert_eq!(counter.taken_minor(sale), 0);
            counter.till.finish(sale).await.expect("finishing");
        } else {
            assert!(matches!(view.stage, StageView::Approved { .. } | StageView::Authenticated { .. }));
        }
        counter.until(sale, approved).await;
        assert_eq!(counter.taken_minor(sale), 2_500);
        let ledger = counter.ledger();
        let keys: std::collections::BTreeSet<_> =
            ledger.requests.iter().filter(|r| r.path.ends_with("/confirm")).map(|r| &r.idempotency_key).collect();
        assert_eq!(keys.len(), 1, "one key for one confirm");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_with_the_call_out_is_looked_up_at_the_start() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Delay { ms: 60_000 });
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    // Stripe has acted; the answer is on its way when the till dies.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
    let counter = counter.crash_and_start_again().await;
    counter.until(sale, approved).await;
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
}

#[tokio::test(start_paused = true)]
async fn no_network_is_said_and_clears_by_itself() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let card = counter.key(APPROVED);
    let attempt = counter.attempt(sale).await;
    counter.sim.faults().set_gone(true);
    counter.till.submit_card(sale, attempt, card).await.expect("submitted");
    counter.until(sale, not_known).await;
    assert_eq!(counter.till.health().borrow().link, Link::Nobody);
    counter.sim.faults().set_gone(false);
    counter.later(100);
    let view = counter.until(sale, |stage| found(stage) == Some(LastLook::None)).await;
    assert_eq!(counter.till.health().borrow().link, Link::Stripe);
    assert_eq!(view.actions[0], Action::TryAgain);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_began_before_a_call_is_not_believed_after_it() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000009995").await;
    let intent = view.payment_intent.expect("an id");
    for _ in 0..200 {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        counter.till.tick().await;
    }
    // A look leaves, reads that the payment waits for a card, and takes its time to come back.
    strike(&counter, 1, "GET", &format!("{CREATE}/{intent}"), Moment::After, Fault::Delay { ms: 20_000 });
    counter.till.look(sale).await.expect("looking");
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    // Meanwhile another card is charged, and the answers are lost.
    strike(&counter, 3, "POST", &format!("{CREATE}/{intent}/confirm"), Moment::After, Fault::Drop);
    let mut changes = counter.till.subscribe();
    counter.charge(sale, APPROVED).await;
    let view = counter.until(sale, approved).await;
    assert_eq!(counter.taken_minor(sale), 2_500);
    assert!(approved(&view.stage));
    while let Ok(view) = changes.try_recv() {
        assert!(!view.actions.contains(&Action::TakeCard), "{:?}", view.stage);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancel_that_stripe_refuses_is_tried_in_good_time_and_not_in_a_loop() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, CHALLENGED).await;
    let refusal = Fault::Status { status: 429, should_retry: None };
    strike(&counter, 1_000, "POST", "/v1/payment_intents/*/cancel", Moment::Before, refusal);
    counter.till.cancel(sale).await.expect("wanted");
    for _ in 0..120 {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        counter.till.tick().await;
    }
    let tried = counter.ledger().requests.iter().filter(|r| r.path.ends_with("/cancel")).count();
    assert!((2..20).contains(&tried), "{tried} cancels in two minutes");
    counter.sim.faults().clear();
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_stripe_does_not_have_any_more_is_said_and_can_be_closed() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, CHALLENGED).await;
    counter.sim.reset();
    let view = counter.until(sale, not_known).await;
    assert!(matches!(view.stage, StageView::NotKnown { why: WhyNotKnown::Gone, .. }), "{:?}", view.stage);
    counter.till.cancel(sale).await.expect("closed");
    assert_eq!(counter.till.sale(sale).await.expect("it").stage, StageView::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_second_confirm_whose_error_stripe_keeps_can_be_finished_under_a_new_key() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let asked = counter.pay(sale, CHALLENGED).await;
    // A 500 is kept under its key, so the same request would fail for ever.
    let error = Fault::Status { status: 500, should_retry: None };
    let confirm = format!("/v1/payment_intents/{}/confirm", asked.payment_intent.clone().expect("an id"));
    strike(&counter, 3, "POST", &confirm, Moment::Before, error);
    counter.sim.challenge(&asked.payment_intent.expect("an id"), Outcome::Complete).expect("completed");
    let offered = |stage: &StageView| matches!(stage, StageView::Authenticated { .. });
    let attempt = till::AttemptId::parse(&asked.attempts[0].attempt_id).expect("an id");
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    counter.until(sale, offered).await;
    // None of it can be on its way any more, and Stripe still waits for a confirm.
    counter.pass(200).await;
    counter.till.finish(sale).await.expect("finishing");
    counter.until(sale, approved).await;
    let keys: std::collections::BTreeSet<_> = {
        let ledger = counter.ledger();
        let sent = ledger.requests.iter().filter(|request| request.path == confirm);
        sent.filter_map(|request| request.idempotency_key.clone()).collect()
    };
    assert_eq!((keys.len(), counter.taken_minor(sale)), (2, 2_500));
}

#[tokio::test(start_paused = true)]
async fn a_card_that_arrives_against_all_expectation_is_still_seen_while_the_sale_is_in_hand() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let declined = counter.pay(sale, "4000000000009995").await;
    let confirm = format!("/v1/payment_intents/{}/confirm", declined.payment_intent.expect("an id"));
    strike(&counter, 3, "POST", &confirm, Moment::Before, Fault::Drop);
    let card = counter.key(APPROVED);
    let attempt = counter.attempt(sale).await;
    counter.till.submit_card(sale, attempt, card.clone()).await.expect("submitted");
    let view = counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
    let StageView::Declined { decline } = view.stage else { unreachable!() };
    assert!(staff(&decline).contains("no trace of this card"), "{}", staff(&decline));
    // Minutes later the lost request arrives after all.
    let late = stripe_sim::ApiRequest::post(&confirm, &[("payment_method", card.as_str())]).key(SECRET);
    assert_eq!(counter.sim.call(late).expect("an answer").status, 200);
    let view = counter.until(sale, approved).await;
    assert_eq!(view.attempts.last().map(|attempt| outcome(&attempt.outcome)), Some("Approved"));
    assert_eq!(counter.taken_minor(sale), 2_500);
}

/// A key that may charge, but not read the charge that the call asks to be shown: Stripe charges, and answers 403.
#[tokio::test(start_paused = true)]
async fn a_permission_that_was_missing_after_the_charge_is_never_told_as_nothing_was_charged() {
    let counter = Counter::open();
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Status { status: 403, should_retry: Some(false) });
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    let told_not_charged =
        |stage: &StageView| matches!(stage, StageView::Open { notice: Some(_) } | StageView::Declined { .. });
    let view = counter.until(sale, |stage| approved(stage) || told_not_charged(stage)).await;
    assert!(approved(&view.stage), "{:?}", view.stage);
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_is_said_as_such() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let refusal = Fault::Status { status: 401, should_retry: None };
    strike(&counter, 1, "POST", CREATE, Moment::Before, refusal);
    counter.pay(sale, APPROVED).await;
    assert_eq!(counter.till.health().borrow().account, Some(KeyFault::NotAccepted));
    assert_eq!(counter.taken_minor(sale), 0);
    for _ in 0..6 {
        counter.till.tick().await;
    }
    let mut health = counter.till.health();
    health.wait_for(|health| health.account.is_none()).await.expect("cleared by itself");
}

#[tokio::test(start_paused = true)]
async fn a_ready_made_test_card_is_known_again_by_the_name_that_stripe_gives_it() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let card = |name: &str| stripe_client::PaymentMethodId::parse(name).expect("an id");
    for _ in 0..2 {
        let attempt = counter.attempt(sale).await;
        counter.till.submit_card(sale, attempt, card("pm_card_authenticationRequired")).await.expect("submitted");
        let asked = counter.settled(sale).await;
        counter.sim.challenge(&asked.payment_intent.expect("an id"), Outcome::Fail).expect("failed");
        let view = counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
        let StageView::Declined { decline } = view.stage else { unreachable!() };
        assert_eq!(title(&decline), "Authentication failed");
    }
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn no_network_is_seen_before_a_charge_is_tried() {
    let counter = Counter::open();
    counter.sell("25.00").await;
    counter.sim.faults().set_gone(true);
    counter.till.warm().await;
    let mut health = counter.till.health();
    health.wait_for(|health| health.link == Link::Nobody).await.expect("told");
    counter.sim.faults().set_gone(false);
    for _ in 0..6 {
        counter.till.tick().await;
    }
    health.wait_for(|health| health.link == Link::Stripe).await.expect("cleared by itself");
}

#[tokio::test(start_paused = true)]
async fn what_answers_in_stripes_place_is_told_as_that_and_moves_no_clock() {
    let counter = Counter::open();
    counter.sell("25.00").await;
    counter.clock_off_ms.store(7_200_000, std::sync::atomic::Ordering::Relaxed);
    strike(&counter, 1, "GET", CREATE, Moment::Before, Fault::NotJson);
    counter.till.warm().await;
    let mut health = counter.till.health();
    let seen = health.wait_for(|health| health.link == Link::SomethingElse).await.expect("told").clone();
    assert_eq!(seen.clock, None, "it is not Stripe's time that came with it");
    for _ in 0..6 {
        counter.till.tick().await;
    }
    health
        .wait_for(|health| health.link == Link::Stripe && health.clock.is_some())
        .await
        .expect("Stripe answers again");
}

/// A key that may read PaymentIntents and not Charges: the list that opens the connection is answered, and proves nothing.
#[tokio::test(start_paused = true)]
async fn a_key_that_lacked_a_permission_is_tried_whole_before_it_counts_as_good_again() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let forbidden = Fault::Status { status: 403, should_retry: Some(false) };
    strike(&counter, 1, "POST", CREATE, Moment::Before, forbidden);
    strike(&counter, 1, "GET", "/v1/charges", Moment::Before, forbidden);
    counter.charge(sale, APPROVED).await;
    let mut health = counter.till.health();
    health.wait_for(|health| health.account == Some(KeyFault::LacksPermission)).await.expect("told");
    let charges_read = || counter.ledger().requests.iter().filter(|request| request.path == "/v1/charges").count();
    let mut ticks = 0;
    while counter.till.health().borrow().account.is_some() {
        assert!(ticks < 30, "it should be tried again");
        ticks += 1;
        counter.till.tick().await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    assert_eq!(charges_read(), 2, "refused the first time, and the second time not");
}

#[tokio::test]
async fn over_a_real_socket_the_client_and_the_simulator_agree() {
    let sim = Sim::new(SimOptions::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn({
        let sim = sim.clone();
        async move {
            sim.serve(listener, async move {
                let _closed = stopped.await;
            })
            .await
        }
    });
    let client = |key: &str| {
        let key = SecretKey::parse(key).expect("a key");
        let transport = HttpTransport::new(&base, HttpLimits::default()).expect("a transport");
        Client::new(ClientConfig::new(key), std::sync::Arc::new(transport))
    };
    client(SECRET).try_key().await.result.expect("a good key");
    let refused = client("sk_live_notForTheSimulator").try_key().await.result.expect_err("a live key");
    let stripe_client::Error::Api(api) = refused else { panic!("{refused:?}") };
    assert_eq!(api.status, 401);
    stop.send(()).expect("stopping");
    let _served = tokio::time::timeout(std::time::Duration::from_secs(5), served).await;
    let gone = client(SECRET).warm().await.result.expect_err("nobody listens");
    assert_eq!(gone.fate(), stripe_client::Fate::NotExecuted, "a refused connection proves that nothing was sent");
}
