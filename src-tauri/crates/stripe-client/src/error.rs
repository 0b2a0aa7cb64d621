//! What went wrong, in types: above all, whether the request can have acted ([`Fate`]).
//!
//! Stripe's type, code, decline code, request id and message are kept; the secret key cannot be among them (Stripe masks it).

use serde::Deserialize;

use crate::payment_intent::{PaymentIntent, PaymentMethod};
use crate::transport::Unconnected;

/// What a failed request means for the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Stripe ran it, and the answer is final: a decline.
    Declined,
    /// Stripe refused it, or it never left: it did not act and will not.
    NotExecuted,
    /// The key lacks a permission, for the call itself or only for what was to come with its answer (an expanded charge):
    /// then it acted. Nothing is on its way any more, so one whole look tells which it was, without waiting. If that look
    /// is refused too, nobody knows.
    Forbidden,
    /// Nobody knows: it may have acted, or may still act.
    Unknown,
}

/// Stripe's four types of error on the wire, and one for what else may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Stripe's side failed.
    ApiError,
    /// The card was refused.
    CardError,
    /// The idempotency key was used otherwise.
    IdempotencyError,
    /// The request was not acceptable.
    InvalidRequestError,
    /// A type that this version does not know.
    #[serde(other)]
    Other,
}

/// An error that Stripe answered with.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// Stripe's `type`.
    pub kind: ErrorKind,
    /// Stripe's `code`.
    pub code: Option<String>,
    /// The issuer's reason, for a decline.
    pub decline_code: Option<String>,
    /// Stripe's sentence.
    pub message: String,
    /// The parameter at fault.
    pub param: Option<String>,
    /// What to do about a decline, in Stripe's words.
    pub advice_code: Option<String>,
    /// To quote to Stripe's support.
    pub request_id: Option<String>,
    /// The PaymentIntent as it stands after the error, where the answer held it.
    pub payment_intent: Option<Box<PaymentIntent>>,
    /// The card refused, where the answer held it.
    pub payment_method: Option<Box<PaymentMethod>>,
    /// True when an earlier sending of the same request was never answered, so this answer may not be about that one.
    pub after_silence: bool,
}

/// Why a call has no good answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Stripe answered with an error.
    #[error("Stripe answered {}: {}", .0.status, .0.message)]
    Api(Box<ApiError>),
    /// No sending of it was ever connected.
    #[error("There is no connection to Stripe ({why}).")]
    NotSent {
        /// What stood in the way.
        why: Unconnected,
    },
    /// At least one sending may have arrived; no answer came.
    #[error("Stripe did not answer ({why}).")]
    NoAnswer {
        /// For the log.
        why: String,
    },
    /// Something else than Stripe's API answered: no JSON, or neither the object that was asked for nor Stripe's error
    /// envelope. A request that acts may have reached Stripe all the same, behind whatever changed the answer.
    #[error("What answered in Stripe's place is not Stripe's API (HTTP {status}).")]
    NotStripe {
        /// HTTP status.
        status: u16,
    },
    /// Stripe answered, but with something that this version cannot read whole.
    #[error("Stripe's answer could not be read (HTTP {status}).")]
    Unreadable {
        /// HTTP status.
        status: u16,
        /// To quote to Stripe's support.
        request_id: Option<String>,
    },
}

impl Error {
    /// What this means for the money.
    #[must_use]
    pub fn fate(&self) -> Fate {
        match self {
            Self::NotSent { .. } => Fate::NotExecuted,
            Self::NoAnswer { .. } | Self::NotStripe { .. } | Self::Unreadable { .. } => Fate::Unknown,
            Self::Api(error) => error.fate(),
        }
    }
}

impl ApiError {
    fn fate(&self) -> Fate {
        match self.status {
            402 => Fate::Declined,
            // The key was used with other bytes: so it was used, and what came of that is not in this answer.
            _ if self.kind == ErrorKind::IdempotencyError => Fate::Unknown,
            400 | 404 => Fate::NotExecuted,
            // These are refused before the idempotency layer looks at the key, so after a silence they say nothing
            // about the sending that was not answered.
            401 | 429 if !self.after_silence => Fate::NotExecuted,
            403 if !self.after_silence => Fate::Forbidden,
            // A white list: what is not known to mean "not executed" does not mean it (409: another sending of the same
            // request is at work; 424: something behind Stripe failed; 5xx; and whatever comes).
            _ => Fate::Unknown,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct ErrorBody {
    pub(crate) error: RawError,
}

#[derive(Deserialize)]
pub(crate) struct RawError {
    #[serde(rename = "type")]
    pub(crate) kind: ErrorKind,
    #[serde(default)]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) decline_code: Option<String>,
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) param: Option<String>,
    #[serde(default)]
    pub(crate) advice_code: Option<String>,
    #[serde(default)]
    pub(crate) payment_intent: Option<Box<PaymentIntent>>,
    #[serde(default)]
    pub(crate) payment_method: Option<Box<PaymentMethod>>,
}
