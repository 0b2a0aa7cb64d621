//! Names the windows' commands for Tauri's permissions, and carries the payment page into the binary.
//!
//! A command that is not in the list of `src/commands/list.rs` does not exist for any window; `capabilities/` says which window has which.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

macro_rules! commands {
    ($($window:ident {
        $($module:ident::$name:ident($($argument:ident: $asked:ty),*) -> $answered:ty;)*
    })*) => {
        const COMMANDS: &[&str] = &[$($(stringify!($name)),*),*];
    };
}
include!("src/commands/list.rs");

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
