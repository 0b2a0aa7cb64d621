//! The books: what was sold, found and added up, over a connection of its own that only reads. No question waits for the one
//! who moves money, or holds it up.
//!
//! Two lanes, each a thread with its connection: one finds sales as somebody types (only the latest question is answered), one
//! adds up. A list that is saved has a connection of its own. A question that takes too long is given up, and both lanes pause for a
//! moment where the write-ahead log grows long: while somebody reads, SQLite cannot begin the log anew.
//!
//! Deliberately not here: what is written (the journal's `projection`), and what a sale may do next: whoever opens one asks the
//! till.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use crate::currency::Currency;
use crate::ids::SaleId;
use crate::journal::{JournalError, told};
use crate::locale::Locale;

mod finding;
mod listing;
mod timeline;
mod totals;
mod wanted;

pub use finding::{PAGE, Page};
pub use listing::{ListColumns, ListFault, ListForm, ListStates, ListWatch, ListWords, Listed, Listing, NotListed};
pub use timeline::{AnswerTold, CallTold, Happened, Leaves, StatusTold, Timeline, TimelineRow, WhoseDoing};
pub use totals::{BadEdges, MOST_SLOTS, Slot, SlotSum, SlotView, SpanView, SumsView};
pub use wanted::{Bounds, Wanted};

/// The longest that a question may take: nobody waits longer for a list, and nothing is kept from its place for longer.
const MOST_TIME: Duration = Duration::from_secs(5);

/// SQLite asks whether to go on after so many of its steps: some tenths of a millisecond.
const STEPS_BETWEEN: i32 = 2_000;

/// A log of more bytes than this is long: it is cut to less when it is begun anew.
const LONG_LOG: u64 = 20 * 1_048_576;
/// While it is long and grows, nobody reads until whoever writes its rows has put all of it in its place, for so long at most, so
/// often.
const MOST_PAUSE: Duration = Duration::from_millis(60);
const LOOK_AGAIN: Duration = Duration::from_millis(2);
const BETWEEN_PAUSES: Duration = Duration::from_millis(200);

/// Why a question of the books has no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// A later question took its place.
    #[error("another question came after it")]
    Overtaken,
    /// It took too long.
    #[error("it took too long")]
    TooLong,
    /// The books are not what they should be. They can be made again from the rows.
    #[error("the books are damaged")]
    Damaged,
    /// The till has ended.
    #[error("the books are closed")]
    Closed,
    /// What was asked for is not a question.
    #[error(transparent)]
    BadEdges(#[from] BadEdges),
    /// The file cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// How amounts are read and written, and of which till the books are.
#[derive(Debug, Clone, Copy)]
pub struct ReadAs {
    pub locale: &'static Locale,
    /// The currency in which the shop charges: an amount that is typed without a sign is one of it, or of one that the books
    /// hold.
    pub currency: &'static Currency,
    /// Real money?
    pub live: bool,
}

/// The books of one journal. Cheap to clone. They are closed when the last clone is dropped.
#[derive(Clone)]
pub struct Books {
    finding: mpsc::UnboundedSender<Ask>,
    adding: mpsc::UnboundedSender<Ask>,
    /// The number of the latest question to find sales by.
    latest: Arc<AtomicU64>,
    path: Arc<Path>,
}

type Ask = Box<dyn FnOnce(&Connection) + Send>;

impl Books {
    /// Opens the books of the journal at `path`, which is open.
    ///
    /// # Errors
    /// [`JournalError`] when the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let pauses = Arc::new(Pauses::of(path));
        let finding = lane(path, "books-find", Arc::clone(&pauses))?;
        let adding = lane(path, "books-add", pauses)?;
        Ok(Self { finding, adding, latest: Arc::default(), path: path.into() })
    }

    /// The sales that `wanted` asks for, a page from past the number `past` on. A question that comes while this one is answered
    /// takes its place.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn find(&self, wanted: Wanted, past: Option<u32>, read_as: ReadAs) -> Result<Page, NoAnswer> {
        let number = self.latest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let latest = Arc::clone(&self.latest);
        let is_overtaken = move || latest.load(Ordering::Relaxed) != number;
        ask(&self.finding, is_overtaken, move |connection| finding::find(connection, &wanted, past, read_as)).await
    }

    /// What happened to a sale, oldest first.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn timeline(&self, sale: SaleId) -> Result<Timeline, NoAnswer> {
        ask(&self.adding, || false, move |connection| timeline::timeline(connection, sale)).await
    }

    /// What was taken and given back between each two of these edges (milliseconds since 1970, rising, each a whole quarter
    /// of an hour; the last one is the end).
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn totals(&self, edges_ms: Vec<i64>) -> Result<Vec<Slot>, NoAnswer> {
        ask(&self.adding, || false, move |connection| totals::totals(connection, &edges_ms)).await
    }

    /// Writes a file of all the sales that are asked for. It takes as long as they need: `watch` tells how far it is, and stops
    /// it.
    ///
    /// # Errors
    /// [`NotListed`]. Nothing of the file is left then.
    pub async fn save_list(&self, listing: Listing, watch: Arc<ListWatch>) -> Result<Listed, NotListed> {
        let path = Arc::clone(&self.path);
        let saving = move || {
            let connection = reading(&path).map_err(NoAnswer::from)?;
            listing::save(&connection, listing, &watch)
        };
        tokio::task::spawn_blocking(saving).await.map_err(|_| NoAnswer::Closed)?
    }
}

