//! What happened, kept before it happens: an append-only journal in SQLite (WAL, `synchronous=FULL`).
//!
//! A row is on the disk when [`Journal::append`] returns. Triggers refuse every UPDATE and DELETE of a row; UNIQUE indexes
//! refuse a second opening of a sale, a second attempt of the same id and a second use of an idempotency key, whatever the
//! code above believes.
//!
//! Deliberately not here: what an event means ([`crate::machine`]). The table `standing` only remembers which sales are
//! unfinished, so that a start need not read years of rows; it is written in the same transaction and holds no fact of its own.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};

use crate::event::Event;
use crate::ids::SaleId;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub sale: SaleId,
    /// When, milliseconds since 1970 on the till's clock.
    pub at_ms: i64,
    /// What.
    pub event: Event,
}

/// Why the journal cannot be used. `Display` is a sentence for the shop's owner.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Written by a later version.
    #[error(
        "The sales in {} were written by a newer version of Countersign. Install that version again; nothing is lost.",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// Of another mode or account, or not a journal at all.
    #[error("{} is not the sales journal of this mode and account. Move it elsewhere and start again.", .path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Damaged.
    #[error(
        "The sales journal {} is damaged and was left as it is. Restore it from a backup, or move it elsewhere and start \
         again; payments are safe at Stripe.",
        .path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
    },
    /// Another till has it open.
    #[error("Another Countersign is using these sales already. Use that window, or close it first.")]
    InUse,
    /// No room.
    #[error(
        "The disk is full, so no payment can be started: nothing would be on record. Free some space; the till goes on by itself."
    )]
    DiskFull,
    /// The row exists already; somebody sent the same command twice.
    #[error("This is on record already.")]
    Repeated,
    /// Anything else of the file system.
    #[error(
        "The sales journal cannot be read or written. Check that the disk is connected and that the till's folder belongs to you, then try again. (The system says: {0})"
    )]
    Io(String),
}

/// What the coordinator needs of a journal. The one implementation is [`Journal`]; tests wrap it to fill the disk or to die
/// between two rows.
pub trait Records: Send {
    /// See [`Journal::append`].
    ///
    /// # Errors
    /// As there.
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError>;
    /// See [`Journal::load`].
    ///
    /// # Errors
    /// As there.
    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError>;
    /// See [`Journal::load_sale`].
    ///
    /// # Errors
    /// As there.
    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError>;
    /// See [`Journal::load_between`].
    ///
    /// # Errors
    /// As there.
    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError>;
    /// See [`Journal::last_number`].
    ///
    /// # Errors
    /// As there.
    fn last_number(&self) -> Result<u32, JournalError>;
}

impl Records for Journal {
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        Self::append(self, entry, number, finished)
    }

    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        Self::load(self, recent)
    }

    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        Self::load_sale(self, sale)
    }

    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        Self::load_between(self, from_ms, to_ms)
    }

    fn last_number(&self) -> Result<u32, JournalError> {
        Self::last_number(self)
    }
}

/// "CSJ1": tells our files from other SQLite files.
const APPLICATION_ID: i32 = 0x4353_4a31;

const STEPS: &[M<'static>] = &[
    M::up(
        "CREATE TABLE entries (
        seq             INTEGER PRIMARY KEY AUTOINCREMENT,
        sale_id         TEXT NOT NULL,
        at_ms           INTEGER NOT NULL,
        event           TEXT NOT NULL,
        attempt_id      TEXT,
        idempotency_key TEXT,
        opens           INTEGER,
        body            TEXT NOT NULL
    ) STRICT;
    CREATE INDEX entries_by_sale ON entries(sale_id, seq);
    CREATE UNIQUE INDEX one_opening_per_sale ON entries(sale_id) WHERE opens IS NOT NULL;
    CREATE UNIQUE INDEX one_number_per_sale ON entries(opens) WHERE opens IS NOT NULL;
    CREATE UNIQUE INDEX one_submission_per_attempt ON entries(attempt_id) WHERE attempt_id IS NOT NULL;
    CREATE UNIQUE INDEX one_call_per_key ON entries(idempotency_key) WHERE idempotency_key IS NOT NULL;
    CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'rows are only added'); END;
    CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'rows are only added'); END;
    CREATE TABLE standing (
        sale_id  TEXT PRIMARY KEY,
        number   INTEGER NOT NULL UNIQUE,
        finished INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unfinished ON standing(number) WHERE finished = 0;
    CREATE TABLE ledger (of TEXT NOT NULL) STRICT;",
    ),
    // With this step came rows about refunds, disputes and payments taken in. Every new kind of row is a step, so that a
    // version that does not know it says "newer", not "damaged".
    M::up("CREATE INDEX entries_by_time ON entries(at_ms);"),
];

