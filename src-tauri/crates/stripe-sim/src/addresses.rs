//! Postal addresses, countries and e-mail addresses, wherever a call takes one.

use serde_json::{Value, json};

use crate::errors::ApiError;
use crate::form::Params;

const FIELDS: [&str; 6] = ["city", "country", "line1", "line2", "postal_code", "state"];

/// The officially assigned two-letter codes of ISO 3166-1, and the three more that Stripe's own lists of countries have (the
/// `allowed_countries` of its Checkout): Ascension, Tristan da Cunha, Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW AC TA XK";

/// Refuses what is no country, in Stripe's words (stripe-ios, issue 1985). That small letters are refused too is a choice:
/// Stripe documents capitals, and nothing else.
fn check_country(code: &str, param: String) -> Result<(), ApiError> {
    if code.is_empty() || (code.len() == 2 && COUNTRIES.split(' ').any(|known| known == code)) {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Country '{code}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'. A full list of country codes is available at https://en.wikipedia.org/wiki/ISO_3166-1_alpha-2#Officially_assigned_code_elements"
    ))
    .param(param))
}

/// A country's code under this name. An empty text unsets it.
pub(crate) fn country(params: &mut Params, name: &str) -> Result<Option<String>, ApiError> {
    let code = params.text(name)?;
    if let Some(code) = &code {
        check_country(code, params.name(name))?;
    }
    Ok(code)
}

/// An e-mail address of at most `max` characters. An empty text unsets it.
pub(crate) fn email(params: &mut Params, name: &str, max: usize) -> Result<Option<String>, ApiError> {
    let email = params.bounded(name, max)?;
    match &email {
        Some(text) if !text.is_empty() && !is_email(text) => {
            Err(ApiError::invalid(format!("Invalid email address: {text}"))
                .code("email_invalid")
                .param(params.name(name)))
        }
        Some(_) | None => Ok(email),
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !text.contains(char::is_whitespace)
}

/// A postal address: null when it was unset, absent when it was not given.
pub(crate) fn address(params: &mut Params, name: &str) -> Result<Option<Value>, ApiError> {
    let was_text = params.is_text(name);
    let mut address = nowhere();
    if !change(params, name, &mut address)? {
        return Ok(None);
    }
    Ok(Some(if was_text { Value::Null } else { address }))
}

/// An address without anything in it.
pub(crate) fn nowhere() -> Value {
    FIELDS.into_iter().map(|field| (field.to_owned(), Value::Null)).collect()
}

/// Changes what is given of an address; true when there was one. An empty text unsets a field, or the whole of it.
pub(crate) fn change(params: &mut Params, name: &str, address: &mut Value) -> Result<bool, ApiError> {
    let was_text = params.is_text(name);
    let Some(mut given) = params.object(name)? else {
        return Ok(false);
    };
    if was_text {
        *address = nowhere();
    }
    for field in FIELDS {
        let text = if field == "country" { country(&mut given, field)? } else { given.text(field)? };
        if let Some(text) = text {
            address[field] = json!(unset_if_empty(text));
        }
    }
    given.finish()?;
    Ok(true)
}

/// `shipping`: null when it was unset, absent when it was not given.
pub(crate) fn shipping(params: &mut Params) -> Result<Option<Value>, ApiError> {
    let was_text = params.is_text("shipping");
    let Some(mut given) = params.object("shipping")? else {
        return Ok(None);
    };
    if was_text {
        return Ok(Some(Value::Null));
    }
    let address = address(&mut given, "address")?.ok_or_else(|| ApiError::missing("shipping[address]"))?;
    let shipping = json!({
        "address": address,
        "carrier": given.text("carrier")?,
        "name": given.required("name")?,
        "phone": given.text("phone")?,
        "tracking_number": given.text("tracking_number")?,
    });
    given.finish()?;
    Ok(Some(shipping))
}

/// An empty text unsets a field.
pub(crate) fn unset_if_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_stands_there_once() {
        let mut all: Vec<&str> = COUNTRIES.split(' ').collect();
        assert_eq!(all.len(), 249 + 3);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 249 + 3);
        assert!(all.iter().all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
        for other in ["JA", "UK", "us", "USA", "U", "A ", " ", "AD AE", "ÄÖ"] {
            assert!(check_country(other, String::new()).is_err(), "{other}");
        }
    }
}
