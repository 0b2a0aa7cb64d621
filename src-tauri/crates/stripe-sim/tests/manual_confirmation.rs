//! The life of a PaymentIntent under manual confirmation, transition by transition.

mod common;
use common::*;
use stripe_sim::Outcome;

#[test]
fn created_without_a_method_it_waits_for_one() {
    let sim = sim();
    let intent = ok(&sim, "/v1/payment_intents", &[("amount", "1000"), ("currency", "eur")]);
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(intent["latest_charge"], serde_json::Value::Null);
    assert_eq!(events(&sim), ["payment_intent.created"]);
}

#[test]
fn created_with_a_method_it_waits_for_the_confirm() {
    let sim = sim();
    let intent = ok(
        &sim,
        "/v1/payment_intents",
        &[
            ("amount", "1000"),
            ("currency", "eur"),
            ("payment_method", "pm_card_visa"),
            ("confirmation_method", "manual"),
            ("payment_method_types[]", "card"),
        ],
    );
    assert_eq!(intent["status"], "requires_confirmation");
    // Never attempted, so no hour runs.
    sim.clock().advance(5 * 3_600_000);
    let paid = confirm(&sim, &id(&intent), &[]).json();
    assert_eq!(paid["status"], "succeeded");
}

#[test]
fn an_approved_card_is_paid_in_one_call() {
    let sim = sim();
    let response = charge(&sim, "pm_card_visa");
    let intent = response.json();
    assert_eq!((response.status, intent["status"].as_str()), (200, Some("succeeded")));
    assert_eq!(intent["amount_received"], 2500);
    assert_eq!(events(&sim), ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    assert_eq!(sim.ledger().captured_minor(&id(&intent)), 2500);
}

#[test]
fn a_decline_is_a_402_and_the_payment_intent_exists() {
    let sim = sim();
    let response = charge(&sim, "pm_card_visa_chargeDeclinedInsufficientFunds");
    assert_eq!(response.status, 402);
    let error = response.json()["error"].clone();
    assert_eq!(error["type"], "card_error");
    assert_eq!(error["code"], "card_declined");
    assert_eq!(error["decline_code"], "insufficient_funds");
    assert_eq!(error["message"], "Your card has insufficient funds.");
    assert!(error.get("param").is_none());
    let embedded = &error["payment_intent"];
    assert_eq!(embedded["status"], "requires_payment_method");
    assert_eq!(embedded["payment_method"], serde_json::Value::Null);
    assert_eq!(embedded["latest_charge"], error["charge"]);
    assert_eq!(embedded["last_payment_error"]["payment_method"]["id"], error["payment_method"]["id"]);
    let failed = get(&sim, &format!("/v1/charges/{}", error["charge"].as_str().unwrap())).json();
    assert_eq!(failed["paid"], false);
    assert_eq!(failed["captured"], false);
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["outcome"]["network_status"], "declined_by_network");
    assert_eq!(events(&sim), ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]);

    // Another card on the same PaymentIntent.
    let paid = confirm(&sim, &id(embedded), &[("payment_method", "pm_card_visa")]);
    assert_eq!(paid.json()["status"], "succeeded");
    assert_eq!(paid.json()["last_payment_error"], serde_json::Value::Null);
    assert_eq!(sim.ledger().captured_minor(&id(embedded)), 2500);
}

#[test]
fn a_passed_challenge_needs_the_second_confirm() {
    let sim = sim();
    let intent = waiting(&sim);
    assert_eq!(intent["latest_charge"], serde_json::Value::Null);
    assert!(intent["payment_method"].is_string());
    sim.challenge(&id(&intent), Outcome::Complete).unwrap();
    let back = read(&sim, &id(&intent));
    assert_eq!(back["status"], "requires_confirmation");
    assert_eq!(back["next_action"], serde_json::Value::Null);
    assert_eq!(sim.ledger().captured_minor(&id(&intent)), 0, "authentication takes no money");
    let paid = confirm(&sim, &id(&intent), &[("expand[]", "latest_charge")]).json();
    assert_eq!(paid["status"], "succeeded");
    let details = &paid["latest_charge"]["payment_method_details"]["card"];
    assert_eq!(details["three_d_secure"]["result"], "authenticated");
    assert_eq!(details["last4"], "3155");
    assert_eq!(details["authorization_code"].as_str().unwrap().len(), 6);
}

