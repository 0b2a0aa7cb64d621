//! Where the programs under test are and where reports go.

use std::env;
use std::path::{Path, PathBuf};

/// The checkout.
#[must_use]
pub fn root() -> PathBuf {
    env::var_os("COUNTERSIGN_ROOT").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned(),
        PathBuf::from,
    )
}

/// Where pictures and reports go: `target/<name>` in the checkout, wherever cargo builds.
#[must_use]
pub fn reports(name: &str) -> PathBuf {
    root().join("target").join(name)
}

/// Where the pictures of `cargo xtask pictures` go, beside those of the screens alone.
#[must_use]
pub fn pictures() -> PathBuf {
    env::var_os("COUNTERSIGN_PICTURES").map_or_else(|| reports("pictures"), PathBuf::from)
}

#[must_use]
pub fn application() -> PathBuf {
    program("COUNTERSIGN_APP", "countersign")
}

/// The application as it is shipped: what only a debug build has is not in it.
#[must_use]
pub fn shipped_application() -> PathBuf {
    program("COUNTERSIGN_SHIPPED", "countersign-as-shipped")
}

/// The simulator as a program of its own, behind the door that holds its answers against Stripe's schema.
#[must_use]
pub fn simulator() -> PathBuf {
    program("COUNTERSIGN_SIM", "checked-sim")
}

/// What writes a journal of many sales.
#[must_use]
pub fn bench() -> PathBuf {
    program("COUNTERSIGN_BENCH", "countersign-bench")
}

/// The WebDriver server.
#[must_use]
pub fn tauri_driver() -> PathBuf {
    env::var_os("COUNTERSIGN_TAURI_DRIVER").map_or_else(|| beside("../tools/bin/tauri-driver"), PathBuf::from)
}

/// As `cargo xtask` says, else the one built beside this program.
fn program(variable: &str, name: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| beside(name), PathBuf::from)
}

fn beside(name: &str) -> PathBuf {
    env::current_exe()
        .ok()
        .and_then(|own| own.parent().map(|folder| folder.join(name)))
        .unwrap_or_else(|| PathBuf::from(name))
}
