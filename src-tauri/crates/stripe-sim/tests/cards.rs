//! Every card of the table does what the table says, both keyed and by alias.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::cards::{self, AfterAuth, OffSession, OnSession, Rule, TestCard};
use stripe_sim::{ApiResponse, Outcome, RadarRules, Sim, SimOptions};

/// All rules off, so that each card shows what it does by itself.
fn quiet() -> Sim {
    let off = RadarRules {
        block_highest_risk: false,
        block_failed_cvc: false,
        block_failed_postal_code: false,
        adaptive_three_ds: false,
    };
    Sim::new(SimOptions { radar: off, ..options() })
}

fn key(sim: &Sim, card: &TestCard) -> ApiResponse {
    let month = card.exp_month.unwrap_or(12).to_string();
    let year = card.exp_year.unwrap_or(2030).to_string();
    key_card_with(
        sim,
        card.number,
        &month,
        &year,
        card.cvc.unwrap_or(if card.brand == "amex" { "1234" } else { "123" }),
    )
}

fn expected_decline(card: &TestCard) -> String {
    serde_json::to_value(card.decline).unwrap().as_str().unwrap_or_default().to_owned()
}

fn check(sim: &Sim, card: &TestCard, answer: &ApiResponse) {
    let body = answer.json();
    let context = format!("{} {:?}: {body}", card.number, card.payment_method);
    match card.on_session {
        OnSession::Succeeded => {
            assert_eq!(body["status"], "succeeded", "{context}");
            assert_eq!(sim.ledger().captured_minor(&id(&body)), 2500);
        }
        OnSession::RequiresAction | OnSession::Captcha => {
            assert_eq!(body["status"], "requires_action", "{context}");
            let kind = &body["next_action"]["use_stripe_sdk"]["type"];
            let captcha = card.on_session == OnSession::Captcha;
            assert_eq!(kind, if captcha { "intent_confirmation_challenge" } else { "stripe_3ds2_fingerprint" });
            sim.challenge(&id(&body), Outcome::Complete).unwrap();
            let last = confirm(sim, &id(&body), &[]);
            match card.after_auth {
                AfterAuth::Succeeded => assert_eq!(last.json()["status"], "succeeded", "{context}"),
                AfterAuth::InsufficientFunds => {
                    assert_eq!(last.json()["error"]["decline_code"], "insufficient_funds", "{context}");
                }
                AfterAuth::GenericDecline => assert_eq!(last.json()["error"]["code"], "card_declined", "{context}"),
            }
        }
        OnSession::Declined | OnSession::TerminalOnly => {
            assert_eq!(answer.status, 402, "{context}");
            let error = &body["error"];
            let said = error["decline_code"].as_str().or(error["code"].as_str()).unwrap_or_default();
            let expected = match expected_decline(card).as_str() {
                "" => "card_not_supported".to_owned(),
                "lookup_failed" => "generic_decline".to_owned(),
                other => other.to_owned(),
            };
            assert_eq!(said, expected, "{context}");
            assert_eq!(sim.ledger().captured_minor(&id(&error["payment_intent"])), 0);
        }
        OnSession::RefusedAtEntry => panic!("{} cannot be charged", card.number),
    }
}

#[test]
fn the_table_is_whole() {
    assert_eq!(cards::all().len(), 156);
    let first: Vec<&str> = cards::all().iter().take(3).map(|card| card.number).collect();
    assert_eq!(first, ["4242424242424242", "4000000000009995", "4000002500003155"]);
    for card in cards::all() {
        assert!(!card.does.is_empty() && !card.group.is_empty());
        for alias in card.payment_method.iter().chain(&card.other_payment_methods) {
            assert!(cards::by_payment_method(alias).is_some());
        }
    }
}

#[test]
fn every_card_keyed_does_what_the_table_says() {
    for card in cards::all() {
        let sim = quiet();
        let keyed = key(&sim, card);
        if let Some(code) = card.entry_error {
            assert_eq!(card.on_session, OnSession::RefusedAtEntry);
            assert_eq!(keyed.status, 402);
            assert_eq!(keyed.json()["error"]["code"], code, "{}", card.number);
            continue;
        }
        assert_eq!(keyed.status, 200, "{}: {}", card.number, keyed.json());
        let method = keyed.json();
        assert_eq!(method["card"]["brand"], card.brand);
        assert_eq!(method["card"]["last4"], card.number[card.number.len() - 4..]);
        check(&sim, card, &charge(&sim, &id(&method)));
    }
}

