//! The books: a table beside the rows that answers what nobody wants to read years of rows for. It is written in the same
//! transaction as the row, holds no fact of its own, and can be made again from the rows at any time ([`super::filing`]).
//!
//! A damaged projection never stops a sale: the row is written alone, and the books are made again.

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use super::line::Line;
use super::newest_owner;

/// Grows when a line of before would not answer as one of now does. The books of another version are made again.
pub(super) const VERSION: i64 = 1;

/// A quarter of an hour, the smallest step between the clocks of two time zones: whoever's day it is begins with one.
pub const QUARTER_MS: i64 = 900_000;

/// Bytes of a page of the words' index. A row that is filed pays for putting some of them in order, 64 at a time on each of a
/// few levels, and finding the newest sale of a word reads a whole one: with SQLite's 4,050 both are ten times as much.
const PAGE_OF_WORDS: i64 = 100;

/// What the books consist of, by name. A beginning of a word has an index of its own up to twelve letters: to find one that has
/// none, all of its sales are gathered first, however many are wanted. What a word is, is decided where they are folded, for what is
/// kept and for what is typed alike: the index parts them at blanks alone. Nothing else in the journal's file is theirs.
const PARTS: &[(&str, &str)] = &[
    (
        "books",
        "CREATE TABLE books (version INTEGER NOT NULL, down_to INTEGER NOT NULL, joined INTEGER NOT NULL) STRICT",
    ),
    (
        "sales",
        "CREATE TABLE sales (
            number         INTEGER PRIMARY KEY,
            sale_id        TEXT NOT NULL,
            revision       INTEGER NOT NULL,
            opened_ms      INTEGER NOT NULL,
            unfinished     INTEGER NOT NULL,
            facets         INTEGER NOT NULL,
            currency       TEXT NOT NULL,
            total_minor    INTEGER NOT NULL,
            taken_minor    INTEGER NOT NULL,
            refunded_minor INTEGER NOT NULL,
            cards          TEXT NOT NULL,
            reference      TEXT,
            intent         TEXT,
            words          INTEGER NOT NULL
        ) STRICT",
    ),
    ("sales_unfinished", "CREATE INDEX sales_unfinished ON sales(number) WHERE unfinished"),
    ("sales_by_intent", "CREATE INDEX sales_by_intent ON sales(intent) WHERE intent IS NOT NULL"),
    (
        "movements",
        "CREATE TABLE movements (
            quarter      INTEGER NOT NULL,
            currency     TEXT NOT NULL,
            way          INTEGER NOT NULL,
            number       INTEGER NOT NULL,
            nth          INTEGER NOT NULL,
            amount_minor INTEGER NOT NULL,
            PRIMARY KEY (quarter, currency, way, number, nth)
        ) STRICT, WITHOUT ROWID",
    ),
    ("movements_by_sale", "CREATE INDEX movements_by_sale ON movements(number)"),
    (
        "opened_in",
        "CREATE TABLE opened_in (quarter INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT",
    ),
    ("currencies", "CREATE TABLE currencies (code TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"),
    (
        "sale_words",
        "CREATE VIRTUAL TABLE sale_words USING fts5(words, content='', contentless_delete=1, detail=none,
            prefix='1 2 3 4 5 6 7 8 9 10 11 12', tokenize=\"ascii tokenchars '_'\")",
    ),
];

/// How far the books are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    /// Sales of this number and above are in them.
    pub down_to: u32,
    /// The highest number of a sale.
    pub last: u32,
}

impl Filed {
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.down_to <= 1
    }
}

/// Makes the books of a journal that has none, empty.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    for (_, sql) in PARTS {
        connection.execute_batch(sql)?;
    }
    connection.execute("INSERT INTO sale_words (sale_words, rank) VALUES ('pgsz', ?1)", [PAGE_OF_WORDS])?;
    begin_again(connection)
}

/// From now on the books hold nothing that can be relied on but what is put into them.
fn begin_again(connection: &Connection) -> rusqlite::Result<()> {
    let last = last_number(connection)?;
    connection.execute("DELETE FROM books", [])?;
    connection.execute(
        "INSERT INTO books (version, down_to, joined) VALUES (?1, ?2, 0)",
        params![VERSION, last.saturating_add(1)],
    )?;
    Ok(())
}

/// The highest number of a sale so far, by its rows; 0 when there is none.
pub(super) fn last_number(connection: &Connection) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT coalesce(max(opens), 0) FROM entries WHERE opens IS NOT NULL")?
        .query_row([], |row| row.get(0))
}

/// How far the books are.
pub(super) fn filed(connection: &Connection) -> rusqlite::Result<Filed> {
    let down_to = connection.prepare_cached("SELECT down_to FROM books")?.query_row([], |row| row.get(0))?;
    Ok(Filed { down_to, last: last_number(connection)? })
}

