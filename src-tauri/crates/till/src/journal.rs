//! What happened, kept before it happens: an append-only journal in SQLite (WAL, `synchronous=FULL`).
//!
//! A row is on the disk when [`Journal::append`] returns. Triggers refuse every UPDATE and DELETE of a row; UNIQUE indexes
//! refuse a second opening of a sale, a second attempt of the same id, a second use of an idempotency key and a second row of
//! the same revision, whatever the code above believes.
//!
//! Two tills on one journal would charge one sale twice. The lock file keeps a second one out, but a file can be deleted: so
//! each start writes itself in as the owner, and a row of a till that is the owner no longer is refused ([`Journal::append`]).
//! SQLite's own exclusive lock would do as well, but shuts every reader out.
//!
//! Deliberately not here: what an event means ([`crate::machine`]). The table `standing` only remembers which sales are
//! unfinished, so that a start need not read years of rows; it is written in the same transaction and holds no fact of its own.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use stripe_client::AccountId;

use crate::clock::When;
use crate::event::{Event, Unreadable};
use crate::ids::{SaleId, TillId};
use crate::journal_copy::CopyFailure;

mod checks;
mod disk;
mod glance;
mod records;
mod row;
mod steps;

pub use glance::{GLANCE_PAYMENTS, Glance};
pub use records::Records;
pub use row::{Author, Entry, Subject};
pub(crate) use steps::flush_to_the_disk;

use disk::{disk_told, find_room, for_want_of_room, keep_private, lock, told, with_ending};
use glance::{account, tills};

/// Why the journal cannot be used. `Display` is for logs; the windows have the sentences.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Written by a later version.
    #[error("written by a newer version: {}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// Of another mode or account, or not a journal at all.
    #[error("not the journal of this mode and account: {}", .path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Damaged.
    #[error("damaged, and left as it is: {}", .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
    },
    /// Another till has it open.
    #[error("another till has this journal open")]
    InUse,
    /// Another till was started on it after this one: what it does, this one does not know.
    #[error("another till has taken this journal over")]
    TakenOver,
    /// The copy that is made before a step could not be made or is not sound. The journal is as it was.
    #[error("the journal could not be copied before it is taken a step further: {0:?}")]
    NotCopied(CopyFailure),
    /// No room.
    #[error("the disk is full")]
    DiskFull,
    /// The row exists already; somebody sent the same command twice.
    #[error("this is on record already")]
    Repeated,
    /// Others who use this computer could read it, and the file system or its owner does not let that be changed.
    #[error("{} cannot be kept from other users of this computer", .path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
    },
    /// Anything else of the file system.
    #[error("the journal cannot be read or written: {0}")]
    Io(String),
}

/// The journal of one mode and account.
pub struct Journal {
    connection: Connection,
    /// The file; none for one in memory.
    file: Option<PathBuf>,
    /// The number of this start. Grows with every start on this file.
    owner: i64,
    /// The tills that were started on this file before this start, oldest first.
    tills: Vec<TillId>,
    // Held for as long as the journal is open; the system releases it when the process dies, however it dies.
    _lock: Option<File>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Journal")
    }
}

impl Journal {
    /// Opens or creates the journal at `path` for `of` (e.g. `training`, `live-3f9a…`), locks it against a second till, and
    /// writes this start in as its owner. A file of an earlier version is copied beside itself first
    /// (`<name>-before-<step>.sqlite`), and taken further in one transaction.
    ///
    /// # Errors
    /// [`JournalError`]; the file is left as it is.
    pub fn open(path: &Path, of: &str, start: Start) -> Result<Self, JournalError> {
        Self::open_as_it_is(path, of, start).map_err(|error| for_want_of_room(error, path))
    }

    fn open_as_it_is(path: &Path, of: &str, start: Start) -> Result<Self, JournalError> {
        let lock = lock(path)?;
        // Before SQLite opens it, which gives the files beside it the permissions that it has.
        keep_private(path)?;
        for beside in ["-wal", "-shm"].map(|ending| with_ending(path, ending)) {
            if beside.exists() {
                keep_private(&beside)?;
            }
        }
        let connection = Connection::open(path).map_err(|error| told(&error, path))?;
        Self::prepare(connection, path, of, start, Some(lock))
    }

    /// A journal that is gone with the process: for tests of the rules, never for a shop.
    ///
    /// # Errors
    /// [`JournalError::Io`] when there is no memory.
    pub fn in_memory(start: Start) -> Result<Self, JournalError> {
        let path = Path::new(":memory:");
        let connection = steps::in_memory().map_err(|error| told(&error, path))?;
        Self::prepare(connection, path, "memory", start, None)
    }

