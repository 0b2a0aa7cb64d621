//! Whether to send the same request again, as a pure function.
//!
//! The rule is that of Stripe's own SDKs (stripe-node 23.1.0, stripe-python 16.1.0): obey `Stripe-Should-Retry` where it
//! stands; otherwise again after a broken connection, a 409 or a 5xx; a 429 only when the header says so. A retry is the
//! same key and the same bytes, so it can act once at most.

/// How one sending of a request went, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// An answer came.
    Answered {
        /// HTTP status.
        status: u16,
        /// `Stripe-Should-Retry`, where present.
        should_retry: Option<bool>,
    },
    /// No answer, or no connection.
    Broken,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// This answer (or silence) is final for now.
    Stop,
    /// Send the same again after this many milliseconds.
    Again {
        /// Milliseconds to wait.
        after_ms: u64,
    },
}

/// How often and how patiently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Retries after the first sending.
    pub max_retries: u32,
    /// The first pause, and the least of any.
    pub base_ms: u64,
    /// The longest pause.
    pub cap_ms: u64,
    /// Nothing is sent again when so much time has passed since the first sending. Stripe forgets a key after a day, and then
    /// the same request acts a second time: a machine may sleep for a weekend between two sendings.
    pub within_ms: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_retries: 2, base_ms: 500, cap_ms: 5_000, within_ms: 15 * 60_000 }
    }
}

impl RetryPolicy {
    /// Whether a request may be sent again so many milliseconds after it was sent first. Asked just before it is sent.
    #[must_use]
    pub fn is_soon_enough(&self, passed_ms: u64) -> bool {
        passed_ms < self.within_ms
    }

    /// Decides after sending number `sent` (1 for the first). `jitter_permille` is 500 to 1000, drawn by the caller, so
    /// that a thousand tills do not come back at the same moment.
    #[must_use]
    pub fn decide(&self, sent: u32, exchange: Exchange, jitter_permille: u64) -> Decision {
        let worth_it = match exchange {
            Exchange::Broken => true,
            Exchange::Answered { should_retry: Some(said), .. } => said,
            Exchange::Answered { status, should_retry: None } => status == 409 || status >= 500,
        };
        if !worth_it || sent > self.max_retries {
            return Decision::Stop;
        }
        let doubled = self.base_ms.saturating_mul(1_u64 << sent.saturating_sub(1).min(16));
        let jittered = doubled.min(self.cap_ms).saturating_mul(jitter_permille.clamp(500, 1_000)) / 1_000;
        Decision::Again { after_ms: jittered.max(self.base_ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_again_after_a_long_while() {
        let policy = RetryPolicy::default();
        assert!(policy.is_soon_enough(0) && policy.is_soon_enough(15 * 60_000 - 1));
        assert!(!policy.is_soon_enough(15 * 60_000));
    }

    fn answered(status: u16, should_retry: Option<bool>) -> Exchange {
        Exchange::Answered { status, should_retry }
    }

    #[test]
    fn the_rule_of_the_sdks() {
        let policy = RetryPolicy::default();
        let again = |e| matches!(policy.decide(1, e, 1_000), Decision::Again { .. });
        assert!(again(Exchange::Broken));
        for status in [409, 500, 502, 503, 504] {
            assert!(again(answered(status, None)), "{status}");
            assert!(!again(answered(status, Some(false))), "{status}");
        }
        for status in [200, 400, 401, 402, 403, 404, 429] {
            assert!(!again(answered(status, None)), "{status}");
        }
        assert!(again(answered(429, Some(true))));
    }

    #[test]
    fn the_pauses_grow_and_end() {
        let policy = RetryPolicy { max_retries: 9, ..RetryPolicy::default() };
        let pauses: Vec<_> = (1..=9).map(|sent| policy.decide(sent, Exchange::Broken, 1_000)).collect();
        let ms = |n: u64| Decision::Again { after_ms: n };
        assert_eq!(pauses[..5], [ms(500), ms(1_000), ms(2_000), ms(4_000), ms(5_000)]);
        assert_eq!(policy.decide(10, Exchange::Broken, 1_000), Decision::Stop);
        assert_eq!(policy.decide(1, Exchange::Broken, 500), ms(500), "never below the base");
        assert_eq!(policy.decide(3, Exchange::Broken, 500), ms(1_000));
    }
}