/// The highest number of a sale when the words' index was last made one of its parts; 0 when it never was.
pub(super) fn joined(connection: &Connection) -> rusqlite::Result<u32> {
    connection.prepare_cached("SELECT joined FROM books")?.query_row([], |row| row.get(0))
}

/// What a start found of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Sound,
    /// Of another version, or left by a till that could not write them: they are made again over what is there.
    Behind,
    /// Not as this till makes them: they were thrown away, and are made again.
    Damaged,
}

/// Sees to it that what is filed from now on is right, whatever the books were before. None when the journal's newest start is
/// not `owner`: then nothing is written.
pub(super) fn ready(connection: &mut Connection, owner: i64) -> rusqlite::Result<Option<Found>> {
    match found(connection) {
        Ok(Found::Sound) => Ok(Some(Found::Sound)),
        Ok(Found::Behind) => {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if newest_owner(&transaction)? != owner {
                return Ok(None);
            }
            begin_again(&transaction)?;
            transaction.commit().map(|()| Some(Found::Behind))
        }
        Ok(Found::Damaged) => Ok(make_anew(connection, owner)?.then_some(Found::Damaged)),
        Err(error) if is_damage(&error) => Ok(make_anew(connection, owner)?.then_some(Found::Damaged)),
        Err(error) => Err(error),
    }
}

/// Throws the books away, and makes empty ones that know the sales that were unfinished, where that can still be read. Takes
/// a second or two for a million sales. False when the journal's newest start is not `owner`.
pub(super) fn make_anew(connection: &mut Connection, owner: i64) -> rusqlite::Result<bool> {
    // Whoever is not in it is found on the way, as the books are made.
    let unfinished = unfinished(connection).unwrap_or_default();
    match throw_away(connection, owner, &unfinished) {
        Err(error) if is_damage(&error) => {
            Ok(forget(connection, owner)? && throw_away(connection, owner, &unfinished)?)
        }
        thrown_away => thrown_away,
    }
}

fn throw_away(connection: &mut Connection, owner: i64, unfinished: &[(u32, String)]) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if newest_owner(&transaction)? != owner {
        return Ok(false);
    }
    for (name, sql) in PARTS.iter().rev() {
        let kind = if sql.starts_with("CREATE INDEX") { "INDEX" } else { "TABLE" };
        transaction.execute_batch(&format!("DROP {kind} IF EXISTS {name}"))?;
    }
    create(&transaction)?;
    for (number, sale) in unfinished {
        transaction.execute(
            "INSERT INTO sales (number, sale_id, revision, opened_ms, unfinished, facets, currency, total_minor, taken_minor,
                                refunded_minor, cards, words)
             VALUES (?1, ?2, 0, 0, 1, 0, '', 0, 0, 0, '', 0)",
            params![number, sale],
        )?;
    }
    transaction.commit().map(|()| true)
}

/// Takes the books out of the file's list of tables. Dropping a table goes through its pages, and a damaged page forbids that; their
/// pages stay in the file, and nothing reads them. False as above.
fn forget(connection: &mut Connection, owner: i64) -> rusqlite::Result<bool> {
    connection.pragma_update(None, "writable_schema", true)?;
    let forgotten = take_out_of_the_list(connection, owner);
    // Reads the list anew, too.
    connection.execute_batch("PRAGMA writable_schema = RESET")?;
    forgotten
}

fn take_out_of_the_list(connection: &mut Connection, owner: i64) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if newest_owner(&transaction)? != owner {
        return Ok(false);
    }
    for name in tables(&transaction)?.iter().filter(|name| is_of_the_books(name)) {
        transaction.execute("DELETE FROM sqlite_schema WHERE tbl_name = ?1", [name])?;
    }
    // By this every other connection sees that its list is old.
    let version: i64 = transaction.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    transaction.pragma_update(None, "schema_version", version.wrapping_add(1))?;
    transaction.commit().map(|()| true)
}

/// The names of the file's tables.
///
/// # Errors
/// SQLite's.
pub(crate) fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Whether a table is one of the books', or of those that FTS5 makes for its own.
pub(crate) fn is_of_the_books(table: &str) -> bool {
    PARTS.iter().any(|(name, _)| *name == table) || table.starts_with("sale_words_")
}

