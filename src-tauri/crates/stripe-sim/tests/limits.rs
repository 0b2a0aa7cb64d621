//! Rate limits, locks and amounts, each behind its switch.

mod common;
use common::*;
use serde_json::json;
use stripe_sim::{ApiRequest, Fault, FaultRule, Moment, RateLimits, Sim, SimOptions};

fn limited(limits: RateLimits) -> Sim {
    Sim::new(SimOptions { rate_limits: Some(limits), ..options() })
}

#[test]
fn calls_beyond_the_limit_of_a_second_are_refused_and_nothing_is_kept() {
    let sim = limited(RateLimits { calls_per_second: 3, ..RateLimits::default() });
    for _ in 0..3 {
        assert_eq!(get(&sim, "/v1/balance").status, 200);
    }
    let refused = send(
        &sim,
        ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK).idempotency_key("one"),
    );
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["error"]["code"], "rate_limit");
    assert_eq!(refused.header("stripe-should-retry"), None);
    assert_eq!(sim.ledger().payment_intents().count(), 0);
    let other = send(&sim, ApiRequest::get("/v1/balance").key("sk_test_other"));
    assert_eq!(other.status, 200, "each account has its own limit");

    sim.clock().advance(1_000);
    let again = send(
        &sim,
        ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK).idempotency_key("one"),
    );
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, None));
}

#[test]
fn searches_and_changes_of_one_payment_have_limits_of_their_own() {
    let sim = limited(RateLimits { calls_per_second: 100, searches_per_second: 1, changes_per_intent_per_hour: 2 });
    assert_eq!(get(&sim, "/v1/payment_intents/search?query=amount%3E0").status, 200);
    assert_eq!(get(&sim, "/v1/payment_intents/search?query=amount%3E0").status, 429);
    let intent = id(&ok(&sim, "/v1/payment_intents", &[("amount", "500"), ("currency", "usd")]));
    let path = format!("/v1/payment_intents/{intent}");
    for _ in 0..2 {
        ok(&sim, &path, &[("description", "x")]);
    }
    assert_eq!(refused(&sim, &path, &[("description", "x")], 429)["code"], "payment_intent_rate_limit_exceeded");
    assert_eq!(get(&sim, &path).status, 200);
    sim.clock().advance(3_600_000);
    ok(&sim, &path, &[("description", "x")]);
}

#[test]
fn there_are_no_limits_unless_asked_for() {
    let sim = sim();
    for _ in 0..200 {
        assert_eq!(get(&sim, "/v1/balance").status, 200);
    }
}

/// The next call of this path takes five seconds.
fn slow(sim: &Sim, path: &str) {
    sim.faults().add(FaultRule::next(1, "POST", path, Moment::After, Fault::Delay { ms: 5_000 }));
}

#[test]
fn a_payment_that_a_slow_call_is_busy_with_is_locked() {
    let locking = Sim::new(SimOptions { lock_objects: true, ..options() });
    let intent = id(&ok(&locking, "/v1/payment_intents", &[("amount", "500"), ("currency", "usd")]));
    let path = format!("/v1/payment_intents/{intent}");
    slow(&locking, &path);
    ok(&locking, &path, &[("description", "slow")]);
    let error = refused(&locking, &format!("{path}/cancel"), &[], 429);
    assert_eq!(error["code"], "lock_timeout");
    assert_eq!(read(&locking, &intent)["status"], "requires_payment_method", "reads are not locked out");
    locking.clock().advance(5_000);
    assert_eq!(ok(&locking, &format!("{path}/cancel"), &[])["status"], "canceled");
}

#[test]
fn the_largest_amount_is_a_switch() {
    let small = Sim::new(SimOptions { max_amount_minor: 10_000, ..options() });
    let error = refused(&small, "/v1/payment_intents", &[("amount", "10001"), ("currency", "usd")], 400);
    assert_eq!((&error["code"], &error["param"]), (&json!("amount_too_large"), &json!("amount")));
    assert_eq!(error["message"], "Amount must be no more than $100.00");
    ok(&small, "/v1/payment_intents", &[("amount", "10000"), ("currency", "usd")]);
    let error = refused(&sim(), "/v1/payment_intents", &[("amount", "9223372036854775807"), ("currency", "usd")], 400);
    assert_eq!(error["code"], "amount_too_large");
}

/// What the page does at the end of a challenge changes the intent as much as what the server does.
#[test]
fn a_lock_keeps_the_page_out_too() {
    let sim = Sim::new(SimOptions { lock_objects: true, ..options() });
    let asked = "pm_card_authenticationRequiredOnSetup";
    let payment = waiting(&sim);
    let setup = [("payment_method_types[]", "card"), ("payment_method", asked), ("confirm", "true")];
    let setup = ok(&sim, "/v1/setup_intents", &[&setup[..], &[("use_stripe_sdk", "true")]].concat());
    for (intent, kind) in [(payment, "payment_intents"), (setup, "setup_intents")] {
        let path = format!("/v1/{kind}/{}", id(&intent));
        slow(&sim, &path);
        ok(&sim, &path, &[("description", "slow")]);
        let secret = intent["client_secret"].as_str().expect("a secret");
        let source = intent["next_action"]["use_stripe_sdk"]["three_d_secure_2_source"].as_str().expect("a source");
        for (call, form) in [
            ("source_cancel", vec![("client_secret", secret), ("source", source), ("key", PK)]),
            ("verify_challenge", vec![("client_secret", secret), ("key", PK)]),
        ] {
            let answer = send(&sim, ApiRequest::post(&format!("{path}/{call}"), &form));
            assert_eq!(
                (answer.status, answer.json()["error"]["code"].as_str()),
                (429, Some("lock_timeout")),
                "{path} {call}"
            );
        }
        assert_eq!(get(&sim, &path).json()["status"], "requires_action");
    }
}
