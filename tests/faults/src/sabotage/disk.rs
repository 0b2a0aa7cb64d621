//! A disk that does its part of a sabotage.

use std::collections::VecDeque;

use till::SaleId;
use till::check::CheckRow;
use till::journal::{Entry, JournalError, Records};

/// A disk that says "written" one row too early.
pub struct LateRecords<R> {
    inner: R,
    waiting: VecDeque<(Entry, u32, bool)>,
}

impl<R: Records> LateRecords<R> {
    /// Around the honest one.
    pub fn new(inner: R) -> Self {
        Self { inner, waiting: VecDeque::new() }
    }
}

impl<R: Records> Records for LateRecords<R> {
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        self.waiting.push_back((entry.clone(), number, finished));
        while self.waiting.len() > 1 {
            if let Some((entry, number, finished)) = self.waiting.pop_front() {
                self.inner.append(&entry, number, finished)?;
            }
        }
        Ok(())
    }

    fn try_to_write(&mut self) -> Result<(), JournalError> {
        self.inner.try_to_write()
    }

    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        self.inner.load(recent)
    }

    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        self.inner.load_sale(sale)
    }

    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        self.inner.load_between(from_ms, to_ms)
    }

    fn last_number(&self) -> Result<u32, JournalError> {
        self.inner.last_number()
    }

    fn began_ms(&self) -> Result<Option<i64>, JournalError> {
        self.inner.began_ms()
    }

    fn append_check(&mut self, row: &CheckRow) -> Result<(), JournalError> {
        self.inner.append_check(row)
    }

    fn load_checks(&self) -> Result<Vec<CheckRow>, JournalError> {
        self.inner.load_checks()
    }
}
