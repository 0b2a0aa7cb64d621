//! What the shell tells the windows as facts, in numbers and names; the sentences are made in the window (`ui/words`).

mod journals;
mod keys;
mod saved_list;
mod settings;

use serde::Serialize;
use stripe_client::CertificateFault;
use till::Refusal;
use till::books::ListFault;
use till::coordinator::{ClockOff, Health, KeyFault, Link};
use till::journal_copy::CopyFailure;
use till::money::AmountRefused;
use till::order::OrderRefused;
use ts_rs::TS;

pub use self::journals::{CopiesView, JournalChoice, JournalQuestion, Tie};
pub use self::keys::{KeyMalformed, KeyNotKept, KeyringMissing};
pub(crate) use self::keys::{KeyringFault, not_kept};
pub use self::saved_list::SavedList;
pub use self::settings::{FolderRefused, PreferencesRefused};
use crate::payment_window::Trouble;
use crate::views::Mode;

/// Why the books have no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BooksFault {
    /// Something else was asked for since.
    Overtaken,
    TooLong,
    /// They are made again from the journal.
    Damaged,
    /// Their file cannot be read, or the till is being closed.
    NotOpened,
    /// These are no times between which something can be added up.
    BadEdges,
}

/// What a command answers: what was asked for, or why it was not done.
pub(crate) type CommandResult<T> = Result<T, TillFact>;

/// Something that staff or owner should know and can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[ts(export)]
pub enum TillFact {
    /// It is not certain of which account the sales are that this till has. Until the owner has answered, nothing is sold.
    WhichJournal {
        /// What is asked.
        question: JournalQuestion,
    },
    /// The secret key sees none of the payments that this account's journal knows: it is of another account.
    KeyOfAnotherAccount {
        mode: Mode,
    },
    /// The settings did not say any more which till this is. The journal did.
    TillIdFromJournal,
    /// The settings name another till than those that the journal was kept by: one of them was copied or restored from
    /// elsewhere. Payments of both are looked for.
    TillIdDiffers,
    /// The folder of the till's files cannot be used, so nothing is sold: nothing would be on record.
    DataFolder {
        folder: String,
        fault: FolderFault,
    },
    /// The settings are in force, and could not be saved for the next start. The till tries again by itself.
    SettingsNotSaved,
    /// The journal could not be copied to the folder that the owner chose. Sales go on.
    CopyFailed {
        folder: String,
        failure: CopyFailure,
    },
    /// The books have no answer to what was asked of them. Selling goes on.
    BooksNotRead {
        why: BooksFault,
    },
    /// The list of sales could not be saved as a file in this folder. Nothing of it is left there.
    ListNotSaved {
        folder: String,
        why: ListFault,
    },
    /// Nobody answers where Stripe (or the training simulator) should.
    Offline {
        mode: Mode,
    },
    /// Something answers there that is not Stripe.
    NotStripe {
        mode: Mode,
    },
    /// By this computer's clock the certificate shown for Stripe's is not valid any more, so nothing was sent.
    CertificateExpired {
        /// What the clock showed, milliseconds since 1970.
        #[ts(type = "number")]
        till_ms: i64,
    },
    /// By this computer's clock it is not valid yet, so nothing was sent.
    CertificateNotYetValid {
        /// What the clock showed, milliseconds since 1970.
        #[ts(type = "number")]
        till_ms: i64,
    },
    /// It was made by nobody whom this computer trusts, so nothing was sent.
    CertificateOfUnknownIssuer,
    /// It is for another name than Stripe's, so nothing was sent.
    CertificateOfAnotherName,
    /// It is refused for a reason that the system does not tell, so nothing was sent.
    CertificateNotAccepted,
    /// Stripe does not know the shop's key, or not any more.
    KeyRefused,
    /// The shop's restricted key may not do what the till has to do.
    KeyLacksPermission,
    /// The payment window's page has ended again and again. It is tried once more when a sale is brought to it.
    PaymentWindowKeepsEnding,
    /// What the customer before left in the payment window cannot be removed. No page is loaded before it is; the till tries
    /// again by itself.
    PaymentWindowNotCleared,
    /// The till did not do what it was asked.
    Refused {
        refusal: Refusal,
    },
    /// What was typed is not an amount that can be charged or given back.
    AmountRefused {
        refused: AmountRefused,
    },
    /// No sale can be taken now; the till's other facts say why.
    CannotSell,
    /// Staff have a sale in hand, and what was asked would take it from them.
    SaleInHand,
    /// The sale is not at the payment window any more, so nothing was done.
    NotAtWindow,
    /// A window named something that is not what the till is about, so nothing was done: a fault of the till's or a page that is
    /// not its own, never staff.
    Malformed {
        what: Named,
    },
    /// The mode has no keys.
    KeysMissing {
        mode: Mode,
    },
    /// Training has no keys that could be forgotten.
    TrainingHasNoKeys,
    /// What was entered is not the key that belongs there.
    KeyMalformed {
        why: KeyMalformed,
    },
    /// One key is for test mode and the other for live mode.
    KeysMixedModes,
    /// The two keys are of different accounts.
    KeysOfTwoAccounts,
    /// The keys were tried and not kept.
    KeyNotKept {
        why: KeyNotKept,
    },
    KeyringLocked,
    /// The keyring holds more than one entry of the till's for this mode.
    KeyringAmbiguous,
    /// There is no keyring that a secret key could be kept in.
    KeyringMissing {
        what: KeyringMissing,
    },
    /// The settings file was damaged, or could not be read; the first settings are in force.
    SettingsCorrupt {
        file: String,
        /// Under which name it is kept; none where it could not be moved out of the way.
        kept_as: Option<String>,
    },
    /// The preferences were not taken.
    PreferencesRefused {
        why: PreferencesRefused,
    },
    /// What was typed is not a folder for copies.
    FolderRefused {
        why: FolderRefused,
    },
    /// The sales were written by a newer version.
    JournalNewer {
        file: String,
    },
    /// A file is not the journal of this mode and account.
    JournalNotOurs {
        file: String,
    },
    /// The journal is damaged, and was left as it is.
    JournalCorrupt {
        file: String,
    },
    /// Another till has the journal open.
    JournalInUse,
    /// The journal of an earlier version could not be copied before it is taken on, so it was left as it was.
    JournalNotCopied,
    /// The system's certificates cannot be read, so no connection can be trusted.
    TlsMissing,
    /// The machine gives no local address, so training did not start.
    TrainingNotStarted,
    /// What was typed for a sale's reference or note cannot be kept.
    OrderRefused {
        refused: OrderRefused,
    },
    /// The computer's clock is ahead of Stripe's.
    ClockAhead {
        minutes: u32,
    },
    /// The computer's clock is behind Stripe's.
    ClockBehind {
        minutes: u32,
    },
}

