//! What follows from what staff ask for. Each of them is refused where the sale does not allow it.

#![deny(clippy::wildcard_enum_match_arm)]

use stripe_client::PaymentMethodId;

use super::belief::cancelled;
use super::{Effect, Impossible, accepts_card, in_doubt_and_absent, is_ready_made};
use crate::clock::When;
use crate::ids::AttemptId;
use crate::sale::{Attempt, Call, Purpose, Sale, Stage, Why};

pub(super) fn submitted(
    sale: &mut Sale,
    id: AttemptId,
    card: &PaymentMethodId,
    call: &Call,
    when: When,
) -> Result<Vec<Effect>, Impossible> {
    let is_known = |known: &Attempt| known.id == id || is_same_card(known, card);
    if !accepts_card(sale) || sale.attempts.iter().any(is_known) {
        return Err(Impossible);
    }
    sale.attempts.push(Attempt {
        id,
        payment_method: card.clone(),
        stripe_method: None,
        when,
        submit: call.clone(),
        sent_again: false,
        turned_away: false,
        forbidden: false,
        confirm_again: None,
        challenged: false,
        authenticated: false,
        card: None,
        end: None,
    });
    sale.stage = Stage::Submitting;
    Ok(vec![Effect::Send(Purpose::Submit)])
}

/// A card is keyed once and tried once; only Stripe's ready-made test cards have the same id every time.
fn is_same_card(known: &Attempt, card: &PaymentMethodId) -> bool {
    known.payment_method == *card && !is_ready_made(card)
}

pub(super) fn confirmed_again(sale: &mut Sale, call: &Call) -> Result<Vec<Effect>, Impossible> {
    if !matches!(sale.stage, Stage::Authenticated { .. }) || sale.cancel_wanted {
        return Err(Impossible);
    }
    let attempt = sale.attempts.last_mut().ok_or(Impossible)?;
    if attempt.confirm_again.is_some() {
        return Err(Impossible);
    }
    attempt.confirm_again = Some(call.clone());
    attempt.forbidden = false;
    sale.stage = Stage::Confirming;
    Ok(vec![Effect::Send(Purpose::ConfirmAgain)])
}

pub(super) fn resent(sale: &mut Sale, purpose: Purpose) -> Result<Vec<Effect>, Impossible> {
    if in_doubt_and_absent(sale) != Some(purpose) {
        return Err(Impossible);
    }
    if let Some(attempt) = sale.attempts.last_mut() {
        attempt.sent_again |= purpose == Purpose::Submit;
        attempt.forbidden = false;
    }
    sale.stage = match purpose {
        Purpose::Submit => Stage::Submitting,
        Purpose::ConfirmAgain => Stage::Confirming,
        Purpose::Cancel => return Err(Impossible),
    };
    Ok(vec![Effect::Send(purpose)])
}

pub(super) fn cancel_wanted(sale: &mut Sale) -> Result<Vec<Effect>, Impossible> {
    let mismatch = matches!(sale.stage, Stage::NotKnown { why: Why::Mismatch, .. });
    if sale.over() || sale.cancel_wanted || mismatch {
        return Err(Impossible);
    }
    sale.cancel_wanted = true;
    let effects = match (&sale.stage, &sale.intent) {
        // The outcome of the call that is out comes first.
        _ if sale.in_flight.is_some() => Vec::new(),
        (Stage::NotKnown { why: Why::Gone, .. }, _) => {
            cancelled(sale);
            return Ok(Vec::new());
        }
        // The network is at work: its outcome comes first.
        (Stage::Processing, _) => vec![Effect::Look],
        (Stage::NotKnown { .. } | Stage::Cancelling, None) => vec![Effect::Look],
        (_, Some(_)) => vec![Effect::StartCancel],
        // Nothing was ever created.
        (_, None) => {
            cancelled(sale);
            return Ok(Vec::new());
        }
    };
    sale.stage = Stage::Cancelling;
    Ok(effects)
}

pub(super) fn cancel_started(sale: &mut Sale, call: &Call) -> Result<Vec<Effect>, Impossible> {
    if !sale.cancel_wanted || sale.over() || sale.intent.is_none() || sale.in_flight.is_some() {
        return Err(Impossible);
    }
    sale.cancel = Some(call.clone());
    sale.stage = Stage::Cancelling;
    Ok(vec![Effect::Send(Purpose::Cancel)])
}

pub(super) fn kept(sale: &mut Sale) -> Result<Vec<Effect>, Impossible> {
    if !sale.paid_unasked() {
        return Err(Impossible);
    }
    sale.kept = true;
    Ok(Vec::new())
}

pub(super) fn set_aside(sale: &mut Sale) -> Result<Vec<Effect>, Impossible> {
    if !matches!(sale.stage, Stage::NotKnown { why: Why::Mismatch, .. }) {
        return Err(Impossible);
    }
    sale.stage = Stage::SetAside;
    Ok(Vec::new())
}
