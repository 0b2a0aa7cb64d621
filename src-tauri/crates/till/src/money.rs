//! An amount of money: whole minor units of a currency, and the way from what people type to that and back.
//!
//! No floating point anywhere. `1099` typed for JPY is 1,099 yen; `10.99` typed for JPY is refused.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::currency::{Currency, MAXIMUM_MINOR};
use crate::locale::Locale;
use crate::view::MoneyView;

/// An amount that Stripe can charge: between the currency's minimum and maximum, and a multiple of its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    amount_minor: i64,
    currency: &'static Currency,
}

/// Why a typed text is not an amount to charge. `Display` is a sentence for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountRefused {
    /// Nothing was typed.
    Empty,
    /// Letters, a minus, or signs that no amount has.
    NotANumber {
        /// How an amount looks here.
        example: String,
    },
    /// The decimal sign of another country.
    OtherDecimalSign {
        /// How an amount looks here.
        example: String,
    },
    /// More decimals than the currency has.
    TooManyDecimals {
        /// ISO 4217 code.
        code: &'static str,
        /// How many it has.
        decimals: u32,
    },
    /// A three-decimal currency whose last digit is not 0.
    NotAMultiple {
        /// ISO 4217 code.
        code: &'static str,
    },
    /// Zero.
    Zero,
    /// Nothing to give back.
    NothingBack,
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

impl fmt::Display for AmountRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Type the amount to charge."),
            Self::NotANumber { example } => write!(f, "Type the amount in figures, like {example}."),
            Self::OtherDecimalSign { example } => {
                write!(f, "This amount can be read in two ways. Write it like {example}.")
            }
            Self::TooManyDecimals { code, decimals: 0 } => {
                write!(f, "{code} has no smaller unit. Type whole {code} only.")
            }
            Self::TooManyDecimals { code, decimals } => {
                write!(f, "{code} has {decimals} decimals. Type no more than that.")
            }
            Self::NotAMultiple { code } => {
                write!(f, "Cards are charged in steps of 0.010 {code}. The last decimal must be 0.")
            }
            Self::Zero => f.write_str("The amount is zero. Type what the customer pays."),
            Self::NothingBack => f.write_str("The amount is zero. Type what the customer gets back."),
            Self::MoreThanLeft { left } => write!(f, "No more than {left} of this payment can be given back."),
            Self::TooSmall { minimum } => write!(f, "Cards cannot be charged less than {minimum}."),
            Self::TooLarge { maximum } => write!(f, "One charge cannot be more than {maximum}. Check the amount."),
        }
    }
}

impl std::error::Error for AmountRefused {}

/// Longer texts are not amounts; this keeps every later step bounded.
const MAX_TYPED_CHARS: usize = 40;

impl Money {
    /// An amount in Stripe's smallest units.
    ///
    /// # Errors
    /// [`AmountRefused`] when Stripe could not charge it. The sentence is written for `locale`.
    pub fn new(amount_minor: i64, currency: &'static Currency, locale: &Locale) -> Result<Self, AmountRefused> {
        let written = |minor| write_amount(minor, currency, locale);
        if amount_minor == 0 {
            return Err(AmountRefused::Zero);
        }
        if amount_minor < currency.minimum_minor() {
            return Err(AmountRefused::TooSmall { minimum: written(currency.minimum_minor()) });
        }
        if amount_minor > MAXIMUM_MINOR {
            return Err(too_large(currency, locale));
        }
        if amount_minor % currency.step_minor() != 0 {
            return Err(AmountRefused::NotAMultiple { code: currency.code() });
        }
        Ok(Self { amount_minor, currency })
    }

    /// Reads what staff typed, by the locale's rules: digits, its decimal sign, its grouping, spaces, and the currency's
    /// own sign or code before or behind.
    ///
    /// # Errors
    /// [`AmountRefused`], a sentence for staff.
    pub fn parse(typed: &str, currency: &'static Currency, locale: &Locale) -> Result<Self, AmountRefused> {
        Self::new(Self::read(typed, currency, locale)?, currency, locale)
    }