impl TillFact {
    /// What the UI may branch on.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::WhichJournal { .. } => "which_journal",
            Self::KeyOfAnotherAccount { .. } => "key_of_another_account",
            Self::TillIdFromJournal => "till_id_from_journal",
            Self::TillIdDiffers => "till_id_differs",
            Self::DataFolder { .. } => "data_folder",
            Self::SettingsNotSaved => "settings_not_saved",
            Self::CopyFailed { .. } => "copy_failed",
            Self::BooksNotRead { .. } => "books_not_read",
            Self::ListNotSaved { .. } => "list_not_saved",
            Self::Offline { .. } => "offline",
            Self::NotStripe { .. } => "not_stripe",
            Self::CertificateExpired { .. } => "certificate_expired",
            Self::CertificateNotYetValid { .. } => "certificate_not_yet_valid",
            Self::CertificateOfUnknownIssuer => "certificate_of_unknown_issuer",
            Self::CertificateOfAnotherName => "certificate_of_another_name",
            Self::CertificateNotAccepted => "certificate_not_accepted",
            Self::KeyRefused => "key_refused",
            Self::KeyLacksPermission => "key_lacks_permission",
            Self::PaymentWindowKeepsEnding => "payment_window_keeps_ending",
            Self::PaymentWindowNotCleared => "payment_window_not_cleared",
            Self::Refused { refusal } => refusal.code(),
            Self::AmountRefused { .. } => "amount_refused",
            Self::CannotSell => "cannot_sell",
            Self::SaleInHand => "sale_in_hand",
            Self::NotAtWindow => "not_at_window",
            Self::Malformed { .. } => "malformed",
            Self::KeysMissing { .. } => "keys_missing",
            Self::TrainingHasNoKeys => "training_has_no_keys",
            Self::KeyMalformed { .. } => "key_malformed",
            Self::KeysMixedModes => "keys_mixed_modes",
            Self::KeysOfTwoAccounts => "keys_of_two_accounts",
            Self::KeyNotKept { .. } => "key_not_kept",
            Self::KeyringLocked => "keyring_locked",
            Self::KeyringAmbiguous => "keyring_ambiguous",
            Self::KeyringMissing { .. } => "keyring_missing",
            Self::SettingsCorrupt { .. } => "settings_corrupt",
            Self::PreferencesRefused { .. } => "preferences_refused",
            Self::FolderRefused { .. } => "folder_refused",
            Self::JournalNewer { .. } => "journal_newer",
            Self::JournalNotOurs { .. } => "journal_not_ours",
            Self::JournalCorrupt { .. } => "journal_corrupt",
            Self::JournalInUse => "journal_in_use",
            Self::JournalNotCopied => "journal_not_copied",
            Self::TlsMissing => "tls_missing",
            Self::TrainingNotStarted => "training_not_started",
            Self::OrderRefused { .. } => "order_refused",
            Self::ClockAhead { .. } => "clock_ahead",
            Self::ClockBehind { .. } => "clock_behind",
        }
    }

    /// What the till's health is in facts, most pressing first.
    pub(crate) fn of(health: &Health, mode: Mode) -> Vec<Self> {
        let key = health.account.map(Self::from);
        let clock = health.clock.map(Self::from);
        key.into_iter().chain(Self::of_link(health.link, mode)).chain(clock).collect()
    }

    /// Who answers, where it is not Stripe.
    pub(crate) fn of_link(link: Link, mode: Mode) -> Option<Self> {
        match link {
            Link::Stripe => None,
            Link::Nobody => Some(Self::Offline { mode }),
            Link::SomethingElse => Some(Self::NotStripe { mode }),
            Link::CertificateRefused { fault, till_ms } => Some(match fault {
                CertificateFault::Expired => Self::CertificateExpired { till_ms },
                CertificateFault::NotYetValid => Self::CertificateNotYetValid { till_ms },
                CertificateFault::UnknownIssuer => Self::CertificateOfUnknownIssuer,
                CertificateFault::OtherName => Self::CertificateOfAnotherName,
                CertificateFault::Other => Self::CertificateNotAccepted,
            }),
        }
    }
}

