//! What the coordinator asks of a journal, so that a test can put its own in the place of the one on the disk.

use super::{Entry, Journal, JournalError};
use crate::check::CheckRow;
use crate::ids::SaleId;

/// What the coordinator needs of a journal. The one implementation is [`Journal`]; tests wrap it to fill the disk or to die
/// between two rows.
pub trait Records: Send {
    /// See [`Journal::append`].
    ///
    /// # Errors
    /// As there.
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError>;
    /// See [`Journal::try_to_write`].
    ///
    /// # Errors
    /// As there.
    fn try_to_write(&mut self) -> Result<(), JournalError>;
    /// See [`Journal::load`].
    ///
    /// # Errors
    /// As there.
    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError>;
    /// See [`Journal::load_sale`].
    ///
    /// # Errors
    /// As there.
    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError>;
    /// See [`Journal::load_between`].
    ///
    /// # Errors
    /// As there.
    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError>;
    /// See [`Journal::last_number`].
    ///
    /// # Errors
    /// As there.
    fn last_number(&self) -> Result<u32, JournalError>;
    /// See [`Journal::began_ms`].
    ///
    /// # Errors
    /// As there.
    fn began_ms(&self) -> Result<Option<i64>, JournalError>;
    /// See [`Journal::append_check`].
    ///
    /// # Errors
    /// As there.
    fn append_check(&mut self, row: &CheckRow) -> Result<(), JournalError>;
    /// See [`Journal::load_checks`].
    ///
    /// # Errors
    /// As there.
    fn load_checks(&self) -> Result<Vec<CheckRow>, JournalError>;
}

impl Records for Journal {
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        Self::append(self, entry, number, finished)
    }

    fn try_to_write(&mut self) -> Result<(), JournalError> {
        Self::try_to_write(self)
    }

    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        Self::load(self, recent)
    }

    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        Self::load_sale(self, sale)
    }

    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        Self::load_between(self, from_ms, to_ms)
    }

    fn last_number(&self) -> Result<u32, JournalError> {
        Self::last_number(self)
    }

    fn began_ms(&self) -> Result<Option<i64>, JournalError> {
        Self::began_ms(self)
    }

    fn append_check(&mut self, row: &CheckRow) -> Result<(), JournalError> {
        Self::append_check(self, row)
    }

    fn load_checks(&self) -> Result<Vec<CheckRow>, JournalError> {
        Self::load_checks(self)
    }
}
