//! What became of a payment after it was taken, as facts. The windows have the sentences.

use serde::Serialize;
use ts_rs::TS;

/// How a payment came about that nobody waited for any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Unasked {
    /// The till had said that nothing was charged: a call that had been lost arrived after all, or somebody finished the payment
    /// elsewhere.
    AfterNotCharged,
    /// The sale had been given up and was shown as cancelled; a call that had been lost arrived after all.
    AfterGivenUp,
    /// The cancel came too late.
    CancelTooLate,
}

/// Why a refund did not give anything back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum WhyNotRefunded {
    /// It was made, and came back.
    Failed {
        reason: RefundFailure,
    },
    CalledBack,
    /// The connection failed, and Stripe has no trace of it.
    NeverArrived,
    /// Training was started again before it was known.
    TrainingEnded,
    /// It was not made.
    Refused {
        why: RefundRefused,
    },
}

/// Why a refund that was made came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RefundFailure {
    /// The card is not valid any more.
    CardNotValid,
    /// The customer's bank declined it.
    BankDeclined,
    /// The account at Stripe does not hold enough.
    NotEnoughAtStripe,
    ShopCalledBack,
    /// The customer's bank did not take it.
    BankDidNotTakeIt,
}

/// Why a refund was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum RefundRefused {
    /// There is no connection to Stripe.
    NotConnected,
    /// The payment was given back already.
    AlreadyRefunded,
    /// The customer's bank has taken the payment back in a dispute.
    Disputed,
    /// The shop's balance at Stripe is too small.
    BalanceTooSmall,
    /// Stripe does not accept the shop's key.
    KeyNotAccepted,
    /// The shop's key lacks the permission to refund.
    KeyLacksPermission,
    /// Stripe is busy.
    Busy,
    /// Anything else that Stripe says.
    Refused {
        /// HTTP status.
        status: u16,
        /// Stripe's code, if it gave one.
        code: Option<String>,
    },
}

/// What the cardholder says in a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DisputeReason {
    /// They did not make this payment.
    Fraudulent,
    /// They were charged twice.
    Duplicate,
    /// Nothing was delivered.
    NotReceived,
    /// The goods were not as agreed.
    NotAsAgreed,
    RefundMissing,
    PurchaseCancelled,
    /// They do not recognise the payment.
    NotRecognised,
    /// Anything else.
    Other,
}

/// How a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DisputeStatus {
    /// It waits for the shop's answer.
    NeedsAnswer,
    /// The bank is looking into it.
    UnderReview,
    /// It was decided for the shop.
    Won,
    /// It was decided for the cardholder.
    Lost,
    /// It was settled before it came to the bank.
    Prevented,
    /// A state that this version does not know.
    Other,
}
