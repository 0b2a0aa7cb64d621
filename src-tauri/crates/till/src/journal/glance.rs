//! What a journal says of itself to somebody who does not open it: whose it is, and some of the payments that it knows.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::{Journal, JournalError, steps, told};
use crate::ids::TillId;

impl Journal {
    /// What a journal says of itself, without opening it as a till does: no start is written in, and nothing is changed. For
    /// whoever asks which journal an account's is.
    ///
    /// # Errors
    /// [`JournalError`] as for [`Journal::open`], but for `InUse`.
    pub fn glance(path: &Path) -> Result<Glance, JournalError> {
        let told = |error| told(&error, path);
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(told)?;
        let step = steps::of(&connection, path)?;
        let of: Option<String> =
            connection.query_row("SELECT of FROM ledger", [], |row| row.get(0)).optional().map_err(told)?;
        let account = if step < steps::WITH_OWNERS { None } else { account(&connection).map_err(told)? };
        let tills = if step < steps::WITH_OWNERS { Vec::new() } else { tills(&connection).map_err(told)? };
        let payments = payments(&connection).map_err(told)?;
        let opened = "SELECT coalesce(max(opens), 0) FROM entries WHERE opens IS NOT NULL";
        let sales = connection.query_row(opened, [], |row| row.get(0)).map_err(told)?;
        let newest = "SELECT at_ms FROM entries ORDER BY seq DESC LIMIT 1";
        let last_ms = connection.query_row(newest, [], |row| row.get(0)).optional().map_err(told)?;
        Ok(Glance { of, account, tills, payments, sales, last_ms })
    }
}

/// What a journal says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// What it was opened for.
    pub of: Option<String>,
    /// The account whose sales these are, where it was kept.
    pub account: Option<String>,
    /// The tills that were started on it, oldest first, each once; none in a journal of an earlier version.
    pub tills: Vec<TillId>,
    /// Payments that it knows, by Stripe's id, newest first; at most [`GLANCE_PAYMENTS`].
    pub payments: Vec<String>,
    pub sales: u32,
    /// When its last row was written, milliseconds since 1970 on the clock of the till that wrote it.
    pub last_ms: Option<i64>,
}

/// So many payments are told by a [`Journal::glance`].
pub const GLANCE_PAYMENTS: usize = 3;

/// So many of the newest rows are gone through for them: a payment's id is in most.
const GLANCE_ROWS: u32 = 500;

fn payments(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut select = connection.prepare(
        "SELECT coalesce(json_extract(body, '$.seen.id'), json_extract(body, '$.answer.seen.id'))
         FROM (SELECT seq, event, body FROM entries WHERE event IN ('answered', 'looked', 'taken_in')
               ORDER BY seq DESC LIMIT ?1)
         ORDER BY seq DESC",
    )?;
    let mut newest: Vec<String> = Vec::new();
    let mut rows = select.query([GLANCE_ROWS])?;
    while let Some(row) = rows.next()? {
        if let Some(id) = row.get::<_, Option<String>>(0)?
            && id.starts_with("pi_")
            && !newest.contains(&id)
        {
            newest.push(id);
        }
        if newest.len() == GLANCE_PAYMENTS {
            break;
        }
    }
    Ok(newest)
}

pub(super) fn account(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let kept = connection.query_row("SELECT account FROM ledger", [], |row| row.get(0)).optional()?;
    Ok(kept.flatten())
}

pub(super) fn tills(connection: &Connection) -> rusqlite::Result<Vec<TillId>> {
    let mut select = connection.prepare("SELECT till FROM owners GROUP BY till ORDER BY min(owner)")?;
    let ids = select.query_map([], |row| row.get::<_, String>(0))?;
    // An id that cannot be read is nobody's.
    ids.filter_map(|id| id.map(|id| TillId::parse(&id)).transpose()).collect()
}
