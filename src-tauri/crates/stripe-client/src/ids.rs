//! Stripe's ids and our idempotency keys, checked once and then passed around as what they are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A string that is not the id it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}")]
pub struct InvalidId {
    what: &'static str,
}

/// Stripe says "up to 255 characters" of its ids; nothing longer is sent or believed.
const MAX_LEN: usize = 255;

fn is_id(text: &str, prefix: &str) -> bool {
    text.len() > prefix.len()
        && text.len() <= MAX_LEN
        && text.starts_with(prefix)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        // A client secret begins like an id. It must never be taken for one: ids are logged, secrets are not.
        && !text.contains("_secret_")
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it has the form of this id.
            ///
            /// # Errors
            /// [`InvalidId`] when the prefix, the alphabet or the length is wrong.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                if is_id(text, $prefix) { Ok(Self(text.to_owned())) } else { Err(InvalidId { what: $what }) }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> { Self::parse(&text) }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self { id.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    };
}

id!(
    /// A request, as Stripe numbered it (`req_…`, the `Request-Id` header of its answer): what its support asks for.
    RequestId, "req_", "request id"
);
id!(
    /// `pi_…`: one PaymentIntent, which is one sale for life.
    PaymentIntentId, "pi_", "PaymentIntent id"
);
id!(
    /// `pm_…`: one PaymentMethod, which is one card keyed once.
    PaymentMethodId, "pm_", "PaymentMethod id"
);

/// The key that makes a repeated POST one and the same request to Stripe: at most 255 characters, kept by Stripe for at
/// least 24 hours (docs.stripe.com/api/idempotent_requests).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A key from text of our own making.
    ///
    /// # Errors
    /// [`InvalidId`] when empty, longer than 255 characters or not plain ASCII.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let fits = !text.is_empty() && text.len() <= MAX_LEN && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidId { what: "idempotency key" }) }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_secret_is_never_taken_for_an_id() {
        assert!(PaymentIntentId::parse("pi_3AbC_secret_xyz").is_err());
        assert!(PaymentIntentId::parse("pi_3AbC").is_ok());
    }

    #[test]
    fn an_id_cannot_smuggle_a_path() {
        for bad in ["pi_", "pi_a/b", "pi_a?x=1", "pi_a b", "pm_a", "", "pi_\n"] {
            assert!(PaymentIntentId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