    fn prepare(
        mut connection: Connection,
        path: &Path,
        of: &str,
        start: Start,
        lock: Option<File>,
    ) -> Result<Self, JournalError> {
        steps::take(&mut connection, path)?;
        let told = |error| told(&error, path);
        let kept: Option<String> =
            connection.query_row("SELECT of FROM ledger", [], |row| row.get(0)).optional().map_err(told)?;
        match kept {
            None => {
                connection.execute("INSERT INTO ledger (of) VALUES (?1)", [of]).map_err(told)?;
            }
            Some(kept) if kept == of => {}
            Some(_) => return Err(JournalError::NotOurs { path: path.to_owned() }),
        }
        let tills = tills(&connection).map_err(told)?;
        connection
            .execute("INSERT INTO owners (till, at_ms) VALUES (?1, ?2)", params![start.till.to_string(), start.at_ms])
            .map_err(told)?;
        let owner = connection.last_insert_rowid();
        let file = lock.is_some().then(|| path.to_owned());
        Ok(Self { connection, file, owner, tills, _lock: lock })
    }

    /// The account whose sales these are, as it was kept with [`Journal::keep_account`].
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn account(&self) -> Result<Option<String>, JournalError> {
        account(&self.connection).map_err(|error| told(&error, Path::new("journal")))
    }

    /// Keeps the account whose sales these are. An account's id is kept for good; what stands for an account whose keys did
    /// not tell its id gives way to it.
    ///
    /// # Errors
    /// [`JournalError::NotOurs`] when another account's id is kept already.
    pub fn keep_account(&mut self, account: &str) -> Result<(), JournalError> {
        match self.account()? {
            Some(kept) if kept == account => Ok(()),
            Some(kept) if AccountId::parse(&kept).is_some() => {
                Err(JournalError::NotOurs { path: self.path().to_owned() })
            }
            Some(_) | None => self
                .connection
                .execute("UPDATE ledger SET account = ?1", [account])
                .map(|_| ())
                .map_err(|error| told(&error, self.path())),
        }
    }

    /// The tills that were started on this journal before, oldest first, each once. A till's id is in the metadata of its
    /// payments: these are the ids by which payments are this journal's.
    #[must_use]
    pub fn tills(&self) -> &[TillId] {
        &self.tills
    }

    fn path(&self) -> &Path {
        Path::new(self.connection.path().unwrap_or("journal"))
    }

