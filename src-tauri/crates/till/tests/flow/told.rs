//! What the till tells as facts, as these tests name it: the windows have the words for people.

use till::Refusal;
use till::coordinator::{NotNow, SameAmount};
use till::view::{
    AttemptOutcome, DeclineReason, DeclineView, MoneyView, RefundRefused, RefundView, Unasked, WhyDeclined,
    WhyNotRefunded,
};

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

/// How a payment came that nobody waited for.
pub(crate) fn unasked(how: Unasked, money: &MoneyView) -> String {
    let came = match how {
        Unasked::AfterNotCharged => "the till had said that nothing was charged",
        Unasked::AfterGivenUp => "the sale was shown as cancelled",
        Unasked::CancelTooLate => "the cancel came too late",
    };
    format!("{came}; {} was charged", money.text)
}

/// Why nothing was given back.
pub(crate) fn not_refunded(refund: &RefundView) -> &'static str {
    match &refund.why_not {
        None => "",
        Some(WhyNotRefunded::Failed { .. }) => "it came back: agree on another way",
        Some(WhyNotRefunded::Refused { why: RefundRefused::Disputed }) => "there is a dispute",
        Some(
            WhyNotRefunded::CalledBack
            | WhyNotRefunded::NeverArrived
            | WhyNotRefunded::TrainingEnded
            | WhyNotRefunded::Refused { .. },
        ) => "it was not made",
    }
}

/// Why something was not done, where these tests ask for it.
pub(crate) fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::DiskFull => "the disk is full".to_owned(),
        Refusal::NotNow { why: NotNow::TakenInOpen } => "it was taken in while it was open. Cancel it".to_owned(),
        Refusal::SameAmount { number, money, stands: SameAmount::NotKnown, .. } => {
            format!("Sale {number} of {} is not known yet", money.text)
        }
        other => format!("{other:?}"),
    }
}
