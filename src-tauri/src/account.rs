//! Which account a pair of keys belongs to, and the journal that is that account's own.
//!
//! Sales of one mode or account never meet those of another: each has its own journal file.

use sha2::{Digest as _, Sha256};
use stripe_client::{KeyMode, PublishableKey, SecretKey};

use crate::ui_error::Answer;
use crate::views::{AccountView, Mode, UiError};

/// How many characters of a publishable key name its account.
const ACCOUNT_CHARACTERS: usize = 16;

/// The keys of one account, of one mode. No `Debug`, no `Serialize`.
#[derive(Clone)]
pub(crate) struct AccountKeys {
    /// What the core calls Stripe with.
    pub(crate) secret: SecretKey,
    /// What Stripe.js is started with.
    pub(crate) publishable: PublishableKey,
}

impl AccountKeys {
    /// Takes the two keys as typed.
    ///
    /// # Errors
    /// `key_malformed`, or `keys_mixed_modes` when they cannot belong together.
    /// No message repeats what was typed.
    pub(crate) fn parse(secret: &str, publishable: &str) -> Answer<Self> {
        let malformed = |why: stripe_client::KeyRefused| UiError::new("key_malformed", why.to_string());
        let secret = SecretKey::parse(secret).map_err(malformed)?;
        let publishable = PublishableKey::parse(publishable).map_err(malformed)?;
        if secret.mode() != publishable.mode() {
            return Err(UiError::new(
                "keys_mixed_modes",
                "One key is for test mode and the other for live mode. Copy both from the same page of the Stripe Dashboard.",
            ));
        }
        if let (Some(one), Some(other)) = (secret.account_part(), publishable.account_part())
            && one != other
        {
            return Err(UiError::new(
                "keys_mixed_modes",
                "The two keys belong to different Stripe accounts. Copy both from the same account's page.",
            ));
        }
        Ok(Self { secret, publishable })
    }

    /// The mode that the keys are for.
    pub(crate) fn mode(&self) -> Mode {
        match self.secret.mode() {
            KeyMode::Test => Mode::Test,
            KeyMode::Live => Mode::Live,
        }
    }

    /// The name of this account's journal file.
    pub(crate) fn journal_file(&self) -> String {
        let mode = match self.secret.mode() {
            KeyMode::Test => "test",
            KeyMode::Live => "live",
        };
        format!("{mode}-{}.sqlite", account_name(self.publishable.as_str()))
    }

    /// What the set-up screen may show of them.
    pub(crate) fn view(&self) -> AccountView {
        AccountView {
            mode: self.mode(),
            secret_hint: self.secret.hint(),
            restricted: self.secret.restricted(),
            publishable_key: self.publishable.as_str().to_owned(),
        }
    }
}

/// A short name for the account of a publishable key. All keys of an account begin alike behind `51`, so a rolled key
/// keeps its journal.
fn account_name(publishable: &str) -> String {
    let tail = publishable.get("pk_test_".len()..).unwrap_or_default();
    let tail = tail.strip_prefix("51").unwrap_or(tail);
    let part: String = tail.chars().filter(char::is_ascii_alphanumeric).take(ACCOUNT_CHARACTERS).collect();
    Sha256::digest(part.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "51ABCDEFGHIJKLMNabcdefghijklmnopqrstuvwxyz0123456789";

    fn code(secret: &str, publishable: &str) -> String {
        AccountKeys::parse(secret, publishable).err().map(|error| error.code).unwrap_or_default()
    }

    #[test]
    fn keys_must_belong_together() {
        let other = TAIL.replace("ABC", "XYZ");
        assert_eq!(code(&format!("sk_test_{TAIL}"), &format!("pk_test_{TAIL}")), "");
        assert_eq!(code(&format!("sk_live_{TAIL}"), &format!("pk_test_{TAIL}")), "keys_mixed_modes");
        assert_eq!(code(&format!("sk_test_{TAIL}"), &format!("pk_test_{other}")), "keys_mixed_modes");
        assert_eq!(code(&format!("pk_test_{TAIL}"), &format!("sk_test_{TAIL}")), "key_malformed");
        assert_eq!(code("", ""), "key_malformed");
    }

    #[test]
    fn a_refusal_never_repeats_a_key() {
        let error = AccountKeys::parse("sk_test_secretsecret", &format!("sk_live_{TAIL}")).err().expect("refused");
        assert!(!error.message.contains("secretsecret") && !error.message.contains(TAIL));
    }

    #[test]
    fn an_account_keeps_its_journal_when_a_key_is_rolled() {
        let rolled = "51ABCDEFGHIJKLMNabOTHERfghijklmnopqrstuvwxyz01234";
        assert_eq!(account_name(&format!("pk_test_{TAIL}")), account_name(&format!("pk_test_{rolled}")));
        assert_ne!(account_name(&format!("pk_test_{TAIL}")), account_name("pk_test_anotheraccount123"));
        assert_eq!(account_name(&format!("pk_test_{TAIL}")).len(), 12);
    }

    #[test]
    fn the_modes_have_journals_of_their_own() {
        let test = AccountKeys::parse(&format!("sk_test_{TAIL}"), &format!("pk_test_{TAIL}")).expect("keys");
        let live = AccountKeys::parse(&format!("rk_live_{TAIL}"), &format!("pk_live_{TAIL}")).expect("keys");
        assert!(test.journal_file().starts_with("test-") && live.journal_file().starts_with("live-"));
        assert!(live.view().restricted && !test.view().restricted);
    }
}
