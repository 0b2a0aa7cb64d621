//! The till's own ids.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Entropy;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID as text; anything else is `None`.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            #[must_use]
            pub fn new(entropy: &dyn Entropy) -> Self {
                Self(uuid::Builder::from_random_bytes(entropy.bytes()).into_uuid())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}", self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}", self.0) }
        }
    };
}

id!(
    /// One sale, which is one PaymentIntent for life.
    SaleId
);
id!(
    /// One attempt: one card tried, one idempotency key, one exact request body.
    AttemptId
);
id!(
    /// One refund asked for at this till: one idempotency key, one exact request body.
    RefundId
);
id!(
    /// One till: one installation on one computer. In the metadata of its payments, so that two tills of one account can tell
    /// theirs apart.
    TillId
);
id!(
    /// One payment that a check of the till makes to try the way, and takes back. In its metadata.
    CheckId
);
