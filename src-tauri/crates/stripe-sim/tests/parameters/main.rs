//! Every parameter that Stripe documents, at every call and down to its single values: it is played, or refused as one that is
//! not; and each rule for a value is kept at every call that takes one. What is walked through is Stripe's own list, so that
//! a new call, or a new parameter of a call, cannot be forgotten.

mod calls;
#[path = "../common/mod.rs"]
mod common;
mod said;

use calls::answer;
use common::{PK, SK, get, send, sim};
use serde_json::Value;
use stripe_schema::{Leaf, expandable_in, leaves_of, operations, parameters_of};
use stripe_sim::ApiRequest;

/// All calls with all their values.
fn all() -> impl Iterator<Item = (&'static str, Leaf)> {
    operations().flat_map(|operation| leaves_of(operation).into_iter().map(move |leaf| (operation, leaf)))
}

/// Whether this answer says that the simulator does not play the parameter.
fn is_not_played(error: &Value) -> bool {
    error["message"].as_str().is_some_and(|message| message.starts_with("The simulator does not play"))
}

/// Tries a value at every call that takes one of its kind: those that refuse it as `wanted`, and those that do otherwise
/// though they play the parameter.
fn doors(
    currency: &str,
    value: &str,
    is_meant: impl Fn(&Leaf) -> bool,
    wanted: impl Fn(&Value) -> bool,
) -> (Vec<String>, Vec<String>) {
    let (mut kept, mut open) = (Vec::new(), Vec::new());
    for (operation, leaf) in all().filter(|(_, leaf)| is_meant(leaf)) {
        let body = answer(operation, currency, &leaf.name, value);
        let (error, door) = (&body["error"], format!("{operation} {}", leaf.name));
        match is_not_played(error) {
            true => {}
            false if body["status_code"] == 400 && error["param"] == leaf.name.as_str() && wanted(error) => {
                kept.push(door);
            }
            false => open.push(format!("{door}: {body}")),
        }
    }
    (kept, open)
}

