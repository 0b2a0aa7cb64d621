//! Reading rows back.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use stripe_client::RequestId;

use super::{Author, Entry, Filed, Journal, JournalError, Subject, projection, told};
use crate::clock::When;
use crate::event::{Event, Unreadable};
use crate::ids::SaleId;

impl Journal {
    /// All rows of the unfinished sales and of the `recent` newest ones, in the order in which they were written.
    ///
    /// # Errors
    /// [`JournalError::Corrupt`] when a row cannot be read, [`JournalError::Newer`] when a later version opened a sale with
    /// something that this one does not know, [`JournalError::Io`].
    pub fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        self.entries(
            "about = 'sale' AND subject IN (
                 SELECT sale_id FROM sales WHERE unfinished
                 UNION SELECT subject FROM (
                     SELECT subject FROM entries WHERE opens IS NOT NULL ORDER BY opens DESC LIMIT ?1))",
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

    fn entries(&self, which: &str, values: impl rusqlite::Params) -> Result<Vec<Entry>, JournalError> {
        entries(&self.connection(), which, values, &self.path())
    }

    /// The newest sales, newest first.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn newest(&self, limit: u32) -> Result<Vec<SaleId>, JournalError> {
        let newest = || -> rusqlite::Result<Vec<SaleId>> {
            let connection = self.connection();
            let mut select = connection
                .prepare_cached("SELECT subject FROM entries WHERE opens IS NOT NULL ORDER BY opens DESC LIMIT ?1")?;
            let ids = select.query_map([limit], |row| row.get::<_, String>(0))?;
            ids.filter_map(|id| id.map(|id| SaleId::parse(&id)).transpose()).collect()
        };
        newest().map_err(|error| told(&error, &self.path()))
    }

    /// When the till was last used, as the rows about sales tell it.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn last_used(&self) -> Result<LastUsed, JournalError> {
        let last = || {
            let connection = self.connection();
            if projection::last_number(&connection)? == 0 {
                return Ok(LastUsed::Never);
            }
            let latest = "SELECT stripe_ms FROM entries WHERE +about = 'sale' AND stripe_ms IS NOT NULL
                          ORDER BY coalesce(stripe_ms, at_ms) DESC LIMIT 1";
            let latest = connection.query_row(latest, [], |row| row.get(0)).optional()?;
            Ok(latest.map_or(LastUsed::NotTold, LastUsed::At))
        };
        last().map_err(|error: rusqlite::Error| told(&error, &self.path()))
    }

    /// The highest number of a sale so far; 0 when there is none.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn last_number(&self) -> Result<u32, JournalError> {
        projection::last_number(&self.connection()).map_err(|error| told(&error, &self.path()))
    }

    /// How far the books are.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn filed(&self) -> Result<Filed, JournalError> {
        projection::filed(&self.connection()).map_err(|error| told(&error, &self.path()))
    }
}

/// When the till was last used, milliseconds since 1970 by Stripe's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastUsed {
    /// It has no sales.
    Never,
    /// No row about a sale has a time of Stripe's.
    NotTold,
    At(i64),
}

/// The rows of which `which` is true, in the order in which they were written.
///
/// # Errors
/// As [`Journal::load`].
pub(crate) fn entries(
    connection: &Connection,
    which: &str,
    values: impl rusqlite::Params,
    path: &Path,
) -> Result<Vec<Entry>, JournalError> {
    let corrupt = || JournalError::Corrupt { path: path.to_owned() };
    let told = |error: rusqlite::Error| told(&error, path);
    let select = format!(
        "SELECT subject, at_ms, stripe_ms, revision, author, body, request_id FROM entries WHERE {which} ORDER BY seq"
    );
    let mut select = connection.prepare_cached(&select).map_err(told)?;
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
            request: row.get::<_, Option<String>>(6).map_err(told)?.and_then(|id| RequestId::parse(&id).ok()),
            event: Event::read(body).map_err(|why| match why {
                Unreadable::Newer => JournalError::Newer { path: path.to_owned() },
                Unreadable::Damaged => corrupt(),
            })?,
        });
    }
    Ok(entries)
}
