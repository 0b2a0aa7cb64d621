//! The PaymentIntent's state machine: every status, every step, and which step leads where. Nothing else changes a status.
//!
//! The table follows Stripe's guide to manual (server-side) confirmation and the descriptions of confirm, cancel and
//! capture in its OpenAPI document.

use serde::{Deserialize, Serialize};

/// A PaymentIntent's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    RequiresCapture,
    Canceled,
    Succeeded,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }
}

/// What can happen to a PaymentIntent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A PaymentMethod is set, without a confirm; or what was authenticated has changed.
    MethodSet,
    /// A confirm was approved and captured.
    Approved,
    /// A confirm was approved with `capture_method=manual`.
    Held,
    /// A confirm needs the customer (authentication).
    ActionAsked,
    /// A confirm was declined.
    Declined,
    /// The customer passed the challenge, `confirmation_method=manual`: the server must confirm again.
    AuthenticationPassed,
    /// The customer failed or cancelled the challenge.
    AuthenticationFailed,
    /// One hour has passed since the attempt, without a confirm.
    AttemptExpired,
    /// A hold was captured, whole or in part.
    Captured,
    /// Cancelled: by a call, by an expired hold, or by too many confirms.
    Cancelled,
}

/// Where a step leads, or `None` when Stripe refuses it in this status.
pub(crate) fn next(from: Status, step: Step) -> Option<Status> {
    use Status::{Canceled, RequiresAction, RequiresCapture, RequiresConfirmation, RequiresPaymentMethod, Succeeded};
    match (from, step) {
        // Attempts, from each status that may be confirmed. An attempt that waits for the customer may be begun anew.
        // With automatic confirmation the end of a challenge leads straight from requires_action to the end.
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::Approved) => Some(Succeeded),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::Held) => Some(RequiresCapture),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::ActionAsked) => Some(RequiresAction),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::Declined) => Some(RequiresPaymentMethod),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::MethodSet) => Some(RequiresConfirmation),
        // The challenge.
        (RequiresAction, Step::AuthenticationPassed) => Some(RequiresConfirmation),
        (RequiresAction, Step::AuthenticationFailed) => Some(RequiresPaymentMethod),
        // The hour counts from the attempt, whether the customer has answered or not.
        (RequiresAction | RequiresConfirmation, Step::AttemptExpired) => Some(RequiresPaymentMethod),
        (RequiresCapture, Step::Captured) => Some(Succeeded),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction | RequiresCapture, Step::Cancelled) => {
            Some(Canceled)
        }
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction | RequiresCapture | Canceled | Succeeded, _) => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 6] = [
        Status::RequiresPaymentMethod,
        Status::RequiresConfirmation,
        Status::RequiresAction,
        Status::RequiresCapture,
        Status::Canceled,
        Status::Succeeded,
    ];
    const STEPS: [Step; 10] = [
        Step::MethodSet,
        Step::Approved,
        Step::Held,
        Step::ActionAsked,
        Step::Declined,
        Step::AuthenticationPassed,
        Step::AuthenticationFailed,
        Step::AttemptExpired,
        Step::Captured,
        Step::Cancelled,
    ];

    #[test]
    fn nothing_leaves_a_final_status() {
        for step in STEPS {
            assert_eq!(next(Status::Succeeded, step), None);
            assert_eq!(next(Status::Canceled, step), None);
        }
    }

    #[test]
    fn money_is_captured_only_by_an_approval_or_a_capture() {
        for from in ALL {
            for step in STEPS {
                if next(from, step) == Some(Status::Succeeded) {
                    assert!(matches!(step, Step::Approved | Step::Captured), "{from:?} {step:?}");
                }
            }
        }
    }

    #[test]
    fn a_hold_can_only_be_captured_or_cancelled() {
        let possible: Vec<Step> =
            STEPS.into_iter().filter(|step| next(Status::RequiresCapture, *step).is_some()).collect();
        assert_eq!(possible, [Step::Captured, Step::Cancelled]);
    }

    #[test]
    fn a_passed_challenge_leads_to_requires_confirmation_and_not_to_money() {
        assert_eq!(next(Status::RequiresAction, Step::AuthenticationPassed), Some(Status::RequiresConfirmation));
        assert_eq!(next(Status::RequiresConfirmation, Step::AuthenticationPassed), None);
    }
}
