//! The application is killed between the bank's yes and the second confirm: the moment at which this kind of payment gets
//! lost. Started again, it says what happened, charges nobody by itself, and one key decides.
//!
//! Stripe is a simulator that runs by itself, for the core and for the page alike, so that the customer answers the bank in
//! the real window and Stripe outlives the application. The till's reads of the payment are held up from just before the
//! customer's answer: it cannot have learnt of the yes, and so cannot have confirmed, when it is killed.

use crate::setup;
use countersign_tests::children::Supervised;
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::AUTHENTICATE;
use countersign_tests::simulator::{Fault, FaultKind, Request, Simulator};
use countersign_tests::staff::Answer;
use std::time::Duration;

/// A key pressed sooner after a change belongs to what stood there before; and a till that charged by itself would have
/// done it by then.
const LOOKING_UP: Duration = Duration::from_millis(2500);

/// One key finishes the sale: exactly one charge, of its amount.
pub(crate) async fn finished_with_one_key(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = killed_after_the_banks_yes(desk).await?;
    start_again(desk, &stripe).await?;
    offered(desk, &stripe).await?;
    desk.session().press_key("Return")?;
    let said = desk.till()?.stage(&["approved"]).await?;
    expect(said.contains("40.99"), || format!("it should say what was paid, but it says {said:?}"))?;
    desk.picture("finished").await?;
    let ledger = stripe.ledger().await?;
    ledger.expect_paid_once(4099)?;
    ledger.expect_charging_calls(&["POST create 200", "POST confirm 200"])
}

/// One key gives the sale up: no charge, and the PaymentIntent is canceled.
pub(crate) async fn cancelled_with_one_key(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = killed_after_the_banks_yes(desk).await?;
    start_again(desk, &stripe).await?;
    offered(desk, &stripe).await?;
    desk.session().press_key("Escape")?;
    let said = desk.till()?.stage(&["cancelled"]).await?;
    expect(said.contains("Nothing has been charged"), || format!("it should say so, but it says {said:?}"))?;
    desk.picture("cancelled").await?;
    let ledger = stripe.ledger().await?;
    ledger.expect_not_charged("canceled")?;
    ledger.expect_charging_calls(&["POST create 200"])
}

/// Started again after more than an hour: the bank's yes is void, nobody is charged, and staff are told so.
pub(crate) async fn too_late_to_finish(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = killed_after_the_banks_yes(desk).await?;
    stripe.advance(3_700).await?;
    start_again(desk, &stripe).await?;
    let said = desk.till()?.stage(&["declined"]).await?;
    for words in ["Time ran out", "Nothing has been charged", "within one hour"] {
        expect(said.contains(words), || format!("it should say {words:?}, but it says {said:?}"))?;
    }
    desk.picture("too-late").await?;
    tokio::time::sleep(LOOKING_UP).await;
    let till = desk.till()?;
    till.element(Window::Main, "action-take_card").await?;
    expect(!till.shows(Window::Main, "action-finish").await?, || {
        "a void approval was offered to be finished".to_owned()
    })?;
    let ledger = stripe.ledger().await?;
    ledger.expect_not_charged("requires_payment_method")?;
    ledger.expect_charging_calls(&["POST create 200"])
}

/// Takes a sale to the bank's challenge, completes it in the window, and kills the application before it can know.
async fn killed_after_the_banks_yes(desk: &mut Desk) -> Outcome<(Supervised, Simulator)> {
    desk.session_mut().start_keyring()?;
    let (process, stripe) = setup::stripe_elsewhere(desk, "0").await?;
    desk.open_till(&led_to(&stripe)).await?;
    setup::turn_to_test_mode(desk).await?;
    let till = desk.till()?;
    till.start_sale("40.99").await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    let held_up = Fault {
        method: "GET",
        path: "/v1/payment_intents*",
        next: 10_000,
        after: false,
        kind: FaultKind::DelayMs(120_000),
    };
    stripe.faults(&[held_up]).await?;
    till.answer_bank(Answer::Complete).await?;
    until(PATIENCE, "the challenge should be completed", async || {
        let ledger = stripe.ledger().await?;
        Ok((ledger.only_payment_intent()?["status"] == "requires_confirmation").then_some(()))
    })
    .await?;
    desk.picture("the-customer-has-answered").await?;
    desk.cut_power();
    stripe.ledger().await?.expect_charging_calls(&["POST create 200"])?;
    stripe.faults(&[]).await?;
    Ok((process, stripe))
}

async fn start_again(desk: &mut Desk, stripe: &Simulator) -> Outcome {
    desk.open_till(&led_to(stripe)).await
}

/// The main window offers the sale in words, and nothing was charged by itself.
async fn offered(desk: &mut Desk, stripe: &Simulator) -> Outcome {
    let till = desk.till()?;
    let said = till.stage(&["authenticated"]).await?;
    expect(said.contains("40.99") && said.contains("Nothing is charged until you finish"), || {
        format!("it should offer the sale in words, but it says {said:?}")
    })?;
    let headline = till.headline().await?;
    expect(headline.starts_with("The bank said yes at "), || format!("the headline is {headline:?}"))?;
    tokio::time::sleep(LOOKING_UP).await;
    expect_eq("the stage while nobody pressed a key", desk.till()?.stage_now().await?.as_str(), "authenticated")?;
    desk.picture("offered").await?;
    let ledger = stripe.ledger().await?;
    expect(ledger.requests.iter().any(Request::is_payment_call), || "the till should have looked".to_owned())?;
    ledger.expect_not_charged("requires_confirmation")?;
    ledger.expect_charging_calls(&["POST create 200"])
}

/// Core and page have the same Stripe.
fn led_to(stripe: &Simulator) -> [(&'static str, String); 2] {
    ["COUNTERSIGN_STRIPE_BASE", "COUNTERSIGN_STRIPE_PAGE"].map(|name| (name, stripe.base().to_owned()))
}
