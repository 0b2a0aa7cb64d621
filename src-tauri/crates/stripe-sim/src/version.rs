//! The API version that a request asks for with `Stripe-Version`.
//!
//! It is echoed and stands in events; the answers have one shape, whatever version is asked for.

use crate::errors::ApiError;
use crate::options::SimOptions;
use crate::wire::ApiRequest;

const HEADER: &str = "stripe-version";

/// The version that an answer names: the one asked for, or the one of the options where none is asked for or what is asked
/// for is no version.
pub(crate) fn of(request: &ApiRequest, options: &SimOptions) -> String {
    request.header_text(HEADER).filter(|text| is_well_formed(text)).unwrap_or(&options.api_version).to_owned()
}

/// Refuses what is no version. Stripe knows which versions there were; here every date will do.
pub(crate) fn check(request: &ApiRequest) -> Result<(), ApiError> {
    let Some(value) = request.headers.get(HEADER) else { return Ok(()) };
    let text = String::from_utf8_lossy(value.as_bytes());
    if is_well_formed(&text) { Ok(()) } else { Err(ApiError::invalid(format!("Invalid Stripe API version: {text}"))) }
}

/// `YYYY-MM-DD`, and since 2024 the release's name after a point.
fn is_well_formed(text: &str) -> bool {
    let (date, name) = text.split_once('.').map_or((text, None), |(date, name)| (date, Some(name)));
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = date.split('-').filter(is_number).collect();
    let is_date = match parts.as_slice() {
        [year, month, day] => {
            let between = |part: &str, most: u8| part.len() == 2 && part.parse().is_ok_and(|n| (1..=most).contains(&n));
            date.len() == 10 && year.len() == 4 && between(month, 12) && between(day, 31)
        }
        _ => false,
    };
    is_date && name.is_none_or(is_name)
}

#[cfg(test)]
mod tests {
    use super::is_well_formed;

    #[test]
    fn a_version_is_a_date_and_perhaps_a_name() {
        for version in ["2026-10-28.endive", "2024-06-20", "2011-01-01", "2025-04-30.preview"] {
            assert!(is_well_formed(version), "{version}");
        }
        for other in [
            "",
            "banana",
            "2026",
            "2026-10",
            "2026-13-01",
            "2026-10-32",
            "2026-00-10",
            "2026-1-028",
            "26-10-28",
            "2026-10-28.",
            "2026-10-28.Endive",
            "2026-10-28 ",
            "2026-10-28.endive.x",
            "2026-10-28-01",
            "+026-10-28",
            "2026-+1-28",
        ] {
            assert!(!is_well_formed(other), "{other}");
        }
    }
}
