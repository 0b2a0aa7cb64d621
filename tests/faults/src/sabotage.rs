//! Tills that break the promise, to show that the harness would notice.
//!
//! Each is wrapped around a seam of the real till: the transport, the disk, or the handle through which the shell speaks to
//! it (the last in [`crate::counter`]). Nothing of it is compiled into the till.

mod disk;
mod transport;

pub use disk::LateDisk;
pub use transport::BentTransport;

/// What is done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Each sending has a key of its own, so a retry is another payment.
    FreshKeyOnRetry,
    /// The same for refunds alone.
    RefundWithFreshKey,
    /// A row reaches the disk only when the next one is written, so a call goes out before its row is safe.
    WrittenAfterSent,
    /// What the page says is taken for what the bank said: a challenge that is open reads as paid.
    HintBelieved,
    /// A silence is taken for a decline.
    UnknownTakenForDeclined,
    /// A connection that broke is taken for one that never came about, so for a request that was not sent.
    BrokenTakenForNotSent,
    /// A refund's silence is taken for "not refunded".
    UnknownTakenForNotRefunded,
    /// What was lost is sent again a day later, when Stripe does not remember its key any more.
    ResentWhenForgotten,
    /// What had no answer before the machine slept is sent again when it wakes up, as if no time had passed.
    SentAgainAfterASleep,
    /// Another amount is charged, and the answer's amount is not looked at.
    AmountUnchecked,
    /// A cancel is told as done without having been sent.
    CancelBelieved,
    /// A payment that turns up long after its sale was given up is not looked for.
    StraysNotWatched,
    /// A look is believed although calls went out since it was made: whatever was read first is read for ever.
    OldLookBelieved,
    /// Payments are looked for in an index that lags behind, and what is not in it is taken for not there.
    SearchIndexBelieved,
    /// Refunds that the till did not make are not let into the books.
    RefundsElsewhereOverlooked,
    /// After a restart, what the bank approved is confirmed without asking staff.
    RecoveryConfirms,
    /// A refund's command that comes twice is taken for two wishes.
    CommandActedOnTwice,
    /// Nobody is warned of a second sale of an amount that may yet be paid.
    SameAmountNotWarned,
    /// A second payment of one sale is not compared.
    SecondPaymentOverlooked,
    /// Payments of this till that its books do not have are not compared.
    LostPaymentsOverlooked,
    /// A sale's payment is made without its reference.
    ReferenceDropped,
    /// What a check has taken is told as given back without having been sent.
    CheckRefundBelieved,
    /// One call in twenty panics in the till's own task, which lives on as if the answer had been lost.
    CallFallsOver,
}

pub const ALL: [Sabotage; 23] = [
    Sabotage::FreshKeyOnRetry,
    Sabotage::RefundWithFreshKey,
    Sabotage::WrittenAfterSent,
    Sabotage::HintBelieved,
    Sabotage::UnknownTakenForDeclined,
    Sabotage::BrokenTakenForNotSent,
    Sabotage::UnknownTakenForNotRefunded,
    Sabotage::ResentWhenForgotten,
    Sabotage::SentAgainAfterASleep,
    Sabotage::AmountUnchecked,
    Sabotage::CancelBelieved,
    Sabotage::StraysNotWatched,
    Sabotage::OldLookBelieved,
    Sabotage::SearchIndexBelieved,
    Sabotage::RefundsElsewhereOverlooked,
    Sabotage::RecoveryConfirms,
    Sabotage::CommandActedOnTwice,
    Sabotage::SameAmountNotWarned,
    Sabotage::SecondPaymentOverlooked,
    Sabotage::LostPaymentsOverlooked,
    Sabotage::ReferenceDropped,
    Sabotage::CheckRefundBelieved,
    Sabotage::CallFallsOver,
];

impl Sabotage {
    /// Its name, as the program takes it: `hint-believed`.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|sabotage| sabotage.name() == name)
    }
}
