//! What of a request may be written down: of its path in a log, in the ledger or on a screen; of its values in a message.
//!
//! Paths of the API are words and ids. Whoever calls wrongly may put something else there (a card number, a key, a whole
//! client secret): that is left out. Queries, headers and bodies are never written down at all.

use std::borrow::Cow;

/// Stands for what is left out.
const HIDDEN: &str = "…";
/// No word and no id of the API is longer.
const MAX_SEGMENT: usize = 64;
/// The shortest card numbers have 12 digits.
const CARD_DIGITS: usize = 12;
/// And the longest 19.
const MAX_CARD_DIGITS: usize = 19;

/// The path with everything left out that is neither a word nor an id.
pub(crate) fn path(path: &str) -> String {
    let mut shown = path.split('/').take(12).map(segment).collect::<Vec<_>>().join("/");
    if path.split('/').nth(12).is_some() {
        shown.push_str("/…");
    }
    shown
}

fn segment(text: &str) -> &str {
    if let Some((id, _)) = text.split_once("_secret_") {
        // A client secret begins with the id that it opens.
        return if is_plain(id) { id } else { HIDDEN };
    }
    if is_plain(text) { text } else { HIDDEN }
}

fn is_plain(text: &str) -> bool {
    text.len() <= MAX_SEGMENT
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !["sk_", "rk_", "pk_", "whsec_"].iter().any(|prefix| text.starts_with(prefix))
        && longest_run_of_digits(text) < CARD_DIGITS
}

/// Digits in a row; what people set between the groups of a card number does not end a run.
fn longest_run_of_digits(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => run += 1,
            b'-' | b'.' | b'_' => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}

/// The text with all but the last four digits left out of whatever may be a card number, also a mistyped one: 12 to 19 digits,
/// in groups or not.
pub(crate) fn card_numbers(text: &str) -> Cow<'_, str> {
    if text.bytes().filter(u8::is_ascii_digit).count() < CARD_DIGITS {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|sign: char| sign.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        shown.push_str(before);
        let groups = from.find(|sign: char| !sign.is_ascii_digit() && !matches!(sign, ' ' | '-')).unwrap_or(from.len());
        // What follows the last group is not part of it.
        let end = from.split_at(groups).0.trim_end_matches([' ', '-']).len();
        let (run, after) = from.split_at(end);
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        if (CARD_DIGITS..=MAX_CARD_DIGITS).contains(&digits.len()) {
            shown.push_str(HIDDEN);
            shown.push_str(digits.get(digits.len() - 4..).unwrap_or_default());
        } else {
            shown.push_str(run);
        }
        rest = after;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::{card_numbers, path};

    #[test]
    fn card_numbers_go_from_messages_and_other_numbers_stay() {
        for (given, shown) in [
            ("No such PaymentMethod: '4242424242424242'", "No such PaymentMethod: '…4242'"),
            ("Invalid integer: 4242 4242 4242 4242", "Invalid integer: …4242"),
            ("3782-822463-10005 and 6205500000000000004", "…0005 and …0004"),
            ("No such PaymentMethod: '4242424242424241'", "No such PaymentMethod: '…4241'"),
            ("No such charge: 'ch_3Hr12345678aB901'", "No such charge: 'ch_3Hr12345678aB901'"),
            ("Invalid integer: 99999999999999999999999", "Invalid integer: 99999999999999999999999"),
            ("Amount must be at most 99999999", "Amount must be at most 99999999"),
            ("", ""),
        ] {
            assert_eq!(card_numbers(given), shown);
        }
    }

    #[test]
    fn words_and_ids_stay() {
        for kept in [
            "/",
            "/v1/payment_intents",
            "/v1/payment_intents/pi_3HrEUGYoKqdtcCwJbJvAd5RY/confirm",
            "/v1/payment_methods/pm_card_visa_chargeDeclined",
            "/v1/3ds2/challenge_complete",
            "/v3/elements-card.html",
            "/_sim/ledger",
        ] {
            assert_eq!(path(kept), kept);
        }
    }

    #[test]
    fn secrets_and_rubbish_go() {
        for (given, shown) in [
            ("/v1/payment_methods/4242424242424242", "/v1/payment_methods/…"),
            ("/v1/payment_methods/pm_4242-4242-4242-4242", "/v1/payment_methods/…"),
            ("/v1/payment_methods/4242%204242%204242%204242", "/v1/payment_methods/…"),
            ("/v1/payment_intents/pi_1A_secret_xyz/confirm", "/v1/payment_intents/pi_1A/confirm"),
            ("/sk_test_51abc/x", "/…/x"),
            ("/v1/charges/<script>", "/v1/charges/…"),
        ] {
            assert_eq!(path(given), shown);
        }
        assert_eq!(path(&"/a".repeat(100)), format!("{}/…", "/a".repeat(11)));
        assert_eq!(path(&format!("/{}", "a".repeat(65))), "/…");
    }
}
