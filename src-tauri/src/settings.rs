//! The settings file: the mode chosen and the shop's preferences. No secret is ever in it.
//!
//! `tauri-plugin-store` holds it and writes it, from here only: no window has a permission for it. The store swallows a file
//! that it cannot read, so the file is read here; one that is not sound is set aside under a dated name, kept, and the shop
//! is told. The store writes with a plain write, which a power cut leaves torn, so it writes beside the file, and what it
//! wrote is put in place when it is on the disk ([`till::durable`]).
//!
//! Where the till's folder cannot be used the settings are the first ones, and the file, if there is one, is neither read nor
//! written until the folder can be ([`Settings::read_if_unread`]). What could not be saved is said until it is
//! ([`Settings::save_again`]).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreBuilder};
use till::currency::Currency;
use till::locale::Locale;
use till::{OsEntropy, TillId, durable};

use crate::facts::{CommandResult, PreferencesRefused, TillFact};
use crate::system_locale;
use crate::views::{Mode, Preferences, Theme};

const FILE: &str = "settings.json";
/// The longest shop name, in characters: it goes on one line of a receipt.
const MAX_SHOP_NAME: usize = 60;

/// What is kept in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choices {
    mode: Mode,
    preferences: Preferences,
    /// Where copies of the journal go, if the owner has chosen that.
    copies_folder: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KnownTill {
    /// The file said so.
    Known(TillId),
    /// The file did not say: this id is new, until a journal tells the one that was lost.
    New(TillId),
}

impl KnownTill {
    fn id(self) -> TillId {
        match self {
            Self::Known(id) | Self::New(id) => id,
        }
    }

    /// What a journal makes of it that was kept by `tills`, oldest first; and what is to be said.
    fn beside(self, tills: &[TillId]) -> (Self, Option<TillFact>) {
        match (self, tills.last()) {
            (Self::New(_), Some(&last)) => (Self::Known(last), Some(TillFact::TillIdFromJournal)),
            (Self::Known(id), Some(_)) if !tills.contains(&id) => (self, Some(TillFact::TillIdDiffers)),
            (Self::Known(_), Some(_)) | (_, None) => (self, None),
        }
    }
}

/// The settings in force.
pub(crate) struct Settings {
    path: PathBuf,
    till: Mutex<KnownTill>,
    store: Arc<Store<Wry>>,
    kept: Mutex<Choices>,
    /// What was wrong with the file when it was read.
    problem: Mutex<Option<TillFact>>,
    /// Whether the file was read, or looked for. Before that nothing is put in its place.
    is_read: AtomicBool,
    /// Whether the file says less than is in force.
    is_unsaved: AtomicBool,
}

impl Settings {
    /// The settings in `folder`, which are the first ones until [`Settings::read_if_unread`].
    ///
    /// # Errors
    /// When the store cannot be set up at all.
    pub(crate) fn open(app: &AppHandle, folder: &Path) -> Result<Self, tauri_plugin_store::Error> {
        let path = folder.join(FILE);
        // New each time: what a write that was cut off has left beside the file is not read.
        let store = StoreBuilder::new(app, durable::part_of(&path)).create_new().disable_auto_save().build()?;
        // At the end of the program the plugin saves every store that it knows; this one is saved from here alone.
        store.close_resource();
        Ok(Self {
            path,
            till: Mutex::new(KnownTill::New(TillId::new(&OsEntropy))),
            store,
            kept: Mutex::new(defaults()),
            problem: Mutex::default(),
            is_read: AtomicBool::new(false),
            is_unsaved: AtomicBool::new(false),
        })
    }

