//! What a shop most likely charges in, from the system's language: a first guess that the owner can change.
//!
//! The guess is made from the variables of POSIX (`en_GB.UTF-8`). Windows and macOS have none for windowed programs, so
//! there it is the fallback.

use till::currency::Currency;
use till::locale::Locale;

/// The guess when the system says nothing that is understood.
const FALLBACK: (&str, &str) = ("GBP", "en-GB");

/// Currency code and locale tag for this system.
pub(crate) fn guess() -> (String, String) {
    let said = ["LC_ALL", "LC_MONETARY", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    guess_from(said.as_deref().unwrap_or_default())
}

/// As [`guess`], for one value of `LANG`.
fn guess_from(lang: &str) -> (String, String) {
    let name = lang.split(['.', '@']).next().unwrap_or_default();
    let country = name.split('_').nth(1).unwrap_or_default();
    let tag = name.replace('_', "-");
    let currency = currency_of(country).and_then(Currency::by_code).map(Currency::code);
    let locale = Locale::by_tag(&tag).map(Locale::tag);
    match (currency, locale) {
        (Some(currency), Some(locale)) => (currency.to_owned(), locale.to_owned()),
        (Some(currency), None) => (currency.to_owned(), FALLBACK.1.to_owned()),
        (None, _) => (FALLBACK.0.to_owned(), FALLBACK.1.to_owned()),
    }
}

/// ISO 3166 country to ISO 4217 currency, for the countries where Stripe has accounts.
fn currency_of(country: &str) -> Option<&'static str> {
    Some(match country {
        "AT" | "BE" | "BG" | "CY" | "DE" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "IE" | "IT" | "LT" | "LU"
        | "LV" | "MT" | "NL" | "PT" | "SI" | "SK" => "EUR",
        "GB" | "GI" => "GBP",
        "US" => "USD",
        "CA" => "CAD",
        "AU" => "AUD",
        "NZ" => "NZD",
        "CH" | "LI" => "CHF",
        "SE" => "SEK",
        "NO" => "NOK",
        "DK" => "DKK",
        "PL" => "PLN",
        "CZ" => "CZK",
        "HU" => "HUF",
        "RO" => "RON",
        "JP" => "JPY",
        "SG" => "SGD",
        "HK" => "HKD",
        "MY" => "MYR",
        "TH" => "THB",
        "MX" => "MXN",
        "BR" => "BRL",
        "AE" => "AED",
        "IN" => "INR",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_decides_the_currency() {
        assert_eq!(guess_from("en_GB.UTF-8"), ("GBP".into(), "en-GB".into()));
        assert_eq!(guess_from("de_DE@euro"), ("EUR".into(), "de-DE".into()));
        assert_eq!(guess_from("en_US"), ("USD".into(), "en-US".into()));
    }

    #[test]
    fn what_is_not_understood_is_the_fallback() {
        for lang in ["", "C", "C.UTF-8", "POSIX", "xx_YY", "_", "en"] {
            assert_eq!(guess_from(lang), ("GBP".into(), "en-GB".into()), "{lang}");
        }
    }
}
