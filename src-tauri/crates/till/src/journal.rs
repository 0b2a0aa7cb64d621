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
//! Beside the rows are the books, which answer what nobody wants to read years of rows for: which sales are unfinished, what was
//! sold on a day. A sale's line is written in the same transaction as its row, and the books hold no fact of their own
//! (`projection`, `filing`). Whoever asks them does it over a connection that only reads ([`crate::books`]).
//!
//! Deliberately not here: what an event means ([`crate::machine`]).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use stripe_client::{AccountId, RequestId};

use crate::clock::When;
use crate::event::Event;
use crate::ids::TillId;
use crate::journal_copy::CopyFailure;

mod audit;
mod beside;
mod checks;
mod disk;
mod facets;
mod filing;
mod glance;
mod line;
mod projection;
mod reading;
mod row;
mod steps;
pub(crate) mod tags;
mod under;

pub(crate) use beside::{Beside, Reader, Rows};
pub(crate) use disk::told;
pub use facets::{Facet, Facets};
pub use filing::{BooksProgress, Filing, Running, Slice};
pub use glance::{GLANCE_PAYMENTS, Glance};
pub(crate) use line::movements;
pub use line::{Line, Movement, Way};
pub use projection::{Filed, QUARTER_MS};
pub(crate) use projection::{is_of_the_books, tables};
pub use reading::LastUsed;
pub(crate) use reading::entries;
pub use row::{Author, Entry, Subject};
pub(crate) use steps::flush_to_the_disk;
pub use under::{Disk, Sound, Write};

