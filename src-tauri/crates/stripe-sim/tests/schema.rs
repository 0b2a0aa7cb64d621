//! That holding answers against Stripe's schema can fail: an answer spoilt anywhere is noticed.

mod common;

use common::*;
use serde_json::{Value, json};
use stripe_schema::{Answer, check_answer};

/// Every place in a JSON value, as JSON pointers.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| places(field, &format!("{pointer}/{name}"), found));
        }
        Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| places(element, &format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
}

fn is_as_the_schema_says(method: &str, target: &str, status: u16, body: &Value) -> bool {
    check_answer(&Answer { method, target, publishable: false, status, body }).is_empty()
}

#[test]
fn an_answer_spoilt_anywhere_is_noticed() {
    let sim = sim();
    let target = "/v1/payment_intents";
    let mut form = charge_form("pm_card_visa");
    form.extend([("expand[]", "latest_charge.balance_transaction"), ("metadata[order]", "7")]);
    let paid = ok(&sim, target, &form);
    let declined = charge(&sim, "pm_card_chargeDeclined");
    for (status, body) in [(200, paid), (declined.status, declined.json())] {
        assert!(is_as_the_schema_says("POST", target, status, &body));
        let mut all = Vec::new();
        places(&body, "", &mut all);
        assert!(all.len() > 80, "a whole answer has many places, not {}", all.len());
        for place in all {
            // No field of these answers may be an array of arrays.
            let spoilt = json!([[0]]);
            let mut body = body.clone();
            *body.pointer_mut(&place).expect("a place") = spoilt;
            let noticed = !is_as_the_schema_says("POST", target, status, &body);
            assert_eq!(noticed, !is_free(&place), "{place}");
            // And no object has a field that nobody described.
            if let Some(object) = body.pointer_mut(place.rsplit_once('/').map_or("", |(outer, _)| outer))
                && let Some(object) = object.as_object_mut()
            {
                object.insert("colour".to_owned(), json!({"red": 1}));
                assert!(!is_as_the_schema_says("POST", target, status, &body) || is_free(&place), "{place}");
            }
        }
    }
}

/// Places of which the schema says nothing: newer than it, or left open by it.
fn is_free(place: &str) -> bool {
    let last = place.rsplit('/').next().unwrap_or_default();
    ["allowed_payment_method_types", "shared_payment_granted_token", "source"].contains(&last)
}
