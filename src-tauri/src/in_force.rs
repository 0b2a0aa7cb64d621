//! What is in force in one mode: the till that is open, with its journal, its Stripe and its clock; or none, and why.
//!
//! Deliberately not here: which mode is in force and who is told (`shop`).

use std::path::Path;
use std::sync::{Arc, Mutex};

use stripe_client::{Client, ClientConfig, HttpLimits, HttpTransport};
use till::books::Books;
use till::journal::{Journal, JournalError, Running, Start};
use till::locale::Locale;
use till::{Clock, OsEntropy, Refusal, SaleId, SystemClock, Till, TillId, TillParts};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::AbortHandle;

use crate::account::AccountKeys;
use crate::facts::{FolderFault, TillFact};
use crate::payment_window::ScriptHost;
use crate::training::Training;
use crate::views::Mode;

/// What runs in one mode.
pub(crate) struct InForce {
    pub(crate) mode: Mode,
    /// The till; none when something in `problems` prevents it.
    pub(crate) till: Option<Till>,
    /// What is found and added up of its sales; none when no till is open.
    pub(crate) books: Option<OpenBooks>,
    /// The till's clock.
    pub(crate) clock: Arc<dyn Clock>,
    /// What Stripe.js is started with; empty when there are no keys.
    pub(crate) publishable_key: String,
    /// The journal's file name: it names the account.
    pub(crate) journal_file: String,
    /// Whose Stripe.js the page runs.
    pub(crate) host: ScriptHost,
    /// What was wrong at opening.
    pub(crate) problems: Vec<TillFact>,
    /// The tasks that end with it.
    tasks: Mutex<Vec<AbortHandle>>,
}

pub(crate) const TRAINING_JOURNAL: &str = "training.sqlite";

/// A journal's file, as it is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JournalFile {
    pub(crate) name: String,
    /// The account that it is to record from now on.
    pub(crate) record: Option<String>,
}

/// The tills that were started on a journal, oldest first; none where there is no journal yet.
pub(crate) fn tills_of(data: &Path, file: &str) -> Vec<TillId> {
    Journal::glance(&data.join(file)).map(|glance| glance.tills).unwrap_or_default()
}

/// Opens a journal, and has it record its account.
///
/// # Errors
/// As [`Journal::open`] and [`Journal::keep_account`].
pub(crate) fn open_journal(
    data: &Path,
    file: &JournalFile,
    till: TillId,
    clock: &dyn Clock,
) -> Result<Journal, JournalError> {
    let of = file.name.trim_end_matches(".sqlite");
    let start = Start { till, at_ms: clock.now_ms() };
    let mut journal = Journal::open(&data.join(&file.name), of, start)?;
    if let Some(account) = &file.record {
        journal.keep_account(account)?;
    }
    Ok(journal)
}

/// The books of a till that is open, and what makes them again where that is due. Both end with it.
pub(crate) struct OpenBooks {
    pub(crate) books: Books,
    pub(crate) filing: Running,
}

/// Opens the books beside a journal that is open. None where that cannot be: the till sells all the same, and says so where
/// sales are looked for.
fn open_books(path: &Path, journal: &Journal) -> Option<(OpenBooks, UnboundedReceiver<SaleId>)> {
    let (unfinished, found) = unbounded_channel();
    let open = || -> Result<Option<OpenBooks>, JournalError> {
        let Some(filing) = journal.filing()? else { return Ok(None) };
        Ok(Some(OpenBooks { books: Books::open(path)?, filing: filing.run(unfinished)? }))
    };
    match open() {
        Ok(books) => books.map(|books| (books, found)),
        Err(error) => {
            log::error!("The books cannot be opened: {error}");
            None
        }
    }
}

/// What a till has of Stripe.
struct StripeSide {
    client: Result<Client, TillFact>,
    clock: Arc<dyn Clock>,
    /// See [`TillParts::stripe_is_new`].
    till: TillId,
    is_new: bool,
}

