//! ConfirmationTokens: what the page collected, confirmed by the server, once.

mod common;
use common::*;
use serde_json::{Value, json};
use stripe_sim::{ApiRequest, Outcome, Sim};

/// As Stripe.js makes one, with the publishable key.
fn token(sim: &Sim, number: &str, more: &[(&str, &str)]) -> Value {
    let mut form = vec![
        ("payment_method_data[type]", "card"),
        ("payment_method_data[card][number]", number),
        ("payment_method_data[card][exp_month]", "12"),
        ("payment_method_data[card][exp_year]", "2030"),
        ("payment_method_data[card][cvc]", "123"),
        ("key", PK),
    ];
    form.extend(more);
    let answer = send(sim, ApiRequest::post("/v1/confirmation_tokens", &form));
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

fn confirm_form(token: &str) -> Vec<(&str, &str)> {
    let mut form = charge_form("");
    form.retain(|(name, _)| *name != "payment_method");
    form.push(("confirmation_token", token));
    form
}

#[test]
fn a_token_confirms_one_payment() {
    let sim = sim();
    let made = token(&sim, "4242424242424242", &[("shipping[name]", "Ada"), ("shipping[address][line1]", "1 Rd")]);
    assert_eq!(made["payment_method_preview"]["card"]["last4"], "4242");
    assert!(made["payment_method_preview"]["card"]["fingerprint"].is_null(), "not for the page");
    let paid = ok(&sim, "/v1/payment_intents", &confirm_form(&id(&made)));
    assert_eq!((&paid["status"], &paid["shipping"]["name"]), (&json!("succeeded"), &json!("Ada")));
    let seen = get(&sim, &format!("/v1/confirmation_tokens/{}", id(&made))).json();
    assert_eq!(seen["payment_intent"], paid["id"]);

    let again = refused(&sim, "/v1/payment_intents", &confirm_form(&id(&made)), 400);
    assert_eq!(again["param"], "confirmation_token");
    assert_eq!(sim.ledger().payment_intents().count(), 1);
}

#[test]
fn a_token_serves_a_manual_confirm_with_its_challenge_and_its_set_up() {
    let sim = sim();
    let ada = id(&ok(&sim, "/v1/customers", &[("name", "Ada")]));
    let made = token(&sim, "4000002500003155", &[("setup_future_usage", "off_session")]);
    let open = [
        ("amount", "2500"),
        ("currency", "usd"),
        ("customer", ada.as_str()),
        ("confirmation_method", "manual"),
        ("payment_method_types[]", "card"),
    ];
    let intent = id(&ok(&sim, "/v1/payment_intents", &open));
    let waiting = confirm(&sim, &intent, &[("confirmation_token", &id(&made))]).json();
    assert_eq!(waiting["next_action"]["use_stripe_sdk"]["type"], "stripe_3ds2_fingerprint");
    sim.challenge(&intent, Outcome::Complete).unwrap();
    let paid = confirm(&sim, &intent, &[]).json();
    assert_eq!((&paid["status"], &paid["setup_future_usage"]), (&json!("succeeded"), &json!("off_session")));
    let kept = get(&sim, &format!("/v1/customers/{ada}/payment_methods")).json();
    assert_eq!(kept["data"][0]["id"], paid["payment_method"]);
}

#[test]
fn a_token_sets_a_card_up() {
    let sim = sim();
    let made = ok(&sim, "/v1/test_helpers/confirmation_tokens", &[("payment_method", "pm_card_visa")]);
    let form =
        [("confirm", "true"), ("confirmation_token", made["id"].as_str().unwrap()), ("payment_method_types[]", "card")];
    let set_up = ok(&sim, "/v1/setup_intents", &form);
    assert_eq!(set_up["status"], "succeeded");
    let seen = get(&sim, &format!("/v1/confirmation_tokens/{}", id(&made))).json();
    assert_eq!(seen["setup_intent"], set_up["id"]);
}

#[test]
fn a_token_is_refused_late_twice_or_beside_a_card() {
    let sim = sim();
    let made = id(&token(&sim, "4242424242424242", &[]));
    let mut both = confirm_form(&made);
    both.push(("payment_method", "pm_card_visa"));
    assert_eq!(refused(&sim, "/v1/payment_intents", &both, 400)["code"], "parameters_exclusive");
    let unconfirmed = [("amount", "500"), ("currency", "usd"), ("confirmation_token", made.as_str())];
    assert_eq!(refused(&sim, "/v1/payment_intents", &unconfirmed, 400)["param"], "confirmation_token");
    assert_eq!(refused(&sim, "/v1/payment_intents", &confirm_form("ctoken_nope"), 400)["code"], "resource_missing");
    let lacking = ApiRequest::post("/v1/test_helpers/confirmation_tokens", &[]).key(PK);
    assert_eq!(send(&sim, lacking).status, 401);
    sim.clock().advance(12 * 3_600_000);
    let late = refused(&sim, "/v1/payment_intents", &confirm_form(&made), 400);
    assert!(late["message"].as_str().unwrap().contains("has expired"));
    assert_eq!(sim.ledger().payment_intents().count(), 0);
}

/// What the call itself says counts before what the page collected, whichever call it is.
#[test]
fn the_calls_own_shipping_counts_before_the_tokens() {
    let sim = sim();
    let of_token = [("shipping[name]", "Ada"), ("shipping[address][line1]", "1 Rd")];
    let of_call = [("shipping[name]", "Bea"), ("shipping[address][line1]", "2 Rd")];
    let made = id(&token(&sim, "4242424242424242", &of_token));
    let mut form = confirm_form(&made);
    form.extend(of_call);
    let paid = ok(&sim, "/v1/payment_intents", &form);
    assert_eq!(paid["shipping"]["name"], "Bea");
    assert_eq!(
        get(&sim, &format!("/v1/charges/{}", paid["latest_charge"].as_str().unwrap())).json()["shipping"]["name"],
        "Bea"
    );
    let made = id(&token(&sim, "4242424242424242", &of_token));
    let open = id(&ok(
        &sim,
        "/v1/payment_intents",
        &[("amount", "2500"), ("currency", "usd"), ("payment_method_types[]", "card")],
    ));
    let form = [("confirmation_token", made.as_str()), of_call[0], of_call[1]];
    assert_eq!(confirm(&sim, &open, &form).json()["shipping"]["name"], "Bea");
}

/// A token goes with Stripe.js, unless the call says otherwise.
#[test]
fn the_calls_own_form_of_a_challenge_counts_before_the_tokens() {
    let sim = sim();
    let asked = || id(&token(&sim, "4000002500003155", &[]));
    let kind = |intent: &Value| intent["next_action"]["use_stripe_sdk"]["type"].clone();
    let open = [("payment_method_types[]", "card"), ("amount", "2500"), ("currency", "usd")];
    for (word, wanted) in [
        (None, "stripe_3ds2_fingerprint"),
        (Some("true"), "stripe_3ds2_fingerprint"),
        (Some("false"), "three_d_secure_redirect"),
    ] {
        let made = [asked(), asked(), asked(), asked()];
        let made: Vec<&str> = made.iter().map(String::as_str).collect();
        let form = |at: usize| {
            let word = word.into_iter().map(|word| ("use_stripe_sdk", word));
            word.chain([("confirmation_token", made[at])]).collect::<Vec<_>>()
        };
        let now = [("confirm", "true")];
        let paid = ok(&sim, "/v1/payment_intents", &[&open[..], &now, &form(0)].concat());
        let later = id(&ok(&sim, "/v1/payment_intents", &open));
        let confirmed = confirm(&sim, &later, &form(1)).json();
        let setup = ok(&sim, "/v1/setup_intents", &[&open[..1], &now, &form(2)].concat());
        let later = id(&ok(&sim, "/v1/setup_intents", &open[..1]));
        let set_up = ok(&sim, &format!("/v1/setup_intents/{later}/confirm"), &form(3));
        for intent in [paid, confirmed, setup, set_up] {
            assert_eq!(kind(&intent), wanted, "{word:?}: {intent}");
        }
    }
}

#[test]
fn a_token_of_a_kept_card_shows_whose_it_is() {
    let sim = sim();
    let ada = id(&ok(&sim, "/v1/customers", &[]));
    let method = id(&key_card(&sim, "4242424242424242").json());
    ok(&sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", &ada)]);
    let made = ok(&sim, "/v1/test_helpers/confirmation_tokens", &[("payment_method", &method)]);
    assert_eq!(made["payment_method_preview"]["customer"], ada.as_str());
}
