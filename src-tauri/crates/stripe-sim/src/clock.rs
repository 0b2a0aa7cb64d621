//! The simulator's clock: the system's, or one that moves only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

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

/// Here the clock stops: HTTP knows no year of five digits, and what is due some days later must still have a time.
const END_MS: u64 = 221_845_391_999_000;

/// How far a clock has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredClock {
    advanced_ms: u64,
    latest_ms: u64,
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

    /// How far it has come, for a state file.
    pub(crate) fn store(&self) -> StoredClock {
        StoredClock {
            advanced_ms: self.advanced_ms.load(Ordering::SeqCst),
            latest_ms: self.latest_ms.load(Ordering::SeqCst),
        }
    }

    pub(crate) fn restore(source: TimeSource, stored: StoredClock) -> Self {
        Self {
            source,
            advanced_ms: Arc::new(AtomicU64::new(stored.advanced_ms)),
            latest_ms: Arc::new(AtomicU64::new(stored.latest_ms.min(END_MS))),
        }
    }

    /// The time in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        let base_ms = match self.source {
            TimeSource::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
            TimeSource::Manual { start_ms } => start_ms,
        };
        let now_ms = base_ms.saturating_add(self.advanced_ms.load(Ordering::SeqCst)).min(END_MS);
        self.latest_ms.fetch_max(now_ms, Ordering::SeqCst).max(now_ms)
    }

    /// Moves the clock forward by `ms` milliseconds. It cannot go back, and stops at the end of the year 8999.
    pub fn advance(&self, ms: u64) {
        let _ = self.advanced_ms.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(old.saturating_add(ms)));
    }
}
