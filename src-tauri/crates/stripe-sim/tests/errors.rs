//! What Stripe refuses: parameters, states, keys, and how it says so.

mod common;
use common::*;
use stripe_sim::{ApiRequest, Sim, SimOptions};

fn with<'a>(extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("amount", "2500"), ("currency", "usd"), ("payment_method_types[]", "card")];
    for (name, value) in extra {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    form
}

#[test]
fn wrong_parameters_are_named() {
    let sim = sim();
    for (extra, code, param) in [
        (("amount", "0"), Some("parameter_invalid_integer"), "amount"),
        (("amount", "ten"), Some("parameter_invalid_integer"), "amount"),
        (("amount", "10.5"), Some("parameter_invalid_integer"), "amount"),
        (("amount", ""), Some("parameter_invalid_empty"), "amount"),
        (("amount", "49"), Some("amount_too_small"), "amount"),
        (("amount", "100000000"), Some("amount_too_large"), "amount"),
        (("currency", "xxx"), None, "currency"),
        (("colour", "red"), Some("parameter_unknown"), "colour"),
        (("shipping[planet]", "mars"), Some("parameter_missing"), "shipping[address]"),
        (
            ("payment_method_options[card][colour]", "red"),
            Some("parameter_unknown"),
            "payment_method_options[card][colour]",
        ),
        (("confirm", "yes"), None, "confirm"),
        (("capture_method", "later"), None, "capture_method"),
        (("transfer_data[destination]", "acct_1"), None, "transfer_data"),
        (("statement_descriptor", "SHOP"), None, "statement_descriptor"),
        (("statement_descriptor_suffix", "12345678901234567890123"), None, "statement_descriptor_suffix"),
        (("receipt_email", "nobody"), Some("email_invalid"), "receipt_email"),
        (("payment_method", "pm_nope"), Some("resource_missing"), "payment_method"),
        (("customer", "cus_nope"), Some("resource_missing"), "customer"),
        (("off_session", "true"), None, "off_session"),
        (("expand[]", "metadata"), None, "expand"),
    ] {
        let error = refused(&sim, "/v1/payment_intents", &with(&[extra]), 400);
        assert_eq!(error["type"], "invalid_request_error", "{extra:?}");
        assert_eq!(error["code"].as_str(), code, "{extra:?}: {error}");
        assert_eq!(error["param"], param, "{extra:?}");
    }
    let error = refused(&sim, "/v1/payment_intents", &[("currency", "usd")], 400);
    assert_eq!((error["code"].as_str(), error["param"].as_str()), (Some("parameter_missing"), Some("amount")));
    assert_eq!(sim.ledger().payment_intents().count(), 0, "nothing was made");
}

#[test]
fn amounts_follow_their_currency() {
    let sim = sim();
    for (amount, currency, status) in [
        ("50", "jpy", 200),
        ("49", "jpy", 400),
        ("30", "gbp", 200),
        ("29", "gbp", 400),
        ("1000", "kwd", 200),
        ("1001", "kwd", 400),
        ("500", "isk", 200),
        ("550", "isk", 400),
        ("17500", "huf", 200),
        ("17499", "huf", 400),
        ("99999999", "usd", 200),
    ] {
        let response = post(&sim, "/v1/payment_intents", &with(&[("amount", amount), ("currency", currency)]));
        assert_eq!(response.status, status, "{amount} {currency}: {}", response.json());
    }
    let lenient = Sim::new(SimOptions { enforce_minimum: false, ..options() });
    assert_eq!(post(&lenient, "/v1/payment_intents", &with(&[("amount", "1")])).status, 200);
}

#[test]
fn metadata_has_limits() {
    let sim = sim();
    let long_key = format!("metadata[{}]", "k".repeat(41));
    assert_eq!(refused(&sim, "/v1/payment_intents", &with(&[(&long_key, "v")]), 400)["param"], "metadata");
    let long_value = "v".repeat(501);
    refused(&sim, "/v1/payment_intents", &with(&[("metadata[k]", &long_value)]), 400);
    let names: Vec<String> = (0..51).map(|number| format!("metadata[k{number}]")).collect();
    let mut form = with(&[]);
    form.extend(names.iter().map(|name| (name.as_str(), "v")));
    refused(&sim, "/v1/payment_intents", &form, 400);
    form.pop();
    let intent = ok(&sim, "/v1/payment_intents", &form);
    let path = format!("/v1/payment_intents/{}", id(&intent));
    let updated = ok(&sim, &path, &[("metadata[k0]", ""), ("metadata[new]", "x")]);
    assert_eq!(updated["metadata"].as_object().unwrap().len(), 50);
    assert_eq!(ok(&sim, &path, &[("metadata", "")])["metadata"], serde_json::json!({}));
}

#[test]
fn without_method_types_a_return_url_is_demanded() {
    let sim = sim();
    let mut form = charge_form("pm_card_visa");
    form.retain(|(name, _)| *name != "payment_method_types[]");
    let error = refused(&sim, "/v1/payment_intents", &form, 400);
    assert!(error["message"].as_str().unwrap().contains("return_url"));
    form.push(("return_url", "https://shop.example"));
    assert_eq!(ok(&sim, "/v1/payment_intents", &form)["status"], "succeeded");
}

