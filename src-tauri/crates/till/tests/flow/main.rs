//! The till against the simulator: what happens to the money is read in the simulator's ledger, never in our own books.
//!
//! Time is tokio's paused clock and the simulator's manual one, so an hour passes in no time.

mod as_asked;
mod bad_days;
mod beside;
mod busy;
mod challenge;
mod check;
mod compared;
mod counter;
mod doubt;
mod every_stage;
mod faults;
mod forbidden;
mod identity;
mod lists;
mod orders;
mod rare;
mod reconcile;
mod refunds;
mod sales;
mod strays;
mod stripes_clock;
mod timeline;
mod told;
mod true_views;
mod whose_payment;
mod written;
