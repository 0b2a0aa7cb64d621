//! What follows from a PaymentIntent as Stripe shows it. Whatever the page, a time-out or a crash suggests: this decides.

#![deny(clippy::wildcard_enum_match_arm)]

use super::{Effect, is_ready_made};
use crate::ids::SaleId;
use crate::observed::{SeenDecline, SeenIntent, Status};
use crate::sale::{AttemptEnd, Decline, Proof, Purpose, Sale, Stage, Why};

/// Makes the PaymentIntent the sale's own. `Some` when it is not: then nothing of it is believed.
///
/// A payment is the sale's by its id, by being the answer to the sale's own call, or, where it was only found, by the mark
/// that it carries. In the first two cases a mark that is missing or another is a difference to be shown, and the money counts.
pub(super) fn take_intent(sale: &mut Sale, seen: &SeenIntent, at_ms: i64, source: Source) -> Option<Vec<Effect>> {
    let marked = seen.sale.as_deref().and_then(SaleId::parse) == Some(sale.id);
    let known = sale.intent.as_ref() == Some(&seen.id) || matches!(source, Source::Answer(_));
    let ours = sale.intent.as_ref().is_none_or(|id| *id == seen.id)
        && seen.amount_minor == sale.total().amount_minor()
        && seen.currency.eq_ignore_ascii_case(sale.total().currency().code())
        && (marked || known);
    if !ours {
        let since_ms = not_known_since(sale, &Why::Mismatch).unwrap_or(at_ms);
        sale.stage = Stage::NotKnown { since_ms, lost: Purpose::Submit, why: Why::Mismatch, absent: false };
        return Some(Vec::new());
    }
    sale.intent = Some(seen.id.clone());
    sale.mark_differs = !marked || till_differs(sale, seen);
    sale.livemode = seen.livemode.or(sale.livemode);
    let named = seen.payment_method.clone().filter(|method| is_this_card(sale, method));
    if let (Some(attempt), Some(method)) = (sale.attempts.last_mut(), named) {
        attempt.stripe_method = Some(method);
    }
    None
}

/// Whether the payment says that another till made it than the one that did, or that none did. Rows of before the mark was
/// kept do not tell: they do not know the mode either, which every answer tells.
fn till_differs(sale: &Sale, seen: &SeenIntent) -> bool {
    seen.livemode.is_some() && sale.till_mark().is_some_and(|made_at| seen.till.as_deref() != Some(made_at))
}

/// Since when the outcome is not known for this very reason, if it is.
pub(super) fn not_known_since(sale: &Sale, why: &Why) -> Option<i64> {
    match &sale.stage {
        Stage::NotKnown { since_ms, why: known, .. } if known == why => Some(*since_ms),
        Stage::NotKnown { .. }
        | Stage::Open { .. }
        | Stage::Submitting
        | Stage::NeedsAuthentication
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Approved(_)
        | Stage::Held(_)
        | Stage::Processing
        | Stage::Declined(_)
        | Stage::Cancelling
        | Stage::Cancelled
        | Stage::SetAside => None,
    }
}

/// Whether a PaymentMethod that Stripe names is that of the last attempt. A ready-made test card goes by another name
/// there: it is this attempt's unless an earlier attempt's went by it.
fn is_this_card(sale: &Sale, method: &str) -> bool {
    let Some((last, earlier)) = sale.attempts.split_last() else { return false };
    match &last.stripe_method {
        _ if last.payment_method.as_str() == method => true,
        Some(known) => known == method,
        None => {
            is_ready_made(&last.payment_method)
                && !earlier.iter().any(|attempt| attempt.stripe_method.as_deref() == Some(method))
        }
    }
}

/// Where a PaymentIntent was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// In the answer to this call.
    Answer(Purpose),
    /// By reading it, while a call of this sale may still be on its way.
    Read,
    /// By reading it, when none can be on its way any more.
    ReadSettled,
}

