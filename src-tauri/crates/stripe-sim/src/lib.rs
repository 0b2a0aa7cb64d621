//! A stateful Stripe for card payments: for training without an account, and the ground of the house's tests.
//!
//! The core is pure and synchronous: [`Sim::call`] takes a request and gives an answer, with no socket, no waiting, and
//! (with a manual clock) no outside influence: the same seed and the same calls give the same bytes. [`Sim::router`] and
//! [`Sim::serve`] are doors to it.
//!
//! It plays Stripe's API for card payments: PaymentIntents with manual and automatic confirmation, authentication, capture
//! and search; Customers, the cards that they keep, and SetupIntents; refunds, disputes, the balance, events; idempotency,
//! restricted keys, faults; and the calls of Stripe.js, whose stand-in it serves. One file is about one resource. It follows
//! Stripe's OpenAPI document of 2026-05, its documentation, and recorded answers; where these are silent the code says that
//! it chose. It knows Stripe's versions ([`ApiVersion`]) and follows the one that a request names.
//!
//! Deliberately not here: Connect, Billing, webhooks, live keys, and all means of payment but cards. A parameter that is not
//! played is refused by name, so that nobody relies on it unknowingly.

// `json!` walks an object's fields by recursion, and Stripe's objects have many.
#![warn(missing_docs)]
#![recursion_limit = "256"]

mod access;
mod account;
mod addresses;
mod api;
mod assets;
mod attachments;
mod balance;
mod card_entry;
pub mod cards;
mod challenge;
mod changes;
mod charges;
mod clock;
mod confirmation_tokens;
mod control;
mod cors;
mod customers;
mod declines;
mod disputes;
mod door;
mod errors;
mod events;
mod expand;
mod fault_rules;
mod faults;
mod form;
mod idempotency;
mod ids;
mod issuer;
mod ledger;
mod limits;
mod lists;
mod metadata;
mod method_types;
mod money;
mod options;
mod own_address;
mod payment_intents;
mod payment_methods;
mod permissions;
mod recent;
mod redact;
mod refunds;
mod return_url;
mod routes;
mod search;
mod setup_intents;
mod sim;
mod state;
mod statements;
mod stored;
mod table;
mod three_ds;
mod three_ds_method;
mod tokens;
mod version;
mod wire;
mod world;

pub use clock::{SimClock, TimeSource};
pub use declines::decline_codes;
pub use door::{DoorLimits, REQUEST_LOG};
pub use faults::{Fault, FaultRule, Faults, Latency, Moment, When};
pub use ledger::{AccountLedger, Ledger, LoggedRequest};
pub use limits::RateLimits;
pub use options::{AccountSettings, RadarRules, SimOptions};
pub use own_address::is_origin;
pub use permissions::{Access, Permissions, Resource};
pub use sim::{Outcome, Sim};
pub use state::StateError;
pub use version::ApiVersion;
pub use wire::{ApiRequest, ApiResponse, Delay, NoAnswer};
