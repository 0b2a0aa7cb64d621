//! Opening a till: the mode and its keys, the till's folder, the account's journal. What prevents it is said in the window,
//! with a way to try again; and what can pass without anybody at this till is tried again by itself ([`Shop::keep_trying`]).
//!
//! Deliberately not here: which journal is an account's (`which_journal`).

use std::sync::Arc;
use std::time::Duration;

use till::{Refusal, TillId};

use crate::account::AccountKeys;
use crate::data_folder;
use crate::facts::{CommandResult, TillFact};
use crate::in_force::{self, InForce, JournalFile, TRAINING_JOURNAL};
use crate::keys;
use crate::shop::Shop;
use crate::training::Training;
use crate::views::Mode;
use crate::which_journal::{self, Found};

/// How often what may have passed is tried again.
const TRY_EVERY: Duration = Duration::from_secs(5);

impl Shop {
    /// Opens the mode that was in force when the program ended.
    pub(crate) async fn open_last_mode(self: &Arc<Self>) {
        let changing = self.changing.lock().await;
        self.open_afresh(None).await;
        drop(changing);
    }

    /// Opens a till, and puts it in force.
    async fn open_afresh(self: &Arc<Self>, mode: Option<Mode>) {
        let opened = self.opened(mode).await;
        self.put_in_force(opened).await;
    }

    /// A till of `mode`, or of the one that the settings name, with what the keyring and the disk say now. What prevents it is
    /// the new till's problem.
    async fn opened(&self, mode: Option<Mode>) -> InForce {
        let problem = self.folder_problem();
        let mode = mode.unwrap_or_else(|| self.settings().mode());
        if let Some(problem) = problem {
            return InForce::closed(mode, vec![problem]);
        }
        let opened = match mode {
            Mode::Training => Ok(self.open_training().await),
            Mode::Test | Mode::Live => match keys::read(mode).await {
                Ok(Some(keys)) => Ok(self.open_account(&keys).await),
                Ok(None) => Err(TillFact::KeysMissing { mode }),
                Err(fault) => Err(fault.into()),
            },
        };
        opened.unwrap_or_else(|problem| InForce::closed(mode, vec![problem]))
    }

    /// What is wrong with the till's folder, if anything is. Where nothing is, the settings that are in it are in force.
    fn folder_problem(&self) -> Option<TillFact> {
        let Err(fault) = data_folder::make_ready(&self.data) else {
            self.settings().read_if_unread();
            return None;
        };
        log::error!("The till's folder cannot be used: {fault:?}");
        Some(TillFact::DataFolder { folder: self.data.display().to_string(), fault })
    }

    /// Changes the mode. The mode in force is tried again when its till could not be opened, or cannot write: the keyring may
    /// be unlocked since, the disk freed, the other till closed. What still prevents it is in the status, not an error.
    ///
    /// # Errors
    /// `sale_in_hand`, `keys_missing`, or the keyring's reason. The old mode stays in force then.
    pub(crate) async fn choose(self: &Arc<Self>, mode: Mode) -> CommandResult<()> {
        let _changing = self.changing.lock().await;
        let current = self.in_force();
        match wish(current.mode, can_write(&current).await, mode) {
            Wish::Granted => return Ok(()),
            Wish::TryAgain => {
                // Its answer is kept in memory until it can be written: it is waited for.
                if self.call_in_flight(current.till.as_ref()).await {
                    return Err(TillFact::SaleInHand);
                }
                current.close().await;
                self.open_afresh(Some(mode)).await;
                return self.keep_mode(mode);
            }
            Wish::Change => {}
        }
        self.must_be_free(current.till.as_ref(), None).await?;
        let opening = match mode {
            Mode::Training => None,
            Mode::Test | Mode::Live => Some(keys::read(mode).await?.ok_or(TillFact::KeysMissing { mode })?),
        };
        current.close().await;
        let opened = match opening {
            None => self.open_training().await,
            Some(keys) => self.open_account(&keys).await,
        };
        self.put_in_force(opened).await;
        self.keep_mode(mode)
    }

    /// What could not be saved is in force all the same, and is told with the status.
    fn keep_mode(&self, mode: Mode) -> CommandResult<()> {
        let kept = self.settings().keep_mode(mode);
        if kept.is_err() {
            self.tell_status();
        }
        kept
    }

    /// Tries again, for as long as the program runs, what may have become possible without anybody at this till: a disk was
    /// freed or connected, another till closed.
    pub(crate) async fn keep_trying(self: Arc<Self>) {
        loop {
            tokio::time::sleep(TRY_EVERY).await;
            self.log.try_again(&self.app);
            if self.settings().save_again() {
                self.tell_status();
            }
            self.open_what_is_shut().await;
        }
    }

    async fn open_what_is_shut(self: &Arc<Self>) {
        if !may_pass(&self.in_force()) {
            return;
        }
        let _changing = self.changing.lock().await;
        let shut = self.in_force();
        // A keyring that would ask for its password is left alone: nobody has asked for anything.
        if !may_pass(&shut) || (shut.mode != Mode::Training && keys::look().await.is_err()) {
            return;
        }
        let opened = self.opened(None).await;
        if opened.till.is_some() || opened.problems != shut.problems {
            self.put_in_force(opened).await;
        }
    }

