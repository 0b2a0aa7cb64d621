//! What the shell tells the windows as facts, in numbers and names; the sentences are made in the window (`ui/words`).

use serde::Serialize;
use stripe_client::CertificateFault;
use till::Refusal;
use till::coordinator::{ClockOff, Health, KeyFault, Link};
use till::journal_copy::CopyFailure;
use till::money::AmountRefused;
use ts_rs::TS;

use crate::payment_window::Trouble;
use crate::views::Mode;

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
        /// The mode.
        mode: Mode,
    },
    /// The settings did not say any more which till this is. The journal did.
    TillIdFromJournal,
    /// The settings name another till than those that the journal was kept by: one of them was copied or restored from
    /// elsewhere. Payments of both are looked for.
    TillIdDiffers,
    /// The folder of the till's files cannot be used, so nothing is sold: nothing would be on record.
    DataFolder {
        /// The folder.
        folder: String,
        /// Why.
        fault: FolderFault,
    },
    /// The settings are in force, and could not be saved for the next start. The till tries again by itself.
    SettingsNotSaved,
    /// The journal could not be copied to the folder that the owner chose. Sales go on.
    CopyFailed {
        /// The folder.
        folder: String,
        /// Why.
        failure: CopyFailure,
    },
    /// Nobody answers where Stripe (or the training simulator) should.
    Offline {
        /// The mode.
        mode: Mode,
    },
    /// Something answers there that is not Stripe.
    NotStripe {
        /// The mode.
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
        /// Why.
        refusal: Refusal,
    },
    /// What was typed is not an amount that can be charged or given back.
    AmountRefused {
        /// Why.
        refused: AmountRefused,
    },
    /// The computer's clock is ahead of Stripe's.
    ClockAhead {
        /// By so much.
        minutes: u32,
    },
    /// The computer's clock is behind Stripe's.
    ClockBehind {
        /// By so much.
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
    AnothersOwn {
        /// What.
        path: String,
    },
    /// Others could read it, and its disk keeps no permissions.
    NotPrivate {
        /// What.
        path: String,
    },
    /// There is no room for it.
    DiskFull,
}

/// The copies of the open journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CopiesView {
    /// Where copies go; none while the owner has chosen no folder.
    pub folder: Option<String>,
    /// The newest copy's file.
    pub newest: Option<String>,
    /// When it was made, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub newest_ms: Option<i64>,
    /// Why the last try of this run failed, if it did.
    pub failure: Option<CopyFailure>,
}

/// The owner is asked which sales the keys belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct JournalQuestion {
    /// The keys' mode.
    pub mode: Mode,
    /// The sales of this mode that the till has.
    pub journals: Vec<JournalChoice>,
    /// Whether a new journal may be begun beside them.
    pub may_start_new: bool,
}

/// Sales that the keys may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct JournalChoice {
    /// The journal's file, by which it is chosen.
    pub journal: String,
    /// How many sales are in it.
    pub sales: u32,
    /// When something was last written to it, milliseconds since 1970; none when it is empty.
    #[ts(type = "number | null")]
    pub last_ms: Option<i64>,
    /// What is known about it and the keys.
    pub tie: Tie,
}

/// What is known about a journal and a pair of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Tie {
    /// It records another account.
    OtherAccount,
    /// The key sees none of its payments.
    NotSeen,
    /// It knows no payment that the key could see.
    NoPayments,
    /// Stripe did not answer.
    NoAnswer,
    /// It cannot be read: it is damaged, or of a newer version.
    Unreadable,
}

impl Tie {
    /// Whether the owner may say that these sales are of the keys' account. Never against what is known.
    pub(crate) fn may_be_chosen(self) -> bool {
        match self {
            Self::NoPayments | Self::NoAnswer => true,
            Self::OtherAccount | Self::NotSeen | Self::Unreadable => false,
        }
    }
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
