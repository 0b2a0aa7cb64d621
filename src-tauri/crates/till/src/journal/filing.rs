//! Making the books again from the rows, while the till sells: newest sales first, in slices that hold the journal for less than
//! [`MOST_LOCK`], and from where it was when the till was killed.
//!
//! Rows are read and added up before the journal is held; what is held is only the writing of lines. A sale that got a row
//! meanwhile is passed over: whoever wrote the row wrote the line.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::audit::lines_of;
use super::projection::{self, Filed, VERSION, is_damage};
use super::{JournalError, Line, entries, newest_owner, told};
use crate::ids::SaleId;

mod running;

pub use running::{BooksProgress, Running};

/// The longest that a slice should keep the one who moves money waiting.
pub(super) const MOST_LOCK: Duration = Duration::from_millis(5);

/// Sales of the first slice, and of the largest.
const FIRST_SLICE: u32 = 8;
const LARGEST_SLICE: u32 = 128;

/// After so many slices what they wrote is put in its place, so that the one who moves money need not do it.
const SLICES_TO_A_CHECKPOINT: u32 = 8;

/// Whoever makes the books again.
pub struct Filing {
    connection: Connection,
    path: PathBuf,
    owner: i64,
    slice: u32,
    slices: u32,
    /// Numbers of unfinished sales that are to be read first, whatever their number.
    first: Vec<u32>,
    damaged: bool,
}

/// What a slice came to.
#[derive(Debug)]
pub struct Slice {
    pub filed: Filed,
    /// The unfinished among the sales that were filed.
    pub unfinished: Vec<SaleId>,
    /// So long the journal was held.
    pub held: Duration,
}

impl Filing {
    pub(super) fn open(path: &Path, owner: i64, damaged: bool) -> Result<Self, JournalError> {
        let told = |error| told(&error, path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(told)?;
        // What is lost by a power cut is made again. What a slice writes is put in its place by slices, and not by a sale.
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(told)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(told)?;
        let first = unfinished_below(&connection).map_err(told)?;
        Ok(Self { connection, path: path.to_owned(), owner, slice: FIRST_SLICE, slices: 0, first, damaged })
    }

    /// The books were found not to be what they should be, at the start of the till or since.
    #[must_use]
    pub fn after_damage(&self) -> bool {
        self.damaged
    }

    /// How far the books are.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn filed(&self) -> Result<Filed, JournalError> {
        projection::filed(&self.connection).map_err(|error| told(&error, &self.path))
    }

    /// Whether the books are this version's, and what was noted of them by a row that could not be filed beside.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn is_due(&mut self) -> Result<bool, JournalError> {
        let found = projection::ready(&mut self.connection).map_err(|error| told(&error, &self.path))?;
        self.damaged |= found == projection::Found::Damaged;
        self.filed().map(|filed| !filed.is_whole())
    }

    /// Throws the books away and begins again: somebody who read them found them damaged.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn begin_again(&mut self) -> Result<(), JournalError> {
        self.damaged = true;
        projection::make_anew(&mut self.connection).map_err(|error| told(&error, &self.path))
    }

    /// Files the next sales; none when there are no more.
    ///
    /// # Errors
    /// [`JournalError::TakenOver`] when another till was started on the journal, [`JournalError::DiskFull`],
    /// [`JournalError::Io`].
    pub fn slice(&mut self) -> Result<Option<Slice>, JournalError> {
        let filed = self.filed()?;
        if let Some(number) = self.first.pop() {
            return self.file(number, number, None).map(Some);
        }
        if filed.is_whole() {
            return Ok(None);
        }
        let to = filed.down_to.saturating_sub(1);
        let from = filed.down_to.saturating_sub(self.slice).max(1);
        let done = self.file(from, to, Some(filed.down_to))?;
        self.slice = match done.held {
            held if held > MOST_LOCK / 2 => (self.slice / 2).max(1),
            held if held < MOST_LOCK / 4 => (self.slice.saturating_mul(2)).min(LARGEST_SLICE),
            _ => self.slice,
        };
        self.slices = self.slices.saturating_add(1);
        if self.slices.is_multiple_of(SLICES_TO_A_CHECKPOINT) || done.filed.is_whole() {
            self.put_in_place();
        }
        Ok(Some(done))
    }

    /// `was` is how far the books were: they move on from there, unless somebody began again. None: they stay.
    fn file(&mut self, from: u32, to: u32, was: Option<u32>) -> Result<Slice, JournalError> {
        let lines = self.lines(from, to)?;
        let unfinished = lines.iter().filter(|line| line.unfinished).map(|line| line.sale).collect();
        let begun = Instant::now();
        let held = match self.write(&lines, from, was) {
            Ok(Some(held)) => held,
            Ok(None) => return Err(JournalError::TakenOver),
            Err(error) if is_damage(&error) => {
                self.begin_again()?;
                begun.elapsed()
            }
            Err(error) => return Err(told(&error, &self.path)),
        };
        Ok(Slice { filed: self.filed()?, unfinished, held })
    }

    /// The lines of the sales of these numbers. One whose rows cannot be read has none: the list shows it as such.
    fn lines(&self, from: u32, to: u32) -> Result<Vec<Line>, JournalError> {
        let of_them = "about = 'sale' AND subject IN (SELECT subject FROM entries WHERE opens BETWEEN ?1 AND ?2)";
        match entries(&self.connection, of_them, [from, to], &self.path) {
            Ok(rows) => Ok(lines_of(rows)),
            Err(JournalError::Corrupt { .. } | JournalError::Newer { .. }) if from < to => {
                let middle = from + (to - from) / 2;
                let mut lines = self.lines(from, middle)?;
                lines.extend(self.lines(middle + 1, to)?);
                Ok(lines)
            }
            Err(JournalError::Corrupt { .. } | JournalError::Newer { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// How long the journal was held; none when it is another till's by now.
    fn write(&mut self, lines: &[Line], from: u32, was: Option<u32>) -> rusqlite::Result<Option<Duration>> {
        let owner = self.owner;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let begun = Instant::now();
        if newest_owner(&transaction)? != owner {
            return Ok(None);
        }
        for line in lines {
            let newest: Option<u32> = transaction
                .prepare_cached("SELECT max(revision) FROM entries WHERE about = 'sale' AND subject = ?1")?
                .query_row([line.sale.to_string()], |row| row.get(0))?;
            if newest == Some(line.revision) {
                projection::put(&transaction, line)?;
            }
        }
        if let Some(was) = was {
            transaction
                .prepare_cached("UPDATE books SET down_to = ?1 WHERE down_to = ?2 AND version = ?3")?
                .execute(rusqlite::params![from, was, VERSION])?;
        }
        transaction.commit()?;
        Ok(Some(begun.elapsed()))
    }

    /// Puts what was written in its place in the file. Nobody is held up by it; whoever reads meanwhile keeps some of it back.
    fn put_in_place(&self) {
        let _some = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).optional();
    }
}

/// Unfinished sales that the books know from before and have not read yet, the newest last.
fn unfinished_below(connection: &Connection) -> rusqlite::Result<Vec<u32>> {
    let select = "SELECT number FROM sales WHERE unfinished AND number < (SELECT down_to FROM books) ORDER BY number";
    connection.prepare(select)?.query_map([], |row| row.get(0))?.collect()
}