    /// Reads the file, once: the folder can be used by now.
    pub(crate) fn read_if_unread(&self) {
        if self.is_read.swap(true, Ordering::Relaxed) {
            return;
        }
        let Found { kept, fields, problem } = read(&self.path);
        for (name, value) in fields {
            self.store.set(name, value);
        }
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
        let known = self.store.get("till").and_then(|id| TillId::parse(id.as_str()?));
        let mut till = self.till.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some(id) => *till = KnownTill::Known(id),
            // The first start. When the id cannot be saved, payments made until then are still known by their sales.
            None => self.keep_till(till.id()),
        }
    }

    /// Which till this is. Kept here and with the sales: payments are still known as this till's when its journal is lost or
    /// restored from an older copy, and when these settings are.
    pub(crate) fn till(&self) -> TillId {
        self.till.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// Which till this is, beside a journal that `tills` were started on, oldest first. An id that the settings had lost is
    /// taken from the journal. Also what is to be said when the two do not agree: the till looks for payments of both.
    pub(crate) fn till_beside(&self, tills: &[TillId]) -> (TillId, Option<TillFact>) {
        let mut till = self.till.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, fact) = till.beside(tills);
        if now.id() != till.id() {
            self.keep_till(now.id());
        }
        *till = now;
        (now.id(), fact)
    }

    fn keep_till(&self, till: TillId) {
        self.store.set("till", serde_json::json!(till.to_string()));
        if let Err(reason) = self.save() {
            log::error!("The till's id could not be saved: {reason}");
        }
    }

    /// The mode that was chosen last.
    pub(crate) fn mode(&self) -> Mode {
        self.now().mode
    }

    /// The shop's preferences.
    pub(crate) fn preferences(&self) -> Preferences {
        self.now().preferences
    }

    /// What is to be said about the file, if anything is.
    pub(crate) fn problems(&self) -> Vec<TillFact> {
        let found = self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let unsaved = self.is_unsaved.load(Ordering::Relaxed).then_some(TillFact::SettingsNotSaved);
        found.into_iter().chain(unsaved).collect()
    }

    /// Tries once more to save what could not be saved. True when that changes what is to be said.
    pub(crate) fn save_again(&self) -> bool {
        self.is_unsaved.load(Ordering::Relaxed) && self.save().is_ok()
    }

    /// Keeps the mode for the next start.
    ///
    /// # Errors
    /// `settings_not_saved`; the mode is in force until the till ends all the same.
    pub(crate) fn keep_mode(&self, mode: Mode) -> CommandResult<()> {
        self.keep(|kept| kept.mode = mode)
    }

    /// Keeps the preferences.
    ///
    /// # Errors
    /// `preferences_refused` with the reason, or `settings_not_saved`.
    pub(crate) fn keep_preferences(&self, preferences: Preferences) -> CommandResult<()> {
        let preferences = sound(preferences).map_err(|why| TillFact::PreferencesRefused { why })?;
        self.keep(|kept| kept.preferences = preferences)?;
        // The owner was asked to look through them, and has.
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// The folder for copies of the journal, if one was chosen.
    pub(crate) fn copies_folder(&self) -> Option<PathBuf> {
        self.now().copies_folder.map(PathBuf::from)
    }

    /// Keeps the folder for copies of the journal.
    ///
    /// # Errors
    /// `settings_not_saved`; it is in force until the till ends all the same.
    pub(crate) fn keep_copies_folder(&self, folder: Option<String>) -> CommandResult<()> {
        self.keep(|kept| kept.copies_folder = folder)
    }

    fn now(&self) -> Choices {
        self.kept.lock().map_or_else(|broken| broken.into_inner().clone(), |kept| kept.clone())
    }

    fn keep(&self, change: impl FnOnce(&mut Choices)) -> CommandResult<()> {
        let kept = {
            let mut kept = self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            change(&mut kept);
            kept.clone()
        };
        self.store.set("mode", serde_json::json!(kept.mode));
        self.store.set("preferences", serde_json::json!(kept.preferences));
        self.store.set("copies_folder", serde_json::json!(kept.copies_folder));
        self.save().map_err(|reason| {
            log::error!("The settings could not be saved: {reason}");
            TillFact::SettingsNotSaved
        })
    }

    /// Writes the settings so that a power cut leaves the old ones or these. Not over a file that was not read yet.
    fn save(&self) -> std::io::Result<()> {
        let saved = if self.is_read.load(Ordering::Relaxed) {
            durable::replace(&self.path, |_part| self.store.save().map_err(std::io::Error::other))
        } else {
            Err(std::io::Error::other("the till's folder cannot be used"))
        };
        self.is_unsaved.store(saved.is_err(), Ordering::Relaxed);
        saved
    }
}