#[test]
fn a_payment_method_serves_once() {
    let sim = sim();
    let method = id(&key_card(&sim, "4000000000009995").json());
    let declined = charge(&sim, &method);
    assert_eq!(declined.status, 402);
    let intent = id(&declined.json()["error"]["payment_intent"]);
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let error = refused(&sim, &path, &[("payment_method", &method)], 400);
    assert!(
        error["message"].as_str().unwrap().starts_with("This PaymentMethod was previously used without being attached")
    );
    assert!(error.get("code").is_none());
    assert_eq!(error["type"], "invalid_request_error");
    refused(&sim, "/v1/payment_intents", &charge_form(&method), 400);
    assert_eq!(sim.ledger().payment_intents().count(), 1);
}

#[test]
fn confirms_in_the_wrong_state_are_refused() {
    let sim = sim();
    let paid = id(&charge(&sim, "pm_card_visa").json());
    let error = refused(&sim, &format!("/v1/payment_intents/{paid}/confirm"), &[], 400);
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    assert_eq!(
        error["message"],
        "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
    );
    let open = id(&ok(&sim, "/v1/payment_intents", &with(&[])));
    let path = format!("/v1/payment_intents/{open}/confirm");
    let error = refused(&sim, &path, &[], 400);
    assert!(error["message"].as_str().unwrap().contains("missing a payment method"));
    ok(&sim, &format!("/v1/payment_intents/{open}/cancel"), &[]);
    let error = refused(&sim, &path, &[("payment_method", "pm_card_visa")], 400);
    assert!(error["message"].as_str().unwrap().contains("has a status of canceled"));
    assert_eq!(error["payment_intent"]["id"], open.as_str());
    let error = refused(&sim, &format!("/v1/payment_intents/{open}/capture"), &[], 400);
    assert!(error["message"].as_str().unwrap().contains("could not be captured because it has a status of canceled"));
}

#[test]
fn an_update_clears_the_last_error_and_knows_its_limits() {
    let sim = sim();
    let declined = charge(&sim, "pm_card_visa_chargeDeclined").json();
    let path = format!("/v1/payment_intents/{}", id(&declined["error"]["payment_intent"]));
    let updated = ok(&sim, &path, &[("amount", "3000"), ("description", "Table 4")]);
    assert_eq!(updated["amount"], 3000);
    assert_eq!(updated["last_payment_error"], serde_json::Value::Null);
    let paid = ok(&sim, &format!("{path}/confirm"), &[("payment_method", "pm_card_visa")]);
    assert_eq!(paid["amount_received"], 3000);
    assert_eq!(ok(&sim, &path, &[("description", "Table 5")])["description"], "Table 5");
    let error = refused(&sim, &path, &[("amount", "1000")], 400);
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    assert_eq!(error["payment_intent"]["status"], "succeeded");
}

#[test]
fn keys_are_known_by_their_form() {
    let sim = sim();
    let ask = |key: Option<&str>| {
        let request = ApiRequest::get("/v1/payment_intents?limit=1");
        let response = send(
            &sim,
            match key {
                Some(key) => request.key(key),
                None => request,
            },
        );
        (response.status, response.json()["error"].clone(), response.header("request-id").is_some())
    };
    assert_eq!(ask(Some(SK)).0, 200);
    assert_eq!(ask(Some("rk_test_shop1")).0, 200);
    let (status, error, _) = ask(None);
    assert_eq!(status, 401);
    assert!(error["message"].as_str().unwrap().starts_with("You did not provide an API key."));
    for key in ["sk_live_51abcdefghijklmnop", "sk_test_with space", "nonsense_abcdefghijkl", "sk_test_"] {
        let (status, error, has_request_id) = ask(Some(key));
        let message = error["message"].as_str().unwrap().to_owned();
        assert_eq!(status, 401, "{key}");
        assert!(message.starts_with("Invalid API Key provided: "), "{message}");
        assert!(key.len() < 9 || !message.contains(key), "the key is masked");
        assert!(!has_request_id);
    }
    let (status, error, _) = ask(Some(PK));
    assert_eq!((status, error["code"].as_str()), (401, Some("secret_key_required")));
    let basic = ApiRequest::get("/v1/balance").header("authorization", "Basic c2tfdGVzdF9zaG9wMTo=");
    assert_eq!(send(&sim, basic).status, 200);
}

#[test]
fn keys_of_one_tail_share_an_account_and_others_do_not() {
    let sim = sim();
    let paid = id(&charge(&sim, "pm_card_visa").json());
    let path = format!("/v1/payment_intents/{paid}");
    assert_eq!(send(&sim, ApiRequest::get(&path).key("rk_test_shop1")).status, 200);
    let other = send(&sim, ApiRequest::get(&path).key("sk_test_other"));
    assert_eq!(other.status, 404);
    assert_eq!(other.json()["error"]["message"], format!("No such payment_intent: '{paid}'"));
    assert_eq!(other.json()["error"]["param"], "intent");
    assert_eq!(get(&sim, "/v1/account").status, 200);
    let restricted = send(&sim, ApiRequest::get("/v1/account").key("rk_test_shop1"));
    assert_eq!(restricted.status, 403);
}

