//! The parts of the words' index made one, after the books were made again.

use super::*;
use crate::journal::Journal;
use crate::journal::tests::{open_one, start};

/// A folder with the journal of `MANY_SALES` sales, whose books were made again in slices of eight.
fn made_again() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = open(&folder);
    journal.connection().pragma_update(None, "synchronous", "OFF").expect("quick");
    for number in 1..=MANY_SALES {
        open_one(&mut journal, number).expect("appended");
    }
    journal.connection().execute("UPDATE books SET version = 0", []).expect("another version's");
    let mut filing = filing(&journal);
    assert!(filing.is_due().expect("read"));
    while !filing.filed().expect("read").is_whole() {
        filing.slice = FIRST_SLICE;
        filing.slice().expect("filed").expect("a slice");
    }
    folder
}

fn open(folder: &tempfile::TempDir) -> Journal {
    Journal::open(&folder.path().join("training.sqlite"), "training", start()).expect("a journal")
}

fn filing(journal: &Journal) -> Filing {
    journal.filing().expect("opened").expect("a file")
}

/// In how many slices everything is done.
fn go_on(filing: &mut Filing) -> u32 {
    let mut slices = 0;
    while filing.slice().expect("done").is_some() {
        slices += 1;
        assert!(slices < 1_000, "it comes to an end");
    }
    slices
}

fn parts(journal: &Journal) -> u32 {
    let select = "SELECT count(DISTINCT segid) FROM sale_words_idx";
    journal.connection().query_row(select, [], |row| row.get(0)).expect("read")
}

#[test]
fn an_index_that_was_being_made_one_when_the_till_was_killed_is_made_one_after_the_next_start() {
    let folder = made_again();
    {
        let journal = open(&folder);
        assert!(parts(&journal) > 1, "there is something to do: {}", parts(&journal));
        let mut filing = filing(&journal);
        assert!(filing.is_due().expect("read"));
        filing.slice().expect("joined").expect("a step");
        assert!(parts(&journal) > 1, "not all in one step");
    }
    let journal = open(&folder);
    let mut filing = filing(&journal);
    assert!(filing.is_due().expect("read"), "it goes on");
    let steps = go_on(&mut filing);
    assert!(steps > 1 && parts(&journal) == 1, "{} parts after {steps} steps", parts(&journal));
    assert_eq!(journal.audit().expect("rows"), [""; 0]);
    assert!(!filing.is_due().expect("read"));
}

#[test]
fn an_index_is_made_one_again_when_there_are_a_quarter_more_sales_or_the_books_are_begun_again() {
    let folder = made_again();
    let mut journal = open(&folder);
    journal.connection().pragma_update(None, "synchronous", "OFF").expect("quick");
    let mut filing = filing(&journal);
    go_on(&mut filing);
    for number in MANY_SALES + 1..=MANY_SALES * 5 / 4 {
        open_one(&mut journal, number).expect("appended");
    }
    assert!(!filing.is_due().expect("read"), "a row begins a part, and FTS5 puts some of them together");
    open_one(&mut journal, MANY_SALES * 5 / 4 + 1).expect("appended");
    assert!(filing.is_due().expect("read"));
    go_on(&mut filing);
    assert_eq!((parts(&journal), filing.is_due().expect("read")), (1, false));
    filing.begin_again().expect("thrown away");
    assert!(filing.is_due().expect("read"));
}
