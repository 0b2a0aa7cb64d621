//! A disk that does its part of a sabotage.

use std::sync::{Mutex, PoisonError};

use till::journal::{Disk, Entry, Journal, JournalError, Line, Write};

/// A disk that says "written" one row too early.
pub struct LateDisk {
    journal: Mutex<(Journal, Option<(Entry, Line)>)>,
}

impl LateDisk {
    /// Under this journal; `honest` is another handle of it.
    #[must_use]
    pub fn new(honest: Journal) -> Self {
        Self { journal: Mutex::new((honest, None)) }
    }
}

impl Disk for LateDisk {
    fn write(&self, what: Write<'_>, write: &mut dyn FnMut() -> Result<(), JournalError>) -> Result<(), JournalError> {
        let Write::Sale(entry, line) = what else { return write() };
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let (honest, waiting) = &mut *journal;
        if let Some((entry, line)) = waiting.replace((entry.clone(), line.clone())) {
            honest.append(&entry, &line)?;
        }
        Ok(())
    }
}
