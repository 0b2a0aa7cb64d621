//! Countersign, the program. Everything is in the library, where it can be tested.

// No console beside the window on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign::run()
}
