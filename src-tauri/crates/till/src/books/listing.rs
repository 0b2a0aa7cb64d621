//! A list of the sales that were asked for, as a file for a spreadsheet: all of them, written whole or not at all.
//!
//! It reads over a connection of its own, a slice at a time: searching goes on meanwhile, and nothing is held back for long.
//! What is written is each sale as it stood when its slice was read.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use super::finding::{currencies, next_numbers, sale};
use super::{NoAnswer, ReadAs, Wanted, no_answer};
use crate::durable;

mod cells;
mod words;

use cells::Hand;
pub use words::{ListColumns, ListForm, ListStates, ListWords};

/// Sales that are read at a time.
const SLICE: usize = 256;

/// Under more names than this no list is looked for a place.
const MOST_NAMES: u32 = 999;

/// What a list is made of.
#[derive(Debug, Clone)]
pub struct Listing {
    pub wanted: Wanted,
    pub read_as: ReadAs,
    pub form: ListForm,
    /// In which times are written.
    pub zone: TimeZone,
    /// Where the file goes. It has to be there.
    pub folder: PathBuf,
    /// The file's name without its end. Where it is taken, a number is put to it.
    pub name: String,
}

/// A list that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub file: PathBuf,
    pub sales: u32,
    /// How many of them this version cannot read: they are in it by their number alone.
    pub unreadable: u32,
}

/// How far a list is that is being written, and the way to stop it.
#[derive(Debug, Default)]
pub struct ListWatch {
    written: AtomicU32,
    stopped: AtomicBool,
}

impl ListWatch {
    /// Sales so far.
    pub fn written(&self) -> u32 {
        self.written.load(Ordering::Relaxed)
    }

    /// No more is written, and nothing is left of it.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Why there is no list. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum NotListed {
    #[error("it was stopped")]
    Stopped,
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("the file could not be written: {0:?}")]
    NotWritten(ListFault),
}

/// Why a list's file could not be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
#[ts(export)]
pub enum ListFault {
    /// The folder is not there.
    NoFolder,
    /// Nothing may be written there.
    NotAllowed,
    DiskFull,
    /// Every name for it is taken.
    NoName,
    /// Another list is being written.
    UnderWay,
    /// Anything else.
    System {
        /// What the system says, in its own words.
        said: String,
    },
}

impl From<io::Error> for ListFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::NotAllowed,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::AlreadyExists => Self::NoName,
            _ => Self::System { said: error.to_string() },
        }
    }
}

impl From<csv::Error> for NotListed {
    fn from(error: csv::Error) -> Self {
        let error = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        };
        Self::NotWritten(error.into())
    }
}

/// Writes the list, and gives it its name when all of it is on the disk.
pub(super) fn save(connection: &Connection, listing: Listing, watch: &ListWatch) -> Result<Listed, NotListed> {
    let Listing { wanted, read_as, form, zone, folder, name } = listing;
    let hand = Hand::new(form, read_as.locale.decimal(), zone);
    let names = (1..=MOST_NAMES).map(|nth| if nth == 1 { format!("{name}.csv") } else { format!("{name}-{nth}.csv") });
    let mut unreadable = 0;
    let mut told = None;
    let put = durable::put_new(&folder, names, |part| {
        match write_to(part, connection, &wanted, read_as, &hand, watch) {
            Ok(count) => {
                unreadable = count;
                Ok(())
            }
            // The reason is told by itself; this only keeps the file from getting its name.
            Err(why) => {
                told = Some(why);
                Err(io::ErrorKind::Other.into())
            }
        }
    });
    match (put, told) {
        (Ok(file), _) => Ok(Listed { file, sales: watch.written(), unreadable }),
        (Err(_), Some(why)) => Err(why),
        (Err(error), None) => Err(NotListed::NotWritten(error.into())),
    }
}

fn write_to(
    part: &Path,
    connection: &Connection,
    wanted: &Wanted,
    read_as: ReadAs,
    hand: &Hand,
    watch: &ListWatch,
) -> Result<u32, NotListed> {
    let not_written = |error: io::Error| NotListed::NotWritten(error.into());
    let mut file = BufWriter::new(File::options().write(true).open(part).map_err(not_written)?);
    // By this a spreadsheet knows that the text is UTF-8.
    file.write_all("\u{feff}".as_bytes()).map_err(not_written)?;
    let mut rows = writer(file, hand.delimiter());
    rows.write_record(hand.headings())?;
    let unreadable = write_rows(connection, wanted, read_as, hand, watch, &mut rows)?;
    rows.flush().map_err(not_written)?;
    Ok(unreadable)
}

fn writer<W: Write>(to: W, delimiter: u8) -> csv::Writer<W> {
    csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(to)
}

/// How many of the sales cannot be read.
fn write_rows(
    connection: &Connection,
    wanted: &Wanted,
    read_as: ReadAs,
    hand: &Hand,
    watch: &ListWatch,
    rows: &mut csv::Writer<impl Write>,
) -> Result<u32, NotListed> {
    let told = |error: rusqlite::Error| NotListed::from(no_answer(&error));
    let mut unreadable = 0_u32;
    let Some(asked) = wanted.ask(read_as, &currencies(connection).map_err(told)?) else { return Ok(unreadable) };
    let mut past = None;
    loop {
        // One look at the books, and a short one: what SQLite would put in its place meanwhile is not held back.
        let view = connection.unchecked_transaction().map_err(told)?;
        let slice = next_numbers(&view, &asked, wanted, past, SLICE)?;
        for (number, id) in &slice {
            if watch.is_stopped() {
                return Err(NotListed::Stopped);
            }
            match sale(&view, id)? {
                Some(sale) => rows.write_record(hand.row(&sale))?,
                None => {
                    unreadable = unreadable.saturating_add(1);
                    rows.write_record(hand.unreadable(*number))?;
                }
            }
            watch.written.fetch_add(1, Ordering::Relaxed);
        }
        let Some((last, _)) = slice.last().filter(|_| slice.len() == SLICE) else { return Ok(unreadable) };
        past = Some(*last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    struct Small(usize);

    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_as_one_whenever_it_is_found_out() {
        let write = |room, cells: usize| -> Result<(), NotListed> {
            let mut rows = writer(Small(room), b',');
            for _ in 0..cells {
                rows.write_record(["a cell of some length"])?;
            }
            rows.flush().map_err(|error| NotListed::NotWritten(error.into()))
        };
        write(1_000_000, 20_000).expect("room");
        for (room, cells) in [(100_000, 20_000), (10, 1)] {
            let full = write(room, cells);
            assert!(matches!(full, Err(NotListed::NotWritten(ListFault::DiskFull))), "{full:?}");
        }
    }
}
