//! Saving a card without charging it, and what the saved card does afterwards.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::cards::{self, AfterAuth, DeclineReason, OffSession, OnSession, TestCard};
use stripe_sim::{ApiRequest, ApiResponse, Outcome, RadarRules, Sim, SimOptions};

fn quiet() -> Sim {
    let off = RadarRules {
        block_highest_risk: false,
        block_failed_cvc: false,
        block_failed_postal_code: false,
        adaptive_three_ds: false,
    };
    Sim::new(SimOptions { radar: off, ..options() })
}

fn customer(sim: &Sim) -> String {
    id(&ok(sim, "/v1/customers", &[("name", "Ada")]))
}

fn key(sim: &Sim, card: &TestCard) -> String {
    id(&key_card_with(sim, card.number, "12", "2030", if card.brand == "amex" { "1234" } else { "123" }).json())
}

fn set_up(sim: &Sim, method: &str, customer: &str) -> ApiResponse {
    let form = [
        ("payment_method", method),
        ("customer", customer),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("use_stripe_sdk", "true"),
    ];
    post(sim, "/v1/setup_intents", &form)
}

fn read_set_up(sim: &Sim, id: &str) -> Value {
    get(sim, &format!("/v1/setup_intents/{id}")).json()
}

fn pay_off_session(sim: &Sim, method: &str, customer: &str) -> ApiResponse {
    let mut form = charge_form(method);
    form.extend([("customer", customer), ("off_session", "true")]);
    post(sim, "/v1/payment_intents", &form)
}

/// Whether the table says that this card can be saved.
fn can_be_saved(card: &TestCard) -> bool {
    let after = !matches!(card.on_session, OnSession::RequiresAction) || card.after_auth != AfterAuth::GenericDecline;
    card.attachable
        && card.decline != Some(DeclineReason::LookupFailed)
        && card.on_session != OnSession::TerminalOnly
        && after
}

#[test]
fn every_card_set_up_does_what_the_table_says() {
    let mut saved = 0;
    for card in cards::all().iter().filter(|card| card.entry_error.is_none()) {
        let sim = quiet();
        let (ada, method) = (customer(&sim), key(&sim, card));
        let answer = set_up(&sim, &method, &ada);
        let body = answer.json();
        let asks = matches!(card.on_session, OnSession::RequiresAction | OnSession::Captcha);
        let context = format!("{}: {body}", card.number);
        let intent = if asks {
            assert_eq!(body["status"], "requires_action", "{context}");
            sim.challenge(&id(&body), Outcome::Complete).unwrap();
            read_set_up(&sim, &id(&body))
        } else if answer.status == 200 {
            body.clone()
        } else {
            assert_eq!(answer.status, 402, "{context}");
            body["error"]["setup_intent"].clone()
        };
        if !can_be_saved(card) {
            assert_eq!(intent["status"], "requires_payment_method", "{context}");
            assert_eq!(intent["last_setup_error"]["type"], "card_error", "{context}");
            assert!(intent["payment_method"].is_null());
            continue;
        }
        saved += 1;
        assert_eq!(intent["status"], "succeeded", "{context}");
        assert_eq!(get(&sim, &format!("/v1/payment_methods/{method}")).json()["customer"], ada.as_str());
        let paid = pay_off_session(&sim, &method, &ada);
        check_after_set_up(card, &paid);
    }
    assert!(saved > 130, "{saved}");
}

