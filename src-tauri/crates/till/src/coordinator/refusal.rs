//! Why the till does not do what it was asked, in sentences for staff.

use stripe_client::Error;

use crate::journal::JournalError;

/// Why a command was not followed. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the UI may branch on: `unknown_sale`, `stale_attempt`, `stale_refund`, `more_than_left`,
    /// `same_amount`, `not_now`, `disk_full`, `journal`, `closed`.
    pub code: &'static str,
    /// A sentence for staff.
    pub message: String,
}

impl Refusal {
    pub(super) fn not_now(message: &str) -> Self {
        Self { code: "not_now", message: message.to_owned() }
    }

    pub(super) fn unknown_sale() -> Self {
        Self { code: "unknown_sale", message: "This sale is not in the till's journal.".into() }
    }

    pub(super) fn stale_attempt() -> Self {
        Self {
            code: "stale_attempt",
            message: "The sale has moved on since this card was keyed, so the card was not tried.".into(),
        }
    }

    pub(super) fn stale_refund() -> Self {
        Self {
            code: "stale_refund",
            message:
                "The sale has changed since this refund was asked for, so nothing was given back. Look at its refunds \
                      and ask again."
                    .into(),
        }
    }

    pub(super) fn more_than_left(left: &str) -> Self {
        Self { code: "more_than_left", message: format!("No more than {left} of this payment can be given back.") }
    }

    pub(super) fn same_amount(number: u32, amount: &str, stands: &str) -> Self {
        let message = format!(
            "Sale {number} of {amount} {stands}. If this is the same customer, go on with that sale instead of charging again."
        );
        Self { code: "same_amount", message }
    }

    pub(super) fn journal(error: &JournalError) -> Self {
        let code = match error {
            JournalError::DiskFull => "disk_full",
            JournalError::Repeated => "stale_attempt",
            // Said by the window.
            JournalError::TakenOver => return Self { code: "journal_taken_over", message: String::new() },
            _ => "journal",
        };
        Self { code, message: error.to_string() }
    }

    pub(super) fn not_reconciled(error: &Error) -> Self {
        match error {
            Error::NotSent { .. } | Error::NoAnswer { .. } => Self {
                code: "offline",
                message: "Stripe cannot be reached, so nothing could be compared. Check the network and try again."
                    .into(),
            },
            Error::Api(error) => Self {
                code: "not_reconciled",
                message: format!("Stripe did not answer the question (HTTP {}). Try again in a moment.", error.status),
            },
            Error::NotStripe { .. } => Self {
                code: "not_stripe",
                message:
                    "Something else than Stripe answered, so nothing could be compared. Look at the network: a page \
                          to sign in may be waiting, or a proxy be broken."
                        .into(),
            },
            Error::Unreadable { .. } => Self {
                code: "not_reconciled",
                message: "Stripe's answer could not be read. Try again in a moment.".into(),
            },
        }
    }

    /// Before anything is sent again Stripe is looked at, and that did not come about. Said by the window.
    pub(super) fn not_looked() -> Self {
        Self { code: "not_looked", message: String::new() }
    }

    pub(super) fn closed() -> Self {
        Self { code: "closed", message: "The till is closing. Start it again to go on; nothing is lost.".into() }
    }
}
