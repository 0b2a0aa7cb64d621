//! Finding sales: by number, newest first or oldest first, a page at a time.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params, params_from_iter, types::Value};
use serde::Serialize;
use ts_rs::TS;

use super::wanted::{Asked, Wanted};
use super::{NoAnswer, ReadAs, no_answer};
use crate::currency::Currency;
use crate::journal::{Facet, JournalError, QUARTER_MS, entries, tags};
use crate::machine;
use crate::sale::Sale;
use crate::show::SaleNow;
use crate::view::SaleView;

/// Sales of a page.
pub const PAGE: usize = 50;

/// Sales that press are listed however many there are. A shop that has so many has another trouble.
const MOST_PRESSING: usize = 1_000;

/// What fits is counted so far and no further: who has more types another word.
const COUNTED: usize = 100;

/// Sales whose PaymentIntent's id begins as it was typed: so many are gone through, in the order of their ids, which Stripe makes
/// so that later ones come after earlier ones.
const MOST_OF_AN_ID: usize = 20_000;
/// Each of them that is asked for is looked at by itself. Where words were typed with the id that takes longer, and it is done
/// for fewer: who misses a sale types more of the id.
const LOOKED_AT: usize = 2 * COUNTED;
const LOOKED_AT_FOR_WORDS: usize = 40;

/// Some of the sales that were asked for, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export, rename = "BooksPage")]
pub struct Page {
    /// As they stand in the books. What can be done with one, and what only this run knows of it, the till tells.
    pub sales: Vec<SaleView>,
    /// Those among them that somebody has to look after, however old; on the first page only.
    pub pressing: Vec<SaleView>,
    /// Numbers of sales that this version cannot read.
    pub unreadable: Vec<u32>,
    /// Where the next page begins; none when this is the last one.
    pub next: Option<u32>,
    /// How many fit from here on; 101 where there are more than a hundred.
    pub count: usize,
}

/// Finds them.
pub(super) fn find(
    connection: &Connection,
    wanted: &Wanted,
    past: Option<u32>,
    read_as: ReadAs,
) -> Result<Page, NoAnswer> {
    // One view of the books, whatever is written meanwhile.
    let view = connection.unchecked_transaction().map_err(|error| no_answer(&error))?;
    let currencies = currencies(&view).map_err(|error| no_answer(&error))?;
    let mut page = Page { sales: Vec::new(), pressing: Vec::new(), unreadable: Vec::new(), next: None, count: 0 };
    let Some(asked) = wanted.ask(read_as, &currencies) else { return Ok(page) };
    let most_looked_at = if asked.groups.is_empty() { LOOKED_AT } else { LOOKED_AT_FOR_WORDS };
    let Some(within) = within(&view, wanted, &asked, past, most_looked_at).map_err(|error| no_answer(&error))? else {
        return Ok(page);
    };
    let groups: Vec<&str> = asked.groups.iter().chain(&asked.sizes).map(String::as_str).collect();
    let numbers = numbers(&view, &groups, &asked, wanted, &within, COUNTED + 1)?;
    page.count = numbers.len();
    page.next = numbers.get(PAGE - 1).filter(|_| numbers.len() > PAGE).map(|(number, _)| *number);
    let shown = numbers.get(..PAGE.min(numbers.len())).unwrap_or_default();
    page.sales = sales(&view, shown, &mut page.unreadable, read_as)?;
    if past.is_none() {
        let pressing = format!("\"{}\"", tags::facet(Facet::Pressing));
        // They are few: their sizes need no index.
        let groups: Vec<&str> = std::iter::once(&pressing).chain(&asked.groups).map(String::as_str).collect();
        let numbers = self::numbers(&view, &groups, &asked, wanted, &within, MOST_PRESSING)?;
        page.pressing = sales(&view, &numbers, &mut Vec::new(), read_as)?;
    }
    Ok(page)
}

/// The numbers and ids of the next `most` that fit, past this number: for who goes through all of them.
pub(super) fn next_numbers(
    view: &Connection,
    asked: &Asked,
    wanted: &Wanted,
    past: Option<u32>,
    most: usize,
) -> Result<Vec<(u32, String)>, NoAnswer> {
    let within = within(view, wanted, asked, past, MOST_OF_AN_ID).map_err(|error| no_answer(&error))?;
    let groups: Vec<&str> = asked.groups.iter().chain(&asked.sizes).map(String::as_str).collect();
    within.map_or_else(|| Ok(Vec::new()), |within| numbers(view, &groups, asked, wanted, &within, most))
}

/// The currencies of which there are sales.
pub(super) fn currencies(connection: &Connection) -> rusqlite::Result<Vec<&'static Currency>> {
    let mut select = connection.prepare_cached("SELECT code FROM currencies")?;
    let codes = select.query_map([], |row| row.get::<_, String>(0))?;
    codes.filter_map(|code| code.map(|code| Currency::by_code(&code)).transpose()).collect()
}

