//! An amount of money: whole minor units of a currency, and the way from what people type to that and back.
//!
//! No floating point anywhere. `1099` typed for JPY is 1,099 yen; `10.99` typed for JPY is refused.

mod reading;
mod sum;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

use crate::currency::{Currency, MAXIMUM_MINOR};
use crate::locale::Locale;
use crate::view::MoneyView;

pub use reading::read_amount;
pub use sum::Sum;

/// An amount that Stripe can charge: between the currency's minimum and maximum, and a multiple of its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    amount_minor: i64,
    currency: &'static Currency,
}

/// Why a typed text is not an amount to charge or to give back. The windows have the sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
#[ts(export)]
pub enum AmountRefused {
    /// Nothing was typed.
    Empty,
    /// Letters, a minus, or signs that no amount has.
    NotANumber {
        /// How an amount looks here.
        example: String,
    },
    /// Blanks or separators that do not stand where groups end, the decimal sign of another country, figures that look like
    /// others: it may be meant in more than one way.
    TwoWays {
        /// How an amount looks here.
        example: String,
    },
    /// More decimals than the currency has.
    TooManyDecimals {
        /// ISO 4217 code.
        code: &'static str,
        decimals: u32,
    },
    /// A three-decimal currency whose last digit is not 0.
    NotAMultiple {
        /// ISO 4217 code.
        code: &'static str,
    },
    Zero,
    /// Zero is to be given back.
    NothingBack,
    /// Nothing is left that could be given back.
    NothingLeft,
    /// More than what is left of the payment.
    MoreThanLeft {
        /// What is left, as the locale writes it.
        left: String,
    },
    /// Below the least that Stripe charges.
    TooSmall {
        /// The least, written.
        minimum: String,
    },
    /// Above the most that Stripe charges.
    TooLarge {
        /// The most, written.
        maximum: String,
    },
}

impl Money {
    /// An amount in Stripe's smallest units.
    ///
    /// # Errors
    /// [`AmountRefused`] when Stripe could not charge it, with amounts as `locale` writes them.
    pub fn new(amount_minor: i64, currency: &'static Currency, locale: &Locale) -> Result<Self, AmountRefused> {
        Self::of(amount_minor, currency).map_err(|limit| match limit {
            Limit::Zero => AmountRefused::Zero,
            Limit::Minimum => {
                AmountRefused::TooSmall { minimum: write_amount(currency.minimum_minor(), currency, locale) }
            }
            Limit::Maximum => too_large(currency, locale),
            Limit::Step => AmountRefused::NotAMultiple { code: currency.code() },
        })
    }

    /// The same, where nobody is to read why it is refused.
    pub(crate) fn of(amount_minor: i64, currency: &'static Currency) -> Result<Self, Limit> {
        if amount_minor == 0 {
            return Err(Limit::Zero);
        }
        if amount_minor < currency.minimum_minor() {
            return Err(Limit::Minimum);
        }
        if amount_minor > MAXIMUM_MINOR {
            return Err(Limit::Maximum);
        }
        if amount_minor % currency.step_minor() != 0 {
            return Err(Limit::Step);
        }
        Ok(Self { amount_minor, currency })
    }

    /// Twice the least that Stripe charges: a check pays as much with a test card.
    pub(crate) fn twice_the_least(currency: &'static Currency) -> Self {
        // A least is a multiple of the currency's step (`every_currency_keeps_its_own_rules`), and so is twice as much.
        Self { amount_minor: currency.minimum_minor().saturating_mul(2), currency }
    }

    /// Reads what staff typed, as [`read_amount`] does.
    ///
    /// # Errors
    /// [`AmountRefused`].
    pub fn parse(typed: &str, currency: &'static Currency, locale: &Locale) -> Result<Self, AmountRefused> {
        Self::new(read_amount(typed, currency, locale)?, currency, locale)
    }

