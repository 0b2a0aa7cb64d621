//! Pages of the file that the disk lost, each of the books' in turn: no sale is stopped by it, none is forgotten, and the books are
//! made again.

use std::collections::BTreeSet;
use std::io::{Seek, SeekFrom, Write};

use rusqlite::Connection;
use till::SaleId;
use till::journal::Filing;
use till::journal_copy::copy_journal;
use till::machine;

use crate::shop::{Becomes, NOON_MS, Shop, Sold};

/// Everything that the books keep on pages of its own, by name: where it begins in the file.
fn roots(shop: &Shop) -> Vec<(String, u64)> {
    let file = Connection::open(shop.path()).expect("the file");
    // What the log has is put in the file, and the log is emptied.
    file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("in its place");
    let select = "SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0 AND (tbl_name IN ('books', 'sales',
                  'movements', 'opened_in', 'currencies') OR tbl_name LIKE 'sale_words%') ORDER BY name";
    let mut select = file.prepare(select).expect("a question");
    let roots = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?))).expect("roots");
    roots.map(|root| root.map(|(name, page)| (name, page.unsigned_abs())).expect("a root")).collect()
}

fn lose(shop: &Shop, page: u64) {
    let connection = Connection::open(shop.path()).expect("the file");
    let size: u64 =
        connection.pragma_query_value(None, "page_size", |row| row.get::<_, i64>(0)).expect("a size").unsigned_abs();
    drop(connection);
    let mut file = std::fs::OpenOptions::new().write(true).open(shop.path()).expect("the file");
    file.seek(SeekFrom::Start((page - 1) * size)).expect("its place");
    file.write_all(&vec![0; usize::try_from(size).expect("small")]).expect("lost");
}

fn a_shop() -> Shop {
    let mut shop = Shop::open();
    for number in 0..15 {
        let becomes = match number % 5 {
            0 => Becomes::Refunded(500),
            1 => Becomes::Submitted,
            2 => Becomes::Lost,
            _ => Becomes::Paid,
        };
        shop.sell(Sold { becomes, at_ms: NOON_MS + number * 60_000, reference: "blue coat", ..Sold::default() });
    }
    shop
}

/// What nobody is done with, by the rows.
fn unfinished(shop: &Shop) -> BTreeSet<SaleId> {
    let sales = machine::replay(&shop.journal.load(u32::MAX).expect("rows")).expect("sound");
    sales.values().filter(|sale| !sale.finished()).map(|sale| sale.id).collect()
}

/// All that a start knows at once, and what it is told of as the books are made.
fn known(shop: &Shop, filing: &mut Filing) -> BTreeSet<SaleId> {
    let mut known: BTreeSet<SaleId> =
        machine::replay(&shop.journal.load(0).expect("rows")).expect("sound").into_keys().collect();
    for _ in 0..4 {
        while let Some(slice) = filing.slice().expect("a slice") {
            known.extend(slice.unfinished);
        }
        if !filing.is_due().expect("read") {
            return known;
        }
    }
    panic!("the books are never whole");
}

#[test]
fn whichever_page_is_lost_between_two_starts_the_next_one_sells_and_forgets_nobody() {
    let names: Vec<String> = roots(&a_shop()).into_iter().map(|(name, _)| name).collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let mut shop = a_shop();
        let (_, page) = roots(&shop).into_iter().find(|(known, _)| *known == name).expect("its page");
        let closed = shop.close();
        lose(&closed, page);
        shop = closed.start_again();
        let sale = shop.sell(Sold { minor: 1_234, ..Sold::default() });
        let rows = shop.journal.load_sale(sale.id).expect("rows");
        assert_eq!(rows.len(), usize::try_from(sale.revision).expect("few"), "{name}: every row is written");
        let mut filing = shop.journal.filing().expect("the file").expect("a file");
        filing.is_due().expect("read");
        let unfinished = unfinished(&shop);
        assert!(known(&shop, &mut filing).is_superset(&unfinished), "{name}");
        assert_eq!(shop.journal.audit().expect("rows"), [""; 0], "{name}");
        let usb = tempfile::tempdir().expect("a folder");
        let copied = copy_journal(&shop.path(), usb.path(), "live", NOON_MS);
        assert!(copied.is_ok(), "{name}: the sales are copied: {copied:?}");
        let again = shop.start_again();
        assert_eq!(again.journal.audit().expect("rows"), [""; 0], "{name}: and stay so");
    }
}

#[test]
fn whichever_page_is_lost_while_it_sells_every_row_is_written() {
    for (name, _) in roots(&a_shop()) {
        let mut shop = a_shop();
        let (_, page) = roots(&shop).into_iter().find(|(known, _)| *known == name).expect("its page");
        shop = shop.start_again();
        // Nothing of the books was read yet but what a start reads.
        lose(&shop, page);
        for minor in [1_234, 4_321] {
            let sale = shop.sell(Sold { minor, ..Sold::default() });
            let rows = shop.journal.load_sale(sale.id).expect("rows");
            assert_eq!(rows.len(), usize::try_from(sale.revision).expect("few"), "{name}: every row is written");
        }
        let mut filing = shop.journal.filing().expect("the file").expect("a file");
        filing.is_due().expect("read");
        let _known = known(&shop, &mut filing);
        if shop.journal.audit().map_or(true, |differences| !differences.is_empty()) {
            // Only who reads what is lost finds out, and says so.
            filing.begin_again().expect("thrown away");
            assert!(known(&shop, &mut filing).is_superset(&unfinished(&shop)), "{name}");
        }
        assert_eq!(shop.start_again().journal.audit().expect("rows"), [""; 0], "{name}");
    }
}