/// Between which numbers the sales are that can fit, in the order that is asked for; none where there are none. One that has the
/// beginning of an id is among few, each of which is looked at by itself: the index of the words would go through all of theirs
/// first.
fn within(
    connection: &Connection,
    wanted: &Wanted,
    asked: &Asked,
    past: Option<u32>,
    most_looked_at: usize,
) -> rusqlite::Result<Option<Vec<(i64, i64)>>> {
    let (mut first, mut last) = match (wanted.oldest_first, past.map(i64::from)) {
        (false, past) => (0, past.map_or(i64::MAX, |past| past - 1)),
        (true, past) => (past.map_or(0, |past| past + 1), i64::MAX),
    };
    if wanted.from_ms.is_some() || wanted.to_ms.is_some() {
        let Some((lowest, highest)) = opened_between(connection, wanted)? else { return Ok(None) };
        first = first.max(lowest);
        last = last.min(highest);
    }
    let Some(intent) = &asked.intent else { return Ok(Some(vec![(first, last)])) };
    let order = order(wanted);
    let select = format!(
        "SELECT number FROM (SELECT number FROM sales WHERE intent IS NOT NULL AND intent BETWEEN ?1 AND ?2
                             ORDER BY intent {order} LIMIT {MOST_OF_AN_ID})
         WHERE number BETWEEN ?3 AND ?4 ORDER BY number {order} LIMIT {most_looked_at}"
    );
    let mut select = connection.prepare_cached(&select)?;
    let found = select.query_map(params![intent, format!("{intent}\u{10ffff}"), first, last], |row| row.get(0))?;
    found.map(|number| number.map(|number| (number, number))).collect::<rusqlite::Result<_>>().map(Some)
}

fn order(wanted: &Wanted) -> &'static str {
    if wanted.oldest_first { "ASC" } else { "DESC" }
}

/// The numbers and ids of the first `most` that fit, within these numbers.
fn numbers(
    connection: &Connection,
    groups: &[&str],
    asked: &Asked,
    wanted: &Wanted,
    within: &[(i64, i64)],
    most: usize,
) -> Result<Vec<(u32, String)>, NoAnswer> {
    let told = |error: rusqlite::Error| no_answer(&error);
    let order = order(wanted);
    let mut conditions: Vec<String> = vec!["number BETWEEN ?1 AND ?2".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut and = |condition: &str, value: Option<i64>| {
        if let Some(value) = value {
            values.push(value.into());
            conditions.push(format!("{condition} ?{}", values.len() + 2));
        }
    };
    and("opened_ms >=", wanted.from_ms);
    and("opened_ms <", wanted.to_ms);
    and("total_minor >", asked.bounds.over);
    and("total_minor <", asked.bounds.under);
    let conditions = conditions.join(" AND ");
    let select = if groups.is_empty() {
        format!("SELECT number, sale_id FROM sales WHERE {conditions} ORDER BY number {order} LIMIT {most}")
    } else {
        values.push(groups.join(" AND ").into());
        let words = values.len() + 2;
        // The index is gone through in its own order, and each sale that it names is looked at.
        format!(
            "SELECT number, sale_id FROM sale_words CROSS JOIN sales ON sales.number = sale_words.rowid
             WHERE sale_words MATCH ?{words} AND sale_words.rowid BETWEEN ?1 AND ?2 AND {conditions}
             ORDER BY sale_words.rowid {order} LIMIT {most}"
        )
    };
    let mut select = connection.prepare_cached(&select).map_err(told)?;
    let mut numbers = Vec::new();
    for (first, last) in within {
        let values = [*first, *last].map(Value::from).into_iter().chain(values.iter().cloned());
        let found = select.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?))).map_err(told)?;
        for number in found.take(most - numbers.len()) {
            numbers.push(number.map_err(told)?);
        }
        if numbers.len() == most {
            break;
        }
    }
    Ok(numbers)
}

/// Between which numbers the sales of this span are. The clock may have been set meanwhile: not each of them is of it.
fn opened_between(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<Option<(i64, i64)>> {
    let from = wanted.from_ms.map_or(i64::MIN, |ms| ms.div_euclid(QUARTER_MS));
    let to = wanted.to_ms.map_or(i64::MAX, |ms| ms.div_euclid(QUARTER_MS));
    let select = "SELECT min(first), max(last) FROM opened_in WHERE quarter BETWEEN ?1 AND ?2";
    let found: Option<(Option<i64>, Option<i64>)> =
        connection.prepare_cached(select)?.query_row([from, to], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.and_then(|(first, last)| first.zip(last)))
}

/// The sale as its rows add up; none where this version cannot read it.
pub(super) fn sale(connection: &Connection, id: &str) -> Result<Option<Sale>, NoAnswer> {
    let rows = match entries(connection, "about = 'sale' AND subject = ?1", [id], Path::new("journal")) {
        Ok(rows) => rows,
        Err(JournalError::Newer { .. } | JournalError::Corrupt { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(machine::replay(&rows).ok().and_then(|sales| sales.into_values().next()))
}

/// The sales as a screen shows them.
fn sales(
    connection: &Connection,
    numbers: &[(u32, String)],
    unreadable: &mut Vec<u32>,
    read_as: ReadAs,
) -> Result<Vec<SaleView>, NoAnswer> {
    let mut views = Vec::new();
    for (number, id) in numbers {
        match sale(connection, id)? {
            Some(sale) => views.push(SaleNow::of_the_books(sale, read_as.live).view(read_as.locale)),
            None => unreadable.push(*number),
        }
    }
    Ok(views)
}
