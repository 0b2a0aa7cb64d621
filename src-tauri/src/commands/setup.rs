//! The main window's commands about accounts, keys and the mode. Keys go in; no command gives a secret key out.

use till::currency::Currency;
use till::locale::Locale;
use till::money::Money;

use super::ShopState;
use crate::account::AccountKeys;
use crate::facts::{CommandResult, TillFact};
use crate::keys;
use crate::views::{CurrencyView, LocaleView, Mode, SetupView, TillStatus};

/// The amount that shows how a locale writes one, in minor units.
const EXAMPLE_MINOR: i64 = 123_450;

/// What the set-up screen shows.
#[tauri::command]
pub(crate) async fn setup(shop: ShopState<'_>) -> CommandResult<SetupView> {
    Ok(view(&shop).await)
}

/// Checks, tries and keeps a pair of keys.
#[tauri::command]
pub(crate) async fn save_keys(
    secret_key: String,
    publishable_key: String,
    shop: ShopState<'_>,
) -> CommandResult<SetupView> {
    let keys = AccountKeys::parse(&secret_key, &publishable_key)?;
    shop.replace_keys(keys).await?;
    Ok(view(&shop).await)
}

/// Removes the keys of a mode from the keyring.
#[tauri::command]
pub(crate) async fn forget_keys(mode: Mode, shop: ShopState<'_>) -> CommandResult<SetupView> {
    shop.forget_keys(mode).await?;
    Ok(view(&shop).await)
}

/// Changes the mode.
#[tauri::command]
pub(crate) async fn choose_mode(mode: Mode, shop: ShopState<'_>) -> CommandResult<TillStatus> {
    shop.choose(mode).await?;
    Ok(shop.status().await)
}

/// The owner's answer to which sales the keys belong to: those of `journal`, or with none a new journal.
#[tauri::command]
pub(crate) async fn answer_journal(journal: Option<String>, shop: ShopState<'_>) -> CommandResult<SetupView> {
    shop.answer_journal(journal).await?;
    Ok(view(&shop).await)
}

async fn view(shop: &ShopState<'_>) -> SetupView {
    let mut accounts = Vec::new();
    let mut keyring_problem = None;
    // Only read: looking at the settings writes nothing into the keyring. A keyring that refuses one entry is not asked
    // for the other, which would only be the same refusal once more.
    for mode in [Mode::Test, Mode::Live] {
        if keyring_problem.is_some() {
            break;
        }
        match keys::read(mode).await {
            Ok(kept) => accounts.extend(kept.map(|keys| keys.view())),
            Err(fault) => keyring_problem = Some(fault.into()),
        }
    }
    if keyring_problem.is_none() {
        keyring_problem = keys::look().await.err().map(TillFact::from);
    }
    SetupView {
        mode: shop.in_force().mode,
        accounts,
        keyring_problem,
        currencies: Currency::all()
            .iter()
            .map(|currency| CurrencyView { code: currency.code().to_owned(), name: currency.name().to_owned() })
            .collect(),
        locales: Locale::all().iter().map(|locale| locale_view(locale, shop.currency())).collect(),
    }
}

fn locale_view(locale: &Locale, currency: &'static Currency) -> LocaleView {
    let example = Money::new(EXAMPLE_MINOR, currency, locale).map(|money| money.view(locale).text);
    LocaleView { tag: locale.tag().to_owned(), name: locale.name().to_owned(), example: example.unwrap_or_default() }
}
