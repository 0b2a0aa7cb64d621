//! A list of sales as a file: all that were asked for, each once, whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use till::books::{
    Books, ListColumns, ListFault, ListForm, ListStates, ListWatch, ListWords, Listed, Listing, NotListed, Wanted,
};

use crate::shop::{Becomes, DAY_MS, HOUR_MS, NOON_MS, Shop, Sold, reading};

type Row = BTreeMap<String, String>;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("a zone")
}

fn plain(folder: &Path) -> Listing {
    Listing {
        wanted: Wanted::default(),
        read_as: reading("en-GB", "GBP"),
        form: ListForm::Plain,
        zone: zone(),
        folder: folder.to_owned(),
        name: "countersign-sales-2026-12-01".to_owned(),
    }
}

async fn save(books: &Books, listing: Listing) -> Result<Listed, NotListed> {
    books.save_list(listing, Arc::default()).await
}

fn text(listed: &Listed) -> String {
    String::from_utf8(fs::read(&listed.file).expect("the file")).expect("UTF-8")
}

/// Its rows, by the headings.
fn rows(listed: &Listed, delimiter: u8) -> Vec<Row> {
    let text = text(listed);
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("rows")
}

fn column<'a>(rows: &'a [Row], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

/// Names of what is in the folder.
fn there(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder")
        .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

/// One of each that a bookkeeper meets.
fn a_day() -> Shop {
    let mut shop = Shop::open();
    let sold = Sold::default;
    shop.sell(Sold { minor: 1_234, reference: "=cmd|'/C calc'!A1", note: "he said \"no\"; then, yes", ..sold() });
    shop.sell(Sold { minor: 4_000, becomes: Becomes::Refunded(500), reference: "+31 20 123", note: "🧾", ..sold() });
    shop.sell(Sold { minor: 2_000, becomes: Becomes::Refunded(2_000), ..sold() });
    shop.sell(Sold { minor: 8_000, code: "JPY", ..sold() });
    shop.sell(Sold { minor: 700, becomes: Becomes::Declined, note: "-", ..sold() });
    shop.sell(Sold { minor: 800, becomes: Becomes::Cancelled, ..sold() });
    shop.sell(Sold { minor: 900, becomes: Becomes::Open, at_ms: NOON_MS + HOUR_MS, ..sold() });
    shop.sell(Sold { minor: 950, becomes: Becomes::Lost, ..sold() });
    shop.sell(Sold { minor: 990, becomes: Becomes::Submitted, ..sold() });
    shop
}

#[tokio::test]
async fn the_plain_form_says_of_each_sale_what_a_bookkeeper_asks() {
    let shop = a_day();
    let folder = tempfile::tempdir().expect("a folder");
    let listed = save(&shop.books(), plain(folder.path())).await.expect("a list");
    assert_eq!((listed.sales, listed.unreadable), (9, 0));
    assert_eq!(listed.file, folder.path().join("countersign-sales-2026-12-01.csv"));
    assert_eq!(there(folder.path()), ["countersign-sales-2026-12-01.csv"], "and nothing beside it");
    let rows = rows(&listed, b',');
    assert_eq!(column(&rows, "number"), ["9", "8", "7", "6", "5", "4", "3", "2", "1"], "the newest first, as listed");
    assert_eq!(
        column(&rows, "state"),
        ["in_hand", "not_known", "open", "cancelled", "declined", "paid", "refunded", "partly_refunded", "paid"]
    );
    assert_eq!(column(&rows, "currency")[5..7], ["JPY", "GBP"]);
    assert_eq!(column(&rows, "total"), ["9.90", "9.50", "9.00", "8.00", "7.00", "8000", "20.00", "40.00", "12.34"]);
    assert_eq!(column(&rows, "taken"), ["0.00", "0.00", "0.00", "0.00", "0.00", "8000", "20.00", "40.00", "12.34"]);
    assert_eq!(column(&rows, "refunded")[5..], ["0", "20.00", "5.00", "0.00"]);
    assert_eq!(column(&rows, "net")[5..], ["8000", "0.00", "35.00", "12.34"]);
    let first = &rows[8];
    assert_eq!(first["opened"], "2026-12-01T13:00:00+01:00", "noon in London, in Amsterdam");
    assert_eq!(first["paid"], "2026-12-01T13:00:02+01:00");
    assert_eq!((first["card_brand"].as_str(), first["card_last4"].as_str()), ("visa", "4242"));
    assert_eq!(first["payment_intent"], format!("pi_3{:0>23}", 1));
    assert_eq!(first["reference"], "'=cmd|'/C calc'!A1", "a text, and no formula");
    assert_eq!(first["note"], "he said \"no\"; then, yes");
    assert_eq!((rows[7]["reference"].as_str(), rows[7]["note"].as_str()), ("'+31 20 123", "🧾"));
    assert_eq!((rows[4]["note"].as_str(), rows[4]["decline_code"].as_str()), ("'-", "insufficient_funds"));
    assert_eq!((rows[4]["paid"].as_str(), rows[4]["card_last4"].as_str()), ("", "4242"));
    assert!(text(&listed).lines().count() == 10 && text(&listed).matches("\r\n").count() == 10);
    assert!(!text(&listed).contains("secret"));
}

#[tokio::test]
async fn its_sums_are_those_of_the_totals() {
    let shop = a_day();
    let books = shop.books();
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(&save(&books, plain(folder.path())).await.expect("a list"), b',');
    let sum = |code: &str, name: &str| -> i64 {
        let of_it = rows.iter().filter(|row| row["currency"] == code);
        of_it.map(|row| row[name].replace('.', "").parse::<i64>().expect("a figure")).sum()
    };
    let day_ms = NOON_MS - NOON_MS % DAY_MS;
    let day = books.totals(vec![day_ms, day_ms + DAY_MS]).await.expect("totals").remove(0);
    assert_eq!(day.sums.len(), 2);
    for total in &day.sums {
        let sums = ["taken", "refunded", "net"].map(|name| sum(&total.currency, name));
        assert_eq!(sums, [total.taken_minor, total.refunded_minor, total.taken_minor - total.refunded_minor]);
    }
    assert_eq!(
        (sum("GBP", "taken"), sum("GBP", "refunded")),
        (1_234 + 4_000 + 2_000, 500 + 2_000),
        "as they were sold"
    );
}

fn dutch() -> ListForm {
    let of = str::to_owned;
    ListForm::Spreadsheet {
        words: Box::new(ListWords {
            columns: ListColumns {
                number: of("Nummer"),
                opened: of("Geopend"),
                paid: of("Betaald"),
                state: of("Toestand"),
                currency: of("Munt"),
                total: of("Bedrag"),
                taken: of("Ontvangen"),
                refunded: of("Terugbetaald"),
                net: of("Netto"),
                card: of("Pas"),
                last4: of("Laatste vier"),
                reference: of("Referentie"),
                note: of("Notitie"),
                payment_intent: of("PaymentIntent"),
                decline_code: of("Weigercode"),
            },
            states: ListStates {
                paid: of("betaald"),
                partly_refunded: of("deels terugbetaald"),
                refunded: of("terugbetaald"),
                held: of("gereserveerd"),
                open: of("open"),
                in_hand: of("bezig"),
                not_known: of("niet bekend"),
                declined: of("geweigerd"),
                cancelled: of("geannuleerd"),
                set_aside: of("apart gezet"),
                unreadable: of("niet te lezen"),
            },
        }),
    }
}

#[tokio::test]
async fn for_the_spreadsheet_of_a_locale_it_is_written_as_people_there_write() {
    let shop = a_day();
    let folder = tempfile::tempdir().expect("a folder");
    let listing = Listing { form: dutch(), read_as: reading("nl-NL", "EUR"), ..plain(folder.path()) };
    let listed = save(&shop.books(), listing).await.expect("a list");
    let dutch_rows = rows(&listed, b';');
    assert_eq!(column(&dutch_rows, "Bedrag")[5..], ["8000", "20,00", "40,00", "12,34"]);
    assert_eq!(column(&dutch_rows, "Toestand")[4..8], ["geweigerd", "betaald", "terugbetaald", "deels terugbetaald"]);
    assert_eq!(dutch_rows[8]["Geopend"], "2026-12-01 13:00:00");
    assert_eq!(dutch_rows[8]["Notitie"], "he said \"no\"; then, yes");
    let listing = Listing { form: dutch(), ..plain(folder.path()) };
    let english = rows(&save(&shop.books(), listing).await.expect("a list"), b',');
    assert_eq!(english[8]["Bedrag"], "12.34", "where amounts have a point, commas part the cells");
}

#[tokio::test]
async fn all_sales_that_fit_are_in_it_once_however_many() {
    let mut shop = Shop::open();
    for nth in 0..530 {
        let becomes = if nth % 7 == 3 { Becomes::Declined } else { Becomes::Paid };
        let reference = if nth % 2 == 0 { "table 9" } else { "" };
        shop.sell(Sold { becomes, reference, at_ms: NOON_MS + nth * 60_000, ..Sold::default() });
    }
    let books = shop.books();
    let folder = tempfile::tempdir().expect("a folder");
    let of_an_hour = Wanted { from_ms: Some(NOON_MS), to_ms: Some(NOON_MS + HOUR_MS), ..Wanted::default() };
    let oldest_first = Wanted { oldest_first: true, ..Wanted::default() };
    let table = Wanted { text: "table 9".into(), ..Wanted::default() };
    let nobody = Wanted { text: "nobody".into(), ..Wanted::default() };
    for (wanted, expected) in [
        (Wanted::default(), (1..=530).rev().collect::<Vec<u32>>()),
        (oldest_first, (1..=530).collect()),
        (table, (1..=530).rev().filter(|number| number % 2 == 1).collect()),
        (of_an_hour, (1..=60).rev().collect()),
        (nobody, vec![]),
    ] {
        let listed = save(&books, Listing { wanted, ..plain(folder.path()) }).await.expect("a list");
        let rows = rows(&listed, b',');
        let numbers: Vec<u32> = rows.iter().map(|row| row["number"].parse().expect("a number")).collect();
        assert_eq!(numbers, expected);
        assert_eq!(listed.sales as usize, expected.len());
    }
    assert_eq!(there(folder.path()).len(), 5, "none took another's place");
}

#[tokio::test]
async fn a_sale_that_cannot_be_read_is_in_it_by_its_number() {
    let shop = a_day();
    Shop::bend(
        &shop.path(),
        "DROP TRIGGER entries_stay; UPDATE entries SET body = json_set(body, '$.capture', 'hold')
         WHERE event = 'opened' AND opens = 3",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let listed = save(&shop.books(), plain(folder.path())).await.expect("a list");
    assert_eq!((listed.sales, listed.unreadable), (9, 1));
    let rows = rows(&listed, b',');
    assert_eq!(
        (rows[6]["number"].as_str(), rows[6]["state"].as_str(), rows[6]["total"].as_str()),
        ("3", "unreadable", "")
    );
}

#[tokio::test]
async fn a_file_that_is_there_is_not_touched() {
    let shop = a_day();
    let folder = tempfile::tempdir().expect("a folder");
    let before = folder.path().join("countersign-sales-2026-12-01.csv");
    fs::write(&before, "somebody's own").expect("written");
    let listed = save(&shop.books(), plain(folder.path())).await.expect("a list");
    assert_eq!(listed.file, folder.path().join("countersign-sales-2026-12-01-2.csv"));
    assert_eq!(fs::read_to_string(before).expect("there"), "somebody's own");
}

#[tokio::test]
async fn stopped_or_failed_it_leaves_nothing() {
    let shop = a_day();
    let books = shop.books();
    let folder = tempfile::tempdir().expect("a folder");
    let watch = Arc::new(ListWatch::default());
    watch.stop();
    let stopped = books.save_list(plain(folder.path()), watch).await;
    assert!(matches!(stopped, Err(NotListed::Stopped)), "{stopped:?}");
    assert_eq!(there(folder.path()), [""; 0]);

    let nowhere = save(&books, plain(&folder.path().join("gone"))).await;
    assert!(matches!(nowhere, Err(NotListed::NotWritten(ListFault::NoFolder))), "{nowhere:?}");

    // The books break after some of it was written.
    Shop::bend(&shop.path(), "DROP TRIGGER entries_stay; ALTER TABLE entries RENAME COLUMN body TO corpus");
    let broken = save(&books, plain(folder.path())).await;
    assert!(matches!(broken, Err(NotListed::NoAnswer(_))), "{broken:?}");
    assert_eq!(there(folder.path()), [""; 0]);
}
