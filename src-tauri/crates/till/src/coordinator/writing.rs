//! Writing down: before a call goes out, and whatever was heard.
//!
//! While the journal cannot be written, nothing may be asked of the till, so nobody would ever find out that it can be written
//! again. So the till tries by itself, every few seconds, by a write that leaves nothing.

use super::{Coordinator, Refusal, Refused};
use crate::journal::{Entry, JournalError, Line, Subject};

/// Pauses between two tries to write to a journal that could not be written, in ticks (seconds).
const TRY_AGAIN_TICKS: u32 = 3;

impl Coordinator {
    pub(super) fn write_before_acting(&mut self, entry: &Entry, line: &Line) -> Result<(), Refused> {
        self.write_what_waits();
        if !self.unwritten.is_empty() {
            let why = self.health.borrow().journal.clone();
            return Err(why.map_or_else(|| Refusal::journal(&JournalError::DiskFull), Refusal::plain));
        }
        let written = self.journal.append(entry, line);
        self.note_journal(written.as_ref().err());
        written.map_err(|error| Refusal::journal(&error))
    }

    pub(super) fn write_fact(&mut self, entry: Entry, line: Line) {
        self.unwritten.push_back((entry, line));
        self.write_what_waits();
    }

    pub(super) fn write_what_waits(&mut self) {
        while let Some((entry, line)) = self.unwritten.front() {
            let written = match self.journal.append(entry, line) {
                // The write before was told as failed, and was not.
                Err(JournalError::Repeated) if self.is_on_record(entry) => Ok(()),
                Err(JournalError::Repeated) => Err(JournalError::Io("another row has this one's place".into())),
                written => written,
            };
            self.note_journal(written.as_ref().err());
            if written.is_err() {
                return;
            }
            self.unwritten.pop_front();
        }
    }

    fn is_on_record(&self, entry: &Entry) -> bool {
        let Subject::Sale(sale) = entry.about;
        self.journal.load_sale(sale).is_ok_and(|rows| rows.contains(entry))
    }

    /// One second has passed: what waits is written, or it is tried whether anything can be.
    pub(super) fn tick_journal(&mut self) {
        self.write_what_waits();
        if self.health.borrow().journal.is_none() {
            self.ticks_unwritable = 0;
            return;
        }
        self.ticks_unwritable = self.ticks_unwritable.saturating_add(1);
        if self.ticks_unwritable >= TRY_AGAIN_TICKS {
            self.try_journal();
        }
    }

    /// Finds out now whether the journal can be written (again).
    pub(super) fn try_journal(&mut self) {
        self.ticks_unwritable = 0;
        self.write_what_waits();
        if self.unwritten.is_empty() && self.health.borrow().journal.is_some() {
            let tried = self.journal.try_to_write();
            self.note_journal(tried.as_ref().err());
        }
    }

    pub(super) fn note_journal(&self, error: Option<&JournalError>) {
        let journal = match error {
            None | Some(JournalError::Repeated) => None,
            Some(error) => Some(Refusal::journal(error)),
        };
        self.health.send_if_modified(|health| {
            let news = health.journal != journal;
            if news {
                match &journal {
                    Some(refusal) => log::error!("The journal cannot be written: {}.", refusal.code()),
                    None => log::info!("The journal can be written again."),
                }
            }
            health.journal = journal;
            news
        });
    }
}
