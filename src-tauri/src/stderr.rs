//! What the program prints goes to a terminal or nowhere.
//!
//! A desktop keeps what its programs print in a file (`~/.xsession-errors`) or in the system's log, for weeks. Libraries print
//! what belongs in neither: Tauri the key that every command of a window carries, as soon as one comes with a wrong key
//! (`Webview::on_message`; its feature `tracing` would print it elsewhere). And a library's `eprintln!` into a file on a disk
//! that is full is a panic.
//!
//! A debug build keeps it when it is told to, for tests.

use std::fmt;
use std::fs::File;
use std::io::Write as _;
use std::sync::OnceLock;

/// Where the program was to print, for its own words.
static OWN: OnceLock<File> = OnceLock::new();

/// Debug builds only: `kept` leaves standard error where it is.
#[cfg(debug_assertions)]
const OVERRIDE: &str = "COUNTERSIGN_STDERR";

#[cfg(debug_assertions)]
fn is_kept() -> bool {
    std::env::var_os(OVERRIDE).is_some_and(|value| value == "kept")
}

#[cfg(not(debug_assertions))]
fn is_kept() -> bool {
    false
}

/// From now on nothing that a library prints, here or in the web views' processes, reaches a file.
#[cfg(unix)]
pub(crate) fn keep_out_of_files() {
    use std::io::IsTerminal as _;
    use std::os::fd::AsFd as _;
    let stderr = std::io::stderr();
    if stderr.is_terminal() || is_kept() {
        return;
    }
    let redirected = stderr.as_fd().try_clone_to_owned().and_then(|own| {
        let _first_time = OWN.set(own.into());
        let nowhere = File::options().write(true).open("/dev/null")?;
        Ok(rustix::stdio::dup2_stderr(&nowhere)?)
    });
    if let Err(reason) = redirected {
        say(format_args!("What libraries print cannot be kept out of this place: {reason}"));
    }
}

/// A program without a console has nowhere to print to on Windows.
#[cfg(not(unix))]
pub(crate) fn keep_out_of_files() {}

/// Prints a line of the program's own. That nobody can read it is no reason to stop.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    let line = format!("Countersign: {line}\n");
    let _unread = match OWN.get() {
        Some(mut own) => own.write_all(line.as_bytes()),
        None => std::io::stderr().write_all(line.as_bytes()),
    };
}
