//! Search: Stripe's query language, pages, and the minute that its index lags behind.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::{ApiResponse, Sim, SimOptions};

fn search(sim: &Sim, what: &str, query: &str, more: &str) -> ApiResponse {
    let query = percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC);
    get(sim, &format!("/v1/{what}/search?query={query}{more}"))
}

fn found(sim: &Sim, query: &str) -> Vec<String> {
    let answer = search(sim, "payment_intents", query, "");
    assert_eq!(answer.status, 200, "{query}: {}", answer.json());
    ids(&answer.json())
}

fn ids(result: &Value) -> Vec<String> {
    result["data"].as_array().expect("a result").iter().map(id).collect()
}

fn pay(sim: &Sim, method: &str, amount: &str, order: &str) -> String {
    let mut form = charge_form(method);
    form.retain(|(name, _)| *name != "amount");
    form.extend([("amount", amount), ("metadata[order]", order)]);
    let body = post(sim, "/v1/payment_intents", &form).json();
    id(body.pointer("/error/payment_intent").unwrap_or(&body))
}

fn at_once() -> Sim {
    Sim::new(SimOptions { search_lag_ms: 0, ..options() })
}

#[test]
fn payments_are_found_by_status_amount_and_metadata() {
    let sim = at_once();
    let paid = pay(&sim, "pm_card_visa", "2500", "7");
    let declined = pay(&sim, "pm_card_chargeDeclined", "900", "8");
    let waiting = pay(&sim, "pm_card_authenticationRequired", "2500", "lamp 9");
    for (query, expected) in [
        ("status:'succeeded'", vec![&paid]),
        ("status:'succeeded' AND metadata['order']:'7'", vec![&paid]),
        ("metadata[\"order\"]~\"lamp\"", vec![&waiting]),
        ("amount>1000", vec![&waiting, &paid]),
        ("amount>=900 AND -status:\"succeeded\"", vec![&waiting, &declined]),
        ("status:'requires_action' OR amount<1000", vec![&waiting, &declined]),
        ("currency:'eur'", vec![]),
        ("created>1 currency:'usd'", vec![&waiting, &declined, &paid]),
        ("metadata['nothing']:null", vec![&waiting, &declined, &paid]),
    ] {
        assert_eq!(found(&sim, query).iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let result =
        search(&sim, "payment_intents", "amount>0", "&expand[]=data.latest_charge&expand[]=total_count").json();
    assert_eq!(result["object"], "search_result");
    assert_eq!(result["total_count"], 3);
    assert_eq!(result["data"][2]["latest_charge"]["object"], "charge");
    assert!(search(&sim, "payment_intents", "amount>0", "").json()["total_count"].is_null());
}

#[test]
fn what_was_just_written_is_not_found_for_a_minute() {
    let sim = sim();
    let paid = pay(&sim, "pm_card_authenticationRequired", "2500", "7");
    assert_eq!(found(&sim, "amount>0"), Vec::<String>::new());
    sim.clock().advance(59_000);
    assert_eq!(found(&sim, "amount>0"), Vec::<String>::new());
    sim.clock().advance(1_000);
    assert_eq!(found(&sim, "status:'requires_action'"), std::slice::from_ref(&paid));
    // A change is seen as late as a new object: until then it is found as it was, and shown so.
    ok(&sim, &format!("/v1/payment_intents/{paid}/cancel"), &[]);
    assert_eq!(found(&sim, "status:'canceled'"), Vec::<String>::new());
    let stale = search(&sim, "payment_intents", "amount>0", "").json();
    assert_eq!(stale["data"][0]["status"], "requires_action");
    assert_eq!(read(&sim, &paid)["status"], "canceled", "a read is never behind");
    sim.clock().advance(60_000);
    assert_eq!(found(&sim, "status:'canceled'"), [paid]);
}

#[test]
fn a_search_is_read_page_by_page() {
    let sim = at_once();
    let all: Vec<String> = (0..7).map(|number| pay(&sim, "pm_card_visa", "2500", &number.to_string())).collect();
    let (mut seen, mut page) = (Vec::new(), String::new());
    loop {
        let result = search(&sim, "payment_intents", "status:'succeeded'", &format!("&limit=3{page}")).json();
        seen.extend(ids(&result));
        assert_eq!(result["has_more"], !result["next_page"].is_null());
        match result["next_page"].as_str() {
            Some(token) => page = format!("&page={token}"),
            None => break,
        }
        // What is paid meanwhile does not shift the pages.
        pay(&sim, "pm_card_visa", "2500", "meanwhile");
    }
    assert_eq!(seen, all.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(search(&sim, "payment_intents", "amount>0", "&page=nonsense").status, 400);
}

#[test]
fn charges_and_customers_are_searched_too() {
    let sim = at_once();
    pay(&sim, "pm_card_visa", "2500", "7");
    pay(&sim, "pm_card_mastercard", "2500", "8");
    pay(&sim, "pm_card_chargeDeclined", "2500", "9");
    let count = |what: &str, query: &str| {
        let answer = search(&sim, what, query, "");
        assert_eq!(answer.status, 200, "{query}: {}", answer.json());
        ids(&answer.json()).len()
    };
    assert_eq!(count("charges", "status:'failed'"), 1);
    assert_eq!(count("charges", "payment_method_details.card.brand:'mastercard'"), 1);
    assert_eq!(count("charges", "payment_method_details.card.last4:4242 AND refunded:false"), 1);
    assert_eq!(count("charges", "payment_method_details.card.exp_year>2020"), 3);
    assert_eq!(count("charges", "billing_details.address.postal_code:null"), 3);
    ok(&sim, "/v1/customers", &[("email", "ada@example.com"), ("name", "Ada Lovelace")]);
    assert_eq!(count("customers", "email~'EXAMPLE'"), 1);
    assert_eq!(count("customers", "name:'ada lovelace' AND phone:null"), 1);
}

#[test]
fn a_query_that_cannot_be_answered_is_refused_with_a_reason() {
    let sim = sim();
    for (query, says) in [
        ("status", "unable to parse"),
        ("amount>1 AND status:'x' OR amount<3", "combine AND and OR"),
        ("colour:'red'", "unsupported search field for resource `payment_intents`"),
        ("amount:'much'", "whole number"),
        ("status~'succ'", "does not support"),
    ] {
        let answer = search(&sim, "payment_intents", query, "");
        assert_eq!(answer.status, 400, "{query}");
        let error = answer.json()["error"].clone();
        assert_eq!(error["param"], "query");
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
    }
    assert_eq!(get(&sim, "/v1/payment_intents/search").json()["error"]["code"], "parameter_missing");
}
