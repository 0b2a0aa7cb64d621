//! What is shown of an outcome that is open: facts, for which the windows have the sentences.

use serde::Serialize;
use ts_rs::TS;

/// What the last look at Stripe found of a payment whose outcome is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum LastLook {
    /// Stripe was not asked yet: since the call went out, or since the till was started.
    NotAsked,
    /// Stripe does not answer.
    Silent,
    /// Stripe answered, but not the question: it refuses the key or the pace, or has a fault.
    Refused,
    /// Stripe answers, and nothing of this has arrived there so far.
    NoneSoFar {
        /// Until when the till waits in case the request is still on its way, milliseconds since 1970 by the till's clock.
        #[ts(type = "number")]
        until_ms: i64,
    },
    /// Stripe was asked when nothing could be on its way any more, and has no such payment.
    None,
    /// Stripe has the payment, and the bank is still at work on it.
    AtWork,
    /// The account has more payments than the till goes through: this one may be among them.
    ListTooLong,
    /// None of this till's, but one that names this sale and was not made at this till.
    Foreign,
}

/// Why an outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum WhyNotKnown {
    /// A call was not answered, or the till stopped while it was out.
    NoAnswer {
        /// It was the confirm that finishes a payment after the bank's yes.
        finishing: bool,
        /// What is known of it since.
        found: LastLook,
    },
    /// Stripe shows a payment for this sale whose amount, currency or sale is different. Nothing more is sent.
    Mismatch,
    /// Stripe shows a state that this version does not know.
    StrangeStatus,
    /// Stripe has no payment (any more) of the id that it once told.
    Gone,
}

/// How far a cancel has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum CancelStep {
    /// The charge is still out. Its answer comes first.
    AwaitingCharge,
    /// The cancel itself is out.
    Calling {
        /// Since when the outcome was open, if it was: staff may have left the sale since. Milliseconds since 1970.
        #[ts(type = "number | null")]
        doubt_since_ms: Option<i64>,
    },
    /// No call is out: what became of an earlier one is found out first.
    FindingOut {
        /// Since when that is open, milliseconds since 1970.
        #[ts(type = "number")]
        since_ms: i64,
        /// What is known of it since.
        found: LastLook,
    },
}
