//! What is current: the till that is open in the mode in force, and the shop's preferences. Whoever works for that till is handed
//! this, and asks anew each time: both change while the program runs.

use std::sync::{Arc, Mutex, PoisonError};

use till::Till;
use till::currency::Currency;
use till::locale::Locale;

use crate::facts::{CommandResult, TillFact};
use crate::open_till::OpenTill;
use crate::scene::Setting;
use crate::settings::Settings;

/// See the module.
pub(crate) struct Current {
    pub(crate) settings: Settings,
    open: Mutex<Arc<OpenTill>>,
}

impl Current {
    /// Nothing is open yet.
    pub(crate) fn new(settings: Settings) -> Self {
        let open = OpenTill::closed(settings.mode(), Vec::new());
        Self { settings, open: Mutex::new(Arc::new(open)) }
    }

    /// What is open now.
    pub(crate) fn open(&self) -> Arc<OpenTill> {
        Arc::clone(&self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on `opened` is.
    pub(crate) fn put(&self, opened: Arc<OpenTill>) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = opened;
    }

    /// The till, if one is open.
    ///
    /// # Errors
    /// `cannot_sell`.
    pub(crate) fn till(&self) -> CommandResult<Till> {
        self.open().till.clone().ok_or(TillFact::CannotSell)
    }

    /// What the payment window is told about the mode.
    pub(crate) fn setting(&self) -> Setting {
        let (open, preferences) = (self.open(), self.settings.preferences());
        Setting {
            mode: open.mode,
            theme: preferences.theme,
            publishable_key: open.publishable_key.clone(),
            host: open.host,
            locale: preferences.locale,
            language: preferences.language,
        }
    }

    /// The shop's locale. The settings hold only what the till knows.
    pub(crate) fn locale(&self) -> &'static Locale {
        let wanted = self.settings.preferences().locale;
        Locale::by_tag(&wanted).unwrap_or(&Locale::all()[0])
    }

    /// The currency that the shop charges in.
    pub(crate) fn currency(&self) -> &'static Currency {
        let wanted = self.settings.preferences().currency;
        Currency::by_code(&wanted).unwrap_or(&Currency::all()[0])
    }
}