use disk::{disk_told, find_room, for_want_of_room, keep_private, lock, with_ending};
use glance::{account, tills};
use projection::Found;

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
    connection: Arc<Mutex<Connection>>,
    /// What is under it: for tests.
    disk: Box<dyn Disk>,
    /// The file; none for one in memory.
    file: Option<PathBuf>,
    /// The number of this start. Grows with every start on this file.
    owner: i64,
    /// The tills that were started on this file before this start, oldest first.
    tills: Vec<TillId>,
    /// The books were found damaged, at the start or since.
    books_damaged: bool,
    // Held for as long as the journal is open; the system releases it when the process dies, however it dies.
    lock: Option<Arc<File>>,
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

    /// The same with what is under it: a disk that fills up, or a machine that dies between two rows.
    #[must_use]
    pub fn on(self, disk: Box<dyn Disk>) -> Self {
        Self { disk, ..self }
    }

    /// Another handle of the same start: for a test's machine that dies and is started again on the rows that are left.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            connection: Arc::clone(&self.connection),
            disk: Box::new(Sound),
            file: self.file.clone(),
            owner: self.owner,
            tills: self.tills.clone(),
            books_damaged: self.books_damaged,
            lock: self.lock.clone(),
        }
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
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
        let before = newest_owner(&connection).map_err(told)?;
        let books = projection::ready(&mut connection, before).map_err(told)?.ok_or(JournalError::TakenOver)?;
        if books != Found::Sound {
            log::warn!("The books are made again from the journal's rows: {books:?}.");
        }
        let tills = tills(&connection).map_err(told)?;
        connection
            .execute("INSERT INTO owners (till, at_ms) VALUES (?1, ?2)", params![start.till.to_string(), start.at_ms])
            .map_err(told)?;
        let owner = connection.last_insert_rowid();
        let file = lock.is_some().then(|| path.to_owned());
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            disk: Box::new(Sound),
            file,
            owner,
            tills,
            books_damaged: books == Found::Damaged,
            lock: lock.map(Arc::new),
        })
    }

    /// The account whose sales these are, as it was kept with [`Journal::keep_account`].
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn account(&self) -> Result<Option<String>, JournalError> {
        account(&self.connection()).map_err(|error| told(&error, Path::new("journal")))
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
                .connection()
                .execute("UPDATE ledger SET account = ?1", [account])
                .map(|_| ())
                .map_err(|error| told(&error, &self.path())),
        }
    }

    /// The tills that were started on this journal before, oldest first, each once. A till's id is in the metadata of its
    /// payments: these are the ids by which payments are this journal's.
    #[must_use]
    pub fn tills(&self) -> &[TillId] {
        &self.tills
    }

    fn path(&self) -> PathBuf {
        self.file.clone().unwrap_or_else(|| PathBuf::from("journal"))
    }

    /// What makes the books again beside this journal, while the till sells; none for a journal in memory, whose books nobody
    /// else can reach.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn filing(&self) -> Result<Option<Filing>, JournalError> {
        let Some(file) = &self.file else { return Ok(None) };
        Filing::open(file, self.owner, self.books_damaged).map(Some)
    }

    /// Adds a row, with the sale's line after it, and flushes both to the disk.
    ///
    /// # Errors
    /// [`JournalError::TakenOver`] when another till was started on this file since; [`JournalError::Repeated`] when a UNIQUE
    /// index knows it already, [`JournalError::DiskFull`], [`JournalError::Io`].
    pub fn append(&mut self, entry: &Entry, line: &Line) -> Result<(), JournalError> {
        let mut damaged = false;
        let written = self.disk.write(Write::Sale(entry, line), &mut || {
            let written = self.append_as_it_is(entry, line).map_err(|error| self.for_want_of_room(error))?;
            damaged |= !written;
            Ok(())
        });
        if damaged && !self.books_damaged {
            log::error!(
                "The books could not be written beside a row. The row is in the journal; the books are made again."
            );
            self.books_damaged = true;
        }
        written
    }

    fn for_want_of_room(&self, error: JournalError) -> JournalError {
        match &self.file {
            Some(file) => for_want_of_room(error, file),
            None => error,
        }
    }

    /// Finds out whether a row could be written, by a write that leaves nothing: room for the rows of a sale is asked of the
    /// disk, and a page of the journal is written as it was and flushed, as a row would be.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn try_to_write(&mut self) -> Result<(), JournalError> {
        self.disk.write(Write::Nothing, &mut || self.try_as_it_is())
    }

    fn try_as_it_is(&self) -> Result<(), JournalError> {
        if let Some(file) = &self.file {
            find_room(file).map_err(|error| disk_told(&error))?;
        }
        let io = |error: rusqlite::Error| told(&error, Path::new("journal"));
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        if newest_owner(&transaction).map_err(io)? != self.owner {
            return Err(JournalError::TakenOver);
        }
        // SQLite writes the first page for this even when nothing changes. A row that stays as it is it would not write.
        let step: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(io)?;
        transaction.pragma_update(None, "user_version", step).map_err(io)?;
        transaction.commit().map_err(io)
    }

    /// False when the row was written and the sale's line could not be.
    fn append_as_it_is(&self, entry: &Entry, line: &Line) -> Result<bool, JournalError> {
        let body = serde_json::to_string(&entry.event).map_err(|error| JournalError::Io(error.to_string()))?;
        let (name, attempt, key, opens) = indexed(&entry.event);
        let row = Inserted {
            about: entry.about.kind(),
            subject: &entry.about.id(),
            revision: entry.revision,
            author: entry.by,
            owner: self.owner,
            when: entry.when,
            event: name,
            attempt: attempt.as_deref(),
            key: key.as_deref(),
            opens,
            request: entry.request.as_ref().map(RequestId::as_str),
            body: &body,
        };
        let mut connection = self.connection();
        let is_filed = write(&mut connection, &row, Some(line))?;
        if !is_filed {
            // After damage SQLite lets nothing of a transaction be kept. The row's own touches none of the books.
            write(&mut connection, &row, None)?;
            projection::note_behind(&connection);
        }
        Ok(is_filed)
    }
}

/// Writes a row, with its line if there is one. False when nothing was written, because the books are damaged.
fn write(connection: &mut Connection, row: &Inserted<'_>, line: Option<&Line>) -> Result<bool, JournalError> {
    let io = |error: rusqlite::Error| told(&error, Path::new("journal"));
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
    if newest_owner(&transaction).map_err(io)? != row.owner {
        return Err(JournalError::TakenOver);
    }
    insert(&transaction, row).map_err(io)?;
    if let Some(line) = line {
        match projection::put(&transaction, line) {
            Ok(()) => {}
            Err(error) if projection::is_damage(&error) => return Ok(false),
            Err(error) => return Err(io(error)),
        }
    }
    match transaction.commit() {
        Ok(()) => Ok(true),
        // FTS5 writes some of its pages only now.
        Err(error) if line.is_some() && projection::is_damage(&error) => Ok(false),
        Err(error) => Err(io(error)),
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
    request: Option<&'a str>,
    body: &'a str,
}

fn insert(transaction: &Connection, row: &Inserted<'_>) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "INSERT INTO entries (about, subject, revision, author, owner, at_ms, stripe_ms, event, attempt_id,
                                  idempotency_key, opens, request_id, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
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
            row.request,
            row.body
        ])
}

/// The number of the newest start; 0 before the first.
fn newest_owner(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(owner), 0) FROM owners")?.query_row([], |row| row.get(0))
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
