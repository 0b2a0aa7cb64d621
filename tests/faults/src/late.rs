//! Requests that the till has given up and that are still on their way. They arrive whether it lives, sleeps or is switched off.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stripe_sim::{ApiRequest, Sim};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::network::call;

/// A request on its way.
struct OnItsWay {
    /// When it arrives, on Stripe's clock in milliseconds.
    due_ms: u64,
    /// The same as the till's machine runs, without the time that it sleeps.
    arrives: Instant,
    request: ApiRequest,
}

/// What is on its way to Stripe.
#[derive(Clone)]
pub(crate) struct Late {
    sim: Sim,
    acted: Arc<AtomicU64>,
    /// By their numbers.
    on_their_way: Arc<Mutex<BTreeMap<u64, OnItsWay>>>,
    slept: Arc<Notify>,
}

impl Late {
    pub(crate) fn new(sim: Sim, acted: Arc<AtomicU64>) -> Self {
        Self { sim, acted, on_their_way: Arc::default(), slept: Arc::default() }
    }

    /// Takes a request on its way, and answers with its number.
    pub(crate) fn take(&self, request: ApiRequest, travels: Duration) -> u64 {
        let due_ms = self.sim.clock().now_ms().saturating_add(u64::try_from(travels.as_millis()).unwrap_or(u64::MAX));
        let mut on_their_way = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner);
        let number = on_their_way.last_key_value().map_or(0, |(last, _)| last + 1);
        on_their_way.insert(number, OnItsWay { due_ms, arrives: Instant::now() + travels, request });
        number
    }

    /// Waits until the request of this number arrives.
    pub(crate) async fn travel(&self, number: u64) {
        loop {
            let slept = self.slept.notified();
            let arrives = {
                let on_their_way = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(on_its_way) = on_their_way.get(&number) else { return };
                on_its_way.arrives
            };
            tokio::select! {
                () = tokio::time::sleep_until(arrives) => return self.arrive(number),
                () = slept => {}
            }
        }
    }

    /// The request of this number arrives, unless it has.
    fn arrive(&self, number: u64) {
        let gone = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        if let Some(OnItsWay { request, .. }) = gone {
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
        // What is on its way yet is nearer by what the machine has slept.
        let mut on_their_way = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner);
        for on_its_way in on_their_way.values_mut() {
            let nearer = on_its_way.arrives.checked_sub(Duration::from_millis(ms));
            on_its_way.arrives = nearer.unwrap_or_else(Instant::now);
        }
        self.slept.notify_waiters();
    }

    fn next_before(&self, end_ms: u64) -> Option<(u64, u64)> {
        let on_their_way = self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner);
        let due = on_their_way.iter().map(|(number, on_its_way)| (on_its_way.due_ms, *number));
        due.filter(|(due_ms, _)| *due_ms <= end_ms).min()
    }
}
