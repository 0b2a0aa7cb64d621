//! Rows about what a check of the till makes at Stripe. They are about a subject of their own, so whoever reads sales does not
//! meet them, and a version that does not know them leaves them unread.

use rusqlite::TransactionBehavior;

use super::{Journal, JournalError, Write, insert, newest_owner, told};
use crate::CheckId;
use crate::check::CheckRow;
use crate::clock::When;
use crate::journal::row::{Author, CHECK};

impl Journal {
    /// Adds a row about a check and flushes it to the disk.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn append_check(&mut self, row: &CheckRow) -> Result<(), JournalError> {
        self.disk.write(Write::Check(row), &mut || {
            self.append_check_as_it_is(row).map_err(|error| self.for_want_of_room(error))
        })
    }

    fn append_check_as_it_is(&self, row: &CheckRow) -> Result<(), JournalError> {
        let io = |error: rusqlite::Error| told(&error, std::path::Path::new("journal"));
        let body = serde_json::to_string(&row.event).map_err(|error| JournalError::Io(error.to_string()))?;
        let (name, key) = row.event.indexed();
        let owner = self.owner;
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        if newest_owner(&transaction).map_err(io)? != owner {
            return Err(JournalError::TakenOver);
        }
        insert(
            &transaction,
            &super::Inserted {
                about: CHECK,
                subject: &row.check.to_string(),
                revision: row.revision,
                author: Author::Till,
                owner,
                when: row.when,
                event: name,
                attempt: None,
                key,
                opens: None,
                request: None,
                body: &body,
            },
        )
        .map_err(io)?;
        transaction.commit().map_err(io)
    }

    /// All rows about checks, in the order in which they were written. A check of which a later version has written something
    /// that this one cannot read is left out whole: that version goes on with it.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn load_checks(&self) -> Result<Vec<CheckRow>, JournalError> {
        let io = |error: rusqlite::Error| told(&error, &self.path());
        let connection = self.connection();
        let mut select = connection
            .prepare_cached(
                "SELECT subject, at_ms, stripe_ms, revision, body FROM entries WHERE about = ?1 ORDER BY seq",
            )
            .map_err(io)?;
        let mut found = select.query([CHECK]).map_err(io)?;
        let (mut rows, mut unread) = (Vec::new(), Vec::new());
        while let Some(row) = found.next().map_err(io)? {
            let subject: String = row.get(0).map_err(io)?;
            let Some(check) = CheckId::parse(&subject) else { continue };
            let body: String = row.get(4).map_err(io)?;
            let Ok(event) = serde_json::from_str(&body) else {
                unread.push(check);
                continue;
            };
            let when = When { at_ms: row.get(1).map_err(io)?, stripe_ms: row.get(2).map_err(io)? };
            rows.push(CheckRow { check, when, revision: row.get(3).map_err(io)?, event });
        }
        rows.retain(|row| !unread.contains(&row.check));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsEntropy;
    use crate::check::{CheckEvent, Ended};
    use crate::ids::TillId;
    use crate::journal::Start;

    fn start() -> Start {
        Start { till: TillId::new(&OsEntropy), at_ms: 1 }
    }

    fn row(check: CheckId, revision: u32) -> CheckRow {
        let when = When { at_ms: 1, stripe_ms: Some(2) };
        CheckRow { check, when, revision, event: CheckEvent::CheckEnded { how: Ended::Cancelled } }
    }

    #[test]
    fn rows_about_checks_are_kept_and_no_reader_of_sales_meets_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("live.sqlite");
        let check = CheckId::new(&OsEntropy);
        let mut journal = Journal::open(&path, "live", start()).expect("a journal");
        journal.append_check(&row(check, 1)).expect("a row");
        assert!(matches!(journal.append_check(&row(check, 1)), Err(JournalError::Repeated)));
        drop(journal);
        let journal = Journal::open(&path, "live", start()).expect("the journal");
        assert_eq!(journal.load_checks().expect("rows"), [row(check, 1)]);
        assert_eq!(journal.load(u32::MAX).expect("rows"), []);
        assert_eq!(journal.load_between(0, i64::MAX).expect("rows"), []);
        assert_eq!(journal.last_number().expect("a number"), 0);
        let glance = Journal::glance(&path).expect("a glance");
        assert_eq!((glance.sales, glance.payments), (0, Vec::new()));
    }

    #[test]
    fn a_check_that_a_later_version_went_on_with_is_left_to_it() {
        let mut journal = Journal::in_memory(start()).expect("a journal");
        let (known, newer) = (CheckId::new(&OsEntropy), CheckId::new(&OsEntropy));
        journal.append_check(&row(known, 1)).expect("a row");
        journal.append_check(&row(newer, 1)).expect("a row");
        let of_later = "INSERT INTO entries (about, subject, revision, author, owner, at_ms, event, body)
                        VALUES ('check', ?1, 2, 'till', 1, 1, 'check_of_later', '{\"event\":\"check_of_later\"}')";
        journal.connection().execute(of_later, [newer.to_string()]).expect("a row of a later version");
        assert_eq!(journal.load_checks().expect("rows"), [row(known, 1)]);
    }

    #[test]
    fn a_till_that_is_the_owner_no_longer_writes_nothing_about_checks_either() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("live.sqlite");
        let mut journal = Journal::open(&path, "live", start()).expect("a journal");
        std::fs::remove_file(path.with_extension("lock")).expect("deleted");
        let _second = Journal::open(&path, "live", start()).expect("opened all the same");
        let refused = journal.append_check(&row(CheckId::new(&OsEntropy), 1));
        assert!(matches!(refused, Err(JournalError::TakenOver)), "{refused:?}");
    }
}