impl InForce {
    /// A till that cannot sell, and why. Also what stands before the first one is open (no problems then).
    pub(crate) fn closed(mode: Mode, problems: Vec<TillFact>) -> Self {
        Self {
            mode,
            till: None,
            books: None,
            clock: Arc::new(SystemClock),
            publishable_key: String::new(),
            journal_file: String::new(),
            host: ScriptHost::for_mode(mode, test_is_simulated()),
            problems,
            tasks: Mutex::default(),
        }
    }

    /// Opens the till of the simulated account.
    pub(crate) fn training(data: &Path, training: &Training, till: TillId, locale: &'static Locale) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(training.clock());
        let client = client(&training.keys, &training.base);
        let stripe = StripeSide { client, clock, till, is_new: training.is_new() };
        let file = JournalFile { name: TRAINING_JOURNAL.to_owned(), record: None };
        Self::start(data, Mode::Training, &training.keys, file, stripe, locale)
    }

    /// Opens the till of an account at Stripe, over the journal `file`.
    pub(crate) fn account(
        data: &Path,
        keys: &AccountKeys,
        file: JournalFile,
        training: Option<&Training>,
        till: TillId,
        locale: &'static Locale,
    ) -> Self {
        let base = stripe_base(keys.mode(), training);
        let clock: Arc<dyn Clock> = match training {
            Some(training) if base == training.base => Arc::new(training.clock()),
            Some(_) | None => Arc::new(SystemClock),
        };
        let stripe = StripeSide { client: client(keys, &base), clock, till, is_new: false };
        Self::start(data, keys.mode(), keys, file, stripe, locale)
    }

    fn start(
        data: &Path,
        mode: Mode,
        keys: &AccountKeys,
        file: JournalFile,
        stripe: StripeSide,
        locale: &'static Locale,
    ) -> Self {
        let StripeSide { client, clock, till, is_new: stripe_is_new } = stripe;
        let closed = Self {
            clock: Arc::clone(&clock),
            publishable_key: keys.publishable.as_str().to_owned(),
            journal_file: file.name.clone(),
            ..Self::closed(mode, Vec::new())
        };
        let opened = client.and_then(|client| {
            let journal = open_journal(data, &file, till, &*clock).map_err(|error| journal_problem(&error))?;
            let books = open_books(&data.join(&file.name), &journal);
            let parts = TillParts {
                // A till that was given another id since: what it made under the old one is its own too.
                former_tills: journal.tills().iter().copied().filter(|former| *former != till).collect(),
                journal,
                stripe: client,
                clock,
                entropy: Arc::new(OsEntropy),
                locale,
                till,
                live: mode == Mode::Live,
                stripe_is_new,
            };
            let (till, life) = Till::start(parts).map_err(|error| journal_problem(&error))?;
            tokio::spawn(life);
            let books = books.map(|(books, mut found)| {
                let till = till.clone();
                tokio::spawn(async move {
                    while let Some(sale) = found.recv().await {
                        till.attend(sale).await;
                    }
                });
                books
            });
            Ok((till, books))
        });
        match opened {
            Ok((till, books)) => Self { till: Some(till), books, ..closed },
            Err(problem) => {
                log::error!("The till cannot be opened: {}", problem.code());
                Self { problems: vec![problem], ..closed }
            }
        }
    }

    /// The same with one thing more to say, after what prevents it.
    pub(crate) fn saying(mut self, fact: Option<TillFact>) -> Self {
        self.problems.extend(fact);
        self
    }

    /// Ends `task` with this till.
    pub(crate) fn adopt(&self, task: AbortHandle) {
        match self.tasks.lock() {
            Ok(mut tasks) => tasks.push(task),
            Err(_) => task.abort(),
        }
    }

    /// Ends the till. Calls that are out are in the journal; the next start finds what became of them.
    pub(crate) async fn close(&self) {
        if let Ok(mut tasks) = self.tasks.lock() {
            tasks.drain(..).for_each(|task| task.abort());
        }
        if let Some(till) = &self.till {
            till.shutdown().await;
        }
    }
}

pub(crate) fn client(keys: &AccountKeys, base: &str) -> Result<Client, TillFact> {
    let transport = HttpTransport::new(base, HttpLimits::default()).map_err(|error| {
        log::error!("No connection can be prepared: {error}");
        TillFact::TlsMissing
    })?;
    Ok(Client::new(ClientConfig::new(keys.secret.clone()), Arc::new(transport)))
}

