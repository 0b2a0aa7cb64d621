//! A call that moves money, as the journal keeps it: of a sale's attempts, its cancel, and its refunds.

use serde::{Deserialize, Serialize};
use stripe_client::{IdempotencyKey, Prepared};

/// A request that acts, with the key that makes it one request however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The idempotency key. Journalled before the first sending.
    pub key: IdempotencyKey,
    /// The exact bytes.
    pub request: Prepared,
}
