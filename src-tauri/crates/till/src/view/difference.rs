//! What is not the same in the till's books and at Stripe, and what could not be compared, as facts.

use serde::Serialize;
use ts_rs::TS;

use super::MoneyView;
use crate::locale::Locale;
use crate::money::Sum;

/// What a difference is, with what its sentence needs. Its amounts are written, or [`Sum`]s that are not written yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
#[ts(export, concrete(A = MoneyView))]
pub enum Difference<A = MoneyView> {
    /// A payment with this till's mark that the till has no sale for: its journal was lost, or is an older copy.
    MissingHere { stands: AtStripe },
    /// The books have the payment, and Stripe has none of its id for this account.
    MissingThere,
    /// The amounts or currencies differ.
    Amounts {
        /// What the books say.
        books: A,
        /// What Stripe says.
        stripe: A,
    },
    /// A payment that was set aside has been paid. It is in none of the till's totals.
    PaidSetAside,
    /// The books say that the sale is paid, and Stripe does not.
    NotPaidAtStripe,
    /// The books said one outcome, and say another since Stripe was asked.
    Outcome {
        /// What they said.
        was: BooksSay,
        /// What they say now; none while it is being settled.
        is: Option<BooksSay>,
    },
    /// Stripe has another payment that names the sale.
    SecondPayment,
    /// The books have a refund that Stripe has none of.
    RefundMissingThere,
    /// The customer did not get the money back: it is with the shop again.
    RefundFailed,
    /// It was given back in the Stripe Dashboard or by another program. It is in the books now.
    RefundElsewhere,
    /// A refund stands otherwise than the books said. They are right now.
    RefundChanged,
    /// The cardholder has asked the bank for the money back.
    Dispute { decided: bool },
    /// The payment is this sale's, and does not carry its mark, or carries another's.
    Mark,
    /// Less was taken than was held.
    TakenInPart,
}

impl Difference<Sum> {
    /// As a screen shows it.
    #[must_use]
    pub(crate) fn view(&self, locale: &Locale) -> Difference {
        match self {
            Self::Amounts { books, stripe } => {
                Difference::Amounts { books: books.view(locale), stripe: stripe.view(locale) }
            }
            Self::MissingHere { stands } => Difference::MissingHere { stands: *stands },
            Self::MissingThere => Difference::MissingThere,
            Self::PaidSetAside => Difference::PaidSetAside,
            Self::NotPaidAtStripe => Difference::NotPaidAtStripe,
            Self::Outcome { was, is } => Difference::Outcome { was: *was, is: *is },
            Self::SecondPayment => Difference::SecondPayment,
            Self::RefundMissingThere => Difference::RefundMissingThere,
            Self::RefundFailed => Difference::RefundFailed,
            Self::RefundElsewhere => Difference::RefundElsewhere,
            Self::RefundChanged => Difference::RefundChanged,
            Self::Dispute { decided } => Difference::Dispute { decided: *decided },
            Self::Mark => Difference::Mark,
            Self::TakenInPart => Difference::TakenInPart,
        }
    }
}

/// How a payment stands that the books do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AtStripe {
    Paid,
    /// It holds the customer's money.
    Held,
    /// It is being processed.
    UnderWay,
    /// It is not finished.
    Unfinished,
}

/// What the books tell about an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BooksSay {
    /// Nothing was tried.
    NotTried,
    /// The card was declined.
    Declined,
    /// The sale was cancelled.
    Cancelled,
    Paid,
    /// The money is held.
    Held,
    SetAside,
}

/// What of a span was not compared, or is not this till's to compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ComparisonNote {
    /// Disputed payments of the account that are not this till's.
    DisputesOfOthers { payments: u32 },
    /// A sale that was being worked on meanwhile: it is in neither total.
    SaleInWork { number: u32 },
    /// More sales than that have to be looked at one by one; the others were left.
    TooManyToLookAt { most: u32 },
    /// Disputes could not be read: a restricted key needs read access to them.
    DisputesNotRead,
    /// A list has more entries than are read of one; only the newest were compared.
    ListTooLong {
        list: ComparedList,
        /// How many are read.
        most: u32,
    },
}

/// A list of Stripe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ComparedList {
    Payments,
    Refunds,
    Disputes,
}
