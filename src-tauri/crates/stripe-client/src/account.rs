//! Which account a key belongs to, as far as the key itself tells.
//!
//! An account's id is `acct_` and 16 characters, which begin with `1`. A modern key is its kind and mode, a `5`, the same 16
//! characters, and what is the key's own: so `sk_live_51SJGxH1R8sS9eHMU…` belongs to `acct_1SJGxH1R8sS9eHMU`. Behind `51`
//! there are therefore 15 characters that all keys of an account share, of both kinds and modes, and that rolling a key does
//! not change.
//!
//! From observation, not from Stripe's documents: the key and the account just named stand in the notes of one public project
//! (github.com/MohammedMidlajPA/SilentEquity-main, `FIX_STRIPE_KEY.md` and its requests to Stripe's support); published pairs
//! of test keys share 15 characters behind `51` and differ in the 16th. Keys made before 2020 carry no such part, so its
//! absence proves nothing.

use std::fmt;

use serde::Deserialize;

/// An account's id, `acct_1…`, as its keys carry it. Not a secret: a publishable key holds it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccountId(String);

/// What all ids of accounts begin with that keys carry.
const PREFIX: &str = "acct_1";
/// Characters of an account's id behind [`PREFIX`], and of a key behind `51`.
const OWN_CHARACTERS: usize = 15;
/// What follows the account's part in a key is longer than this; a key of the old form that happens to begin with `51` is
/// shorter as a whole.
const LEAST_BEHIND: usize = 25;

impl AccountId {
    /// Takes an account's id as text; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let own = text.strip_prefix(PREFIX)?;
        (own.len() == OWN_CHARACTERS && own.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .then(|| Self(text.to_owned()))
    }

    /// The account that a key carries. `tail` is the key behind its kind and mode.
    pub(crate) fn of_key(tail: &str) -> Option<Self> {
        let behind = tail.strip_prefix("51")?;
        let own = behind.get(..OWN_CHARACTERS)?;
        (behind.len() >= OWN_CHARACTERS + LEAST_BEHIND).then(|| Self::parse(&format!("{PREFIX}{own}"))).flatten()
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 15 characters that the account's keys share.
    #[must_use]
    pub fn own_characters(&self) -> &str {
        self.0.get(PREFIX.len()..).unwrap_or_default()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an account says of itself to a key that may read it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountSeen {
    /// `acct_…`
    pub id: String,
    /// What the Dashboard shows.
    #[serde(default)]
    settings: Settings,
    /// What customers are shown.
    #[serde(default)]
    business_profile: Option<BusinessProfile>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Settings {
    #[serde(default)]
    dashboard: Option<Dashboard>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Dashboard {
    #[serde(default)]
    display_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct BusinessProfile {
    #[serde(default)]
    name: Option<String>,
}

impl AccountSeen {
    /// What its owner calls it, where it has a name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let of_dashboard = self.settings.dashboard.as_ref().and_then(|dashboard| dashboard.display_name.as_deref());
        let of_business = self.business_profile.as_ref().and_then(|business| business.name.as_deref());
        of_dashboard.filter(|name| !name.is_empty()).or(of_business.filter(|name| !name.is_empty()))
    }
}

/// Whether two things are of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameAccount {
    /// They are.
    Yes,
    /// They are not.
    No,
    /// One of them does not tell its account. Only reading a payment with the key, or the shop's owner, can decide.
    CannotTell,
}

/// Compares the accounts of two things: the one place where it is decided.
#[must_use]
pub fn same_account(one: Option<&AccountId>, other: Option<&AccountId>) -> SameAccount {
    match (one, other) {
        (Some(one), Some(other)) if one == other => SameAccount::Yes,
        (Some(_), Some(_)) => SameAccount::No,
        (None, _) | (_, None) => SameAccount::CannotTell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_from_a_modern_key_alone() {
        let modern = format!("51ABCDEFGHIJKLMNa{}", "x".repeat(82));
        assert_eq!(AccountId::of_key(&modern).expect("an account").as_str(), "acct_1ABCDEFGHIJKLMNa");
        for old in
            ["TYooMQauvdEDq54NiTphI7jx", "51aBcDeFgHiJkLmNoPqRsTuV", "51ABCDEFG_IJKLMNaxxxxxxxxxxxxxxxxxxxxxxxxx", ""]
        {
            assert_eq!(AccountId::of_key(old), None, "{old}");
        }
    }

    #[test]
    fn an_account_is_called_what_the_dashboard_calls_it() {
        let name =
            |text: &str| serde_json::from_str::<AccountSeen>(text).expect("an account").name().map(str::to_owned);
        let both =
            r#"{"id":"acct_1","settings":{"dashboard":{"display_name":"Corner"}},"business_profile":{"name":"Ltd"}}"#;
        assert_eq!(name(both).as_deref(), Some("Corner"));
        let one = r#"{"id":"acct_1","settings":{"dashboard":{"display_name":""}},"business_profile":{"name":"Ltd"}}"#;
        assert_eq!(name(one).as_deref(), Some("Ltd"));
        assert_eq!(name(r#"{"id":"acct_1","business_profile":null}"#), None);
    }

    #[test]
    fn only_what_both_tell_decides() {
        let (one, other) = (AccountId::parse("acct_1ABCDEFGHIJKLMNa"), AccountId::parse("acct_1ABCDEFGHIJKLMNb"));
        assert_eq!(same_account(one.as_ref(), one.as_ref()), SameAccount::Yes);
        assert_eq!(same_account(one.as_ref(), other.as_ref()), SameAccount::No);
        assert_eq!(same_account(one.as_ref(), None), SameAccount::CannotTell);
        assert_eq!(same_account(None, None), SameAccount::CannotTell);
        for bad in ["acct_1ABCDEFGHIJKLMN", "acct_1ABCDEFGHIJKLMNab", "acct_2ABCDEFGHIJKLMNa", "ABCDEFGHIJKLMNa"] {
            assert_eq!(AccountId::parse(bad), None, "{bad}");
        }
    }
}
