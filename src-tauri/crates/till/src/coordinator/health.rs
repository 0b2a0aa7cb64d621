//! How the till itself is: its tie to Stripe, the shop's key, its clock. Heard from the answers to whatever it asks, and told
//! as facts. No rule about money rests on any of it.

use std::convert::Infallible;

use stripe_client::{CertificateFault, Error, Permission, Unconnected};

use super::{Coordinator, Refusal};

/// How far the till's clock may be from Stripe's before staff are told: it shows minutes.
const CLOCK_MAY_BE_OFF_MS: i64 = 5 * MINUTE_MS;
const MINUTE_MS: i64 = 60_000;

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

/// Who answers the till.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// Stripe, as far as is known.
    #[default]
    Stripe,
    Nobody,
    /// Something else, in Stripe's place.
    SomethingElse,
    /// Somebody whose certificate is refused, so nothing was sent.
    CertificateRefused {
        /// What is wrong with it.
        fault: CertificateFault,
        /// What the till's clock showed then, to the minute: milliseconds since 1970. A clock that is wrong makes good
        /// certificates look bad.
        till_ms: i64,
    },
}

/// Why Stripe refuses the shop's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// Stripe does not know it, or not any more.
    NotAccepted,
    /// It may not do what the till has to do.
    LacksPermission,
}

/// Where the till's clock stands beside Stripe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockOff {
    /// It shows a time that has not come yet.
    Ahead { minutes: u32 },
    /// It shows a time that is past.
    Behind { minutes: u32 },
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

impl ClockOff {
    pub(crate) fn of(off_ms: i64) -> Option<Self> {
        if off_ms.abs() <= CLOCK_MAY_BE_OFF_MS {
            return None;
        }
        let minutes = u32::try_from(off_ms.abs() / MINUTE_MS).unwrap_or(u32::MAX);
        Some(if off_ms > 0 { Self::Ahead { minutes } } else { Self::Behind { minutes } })
    }
}

impl Link {
    /// Who answered a call that failed; none when it was never tried. `now_ms` is what the till's clock shows.
    #[must_use]
    pub fn of(error: &Error, now_ms: i64) -> Option<Self> {
        Some(match error {
            Error::Api(_) | Error::Unreadable { .. } => Self::Stripe,
            Error::NoAnswer { .. } | Error::NotSent { why: Unconnected::Unreachable(_) } => Self::Nobody,
            Error::NotStripe { .. } | Error::NotSent { why: Unconnected::NotTls } => Self::SomethingElse,
            Error::NotSent { why: Unconnected::Certificate(fault) } => {
                Self::CertificateRefused { fault: *fault, till_ms: now_ms - now_ms.rem_euclid(MINUTE_MS) }
            }
            Error::NotSent { why: Unconnected::Unfit(_) } => return None,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_answers_is_told_by_what_came_back() {
        let unconnected = |why| Link::of(&Error::NotSent { why }, 90_000);
        assert_eq!(unconnected(Unconnected::Unreachable("could not connect".into())), Some(Link::Nobody));
        assert_eq!(Link::of(&Error::NoAnswer { why: "timed out".into() }, 0), Some(Link::Nobody));
        assert_eq!(Link::of(&Error::NotStripe { status: 200 }, 0), Some(Link::SomethingElse));
        assert_eq!(unconnected(Unconnected::NotTls), Some(Link::SomethingElse));
        assert_eq!(Link::of(&Error::Unreadable { status: 200, request_id: None }, 0), Some(Link::Stripe));
        assert_eq!(unconnected(Unconnected::Unfit("the request is too large")), None, "nobody was asked");
        let fault = CertificateFault::NotYetValid;
        let shown = Some(Link::CertificateRefused { fault, till_ms: 60_000 });
        assert_eq!(unconnected(Unconnected::Certificate(fault)), shown, "with the minute that the clock shows");
    }

    #[test]
    fn a_clock_is_off_in_either_direction_by_more_than_five_minutes() {
        assert_eq!([ClockOff::of(300_000), ClockOff::of(-300_000), ClockOff::of(0)], [None; 3]);
        assert_eq!(ClockOff::of(300_001), Some(ClockOff::Ahead { minutes: 5 }));
        assert_eq!(ClockOff::of(-7_259_000), Some(ClockOff::Behind { minutes: 120 }));
    }
}
