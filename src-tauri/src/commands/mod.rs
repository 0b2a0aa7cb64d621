//! What each window may ask. Each command is a few lines over `shop` and `till`; `list.rs` has all of them by name, and who may
//! call which is in `capabilities/`.

pub(crate) mod books;
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

use crate::shop::Shop;

/// The shop, as commands get it from Tauri.
pub(crate) type ShopState<'a> = State<'a, Arc<Shop>>;

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
