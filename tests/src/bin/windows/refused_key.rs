//! Stripe refuses the shop's key: no card is asked for that could not be charged.

use crate::{once, setup};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::simulator::{Fault, FaultKind};
use std::time::Duration;

/// The line at the top of the main window.
const REFUSED: &str = "[data-testid=problem][data-code=key_refused]";

/// The key is refused while a card is being waited for: the card window goes, and comes back for no card and for no next sale
/// until Stripe takes the key again. Then the sale is paid, once.
pub(crate) async fn no_card_is_asked_for(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = setup::open_in_test_mode(desk).await?;
    let refused = |method| Fault { method, path: "/v1/*", next: 10_000, after: false, kind: FaultKind::Status(401) };
    stripe.faults(&[refused("GET"), refused("POST")]).await?;
    let till = desk.till()?;
    till.type_amount("25.00").await?;
    till.press(Window::Main, "charge-start").await?;
    till.matching(Window::Main, REFUSED).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.stage(&["open"]).await?;
    desk.picture("the-key-is-refused").await?;

    let till = desk.till()?;
    till.press(Window::Main, "action-take_card").await?;
    till.matching(Window::Main, "[data-testid=refusal][data-code=key_refused]").await?;
    expect_no_card_window(desk).await?;
    let till = desk.till()?;
    till.press(Window::Main, "action-cancel").await?;
    till.stage(&["cancelled"]).await?;
    till.next_sale().await?;
    till.type_amount("40.00").await?;
    till.press(Window::Main, "charge-start").await?;
    expect_no_card_window(desk).await?;
    expect_eq(
        "calls that can charge",
        stripe.ledger().await?.requests.iter().filter(|call| call.can_charge()).count(),
        0,
    )?;

    stripe.faults(&[]).await?;
    let till = desk.till()?;
    until(PATIENCE, "the key should be taken again", async || {
        Ok((!till.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await?;
    till.start_sale("40.00").await?;
    once::hand_over(desk, "pm_card_visa").await?;
    desk.till()?.stage(&["approved"]).await?;
    stripe.ledger().await?.expect_paid_once(4000)
}

async fn expect_no_card_window(desk: &Desk) -> Outcome {
    // Longer than it takes to open.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let visible = desk.till()?.is_visible(Window::Payment).await?;
    expect(!visible, || "a card is asked for with a key that Stripe refuses".to_owned())
}
