//! Customers and the cards that they keep.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::{ApiRequest, Sim};

fn customer(sim: &Sim) -> String {
    id(&ok(sim, "/v1/customers", &[("email", "ada@example.com"), ("name", "Ada")]))
}

fn attach(sim: &Sim, method: &str, customer: &str) -> stripe_sim::ApiResponse {
    post(sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", customer)])
}

fn pay(sim: &Sim, method: &str, customer: &str, more: &[(&'static str, &'static str)]) -> stripe_sim::ApiResponse {
    let mut form = charge_form(method);
    form.push(("customer", customer));
    form.extend(more);
    post(sim, "/v1/payment_intents", &form)
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().expect("a list").iter().map(id).collect()
}

#[test]
fn a_customer_lives_from_create_to_delete() {
    let sim = sim();
    let ada = customer(&sim);
    let form = [
        ("name", "Ada L."),
        ("metadata[loyalty]", "gold"),
        ("address[city]", "London"),
        ("shipping[name]", "Ada"),
        ("shipping[address][line1]", "1 Rd"),
    ];
    let updated = ok(&sim, &format!("/v1/customers/{ada}"), &form);
    assert_eq!((&updated["name"], &updated["email"]), (&Value::from("Ada L."), &Value::from("ada@example.com")));
    assert_eq!(updated["address"]["city"], "London");
    let unset = ok(&sim, &format!("/v1/customers/{ada}"), &[("name", ""), ("metadata[loyalty]", "")]);
    assert!(unset["name"].is_null());
    assert_eq!(unset["metadata"], serde_json::json!({}));

    let gone = send(&sim, ApiRequest::new(http::Method::DELETE, &format!("/v1/customers/{ada}")).key(SK)).json();
    assert_eq!(gone, serde_json::json!({"id": ada, "object": "customer", "deleted": true}));
    assert_eq!(get(&sim, &format!("/v1/customers/{ada}")).json()["deleted"], true);
    assert_eq!(ids(&get(&sim, "/v1/customers").json()), Vec::<String>::new());
    assert_eq!(refused(&sim, &format!("/v1/customers/{ada}"), &[("name", "x")], 404)["code"], "resource_missing");
    let error =
        refused(&sim, "/v1/payment_intents", &[("amount", "500"), ("currency", "usd"), ("customer", &ada)], 400);
    assert_eq!(error["message"], format!("No such customer: '{ada}'"));
    assert_eq!(events(&sim), ["customer.created", "customer.updated", "customer.updated", "customer.deleted"]);
}

#[test]
fn a_kept_card_serves_any_number_of_payments_of_its_customer_alone() {
    let sim = sim();
    let (ada, bob) = (customer(&sim), customer(&sim));
    let method = id(&key_card(&sim, "4242424242424242").json());
    assert_eq!(attach(&sim, &method, &ada).json()["customer"], ada.as_str());
    let again = attach(&sim, &method, &bob);
    assert_eq!(again.status, 400);
    assert_eq!(
        again.json()["error"]["message"],
        "The payment method you provided has already been attached to a customer."
    );
    for _ in 0..2 {
        let paid = pay(&sim, &method, &ada, &[("expand[]", "latest_charge")]).json();
        assert_eq!(paid["status"], "succeeded");
        assert_eq!((&paid["customer"], &paid["latest_charge"]["customer"]), (&Value::from(&*ada), &Value::from(&*ada)));
    }
    assert_eq!(pay(&sim, &method, &bob, &[]).json()["error"]["code"], "resource_missing");
    let nobody = charge(&sim, &method).json();
    assert_eq!(
        nobody["error"]["message"],
        "The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request."
    );
    assert_eq!(get(&sim, &format!("/v1/charges?customer={ada}")).json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(get(&sim, &format!("/v1/payment_intents?customer={bob}")).json()["data"].as_array().unwrap().len(), 0);

    ok(&sim, &format!("/v1/payment_methods/{method}/detach"), &[]);
    let spent = "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.";
    assert_eq!(pay(&sim, &method, &ada, &[]).json()["error"]["message"], spent);
    assert_eq!(attach(&sim, &method, &ada).json()["error"]["message"], spent);
    let twice = refused(&sim, &format!("/v1/payment_methods/{method}/detach"), &[], 400);
    assert!(twice["message"].as_str().unwrap().contains("detachment is impossible"));
}

#[test]
fn a_card_that_paid_alone_cannot_be_kept() {
    let sim = sim();
    let ada = customer(&sim);
    let method = id(&key_card(&sim, "4242424242424242").json());
    assert_eq!(pay(&sim, &method, &ada, &[]).json()["status"], "succeeded");
    assert_eq!(attach(&sim, &method, &ada).status, 400);
    assert_eq!(pay(&sim, &method, &ada, &[]).status, 400);
}

#[test]
fn declining_cards_cannot_be_kept_but_one() {
    let sim = sim();
    let ada = customer(&sim);
    let mut kept = 0;
    for card in stripe_sim::cards::all().iter().filter(|card| card.entry_error.is_none()) {
        let cvc = if card.brand == "amex" { "1234" } else { "123" };
        let method = id(&key_card_with(&sim, card.number, "12", "2030", cvc).json());
        let answer = attach(&sim, &method, &ada);
        let declines = card.group == "Declines" || card.number == "4000000000009995";
        if declines && card.number != "4000000000000341" {
            assert_eq!(answer.status, 402, "{}", card.number);
            assert_eq!(answer.json()["error"]["type"], "card_error");
        } else {
            assert_eq!(answer.status, 200, "{}: {}", card.number, answer.json());
            kept += 1;
        }
    }
    let late = attach(&sim, "pm_card_chargeCustomerFail", &ada).json();
    assert_eq!(pay(&sim, &id(&late), &ada, &[]).json()["error"]["decline_code"], "generic_decline");
    let listed = get(&sim, &format!("/v1/customers/{ada}/payment_methods?limit=100")).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 100.min(kept + 1));
    assert_eq!(listed["has_more"], kept + 1 > 100);
}

#[test]
fn a_payment_may_keep_its_card() {
    let sim = sim();
    let ada = customer(&sim);
    let method = id(&key_card(&sim, "4242424242424242").json());
    assert_eq!(pay(&sim, &method, &ada, &[("setup_future_usage", "off_session")]).json()["status"], "succeeded");
    let kept = get(&sim, &format!("/v1/payment_methods?customer={ada}&type=card")).json();
    assert_eq!(ids(&kept), std::slice::from_ref(&method));
    assert_eq!(pay(&sim, &method, &ada, &[("off_session", "true")]).json()["status"], "succeeded");

    // A declined card is not kept.
    let lost = id(&key_card(&sim, "4000000000009987").json());
    assert_eq!(pay(&sim, &lost, &ada, &[("setup_future_usage", "off_session")]).status, 402);
    assert_eq!(ids(&get(&sim, &format!("/v1/payment_methods?customer={ada}")).json()), [method]);
}

#[test]
fn only_a_kept_card_can_be_changed() {
    let sim = sim();
    let ada = customer(&sim);
    let method = id(&key_card(&sim, "4242424242424242").json());
    let path = format!("/v1/payment_methods/{method}");
    let error = refused(&sim, &path, &[("metadata[a]", "1")], 400);
    assert_eq!(error["message"], "You must save this PaymentMethod to a customer before you can update it.");
    attach(&sim, &method, &ada);
    let form = [("billing_details[name]", "Ada"), ("card[exp_year]", "2031"), ("allow_redisplay", "always")];
    let changed = ok(&sim, &path, &form);
    assert_eq!(changed["billing_details"]["name"], "Ada");
    assert_eq!(changed["billing_details"]["address"]["postal_code"], "12345");
    assert_eq!((&changed["card"]["exp_year"], &changed["card"]["exp_month"]), (&Value::from(2031), &Value::from(12)));
    assert_eq!(refused(&sim, &path, &[("card[exp_year]", "2020")], 402)["code"], "invalid_expiry_year");
    let whole = get(&sim, &format!("{path}?expand[]=customer")).json();
    assert_eq!(whole["customer"]["email"], "ada@example.com");
    let settings = [("invoice_settings[default_payment_method]", method.as_str())];
    ok(&sim, &format!("/v1/customers/{ada}"), &settings);
    let expand = "expand[]=customer.invoice_settings.default_payment_method";
    let whole = get(&sim, &format!("{path}?{expand}")).json();
    assert_eq!(whole["customer"]["invoice_settings"]["default_payment_method"]["card"]["last4"], "4242");
    let other = [("invoice_settings[default_payment_method]", "pm_nope")];
    assert_eq!(refused(&sim, &format!("/v1/customers/{ada}"), &other, 400)["code"], "resource_missing");
}

#[test]
fn customers_are_found_by_email_and_paged_both_ways() {
    let sim = sim();
    let all: Vec<String> =
        (0..5).map(|number| id(&ok(&sim, "/v1/customers", &[("name", &format!("c{number}"))]))).collect();
    let ada = customer(&sim);
    assert_eq!(ids(&get(&sim, "/v1/customers?email=ada@example.com").json()), [ada]);
    let page = get(&sim, &format!("/v1/customers?limit=2&starting_after={}", all[3])).json();
    assert_eq!(ids(&page), [all[2].clone(), all[1].clone()]);
    assert_eq!(page["has_more"], true);
    let back = get(&sim, &format!("/v1/customers?limit=2&ending_before={}", all[1])).json();
    assert_eq!(ids(&back), [all[3].clone(), all[2].clone()]);
}

#[test]
fn a_customer_is_set_once_on_a_payment() {
    let sim = sim();
    let (ada, bob) = (customer(&sim), customer(&sim));
    let intent = id(&ok(&sim, "/v1/payment_intents", &[("amount", "500"), ("currency", "usd")]));
    let path = format!("/v1/payment_intents/{intent}");
    assert_eq!(ok(&sim, &path, &[("customer", &ada)])["customer"], ada.as_str());
    assert_eq!(ok(&sim, &path, &[("customer", &ada)])["customer"], ada.as_str());
    assert!(
        refused(&sim, &path, &[("customer", &bob)], 400)["message"].as_str().unwrap().starts_with("You cannot modify")
    );
}