#[test]
fn unknown_addresses_and_objects_are_404() {
    let sim = sim();
    for path in ["/v1/charges/ch_x", "/v1/refunds/re_x", "/v1/events/evt_x", "/v1/payment_methods/pm_x"] {
        let response = get(&sim, path);
        assert_eq!(
            (response.status, response.json()["error"]["code"].as_str()),
            (404, Some("resource_missing")),
            "{path}"
        );
    }
    let response = get(&sim, "/v1/nonsense");
    assert_eq!(response.status, 404);
    assert!(response.json()["error"]["message"].as_str().unwrap().contains("GET: /v1/nonsense"));
}

#[test]
fn lists_are_newest_first_and_paged() {
    let sim = sim();
    let made: Vec<String> = (0..5)
        .map(|_| {
            sim.clock().advance(10_000);
            id(&charge(&sim, "pm_card_visa").json())
        })
        .collect();
    let ids = |path: &str| -> (Vec<String>, bool) {
        let list = get(&sim, path).json();
        assert_eq!(list["object"], "list", "{list}");
        (list["data"].as_array().unwrap().iter().map(id).collect(), list["has_more"].as_bool().unwrap())
    };
    let reversed: Vec<String> = made.iter().rev().cloned().collect();
    assert_eq!(ids("/v1/payment_intents"), (reversed.clone(), false));
    assert_eq!(ids("/v1/payment_intents?limit=2"), (reversed[..2].to_vec(), true));
    assert_eq!(
        ids(&format!("/v1/payment_intents?limit=2&starting_after={}", reversed[1])),
        (reversed[2..4].to_vec(), true)
    );
    assert_eq!(
        ids(&format!("/v1/payment_intents?limit=2&ending_before={}", reversed[3])),
        (reversed[1..3].to_vec(), true)
    );
    let third = START_MS / 1_000 + 30;
    assert_eq!(ids(&format!("/v1/payment_intents?created[gte]={third}")).0, reversed[..3].to_vec());
    assert_eq!(ids(&format!("/v1/payment_intents?created[lt]={third}")).0, reversed[3..].to_vec());
    assert_eq!(ids(&format!("/v1/payment_intents?created={third}")).0, [made[2].clone()]);
    assert_eq!(get(&sim, "/v1/payment_intents?limit=101").status, 400);
    assert_eq!(get(&sim, "/v1/payment_intents?status=succeeded").json()["error"]["code"], "parameter_unknown");
    let expanded =
        get(&sim, "/v1/payment_intents?limit=1&expand[]=data.latest_charge&expand[]=data.payment_method").json();
    assert_eq!(expanded["data"][0]["latest_charge"]["object"], "charge");
    assert_eq!(expanded["data"][0]["payment_method"]["object"], "payment_method");
    let events = get(&sim, "/v1/events?type=payment_intent.succeeded&limit=100").json();
    assert_eq!(events["data"].as_array().unwrap().len(), 5);
    assert_eq!(events["data"][0]["data"]["object"]["id"], reversed[0].as_str());
}

#[test]
fn a_body_of_json_is_told_what_the_api_takes() {
    let sim = sim();
    let body = r#"{"amount": 2500, "currency": "usd"}"#;
    let ask = |content_type: &str| {
        let mut request = ApiRequest::post("/v1/payment_intents", &[]).key(SK).header("content-type", content_type);
        request.body = body.as_bytes().to_vec();
        send(&sim, request)
    };
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let answer = ask(content_type);
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, 400);
        assert!(message.contains("application/x-www-form-urlencoded"), "{message}");
    }
}

#[test]
fn a_property_is_expanded_four_levels_deep_and_no_deeper() {
    let sim = sim();
    let expanding = |path: &str| {
        let mut form = charge_form("pm_card_visa");
        form.push(("expand[]", path));
        post(&sim, "/v1/payment_intents", &form)
    };
    let four = "latest_charge.payment_intent.latest_charge.payment_intent";
    assert_eq!(expanding(four).status, 200);
    let five = expanding(&format!("{four}.latest_charge"));
    assert_eq!(five.status, 400);
    assert_eq!(five.json()["error"]["message"], "You cannot expand more than 4 levels of a property.");
    assert_eq!(sim.ledger().payment_intents().count(), 1, "the refused call made none");
}

#[test]
fn a_description_has_at_most_a_thousand_characters() {
    let sim = sim();
    let form = |text: &str| post(&sim, "/v1/payment_intents", &with(&[("description", text)]));
    let most = "\u{e9}".repeat(1_000);
    assert_eq!(form(&most).json()["description"], most.as_str());
    let beyond = form(&format!("{most}x"));
    assert_eq!((beyond.status, &beyond.json()["error"]["param"]), (400, &serde_json::json!("description")));
}
