//! "Check this till" in the real windows: with a real keyring and a real disk, against the simulator.

use crate::setup;
use crate::trust::invoke;
use countersign_tests::check::{begin, of_checks, stands, wait_for_the_bank};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::{Fault, FaultKind, Ledger, Simulator};
use countersign_tests::staff::Answer;
use serde_json::json;
use std::time::Duration;

/// Everything is well in training, with a keyring: each line says so, nothing stays at Stripe, and the sale after it is the
/// first.
pub(crate) async fn all_is_well_in_training(desk: &mut Desk) -> Outcome {
    desk.session_mut().start_keyring()?;
    desk.open_till(&[]).await?;
    desk.meet_simulator().await?;
    begin(desk).await?;
    wait_for_the_bank(desk).await?;
    desk.picture("check-the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    stands(desk, "done").await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    let till = desk.till()?;
    let failed = till.element(Window::Main, "check").await?.attr("data-failed").await;
    expect_eq("lines that failed", failed.ok().flatten().as_deref(), Some("0"))?;
    for line in ["keyring", "disk", "room", "card_field", "clock", "publishable_key", "sale_request"] {
        found(desk, line, "shown").await?;
    }
    for line in ["approved_card", "refund", "declined_card", "card_cursor", "challenge"] {
        found(desk, line, "shown").await?;
    }
    desk.picture("check-all-well").await?;
    nothing_is_left(&desk.simulator()?.ledger().await?)?;
    // The entry with which the keyring was tried is gone.
    let kept = desk.session().secrets("service", "shop.countersign.till").unwrap_or_default();
    expect(!kept.contains("check"), || "the keyring should hold no entry of the check's".to_owned())?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-sale").await?;
    till.start_sale("25.00").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    let paid = desk.simulator()?.ledger().await?;
    expect_eq("sales at Stripe", of_sales(&paid), 1)
}

/// No keyring, and Stripe refuses what a cancel needs: both are told, each with what to do, and what is open is taken away
/// as soon as Stripe lets it.
pub(crate) async fn trouble_is_told_line_by_line(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    desk.meet_simulator().await?;
    let refused = Fault {
        method: "POST",
        path: "/v1/payment_intents/*/cancel",
        next: 1_000,
        after: false,
        kind: FaultKind::Status(403),
    };
    desk.simulator()?.faults(&[refused]).await?;
    begin(desk).await?;
    wait_for_the_bank(desk).await?;
    desk.till()?.answer_bank(Answer::Fail).await?;
    stands(desk, "done").await?;
    found(desk, "challenge", "failed").await?;
    found(desk, "keyring", "failed").await?;
    found(desk, "cancel", "failed").await?;
    found(desk, "network", "shown").await?;
    desk.picture("check-trouble").await?;
    desk.simulator()?.faults(&[]).await?;
    // The next check takes away what that one has left.
    desk.till()?.press(Window::Main, "check-start").await?;
    wait_for_the_bank(desk).await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    until(PATIENCE, "what was left should be taken away", async || {
        Ok(nothing_is_left(&desk.simulator()?.ledger().await?).is_ok().then_some(()))
    })
    .await
}

/// The power goes while the payment of a check is being made: the next start cancels it, and nobody has to ask.
pub(crate) async fn power_cut_in_mid_check(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = setup::open_in_test_mode(desk).await?;
    let late =
        Fault { method: "POST", path: "/v1/payment_intents", next: 1, after: true, kind: FaultKind::DelayMs(60_000) };
    stripe.faults(&[late]).await?;
    begin(desk).await?;
    until(PATIENCE, "Stripe should have the payment", async || {
        Ok((made(&stripe).await? == ["requires_payment_method"]).then_some(()))
    })
    .await?;
    desk.cut_power();
    desk.open_till(&[("COUNTERSIGN_STRIPE_BASE", stripe.base().to_owned())]).await?;
    until(PATIENCE, "it should be cancelled", async || Ok((made(&stripe).await? == ["canceled"]).then_some(()))).await
}

/// Staff close the window in the challenge: nothing is shown by it, and its payment is cancelled.
pub(crate) async fn window_closed_in_the_challenge(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    begin(desk).await?;
    wait_for_the_bank(desk).await?;
    desk.session().close_window("Card payment")?;
    stands(desk, "done").await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    found(desk, "challenge", "not_shown").await?;
    found(desk, "card_cursor", "shown").await?;
    desk.picture("check-closed").await?;
    let ledger = desk.simulator()?.ledger().await?;
    nothing_is_left(&ledger)?;
    expect(of_checks(&ledger).any(|(status, taken)| status == "canceled" && taken == 0), || {
        "the payment whose bank asked should be cancelled".to_owned()
    })
}

/// What the page asks for a sale, it is refused for the check that is at its window, and a lie about the bank pays nothing.
pub(crate) async fn the_challenge_is_no_sale(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    begin(desk).await?;
    wait_for_the_bank(desk).await?;
    let till = desk.till()?;
    let scene = invoke(till, Window::Payment, "watch_payment", &json!({ "seen": 0 })).await?;
    let scene = scene.map_err(|refused| Failure::new(format!("the page should be told its scene: {refused}")))?;
    let check = scene["view"]["whose"]["check_id"].as_str().unwrap_or_default().to_owned();
    expect(!check.is_empty(), || format!("a check should be at the window, not {}", scene["view"]["kind"]))?;
    let as_a_sale = json!({ "saleId": check, "attemptId": check, "paymentMethod": "pm_card_visa", "hint": "returned" });
    for command in ["submit_card", "authentication_hint", "abandon_payment", "cancel_payment"] {
        let answer = invoke(till, Window::Payment, command, &as_a_sale).await?;
        expect(answer.as_ref().is_err_and(|refused| refused.contains("not_at_window")), || {
            format!("{command} should be refused for a check: {answer:?}")
        })?;
    }
    let lie = json!({ "checkId": check, "told": { "told": "challenge", "hint": "returned" } });
    let heard = invoke(till, Window::Payment, "tell_check", &lie).await?;
    expect(heard.is_ok(), || format!("the page may tell of its check: {heard:?}"))?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let asking =
        of_checks(&desk.simulator()?.ledger().await?).filter(|(status, _)| status == "requires_action").count();
    expect_eq("payments whose bank still asks", asking, 1)?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    stands(desk, "done").await?;
    found(desk, "challenge", "shown").await?;
    let ledger = desk.simulator()?.ledger().await?;
    expect_eq("sales at Stripe", of_sales(&ledger), 0)?;
    nothing_is_left(&ledger)
}

/// A sale that begins in mid-challenge has the window, and the check's payment is cancelled meanwhile.
pub(crate) async fn a_sale_takes_the_window_from_the_challenge(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    begin(desk).await?;
    wait_for_the_bank(desk).await?;
    desk.session().bring_to_front("Countersign")?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-sale").await?;
    till.start_sale("25.00").await?;
    // The page of the check goes first.
    till.matching(Window::Payment, "[data-testid=payment][data-view=card]").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    until(PATIENCE, "what the check had made should be taken away", async || {
        Ok(nothing_is_left_of_checks(&desk.simulator()?.ledger().await?).then_some(()))
    })
    .await?;
    expect_eq("sales at Stripe", of_sales(&desk.simulator()?.ledger().await?), 1)
}

async fn found(desk: &Desk, line: &str, what: &str) -> Outcome {
    desk.till()?.matching(Window::Main, &format!("[data-testid=check-{line}][data-found={what}]")).await.map(drop)
}

/// How the payments stand that checks have made.
async fn made(stripe: &Simulator) -> Outcome<Vec<String>> {
    Ok(of_checks(&stripe.ledger().await?).map(|(status, _)| status).collect())
}

fn of_sales(ledger: &Ledger) -> usize {
    let intents = ledger.payment_intents().into_iter();
    intents.filter(|intent| intent["metadata"]["countersign_sale"].is_string()).count()
}

/// No payment of a check is open.
fn nothing_is_left_of_checks(ledger: &Ledger) -> bool {
    of_checks(ledger).all(|(status, _)| status == "canceled" || status == "succeeded")
}

/// Each payment of a check is cancelled, or was given back whole.
fn nothing_is_left(ledger: &Ledger) -> Outcome {
    let over = |status: &str| status == "canceled" || status == "succeeded";
    let open: Vec<String> = of_checks(ledger).map(|(status, _)| status).filter(|status| !over(status)).collect();
    expect_eq("payments of checks that are open", open, Vec::new())?;
    let taken: u64 = of_checks(ledger).map(|(_, taken)| taken).sum();
    let given: u64 = ledger.refunds().iter().filter_map(|refund| refund["amount"].as_u64()).sum();
    expect_eq("what checks took and did not give back", taken - given.min(taken), 0)
}