/// Of parameters there are hundreds, and each call is one of a new simulator.
#[test]
fn no_documented_parameter_is_called_unknown() {
    let (mut tried, mut unknown) = (0, Vec::new());
    for operation in operations() {
        // The call as it needs to be gets this far: it reaches the point where whatever is left over is refused.
        let nonsense = answer(operation, "usd", "colour", "red");
        // No refund of a card can be cancelled, whatever else is said.
        if operation != "POST /v1/refunds/{refund}/cancel" {
            assert_eq!(nonsense["error"]["code"], "parameter_unknown", "{operation}: {nonsense}");
        }
        let names = parameters_of(operation).map(str::to_owned);
        for name in names.chain(leaves_of(operation).into_iter().map(|leaf| leaf.name)) {
            tried += 1;
            if answer(operation, "usd", &name, "x")["error"]["code"] == "parameter_unknown" {
                unknown.push(format!("{operation} {name}"));
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn a_value_that_the_schema_does_not_allow_is_refused_at_every_call() {
    let mut taken = Vec::new();
    for (operation, leaf) in all() {
        let Some(wrong) = &leaf.wrong else { continue };
        let body = answer(operation, "usd", &leaf.name, wrong);
        let is_refused = (400..403).contains(&body["status_code"].as_u64().expect("a status"));
        let param = body["error"]["param"].as_str().unwrap_or_default();
        if !is_refused || param.is_empty() || !leaf.name.contains(param) {
            let mut shown = body.to_string();
            shown.truncate(300);
            taken.push(format!("{operation} {}: {shown}", leaf.name));
        }
    }
    assert!(taken.is_empty(), "{} {taken:#?}", taken.len());
}

#[test]
fn what_can_be_unset_is_unset_by_an_empty_text_at_every_call() {
    let mut refused = Vec::new();
    for (operation, leaf) in all().filter(|(_, leaf)| leaf.can_be_unset) {
        let body = answer(operation, "usd", &leaf.name, "");
        let error = &body["error"];
        let names_it = error["param"].as_str().is_some_and(|param| leaf.name.contains(param));
        if names_it && !is_not_played(error) {
            refused.push(format!("{operation} {}: {error}", leaf.name));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn amounts_between_two_steps_of_a_currency_are_refused_at_every_call() {
    let is_amount = |leaf: &Leaf| leaf.is_integer && leaf.last().contains("amount");
    let wanted = [
        "POST /v1/payment_intents amount",
        "POST /v1/payment_intents/{intent} amount",
        "POST /v1/payment_intents/{intent}/capture amount_to_capture",
        "POST /v1/refunds amount",
    ];
    for (currency, amount, code, says) in [
        (
            "kwd",
            "1005",
            "parameter_invalid_integer",
            "Amounts in KWD have three decimals, and must be evenly divisible by 10.",
        ),
        (
            "isk",
            "1050",
            "invalid_charge_amount_no_decimal_compatible",
            "charged amounts must be evenly divisible by 100",
        ),
        (
            "ugx",
            "1010",
            "invalid_charge_amount_no_decimal_compatible",
            "Currency UGX has become effectively zero-decimal",
        ),
    ] {
        let is_step =
            |error: &Value| error["code"] == code && error["message"].as_str().is_some_and(|text| text.contains(says));
        let (kept, open) = doors(currency, amount, is_amount, is_step);
        assert!(open.is_empty(), "{open:#?}");
        assert_eq!(kept, wanted, "{currency}");
    }
    // And none is below 1, or no number.
    for amount in ["0", "-10", "10.5", "ten"] {
        let (kept, open) = doors("kwd", amount, is_amount, |error| error["code"] == "parameter_invalid_integer");
        assert!(open.is_empty(), "{open:#?}");
        assert_eq!(kept, wanted, "{amount}");
    }
}

#[test]
fn what_is_no_country_is_refused_at_every_call() {
    let is_country = |leaf: &Leaf| leaf.last().ends_with("country");
    for wrong in ["JA", "us", "Japan"] {
        let says = format!("Country '{wrong}' is unknown. Try using a 2-character alphanumeric country code instead");
        let is_meant = |error: &Value| error["message"].as_str().is_some_and(|text| text.starts_with(&says));
        let (kept, open) = doors("usd", wrong, is_country, is_meant);
        assert!(open.is_empty(), "{open:#?}");
        let wanted = [
            "POST /v1/charges/{charge} shipping[address][country]",
            "POST /v1/customers address[country]",
            "POST /v1/customers shipping[address][country]",
            "POST /v1/customers/{customer} address[country]",
            "POST /v1/customers/{customer} shipping[address][country]",
            "POST /v1/payment_intents payment_method_data[billing_details][address][country]",
            "POST /v1/payment_intents shipping[address][country]",
            "POST /v1/payment_intents/{intent} payment_method_data[billing_details][address][country]",
            "POST /v1/payment_intents/{intent} shipping[address][country]",
            "POST /v1/payment_intents/{intent}/confirm payment_method_data[billing_details][address][country]",
            "POST /v1/payment_intents/{intent}/confirm shipping[address][country]",
            "POST /v1/payment_methods billing_details[address][country]",
            "POST /v1/payment_methods/{payment_method} billing_details[address][country]",
            "POST /v1/setup_intents payment_method_data[billing_details][address][country]",
            "POST /v1/setup_intents/{intent} payment_method_data[billing_details][address][country]",
            "POST /v1/setup_intents/{intent}/confirm payment_method_data[billing_details][address][country]",
            "POST /v1/test_helpers/confirmation_tokens payment_method_data[billing_details][address][country]",
            "POST /v1/test_helpers/confirmation_tokens shipping[address][country]",
            "POST /v1/tokens card[address_country]",
        ];
        assert_eq!(kept, wanted, "{wrong}");
    }
    for (operation, leaf) in all().filter(|(_, leaf)| is_country(leaf)) {
        for right in ["JP", "XK", ""] {
            let error = &answer(operation, "usd", &leaf.name, right)["error"];
            assert!(error.is_null() || is_not_played(error), "{operation} {} {right}: {error}", leaf.name);
        }
    }
}

#[test]
fn what_is_no_email_address_is_refused_at_every_call() {
    // Evidence is free text, and a filter finds nothing.
    let is_email = |leaf: &Leaf| leaf.last().ends_with("email") && leaf.name != "email";
    for wrong in ["nobody", "ada@", "@example.com", "ada@example", "ada@example.com "] {
        let (kept, open) = doors("usd", wrong, is_email, |error| error["code"] == "email_invalid");
        assert!(open.is_empty(), "{open:#?}");
        let wanted = [
            "POST /v1/charges/{charge} receipt_email",
            "POST /v1/payment_intents payment_method_data[billing_details][email]",
            "POST /v1/payment_intents receipt_email",
            "POST /v1/payment_intents/{intent} payment_method_data[billing_details][email]",
            "POST /v1/payment_intents/{intent} receipt_email",
            "POST /v1/payment_intents/{intent}/confirm payment_method_data[billing_details][email]",
            "POST /v1/payment_intents/{intent}/confirm receipt_email",
            "POST /v1/payment_methods billing_details[email]",
            "POST /v1/payment_methods/{payment_method} billing_details[email]",
            "POST /v1/setup_intents payment_method_data[billing_details][email]",
            "POST /v1/setup_intents/{intent} payment_method_data[billing_details][email]",
            "POST /v1/setup_intents/{intent}/confirm payment_method_data[billing_details][email]",
            "POST /v1/test_helpers/confirmation_tokens payment_method_data[billing_details][email]",
        ];
        assert_eq!(kept, wanted, "{wrong}");
        for operation in ["POST /v1/customers", "POST /v1/customers/{customer}"] {
            let error = &answer(operation, "usd", "email", wrong)["error"];
            assert_eq!((&error["code"], &error["param"]), (&"email_invalid".into(), &"email".into()), "{operation}");
        }
    }
}

#[test]
fn what_no_statement_can_show_is_refused_at_every_call() {
    let is_suffix = |leaf: &Leaf| leaf.last() == "statement_descriptor_suffix";
    let wanted = [
        "POST /v1/payment_intents statement_descriptor_suffix",
        "POST /v1/payment_intents/{intent} statement_descriptor_suffix",
        "POST /v1/payment_intents/{intent}/capture statement_descriptor_suffix",
    ];
    let too_long = "A".repeat(23);
    for wrong in ["A<B", "A>B", "A\\B", "A'B", "A\"B", "A*B", "1234", "É", &too_long] {
        let (kept, open) = doors("usd", wrong, is_suffix, |_| true);
        assert!(open.is_empty(), "{open:#?}");
        assert_eq!(kept, wanted, "{wrong}");
    }
    // A card payment has no descriptor of its own, at any call.
    let is_descriptor = |leaf: &Leaf| leaf.last() == "statement_descriptor";
    let (kept, open) = doors("usd", "SHOP", is_descriptor, |_| true);
    assert!(open.is_empty(), "{open:#?}");
    assert_eq!(kept, wanted.map(|door| door.replace("_suffix", "")));
    for (operation, leaf) in all().filter(|(_, leaf)| is_suffix(leaf)) {
        for right in ["A-7 & Co", "É A", ""] {
            assert_eq!(answer(operation, "usd", &leaf.name, right)["status_code"], 200, "{operation} {right}");
        }
    }
}

/// Every path with an id, documented or known from Stripe.js, once with each of its ids empty.
#[test]
fn an_empty_id_in_a_path_is_no_address_of_stripes() {
    let of_the_page = stripe_schema::known::OPERATIONS.iter().map(|(operation, _)| *operation);
    let mut tried = 0;
    for operation in operations().chain(of_the_page) {
        let (method, template) = operation.split_once(' ').expect("a method and a path");
        let steps: Vec<&str> = template.split('/').collect();
        for empty in (0..steps.len()).filter(|place| steps[*place].starts_with('{')) {
            let path: Vec<&str> = (0..steps.len())
                .map(|place| match steps[place] {
                    _ if place == empty => "",
                    step if step.starts_with('{') => "cus_1",
                    step => step,
                })
                .collect();
            let path = path.join("/");
            for key in [SK, PK] {
                let answer = send(&sim(), ApiRequest::new(method.parse().expect("a method"), &path).key(key));
                let wanted = format!(
                    "Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
                );
                let wanted = serde_json::json!({"error": {"message": wanted, "type": "invalid_request_error"}});
                assert_eq!((answer.status, answer.json()), (404, wanted), "{operation}");
            }
            tried += 1;
        }
    }
    assert!(tried >= 35, "{tried}");
    let elsewhere = get(&sim(), "/v1/sacks_of_gold").json()["error"]["message"].clone();
    assert_eq!(
        elsewhere,
        "Unrecognized request URL (GET: /v1/sacks_of_gold). Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
    );
}

#[test]
fn who_is_not_there_is_refused_at_every_call() {
    for (name, unknown) in [("customer", "cus_nope"), ("payment_method", "pm_nope")] {
        let names_it = |leaf: &Leaf| leaf.last() == name || leaf.last() == format!("default_{name}");
        let (kept, open) = doors("usd", unknown, names_it, |error| error["code"] == "resource_missing");
        // A list of SetupIntents is one of those that used the card: none, of a card that is not there.
        let open: Vec<_> =
            open.iter().filter(|door| !door.starts_with("GET /v1/setup_intents payment_method")).collect();
        assert!(open.is_empty(), "{open:#?}");
        assert!(kept.len() > 8, "{kept:#?}");
    }
}

#[test]
fn what_is_no_url_is_refused_at_every_call() {
    for wrong in ["banana", "https://", "//shop.example", "https://shop.example/a b", "3d://x"] {
        let (kept, open) =
            doors("usd", wrong, |leaf| leaf.last() == "return_url", |error| error["code"] == "url_invalid");
        assert!(open.is_empty(), "{open:#?}");
        let wanted = [
            "POST /v1/payment_intents return_url",
            "POST /v1/payment_intents/{intent}/confirm return_url",
            "POST /v1/setup_intents return_url",
            "POST /v1/setup_intents/{intent}/confirm return_url",
            "POST /v1/test_helpers/confirmation_tokens return_url",
        ];
        assert_eq!(kept, wanted, "{wrong}");
    }
    for right in ["https://shop.example", "http://localhost:8080/back?sale=5#top", "countersign://back"] {
        let error = &answer("POST /v1/setup_intents/{intent}/confirm", "usd", "return_url", right)["error"];
        assert_ne!(error["code"], "url_invalid", "{right}");
    }
}

#[test]
fn the_limits_of_metadata_are_kept_at_every_call() {
    let (long_key, long_value) = ("k".repeat(41), "v".repeat(501));
    let mut tried = 0;
    for (operation, leaf) in all().filter(|(_, leaf)| leaf.last() == "metadata") {
        for (key, value) in [(long_key.as_str(), "v"), ("k", long_value.as_str())] {
            let body = answer(operation, "usd", &format!("{}[{key}]", leaf.name), value);
            if !is_not_played(&body["error"]) {
                let param = body["error"]["param"].as_str().unwrap_or_default();
                assert!(param.starts_with(&leaf.name), "{operation} {}: {body}", leaf.name);
                assert_eq!(body["status_code"], 400);
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn what_can_be_expanded_is_expanded_at_every_call() {
    let (mut tried, mut refused) = (0, Vec::new());
    for operation in operations() {
        for field in expandable_in(operation) {
            let error = &answer(operation, "usd", "expand[0]", &field)["error"];
            let is_refused = error["message"].as_str().is_some_and(|text| text.contains("cannot be expanded"));
            if is_refused {
                refused.push(format!("{operation} {field}"));
            }
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
    assert!(refused.is_empty(), "{refused:#?}");
}