/// The defaults: training, and what the system's language suggests.
fn defaults() -> Choices {
    let system_locale::Guess { currency, locale, language } = system_locale::guess();
    let preferences = Preferences { shop_name: String::new(), currency, locale, theme: Theme::System, language };
    Choices { mode: Mode::Training, preferences, copies_folder: None }
}

/// What was found at start-up.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    kept: Choices,
    /// All that the file holds, of another version too.
    fields: Map<String, Value>,
    problem: Option<TillFact>,
}

impl Found {
    fn nothing(problem: Option<TillFact>) -> Self {
        Self { kept: defaults(), fields: Map::new(), problem }
    }
}

/// The file's settings, or the defaults and what is to be said.
fn read(path: &Path) -> Found {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(reason) if reason.kind() == std::io::ErrorKind::NotFound => return Found::nothing(None),
        Err(reason) => {
            // Not only left alone: the next save would put another file in its place.
            log::error!("The settings could not be read: {reason}");
            return Found::nothing(Some(set_aside(path)));
        }
    };
    match parse(&text) {
        Some((kept, fields)) => Found { kept, fields, problem: None },
        None => Found::nothing(Some(set_aside(path))),
    }
}

/// What some editors put before a text. The till does not write it, and takes no harm from it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// `None` when any part of it is not what the till writes.
fn parse(text: &[u8]) -> Option<(Choices, Map<String, Value>)> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let Value::Object(fields) = serde_json::from_slice(text).ok()? else { return None };
    let mode = match fields.get("mode") {
        Some(mode) => serde_json::from_value(mode.clone()).ok()?,
        None => Mode::Training,
    };
    let preferences = match fields.get("preferences") {
        Some(preferences) => sound(serde_json::from_value(preferences.clone()).ok()?).ok()?,
        None => defaults().preferences,
    };
    let copies_folder = match fields.get("copies_folder") {
        Some(folder) => serde_json::from_value(folder.clone()).ok()?,
        None => None,
    };
    Some((Choices { mode, preferences, copies_folder }, fields))
}

/// Checks preferences against what the till knows; trims the name.
fn sound(mut preferences: Preferences) -> Result<Preferences, PreferencesRefused> {
    preferences.shop_name = preferences.shop_name.trim().to_owned();
    if preferences.shop_name.chars().count() > MAX_SHOP_NAME {
        return Err(PreferencesRefused::NameTooLong { most: MAX_SHOP_NAME });
    }
    if preferences.shop_name.chars().any(char::is_control) {
        return Err(PreferencesRefused::NameUnprintable);
    }
    preferences.currency =
        Currency::by_code(&preferences.currency).ok_or(PreferencesRefused::UnknownCurrency)?.code().to_owned();
    preferences.locale = Locale::by_tag(&preferences.locale).ok_or(PreferencesRefused::UnknownLocale)?.tag().to_owned();
    Ok(preferences)
}

/// Moves the file to a name with the time in it, so that nothing is lost, and says so.
fn set_aside(path: &Path) -> TillFact {
    let aside = aside_name(path);
    let kept_as = match std::fs::rename(path, &aside) {
        Ok(()) => Some(aside.display().to_string()),
        Err(reason) => {
            log::error!("The damaged settings could not be set aside: {reason}");
            None
        }
    };
    TillFact::SettingsCorrupt { file: path.display().to_string(), kept_as }
}