fn check_after_set_up(card: &TestCard, paid: &ApiResponse) {
    let body = paid.json();
    let context = format!("{}: {body}", card.number);
    let declined = |code: &str| {
        assert_eq!(paid.status, 402, "{context}");
        assert_eq!(body["error"]["decline_code"], code, "{context}");
    };
    match (card.off_session, card.on_session) {
        (OffSession::Succeeded, _) => assert_eq!(body["status"], "succeeded", "{context}"),
        (OffSession::AuthenticationRequired, _) => declined("authentication_required"),
        (OffSession::RequiresSetUp, _) if card.after_auth == AfterAuth::InsufficientFunds => {
            declined("insufficient_funds");
        }
        (OffSession::RequiresSetUp, _) | (OffSession::AsOnSession, OnSession::Succeeded) => {
            assert_eq!(body["status"], "succeeded", "{context}");
        }
        (OffSession::AsOnSession, OnSession::Captcha) => assert_eq!(body["status"], "requires_action", "{context}"),
        (OffSession::AsOnSession, OnSession::Declined) if card.decline == Some(DeclineReason::Fraudulent) => {
            declined("fraudulent");
        }
        (OffSession::AsOnSession, _) => declined("generic_decline"),
    }
}

#[test]
fn a_card_that_demands_set_up_is_declined_off_session_without_it() {
    let sim = sim();
    let ada = customer(&sim);
    let method = key(&sim, cards::by_number("4000002500003155").unwrap());
    ok(&sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", &ada)]);
    let declined = pay_off_session(&sim, &method, &ada).json();
    assert_eq!(declined["error"]["decline_code"], "authentication_required");

    // A payment that saves it serves as a set-up too, once the customer has passed the challenge.
    let mut form = charge_form(&method);
    form.extend([("customer", ada.as_str()), ("setup_future_usage", "off_session")]);
    let waiting = ok(&sim, "/v1/payment_intents", &form);
    sim.challenge(&id(&waiting), Outcome::Complete).unwrap();
    assert_eq!(confirm(&sim, &id(&waiting), &[]).json()["status"], "succeeded");
    assert_eq!(pay_off_session(&sim, &method, &ada).json()["status"], "succeeded");
    // With the customer present the bank still asks.
    let mut form = charge_form(&method);
    form.push(("customer", &ada));
    assert_eq!(ok(&sim, "/v1/payment_intents", &form)["status"], "requires_action");
}

#[test]
fn the_page_completes_the_challenge_with_its_publishable_key() {
    let sim = sim();
    let ada = customer(&sim);
    let made = ok(&sim, "/v1/setup_intents", &[("customer", &ada), ("payment_method_types[]", "card")]);
    let (intent, secret) = (id(&made), made["client_secret"].as_str().unwrap().to_owned());
    let method = key(&sim, cards::by_number("4000000000003220").unwrap());
    let page = |path: &str, form: &[(&str, &str)]| send(&sim, ApiRequest::post(path, form).key(PK));
    let path = format!("/v1/setup_intents/{intent}");
    let confirmed = page(
        &format!("{path}/confirm"),
        &[("client_secret", &secret), ("payment_method", &method), ("use_stripe_sdk", "true")],
    )
    .json();
    assert_eq!(confirmed["status"], "requires_action");
    assert!(confirmed["customer"].is_null(), "the page does not learn the customer");
    let action = &confirmed["next_action"]["use_stripe_sdk"];
    assert_eq!(action["type"], "stripe_3ds2_fingerprint");
    let source = action["three_d_secure_2_source"].as_str().unwrap();

    let begun = page("/v1/3ds2/authenticate", &[("source", source)]).json();
    let acs = begun["ares"]["acsTransID"].as_str().unwrap().to_owned();
    let shown = send(&sim, ApiRequest::get(&format!("/acs/transaction?acs_trans={acs}"))).json();
    assert_eq!((&shown["amount"], &shown["state"]), (&Value::from(0), &Value::from("open")));
    send(&sim, ApiRequest::post("/acs/decide", &[("acs_trans", &acs), ("outcome", "complete")]));
    assert_eq!(page("/v1/3ds2/challenge_complete", &[("source", source)]).json()["state"], "succeeded");
    let seen = send(&sim, ApiRequest::get(&format!("{path}?client_secret={secret}")).key(PK)).json();
    assert_eq!(seen["status"], "succeeded");
    assert_eq!(read_set_up(&sim, &intent)["customer"], ada.as_str());

    let other = send(&sim, ApiRequest::get(&format!("{path}?client_secret={intent}_secret_x")).key(PK));
    assert_eq!((other.status, other.json()["error"]["param"].as_str()), (400, Some("client_secret")));
    assert_eq!(send(&sim, ApiRequest::get(&path).key(PK)).status, 400);
    assert_eq!(send(&sim, ApiRequest::get("/v1/setup_intents").key(PK)).status, 401);
}

#[test]
fn a_failed_challenge_leaves_nothing_saved() {
    let sim = sim();
    let ada = customer(&sim);
    for outcome in [Outcome::Fail, Outcome::Cancel] {
        let waiting = set_up(&sim, "pm_card_authenticationRequired", &ada).json();
        sim.challenge(&id(&waiting), outcome).unwrap();
        let after = read_set_up(&sim, &id(&waiting));
        assert_eq!(after["status"], "requires_payment_method");
        assert_eq!(after["last_setup_error"]["code"], "setup_intent_authentication_failure");
        // Another card on the same SetupIntent.
        let again = ok(
            &sim,
            &format!("/v1/setup_intents/{}/confirm", id(&waiting)),
            &[("payment_method", "pm_card_mastercard"), ("return_url", "https://shop.example")],
        );
        assert_eq!(again["status"], "succeeded");
        assert!(again["last_setup_error"].is_null());
    }
    let listed = get(&sim, &format!("/v1/customers/{ada}/payment_methods")).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}

#[test]
fn a_set_up_is_over_when_it_succeeded_or_was_cancelled() {
    let sim = sim();
    let ada = customer(&sim);
    let done = id(&set_up(&sim, "pm_card_visa", &ada).json());
    let error = refused(&sim, &format!("/v1/setup_intents/{done}/confirm"), &[], 400);
    assert_eq!(error["code"], "setup_intent_unexpected_state");
    assert_eq!(error["setup_intent"]["id"], done.as_str());
    assert_eq!(
        refused(&sim, &format!("/v1/setup_intents/{done}/cancel"), &[], 400)["code"],
        "setup_intent_unexpected_state"
    );

    let open = ok(&sim, "/v1/setup_intents", &[("payment_method_types[]", "card"), ("usage", "on_session")]);
    assert_eq!((&open["status"], &open["usage"]), (&"requires_payment_method".into(), &"on_session".into()));
    let path = format!("/v1/setup_intents/{}", id(&open));
    let missing = refused(&sim, &format!("{path}/confirm"), &[], 400);
    assert!(missing["message"].as_str().unwrap().contains("missing a payment method"));
    let updated = ok(&sim, &path, &[("customer", &ada), ("payment_method", "pm_card_visa"), ("metadata[a]", "b")]);
    assert_eq!(updated["status"], "requires_confirmation");
    let cancelled = ok(&sim, &format!("{path}/cancel"), &[("cancellation_reason", "abandoned")]);
    assert_eq!((&cancelled["status"], &cancelled["cancellation_reason"]), (&"canceled".into(), &"abandoned".into()));
    assert_eq!(
        refused(&sim, &path, &[("payment_method", "pm_card_visa")], 400)["code"],
        "setup_intent_unexpected_state"
    );

    let of_ada = get(&sim, &format!("/v1/setup_intents?customer={ada}")).json();
    assert_eq!(of_ada["data"].as_array().unwrap().len(), 2);
    let kinds = events(&sim);
    assert!(kinds.ends_with(&["setup_intent.created".to_owned(), "setup_intent.canceled".to_owned()]), "{kinds:?}");
    let second = kinds.iter().position(|kind| kind == "setup_intent.succeeded").unwrap();
    assert_eq!(kinds[second - 1], "payment_method.attached");
}

#[test]
fn a_client_secret_of_a_set_up_is_in_no_ledger() {
    let sim = sim();
    let ada = customer(&sim);
    let made = set_up(&sim, "pm_card_visa", &ada).json();
    let ledger = serde_json::to_string(&sim.ledger()).unwrap();
    assert!(ledger.contains(made["id"].as_str().unwrap()));
    assert!(!ledger.contains(made["client_secret"].as_str().unwrap()));
}
