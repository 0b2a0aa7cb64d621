//! The simulator's clock: the system's, or one that moves only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the simulator's time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSource {
    /// The system's clock, plus whatever was advanced.
    System,
    /// A clock that stands still until it is advanced.
    Manual {
        /// Where it starts, in milliseconds since 1970.
        start_ms: u64,
    },
}

/// A handle on the simulator's clock. Clones share one time.
#[derive(Debug, Clone)]
pub struct SimClock {
    source: TimeSource,
    advanced_ms: Arc<AtomicU64>,
    /// The latest time that was told: the system's clock may be set back, this one never goes back.
    latest_ms: Arc<AtomicU64>,
}

impl SimClock {
    pub(crate) fn new(source: TimeSource) -> Self {
        Self { source, advanced_ms: Arc::default(), latest_ms: Arc::default() }
    }

    /// The time in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        let base_ms = match self.source {
            TimeSource::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
            TimeSource::Manual { start_ms } => start_ms,
        };
        let now_ms = base_ms.saturating_add(self.advanced_ms.load(Ordering::SeqCst));
        self.latest_ms.fetch_max(now_ms, Ordering::SeqCst).max(now_ms)
    }

    /// Moves the clock forward by `ms` milliseconds. It cannot go back.
    pub fn advance(&self, ms: u64) {
        let _ = self.advanced_ms.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(old.saturating_add(ms)));
    }
}
