//! Which account a pair of keys belongs to, and the journal that is that account's own.
//!
//! Sales of one mode or account never meet those of another: each has its own journal file.

use sha2::{Digest as _, Sha256};
use stripe_client::{AccountId, KeyMode, PublishableKey, SameAccount, SecretKey, same_account};

use crate::facts::{CommandResult, TillFact};
use crate::views::{AccountView, Mode};

/// How many characters of a publishable key once named its journal. Only 15 of them are the account's: the last one changes
/// when the key is rolled.
const EARLIER_CHARACTERS: usize = 16;
/// What a key is written in.
const KEY_CHARACTERS: std::ops::RangeInclusive<u8> = b'0'..=b'z';

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
    /// `key_malformed`; `keys_mixed_modes` or `keys_of_two_accounts` when they cannot belong together.
    /// None repeats what was typed.
    pub(crate) fn parse(secret: &str, publishable: &str) -> CommandResult<Self> {
        let secret = SecretKey::parse(secret)?;
        let publishable = PublishableKey::parse(publishable)?;
        if secret.mode() != publishable.mode() {
            return Err(TillFact::KeysMixedModes);
        }
        if same_account(secret.account().as_ref(), publishable.account().as_ref()) == SameAccount::No {
            return Err(TillFact::KeysOfTwoAccounts);
        }
        Ok(Self { secret, publishable })
    }

    pub(crate) fn mode(&self) -> Mode {
        match self.secret.mode() {
            KeyMode::Test => Mode::Test,
            KeyMode::Live => Mode::Live,
        }
    }

    /// The account, where one of the keys carries it. Both may be of the form that does not.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.publishable.account().or_else(|| self.secret.account())
    }

    /// The name that a new journal file of this account gets: by the account, or where no key carries it, by the
    /// publishable key.
    pub(crate) fn journal_file(&self) -> String {
        match self.account() {
            Some(account) => journal_name(self.mode(), account.own_characters()),
            None => journal_name(self.mode(), &earlier_part(&self.publishable)),
        }
    }

    /// What a journal records of the keys' account: its id, or where no key carries it, something of the publishable key.
    pub(crate) fn mark(&self) -> String {
        match self.account() {
            Some(account) => account.as_str().to_owned(),
            None => format!("key:{}", digest(self.publishable.tail())),
        }
    }

    /// Whether this file is named after the account, or after any publishable key that it has or had.
    pub(crate) fn are_of(&self, file: &str) -> bool {
        let earlier = || file == journal_name(self.mode(), &earlier_part(&self.publishable));
        let of_rolled_key = || {
            // Named after 16 characters: the account's 15, and one of a key that need not be in use any more.
            let Some(account) = self.account() else { return false };
            KEY_CHARACTERS.filter(u8::is_ascii_alphanumeric).any(|last| {
                file == journal_name(self.mode(), &format!("{}{}", account.own_characters(), char::from(last)))
            })
        };
        file == self.journal_file() || earlier() || of_rolled_key()
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

/// What named the journal of a publishable key before the account's part was known to be 15 characters.
fn earlier_part(publishable: &PublishableKey) -> String {
    let tail = publishable.tail();
    let tail = tail.strip_prefix("51").unwrap_or(tail);
    tail.chars().filter(char::is_ascii_alphanumeric).take(EARLIER_CHARACTERS).collect()
}

/// What the names of a mode's journal files begin with.
pub(crate) fn journal_prefix(mode: Mode) -> &'static str {
    match mode {
        Mode::Training => "training",
        Mode::Test => "test-",
        Mode::Live => "live-",
    }
}

fn journal_name(mode: Mode, part: &str) -> String {
    format!("{}{}.sqlite", journal_prefix(mode), digest(part))
}

fn digest(part: &str) -> String {
    Sha256::digest(part.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "51ABCDEFGHIJKLMNabcdefghijklmnopqrstuvwxyz0123456789";

    fn code(secret: &str, publishable: &str) -> &'static str {
        AccountKeys::parse(secret, publishable).err().map_or("", |fact| fact.code())
    }

    #[test]
    fn keys_must_belong_together() {
        let other = TAIL.replace("ABC", "XYZ");
        assert_eq!(code(&format!("sk_test_{TAIL}"), &format!("pk_test_{TAIL}")), "");
        assert_eq!(code(&format!("sk_live_{TAIL}"), &format!("pk_test_{TAIL}")), "keys_mixed_modes");
        assert_eq!(code(&format!("sk_test_{TAIL}"), &format!("pk_test_{other}")), "keys_of_two_accounts");
        assert_eq!(code(&format!("pk_test_{TAIL}"), &format!("sk_test_{TAIL}")), "key_malformed");
        assert_eq!(code("", ""), "key_malformed");
    }

    #[test]
    fn a_refusal_never_repeats_a_key() {
        let refused = AccountKeys::parse("sk_test_secretsecret", &format!("sk_live_{TAIL}")).err().expect("refused");
        let crossed = serde_json::to_string(&refused).expect("serialised");
        assert!(!crossed.contains("secretsecret") && !crossed.contains(TAIL));
    }

    fn keys(tail: &str) -> AccountKeys {
        AccountKeys::parse(&format!("sk_test_{tail}"), &format!("pk_test_{tail}")).expect("keys")
    }

    #[test]
    fn an_account_keeps_its_journal_when_a_key_is_rolled() {
        // The 16th character behind `51` is the key's own already.
        let rolled = TAIL.replacen("ab", "aZ", 1);
        assert_eq!(keys(TAIL).journal_file(), keys(&rolled).journal_file());
        assert_ne!(keys(TAIL).journal_file(), keys(&TAIL.replacen("Na", "NZ", 1)).journal_file());
        assert_ne!(keys(TAIL).journal_file(), keys("anotheraccount123").journal_file());
    }

    #[test]
    fn a_journal_of_the_earlier_name_is_known_whatever_key_named_it() {
        // What the earlier version made of `51ABCDEFGHIJKLMNab…`: the hash of `ABCDEFGHIJKLMNab`.
        let earlier = "test-38f39eff5c4c.sqlite";
        assert_eq!(journal_name(Mode::Test, "ABCDEFGHIJKLMNab"), earlier);
        let rolled = keys(&TAIL.replacen("ab", "aZ", 1));
        assert!(keys(TAIL).are_of(earlier) && rolled.are_of(earlier));
        assert!(rolled.are_of(&rolled.journal_file()));
        assert!(!keys(&TAIL.replacen("Na", "NZ", 1)).are_of(earlier));
        assert!(!keys("anotheraccount123").are_of(earlier));
        assert!(keys("anotheraccount123").are_of(&journal_name(Mode::Test, "anotheraccount12")));
    }

    #[test]
    fn the_modes_have_journals_of_their_own() {
        let test = AccountKeys::parse(&format!("sk_test_{TAIL}"), &format!("pk_test_{TAIL}")).expect("keys");
        let live = AccountKeys::parse(&format!("rk_live_{TAIL}"), &format!("pk_live_{TAIL}")).expect("keys");
        assert!(test.journal_file().starts_with("test-") && live.journal_file().starts_with("live-"));
        assert!(live.view().restricted && !test.view().restricted);
    }
}