/// The PaymentIntent as Stripe shows it decides.
pub(super) fn believe(sale: &mut Sale, seen: &SeenIntent, at_ms: i64, source: Source) -> Vec<Effect> {
    if let Some(effects) = take_intent(sale, seen, at_ms, source) {
        return effects;
    }
    match &seen.status {
        Status::Succeeded => {
            let proof = proof(sale, seen, at_ms);
            end_attempt(sale, AttemptEnd::Approved);
            sale.stage = Stage::Approved(proof);
            Vec::new()
        }
        Status::RequiresCapture => {
            // A hold that stands was first seen when it was.
            let at_ms = if let Stage::Held(known) = &sale.stage { known.seen_at_ms } else { at_ms };
            let proof = proof(sale, seen, at_ms);
            end_attempt(sale, AttemptEnd::Held);
            stand_or_cancel(sale, Stage::Held(proof))
        }
        Status::Processing => {
            // While the network is at work nothing can be cancelled; what comes of it decides.
            sale.stage = if sale.cancel_wanted { Stage::Cancelling } else { Stage::Processing };
            Vec::new()
        }
        Status::Canceled => {
            cancelled(sale);
            // Stripe never takes a cancelled PaymentIntent up again, and the sale has no other: nothing is left to watch.
            sale.watch_ended = true;
            Vec::new()
        }
        Status::RequiresAction => {
            if let Some(attempt) = sale.attempts.last_mut() {
                attempt.challenged = true;
            }
            stand_or_cancel(sale, Stage::NeedsAuthentication)
        }
        Status::RequiresConfirmation => {
            if let Some(attempt) = sale.attempts.last_mut() {
                attempt.authenticated = true;
                if source == Source::ReadSettled {
                    // It still waits, and no confirm is on its way: whatever came of an earlier one (an error that Stripe
                    // keeps under its key, say), it did not act. The next may be a new one.
                    attempt.confirm_again = None;
                }
            }
            let since_ms = if let Stage::Authenticated { since_ms } = sale.stage { since_ms } else { at_ms };
            if sale.cancel_wanted {
                return cancel_if_wanted(sale);
            }
            sale.stage = Stage::Authenticated { since_ms };
            vec![Effect::Finish]
        }
        Status::RequiresPaymentMethod => requires_payment_method(sale, seen, source),
        Status::Other(name) => {
            let why = Why::StrangeStatus(name.clone());
            let since_ms = not_known_since(sale, &why).unwrap_or(at_ms);
            let lost = if let Source::Answer(purpose) = source { purpose } else { Purpose::Submit };
            sale.stage = Stage::NotKnown { since_ms, lost, why, absent: false };
            Vec::new()
        }
    }
}

/// `requires_payment_method` can mean four things; which one depends on what was known before.
fn requires_payment_method(sale: &mut Sale, seen: &SeenIntent, source: Source) -> Vec<Effect> {
    let Some(attempt) = sale.last_attempt() else {
        // A payment that was taken in without its attempts: it waits for a card.
        if !sale.cancel_wanted && !sale.over() {
            sale.stage = Stage::Open { notice: None };
        }
        return cancel_if_wanted(sale);
    };
    if matches!(&attempt.end, Some(end) if *end != AttemptEnd::Held) {
        // The last card's end is known already; nothing new.
        return cancel_if_wanted(sale);
    }
    // Only while its first call is in doubt can this card be unknown to Stripe.
    let in_doubt = attempt.confirm_again.is_none()
        && !attempt.authenticated
        && (matches!(sale.stage, Stage::NotKnown { lost: Purpose::Submit, .. }) || sale.cancel_wanted);
    let may_still_come = in_doubt && source == Source::Read;
    let about_this_card = seen.decline.as_ref().filter(|decline| match decline.payment_method.as_deref() {
        Some(method) => is_this_card(sale, method),
        // It names no card. While this card's call may still come, it can be an earlier card's.
        None => !may_still_come,
    });
    match about_this_card {
        Some(decline) if hour_passed_code(decline) => {
            let card = decline.card.clone().or_else(|| attempt.card.clone());
            declined(sale, Decline::HourPassed { card })
        }
        Some(decline) => declined(sale, refused_or_unauthenticated(decline)),
        None if in_doubt && sale.cancel_wanted => cancel_if_wanted(sale),
        None if may_still_come => Vec::new(),
        None if attempt.authenticated || attempt.challenged => {
            let card = attempt.card.clone();
            declined(sale, Decline::HourPassed { card })
        }
        None if attempt.forbidden => declined(sale, Decline::NotTaken { code: None, status: Some(403) }),
        None => declined(sale, Decline::NeverArrived),
    }
}

