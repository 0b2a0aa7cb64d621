//! The shop, as this computer has it: the mode in force and its till, the owner's choices, and what the main window is told.
//!
//! Deliberately not here: any rule of a payment (`till`), how a till is opened (`opening`), and what stands in the payment window
//! (`payment_desk`).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Emitter as _, Manager as _};
use till::check::CheckHeard;
use till::currency::Currency;
use till::locale::Locale;
use till::view::Standing;
use till::{Clock as _, SaleId, SystemClock, Till};
use tokio::sync::OnceCell;

use crate::account::AccountKeys;
use crate::asking::Asked;
use crate::copies::Copies;
use crate::current::Current;
use crate::facts::{CommandResult, TillFact, not_kept};
use crate::in_force::{self, InForce};
use crate::keys;
use crate::logging::Log;
use crate::main_window::{self, MainWindow};
use crate::payment_desk::PaymentDesk;
use crate::payment_window::{PaymentWindow, Trouble};
use crate::saving::Saving;
use crate::settings::Settings;
use crate::training::Training;
use crate::views::{Mode, Preferences, TillStatus};
use crate::which_journal::{self, Found};

/// How many sales the history shows, newest first.
pub(crate) const HISTORY: u32 = 100;
/// How long a question for the status waits for the first till to open. The keyring may be asking for a password.
const OPENING_PATIENCE: Duration = Duration::from_secs(2);
/// How long the end of the program waits for the journal.
const CLOSING_PATIENCE: Duration = Duration::from_secs(5);

/// Everything the windows' commands work on.
pub(crate) struct Shop {
    pub(crate) app: AppHandle,
    pub(crate) data: PathBuf,
    pub(crate) current: Arc<Current>,
    pub(crate) desk: PaymentDesk,
    /// The sale that the main window shows. Its page may end and come back.
    on_screen: Mutex<Option<SaleId>>,
    pub(crate) copies: Copies,
    /// Which journal the owner is being asked for, if any.
    pub(crate) asked: Mutex<Option<Asked>>,
    /// Held while the mode or its keys are being changed: one change at a time.
    pub(crate) changing: tokio::sync::Mutex<()>,
    pub(crate) training: OnceCell<Training>,
    pub(crate) log: Log,
    pub(crate) saving: Saving,
}

impl Shop {
    /// A shop with nothing open yet: [`Shop::open_last_mode`] opens it.
    pub(crate) fn new(app: AppHandle, data: PathBuf, settings: Settings, window: PaymentWindow, log: Log) -> Self {
        let current = Arc::new(Current::new(settings));
        Self {
            app,
            data,
            desk: PaymentDesk::new(window, Arc::clone(&current)),
            current,
            on_screen: Mutex::default(),
            copies: Copies::default(),
            asked: Mutex::default(),
            changing: tokio::sync::Mutex::new(()),
            training: OnceCell::new(),
            log,
            saving: Saving::default(),
        }
    }

    /// What is in force now.
    pub(crate) fn in_force(&self) -> Arc<InForce> {
        self.current.in_force()
    }

    /// The till, if one is open.
    ///
    /// # Errors
    /// `cannot_sell`.
    pub(crate) fn till(&self) -> CommandResult<Till> {
        self.current.till()
    }

    /// The till for a card that is about to be keyed. With a key that Stripe is known to refuse, none can be tried, so no
    /// window is opened for one.
    ///
    /// # Errors
    /// `cannot_sell`; `key_refused` or `key_lacks_permission`; `payment_window_not_cleared`.
    pub(crate) fn till_for_a_card(&self) -> CommandResult<Till> {
        let till = self.till()?;
        // What keeps the payment window empty for good is no state to key a card in. A page that has only failed is tried again.
        if self.desk.window.trouble() == Some(Trouble::NotCleared) {
            return Err(TillFact::PaymentWindowNotCleared);
        }
        match till.health().borrow().account {
            Some(fault) => Err(TillFact::from(fault)),
            None => Ok(till.clone()),
        }
    }

    /// What this computer keeps of the shop's choices.
    pub(crate) fn settings(&self) -> &Settings {
        &self.current.settings
    }

    /// Tries new keys with a harmless call, keeps them, and opens the till with them when their mode is in force.
    ///
    /// # Errors
    /// The codes of `save_keys`.
    pub(crate) async fn replace_keys(self: &Arc<Self>, keys: AccountKeys) -> CommandResult<()> {
        let _changing = self.changing.lock().await;
        let base = in_force::stripe_base(keys.mode(), self.simulator(keys.mode()).await);
        let client = in_force::client(&keys, &base)?;
        let refused = |error: &_| not_kept(error, keys.mode(), SystemClock.now_ms());
        if !client.try_key().await.result.map_err(|error| refused(&error))?.is_empty() {
            return Err(TillFact::KeyLacksPermission);
        }
        let file = match which_journal::find(&self.data, &keys, &client, true).await {
            Found::Its { file, .. } | Found::None { file } => file,
            Found::Unproved { error, .. } => return Err(refused(&error)),
            Found::Ask(question) => return Err(self.ask(keys, question, true)),
        };
        let current = self.in_force();
        let in_force = current.mode == keys.mode();
        if in_force && current.journal_file != file {
            self.must_be_free(current.till.as_ref(), None).await?;
        } else if in_force && self.call_in_flight(current.till.as_ref()).await {
            return Err(TillFact::SaleInHand);
        }
        keys::keep(&keys).await?;
        if in_force {
            current.close().await;
            let opened = self.open_account(&keys).await;
            self.put_in_force(opened).await;
        }
        Ok(())
    }

