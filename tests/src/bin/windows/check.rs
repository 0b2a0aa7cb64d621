//! "Check this till" in the real windows: with a real keyring and a real disk, against the simulator.

use crate::setup;
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::{Fault, FaultKind, Ledger, Simulator};

/// Everything is well in training, with a keyring: each line says so, nothing stays at Stripe, and the sale after it is the
/// first.
pub(crate) async fn all_is_well_in_training(desk: &mut Desk) -> Outcome {
    desk.session_mut().start_keyring()?;
    desk.open_till(&[]).await?;
    desk.meet_simulator().await?;
    begin(desk).await?;
    stands(desk, "done").await?;
    let till = desk.till()?;
    let failed = till.element(Window::Main, "check").await?.attr("data-failed").await;
    expect_eq("lines that failed", failed.ok().flatten().as_deref(), Some("0"))?;
    for line in
        ["keyring", "disk", "room", "card_field", "clock", "publishable_key", "sale_request", "approved_card", "refund"]
    {
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
    stands(desk, "done").await?;
    found(desk, "keyring", "failed").await?;
    found(desk, "cancel", "failed").await?;
    found(desk, "network", "shown").await?;
    desk.picture("check-trouble").await?;
    desk.simulator()?.faults(&[]).await?;
    // The next check takes away what that one has left.
    desk.till()?.press(Window::Main, "check-start").await?;
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

async fn begin(desk: &Desk) -> Outcome {
    let till = desk.till()?;
    till.press(Window::Main, "screen-settings").await?;
    till.press(Window::Main, "room-check").await?;
    till.press(Window::Main, "check-start").await
}

async fn stands(desk: &Desk, how: &str) -> Outcome {
    desk.till()?.matching(Window::Main, &format!("[data-testid=check][data-stands={how}]")).await.map(drop)
}

async fn found(desk: &Desk, line: &str, what: &str) -> Outcome {
    desk.till()?.matching(Window::Main, &format!("[data-testid=check-{line}][data-found={what}]")).await.map(drop)
}

/// How the payments stand that checks have made.
async fn made(stripe: &Simulator) -> Outcome<Vec<String>> {
    Ok(of_checks(&stripe.ledger().await?).map(|(status, _)| status).collect())
}

/// Status and what was taken, of each payment of a check.
fn of_checks(ledger: &Ledger) -> impl Iterator<Item = (String, u64)> + '_ {
    let intents = ledger.payment_intents().into_iter();
    let of_checks = intents.filter(|intent| intent["metadata"]["countersign_check"].is_string());
    of_checks.map(|intent| {
        let status = intent["status"].as_str().unwrap_or_default().to_owned();
        (status, intent["amount_received"].as_u64().unwrap_or_default())
    })
}

fn of_sales(ledger: &Ledger) -> usize {
    let intents = ledger.payment_intents().into_iter();
    intents.filter(|intent| intent["metadata"]["countersign_sale"].is_string()).count()
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
