//! What the windows are told by the shell, beyond the sale itself: modes, set-up, preferences, the payment window's scene.
//!
//! Deliberately not here: anything of a payment rule (that is `till`), and the secret key (no type here has a field for it).

use crate::facts::TillFact;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use till::check::CursorTried;
use till::journal::BooksProgress;
use till::money::AmountRefused;
use till::view::{DeclineView, MoneyView, WhyDeclined};
use ts_rs::TS;

/// Which Stripe the till talks to. Sales of one mode never meet those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Mode {
    /// The simulator in this process; no account, no money.
    Training,
    /// Stripe's test mode; an account, no money.
    Test,
    /// Real money.
    Live,
}

/// The colours of the windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What the windows speak. How amounts and dates are written is another choice ([`Preferences::locale`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Dutch.
    Nl,
}

/// The shop's preferences. Kept in the settings file; no secret is among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Preferences {
    /// The shop's name, on receipts; at most 60 characters.
    pub shop_name: String,
    /// ISO 4217 code in capitals of what the shop charges in.
    pub currency: String,
    /// BCP 47 tag that decides how amounts are written, e.g. `en-GB`.
    pub locale: String,
    /// The windows' colours.
    pub theme: Theme,
    /// What the windows speak. English in files of before there was a choice.
    #[serde(default)]
    pub language: Language,
}

/// What the main window shows around a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TillStatus {
    /// The mode in force.
    pub mode: Mode,
    /// The till's clock now, milliseconds since 1970 (training has its own clock).
    #[ts(type = "number")]
    pub now_ms: i64,
    /// The shop's preferences.
    pub preferences: Preferences,
    /// What needs attention, most pressing first.
    pub problems: Vec<TillFact>,
    /// False when no sale can be taken (journal not usable, keys missing for the mode): `problems` says why.
    pub can_sell: bool,
    /// What the payment window covers of the main one.
    pub payment_window: PaymentWindowCovers,
    /// How far the books are, while they are made again from the journal; none while they are whole.
    pub books: Option<BooksProgress>,
}

/// What the payment window covers of the main one. What is covered in part is not shown there meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PaymentWindowCovers {
    /// Nothing: it is hidden.
    #[default]
    Nothing,
    /// The side panel and what stands above it. The field is whole.
    Side,
    /// All of it, or nobody knows what.
    All,
}

/// Which keys the keyring holds for a mode. Never the secret key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AccountView {
    /// Test or live.
    pub mode: Mode,
    /// The kind and the last four characters of the secret key, e.g. `rk_live_…x9Qe`.
    pub secret_hint: String,
    /// True for a restricted key (`rk_`), which is what a shop should use.
    pub restricted: bool,
    /// The publishable key (not a secret).
    pub publishable_key: String,
}

/// What the set-up screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SetupView {
    /// The mode in force.
    pub mode: Mode,
    /// The accounts whose keys are kept.
    pub accounts: Vec<AccountView>,
    /// The keyring cannot be used: why, and what to do. Training works all the same.
    pub keyring_problem: Option<TillFact>,
    /// Currencies that can be chosen: code and name.
    pub currencies: Vec<CurrencyView>,
    /// Locales that can be chosen: tag and name.
    pub locales: Vec<LocaleView>,
}

/// A currency that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CurrencyView {
    /// ISO 4217 code in capitals.
    pub code: String,
    /// English name.
    pub name: String,
}

/// A locale that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct LocaleView {
    /// BCP 47 tag.
    pub tag: String,
    /// Its name, e.g. `English (United Kingdom)`.
    pub name: String,
    /// How it writes an amount, e.g. `£1,234.50`.
    pub example: String,
}

/// What a typed amount means, told while it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Priced {
    /// Nothing typed yet.
    Empty {
        /// Zero in the currency's decimals and the locale's writing, for example `0.00`.
        zero: String,
    },
    /// An amount that can be charged.
    Amount {
        /// The amount.
        money: MoneyView,
    },
    /// Not an amount yet, but the beginning of one. It is refused once staff press Enter.
    Started { refused: AmountRefused },
    /// Not an amount that can be charged or given back, nor the beginning of one.
    Refused { refused: AmountRefused },
}

