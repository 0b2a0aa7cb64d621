//! What of a request's path may be written down, in a log, in the ledger or on a screen.
//!
//! Paths of the API are words and ids. Whoever calls wrongly may put something else there (a card number, a key, a whole
//! client secret): that is left out. Queries, headers and bodies are never written down at all.

/// Stands for what is left out.
const HIDDEN: &str = "…";
/// No word and no id of the API is longer.
const MAX_SEGMENT: usize = 64;
/// The shortest card numbers have 12 digits.
const CARD_DIGITS: usize = 12;

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

#[cfg(test)]
mod tests {
    use super::path;

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
