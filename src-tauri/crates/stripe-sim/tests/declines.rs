//! Every decline code has its error, its failed charge, and its place in the PaymentIntent.

mod common;
use common::*;
use serde_json::{Value, json};
use stripe_sim::{ApiRequest, decline_codes};

/// Codes that say it all: there is no decline code beside them.
const OWN: [&str; 10] = [
    "expired_card",
    "incorrect_address",
    "incorrect_cvc",
    "incorrect_number",
    "incorrect_zip",
    "invalid_cvc",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_number",
    "processing_error",
];

#[test]
fn every_decline_code_has_its_error_body() {
    assert_eq!(decline_codes().count(), 50);
    for name in decline_codes() {
        let sim = sim();
        sim.decline_next(name, 1).unwrap();
        let answer = charge(&sim, "pm_card_visa");
        let body = answer.json();
        let error = &body["error"];
        let context = format!("{name}: {error}");
        assert_eq!(answer.status, 402, "{context}");
        assert_eq!(error["type"], "card_error", "{context}");
        let code = match name {
            "authentication_required" | "authentication_not_handled" => "authentication_required",
            name if OWN.contains(&name) => name,
            _ => "card_declined",
        };
        assert_eq!(error["code"], code, "{context}");
        assert_eq!(error["decline_code"], if OWN.contains(&name) { Value::Null } else { json!(name) }, "{context}");
        assert!(error["message"].as_str().is_some_and(|message| message.ends_with('.')), "{context}");
        assert_eq!(error["doc_url"], format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
        assert_eq!(error["payment_method"]["object"], "payment_method", "{context}");

        let intent = &error["payment_intent"];
        assert_eq!(intent["status"], "requires_payment_method", "{context}");
        assert!(intent["payment_method"].is_null());
        let kept = &intent["last_payment_error"];
        for field in ["type", "code", "decline_code", "message", "param", "charge", "advice_code"] {
            assert_eq!(kept[field], error[field], "{context}: {field}");
        }
        // A demand for authentication leaves no charge; every other decline leaves a failed one.
        if code == "authentication_required" {
            assert!(error["charge"].is_null() && intent["latest_charge"].is_null(), "{context}");
        } else {
            let charge = get(&sim, &format!("/v1/charges/{}", error["charge"].as_str().unwrap())).json();
            assert_eq!((&charge["status"], &charge["paid"]), (&json!("failed"), &json!(false)), "{context}");
            assert_eq!(charge["failure_code"], code);
            assert_eq!(charge["outcome"]["network_decline_code"], error["network_decline_code"]);
        }
        assert_eq!(sim.ledger().captured_minor(&id(intent)), 0);
        // The next one is itself again, on the same PaymentIntent.
        let again = confirm(&sim, &id(intent), &[("payment_method", "pm_card_visa")]).json();
        assert_eq!(again["status"], "succeeded", "{context}");
    }
}

#[test]
fn declines_are_ordered_from_outside() {
    let sim = sim();
    let order = |body: &str| {
        let mut request = ApiRequest::new(http::Method::POST, "/_sim/declines");
        request.body = body.as_bytes().to_vec();
        send(&sim, request)
    };
    assert_eq!(order(r#"{"decline_code": "do_not_honor", "count": 2}"#).status, 200);
    assert_eq!(order(r#"{"decline_code": "no_such_code"}"#).status, 400);
    assert_eq!(order(r#"{"decline_code": "do_not_honor", "count": 4000000000}"#).status, 400);
    for _ in 0..2 {
        assert_eq!(charge(&sim, "pm_card_visa").json()["error"]["network_decline_code"], "05");
    }
    assert_eq!(charge(&sim, "pm_card_visa").json()["status"], "succeeded");
    let listed = send(&sim, ApiRequest::get("/_sim/declines")).json();
    assert_eq!(listed["decline_codes"].as_array().unwrap().len(), 50);
}
