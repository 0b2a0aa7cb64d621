//! What happened to a payment after it was taken, in words.

use crate::ids::RefundId;
use crate::locale::Locale;
use crate::machine;
use crate::money::{type_amount, write_amount};
use crate::observed::SeenDispute;
use crate::refund::{NotMade, Origin, Refund, RefundStage};
use crate::sale::Sale;
use crate::view::{DisputeView, MoneyView, RefundState, RefundView, RefundableView};

fn money(sale: &Sale, amount_minor: i64, locale: &Locale) -> MoneyView {
    let currency = sale.money.currency();
    MoneyView { amount_minor, currency: currency.code().to_owned(), text: write_amount(amount_minor, currency, locale) }
}

pub(super) fn refundable(sale: &Sale, locale: &Locale, next: RefundId) -> Option<RefundableView> {
    let left_minor = sale.left_minor();
    machine::refundable(sale, left_minor).then(|| RefundableView {
        refund_id: next.to_string(),
        left: money(sale, left_minor, locale),
        typed: type_amount(left_minor, sale.money.currency(), locale),
    })
}

pub(super) fn refund(sale: &Sale, refund: &Refund, locale: &Locale) -> RefundView {
    let (state, title, staff) = words(refund);
    RefundView {
        money: money(sale, refund.amount_minor, locale),
        at_ms: refund.when.at_ms,
        state,
        title: title.to_owned(),
        staff,
        elsewhere: refund.origin == Origin::Elsewhere,
        reference: refund.stripe.clone(),
    }
}

fn words(refund: &Refund) -> (RefundState, &'static str, Option<String>) {
    match &refund.stage {
        RefundStage::Out => (RefundState::Working, "Refunding", None),
        RefundStage::NotKnown { .. } => (
            RefundState::NotKnown,
            "Refund not known yet",
            Some(
                "Stripe did not answer, so the money may be on its way back or not. The till keeps asking. Do not give it \
                 back in another way yet."
                    .into(),
            ),
        ),
        RefundStage::Pending => (
            RefundState::Pending,
            "Refund pending",
            Some("Stripe has taken it on; the customer's bank not yet. Nothing more is to be done.".into()),
        ),
        RefundStage::Succeeded => (RefundState::Refunded, "Refunded", None),
        RefundStage::Failed { reason } => (RefundState::NotRefunded, "Refund failed", Some(failed(reason.as_deref()))),
        RefundStage::Canceled => (
            RefundState::NotRefunded,
            "Refund called back",
            Some("The customer did not get this money.".into()),
        ),
        RefundStage::NotMade(why) => (RefundState::NotRefunded, "Not refunded", Some(not_made(why))),
    }
}

fn failed(reason: Option<&str>) -> String {
    let why = match reason {
        Some("lost_or_stolen_card" | "expired_or_canceled_card") => "the card is not valid any more",
        Some("declined") => "the customer's bank declined it",
        Some("insufficient_funds") => "the account at Stripe does not hold enough",
        Some("merchant_request") => "the shop called it back",
        _ => "the customer's bank did not take it",
    };
    format!("The customer did not get this money: {why}. Agree on another way with the customer.")
}

fn not_made(why: &NotMade) -> String {
    match why {
        NotMade::NeverArrived => {
            "The connection failed, and Stripe has no trace of this refund. Nothing was given back. Ask for it again."
                .into()
        }
        NotMade::TrainingEnded => "Training was started again before the outcome was known.".into(),
        NotMade::Refused { code, status } => refused(code.as_deref(), *status),
    }
}

fn refused(code: Option<&str>, status: Option<u16>) -> String {
    match (status, code) {
        (None, _) => "There is no connection to Stripe, so nothing was given back. Check the network and ask for it again."
            .into(),
        (_, Some("charge_already_refunded")) => {
            "This payment was given back already, perhaps in the Stripe Dashboard. Nothing more was given back.".into()
        }
        (_, Some("charge_disputed")) => {
            "The customer's bank has taken this payment back in a dispute, so it cannot be refunded. Answer the dispute in \
             the Stripe Dashboard."
                .into()
        }
        (_, Some("balance_insufficient" | "insufficient_funds")) => {
            "The shop's balance at Stripe is too small for this refund. Nothing was given back. Try again after the next \
             payments, or add funds in the Stripe Dashboard."
                .into()
        }
        (Some(401), _) => "Stripe does not accept the shop's key. Nothing was given back. The owner can enter a new key in \
                           Settings."
            .into(),
        (Some(403), _) => "The shop's key lacks the permission to refund. Nothing was given back. The owner can give the \
                           restricted key write access to Charges and Refunds."
            .into(),
        (Some(429), _) => "Stripe is busy. Nothing was given back. Wait a moment and ask for it again.".into(),
        (Some(status), code) => {
            let code = code.unwrap_or("no code");
            format!(
                "Stripe did not accept the refund (HTTP {status}, {code}). Nothing was given back. Look at this payment in \
                 the Stripe Dashboard."
            )
        }
    }
}

pub(super) fn dispute(sale: &Sale, seen: &SeenDispute, locale: &Locale) -> DisputeView {
    DisputeView {
        money: money(sale, seen.amount_minor, locale),
        staff: format!("{} {}", dispute_reason(&seen.reason), dispute_status(&seen.status)),
        due_by_ms: seen.due_by_s.map(|seconds| seconds.saturating_mul(1_000)),
        reference: seen.id.clone(),
    }
}

fn dispute_reason(reason: &str) -> &'static str {
    match reason {
        "fraudulent" => "The cardholder says that they did not make this payment.",
        "duplicate" => "The cardholder says that they were charged twice.",
        "product_not_received" => "The cardholder says that nothing was delivered.",
        "product_unacceptable" => "The cardholder says that the goods were not as agreed.",
        "credit_not_processed" => "The cardholder says that a refund is missing.",
        "subscription_canceled" => "The cardholder says that the purchase was cancelled.",
        "unrecognized" => "The cardholder does not recognise this payment.",
        _ => "The cardholder has asked the bank for the money back.",
    }
}

fn dispute_status(status: &str) -> &'static str {
    match status {
        "needs_response" | "warning_needs_response" => "Answer it in the Stripe Dashboard.",
        "under_review" | "warning_under_review" => "The bank is looking into it.",
        "won" | "warning_closed" => "It was decided for the shop.",
        "lost" => "It was decided for the cardholder.",
        "prevented" => "It was settled before it came to the bank.",
        _ => "The Stripe Dashboard shows how it stands.",
    }
}
