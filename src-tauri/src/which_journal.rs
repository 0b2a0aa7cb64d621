//! Which journal is an account's: found by the account that it records, by its name, or by reading with the key the payments
//! that it knows. What that leaves open, the owner is asked. A second journal of a mode is never begun in silence: it would
//! begin with number 1, and the open sales of the first would be nobody's.
//!
//! Deliberately not here: what is done with the answer (`asking`).

use std::path::Path;

use stripe_client::{AccountId, Client, Error, PaymentIntentId, SameAccount, same_account};
use till::identity::{KeySees, key_sees};
use till::journal::{Glance, Journal, JournalError};

use crate::account::{AccountKeys, journal_prefix};
use crate::facts::{JournalChoice, JournalQuestion, Tie};
use crate::views::Mode;

#[derive(Debug)]
pub(crate) enum Found {
    /// This file is the account's.
    Its {
        /// Its name.
        file: String,
        /// It does not record the account yet, and may from now on.
        record: bool,
    },
    /// This file is named as the account's, and Stripe did not say whether the key sees its payments.
    Unproved {
        /// Its name.
        file: String,
        /// What Stripe answered, or that it did not.
        error: Error,
    },
    /// There is none of this mode yet: it may be made under this name.
    None {
        /// The name.
        file: String,
    },
    /// Only the owner can tell.
    Ask(JournalQuestion),
}

/// A journal of the mode.
struct Candidate {
    file: String,
    glance: Result<Glance, JournalError>,
}

impl Candidate {
    fn account(&self) -> Option<&str> {
        self.glance.as_ref().ok()?.account.as_deref()
    }

    /// Whether the account that it records is that of the keys.
    fn is_of(&self, keys: &AccountKeys) -> SameAccount {
        match self.account() {
            Some(account) if account == keys.mark() => SameAccount::Yes,
            Some(account) => same_account(AccountId::parse(account).as_ref(), keys.account().as_ref()),
            None => SameAccount::CannotTell,
        }
    }

    fn payments(&self) -> Vec<PaymentIntentId> {
        let known = self.glance.as_ref().map(|glance| glance.payments.as_slice()).unwrap_or_default();
        known.iter().filter_map(|id| PaymentIntentId::parse(id).ok()).collect()
    }

    fn choice(&self, tie: Tie) -> JournalChoice {
        let glance = self.glance.as_ref().ok();
        JournalChoice {
            journal: self.file.clone(),
            sales: glance.map_or(0, |glance| glance.sales),
            last_ms: glance.and_then(|glance| glance.last_ms),
            tie,
        }
    }
}

/// Finds the journal of these keys among those in `data`. `keys_are_new`: they are about to be kept, so even a journal that
/// records their account is not taken on their word.
pub(crate) async fn find(data: &Path, keys: &AccountKeys, stripe: &Client, keys_are_new: bool) -> Found {
    let candidates = candidates(data, keys.mode());
    let Some(own) = own(&candidates, keys) else { return among_others(&candidates, keys, stripe).await };
    let recorded = own.account().is_some_and(|account| account == keys.mark());
    let its = |record| Found::Its { file: own.file.clone(), record };
    if recorded && !keys_are_new || own.glance.is_err() {
        return its(false);
    }
    match key_sees(stripe, &own.payments()).await {
        KeySees::AKnownPayment | KeySees::NothingToReadFor => its(!recorded),
        KeySees::NoAnswer(error) => Found::Unproved { file: own.file.clone(), error },
        KeySees::NoneOfThem => Found::Ask(JournalQuestion {
            mode: keys.mode(),
            journals: vec![own.choice(Tie::NotSeen)],
            // In test mode somebody may have deleted the test data. Real payments are not deleted.
            may_start_new: keys.mode() == Mode::Test,
        }),
    }
}

