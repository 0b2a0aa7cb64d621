//! The rules of giving money back.
//!
//! Why no more is given back than was asked for:
//! - One refund of a sale is in doubt at a time: none is started while the fate of another is open.
//! - A refund is one stored key and one stored body. One that was lost is looked for among the payment's refunds by its id
//!   in the metadata; it is taken for lost only after [`super::SETTLE_SECONDS`], and sent again, if staff ask for the same
//!   amount, as the very same request: after one more look, and not at all when that look finds it made. Only when Stripe
//!   no longer remembers its key, or keeps a failure under it, is the next one another; and it is looked for, for a day, all
//!   the same.
//! - No refund is started of more than what is left by these books, and Stripe gives back no more than it took.

#![deny(clippy::wildcard_enum_match_arm)]

use stripe_client::PaymentIntentId;

use super::{Effect, Impossible, remembered};
use crate::clock::When;
use crate::ids::RefundId;
use crate::observed::{RefundAnswer, RefundStatusSeen, SeenRefund};
use crate::refund::{NotMade, Origin, Refund, RefundStage};
use crate::sale::{Call, Sale, Stage};

/// A refund that can be asked for again as the same request: it never arrived, is of this amount, and Stripe still
/// remembers its key. `stripe_ms` is Stripe's time now: as with a create, whoever sends it again has heard it with a look
/// just before.
#[must_use]
pub fn resendable_refund(sale: &Sale, amount_minor: i64, stripe_ms: Option<i64>) -> Option<RefundId> {
    let lost = sale
        .refunds
        .iter()
        .rev()
        .find(|refund| can_be_the_same(refund, amount_minor) && remembered(refund.when.stripe_ms, stripe_ms))?;
    lost.id()
}

fn can_be_the_same(lost: &Refund, amount_minor: i64) -> bool {
    lost.taken_for_lost() && !lost.spent && lost.amount_minor == amount_minor
}

/// Whether a refund of this amount can be started.
#[must_use]
pub fn refundable(sale: &Sale, amount_minor: i64) -> bool {
    amount_minor > 0 && amount_minor <= sale.left_minor() && !sale.refunds.iter().any(Refund::in_doubt)
}

pub(super) fn started(
    sale: &mut Sale,
    id: RefundId,
    amount_minor: i64,
    call: &Call,
    when: When,
) -> Result<Vec<Effect>, Impossible> {
    if !refundable(sale, amount_minor) || sale.refunds.iter().any(|refund| refund.id() == Some(id)) {
        return Err(Impossible);
    }
    let origin = Origin::Here { id, call: call.clone() };
    sale.refunds.push(Refund {
        origin,
        amount_minor,
        when,
        lost_stripe_ms: None,
        sent_again: false,
        spent: false,
        forbidden: false,
        of_another: false,
        stripe: None,
        stage: RefundStage::InFlight,
    });
    sale.watch_ended = false;
    Ok(vec![Effect::SendRefund(id)])
}

pub(super) fn resent(sale: &mut Sale, id: RefundId) -> Result<Vec<Effect>, Impossible> {
    let amount_minor = find(sale, id)?.amount_minor;
    if !can_be_the_same(find(sale, id)?, amount_minor) || !refundable(sale, amount_minor) {
        return Err(Impossible);
    }
    let refund = find(sale, id)?;
    (refund.stage, refund.sent_again) = (RefundStage::InFlight, true);
    sale.watch_ended = false;
    Ok(vec![Effect::SendRefund(id)])
}

pub(super) fn answered(
    sale: &mut Sale,
    id: RefundId,
    answer: &RefundAnswer,
    at_ms: i64,
) -> Result<Vec<Effect>, Impossible> {
    if find(sale, id)?.stage != RefundStage::InFlight {
        return Err(Impossible);
    }
    match answer {
        RefundAnswer::Made { seen } if is_of(sale, seen) && seen_as(seen).is_none_or(|named| named == id) => {
            let intent = sale.intent.clone();
            take(find(sale, id)?, seen, intent.as_ref());
            Ok(Vec::new())
        }
        RefundAnswer::NotMade { code, status } => {
            // Turned away at the door, or never left: that is the second sending. The first may still come.
            if find(sale, id)?.sent_again && *status != Some(400) {
                find(sale, id)?.stage = RefundStage::NotMade(NotMade::NeverArrived);
                return Ok(vec![Effect::Look]);
            }
            let why = NotMade::Refused { code: code.clone(), status: *status };
            find(sale, id)?.stage = RefundStage::NotMade(why);
            // Stripe may have refused because of what somebody gave back elsewhere.
            Ok(if *status == Some(400) { vec![Effect::Look] } else { Vec::new() })
        }
        // It may have acted all the same. One look tells, unless an earlier sending may still come.
        RefundAnswer::Forbidden => {
            let refund = find(sale, id)?;
            refund.forbidden = !refund.sent_again;
            refund.stage = RefundStage::NotKnown { since_ms: at_ms };
            Ok(vec![Effect::Look])
        }
        // Another refund than the one asked for is no answer.
        RefundAnswer::Made { .. } | RefundAnswer::Unknown { .. } => {
            let failed = matches!(answer, RefundAnswer::Unknown { status: Some(500) });
            let refund = find(sale, id)?;
            refund.spent |= failed && refund.sent_again;
            refund.stage = RefundStage::NotKnown { since_ms: at_ms };
            Ok(vec![Effect::Look])
        }
    }
}