impl TillFact {
    /// The sale is in another mode's journal, or in none.
    pub(crate) fn unknown_sale() -> Self {
        Refusal::UnknownSale.into()
    }
}

impl From<Refusal> for TillFact {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal }
    }
}

/// What a window named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Named {
    Sale,
    /// An attempt at a payment.
    Attempt,
    Refund,
    /// The currency of a sale.
    Currency,
    Card,
    Payment,
    /// A journal that was not offered.
    Journal,
}

impl From<KeyFault> for TillFact {
    fn from(fault: KeyFault) -> Self {
        match fault {
            KeyFault::NotAccepted => Self::KeyRefused,
            KeyFault::LacksPermission => Self::KeyLacksPermission,
        }
    }
}

impl From<Trouble> for TillFact {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::PageKeepsEnding => Self::PaymentWindowKeepsEnding,
            Trouble::NotCleared => Self::PaymentWindowNotCleared,
        }
    }
}

impl From<ClockOff> for TillFact {
    fn from(off: ClockOff) -> Self {
        match off {
            ClockOff::Ahead { minutes } => Self::ClockAhead { minutes },
            ClockOff::Behind { minutes } => Self::ClockBehind { minutes },
        }
    }
}

/// Why the till's folder cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
#[ts(export)]
pub enum FolderFault {
    /// It is not there, and cannot be made.
    NotMade {
        /// What the system says, in its own words.
        said: String,
    },
    /// A file stands in its place, or in the place of a folder on the way to it.
    NotAFolder,
    /// Its disk can only be read.
    ReadOnly,
    /// This user may not write there.
    NotAllowed,
    /// Another user of this computer owns it, or something in it.
    AnothersOwn { path: String },
    /// Others could read it, and its disk keeps no permissions.
    NotPrivate { path: String },
    /// There is no room for it.
    DiskFull,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_healthy_till_has_nothing_to_say_and_a_sick_one_says_all_of_it() {
        assert_eq!(TillFact::of(&Health::default(), Mode::Live), []);
        let health = Health {
            link: Link::CertificateRefused { fault: CertificateFault::NotYetValid, till_ms: 60_000 },
            journal: None,
            account: Some(KeyFault::NotAccepted),
            clock: Some(ClockOff::Behind { minutes: 90 }),
        };
        let said = TillFact::of(&health, Mode::Live);
        let codes: Vec<_> = said.iter().map(TillFact::code).collect();
        assert_eq!(codes, ["key_refused", "certificate_not_yet_valid", "clock_behind"]);
        // The code is the name under which the fact crosses.
        for fact in &said {
            let crossed = serde_json::to_value(fact).expect("serialised");
            assert_eq!(crossed["fact"], fact.code());
        }
        assert_eq!(serde_json::to_value(&said[1]).expect("serialised")["till_ms"], 60_000);
    }
}
