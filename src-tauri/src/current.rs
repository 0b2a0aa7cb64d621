//! What is current: what is in force, and the shop's preferences. Whoever works for that till is handed
//! this, and asks anew each time: both change while the program runs.

use std::sync::{Arc, Mutex, PoisonError};

use till::Till;
use till::currency::Currency;
use till::locale::Locale;

use crate::facts::{CommandResult, TillFact};
use crate::in_force::InForce;
use crate::scene::Setting;
use crate::settings::Settings;

/// See the module.
pub(crate) struct Current {
    pub(crate) settings: Settings,
    in_force: Mutex<Arc<InForce>>,
}

impl Current {
    /// Nothing is open yet.
    pub(crate) fn new(settings: Settings) -> Self {
        let in_force = InForce::closed(settings.mode(), Vec::new());
        Self { settings, in_force: Mutex::new(Arc::new(in_force)) }
    }

    /// What is in force now.
    pub(crate) fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on `opened` is.
    pub(crate) fn put(&self, opened: Arc<InForce>) {
        *self.in_force.lock().unwrap_or_else(PoisonError::into_inner) = opened;
    }

    /// The till, if one is open.
    ///
    /// # Errors
    /// `cannot_sell`.
    pub(crate) fn till(&self) -> CommandResult<Till> {
        self.in_force().till.clone().ok_or(TillFact::CannotSell)
    }

    /// What the payment window is told about the mode.
    pub(crate) fn setting(&self) -> Setting {
        let (in_force, preferences) = (self.in_force(), self.settings.preferences());
        Setting {
            mode: in_force.mode,
            theme: preferences.theme,
            publishable_key: in_force.publishable_key.clone(),
            host: in_force.host,
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
