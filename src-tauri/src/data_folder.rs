//! Where the till keeps its files: the journals, the settings, the log, the web views' own data. All of it is for this user
//! alone.
//!
//! What a file is made with is decided once, for every library that makes one ([`make_files_private`]). What was there before
//! is looked through at each opening of a till ([`make_ready`]): a till whose sales others could read takes none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager as _};
use till::{OsEntropy, TillId, private};

use crate::facts::FolderFault;

/// Names another folder, for tests: everything that the till writes is then in it.
const OVERRIDE: &str = "COUNTERSIGN_DATA_DIR";

/// The folders in it that are looked through whole. Others are not the till's.
const OWN_FOLDERS: [&str; 2] = ["logs", "webview"];

impl FolderFault {
    fn of(error: &io::Error, path: &Path) -> Self {
        match error.kind() {
            io::ErrorKind::NotADirectory => Self::NotAFolder,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::PermissionDenied => Self::NotAllowed,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::Unsupported => Self::NotPrivate { path: path.display().to_string() },
            _ => Self::NotMade { said: error.to_string() },
        }
    }
}

/// From now on every file that this process or one of its own makes is for this user alone, whoever makes it: SQLite, the
/// log, the web views.
pub(crate) fn make_files_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// The folder that was named instead of the system's, if one was.
pub(crate) fn named() -> Option<PathBuf> {
    std::env::var_os(OVERRIDE).filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// The folder. Whether it can be used tells [`make_ready`].
///
/// # Errors
/// When the system names no folder for the app's data.
pub(crate) fn of(app: &AppHandle) -> tauri::Result<PathBuf> {
    named().map_or_else(|| app.path().app_data_dir(), Ok)
}

/// Makes the folder if need be, and takes from others what they may do with it and with what is in it.
///
/// # Errors
/// [`FolderFault`]: nothing may be kept there.
pub(crate) fn make_ready(folder: &Path) -> Result<(), FolderFault> {
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => return Err(FolderFault::NotAFolder),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).map_err(|error| FolderFault::of(&error, folder))?;
        }
        Err(error) => return Err(FolderFault::of(&error, folder)),
    }
    close(folder, |path| fs::metadata(path))?;
    for path in within(folder)? {
        let own_folder = path.file_name().is_some_and(|name| OWN_FOLDERS.iter().any(|own| name == *own));
        if own_folder || !path.is_dir() {
            close_with_all_in_it(&path)?;
        }
    }
    may_be_written(folder).map_err(|error| FolderFault::of(&error, folder))
}

/// The same for folders that the system gives the app besides, for the log or the windows' places, where it does. Nothing that
/// the till needs is there.
pub(crate) fn make_others_ready(app: &AppHandle) {
    if named().is_some() {
        return;
    }
    let others = [app.path().app_config_dir(), app.path().app_log_dir()];
    for folder in others.into_iter().flatten().filter(|folder| folder.is_dir()) {
        if let Err(fault) = close_with_all_in_it(&folder) {
            log::warn!("A folder of the app's cannot be kept from others: {fault:?}");
        }
    }
}

/// Where the web views keep their own data: in the till's folder. Where that cannot be, in a folder of this run's own, or there
/// would be no window to say it in.
pub(crate) fn for_web_views(app: &AppHandle, folder: &Path, is_usable: bool) -> PathBuf {
    let own = folder.join("webview");
    if is_usable && fs::create_dir_all(&own).is_ok() {
        return own;
    }
    let name = format!("{OF_THIS_RUN}{}", TillId::new(&OsEntropy));
    // The first is gone with the session, and nobody else's to begin with.
    let places = app.path().runtime_dir().into_iter().chain([std::env::temp_dir()]);
    let made = places.map(|place| place.join(&name)).find(|path| fs::create_dir(path).is_ok());
    made.unwrap_or(own)
}

/// Removes what was of this run alone.
pub(crate) fn end_web_views(web_data: &Path) {
    let name = web_data.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with(OF_THIS_RUN) {
        drop(fs::remove_dir_all(web_data));
    }
}

/// What the name begins with of web views' data that is of one run.
const OF_THIS_RUN: &str = "countersign-webview-";

fn close_with_all_in_it(path: &Path) -> Result<(), FolderFault> {
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        close(&path, |path| fs::symlink_metadata(path))?;
        if path.is_dir() && !path.is_symlink() {
            waiting.extend(within(&path)?);
        }
    }
    Ok(())
}

