//! Journals of earlier versions: copied first, taken further, filed from their rows, and answering as those add up.
//!
//! `journal-2` and `journal-3` were written by the programs of their steps (how: `flow/every_stage.rs`). A file of the first step
//! is that of the second without its index of times, which is all that the second step brought.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use till::books::{Books, Wanted};
use till::journal::{Journal, QUARTER_MS};
use till::machine;
use till::sale::{Sale, Stage};

use crate::shop::{Shop, numbers, reading, start};

const EARLIER: [u32; 3] = [1, 2, 3];

/// A copy of the kept journal of this step, as that step's program left it.
fn left_by(step: u32, folder: &Path) -> PathBuf {
    let path = folder.join("training.sqlite");
    let name = format!("journal-{}.sqlite", step.max(2));
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept").join(name), &path).expect("a copy");
    if step == 1 {
        Shop::bend(&path, "DROP INDEX entries_by_time; PRAGMA user_version = 1");
    }
    path
}

fn count(path: &Path, question: &str) -> i64 {
    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a file");
    reader.query_row(question, [], |row| row.get(0)).expect("a count")
}

fn minor_of(sale: &Sale) -> i64 {
    sale.order.total.amount_minor()
}

/// Opens it, and makes its books.
fn filed(path: &Path) -> (Journal, BTreeMap<u32, Sale>) {
    let journal = Journal::open(path, "training", start()).expect("taken further");
    let mut filing = journal.filing().expect("the file").expect("a file");
    assert!(filing.is_due().expect("read"));
    while filing.slice().expect("a slice").is_some() {}
    let sales = machine::replay(&journal.load(u32::MAX).expect("rows")).expect("sound");
    (journal, sales.into_values().map(|sale| (sale.number, sale)).collect())
}

#[test]
fn each_is_copied_first_as_it_was_and_filed_as_its_rows_add_up() {
    for step in EARLIER {
        let folder = tempfile::tempdir().expect("a folder");
        let path = left_by(step, folder.path());
        let rows = count(&path, "SELECT count(*) FROM entries");
        let (journal, sales) = filed(&path);
        assert_eq!(journal.audit().expect("rows"), [""; 0], "{step}");
        assert!(sales.len() >= 40, "{step}");
        let copy = folder.path().join("training-before-4.sqlite");
        let version = "SELECT user_version FROM pragma_user_version";
        assert_eq!(count(&copy, version), i64::from(step), "the file as it was");
        for file in [&copy, &path] {
            assert_eq!(count(file, "SELECT count(*) FROM entries"), rows, "{step}: no row more or less");
        }
    }
}

#[tokio::test]
async fn a_start_after_it_knows_all_that_is_unfinished_before_anything_is_filed() {
    for step in EARLIER {
        let folder = tempfile::tempdir().expect("a folder");
        let path = left_by(step, folder.path());
        let journal = Journal::open(&path, "training", start()).expect("taken further");
        let known = machine::replay(&journal.load(0).expect("rows")).expect("sound");
        let all = machine::replay(&journal.load(u32::MAX).expect("rows")).expect("sound");
        let unfinished: Vec<_> = all.values().filter(|sale| !sale.finished()).map(|sale| sale.id).collect();
        assert!(unfinished.len() > 10, "{step}");
        assert_eq!(known.into_keys().collect::<Vec<_>>(), unfinished, "{step}");
    }
}

#[tokio::test]
async fn each_answers_alike() {
    for step in EARLIER {
        let folder = tempfile::tempdir().expect("a folder");
        let path = left_by(step, folder.path());
        let (journal, sales) = filed(&path);
        let books = Books::open(&path).expect("the books");
        let find = async |text: &str| {
            let wanted = Wanted { text: text.to_owned(), ..Wanted::default() };
            books.find(wanted, None, reading("en-GB", "GBP")).await.expect("an answer")
        };
        let newest_first: Vec<u32> = sales.keys().rev().copied().collect();
        let page = find("").await;
        assert_eq!(numbers(&page), newest_first, "{step}");
        for (view, (number, sale)) in page.sales.iter().zip(sales.iter().rev()) {
            let minor = minor_of(sale);
            assert_eq!((view.number, view.revision, view.money.amount_minor), (*number, sale.revision, minor));
            let typed = format!("{}.{:02}", minor / 100, minor % 100);
            let alike = |other: &Sale| minor_of(other) == minor;
            let of_that_amount: Vec<u32> = newest_first.iter().filter(|at| alike(&sales[*at])).copied().collect();
            assert_eq!(numbers(&find(&typed).await), of_that_amount, "{step}: {typed}");
            if let Some(intent) = &sale.intent {
                assert!(numbers(&find(intent.as_str()).await).contains(number), "{step}: {number}");
            }
        }
        let taken = |sale: &Sale| matches!(sale.stage, Stage::Approved(_)).then(|| minor_of(sale)).unwrap_or_default();
        let by_rows: i64 = sales.values().map(taken).sum();
        let opened = |sale: &Sale| sale.opened_at_ms;
        let first = sales.values().map(opened).min().expect("sales").div_euclid(QUARTER_MS) - 4;
        let edges = vec![first * QUARTER_MS, (first + 4 * 24 * 365) * QUARTER_MS];
        let slots = books.totals(edges).await.expect("sums");
        assert_eq!(slots[0].sums.iter().map(|sum| sum.taken_minor).sum::<i64>(), by_rows, "{step}");
        drop(journal);
    }
}
