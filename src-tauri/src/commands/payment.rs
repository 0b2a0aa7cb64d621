//! The payment window's commands. Any script in that window's page can call them, so each is safe to call twice, none
//! takes an amount, and each acts only for the sale, or the check of the till, that is at the window.

use stripe_client::PaymentMethodId;
use till::check::CheckHeard;
use till::view::BankPage;

use super::ShopState;
use crate::card_field::CardField;
use crate::facts::{CommandResult, Named, TillFact};
use crate::payment_desk::{Whose, attempt_id_of, sale_id_of};
use crate::views::{AuthenticationHint, CheckTold, PaymentScene};

/// The scene, as soon as it is another than the one `seen` (0: none yet), or after 25 seconds.
#[tauri::command]
pub(crate) async fn watch_payment(seen: u32, shop: ShopState<'_>) -> CommandResult<PaymentScene> {
    Ok(shop.desk.scene_after(seen).await)
}

/// Tries a card for the attempt. The outcome comes as the next scene.
#[tauri::command]
pub(crate) async fn submit_card(
    sale_id: String,
    attempt_id: String,
    payment_method: String,
    shop: ShopState<'_>,
) -> CommandResult<()> {
    let attempt = attempt_id_of(&attempt_id)?;
    let (till, sale) = match shop.desk.till_for_page(&sale_id).await {
        Ok(at_window) => at_window,
        // The same message twice, and the first was quick: the sale has been paid for and left the window.
        Err(_) if shop.desk.has_attempt(&sale_id, attempt).await => return Ok(()),
        Err(refused) => return Err(refused),
    };
    let card = PaymentMethodId::parse(&payment_method).map_err(|_| TillFact::Malformed { what: Named::Card })?;
    till.submit_card(sale, attempt, card).await?;
    shop.desk.show_scene().await;
    Ok(())
}

/// What the page sees of the challenge. When it believes that it is over, Stripe is asked, whatever it says; before that it
/// changes words alone.
#[tauri::command]
pub(crate) async fn authentication_hint(
    sale_id: String,
    attempt_id: String,
    hint: AuthenticationHint,
    shop: ShopState<'_>,
) -> CommandResult<()> {
    let (till, sale) = shop.desk.till_for_page(&sale_id).await?;
    let attempt = attempt_id_of(&attempt_id)?;
    log::info!("The page says of the challenge of sale {sale}: {hint:?}.");
    let page = match hint {
        AuthenticationHint::Shown => BankPage::Shown,
        AuthenticationHint::Missing => BankPage::Missing,
        AuthenticationHint::Returned | AuthenticationHint::Failed | AuthenticationHint::Threw => {
            till.authentication_hint(sale, attempt).await?;
            shop.desk.show_scene().await;
            return Ok(());
        }
    };
    till.bank_page(sale, Some(attempt), page).await?;
    Ok(())
}

/// Staff left the window: it is hidden, and the sale stays in hand in the main window.
#[tauri::command]
pub(crate) async fn abandon_payment(sale_id: String, shop: ShopState<'_>) -> CommandResult<()> {
    shop.desk.abandon(Some(Whose::Sale(sale_id_of(&sale_id)?)), CheckHeard::Closed).await
}

/// Staff gave the sale up.
#[tauri::command]
pub(crate) async fn cancel_payment(sale_id: String, shop: ShopState<'_>) -> CommandResult<()> {
    let (till, sale) = shop.desk.till_for_page(&sale_id).await?;
    till.cancel(sale).await?;
    shop.desk.show_scene().await;
    Ok(())
}

/// The page can do no more (another key or locale, a Stripe.js that does not come up, a challenge that does not) and asks to
/// be loaded afresh.
#[tauri::command]
pub(crate) async fn fresh_page(shop: ShopState<'_>) -> CommandResult<()> {
    log::info!("The payment page asks to be loaded afresh.");
    shop.desk.load_page_soon();
    Ok(())
}

/// The page wants the cursor in the card field, and WebKit gives a frame of another origin none by a script alone. So the
/// page is called back as if staff had just pressed a key. It takes nothing in and can do nothing else.
#[tauri::command]
pub(crate) async fn place_cursor(at_window: String, shop: ShopState<'_>) -> CommandResult<()> {
    shop.desk.place_cursor(&at_window).await
}

/// What the page sees of a check that is at the window. Of a challenge it is a reason to read the payment, no more.
#[tauri::command]
pub(crate) async fn tell_check(check_id: String, told: CheckTold, shop: ShopState<'_>) -> CommandResult<()> {
    let (till, check) = shop.desk.check_for_page(&check_id).await?;
    log::info!("The page says of check {check}: {told:?}.");
    match told {
        CheckTold::Cursor { tried } => till.check_heard(check, CheckHeard::Cursor(tried)).await,
        CheckTold::Challenge { hint: AuthenticationHint::Shown | AuthenticationHint::Missing } => {}
        CheckTold::Challenge {
            hint: AuthenticationHint::Returned | AuthenticationHint::Failed | AuthenticationHint::Threw,
        } => till.check_heard(check, CheckHeard::ChallengeOver).await,
        CheckTold::Closed => shop.desk.abandon(Some(Whose::Check(check)), CheckHeard::Closed).await?,
    }
    Ok(())
}

/// The page tells how its card field stands. Only a check of the till listens, and only for its words.
#[tauri::command]
pub(crate) async fn card_field(ready: bool, secure: bool, shop: ShopState<'_>) -> CommandResult<()> {
    shop.desk.card_field.hear(CardField { ready, secure });
    Ok(())
}