/// All refunds of the payment, as Stripe lists them.
pub(super) fn seen(sale: &mut Sale, all: &[SeenRefund], settled: bool, when: When) -> Vec<Effect> {
    // Of a payment that was never taken Stripe shows a refund too: the hold that was released. Nothing was given back.
    if !matches!(sale.stage, Stage::Approved(_)) {
        return Vec::new();
    }
    // A call is out: its own answer is newer than anything read meanwhile.
    if sale.refunds.iter().any(|refund| refund.stage == RefundStage::InFlight) {
        return Vec::new();
    }
    let intent = sale.intent.clone();
    for seen in all {
        if !is_of(sale, seen) {
            continue;
        }
        let named = seen_as(seen);
        let by_id = sale.refunds.iter().position(|refund| refund.stripe.as_deref() == Some(seen.id.as_str()));
        // A second one of the same name is another refund: somebody copied the name.
        let by_name = || {
            sale.refunds.iter().position(|refund| refund.stripe.is_none() && named.is_some() && refund.id() == named)
        };
        match by_id.or_else(by_name).and_then(|at| sale.refunds.get_mut(at)) {
            Some(refund) => take(refund, seen, intent.as_ref()),
            None => {
                let mut refund = Refund {
                    origin: Origin::Elsewhere,
                    amount_minor: seen.amount_minor,
                    when,
                    lost_stripe_ms: None,
                    sent_again: false,
                    spent: false,
                    forbidden: false,
                    of_another: false,
                    stripe: None,
                    stage: RefundStage::Pending,
                };
                take(&mut refund, seen, intent.as_ref());
                sale.refunds.push(refund);
            }
        }
    }
    for refund in &mut sale.refunds {
        if matches!(refund.stage, RefundStage::NotKnown { .. }) {
            if refund.forbidden {
                refund.stage = RefundStage::NotMade(NotMade::Refused { code: None, status: Some(403) });
            } else if settled {
                refund.stage = RefundStage::NotMade(NotMade::NeverArrived);
                refund.lost_stripe_ms = when.stripe_ms;
            }
        }
    }
    Vec::new()
}

/// The till stopped while a refund's call was out. True if one was.
pub(super) fn interrupted(sale: &mut Sale, at_ms: i64) -> bool {
    let mut any = false;
    for refund in &mut sale.refunds {
        if refund.stage == RefundStage::InFlight {
            refund.stage = RefundStage::NotKnown { since_ms: at_ms };
            any = true;
        }
    }
    any
}

/// What training left open is gone with it.
pub(super) fn training_ended(sale: &mut Sale) {
    for refund in sale.refunds.iter_mut().filter(|refund| refund.undecided()) {
        refund.stage = RefundStage::NotMade(NotMade::TrainingEnded);
    }
}

fn find(sale: &mut Sale, id: RefundId) -> Result<&mut Refund, Impossible> {
    sale.refunds.iter_mut().find(|refund| refund.id() == Some(id)).ok_or(Impossible)
}

fn is_of(sale: &Sale, seen: &SeenRefund) -> bool {
    seen.currency.eq_ignore_ascii_case(sale.total().currency().code())
}

/// The till's refund that it says it is.
fn seen_as(seen: &SeenRefund) -> Option<RefundId> {
    RefundId::parse(seen.refund.as_deref()?)
}

/// Stripe's word about a refund is what the books say about it.
fn take(refund: &mut Refund, seen: &SeenRefund, intent: Option<&PaymentIntentId>) {
    refund.of_another =
        seen.payment_intent.as_deref().is_some_and(|of| intent.is_none_or(|known| known.as_str() != of));
    refund.stripe = Some(seen.id.clone());
    refund.amount_minor = seen.amount_minor;
    refund.stage = match seen.status {
        RefundStatusSeen::Pending => RefundStage::Pending,
        RefundStatusSeen::Succeeded => RefundStage::Succeeded,
        RefundStatusSeen::Failed => RefundStage::Failed { reason: seen.failure_reason.clone() },
        RefundStatusSeen::Canceled => RefundStage::Canceled,
    };
}
