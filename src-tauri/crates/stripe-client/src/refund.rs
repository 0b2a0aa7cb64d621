//! Refunds and disputes: what happens to a payment after it was taken, as far as a till reads it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::payment_intent::{Expandable, ListedPaymentIntent};

/// The states of a refund. One that Stripe invents arrives as [`RefundStatus::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum RefundStatus {
    /// On its way to the customer's bank.
    Pending,
    /// The customer has to do something first. Not for cards, as far as Stripe documents.
    RequiresAction,
    /// Given back.
    Succeeded,
    /// It could not be given back; the money is with the shop's balance again.
    Failed,
    /// Called back before it was given.
    Canceled,
    /// A state that this version does not know.
    Other(String),
}

impl From<String> for RefundStatus {
    fn from(text: String) -> Self {
        match text.as_str() {
            "pending" => Self::Pending,
            "requires_action" => Self::RequiresAction,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            _ => Self::Other(text),
        }
    }
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// `re_…`; taken as it comes, because an account has refunds of other kinds of payment too.
    pub id: String,
    /// In Stripe's smallest unit for the currency.
    #[serde(rename = "amount")]
    pub amount_minor: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// Where it stands. Null only for kinds of refund that no card has.
    #[serde(default)]
    pub status: Option<RefundStatus>,
    /// When it was created, seconds since 1970 by Stripe's clock.
    #[serde(default)]
    pub created: i64,
    /// Of which payment.
    #[serde(default)]
    pub payment_intent: Option<Expandable<ListedPaymentIntent>>,
    /// Why it failed: `expired_or_canceled_card`, `lost_or_stolen_card`, `unknown`, …
    #[serde(default)]
    pub failure_reason: Option<String>,
    /// Ours, by which it is found.
    #[serde(default)]
    pub metadata: Option<BTreeMap<String, String>>,
}

/// A dispute: the cardholder asks the bank for the money back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Dispute {
    /// `du_…` or `dp_…`
    pub id: String,
    /// In Stripe's smallest unit for the currency.
    #[serde(rename = "amount")]
    pub amount_minor: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// `needs_response`, `under_review`, `won`, `lost`, `warning_…`, …
    pub status: String,
    /// `fraudulent`, `product_not_received`, …
    pub reason: String,
    /// Of which payment.
    #[serde(default)]
    pub payment_intent: Option<Expandable<ListedPaymentIntent>>,
    /// Until when it can be answered.
    #[serde(default)]
    pub evidence_details: Option<EvidenceDetails>,
}

/// What Stripe tells about answering a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct EvidenceDetails {
    /// Seconds since 1970; none when it cannot be answered (any more).
    #[serde(default)]
    pub due_by: Option<i64>,
}

/// The payment that a refund or a dispute is about, where it was expanded.
fn payment(about: Option<&Expandable<ListedPaymentIntent>>) -> Option<&ListedPaymentIntent> {
    match about? {
        Expandable::Id(_) => None,
        Expandable::Object(intent) => Some(intent),
    }
}

impl Refund {
    /// The payment that it is of, where the answer held it.
    #[must_use]
    pub fn payment(&self) -> Option<&ListedPaymentIntent> {
        payment(self.payment_intent.as_ref())
    }
}

impl Dispute {
    /// The payment that it is about, where the answer held it.
    #[must_use]
    pub fn payment(&self) -> Option<&ListedPaymentIntent> {
        payment(self.payment_intent.as_ref())
    }
}