/// The journal that records the account, or else is named after it. Of several the last one begun, or used: an earlier
/// version began a second one when the publishable key was rolled.
fn own<'a>(candidates: &'a [Candidate], keys: &AccountKeys) -> Option<&'a Candidate> {
    let recorded = candidates.iter().filter(|candidate| candidate.is_of(keys) == SameAccount::Yes);
    let named = candidates.iter().filter(|candidate| {
        candidate.is_of(keys) == SameAccount::CannotTell && keys.are_of(&name_of_first(&candidate.file))
    });
    let begun = |candidate: &&Candidate| {
        let last_ms = candidate.glance.as_ref().ok().and_then(|glance| glance.last_ms);
        (number_of(&candidate.file), last_ms)
    };
    recorded.max_by_key(begun).or_else(|| named.max_by_key(begun))
}

/// None is the account's by what it says. A read may tell; or the owner.
async fn among_others(candidates: &[Candidate], keys: &AccountKeys, stripe: &Client) -> Found {
    let mut journals = Vec::new();
    for candidate in candidates {
        let tie = match (&candidate.glance, candidate.is_of(keys)) {
            (Err(_), _) => Tie::Unreadable,
            (Ok(_), SameAccount::No) => Tie::OtherAccount,
            (Ok(_), SameAccount::Yes | SameAccount::CannotTell) => {
                match key_sees(stripe, &candidate.payments()).await {
                    KeySees::AKnownPayment => return Found::Its { file: candidate.file.clone(), record: true },
                    KeySees::NoneOfThem => Tie::NotSeen,
                    KeySees::NothingToReadFor => Tie::NoPayments,
                    KeySees::NoAnswer(_) => Tie::NoAnswer,
                }
            }
        };
        journals.push(candidate.choice(tie));
    }
    if journals.is_empty() {
        return Found::None { file: keys.journal_file() };
    }
    Found::Ask(JournalQuestion { mode: keys.mode(), journals, may_start_new: true })
}

/// The journals of a mode. Copies that stand beside them are none.
fn candidates(data: &Path, mode: Mode) -> Vec<Candidate> {
    let files = std::fs::read_dir(data).into_iter().flatten().flatten();
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    // An empty file is one that a full disk left, before anything was written to it.
    let is_empty = |name: &String| std::fs::metadata(data.join(name)).is_ok_and(|found| found.len() == 0);
    names.retain(|name| is_journal(name, mode) && !is_empty(name));
    names.sort();
    names
        .into_iter()
        .map(|file| {
            let glance = Journal::glance(&data.join(&file));
            if let Err(reason) = &glance {
                log::warn!("A journal beside the others cannot be read: {reason}");
            }
            Candidate { file, glance }
        })
        .collect()
}

/// How many characters of a journal's name stand for the account.
const DIGEST: usize = 12;

fn is_journal(name: &str, mode: Mode) -> bool {
    let rest = name.strip_prefix(journal_prefix(mode)).and_then(|rest| rest.strip_suffix(".sqlite"));
    let Some((digest, number)) = rest.and_then(|rest| rest.split_at_checked(DIGEST)) else { return false };
    let numbered = number.strip_prefix('-').is_some_and(|number| number.parse::<u32>().is_ok());
    digest.bytes().all(|byte| byte.is_ascii_hexdigit()) && (number.is_empty() || numbered)
}

/// The number in `live-0123456789ab-2.sqlite`; 1 where there is none.
fn number_of(file: &str) -> u32 {
    let stem = file.trim_end_matches(".sqlite");
    let number = stem.splitn(3, '-').nth(2).and_then(|number| number.parse().ok());
    number.unwrap_or(1)
}

/// The name without its number.
fn name_of_first(file: &str) -> String {
    let stem = file.trim_end_matches(".sqlite");
    let first: Vec<&str> = stem.splitn(3, '-').take(2).collect();
    format!("{}.sqlite", first.join("-"))
}

/// A name for one more journal of this account: no file has it yet.
pub(crate) fn fresh_name(data: &Path, keys: &AccountKeys) -> String {
    let first = keys.journal_file();
    if !data.join(&first).exists() {
        return first;
    }
    let stem = first.trim_end_matches(".sqlite");
    let taken = candidates(data, keys.mode()).iter().map(|candidate| number_of(&candidate.file)).max().unwrap_or(1);
    format!("{stem}-{}.sqlite", taken.saturating_add(1))
}

#[cfg(test)]
mod tests;
