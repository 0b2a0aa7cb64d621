//! Exactly once, under faults.
//!
//! The real coordinator, journal and client run against the real simulator through an in-process transport, on a simulated
//! clock, in one thread. Everything that happens is drawn from one seed into a [`plan::Plan`] before it begins, so a run can
//! be repeated to the byte, and a failing plan can be shrunk by leaving things out of it.
//!
//! What it is for: to look for a customer charged twice, a payment lost, an outcome told wrong. Outcomes are read in the
//! simulator's ledger ([`books`]), never only in the till's own books.
//!
//! Real processes, sockets and files are the program `torture`'s matter; [`kills`] says where its kills landed. Windows are
//! not here at all: what they add is tested with the real application.

pub mod books;
mod check;
mod comparing;
pub mod counter;
mod elsewhere;
mod findings;
pub mod kills;
mod late;
mod moves;
pub mod network;
pub mod plan;
pub mod records;
pub mod report;
mod rest;
pub mod run;
pub mod sabotage;
pub mod shrink;
pub mod tally;
mod told;
mod vanished;
pub mod wishes;