#[test]
fn a_failed_or_cancelled_challenge_wants_another_card() {
    for outcome in [Outcome::Fail, Outcome::Cancel] {
        let sim = sim();
        let intent = waiting(&sim);
        sim.challenge(&id(&intent), outcome).unwrap();
        let back = read(&sim, &id(&intent));
        assert_eq!(back["status"], "requires_payment_method");
        assert_eq!(back["payment_method"], serde_json::Value::Null);
        let error = &back["last_payment_error"];
        assert_eq!(error["code"], "payment_intent_authentication_failure");
        assert_eq!(error["type"], "invalid_request_error");
        assert_eq!(error["payment_method"]["card"]["last4"], "3155");
        assert!(sim.challenge(&id(&intent), Outcome::Complete).is_err(), "it is over");
        let paid = confirm(&sim, &id(&intent), &[("payment_method", "pm_card_visa")]);
        assert_eq!(paid.json()["status"], "succeeded");
    }
}

#[test]
fn after_the_challenge_the_card_may_still_be_declined() {
    for (alias, code) in [
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_threeDSecureRequiredChargeDeclined", "generic_decline"),
    ] {
        let sim = sim();
        let intent = charge(&sim, alias).json();
        sim.challenge(&id(&intent), Outcome::Complete).unwrap();
        let response = confirm(&sim, &id(&intent), &[]);
        assert_eq!(response.status, 402);
        assert_eq!(response.json()["error"]["decline_code"], code);
        assert_eq!(read(&sim, &id(&intent))["status"], "requires_payment_method");
    }
}

#[test]
fn the_hour_counts_from_the_attempt() {
    for passed in [false, true] {
        let sim = sim();
        let intent = waiting(&sim);
        sim.clock().advance(1_800_000);
        if passed {
            sim.challenge(&id(&intent), Outcome::Complete).unwrap();
        }
        sim.clock().advance(1_799_999);
        let before = read(&sim, &id(&intent));
        assert_eq!(before["status"], if passed { "requires_confirmation" } else { "requires_action" });
        sim.clock().advance(1);
        let after = read(&sim, &id(&intent));
        assert_eq!(after["status"], "requires_payment_method");
        assert_eq!(after["last_payment_error"]["code"], "payment_intent_payment_attempt_expired");
        let error = refused(&sim, &format!("/v1/payment_intents/{}/confirm", id(&intent)), &[], 400);
        assert_eq!(error["code"], "payment_intent_unexpected_state");
        assert_eq!(sim.ledger().captured_minor(&id(&intent)), 0);
    }
}

#[test]
fn a_new_attempt_has_an_hour_of_its_own() {
    let sim = sim();
    let intent = waiting(&sim);
    sim.clock().advance(3_000_000);
    let again = confirm(&sim, &id(&intent), &[("payment_method", "pm_card_authenticationRequired")]).json();
    assert_eq!(again["status"], "requires_action");
    assert_ne!(again["next_action"], intent["next_action"]);
    sim.clock().advance(3_000_000);
    assert_eq!(read(&sim, &id(&intent))["status"], "requires_action", "the first attempt's hour is not this one's");
    sim.clock().advance(600_000);
    assert_eq!(read(&sim, &id(&intent))["status"], "requires_payment_method");
}

#[test]
fn confirmed_too_often_it_is_cancelled() {
    let sim = stripe_sim::Sim::new(stripe_sim::SimOptions { max_confirms: 3, ..options() });
    let declined = charge(&sim, "pm_card_visa_chargeDeclined").json();
    let intent = id(&declined["error"]["payment_intent"]);
    for _ in 0..2 {
        assert_eq!(confirm(&sim, &intent, &[("payment_method", "pm_card_visa_chargeDeclined")]).status, 402);
    }
    let last = confirm(&sim, &intent, &[("payment_method", "pm_card_visa")]).json();
    assert_eq!(last["status"], "canceled");
    assert_eq!(sim.ledger().captured_minor(&intent), 0);
}

