//! Staff never need the mouse: amount, Enter, card, Enter, paid, Enter.
//!
//! Keys come from the display server, as from a keyboard. WebDriver moves the focus of a page that it turns to, so nothing is
//! asked of it while the payment window is open: the window manager and the simulator's ledger tell how far things are.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::{APPROVED, AUTHENTICATE, INSUFFICIENT_FUNDS};
use std::time::Duration;

/// A person looks up before the next key; by then the cursor is where it belongs.
pub(crate) const LOOKING_UP: Duration = Duration::from_millis(1500);

pub(crate) async fn sale_without_a_mouse(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, INSUFFICIENT_FUNDS).await?;
    wait_for_calls(desk, &["POST create 402"]).await?;
    desk.picture("declined").await?;
    // The cursor is in the card fields again, and they are empty.
    key_card(desk, APPROVED).await?;
    wait_for_calls(desk, &["POST create 402", "POST confirm 200"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    next_sale(desk).await
}

/// A card that is approved at once. One whose bank asks, on the same page: the bank's page is answered by Tab and Enter, and the
/// second confirm pays. A third on the page that was loaded afresh after the challenge.
pub(crate) async fn three_sales_without_a_mouse(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, APPROVED).await?;
    wait_for_calls(desk, &["POST create 200"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    next_sale(desk).await?;

    start_sale(desk, "40.99").await?;
    key_card(desk, AUTHENTICATE).await?;
    wait_for_calls(desk, &["POST create 200", "POST create 200"]).await?;
    wait_for_the_bank(desk).await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("the-bank-asks").await?;
    expect_taken(desk, &[2500]).await?;
    // The bank's page does not always have the cursor by itself: an Enter alone may be lost.
    desk.session().press_key("Tab")?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("the-answer-chosen").await?;
    desk.session().press_key("Return")?;
    wait_for_calls(desk, &["POST create 200", "POST create 200", "POST confirm 200"]).await?;
    expect_taken(desk, &[2500, 4099]).await?;
    next_sale(desk).await?;

    start_sale(desk, "7.00").await?;
    key_card(desk, APPROVED).await?;
    wait_for_calls(desk, &["POST create 200", "POST create 200", "POST confirm 200", "POST create 200"]).await?;
    next_sale(desk).await?;
    expect_taken(desk, &[2500, 4099, 700]).await
}

/// Types an amount and Enter into the main window; the payment window then has the keys.
pub(crate) async fn start_sale(desk: &Desk, amount: &str) -> Outcome {
    desk.till()?.element(Window::Main, "amount").await?;
    desk.session().type_keys(amount)?;
    desk.till()?
        .reads(Window::Main, "priced", "the amount should have been typed without a click", |text| {
            text.contains(amount)
        })
        .await?;
    desk.session().press_key("Return")?;
    wait_for_focus(desk, "Card payment").await
}

/// The main window has the keys again and says how it went; Enter brings the next sale.
async fn next_sale(desk: &mut Desk) -> Outcome {
    wait_for_focus(desk, "Countersign").await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("approved").await?;
    desk.session().press_key("Return")?;
    desk.till()?.element(Window::Main, "amount").await.map(drop)
}

async fn key_card(desk: &Desk, number: &str) -> Outcome {
    type_card(desk, number).await?;
    desk.session().press_key("Return")
}

/// All of the card, and not yet the Enter.
pub(crate) async fn type_card(desk: &Desk, number: &str) -> Outcome {
    tokio::time::sleep(LOOKING_UP).await;
    // The fields move on by themselves: number, expiry, security code, postal code.
    for keys in [number, "1234", "123", "12345"] {
        desk.session().type_keys(keys)?;
    }
    Ok(())
}

pub(crate) async fn wait_for_focus(desk: &Desk, window: &str) -> Outcome {
    until(PATIENCE, &format!("the window {window:?} should have the focus"), async || {
        Ok((desk.session().focused_window()? == window).then_some(()))
    })
    .await
}

pub(crate) async fn wait_for_calls(desk: &Desk, calls: &[&str]) -> Outcome {
    until(PATIENCE, &format!("the calls that can charge should be {calls:?}"), async || {
        Ok(desk.simulator()?.ledger().await?.expect_charging_calls(calls).ok())
    })
    .await
}

/// Waits until the bank's page has learnt what it asks about.
async fn wait_for_the_bank(desk: &Desk) -> Outcome {
    until(PATIENCE, "the bank's page should have been opened", async || {
        let requests = desk.simulator()?.ledger().await?.requests;
        let opened = requests.iter().any(|request| request.path == "/acs/transaction" && request.status == Some(200));
        Ok(opened.then_some(()))
    })
    .await
}

/// Fails unless these amounts were taken, each by one charge of one PaymentIntent, and nothing else.
async fn expect_taken(desk: &Desk, amounts_minor: &[u64]) -> Outcome {
    let ledger = desk.simulator()?.ledger().await?;
    let charges = ledger.succeeded_charges();
    let taken: Vec<_> = charges.iter().filter_map(|charge| charge["amount_captured"].as_u64()).collect();
    expect_eq("the amounts taken", taken.as_slice(), amounts_minor)?;
    let mut intents: Vec<_> = charges.iter().filter_map(|charge| charge["payment_intent"].as_str()).collect();
    intents.dedup();
    expect(intents.len() == taken.len(), || format!("{} charges took money for {intents:?}", taken.len()))
}