/// The journal of one mode and account.
pub struct Journal {
    connection: Connection,
    // Held for as long as the journal is open; the system releases it when the process dies, however it dies.
    _lock: Option<File>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Journal")
    }
}

impl Journal {
    /// Opens or creates the journal at `path` for `of` (e.g. `training`, `live-3f9a…`), and locks it against a second till.
    ///
    /// # Errors
    /// [`JournalError`]; the file is left as it is.
    pub fn open(path: &Path, of: &str) -> Result<Self, JournalError> {
        let lock = lock(path)?;
        let connection = Connection::open(path).map_err(|error| told(&error, path))?;
        Self::prepare(connection, path, of, Some(lock))
    }

    /// A journal that is gone with the process: for tests of the rules, never for a shop.
    ///
    /// # Errors
    /// [`JournalError::Io`] when there is no memory.
    pub fn in_memory() -> Result<Self, JournalError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory().map_err(|error| told(&error, path))?;
        Self::prepare(connection, path, "memory", None)
    }

    fn prepare(mut connection: Connection, path: &Path, of: &str, lock: Option<File>) -> Result<Self, JournalError> {
        let told = |error| told(&error, path);
        let stranger = || JournalError::NotOurs { path: path.to_owned() };
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(told)?;
        let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(told)?;
        if tables > 0 && id != APPLICATION_ID {
            return Err(stranger());
        }
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(told)?;
        if usize::try_from(version).is_ok_and(|version| version > STEPS.len()) {
            // Nothing is written to a journal that a newer version keeps, not even a setting.
            return Err(JournalError::Newer { path: path.to_owned() });
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(told)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(told)?;
        connection.pragma_update(None, "trusted_schema", false).map_err(told)?;
        if id != APPLICATION_ID {
            connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(told)?;
        }
        Migrations::from_slice(STEPS).to_latest(&mut connection).map_err(|error| match error {
            rusqlite_migration::Error::MigrationDefinition(_) => JournalError::Newer { path: path.to_owned() },
            rusqlite_migration::Error::RusqliteError { err, .. } => told(err),
            other => JournalError::Io(other.to_string()),
        })?;
        let kept: Option<String> =
            connection.query_row("SELECT of FROM ledger", [], |row| row.get(0)).optional().map_err(told)?;
        match kept {
            None => {
                connection.execute("INSERT INTO ledger (of) VALUES (?1)", [of]).map_err(told)?;
            }
            Some(kept) if kept == of => {}
            Some(_) => return Err(stranger()),
        }
        Ok(Self { connection, _lock: lock })
    }

    /// Adds a row and flushes it to the disk. `number` is the sale's, `finished` what the sale is after the event.
    ///
    /// # Errors
    /// [`JournalError::Repeated`] when a UNIQUE index knows it already, [`JournalError::DiskFull`], [`JournalError::Io`].
    pub fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        let io = |error: rusqlite::Error| told(&error, Path::new("journal"));
        let body = serde_json::to_string(&entry.event).map_err(|error| JournalError::Io(error.to_string()))?;
        let (name, attempt, key, opens) = indexed(&entry.event);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        transaction
            .prepare_cached(
                "INSERT INTO entries (sale_id, at_ms, event, attempt_id, idempotency_key, opens, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut insert| {
                insert.execute(params![entry.sale.to_string(), entry.at_ms, name, attempt, key, opens, body])
            })
            .map_err(io)?;
        transaction
            .prepare_cached(
                "INSERT INTO standing (sale_id, number, finished) VALUES (?1, ?2, ?3)
                 ON CONFLICT (sale_id) DO UPDATE SET finished = excluded.finished",
            )
            .and_then(|mut upsert| upsert.execute(params![entry.sale.to_string(), number, finished]))
            .map_err(io)?;
        transaction.commit().map_err(io)
    }

    /// All rows of the unfinished sales and of the `recent` newest ones, in the order in which they were written.
    ///
    /// # Errors
    /// [`JournalError::Corrupt`] when a row cannot be read, [`JournalError::Io`].
    pub fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        self.entries(
            "SELECT sale_id, at_ms, body FROM entries WHERE sale_id IN (
                 SELECT sale_id FROM standing WHERE finished = 0
                 UNION SELECT sale_id FROM (SELECT sale_id FROM standing ORDER BY number DESC LIMIT ?1))
             ORDER BY seq",
            [recent],
        )
    }

    /// All rows of one sale, in the order in which they were written; none when the journal does not know it.
    ///
    /// # Errors
    /// As [`Journal::load`].
    pub fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        let select = "SELECT sale_id, at_ms, body FROM entries WHERE sale_id = ?1 ORDER BY seq";
        self.entries(select, [sale.to_string()])
    }

    /// All rows of every sale to which something happened in this span (milliseconds since 1970, both ends belong to it).
    ///
    /// # Errors
    /// As [`Journal::load`].
    pub fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        self.entries(
            "SELECT sale_id, at_ms, body FROM entries WHERE sale_id IN (
                 SELECT sale_id FROM entries WHERE at_ms BETWEEN ?1 AND ?2)
             ORDER BY seq",
            [from_ms, to_ms],
        )
    }

    fn entries(&self, select: &str, values: impl rusqlite::Params) -> Result<Vec<Entry>, JournalError> {
        let path = Path::new(self.connection.path().unwrap_or("journal"));
        let corrupt = || JournalError::Corrupt { path: path.to_owned() };
        let told = |error: rusqlite::Error| told(&error, path);
        let mut select = self.connection.prepare_cached(select).map_err(told)?;
        let rows = select
            .query_map(values, |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))
            .map_err(told)?;
        let mut entries = Vec::new();
        for row in rows {
            let (sale, at_ms, body) = row.map_err(told)?;
            let sale = SaleId::parse(&sale).ok_or_else(corrupt)?;
            let event = serde_json::from_str(&body).map_err(|_| corrupt())?;
            entries.push(Entry { sale, at_ms, event });
        }
        Ok(entries)
    }

    /// The highest number of a sale so far; 0 when there is none.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn last_number(&self) -> Result<u32, JournalError> {
        self.connection
            .query_row("SELECT coalesce(max(number), 0) FROM standing", [], |row| row.get(0))
            .map_err(|error| told(&error, Path::new("journal")))
    }
}