    /// Reads what staff typed as a part of `left_minor`, to be given back: any amount from the smallest unit on, because the
    /// least that can be charged is no limit for a refund. Answers in Stripe's smallest units.
    ///
    /// # Errors
    /// [`AmountRefused`], a sentence for staff.
    pub fn parse_part(
        typed: &str,
        left_minor: i64,
        currency: &'static Currency,
        locale: &Locale,
    ) -> Result<i64, AmountRefused> {
        let amount_minor = Self::read(typed, currency, locale)?;
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

    /// The figure that staff typed, in Stripe's smallest units, whether or not it can be charged.
    fn read(typed: &str, currency: &'static Currency, locale: &Locale) -> Result<i64, AmountRefused> {
        let not_a_number = || AmountRefused::NotANumber { example: example(currency, locale) };
        if typed.chars().count() > MAX_TYPED_CHARS {
            return Err(not_a_number());
        }
        let bare = strip_signs(typed, currency, locale);
        if bare.is_empty() {
            let nothing = typed.trim().is_empty();
            return Err(if nothing { AmountRefused::Empty } else { not_a_number() });
        }
        if !bare.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
            return Err(not_a_number());
        }
        let (whole, part) = split_decimals(&bare, currency, locale)?;
        let whole = ungroup(whole, locale)
            .ok_or_else(|| AmountRefused::OtherDecimalSign { example: example(currency, locale) })?;
        let decimals = usize::try_from(currency.decimals()).unwrap_or(0);
        if part.len() > decimals {
            return Err(AmountRefused::TooManyDecimals { code: currency.code(), decimals: currency.decimals() });
        }
        if whole.is_empty() && part.is_empty() {
            return Err(not_a_number());
        }
        let too_large = || too_large(currency, locale);
        let digits = format!("{whole}{part:0<decimals$}");
        let units: i64 = digits.parse().map_err(|_| too_large())?;
        let people_units = 10_i64.pow(currency.decimals());
        units.checked_mul(currency.minor_per_major() / people_units).ok_or_else(too_large)
    }

    /// In Stripe's smallest unit for the currency.
    #[must_use]
    pub fn amount_minor(&self) -> i64 {
        self.amount_minor
    }

    /// The currency.
    #[must_use]
    pub fn currency(&self) -> &'static Currency {
        self.currency
    }

    /// As a screen shows it.
    #[must_use]
    pub fn view(&self, locale: &Locale) -> MoneyView {
        MoneyView {
            amount_minor: self.amount_minor,
            currency: self.currency.code().to_owned(),
            text: write_amount(self.amount_minor, self.currency, locale),
        }
    }
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

/// Writes an amount as the locale does.
#[must_use]
pub fn write_amount(amount_minor: i64, currency: &Currency, locale: &Locale) -> String {
    let per_major = currency.minor_per_major();
    let whole = locale.grouped(&(amount_minor / per_major).to_string());
    let number = match usize::try_from(currency.decimals()) {
        Ok(decimals) if decimals > 0 => {
            format!("{whole}{}{:0decimals$}", locale.decimal(), amount_minor % per_major)
        }
        _ => whole,
    };
    locale.with_sign(&number, currency)
}

fn example(currency: &'static Currency, locale: &Locale) -> String {
    match currency.decimals() {
        0 => "1250".to_owned(),
        decimals => {
            let zeros = "0".repeat(usize::try_from(decimals.saturating_sub(2)).unwrap_or(0));
            format!("12{}50{zeros}", locale.decimal())
        }
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’')
}

/// Takes away white space and the currency's sign or code at either end.
fn strip_signs(typed: &str, currency: &Currency, locale: &Locale) -> String {
    let text: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    for sign in [locale.symbol(currency), currency.symbol(), currency.code(), &currency.code().to_lowercase()] {
        let sign: String = sign.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(rest) = text.strip_prefix(sign.as_str()).or_else(|| text.strip_suffix(sign.as_str())) {
            return rest.to_owned();
        }
    }
    text
}

fn split_decimals<'t>(
    bare: &'t str,
    currency: &'static Currency,
    locale: &Locale,
) -> Result<(&'t str, &'t str), AmountRefused> {
    match bare.split_once(locale.decimal()) {
        None => Ok((bare, "")),
        Some((whole, part)) if part.chars().all(|c| c.is_ascii_digit()) => Ok((whole, part)),
        Some(_) => Err(AmountRefused::NotANumber { example: example(currency, locale) }),
    }
}

/// The whole digits without their grouping, or `None` when the separators do not stand where groups end.
fn ungroup(whole: &str, locale: &Locale) -> Option<String> {
    if whole.chars().all(|c| c.is_ascii_digit()) {
        return Some(whole.to_owned());
    }
    let is_group = |c: char| c == locale.group() || (locale.group() == '\'' && c == '’');
    let pieces: Vec<&str> = whole.split(is_group).collect();
    let (first, rest) = pieces.split_first()?;
    let (last, middle) = rest.split_last()?;
    let sound = (1..=3).contains(&first.len())
        && last.len() == 3
        && middle.iter().all(|piece| piece.len() == 3 || piece.len() == 2)
        && pieces.iter().all(|piece| piece.chars().all(|c| c.is_ascii_digit()));
    sound.then(|| pieces.concat())
}