/// What a journal that cannot be used means for the shop.
pub(crate) fn journal_problem(error: &JournalError) -> TillFact {
    let file = |path: &Path| path.display().to_string();
    match error {
        JournalError::Newer { path } => TillFact::JournalNewer { file: file(path) },
        JournalError::NotOurs { path } => TillFact::JournalNotOurs { file: file(path) },
        JournalError::Corrupt { path } => TillFact::JournalCorrupt { file: file(path) },
        JournalError::InUse => TillFact::JournalInUse,
        JournalError::NotCopied(failure) => {
            log::error!("The journal was not copied before it is taken a step further: {failure:?}");
            TillFact::JournalNotCopied
        }
        JournalError::NotPrivate { path } => {
            let path = file(path);
            TillFact::DataFolder { folder: path.clone(), fault: FolderFault::NotPrivate { path } }
        }
        JournalError::TakenOver => Refusal::JournalTakenOver.into(),
        JournalError::DiskFull => Refusal::DiskFull.into(),
        JournalError::Io(said) => Refusal::Journal { said: said.clone() }.into(),
        JournalError::Repeated => Refusal::Journal { said: error.to_string() }.into(),
    }
}

/// Where an account's Stripe is. A release build knows one answer.
#[cfg(not(debug_assertions))]
pub(crate) fn stripe_base(_mode: Mode, _training: Option<&Training>) -> String {
    stripe_client::DEFAULT_BASE.to_owned()
}

/// Whether test mode is simulated. Never in a release build.
#[cfg(not(debug_assertions))]
pub(crate) fn test_is_simulated() -> bool {
    false
}

/// Debug builds only: tests of test mode need a Stripe. `training` is the simulator in this process; otherwise a
/// loopback address. The page's Stripe.js then comes from the simulator in this process too, unless it is led elsewhere
/// (`page_elsewhere`).
#[cfg(debug_assertions)]
const STRIPE_BASE: &str = "COUNTERSIGN_STRIPE_BASE";

/// Where an account's Stripe is: live mode has one answer, test mode can be led to a simulator in a debug build.
#[cfg(debug_assertions)]
pub(crate) fn stripe_base(mode: Mode, training: Option<&Training>) -> String {
    let led = std::env::var(STRIPE_BASE).ok().filter(|_| mode == Mode::Test);
    match (led.as_deref(), training) {
        (Some("training"), Some(training)) => training.base.clone(),
        (Some(base), _) if crate::page_elsewhere::is_loopback(base) => base.to_owned(),
        _ => stripe_client::DEFAULT_BASE.to_owned(),
    }
}

/// Whether test mode is simulated in this debug build.
#[cfg(debug_assertions)]
pub(crate) fn test_is_simulated() -> bool {
    std::env::var_os(STRIPE_BASE).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_is_always_stripe() {
        assert_eq!(stripe_base(Mode::Live, None), stripe_client::DEFAULT_BASE);
    }

    #[tokio::test]
    async fn a_till_opens_once_the_other_one_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let training = Training::start().await.expect("a simulator");
        let open = || InForce::training(folder.path(), &training, TillId::new(&OsEntropy), &Locale::all()[0]);
        let first = open();
        assert!(first.till.is_some());
        let second = open();
        assert!(second.till.is_none());
        assert_eq!(second.problems[0], TillFact::JournalInUse);
        first.close().await;
        second.close().await;
        let again = open();
        assert!(again.till.is_some() && again.problems.is_empty());
        again.close().await;
    }

    #[test]
    fn a_journal_that_cannot_be_used_is_explained() {
        let path = std::path::PathBuf::from("/data/live.sqlite");
        let newer = journal_problem(&JournalError::Newer { path });
        assert_eq!(newer, TillFact::JournalNewer { file: "/data/live.sqlite".into() });
        assert_eq!(journal_problem(&JournalError::DiskFull).code(), "disk_full");
        let said = "input/output error".to_owned();
        let io = journal_problem(&JournalError::Io(said.clone()));
        assert_eq!(io, Refusal::Journal { said }.into(), "the system's words, without ours around them");
    }
}
