//! What the journal keeps, refuses and says.

use rusqlite::OpenFlags;

use super::*;
use crate::clock::OsEntropy;
use crate::currency::Currency;
use crate::ids::SaleId;
use crate::locale::Locale;
use crate::money::Money;

pub(super) fn start() -> Start {
    Start { till: TillId::new(&OsEntropy), at_ms: 1 }
}

fn opened(number: u32) -> Entry {
    let gbp = Currency::by_code("GBP").expect("GBP");
    let money = Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount");
    Entry {
        about: Subject::Sale(SaleId::new(&OsEntropy)),
        when: When { at_ms: 1, stripe_ms: Some(2) },
        revision: 1,
        by: Author::Staff,
        request: None,
        event: Event::opened(money, number),
    }
}

/// Adds the opening of a sale.
pub(super) fn open_one(journal: &mut Journal, number: u32) -> Result<(), JournalError> {
    let entry = opened(number);
    journal.append(&entry, &line(&[&entry]))
}

/// The line of the sale that these rows are of.
fn line(rows: &[&Entry]) -> Line {
    let rows: Vec<Entry> = rows.iter().map(|row| (*row).clone()).collect();
    let sale = crate::machine::replay(&rows).expect("sound").into_values().next();
    Line::of(&sale.expect("a sale"))
}

#[test]
fn what_was_appended_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("training.sqlite");
    let entry = opened(1);
    {
        let mut journal = Journal::open(&path, "training", start()).expect("a journal");
        journal.append(&entry, &line(&[&entry])).expect("appended");
    }
    let journal = Journal::open(&path, "training", start()).expect("the journal again");
    assert_eq!(journal.load(u32::MAX).expect("rows"), vec![entry]);
    assert_eq!(journal.last_number().expect("a number"), 1);
}

#[test]
fn wal_and_full_flush_are_really_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = Journal::open(&folder.path().join("j.sqlite"), "training", start()).expect("a journal");
    let mode: String = journal.connection().pragma_query_value(None, "journal_mode", |r| r.get(0)).expect("mode");
    let level: i64 = journal.connection().pragma_query_value(None, "synchronous", |r| r.get(0)).expect("level");
    assert_eq!((mode.as_str(), level), ("wal", 2));
}

#[test]
fn rows_are_only_added() {
    let mut journal = Journal::in_memory(start()).expect("a journal");
    open_one(&mut journal, 1).expect("appended");
    assert!(journal.connection().execute("UPDATE entries SET at_ms = 5", []).is_err());
    assert!(journal.connection().execute("DELETE FROM entries", []).is_err());
}

#[test]
fn the_same_opening_twice_is_refused() {
    let mut journal = Journal::in_memory(start()).expect("a journal");
    let entry = opened(1);
    journal.append(&entry, &line(&[&entry])).expect("appended");
    assert!(matches!(journal.append(&entry, &line(&[&entry])), Err(JournalError::Repeated)));
    assert_eq!(journal.load(u32::MAX).expect("rows").len(), 1);
}

#[test]
fn a_journal_of_a_newer_version_is_left_alone_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("j.sqlite");
    {
        let journal = Journal::open(&path, "training", start()).expect("a journal");
        journal.connection().pragma_update(None, "user_version", 99).expect("set");
    }
    let error = Journal::open(&path, "training", start()).expect_err("too new");
    assert!(matches!(error, JournalError::Newer { .. }), "{error:?}");
    assert!(error.to_string().contains("newer version"));
}

#[test]
fn a_second_till_on_the_same_journal_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("j.sqlite");
    let first = Journal::open(&path, "training", start()).expect("a journal");
    assert!(matches!(Journal::open(&path, "training", start()), Err(JournalError::InUse)));
    drop(first);
    assert!(Journal::open(&path, "training", start()).is_ok());
}

