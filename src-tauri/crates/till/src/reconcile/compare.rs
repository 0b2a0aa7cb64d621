//! What is not the same in the books and at Stripe, and what can be done about it. Pure: it reads two books and changes
//! neither.

use std::collections::BTreeMap;

use stripe_client::{Dispute, ListedPaymentIntent, PaymentIntent, PaymentIntentStatus, Refund};

use crate::look::names;
use crate::money::Sum;
use crate::observed::{SeenRefund, TILL_METADATA};
use crate::refund::{Origin, RefundStage};
use crate::sale::{Sale, Stage};
use crate::view::{AtStripe, BooksSay, Difference, DifferenceKind, DifferenceView, Remedy, TotalsView};

/// Whether the list shows what the books say of a sale.
pub(crate) fn agrees(sale: &Sale, listed: &ListedPaymentIntent) -> bool {
    let expected = match &sale.stage {
        Stage::Approved(_) => "succeeded",
        Stage::Cancelled => "canceled",
        Stage::Declined(_) | Stage::Open { .. } => "requires_payment_method",
        Stage::NeedsAuthentication => "requires_action",
        Stage::Authenticated { .. } => "requires_confirmation",
        Stage::Held(_) => "requires_capture",
        Stage::Processing => "processing",
        // Staff have seen to it.
        Stage::SetAside => return true,
        Stage::Submitting | Stage::Confirming | Stage::NotKnown { .. } | Stage::Cancelling => return false,
    };
    listed.status == expected
        && sale.intent.as_ref().is_some_and(|intent| intent.as_str() == listed.id)
        && listed.amount_minor == sale.total().amount_minor()
        && (listed.status != "succeeded" || listed.received_minor == sale.taken_minor())
        && names(listed) == Some(sale.id)
        && sale.till_mark().is_none_or(|made_at| listed.metadata.get(TILL_METADATA).is_some_and(|mark| mark == made_at))
        && listed.currency.eq_ignore_ascii_case(sale.total().currency().code())
}

/// Whether a refund stands in the books as Stripe lists it.
pub(crate) fn refund_agrees(sale: &Sale, refund: &Refund) -> bool {
    let seen = SeenRefund::of(refund);
    sale.refunds.iter().any(|known| {
        known.stripe.as_deref() == Some(seen.id.as_str())
            && known.amount_minor == seen.amount_minor
            && same_stage(&known.stage, &seen)
    })
}

fn same_stage(stage: &RefundStage, seen: &SeenRefund) -> bool {
    use crate::observed::RefundStatusSeen as Status;
    match seen.status {
        Status::Pending => *stage == RefundStage::Pending,
        Status::Succeeded => *stage == RefundStage::Succeeded,
        Status::Failed => matches!(stage, RefundStage::Failed { .. }),
        Status::Canceled => *stage == RefundStage::Canceled,
    }
}

/// A difference whose amounts are not written yet.
pub(crate) type Finding = DifferenceView<Sum>;

fn of_sale(difference: Difference<Sum>, sale: &Sale) -> Finding {
    Finding {
        kind: kind_of(&difference),
        sale_id: Some(sale.id.to_string()),
        number: Some(sale.number),
        payment_intent: sale.intent.as_ref().map(ToString::to_string),
        money: Some(sale.total().into()),
        difference,
        put_right: false,
        remedies: vec![Remedy::OpenSale, Remedy::Dashboard],
    }
}

/// A payment of this till that its books do not have; none when nothing was or can be taken by it.
pub(crate) fn missing_here(listed: &ListedPaymentIntent) -> Option<Finding> {
    let stands = match listed.status.as_str() {
        "succeeded" => AtStripe::Paid,
        "requires_capture" => AtStripe::Held,
        "processing" => AtStripe::UnderWay,
        "requires_action" | "requires_confirmation" => AtStripe::Unfinished,
        _ => return None,
    };
    Some(Finding {
        kind: DifferenceKind::MissingHere,
        sale_id: None,
        number: None,
        payment_intent: Some(listed.id.clone()),
        difference: Difference::MissingHere { stands },
        money: Some(Sum::of(listed.amount_minor, &listed.currency)),
        put_right: false,
        remedies: vec![Remedy::TakeIn, Remedy::Dashboard],
    })
}

