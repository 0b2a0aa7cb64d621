//! Form bodies, in the order in which they were written: a journalled body must be the same bytes for ever.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Unreserved characters stay as they are (RFC 3986), and so do the brackets of Stripe's nested names.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'[').remove(b']');

/// Encodes the pairs in their order.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.extend(utf8_percent_encode(name, KEPT));
        out.push('=');
        out.extend(utf8_percent_encode(value, KEPT));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back_the_same(pairs in proptest::collection::vec((".{1,12}", ".{0,40}"), 0..8)) {
            let decoded: Vec<(String, String)> = serde_urlencoded::from_str(&encode(&pairs)).expect("a form");
            prop_assert_eq!(decoded, pairs);
        }
    }
}
