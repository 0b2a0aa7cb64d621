//! What the till shows: the sale in words and figures that a screen needs.
//!
//! These types cross to the UI (ts-rs writes their TypeScript side), so they carry finished text: amounts are formatted
//! here, declines are explained here. The screens decide nothing about money.
//!
//! Deliberately not here: client secrets, idempotency keys, request bodies. The main window must never see them.

use serde::Serialize;
use ts_rs::TS;

/// An amount of money, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MoneyView {
    /// Whole minor units as Stripe counts them for this currency.
    #[ts(type = "number")]
    pub amount_minor: i64,
    /// ISO 4217 code in capitals, e.g. `GBP`.
    pub currency: String,
    /// The amount as the shop's locale writes it, e.g. `£25.00`.
    pub text: String,
}

/// The card of an attempt, as far as a till may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CardView {
    /// The brand's name as people write it, e.g. `Visa`.
    pub brand: String,
    /// The last four digits.
    pub last4: String,
}

/// One card tried for a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AttemptView {
    /// The attempt's id.
    pub attempt_id: String,
    /// When it was submitted, milliseconds since 1970 on the till's clock.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The card, once Stripe has told.
    pub card: Option<CardView>,
    /// How it ended, in a few words: "Approved", "Declined: insufficient funds", "Authentication failed".
    pub outcome: String,
}

/// Why a payment did not go through, in two voices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DeclineView {
    /// A few words for the top of the screen: "Declined: insufficient funds".
    pub title: String,
    /// What staff should know and do next.
    pub staff: String,
    /// What staff can say to the customer. Never reveals a lost, stolen or suspected card.
    pub customer: String,
    /// The card that failed, when known.
    pub card: Option<CardView>,
}

/// What is printed or shown as proof of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ReceiptView {
    /// When the payment was approved, milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The card that paid, when Stripe has told.
    pub card: Option<CardView>,
    /// The bank's authorisation code, when Stripe has told.
    pub authorization_code: Option<String>,
    /// True when the customer passed the bank's authentication for this payment.
    pub authenticated: bool,
    /// The PaymentIntent's id.
    pub payment_intent: String,
}

/// Where a sale stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum StageView {
    /// Waiting for a card; nothing was charged. `notice` says why an earlier card could not even be tried.
    Open {
        /// A sentence about what went wrong before, if anything did.
        notice: Option<String>,
    },
    /// The call is out; the answer decides.
    Submitting,
    /// The bank asks the customer to authenticate.
    NeedsAuthentication {
        /// When the hour is over, milliseconds since 1970.
        #[ts(type = "number")]
        deadline_ms: i64,
    },
    /// The bank said yes; the payment is not finished until the till confirms it again.
    Authenticated {
        /// When the bank's yes was seen, milliseconds since 1970.
        #[ts(type = "number")]
        since_ms: i64,
        /// When the hour is over, milliseconds since 1970.
        #[ts(type = "number")]
        deadline_ms: i64,
    },
    /// The second confirm is out; the answer decides.
    Confirming,
    /// Paid.
    Approved {
        /// The proof of payment.
        receipt: ReceiptView,
    },
    /// Authorised but not taken.
    Held {
        /// The proof of the hold.
        receipt: ReceiptView,
    },
    /// Stripe is still working on it; the till keeps reading.
    Processing,
    /// Not charged; another card or cancel.
    Declined {
        /// Why.
        decline: DeclineView,
    },
    /// The outcome is not known yet. No second charge of this sale is possible until it is.
    NotKnown {
        /// Since when, milliseconds since 1970.
        #[ts(type = "number")]
        since_ms: i64,
        /// What staff should know.
        staff: String,
        /// What staff can say to the customer.
        customer: String,
    },
    /// Cancelling; the answer decides.
    Cancelling,
    /// Given up; nothing was charged.
    Cancelled,
}

/// What staff can do with a sale right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Action {
    /// Open the payment window for a card (first or another).
    TakeCard,
    /// Open the payment window for the bank's challenge.
    Authenticate,
    /// Confirm an authenticated payment: the customer is charged.
    Finish,
    /// Send the very same request again (same key, same body): it can charge once at most.
    TryAgain,
    /// Ask Stripe now.
    LookAgain,
    /// Give the sale up.
    Cancel,
}

/// A sale, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SaleView {
    /// The sale's id (a UUID).
    pub sale_id: String,
    /// The sale's number in this till's journal, from 1. It is on the receipt.
    pub number: u32,
    /// What is to be paid.
    pub money: MoneyView,
    /// When the sale was opened, milliseconds since 1970.
    #[ts(type = "number")]
    pub opened_at_ms: i64,
    /// Grows with every change of this sale: the newest revision wins.
    pub revision: u32,
    /// Where it stands.
    pub stage: StageView,
    /// The cards tried, oldest first.
    pub attempts: Vec<AttemptView>,
    /// The PaymentIntent's id, once known.
    pub payment_intent: Option<String>,
    /// What staff can do now, the obvious next step first.
    pub actions: Vec<Action>,
}
