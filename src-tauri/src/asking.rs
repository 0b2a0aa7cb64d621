//! The owner is asked which journal is an account's, and the answer is kept where it belongs: in the journal.

use std::sync::{Arc, PoisonError};

use till::SystemClock;

use crate::account::AccountKeys;
use crate::facts::{CommandResult, JournalQuestion, Named, TillFact};
use crate::in_force::{JournalFile, journal_problem, open_journal, tills_of};
use crate::keys;
use crate::shop::Shop;
use crate::which_journal::fresh_name;

/// A question that stands.
pub(crate) struct Asked {
    /// The keys that it is about.
    keys: AccountKeys,
    question: JournalQuestion,
    /// The keys are not in the keyring yet: an answer puts them there.
    keys_are_new: bool,
}

impl Shop {
    /// Keeps the question until it is answered, or other keys are tried. Says what the owner is to be told: where nothing can
    /// be chosen, that these are the wrong keys.
    pub(crate) fn ask(&self, keys: AccountKeys, question: JournalQuestion, keys_are_new: bool) -> TillFact {
        let answerable = question.may_start_new || question.journals.iter().any(|journal| journal.tie.may_be_chosen());
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !answerable {
            *asked = None;
            return TillFact::KeyOfAnotherAccount { mode: question.mode };
        }
        *asked = Some(Asked { keys, question: question.clone(), keys_are_new });
        TillFact::WhichJournal { question }
    }

    /// The sales in `journal` are of the account that was asked about; or, with none, a new journal is begun for it. The
    /// journal records the account from then on, so that nobody is asked twice.
    ///
    /// # Errors
    /// `malformed` for an answer to no question, `sale_in_hand`, or why the journal or the keyring cannot be written.
    pub(crate) async fn answer_journal(self: &Arc<Self>, journal: Option<String>) -> CommandResult<()> {
        let _changing = self.changing.lock().await;
        let (keys, keys_are_new, name) = self.understand(journal)?;
        let current = self.in_force();
        let in_force = current.mode == keys.mode();
        if in_force {
            self.must_be_free(current.till.as_ref(), None).await?;
        }
        if keys_are_new {
            keys::keep(&keys).await?;
        }
        if in_force {
            // It may be the journal that is open now.
            current.close().await;
        }
        let file = JournalFile { name, record: Some(keys.mark()) };
        // Closed again at once: the till opens it like any other.
        // That it is this till's although another kept it, the owner has just said.
        let (till, _said) = self.settings().till_beside(&tills_of(&self.data, &file.name));
        let recorded = open_journal(&self.data, &file, till, &SystemClock).map(drop);
        if recorded.is_ok() {
            *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        if in_force {
            let opened = self.open_account(&keys).await;
            self.put_in_force(opened).await;
        }
        recorded.map_err(|error| journal_problem(&error))
    }

    /// What was asked, and the file that the answer names: only what was offered can be chosen.
    fn understand(&self, journal: Option<String>) -> CommandResult<(AccountKeys, bool, String)> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let malformed = || TillFact::Malformed { what: Named::Journal };
        let asked = asked.as_ref().ok_or_else(malformed)?;
        let offered = |name: &String| {
            asked.question.journals.iter().any(|journal| journal.journal == *name && journal.tie.may_be_chosen())
        };
        let name = match journal {
            Some(name) if offered(&name) => name,
            None if asked.question.may_start_new => fresh_name(&self.data, &asked.keys),
            Some(_) | None => return Err(malformed()),
        };
        Ok((asked.keys.clone(), asked.keys_are_new, name))
    }
}
