//! The shape of a journal's file, step by step. A file of an earlier step is taken further when it is opened; one of a later
//! step is left alone.
//!
//! Every new kind of row is a step, so that a version that does not know it says "newer", not "damaged". What
//! a later version adds to the order that opens a sale is none: a version that does not know it says so of the row itself
//! ([`crate::event::Unreadable`]). The reference and the note are none either: a version from before them passes them over, and
//! charges the same.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};

use super::{JournalError, projection, told};
use crate::journal_copy::copy_to;

/// "CSJ1": tells our files from other SQLite files.
const APPLICATION_ID: i32 = 0x4353_4a31;

/// Once the log beside the file has so many pages (16 MiB), whoever writes a row puts them in their place. Whoever keeps the books
/// does it before, so that no sale waits for that ([`super::Filing`]).
const LOG_PAGES: i64 = 4_096;

/// A log that grew beyond this (bytes) is cut to it when it is begun anew. Not less than it becomes every day: to cut a file, and
/// to make it grow again, takes the disk longer than all else about a row.
pub(super) const LARGEST_EMPTY_LOG: i64 = 16_777_216;

/// Whoever finds the journal held looks again so soon: it is held for a slice of the books at most, and SQLite's own waits grow
/// to many times that.
const LOOK_AGAIN: Duration = Duration::from_micros(250);
/// Then it is said that it is held: some five seconds.
const MOST_LOOKS: i32 = 20_000;

/// From this step on a journal knows its owners and its account.
pub(super) const WITH_OWNERS: usize = 3;

static STEPS: LazyLock<[M<'static>; 4]> = LazyLock::new(|| {
    [
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
    // With this step came rows about refunds, disputes and payments taken in.
    M::up("CREATE INDEX entries_by_time ON entries(at_ms);"),
    // With this step came the owners, and each row's subject, revision, author, owner and Stripe's time. Rows of before have
    // no author that anybody wrote down and no time of Stripe's; owner 0 is every start before the first that was kept.
    M::up(
        "CREATE TABLE rows (
        seq             INTEGER PRIMARY KEY AUTOINCREMENT,
        about           TEXT NOT NULL,
        subject         TEXT NOT NULL,
        revision        INTEGER NOT NULL,
        author          TEXT NOT NULL,
        owner           INTEGER NOT NULL,
        at_ms           INTEGER NOT NULL,
        stripe_ms       INTEGER,
        event           TEXT NOT NULL,
        attempt_id      TEXT,
        idempotency_key TEXT,
        opens           INTEGER,
        body            TEXT NOT NULL
    ) STRICT;
    INSERT INTO rows (seq, about, subject, revision, author, owner, at_ms, stripe_ms, event, attempt_id, idempotency_key,
                      opens, body)
        SELECT seq, 'sale', sale_id, row_number() OVER (PARTITION BY sale_id ORDER BY seq), '', 0, at_ms, NULL, event,
               attempt_id, idempotency_key, opens, body
        FROM entries ORDER BY seq;
    DROP TABLE entries;
    ALTER TABLE rows RENAME TO entries;
    CREATE UNIQUE INDEX one_row_per_revision ON entries(about, subject, revision);
    CREATE UNIQUE INDEX one_number_per_sale ON entries(opens) WHERE opens IS NOT NULL;
    CREATE UNIQUE INDEX one_opening_per_sale ON entries(subject) WHERE opens IS NOT NULL;
    CREATE UNIQUE INDEX one_submission_per_attempt ON entries(attempt_id) WHERE attempt_id IS NOT NULL;
    CREATE UNIQUE INDEX one_call_per_key ON entries(idempotency_key) WHERE idempotency_key IS NOT NULL;
    CREATE INDEX entries_by_time ON entries(coalesce(stripe_ms, at_ms));
    CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'rows are only added'); END;
    CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'rows are only added'); END;
    CREATE TABLE owners (
        owner INTEGER PRIMARY KEY AUTOINCREMENT,
        till  TEXT NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER owners_stay BEFORE UPDATE ON owners BEGIN SELECT RAISE(ABORT, 'rows are only added'); END;
    CREATE TRIGGER owners_remain BEFORE DELETE ON owners BEGIN SELECT RAISE(ABORT, 'rows are only added'); END;
    ALTER TABLE ledger ADD COLUMN account TEXT;",
    ),
    // With this step came Stripe's number for the request whose answer a row is, and the books, whose shape is another
    // file's: it may change, because they can be made again. Which sales are unfinished is taken along, so that the start
    // after this step knows them.
    M::up_with_hook("", |transaction: &Transaction<'_>| {
        transaction.execute_batch("ALTER TABLE entries ADD COLUMN request_id TEXT")?;
        projection::create(transaction)?;
        transaction.execute_batch(
            "INSERT INTO sales (number, sale_id, revision, opened_ms, unfinished, facets, currency, total_minor, taken_minor,
                                refunded_minor, cards, words)
                 SELECT number, sale_id, 0, 0, 1, 0, '', 0, 0, 0, '', 0 FROM standing WHERE finished = 0;
             DROP TABLE standing;",
        )?;
        Ok(())
    }),
]
});