fn unfinished(connection: &Connection) -> rusqlite::Result<Vec<(u32, String)>> {
    let select = "SELECT number, sale_id FROM sales WHERE unfinished";
    connection.prepare(select)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn found(connection: &Connection) -> rusqlite::Result<Found> {
    for (name, sql) in PARTS {
        let select = "SELECT sql FROM sqlite_schema WHERE name = ?1";
        let kept: Option<Option<String>> = connection.query_row(select, [name], |row| row.get(0)).optional()?;
        if kept.flatten().as_deref() != Some(*sql) {
            return Ok(Found::Damaged);
        }
    }
    let select = "SELECT version FROM books";
    if connection.query_row(select, [], |row| row.get::<_, i64>(0)).optional()? != Some(VERSION) {
        return Ok(Found::Behind);
    }
    // The newest row's sale: books that stop short of it are those of a till that could not write them. `+about`: nearly all
    // rows are about sales, and an index that begins with that would be gone through whole.
    let select = "SELECT opens.opens, newest.revision,
                    (SELECT sales.revision FROM sales WHERE sales.number = opens.opens)
             FROM (SELECT subject, revision FROM entries WHERE +about = 'sale' ORDER BY seq DESC LIMIT 1) AS newest
             JOIN entries AS opens ON opens.subject = newest.subject AND opens.opens IS NOT NULL";
    let newest: Option<(u32, u32, Option<u32>)> =
        connection.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    // A start relies on them.
    drop(unfinished(connection)?);
    let Some((number, revision, kept)) = newest else { return Ok(Found::Sound) };
    if number < filed(connection)?.down_to {
        return Ok(Found::Sound);
    }
    if kept != Some(revision) {
        return Ok(Found::Behind);
    }
    let its_number = format!("\"{}\"", super::tags::number(number));
    let by_its_number = "SELECT 1 FROM sale_words WHERE sale_words MATCH ?1 AND rowid = ?2";
    let is_found = connection.prepare_cached(by_its_number)?.exists(params![its_number, number])?;
    Ok(if is_found { Found::Sound } else { Found::Damaged })
}

/// Puts a sale's line in the place of the one before.
pub(super) fn put(transaction: &Connection, line: &Line) -> rusqlite::Result<()> {
    put_all(transaction, &[line])
}

/// The same of several, whose numbers rise. Their words come last, one after the other: whatever is written between two of them,
/// and a number that falls, has the index write down what it has so far as a part of its own.
pub(super) fn put_all(transaction: &Connection, lines: &[&Line]) -> rusqlite::Result<()> {
    let mut others = Vec::new();
    for line in lines {
        if put_but_words(transaction, line)? {
            others.push(line);
        }
    }
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO sale_words (rowid, words) VALUES (?1, ?2)")?;
    for line in others {
        insert.execute(params![line.number, line.words])?;
    }
    Ok(())
}

/// True when its words are not those that the index has.
fn put_but_words(transaction: &Connection, line: &Line) -> rusqlite::Result<bool> {
    let words = line.words_hash();
    let before: Option<i64> = transaction
        .prepare_cached("SELECT words FROM sales WHERE number = ?1")?
        .query_row([line.number], |row| row.get(0))
        .optional()?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO sales (number, sale_id, revision, opened_ms, unfinished, facets, currency, total_minor,
                                           taken_minor, refunded_minor, cards, reference, intent, words)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            line.number,
            line.sale.to_string(),
            line.revision,
            line.opened_ms,
            line.unfinished,
            line.facets.bits(),
            line.currency,
            line.total_minor,
            line.sum(super::line::Way::Taken),
            line.sum(super::line::Way::Refunded),
            line.last4s.join(" "),
            line.reference,
            line.intent,
            words,
        ])?;
    put_movements(transaction, line, before.is_some())?;
    let quarter = line.opened_ms.div_euclid(QUARTER_MS);
    transaction
        .prepare_cached(
            "INSERT INTO opened_in (quarter, first, last) VALUES (?1, ?2, ?2)
             ON CONFLICT (quarter) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)
             WHERE excluded.first < first OR excluded.last > last",
        )?
        .execute(params![quarter, line.number])?;
    transaction.prepare_cached("INSERT OR IGNORE INTO currencies (code) VALUES (?1)")?.execute([line.currency])?;
    Ok(before != Some(words))
}

fn put_movements(transaction: &Connection, line: &Line, was_there: bool) -> rusqlite::Result<()> {
    if was_there {
        transaction.prepare_cached("DELETE FROM movements WHERE number = ?1")?.execute([line.number])?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT OR REPLACE INTO movements (quarter, currency, way, number, nth, amount_minor) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (nth, movement) in line.movements.iter().enumerate() {
        let nth = i64::try_from(nth).unwrap_or(i64::MAX);
        let quarter = movement.at_ms.div_euclid(QUARTER_MS);
        insert.execute(params![
            quarter,
            line.currency,
            movement.way as i64,
            line.number,
            nth,
            movement.amount_minor
        ])?;
    }
    Ok(())
}

/// Notes that a row was written whose line could not be. Where even this cannot be noted, the next look finds the newest row's
/// line missing.
pub(super) fn note_behind(connection: &Connection) {
    let _noted = connection.execute("UPDATE books SET version = 0", []);
}

/// Whether an error says that the books are not what they should be, and not that the disk would not.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(
            code,
            ErrorCode::DatabaseCorrupt
                | ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch
                | ErrorCode::Unknown
                | ErrorCode::SchemaChanged
        ),
        // A value of another kind than the column's.
        None => true,
    }
}
