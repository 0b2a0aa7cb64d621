//! What follows from a look at Stripe.

#![deny(clippy::wildcard_enum_match_arm)]

use super::Effect;
use super::belief::{Source, believe, cancelled, end_attempt, not_known_since};
use crate::observed::SeenIntent;
use crate::sale::{AttemptEnd, Decline, Purpose, Sale, Stage, Why};

pub(super) fn looked(sale: &mut Sale, seen: &SeenIntent, settled: bool, at_ms: i64) -> Vec<Effect> {
    if matches!(sale.stage, Stage::Approved(_) | Stage::SetAside) {
        return Vec::new();
    }
    // A call is out: its own answer is newer than anything read meanwhile.
    if sale.in_flight.is_some() {
        return Vec::new();
    }
    believe(sale, seen, at_ms, if settled { Source::ReadSettled } else { Source::Read })
}

pub(super) fn found_nothing(sale: &mut Sale) -> Vec<Effect> {
    if sale.in_flight.is_some() || sale.intent.is_some() {
        return Vec::new();
    }
    let (turned_away, forbidden) =
        sale.last_attempt().map_or((false, false), |attempt| (attempt.turned_away, attempt.forbidden));
    if let Stage::NotKnown { absent, why: Why::NoAnswer, .. } = &mut sale.stage {
        if forbidden {
            end_attempt(sale, AttemptEnd::NotTried);
            sale.stage = Stage::Open { notice: Some(Decline::NotTaken { code: None, status: Some(403) }) };
        } else if turned_away {
            // The same request can be sent no more, and none of it came to be: the card never acted.
            end_attempt(sale, AttemptEnd::Declined(Decline::NeverArrived));
            sale.stage = Stage::Open { notice: Some(Decline::NeverArrived) };
        } else {
            *absent = true;
        }
    } else if sale.stage == Stage::Cancelling {
        cancelled(sale);
    }
    Vec::new()
}

/// Stripe has no PaymentIntent of the sale's id.
pub(super) fn gone(sale: &mut Sale, at_ms: i64) -> Vec<Effect> {
    if sale.over() || sale.in_flight.is_some() || sale.intent.is_none() {
        return Vec::new();
    }
    if sale.cancel_wanted {
        cancelled(sale);
    } else {
        let since_ms = not_known_since(sale, &Why::Gone).unwrap_or(at_ms);
        sale.stage = Stage::NotKnown { since_ms, lost: Purpose::Submit, why: Why::Gone, absent: false };
    }
    Vec::new()
}
