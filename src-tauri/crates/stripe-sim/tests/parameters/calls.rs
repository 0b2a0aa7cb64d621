//! Each documented call as it needs to be, so that it looks at all its parameters, and the same call with one more.

use serde_json::Value;
use stripe_sim::{ApiRequest, ApiResponse, Sim};

use crate::common::*;

/// A call of an operation on a simulator of its own, with all that it needs.
pub(crate) struct Call {
    sim: Sim,
    method: String,
    path: String,
    form: Vec<(String, String)>,
}

fn made(sim: &Sim, path: &str, form: &[(&str, &str)]) -> String {
    id(&ok(sim, path, form))
}

fn newest(sim: &Sim, path: &str) -> String {
    id(&get(sim, path).json()["data"][0])
}

fn text(value: &Value) -> String {
    value.as_str().expect("an id").to_owned()
}

fn kept_card(sim: &Sim, customer: &str) -> String {
    let method = id(&key_card(sim, "4242424242424242").json());
    made(sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", customer)])
}

/// The id in the path of an operation, of an object that the call can be made for.
fn named(sim: &Sim, path: &str, currency: &str) -> String {
    let customer = || made(sim, "/v1/customers", &[]);
    let intent = |more: &[(&str, &str)]| {
        let mut form = vec![("amount", "2500"), ("currency", currency)];
        form.extend(more);
        made(sim, "/v1/payment_intents", &form)
    };
    let paid = |alias: &str| {
        let mut form = charge_form(alias);
        form.retain(|(name, _)| *name != "currency");
        form.extend([("capture_method", "automatic"), ("currency", currency)]);
        ok(sim, "/v1/payment_intents", &form)
    };
    match path {
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
        _ if path.contains("{payment_method}") => kept_card(sim, &customer()),
        // Of this form alone no payment is asked for: it is the payment to give back.
        "/v1/refunds" => id(&paid("pm_card_visa")),
        _ if path.contains("{refund}") => made(sim, "/v1/refunds", &[("payment_intent", &id(&paid("pm_card_visa")))]),
        "/v1/payment_intents/{intent}/capture" => intent(&[
            ("payment_method", "pm_card_visa"),
            ("confirm", "true"),
            ("capture_method", "manual"),
            ("payment_method_types[]", "card"),
        ]),
        _ if path.starts_with("/v1/payment_intents/{") => intent(&[("payment_method_types[]", "card")]),
        _ if path.starts_with("/v1/setup_intents/{") => {
            made(sim, "/v1/setup_intents", &[("payment_method_types[]", "card")])
        }
        _ => String::new(),
    }
}

/// What an operation needs, in its form or its query.
fn needed(sim: &Sim, operation: &str, named: &str, currency: &str) -> Vec<(String, String)> {
    let customer;
    let form: &[(&str, &str)] = match operation {
        _ if operation.ends_with("/search") => &[("query", "created>0")],
        "POST /v1/payment_intents" => &[("amount", "2500"), ("currency", currency)],
        "POST /v1/payment_methods" => &[("type", "card"), ("card[token]", "tok_visa")],
        "POST /v1/payment_methods/{payment_method}/attach" => {
            customer = made(sim, "/v1/customers", &[]);
            &[("customer", &customer)]
        }
        "POST /v1/refunds" => &[("payment_intent", named)],
        "POST /v1/payment_intents/{intent}/confirm"
        | "POST /v1/setup_intents/{intent}/confirm"
        | "POST /v1/test_helpers/confirmation_tokens" => &[("payment_method", "pm_card_visa")],
        "POST /v1/tokens" => {
            &[("key", PK), ("card[number]", "4242424242424242"), ("card[exp_month]", "12"), ("card[exp_year]", "2030")]
        }
        _ => &[],
    };
    form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What goes with a parameter: what it is a part of must be there, and what excludes it must not.
fn set_beside(operation: &str, parameter: &str, form: &mut Vec<(String, String)>) {
    let mut put = |pairs: &[(&str, &str)]| {
        for (name, value) in pairs {
            form.retain(|(known, _)| known != name);
            form.push(((*name).to_owned(), (*value).to_owned()));
        }
    };
    let with_a_confirm: &[&str] = match operation {
        "POST /v1/payment_intents" => &["off_session", "error_on_requires_action", "return_url", "confirmation_token"],
        "POST /v1/setup_intents" => &["return_url", "confirmation_token"],
        _ => &[],
    };
    if parameter.starts_with("shipping[") {
        put(&[("shipping[name]", "Ada"), ("shipping[address][line1]", "1 Main St")]);
    }
    if parameter.starts_with("payment_method_data[") {
        put(&[("payment_method_data[type]", "card"), ("payment_method_data[card][token]", "tok_visa")]);
        form.retain(|(name, _)| name != "payment_method");
    } else if parameter.starts_with("automatic_payment_methods[") {
        put(&[("automatic_payment_methods[enabled]", "true")]);
    } else if operation == "POST /v1/payment_methods" && parameter.starts_with("card[") && parameter != "card[token]" {
        put(&[
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2030"),
            ("key", PK),
        ]);
        form.retain(|(name, _)| name != "card[token]");
    } else if with_a_confirm.contains(&parameter) {
        put(&[("confirm", "true"), ("payment_method_types[0]", "card")]);
    }
}

impl Call {
    /// The call of an operation, as `POST /v1/refunds`, where payments are in `currency`.
    pub(crate) fn of(operation: &str, currency: &str) -> Self {
        let sim = sim();
        let (method, template) = operation.split_once(' ').expect("a method and a path");
        let named = named(&sim, template, currency);
        let form = needed(&sim, operation, &named, currency);
        let mut steps: Vec<&str> = template.split('/').collect();
        if let Some(step) = steps.iter_mut().find(|step| step.starts_with('{')) {
            *step = &named;
        }
        let card;
        if steps.last() == Some(&"{payment_method}") {
            // The second id of a path: a card that this Customer keeps.
            card = kept_card(&sim, &named);
            *steps.last_mut().expect("a step") = &card;
        }
        let path = steps.join("/");
        Self { method: method.to_owned(), path, form, sim }
    }

    /// Makes the call with one parameter more, or with another value of it.
    pub(crate) fn with(mut self, operation: &str, parameter: &str, value: &str) -> ApiResponse {
        set_beside(operation, parameter, &mut self.form);
        self.form.retain(|(known, _)| known != parameter);
        let mut pairs: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.push((parameter, value));
        let posted = ApiRequest::post(&self.path, &pairs);
        let request = if self.method == "POST" {
            posted
        } else {
            let query = String::from_utf8(posted.body).expect("a form");
            ApiRequest::new(self.method.parse().expect("a method"), &format!("{}?{query}", self.path))
        };
        let has_key = self.form.iter().any(|(name, _)| name == "key");
        send(&self.sim, if has_key { request } else { request.key(SK) })
    }
}

/// What an operation answers to one parameter more.
pub(crate) fn answer(operation: &str, currency: &str, parameter: &str, value: &str) -> Value {
    let response = Call::of(operation, currency).with(operation, parameter, value);
    let mut body = response.json();
    body["status_code"] = response.status.into();
    body
}
