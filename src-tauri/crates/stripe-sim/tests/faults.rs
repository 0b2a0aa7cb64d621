//! Faults: what the caller sees, and what happened all the same. And the same seed gives the same bytes.

mod common;
use common::*;
use stripe_sim::{ApiRequest, ApiResponse, Fault, FaultRule, Moment, NoAnswer, Sim, When};

fn try_charge(sim: &Sim, key: &str) -> Result<ApiResponse, NoAnswer> {
    call(sim, ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK).idempotency_key(key))
}

fn strike(sim: &Sim, moment: Moment, fault: Fault) {
    sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", moment, fault));
}

fn paid_count(sim: &Sim) -> usize {
    sim.ledger().payment_intents().filter(|intent| intent["status"] == "succeeded").count()
}

#[test]
fn a_dropped_request_did_nothing_and_a_dropped_answer_paid() {
    for (moment, paid) in [(Moment::Before, 0), (Moment::After, 1)] {
        let sim = sim();
        strike(&sim, moment, Fault::Drop);
        assert!(try_charge(&sim, "k").is_err());
        assert_eq!(paid_count(&sim), paid);
        let logged = sim.ledger().requests;
        assert!(!logged[0].answered);
        assert_eq!(logged[0].status, (paid == 1).then_some(200));
        // The same key and the same bytes: paid exactly once, whatever was lost.
        let retry = try_charge(&sim, "k").expect("the fault has struck");
        assert_eq!(retry.status, 200);
        assert_eq!(retry.header("idempotent-replayed").is_some(), paid == 1);
        assert_eq!(paid_count(&sim), 1);
    }
}

#[test]
fn a_gateways_error_hides_the_true_answer_which_is_kept() {
    let sim = sim();
    strike(&sim, Moment::After, Fault::Status { status: 502, should_retry: Some(true) });
    let hidden = try_charge(&sim, "k").unwrap();
    assert_eq!((hidden.status, hidden.header("stripe-should-retry")), (502, Some("true")));
    assert_eq!(try_charge(&sim, "k").unwrap().status, 200);
    assert_eq!(paid_count(&sim), 1);
    for status in [409, 429, 500] {
        strike(&sim, Moment::Before, Fault::Status { status, should_retry: None });
        let refused = try_charge(&sim, "other").unwrap();
        assert_eq!(refused.status, status);
        assert!(refused.json()["error"]["type"].is_string());
    }
    assert_eq!(paid_count(&sim), 1);
}

#[test]
fn answers_can_be_torn_or_not_json() {
    let sim = sim();
    strike(&sim, Moment::After, Fault::Torn);
    let torn = try_charge(&sim, "torn").unwrap();
    assert!(torn.torn_from.is_some_and(|whole| torn.body.len() < whole));
    assert!(serde_json::from_slice::<serde_json::Value>(&torn.body).is_err());
    strike(&sim, Moment::After, Fault::NotJson);
    let html = try_charge(&sim, "html").unwrap();
    assert_eq!(html.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&html.body).is_err());
    assert_eq!(paid_count(&sim), 2);
}

#[test]
fn no_network_leaves_only_the_control_routes() {
    let sim = sim();
    sim.faults().set_gone(true);
    assert!(try_charge(&sim, "k").is_err());
    assert!(call(&sim, ApiRequest::get("/v3/stripe.js")).is_err());
    let mut back = ApiRequest::new(http::Method::POST, "/_sim/faults");
    back.body = br#"{"gone":false}"#.to_vec();
    assert_eq!(call(&sim, back).unwrap().json()["gone"], false);
    assert_eq!(try_charge(&sim, "k").unwrap().status, 200);
    assert_eq!(sim.ledger().charges().count(), 1);
}

#[test]
fn chances_strike_about_as_often_as_they_say() {
    let sim = sim();
    sim.faults().add(FaultRule {
        method: None,
        path: "/v1/*".to_owned(),
        when: When::Chance(0.25),
        moment: Moment::Before,
        fault: Fault::Drop,
    });
    let dropped = (0..1_000).filter(|_| call(&sim, ApiRequest::get("/v1/balance").key(SK)).is_err()).count();
    assert!((200..300).contains(&dropped), "{dropped}");
    sim.faults().clear();
    assert_eq!(get(&sim, "/v1/balance").status, 200);
}

#[test]
fn the_same_seed_and_the_same_calls_give_the_same_bytes() {
    let run = || {
        let sim = sim();
        let intent = waiting(&sim);
        sim.clock().advance(4_000_000);
        let back = get(&sim, &format!("/v1/payment_intents/{}", id(&intent)));
        (intent.to_string(), back.body, serde_json::to_string(&sim.ledger()).unwrap())
    };
    assert_eq!(run(), run());
}

#[test]
fn a_reset_forgets_everything() {
    let sim = sim();
    charge(&sim, "pm_card_visa");
    sim.faults().set_gone(true);
    sim.reset();
    assert_eq!(sim.ledger().accounts.len(), 0);
    assert_eq!(charge(&sim, "pm_card_visa").status, 200);
}

#[test]
fn control_routes_exist_only_when_asked_for() {
    let sim = sim();
    let mut clock = ApiRequest::new(http::Method::POST, "/_sim/clock");
    clock.body = br#"{"advance_s":3601}"#.to_vec();
    let intent = waiting(&sim);
    assert_eq!(send(&sim, clock.clone()).json()["now_ms"], START_MS + 3_601_000);
    assert_eq!(read(&sim, &id(&intent))["status"], "requires_payment_method");
    let second = waiting(&sim);
    let mut end = ApiRequest::new(http::Method::POST, &format!("/_sim/challenges/{}", id(&second)));
    end.body = br#"{"outcome":"complete"}"#.to_vec();
    assert_eq!(send(&sim, end.clone()).status, 200);
    assert_eq!(send(&sim, end).status, 409);
    let mut rules = ApiRequest::new(http::Method::POST, "/_sim/faults");
    rules.body = br#"{"rules":[{"method":"POST","path":"/v1/payment_intents","next":1,"moment":"after","fault":{"kind":"drop"}},{"path":"/v1/balance","always":null,"fault":{"kind":"status","status":500}}]}"#.to_vec();
    let answer = send(&sim, rules);
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert!(try_charge(&sim, "k").is_err());
    assert_eq!(get(&sim, "/v1/balance").status, 500);
    let ledger = send(&sim, ApiRequest::get("/_sim/ledger")).json();
    assert!(!ledger.to_string().contains("_secret_"));

    let closed = Sim::new(stripe_sim::SimOptions { control: false, ..options() });
    assert_eq!(send(&closed, clock).status, 404);
}
