//! Idempotency keys: replay, mismatch, in use, and what is not kept.

mod common;
use common::*;
use stripe_sim::{ApiRequest, ApiResponse, Fault, FaultRule, Moment, Sim};

fn keyed(sim: &Sim, method: &str, key: &str) -> ApiResponse {
    send(sim, ApiRequest::post("/v1/payment_intents", &charge_form(method)).key(SK).idempotency_key(key))
}

#[test]
fn the_first_answer_is_replayed_to_the_byte() {
    let sim = sim();
    for (method, status) in [("pm_card_visa", 200), ("pm_card_visa_chargeDeclined", 402)] {
        let first = keyed(&sim, method, method);
        let second = keyed(&sim, method, method);
        assert_eq!((first.status, second.status), (status, status));
        assert_eq!(first.body, second.body);
        assert_eq!(first.header("idempotent-replayed"), None);
        assert_eq!(second.header("idempotent-replayed"), Some("true"));
        assert_eq!(second.header("idempotency-key"), Some(method));
        assert_eq!(second.header("original-request"), first.header("request-id"));
        assert_ne!(second.header("request-id"), first.header("request-id"));
    }
    assert_eq!(sim.ledger().payment_intents().count(), 2);
    let replayed: Vec<bool> = sim.ledger().requests.iter().map(|request| request.replayed).collect();
    assert_eq!(replayed, [false, true, false, true]);
}

#[test]
fn the_order_of_parameters_does_not_matter_but_their_values_do() {
    let sim = sim();
    let first = keyed(&sim, "pm_card_visa", "k");
    let mut form = charge_form("pm_card_visa");
    form.reverse();
    let again = send(&sim, ApiRequest::post("/v1/payment_intents", &form).key(SK).idempotency_key("k"));
    assert_eq!(again.body, first.body);
    let other = keyed(&sim, "pm_card_mastercard", "k");
    assert_eq!(other.status, 400);
    let error = other.json()["error"].clone();
    assert_eq!(error["type"], "idempotency_error");
    assert!(error["message"].as_str().unwrap().contains("same parameters"));
    let elsewhere = send(&sim, ApiRequest::post("/v1/refunds", &[]).key(SK).idempotency_key("k"));
    assert_eq!(elsewhere.json()["error"]["type"], "idempotency_error");
}

#[test]
fn a_key_belongs_to_its_account_and_to_post() {
    let sim = sim();
    keyed(&sim, "pm_card_visa", "k");
    let other = send(
        &sim,
        ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key("sk_test_other").idempotency_key("k"),
    );
    assert_eq!(other.header("idempotent-replayed"), None);
    let read = send(&sim, ApiRequest::get("/v1/balance").key(SK).idempotency_key("k"));
    assert_eq!(read.status, 200);
    assert_eq!(read.header("idempotency-key"), None);
}

#[test]
fn answers_are_kept_for_a_day() {
    let sim = sim();
    keyed(&sim, "pm_card_visa", "k");
    sim.clock().advance(24 * 3_600_000 - 1);
    assert_eq!(keyed(&sim, "pm_card_visa", "k").header("idempotent-replayed"), Some("true"));
    sim.clock().advance(1);
    assert_eq!(keyed(&sim, "pm_card_visa", "k").header("idempotent-replayed"), None);
    assert_eq!(sim.ledger().payment_intents().count(), 2);
}

#[test]
fn refused_parameters_and_keys_are_not_kept() {
    let sim = sim();
    let bad = [("amount", "0"), ("currency", "usd")];
    assert_eq!(send(&sim, ApiRequest::post("/v1/payment_intents", &bad).key(SK).idempotency_key("k")).status, 400);
    let no_key = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).idempotency_key("k");
    assert_eq!(send(&sim, no_key).status, 401);
    sim.faults().add(FaultRule::next(
        1,
        "POST",
        "/v1/payment_intents",
        Moment::Before,
        Fault::Status { status: 429, should_retry: None },
    ));
    assert_eq!(keyed(&sim, "pm_card_visa", "k").status, 429);
    let good = keyed(&sim, "pm_card_visa", "k");
    assert_eq!((good.status, good.header("idempotent-replayed")), (200, None));
    let long = "k".repeat(256);
    assert_eq!(keyed(&sim, "pm_card_visa", &long).status, 400);
}

#[test]
fn a_refused_state_is_kept() {
    let sim = sim();
    let paid = id(&charge(&sim, "pm_card_visa").json());
    let again = |_: u8| {
        send(&sim, ApiRequest::post(&format!("/v1/payment_intents/{paid}/confirm"), &[]).key(SK).idempotency_key("c"))
    };
    assert_eq!(again(1).header("idempotent-replayed"), None);
    let replay = again(2);
    assert_eq!((replay.status, replay.header("idempotent-replayed")), (400, Some("true")));
}

#[test]
fn a_500_after_acting_is_kept() {
    let sim = sim();
    sim.faults().add(FaultRule::next(
        1,
        "POST",
        "/v1/payment_intents",
        Moment::After,
        Fault::Status { status: 500, should_retry: None },
    ));
    assert_eq!(keyed(&sim, "pm_card_visa", "k").status, 500);
    let replay = keyed(&sim, "pm_card_visa", "k");
    assert_eq!((replay.status, replay.header("idempotent-replayed")), (500, Some("true")));
    let ledger = sim.ledger();
    let made = ledger.payment_intents().next().expect("the payment was made");
    assert_eq!(ledger.captured_minor(&id(made)), 2500);
}

#[test]
fn while_the_first_is_under_way_the_key_is_in_use() {
    let sim = sim();
    sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", Moment::After, Fault::Delay { ms: 5_000 }));
    let first = keyed(&sim, "pm_card_visa", "k");
    assert_eq!(first.delay.after_ms, 5_000);
    let second = keyed(&sim, "pm_card_visa", "k");
    assert_eq!(second.status, 409);
    assert_eq!(second.json()["error"]["code"], "idempotency_key_in_use");
    assert_eq!(second.json()["error"]["type"], "idempotency_error");
    assert_eq!(second.header("stripe-should-retry"), Some("true"));
    sim.clock().advance(5_000);
    assert_eq!(keyed(&sim, "pm_card_visa", "k").body, first.body);
    assert_eq!(sim.ledger().payment_intents().count(), 1);
}
