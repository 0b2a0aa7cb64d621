//! Disputes as the dispute cards make them: what they do to the money, and how they end.

mod common;
use common::*;
use serde_json::{Value, json};
use stripe_sim::{Sim, cards};

fn disputed(sim: &Sim, alias: &str) -> (String, Vec<Value>) {
    let mut form = charge_form(alias);
    form.push(("capture_method", "automatic"));
    let paid = ok(sim, "/v1/payment_intents", &form);
    assert_eq!(paid["status"], "succeeded");
    let listed = get(sim, &format!("/v1/disputes?payment_intent={}", id(&paid))).json();
    (paid["latest_charge"].as_str().unwrap().to_owned(), listed["data"].as_array().unwrap().clone())
}

fn balance(sim: &Sim) -> i64 {
    let balance = get(sim, "/v1/balance").json();
    balance["available"][0]["amount"].as_i64().unwrap() + balance["pending"][0]["amount"].as_i64().unwrap()
}

fn evidence(sim: &Sim, dispute: &Value, text: &str) -> Value {
    ok(sim, &format!("/v1/disputes/{}", id(dispute)), &[("evidence[uncategorized_text]", text)])
}

#[test]
fn every_dispute_card_leaves_what_the_table_says() {
    let mut tried = 0;
    for card in cards::all() {
        let (Some(kind), Some(alias)) = (card.dispute, card.payment_method) else { continue };
        let sim = sim();
        let (charge, disputes) = disputed(&sim, alias);
        let reasons: Vec<&str> = disputes.iter().map(|dispute| dispute["reason"].as_str().unwrap()).collect();
        let withdrawn: i64 = disputes
            .iter()
            .flat_map(|dispute| dispute["balance_transactions"].as_array().unwrap())
            .map(|row| row["amount"].as_i64().unwrap())
            .sum();
        let (expected, money): (&[&str], i64) = match kind {
            "early_fraud_warning" | "prevented" => (&[], 0),
            "inquiry" => (&["fraudulent"], 0),
            "multiple" => (&["fraudulent", "fraudulent"], -2500),
            reason => (&[reason], -2500),
        };
        assert_eq!(reasons, expected, "{}", card.number);
        assert_eq!(withdrawn, money, "{}", card.number);
        let seen = get(&sim, &format!("/v1/charges/{charge}")).json();
        assert_eq!(seen["disputed"], money != 0, "{}", card.number);
        tried += 1;
    }
    assert_eq!(tried, 12);
}

#[test]
fn a_dispute_takes_the_money_and_a_fee_and_forbids_a_refund() {
    let sim = sim();
    let (charge, disputes) = disputed(&sim, "pm_card_createDispute");
    let dispute = &disputes[0];
    assert_eq!((&dispute["status"], &dispute["amount"]), (&json!("needs_response"), &json!(2500)));
    // Nine days to answer.
    assert_eq!(dispute["evidence_details"]["due_by"], json!(START_MS / 1_000 + 9 * 86_400));
    // 25.00 and its fee of 1.03 came in; 25.00 and 15.00 went out.
    assert_eq!(balance(&sim), 2500 - 103 - 2500 - 1500);
    let row = &dispute["balance_transactions"][0];
    assert_eq!((&row["fee"], &row["net"], &row["source"]), (&json!(1500), &json!(-4000), &dispute["id"]));
    assert_eq!(refused(&sim, "/v1/refunds", &[("charge", &charge)], 400)["code"], "charge_disputed");
    assert_eq!(get(&sim, &format!("/v1/disputes?charge={charge}")).json()["data"][0]["id"], dispute["id"]);
    let whole = get(&sim, &format!("/v1/disputes/{}?expand[]=charge", id(dispute))).json();
    assert_eq!(whole["charge"]["id"], charge.as_str());
    assert_eq!(get(&sim, "/v1/disputes/du_nope").status, 404);
    let kinds = events(&sim);
    assert!(kinds.ends_with(&["charge.dispute.created".to_owned(), "charge.dispute.funds_withdrawn".to_owned()]));
}

