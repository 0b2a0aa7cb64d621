//! The calls of the page: Stripe.js's and the bank's.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::{ApiRequest, Sim};

fn page(sim: &Sim, path: &str, form: &[(&str, &str)]) -> Value {
    let mut form = form.to_vec();
    form.push(("key", PK));
    let response = send(sim, ApiRequest::post(path, &form));
    assert_eq!(response.status, 200, "{path}: {}", response.json());
    response.json()
}

fn source(intent: &Value) -> &str {
    intent["next_action"]["use_stripe_sdk"]["three_d_secure_2_source"].as_str().unwrap()
}

fn walk_challenge(outcome: &str) -> (Sim, Value) {
    let sim = sim();
    let intent = waiting(&sim);
    let begun = page(&sim, "/v1/3ds2/authenticate", &[("source", source(&intent))]);
    assert_eq!(begun["state"], "challenge_required");
    assert_eq!(begun["ares"]["transStatus"], "C");
    let url = begun["ares"]["acsURL"].as_str().unwrap().strip_prefix("http://localhost").expect("an address");
    assert_eq!(send(&sim, ApiRequest::get(url)).header("content-type"), Some("text/html; charset=utf-8"));
    let trans = url.split_once("acs_trans=").unwrap().1.to_owned();
    let shown = send(&sim, ApiRequest::get(&format!("/acs/transaction?acs_trans={trans}"))).json();
    assert_eq!(shown["amount"], 2500);
    assert_eq!(shown["currency"], "usd");
    assert_eq!(shown["last4"], "3155");
    assert_eq!(shown["state"], "open");
    let early =
        send(&sim, ApiRequest::post("/v1/3ds2/challenge_complete", &[("source", source(&intent)), ("key", PK)]));
    assert_eq!(early.status, 400, "the bank has not decided");
    let decided = send(&sim, ApiRequest::post("/acs/decide", &[("acs_trans", &trans), ("outcome", outcome)]));
    assert_eq!(decided.status, 200);
    let twice = send(&sim, ApiRequest::post("/acs/decide", &[("acs_trans", &trans), ("outcome", "fail")]));
    assert_eq!(twice.status, 400, "the first word counts");
    assert_eq!(read(&sim, &id(&intent))["status"], "requires_action", "Stripe.js has not reported it yet");
    page(&sim, "/v1/3ds2/challenge_complete", &[("source", source(&intent))]);
    let secret = intent["client_secret"].as_str().unwrap();
    let target = format!("/v1/payment_intents/{}?client_secret={secret}&key={PK}", id(&intent));
    let seen = send(&sim, ApiRequest::get(&target)).json();
    (sim, seen)
}

#[test]
fn the_bank_says_yes() {
    let (sim, seen) = walk_challenge("complete");
    assert_eq!(seen["status"], "requires_confirmation");
    assert!(seen.get("metadata").is_none(), "the reduced view");
    assert!(seen.get("latest_charge").is_none());
    assert_eq!(confirm(&sim, &id(&seen), &[]).json()["status"], "succeeded");
}

#[test]
fn the_bank_says_no() {
    let (_, seen) = walk_challenge("fail");
    assert_eq!(seen["status"], "requires_payment_method");
    assert_eq!(seen["last_payment_error"]["code"], "payment_intent_authentication_failure");
    assert!(seen["last_payment_error"]["payment_method"]["card"].get("fingerprint").is_none());
}

#[test]
fn the_customer_presses_cancel() {
    let sim = sim();
    let intent = waiting(&sim);
    let secret = intent["client_secret"].as_str().unwrap();
    let path = format!("/v1/payment_intents/{}/source_cancel", id(&intent));
    let seen = page(&sim, &path, &[("client_secret", secret), ("source", source(&intent))]);
    assert_eq!(seen["status"], "requires_payment_method");
    assert_eq!(seen["last_payment_error"]["code"], "payment_intent_authentication_failure");
}

#[test]
fn a_redirect_kind_of_challenge_ends_at_the_bank() {
    let sim = sim();
    let mut form = charge_form("pm_card_authenticationRequired");
    form.retain(|(name, _)| *name != "use_stripe_sdk");
    let intent = ok(&sim, "/v1/payment_intents", &form);
    let url = intent["next_action"]["use_stripe_sdk"]["stripe_js"].as_str().unwrap();
    let trans = url.split(['=', '&']).nth(1).unwrap();
    send(&sim, ApiRequest::post("/acs/decide", &[("acs_trans", trans), ("outcome", "complete")]));
    assert_eq!(read(&sim, &id(&intent))["status"], "requires_confirmation");
}

#[test]
fn the_client_secret_is_checked() {
    let sim = sim();
    let intent = waiting(&sim);
    let path = format!("/v1/payment_intents/{}", id(&intent));
    let wrong = send(&sim, ApiRequest::get(&format!("{path}?client_secret=nope")).key(PK));
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json()["error"]["code"], "payment_intent_invalid_parameter");
    assert_eq!(wrong.json()["error"]["param"], "client_secret");
    assert_eq!(send(&sim, ApiRequest::get(&path).key(PK)).status, 400, "a publishable key must give it");
}

#[test]
fn keyed_cards_are_validated_and_keep_no_digits() {
    let sim = sim();
    let method = key_card(&sim, "4242 4242 4242 4242").json();
    assert_eq!(method["card"]["last4"], "4242");
    assert_eq!(method["card"]["checks"]["cvc_check"], "unchecked");
    assert!(method["card"].get("fingerprint").is_none());
    for (number, month, year, cvc, code, param) in [
        ("4242424242424241", "12", "2030", "123", "incorrect_number", "number"),
        ("4242 x", "12", "2030", "123", "invalid_number", "number"),
        ("4242424242424242", "13", "2030", "123", "invalid_expiry_month", "exp_month"),
        ("4242424242424242", "10", "2026", "123", "invalid_expiry_month", "exp_month"),
        ("4242424242424242", "12", "2025", "123", "invalid_expiry_year", "exp_year"),
        ("4242424242424242", "12", "2030", "12", "invalid_cvc", "cvc"),
        ("4111111111111111", "12", "2030", "123", "card_declined", "number"),
    ] {
        let response = key_card_with(&sim, number, month, year, cvc);
        let error = response.json()["error"].clone();
        assert_eq!(response.status, 402, "{error}");
        assert_eq!((error["code"].as_str(), error["param"].as_str()), (Some(code), Some(param)));
        assert_eq!(error["type"], "card_error");
    }
    let ledger = serde_json::to_string(&sim.ledger()).unwrap();
    assert!(!ledger.contains("424242424242"), "no digits are kept");
    let by_server = post(
        &sim,
        "/v1/payment_methods",
        &[
            ("type", "card"),
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2030"),
        ],
    );
    assert_eq!(by_server.status, 402, "digits belong to the page");
    assert_eq!(by_server.json()["error"]["type"], "invalid_request_error");
}
