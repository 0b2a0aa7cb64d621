//! Test cards at hand: one press, or one key, uses a card.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Outcome, expect};
use countersign_tests::open_till::Window;
use countersign_tests::rows::{APPROVED, INSUFFICIENT_FUNDS};
use thirtyfour::prelude::*;

pub(crate) async fn one_press_uses_a_card(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.press(Window::Payment, "palette").await?;
    // Every card of the table is there, not only the first.
    let last =
        desk.till()?.driver().find_all(By::Css("[data-testid^=palette-card-]")).await.during("list the cards")?;
    expect(last.len() > 100, || format!("the palette should list the bundled cards, but it lists {}", last.len()))?;
    desk.picture("palette").await?;
    let till = desk.till()?;
    till.press(Window::Payment, &format!("palette-card-{INSUFFICIENT_FUNDS}")).await?;
    till.press(Window::Payment, "charge").await?;
    till.decline_in_payment_window().await?;
    till.pay_from_palette(APPROVED).await?;
    till.press(Window::Payment, "charge").await?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(2500)?;
    ledger.expect_charging_calls(&["POST create 402", "POST confirm 200"])
}
