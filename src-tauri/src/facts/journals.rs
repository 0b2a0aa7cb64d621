//! Whose the sales are, and the copies of them, as facts.

use serde::Serialize;
use till::journal_copy::CopyFailure;
use ts_rs::TS;

use crate::views::Mode;

/// The copies of the open journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CopiesView {
    /// Where copies go; none while the owner has chosen no folder.
    pub folder: Option<String>,
    /// The newest copy's file.
    pub newest: Option<String>,
    /// When it was made, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub newest_ms: Option<i64>,
    /// Why the last try of this run failed, if it did.
    pub failure: Option<CopyFailure>,
}

/// The owner is asked which sales the keys belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct JournalQuestion {
    /// The keys' mode.
    pub mode: Mode,
    /// The sales of this mode that the till has.
    pub journals: Vec<JournalChoice>,
    /// Whether a new journal may be begun beside them.
    pub may_start_new: bool,
}

/// Sales that the keys may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct JournalChoice {
    /// The journal's file, by which it is chosen.
    pub journal: String,
    pub sales: u32,
    /// When something was last written to it, milliseconds since 1970; none when it is empty.
    #[ts(type = "number | null")]
    pub last_ms: Option<i64>,
    /// What is known about it and the keys.
    pub tie: Tie,
}

/// What is known about a journal and a pair of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Tie {
    /// It records another account.
    OtherAccount,
    /// The key sees none of its payments.
    NotSeen,
    /// It knows no payment that the key could see.
    NoPayments,
    /// Stripe did not answer.
    NoAnswer,
    /// It cannot be read: it is damaged, or of a newer version.
    Unreadable,
}

impl Tie {
    /// Whether the owner may say that these sales are of the keys' account. Never against what is known.
    pub(crate) fn may_be_chosen(self) -> bool {
        match self {
            Self::NoPayments | Self::NoAnswer => true,
            Self::OtherAccount | Self::NotSeen | Self::Unreadable => false,
        }
    }
}