fn aside_name(path: &Path) -> PathBuf {
    let stamp = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    let mut aside = path.with_file_name(format!("settings-damaged-{stamp}.json"));
    let mut count = 1;
    // Two in one second must not cover each other.
    while aside.exists() && count < 100 {
        count += 1;
        aside = path.with_file_name(format!("settings-damaged-{stamp}-{count}.json"));
    }
    aside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Language;

    const GOOD: &str =
        r#"{"mode":"test","preferences":{"shop_name":"Quay","currency":"EUR","locale":"de-DE","theme":"dark"}}"#;

    #[test]
    fn a_sound_file_is_read() {
        let (kept, fields) = parse(GOOD.as_bytes()).expect("sound");
        assert_eq!((kept.mode, kept.preferences.currency.as_str()), (Mode::Test, "EUR"));
        assert_eq!(fields.len(), 2);
    }

    #[test]
    fn a_file_of_before_the_language_could_be_chosen_is_sound_and_english() {
        let (kept, _) = parse(GOOD.as_bytes()).expect("sound");
        assert_eq!(kept.preferences.language, Language::En);
        let chosen = GOOD.replace(r#""theme":"dark""#, r#""theme":"dark","language":"nl""#);
        let (kept, _) = parse(chosen.as_bytes()).expect("sound");
        assert_eq!(kept.preferences.language, Language::Nl);
        let written = serde_json::to_string(&kept.preferences).expect("written");
        assert!(written.contains(r#""language":"nl""#), "{written}");
    }

    #[test]
    fn a_byte_order_mark_is_no_damage() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        std::fs::write(&path, [BYTE_ORDER_MARK, GOOD.as_bytes()].concat()).expect("written");
        let found = read(&path);
        assert_eq!((found.kept.mode, found.problem), (Mode::Test, None));
        assert!(path.exists());
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        for damaged in [
            "",
            "{",
            "[]",
            &GOOD[..60],
            &GOOD.replacen('{', r#"{"copies_folder":7,"#, 1),
            &GOOD.replace("EUR", "XXX"),
            &GOOD.replace("test", "banana"),
            &"\0".repeat(98),
        ] {
            std::fs::write(&path, damaged).expect("written");
            let found = read(&path);
            assert_eq!(found.kept, defaults(), "{damaged:?}");
            assert!(found.fields.is_empty(), "{damaged:?}");
            let Some(TillFact::SettingsCorrupt { kept_as: Some(kept_as), .. }) = found.problem else {
                panic!("it is told: {:?}", found.problem)
            };
            assert_eq!(std::fs::read_to_string(kept_as).expect("kept"), damaged);
            assert!(!path.exists());
        }
        let kept: Vec<_> = std::fs::read_dir(folder.path()).expect("listed").collect();
        assert_eq!(kept.len(), 8, "every damaged file is kept");
    }

    #[test]
    fn no_file_is_no_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(read(&folder.path().join(FILE)), Found::nothing(None));
    }

    #[test]
    fn an_id_that_was_lost_is_taken_from_the_journal_and_one_that_differs_is_said() {
        let [own, other, new] = [(); 3].map(|()| TillId::new(&OsEntropy));
        let kept = KnownTill::Known(own);
        assert_eq!(kept.beside(&[]), (kept, None));
        assert_eq!(kept.beside(&[other, own]), (kept, None));
        assert_eq!(kept.beside(&[other]), (kept, Some(TillFact::TillIdDiffers)));
        let fresh = KnownTill::New(new);
        assert_eq!(fresh.beside(&[other, own]), (kept, Some(TillFact::TillIdFromJournal)));
        assert_eq!(fresh.beside(&[]), (fresh, None), "a new till; what others took before is told by reconcile");
    }

    #[test]
    fn preferences_are_checked() {
        let good = defaults().preferences;
        assert!(sound(Preferences { shop_name: "x".repeat(61), ..good.clone() }).is_err());
        assert!(sound(Preferences { currency: "QQQ".into(), ..good.clone() }).is_err());
        assert!(sound(Preferences { locale: "tlh".into(), ..good.clone() }).is_err());
        assert_eq!(sound(Preferences { shop_name: " Quay ".into(), ..good }).expect("sound").shop_name, "Quay");
    }
}
