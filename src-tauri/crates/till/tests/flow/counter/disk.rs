//! The disk under the till's journal, which can be full, and can tell a row as not written that is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use till::journal::{JournalError, Write};

/// The disk, which can be full.
pub(super) struct Disk {
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

impl till::journal::Disk for Disk {
    fn write(&self, what: Write<'_>, write: &mut dyn FnMut() -> Result<(), JournalError>) -> Result<(), JournalError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(JournalError::DiskFull);
        }
        if matches!(what, Write::Check(_))
            && let Some(death) = self.dies.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
        {
            let was_left = death.rows_left;
            death.rows_left = was_left.saturating_sub(1);
            if was_left == 1 && death.last_is_written {
                write()?;
            }
            if was_left <= 1 {
                return Err(JournalError::Io("the machine is dead".into()));
            }
        }
        write()?;
        // It is on the disk, and the one who wrote it is not told.
        if !matches!(what, Write::Nothing) && self.unsure.swap(false, Ordering::Relaxed) {
            return Err(JournalError::Io("the disk did not answer".into()));
        }
        Ok(())
    }
}
