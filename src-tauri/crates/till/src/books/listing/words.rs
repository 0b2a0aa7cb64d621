//! What a list's columns and states are called: in the plain form always alike, in the other as whoever asks for it says.

use serde::Deserialize;
use ts_rs::TS;

/// How many columns a list has.
pub(super) const COLUMNS: usize = 15;

/// In what form a list is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "form", rename_all = "snake_case")]
#[ts(export)]
pub enum ListForm {
    /// For other programs, alike everywhere: commas between cells, a point in amounts, times with their offset, the names of
    /// columns and states in English.
    Plain,
    /// For the spreadsheet of the shop's locale, with headings in the language at hand.
    Spreadsheet { words: Box<ListWords> },
}

/// The words of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct ListWords {
    pub columns: ListColumns,
    pub states: ListStates,
}

/// The heading of each column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct ListColumns {
    pub number: String,
    pub opened: String,
    pub paid: String,
    pub state: String,
    pub currency: String,
    pub total: String,
    pub taken: String,
    pub refunded: String,
    pub net: String,
    pub card: String,
    pub last4: String,
    pub reference: String,
    pub note: String,
    pub payment_intent: String,
    pub decline_code: String,
}

/// What each state is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct ListStates {
    pub paid: String,
    pub partly_refunded: String,
    pub refunded: String,
    pub held: String,
    pub open: String,
    pub in_hand: String,
    pub not_known: String,
    pub declined: String,
    pub cancelled: String,
    pub set_aside: String,
    pub unreadable: String,
}

/// Where a sale of a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListState {
    Paid,
    PartlyRefunded,
    Refunded,
    Held,
    /// Waits for a card.
    Open,
    /// A call is out, or the bank asks.
    InHand,
    NotKnown,
    Declined,
    Cancelled,
    SetAside,
    /// A newer version wrote it.
    Unreadable,
}

/// The names of the columns in the plain form: other programs know them, so they never change.
pub(super) const PLAIN: [&str; COLUMNS] = [
    "number",
    "opened",
    "paid",
    "state",
    "currency",
    "total",
    "taken",
    "refunded",
    "net",
    "card_brand",
    "card_last4",
    "reference",
    "note",
    "payment_intent",
    "decline_code",
];

impl ListColumns {
    pub(super) fn in_order(&self) -> [&str; COLUMNS] {
        let Self { number, opened, paid, state, currency, total, taken, refunded, net, .. } = self;
        let Self { card, last4, reference, note, payment_intent, decline_code, .. } = self;
        [
            number,
            opened,
            paid,
            state,
            currency,
            total,
            taken,
            refunded,
            net,
            card,
            last4,
            reference,
            note,
            payment_intent,
            decline_code,
        ]
    }
}

impl ListStates {
    pub(super) fn of(&self, state: ListState) -> &str {
        match state {
            ListState::Paid => &self.paid,
            ListState::PartlyRefunded => &self.partly_refunded,
            ListState::Refunded => &self.refunded,
            ListState::Held => &self.held,
            ListState::Open => &self.open,
            ListState::InHand => &self.in_hand,
            ListState::NotKnown => &self.not_known,
            ListState::Declined => &self.declined,
            ListState::Cancelled => &self.cancelled,
            ListState::SetAside => &self.set_aside,
            ListState::Unreadable => &self.unreadable,
        }
    }
}

impl ListState {
    /// In the plain form: other programs know it, so it never changes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
            Self::Held => "held",
            Self::Open => "open",
            Self::InHand => "in_hand",
            Self::NotKnown => "not_known",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::SetAside => "set_aside",
            Self::Unreadable => "unreadable",
        }
    }
}
