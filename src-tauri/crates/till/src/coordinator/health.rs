//! How the till itself is: its tie to Stripe, the shop's key, its clock. Heard from the answers to whatever it asks, and told
//! as facts. No rule about money rests on any of it.

use std::convert::Infallible;

use stripe_client::{Error, Permission};

use super::{Coordinator, Refusal};
use crate::link::{ClockOff, Link};

/// Pauses between two tries to reach Stripe while it cannot be reached, in ticks (seconds).
const OFFLINE_TICKS: u32 = 5;
/// The same while nothing is wrong but the till's clock: somebody is asked to set it, and is told no more when it is set.
const CLOCK_TICKS: u32 = 30;

/// How the till itself is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether Stripe answered the last call.
    pub link: Link,
    /// The journal cannot be written.
    pub journal: Option<Refusal<Infallible>>,
    /// Stripe refuses the shop's key.
    pub account: Option<KeyFault>,
    /// The till's clock is not Stripe's.
    pub clock: Option<ClockOff>,
}

/// Why Stripe refuses the shop's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// Stripe does not know it, or not any more.
    NotAccepted,
    /// It may not do what the till has to do.
    LacksPermission,
}

impl Health {
    /// After how many ticks Stripe is asked again; none while all is well with it.
    fn asks_again_after(&self) -> Option<u32> {
        if self.link != Link::Stripe || self.account.is_some() {
            // No payment can come through.
            Some(OFFLINE_TICKS)
        } else {
            self.clock.map(|_| CLOCK_TICKS)
        }
    }
}

impl Coordinator {
    /// One second has passed. What is wrong between the till and Stripe ends by asking again.
    pub(super) fn tick_health(&mut self) {
        let Some(after) = self.health.borrow().asks_again_after() else {
            self.ticks_unwell = 0;
            return;
        };
        self.ticks_unwell = self.ticks_unwell.saturating_add(1);
        if self.ticks_unwell >= after {
            self.ticks_unwell = 0;
            self.warm();
        }
    }

    /// Opens the connection before it is needed, and learns whether Stripe can be reached. A key that was refused is tried
    /// whole: what it lacked may be there by now.
    pub(super) fn warm(&mut self) {
        let stripe = self.stripe.clone();
        let refused = self.health.borrow().account.is_some();
        self.tasks.spawn(async move {
            let heard = if refused { stripe.try_key().await } else { stripe.warm().await.map(|()| Vec::new()) };
            super::Done::Warmed(Box::new(heard))
        });
    }

    /// What came of that.
    pub(super) fn warmed(&self, heard: &stripe_client::Heard<Vec<Permission>>) {
        self.note_link(heard.result.as_ref().err());
        match &heard.result {
            Ok(missing) => {
                let account = (!missing.is_empty()).then_some(KeyFault::LacksPermission);
                self.tell_account(account);
            }
            Err(error) => self.note_refused_key(error),
        }
        self.compare_clocks(heard.stripe_ms);
    }

    /// Who answered a call: Stripe, unless its error says otherwise.
    pub(super) fn note_link(&self, error: Option<&Error>) {
        let link = error.map_or(Some(Link::Stripe), |error| Link::of(error, self.clock.now_ms()));
        let Some(link) = link else { return };
        self.health.send_if_modified(|health| {
            let news = health.link != link;
            if news {
                log::warn!("Who answers the till now: {link:?}.");
            }
            health.link = link;
            news
        });
    }

    /// Stripe refuses the key itself: that is not silence, and waiting does not mend it.
    pub(super) fn note_refused_key(&self, error: &Error) {
        let Error::Api(error) = error else { return };
        match error.status {
            401 => self.tell_account(Some(KeyFault::NotAccepted)),
            403 => self.tell_account(Some(KeyFault::LacksPermission)),
            _ => {}
        }
    }

    fn tell_account(&self, account: Option<KeyFault>) {
        self.health.send_if_modified(|health| {
            let news = health.account != account;
            health.account = account;
            news
        });
    }

    /// Nothing about money rests on the till's clock. But receipts and the history carry its time.
    fn compare_clocks(&self, stripe_ms: Option<i64>) {
        let Some(stripe_ms) = stripe_ms else { return };
        let clock = ClockOff::of(self.clock.now_ms().saturating_sub(stripe_ms));
        self.health.send_if_modified(|health| {
            let news = health.clock != clock;
            health.clock = clock;
            news
        });
    }
}
