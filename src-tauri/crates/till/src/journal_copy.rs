//! Copies of a journal in a folder of the owner's, for the day on which this computer's disk is gone.
//!
//! A copy is made by SQLite's own backup over a connection that only reads, so the till goes on selling meanwhile; it is
//! checked whole before it gets its name; and only then the oldest ones go. Copies are numbered, because a clock that was
//! once ahead would make old copies look newer than all later ones.
//!
//! A copy is a journal: put in the journal's place under the journal's name, it opens as it was.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use ts_rs::TS;

use crate::durable;
use crate::journal::{flush_to_the_disk, is_of_the_books, tables};

/// How many copies of one journal are kept.
pub const KEPT: usize = 10;

/// Digits of a copy's number in its name.
const DIGITS: usize = 6;

/// Why a copy could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
#[ts(export)]
pub enum CopyFailure {
    /// The folder is not there: a stick that was taken out, a network drive that is not connected.
    NoFolder,
    /// The folder belongs to somebody else, or is read-only.
    NotAllowed,
    /// The folder is the journal's own: a copy there goes with the journal.
    OwnFolder,
    /// No room in the folder.
    DiskFull,
    /// The copy was made and does not hold together: the journal itself may be damaged. Older copies were left alone.
    NotSound,
    /// Anything else.
    System {
        /// What the system says, in its own words.
        said: String,
    },
}

impl From<io::Error> for CopyFailure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::NotAllowed,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::System { said: error.to_string() },
        }
    }
}

impl From<rusqlite::Error> for CopyFailure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::PermissionDenied) => Self::NotAllowed,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => Self::NotSound,
            _ => Self::System { said: error.to_string() },
        }
    }
}

/// A copy that is in the folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JournalCopy {
    /// Grows by one with each copy.
    pub number: u32,
    pub path: PathBuf,
}

/// The copies of the journal `name` in `folder`, oldest first.
///
/// # Errors
/// When the folder cannot be read.
pub fn copies(folder: &Path, name: &str) -> Result<Vec<JournalCopy>, CopyFailure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let file = path.file_name().and_then(|file| file.to_str());
        if let Some(number) = file.and_then(|file| number_of(file, name)) {
            found.push(JournalCopy { number, path });
        }
    }
    found.sort();
    Ok(found)
}

/// The number in a copy's name; none for every other file.
fn number_of(file: &str, name: &str) -> Option<u32> {
    let rest = file.strip_prefix(name)?.strip_prefix("-copy-")?.strip_suffix(".sqlite")?;
    let (number, day) = rest.split_at_checked(DIGITS)?;
    (day.len() == "-2026-11-25".len()).then(|| number.parse().ok()).flatten()
}

/// Copies the journal at `journal` into `folder` under `name` (which says whose it is) and the day of `at_ms`, checks the
/// copy, and removes the oldest ones of this name beyond [`KEPT`]. It takes as long as the disks need.
///
/// # Errors
/// [`CopyFailure`]. The journal and the older copies are as they were.
pub fn copy_journal(journal: &Path, folder: &Path, name: &str, at_ms: i64) -> Result<JournalCopy, CopyFailure> {
    if !folder.is_dir() {
        return Err(CopyFailure::NoFolder);
    }
    let own = journal.parent().map(Path::canonicalize);
    if own.is_some_and(|own| own.ok() == folder.canonicalize().ok()) {
        return Err(CopyFailure::OwnFolder);
    }
    let older = copies(folder, name)?;
    let number = older.last().map_or(1, |last| last.number.saturating_add(1));
    let day = jiff::Timestamp::from_millisecond(at_ms).map_or_else(
        |_| "0000-00-00".to_owned(),
        |at| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d").to_string(),
    );
    let path = folder.join(format!("{name}-copy-{number:0DIGITS$}-{day}.sqlite"));
    copy_to(journal, &path)?;
    let too_many = (older.len() + 1).saturating_sub(KEPT);
    for copy in older.iter().take(too_many) {
        if let Err(error) = fs::remove_file(&copy.path) {
            log::warn!("An old copy of the journal could not be removed: {error}");
        }
    }
    Ok(JournalCopy { number, path })
}

/// Copies the journal to `path`, in place of what is there: checked, whole, and on the disk.
pub(crate) fn copy_to(journal: &Path, path: &Path) -> Result<(), CopyFailure> {
    let mut made = Ok(());
    durable::replace(path, |part| {
        made = back_up(journal, part);
        // The failure is told by itself; this only keeps the file from getting its name.
        if made.is_ok() { Ok(()) } else { Err(io::ErrorKind::Other.into()) }
    })
    .map_err(|error| made.err().unwrap_or_else(|| CopyFailure::from(error)))
}

fn back_up(journal: &Path, part: &Path) -> Result<(), CopyFailure> {
    let from =
        Connection::open_with_flags(journal, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let mut to = Connection::open(part)?;
    flush_to_the_disk(&to)?;
    {
        let backup = Backup::new(&from, &mut to)?;
        // All in one step: what is copied is the journal at one moment.
        if backup.step(-1)? != StepResult::Done {
            return Err(CopyFailure::System { said: "the journal is busy".to_owned() });
        }
    }
    // One file, without a log beside it.
    to.pragma_update(None, "journal_mode", "DELETE")?;
    let of_ours = id_of(&to)? == id_of(&from)? && rows_of(&to).is_ok();
    if !is_sound(&to)? || !of_ours {
        return Err(CopyFailure::NotSound);
    }
    to.close().map_err(|(_, error)| CopyFailure::from(error))
}

/// Whether all is well with the rows. What is wrong with the books, whoever opens the copy makes again.
fn is_sound(connection: &Connection) -> Result<bool, rusqlite::Error> {
    for table in tables(connection)?.iter().filter(|table| !is_of_the_books(table)) {
        let check = format!("PRAGMA integrity_check(\"{table}\")");
        let found: String = connection.query_row(&check, [], |row| row.get(0))?;
        if found != "ok" {
            return Ok(false);
        }
    }
    Ok(true)
}

fn id_of(connection: &Connection) -> Result<i32, rusqlite::Error> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

fn rows_of(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("SELECT count(*) FROM entries", [], |row| row.get(0))
}