/// A second payment for a sale; none when nothing was taken by it.
pub(crate) fn second_payment(sale: &Sale, listed: &ListedPaymentIntent) -> Option<Finding> {
    if !matches!(
        listed.status.as_str(),
        "succeeded" | "requires_capture" | "processing" | "requires_action" | "requires_confirmation"
    ) {
        return None;
    }
    Some(Finding {
        payment_intent: Some(listed.id.clone()),
        money: Some(Sum::of(listed.amount_minor, &listed.currency)),
        remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
        ..of_sale(Difference::SecondPayment, sale)
    })
}

/// A payment that was set aside and has been paid; none when nothing was taken by it.
pub(crate) fn set_aside(sale: &Sale, listed: &ListedPaymentIntent) -> Option<Finding> {
    (listed.status == "succeeded").then(|| Finding {
        payment_intent: Some(listed.id.clone()),
        money: Some(Sum::of(listed.received_minor, &listed.currency)),
        remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
        ..of_sale(Difference::PaidSetAside, sale)
    })
}

/// What is wrong with a sale's payment, as it was before and is now, after Stripe's word was let into the books.
pub(crate) fn payment(before: &Sale, now: &Sale, intent: Option<&PaymentIntent>) -> Option<Finding> {
    let Some(intent) = intent else {
        let taken = matches!(before.stage, Stage::Approved(_) | Stage::Held(_));
        return taken.then(|| Finding {
            remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
            ..of_sale(Difference::MissingThere, before)
        });
    };
    let same_amount = intent.amount_minor == now.total().amount_minor()
        && intent.currency.eq_ignore_ascii_case(now.total().currency().code());
    if !same_amount && now.stage != Stage::SetAside {
        let (books, stripe) = (now.total().into(), Sum::of(intent.amount_minor, &intent.currency));
        return Some(Finding {
            remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
            ..of_sale(Difference::Amounts { books, stripe }, now)
        });
    }
    if let Some(difference) = marks(now) {
        return Some(difference);
    }
    if before.taken_minor() != now.taken_minor() && matches!(before.stage, Stage::Approved(_)) {
        return Some(of_sale(Difference::TakenInPart, now));
    }
    if matches!(now.stage, Stage::Approved(_)) && intent.status != PaymentIntentStatus::Succeeded {
        return Some(Finding {
            remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
            ..of_sale(Difference::NotPaidAtStripe, now)
        });
    }
    let (was, is) = (said(&before.stage)?, said(&now.stage));
    (is != Some(was)).then(|| Finding {
        put_right: now.over() && !now.paid_unasked(),
        ..of_sale(Difference::Outcome { was, is }, now)
    })
}

/// A payment that is the sale's by its id and does not say so itself, or not that this till made it.
pub(crate) fn marks(sale: &Sale) -> Option<Finding> {
    sale.mark_differs.then(|| of_sale(Difference::Mark, sale))
}

/// What is new about a sale's refunds, as they were before and are now.
pub(crate) fn refunds(before: &Sale, now: &Sale, all: &[Refund]) -> Vec<Finding> {
    let code = now.total().currency().code();
    let mut differences = Vec::new();
    for refund in &now.refunds {
        let was = before.refunds.iter().find(|old| {
            (old.stripe.is_some() && old.stripe == refund.stripe) || (old.id().is_some() && old.id() == refund.id())
        });
        let at_stripe = refund.stripe.as_ref().is_none_or(|id| all.iter().any(|seen| seen.id == *id));
        let (what, put_right) = if !at_stripe && refund.counts() {
            (Difference::RefundMissingThere, false)
        } else if matches!(refund.stage, RefundStage::Failed { .. }) && was.is_none_or(|was| was.stage != refund.stage)
        {
            (Difference::RefundFailed, false)
        } else if was.is_none() && refund.origin == Origin::Elsewhere {
            (Difference::RefundElsewhere, true)
        } else if was.is_some_and(|was| was.stage != refund.stage && !was.undecided()) {
            (Difference::RefundChanged, true)
        } else {
            continue;
        };
        let money = Some(Sum::of(refund.amount_minor, code));
        differences.push(Finding { money, put_right, ..of_sale(what, now) });
    }
    differences
}

