//! Keys and the keyring, as facts.

use serde::Serialize;
use stripe_client::KeyRefused;
use till::coordinator::Link;
use ts_rs::TS;

use super::TillFact;
use crate::views::Mode;

/// Why what was entered is not the key that belongs there. Nothing of it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyMalformed {
    /// Nothing was entered.
    Empty,
    /// A publishable key where a secret key belongs.
    PublishableInSecretField,
    /// A secret key where a publishable key belongs.
    SecretInPublishableField,
    /// Neither kind, or cut off, or with characters that no key has.
    NoKey,
}

impl From<KeyRefused> for TillFact {
    fn from(refused: KeyRefused) -> Self {
        let why = match refused {
            KeyRefused::Empty => KeyMalformed::Empty,
            KeyRefused::PublishableInSecretField => KeyMalformed::PublishableInSecretField,
            KeyRefused::SecretInPublishableField => KeyMalformed::SecretInPublishableField,
            KeyRefused::Malformed => KeyMalformed::NoKey,
        };
        Self::KeyMalformed { why }
    }
}

/// Why keys that were tried are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyNotKept {
    /// Stripe does not know the secret key, or it was revoked.
    Unknown,
    /// The restricted key may not do what the till needs.
    LacksPermission,
    /// Stripe refused it for another reason.
    Refused,
    /// Stripe did not answer.
    NoAnswer,
}

/// What Stripe's answer to the harmless call means for the keys.
pub(crate) fn not_kept(error: &stripe_client::Error, mode: Mode, now_ms: i64) -> TillFact {
    // Something else than Stripe, or a certificate that is refused, is said as what it is.
    let link = Link::of(error, now_ms).filter(|link| *link != Link::Nobody);
    if let Some(fact) = link.and_then(|link| TillFact::of_link(link, mode)) {
        return fact;
    }
    let why = match error {
        stripe_client::Error::Api(answer) if answer.status == 401 => KeyNotKept::Unknown,
        stripe_client::Error::Api(answer) if answer.status == 403 => KeyNotKept::LacksPermission,
        stripe_client::Error::Api(answer) if answer.status < 500 && answer.status != 429 => KeyNotKept::Refused,
        _ => KeyNotKept::NoAnswer,
    };
    TillFact::KeyNotKept { why }
}

/// What is missing for a secret key to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyringMissing {
    /// No keyring service is running (Linux).
    Service,
    /// The service has no default keyring (Linux).
    DefaultKeyring,
    /// The system's own keyring cannot be used (macOS, Windows).
    SystemKeyring,
}

/// What is wrong with the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyringFault {
    Locked,
    Ambiguous,
    Missing(KeyringMissing),
}

impl From<KeyringFault> for TillFact {
    fn from(fault: KeyringFault) -> Self {
        match fault {
            KeyringFault::Locked => Self::KeyringLocked,
            KeyringFault::Ambiguous => Self::KeyringAmbiguous,
            KeyringFault::Missing(what) => Self::KeyringMissing { what },
        }
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
        assert_eq!(not_kept(&silence, Mode::Live, 0), TillFact::KeyNotKept { why: KeyNotKept::NoAnswer });
    }

    #[test]
    fn what_is_not_stripe_is_not_told_as_silence() {
        let portal = stripe_client::Error::NotStripe { status: 200 };
        assert_eq!(not_kept(&portal, Mode::Live, 0).code(), "not_stripe");
        let fault = stripe_client::CertificateFault::Expired;
        let refused = stripe_client::Error::NotSent { why: stripe_client::Unconnected::Certificate(fault) };
        assert_eq!(not_kept(&refused, Mode::Live, 0).code(), "certificate_expired");
    }
}
