//! What happens to a payment afterwards, in real windows: given back in parts, given back because it came too late, given
//! back elsewhere. The simulator's ledger says how much went back.

use crate::{once, setup};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Outcome, expect, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::{Fault, FaultKind, Simulator};
use std::time::Duration;
use thirtyfour::prelude::*;

/// £25.00 is paid and given back in three parts: by keys, by a double press, and all the rest as it is offered.
pub(crate) async fn given_back_in_parts(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.press(Window::Main, "action-refund").await?;
    till.reads(Window::Main, "refund-sentence", "all that is left should be offered", |text| {
        text.contains("£25.00 of £25.00") && text.contains("4242")
    })
    .await?;
    desk.picture("refund").await?;
    let till = desk.till()?;
    type_refund(till, "5", "Give back £5.00 of £25.00").await?;
    confirm_by_key(till).await?;
    till.reads(Window::Main, "left", "what is left should be told", |text| text.contains("£20.00")).await?;
    expect_given_back(desk.simulator()?, &[500]).await?;

    let till = desk.till()?;
    till.press(Window::Main, "action-refund").await?;
    type_refund(till, "7.50", "Give back £7.50").await?;
    till.look_at(Window::Main).await?;
    let twice = "const form = document.querySelector('[data-testid=refund-panel]');\
                 form.requestSubmit(); form.requestSubmit(); return null;";
    till.script(Window::Main, twice, vec![]).await?;
    till.reads(Window::Main, "left", "what is left should be told", |text| text.contains("£12.50")).await?;
    expect_given_back(desk.simulator()?, &[500, 750]).await?;

    // Too much is refused while it is typed.
    let till = desk.till()?;
    till.press(Window::Main, "action-refund").await?;
    type_refund(till, "12.51", "No more than £12.50").await?;
    type_refund(till, "12.50", "Give back £12.50").await?;
    confirm_by_key(till).await?;
    expect_refunded(till).await?;
    expect(!till.shows(Window::Main, "action-refund").await?, || "a refund of nothing is offered".to_owned())?;
    desk.picture("given-back-in-parts").await?;
    expect_given_back(desk.simulator()?, &[500, 750, 1250]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// The answer to the charge is lost, staff give the sale up, and then Stripe says that it was paid: it is said in large
/// letters and on every screen, and one key gives everything back.
pub(crate) async fn charged_after_all(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let lost = |method, next, after| Fault { method, path: "/v1/payment_intents*", next, after, kind: FaultKind::Drop };
    desk.simulator()?.faults(&[lost("POST", 1000, true), lost("GET", 1000, false)]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["not_known"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.press(Window::Main, "action-cancel").await?;
    till.press(Window::Main, "cancel-confirm").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // Staff go on; the sale is not forgotten.
    till.press(Window::Main, "screen-settings").await?;
    desk.simulator()?.faults(&[]).await?;
    let till = desk.till()?;
    till.reads(Window::Main, "unasked-1", "it should be said on every screen", |text| text.contains("£25.00")).await?;
    desk.picture("charged-after-all-in-the-settings").await?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-sale").await?;
    till.stage(&["approved"]).await?;
    let said = till.headline().await?;
    expect_eq("the headline", said.as_str(), "Charged after all")?;
    desk.picture("charged-after-all").await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    let till = desk.till()?;
    till.look_at(Window::Main).await?;
    till.driver().action_chain().send_keys(Key::Enter).perform().await.during("press Enter")?;
    expect_refunded(till).await?;
    expect_given_back(desk.simulator()?, &[2500]).await
}

/// Somebody gives a part back at Stripe, past the till. Reconciling finds it, puts it into the books and leads to the sale.
pub(crate) async fn given_back_elsewhere(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = setup::open_in_test_mode(desk).await?;
    desk.till()?.start_sale("25.00").await?;
    once::hand_over(desk, "pm_card_visa").await?;
    let till = desk.till()?;
    till.stage(&["approved"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    let paid = stripe.ledger().await?.only_payment_intent()?["id"].as_str().unwrap_or_default().to_owned();
    stripe.refund_elsewhere(setup::SECRET, &paid, 500).await?;
    till.press(Window::Main, "screen-history").await?;
    till.press(Window::Main, "open-reconcile").await?;
    till.press(Window::Main, "compare").await?;
    till.matching(Window::Main, "[data-testid=difference-1][data-kind=refund_elsewhere]").await?;
    let has_it = |text: &str| text.contains("£25.00");
    till.reads(Window::Main, "totals-books", "the till's books should have the payment", has_it).await?;
    till.reads(Window::Main, "totals-stripe", "Stripe's books should have the payment", has_it).await?;
    till.press(Window::Main, "copy-id").await?;
    till.reads(Window::Main, "copy-id", "the payment's id should have been copied", |text| text == "Copied").await?;
    desk.picture("found-elsewhere").await?;
    let till = desk.till()?;
    till.press(Window::Main, "remedy-open_sale").await?;
    till.reads(Window::Main, "refund-1", "the refund should be in the books", |text| {
        text.contains("£5.00") && text.contains("elsewhere")
    })
    .await?;
    till.reads(Window::Main, "left", "what is left should be told", |text| text.contains("£20.00")).await?;
    // It is in the books now: a second comparison finds nothing more, and the till itself gave nothing back.
    till.press(Window::Main, "screen-history").await?;
    till.press(Window::Main, "open-reconcile").await?;
    till.press(Window::Main, "compare").await?;
    until(PATIENCE, "the books should agree, with nothing found any more", async || {
        let agrees = till.element(Window::Main, "verdict").await?.text().await.unwrap_or_default().contains("agrees");
        Ok((agrees && !till.shows(Window::Main, "difference-1").await?).then_some(()))
    })
    .await?;
    expect_given_back(&stripe, &[500]).await
}

/// Puts an amount in place of the one that is offered, by keys; the till then says something that starts like this.
async fn type_refund(till: &OpenTill, text: &str, said: &str) -> Outcome {
    let field = till.element(Window::Main, "refund-amount").await?;
    field.send_keys(Key::Control + "a").await.during("select the amount")?;
    field.send_keys(text).await.during("type the amount")?;
    let told = |sentence: &str| sentence.starts_with(said);
    till.reads(Window::Main, "refund-sentence", "what will happen should be told", told).await.map(drop)
}

async fn expect_refunded(till: &OpenTill) -> Outcome {
    until(PATIENCE, "the sale should be told as refunded", async || {
        Ok((till.headline().await? == "Refunded").then_some(()))
    })
    .await
}

async fn confirm_by_key(till: &OpenTill) -> Outcome {
    till.look_at(Window::Main).await?;
    let field = till.element(Window::Main, "refund-amount").await?;
    field.send_keys(Key::Enter + "").await.during("press Enter")
}

/// Fails unless exactly these refunds were made, each by a request with a key of its own.
async fn expect_given_back(stripe: &Simulator, amounts_minor: &[u64]) -> Outcome {
    let ledger = stripe.ledger().await?;
    let made: Vec<u64> = ledger.refunds().iter().filter_map(|refund| refund["amount"].as_u64()).collect();
    expect_eq("the refunds at Stripe", made.as_slice(), amounts_minor)?;
    let back = ledger.succeeded_charges().iter().filter_map(|charge| charge["amount_refunded"].as_u64()).sum::<u64>();
    expect_eq("what went back to the card", back, amounts_minor.iter().sum())
}
