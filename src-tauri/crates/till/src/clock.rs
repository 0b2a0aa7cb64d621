//! Time and chance, passed in: a run can be replayed from its seed, and training has its own clock.

/// What time it is.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970. It may jump, both ways: nothing about money may rest on it alone.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// Where ids and keys come from.
pub trait Entropy: Send + Sync {
    /// Sixteen bytes that nobody has had before.
    fn bytes(&self) -> [u8; 16];
}

/// The operating system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn bytes(&self) -> [u8; 16] {
        *uuid::Uuid::new_v4().as_bytes()
    }
}
