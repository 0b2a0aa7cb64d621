//! What is under a journal, for tests: a disk that fills up, a machine that dies between two rows.

use super::{Entry, JournalError, Line};
use crate::check::CheckRow;

/// What is about to be written.
#[derive(Clone, Copy)]
pub enum Write<'a> {
    /// A row about a sale, and the sale's line after it.
    Sale(&'a Entry, &'a Line),
    /// A row about a check.
    Check(&'a CheckRow),
    /// A write that leaves nothing, to try whether a row could be written.
    Nothing,
}

/// What every write of a journal goes through. A till's is [`Sound`].
pub trait Disk: Send {
    /// Calls `write`, which writes and flushes, or does not. What it answers is what the journal's asker is told.
    ///
    /// # Errors
    /// Those of `write`, and its own.
    fn write(&self, what: Write<'_>, write: &mut dyn FnMut() -> Result<(), JournalError>) -> Result<(), JournalError>;
}

/// Adds nothing to the disk that is there.
pub struct Sound;

impl Disk for Sound {
    fn write(&self, _: Write<'_>, write: &mut dyn FnMut() -> Result<(), JournalError>) -> Result<(), JournalError> {
        write()
    }
}
