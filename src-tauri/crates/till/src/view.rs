//! What the till shows: the sale in facts and figures that a screen needs.
//!
//! These types cross to the UI (ts-rs writes their TypeScript side). They carry facts, whose sentences the windows make
//! (`ui/words`), and amounts as the locale writes them. The screens decide nothing about money.
//!
//! Deliberately not here: client secrets, idempotency keys, request bodies. The main window must never see them.

use serde::Serialize;
use ts_rs::TS;

mod afterwards;
mod bank_page;
mod decline;
mod difference;
mod doubt;
mod reconciliation;
mod standing;

pub use afterwards::{DisputeReason, DisputeStatus, RefundFailure, RefundRefused, Unasked, WhyNotRefunded};
pub use bank_page::BankPage;
pub use decline::{AfterDecline, AttemptOutcome, DeclineReason, DeclineView, Keyed, NotTaken, WhyDeclined};
pub use difference::{AtStripe, BooksSay, ComparedList, ComparisonNote, Difference};
pub use doubt::{CancelStep, LastLook, WhyNotKnown};
pub use reconciliation::{
    Agreement, ComparisonGap, ComparisonProgress, DifferenceKind, DifferenceView, ReconciliationView, Remedy,
    TotalsView,
};
pub use standing::{Pressing, Standing};

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
    pub attempt_id: String,
    /// When it was submitted, milliseconds since 1970 on the till's clock.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The card, once Stripe has told.
    pub card: Option<CardView>,
    /// How it ended.
    pub outcome: AttemptOutcome,
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
        /// Why the card before was not tried, if there was one.
        notice: Option<WhyDeclined>,
    },
    /// The call is out; the answer decides.
    Submitting,
    /// The bank asks the customer to authenticate.
    NeedsAuthentication {
        /// When the hour is over, milliseconds since 1970.
        #[ts(type = "number")]
        deadline_ms: i64,
        page: BankPage,
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
    Declined { decline: DeclineView },
    /// The outcome is not known yet. No second charge of this sale is possible until it is.
    NotKnown {
        /// Since when, milliseconds since 1970.
        #[ts(type = "number")]
        since_ms: i64,
        /// Why, and what was found out since.
        why: WhyNotKnown,
    },
    /// Being given up.
    Cancelling {
        /// How far that has come.
        step: CancelStep,
    },
    /// Given up; nothing was charged.
    Cancelled,
    /// Stripe shows a payment that is not this sale's; staff have taken note.
    SetAside,
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RefundState {
    /// The call is out.
    Working,
    /// The outcome is not known yet; no other refund of this sale is possible until it is.
    NotKnown,
    /// Stripe has it; the customer's bank not yet.
    Pending,
    /// Given back.
    Refunded,
    /// Not given back.
    NotRefunded,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RefundView {
    pub money: MoneyView,
    /// When it was asked for or first seen, milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// How it stands.
    pub state: RefundState,
    /// Why nothing was given back, if so.
    pub why_not: Option<WhyNotRefunded>,
    /// True when it was made in the Dashboard or by another program.
    pub elsewhere: bool,
    /// Stripe's id, once known.
    pub reference: Option<String>,
}

/// What can be given back now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RefundableView {
    /// The id that the next refund must be asked for with. It changes with each refund, so that the same wish sent twice is
    /// one refund.
    pub refund_id: String,
    /// The most that can be given back.
    pub left: MoneyView,
    /// The same as staff would type it: "25.00".
    pub typed: String,
}

/// A dispute: the cardholder has asked the bank for the money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DisputeView {
    pub money: MoneyView,
    /// What the cardholder says.
    pub reason: DisputeReason,
    /// How it stands.
    pub status: DisputeStatus,
    /// Until when it can be answered in the Stripe Dashboard, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub due_by_ms: Option<i64>,
    /// Stripe's id.
    pub reference: String,
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
    /// Give money back.
    Refund,
    /// Keep a payment that came although the sale had been given up.
    Keep,
    /// Take note of a payment at Stripe that is not this sale's.
    SetAside,
}

/// What Stripe says of a payment that is this sale's, and that should not be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Oddity {
    /// It does not carry the marks of this sale and of the till that made it, or carries others.
    Mark,
    /// It is a test payment in a till that takes real money.
    TestMoney,
    /// It is real money in a till that does not take any.
    RealMoney,
    /// A refund of it says that it is another payment's.
    RefundOfAnother,
    /// The card was keyed, and Stripe did not know it a moment later: the publishable and the secret key are of two accounts.
    /// Nothing was charged.
    KeysOfTwoAccounts,
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
    /// By what the shop finds it again, where it was given one. It is at Stripe and on the receipt too.
    pub reference: Option<String>,
    /// What the shop noted. It never leaves the shop, and stands on no receipt.
    pub note: Option<String>,
    /// When the sale was opened, milliseconds since 1970.
    #[ts(type = "number")]
    pub opened_at_ms: i64,
    /// Grows with every change of this sale: the newest revision wins.
    pub revision: u32,
    /// Where it stands.
    pub stage: StageView,
    /// Whose turn it is.
    pub standing: Standing,
    /// Whether its amount may yet turn out to be paid, so that charging it again may charge the customer twice.
    pub may_turn_out_paid: bool,
    pub presses: Option<Pressing>,
    /// Whether a call that can move money, to the shop or back, is out.
    pub call_in_flight: bool,
    /// The cards tried, oldest first.
    pub attempts: Vec<AttemptView>,
    /// The PaymentIntent's id, once known.
    pub payment_intent: Option<String>,
    /// What was given back, oldest first.
    pub refunds: Vec<RefundView>,
    /// What can be given back now; none when nothing can.
    pub refundable: Option<RefundableView>,
    /// The disputes about this payment.
    pub disputes: Vec<DisputeView>,
    /// How it was paid although nobody waited for that any more, while nobody has decided about it.
    pub unasked: Option<Unasked>,
    /// What was taken, where it is less than the sale: a hold was taken in part.
    pub taken: Option<MoneyView>,
    /// What is odd about the payment. The money counts all the same.
    pub oddities: Vec<Oddity>,
    /// What staff can do now, the obvious next step first.
    pub actions: Vec<Action>,
}
