//! Durations of one run, and what is said of them.

use std::time::{Duration, Instant};

/// How long each of several took.
#[derive(Default, Clone)]
pub(crate) struct Timed(Vec<Duration>);

impl Timed {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn since(&mut self, began: Instant) {
        self.add(began.elapsed());
    }

    /// In milliseconds: so many of a hundred took no longer.
    pub(crate) fn p(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(at).map_or(f64::NAN, |took| took.as_secs_f64() * 1_000.0)
    }

    pub(crate) fn worst(&self) -> f64 {
        self.p(100)
    }

    pub(crate) fn how_many(&self) -> usize {
        self.0.len()
    }
}
