//! What is keyed: number, expiry, security code, and the errors of keying them wrong.
//!
//! The digits live only as long as the call; what is kept is which test card it was.

use jiff::civil::Date;
use jiff::{Timestamp, tz};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cards::{self, TestCard};
use crate::errors::{ApiError, ErrorType};
use crate::form::Params;
use crate::stored::Word;

/// How far ahead a card's expiry may lie, in years.
const MAX_YEARS_AHEAD: i64 = 50;

/// A card that passed validation.
pub(crate) struct Entry {
    pub(crate) card: &'static TestCard,
    pub(crate) exp_month: u32,
    pub(crate) exp_year: u32,
    pub(crate) has_cvc: bool,
    /// Which network the customer chose, of a card of several.
    pub(crate) preferred: Option<Word>,
}

/// Which optional details came with a card. Only these are checked by an issuer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keyed {
    pub(crate) cvc: bool,
    pub(crate) line1: bool,
    pub(crate) postal_code: bool,
}

impl Keyed {
    /// Street and postal code that come later are checked as those that came with the card; those that are unset are not.
    pub(crate) fn follow(&mut self, before: &Value, after: &Value) {
        for (keyed, path) in [(&mut self.line1, "/address/line1"), (&mut self.postal_code, "/address/postal_code")] {
            let is_there = |details: &Value| details.pointer(path).is_some_and(Value::is_string);
            if is_there(before) || is_there(after) {
                *keyed = is_there(after);
            }
        }
    }
}

fn card_error(code: &'static str, param: &str, message: &str) -> ApiError {
    ApiError::new(402, ErrorType::Card, message).code(code).param(param)
}

/// Reads `number`, `exp_month`, `exp_year` and `cvc` of a card.
pub(crate) fn read(params: &mut Params, now_s: u64) -> Result<Entry, ApiError> {
    let number = params.required("number")?;
    let exp_month = params.filled("exp_month")?.ok_or_else(|| ApiError::missing(&params.name("exp_month")))?;
    let exp_year = params.filled("exp_year")?.ok_or_else(|| ApiError::missing(&params.name("exp_year")))?;
    let cvc = params.filled("cvc")?;
    let preferred = preferred_network(params)?.flatten();
    let digits: String = number.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(card_error("invalid_number", "number", "The card number is not a valid credit card number."));
    }
    if !(12..=19).contains(&digits.len()) || !passes_luhn(&digits) {
        return Err(card_error("incorrect_number", "number", "Your card number is incorrect."));
    }
    let (exp_month, exp_year) = expiry(&exp_month, &exp_year, now_s)?;
    let Some(card) = cards::by_number(&digits) else {
        return Err(card_error(
            "card_declined",
            "number",
            "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.",
        )
        .with("decline_code", serde_json::json!("test_mode_live_card")));
    };
    if let Some(cvc) = &cvc
        && !is_valid_cvc(cvc, card.brand)
    {
        return Err(card_error("invalid_cvc", "cvc", "Your card's security code is invalid."));
    }
    Ok(Entry { card, exp_month, exp_year, has_cvc: cvc.is_some(), preferred })
}

/// `networks[preferred]`: absent when it was not given, none when an empty text unset it.
pub(crate) fn preferred_network(card: &mut Params) -> Result<Option<Option<Word>>, ApiError> {
    let Some(mut networks) = card.object("networks")? else {
        return Ok(None);
    };
    let preferred = networks.one_of_or_unset("preferred", &["cartes_bancaires", "mastercard", "visa"])?;
    networks.finish()?;
    Ok(preferred)
}

/// The check digit of ISO/IEC 7812: every second digit from the right is doubled, and the sum ends in 0.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_valid_cvc(cvc: &str, brand: &str) -> bool {
    // American Express prints four digits; Stripe also takes three.
    let lengths = if brand == "amex" { 3..=4 } else { 3..=3 };
    lengths.contains(&cvc.len()) && cvc.bytes().all(|byte| byte.is_ascii_digit())
}

pub(crate) fn expiry(month: &str, year: &str, now_s: u64) -> Result<(u32, u32), ApiError> {
    let bad_month = || card_error("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.");
    let bad_year = || card_error("invalid_expiry_year", "exp_year", "Your card's expiration year is invalid.");
    let month: u32 = month.parse().map_err(|_| bad_month())?;
    if !(1..=12).contains(&month) {
        return Err(bad_month());
    }
    let year: i64 = year.parse().map_err(|_| bad_year())?;
    let year = if (0..100).contains(&year) { year + 2_000 } else { year };
    let today = today(now_s);
    let (this_year, this_month) = (i64::from(today.year()), u32::from(today.month().unsigned_abs()));
    if year < this_year || year > this_year + MAX_YEARS_AHEAD {
        return Err(bad_year());
    }
    if year == this_year && month < this_month {
        return Err(bad_month());
    }
    Ok((month, u32::try_from(year).map_err(|_| bad_year())?))
}

/// The month and year of a card that came by alias: it expires in a year.
pub(crate) fn alias_expiry(now_s: u64) -> (u32, u32) {
    let today = today(now_s);
    (u32::from(today.month().unsigned_abs()), u32::from(today.year().unsigned_abs()) + 1)
}

/// The day (UTC) of a time in seconds since 1970.
fn today(now_s: u64) -> Date {
    // The clock stops a thousand years before jiff's calendar does.
    let now = i64::try_from(now_s).ok().and_then(|now_s| Timestamp::from_second(now_s).ok()).unwrap_or(Timestamp::MAX);
    tz::TimeZone::UTC.to_datetime(now).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_good_until_its_month_is_over() {
        // Each the last second of a month and the first of the next (UTC), with the leap days of 2000 and 2028 and none in 2100.
        for (last_s, month, year) in [
            (2_678_399, 1, 1970),
            (951_868_799, 2, 2000),
            (1_798_761_599, 12, 2026),
            (1_835_481_599, 2, 2028),
            (4_107_542_399, 2, 2100),
        ] {
            let (month, year) = (u32::to_string(&month), u32::to_string(&year));
            assert!(expiry(&month, &year, last_s).is_ok(), "{month}/{year}");
            assert!(expiry(&month, &year, last_s + 1).is_err(), "{month}/{year} is over");
            let a_year_more = (year.parse::<u32>().expect("a year") + 1).to_string();
            let (alias_month, alias_year) = alias_expiry(last_s);
            assert_eq!((alias_month.to_string(), alias_year.to_string()), (month, a_year_more));
        }
        assert_eq!(alias_expiry(0), (1, 1971));
        // Where the clock stops.
        assert_eq!(alias_expiry(221_845_391_999), (12, 9_000));
    }

    #[test]
    fn every_card_of_the_table_but_the_wrong_one_has_its_check_digit() {
        for card in cards::all() {
            assert_eq!(passes_luhn(card.number), card.entry_error != Some("incorrect_number"), "{}", card.number);
        }
    }
}
