//! What can be asked of a sale in a word: whether it is paid, was declined, presses, and the like. A sale has several.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One thing that is so of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Facet {
    Paid,
    /// Authorised, not taken.
    Held,
    /// A card of it was declined, whatever became of the sale.
    Declined,
    Cancelled,
    /// Something of it was given back.
    Refunded,
    Disputed,
    /// Staff have it in hand.
    InHand,
    /// The outcome is not known yet.
    NotKnown,
    /// Stripe shows a payment that is not this sale's; staff have taken note.
    SetAside,
    /// Somebody has to look after it.
    Pressing,
}

impl Facet {
    pub const ALL: [Self; 10] = [
        Self::Paid,
        Self::Held,
        Self::Declined,
        Self::Cancelled,
        Self::Refunded,
        Self::Disputed,
        Self::InHand,
        Self::NotKnown,
        Self::SetAside,
        Self::Pressing,
    ];

    /// As the books' index has it. It stays, or the books get another version.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Held => "held",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::InHand => "inhand",
            Self::NotKnown => "notknown",
            Self::SetAside => "setaside",
            Self::Pressing => "pressing",
        }
    }

    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// Which of them are so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facets(u16);

impl Facets {
    pub(crate) fn add(&mut self, facet: Facet) {
        self.0 |= facet.bit();
    }

    #[must_use]
    pub fn has(self, facet: Facet) -> bool {
        self.0 & facet.bit() != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Facet> {
        Facet::ALL.into_iter().filter(move |facet| self.has(*facet))
    }

    pub(crate) fn bits(self) -> u16 {
        self.0
    }
}
