//! "Check this till", as staff begin it and as the ledger shows it.

use crate::desk::Desk;
use crate::failure::Outcome;
use crate::open_till::{PATIENCE, Window, until};
use crate::simulator::Ledger;

/// Begins a check.
///
/// # Errors
/// When the main window does not offer one.
pub async fn begin(desk: &Desk) -> Outcome {
    let till = desk.till()?;
    till.press(Window::Main, "screen-settings").await?;
    till.press(Window::Main, "room-check").await?;
    till.press(Window::Main, "check-start").await
}

/// Waits until the bank asks about a payment of a check. The driver is asked nothing meanwhile: it would move the focus, and with
/// it the cursor that the check looks for.
///
/// # Errors
/// When it does not ask in time.
pub async fn wait_for_the_bank(desk: &Desk) -> Outcome {
    until(PATIENCE, "the bank should ask", async || {
        let ledger = desk.simulator()?.ledger().await?;
        Ok(of_checks(&ledger).any(|(status, _)| status == "requires_action").then_some(()))
    })
    .await
}

/// Waits until the check that the main window shows stands like this: `done`, `stopped`.
///
/// # Errors
/// When it does not in time.
pub async fn stands(desk: &Desk, how: &str) -> Outcome {
    desk.till()?.matching(Window::Main, &format!("[data-testid=check][data-stands={how}]")).await.map(drop)
}

/// Status and what was taken, of each payment of a check.
pub fn of_checks(ledger: &Ledger) -> impl Iterator<Item = (String, u64)> + '_ {
    let intents = ledger.payment_intents().into_iter();
    let of_checks = intents.filter(|intent| intent["metadata"]["countersign_check"].is_string());
    of_checks.map(|intent| {
        let status = intent["status"].as_str().unwrap_or_default().to_owned();
        (status, intent["amount_received"].as_u64().unwrap_or_default())
    })
}
