//! What happened to a payment after it was taken.

use crate::ids::RefundId;
use crate::locale::Locale;
use crate::machine;
use crate::money::{Sum, type_amount};
use crate::observed::SeenDispute;
use crate::refund::{NotMade, Origin, Refund, RefundStage};
use crate::sale::Sale;
use crate::view::{
    DisputeReason, DisputeStatus, DisputeView, MoneyView, RefundFailure, RefundRefused, RefundState, RefundView,
    RefundableView, WhyNotRefunded,
};

/// An amount in the sale's currency.
pub(super) fn money(sale: &Sale, amount_minor: i64, locale: &Locale) -> MoneyView {
    Sum::of(amount_minor, sale.total().currency().code()).view(locale)
}

pub(super) fn refundable(sale: &Sale, locale: &Locale, next: RefundId) -> Option<RefundableView> {
    let left_minor = sale.left_minor();
    machine::refundable(sale, left_minor).then(|| RefundableView {
        refund_id: next.to_string(),
        left: money(sale, left_minor, locale),
        typed: type_amount(left_minor, sale.total().currency(), locale),
    })
}

pub(super) fn refund(sale: &Sale, refund: &Refund, locale: &Locale) -> RefundView {
    let (state, why_not) = refund_stands(refund);
    RefundView {
        money: money(sale, refund.amount_minor, locale),
        at_ms: refund.when.at_ms,
        state,
        why_not,
        elsewhere: refund.origin == Origin::Elsewhere,
        reference: refund.stripe.clone(),
    }
}

/// How a refund stands, and why it gave nothing back where it did not.
pub(crate) fn refund_stands(refund: &Refund) -> (RefundState, Option<WhyNotRefunded>) {
    match &refund.stage {
        RefundStage::InFlight => (RefundState::Working, None),
        RefundStage::NotKnown { .. } => (RefundState::NotKnown, None),
        RefundStage::Pending => (RefundState::Pending, None),
        RefundStage::Succeeded => (RefundState::Refunded, None),
        RefundStage::Failed { reason } => {
            (RefundState::NotRefunded, Some(WhyNotRefunded::Failed { reason: failed(reason.as_deref()) }))
        }
        RefundStage::Canceled => (RefundState::NotRefunded, Some(WhyNotRefunded::CalledBack)),
        RefundStage::NotMade(why) => (RefundState::NotRefunded, Some(not_made(why))),
    }
}

fn failed(reason: Option<&str>) -> RefundFailure {
    match reason {
        Some("lost_or_stolen_card" | "expired_or_canceled_card") => RefundFailure::CardNotValid,
        Some("declined") => RefundFailure::BankDeclined,
        Some("insufficient_funds") => RefundFailure::NotEnoughAtStripe,
        Some("merchant_request") => RefundFailure::ShopCalledBack,
        _ => RefundFailure::BankDidNotTakeIt,
    }
}

fn not_made(why: &NotMade) -> WhyNotRefunded {
    match why {
        NotMade::NeverArrived => WhyNotRefunded::NeverArrived,
        NotMade::TrainingEnded => WhyNotRefunded::TrainingEnded,
        NotMade::Refused { code, status } => WhyNotRefunded::Refused { why: refused(code.as_deref(), *status) },
    }
}

fn refused(code: Option<&str>, status: Option<u16>) -> RefundRefused {
    match (status, code) {
        (None, _) => RefundRefused::NotConnected,
        (_, Some("charge_already_refunded")) => RefundRefused::AlreadyRefunded,
        (_, Some("charge_disputed")) => RefundRefused::Disputed,
        (_, Some("balance_insufficient" | "insufficient_funds")) => RefundRefused::BalanceTooSmall,
        (Some(401), _) => RefundRefused::KeyNotAccepted,
        (Some(403), _) => RefundRefused::KeyLacksPermission,
        (Some(429), _) => RefundRefused::Busy,
        (Some(status), code) => RefundRefused::Refused { status, code: code.map(str::to_owned) },
    }
}

pub(super) fn dispute(sale: &Sale, seen: &SeenDispute, locale: &Locale) -> DisputeView {
    DisputeView {
        money: money(sale, seen.amount_minor, locale),
        reason: dispute_reason(&seen.reason),
        status: dispute_status(&seen.status),
        due_by_ms: seen.due_by_s.map(|seconds| seconds.saturating_mul(1_000)),
        reference: seen.id.clone(),
    }
}

fn dispute_reason(reason: &str) -> DisputeReason {
    match reason {
        "fraudulent" => DisputeReason::Fraudulent,
        "duplicate" => DisputeReason::Duplicate,
        "product_not_received" => DisputeReason::NotReceived,
        "product_unacceptable" => DisputeReason::NotAsAgreed,
        "credit_not_processed" => DisputeReason::RefundMissing,
        "subscription_canceled" => DisputeReason::PurchaseCancelled,
        "unrecognized" => DisputeReason::NotRecognised,
        _ => DisputeReason::Other,
    }
}

/// Stripe's word for how a dispute stands, in ours.
pub(crate) fn dispute_status(status: &str) -> DisputeStatus {
    match status {
        "needs_response" | "warning_needs_response" => DisputeStatus::NeedsAnswer,
        "under_review" | "warning_under_review" => DisputeStatus::UnderReview,
        "won" | "warning_closed" => DisputeStatus::Won,
        "lost" => DisputeStatus::Lost,
        "prevented" => DisputeStatus::Prevented,
        _ => DisputeStatus::Other,
    }
}