/// The step that a file is of; 0 for an empty one.
///
/// # Errors
/// [`JournalError::NotOurs`] when it is not a journal, [`JournalError::Newer`].
pub(super) fn of(connection: &Connection, path: &Path) -> Result<usize, JournalError> {
    let told = |error| told(&error, path);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(told)?;
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(told)?;
    if tables > 0 && id != APPLICATION_ID {
        return Err(JournalError::NotOurs { path: path.to_owned() });
    }
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(told)?;
    match usize::try_from(version) {
        Ok(step) if step <= STEPS.len() => Ok(step),
        _ => Err(JournalError::Newer { path: path.to_owned() }),
    }
}

/// Makes the file ready: its settings, and the steps that it lacks. Nothing is written to one that a newer version keeps, not
/// even a setting.
///
/// # Errors
/// As [`of`], and [`JournalError::NotCopied`] when an earlier version's file could not be copied first.
pub(super) fn take(connection: &mut Connection, path: &Path) -> Result<(), JournalError> {
    let told = |error| told(&error, path);
    let step = of(connection, path)?;
    if step > 0 && step < STEPS.len() {
        copy_to(path, &before(path, STEPS.len())).map_err(JournalError::NotCopied)?;
    }
    flush_to_the_disk(connection).map_err(told)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(told)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(told)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(told)?;
    connection.pragma_update(None, "journal_size_limit", LARGEST_EMPTY_LOG).map_err(told)?;
    connection.busy_handler(Some(wait_while_held)).map_err(told)?;
    connection.pragma_update(None, "trusted_schema", false).map_err(told)?;
    if step == 0 {
        connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(told)?;
    }
    Migrations::from_slice(&*STEPS).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::MigrationDefinition(_) => JournalError::Newer { path: path.to_owned() },
        rusqlite_migration::Error::RusqliteError { err, .. } => told(err),
        other => JournalError::Io(other.to_string()),
    })
}

fn wait_while_held(looks: i32) -> bool {
    std::thread::sleep(LOOK_AGAIN);
    looks < MOST_LOOKS
}

/// Has every flush of this connection reach the disk itself. On macOS a plain `fsync` ends in the drive's own memory, which a
/// power cut empties; elsewhere SQLite knows the settings and they change nothing.
pub(crate) fn flush_to_the_disk(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)
}

thread_local! {
    /// An empty journal, ready.
    static EMPTY: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// An empty journal in memory that lacks no step. The steps are taken once in a thread, and copied from then on: a
/// simulation opens a journal for every few sales.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    EMPTY.with_borrow_mut(|empty| {
        let ready = match empty.take() {
            Some(ready) => ready,
            None => {
                let mut ready = Connection::open_in_memory()?;
                // What it cannot do, the one who asked finds out: the steps are taken again there.
                drop(take(&mut ready, Path::new(":memory:")));
                ready
            }
        };
        Backup::new(&ready, &mut connection)?.step(-1)?;
        *empty = Some(ready);
        Ok::<_, rusqlite::Error>(())
    })?;
    Ok(connection)
}

/// Where the copy of the file goes that is made before this step.
fn before(path: &Path, step: usize) -> PathBuf {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}-before-{step}.sqlite"))
}