#[test]
fn evidence_wins_or_loses() {
    let sim = sim();
    let (charge, won) = disputed(&sim, "pm_card_createDispute");
    let before = balance(&sim);
    let draft = ok(
        &sim,
        &format!("/v1/disputes/{}", id(&won[0])),
        &[("evidence[product_description]", "A lamp"), ("submit", "false")],
    );
    assert_eq!(
        (&draft["status"], &draft["evidence_details"]["submission_count"]),
        (&json!("needs_response"), &json!(0))
    );
    let end = evidence(&sim, &won[0], "winning_evidence");
    assert_eq!((&end["status"], &end["evidence"]["product_description"]), (&json!("won"), &json!("A lamp")));
    assert_eq!(balance(&sim), before + 2500);
    assert!(
        events(&sim).ends_with(&["charge.dispute.funds_reinstated".to_owned(), "charge.dispute.closed".to_owned()])
    );
    assert_eq!(
        refused(&sim, &format!("/v1/disputes/{}/close", id(&won[0])), &[], 400)["type"],
        "invalid_request_error"
    );
    assert_eq!(ok(&sim, "/v1/refunds", &[("charge", &charge)])["status"], "succeeded", "the money is the shop's again");

    let (_, lost) = disputed(&sim, "pm_card_createDisputeProductNotReceived");
    let before = balance(&sim);
    assert_eq!(evidence(&sim, &lost[0], "losing_evidence")["status"], "lost");
    let (_, other) = disputed(&sim, "pm_card_createDispute");
    assert_eq!(evidence(&sim, &other[0], "a photograph")["status"], "under_review");
    assert_eq!(ok(&sim, &format!("/v1/disputes/{}/close", id(&other[0])), &[])["status"], "lost");
    assert_eq!(balance(&sim), before - 103 - 1500, "what is lost stays lost");
}

#[test]
fn an_inquiry_moves_no_money_and_can_be_refunded_away() {
    let sim = sim();
    let (charge, inquiries) = disputed(&sim, "pm_card_createDisputeInquiry");
    assert_eq!(inquiries[0]["status"], "warning_needs_response");
    assert_eq!(inquiries[0]["is_charge_refundable"], true);
    assert_eq!(balance(&sim), 2500 - 103);
    assert_eq!(ok(&sim, "/v1/refunds", &[("charge", &charge)])["status"], "succeeded");
    assert_eq!(ok(&sim, &format!("/v1/disputes/{}/close", id(&inquiries[0])), &[])["status"], "warning_closed");
}

/// What passes without an answer is lost; an inquiry ends by itself.
#[test]
fn a_dispute_that_nobody_answers_is_lost() {
    const DAY_MS: u64 = 86_400_000;
    let sim = sim();
    let disputed = |alias: &str| {
        let mut form = charge_form(alias);
        form.push(("capture_method", "automatic"));
        ok(&sim, "/v1/payment_intents", &form);
        id(&get(&sim, "/v1/disputes").json()["data"][0])
    };
    let seen = |dispute: &str| get(&sim, &format!("/v1/disputes/{dispute}")).json();
    let unanswered = disputed("pm_card_createDispute");
    let answered = disputed("pm_card_createDispute");
    let inquiry = disputed("pm_card_createDisputeInquiry");
    ok(&sim, &format!("/v1/disputes/{answered}"), &[("evidence[product_description]", "A coat")]);
    let due_s = seen(&unanswered)["evidence_details"]["due_by"].as_u64().expect("a deadline");
    sim.clock().advance(due_s * 1_000 - START_MS - 1);
    assert_eq!(seen(&unanswered)["status"], "needs_response");
    sim.clock().advance(1);
    let lost = seen(&unanswered);
    assert_eq!((&lost["status"], &lost["evidence_details"]["due_by"]), (&json!("lost"), &Value::Null));
    assert_eq!(seen(&answered)["status"], "under_review");
    assert_eq!(seen(&inquiry)["status"], "warning_needs_response");
    let late =
        refused(&sim, &format!("/v1/disputes/{unanswered}"), &[("evidence[product_description]", "A coat")], 400);
    assert!(late["message"].as_str().expect("a sentence").contains("already closed"), "{late}");
    assert!(events(&sim).contains(&"charge.dispute.closed".to_owned()));
    sim.clock().advance(111 * DAY_MS);
    assert_eq!(seen(&inquiry)["status"], "warning_closed");
}
