//! Where the till keeps its files: the journals, the settings, the web views' own data.

use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager as _};

/// Names another folder, for tests: everything that the till writes is then in it.
const OVERRIDE: &str = "COUNTERSIGN_DATA_DIR";

/// The folder that was named instead of the system's, if one was.
pub(crate) fn named() -> Option<PathBuf> {
    std::env::var_os(OVERRIDE).filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// The folder, made if need be, for this user alone.
///
/// # Errors
/// When the system names no folder for the app's data.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<PathBuf> {
    let folder = match named() {
        Some(folder) => folder,
        None => app.path().app_data_dir()?,
    };
    if let Err(reason) = make_private(&folder) {
        // The journal will say what it means for the shop; the window can still be shown to say it in.
        log::error!("The data folder cannot be made: {reason}");
    }
    Ok(folder)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// On Windows the user's profile is private by itself.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_folder_is_for_this_user_alone() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("a/b");
        for _ in 0..2 {
            make_private(&folder).expect("made");
            let mode = std::fs::metadata(&folder).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("opened up");
        }
    }
}
