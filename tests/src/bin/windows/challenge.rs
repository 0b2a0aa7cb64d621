//! The bank asks, and staff or the customer do not simply answer.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::rows::{APPROVED, AUTHENTICATE, LOOKED_AT};
use countersign_tests::simulator::{Fault, FaultKind, Request};
use countersign_tests::staff::Answer;
use std::time::{Duration, Instant};

/// Opens the till and takes a payment as far as the bank's challenge.
async fn as_far_as_the_challenge(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("40.99").await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await
}

/// The window is closed by the window manager; the customer says yes on a telephone; the till notices.
pub(crate) async fn window_closed_then_completed_elsewhere(desk: &mut Desk) -> Outcome {
    as_far_as_the_challenge(desk).await?;
    desk.session().close_window("Card payment")?;
    let till = desk.till()?;
    till.wait_until_payment_window_is_hidden().await?;
    till.stage(&["needs_authentication"]).await?;
    till.element(Window::Main, "action-authenticate").await?;
    desk.picture("closed-in-mid-challenge").await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_not_charged("requires_action")?;
    let id = ledger.only_payment_intent()?["id"].as_str().unwrap_or_default().to_owned();
    desk.simulator()?.answer_challenge(&id, "complete").await?;
    // Nobody looks at a challenge any more: the sale is offered, and finished only when staff say so.
    let till = desk.till()?;
    till.press(Window::Main, "action-look_again").await?;
    let stage = until(PATIENCE, "the till should notice the bank's yes", async || {
        let stage = till.stage_now().await?;
        Ok(["authenticated", "approved"].contains(&stage.as_str()).then_some(stage))
    })
    .await?;
    if stage == "authenticated" {
        desk.picture("the-bank-said-yes").await?;
        desk.till()?.press(Window::Main, "action-finish").await?;
    }
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(4099)
}

/// The window is closed and opened again: the challenge is there again and can be completed.
pub(crate) async fn window_closed_then_opened_again(desk: &mut Desk) -> Outcome {
    as_far_as_the_challenge(desk).await?;
    desk.session().close_window("Card payment")?;
    let till = desk.till()?;
    till.wait_until_payment_window_is_hidden().await?;
    till.press(Window::Main, "action-authenticate").await?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(4099)?;
    ledger.expect_charging_calls(&["POST create 200", "POST confirm 200"])
}

/// The challenge's own Cancel: not charged, and another card pays on the same PaymentIntent.
pub(crate) async fn cancelled_in_the_challenge(desk: &mut Desk) -> Outcome {
    as_far_as_the_challenge(desk).await?;
    let till = desk.till()?;
    till.answer_bank(Answer::Cancel).await?;
    let said = till.decline_in_payment_window().await?;
    expect(said.contains("3155"), || format!("the till should say which card failed, but it says {said:?}"))?;
    desk.simulator()?.ledger().await?.expect_not_charged("requires_payment_method")?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(4099).map_err(|failure| Failure::new(format!("after another card: {failure}")))?;
    ledger.expect_attempts(2)
}

/// The bank's frame, where Stripe's script would load it from.
const BANK_FRAME: &str = "/v3/three-ds-2-challenge.html";
/// Longer than the page waits for the bank's page.
const NOT_COMING: Duration = Duration::from_secs(25);

/// `handleCardAction` never settles and shows nothing; the page offers to open the bank's page again, afresh.
pub(crate) async fn that_does_not_come_is_opened_afresh(desk: &mut Desk) -> Outcome {
    challenge_that_does_not_come(desk).await?;
    desk.picture("the-banks-page-does-not-come").await?;
    desk.till()?.press(Window::Payment, "challenge-again").await?;
    finish_in_the_fresh_page(desk).await
}

/// The same from the main window, which says the same.
pub(crate) async fn that_does_not_come_is_opened_afresh_from_the_main_window(desk: &mut Desk) -> Outcome {
    challenge_that_does_not_come(desk).await?;
    let till = desk.till()?;
    till.reads(Window::Main, "stage", "the main window should say it too", |text| text.contains("has not come up"))
        .await?;
    // Its side is calm while the payment window is in front: staff turn to it.
    desk.session().bring_to_front("Countersign")?;
    let till = desk.till()?;
    till.reads(Window::Main, "action-authenticate", "and offer the same", |text| text.contains("again")).await?;
    till.press(Window::Main, "action-authenticate").await?;
    finish_in_the_fresh_page(desk).await
}

/// The customer has said yes on a telephone meanwhile: Stripe is read first, and nothing is opened again.
pub(crate) async fn that_did_not_come_but_was_passed_is_not_opened_again(desk: &mut Desk) -> Outcome {
    challenge_that_does_not_come(desk).await?;
    let ledger = desk.simulator()?.ledger().await?;
    let id = ledger.only_payment_intent()?["id"].as_str().unwrap_or_default().to_owned();
    desk.simulator()?.answer_challenge(&id, "complete").await?;
    let till = desk.till()?;
    // The till may have seen it by itself already, or see it between two looks of this test.
    let press = "document.querySelector('[data-testid=challenge-again]')?.click(); return null;";
    till.script(Window::Payment, press, vec![]).await?;
    desk.till()?.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(4099)?;
    ledger.expect_charging_calls(&["POST create 200", "POST confirm 200"])
}