#[test]
fn it_can_be_cancelled_until_it_is_paid() {
    let sim = sim();
    let created = ok(&sim, "/v1/payment_intents", &[("amount", "1000"), ("currency", "usd")]);
    let asked = waiting(&sim);
    let passed = waiting(&sim);
    sim.challenge(&id(&passed), Outcome::Complete).unwrap();
    for intent in [created, asked, passed] {
        let path = format!("/v1/payment_intents/{}/cancel", id(&intent));
        let cancelled = ok(&sim, &path, &[("cancellation_reason", "requested_by_customer")]);
        assert_eq!(cancelled["status"], "canceled");
        assert_eq!(cancelled["cancellation_reason"], "requested_by_customer");
        let error = refused(&sim, &path, &[], 400);
        assert_eq!(error["code"], "payment_intent_unexpected_state");
        assert_eq!(error["payment_intent"]["status"], "canceled");
    }
    let paid = charge(&sim, "pm_card_visa").json();
    let error = refused(&sim, &format!("/v1/payment_intents/{}/cancel", id(&paid)), &[], 400);
    assert!(error["message"].as_str().unwrap().contains("has a status of succeeded"));
}

#[test]
fn manual_confirmation_is_the_servers_alone() {
    let sim = sim();
    let intent = waiting(&sim);
    let response = send(
        &sim,
        stripe_sim::ApiRequest::post(
            &format!("/v1/payment_intents/{}/confirm", id(&intent)),
            &[("client_secret", intent["client_secret"].as_str().unwrap())],
        )
        .key(PK),
    );
    assert_eq!(response.status, 400);
    assert!(
        response.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("cannot be confirmed using your publishable key")
    );
}

#[test]
fn automatic_confirmation_goes_on_by_itself() {
    let sim = sim();
    let mut form = charge_form("pm_card_authenticationRequired");
    form.retain(|(name, _)| *name != "confirmation_method");
    let intent = ok(&sim, "/v1/payment_intents", &form);
    assert_eq!(intent["status"], "requires_action");
    sim.challenge(&id(&intent), Outcome::Complete).unwrap();
    assert_eq!(read(&sim, &id(&intent))["status"], "succeeded");
    assert_eq!(sim.ledger().captured_minor(&id(&intent)), 2500);
}

#[test]
fn the_next_action_has_the_form_that_was_asked_for() {
    let sim = sim();
    let shape = |drop_sdk: bool, return_url: Option<&str>| {
        let mut form = charge_form("pm_card_authenticationRequired");
        if drop_sdk {
            form.retain(|(name, _)| *name != "use_stripe_sdk");
        }
        form.extend(return_url.map(|url| ("return_url", url)));
        ok(&sim, "/v1/payment_intents", &form)["next_action"].clone()
    };
    let fingerprint = shape(false, None);
    assert_eq!(fingerprint["use_stripe_sdk"]["type"], "stripe_3ds2_fingerprint");
    assert!(fingerprint["use_stripe_sdk"]["three_d_secure_2_source"].as_str().unwrap().starts_with("payatt_3"));
    let redirect = shape(true, None);
    assert_eq!(redirect["use_stripe_sdk"]["type"], "three_d_secure_redirect");
    assert!(redirect["use_stripe_sdk"]["source"].as_str().unwrap().starts_with("src_"));
    let return_url = shape(true, Some("https://shop.example/back"));
    assert_eq!(return_url["type"], "redirect_to_url");
    assert_eq!(return_url["redirect_to_url"]["return_url"], "https://shop.example/back");
}

#[test]
fn a_demand_for_authentication_can_be_refused() {
    let sim = sim();
    let mut form = charge_form("pm_card_authenticationRequired");
    form.push(("error_on_requires_action", "true"));
    let error = refused(&sim, "/v1/payment_intents", &form, 402);
    assert_eq!(error["code"], "authentication_required");
    assert_eq!(error["decline_code"], "authentication_not_handled");
    assert_eq!(error["payment_intent"]["status"], "requires_payment_method");

    let mut form = charge_form("pm_card_authenticationRequired");
    form.push(("off_session", "true"));
    let error = refused(&sim, "/v1/payment_intents", &form, 402);
    assert_eq!(error["decline_code"], "authentication_required");
    assert!(error.get("charge").is_none(), "no charge is left behind");
    assert_eq!(sim.ledger().charges().count(), 0);
}
