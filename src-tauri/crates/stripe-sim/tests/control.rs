//! Every control route: what it does, and the sentence that bad input gets.

mod common;
use common::*;
use serde_json::{Value, json};

use stripe_sim::{ApiRequest, ApiResponse, Sim, SimOptions};

fn told(sim: &Sim, path: &str, body: &str) -> ApiResponse {
    let mut request = ApiRequest::post(&format!("/_sim/{path}"), &[]);
    request.body = body.as_bytes().to_vec();
    send(sim, request)
}

/// Tells it something that must be taken, and gives its answer.
fn tell(sim: &Sim, path: &str, body: &Value) -> Value {
    let response = told(sim, path, &body.to_string());
    assert_eq!(response.status, 200, "{path} {body}: {}", response.json());
    response.json()
}

/// Tells it something that must be refused with this status, and gives the sentence.
fn refused(sim: &Sim, path: &str, body: &str, status: u16) -> String {
    let response = told(sim, path, body);
    let answer = response.json();
    assert_eq!(response.status, status, "{path} {body}: {answer}");
    let message = answer["error"]["message"].as_str().expect("a sentence").to_owned();
    assert!(message.ends_with('.'), "{message}");
    message
}

fn asked(sim: &Sim, path: &str) -> Value {
    let response = send(sim, ApiRequest::get(&format!("/_sim/{path}")));
    assert_eq!(response.status, 200, "{path}: {}", response.json());
    response.json()
}

