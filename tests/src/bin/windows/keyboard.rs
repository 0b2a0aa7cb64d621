//! Staff never need the mouse: amount, Enter, card, Enter, paid, Enter.

use countersign_tests::desk::Desk;
use countersign_tests::failure::Outcome;
use countersign_tests::open_till::Window;
use countersign_tests::rows::{APPROVED, INSUFFICIENT_FUNDS};

/// Keys come from the X server, as from a keyboard; nothing is clicked or focused by the test.
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
    desk.till()?.wait_for_payment_window().await?;
    key_card(desk, INSUFFICIENT_FUNDS).await?;
    desk.till()?.decline_in_payment_window().await?;
    // The focus is in the card fields again, and the number can be keyed over.
    key_card(desk, APPROVED).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    // A key pressed too soon would belong to what stood there before.
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    desk.session().press_key("Return")?;
    desk.till()?.element(Window::Main, "amount").await.map(drop)
}

async fn key_card(desk: &Desk, number: &str) -> Outcome {
    desk.till()?.wait_until_card_number_has_focus().await?;
    desk.session().press_key("ctrl+a")?;
    desk.session().type_keys(number)?;
    desk.session().type_keys("1234")?;
    desk.session().type_keys("123")?;
    desk.session().type_keys("12345")?;
    desk.session().press_key("Return")
}