#[test]
fn a_damaged_or_foreign_file_is_said_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("j.sqlite");
    std::fs::write(&path, vec![b'x'; 4_096]).expect("written");
    assert!(matches!(Journal::open(&path, "training", start()), Err(JournalError::Corrupt { .. })));
    assert_eq!(std::fs::read(&path).expect("read"), vec![b'x'; 4_096]);

    let other = folder.path().join("k.sqlite");
    drop(Journal::open(&other, "test-abc", start()).expect("a journal"));
    assert!(matches!(Journal::open(&other, "training", start()), Err(JournalError::NotOurs { .. })));
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_written() {
    let mut journal = Journal::in_memory(start()).expect("a journal");
    let pages: i64 = journal.connection().pragma_query_value(None, "page_count", |r| r.get(0)).expect("pages");
    journal.connection().pragma_update(None, "max_page_count", pages + 1).expect("set");
    let mut number = 0;
    let error = loop {
        number += 1;
        match open_one(&mut journal, number) {
            Ok(()) => assert!(number < 10_000, "the disk never filled"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::DiskFull), "{error:?}");
    assert_eq!(journal.load(u32::MAX).expect("rows").len(), number as usize - 1);
}

#[test]
fn whether_a_row_could_be_written_is_tried_by_a_write_that_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("live.sqlite");
    let mut journal = Journal::open(&path, "live", start()).expect("a journal");
    open_one(&mut journal, 1).expect("a row");
    let log = || std::fs::metadata(folder.path().join("live.sqlite-wal")).expect("a log").len();
    let (rows, before) = (journal.load(u32::MAX).expect("rows"), log());
    let step = || Journal::glance(&path).expect("a glance");
    let seen = step();
    journal.try_to_write().expect("written");
    assert!(log() > before, "something was written for it");
    assert_eq!((journal.load(u32::MAX).expect("rows"), step()), (rows, seen), "and it left nothing");
    assert!(!folder.path().join("live.room").exists());

    // The disk under it is full: what asks it for room finds none.
    #[cfg(target_os = "linux")]
    {
        std::os::unix::fs::symlink("/dev/full", folder.path().join("live.room")).expect("a full disk");
        assert!(matches!(journal.try_to_write(), Err(JournalError::DiskFull)));
        journal.try_to_write().expect("freed");
    }
    std::fs::remove_file(path.with_extension("lock")).expect("deleted");
    let _second = Journal::open(&path, "live", start()).expect("opened all the same");
    assert!(matches!(journal.try_to_write(), Err(JournalError::TakenOver)));
}

#[test]
fn every_flush_asks_the_disk_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = Journal::open(&folder.path().join("live.sqlite"), "live", start()).expect("a journal");
    for setting in ["fullfsync", "checkpoint_fullfsync"] {
        let on: i64 = journal.connection().pragma_query_value(None, setting, |row| row.get(0)).expect("a setting");
        assert_eq!(on, 1, "{setting}");
    }
    // FULL: the log is flushed at every row.
    let flushed: i64 =
        journal.connection().pragma_query_value(None, "synchronous", |row| row.get(0)).expect("a setting");
    assert_eq!(flushed, 2);
}

#[cfg(unix)]
#[test]
fn every_file_of_a_journal_is_for_this_user_alone_whoever_could_read_it_before() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("live.sqlite");
    let others_may_read = || {
        let files = std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file"));
        let open = files.filter(|file| file.metadata().expect("there").permissions().mode() & 0o077 != 0);
        open.map(|file| file.file_name()).collect::<Vec<_>>()
    };
    let mut journal = Journal::open(&path, "live", start()).expect("a journal");
    open_one(&mut journal, 1).expect("a row");
    let names = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, 4, "the journal, its lock, its log and the index of that");
    assert_eq!(others_may_read(), [""; 0]);
    // As an earlier version has left them, and a crash beside it.
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("opened up");
    }
    std::mem::forget(journal);
    // The lock goes with the process; here it is a file like any other.
    std::fs::remove_file(path.with_extension("lock")).expect("deleted");
    let mut journal = Journal::open(&path, "live", start()).expect("a journal");
    open_one(&mut journal, 2).expect("a row");
    assert_eq!(others_may_read(), [""; 0]);
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept/journal-2.sqlite")
}

#[test]
fn a_journal_of_an_earlier_step_is_copied_first_and_every_row_gets_its_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("training.sqlite");
    std::fs::copy(kept(), &path).expect("the kept journal");
    let journal = Journal::open(&path, "training", start()).expect("taken further");
    let rows = journal.load(u32::MAX).expect("rows");
    assert!(rows.iter().all(|row| row.by == Author::NotTold && row.when.stripe_ms.is_none()));
    let mut last: std::collections::BTreeMap<Subject, u32> = std::collections::BTreeMap::new();
    for row in &rows {
        let before = last.insert(row.about, row.revision).unwrap_or(0);
        assert_eq!(row.revision, before + 1, "the rows of one sale are numbered from 1");
    }
    let copy = folder.path().join("training-before-4.sqlite");
    let of = |path: &Path| -> (i64, i64) {
        let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a file");
        let rows = reader.query_row("SELECT count(*) FROM entries", [], |row| row.get(0)).expect("rows");
        (rows, reader.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a step"))
    };
    assert_eq!(of(&copy), (i64::try_from(rows.len()).expect("few"), 2), "the file as it was");
    assert_eq!(of(&path).1, 4);
}

