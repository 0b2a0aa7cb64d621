//! Why a payment did not go through, as facts. The windows have the sentences, for staff and for the customer.

use serde::Serialize;
use ts_rs::TS;

use super::CardView;

/// Why a payment did not go through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DeclineView {
    pub why: WhyDeclined,
    /// The card that failed, when known.
    pub card: Option<CardView>,
}

/// Why a card did not pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum WhyDeclined {
    /// The bank said no.
    Refused {
        /// For this reason; none where it gives none, or none that may be passed on: a lost, stolen or suspected card reads like
        /// any other.
        reason: Option<DeclineReason>,
        /// What helps.
        next: AfterDecline,
    },
    /// The bank did not accept the authentication, or it was cancelled.
    AuthenticationFailed,
    /// It was not confirmed within an hour.
    HourPassed,
    /// The connection failed, and Stripe has no trace of the card being tried.
    NeverArrived,
    /// Stripe did not take the request, or it never left: the card was not tried.
    NotTaken { why: NotTaken },
}

/// A reason that the bank gives and that may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeclineReason {
    /// The bank could not approve it.
    NotApproved,
    AuthenticationNeeded,
    /// Card does not allow this purchase.
    PurchaseNotAllowed,
    /// Card is over its limit.
    OverLimit,
    /// Card does not take this currency.
    OtherCurrency,
    /// Same amount on this card moments ago.
    SameAmountMomentsAgo,
    /// Card has expired.
    Expired,
    /// Address does not match.
    AddressDiffers,
    WrongSecurityCode,
    /// Card number is wrong.
    WrongNumber,
    WrongPin,
    /// Postcode does not match.
    PostcodeDiffers,
    InsufficientFunds,
    AccountNotValid,
    /// The bank does not allow this amount.
    AmountNotAllowed,
    WrongExpiryMonth,
    WrongExpiryYear,
    /// The bank could not be reached.
    BankNotReached,
    /// Authentication needed on the customer's phone.
    AuthenticationOnPhone,
    /// Card details are out of date.
    DetailsOutOfDate,
    /// The bank does not permit this payment.
    PaymentNotPermitted,
    /// Card needs its PIN.
    NeedsPin,
    TooManyPinTries,
    ProcessingError,
    /// The bank could not process it.
    NotProcessed,
    /// Customer has stopped payments to this shop.
    PaymentsToShopStopped,
    /// Customer has stopped this payment.
    PaymentStopped,
    TestCard,
    /// The bank asks to try later.
    TryLater,
    /// Real cards cannot be used in test mode.
    RealCardInTestMode,
    /// Card was declined too often today.
    DeclinedTooOften,
}

/// What helps after a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum AfterDecline {
    /// Another card.
    OtherCard,
    /// The customer's bank knows more than we do.
    AskBank,
    /// Key it again with care.
    KeyAgain {
        /// What to look at.
        what: Keyed,
    },
    /// The same card may work in a moment.
    WaitAndTry,
    /// Look for an earlier payment.
    CheckEarlier,
}

/// What staff have keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Keyed {
    /// The billing address.
    Address,
    /// The security code (CVC).
    SecurityCode,
    /// The card number.
    Number,
    /// The billing postcode.
    Postcode,
    /// The expiry date.
    Expiry,
}

/// Why Stripe was not asked, or did not take the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum NotTaken {
    /// There is no connection to Stripe.
    NotConnected,
    /// Stripe does not accept the shop's key.
    KeyNotAccepted,
    /// The shop's key lacks a permission for it.
    KeyLacksPermission,
    /// Stripe is busy.
    Busy,
    /// Stripe does not charge so small an amount.
    AmountTooSmall,
    /// Stripe does not charge so large an amount.
    AmountTooLarge,
    /// Anything else that Stripe says.
    Refused {
        /// HTTP status.
        status: u16,
        /// Stripe's code, if it gave one.
        code: Option<String>,
    },
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum AttemptOutcome {
    InProgress,
    Approved,
    Held,
    /// It did not pay.
    Declined {
        why: WhyDeclined,
    },
    NotTried,
    Cancelled,
}
