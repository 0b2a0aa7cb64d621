//! The PaymentIntent's state machine: every status, every step, and which step leads where. Nothing else changes a status.
//!
//! Each group of steps names where it is stated: GUIDE is docs.stripe.com/payments/finalize-payments-on-the-server-legacy
//! (manual confirmation), API the description of the call in the OpenAPI document of 2026-05-27, RECORDED an answer of the
//! real test API. `processing` is not here: no test card leads there.

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
        // Attempts (API: confirm; a decline leaves the PaymentIntent open for another card: API and RECORDED). An attempt
        // that waits for the customer may be begun anew. With automatic confirmation the end of a challenge leads straight
        // from requires_action to the end.
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::Approved) => Some(Succeeded),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::Held) => Some(RequiresCapture),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::ActionAsked) => Some(RequiresAction),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::Declined) => Some(RequiresPaymentMethod),
        (RequiresPaymentMethod | RequiresConfirmation | RequiresAction, Step::MethodSet) => Some(RequiresConfirmation),
        // The challenge: passed, the server must confirm again (GUIDE); failed, another card is needed (GUIDE, RECORDED).
        (RequiresAction, Step::AuthenticationPassed) => Some(RequiresConfirmation),
        (RequiresAction, Step::AuthenticationFailed) => Some(RequiresPaymentMethod),
        // The hour counts from the attempt, whether the customer has answered or not (API: confirm; GUIDE).
        (RequiresAction | RequiresConfirmation, Step::AttemptExpired) => Some(RequiresPaymentMethod),
        // API: capture, whole or in part.
        (RequiresCapture, Step::Captured) => Some(Succeeded),
        // API: cancel names these statuses; a hold that is not captured in its seven days is cancelled by itself, and so
        // is a PaymentIntent that is confirmed too often (API: confirm).
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
