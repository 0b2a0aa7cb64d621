//! What an answer, or its absence, tells of the way to Stripe and of this computer's clock.

use stripe_client::{CertificateFault, Error, Unconnected};

/// How far the till's clock may be from Stripe's before staff are told: it shows minutes.
const CLOCK_MAY_BE_OFF_MS: i64 = 5 * MINUTE_MS;
const MINUTE_MS: i64 = 60_000;

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

/// Where the till's clock stands beside Stripe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockOff {
    /// It shows a time that has not come yet.
    Ahead { minutes: u32 },
    /// It shows a time that is past.
    Behind { minutes: u32 },
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
