//! What goes on beside the till that sells: searches, totals, the books made again, a reconcile. It goes on, or stands still, as it is told.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use till::books::Books;
use till::journal::Filing;
use till::{Clock as _, SystemClock, Till};

use crate::answers::{edges, read_as};
use crate::drawn::{DAY_MS, LAST_DAY_MS};
use crate::filled::Res;
use crate::questions::{self, Known};

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    Nothing = 0,
    Searches = 1,
    Totals = 2,
    Both = 3,
    Rebuild = 4,
    Reconcile = 5,
}

#[derive(Clone)]
pub(crate) struct Busy {
    beside: Arc<AtomicU8>,
    ends: Arc<AtomicBool>,
    /// Questions answered, and slices filed: none went on if it stands still.
    pub(crate) done: Arc<AtomicU64>,
}

impl Busy {
    pub(crate) fn new() -> Self {
        Self { beside: Arc::default(), ends: Arc::default(), done: Arc::default() }
    }

    pub(crate) fn be(&self, beside: Beside) {
        self.beside.store(beside as u8, Ordering::SeqCst);
    }

    pub(crate) fn end(&self) {
        self.ends.store(true, Ordering::SeqCst);
    }

    fn is(&self, one_of: &[Beside]) -> bool {
        one_of.iter().any(|one| *one as u8 == self.beside.load(Ordering::SeqCst))
    }

    fn is_over(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }

    fn one_more(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// One search after the other, of every kind.
    pub(crate) async fn search(self, path: std::path::PathBuf, sales: u32) -> Result<(), String> {
        let searching = async {
            let books = Books::open(&path)?;
            let mut rng = ChaCha8Rng::seed_from_u64(7);
            let known = Known::of(&path, sales, &mut rng)?;
            let kinds = questions::all();
            while !self.is_over() {
                for kind in &kinds {
                    if !self.is(&[Beside::Searches, Beside::Both]) {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                        break;
                    }
                    let _page = books.find((kind.ask)(&known, &mut rng), None, read_as()?).await?;
                    self.one_more();
                }
            }
            Res::Ok(())
        };
        searching.await.map_err(|error| error.to_string())
    }

    /// A year by its days, again and again.
    pub(crate) async fn add_up(self, path: std::path::PathBuf) -> Result<(), String> {
        let books = Books::open(&path).map_err(|error| error.to_string())?;
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        while !self.is_over() {
            if self.is(&[Beside::Totals, Beside::Both]) {
                let from_ms = LAST_DAY_MS - rng.random_range(370..900) * DAY_MS;
                let _slots = books.totals(edges(from_ms, 365, DAY_MS)).await.map_err(|error| error.to_string())?;
                self.one_more();
            } else {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Ok(())
    }

    /// What was sold since `from_ms` (milliseconds since 1970) is compared with Stripe, again and again.
    pub(crate) async fn reconcile(self, till: Till, from_ms: i64) -> Result<(), String> {
        while !self.is_over() {
            if self.is(&[Beside::Reconcile]) {
                let found = till.reconcile(from_ms, SystemClock.now_ms()).await.map_err(|why| format!("{why:?}"))?;
                if found.as_ref().is_none_or(|found| found.stripe.payments == 0) {
                    return Err(format!("it compares nothing: {found:?}"));
                }
                self.one_more();
            } else {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Ok(())
    }

    /// The books are made, slice by slice, with the till's own pause between two.
    pub(crate) fn file(self, mut filing: Filing) -> std::thread::JoinHandle<Result<(), String>> {
        std::thread::spawn(move || {
            while !self.is_over() {
                if !self.is(&[Beside::Rebuild]) {
                    std::thread::sleep(Duration::from_millis(10));
                    continue;
                }
                match filing.slice().map_err(|error| error.to_string())? {
                    Some(slice) => std::thread::sleep(slice.pause()),
                    None => filing.begin_again().map_err(|error| error.to_string())?,
                }
                self.one_more();
            }
            Ok(())
        })
    }
}

/// The log beside the journal put in its place, so that what is measured begins with an empty one.
pub(crate) fn empty_log(path: &Path) -> Res<()> {
    rusqlite::Connection::open(path)?.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}
