//! The disk under the till's journal, and the machine's death.
//!
//! The rows are kept by the real journal (SQLite in memory, which outlives the till as a disk would). A row whose write was
//! not finished when the machine died is gone.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use till::TillId;
use till::check::{CheckEvent, CheckRow};
use till::journal::{Journal, JournalError, Start, Write};
use tokio::sync::Notify;

use crate::plan::{Boundary, Plan};
use crate::tally::{self, Room};

/// When the machine dies, and that it has.
pub struct Death {
    plan: Arc<Plan>,
    passed: [AtomicU32; 4],
    immortal: AtomicBool,
    dead: AtomicBool,
    died: Notify,
}

impl Death {
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Self {
        let passed = [const { AtomicU32::new(0) }; 4];
        Self { plan, passed, immortal: AtomicBool::new(false), dead: AtomicBool::new(false), died: Notify::new() }
    }

    /// From now on the machine lives.
    pub fn spare(&self) {
        self.immortal.store(true, Ordering::Relaxed);
    }

    /// Another machine is started.
    pub fn revive(&self) {
        self.dead.store(false, Ordering::Relaxed);
    }

    /// Whether the machine is dead.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// Ends when the machine is dead.
    pub(crate) async fn until_dead(&self) {
        // Listened for before it is looked at, so that no death comes in between.
        let died = self.died.notified();
        if !self.is_dead() {
            died.await;
        }
    }

    /// True when the machine dies here, or is dead already.
    fn strikes(&self, at: Boundary) -> bool {
        if self.is_dead() {
            return true;
        }
        let passed = self.passed[at as usize].fetch_add(1, Ordering::Relaxed) + 1;
        let planned = self.plan.crashes.iter().any(|crash| crash.at == at && crash.nth == passed);
        if planned && !self.immortal.load(Ordering::Relaxed) {
            tally::count(Room::Process, name(at));
            self.dead.store(true, Ordering::Relaxed);
            self.died.notify_waiters();
            return true;
        }
        false
    }

    /// The machine dies here and now. False when it lives through everything from now on, or is dead already.
    pub fn strike_now(&self) -> bool {
        if self.immortal.load(Ordering::Relaxed) || self.is_dead() {
            return false;
        }
        tally::count(Room::Machine, "switched off for a while");
        self.dead.store(true, Ordering::Relaxed);
        self.died.notify_waiters();
        true
    }

    /// Goes on, or never.
    pub(crate) async fn pass(&self, at: Boundary) {
        if self.strikes(at) {
            std::future::pending::<()>().await;
        }
    }
}

/// As a tally names it.
fn name(at: Boundary) -> &'static str {
    match at {
        Boundary::BeforeRow => "dies before a row is written",
        Boundary::AfterRow => "dies after a row is written",
        Boundary::BeforeSending => "dies before a call goes out",
        Boundary::BeforeAnswer => "dies when Stripe has acted",
    }
}

/// The till of every world.
#[must_use]
pub fn this_till() -> Option<TillId> {
    TillId::parse("00000000-0000-4000-8000-0000000000aa")
}

/// A start of that till.
///
/// # Errors
/// Never, as long as its id is one.
pub fn start() -> Result<Start, JournalError> {
    let till = this_till().ok_or_else(|| JournalError::Io("no id".into()))?;
    Ok(Start { till, at_ms: 0 })
}

/// The disk, and what is on it: it outlives the till.
#[derive(Clone)]
pub struct Disk {
    journal: Arc<Mutex<Journal>>,
    plan: Arc<Plan>,
    rows: Arc<AtomicU32>,
    death: Arc<Death>,
    roomy: Arc<AtomicBool>,
    filled: Arc<AtomicBool>,
}

impl Disk {
    /// An empty disk.
    ///
    /// # Errors
    /// [`JournalError`] when there is no memory for it.
    pub fn new(plan: Arc<Plan>, death: Arc<Death>) -> Result<Self, JournalError> {
        let journal = Arc::new(Mutex::new(Journal::in_memory(start()?)?));
        Ok(Self { journal, plan, rows: Arc::default(), death, roomy: Arc::default(), filled: Arc::default() })
    }

    /// The journal on it, for the next till.
    pub(crate) fn journal(&self) -> Journal {
        self.rows_on_it().on(Box::new(self.clone()))
    }

    /// The same, whatever befalls the disk.
    pub(crate) fn rows_on_it(&self) -> Journal {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).twin()
    }

    /// It fills up, or is freed.
    pub(crate) fn fill(&self, full: bool) {
        self.filled.store(full, Ordering::Relaxed);
    }

    /// From now on there is room.
    pub fn clear(&self) {
        self.roomy.store(true, Ordering::Relaxed);
    }

    /// Payments of checks that have no last row.
    ///
    /// # Errors
    /// [`JournalError`] when the rows cannot be read.
    pub(crate) fn open_checks(&self) -> Result<usize, JournalError> {
        let rows = self.journal.lock().unwrap_or_else(PoisonError::into_inner).load_checks()?;
        let ended = |row: &&CheckRow| matches!(row.event, CheckEvent::CheckEnded { .. });
        let over: BTreeSet<_> = rows.iter().filter(ended).map(|row| row.check).collect();
        Ok(rows.iter().map(|row| row.check).filter(|check| !over.contains(check)).collect::<BTreeSet<_>>().len())
    }

    fn full(&self) -> bool {
        let row = self.rows.fetch_add(1, Ordering::Relaxed) + 1;
        let struck = self.is_full_for(row);
        if struck {
            tally::count(Room::Disk, "a row finds no room");
        }
        struck
    }

    fn is_full_for(&self, row: u32) -> bool {
        let full = self.plan.disk_full.iter().any(|full| (full.from_row..full.from_row + full.rows).contains(&row));
        (full || self.filled.load(Ordering::Relaxed)) && !self.roomy.load(Ordering::Relaxed)
    }
}

/// What a dead machine's disk says. Nobody is left to hear it.
fn dead() -> JournalError {
    JournalError::Io("the machine is dead".into())
}

impl till::journal::Disk for Disk {
    fn write(&self, what: Write<'_>, write: &mut dyn FnMut() -> Result<(), JournalError>) -> Result<(), JournalError> {
        if matches!(what, Write::Nothing) {
            if self.death.is_dead() {
                return Err(dead());
            }
            if self.is_full_for(self.rows.load(Ordering::Relaxed) + 1) {
                return Err(JournalError::DiskFull);
            }
            return write();
        }
        if self.death.strikes(Boundary::BeforeRow) {
            return Err(dead());
        }
        if self.full() {
            return Err(JournalError::DiskFull);
        }
        write()?;
        if self.death.strikes(Boundary::AfterRow) {
            return Err(dead());
        }
        Ok(())
    }
}
