//! Whether the books say what the rows say: for tests and for whoever doubts it. Reads every row.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::facets::Facet;
use super::{Entry, Journal, JournalError, Line, QUARTER_MS, Subject, entries, tags, told};
use crate::ids::SaleId;
use crate::machine;

impl Journal {
    /// What differs between the books and the sales as their rows add up, a sentence for each; nothing when they agree. Books
    /// that are not whole differ.
    ///
    /// # Errors
    /// As [`Journal::load`].
    pub fn audit(&self) -> Result<Vec<String>, JournalError> {
        let path = self.path();
        let connection = self.connection();
        let rows = entries(&connection, "about = 'sale'", [], &path)?;
        let mut lines: BTreeMap<u32, Line> = BTreeMap::new();
        for line in lines_of(rows) {
            lines.insert(line.number, line);
        }
        differences(&connection, &lines).map_err(|error| told(&error, &path))
    }
}

/// The lines of the sales that these rows add up to. Rows that do not add up have none.
pub(super) fn lines_of(rows: Vec<Entry>) -> Vec<Line> {
    let mut of_sales: BTreeMap<SaleId, Vec<Entry>> = BTreeMap::new();
    for row in rows {
        let Subject::Sale(sale) = row.about;
        of_sales.entry(sale).or_default().push(row);
    }
    let sales = of_sales.into_values().filter_map(|rows| machine::replay(&rows).ok());
    sales.flat_map(BTreeMap::into_values).map(|sale| Line::of(&sale)).collect()
}

fn differences(connection: &Connection, lines: &BTreeMap<u32, Line>) -> rusqlite::Result<Vec<String>> {
    let mut differences = Vec::new();
    let mut kept: BTreeSet<u32> = numbers(connection, "SELECT number FROM sales", [])?;
    for (number, line) in lines {
        kept.remove(number);
        for (what, is_so) in [
            ("line", is_kept(connection, line)?),
            ("movements", movements(connection, *number)? == of_line(line)),
            ("words", is_found(connection, line)?),
            ("time", is_in_its_quarter(connection, line)?),
        ] {
            if !is_so {
                differences.push(format!("the {what} of sale {number}"));
            }
        }
    }
    differences.extend(kept.into_iter().map(|number| format!("sale {number} has a line and no rows")));
    for facet in Facet::ALL {
        let found = "SELECT rowid FROM sale_words WHERE sale_words MATCH ?1";
        let found = numbers(connection, found, [format!("\"{}\"", tags::facet(facet))])?;
        let with_it = lines.values().filter(|line| line.facets.has(facet)).map(|line| line.number);
        if found != with_it.collect() {
            differences.push(format!("which sales are {facet:?}"));
        }
    }
    Ok(differences)
}

fn numbers(connection: &Connection, select: &str, values: impl rusqlite::Params) -> rusqlite::Result<BTreeSet<u32>> {
    connection.prepare_cached(select)?.query_map(values, |row| row.get(0))?.collect()
}

fn is_kept(connection: &Connection, line: &Line) -> rusqlite::Result<bool> {
    let select = "SELECT 1 FROM sales WHERE number = ?1 AND sale_id = ?2 AND revision = ?3 AND opened_ms = ?4
                  AND unfinished = ?5 AND facets = ?6 AND currency = ?7 AND total_minor = ?8 AND taken_minor = ?9
                  AND refunded_minor = ?10 AND cards = ?11 AND reference IS ?12 AND intent IS ?13 AND words = ?14";
    let is_there = connection.prepare_cached(select)?.exists(rusqlite::params![
        line.number,
        line.sale.to_string(),
        line.revision,
        line.opened_ms,
        line.unfinished,
        line.facets.bits(),
        line.currency,
        line.total_minor,
        line.sum(super::Way::Taken),
        line.sum(super::Way::Refunded),
        line.last4s.join(" "),
        line.reference,
        line.intent,
        line.words_hash(),
    ])?;
    Ok(is_there)
}

type Moved = (i64, String, i64, i64);

fn movements(connection: &Connection, number: u32) -> rusqlite::Result<Vec<Moved>> {
    let select = "SELECT quarter, currency, way, amount_minor FROM movements WHERE number = ?1 ORDER BY nth";
    let mut select = connection.prepare_cached(select)?;
    select.query_map([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
}

fn of_line(line: &Line) -> Vec<Moved> {
    let moved = line.movements.iter();
    moved
        .map(|moved| {
            (moved.at_ms.div_euclid(QUARTER_MS), line.currency.to_owned(), moved.way as i64, moved.amount_minor)
        })
        .collect()
}

/// Whether the sale is found by all of its words together.
fn is_found(connection: &Connection, line: &Line) -> rusqlite::Result<bool> {
    let all: Vec<String> = line.words.split_whitespace().map(|word| format!("\"{word}\"")).collect();
    let select = "SELECT 1 FROM sale_words WHERE sale_words MATCH ?1 AND rowid = ?2";
    connection.prepare_cached(select)?.exists(rusqlite::params![all.join(" AND "), line.number])
}

fn is_in_its_quarter(connection: &Connection, line: &Line) -> rusqlite::Result<bool> {
    let select = "SELECT ?2 BETWEEN first AND last FROM opened_in WHERE quarter = ?1";
    let quarter = line.opened_ms.div_euclid(QUARTER_MS);
    let is_in_it = connection
        .prepare_cached(select)?
        .query_row(rusqlite::params![quarter, line.number], |row| row.get::<_, bool>(0))
        .optional()?;
    Ok(is_in_it == Some(true))
}
