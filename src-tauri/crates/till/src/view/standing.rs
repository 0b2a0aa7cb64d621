//! What a sale is for staff, said once: the windows, the shell and the rule about a second sale of the same amount go by this.

use serde::Serialize;
use ts_rs::TS;

/// Whose turn it is with a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Standing {
    /// Staff have it in hand: it waits for them, or for an answer that they wait for.
    InHand,
    /// The till goes on with it by itself, and staff may serve the next customer.
    LeftToItself,
    /// Nothing more is to be done to have it paid.
    Over,
}

/// Why a sale presses: it stands above all others until that is dealt with, however old it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Pressing {
    /// The customer was charged for a sale that had been given up, and nobody has decided about it.
    ChargedUnasked,
    /// Nobody knows whether the customer was charged.
    OutcomeOpen,
    /// Nobody knows whether money is on its way back to the customer.
    RefundOpen,
}
