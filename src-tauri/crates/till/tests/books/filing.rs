//! The books made again from the rows: of an earlier version, after damage, killed in the middle, while the till sells.

use std::time::Duration;

use till::journal::{Filed, Filing, Journal, JournalError};

use crate::shop::{Becomes, NOON_MS, Shop, Sold, start};

fn busy(sales: u32) -> Shop {
    let mut shop = Shop::open();
    for number in 0..sales {
        let becomes = match number % 7 {
            0 => Becomes::Declined,
            1 => Becomes::Refunded(500),
            2 => Becomes::Cancelled,
            3 => Becomes::Open,
            4 => Becomes::Submitted,
            _ => Becomes::Paid,
        };
        let reference = format!("INV-{number} José");
        let at_ms = NOON_MS + i64::from(number) * 60_000;
        shop.sell(Sold { becomes, at_ms, reference: &reference, note: "blue coat", ..Sold::default() });
    }
    shop.agree();
    shop
}

fn filing(shop: &Shop) -> Filing {
    let mut filing = shop.journal.filing().expect("the file").expect("a file");
    filing.is_due().expect("read");
    filing
}

fn file_all(filing: &mut Filing) -> usize {
    let mut unfinished = 0;
    while let Some(slice) = filing.slice().expect("a slice") {
        unfinished += slice.unfinished.len();
    }
    unfinished
}

/// How many sales nobody is done with, by the rows.
fn unfinished(shop: &Shop) -> usize {
    let sales = till::machine::replay(&shop.journal.load(u32::MAX).expect("rows")).expect("sound");
    sales.values().filter(|sale| !sale.finished()).count()
}

#[test]
fn a_line_is_written_beside_every_row() {
    let shop = busy(70);
    assert_eq!(shop.journal.filed().expect("read"), Filed { down_to: 1, last: 70 });
    assert!(shop.journal.filed().expect("read").is_whole());
}

#[test]
fn books_of_another_version_are_made_again_newest_first_and_the_unfinished_before_all() {
    let mut shop = busy(70);
    // What another version may have left: lines that do not answer as this one's do.
    Shop::bend(&shop.path(), "UPDATE books SET version = 0; UPDATE sales SET facets = 0, total_minor = 1, words = 0");
    shop = shop.start_again();
    assert_eq!(shop.journal.filed().expect("read"), Filed { down_to: 71, last: 70 });
    assert!(!shop.journal.audit().expect("rows").is_empty());
    let open: Vec<_> =
        till::machine::replay(&shop.journal.load(0).expect("rows")).expect("sound").into_keys().collect();
    assert_eq!(open.len(), unfinished(&shop), "a start knows what is unfinished all the same");
    let mut filing = filing(&shop);
    assert!(!filing.after_damage());
    let mut down_to = 71;
    let mut first = open.len();
    while let Some(slice) = filing.slice().expect("a slice") {
        if first > 0 {
            assert_eq!((slice.unfinished.len(), slice.filed.down_to), (1, 71), "one that somebody waits for");
            first -= 1;
            continue;
        }
        assert!(slice.filed.down_to < down_to);
        down_to = slice.filed.down_to;
    }
    assert_eq!(down_to, 1);
    shop.agree();
}

#[test]
fn damaged_books_are_thrown_away_and_made_again() {
    for damage in [
        "DROP TABLE movements",
        "DROP TABLE sale_words",
        "DROP INDEX sales_by_intent",
        "ALTER TABLE sales ADD COLUMN more TEXT",
        "DROP TABLE books",
    ] {
        let mut shop = busy(35);
        let open = unfinished(&shop);
        Shop::bend(&shop.path(), damage);
        shop = shop.start_again();
        let mut filing = filing(&shop);
        assert!(filing.after_damage() || damage.contains("books"), "{damage}");
        let rows = shop.journal.load(0).expect("rows");
        assert_eq!(till::machine::replay(&rows).expect("sound").len(), open, "{damage}: nobody is forgotten");
        file_all(&mut filing);
        shop.agree();
    }
    // Nothing is left of which sales are unfinished: they are found on the way.
    let mut shop = busy(35);
    let open = unfinished(&shop);
    Shop::bend(&shop.path(), "DROP TABLE sales");
    shop = shop.start_again();
    assert!(shop.journal.load(0).expect("rows").is_empty());
    let mut filing = filing(&shop);
    assert!(filing.after_damage());
    assert_eq!(file_all(&mut filing), open);
    shop.agree();
}

#[test]
fn books_that_cannot_be_written_take_nothing_from_the_sale() {
    let mut shop = busy(14);
    Shop::bend(&shop.path(), "DROP TABLE movements");
    let sale = shop.sell(Sold::default());
    let rows = shop.journal.load_sale(sale.id).expect("rows");
    assert_eq!(rows.len(), 3, "every row is there");
    shop = shop.start_again();
    let mut filing = filing(&shop);
    assert!(filing.after_damage());
    file_all(&mut filing);
    shop.agree();
}

