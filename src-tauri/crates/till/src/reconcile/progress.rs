//! How far a reconcile is, for whoever asked for it. The latest one that was asked for is told, and no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

use crate::view::ComparisonProgress;

/// Where progress is told.
#[derive(Clone)]
pub(crate) struct Told {
    seen: Arc<watch::Sender<Option<ComparisonProgress>>>,
    /// The number of the latest that was asked for.
    latest: Arc<AtomicU64>,
}

/// The progress of one reconcile.
pub(crate) struct Progress {
    told: Told,
    /// None of one that the till makes by itself.
    number: Option<u64>,
}

impl Told {
    pub(crate) fn new(seen: watch::Sender<Option<ComparisonProgress>>) -> Self {
        Self { seen: Arc::new(seen), latest: Arc::default() }
    }

    /// Of one that somebody asks for now.
    pub(crate) fn asked_for(&self) -> Progress {
        let number = self.latest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        Progress { told: self.clone(), number: Some(number) }
    }

    /// Of one that nobody waits for.
    pub(crate) fn of_the_tills_own(&self) -> Progress {
        Progress { told: self.clone(), number: None }
    }
}

impl Progress {
    pub(crate) fn tell(&self, now: ComparisonProgress) {
        self.put(Some(now));
    }

    fn put(&self, now: Option<ComparisonProgress>) {
        if self.number == Some(self.told.latest.load(Ordering::Relaxed)) {
            self.told.seen.send_if_modified(|shown| std::mem::replace(shown, now) != now);
        }
    }
}

/// However it ends: with a result, stopped, or fallen over.
impl Drop for Progress {
    fn drop(&mut self) {
        self.put(None);
    }
}