/// What the UNIQUE indexes watch.
fn indexed(event: &Event) -> (&'static str, Option<String>, Option<String>, Option<u32>) {
    let key = |call: &crate::sale::Call| Some(call.key.as_str().to_owned());
    match event {
        Event::Opened { number, .. } => ("opened", None, None, Some(*number)),
        Event::TakenIn { number, .. } => ("taken_in", None, None, Some(*number)),
        Event::Submitted { attempt, call, .. } => ("submitted", Some(attempt.to_string()), key(call), None),
        Event::ConfirmedAgain { call } => ("confirmed_again", None, key(call), None),
        Event::CancelStarted { call } => ("cancel_started", None, key(call), None),
        Event::Resent { .. } => ("resent", None, None, None),
        Event::CancelWanted => ("cancel_wanted", None, None, None),
        Event::Answered { .. } => ("answered", None, None, None),
        Event::Looked { .. } => ("looked", None, None, None),
        Event::FoundNothing => ("found_nothing", None, None, None),
        Event::Gone => ("gone", None, None, None),
        Event::TrainingEnded => ("training_ended", None, None, None),
        Event::Interrupted => ("interrupted", None, None, None),
        // A refund's id is watched by the same index as an attempt's: both are drawn at random from the same space.
        Event::RefundStarted { refund, call, .. } => ("refund_started", Some(refund.to_string()), key(call), None),
        Event::RefundResent { .. } => ("refund_resent", None, None, None),
        Event::RefundAnswered { .. } => ("refund_answered", None, None, None),
        Event::RefundsSeen { .. } => ("refunds_seen", None, None, None),
        Event::Disputed { .. } => ("disputed", None, None, None),
        Event::Kept => ("kept", None, None, None),
        Event::SetAside => ("set_aside", None, None, None),
        Event::WatchEnded => ("watch_ended", None, None, None),
    }
}

fn lock(path: &Path) -> Result<File, JournalError> {
    let beside = path.with_extension("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside)
        .map_err(|error| JournalError::Io(error.to_string()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse),
        Err(TryLockError::Error(error)) => Err(JournalError::Io(error.to_string())),
    }
}

fn told(error: &rusqlite::Error, path: &Path) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => JournalError::DiskFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => JournalError::Corrupt { path: path.to_owned() },
        Some(ErrorCode::ConstraintViolation) => JournalError::Repeated,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::InUse,
        // ENOSPC surfaces as an I/O error on some file systems when the WAL cannot grow.
        Some(ErrorCode::SystemIoFailure) if error.to_string().contains("full") => JournalError::DiskFull,
        _ => JournalError::Io(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
