//! The main window's commands about what happens to a payment afterwards: giving it back, keeping it, setting it aside.
//!
//! What may be given back is decided by the till. Here a typed amount is read, in the currency that the sale was in.

use till::currency::Currency;
use till::money::{AmountRefused, Money, write_amount};
use till::started::may_become;
use till::view::{MoneyView, SaleView};
use till::{RefundId, Till};

use super::ShopState;
use crate::facts::{CommandResult, Named, TillFact};
use crate::payment_desk::sale_id_of;
use crate::views::Priced;

/// What a typed refund means. Never an error because of the text: it is asked while staff type.
#[tauri::command]
pub(crate) async fn refund_price(sale_id: String, text: String, shop: ShopState<'_>) -> CommandResult<Priced> {
    let (_, sale) = sale_of(&shop, &sale_id).await?;
    let currency = currency_of(&sale)?;
    let Some(refundable) = sale.refundable else {
        return Ok(Priced::Refused { refused: AmountRefused::NothingLeft });
    };
    let locale = shop.locale();
    let read = |text: &str| Money::parse_part(text, refundable.left.amount_minor, currency, locale);
    Ok(match read(&text) {
        Ok(amount_minor) => Priced::Amount {
            money: MoneyView {
                amount_minor,
                currency: currency.code().to_owned(),
                text: write_amount(amount_minor, currency, locale),
            },
        },
        Err(AmountRefused::Empty) => Priced::Empty { zero: refundable.typed },
        Err(refused) if may_become(&text, |text| read(text).is_ok()) => Priced::Started { refused },
        Err(refused) => Priced::Refused { refused },
    })
}

/// Gives back what was typed. The same id twice gives back once.
#[tauri::command]
pub(crate) async fn refund_sale(
    sale_id: String,
    refund_id: String,
    text: String,
    shop: ShopState<'_>,
) -> CommandResult<SaleView> {
    let refund = RefundId::parse(&refund_id).ok_or(TillFact::Malformed { what: Named::Refund })?;
    let (till, sale) = sale_of(&shop, &sale_id).await?;
    // Read against the whole payment: how much of it is left is for the till to say, which knows the same wish sent twice.
    let amount_minor = Money::parse_part(&text, sale.money.amount_minor, currency_of(&sale)?, shop.locale())
        .map_err(|refused| TillFact::AmountRefused { refused })?;
    Ok(till.refund(sale_id_of(&sale_id)?, refund, amount_minor).await?)
}

/// Keeps a payment that came although the sale had been given up.
#[tauri::command]
pub(crate) async fn keep_payment(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    Ok(shop.till()?.keep(sale_id_of(&sale_id)?).await?)
}

/// Takes note of a payment at Stripe that is not this sale's.
#[tauri::command]
pub(crate) async fn set_aside_sale(sale_id: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    Ok(shop.till()?.set_aside(sale_id_of(&sale_id)?).await?)
}

async fn sale_of(shop: &ShopState<'_>, sale_id: &str) -> CommandResult<(Till, SaleView)> {
    let till = shop.till()?;
    let sale = till.sale(sale_id_of(sale_id)?).await.ok_or_else(TillFact::unknown_sale)?;
    Ok((till, sale))
}

fn currency_of(sale: &SaleView) -> CommandResult<&'static Currency> {
    Currency::by_code(&sale.money.currency).ok_or(TillFact::Malformed { what: Named::Currency })
}
