//! Exactly once, whatever is pressed, reloaded or cut off while a call is out.

use crate::setup;
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::{Fault, FaultKind};
use serde_json::json;

/// Enter in the card fields, and the button twice: one charge.
pub(crate) async fn charge_pressed_twice(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    slow_create(desk, 1500).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.key_card(APPROVED).await?;
    let pressed = till
        .script(
            Window::Payment,
            "const button = document.querySelector('[data-testid=charge]');\
             button.click(); button.click(); button.form?.requestSubmit?.(); return button.isConnected;",
            vec![],
        )
        .await?;
    expect_eq("the button was there to be pressed", pressed, json!(true))?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(2500)?;
    ledger.expect_attempts(1)?;
    ledger.expect_charging_calls(&["POST create 200"])
}

/// The page hands over the same card for the same attempt three times, as a repeated `invoke` does: one charge.
pub(crate) async fn submitted_twice(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    // The page goes with the sale: it is still there when it hears what became of its calls.
    slow_create(desk, 2500).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.turn_to(Window::Payment).await?;
    let answers = till
        .async_script_here(
            "const done = arguments[0]; const invoke = window.__TAURI_INTERNALS__.invoke;\
             (async () => {\
               const { view } = await invoke('watch_payment', { seen: 0 });\
               const card = { saleId: view.sale_id, attemptId: view.attempt_id, paymentMethod: 'pm_card_visa' };\
               const calls = await Promise.allSettled([1, 2, 3].map(() => invoke('submit_card', card)));\
               const later = await Promise.allSettled([invoke('submit_card', card)]);\
               done([...calls, ...later].map(call => call.status + (call.reason?.code ?? '')));\
             })().catch(error => done(String(error)));",
            vec![],
        )
        .await?;
    let first = answers.get(0).and_then(|answer| answer.as_str()).unwrap_or_default().to_owned();
    expect(first == "fulfilled", || format!("the card should have been taken, but the calls answered {answers}"))?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(2500)?;
    ledger.expect_charging_calls(&["POST create 200"])
}

/// The payment page reloads itself while the call is out: the sale goes on, and so does the window.
pub(crate) async fn payment_page_reloaded_in_mid_call(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    slow_create(desk, 2500).await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["submitting"]).await?;
    reload(desk, Window::Payment).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    desk.simulator()?.ledger().await?.expect_charging_calls(&["POST create 200"])?;
    // The window still takes cards.
    let till = desk.till()?;
    till.next_sale().await?;
    till.start_sale("10.00").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    expect_eq("charges of both sales", desk.simulator()?.ledger().await?.succeeded_charges().len(), 2)
}

/// The till's page reloads itself while the call is out: it finds its sale again.
pub(crate) async fn main_page_reloaded_in_mid_call(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    slow_create(desk, 2500).await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["submitting"]).await?;
    reload(desk, Window::Main).await?;
    find_sale_again(desk, "approved").await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    desk.simulator()?.ledger().await?.expect_charging_calls(&["POST create 200"])
}

/// Stripe charged, and the answer was lost: not known, no second charge, and known as soon as Stripe answers again.
pub(crate) async fn answer_lost(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let lost = |method, next, after| Fault { method, path: "/v1/payment_intents*", next, after, kind: FaultKind::Drop };
    desk.simulator()?.faults(&[lost("POST", 1000, true), lost("GET", 1000, false)]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(APPROVED).await?;
    let said = till.stage(&["not_known"]).await?;
    expect(said.contains("Not known"), || format!("the till should say that it does not know, but it says {said:?}"))?;
    till.wait_until_payment_window_is_hidden().await?;
    expect(!till.shows(Window::Main, "action-take_card").await?, || {
        "a second card was offered while the outcome is not known".to_owned()
    })?;
    desk.picture("not-known").await?;
    desk.simulator()?.faults(&[]).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    desk.simulator()?.ledger().await?.expect_attempts(1)
}

/// The power is cut after Stripe charged and before its answer came. The journal was written before the call: the next
/// start finds the payment and says that it is paid, and nothing is charged again.
pub(crate) async fn power_cut_in_mid_call(desk: &mut Desk) -> Outcome {
    // Training's Stripe would go with the power; this one runs by itself, as the real one does.
    let (_process, stripe) = setup::open_in_test_mode(desk).await?;
    let late =
        Fault { method: "POST", path: "/v1/payment_intents", next: 1, after: true, kind: FaultKind::DelayMs(60_000) };
    stripe.faults(&[late]).await?;
    desk.till()?.start_sale("25.00").await?;
    hand_over(desk, "pm_card_visa").await?;
    desk.till()?.stage(&["submitting"]).await?;
    until(PATIENCE, "Stripe should have charged", async || {
        Ok((stripe.ledger().await?.succeeded_charges().len() == 1).then_some(()))
    })
    .await?;
    desk.cut_power();
    desk.open_till(&[("COUNTERSIGN_STRIPE_BASE", stripe.base().to_owned())]).await?;
    find_sale_again(desk, "approved").await?;
    desk.picture("after-the-power-cut").await?;
    let ledger = stripe.ledger().await?;
    ledger.expect_paid_once(2500)?;
    ledger.expect_attempts(1)
}

/// Hands a ready-made PaymentMethod to the core, as the page does: the card fields know their own simulator only.
pub(crate) async fn hand_over(desk: &Desk, payment_method: &str) -> Outcome {
    let till = desk.till()?;
    till.turn_to(Window::Payment).await?;
    let answer = till
        .async_script_here(
            "const [paymentMethod, done] = arguments; const invoke = window.__TAURI_INTERNALS__.invoke;\
             invoke('watch_payment', { seen: 0 })\
               .then(({ view }) => invoke('submit_card', { saleId: view.sale_id, attemptId: view.attempt_id, paymentMethod }))\
               .then(() => done('taken'), error => done(JSON.stringify(error)));",
            vec![json!(payment_method)],
        )
        .await?;
    expect_eq("what became of the card", answer, json!("taken"))
}

/// Lets the next create arrive this many milliseconds late.
async fn slow_create(desk: &Desk, ms: u64) -> Outcome {
    let late =
        Fault { method: "POST", path: "/v1/payment_intents", next: 1, after: false, kind: FaultKind::DelayMs(ms) };
    desk.simulator()?.faults(&[late]).await
}

/// Reloads a window's page from within. The payment page refuses that; the main page comes back.
async fn reload(desk: &Desk, window: Window) -> Outcome {
    let till = desk.till()?;
    till.script(window, "setTimeout(() => location.reload(), 0); return null;", vec![]).await.map(drop)
}

/// After a reload the main window either stands at the sale still or lists it.
async fn find_sale_again(desk: &Desk, stage: &str) -> Outcome {
    let till = desk.till()?;
    until(PATIENCE, "the till should know its sale again", async || {
        if till.shows(Window::Main, "stage").await? {
            return Ok((till.stage_now().await? == stage).then_some(()));
        }
        if till.shows(Window::Main, "attend-1").await? {
            till.press(Window::Main, "attend-1").await?;
            return Ok(None);
        }
        if !till.shows(Window::Main, "amount").await? {
            return Ok(None);
        }
        // Nothing unfinished is left: the sale is in the history.
        till.press(Window::Main, "screen-history").await?;
        till.press(Window::Main, "sale-1").await?;
        let text = till.element(Window::Main, "sale-detail").await?.text().await;
        let text = text.map_err(|error| Failure::new(error.to_string()))?;
        Ok(text.to_lowercase().contains(stage).then_some(()))
    })
    .await
}
