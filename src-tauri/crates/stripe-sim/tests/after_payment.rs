//! What comes after the approval: capture, release, refund, dispute, balance.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::Sim;

const DAY_MS: u64 = 86_400_000;

fn hold(sim: &Sim) -> Value {
    let mut form = charge_form("pm_card_visa");
    form.push(("capture_method", "manual"));
    form.push(("expand[]", "latest_charge"));
    let intent = ok(sim, "/v1/payment_intents", &form);
    assert_eq!(intent["status"], "requires_capture");
    intent
}

fn charge_of(sim: &Sim, intent: &str) -> Value {
    get(sim, &format!("/v1/payment_intents/{intent}?expand[]=latest_charge.refunds")).json()["latest_charge"].clone()
}

/// Held money that was let go is no refund, since 2025-03-31.basil. (`versions.rs` tells how it was before.)
fn nothing_was_refunded(sim: &Sim, charge: &Value) {
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&0.into(), &false.into()));
    assert_eq!(charge["refunds"]["data"], Value::Array(Vec::new()));
    assert_eq!(get(sim, "/v1/refunds").json()["data"], Value::Array(Vec::new()));
    assert!(!events(sim).contains(&"charge.refunded".to_owned()));
}

#[test]
fn a_hold_is_captured_whole_or_in_part() {
    let sim = sim();
    let held = hold(&sim);
    assert_eq!((&held["amount_capturable"], &held["amount_received"]), (&2500.into(), &0.into()));
    assert_eq!(held["latest_charge"]["captured"], false);
    let before = held["latest_charge"]["payment_method_details"]["card"]["capture_before"].as_u64().unwrap();
    assert_eq!(before, (START_MS + 7 * DAY_MS) / 1_000);
    let path = format!("/v1/payment_intents/{}/capture", id(&held));
    let error = refused(&sim, &path, &[("amount_to_capture", "2501")], 400);
    assert_eq!(error["code"], "amount_too_large");
    let captured = ok(&sim, &path, &[("amount_to_capture", "2000")]);
    assert_eq!(captured["status"], "succeeded");
    assert_eq!((&captured["amount_capturable"], &captured["amount_received"]), (&0.into(), &2000.into()));
    let charge = charge_of(&sim, &id(&held));
    assert_eq!((&charge["amount"], &charge["amount_captured"]), (&2500.into(), &2000.into()));
    nothing_was_refunded(&sim, &charge);
    let error = refused(&sim, &path, &[], 400);
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    assert_eq!(
        events(&sim)[2..],
        ["payment_intent.amount_capturable_updated", "charge.updated", "charge.captured", "payment_intent.succeeded"]
    );
}

#[test]
fn a_hold_is_released_by_cancelling_or_after_seven_days() {
    let sim = sim();
    let cancelled = hold(&sim);
    ok(&sim, &format!("/v1/payment_intents/{}/cancel", id(&cancelled)), &[]);
    let charge = charge_of(&sim, &id(&cancelled));
    assert_eq!((&charge["captured"], &charge["amount_captured"]), (&false.into(), &0.into()));
    nothing_was_refunded(&sim, &charge);
    assert_eq!(events(&sim).last().map(String::as_str), Some("payment_intent.canceled"));

    let left = hold(&sim);
    sim.clock().advance(7 * DAY_MS - 1);
    assert_eq!(read(&sim, &id(&left))["status"], "requires_capture");
    sim.clock().advance(1);
    let expired = read(&sim, &id(&left));
    assert_eq!(expired["status"], "canceled");
    assert_eq!((&expired["amount_capturable"], &expired["cancellation_reason"]), (&0.into(), &"expired".into()));
    nothing_was_refunded(&sim, &charge_of(&sim, &id(&left)));
    let told = events(&sim);
    assert_eq!(told[told.len() - 2..], ["charge.expired", "payment_intent.canceled"]);
    let balance = get(&sim, "/v1/balance").json();
    assert_eq!((&balance["pending"][0]["amount"], &balance["available"][0]["amount"]), (&0.into(), &0.into()));
}

