//! Making the books again from the rows, while the till sells: newest sales first, in slices that hold the journal for less than
//! [`MOST_LOCK`], and from where it was when the till was killed.
//!
//! Rows are read and added up before the journal is held; what is held is only the writing of lines. A sale that got a row
//! meanwhile is passed over: whoever wrote the row wrote the line.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::audit::lines_of;
use super::disk::with_ending;
use super::projection::{self, Filed, VERSION, is_damage};
use super::steps::{LARGEST_EMPTY_LOG, flush_to_the_disk};
use super::{JournalError, Line, entries, newest_owner, told};
use crate::ids::SaleId;

mod running;
#[cfg(test)]
mod tests;

pub use running::{BooksProgress, Running};

/// The longest that a slice should keep the one who moves money waiting.
pub(super) const MOST_LOCK: Duration = Duration::from_millis(5);

/// After each slice whoever else writes has four times its time, and at least this: few of the rows that are written meanwhile
/// meet a slice at all.
const LEAST_PAUSE: Duration = Duration::from_millis(4);

/// Sales of the first slice, and of the largest.
const FIRST_SLICE: u32 = 8;
const LARGEST_SLICE: u32 = 128;

/// Each word of a question is looked up in every part of the index. Every slice, and every row of a sale, begins a part, and FTS5
/// puts only some of them together: all are made one when the books were made, and again when there are a quarter more sales.
/// With fewer sales than this nobody feels them.
const MANY_SALES: u32 = 1_000;
/// Pages of the first step of that, and of the largest.
const FIRST_STEP: u32 = 16;
const LARGEST_STEP: u32 = 512;

/// After so many slices what they wrote reaches the disk, some hundreds of KiB to a MiB: otherwise the next row of a sale would
/// wait for all of it.
const SLICES_TO_A_FLUSH: u32 = 10;
/// After so many slices what they wrote is put in its place, some ten MiB: before whoever writes a row has to.
const SLICES_TO_A_CHECKPOINT: u32 = 100;

/// Whoever makes the books again.
pub struct Filing {
    connection: Connection,
    path: PathBuf,
    owner: i64,
    /// The log beside the journal.
    log: PathBuf,
    slice: u32,
    slices: u32,
    /// Pages of the next step of making one index of its parts.
    step: u32,
    /// That is begun.
    is_joining: bool,
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
        // It puts rows of the till's in their place, too.
        flush_to_the_disk(&connection).map_err(told)?;
        // What is lost by a power cut is made again. What a slice writes is put in its place by slices, and not by a sale.
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(told)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(told)?;
        connection.pragma_update(None, "journal_size_limit", LARGEST_EMPTY_LOG).map_err(told)?;
        let first = match unfinished_below(&connection) {
            // Whoever they are, they are found on the way.
            Err(error) if is_damage(&error) => Vec::new(),
            first => first.map_err(told)?,
        };
        Ok(Self {
            connection,
            path: path.to_owned(),
            owner,
            log: with_ending(path, "-wal"),
            slice: FIRST_SLICE,
            slices: 0,
            step: FIRST_STEP,
            is_joining: false,
            first,
            damaged,
        })
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

    /// Whether there is something to do: the books are not this version's or not whole, a row could not be filed beside, or whoever
    /// was making one index of its parts was stopped.
    ///
    /// # Errors
    /// [`JournalError::TakenOver`] when another till was started on the journal, [`JournalError::Io`].
    pub fn is_due(&mut self) -> Result<bool, JournalError> {
        let found = projection::ready(&mut self.connection, self.owner).map_err(|error| told(&error, &self.path))?;
        let found = found.ok_or(JournalError::TakenOver)?;
        self.damaged |= found == projection::Found::Damaged;
        let filed = self.filed()?;
        Ok(!filed.is_whole() || self.are_parts_left(filed)?)
    }

    /// Throws the books away and begins again: somebody who read them found them damaged.
    ///
    /// # Errors
    /// [`JournalError::TakenOver`] when another till was started on the journal, [`JournalError::Io`].
    pub fn begin_again(&mut self) -> Result<(), JournalError> {
        self.damaged = true;
        self.is_joining = false;
        let is_ours =
            projection::make_anew(&mut self.connection, self.owner).map_err(|error| told(&error, &self.path))?;
        if is_ours { Ok(()) } else { Err(JournalError::TakenOver) }
    }

