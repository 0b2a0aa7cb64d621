//! A moment between which and another it can be told how much time has passed, also while the machine slept.
//!
//! A process does not notice that its machine was asleep: on Linux and macOS `Instant` stands still meanwhile (Rust's documentation
//! of `std::time::Instant` names the clocks). So both are asked: the clock that goes on in sleep, and the computer's own, which a
//! virtual machine that was stopped is put right by.

use std::time::{SystemTime, UNIX_EPOCH};

/// A moment by two clocks, milliseconds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since any fixed moment, by a clock that nobody sets and that goes on while the machine sleeps.
    pub running_ms: u64,
    /// Since 1970, by the computer's clock, which may be set.
    pub wall_ms: u64,
}

impl Moment {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { running_ms: running_ms(), wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX) }
    }

    /// How much time has passed since an earlier moment, milliseconds, by the clock that says more. A clock that was set in
    /// between says too much, never too little.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.running_ms.saturating_sub(earlier.running_ms).max(self.wall_ms.abs_diff(earlier.wall_ms))
    }
}

/// `CLOCK_BOOTTIME` is the one that counts sleep on Linux (`clock_gettime(2)`), `CLOCK_MONOTONIC` on macOS (its `clock_gettime(3)`:
/// "will continue to increment while the system is asleep").
#[cfg(unix)]
fn running_ms() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let clock = ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let clock = ClockId::Monotonic;
    let now = clock_gettime(clock);
    let (seconds, nanos) = (u64::try_from(now.tv_sec), u64::try_from(now.tv_nsec));
    seconds.unwrap_or(0).saturating_mul(1_000).saturating_add(nanos.unwrap_or(0) / 1_000_000)
}

/// The performance counter, on which `Instant` stands there, goes on in sleep.
#[cfg(not(unix))]
fn running_ms() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static FIRST: OnceLock<Instant> = OnceLock::new();
    u64::try_from(FIRST.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes() {
        let first = Moment::now();
        std::thread::sleep(std::time::Duration::from_millis(20));
        let passed = Moment::now().ms_since(first);
        assert!((20..60_000).contains(&passed), "{passed}");
    }

    #[test]
    fn the_clock_that_says_more_is_believed() {
        let first = Moment { running_ms: 5_000, wall_ms: 1_000_000 };
        assert_eq!(Moment { running_ms: 6_000, wall_ms: 1_001_000 }.ms_since(first), 1_000);
        // Asleep, and the computer's clock was not put right yet.
        assert_eq!(Moment { running_ms: 95_000, wall_ms: 1_000_000 }.ms_since(first), 90_000);
        // A virtual machine was stopped: only its clock was put right.
        assert_eq!(Moment { running_ms: 6_000, wall_ms: 1_090_000 }.ms_since(first), 90_000);
        // Somebody sets the clock back.
        assert_eq!(Moment { running_ms: 6_000, wall_ms: 940_000 }.ms_since(first), 60_000);
    }
}
