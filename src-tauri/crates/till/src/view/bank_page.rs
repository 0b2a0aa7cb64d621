//! What the payment window says of the bank's page.

use serde::Serialize;
use ts_rs::TS;

/// The bank's page, as the payment window sees it. For words alone: whether the challenge is over is read from Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BankPage {
    /// Nothing was heard: it is not open, or has only just been asked for.
    #[default]
    NotHeard,
    /// It is on the screen.
    Shown,
    /// It did not come up, or has gone without an end.
    Missing,
}
