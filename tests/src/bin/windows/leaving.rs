//! Staff leave the payment window, or give the sale up.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect_eq};
use countersign_tests::open_till::Window;
use countersign_tests::rows::APPROVED;

/// Escape closes the payment window; nothing is charged, and the sale waits in the main window.
pub(crate) async fn escape_keeps_the_sale(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    desk.till()?.start_sale("25.00").await?;
    // From within the card fields, where the focus is.
    desk.till()?.key_card(APPROVED).await?;
    desk.session().press_key("Escape")?;
    let till = desk.till()?;
    till.wait_until_payment_window_is_hidden().await?;
    till.stage(&["open"]).await?;
    expect_eq("PaymentIntents after Escape", desk.simulator()?.ledger().await?.payment_intents().len(), 0)?;
    desk.picture("after-escape").await?;
    let till = desk.till()?;
    till.press(Window::Main, "action-take_card").await?;
    till.wait_for_payment_window().await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// Cancel before any card: there is no PaymentIntent to cancel, and the next sale can start.
pub(crate) async fn cancel_before_any_card(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.press(Window::Payment, "cancel-sale").await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.stage(&["cancelled"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    expect_eq("PaymentIntents of a sale without a card", ledger.payment_intents().len(), 0)?;
    let posts = ledger.requests.iter().filter(|request| request.is_payment_call() && request.method == "POST").count();
    expect_eq("calls that change something", posts, 0)?;
    till.next_sale().await
}
