//! Copies of the journal: they hold the same sales, the last ten are kept, and a failure is told and harms nothing.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::journal::{Author, Entry, Journal, Line, Start, Subject};
use till::journal_copy::{CopyFailure, KEPT, copies, copy_journal};
use till::locale::Locale;
use till::machine::replay;
use till::money::Money;
use till::{OsEntropy, SaleId, TillId};

/// 25 November 2026, noon.
const NOON_MS: i64 = 1_795_608_000_000;
const DAY_MS: i64 = 86_400_000;
const OF: &str = "live-0123456789ab";

fn open(path: &Path) -> Journal {
    Journal::open(path, OF, Start { till: TillId::new(&OsEntropy), at_ms: NOON_MS }).expect("a journal")
}

fn sale(journal: &mut Journal, number: u32) {
    let gbp = Currency::by_code("GBP").expect("GBP");
    let money = Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount");
    let sale = SaleId::new(&OsEntropy);
    let row = |revision, event| Entry {
        about: Subject::Sale(sale),
        when: When::by_the_till(NOON_MS),
        revision,
        by: Author::Staff,
        request: None,
        event,
    };
    let rows = [row(1, Event::opened(money, number)), row(2, Event::CancelWanted)];
    for (at, entry) in rows.iter().enumerate() {
        let after = replay(&rows[..=at]).expect("sound").into_values().next().expect("a sale");
        journal.append(entry, &Line::of(&after)).expect("written");
    }
}

#[test]
fn a_copy_made_while_the_till_sells_replays_to_the_same_sales() {
    let (data, usb) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let path = data.path().join("live.sqlite");
    let mut journal = open(&path);
    (1..=300).for_each(|number| sale(&mut journal, number));
    let copy = copy_journal(&path, usb.path(), "live", NOON_MS).expect("a copy");
    assert_eq!(copy.path.file_name().and_then(|name| name.to_str()), Some("live-copy-000001-2026-11-25.sqlite"));
    assert_eq!(fs::read_dir(usb.path()).expect("a folder").count(), 1, "one file, whole in itself");

    // The day on which it is needed: put in the journal's place.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let restored = elsewhere.path().join("live.sqlite");
    fs::copy(&copy.path, &restored).expect("restored");
    let again = open(&restored);
    let rows = journal.load(u32::MAX).expect("rows");
    assert_eq!(again.load(u32::MAX).expect("rows"), rows);
    assert_eq!(replay(&rows).expect("sales").len(), 300);
    assert_eq!(replay(&again.load(u32::MAX).expect("rows")).expect("sales"), replay(&rows).expect("sales"));
    assert_eq!(again.last_number().expect("a number"), 300);
}

#[test]
fn selling_never_waits_for_a_copy() {
    let (data, usb) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let path = data.path().join("live.sqlite");
    let mut journal = open(&path);
    sale(&mut journal, 1);
    let over = Arc::new(AtomicBool::new(false));
    let (from, to, until) = (path.clone(), usb.path().to_owned(), Arc::clone(&over));
    let copying = std::thread::spawn(move || {
        let mut made = 0;
        while !until.load(Ordering::Relaxed) {
            copy_journal(&from, &to, "live", NOON_MS).expect("a copy");
            made += 1;
        }
        made
    });
    (2..=200).for_each(|number| sale(&mut journal, number));
    over.store(true, Ordering::Relaxed);
    assert!(copying.join().expect("copied") > 0);
}

#[test]
fn the_last_ten_are_kept_by_their_number_and_nothing_else_is_touched() {
    let (data, usb) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let path = data.path().join("live.sqlite");
    let mut journal = open(&path);
    sale(&mut journal, 1);
    for strange in ["holiday.jpg", "live-copy-000001.sqlite", "live-b-copy-000001-2026-11-25.sqlite"] {
        fs::write(usb.path().join(strange), "not ours").expect("written");
    }
    for day in 0..12 {
        // The clock was two years ahead for a while, and was set right.
        let ahead = if day < 3 { 730 * DAY_MS } else { 0 };
        copy_journal(&path, usb.path(), "live", NOON_MS + day * DAY_MS + ahead).expect("a copy");
    }
    let kept: Vec<u32> = copies(usb.path(), "live").expect("copies").iter().map(|copy| copy.number).collect();
    assert_eq!(kept, (3..=12).collect::<Vec<_>>());
    assert_eq!(kept.len(), KEPT);
    assert_eq!(fs::read_dir(usb.path()).expect("a folder").count(), KEPT + 3);
}

#[test]
fn what_prevents_a_copy_is_told_and_leaves_the_older_ones() {
    let (data, usb) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let path = data.path().join("live.sqlite");
    let mut journal = open(&path);
    (1..=300).for_each(|number| sale(&mut journal, number));
    drop(journal);
    for _ in 0..KEPT {
        copy_journal(&path, usb.path(), "live", NOON_MS).expect("a copy");
    }
    let gone = usb.path().join("not/there");
    assert_eq!(copy_journal(&path, &gone, "live", NOON_MS), Err(CopyFailure::NoFolder));
    assert_eq!(copy_journal(&path, &path, "live", NOON_MS), Err(CopyFailure::NoFolder));
    assert_eq!(copy_journal(&path, data.path(), "live", NOON_MS), Err(CopyFailure::OwnFolder));
    assert_eq!(copies(data.path(), "live").expect("copies").len(), 0);

    let mut bytes = fs::read(&path).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0);
    fs::write(&path, bytes).expect("damaged");
    assert_eq!(copy_journal(&path, usb.path(), "live", NOON_MS), Err(CopyFailure::NotSound));
    assert_eq!(copies(usb.path(), "live").expect("copies").len(), KEPT);
    assert_eq!(fs::read_dir(usb.path()).expect("a folder").count(), KEPT, "no half of a copy is left");
}

#[cfg(unix)]
#[test]
fn others_cannot_read_a_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let (data, usb) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let path = data.path().join("live.sqlite");
    sale(&mut open(&path), 1);
    let copy = copy_journal(&path, usb.path(), "live", NOON_MS).expect("a copy");
    assert_eq!(fs::metadata(copy.path).expect("there").permissions().mode() & 0o777, 0o600);
}
