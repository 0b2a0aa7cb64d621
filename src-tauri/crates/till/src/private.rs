//! Files for this user alone: sales are nobody else's business, whoever else uses the computer.
//!
//! A file system without permissions keeps none: that is said, not passed over. On Windows the user's profile decides.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Makes the file if it is not there, and takes from others what they may do with it. What is in it stays.
///
/// # Errors
/// When it cannot be made, or others may still read it ([`io::ErrorKind::Unsupported`]).
pub fn make(path: &Path) -> io::Result<()> {
    match new_file().create_new(true).open(path) {
        Ok(_) => close(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close(path),
        Err(error) => Err(error),
    }
}

/// How files are opened that may not be there yet: they are made for this user alone.
#[must_use]
pub fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes from others what they may do with a file or a folder that is there. Nothing is asked of a disk that can only be
/// read when nothing is to be changed.
///
/// # Errors
/// As [`make`].
#[cfg(unix)]
pub fn close(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let found = fs::metadata(path)?;
    // What is neither (a device in a test) has no content to hide.
    if !found.is_file() && !found.is_dir() {
        return Ok(());
    }
    let needed = if found.is_dir() { 0o700 } else { 0o600 };
    let mode = found.permissions().mode() & 0o7777;
    let wanted = mode & 0o700 | needed;
    if mode == wanted {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(wanted))?;
    // Some file systems take the change and keep what they had.
    if fs::metadata(path)?.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::Unsupported, "the file system keeps no permissions"))
    }
}

/// On Windows the folder decides.
///
/// # Errors
/// When the file is not there.
#[cfg(not(unix))]
pub fn close(path: &Path) -> io::Result<()> {
    fs::metadata(path).map(drop)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o7777
    }

    #[test]
    fn files_and_folders_are_closed_to_others_and_keep_what_is_in_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sales");
        make(&file).expect("made");
        assert_eq!(mode(&file), 0o600);
        fs::write(&file, "kept").expect("written");
        for open in [0o644, 0o666, 0o400, 0o604] {
            fs::set_permissions(&file, fs::Permissions::from_mode(open)).expect("opened up");
            make(&file).expect("closed");
            assert_eq!(mode(&file), 0o600, "{open:o}");
        }
        assert_eq!(fs::read_to_string(&file).expect("read"), "kept");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("opened up");
        close(folder.path()).expect("closed");
        assert_eq!(mode(folder.path()), 0o700);
    }
}
