//! Finding sales: by number, newest first or oldest first, a page at a time.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};
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

/// What fits is counted so far and no further: who has more types another word.
const COUNTED: usize = 100;

/// Sales whose PaymentIntent's id begins as it was typed: more are not gone through.
const MOST_OF_AN_ID: usize = 200;

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
    let numbers = numbers(&view, &asked, wanted, past, COUNTED + 1)?;
    page.count = numbers.len();
    page.next = numbers.get(PAGE - 1).filter(|_| numbers.len() > PAGE).map(|(number, _)| *number);
    let shown = numbers.get(..PAGE.min(numbers.len())).unwrap_or_default();
    page.sales = sales(&view, shown, &mut page.unreadable, read_as)?;
    if past.is_none() {
        let mut pressing = Asked { groups: asked.groups.clone(), bounds: asked.bounds, intent: asked.intent.clone() };
        pressing.groups.push(format!("\"{}\"", tags::facet(Facet::Pressing)));
        let numbers = self::numbers(&view, &pressing, wanted, None, PAGE)?;
        page.pressing = sales(&view, &numbers, &mut Vec::new(), read_as)?;
    }
    Ok(page)
}

/// The currencies of which there are sales.
pub(super) fn currencies(connection: &Connection) -> rusqlite::Result<Vec<&'static Currency>> {
    let mut select = connection.prepare_cached("SELECT code FROM currencies")?;
    let codes = select.query_map([], |row| row.get::<_, String>(0))?;
    codes.filter_map(|code| code.map(|code| Currency::by_code(&code)).transpose()).collect()
}

/// The numbers and ids of the first `most` that fit, past this number in the order that is asked for.
pub(super) fn numbers(
    connection: &Connection,
    asked: &Asked,
    wanted: &Wanted,
    past: Option<u32>,
    most: usize,
) -> Result<Vec<(u32, String)>, NoAnswer> {
    let told = |error: rusqlite::Error| no_answer(&error);
    let (order, mut first, mut last) = match (wanted.oldest_first, past.map(i64::from)) {
        (false, past) => ("DESC", 0, past.map_or(i64::MAX, |past| past - 1)),
        (true, past) => ("ASC", past.map_or(0, |past| past + 1), i64::MAX),
    };
    if wanted.from_ms.is_some() || wanted.to_ms.is_some() {
        let Some((lowest, highest)) = opened_between(connection, wanted).map_err(told)? else { return Ok(Vec::new()) };
        first = first.max(lowest);
        last = last.min(highest);
    }
    let mut conditions: Vec<String> = vec!["number BETWEEN ?1 AND ?2".to_owned()];
    let mut values: Vec<Value> = vec![first.into(), last.into()];
    let mut and = |condition: &str, value: Option<i64>| {
        if let Some(value) = value {
            values.push(value.into());
            conditions.push(format!("{condition} ?{}", values.len()));
        }
    };
    and("opened_ms >=", wanted.from_ms);
    and("opened_ms <", wanted.to_ms);
    and("total_minor >", asked.bounds.over);
    and("total_minor <", asked.bounds.under);
    if let Some(intent) = &asked.intent {
        values.push(intent.clone().into());
        values.push(format!("{intent}\u{10ffff}").into());
        let (from, to) = (values.len() - 1, values.len());
        conditions.push(format!(
            "number IN (SELECT number FROM sales WHERE intent IS NOT NULL AND intent BETWEEN ?{from} AND ?{to}
                        LIMIT {MOST_OF_AN_ID})"
        ));
    }
    let conditions = conditions.join(" AND ");
    let select = if asked.groups.is_empty() {
        format!("SELECT number, sale_id FROM sales WHERE {conditions} ORDER BY number {order} LIMIT {most}")
    } else {
        values.push(asked.groups.join(" AND ").into());
        let words = values.len();
        // The index is gone through in its own order, and each sale that it names is looked at.
        format!(
            "SELECT number, sale_id FROM sale_words CROSS JOIN sales ON sales.number = sale_words.rowid
             WHERE sale_words MATCH ?{words} AND sale_words.rowid BETWEEN ?1 AND ?2 AND {conditions}
             ORDER BY sale_words.rowid {order} LIMIT {most}"
        )
    };
    let mut select = connection.prepare_cached(&select).map_err(told)?;
    let found = select.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?))).map_err(told)?;
    found.collect::<rusqlite::Result<Vec<_>>>().map_err(told)
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