    /// Adds a row and flushes it to the disk. `number` is the sale's, `finished` what the sale is after the event.
    ///
    /// # Errors
    /// [`JournalError::TakenOver`] when another till was started on this file since; [`JournalError::Repeated`] when a UNIQUE
    /// index knows it already, [`JournalError::DiskFull`], [`JournalError::Io`].
    pub fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        let file = self.file.clone();
        self.append_as_it_is(entry, number, finished).map_err(|error| match &file {
            Some(file) => for_want_of_room(error, file),
            None => error,
        })
    }

    /// Finds out whether a row could be written, by a write that leaves nothing: room for the rows of a sale is asked of the
    /// disk, and a page of the journal is written as it was and flushed, as a row would be.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn try_to_write(&mut self) -> Result<(), JournalError> {
        if let Some(file) = &self.file {
            find_room(file).map_err(|error| disk_told(&error))?;
        }
        let io = |error: rusqlite::Error| told(&error, Path::new("journal"));
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        if newest_owner(&transaction).map_err(io)? != self.owner {
            return Err(JournalError::TakenOver);
        }
        // SQLite writes the first page for this even when nothing changes. A row that stays as it is it would not write.
        let step: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(io)?;
        transaction.pragma_update(None, "user_version", step).map_err(io)?;
        transaction.commit().map_err(io)
    }

    fn append_as_it_is(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        let io = |error: rusqlite::Error| told(&error, Path::new("journal"));
        let body = serde_json::to_string(&entry.event).map_err(|error| JournalError::Io(error.to_string()))?;
        let (name, attempt, key, opens) = indexed(&entry.event);
        let owner = self.owner;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        if newest_owner(&transaction).map_err(io)? != self.owner {
            return Err(JournalError::TakenOver);
        }
        let row = Inserted {
            about: entry.about.kind(),
            subject: &entry.about.id(),
            revision: entry.revision,
            author: entry.by,
            owner,
            when: entry.when,
            event: name,
            attempt: attempt.as_deref(),
            key: key.as_deref(),
            opens,
            body: &body,
        };
        insert(&transaction, row).map_err(io)?;
        transaction
            .prepare_cached(
                "INSERT INTO standing (sale_id, number, finished) VALUES (?1, ?2, ?3)
                 ON CONFLICT (sale_id) DO UPDATE SET finished = excluded.finished",
            )
            .and_then(|mut upsert| upsert.execute(params![entry.about.id(), number, finished]))
            .map_err(io)?;
        transaction.commit().map_err(io)
    }

    /// All rows of the unfinished sales and of the `recent` newest ones, in the order in which they were written.
    ///
    /// # Errors
    /// [`JournalError::Corrupt`] when a row cannot be read, [`JournalError::Newer`] when a later version opened a sale with
    /// something that this one does not know, [`JournalError::Io`].
    pub fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        self.entries(
            "about = 'sale' AND subject IN (
                 SELECT sale_id FROM standing WHERE finished = 0
                 UNION SELECT sale_id FROM (SELECT sale_id FROM standing ORDER BY number DESC LIMIT ?1))",
            [recent],
        )
    }

    /// All rows of one sale, in the order in which they were written; none when the journal does not know it.
    ///
    /// # Errors
    /// As [`Journal::load`].
    pub fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        self.entries("about = 'sale' AND subject = ?1", [sale.to_string()])
    }

    /// All rows of every sale to which something happened in this span (milliseconds since 1970 by Stripe's clock, both ends
    /// belong to it). A row that knows no time of Stripe's may be of any: its sale is among them when the till's clock says
    /// so.
    ///
    /// # Errors
    /// As [`Journal::load`].
    pub fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        self.entries(
            "about = 'sale' AND subject IN (
                 SELECT subject FROM entries
                 WHERE about = 'sale' AND coalesce(stripe_ms, at_ms) BETWEEN ?1 AND ?2)",
            [from_ms, to_ms],
        )
    }

    fn entries(&self, which: &str, values: impl rusqlite::Params) -> Result<Vec<Entry>, JournalError> {
        let path = self.path();
        let corrupt = || JournalError::Corrupt { path: path.to_owned() };
        let told = |error: rusqlite::Error| told(&error, path);
        let select =
            format!("SELECT subject, at_ms, stripe_ms, revision, author, body FROM entries WHERE {which} ORDER BY seq");
        let mut select = self.connection.prepare_cached(&select).map_err(told)?;
        let mut rows = select.query(values).map_err(told)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(told)? {
            let sale = SaleId::parse(row.get_ref(0).map_err(told)?.as_str().map_err(|_| corrupt())?);
            let when = When { at_ms: row.get(1).map_err(told)?, stripe_ms: row.get(2).map_err(told)? };
            let by = Author::read(row.get_ref(4).map_err(told)?.as_str().map_err(|_| corrupt())?);
            let body = row.get_ref(5).map_err(told)?.as_str().map_err(|_| corrupt())?;
            entries.push(Entry {
                about: Subject::Sale(sale.ok_or_else(corrupt)?),
                when,
                revision: row.get(3).map_err(told)?,
                by,
                event: Event::read(body).map_err(|why| match why {
                    Unreadable::Newer => JournalError::Newer { path: path.to_owned() },
                    Unreadable::Damaged => corrupt(),
                })?,
            });
        }
        Ok(entries)
    }

    /// When the journal's first row was written, milliseconds since 1970 by Stripe's clock; none while it has no row of which
    /// Stripe's time is known. Rows of before that time was kept count by the till's clock.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn began_ms(&self) -> Result<Option<i64>, JournalError> {
        let first = "SELECT coalesce(stripe_ms, at_ms) FROM entries WHERE stripe_ms IS NOT NULL OR owner = 0
                     ORDER BY coalesce(stripe_ms, at_ms) LIMIT 1";
        let first = self.connection.query_row(first, [], |row| row.get(0)).optional();
        first.map_err(|error| told(&error, Path::new("journal")))
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

/// A start of a till, as the journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    pub till: TillId,
    /// When, milliseconds since 1970 on the till's clock.
    pub at_ms: i64,
}

/// A row, as the table has it.
struct Inserted<'a> {
    about: &'static str,
    subject: &'a str,
    revision: u32,
    author: Author,
    owner: i64,
    when: When,
    event: &'static str,
    attempt: Option<&'a str>,
    key: Option<&'a str>,
    opens: Option<u32>,
    body: &'a str,
}

fn insert(transaction: &Transaction<'_>, row: Inserted<'_>) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "INSERT INTO entries (about, subject, revision, author, owner, at_ms, stripe_ms, event, attempt_id,
                                  idempotency_key, opens, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            row.about,
            row.subject,
            row.revision,
            row.author.as_str(),
            row.owner,
            row.when.at_ms,
            row.when.stripe_ms,
            row.event,
            row.attempt,
            row.key,
            row.opens,
            row.body
        ])
}

fn newest_owner(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    transaction.prepare_cached("SELECT max(owner) FROM owners")?.query_row([], |row| row.get(0))
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

#[cfg(test)]
mod tests;
