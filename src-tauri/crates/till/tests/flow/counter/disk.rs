//! The disk under the till's journal, which can be full, and can tell a row as not written that is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use till::SaleId;
use till::check::CheckRow;
use till::journal::{Entry, Journal, JournalError, Records};

/// The disk, which can be full.
pub(super) struct Disk {
    pub(super) journal: Journal,
    pub(super) full: Arc<AtomicBool>,
    /// The next row is written, and told as not written.
    pub(super) unsure: Arc<AtomicBool>,
    pub(super) dies: Dies,
}

/// After so many rows about checks the machine dies: the last of them finds its way to the disk, or not, and nothing is written
/// or sent any more. None: it lives.
pub(crate) type Dies = Arc<Mutex<Option<Death>>>;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Death {
    pub(crate) rows_left: u32,
    /// The last one is on the disk.
    pub(crate) last_is_written: bool,
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
        if let Some(death) = self.dies.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let was_left = death.rows_left;
            death.rows_left = was_left.saturating_sub(1);
            if was_left == 1 && death.last_is_written {
                self.journal.append_check(row)?;
            }
            if was_left <= 1 {
                return Err(JournalError::Io("the machine is dead".into()));
            }
        }
        self.journal.append_check(row)?;
        if self.unsure.swap(false, Ordering::Relaxed) {
            return Err(JournalError::Io("the disk did not answer".into()));
        }
        Ok(())
    }

    fn load_checks(&self) -> Result<Vec<CheckRow>, JournalError> {
        self.journal.load_checks()
    }
}
