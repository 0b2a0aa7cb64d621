//! npm packages and the built screens, made anew only when something changed.
//!
//! The stamps stand inside `node_modules`: whoever deletes that folder deletes what the stamps speak of.

use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::step;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An npm command in `folder`.
pub(crate) fn npm<const N: usize>(folder: &Path, arguments: [&str; N]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command
        .current_dir(folder)
        .args(arguments)
        // The system's Chromium is used; a second browser need not be fetched.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1")
        .env("npm_config_update_notifier", "false");
    command
}

/// Installs what the lock file of `folder` names, if that is not what is there.
pub(crate) fn install(folder: &Path) -> Result<(), Failure> {
    let lock = fs::read(folder.join("package-lock.json"))
        .trying(format_args!("read package-lock.json in {}", folder.display()))?;
    let stamp = folder.join("node_modules/.countersign-lock");
    let wanted = fingerprint([lock]);
    if fs::read_to_string(&stamp).is_ok_and(|noted| noted == wanted) {
        return Ok(());
    }
    println!("Installing npm packages in {}.", folder.display());
    let mut ci = npm(folder, ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    step::shown("install the npm packages", &mut ci)?;
    fs::write(&stamp, wanted).trying("note which npm packages are installed")
}

/// Builds the screens into `ui/dist`, if their sources changed since the last time.
pub(crate) fn build_screens(house: &House) -> Result<(), Failure> {
    let ui = house.ui();
    install(&ui)?;
    let stamp = ui.join("node_modules/.countersign-dist");
    let wanted = fingerprint_of_sources(&ui)?;
    let built = ui.join("dist").is_dir();
    if built && fs::read_to_string(&stamp).is_ok_and(|noted| noted == wanted) {
        return Ok(());
    }
    println!("Building the screens.");
    let mut build = npm(&ui, ["run", "--silent", "build", "--", "--logLevel", "warn"]);
    step::shown("build the screens", &mut build)?;
    fs::write(&stamp, wanted).trying("note which screens are built")
}

/// A fingerprint of every file that the screens are built from.
fn fingerprint_of_sources(ui: &Path) -> Result<String, Failure> {
    let mut files = Vec::new();
    collect(ui, &mut files).trying("read the sources of the screens")?;
    files.sort();
    let mut parts = Vec::with_capacity(files.len() * 2);
    for file in files {
        parts.push(file.to_string_lossy().into_owned().into_bytes());
        parts.push(fs::read(&file).trying(format_args!("read {}", file.display()))?);
    }
    Ok(fingerprint(parts))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if ["node_modules", "dist", "tests", "screenshots"].iter().any(|skipped| name == *skipped) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Not a defence against anybody: it only notices change.
fn fingerprint(parts: impl IntoIterator<Item = Vec<u8>>) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        part.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
