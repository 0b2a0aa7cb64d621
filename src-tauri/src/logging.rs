//! The log: a file in the app's log folder, for whoever looks into a fault.
//!
//! Only the house's own lines are kept. A library's line could carry a header or a body (reqwest and hyper at `trace`,
//! zbus with a keyring's messages, Tauri with an IPC message), so libraries are not listened to at any level. Our own
//! types print no secret.
//!
//! The till does not need it: where the log cannot be written, the till runs without, and tries again ([`Log::try_again`]).

use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use log::LevelFilter;
use tauri::AppHandle;
use tauri_plugin_log::{Builder, RotationStrategy, Target, TargetKind, attach_logger};

use crate::data_folder;
use crate::stderr::say;

/// The crates whose lines are kept.
const OURS: [&str; 4] = ["countersign", "till", "stripe_client", "stripe_sim"];
/// When the file is rotated, in bytes; one older file is kept.
const MAX_FILE_BYTES: u128 = 2_000_000;

/// Whether there is a log in this run.
#[derive(Debug, Default)]
pub(crate) struct Log(AtomicBool);

impl Log {
    /// Opens the log, where that was not possible before.
    pub(crate) fn try_again(&self, app: &AppHandle) {
        if self.0.load(Ordering::Relaxed) {
            return;
        }
        // The plugin itself is for windows that log. None of ours does.
        let opened = builder(data_folder::named().map(|folder| folder.join("logs"))).split(app);
        if let Ok((_plugin, level, logger)) = opened {
            // Refused only to a second logger, and then the first one is the log.
            let _first = attach_logger(level, logger);
            self.0.store(true, Ordering::Relaxed);
            log::info!("The log begins.");
        }
    }
}

/// The log in the app's log folder, or in `folder` instead, for tests.
fn builder(folder: Option<PathBuf>) -> Builder {
    let file_name = Some("countersign".to_owned());
    let file = match folder {
        Some(path) => TargetKind::Folder { path, file_name },
        None => TargetKind::LogDir { file_name },
    };
    let mut targets = vec![Target::new(file)];
    if cfg!(debug_assertions) {
        targets.push(Target::new(TargetKind::Stderr));
    }
    Builder::new()
        .targets(targets)
        .level(LevelFilter::Info)
        .filter(|line| is_ours(line.target()))
        .max_file_size(MAX_FILE_BYTES)
        .rotation_strategy(RotationStrategy::KeepSome(2))
}

fn is_ours(target: &str) -> bool {
    let crate_name = target.split("::").next().unwrap_or_default();
    OURS.contains(&crate_name)
}

/// A panic is logged by its place alone: its message could hold whatever was being worked on.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        let place = place.as_deref().unwrap_or("an unknown place");
        log::error!("A part of the till fell over at {place}.");
        say(format_args!("a part of the till fell over at {place}."));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_lines_are_kept() {
        assert!(is_ours("countersign::shop") && is_ours("till"));
        for library in ["tauri::manager", "hyper::client", "zbus", "reqwest::connect", "tillage", "webview"] {
            assert!(!is_ours(library), "{library}");
        }
    }
}