    /// Reads what staff typed as a part of `left_minor`, to be given back: any amount from the smallest unit on, because the
    /// least that can be charged is no limit for a refund. Answers in Stripe's smallest units.
    ///
    /// # Errors
    /// [`AmountRefused`].
    pub fn parse_part(
        typed: &str,
        left_minor: i64,
        currency: &'static Currency,
        locale: &Locale,
    ) -> Result<i64, AmountRefused> {
        let amount_minor = read_amount(typed, currency, locale)?;
        if amount_minor == 0 {
            return Err(AmountRefused::NothingBack);
        }
        if amount_minor > left_minor {
            return Err(AmountRefused::MoreThanLeft { left: write_amount(left_minor, currency, locale) });
        }
        if amount_minor % currency.step_minor() != 0 {
            return Err(AmountRefused::NotAMultiple { code: currency.code() });
        }
        Ok(amount_minor)
    }

    /// In Stripe's smallest unit for the currency.
    #[must_use]
    pub fn amount_minor(&self) -> i64 {
        self.amount_minor
    }

    #[must_use]
    pub fn currency(&self) -> &'static Currency {
        self.currency
    }

    /// As a screen shows it.
    #[must_use]
    pub fn view(&self, locale: &Locale) -> MoneyView {
        Sum::from(*self).view(locale)
    }
}

/// Which of a currency's limits an amount does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Zero,
    Minimum,
    Maximum,
    Step,
}

fn too_large(currency: &'static Currency, locale: &Locale) -> AmountRefused {
    let most = MAXIMUM_MINOR - MAXIMUM_MINOR % currency.step_minor();
    AmountRefused::TooLarge { maximum: write_amount(most, currency, locale) }
}

/// Writes an amount as staff would type it: no sign, no grouping.
#[must_use]
pub fn type_amount(amount_minor: i64, currency: &Currency, locale: &Locale) -> String {
    let per_major = currency.minor_per_major();
    match usize::try_from(currency.decimals()) {
        Ok(decimals) if decimals > 0 => {
            format!("{}{}{:0decimals$}", amount_minor / per_major, locale.decimal(), amount_minor % per_major)
        }
        _ => (amount_minor / per_major).to_string(),
    }
}

#[must_use]
pub fn write_amount(amount_minor: i64, currency: &Currency, locale: &Locale) -> String {
    let number = write_number(amount_minor, currency.minor_per_major(), currency.decimals(), locale);
    locale.with_sign(&number, locale.symbol(currency), amount_minor < 0)
}

/// Without its minus, where it is below zero.
fn write_number(amount_minor: i64, per_major: i64, decimals: u32, locale: &Locale) -> String {
    let amount_minor = amount_minor.saturating_abs();
    let whole = locale.grouped(&(amount_minor / per_major).to_string());
    match usize::try_from(decimals) {
        Ok(decimals) if decimals > 0 => {
            format!("{whole}{}{:0decimals$}", locale.decimal(), amount_minor % per_major)
        }
        _ => whole,
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    amount_minor: i64,
    currency: String,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored { amount_minor: self.amount_minor, currency: self.currency.code().to_owned() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let currency = Currency::by_code(&stored.currency)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown currency {}", stored.currency)))?;
        if !(1..=MAXIMUM_MINOR).contains(&stored.amount_minor) {
            return Err(serde::de::Error::custom("an amount out of range"));
        }
        // Minimums change over the years; what was charged then stays what it was.
        Ok(Self { amount_minor: stored.amount_minor, currency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(minor: i64, code: &str, tag: &str) -> String {
        let currency = Currency::by_code(code).expect(code);
        write_amount(minor, currency, Locale::by_tag(tag).expect(tag)).replace(['\u{a0}', '\u{202f}'], " ")
    }

    #[test]
    fn amounts_are_written_as_the_place_writes_them() {
        assert_eq!(text(125_050, "GBP", "en-GB"), "£1,250.50");
        assert_eq!(text(125_050, "EUR", "de-DE"), "1.250,50 €");
        assert_eq!(text(125_050, "EUR", "fr-FR"), "1 250,50 €");
        assert_eq!(text(125_050, "EUR", "nl-NL"), "€ 1.250,50");
        assert_eq!(text(125_050, "EUR", "es-ES"), "1250,50 €");
        assert_eq!(text(1_234_567_890, "INR", "en-IN"), "₹1,23,45,678.90");
        assert_eq!(text(1_099, "JPY", "en-GB"), "¥1,099");
        assert_eq!(text(500, "ISK", "en-GB"), "ISK 5");
        assert_eq!(text(1_250, "KWD", "en-GB"), "KWD 1.250");
        assert_eq!(text(30, "GBP", "en-GB"), "£0.30");
    }
}
