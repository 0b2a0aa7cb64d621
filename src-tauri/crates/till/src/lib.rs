//! The till itself: money, the sale's state machine, the journal, the coordinator.
//!
//! It knows no Tauri, no webview and no HTTP library, so that every rule about money can be run in a test without a
//! window, and in one thread without a clock.

pub mod view;