    /// The simulator, where the mode needs one.
    pub(crate) async fn simulator(&self, mode: Mode) -> Option<&Training> {
        if mode != Mode::Training && !(mode == Mode::Test && in_force::test_is_simulated()) {
            return None;
        }
        match self.training.get_or_try_init(Training::start).await {
            Ok(training) => Some(training),
            Err(reason) => {
                log::error!("The training simulator does not start: {reason}");
                None
            }
        }
    }

    async fn open_training(&self) -> InForce {
        if let Some(problem) = self.folder_problem() {
            return InForce::closed(Mode::Training, vec![problem]);
        }
        match self.simulator(Mode::Training).await {
            Some(training) => {
                let (till, fact) = self.till_beside(TRAINING_JOURNAL);
                InForce::training(&self.data, training, till, self.locale()).saying(fact)
            }
            None => InForce::closed(Mode::Training, vec![TillFact::TrainingNotStarted]),
        }
    }

    /// Opens the till of these keys over the journal that is their account's; or asks which one that is.
    pub(crate) async fn open_account(&self, keys: &AccountKeys) -> InForce {
        if let Some(problem) = self.folder_problem() {
            return InForce::closed(keys.mode(), vec![problem]);
        }
        let training = self.simulator(keys.mode()).await;
        let client = match in_force::client(keys, &in_force::stripe_base(keys.mode(), training)) {
            Ok(client) => client,
            Err(problem) => return InForce::closed(keys.mode(), vec![problem]),
        };
        let file = match which_journal::find(&self.data, keys, &client, false).await {
            Found::Its { file, record } => JournalFile { name: file, record: record.then(|| keys.mark()) },
            // It was this till's until now. It is looked at again at the next start.
            Found::Unproved { file, .. } => JournalFile { name: file, record: None },
            Found::None { file } => JournalFile { name: file, record: Some(keys.mark()) },
            Found::Ask(question) => {
                let fact = self.ask(keys.clone(), question, false);
                return InForce::closed(keys.mode(), vec![fact]);
            }
        };
        let (till, fact) = self.till_beside(&file.name);
        InForce::account(&self.data, keys, file, training, till, self.locale()).saying(fact)
    }

    /// Which till this is, beside this journal; and what is to be said when the two do not agree.
    fn till_beside(&self, journal: &str) -> (TillId, Option<TillFact>) {
        self.settings().till_beside(&in_force::tills_of(&self.data, journal))
    }
}

/// Whether a till is open and its journal takes rows. One that did not is tried now.
async fn can_write(in_force: &InForce) -> bool {
    let Some(till) = &in_force.till else { return false };
    till.health().borrow().journal.is_none() || till.try_journal().await
}

/// Whether what keeps this till shut may pass by itself: nobody at the till has to do anything for it.
fn may_pass(in_force: &InForce) -> bool {
    let passes = |problem: &TillFact| {
        matches!(
            problem,
            TillFact::DataFolder { .. }
                | TillFact::Refused { refusal: Refusal::DiskFull | Refusal::Journal { .. } }
                | TillFact::JournalInUse
                | TillFact::JournalNotCopied
                | TillFact::TrainingNotStarted
        )
    };
    in_force.till.is_none() && in_force.problems.iter().any(passes)
}

/// What choosing a mode comes to.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    /// It is in force and its till is open.
    Granted,
    /// It is in force, but its till could not be opened, or cannot write.
    TryAgain,
    /// Another is in force.
    Change,
}

fn wish(in_force: Mode, is_open: bool, wanted: Mode) -> Wish {
    match (in_force == wanted, is_open) {
        (true, true) => Wish::Granted,
        (true, false) => Wish::TryAgain,
        (false, _) => Wish::Change,
    }
}

#[cfg(test)]
mod tests {
    use till::journal::JournalError;

    use super::*;
    use crate::facts::FolderFault;

    #[test]
    fn a_till_that_is_not_open_is_tried_again() {
        for mode in [Mode::Training, Mode::Test, Mode::Live] {
            assert_eq!(wish(mode, false, mode), Wish::TryAgain);
            assert_eq!(wish(mode, true, mode), Wish::Granted);
        }
        assert_eq!(wish(Mode::Training, true, Mode::Live), Wish::Change);
        assert_eq!(wish(Mode::Test, false, Mode::Training), Wish::Change);
    }

    #[test]
    fn what_may_pass_is_tried_again_by_itself_and_what_waits_for_somebody_is_not() {
        let shut = |problem: TillFact| may_pass(&InForce::closed(Mode::Live, vec![problem]));
        let journal = |error: JournalError| shut(in_force::journal_problem(&error));
        assert!(
            journal(JournalError::DiskFull) && journal(JournalError::InUse) && journal(JournalError::Io("x".into()))
        );
        assert!(shut(TillFact::DataFolder { folder: "x".into(), fault: FolderFault::ReadOnly }));
        let path = std::path::PathBuf::from("x");
        assert!(!journal(JournalError::Newer { path: path.clone() }) && !journal(JournalError::Corrupt { path }));
        assert!(!shut(TillFact::KeysMissing { mode: Mode::Live }));
        assert!(!may_pass(&InForce::closed(Mode::Live, Vec::new())), "nothing is open yet, and nothing is wrong");
    }
}