#[derive(Serialize, Deserialize)]
struct Kept {
    amount_minor: i64,
    currency: String,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Kept { amount_minor: self.amount_minor, currency: self.currency.code().to_owned() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let currency = Currency::by_code(&kept.currency)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown currency {}", kept.currency)))?;
        if !(1..=MAXIMUM_MINOR).contains(&kept.amount_minor) {
            return Err(serde::de::Error::custom("an amount out of range"));
        }
        // Minimums change over the years; what was charged then stays what it was.
        Ok(Self { amount_minor: kept.amount_minor, currency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(typed: &str, code: &str, tag: &str) -> Result<i64, String> {
        let currency = Currency::by_code(code).expect(code);
        let locale = Locale::by_tag(tag).expect(tag);
        Money::parse(typed, currency, locale).map(|m| m.amount_minor()).map_err(|r| r.to_string())
    }

    fn text(minor: i64, code: &str, tag: &str) -> String {
        let currency = Currency::by_code(code).expect(code);
        write_amount(minor, currency, Locale::by_tag(tag).expect(tag)).replace(['\u{a0}', '\u{202f}'], " ")
    }

    #[test]
    fn typed_amounts_are_read_by_the_currencys_and_the_locales_rules() {
        assert_eq!(parse("25", "GBP", "en-GB"), Ok(2_500));
        assert_eq!(parse(" £1,250.50 ", "GBP", "en-GB"), Ok(125_050));
        assert_eq!(parse("10.9", "GBP", "en-GB"), Ok(1_090));
        assert_eq!(parse(".99", "GBP", "en-GB"), Ok(99));
        assert_eq!(parse("10,99", "EUR", "de-DE"), Ok(1_099));
        assert_eq!(parse("1.250,50 €", "EUR", "de-DE"), Ok(125_050));
        assert_eq!(parse("1 250,50", "EUR", "fr-FR"), Ok(125_050));
        assert_eq!(parse("1'250.50", "CHF", "de-CH"), Ok(125_050));
        assert_eq!(parse("1,00,000", "INR", "en-IN"), Ok(10_000_000));
        assert_eq!(parse("1099", "JPY", "ja-JP"), Ok(1_099));
        assert_eq!(parse("1099", "JPY", "en-GB"), Ok(1_099));
        assert_eq!(parse("5", "ISK", "en-GB"), Ok(500));
        assert_eq!(parse("1.250", "KWD", "en-GB"), Ok(1_250));
        assert_eq!(parse("1.25", "KWD", "en-GB"), Ok(1_250));
    }

    #[test]
    fn what_is_not_an_amount_is_refused_in_words() {
        let refused = |typed, code, tag| parse(typed, code, tag).expect_err(typed);
        assert!(refused("10.99", "JPY", "en-GB").contains("no smaller unit"));
        assert!(refused("10.999", "GBP", "en-GB").contains("2 decimals"));
        assert!(refused("1.255", "KWD", "en-GB").contains("last decimal must be 0"));
        assert!(refused("10,99", "GBP", "en-GB").contains("like 12.50"));
        assert!(refused("12.50", "EUR", "de-DE").contains("like 12,50"));
        assert!(refused("abc", "GBP", "en-GB").contains("figures"));
        assert!(refused("-5", "GBP", "en-GB").contains("figures"));
        assert!(refused("1e5", "GBP", "en-GB").contains("figures"));
        assert!(refused("１２", "GBP", "en-GB").contains("figures"));
        assert!(refused("0", "GBP", "en-GB").contains("zero"));
        assert!(refused("0.00", "GBP", "en-GB").contains("zero"));
        assert!(refused("0.29", "GBP", "en-GB").contains("£0.30"));
        assert!(refused("1000000", "GBP", "en-GB").contains("£999,999.99"));
        assert!(refused("99999999999999999999999", "GBP", "en-GB").contains("£999,999.99"));
        assert!(refused("", "GBP", "en-GB").contains("Type the amount"));
        assert!(refused(".", "GBP", "en-GB").contains("figures"));
        assert!(refused("1.2.3", "GBP", "en-GB").contains("figures"));
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

    proptest! {
        #[test]
        fn what_is_written_is_read_back_the_same(
            raw in 1..=MAXIMUM_MINOR,
            currency in (0..Currency::all().len()).prop_map(|at| &Currency::all()[at]),
            locale in (0..Locale::all().len()).prop_map(|at| &Locale::all()[at]),
        ) {
            let minor = raw - raw % currency.step_minor();
            prop_assume!(minor >= currency.minimum_minor());
            let written = write_amount(minor, currency, locale);
            let read = Money::parse(&written, currency, locale).map(|m| m.amount_minor());
            prop_assert_eq!(read, Ok(minor), "{}", written);
        }

        #[test]
        fn no_text_makes_it_fall_over(
            typed in "\\PC{0,60}",
            currency in (0..Currency::all().len()).prop_map(|at| &Currency::all()[at]),
            locale in (0..Locale::all().len()).prop_map(|at| &Locale::all()[at]),
        ) {
            if let Ok(money) = Money::parse(&typed, currency, locale) {
                prop_assert!(money.amount_minor() >= currency.minimum_minor());
                prop_assert!(money.amount_minor() <= MAXIMUM_MINOR);
            }
        }
    }
}