#[test]
fn the_clock_moves_on_and_what_is_due_happens() {
    let sim = sim();
    let intent = waiting(&sim);
    assert_eq!(asked(&sim, "clock"), json!({"now_ms": START_MS}));
    assert_eq!(tell(&sim, "clock", &json!({"advance_s": 3601})), json!({"now_ms": START_MS + 3_601_000}));
    assert_eq!(read(&sim, &id(&intent))["status"], "requires_payment_method");
    for body in ["", "{}", r#"{"advance_s": -1}"#, r#"{"advance_s": "1"}"#, r#"{"advance_ms": 5}"#, "[1", "\u{fffd}"] {
        let said = refused(&sim, "clock", body, 400);
        assert!(said.contains(r#"{"advance_s": 3601}"#), "{said}");
    }
    for body in [r#"{"advance_s": -5}"#, r#"{"advance_s": 1.5}"#] {
        let said = refused(&sim, "clock", body, 400);
        assert!(said.contains("advance_s is a whole number of seconds, 0 or more"), "{said}");
    }
    assert!(refused(&sim, "clock", r#"{"advance_s": 99999999999}"#, 400).contains("a hundred years"));
    assert_eq!(asked(&sim, "clock"), json!({"now_ms": START_MS + 3_601_000}), "a refusal moves nothing");
}

#[test]
fn the_clock_stops_before_its_numbers_end() {
    let sim = sim();
    let mut form = charge_form("pm_card_visa");
    form.push(("capture_method", "manual"));
    for _ in 0..100 {
        tell(&sim, "clock", &json!({"advance_s": 100_u64 * 366 * 86_400}));
        assert_eq!(post(&sim, "/v1/payment_intents", &form).json()["status"], "requires_capture");
    }
    sim.clock().advance(u64::MAX);
    assert_eq!(post(&sim, "/v1/payment_intents", &form).json()["status"], "requires_capture");
    assert_eq!(get(&sim, "/v1/balance").header("date"), Some("Tue, 31 Dec 8999 23:59:59 GMT"));
}

#[test]
fn a_challenge_is_decided_as_the_customer_would() {
    for (outcome, status) in [
        ("complete", "requires_confirmation"),
        ("fail", "requires_payment_method"),
        ("cancel", "requires_payment_method"),
    ] {
        let sim = sim();
        let intent = id(&waiting(&sim));
        let path = format!("challenges/{intent}");
        let said = refused(&sim, &path, r#"{"outcome": "pass"}"#, 400);
        assert!(said.contains("complete, fail or cancel"), "{said}");
        assert_eq!(tell(&sim, &path, &json!({"outcome": outcome})), json!({"id": intent, "status": status}));
        assert_eq!(read(&sim, &intent)["status"], status);
        let again = refused(&sim, &path, r#"{"outcome": "complete"}"#, 409);
        assert!(again.contains(status), "{again}");
        assert!(refused(&sim, "challenges/pi_nobody", r#"{"outcome": "complete"}"#, 404).contains("pi_nobody"));
    }
}

#[test]
fn faults_are_set_shown_and_checked_as_a_whole() {
    let sim = sim();
    let rule = json!({
        "method": "POST", "path": "/v1/payment_intents", "next": 1, "moment": "after", "fault": {"kind": "drop"},
    });
    let shown = tell(&sim, "faults", &json!({"rules": [rule]}));
    assert_eq!(shown["rules"][0], rule);
    assert_eq!(asked(&sim, "faults"), shown);
    for (rule, part) in [
        (json!("drop"), "Rule 2: it is not an object"),
        (json!({"path": "/v1/*", "fault": {"kind": "drop"}}), "give one of always"),
        (json!({"path": "/v1/*", "next": 1, "chance": 0.5, "fault": {"kind": "drop"}}), "give one of always"),
        (json!({"path": "/v1/*", "next": 1, "momment": "after", "fault": {"kind": "drop"}}), "'momment' is no part"),
        (json!({"path": "/v1/*", "next": -1, "fault": {"kind": "drop"}}), "Rule 2: "),
        (json!({"path": "/v1/*", "next": 1, "fault": {"kind": "explode"}}), "unknown variant `explode`"),
        (json!({"path": "/v1/*", "next": 1, "fault": {"kind": "drop", "after_ms": 2}}), "'after_ms' is no part"),
        (json!({"path": "/v1/*", "next": 1}), "missing field `fault`"),
        (json!({"next": 1, "fault": {"kind": "drop"}}), "missing field `path`"),
        (json!({"path": "v1", "next": 1, "fault": {"kind": "drop"}}), "the path begins with / or *"),
        (json!({"path": "*", "chance": 1.5, "fault": {"kind": "drop"}}), "a probability from 0 to 1"),
        (json!({"path": "*", "next": 1, "fault": {"kind": "delay", "ms": 600_001}}), "at most 600000"),
        (json!({"path": "*", "next": 1, "fault": {"kind": "status", "status": 99}}), "from 200 to 599"),
    ] {
        let good = json!({"path": "*", "always": null, "fault": {"kind": "not_json"}});
        let said = refused(&sim, "faults", &json!({"rules": [good, rule]}).to_string(), 400);
        assert!(said.contains("Rule 2") && said.contains(part), "{rule}: {said}");
        assert_eq!(asked(&sim, "faults"), shown, "a refused list changes nothing");
    }
    assert!(refused(&sim, "faults", "{}", 400).contains("neither rules nor gone nor seed"));
    assert!(refused(&sim, "faults", r#"{"rule": []}"#, 400).contains("unknown field `rule`"));
    let many = json!({"rules": vec![rule.clone(); 1_001]});
    assert!(refused(&sim, "faults", &many.to_string(), 400).contains("at most 1000"));

    let lost = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK);
    assert!(call(&sim, lost).is_err(), "the rule strikes");
    assert_eq!(sim.ledger().charges().count(), 1, "after acting");
    assert_eq!(tell(&sim, "faults", &json!({"gone": true}))["gone"], true);
    assert!(call(&sim, ApiRequest::get("/v1/balance").key(SK)).is_err());
    assert_eq!(tell(&sim, "faults", &json!({"gone": false, "rules": []})), json!({"rules": [], "gone": false}));
    assert_eq!(get(&sim, "/v1/balance").status, 200);
}

#[test]
fn chance_strikes_the_same_calls_again_from_the_same_seed() {
    let sim = sim();
    let rule = json!({"path": "/v1/balance", "chance": 0.5, "fault": {"kind": "status", "status": 502}});
    let struck = |seed: u64| -> Vec<u16> {
        tell(&sim, "faults", &json!({"rules": [rule], "seed": seed}));
        (0..60).map(|_| get(&sim, "/v1/balance").status).collect()
    };
    let first = struck(11);
    assert!(first.contains(&200) && first.contains(&502));
    assert_eq!(struck(11), first);
    assert_ne!(struck(12), first);
    assert!(refused(&sim, "faults", r#"{"seed": -1}"#, 400).contains("expected a whole number, 0 or more"));
}

#[test]
fn latency_is_in_every_answer_of_the_api() {
    let sim = sim();
    assert_eq!(asked(&sim, "latency"), json!({"ms": 0, "jitter_ms": 0}));
    tell(&sim, "latency", &json!({"ms": 201, "jitter_ms": 100}));
    let delays: Vec<u64> = (0..50)
        .map(|_| {
            let delay = get(&sim, "/v1/balance").delay;
            delay.before_ms + delay.after_ms
        })
        .collect();
    assert!(delays.iter().all(|ms| (201..=301).contains(ms)), "{delays:?}");
    assert!(delays.iter().any(|ms| *ms != delays[0]), "the jitter varies");
    tell(&sim, "latency", &json!({"ms": 0}));
    assert_eq!(get(&sim, "/v1/balance").delay, stripe_sim::Delay::default());
    for body in ["{}", r#"{"ms": -5}"#, r#"{"ms": 5, "jitter": 3}"#] {
        assert!(refused(&sim, "latency", body, 400).contains(r#"{"ms": 200"#));
    }
    assert!(refused(&sim, "latency", r#"{"ms": 18446744073709551615, "jitter_ms": 9}"#, 400).contains("ten minutes"));
}

#[test]
fn an_account_is_enabled_for_more_by_any_of_its_keys() {
    let sim = sim();
    let mut order = charge_form("pm_card_authenticationRequiredOnSetup");
    order.push(("payment_method_options[card][moto]", "true"));
    assert_eq!(post(&sim, "/v1/payment_intents", &order).status, 400);
    tell(&sim, "account", &json!({"key": PK, "settings": {"moto": true}}));
    let paid = post(&sim, "/v1/payment_intents", &order).json();
    assert_eq!(paid["status"], "succeeded", "nobody is asked on the telephone: {paid}");
    let elsewhere = ApiRequest::post("/v1/payment_intents", &order).key("sk_test_other");
    assert_eq!(send(&sim, elsewhere.clone()).status, 400, "the other account is not enabled");
    tell(&sim, "account", &json!({"settings": {"moto": true}}));
    assert_eq!(send(&sim, elsewhere).status, 200);
    assert!(refused(&sim, "account", r#"{"settings": {"motto": true}}"#, 400).contains("unknown field `motto`"));
    assert!(
        refused(&sim, "account", r#"{"settings": {"moto": "yes"}}"#, 400).contains(r#""settings": {"moto": true}"#)
    );
    let said = refused(&sim, "account", r#"{"key": "sk_live_51abcdefgh", "settings": {}}"#, 400);
    assert!(said.contains("test keys only") && !said.contains("51abcdefgh"), "{said}");
}

#[test]
fn a_reset_forgets_all_but_the_time() {
    let sim = sim();
    let first = charge(&sim, "pm_card_visa").json();
    tell(&sim, "clock", &json!({"advance_s": 10}));
    tell(&sim, "latency", &json!({"ms": 5}));
    tell(&sim, "account", &json!({"settings": {"moto": true}}));
    assert_eq!(tell(&sim, "reset", &json!({})), json!({"reset": true}));
    assert_eq!(asked(&sim, "ledger"), json!({"now_ms": START_MS + 10_000, "accounts": [], "requests": []}));
    assert_eq!(asked(&sim, "latency")["ms"], 0);
    assert_eq!(id(&charge(&sim, "pm_card_visa").json()), id(&first), "the same seed, the same ids");
    let moto = [("amount", "500"), ("currency", "usd"), ("payment_method_options[card][moto]", "true")];
    assert_eq!(post(&sim, "/v1/payment_intents", &moto).status, 400);
}

#[test]
fn wrong_addresses_and_methods_are_named() {
    let sim = sim();
    assert!(refused(&sim, "ledgers", "{}", 404).contains("ledger, clock"));
    assert!(refused(&sim, "", "{}", 404).contains("no such control route"));
    assert!(refused(&sim, "challenges", "{}", 404).contains("challenges/{payment_intent}"));
    assert!(refused(&sim, "ledger", "{}", 405).contains("takes GET, not POST"));
    let response = send(&sim, ApiRequest::get("/_sim/reset"));
    assert_eq!(response.status, 405);
    assert!(response.json()["error"]["message"].as_str().unwrap().contains("takes POST, not GET"));
}

#[test]
fn without_control_only_looking_is_possible() {
    let closed = Sim::new(SimOptions { control: false, ..options() });
    charge(&closed, "pm_card_visa");
    for path in ["clock", "faults", "latency", "account", "reset", "challenges/pi_1"] {
        assert!(refused(&closed, path, r#"{"advance_s": 1}"#, 404).contains("--control"), "{path}");
    }
    assert_eq!(send(&closed, ApiRequest::get("/_sim/ledger")).status, 404);
    let recent = asked(&closed, "recent");
    assert_eq!(recent["control"], false);
    assert_eq!(recent["payments"].as_array().unwrap().len(), 1);
}

#[test]
fn pages_of_other_origins_control_nothing() {
    let sim = sim();
    let from = |host: &str, origin: &str| {
        send(&sim, ApiRequest::post("/_sim/reset", &[]).header("host", host).header("origin", origin)).status
    };
    assert_eq!(from("127.0.0.1:12111", "https://shop.example"), 403);
    assert_eq!(from("127.0.0.1:12111", "null"), 403);
    // A name that its owner made lead here.
    assert_eq!(from("rebound.example:12111", "http://rebound.example:12111"), 403);
    assert_eq!(from("127.0.0.1:12111", "http://127.0.0.1:12111"), 200);
    assert_eq!(from("localhost:12111", "http://localhost:12111"), 200);
    assert_eq!(from("[::1]:12111", "http://[::1]:12111"), 200);
}

#[test]
fn recent_shows_payments_and_requests_newest_first_and_no_secret() {
    let sim = sim();
    let paid = charge(&sim, "pm_card_visa").json();
    sim.clock().advance(2_000);
    charge(&sim, "pm_card_visa_chargeDeclinedInsufficientFunds");
    sim.clock().advance(2_000);
    let mut secretive = charge_form("pm_card_mastercard");
    secretive.extend([
        ("description", "for Ada"),
        ("receipt_email", "ada@example.com"),
        ("metadata[a]", "hidden-note"),
    ]);
    let refund = post(&sim, "/v1/payment_intents", &secretive).json();
    post(&sim, "/v1/refunds", &[("payment_intent", &id(&refund)), ("amount", "500")]);
    let recent = asked(&sim, "recent");
    let payments = recent["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 3);
    assert_eq!(payments[0]["refunded"], 500);
    assert_eq!(payments[1]["error"], "insufficient_funds");
    assert_eq!(payments[1]["last4"], "9995");
    assert_eq!(payments[2]["id"], paid["id"]);
    assert_eq!(payments[2]["status"], "succeeded");
    assert_eq!((&payments[2]["amount"], &payments[2]["currency"]), (&json!(2500), &json!("usd")));
    let requests = recent["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 4);
    assert_eq!(requests[0]["path"], "/v1/refunds");
    assert_eq!((&requests[2]["status"], &requests[2]["error"]), (&json!(402), &json!("card_declined")));
    let text = recent.to_string();
    for secret in ["_secret_", SK, PK, "shop1", "Ada", "ada@", "hidden-note"] {
        assert!(!text.contains(secret), "{secret}");
    }
    for _ in 0..120 {
        charge(&sim, "pm_card_visa");
    }
    let recent = asked(&sim, "recent");
    assert_eq!(recent["payments"].as_array().unwrap().len(), 50);
    assert_eq!(recent["payments_total"], 123);
}