#[test]
fn a_journal_that_cannot_be_copied_first_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("training.sqlite");
    std::fs::copy(kept(), &path).expect("the kept journal");
    // Something that no file can be put in the place of.
    std::fs::create_dir_all(folder.path().join("training-before-4.sqlite/in-the-way")).expect("in the way");
    assert!(matches!(Journal::open(&path, "training", start()), Err(JournalError::NotCopied(_))));
    assert_eq!(std::fs::read(&path).expect("read"), std::fs::read(kept()).expect("read"));
}

#[test]
fn a_till_that_lost_its_journal_to_another_start_writes_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("live.sqlite");
    let mut first = Journal::open(&path, "live", start()).expect("a journal");
    open_one(&mut first, 1).expect("its own");
    // The lock is a file, and files can be deleted.
    std::fs::remove_file(path.with_extension("lock")).expect("deleted");
    let mut second = Journal::open(&path, "live", start()).expect("opened all the same");
    assert!(matches!(open_one(&mut first, 2), Err(JournalError::TakenOver)));
    open_one(&mut second, 3).expect("its own now");
    let rows = second.load(u32::MAX).expect("rows");
    assert_eq!(rows.len(), 2);
}

#[test]
fn no_two_rows_of_a_sale_have_the_same_revision() {
    let mut journal = Journal::in_memory(start()).expect("a journal");
    let entry = opened(1);
    journal.append(&entry, &line(&[&entry])).expect("appended");
    let again = Entry { event: Event::CancelWanted, ..entry.clone() };
    assert!(matches!(journal.append(&again, &line(&[&entry])), Err(JournalError::Repeated)));
}

#[test]
fn a_journal_knows_its_account_for_good_its_tills_and_some_payments() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("training.sqlite");
    std::fs::copy(kept(), &path).expect("the kept journal");
    let before = Journal::glance(&path).expect("a glance");
    assert_eq!((before.account, before.tills.len(), before.payments.len()), (None, 0, GLANCE_PAYMENTS));
    let till = start();
    let mut journal = Journal::open(&path, "training", till).expect("the journal");
    assert!(journal.tills().is_empty());
    journal.keep_account("key:0a1b2c3d4e5f").expect("kept, until a key tells the account");
    journal.keep_account("acct_1ABCDEFGHIJKLMNa").expect("kept");
    journal.keep_account("acct_1ABCDEFGHIJKLMNa").expect("the same");
    for other in ["acct_1ABCDEFGHIJKLMNb", "key:0a1b2c3d4e5f"] {
        assert!(matches!(journal.keep_account(other), Err(JournalError::NotOurs { .. })));
    }
    drop(journal);
    let after = Journal::glance(&path).expect("a glance");
    assert_eq!((after.account.as_deref(), after.tills), (Some("acct_1ABCDEFGHIJKLMNa"), vec![till.till]));
    assert!(after.sales > 0 && after.last_ms.is_some());
    assert!(after.payments.iter().all(|id| id.starts_with("pi_")));
    let other = Journal::open(&path, "training", start()).expect("the journal");
    assert_eq!(other.tills(), [till.till]);
}

/// How many steps SQLite takes for this.
fn steps(journal: &Journal, ask: impl FnOnce(&Journal)) -> u64 {
    let steps = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        false
    };
    journal.connection().progress_handler(1, Some(count)).expect("watched");
    ask(journal);
    journal.connection().progress_handler(0, None::<fn() -> bool>).expect("not any more");
    steps.load(std::sync::atomic::Ordering::Relaxed)
}

#[test]
fn what_a_start_reads_does_not_grow_with_the_sales() {
    type Ask = (&'static str, fn(&Journal));
    let asks: [Ask; 6] = [
        ("the books' state", |journal| {
            assert_eq!(projection::ready(&mut journal.connection(), journal.owner).ok(), Some(Some(Found::Sound)))
        }),
        ("the unfinished", |journal| drop(journal.load(0).expect("rows"))),
        ("the last number", |journal| assert!(journal.last_number().expect("a number") > 0)),
        ("the last use", |journal| assert_eq!(journal.last_used().expect("a time"), LastUsed::At(2))),
        ("the first row", |journal| assert_eq!(journal.began_ms().expect("a time"), Some(2))),
        // A reconcile's.
        ("a span", |journal| assert_eq!(journal.load_between(5, 9).expect("rows"), [])),
    ];
    let with = |sales: u32| {
        let mut journal = Journal::in_memory(start()).expect("a journal");
        for number in 1..=sales {
            open_one(&mut journal, number).expect("appended");
        }
        // Nobody waits for them.
        journal.connection().execute("UPDATE sales SET unfinished = 0", []).expect("finished");
        asks.map(|(what, ask)| (what, steps(&journal, ask)))
    };
    for ((what, few), (_, many)) in with(20).into_iter().zip(with(1_000)) {
        assert!(few > 0 && many <= few * 2, "{what}: {few} steps with 20 sales, {many} with 1,000");
    }
}