/// Stripe's code for an attempt that ran out of its hour.
fn hour_passed_code(decline: &SeenDecline) -> bool {
    decline.code.as_deref() == Some("payment_intent_payment_attempt_expired")
}

pub(super) fn refused_or_unauthenticated(decline: &SeenDecline) -> Decline {
    if decline.code.as_deref() == Some("payment_intent_authentication_failure") {
        Decline::AuthenticationFailed(decline.clone())
    } else {
        Decline::Refused(decline.clone())
    }
}

pub(super) fn declined(sale: &mut Sale, why: Decline) -> Vec<Effect> {
    if let (Some(attempt), Decline::HourPassed { card }) = (sale.attempts.last_mut(), &why) {
        attempt.card = card.clone().or_else(|| attempt.card.clone());
    }
    if let (Some(attempt), Decline::Refused(seen) | Decline::AuthenticationFailed(seen)) =
        (sale.attempts.last_mut(), &why)
    {
        attempt.card = seen.card.clone().or_else(|| attempt.card.clone());
    }
    end_attempt(sale, AttemptEnd::Declined(why.clone()));
    if sale.intent.is_none() && sale.cancel_wanted {
        cancelled(sale);
        return Vec::new();
    }
    sale.stage = Stage::Declined(why);
    cancel_if_wanted(sale)
}

fn stand_or_cancel(sale: &mut Sale, stage: Stage) -> Vec<Effect> {
    sale.stage = stage;
    cancel_if_wanted(sale)
}

pub(super) fn cancel_if_wanted(sale: &mut Sale) -> Vec<Effect> {
    if !sale.cancel_wanted {
        return Vec::new();
    }
    sale.stage = Stage::Cancelling;
    vec![Effect::StartCancel]
}

/// The sale is over, and whatever may still turn up of it is to be cancelled too.
pub(super) fn cancelled(sale: &mut Sale) {
    end_attempt(sale, AttemptEnd::Cancelled);
    sale.cancel_wanted = true;
    sale.stage = Stage::Cancelled;
}

/// Only the last attempt is ever in play. A hold is not an end for good (it is taken, released, or refused after all), nor
/// is a call that was taken for lost, nor one that was given up: a payment that comes late is a payment.
pub(super) fn end_attempt(sale: &mut Sale, end: AttemptEnd) {
    if let Some(attempt) = sale.attempts.last_mut()
        && matches!(
            attempt.end,
            None | Some(AttemptEnd::Held | AttemptEnd::Cancelled | AttemptEnd::Declined(Decline::NeverArrived))
        )
    {
        attempt.end = Some(end);
    }
}

fn proof(sale: &mut Sale, seen: &SeenIntent, at_ms: i64) -> Proof {
    let card = seen.charge.as_ref().and_then(|charge| charge.card.clone());
    let mut authenticated = seen.charge.as_ref().is_some_and(|charge| charge.authenticated);
    if let Some(attempt) = sale.attempts.last_mut() {
        authenticated |= attempt.authenticated;
        attempt.card = card.clone().or_else(|| attempt.card.clone());
    }
    Proof {
        seen_at_ms: at_ms,
        card,
        authorization_code: seen.charge.as_ref().and_then(|charge| charge.authorization_code.clone()),
        authenticated,
        // Of a hold nothing was received yet.
        received_minor: seen.received_minor.filter(|_| seen.status == Status::Succeeded),
    }
}
