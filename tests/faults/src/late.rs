//! Requests that the till has given up and that are still on their way. They arrive whether it lives, sleeps or is switched off.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stripe_sim::{ApiRequest, Sim};

use crate::network::call;

/// When each arrives, on Stripe's clock in milliseconds, by its number.
type OnTheirWay = BTreeMap<u64, (u64, ApiRequest)>;

/// What is on its way to Stripe.
#[derive(Clone)]
pub(crate) struct Late {
    sim: Sim,
    acted: Arc<AtomicU64>,
    on_their_way: Arc<Mutex<OnTheirWay>>,
}

impl Late {
    pub(crate) fn new(sim: Sim, acted: Arc<AtomicU64>) -> Self {
        Self { sim, acted, on_their_way: Arc::default() }
    }

    /// Takes a request on its way, and answers with its number.
    pub(crate) fn take(&self, request: ApiRequest, travels: Duration) -> u64 {
        let due_ms = self.sim.clock().now_ms().saturating_add(u64::try_from(travels.as_millis()).unwrap_or(u64::MAX));
        let mut on_their_way = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner);
        let number = on_their_way.last_key_value().map_or(0, |(last, _)| last + 1);
        on_their_way.insert(number, (due_ms, request));
        number
    }

    /// The request of this number arrives, unless it has.
    pub(crate) fn arrive(&self, number: u64) {
        let gone = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        if let Some((_, request)) = gone {
            self.acted.fetch_add(1, Ordering::Relaxed);
            drop(call(&self.sim, request));
        }
    }

    /// Lets time pass on Stripe's clock; what is due in it arrives in its turn.
    pub(crate) fn pass_by(&self, ms: u64) {
        let clock = self.sim.clock();
        let end_ms = clock.now_ms().saturating_add(ms);
        while let Some((due_ms, number)) = self.next_before(end_ms) {
            clock.advance(due_ms.saturating_sub(clock.now_ms()));
            self.arrive(number);
        }
        clock.advance(end_ms.saturating_sub(clock.now_ms()));
    }

    fn next_before(&self, end_ms: u64) -> Option<(u64, u64)> {
        let on_their_way = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner);
        on_their_way
            .iter()
            .map(|(number, (due_ms, _))| (*due_ms, *number))
            .filter(|(due_ms, _)| *due_ms <= end_ms)
            .min()
    }
}
