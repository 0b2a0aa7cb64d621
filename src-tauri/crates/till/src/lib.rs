//! The till itself: money, the sale's state machine, the journal, the coordinator.
//!
//! It knows no Tauri, no webview and no HTTP library, so that every rule about money can be run in a test without a
//! window, and in one thread without a clock.
//!
//! Where to read what: [`machine`] has the rules of a sale as a pure function; [`journal`] keeps what happened before it
//! happens; [`coordinator`] is the only one who writes sales, and looks before it acts after a restart; [`view`] is what is told of
//! it.

#![deny(clippy::float_arithmetic)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod books;
pub mod call;
pub mod characters;
pub mod check;
pub mod clock;
pub mod coordinator;
pub mod currency;
pub mod decline;
pub mod durable;
pub mod event;
pub mod identity;
pub mod ids;
pub mod journal;
pub mod journal_copy;
mod link;
pub mod locale;
mod look;
pub mod machine;
pub mod money;
pub mod observed;
pub mod order;
mod pacing;
pub mod private;
mod reconcile;
pub mod refund;
mod refusal;
pub mod sale;
mod show;
pub mod standing;
pub mod started;
pub mod view;

pub use clock::{Clock, Entropy, OsEntropy, SystemClock};
pub use coordinator::{PaymentStep, SaleChanges, Till, TillParts};
pub use ids::{AttemptId, CheckId, RefundId, SaleId, TillId};
pub use refusal::Refusal;
