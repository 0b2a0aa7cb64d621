//! Currencies: which exist, their exponents, the smallest and largest amounts.
//!
//! The minimums are those of Stripe's currency page as cited by others, unverified for 2026; a currency without a
//! listed minimum takes any amount from 1.

use crate::errors::ApiError;
use crate::options::SimOptions;

const CURRENCIES: &str = "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw";

const ZERO_DECIMAL: &str = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
const THREE_DECIMAL: &str = "bhd jod kwd omr tnd";

fn minimum_minor(currency: &str) -> i64 {
    match currency {
        "usd" | "aud" | "brl" | "cad" | "chf" | "eur" | "inr" | "nzd" | "sgd" | "jpy" => 50,
        "gbp" => 30,
        "aed" | "myr" | "pln" | "ron" => 200,
        "bgn" => 100,
        "czk" => 1_500,
        "dkk" => 250,
        "hkd" => 400,
        "huf" => 17_500,
        "mxn" | "thb" => 1_000,
        "nok" | "sek" => 300,
        _ => 1,
    }
}

fn exponent(currency: &str) -> u32 {
    let stands_in = |list: &str| list.split(' ').any(|known| known == currency);
    if stands_in(ZERO_DECIMAL) {
        0
    } else if stands_in(THREE_DECIMAL) {
        3
    } else {
        2
    }
}

/// A currency code in lower case, if there is such a currency.
pub(crate) fn currency(code: &str) -> Result<String, ApiError> {
    let code = code.to_ascii_lowercase();
    if code.len() == 3 && CURRENCIES.split(' ').any(|known| known == code) {
        return Ok(code);
    }
    Err(ApiError::invalid(format!("Invalid currency: {code}.")).param("currency"))
}

/// Refuses an amount that Stripe would refuse.
pub(crate) fn check_amount(amount_minor: i64, currency: &str, options: &SimOptions) -> Result<u64, ApiError> {
    if amount_minor < 1 {
        return Err(too_small_to_be_one("amount"));
    }
    if amount_minor.unsigned_abs() > options.max_amount_minor {
        return Err(ApiError::invalid(format!(
            "Amount must be no more than {}",
            shown(options.max_amount_minor, currency)
        ))
        .code("amount_too_large")
        .param("amount"));
    }
    if options.enforce_minimum && amount_minor < minimum_minor(currency) {
        return Err(ApiError::invalid(format!(
            "Amount must be at least {}",
            shown(minimum_minor(currency).unsigned_abs(), currency)
        ))
        .code("amount_too_small")
        .param("amount"));
    }
    in_steps(amount_minor.unsigned_abs(), currency, "amount")
}

/// Reads a part of an amount, as a capture and a refund name it: at least 1, and in the currency's steps. How much there is to
/// take a part of, the caller knows.
pub(crate) fn part(amount_minor: i64, currency: &str, param: &str) -> Result<u64, ApiError> {
    if amount_minor < 1 {
        return Err(too_small_to_be_one(param));
    }
    in_steps(amount_minor.unsigned_abs(), currency, param)
}

fn too_small_to_be_one(param: &str) -> ApiError {
    ApiError::invalid("This value must be greater than or equal to 1.").code("parameter_invalid_integer").param(param)
}

/// By how much amounts of a currency differ, in its smallest unit: the last digit of a three-decimal one is always 0, and ISK
/// and UGX are sent times 100 but have whole units only (docs.stripe.com/currencies, "Three-decimal currencies" and "Special
/// cases").
pub(crate) fn step(currency: &str) -> u64 {
    match (exponent(currency), currency) {
        (3, _) => 10,
        (_, "isk" | "ugx") => 100,
        _ => 1,
    }
}

/// Refuses an amount between two steps. Code and sentence for whole units are documented
/// (support.stripe.com/questions/deprecation-of-fractional-isk-charges-and-refunds); those for the three-decimal ones are not.
fn in_steps(amount_minor: u64, currency: &str, param: &str) -> Result<u64, ApiError> {
    let name = currency.to_ascii_uppercase();
    let error = match step(currency) {
        step if amount_minor.is_multiple_of(step) => return Ok(amount_minor),
        100 => ApiError::invalid(format!(
            "Invalid amount. Currency {name} has become effectively zero-decimal and charged amounts must be evenly divisible by 100. See https://stripe.com/docs/currencies#special-cases for more information."
        ))
        .code("invalid_charge_amount_no_decimal_compatible"),
        step => ApiError::invalid(format!(
            "Invalid amount. Amounts in {name} have three decimals, and must be evenly divisible by {step}."
        ))
        .code("parameter_invalid_integer"),
    };
    Err(error.param(param))
}

/// An amount as Stripe's messages show it, as in `$40.00`.
pub(crate) fn shown(amount_minor: u64, currency: &str) -> String {
    let sign = match currency {
        "usd" => "$",
        "eur" => "€",
        "gbp" => "£",
        "jpy" => "¥",
        _ => "",
    };
    let places = exponent(currency);
    let unit = 10_u64.pow(places);
    let number = if places == 0 {
        amount_minor.to_string()
    } else {
        format!("{}.{:0width$}", amount_minor / unit, amount_minor % unit, width = usize::try_from(places).unwrap_or(2))
    };
    if sign.is_empty() { format!("{number} {currency}") } else { format!("{sign}{number}") }
}
