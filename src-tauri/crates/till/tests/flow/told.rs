//! Declines as these tests name them: the windows have the words for people.

use till::view::{AttemptOutcome, DeclineReason, DeclineView, WhyDeclined};

fn named(why: &WhyDeclined) -> &'static str {
    match why {
        WhyDeclined::Refused { reason: Some(DeclineReason::InsufficientFunds), .. } => "Declined: insufficient funds",
        WhyDeclined::Refused { .. } => "Declined",
        WhyDeclined::AuthenticationFailed => "Authentication failed",
        WhyDeclined::HourPassed => "Time ran out",
        WhyDeclined::NeverArrived | WhyDeclined::NotTaken { .. } => "Not charged",
    }
}

/// In a few words.
pub(crate) fn title(decline: &DeclineView) -> &'static str {
    named(&decline.why)
}

/// What staff should know, where these tests ask for it.
pub(crate) fn staff(decline: &DeclineView) -> &'static str {
    match decline.why {
        WhyDeclined::NeverArrived => "it never arrived: Stripe has no trace of this card",
        WhyDeclined::Refused { .. }
        | WhyDeclined::AuthenticationFailed
        | WhyDeclined::HourPassed
        | WhyDeclined::NotTaken { .. } => "",
    }
}

/// How one card ended, in a few words.
pub(crate) fn outcome(ended: &AttemptOutcome) -> &'static str {
    match ended {
        AttemptOutcome::InProgress => "In progress",
        AttemptOutcome::Approved => "Approved",
        AttemptOutcome::Held => "Held",
        AttemptOutcome::Declined { why } => named(why),
        AttemptOutcome::NotTried => "Not tried",
        AttemptOutcome::Cancelled => "Cancelled",
    }
}
