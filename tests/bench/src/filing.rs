//! The books made from the rows, by the product's own filing: how long a slice holds the journal, how long it all takes, how
//! large the log beside the file becomes, and what the books add to the file.

use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;
use till::journal::{Filing, Journal};

use crate::filled::{self, Res};
use crate::report::{Goal, Report};
use crate::timed::Timed;
use crate::watched::Watched;

/// How it went for one journal.
pub(crate) struct Filed {
    pub(crate) held: Timed,
    pub(crate) seconds: f64,
    pub(crate) sales: u32,
    pub(crate) log_mib: f64,
    /// Bytes with the books by bytes without them.
    pub(crate) with: f64,
    pub(crate) without: f64,
}

/// Makes the books of the journal at `path`, which has none yet.
pub(crate) fn file(path: &Path) -> Res<Filed> {
    let journal = filled::open(path)?;
    let mut filing = journal.filing()?.ok_or("a journal without a file")?;
    filing.is_due()?;
    let sales = filing.filed()?.last;
    let without = pages(path)? + standing(path)?;
    let watched = Watched::log_of(path);
    let (mut held, began) = (Timed::default(), Instant::now());
    let mut said = Instant::now();
    while let Some(slice) = filing.slice()? {
        held.add(slice.held);
        if said.elapsed().as_secs() >= 30 {
            said = Instant::now();
            println!("  … filed down to {}", slice.filed.down_to);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let log_mib = watched.largest_mib();
    drop((filing, journal));
    Connection::open(path)?.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(Filed { held, seconds, sales, log_mib, with: pages(path)?, without })
}

/// Makes the books of a journal that is open.
pub(crate) fn all(journal: &Journal) -> Res<()> {
    let mut filing = journal.filing()?.ok_or("a journal without a file")?;
    filing.is_due()?;
    while filing.slice()?.is_some() {}
    Ok(())
}

pub(crate) fn report(report: &mut Report, ours: &Filed, theirs: &Filed) {
    report.add_times("rebuild: a slice holds the journal", &ours.held, Some(&theirs.held), Goal::Below(5.0));
    report.add("rebuild: all of it", ours.seconds, Some(theirs.seconds), "s", Goal::None);
    let speed = |filed: &Filed| f64::from(filed.sales) / filed.seconds;
    report.add("rebuild: sales", speed(ours), Some(speed(theirs)), "a second", Goal::None);
    report.add("rebuild: largest write-ahead log", ours.log_mib, Some(theirs.log_mib), "MiB", Goal::Below(64.0));
    let mib = |bytes: f64| bytes / 1_048_576.0;
    report.add(
        "the file with the books, by the same without",
        mib(ours.with),
        Some(mib(ours.without)),
        "MiB",
        Goal::Times(1.5),
    );
}

/// The bytes of the file that are in use.
fn pages(path: &Path) -> Res<f64> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, f64>(0));
    Ok((pragma("page_count")? - pragma("freelist_count")?) * pragma("page_size")?)
}

/// The bytes of the table that was beside the rows before there were books, for the same sales: one line a sale.
fn standing(path: &Path) -> Res<f64> {
    let beside = path.with_extension("standing");
    filled::remove(&beside);
    let connection = Connection::open(&beside)?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
         CREATE TABLE standing (
             sale_id  TEXT PRIMARY KEY,
             number   INTEGER NOT NULL UNIQUE,
             finished INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;
         CREATE INDEX unfinished ON standing(number) WHERE finished = 0;
         ATTACH '{}' AS journal;
         INSERT INTO standing SELECT subject, opens, 1 FROM journal.entries WHERE opens IS NOT NULL ORDER BY opens;
         DETACH journal;",
        path.display()
    ))?;
    drop(connection);
    let bytes = pages(&beside);
    filled::remove(&beside);
    bytes
}

/// Throws the books away and tells how long that took.
pub(crate) fn thrown_away(filing: &mut Filing) -> Res<f64> {
    let began = Instant::now();
    filing.begin_again()?;
    Ok(began.elapsed().as_secs_f64() * 1_000.0)
}
