//! Names the windows' commands for Tauri's permissions, and carries the payment page into the binary.
//!
//! A command that is not in this list does not exist for any window; `capabilities/` says which window has which.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

const COMMANDS: &[&str] = &[
    // The main window.
    "till_status",
    "on_screen",
    "put_on_screen",
    "price",
    "start_sale",
    "take_card",
    "finish_sale",
    "try_again",
    "look_again",
    "cancel_sale",
    "recent_sales",
    "read_sale",
    "refund_price",
    "refund_sale",
    "keep_payment",
    "set_aside_sale",
    "reconcile",
    "reconciliation",
    "take_in",
    "setup",
    "save_keys",
    "forget_keys",
    "choose_mode",
    "answer_journal",
    "copies",
    "choose_copies_folder",
    "copy_journal",
    "save_preferences",
    // The payment window.
    "watch_payment",
    "submit_card",
    "authentication_hint",
    "abandon_payment",
    "cancel_payment",
    "fresh_page",
    "place_cursor",
];

fn main() {
    if let Err(reason) = carry_payment_page() {
        println!("cargo::error={reason}");
        process::exit(1);
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(reason) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={reason:#}");
        process::exit(1);
    }
}

/// Copies the built payment page and its hashes to where the crate includes them from. They are not among the main
/// window's assets: the till's window cannot load the payment page.
fn carry_payment_page() -> Result<(), String> {
    // Asked for when it runs: checkouts that share a target directory share what was compiled in.
    let here = env::var_os("CARGO_MANIFEST_DIR").ok_or("Cargo names no CARGO_MANIFEST_DIR.")?;
    let from = Path::new(&here).join("../ui/dist/payment");
    let to = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo names no OUT_DIR.")?);
    for name in ["payment.html", "csp.json"] {
        let file = from.join(name);
        println!("cargo::rerun-if-changed={}", file.display());
        fs::copy(&file, to.join(name)).map_err(|reason| {
            format!(
                "{} cannot be read ({reason}). Build the pages first: `npm --prefix ui ci && npm --prefix ui run build`, \
                 or let `cargo xtask run` do it.",
                file.display()
            )
        })?;
    }
    Ok(())
}
