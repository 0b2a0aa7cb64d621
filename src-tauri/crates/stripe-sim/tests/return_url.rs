//! `return_url`: the customer leaves the page for the bank's, and comes back with the intent in the address.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::{ApiRequest, Sim};

const ASKS: &str = "pm_card_authenticationRequired";

fn away(sim: &Sim, return_url: &str, confirmation_method: &str) -> Value {
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", ASKS),
        ("confirm", "true"),
        ("confirmation_method", confirmation_method),
        ("payment_method_types[]", "card"),
        ("return_url", return_url),
    ];
    ok(sim, "/v1/payment_intents", &form)
}

/// Opens the page at the intent's address and presses a button there. Where the page then goes.
fn answer_at_the_bank(sim: &Sim, intent: &Value, outcome: &str) -> Value {
    let action = &intent["next_action"];
    assert_eq!(action["type"], "redirect_to_url");
    let path = action["redirect_to_url"]["url"].as_str().unwrap().strip_prefix("http://localhost").unwrap();
    assert!(path.contains("&client_secret=src_client_secret_"), "{path}");
    let page = send(sim, ApiRequest::get(path));
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let trans = path.split(['=', '&']).nth(1).unwrap();
    let decided = send(sim, ApiRequest::post("/acs/decide", &[("acs_trans", trans), ("outcome", outcome)]));
    assert_eq!(decided.status, 200, "{}", decided.json());
    decided.json()["return_url"].clone()
}

#[test]
fn the_two_parameters_are_added_to_what_is_there() {
    for (return_url, before, after) in [
        ("https://shop.example/back", "https://shop.example/back?", ""),
        ("https://shop.example/back?sale=7#done", "https://shop.example/back?sale=7&", "#done"),
        ("my-till://back", "my-till://back?", ""),
    ] {
        for (method, passed) in [("manual", "requires_confirmation"), ("automatic", "succeeded")] {
            for (outcome, status) in [("complete", passed), ("fail", "requires_payment_method")] {
                let sim = sim();
                let intent = away(&sim, return_url, method);
                assert_eq!(intent["next_action"]["redirect_to_url"]["return_url"], return_url);
                let (id, secret) = (id(&intent), intent["client_secret"].as_str().unwrap());
                let wanted = format!("{before}payment_intent={id}&payment_intent_client_secret={secret}{after}");
                assert_eq!(answer_at_the_bank(&sim, &intent, outcome), wanted, "{outcome}");
                assert_eq!(read(&sim, &id)["status"], status);
            }
        }
    }
}

#[test]
fn a_setup_intent_has_names_of_its_own() {
    let sim = sim();
    let form = [
        ("payment_method", ASKS),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("return_url", "https://shop.example/kept?x=1"),
    ];
    let intent = ok(&sim, "/v1/setup_intents", &form);
    let (id, secret) = (id(&intent), intent["client_secret"].as_str().unwrap());
    let wanted = format!("https://shop.example/kept?x=1&setup_intent={id}&setup_intent_client_secret={secret}");
    assert_eq!(answer_at_the_bank(&sim, &intent, "complete"), wanted);
    assert_eq!(get(&sim, &format!("/v1/setup_intents/{id}")).json()["status"], "succeeded");
}

#[test]
fn a_page_in_a_frame_leads_nowhere() {
    let sim = sim();
    let intent = waiting(&sim);
    let source = intent["next_action"]["use_stripe_sdk"]["three_d_secure_2_source"].as_str().unwrap();
    let begun = send(&sim, ApiRequest::post("/v1/3ds2/authenticate", &[("source", source)]).key(PK)).json();
    let trans = begun["ares"]["acsTransID"].as_str().unwrap();
    let decided = send(&sim, ApiRequest::post("/acs/decide", &[("acs_trans", trans), ("outcome", "complete")])).json();
    assert_eq!(decided["return_url"], Value::Null);
}

#[test]
fn with_use_stripe_sdk_the_customer_stays() {
    let sim = sim();
    let mut form = charge_form(ASKS);
    form.push(("return_url", "https://shop.example/back"));
    assert_eq!(ok(&sim, "/v1/payment_intents", &form)["next_action"]["type"], "use_stripe_sdk");
}

#[test]
fn it_is_a_whole_address_wherever_it_is_taken() {
    let sim = sim();
    let intent = id(&ok(&sim, "/v1/payment_intents", &[("amount", "2500"), ("currency", "gbp")]));
    let setup = id(&ok(&sim, "/v1/setup_intents", &[("payment_method_types[]", "card")]));
    let confirm = format!("/v1/payment_intents/{intent}/confirm");
    let confirm_setup = format!("/v1/setup_intents/{setup}/confirm");
    let card = ("payment_method", "pm_card_visa");
    let new = [("amount", "2500"), ("currency", "gbp"), ("confirm", "true"), card];
    for bad in ["/back", "shop.example/back", "https://", "javascript://%0aalert(1)", "https://shop.example/a b"] {
        for (path, form) in [
            ("/v1/payment_intents", new.to_vec()),
            (confirm.as_str(), vec![card]),
            ("/v1/setup_intents", vec![("confirm", "true"), card]),
            (confirm_setup.as_str(), vec![card]),
            ("/v1/test_helpers/confirmation_tokens", vec![card]),
        ] {
            let error = refused(&sim, path, &[form, vec![("return_url", bad)]].concat(), 400);
            assert_eq!(error["code"], "url_invalid", "{path} {bad}: {error}");
            assert_eq!(
                (error["param"].as_str(), error["message"].as_str()),
                (Some("return_url"), Some("Not a valid URL"))
            );
        }
    }
    assert_eq!(read(&sim, &intent)["status"], "requires_payment_method", "nothing was begun");
}