#[test]
fn every_alias_does_what_the_table_says() {
    let mut tried = 0;
    for card in cards::all() {
        for alias in card.payment_method.iter().chain(&card.other_payment_methods) {
            let sim = quiet();
            check(&sim, card, &charge(&sim, alias));
            tried += 1;
        }
        for token in card.token.iter().chain(&card.other_tokens) {
            let sim = quiet();
            let mut form = charge_form("");
            form.retain(|(name, _)| *name != "payment_method");
            form.extend([("payment_method_data[type]", "card"), ("payment_method_data[card][token]", token)]);
            check(&sim, card, &post(&sim, "/v1/payment_intents", &form));
            tried += 1;
        }
    }
    assert!(tried > 250, "{tried}");
}

#[test]
fn every_card_off_session_does_what_the_table_says() {
    for card in cards::all().iter().filter(|card| card.entry_error.is_none()) {
        let sim = quiet();
        let method = id(&key(&sim, card).json());
        let mut form = charge_form(&method);
        form.push(("off_session", "true"));
        let answer = post(&sim, "/v1/payment_intents", &form);
        match card.off_session {
            OffSession::Succeeded => assert_eq!(answer.json()["status"], "succeeded"),
            OffSession::AuthenticationRequired | OffSession::RequiresSetUp => {
                assert_eq!(answer.json()["error"]["decline_code"], "authentication_required", "{}", card.number);
            }
            OffSession::AsOnSession => check(&sim, card, &answer),
        }
    }
}

#[test]
fn no_card_pays_when_its_challenge_fails() {
    let mut tried = 0;
    for card in cards::all().iter().filter(|card| card.on_session == OnSession::RequiresAction) {
        for outcome in [Outcome::Fail, Outcome::Cancel] {
            let sim = quiet();
            let waiting = charge(&sim, &id(&key(&sim, card).json())).json();
            sim.challenge(&id(&waiting), outcome).unwrap();
            let after = read(&sim, &id(&waiting));
            assert_eq!(after["status"], "requires_payment_method", "{}", card.number);
            assert_eq!(after["last_payment_error"]["code"], "payment_intent_authentication_failure", "{}", card.number);
            assert!(after["payment_method"].is_null() && after["latest_charge"].is_null(), "{}", card.number);
            assert_eq!(confirm(&sim, &id(&waiting), &[]).status, 400, "{}: it needs another card", card.number);
            tried += 1;
        }
    }
    assert_eq!(tried, 24);
}

#[test]
fn cards_under_a_rule_do_what_the_rule_says() {
    let on = RadarRules {
        block_highest_risk: true,
        block_failed_cvc: true,
        block_failed_postal_code: true,
        adaptive_three_ds: true,
    };
    let mut tried = 0;
    for card in cards::all() {
        let Some(rule) = card.rule else { continue };
        let sim = Sim::new(SimOptions { radar: on, ..options() });
        let answer = charge(&sim, &id(&key(&sim, card).json())).json();
        match rule {
            Rule::HighestRisk => assert_eq!(answer["error"]["decline_code"], "fraudulent"),
            Rule::CvcFails => assert_eq!(answer["error"]["code"], "incorrect_cvc"),
            Rule::PostalCodeFails => assert_eq!(answer["error"]["code"], "incorrect_zip"),
            Rule::AdaptiveThreeDs => assert_eq!(answer["status"], "requires_action"),
        }
        tried += 1;
    }
    assert_eq!(tried, 7);
}

#[test]
fn checks_are_made_only_of_what_was_keyed() {
    let sim = sim();
    let without_cvc = send(
        &sim,
        stripe_sim::ApiRequest::post(
            "/v1/payment_methods",
            &[
                ("type", "card"),
                ("card[number]", "4000000000000101"),
                ("card[exp_month]", "12"),
                ("card[exp_year]", "30"),
                ("key", PK),
            ],
        ),
    );
    assert_eq!(charge(&sim, &id(&without_cvc.json())).json()["status"], "succeeded");
    assert_eq!(charge(&sim, "pm_card_cvcCheckFail").json()["error"]["code"], "incorrect_cvc");
    let mut form = charge_form("pm_card_avsZipFail");
    form.push(("expand[]", "latest_charge"));
    let zip = ok(&sim, "/v1/payment_intents", &form);
    assert_eq!(zip["latest_charge"]["payment_method_details"]["card"]["checks"]["address_postal_code_check"], "fail");
}

#[test]
fn authentication_can_be_asked_for() {
    let sim = sim();
    let asked = |alias: &str| -> Value {
        let mut form = charge_form(alias);
        form.push(("payment_method_options[card][request_three_d_secure]", "any"));
        form.push(("expand[]", "latest_charge"));
        ok(&sim, "/v1/payment_intents", &form)
    };
    assert_eq!(asked("pm_card_threeDSecureOptional")["status"], "requires_action");
    let plain = asked("pm_card_mastercard");
    let result = &plain["latest_charge"]["payment_method_details"]["card"]["three_d_secure"]["result"];
    assert_eq!(result, "attempt_acknowledged");
    assert_eq!(asked("pm_card_threeDSecureOptionalProcessingError")["status"], "succeeded");
}
