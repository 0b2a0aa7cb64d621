//! The browser that the UI and the stand-in for Stripe.js are tested in.

use crate::needs::find_program;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What it may be called.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/// Where it may be outside PATH.
const PLACES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

/// The first browser that is here and starts.
pub(crate) fn find() -> Option<PathBuf> {
    candidates().find(|path| starts(path).is_ok())
}

/// Why a browser that is here does not start, and what to do. None when one starts, or none is here.
pub(crate) fn trouble() -> Option<String> {
    if find().is_some() {
        return None;
    }
    let (path, reason) = candidates().find_map(|path| starts(&path).err().map(|reason| (path, reason)))?;
    Some(format!(
        "{} is here, but it does not start: {reason}\nUbuntu's package only leads to a snap, which needs snapd. Run \
         `snap install chromium`, or install Chrome's package from google.com/chrome, then run this again.",
        path.display()
    ))
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let elsewhere = PLACES.iter().map(PathBuf::from).filter(|path| path.is_file());
    NAMES.iter().filter_map(|name| find_program(name)).chain(elsewhere)
}

/// Asks it for its version: a file of the right name may be a script that only says what to install.
fn starts(path: &Path) -> Result<(), String> {
    if cfg!(windows) {
        // There, `--version` opens a window.
        return Ok(());
    }
    let answer = Command::new(path).arg("--version").output().map_err(|error| error.to_string())?;
    if answer.status.success() && !answer.stdout.trim_ascii().is_empty() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    Err(said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it says nothing").to_owned())
}
