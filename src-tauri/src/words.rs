//! What the shell says about modes and keys, in sentences that say what to do. What a payment's outcome means is said by
//! the till.

use till::coordinator::Link;

use crate::facts::TillFact;
use crate::views::{Mode, Problem, UiError};

/// Staff have a sale in hand, and what was asked would take it from them.
pub(crate) fn sale_in_hand() -> UiError {
    UiError::new("sale_in_hand", "A sale is still in hand. Finish or cancel it first.")
}

/// The mode has no keys.
pub(crate) fn keys_missing(mode: Mode) -> Problem {
    let name = if mode == Mode::Live { "live" } else { "test" };
    Problem::new(
        "keys_missing",
        format!("There are no {name} keys in the keyring. Enter them in the settings, or choose training."),
    )
}

/// What Stripe's answer to the harmless call means for the keys.
pub(crate) fn refused_key(error: &stripe_client::Error, mode: Mode, now_ms: i64) -> UiError {
    // Something else than Stripe, or a certificate that is refused, is said as what it is.
    let fact =
        Link::of(error, now_ms).filter(|link| *link != Link::Nobody).and_then(|link| TillFact::of_link(link, mode));
    if let Some(fact) = fact {
        return fact.into();
    }
    match error {
        stripe_client::Error::Api(answer) if answer.status == 401 => UiError::new(
            "key_refused",
            "Stripe does not know this secret key, or it was revoked. Copy it again from the Stripe Dashboard.",
        ),
        stripe_client::Error::Api(answer) if answer.status == 403 => UiError::new(
            "key_lacks_permission",
            "This restricted key may not read PaymentIntents. In the Stripe Dashboard give it write access to PaymentIntents and to Charges and Refunds, and read access to Disputes, then try again.",
        ),
        stripe_client::Error::Api(answer) if answer.status < 500 && answer.status != 429 => UiError::new(
            "key_refused",
            "Stripe refused this secret key. Look at it in the Stripe Dashboard, or make a new one.",
        ),
        _ => UiError::new(
            "no_answer",
            "Stripe did not answer, so the keys were not kept. Check the internet connection and try again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_not_a_refused_key() {
        let silence = stripe_client::Error::NotSent {
            why: stripe_client::Unconnected::Unreachable("could not connect".to_owned()),
        };
        assert_eq!(refused_key(&silence, Mode::Live, 0).code, "no_answer");
    }

    #[test]
    fn what_is_not_stripe_is_not_told_as_silence() {
        let portal = stripe_client::Error::NotStripe { status: 200 };
        assert_eq!(refused_key(&portal, Mode::Live, 0).code, "not_stripe");
        let fault = stripe_client::CertificateFault::Expired;
        let refused = stripe_client::Error::NotSent { why: stripe_client::Unconnected::Certificate(fault) };
        assert_eq!(refused_key(&refused, Mode::Live, 0).code, "certificate_expired");
    }
}
