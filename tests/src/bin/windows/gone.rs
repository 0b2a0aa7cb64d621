//! Stripe is gone: its process is dead, and nothing answers at its address any more.

use crate::{once, setup};
use countersign_tests::children::Supervised;
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::{Fault, FaultKind, Request, Simulator};
use std::time::Duration;

/// Stripe's process is dead before the charge, so that no connection comes about: the till is offline, and says that
/// the card was not tried and nothing was charged. With Stripe back, the card is keyed again and paid, once.
pub(crate) async fn simulator_gone_before_the_charge(desk: &mut Desk) -> Outcome {
    let (mut process, stripe) = setup::open_in_test_mode(desk).await?;
    desk.till()?.start_sale("25.00").await?;
    process.kill();
    // Keyed and charged as ever: the page's Stripe.js has its own simulator, inside the till.
    desk.till()?.pay_with(APPROVED).await?;
    let till = desk.till()?;
    till.reads(Window::Payment, "notice", "the payment window should say that the card was not tried", |text| {
        text.contains("no connection") && text.contains("nothing was charged")
    })
    .await?;
    till.stage(&["open"]).await?;
    // What the payment window covers in part is calm until staff turn to it.
    desk.session().bring_to_front("Countersign")?;
    let till = desk.till()?;
    till.matching(Window::Main, OFFLINE).await?;
    desk.session().bring_to_front("Card payment")?;
    let till = desk.till()?;
    expect_no_outcome_told(till).await?;
    desk.picture("stripe-is-gone").await?;
    let (_process, stripe) = back_again(desk, &stripe).await?;
    once::hand_over(desk, "pm_card_visa").await?;
    desk.till()?.stage(&["approved"]).await?;
    stripe.ledger().await?.expect_paid_once(2500)?;
    expect_online_again(desk).await
}

/// Stripe's process dies while the call is out: not known, offline, no second card, nobody told approved or declined.
/// With Stripe back, the till looks, and sends nothing by itself.
pub(crate) async fn simulator_gone_in_mid_call(desk: &mut Desk) -> Outcome {
    let (mut process, stripe) = setup::open_in_test_mode(desk).await?;
    let late =
        Fault { method: "POST", path: "/v1/payment_intents", next: 1, after: false, kind: FaultKind::DelayMs(60_000) };
    stripe.faults(&[late]).await?;
    desk.till()?.start_sale("25.00").await?;
    once::hand_over(desk, "pm_card_visa").await?;
    desk.till()?.stage(&["submitting"]).await?;
    // The ledger lists a call when it is answered; loopback is quicker than this by far.
    tokio::time::sleep(Duration::from_secs(1)).await;
    process.kill();
    let till = desk.till()?;
    till.stage(&["not_known"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.matching(Window::Main, OFFLINE).await?;
    expect_no_second_card(till).await?;
    desk.picture("stripe-died-in-mid-call").await?;
    // Time alone must not change that.
    tokio::time::sleep(Duration::from_secs(6)).await;
    expect_eq("the stage some seconds later", desk.till()?.stage_now().await?.as_str(), "not_known")?;
    expect_no_second_card(desk.till()?).await?;
    let (_process, stripe) = back_again(desk, &stripe).await?;
    expect_online_again(desk).await?;
    // The new one has no trace of the payment. The call may still be on its way as far as the till can know, so that
    // it goes on looking, and neither sends anything by itself nor takes another card.
    let till = desk.till()?;
    till.press(Window::Main, "action-look_again").await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    expect_eq("the stage with Stripe back", till.stage_now().await?.as_str(), "not_known")?;
    expect_no_second_card(till).await?;
    let ledger = stripe.ledger().await?;
    expect(ledger.requests.iter().any(Request::is_payment_call), || "the till should have looked".to_owned())?;
    ledger.expect_charging_calls(&[])
}

/// The till's own word for it, in the main window.
const OFFLINE: &str = "[data-testid=problem][data-code=offline]";

/// A new simulator at the address of the dead one.
async fn back_again(desk: &Desk, gone: &Simulator) -> Outcome<(Supervised, Simulator)> {
    let port = gone.base().rsplit(':').next().unwrap_or_default().to_owned();
    setup::stripe_elsewhere(desk, &port).await
}

async fn expect_online_again(desk: &Desk) -> Outcome {
    let till = desk.till()?;
    until(PATIENCE, "the till should say no longer that it is offline", async || {
        Ok((!till.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await
}

/// No way to a second card, nor to the next customer as if this one were done.
async fn expect_no_second_card(till: &OpenTill) -> Outcome {
    expect_no_outcome_told(till).await?;
    expect(!till.shows(Window::Main, "action-take_card").await?, || {
        "a second card was offered while the outcome is not known".to_owned()
    })?;
    expect(!till.is_visible(Window::Payment).await?, || {
        "the payment window is open while the outcome is not known".to_owned()
    })
}

/// Neither window speaks of an outcome.
async fn expect_no_outcome_told(till: &OpenTill) -> Outcome {
    for window in [Window::Main, Window::Payment] {
        let said = till.script(window, "return document.body.innerText.toLowerCase();", vec![]).await?;
        let said = said.as_str().ok_or_else(|| Failure::new("a window has no text"))?;
        for word in ["approved", "declined"] {
            expect(!said.contains(word), || format!("the {window:?} window speaks of {word}: {said}"))?;
        }
    }
    Ok(())
}
