//! Rows read beside the one who writes them: over a connection of its own that only reads, so that nobody who moves money waits
//! for it, and a slice at a time, so that nothing is held back from its place in the file meanwhile.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::{Entry, Journal, JournalError, checks, entries, told};
use crate::check::CheckRow;
use crate::ids::SaleId;

/// Where the rows of a journal can be read.
#[derive(Clone)]
pub(crate) enum Beside {
    File(PathBuf),
    /// A journal in memory has one connection and no other: a test reads over the writer's.
    Memory(Arc<Mutex<Connection>>),
}

/// Somebody who reads rows.
pub(crate) struct Reader {
    connection: Arc<Mutex<Connection>>,
    path: PathBuf,
}

/// The rows, for as long as a slice is read.
pub(crate) struct Rows<'a> {
    pub(super) connection: &'a Connection,
    pub(super) path: &'a Path,
}

/// How far the rows of a span have been gone through: the time of the last one, and its place among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Past {
    at_ms: i64,
    seq: i64,
}

impl Journal {
    /// Where these rows can be read by somebody else.
    pub(crate) fn beside(&self) -> Beside {
        match &self.file {
            Some(file) => Beside::File(file.clone()),
            None => Beside::Memory(Arc::clone(&self.connection)),
        }
    }
}

impl Beside {
    /// Opens a connection of its own.
    ///
    /// # Errors
    /// [`JournalError`] when the file cannot be opened.
    pub(crate) async fn open(&self) -> Result<Reader, JournalError> {
        let path = match self {
            Self::File(path) => path.clone(),
            Self::Memory(connection) => {
                return Ok(Reader { connection: Arc::clone(connection), path: ":memory:".into() });
            }
        };
        off_the_runtime(move || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags).map_err(|error| told(&error, &path))?;
            Ok(Reader { connection: Arc::new(Mutex::new(connection)), path })
        })
        .await?
    }
}

impl Reader {
    /// Reads a slice. No question of it is left open when this returns.
    ///
    /// # Errors
    /// What `slice` says, and [`JournalError::Io`].
    pub(crate) async fn read<T: Send + 'static>(
        &mut self,
        slice: impl FnOnce(&Rows<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (connection, path) = (Arc::clone(&self.connection), self.path.clone());
        off_the_runtime(move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            slice(&Rows { connection: &connection, path: &path })
        })
        .await?
    }
}

/// Reads on a thread that nobody else waits for. A runtime of one thread is a simulation's, which is to go the same way each time:
/// there others have their turn between two slices.
async fn off_the_runtime<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<T, JournalError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        tokio::task::yield_now().await;
        return Ok(read());
    }
    tokio::task::spawn_blocking(read).await.map_err(|error| JournalError::Io(error.to_string()))
}

impl Rows<'_> {
    /// All rows of one sale, in the order in which they were written.
    ///
    /// # Errors
    /// As [`Journal::load`].
    pub(crate) fn of_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        entries(self.connection, "about = 'sale' AND subject = ?1", [sale.to_string()], self.path)
    }

    /// The sales to which something happened in this span (milliseconds since 1970 by Stripe's clock, both ends belong to it),
    /// of `most` rows past those that have been gone through; and how far that is, while there may be more. A row that knows
    /// no time of Stripe's may be of any: its sale is among them when the till's clock says so.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub(crate) fn sales_between(
        &self,
        (from_ms, to_ms): (i64, i64),
        past: Option<Past>,
        most: u32,
    ) -> Result<(Vec<SaleId>, Option<Past>), JournalError> {
        let past = past.unwrap_or(Past { at_ms: from_ms, seq: i64::MIN });
        let select = "SELECT about, subject, coalesce(stripe_ms, at_ms), seq FROM entries
                      WHERE coalesce(stripe_ms, at_ms) BETWEEN ?1 AND ?2
                        AND NOT (coalesce(stripe_ms, at_ms) = ?1 AND seq <= ?3)
                      ORDER BY coalesce(stripe_ms, at_ms), seq LIMIT ?4";
        let read = |row: &Row<'_>| {
            let is_of_a_sale = row.get_ref(0)?.as_str().is_ok_and(|about| about == "sale");
            let sale = row.get_ref(1)?.as_str().ok().and_then(SaleId::parse).filter(|_| is_of_a_sale);
            Ok((sale, Past { at_ms: row.get(2)?, seq: row.get(3)? }))
        };
        let found = || -> rusqlite::Result<Vec<_>> {
            let mut select = self.connection.prepare_cached(select)?;
            select.query_map((past.at_ms, to_ms, past.seq, most), read)?.collect()
        };
        let found = found().map_err(|error| told(&error, self.path))?;
        let is_full = u32::try_from(found.len()) == Ok(most);
        let last = found.last().map(|(_, past)| *past).filter(|_| is_full);
        Ok((found.into_iter().filter_map(|(sale, _)| sale).collect(), last))
    }

    /// The place of the newest row; 0 when there is none.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub(crate) fn newest(&self) -> Result<i64, JournalError> {
        let newest = self.connection.query_row("SELECT coalesce(max(seq), 0) FROM entries", [], |row| row.get(0));
        newest.map_err(|error| told(&error, self.path))
    }

    /// The sales that have rows behind this place, each with the revision that it has come to.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub(crate) fn moved_since(&self, seq: i64) -> Result<Vec<(SaleId, u32)>, JournalError> {
        // `+about`: nearly all rows are about sales, and an index that begins with that would be gone through whole.
        let select = "SELECT subject, max(revision) FROM entries WHERE seq > ?1 AND +about = 'sale' GROUP BY subject";
        let read = |row: &Row<'_>| {
            let sale = row.get_ref(0)?.as_str().ok().and_then(SaleId::parse);
            sale.map(|sale| Ok((sale, row.get(1)?))).transpose()
        };
        let moved = || -> rusqlite::Result<Vec<(SaleId, u32)>> {
            let mut select = self.connection.prepare_cached(select)?;
            select.query_map([seq], read)?.filter_map(Result::transpose).collect()
        };
        moved().map_err(|error| told(&error, self.path))
    }

    /// When the journal's first row was written, milliseconds since 1970 by Stripe's clock; none while it has no row of which
    /// Stripe's time is known. Rows of before that time was kept count by the till's clock.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub(crate) fn began_ms(&self) -> Result<Option<i64>, JournalError> {
        let first = "SELECT coalesce(stripe_ms, at_ms) FROM entries WHERE stripe_ms IS NOT NULL OR owner = 0
                     ORDER BY coalesce(stripe_ms, at_ms) LIMIT 1";
        let first = self.connection.query_row(first, [], |row| row.get(0)).optional();
        first.map_err(|error| told(&error, self.path))
    }

    /// All rows about checks: as [`Journal::load_checks`].
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub(crate) fn checks(&self) -> Result<Vec<CheckRow>, JournalError> {
        checks::all(self.connection).map_err(|error| told(&error, self.path))
    }
}
