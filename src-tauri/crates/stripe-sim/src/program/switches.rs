//! `--switch NAME=VALUE`: how the simulated Stripe differs from one account to another, or from test mode to live mode.

use std::str::FromStr;

use stripe_sim::{ApiVersion, Moment, RateLimits, SimOptions};

/// What `--help` says of each switch: its name, its value when nothing is said, and what it does.
pub(crate) const SWITCHES: &[(&str, &str, &str)] = &[
    ("minimum", "on", "refuse amounts under the currency's minimum"),
    ("maximum", "99999999", "refuse amounts above this, in the smallest unit"),
    ("max-confirms", "30", "confirms of one PaymentIntent before it is cancelled"),
    ("raw-card-data", "off", "let secret keys send card digits"),
    ("moto", "off", "let payments be marked as mail or telephone orders"),
    ("expansion-checked", "before", "a restricted key's right to what it expands: before or after the call acts"),
    ("rate-limits", "off", "refuse calls beyond Stripe's test mode limits (429)"),
    ("lock-objects", "off", "refuse a change while a delayed one is under way (429)"),
    ("search-lag-ms", "60000", "how far search lags behind"),
    ("block-highest-risk", "on", "Radar: block payments of the highest risk"),
    ("block-failed-cvc", "on", "Radar: block when the CVC check fails"),
    ("block-failed-postal-code", "off", "Radar: block when the postal code check fails"),
    ("adaptive-3ds", "off", "Radar: ask for authentication when it looks risky"),
    ("merchant", "Training shop", "the shop's name, on the bank's page and on statements"),
    ("bank", "", "the origin of the bank's pages, where it is another: http://localhost:12111"),
    ("api-version", "2026-05-27.dahlia", "the version of a request that names none"),
];

/// Sets one switch, as in `minimum=off`.
///
/// # Errors
/// A sentence that names the switch and what it takes.
pub(crate) fn set(options: &mut SimOptions, text: &str) -> Result<(), String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(format!("--switch needs NAME=VALUE, as in --switch minimum=off; '{text}' is not that."));
    };
    let on = || match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("The switch {name} is on or off, not '{value}'.")),
    };
    match name {
        "minimum" => options.enforce_minimum = on()?,
        "maximum" => options.max_amount_minor = number(name, value)?,
        "max-confirms" => options.max_confirms = number(name, value)?,
        "raw-card-data" => options.raw_card_data = on()?,
        "moto" => options.account.moto = on()?,
        "expansion-checked" => {
            options.account.expansion_checked = match value {
                "before" => Moment::Before,
                "after" => Moment::After,
                _ => return Err(format!("The switch {name} is before or after, not '{value}'.")),
            }
        }
        "rate-limits" => options.rate_limits = on()?.then(RateLimits::default),
        "lock-objects" => options.lock_objects = on()?,
        "search-lag-ms" => options.search_lag_ms = number(name, value)?,
        "block-highest-risk" => options.radar.block_highest_risk = on()?,
        "block-failed-cvc" => options.radar.block_failed_cvc = on()?,
        "block-failed-postal-code" => options.radar.block_failed_postal_code = on()?,
        "adaptive-3ds" => options.radar.adaptive_three_ds = on()?,
        "merchant" if value.is_empty() => return Err(format!("The switch {name} needs a value.")),
        "merchant" => options.merchant = value.to_owned(),
        "bank" if value.is_empty() => options.bank = None,
        "bank" => options.bank = Some(origin(name, value)?),
        "api-version" => {
            options.api_version = ApiVersion::parse(value).ok_or_else(|| {
                let newest = ApiVersion::all().next_back().unwrap_or(ApiVersion::DEFAULT);
                format!("There is no API version '{value}'. The newest that is known here is {newest}.")
            })?;
        }
        _ => {
            let names: Vec<&str> = SWITCHES.iter().map(|(name, _, _)| *name).collect();
            return Err(format!("There is no switch '{name}'. There are: {}.", names.join(", ")));
        }
    }
    Ok(())
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("The switch {name} takes a whole number, not '{value}'."))
}

fn origin(name: &str, value: &str) -> Result<String, String> {
    if stripe_sim::is_origin(value) {
        Ok(value.to_owned())
    } else {
        Err(format!("The switch {name} takes an origin, as in https://bank.example, not '{value}'."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_switch_with_the_value_that_it_has() {
        let plain = format!("{:?}", SimOptions::default());
        for (name, value, _) in SWITCHES {
            let mut options = SimOptions::default();
            set(&mut options, &format!("{name}={value}")).unwrap();
            assert_eq!(format!("{options:?}"), plain, "{name}={value} changes nothing");
            let other = match *value {
                "on" => "off",
                "off" => "on",
                "before" => "after",
                number if number.parse::<u64>().is_ok() => "7",
                version if ApiVersion::parse(version).is_some() => "2025-03-31.basil",
                "" => "http://bank.example:1",
                _ => "other",
            };
            set(&mut options, &format!("{name}={other}")).unwrap();
            assert_ne!(format!("{options:?}"), plain, "{name}={other} changes something");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("minimum", "NAME=VALUE"),
            ("minimum=yes", "is on or off, not 'yes'"),
            ("expansion-checked=never", "is before or after, not 'never'"),
            ("maximum=much", "takes a whole number, not 'much'"),
            ("minimal=off", "There is no switch 'minimal'. There are: minimum, maximum"),
            ("merchant=", "needs a value"),
            ("bank=bank.example/", "takes an origin, as in https://bank.example, not 'bank.example/'"),
            ("api-version=2026-05-27", "There is no API version '2026-05-27'. The newest"),
        ] {
            let said = set(&mut SimOptions::default(), text).unwrap_err();
            assert!(said.contains(part) && said.ends_with('.'), "{said}");
        }
    }
}
