//! What a stage is for staff: whose turn it is, whether it may turn out paid, whether it presses.
//!
//! Each of these is decided here and nowhere else. Nothing about money is: what may be charged or given back is the machine's.

use crate::refund::Refund;
use crate::sale::{Purpose, Sale, Stage};
use crate::view::{Pressing, Standing};

/// Whose turn it is. Of a cancel whose call is out it is decided by what this run saw: `doubt_seen` is true when the outcome
/// was open before, so that staff may have left the sale, and it must not come back into their hand for the time of a call.
#[must_use]
pub fn standing(sale: &Sale, doubt_seen: bool) -> Standing {
    match &sale.stage {
        Stage::Open { .. }
        | Stage::Submitting
        | Stage::NeedsAuthentication
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Declined(_) => Standing::InHand,
        Stage::Processing | Stage::NotKnown { .. } => Standing::LeftToItself,
        Stage::Cancelling => match sale.in_flight {
            // The charge's answer comes first, at once.
            Some(Purpose::Submit | Purpose::ConfirmAgain) => Standing::InHand,
            Some(Purpose::Cancel) if !doubt_seen => Standing::InHand,
            Some(Purpose::Cancel) | None => Standing::LeftToItself,
        },
        Stage::Approved(_) | Stage::Held(_) | Stage::Cancelled | Stage::SetAside => Standing::Over,
    }
}

/// True while the sale's amount is the customer's and yet may be the shop's, and nobody is done with that: charging the same
/// amount again may charge the same customer twice.
#[must_use]
pub fn may_turn_out_paid(sale: &Sale) -> bool {
    match &sale.stage {
        Stage::Approved(_) => sale.paid_unasked(),
        Stage::Submitting
        | Stage::Held(_)
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Processing
        | Stage::NotKnown { .. }
        | Stage::Cancelling => true,
        Stage::Open { .. } | Stage::NeedsAuthentication | Stage::Declined(_) | Stage::Cancelled | Stage::SetAside => {
            false
        }
    }
}

/// Why the sale presses, if it does. `doubt_seen` as in [`standing`].
#[must_use]
pub fn presses(sale: &Sale, doubt_seen: bool) -> Option<Pressing> {
    if sale.paid_unasked() {
        return Some(Pressing::ChargedUnasked);
    }
    let open = match &sale.stage {
        Stage::NotKnown { .. } => true,
        Stage::Cancelling => standing(sale, doubt_seen) == Standing::LeftToItself,
        Stage::Open { .. }
        | Stage::Submitting
        | Stage::NeedsAuthentication
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Approved(_)
        | Stage::Held(_)
        | Stage::Processing
        | Stage::Declined(_)
        | Stage::Cancelled
        | Stage::SetAside => false,
    };
    if open {
        return Some(Pressing::OutcomeOpen);
    }
    sale.refunds.iter().any(Refund::in_doubt).then_some(Pressing::RefundOpen)
}
