//! A journal of so many sales, whose books are not made yet. It is made once and kept: each run measures on a copy.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};
use till::journal::{Journal, Start};
use till::{OsEntropy, TillId};

use crate::drawn;
use crate::stencil::{Row, Stencil};
use crate::templates::{self, Kind};

/// Grows when a journal that was made before would be another one now.
const FORMAT: u32 = 5;
/// Sales of each kind, with and without a reference and a note: some hundreds in all.
const TEMPLATES_EACH: u64 = 8;
/// Sales of a transaction.
const AT_ONCE: u32 = 20_000;

/// Whose journal is measured.
const BENCH: &str = "bench";

pub(crate) type Res<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub(crate) fn start() -> Start {
    Start { till: TillId::new(&OsEntropy), at_ms: drawn::LAST_DAY_MS }
}

pub(crate) fn open(path: &Path) -> Res<Journal> {
    open_as(path, BENCH)
}

/// Opens the journal of this mode.
pub(crate) fn open_as(path: &Path, of: &str) -> Res<Journal> {
    Ok(Journal::open(path, of, start())?)
}

/// The journal of `sales` sales in `folder`, made if it is not there.
pub(crate) fn journal(folder: &Path, sales: u32) -> Res<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("rows-{sales}-{FORMAT}.sqlite"));
    if path.exists() {
        return Ok(path);
    }
    let made = folder.join(format!("making-{sales}.sqlite"));
    remove(&made);
    write(&made, BENCH, sales, TEMPLATES_EACH)?;
    std::fs::rename(&made, &path)?;
    Ok(path)
}

/// Writes the journal of so many sales of this mode, copied from `each` sales of each kind.
pub(crate) fn write(path: &Path, of: &str, sales: u32, each: u64) -> Res<()> {
    let began = Instant::now();
    drop(Journal::open(path, of, start())?);
    let stencils = stencils(each)?;
    println!(
        "{} true sales played in {:.0} s; copying them {sales} times",
        stencils.len(),
        began.elapsed().as_secs_f64()
    );
    fill(path, sales, &stencils)?;
    println!("{sales} sales written in {:.0} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// A copy to measure on.
pub(crate) fn copy(rows: &Path, to: &Path) -> Res<()> {
    remove(to);
    std::fs::copy(rows, to)?;
    Ok(())
}

pub(crate) fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _was_not_there = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    let _was_not_there = std::fs::remove_file(path.with_extension("lock"));
}

fn stencils(each: u64) -> Res<Vec<Stencil>> {
    // In a thread without a runtime: each world has one of its own.
    let played = std::thread::spawn(move || templates::play(each));
    let templates = played.join().map_err(|_| "a world fell over")??;
    Ok(templates.iter().map(Stencil::of).collect::<Result<_, _>>()?)
}

fn fill(path: &Path, sales: u32, stencils: &[Stencil]) -> Res<()> {
    let mut connection = Connection::open(path)?;
    // A file that a power cut tears is made anew; what a till does is measured on another one.
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000; PRAGMA wal_autocheckpoint = 100000")?;
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut number = 1;
    while number <= sales {
        let transaction = connection.transaction()?;
        for _ in 0..AT_ONCE.min(sales + 1 - number) {
            let own = drawn::own(number, sales, &mut rng);
            let stencil = stencil(stencils, number, sales, &mut rng)?;
            let mut sale = String::new();
            for row in stencil.rows(&own, &mut rng) {
                insert(&transaction, &row)?;
                sale = row.sale;
            }
            if is_unfinished(stencil.kind) {
                known_unfinished(&transaction, number, &sale)?;
            }
            number += 1;
        }
        transaction.commit()?;
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// As the step that brought the books takes along what the file knew before it.
fn known_unfinished(transaction: &Connection, number: u32, sale: &str) -> rusqlite::Result<usize> {
    transaction.execute(
        "INSERT INTO sales (number, sale_id, revision, opened_ms, unfinished, facets, currency, total_minor, taken_minor,
                            refunded_minor, cards, words)
         VALUES (?1, ?2, 0, 0, 1, 0, '', 0, 0, 0, '', 0)",
        params![number, sale],
    )
}

fn insert(transaction: &Connection, row: &Row) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "INSERT INTO entries (about, subject, revision, author, owner, at_ms, stripe_ms, event, attempt_id,
                                  idempotency_key, opens, request_id, body)
             VALUES ('sale', ?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            row.sale,
            row.revision,
            row.author,
            row.at_ms,
            row.stripe_ms,
            row.event,
            row.attempt,
            row.key,
            row.opens,
            row.request,
            row.body
        ])
}

fn is_unfinished(kind: Kind) -> bool {
    matches!(kind, Kind::Open | Kind::AtTheBank | Kind::NotKnown)
}

/// Which sale is copied. A handful is unfinished: two that press, one of them old, and two of the last minutes.
fn stencil<'a>(stencils: &'a [Stencil], number: u32, sales: u32, rng: &mut impl Rng) -> Res<&'a Stencil> {
    let kind = match number {
        _ if number == sales / 3 || number + 40 == sales => Kind::NotKnown,
        _ if number + 1 == sales => Kind::AtTheBank,
        _ if number == sales => Kind::Open,
        _ => {
            let mut at = rng.random_range(0..100_000);
            let drawn = Kind::ALL.iter().find(|(_, share)| {
                let is_it = at < *share;
                at = at.saturating_sub(*share);
                is_it
            });
            drawn.map_or(Kind::Paid, |(kind, _)| *kind)
        }
    };
    let (has_reference, has_note) = (rng.random_ratio(4, 5), rng.random_ratio(1, 8));
    let fits = |one: &&Stencil| (one.kind, one.has_reference, one.has_note) == (kind, has_reference, has_note);
    let fitting: Vec<&Stencil> = stencils.iter().filter(fits).collect();
    fitting.get(rng.random_range(0..fitting.len().max(1))).copied().ok_or_else(|| "no such sale was played".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is measured is a journal as the till writes it, and books as it makes them.
    #[test]
    fn the_sales_that_are_copied_add_up_and_their_books_say_what_the_rows_say() {
        const SALES: u32 = 500;
        let folder = tempfile::tempdir().expect("a folder");
        let path = journal(folder.path(), SALES).expect("a journal");
        let filed = crate::filing::file(&path).expect("books");
        assert_eq!(filed.sales, SALES);
        let journal = open(&path).expect("the journal");
        assert_eq!(journal.audit().expect("rows"), [""; 0]);
        let sales = till::machine::replay(&journal.load(u32::MAX).expect("rows")).expect("sound");
        let unfinished = sales.values().filter(|sale| !sale.finished()).count();
        assert_eq!((sales.len(), unfinished), (500, 4), "a handful is on its way");
    }
}
