//! What each window may ask. Each command is a few lines over `counter` and `till`; who may call which is in
//! `capabilities/`, and the list that makes a command exist at all is in `build.rs`.

pub(crate) mod copies;
pub(crate) mod payment;
pub(crate) mod preferences;
pub(crate) mod reconcile;
pub(crate) mod refund;
pub(crate) mod sale;
pub(crate) mod setup;

use std::sync::Arc;

use tauri::State;

use crate::counter::Counter;

/// The counter, as commands get it.
pub(crate) type Counting<'a> = State<'a, Arc<Counter>>;
