//! Time and chance, passed in: a run can be replayed from its seed, and training has its own clock.

/// When something happened, by two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Milliseconds since 1970 on the till's clock: for people to read. It may jump, both ways, and decides nothing about
    /// money.
    pub at_ms: i64,
    /// Milliseconds since 1970 by Stripe's clock, as Stripe told it: with the answer that this is about, or, of a call that
    /// is about to go out, last before it. None when Stripe had told none.
    pub stripe_ms: Option<i64>,
}

impl When {
    /// Stripe has told no time.
    #[must_use]
    pub fn by_the_till(at_ms: i64) -> Self {
        Self { at_ms, stripe_ms: None }
    }
}

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
