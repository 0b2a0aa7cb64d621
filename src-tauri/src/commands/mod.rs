//! What each window may ask. Each command is a few lines over `counter` and `till`; `list.rs` has all of them by name, and who may
//! call which is in `capabilities/`.

pub(crate) mod check;
pub(crate) mod copies;
pub(crate) mod payment;
pub(crate) mod preferences;
pub(crate) mod reconcile;
pub(crate) mod refund;
pub(crate) mod sale;
pub(crate) mod setup;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tauri::State;
use tauri::Wry;
use tauri::ipc::Invoke;

use crate::counter::Counter;

/// The counter, as commands get it.
pub(crate) type Counting<'a> = State<'a, Arc<Counter>>;

macro_rules! commands {
    ($($window:ident {
        $($module:ident::$name:ident($($argument:ident: $asked:ty),*) -> $answered:ty;)*
    })*) => {
        /// Answers every command of the list.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($($module::$name),*),*]
        }
    };
}
include!("list.rs");