/// A test card of the palette (training and test mode only).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TestCardView {
    /// The number, digits only.
    pub number: String,
    /// The brand as people write it.
    pub brand: String,
    /// The heading it stands under in the palette.
    pub group: String,
    /// What it does, in a few words: "Approved", "Asks for authentication, then approved".
    pub does: String,
    /// Stripe's ready-made PaymentMethod id for it (`pm_card_…`), when there is one.
    pub payment_method: Option<String>,
}

/// What the payment window shows: decided by the core, drawn by the page.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PaymentScene {
    /// Grows with every change; the page asks for "newer than the one I have".
    pub revision: u32,
    /// The mode in force.
    pub mode: Mode,
    /// The windows' colours.
    pub theme: Theme,
    /// The publishable key that Stripe.js is started with.
    pub publishable_key: String,
    /// The address Stripe.js is loaded from: js.stripe.com, or the simulator in training.
    pub stripe_js: String,
    /// The shop's locale, BCP 47.
    pub locale: String,
    /// What the page speaks, and Stripe's card field in it.
    pub language: Language,
    /// The palette; empty in live mode.
    pub test_cards: Vec<TestCardView>,
    /// What to show.
    pub view: PaymentView,
}

/// The payment window's content.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum PaymentView {
    /// No sale: the window is hidden, the card fields are mounted and empty.
    Idle,
    /// Key a card.
    Card {
        sale_id: String,
        /// The id that this card's attempt will have.
        attempt_id: String,
        /// What will be charged.
        money: MoneyView,
        /// Why the card before did not work, if one was tried.
        decline: Option<DeclineView>,
        /// A sentence about an attempt that Stripe would not take at all.
        notice: Option<WhyDeclined>,
    },
    /// A call is out; nothing to do but wait. Cancel is possible.
    Working {
        sale_id: String,
        attempt_id: String,
        /// What is being charged.
        money: MoneyView,
        /// What is being done.
        doing: Doing,
    },
    /// A check of the till tries whether the empty card field takes the cursor by itself. No card is keyed, and none can be
    /// handed over.
    TryCursor {
        /// The check's mark.
        check_id: String,
    },
    /// Run `stripe.handleCardAction(client_secret)`.
    Authenticate {
        /// Whose challenge it is.
        whose: Challenged,
        /// What will be charged.
        money: MoneyView,
        /// The payment's client secret: for `handleCardAction`, never logged, never kept.
        #[ts(type = "string")]
        client_secret: ClientSecret,
        /// When the hour is over, milliseconds since 1970.
        #[ts(type = "number")]
        deadline_ms: i64,
        /// The till's clock now, milliseconds since 1970: the page counts down from the difference.
        #[ts(type = "number")]
        now_ms: i64,
    },
}

/// Whose challenge the payment window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Challenged {
    Sale {
        sale_id: String,
        attempt_id: String,
    },
    /// That of a test card of a check of the till: no sale, no customer, no money.
    Check {
        /// The check's mark.
        check_id: String,
    },
}

/// What the page tells of a check that is in the payment window. Only the words about the cursor are taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "told", rename_all = "snake_case")]
#[ts(export)]
pub enum CheckTold {
    /// How the card field took the cursor.
    Cursor { tried: CursorTried },
    /// What it sees of the challenge.
    Challenge { hint: AuthenticationHint },
    /// Staff have left the window.
    Closed,
}

/// A payment's client secret on its way to the payment window. It is overwritten when it is let go of, and is never printed.
#[derive(Clone)]
pub struct ClientSecret(SecretString);

impl From<SecretString> for ClientSecret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl PartialEq for ClientSecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for ClientSecret {}

impl Serialize for ClientSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

/// What a working payment window waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Doing {
    /// The first call is out.
    Charging,
    /// The till reads what the bank decided.
    Checking,
    /// The second confirm is out.
    Confirming,
    /// The charge is still out, and staff have given the sale up: the cancel comes after its answer.
    AwaitingCharge,
    /// The cancel is out.
    Cancelling,
}

/// What the page sees of the challenge. A hint, never a fact: the core reads the PaymentIntent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AuthenticationHint {
    /// The bank's page is on the screen.
    Shown,
    /// No page of the bank's has come up, or none is there any more, and `handleCardAction` has not returned.
    Missing,
    /// `handleCardAction` returned a PaymentIntent.
    Returned,
    /// `handleCardAction` returned an error.
    Failed,
    /// `handleCardAction` threw.
    Threw,
}