/// A bank's page that is on the screen is opened again only after a second yes, and then a new one can be completed.
pub(crate) async fn on_the_screen_is_opened_again_after_a_second_yes(desk: &mut Desk) -> Outcome {
    as_far_as_the_challenge(desk).await?;
    desk.picture("the-bank-asks").await?;
    let till = desk.till()?;
    till.press(Window::Payment, "challenge-again-small").await?;
    till.element(Window::Payment, "challenge-again-no").await?;
    desk.picture("asked-before-a-code-becomes-void").await?;
    let till = desk.till()?;
    till.press(Window::Payment, "challenge-again-yes").await?;
    until(PATIENCE, "the page should be loaded afresh", async || {
        Ok((!till.shows(Window::Payment, "challenge-again-yes").await?).then_some(()))
    })
    .await?;
    finish_in_the_fresh_page(desk).await
}

/// Where the bank looks at the browser, and where it says that it has.
const LOOK: &str = "/acs/method";
const LOOKED: &str = "/3d_secure_2/fingerprint/";
/// Where Stripe.js begins the challenge.
const BEGIN: &str = "/v1/3ds2/authenticate";

/// How often a page posted to an address that begins so, and was answered well.
async fn posts(desk: &Desk, path: &str) -> Outcome<usize> {
    let requests = desk.simulator()?.ledger().await?.requests;
    let is_post = |request: &&Request| request.method == "POST" && request.path.starts_with(path);
    Ok(requests.iter().filter(is_post).filter(|request| request.status == Some(200)).count())
}

/// The bank looks at the browser in a hidden frame, before its page comes.
pub(crate) async fn after_a_look_at_the_browser(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("40.99").await?;
    let began = Instant::now();
    till.pay_with(LOOKED_AT).await?;
    till.wait_for_challenge().await?;
    let waited = began.elapsed();
    for path in [LOOK, LOOKED, BEGIN] {
        expect_eq(&format!("calls of {path}"), &posts(desk, path).await?, &1)?;
    }
    expect(waited < Duration::from_secs(9), || format!("the look ended at once, and was waited for {waited:?}"))?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(4099)
}

/// How long the page is watched while the bank looks: less than Stripe.js waits for that.
const WATCHED: Duration = Duration::from_secs(6);

/// The bank's look takes as long as it may. Its hidden frame is not taken for the bank's page, which comes after ten seconds.
pub(crate) async fn a_look_that_does_not_end_is_no_page_of_the_banks(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let fault =
        Fault { method: "POST", path: "/3d_secure_2/fingerprint/*", next: 9, after: false, kind: FaultKind::Drop };
    desk.simulator()?.faults(&[fault]).await?;
    let till = desk.till()?;
    till.start_sale("40.99").await?;
    till.pay_with(LOOKED_AT).await?;
    until(PATIENCE, "the bank should look at the browser", async || Ok((posts(desk, LOOK).await? == 1).then_some(())))
        .await?;
    let began = Instant::now();
    while began.elapsed() < WATCHED {
        let taken_for_it = desk.till()?.shows(Window::Payment, "challenge-again-small").await?;
        expect(!taken_for_it, || "the hidden frame was taken for the bank's page".to_owned())?;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    desk.picture("the-bank-looks").await?;
    expect_eq("challenges begun while the bank looks", &posts(desk, BEGIN).await?, &0)?;
    let till = desk.till()?;
    till.wait_for_challenge().await?;
    till.element(Window::Payment, "challenge-again-small").await?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(4099)
}

async fn challenge_that_does_not_come(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let fault = Fault { method: "GET", path: BANK_FRAME, next: 1, after: false, kind: FaultKind::Drop };
    desk.simulator()?.faults(&[fault]).await?;
    let till = desk.till()?;
    till.start_sale("40.99").await?;
    till.pay_with(AUTHENTICATE).await?;
    let began = Instant::now();
    till.element(Window::Payment, "bank-page-missing").await?;
    let waited = began.elapsed();
    expect((Duration::from_secs(13)..NOT_COMING).contains(&waited), || {
        format!("the offer should come after 15 s, and came after {waited:?}")
    })?;
    desk.simulator()?.ledger().await?.expect_not_charged("requires_action")
}

async fn finish_in_the_fresh_page(desk: &mut Desk) -> Outcome {
    let till = desk.till()?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    ledger.expect_paid_once(4099)?;
    ledger.expect_attempts(2)?;
    ledger.expect_charging_calls(&["POST create 200", "POST confirm 200"])
}
