//! Refunds after the fact: asynchronous ones, their filters, and that a card's refund cannot be cancelled by the API.

mod common;
use common::*;
use serde_json::json;
use stripe_sim::Sim;

fn paid(sim: &Sim, alias: &str) -> (String, String) {
    let body = charge(sim, alias).json();
    (id(&body), body["latest_charge"].as_str().unwrap().to_owned())
}

#[test]
fn a_pending_refund_succeeds_later_and_a_failing_one_gives_the_money_back() {
    let sim = sim();
    let (pending_intent, _) = paid(&sim, "pm_card_pendingRefund");
    let pending = ok(&sim, "/v1/refunds", &[("payment_intent", &pending_intent)]);
    assert_eq!(pending["status"], "pending");
    let path = format!("/v1/refunds/{}", id(&pending));
    let error = refused(&sim, &format!("{path}/cancel"), &[], 400);
    assert!(error["message"].as_str().unwrap().contains("status of pending"), "{error}");

    let (failing_intent, failing_charge) = paid(&sim, "pm_card_refundFail");
    let failing = ok(&sim, "/v1/refunds", &[("payment_intent", &failing_intent), ("amount", "1000")]);
    assert_eq!(failing["status"], "succeeded");
    assert_eq!(get(&sim, &format!("/v1/charges/{failing_charge}")).json()["amount_refunded"], 1000);

    sim.clock().advance(3_600_000);
    assert_eq!(get(&sim, &path).json()["status"], "succeeded");
    let failed = get(&sim, &format!("/v1/refunds/{}", id(&failing))).json();
    assert_eq!((&failed["status"], &failed["failure_reason"]), (&json!("failed"), &json!("expired_or_canceled_card")));
    assert_eq!(get(&sim, &format!("/v1/charges/{failing_charge}")).json()["amount_refunded"], 0);
    // It can be tried again.
    assert_eq!(ok(&sim, "/v1/refunds", &[("charge", &failing_charge)])["amount"], 2500);
    let movements = get(&sim, &format!("/v1/balance_transactions?source={}", id(&failing))).json();
    let amounts: Vec<i64> =
        movements["data"].as_array().unwrap().iter().map(|row| row["amount"].as_i64().unwrap()).collect();
    assert_eq!(amounts, [1000, -1000]);
}

#[test]
fn refunds_are_filtered_and_described() {
    let sim = sim();
    let (first, first_charge) = paid(&sim, "pm_card_visa");
    let (second, _) = paid(&sim, "pm_card_visa");
    let early = ok(&sim, "/v1/refunds", &[("payment_intent", &first), ("amount", "100")]);
    sim.clock().advance(60_000);
    let late = ok(&sim, "/v1/refunds", &[("payment_intent", &second)]);
    ok(&sim, "/v1/refunds", &[("payment_intent", &first), ("amount", "200")]);
    let count = |query: &str| get(&sim, &format!("/v1/refunds?{query}")).json()["data"].as_array().unwrap().len();
    assert_eq!(count(""), 3);
    assert_eq!(count(&format!("payment_intent={first}")), 2);
    assert_eq!(count(&format!("charge={first_charge}&limit=1")), 1);
    assert_eq!(count(&format!("charge={first_charge}&payment_intent={second}")), 0);
    let moment = late["created"].as_u64().unwrap();
    assert_eq!(count(&format!("created[gte]={moment}")), 2);
    assert_eq!(count(&format!("created[lt]={moment}")), 1);
    assert_eq!(count(&format!("created[gt]={moment}")), 0);
    assert_eq!(count(&format!("created={}", early["created"])), 1);
    assert_eq!(count(&format!("payment_intent={first}&created[lte]={}", moment - 1)), 1);

    let noted = ok(&sim, &format!("/v1/refunds/{}", id(&early)), &[("metadata[why]", "broken")]);
    assert_eq!(noted["metadata"]["why"], "broken");
    let charge = ok(&sim, &format!("/v1/charges/{first_charge}"), &[("description", "A lamp"), ("metadata[a]", "1")]);
    assert_eq!((&charge["description"], &charge["metadata"]["a"]), (&json!("A lamp"), &json!("1")));
    assert_eq!(refused(&sim, "/v1/refunds/re_nope", &[], 404)["code"], "resource_missing");
}

/// A charge shows its ten newest Refunds, and says that there are more.
#[test]
fn a_charge_shows_ten_of_its_refunds() {
    let sim = sim();
    let paid = id(&charge(&sim, "pm_card_visa").json());
    let shown = || {
        let body = get(&sim, &format!("/v1/payment_intents/{paid}?expand[]=latest_charge.refunds")).json();
        let refunds = &body["latest_charge"]["refunds"];
        let ids: Vec<_> = refunds["data"].as_array().expect("a list").iter().map(id).collect();
        (ids, refunds["has_more"].as_bool().expect("a flag"))
    };
    let mut made = Vec::new();
    for _ in 0..11 {
        made.insert(0, id(&ok(&sim, "/v1/refunds", &[("payment_intent", &paid), ("amount", "10")])));
        assert_eq!(shown(), (made.iter().take(10).cloned().collect(), made.len() > 10));
    }
    let all = get(&sim, &format!("/v1/refunds?payment_intent={paid}&limit=100")).json();
    assert_eq!(all["data"].as_array().map(Vec::len), Some(11));
}