#[test]
fn refunds_never_exceed_what_was_paid() {
    let sim = sim();
    let intent = id(&charge(&sim, "pm_card_visa").json());
    let refund = ok(&sim, "/v1/refunds", &[("payment_intent", &intent), ("amount", "1000"), ("reason", "duplicate")]);
    assert_eq!((refund["status"].as_str(), refund["amount"].as_u64()), (Some("succeeded"), Some(1000)));
    let error = refused(&sim, "/v1/refunds", &[("payment_intent", &intent), ("amount", "1501")], 400);
    assert_eq!(error["message"], "Refund amount ($15.01) is greater than unrefunded amount on charge ($15.00)");
    assert_eq!(error["param"], "amount");
    assert_eq!(ok(&sim, "/v1/refunds", &[("payment_intent", &intent)])["amount"], 1500);
    let error = refused(&sim, "/v1/refunds", &[("payment_intent", &intent)], 400);
    assert_eq!(error["code"], "charge_already_refunded");
    assert_eq!(charge_of(&sim, &intent)["refunded"], true);
    let list = get(&sim, &format!("/v1/refunds?payment_intent={intent}")).json();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    assert_eq!(get(&sim, &format!("/v1/refunds/{}", id(&refund))).json()["id"], refund["id"]);
    let error = refused(&sim, "/v1/refunds", &[], 400);
    assert!(error["message"].as_str().unwrap().starts_with("One of the following params"));
    let held = hold(&sim);
    refused(&sim, "/v1/refunds", &[("payment_intent", &id(&held))], 400);
    let declined = charge(&sim, "pm_card_visa_chargeDeclined").json();
    refused(&sim, "/v1/refunds", &[("payment_intent", &id(&declined["error"]["payment_intent"]))], 400);
}

#[test]
fn of_a_hold_taken_in_part_only_that_part_is_refunded() {
    let sim = sim();
    let intent = id(&hold(&sim));
    ok(&sim, &format!("/v1/payment_intents/{intent}/capture"), &[("amount_to_capture", "2000")]);
    refused(&sim, "/v1/refunds", &[("payment_intent", &intent), ("amount", "2001")], 400);
    ok(&sim, "/v1/refunds", &[("payment_intent", &intent), ("amount", "1500")]);
    assert_eq!(charge_of(&sim, &intent)["refunded"], false);
    assert_eq!(ok(&sim, "/v1/refunds", &[("payment_intent", &intent)])["amount"], 500);
    let charge = charge_of(&sim, &intent);
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&2000.into(), &true.into()));
    assert_eq!(refused(&sim, "/v1/refunds", &[("payment_intent", &intent)], 400)["code"], "charge_already_refunded");
}

#[test]
fn refund_cards_take_their_course() {
    let sim = sim();
    for (alias, first, later, event) in [
        ("pm_card_pendingRefund", "pending", "succeeded", "refund.updated"),
        ("pm_card_refundFail", "succeeded", "failed", "refund.failed"),
    ] {
        let intent = id(&charge(&sim, alias).json());
        let refund = ok(&sim, "/v1/refunds", &[("payment_intent", &intent)]);
        assert_eq!(refund["status"], first);
        sim.clock().advance(60_000);
        let now = get(&sim, &format!("/v1/refunds/{}", id(&refund))).json();
        assert_eq!(now["status"], later);
        assert_eq!(events(&sim).last().map(String::as_str), Some(event));
        let given_back = charge_of(&sim, &intent)["amount_refunded"].as_u64();
        assert_eq!(given_back, Some(if later == "failed" { 0 } else { 2500 }));
    }
}

#[test]
fn a_disputed_payment_cannot_be_refunded() {
    let sim = sim();
    let intent = id(&charge(&sim, "pm_card_createDispute").json());
    assert_eq!(charge_of(&sim, &intent)["disputed"], true);
    assert!(events(&sim).contains(&"charge.dispute.created".to_owned()));
    assert_eq!(refused(&sim, "/v1/refunds", &[("payment_intent", &intent)], 400)["code"], "charge_disputed");
}

#[test]
fn the_balance_adds_up() {
    let sim = sim();
    let intent = id(&charge(&sim, "pm_card_visa").json());
    let at_first = charge_of(&sim, &intent);
    assert_eq!(at_first["balance_transaction"], Value::Null, "automatic_async: null at first");
    sim.clock().advance(1_000);
    let list = get(&sim, "/v1/charges?expand[]=data.balance_transaction").json();
    let transaction = &list["data"][0]["balance_transaction"];
    assert_eq!(transaction["amount"], 2500);
    assert_eq!(transaction["fee"], 103, "2.9 % of 25.00 is 72.5, and 30");
    assert_eq!(transaction["net"], 2397);
    assert_eq!(get(&sim, "/v1/balance").json()["pending"][0]["amount"], 2397);
    sim.clock().advance(2 * DAY_MS);
    assert_eq!(get(&sim, "/v1/balance").json()["available"][0]["amount"], 2397);
    ok(&sim, "/v1/refunds", &[("payment_intent", &intent)]);
    assert_eq!(get(&sim, "/v1/balance").json()["available"][0]["amount"], -103);
}
