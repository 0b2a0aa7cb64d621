//! A thread that keeps the books whole while the till sells.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{mpsc, watch};
use ts_rs::TS;

use super::Filing;
use crate::ids::SaleId;
use crate::journal::JournalError;

/// So often it is asked whether a row found the books not to be written, and the log is put in its place: no sale waits for that.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How far the books are, while they are made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BooksProgress {
    /// Sales that are in them again.
    pub filed: u32,
    pub of: u32,
    /// They are made again because they were damaged.
    pub after_damage: bool,
}

/// The thread. It ends when this is dropped.
pub struct Running {
    progress: watch::Receiver<Option<BooksProgress>>,
    damaged: Sender<()>,
}

impl Running {
    /// How far the books are; none while they are whole.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Option<BooksProgress>> {
        self.progress.clone()
    }

    /// Somebody who read the books found them damaged: they are thrown away and made again.
    pub fn are_damaged(&self) {
        let _ended = self.damaged.send(());
    }
}

impl Filing {
    /// Begins, and goes on by itself. What is found unfinished on the way is sent to `unfinished`.
    ///
    /// # Errors
    /// [`JournalError::Io`] when there is no thread to be had.
    pub fn run(self, unfinished: mpsc::UnboundedSender<SaleId>) -> Result<Running, JournalError> {
        let (damaged, told) = channel();
        let (progress, seen) = watch::channel(None);
        let keeping = move || Keeping { filing: self, unfinished, progress, told }.keep();
        let thread = std::thread::Builder::new().name("books-file".to_owned()).spawn(keeping);
        thread.map_err(|error| JournalError::Io(error.to_string()))?;
        Ok(Running { progress: seen, damaged })
    }
}

struct Keeping {
    filing: Filing,
    unfinished: mpsc::UnboundedSender<SaleId>,
    progress: watch::Sender<Option<BooksProgress>>,
    told: Receiver<()>,
}

impl Keeping {
    /// Until nobody holds the handle, or the journal is another till's.
    fn keep(mut self) {
        loop {
            match self.file_what_is_due() {
                Ok(true) => {}
                Ok(false) => return,
                Err(JournalError::TakenOver) => return,
                Err(error) => log::warn!("The books wait: {error}"),
            }
            match self.told.recv_timeout(LOOK_AGAIN) {
                Ok(()) => self.begin_again(),
                Err(RecvTimeoutError::Timeout) => self.filing.put_in_place(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn begin_again(&mut self) {
        log::error!("The books were found damaged, and are made again from the journal's rows.");
        // Said more than once by whoever read them meanwhile: they are thrown away once.
        while self.told.try_recv().is_ok() {}
        if let Err(error) = self.filing.begin_again() {
            log::error!("The damaged books could not be thrown away: {error}");
        }
    }

    /// False when nobody holds the handle any more.
    fn file_what_is_due(&mut self) -> Result<bool, JournalError> {
        if !self.filing.is_due()? {
            return Ok(true);
        }
        self.tell(!self.filing.filed()?.is_whole())?;
        while let Some(slice) = self.filing.slice()? {
            let pause = slice.pause();
            for sale in slice.unfinished {
                let _nobody = self.unfinished.send(sale);
            }
            self.tell(!slice.filed.is_whole())?;
            match self.told.recv_timeout(pause) {
                Ok(()) => self.begin_again(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            }
        }
        self.tell(false)?;
        log::info!("The books are whole.");
        Ok(true)
    }

    fn tell(&self, is_under_way: bool) -> Result<(), JournalError> {
        let filed = self.filing.filed()?;
        let done = filed.last.saturating_sub(filed.down_to.saturating_sub(1));
        let after_damage = self.filing.after_damage();
        let now = is_under_way.then_some(BooksProgress { filed: done, of: filed.last, after_damage });
        self.progress.send_if_modified(|shown| std::mem::replace(shown, now) != now);
        Ok(())
    }
}
