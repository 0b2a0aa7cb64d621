//! The journal's files on the disk: whose they are, who has them open, and whether there is room.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::JournalError;
use crate::{durable, private};

/// Keeps a second till out of the journal for as long as the file is held.
pub(super) fn lock(path: &Path) -> Result<File, JournalError> {
    let beside = path.with_extension("lock");
    keep_private(&beside)?;
    let file = File::options().write(true).open(beside).map_err(|error| disk_told(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse),
        Err(TryLockError::Error(error)) => Err(JournalError::Io(error.to_string())),
    }
}

/// The files that SQLite keeps beside the journal end in `-wal` and `-shm`.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes the file, or takes from others what they may do with it.
pub(super) fn keep_private(path: &Path) -> Result<(), JournalError> {
    private::make(path).map_err(|error| match error.kind() {
        // The file is there, and is another user's, or is where nobody's permissions are kept.
        io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied if path.exists() => {
            JournalError::NotPrivate { path: path.to_owned() }
        }
        _ => disk_told(&error),
    })
}

/// What an error of the file system's means for the journal.
pub(super) fn disk_told(error: &io::Error) -> JournalError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalError::DiskFull,
        _ => JournalError::Io(error.to_string()),
    }
}

/// What the rows of one sale need at most, from its opening to its refund, as SQLite writes them: about ten rows, each of
/// about ten pages of 4,096 bytes, and as much again when they are put in their place.
const ROOM_FOR_A_SALE: usize = 1_048_576;

/// Whether the journal's disk has that room.
pub(super) fn find_room(file: &Path) -> io::Result<()> {
    durable::find_room(&file.with_extension("room"), ROOM_FOR_A_SALE)
}

/// SQLite tells a full disk as an I/O error in some places: where it makes its log or the index of it, and where a quota is
/// used up. The disk itself tells which it is.
pub(super) fn for_want_of_room(error: JournalError, file: &Path) -> JournalError {
    let JournalError::Io(_) = error else { return error };
    match find_room(file).map_err(|error| disk_told(&error)) {
        Err(JournalError::DiskFull) => JournalError::DiskFull,
        _ => error,
    }
}

/// What an error of SQLite's means for the journal.
pub(crate) fn told(error: &rusqlite::Error, path: &Path) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => JournalError::DiskFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => JournalError::Corrupt { path: path.to_owned() },
        Some(ErrorCode::ConstraintViolation) => JournalError::Repeated,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::InUse,
        _ => JournalError::Io(error.to_string()),
    }
}
