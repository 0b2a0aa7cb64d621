//! The main window's commands about sales.

use till::currency::Currency;
use till::locale::Locale;
use till::money::{AmountRefused, Money};
use till::order::Order;
use till::started::may_become;
use till::view::{BankPage, SaleView, StageView};

use super::ShopState;
use crate::facts::{CommandResult, TillFact};
use crate::payment_desk::sale_id_of;
use crate::views::Priced;

/// What a typed amount means. Never an error: it is asked while staff type.
#[tauri::command]
pub(crate) async fn price(text: String, shop: ShopState<'_>) -> CommandResult<Priced> {
    let (currency, locale) = (shop.currency(), shop.locale());
    let read = |text: &str| Money::parse(text, currency, locale);
    Ok(match read(&text) {
        Ok(money) => Priced::Amount { money: money.view(locale) },
        Err(AmountRefused::Empty) => Priced::Empty { zero: zero(currency, locale) },
        Err(refused) if may_become(&text, |text| read(text).is_ok()) => Priced::Started { refused },
        Err(refused) => Priced::Refused { refused },
    })
}

/// Zero as the shop would type it.
fn zero(currency: &Currency, locale: &Locale) -> String {
    match usize::try_from(currency.decimals()) {
        Ok(decimals) if decimals > 0 => format!("0{}{}", locale.decimal(), "0".repeat(decimals)),
        Ok(_) | Err(_) => "0".to_owned(),
    }
}

/// Opens a sale and shows the payment window. The same id twice opens it once. An empty `reference` or `note` is none. `anyway`:
/// staff know that it is another purchase than the one of the same amount whose outcome is open.
#[tauri::command]
pub(crate) async fn start_sale(
    sale_id: String,
    text: String,
    reference: String,
    note: String,
    anyway: bool,
    shop: ShopState<'_>,
) -> CommandResult<SaleView> {
    let sale = sale_id_of(&sale_id)?;
    if !shop.status().await.can_sell {
        return Err(TillFact::CannotSell);
    }
    let till = shop.till_for_a_card()?;
    shop.must_be_free(Some(&till), Some(sale)).await?;
    let money =
        Money::parse(&text, shop.currency(), shop.locale()).map_err(|refused| TillFact::AmountRefused { refused })?;
    let order = Order::typed(money, &reference, &note).map_err(|refused| TillFact::OrderRefused { refused })?;
    let opened = if anyway { till.open_sale_anyway(sale, order).await } else { till.open_sale(sale, order).await };
    let view = opened?;
    shop.put_on_screen(Some(sale));
    till.warm().await;
    shop.desk.bring_to_window(sale).await;
    Ok(view)
}

/// Shows the payment window again: for another card, or for the bank's challenge. A challenge that is on the screen is left
/// alone; where the bank's page did not come up, the page is loaded afresh.
#[tauri::command]
pub(crate) async fn take_card(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    let sale = sale_id_of(&sale_id)?;
    let till = shop.till()?;
    match till.sale(sale).await.map(|view| (view.stage.clone(), view)) {
        Some((StageView::NeedsAuthentication { page, .. }, view)) => {
            if shop.desk.show_again(sale, page == BankPage::Missing).await {
                return Ok(view);
            }
        }
        Some(_) | None => drop(shop.till_for_a_card()?),
    }
    let view = till.reopen(sale).await?;
    till.warm().await;
    shop.desk.bring_to_window(sale).await;
    Ok(view)
}

/// Confirms a payment that the bank has authenticated.
#[tauri::command]
pub(crate) async fn finish_sale(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    Ok(shop.till()?.finish(sale_id_of(&sale_id)?).await?)
}

/// Sends the same request again, under the same key.
#[tauri::command]
pub(crate) async fn try_again(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    Ok(shop.till()?.try_again(sale_id_of(&sale_id)?).await?)
}

/// Asks Stripe now.
#[tauri::command]
pub(crate) async fn look_again(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    Ok(shop.till()?.look(sale_id_of(&sale_id)?).await?)
}

/// Gives the sale up; its PaymentIntent is cancelled too.
#[tauri::command]
pub(crate) async fn cancel_sale(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    Ok(shop.till()?.cancel(sale_id_of(&sale_id)?).await?)
}

/// One sale, however old.
#[tauri::command]
pub(crate) async fn read_sale(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    shop.till()?.sale(sale_id_of(&sale_id)?).await.ok_or_else(TillFact::unknown_sale)
}

/// The newest sale and all that are not finished, newest first. None when no till is open; the status says why. Any other is found
/// in the books.
#[tauri::command]
pub(crate) async fn recent_sales(shop: ShopState<'_>) -> CommandResult<Vec<SaleView>> {
    drop(shop.status().await);
    Ok(match shop.till() {
        Ok(till) => till.sales(1).await,
        Err(_) => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_the_decimals_of_the_currency_and_the_sign_of_the_locale() {
        let written = |code, tag| zero(Currency::by_code(code).expect("known"), Locale::by_tag(tag).expect("known"));
        assert_eq!(written("GBP", "en-GB"), "0.00");
        assert_eq!(written("EUR", "de-DE"), "0,00");
        assert_eq!(written("JPY", "en-GB"), "0");
        assert_eq!(written("BHD", "en-GB"), "0.000");
    }
}