/// A dispute about a sale of this till.
pub(crate) fn dispute(sale: &Sale, dispute: &Dispute) -> Finding {
    let decided = matches!(dispute.status.as_str(), "won" | "lost" | "warning_closed" | "prevented");
    Finding {
        money: Some(Sum::of(dispute.amount_minor, &dispute.currency)),
        put_right: decided,
        ..of_sale(Difference::Dispute { decided }, sale)
    }
}

/// Whether a difference is told once, by whoever let it into the books: read again, the sale shows it no more. Any other is
/// found again for as long as it is so.
pub(crate) fn is_news(difference: &Difference<Sum>) -> bool {
    match difference {
        Difference::Outcome { .. }
        | Difference::RefundFailed
        | Difference::RefundElsewhere
        | Difference::RefundChanged
        | Difference::TakenInPart => true,
        Difference::MissingHere { .. }
        | Difference::MissingThere
        | Difference::Amounts { .. }
        | Difference::PaidSetAside
        | Difference::NotPaidAtStripe
        | Difference::SecondPayment
        | Difference::RefundMissingThere
        | Difference::Dispute { .. }
        | Difference::Mark => false,
    }
}

/// Adds payments up.
pub(crate) fn totals<'a>(payments: impl Iterator<Item = (i64, &'a str)>) -> TotalsView<Sum> {
    let mut count = 0;
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (amount_minor, currency) in payments {
        count += 1;
        let sum = sums.entry(currency.to_uppercase()).or_default();
        *sum = sum.saturating_add(amount_minor);
    }
    let money = sums.into_iter().map(|(code, sum)| Sum::of(sum, &code)).collect();
    TotalsView { payments: count, money }
}

/// What the books tell about an outcome; none while they tell that it is open.
fn said(stage: &Stage) -> Option<BooksSay> {
    match stage {
        Stage::Open { .. } => Some(BooksSay::NotTried),
        Stage::Declined(_) => Some(BooksSay::Declined),
        Stage::Cancelled => Some(BooksSay::Cancelled),
        Stage::Approved(_) => Some(BooksSay::Paid),
        Stage::Held(_) => Some(BooksSay::Held),
        Stage::SetAside => Some(BooksSay::SetAside),
        Stage::Submitting
        | Stage::NeedsAuthentication
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Processing
        | Stage::NotKnown { .. }
        | Stage::Cancelling => None,
    }
}

fn kind_of(difference: &Difference<Sum>) -> DifferenceKind {
    match difference {
        Difference::MissingHere { .. } => DifferenceKind::MissingHere,
        Difference::MissingThere => DifferenceKind::MissingThere,
        Difference::Amounts { .. } | Difference::PaidSetAside => DifferenceKind::Amount,
        Difference::NotPaidAtStripe | Difference::Outcome { .. } => DifferenceKind::Outcome,
        Difference::SecondPayment => DifferenceKind::SecondPayment,
        Difference::RefundElsewhere => DifferenceKind::RefundElsewhere,
        Difference::RefundMissingThere | Difference::RefundFailed | Difference::RefundChanged => DifferenceKind::Refund,
        Difference::Dispute { .. } => DifferenceKind::Dispute,
        Difference::Mark => DifferenceKind::Mark,
        Difference::TakenInPart => DifferenceKind::TakenInPart,
    }
}

#[cfg(test)]
mod tests;