async fn ask<T: Send + 'static>(
    lane: &mpsc::UnboundedSender<Ask>,
    is_overtaken: impl Fn() -> bool + Send + 'static,
    question: impl FnOnce(&Connection) -> Result<T, NoAnswer> + Send + 'static,
) -> Result<T, NoAnswer> {
    let (reply, answer) = oneshot::channel();
    let asked: Ask = Box::new(move |connection| {
        let answer = if is_overtaken() { Err(NoAnswer::Overtaken) } else { within(connection, is_overtaken, question) };
        let _gone = reply.send(answer);
    });
    lane.send(asked).map_err(|_| NoAnswer::Closed)?;
    answer.await.map_err(|_| NoAnswer::Closed)?
}

/// Asks, and gives up when it has taken too long or another question has come.
fn within<T>(
    connection: &Connection,
    is_overtaken: impl Fn() -> bool + Send + 'static,
    question: impl FnOnce(&Connection) -> Result<T, NoAnswer>,
) -> Result<T, NoAnswer> {
    let begun = Instant::now();
    let overtaken = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let was_overtaken = Arc::clone(&overtaken);
    let goes_on = move || {
        was_overtaken.store(is_overtaken(), Ordering::Relaxed);
        was_overtaken.load(Ordering::Relaxed) || begun.elapsed() > MOST_TIME
    };
    let watched = connection.progress_handler(STEPS_BETWEEN, Some(goes_on));
    let answer = watched.map_err(|error| no_answer(&error)).and_then(|()| question(connection));
    let _unwatched = connection.progress_handler(0, None::<fn() -> bool>);
    match answer {
        // Whoever read rows was told of it as of a file that cannot be read.
        Err(NoAnswer::TooLong | NoAnswer::Journal(_)) if overtaken.load(Ordering::Relaxed) => Err(NoAnswer::Overtaken),
        Err(NoAnswer::Journal(_)) if begun.elapsed() > MOST_TIME => Err(NoAnswer::TooLong),
        answer => answer,
    }
}

/// What an error of SQLite's means for whoever asked.
fn no_answer(error: &rusqlite::Error) -> NoAnswer {
    match error.sqlite_error_code() {
        // The question was wrong, and nothing is known of the books.
        Some(ErrorCode::Unknown) if error.to_string().starts_with("fts5:") => {
            NoAnswer::Journal(told(error, Path::new("journal")))
        }
        Some(ErrorCode::OperationInterrupted) => NoAnswer::TooLong,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown | ErrorCode::TypeMismatch) | None => NoAnswer::Damaged,
        Some(_) => NoAnswer::Journal(told(error, Path::new("journal"))),
    }
}

/// When both lanes pause.
struct Pauses {
    log: PathBuf,
    /// Held by each lane while it reads.
    reading: RwLock<()>,
    last: Mutex<Option<Pause>>,
}

/// When one ended, and how many bytes the log had.
struct Pause {
    ended: Instant,
    log: u64,
}

impl Pauses {
    fn of(journal: &Path) -> Self {
        let mut log = journal.as_os_str().to_owned();
        log.push("-wal");
        Self { log: log.into(), reading: RwLock::default(), last: Mutex::default() }
    }

    /// Keeps both lanes from reading for a moment, where the log is long, has grown, and it is time again.
    fn pause_for_the_log(&self) {
        if self.log_bytes() <= LONG_LOG {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let log = self.log_bytes();
        let is_due = |last: &Pause| last.ended.elapsed() > BETWEEN_PAUSES && last.log != log;
        if last.as_ref().is_none_or(is_due) {
            let _nobody = self.reading.write().unwrap_or_else(PoisonError::into_inner);
            let began = Instant::now();
            while self.log_bytes() > LONG_LOG && began.elapsed() < MOST_PAUSE {
                std::thread::sleep(LOOK_AGAIN);
            }
            *last = Some(Pause { ended: Instant::now(), log: self.log_bytes() });
        }
    }

    fn log_bytes(&self) -> u64 {
        std::fs::metadata(&self.log).map_or(0, |log| log.len())
    }
}

/// A thread that answers, until nobody can ask any more.
fn lane(path: &Path, name: &str, pauses: Arc<Pauses>) -> Result<mpsc::UnboundedSender<Ask>, JournalError> {
    let connection = reading(path)?;
    let (asks, mut asked) = mpsc::unbounded_channel::<Ask>();
    let answering = move || {
        while let Some(ask) = asked.blocking_recv() {
            pauses.pause_for_the_log();
            let _reading = pauses.reading.read().unwrap_or_else(PoisonError::into_inner);
            ask(&connection);
        }
    };
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(answering);
    thread.map_err(|error| JournalError::Io(error.to_string()))?;
    Ok(asks)
}

/// A connection that only reads.
fn reading(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| told(&error, path))
}