fn within(folder: &Path) -> Result<Vec<PathBuf>, FolderFault> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.path()).collect()),
        // The web views tidy up.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(FolderFault::of(&error, folder)),
    }
}

/// Takes from others what they may do with this file or folder. A link, where `look` does not follow it, stays what it is:
/// what it leads to is where somebody put it.
fn close(path: &Path, look: fn(&Path) -> io::Result<fs::Metadata>) -> Result<(), FolderFault> {
    let closed = look(path).and_then(|found| {
        if is_anothers(&found) {
            return Ok(false);
        }
        if found.is_symlink() { Ok(true) } else { private::close(path).map(|()| true) }
    });
    let named = || path.display().to_string();
    match closed {
        Ok(true) => Ok(()),
        Ok(false) => Err(FolderFault::AnothersOwn { path: named() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // It is this user's own, so it is its disk that does not let it be changed.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(FolderFault::NotPrivate { path: named() }),
        Err(error) => Err(FolderFault::of(&error, path)),
    }
}

#[cfg(unix)]
fn is_anothers(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() != rustix::process::geteuid().as_raw()
}

#[cfg(unix)]
fn may_be_written(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)?)
}

/// On Windows the user's profile is the user's own.
#[cfg(not(unix))]
fn is_anothers(_found: &fs::Metadata) -> bool {
    false
}

/// On Windows only a write tells.
#[cfg(not(unix))]
fn may_be_written(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn opened_up(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("opened up");
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o7777
    }

    #[test]
    fn the_folder_and_what_is_in_it_are_for_this_user_alone_also_when_they_were_not() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("a/b");
        make_ready(&folder).expect("made");
        assert_eq!(mode(&folder), 0o700);
        fs::create_dir_all(folder.join("logs/older")).expect("a folder");
        fs::create_dir_all(folder.join("somebody's")).expect("a folder");
        let ours = ["live-0.sqlite", "settings.json", "logs/countersign.log", "logs/older/countersign.log"];
        for file in ours.iter().chain(&["somebody's/file"]) {
            fs::write(folder.join(file), "x").expect("written");
            opened_up(&folder.join(file), 0o644);
        }
        for folder in [folder.clone(), folder.join("logs"), folder.join("logs/older"), folder.join("somebody's")] {
            opened_up(&folder, 0o755);
        }
        let elsewhere = outer.path().join("elsewhere");
        fs::write(&elsewhere, "x").expect("written");
        opened_up(&elsewhere, 0o644);
        std::os::unix::fs::symlink(&elsewhere, folder.join("link")).expect("a link");

        make_ready(&folder).expect("made private");
        assert!(ours.iter().all(|file| mode(&folder.join(file)) == 0o600));
        assert!(["", "logs", "logs/older"].iter().all(|inner| mode(&folder.join(inner)) == 0o700));
        // In a folder that nobody else can enter.
        assert_eq!(mode(&folder.join("somebody's/file")), 0o644);
        assert_eq!(mode(&elsewhere), 0o644);
    }

    #[test]
    fn what_prevents_it_is_told() {
        let outer = tempfile::tempdir().expect("a folder");
        let file = outer.path().join("file");
        fs::write(&file, "x").expect("written");
        assert_eq!(make_ready(&file), Err(FolderFault::NotAFolder));
        assert_eq!(make_ready(&file.join("data")), Err(FolderFault::NotAFolder));
        // A link that leads nowhere: nothing is there, and nothing can be made there.
        std::os::unix::fs::symlink(outer.path().join("gone/away"), outer.path().join("link")).expect("a link");
        assert!(matches!(make_ready(&outer.path().join("link")), Err(FolderFault::NotMade { .. })));
        let of = |kind: io::ErrorKind| FolderFault::of(&kind.into(), &file);
        assert_eq!(of(io::ErrorKind::ReadOnlyFilesystem), FolderFault::ReadOnly);
        assert_eq!(of(io::ErrorKind::PermissionDenied), FolderFault::NotAllowed);
        assert_eq!(of(io::ErrorKind::QuotaExceeded), FolderFault::DiskFull);
    }

    #[test]
    fn a_file_of_another_user_is_told_by_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("live-0.sqlite");
        fs::write(&file, "x").expect("written");
        // Only the system's own user may give a file away; anybody else has no such file to try.
        if std::os::unix::fs::chown(&file, Some(12_345), None).is_ok() {
            let path = file.display().to_string();
            assert_eq!(make_ready(folder.path()), Err(FolderFault::AnothersOwn { path }));
        } else {
            assert_eq!(make_ready(folder.path()), Ok(()));
        }
    }
}
