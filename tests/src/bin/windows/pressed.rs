//! An outcome goes by a press that was meant for it: not by the last of thirty fast Enters, not by an Enter that is held.
//!
//! Keys come from the display server, which repeats what is held as it does for a person.

use crate::keyboard::{LOOKING_UP, start_sale, type_card, wait_for_calls, wait_for_focus};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect, expect_eq};
use countersign_tests::open_till::Window;
use countersign_tests::rows::APPROVED;
use std::time::Duration;

/// Between two presses of somebody in a hurry.
const FAST: Duration = Duration::from_millis(40);
/// Longer than anything waits for a press to be fresh, and than the display waits before it repeats a key.
const HELD: Duration = Duration::from_millis(2500);

/// Thirty fast Enters from the charge on, over the change of the windows: the outcome stands, and goes by the next Enter.
pub(crate) async fn thirty_fast_enters(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    start_sale(desk, "25.00").await?;
    type_card(desk, APPROVED).await?;
    desk.session().press_key("Return")?;
    while desk.session().focused_window()? != "Countersign" {
        desk.session().press_key("Return")?;
        tokio::time::sleep(FAST).await;
    }
    for _ in 0..30 {
        desk.session().press_key("Return")?;
        tokio::time::sleep(FAST).await;
    }
    approved_stands_until_a_fresh_enter(desk).await
}

/// The Enter that charged is held until long after the outcome is there.
pub(crate) async fn the_enter_that_charged_is_held(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    listen(desk).await?;
    start_sale(desk, "25.00").await?;
    type_card(desk, APPROVED).await?;
    desk.session().hold_key("Return")?;
    wait_for_calls(desk, &["POST create 200"]).await?;
    wait_for_focus(desk, "Countersign").await?;
    tokio::time::sleep(HELD).await;
    desk.session().release_key("Return")?;
    let heard = desk.till()?.script(Window::Main, "return window.heard;", vec![]).await?;
    let repeated = heard.as_array().into_iter().flatten().filter(|press| **press == true).count();
    expect(repeated > 10, || format!("the held key should have come as repeated to the window, but it heard {heard}"))?;
    approved_stands_until_a_fresh_enter(desk).await
}

/// The Enter that opened the card window is held there: it charges nothing and says nothing of a card that nobody has keyed.
pub(crate) async fn the_enter_that_opened_the_card_window_is_held(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    desk.till()?.element(Window::Main, "amount").await?;
    desk.session().type_keys("25.00")?;
    desk.till()?.reads(Window::Main, "priced", "the amount", |text| text.contains("25.00")).await?;
    desk.session().hold_key("Return")?;
    wait_for_focus(desk, "Card payment").await?;
    tokio::time::sleep(HELD).await;
    desk.session().release_key("Return")?;
    desk.picture("the-card-window").await?;
    let ledger = desk.simulator()?.ledger().await?;
    expect_eq("PaymentIntents", ledger.payment_intents().len(), 0)?;
    let said = "return document.querySelector('[data-testid=card-error]').textContent;";
    let said = desk.till()?.script(Window::Payment, said, vec![]).await?;
    expect_eq("what is said of the card", said.as_str(), Some(""))?;
    // And the sale goes on as usual.
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// Has the main window's page note each Enter that reaches it: whether it is the repetition of one that is held.
async fn listen(desk: &Desk) -> Outcome {
    let listen = "window.heard = [];\
        addEventListener('keydown', (event) => { if (event.key === 'Enter') heard.push(event.repeat); }, true); return null;";
    desk.till()?.script(Window::Main, listen, vec![]).await.map(drop)
}

async fn approved_stands_until_a_fresh_enter(desk: &mut Desk) -> Outcome {
    desk.till()?.stage(&["approved"]).await?;
    desk.picture("approved").await?;
    tokio::time::sleep(LOOKING_UP).await;
    expect_eq("the stage", desk.till()?.stage_now().await?.as_str(), "approved")?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.session().press_key("Return")?;
    desk.till()?.element(Window::Main, "amount").await.map(drop)
}
