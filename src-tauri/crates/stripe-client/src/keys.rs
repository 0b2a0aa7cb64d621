//! Stripe's keys: told apart by kind and mode before anything is sent, and never printed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::account::AccountId;

/// Whether a key moves real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyMode {
    /// `…_test_…`
    Test,
    /// `…_live_…`
    Live,
}

/// Why a text is not the key that was asked for. The text itself is never part of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// Nothing was entered.
    #[error("the key is empty")]
    Empty,
    /// A publishable key where a secret key belongs.
    #[error("a publishable key where a secret key belongs")]
    PublishableInSecretField,
    /// A secret key where a publishable key belongs.
    #[error("a secret key where a publishable key belongs")]
    SecretInPublishableField,
    /// Neither kind, or cut off, or with characters that no key has.
    #[error("not a key of Stripe's, or a part of one")]
    Malformed,
}

/// Stripe documents no length; all keys seen have 24 to 107 characters after the prefix.
const MIN_TAIL: usize = 10;
const MAX_TAIL: usize = 240;
/// The length of `sk_live_` and of every other kind and mode.
const PREFIX_LEN: usize = 8;

fn tail_is_sound(tail: &str) -> bool {
    (MIN_TAIL..=MAX_TAIL).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn split_mode(rest: &str) -> Option<(KeyMode, &str)> {
    rest.strip_prefix("test_")
        .map(|tail| (KeyMode::Test, tail))
        .or_else(|| rest.strip_prefix("live_").map(|tail| (KeyMode::Live, tail)))
}

/// A secret (`sk_`) or restricted (`rk_`) key. It cannot be printed or serialised; only [`SecretKey::expose`] gives it away.
#[derive(Clone)]
pub struct SecretKey {
    text: SecretString,
    mode: KeyMode,
    restricted: bool,
}

impl SecretKey {
    /// Takes a key as typed or pasted: surrounding white space is ignored.
    ///
    /// # Errors
    /// [`KeyRefused`], which never repeats the text.
    pub fn parse(typed: &str) -> Result<Self, KeyRefused> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(KeyRefused::Empty);
        }
        if text.starts_with("pk_") {
            return Err(KeyRefused::PublishableInSecretField);
        }
        let (restricted, rest) = match (text.strip_prefix("sk_"), text.strip_prefix("rk_")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err(KeyRefused::Malformed),
        };
        match split_mode(rest) {
            Some((mode, tail)) if tail_is_sound(tail) => Ok(Self { text: SecretString::from(text), mode, restricted }),
            _ => Err(KeyRefused::Malformed),
        }
    }

    /// Test or live.
    #[must_use]
    pub fn mode(&self) -> KeyMode {
        self.mode
    }

    /// True for a restricted key (`rk_`), which can do only what its owner ticked.
    #[must_use]
    pub fn restricted(&self) -> bool {
        self.restricted
    }

    /// Enough to recognise the key by, not enough to use it: `rk_live_…x9Qe`.
    #[must_use]
    pub fn hint(&self) -> String {
        let text = self.text.expose_secret();
        let kind = text.get(..8).unwrap_or_default();
        let last = text.get(text.len().saturating_sub(4)..).unwrap_or_default();
        format!("{kind}…{last}")
    }

    /// The key's account, where the key carries it.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        AccountId::of_key(self.text.expose_secret().get(PREFIX_LEN..)?)
    }

    /// The key itself: for the `Authorization` header and the OS keyring, for nothing else.
    #[must_use]
    pub fn expose(&self) -> &SecretString {
        &self.text
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

/// A publishable key (`pk_`): not a secret; it names the account to Stripe.js.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishableKey {
    text: String,
    mode: KeyMode,
}

impl PublishableKey {
    /// Takes a key as typed or pasted: surrounding white space is ignored.
    ///
    /// # Errors
    /// [`KeyRefused`], which never repeats the text (it may be a secret key in the wrong field).
    pub fn parse(typed: &str) -> Result<Self, KeyRefused> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(KeyRefused::Empty);
        }
        if text.starts_with("sk_") || text.starts_with("rk_") {
            return Err(KeyRefused::SecretInPublishableField);
        }
        let rest = text.strip_prefix("pk_").ok_or(KeyRefused::Malformed)?;
        match split_mode(rest) {
            Some((mode, tail)) if tail_is_sound(tail) => Ok(Self { text: text.to_owned(), mode }),
            _ => Err(KeyRefused::Malformed),
        }
    }

    /// Test or live.
    #[must_use]
    pub fn mode(&self) -> KeyMode {
        self.mode
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key behind its kind and mode.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.text.get(PREFIX_LEN..).unwrap_or_default()
    }

    /// The key's account, where the key carries it.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        AccountId::of_key(self.tail())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "51ABCDEFGHIJKLMNabcdefghijklmnopqrstuvwxyz0123456789";

    #[test]
    fn keys_are_told_apart() {
        let sk = SecretKey::parse(&format!("  sk_test_{TAIL}\n")).expect("a key");
        assert_eq!((sk.mode(), sk.restricted()), (KeyMode::Test, false));
        let rk = SecretKey::parse(&format!("rk_live_{TAIL}")).expect("a key");
        assert_eq!((rk.mode(), rk.restricted()), (KeyMode::Live, true));
        assert_eq!(SecretKey::parse(&format!("pk_test_{TAIL}")).unwrap_err(), KeyRefused::PublishableInSecretField);
        assert_eq!(
            PublishableKey::parse(&format!("sk_live_{TAIL}")).unwrap_err(),
            KeyRefused::SecretInPublishableField
        );
        for bad in [
            "sk_test_",
            "sk_test_short",
            "sk_prod_aaaaaaaaaaaaaaaaaaaaaaaa",
            "hello",
            "sk_test_aaaaaaaaaaaa aaaaaaaaaa",
        ] {
            assert_eq!(SecretKey::parse(bad).unwrap_err(), KeyRefused::Malformed, "{bad}");
        }
        assert_eq!(SecretKey::parse("   ").unwrap_err(), KeyRefused::Empty);
    }

    #[test]
    fn a_secret_key_is_never_printed() {
        let sk = SecretKey::parse(&format!("sk_live_{TAIL}")).expect("a key");
        assert!(!format!("{sk:?} {sk:#?}").contains("ABCDEF"));
        assert_eq!(sk.hint(), "sk_live_…6789");
    }

    #[test]
    fn keys_of_one_account_tell_the_same_account() {
        let sk = SecretKey::parse(&format!("sk_test_{TAIL}")).expect("a key");
        let rolled = TAIL.replace("ab", "aZ");
        let pk = PublishableKey::parse(&format!("pk_live_{rolled}")).expect("a key");
        assert_eq!(sk.account().expect("an account").as_str(), "acct_1ABCDEFGHIJKLMNa");
        assert_eq!(sk.account(), pk.account());
        assert_eq!(PublishableKey::parse("pk_test_oldoldoldoldoldold").expect("a key").account(), None);
    }
}
