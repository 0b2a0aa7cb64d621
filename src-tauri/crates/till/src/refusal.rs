//! Why the till does not do what it was asked, as facts. The windows have the sentences.

use std::convert::Infallible;

use serde::Serialize;
use stripe_client::Error;
use ts_rs::TS;

use crate::journal::JournalError;
use crate::locale::Locale;
use crate::money::Sum;
use crate::view::MoneyView;

/// Why a command was not followed. Nothing has changed then. Its amounts are written, or [`Sum`]s that are not written yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
#[ts(export, concrete(A = MoneyView))]
pub enum Refusal<A = MoneyView> {
    /// The sale is not in the till's journal.
    UnknownSale,
    /// The sale has moved on since the card was keyed, so the card was not tried.
    StaleAttempt,
    /// The sale has changed since the refund was asked for, so nothing was given back.
    StaleRefund,
    /// No more than this of the payment can be given back.
    MoreThanLeft { left: A },
    /// Another sale of the same amount may yet turn out to be paid: this may be the same customer.
    SameAmount {
        sale_id: String,
        number: u32,
        /// Its amount.
        money: A,
        stands: SameAmount,
    },
    /// Not as things stand.
    NotNow { why: NotNow },
    /// The disk is full, so nothing would be on record.
    DiskFull,
    /// Another till was started on the journal.
    JournalTakenOver,
    /// A newer version of the till wrote the sale, and this one does not know how to read it.
    WrittenByNewer,
    /// The journal cannot be read or written.
    Journal {
        /// What the system says, in its own words.
        said: String,
    },
    /// Stripe cannot be reached, so nothing could be compared.
    Offline,
    /// Stripe did not answer the question, or its answer could not be read.
    NotReconciled {
        /// HTTP status of Stripe's refusal; none where the answer could not be read.
        status: Option<u16>,
    },
    /// Something else than Stripe answered, so nothing could be compared.
    NotStripe,
    /// Before anything is sent again Stripe is looked at, and that did not come about.
    NotLooked,
    /// The till is closing.
    Closed,
}

/// How a sale of the same amount stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SameAmount {
    /// It was charged although it had been given up, and nobody has decided about it.
    ChargedUnasked,
    /// The bank approved it, and it is not finished.
    Authenticated,
    /// It holds the customer's money.
    Held,
    /// Its outcome is not known yet.
    NotKnown,
}

/// Why something cannot be done as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NotNow {
    /// The sale's stage does not allow it.
    AsTheSaleStands,
    /// The sale is open under this id, with another amount.
    OtherAmount,
    /// The sale is open under this id, with another reference or note.
    OtherTexts,
    CardTriedAlready,
    /// The payment was taken in from Stripe while it was open: it can only be given up.
    TakenInOpen,
    /// The bank's approval is not there, or not any more.
    NothingToFinish,
    /// The customer has paid already: the sale can be refunded, not cancelled.
    PaidAlready,
    /// The request cannot be sent again.
    CannotBeSentAgain,
    /// No key could be made for the call.
    NoKey,
    /// Only a paid sale can be refunded.
    NotPaid,
    /// Another refund of the sale is still open.
    AnotherRefundOpen,
    /// The payment does not carry this till's mark.
    NotThisTills,
    /// The payment's amount or currency is none that this till can keep.
    AmountNotKept,
    /// The span is longer than three months, or ends before it begins.
    BadSpan,
    /// A sale is in hand, and the till is checked between sales.
    SaleInHand,
}

impl<A> Refusal<A> {
    /// What it is called where it crosses and in the log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownSale => "unknown_sale",
            Self::StaleAttempt => "stale_attempt",
            Self::StaleRefund => "stale_refund",
            Self::MoreThanLeft { .. } => "more_than_left",
            Self::SameAmount { .. } => "same_amount",
            Self::NotNow { .. } => "not_now",
            Self::DiskFull => "disk_full",
            Self::JournalTakenOver => "journal_taken_over",
            Self::WrittenByNewer => "written_by_newer",
            Self::Journal { .. } => "journal",
            Self::Offline => "offline",
            Self::NotReconciled { .. } => "not_reconciled",
            Self::NotStripe => "not_stripe",
            Self::NotLooked => "not_looked",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn not_now(why: NotNow) -> Self {
        Self::NotNow { why }
    }

    pub(crate) fn journal(error: &JournalError) -> Self {
        match error {
            JournalError::DiskFull => Self::DiskFull,
            JournalError::Repeated => Self::StaleAttempt,
            JournalError::TakenOver => Self::JournalTakenOver,
            JournalError::Io(said) => Self::Journal { said: said.clone() },
            // Seldom after a journal was opened: of a sale of long ago.
            JournalError::Newer { .. } => Self::WrittenByNewer,
            // None of them comes up after a journal was opened.
            other => Self::Journal { said: format!("{other:?}") },
        }
    }

    pub(crate) fn not_reconciled(error: &Error) -> Self {
        match error {
            Error::NotSent { .. } | Error::NoAnswer { .. } => Self::Offline,
            Error::Api(error) => Self::NotReconciled { status: Some(error.status) },
            Error::NotStripe { .. } => Self::NotStripe,
            Error::Unreadable { .. } => Self::NotReconciled { status: None },
        }
    }

    fn with<B>(self, amount: impl Fn(A) -> B) -> Refusal<B> {
        match self {
            Self::MoreThanLeft { left } => Refusal::MoreThanLeft { left: amount(left) },
            Self::SameAmount { sale_id, number, money, stands } => {
                Refusal::SameAmount { sale_id, number, money: amount(money), stands }
            }
            Self::UnknownSale => Refusal::UnknownSale,
            Self::StaleAttempt => Refusal::StaleAttempt,
            Self::StaleRefund => Refusal::StaleRefund,
            Self::NotNow { why } => Refusal::NotNow { why },
            Self::DiskFull => Refusal::DiskFull,
            Self::JournalTakenOver => Refusal::JournalTakenOver,
            Self::WrittenByNewer => Refusal::WrittenByNewer,
            Self::Journal { said } => Refusal::Journal { said },
            Self::Offline => Refusal::Offline,
            Self::NotReconciled { status } => Refusal::NotReconciled { status },
            Self::NotStripe => Refusal::NotStripe,
            Self::NotLooked => Refusal::NotLooked,
            Self::Closed => Refusal::Closed,
        }
    }
}

impl Refusal<Sum> {
    /// As a screen shows it.
    #[must_use]
    pub fn view(self, locale: &Locale) -> Refusal {
        self.with(|sum| sum.view(locale))
    }
}

impl Refusal<Infallible> {
    /// The same where others may name an amount.
    #[must_use]
    pub fn plain<A>(self) -> Refusal<A> {
        self.with(|none| match none {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_name_under_which_it_crosses() {
        for refusal in [
            Refusal::<MoneyView>::UnknownSale,
            Refusal::NotNow { why: NotNow::BadSpan },
            Refusal::Journal { said: "no".into() },
            Refusal::NotReconciled { status: None },
            Refusal::JournalTakenOver,
            Refusal::WrittenByNewer,
            Refusal::NotLooked,
        ] {
            let crossed = serde_json::to_value(&refusal).expect("serialised");
            assert_eq!(crossed["code"], refusal.code());
        }
    }
}
