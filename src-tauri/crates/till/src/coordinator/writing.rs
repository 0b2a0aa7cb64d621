//! Writing down: before a call goes out, and whatever was heard.

use super::{Coordinator, Refusal};
use crate::journal::{Entry, JournalError};

impl Coordinator {
    pub(super) fn write_before_acting(&mut self, entry: Entry, number: u32, finished: bool) -> Result<(), Refusal> {
        self.write_what_waits();
        if !self.unwritten.is_empty() {
            return Err(Refusal::journal(&JournalError::DiskFull));
        }
        let written = self.journal.append(&entry, number, finished);
        self.note_journal(written.as_ref().err());
        written.map_err(|error| Refusal::journal(&error))
    }

    pub(super) fn write_fact(&mut self, entry: Entry, number: u32, finished: bool) {
        self.unwritten.push_back((entry, number, finished));
        self.write_what_waits();
    }

    pub(super) fn write_what_waits(&mut self) {
        while let Some((entry, number, finished)) = self.unwritten.front() {
            match self.journal.append(entry, *number, *finished) {
                Ok(()) => {
                    self.unwritten.pop_front();
                    self.note_journal(None);
                }
                Err(error) => {
                    self.note_journal(Some(&error));
                    return;
                }
            }
        }
    }

    pub(super) fn note_journal(&self, error: Option<&JournalError>) {
        let journal = match error {
            None | Some(JournalError::Repeated) => None,
            Some(error) => Some(Refusal::journal(error)),
        };
        self.health.send_if_modified(|health| {
            let news = health.journal != journal;
            health.journal = journal;
            news
        });
    }
}
