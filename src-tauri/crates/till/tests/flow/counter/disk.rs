//! The disk under the till's journal, which can be full, and can tell a row as not written that is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use till::SaleId;
use till::check::CheckRow;
use till::journal::{Entry, Journal, JournalError, Records};

/// The disk, which can be full.
pub(super) struct Disk {
    pub(super) journal: Journal,
    pub(super) full: Arc<AtomicBool>,
    /// The next row is written, and told as not written.
    pub(super) unsure: Arc<AtomicBool>,
}

impl Records for Disk {
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(JournalError::DiskFull);
        }
        self.journal.append(entry, number, finished)?;
        // It is on the disk, and the one who wrote it is not told.
        if self.unsure.swap(false, Ordering::Relaxed) {
            return Err(JournalError::Io("the disk did not answer".into()));
        }
        Ok(())
    }

    fn try_to_write(&mut self) -> Result<(), JournalError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(JournalError::DiskFull);
        }
        self.journal.try_to_write()
    }

    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(recent)
    }

    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load_sale(sale)
    }

    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        self.journal.load_between(from_ms, to_ms)
    }

    fn last_number(&self) -> Result<u32, JournalError> {
        self.journal.last_number()
    }

    fn began_ms(&self) -> Result<Option<i64>, JournalError> {
        self.journal.began_ms()
    }

    fn append_check(&mut self, row: &CheckRow) -> Result<(), JournalError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(JournalError::DiskFull);
        }
        self.journal.append_check(row)
    }

    fn load_checks(&self) -> Result<Vec<CheckRow>, JournalError> {
        self.journal.load_checks()
    }
}
