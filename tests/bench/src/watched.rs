//! The largest that a journal's write-ahead log becomes while something is done.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK: Duration = Duration::from_millis(5);

pub(crate) struct Watched {
    largest: Arc<AtomicU64>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watched {
    pub(crate) fn log_of(journal: &Path) -> Self {
        let log = format!("{}-wal", journal.display());
        let (largest, ends) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (seen, is_over) = (Arc::clone(&largest), Arc::clone(&ends));
        let looking = move || {
            while !is_over.load(Ordering::Relaxed) {
                let size = std::fs::metadata(&log).map_or(0, |log| log.len());
                seen.fetch_max(size, Ordering::Relaxed);
                std::thread::sleep(LOOK);
            }
        };
        Self { largest, ends, thread: Some(std::thread::spawn(looking)) }
    }

    pub(crate) fn largest_mib(mut self) -> f64 {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
        let kib = u32::try_from(self.largest.load(Ordering::Relaxed) / 1_024).unwrap_or(u32::MAX);
        f64::from(kib) / 1_024.0
    }
}