#[test]
fn a_row_that_could_not_be_filed_is_found_at_the_next_start_though_nothing_noted_it() {
    let mut shop = busy(7);
    let sale = shop.sell(Sold::default());
    Shop::bend(&shop.path(), &format!("DELETE FROM sales WHERE sale_id = '{}'", sale.id));
    shop = shop.start_again();
    assert!(!shop.journal.filed().expect("read").is_whole());
    file_all(&mut filing(&shop));
    shop.agree();
}

#[test]
fn killed_after_any_slice_it_goes_on_where_it_was() {
    let mut shop = busy(40);
    Shop::bend(&shop.path(), "UPDATE books SET version = 0; DELETE FROM sales");
    let mut last = 41;
    loop {
        shop = shop.start_again();
        let mut filing = filing(&shop);
        let Some(slice) = filing.slice().expect("a slice") else { break };
        assert!(slice.filed.down_to <= last, "nothing is done twice");
        last = slice.filed.down_to;
    }
    assert_eq!(last, 1);
    shop.agree();
}

#[test]
fn the_till_sells_meanwhile_and_each_slice_holds_it_up_for_a_moment() {
    let mut shop = busy(60);
    Shop::bend(&shop.path(), "UPDATE books SET version = 0; DELETE FROM sales; DELETE FROM movements");
    shop = shop.start_again();
    let mut filing = filing(&shop);
    let mut held = Vec::new();
    while let Some(slice) = filing.slice().expect("a slice") {
        held.push(slice.held);
        shop.sell(Sold { becomes: Becomes::Refunded(100), ..Sold::default() });
    }
    held.sort_unstable();
    // What one slice may take on a machine that does other things too; the bench measures it on one that does not.
    assert!(held[held.len() / 2] < Duration::from_millis(50), "{held:?}");
    shop.agree();
}

#[test]
fn a_till_that_is_the_owner_no_longer_files_no_more() {
    let mut shop = busy(20);
    Shop::bend(&shop.path(), "UPDATE books SET version = 0");
    shop = shop.start_again();
    let mut filing = filing(&shop);
    std::fs::remove_file(shop.path().with_extension("lock")).expect("deleted");
    let shop = Shop {
        journal: till::journal::Journal::open(&shop.path(), "live", crate::shop::start()).expect("opened"),
        ..shop
    };
    assert!(matches!(filing.slice(), Err(till::journal::JournalError::TakenOver)));
    file_all(&mut self::filing(&shop));
    shop.agree();
}

#[test]
fn a_sale_that_cannot_be_read_stops_no_other() {
    let mut shop = busy(20);
    Shop::bend(
        &shop.path(),
        "DROP TRIGGER entries_stay; UPDATE entries SET body = '{}' WHERE subject = (SELECT sale_id FROM sales WHERE number = 6);
         UPDATE books SET version = 0; DELETE FROM sales",
    );
    shop = shop.start_again();
    let mut filing = filing(&shop);
    file_all(&mut filing);
    assert!(shop.journal.filed().expect("read").is_whole());
    let lines: u32 = rusqlite::Connection::open(shop.path())
        .expect("the file")
        .query_row("SELECT count(*) FROM sales", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(lines, 19);
}

#[test]
fn a_row_whose_line_was_lost_while_the_books_are_made_has_them_made_from_the_newest_again_and_not_for_ever() {
    let mut shop = busy(70);
    Shop::bend(&shop.path(), "UPDATE books SET version = 0");
    shop = shop.start_again();
    let mut filing = filing(&shop);
    while filing.slice().expect("a slice").is_some_and(|slice| slice.filed.down_to > 60) {}
    Shop::bend(&shop.path(), "UPDATE books SET version = 0; UPDATE sales SET revision = 0 WHERE number = 65");
    let slices = (0..200).take_while(|_| filing.slice().expect("a slice").is_some()).count();
    assert!(slices < 200, "it comes to an end");
    shop.agree();
}

#[test]
fn a_till_that_is_the_owner_no_longer_throws_no_books_away() {
    let shop = busy(20);
    let mut filing = filing(&shop);
    let other = Journal::open(&shop.path(), "live", start());
    assert!(other.is_err(), "while it is open nobody else is let in");
    Shop::bend(&shop.path(), "INSERT INTO owners (till, at_ms) VALUES ('till_other', 2); UPDATE books SET version = 0");
    assert!(matches!(filing.is_due(), Err(JournalError::TakenOver)));
    assert!(matches!(filing.begin_again(), Err(JournalError::TakenOver)));
    assert_eq!(shop.journal.audit().expect("rows"), [""; 0], "the other's books are as they were");
}