    /// Files the next sales, and when all are filed makes one index of its parts, step by step; none when that is done, too.
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
            return self.join_parts(filed);
        }
        let to = filed.down_to.saturating_sub(1);
        let from = filed.down_to.saturating_sub(self.slice).max(1);
        let done = self.file(from, to, Some(filed.down_to))?;
        self.slice = next(self.slice, done.held, LARGEST_SLICE);
        self.flush();
        Ok(Some(done))
    }

    /// Whether the index is to be made one.
    fn are_parts_left(&self, filed: Filed) -> Result<bool, JournalError> {
        if self.is_joining || filed.last < MANY_SALES {
            return Ok(self.is_joining);
        }
        let joined = projection::joined(&self.connection).map_err(|error| told(&error, &self.path))?;
        Ok(filed.last > joined.saturating_add(joined / 4))
    }

    /// A step towards an index of one part; none when there is no more to do.
    fn join_parts(&mut self, filed: Filed) -> Result<Option<Slice>, JournalError> {
        if !self.are_parts_left(filed)? {
            return Ok(None);
        }
        let held = match self.step_of_joining(filed.last) {
            Ok(Some((held, is_done))) => {
                self.is_joining = !is_done;
                held
            }
            Ok(None) => return Err(JournalError::TakenOver),
            Err(error) if is_damage(&error) => {
                self.begin_again()?;
                Duration::ZERO
            }
            Err(error) => return Err(told(&error, &self.path)),
        };
        self.step = next(self.step, held, LARGEST_STEP);
        self.flush();
        Ok(Some(Slice { filed: self.filed()?, unfinished: Vec::new(), held }))
    }

    /// How long the journal was held, and whether nothing is left to do; none when it is another till's by now.
    fn step_of_joining(&mut self, last: u32) -> rusqlite::Result<Option<(Duration, bool)>> {
        let (owner, pages, is_first) = (self.owner, i64::from(self.step), !self.is_joining);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let begun = Instant::now();
        if newest_owner(&transaction)? != owner {
            return Ok(None);
        }
        let before = transaction.total_changes();
        // With a sign FTS5 takes on all of the parts, and without one it goes on with what it took on.
        transaction
            .prepare_cached("INSERT INTO sale_words (sale_words, rank) VALUES ('merge', ?1)")?
            .execute([if is_first { -pages } else { pages }])?;
        // It says in no other way that it did nothing.
        let is_done = transaction.total_changes() - before < 2;
        if is_done {
            transaction.prepare_cached("UPDATE books SET joined = ?1")?.execute([last])?;
        }
        transaction.commit()?;
        Ok(Some((begun.elapsed(), is_done)))
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
        if was.is_some() && was == Some(self.filed()?.down_to) {
            // A row was written meanwhile whose line could not be: they are behind, however much was filed.
            self.is_due()?;
        }
        Ok(Slice { filed: self.filed()?, unfinished, held })
    }

    /// The lines of the sales of these numbers. One whose rows cannot be read has none: the list shows it as such.
    fn lines(&self, from: u32, to: u32) -> Result<Vec<Line>, JournalError> {
        let of_them = "about = 'sale' AND subject IN (SELECT subject FROM entries WHERE opens BETWEEN ?1 AND ?2)";
        match entries(&self.connection, of_them, [from, to], &self.path) {
            Ok(rows) => {
                let mut lines = lines_of(rows);
                lines.sort_unstable_by_key(|line| line.number);
                Ok(lines)
            }
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
        let mut newest = Vec::new();
        for line in lines {
            let revision: Option<u32> = transaction
                .prepare_cached("SELECT max(revision) FROM entries WHERE about = 'sale' AND subject = ?1")?
                .query_row([line.sale.to_string()], |row| row.get(0))?;
            if revision == Some(line.revision) {
                newest.push(line);
            }
        }
        projection::put_all(&transaction, &newest)?;
        if let Some(was) = was {
            transaction
                .prepare_cached("UPDATE books SET down_to = ?1 WHERE down_to = ?2 AND version = ?3")?
                .execute(rusqlite::params![from, was, VERSION])?;
        }
        transaction.commit()?;
        Ok(Some(begun.elapsed()))
    }

    /// Has what some slices wrote reach the disk, while the journal is let go.
    fn flush(&mut self) {
        self.slices = self.slices.saturating_add(1);
        if self.slices.is_multiple_of(SLICES_TO_A_FLUSH) {
            let _some = std::fs::File::open(&self.log).and_then(|log| log.sync_data());
        }
        if self.slices.is_multiple_of(SLICES_TO_A_CHECKPOINT) {
            self.put_in_place();
        }
    }

    /// Puts what the log has in its place in the file. Nobody is held up by it; whoever reads meanwhile keeps some of it back.
    pub fn put_in_place(&self) {
        let _some = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).optional();
    }
}

impl Slice {
    /// So long whoever else writes has the journal before the next slice.
    #[must_use]
    pub fn pause(&self) -> Duration {
        (self.held * 4).max(LEAST_PAUSE)
    }
}

/// How much the next one takes on, after one that held the journal for so long. Well below the limit, because one in sixteen is
/// a few times as long: it puts the index's newest parts together. And by little: a slice that was long because the machine did
/// something else says nothing of the next one.
fn next(now: u32, held: Duration, largest: u32) -> u32 {
    match held {
        held if held > MOST_LOCK / 6 => (now - now.div_ceil(4)).max(1),
        held if held < MOST_LOCK / 10 => (now + now / 8 + 1).min(largest),
        _ => now,
    }
}

/// Unfinished sales that the books know from before and have not read yet, the newest last.
fn unfinished_below(connection: &Connection) -> rusqlite::Result<Vec<u32>> {
    let select = "SELECT number FROM sales WHERE unfinished AND number < (SELECT down_to FROM books) ORDER BY number";
    connection.prepare(select)?.query_map([], |row| row.get(0))?.collect()
}
