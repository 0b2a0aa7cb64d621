//! Every parameter that Stripe documents is known here: it is played, or refused as one that is not played, and never called
//! unknown.

mod common;
use common::*;
use serde_json::Value;
use stripe_schema::{operations, parameters_of};
use stripe_sim::{ApiRequest, ApiResponse, Sim};

/// What an operation needs, so that it looks at every parameter: the id in its path, and its form or query.
type Need = (String, Vec<(&'static str, String)>);

fn made(sim: &Sim, path: &str, form: &[(&str, &str)]) -> String {
    id(&ok(sim, path, form))
}

fn newest(sim: &Sim, path: &str) -> String {
    id(&get(sim, path).json()["data"][0])
}

fn text(value: &Value) -> String {
    value.as_str().expect("an id").to_owned()
}

fn need(sim: &Sim, operation: &str) -> Need {
    let (_, path) = operation.split_once(' ').expect("a method and a path");
    let customer = || made(sim, "/v1/customers", &[]);
    let kept_card = || {
        let method = id(&key_card(sim, "4242424242424242").json());
        made(sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", &customer())])
    };
    let intent = |more: &[(&str, &str)]| {
        let mut form = vec![("amount", "2500"), ("currency", "usd")];
        form.extend(more);
        made(sim, "/v1/payment_intents", &form)
    };
    let paid = |alias: &str| {
        let mut form = charge_form(alias);
        form.push(("capture_method", "automatic"));
        ok(sim, "/v1/payment_intents", &form)
    };
    let set_up = || made(sim, "/v1/setup_intents", &[]);
    let refund = || made(sim, "/v1/refunds", &[("payment_intent", &id(&paid("pm_card_visa")))]);
    let found = match path {
        "/v1/balance_transactions/{id}" => {
            paid("pm_card_visa");
            newest(sim, "/v1/balance_transactions")
        }
        "/v1/events/{id}" => {
            paid("pm_card_visa");
            newest(sim, "/v1/events")
        }
        "/v1/tokens/{token}" => {
            let card = [("card[number]", "4242424242424242"), ("card[exp_month]", "12"), ("card[exp_year]", "2030")];
            id(&send(sim, ApiRequest::post("/v1/tokens", &card).key(PK)).json())
        }
        _ if path.contains("{confirmation_token}") => {
            made(sim, "/v1/test_helpers/confirmation_tokens", &[("payment_method", "pm_card_visa")])
        }
        _ if path.contains("{charge}") => text(&paid("pm_card_visa")["latest_charge"]),
        _ if path.contains("{customer}") => customer(),
        _ if path.contains("{dispute}") => {
            paid("pm_card_createDispute");
            newest(sim, "/v1/disputes")
        }
        _ if path.contains("{payment_method}/attach") => id(&key_card(sim, "4242424242424242").json()),
        _ if path.contains("{payment_method}") => kept_card(),
        _ if path.contains("{refund}") => refund(),
        "/v1/payment_intents/{intent}/capture" => intent(&[
            ("payment_method", "pm_card_visa"),
            ("confirm", "true"),
            ("capture_method", "manual"),
            ("payment_method_types[]", "card"),
        ]),
        _ if path.starts_with("/v1/payment_intents/{") => intent(&[]),
        _ if path.starts_with("/v1/setup_intents/{") => set_up(),
        _ => String::new(),
    };
    let form = match operation {
        _ if path.ends_with("/search") => vec![("query", "created>0".to_owned())],
        "POST /v1/payment_intents" => vec![("amount", "2500".to_owned()), ("currency", "usd".to_owned())],
        "POST /v1/payment_methods" => {
            vec![("type", "card".to_owned()), ("card[token]", "tok_visa".to_owned())]
        }
        "POST /v1/payment_methods/{payment_method}/attach" => vec![("customer", customer())],
        "POST /v1/refunds" => vec![("payment_intent", id(&paid("pm_card_visa")))],
        "POST /v1/payment_intents/{intent}/confirm"
        | "POST /v1/setup_intents/{intent}/confirm"
        | "POST /v1/test_helpers/confirmation_tokens" => vec![("payment_method", "pm_card_visa".to_owned())],
        "POST /v1/tokens" => vec![
            ("key", PK.to_owned()),
            ("card[number]", "4242424242424242".to_owned()),
            ("card[exp_month]", "12".to_owned()),
            ("card[exp_year]", "2030".to_owned()),
        ],
        _ => Vec::new(),
    };
    (found, form)
}

/// Calls an operation as it needs to be called, with one parameter more.
fn with(operation: &str, parameter: &str) -> Option<ApiResponse> {
    let sim = sim();
    let (method, template) = operation.split_once(' ').expect("a method and a path");
    let (found, form) = need(&sim, operation);
    if form.iter().any(|(name, _)| name.split('[').next() == Some(parameter)) {
        return None;
    }
    let mut steps: Vec<&str> = template.split('/').collect();
    if let Some(step) = steps.iter_mut().find(|step| step.starts_with('{')) {
        *step = &found;
    }
    let card;
    if steps.last() == Some(&"{payment_method}") {
        // The second id of a path: a card that this Customer keeps.
        card = id(&key_card(&sim, "4242424242424242").json());
        made(&sim, &format!("/v1/payment_methods/{card}/attach"), &[("customer", &found)]);
        *steps.last_mut().expect("a step") = &card;
    }
    let path = steps.join("/");
    let mut pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.push((parameter, "x"));
    let posted = ApiRequest::post(&path, &pairs);
    let request = if method == "POST" {
        posted
    } else {
        let query = String::from_utf8(posted.body).expect("a form");
        ApiRequest::new(method.parse().expect("a method"), &format!("{path}?{query}"))
    };
    let has_key = form.iter().any(|(name, _)| *name == "key");
    Some(send(&sim, if has_key { request } else { request.key(SK) }))
}

/// Of parameters there are hundreds, and each call is one of a new simulator.
#[test]
fn no_documented_parameter_is_called_unknown() {
    let (mut tried, mut unknown) = (0, Vec::new());
    for operation in operations() {
        // The call as it needs to be gets this far: it reaches the point where whatever is left over is refused.
        let nonsense = with(operation, "colour").expect("no operation needs it").json();
        // No refund of a card can be cancelled, whatever else is said.
        if operation != "POST /v1/refunds/{refund}/cancel" {
            assert_eq!(nonsense["error"]["code"], "parameter_unknown", "{operation}: {nonsense}");
        }
        for parameter in parameters_of(operation) {
            let Some(answer) = with(operation, parameter) else { continue };
            tried += 1;
            if answer.json()["error"]["code"] == "parameter_unknown" {
                unknown.push(format!("{operation} {parameter}"));
            }
        }
    }
    assert!(tried > 250, "{tried}");
    assert!(unknown.is_empty(), "{unknown:#?}");
}
