//! What a shop most likely charges in and speaks, from the system's language: a first guess that the owner can change.
//!
//! Currency and locale are guessed from the variables of POSIX where there are any, because how money is written may be another
//! choice there (`LC_MONETARY`). Windows and macOS have none for windowed programs: there, and for the language everywhere,
//! the system is asked by its own way.

use till::currency::Currency;
use till::locale::Locale;

use crate::views::Language;

/// The guess when the system says nothing that is understood.
const FALLBACK: (&str, &str) = ("GBP", "en-GB");

/// What fits this system.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guess {
    pub(crate) currency: String,
    pub(crate) locale: String,
    pub(crate) language: Language,
}

/// What fits this system.
pub(crate) fn guess() -> Guess {
    let speaks = sys_locale::get_locale().unwrap_or_default();
    let writes = ["LC_ALL", "LC_MONETARY", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| speaks.clone());
    let (currency, locale) = money_of(&writes);
    Guess { currency, locale, language: language_of(&speaks) }
}

/// The language of a tag (`nl-BE`, `nl_NL.UTF-8`): one that the windows speak, or English.
fn language_of(tag: &str) -> Language {
    let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("nl") { Language::Nl } else { Language::En }
}

/// Currency code and locale tag for one value of `LANG` (`en_GB.UTF-8`), or a tag as Windows and macOS write it (`en-GB`,
/// `zh-Hans-CN`).
fn money_of(lang: &str) -> (String, String) {
    let name = lang.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    let mut parts = name.split('-');
    let language = parts.next().unwrap_or_default();
    // Between them the script may stand.
    let country = parts.find(|part| part.len() == 2).unwrap_or_default();
    let tag = format!("{language}-{country}");
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
        assert_eq!(money_of("en_GB.UTF-8"), ("GBP".into(), "en-GB".into()));
        assert_eq!(money_of("de_DE@euro"), ("EUR".into(), "de-DE".into()));
        assert_eq!(money_of("en_US"), ("USD".into(), "en-US".into()));
        assert_eq!(money_of("nl-NL"), ("EUR".into(), "nl-NL".into()));
        assert_eq!(money_of("nl-Latn-NL"), ("EUR".into(), "nl-NL".into()));
    }

    #[test]
    fn what_is_not_understood_is_the_fallback() {
        for lang in ["", "C", "C.UTF-8", "POSIX", "xx_YY", "_", "en"] {
            assert_eq!(money_of(lang), ("GBP".into(), "en-GB".into()), "{lang}");
        }
    }
    #[test]
    fn the_tag_decides_the_language() {
        for tag in ["nl", "nl-NL", "nl-BE", "nl_NL.UTF-8", "nl_BE@euro", "NL-nl", "nl-Latn-NL", "nl-SR"] {
            assert_eq!(language_of(tag), Language::Nl, "{tag}");
        }
        for tag in ["", "en-GB", "en-NL", "de-NL", "nld", "nlx", "C", "C.UTF-8", "POSIX", "fy-NL", "-nl", "x-nl"] {
            assert_eq!(language_of(tag), Language::En, "{tag}");
        }
    }
}
