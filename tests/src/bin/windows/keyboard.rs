//! Staff never need the mouse: amount, Enter, card, Enter, paid, Enter.
//!
//! Keys come from the X server, as from a keyboard. WebDriver moves the focus of a page that it turns to, so nothing is
//! asked of it while the payment window is open: the window manager and the simulator's ledger tell how far things are.

use countersign_tests::desk::Desk;
use countersign_tests::failure::Outcome;
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::{APPROVED, INSUFFICIENT_FUNDS};
use std::time::Duration;

/// A person looks up before the next key; by then the cursor is where it belongs.
const LOOKING_UP: Duration = Duration::from_millis(1500);

pub(crate) async fn sale_without_a_mouse(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    desk.till()?.element(Window::Main, "amount").await?;
    desk.session().type_keys("25.00")?;
    desk.till()?
        .reads(Window::Main, "priced", "the amount should have been typed without a click", |text| {
            text.contains("25.00")
        })
        .await?;
    desk.session().press_key("Return")?;
    wait_for_focus(desk, "Card payment").await?;
    key_card(desk, INSUFFICIENT_FUNDS).await?;
    wait_for_calls(desk, &["POST create 402"]).await?;
    desk.picture("declined").await?;
    // The cursor is in the card fields again, and they are empty.
    key_card(desk, APPROVED).await?;
    wait_for_calls(desk, &["POST create 402", "POST confirm 200"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    wait_for_focus(desk, "Countersign").await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("approved").await?;
    desk.session().press_key("Return")?;
    desk.till()?.element(Window::Main, "amount").await.map(drop)
}

async fn key_card(desk: &Desk, number: &str) -> Outcome {
    tokio::time::sleep(LOOKING_UP).await;
    // The fields move on by themselves: number, expiry, security code, postal code.
    for keys in [number, "1234", "123", "12345"] {
        desk.session().type_keys(keys)?;
    }
    desk.session().press_key("Return")
}

async fn wait_for_focus(desk: &Desk, window: &str) -> Outcome {
    until(PATIENCE, &format!("the window {window:?} should have the focus"), async || {
        Ok((desk.session().focused_window()? == window).then_some(()))
    })
    .await
}

async fn wait_for_calls(desk: &Desk, calls: &[&str]) -> Outcome {
    until(PATIENCE, &format!("the calls that can charge should be {calls:?}"), async || {
        Ok(desk.simulator()?.ledger().await?.expect_charging_calls(calls).ok())
    })
    .await
}
