//! The SetupIntent's state machine: every status, every step, and which step leads where.
//!
//! The table follows the statuses and calls of Stripe's OpenAPI document and its guide to the Setup Intents API. A
//! SetupIntent has no manual confirmation: a passed challenge leads on by itself.

use serde::{Deserialize, Serialize};

/// A SetupIntent's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Canceled,
    Succeeded,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }
}

/// What can happen to a SetupIntent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A PaymentMethod is set, without a confirm.
    MethodSet,
    /// A confirm, or a passed challenge, set the card up.
    SetUp,
    /// A confirm needs the customer.
    ActionAsked,
    /// The card was declined, or the challenge failed.
    Failed,
    Cancelled,
}

/// Where a step leads, or `None` when Stripe refuses it in this status.
pub(crate) fn next(from: Status, step: Step) -> Option<Status> {
    use Status::{Canceled, RequiresAction, RequiresConfirmation, RequiresPaymentMethod, Succeeded};
    match (from, step) {
        (Canceled | Succeeded, _) => None,
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, step) => Some(match step {
            Step::MethodSet => RequiresConfirmation,
            Step::SetUp => Succeeded,
            Step::ActionAsked => RequiresAction,
            Step::Failed => RequiresPaymentMethod,
            Step::Cancelled => Canceled,
        }),
    }
}
