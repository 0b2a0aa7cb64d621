//! Idempotency keys: the first answer of an endpoint that had begun to execute is kept for 24 hours and replayed.
//!
//! Rules (Stripe's error and idempotency pages): POST only, keys up to 255 characters; not kept are refused parameters,
//! 401, 409 and 429. Another request under the same key is refused; so is one while the first is still under way.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use percent_encoding::percent_decode_str;

use crate::errors::{ApiError, ErrorType};

/// How long an answer is kept, in milliseconds.
pub(crate) const KEPT_MS: u64 = 24 * 3_600_000;
/// The longest key, in characters.
pub(crate) const MAX_KEY_CHARS: usize = 255;

/// What a request must share with the first one of its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    path: String,
    /// A SHA-256 of the parameters without card numbers and security codes (see `canonical`).
    parameters: [u8; 32],
}

impl Fingerprint {
    pub(crate) fn new(path: &str, encoded_parameters: &str) -> Self {
        Self { path: path.to_owned(), parameters: Sha256::digest(canonical(encoded_parameters)).into() }
    }
}

/// All pairs in a form that does not depend on their order, to compare two requests. Of a card number only its last four
/// digits count and of a security code only its length: what is made of this is kept, and must not tell them.
fn canonical(encoded: &str) -> String {
    let mut pairs: Vec<Cow<'_, str>> = encoded.split('&').filter(|pair| !pair.is_empty()).map(without_digits).collect();
    // A stable sort by name keeps the order of an array's elements.
    pairs.sort_by(|left, right| name_of(left).cmp(name_of(right)));
    pairs.join("&")
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn without_digits(pair: &str) -> Cow<'_, str> {
    let Some((name, value)) = pair.split_once('=') else {
        return Cow::Borrowed(pair);
    };
    let decoded = percent_decode_str(name).decode_utf8_lossy();
    let is_number = decoded.ends_with("number]");
    let is_code = decoded.ends_with("cvc]");
    if is_number {
        let last4 = value.char_indices().rev().nth(3).and_then(|(at, _)| value.get(at..)).unwrap_or_default();
        return Cow::Owned(format!("{name}={last4}"));
    }
    if is_code {
        return Cow::Owned(format!("{name}={}", value.len()));
    }
    Cow::Borrowed(pair)
}

/// A kept answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    pub(crate) status: u16,
    #[serde(with = "crate::stored::text")]
    pub(crate) body: Vec<u8>,
    /// The request that made it.
    pub(crate) request_id: String,
    fingerprint: Fingerprint,
    at_ms: u64,
    /// Until then the first request is still under way, for all that others can see.
    busy_until_ms: u64,
}

/// All kept answers, by account and key.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Idempotency {
    #[serde(with = "crate::stored::pairs")]
    kept: HashMap<(String, String), KeptAnswer>,
}

impl Idempotency {
    /// The answer to replay, if there is one; or why the key cannot be used.
    pub(crate) fn find(
        &mut self,
        account: &str,
        key: &str,
        fingerprint: &Fingerprint,
        now_ms: u64,
    ) -> Result<Option<KeptAnswer>, ApiError> {
        if key.chars().count() > MAX_KEY_CHARS {
            return Err(idempotency_error(
                400,
                format!("Idempotency keys can be at most {MAX_KEY_CHARS} characters long."),
            ));
        }
        let place = (account.to_owned(), key.to_owned());
        let Some(kept) = self.kept.get(&place) else {
            return Ok(None);
        };
        if kept.at_ms + KEPT_MS <= now_ms {
            self.kept.remove(&place);
            return Ok(None);
        }
        if kept.fingerprint.path != fingerprint.path {
            return Err(idempotency_error(
                400,
                format!(
                    "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{}' vs '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                    fingerprint.path, kept.fingerprint.path
                ),
            ));
        }
        if kept.fingerprint != *fingerprint {
            return Err(idempotency_error(
                400,
                format!(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."
                ),
            ));
        }
        if kept.busy_until_ms > now_ms {
            return Err(key_in_use(key));
        }
        Ok(Some(kept.clone()))
    }

    /// Keeps an answer. `busy_ms`: for how long the key still counts as in use.
    #[allow(clippy::too_many_arguments, reason = "each is one column of what is kept")]
    pub(crate) fn keep(
        &mut self,
        account: &str,
        key: &str,
        fingerprint: Fingerprint,
        status: u16,
        body: &[u8],
        request_id: &str,
        now_ms: u64,
        busy_ms: u64,
    ) {
        self.kept.insert(
            (account.to_owned(), key.to_owned()),
            KeptAnswer {
                status,
                body: body.to_vec(),
                request_id: request_id.to_owned(),
                fingerprint,
                at_ms: now_ms,
                busy_until_ms: now_ms.saturating_add(busy_ms),
            },
        );
    }

    /// The first request has had its answer: its key is no longer in use.
    pub(crate) fn release(&mut self, request_id: &str) {
        for kept in self.kept.values_mut() {
            if kept.request_id == request_id {
                kept.busy_until_ms = 0;
            }
        }
    }
}

/// The answer while the first request of a key is still under way.
pub(crate) fn key_in_use(key: &str) -> ApiError {
    idempotency_error(
        409,
        format!(
            "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}. Please try again later."
        ),
    )
    .code("idempotency_key_in_use")
}

fn idempotency_error(status: u16, message: String) -> ApiError {
    ApiError::new(status, ErrorType::Idempotency, message).not_kept()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::canonical;

    #[test]
    fn what_is_compared_holds_no_card_number_and_no_security_code() {
        let reduced = "card[cvc]=3&card[number]=4242&type=card";
        for encoded in [
            "type=card&card[number]=4242424242424242&card[cvc]=314",
            "card[cvc]=314&type=card&card[number]=4242+4242+4242+4242",
        ] {
            assert_eq!(canonical(encoded), reduced);
        }
        let encoded = "card%5Bnumbe%72%5D=4242424242424242&payment_method_data%5bcard%5d%5bcvc%5d=314&card[number]=42";
        assert_eq!(
            canonical(encoded),
            "card%5Bnumbe%72%5D=4242&card[number]=&payment_method_data%5bcard%5d%5bcvc%5d=3"
        );
    }

    proptest! {
        #[test]
        fn the_order_of_names_does_not_matter_for_comparing(
            pairs in prop::collection::btree_map("[a-z]{1,4}", "[a-z]{0,4}", 1..8)
        ) {
            let forward: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let backward: Vec<String> = forward.iter().rev().cloned().collect();
            prop_assert_eq!(canonical(&forward.join("&")), canonical(&backward.join("&")));
        }
    }
}