    /// Removes the keys of `mode`. If it is in force, training is from then on.
    ///
    /// # Errors
    /// `sale_in_hand`, or the keyring's reason.
    pub(crate) async fn forget_keys(self: &Arc<Self>, mode: Mode) -> CommandResult<()> {
        if mode == Mode::Training {
            return Err(TillFact::TrainingHasNoKeys);
        }
        if self.in_force().mode == mode {
            self.choose(Mode::Training).await?;
        }
        let _changing = self.changing.lock().await;
        Ok(keys::forget(mode).await?)
    }

    /// Keeps the preferences, and shows both windows what follows from them.
    ///
    /// # Errors
    /// `preferences_refused`, `settings_not_saved`.
    pub(crate) async fn prefer(&self, preferences: Preferences) -> CommandResult<()> {
        // What could not be saved is in force all the same, and is told with the status.
        let kept = self.settings().keep_preferences(preferences);
        if let Some(till) = &self.in_force().till {
            till.set_locale(self.locale());
        }
        self.speak();
        self.desk.show_scene().await;
        self.tell_status();
        kept
    }

    /// What is said outside of the pages is in the language in force.
    fn speak(&self) {
        let language = self.settings().preferences().language;
        self.desk.window.speak(language);
        if let Some(main) = self.app.try_state::<Arc<MainWindow>>() {
            main.speak(language);
        }
    }

    /// How the till stands, once the first one is open (or does not open soon).
    pub(crate) async fn status(&self) -> TillStatus {
        drop(tokio::time::timeout(OPENING_PATIENCE, self.changing.lock()).await);
        self.status_now()
    }

    fn status_now(&self) -> TillStatus {
        let in_force = self.in_force();
        let health = in_force.till.as_ref().map(|till| till.health().borrow().clone()).unwrap_or_default();
        let mut problems = in_force.problems.clone();
        let facts = TillFact::of(&health, in_force.mode);
        let journal_sound = health.journal.is_none();
        problems.extend(health.journal.map(|why| TillFact::from(why.plain())));
        problems.extend(facts);
        problems.extend(self.desk.window.trouble().map(TillFact::from));
        problems.extend(self.copy_problem());
        problems.extend(self.settings().problems());
        TillStatus {
            mode: in_force.mode,
            now_ms: in_force.clock.now_ms(),
            preferences: self.settings().preferences(),
            problems,
            can_sell: in_force.till.is_some() && journal_sound,
            payment_window: self.desk.window.covers(),
            books: in_force.books.as_ref().and_then(|open| *open.filing.progress().borrow()),
        }
    }

    /// The sale that the main window shows, if it shows one.
    pub(crate) fn on_screen(&self) -> Option<SaleId> {
        *self.on_screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The main window shows this sale from now on.
    pub(crate) fn put_on_screen(&self, sale: Option<SaleId>) {
        *self.on_screen.lock().unwrap_or_else(PoisonError::into_inner) = sale;
    }

    /// The main window's page has asked for something.
    pub(crate) fn main_page_is_there(&self) {
        if let Some(main) = self.app.try_state::<Arc<MainWindow>>() {
            main.page_is_there();
        }
    }

    /// The payment window is in trouble, or not any more. A sale that is in it goes back to the main window, where staff can bring
    /// it to the window again.
    pub(crate) async fn window_in_trouble(&self) {
        self.tell_status();
        if self.desk.window.trouble().is_some() {
            drop(self.desk.abandon(None, CheckHeard::NoWindow).await);
        }
    }

    /// Tells the main window how the till stands.
    pub(crate) fn tell_status(&self) {
        drop(self.app.emit_to(main_window::LABEL, "status", self.status_now()));
    }

    /// The shop's locale and currency. The settings hold only what the till knows.
    pub(crate) fn locale(&self) -> &'static Locale {
        self.current.locale()
    }

    /// The currency that the shop charges in.
    pub(crate) fn currency(&self) -> &'static Currency {
        self.current.currency()
    }

    /// Refuses when staff have a sale in hand other than `besides`.
    ///
    /// # Errors
    /// `sale_in_hand`.
    pub(crate) async fn must_be_free(&self, till: Option<&Till>, besides: Option<SaleId>) -> CommandResult<()> {
        let Some(till) = till else { return Ok(()) };
        let besides = besides.map(|sale| sale.to_string());
        let sales = till.unfinished().await;
        let busy =
            sales.iter().any(|sale| sale.standing == Standing::InHand && Some(&sale.sale_id) != besides.as_ref());
        if busy { Err(TillFact::SaleInHand) } else { Ok(()) }
    }

    /// Whether a call that can move money is out.
    pub(crate) async fn call_in_flight(&self, till: Option<&Till>) -> bool {
        let Some(till) = till else { return false };
        till.unfinished().await.iter().any(|sale| sale.call_in_flight)
    }

    /// Ends what is open. What is out is in the journal.
    pub(crate) async fn close(&self) {
        self.saving.end().await;
        drop(tokio::time::timeout(CLOSING_PATIENCE, self.in_force().close()).await);
    }

    /// Makes `opened` what is open: the payment page is loaded for it, and its changes are told.
    pub(crate) async fn put_in_force(self: &Arc<Self>, opened: InForce) {
        let opened = Arc::new(opened);
        self.current.put(Arc::clone(&opened));
        self.put_on_screen(None);
        self.speak();
        self.desk.begin_again().await;
        if let Some(till) = &opened.till {
            self.follow(&opened, till);
        }
        match &opened.till {
            Some(_) => log::info!("The till is open in {:?} mode.", opened.mode),
            None => log::warn!("No till is open in {:?} mode.", opened.mode),
        }
        self.tell_status();
        // What was found out about another till is not this one's.
        let report = opened.till.as_ref().and_then(|till| till.checked().borrow().clone());
        drop(self.app.emit_to(main_window::LABEL, "check", report));
    }
}
