//! What a check tells, as facts. The windows have the sentences, and the remedies.
//!
//! Nothing in here is a secret: no key, no client secret, no word of Stripe's that could quote one. So it can be copied.

use serde::Serialize;
use ts_rs::TS;

use crate::Refusal;

/// What one line of a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CheckItem {
    /// The keyring takes an entry, gives it back, and lets it be removed.
    Keyring,
    /// The till's folder takes a file and flushes it to the disk.
    Disk,
    /// There is room for the days to come.
    Room,
    /// The journal was copied lately.
    JournalCopy,
    /// Stripe.js came up in the card window, on an https page, and its card field is ready.
    CardField,
    /// Stripe answers.
    Network,
    /// This computer's clock is Stripe's.
    Clock,
    /// What earlier checks made is taken away.
    Leftovers,
    /// Stripe accepts the secret key.
    SecretKey,
    AccountName,
    /// The key may read PaymentIntents.
    ReadPaymentIntents,
    /// The key may make and cancel PaymentIntents.
    WritePaymentIntents,
    /// The key may read charges and refunds.
    ReadCharges,
    /// The key may give money back.
    WriteCharges,
    /// The key may read disputes.
    ReadDisputes,
    /// Stripe takes the request of a sale.
    SaleRequest,
    /// The payments of the key are of the mode that the band names.
    KeyMode,
    /// The publishable key is of the same account.
    PublishableKey,
    /// What was made was cancelled.
    Cancel,
    /// A test card that is approved.
    ApprovedCard,
    /// A payment is given back.
    Refund,
    /// A test card that is declined.
    DeclinedCard,
    /// The card field takes the cursor without a mouse.
    CardCursor,
    /// The bank's challenge of a test card, in the payment window, as far as the refund.
    Challenge,
}

/// A right that a restricted key needs for this till. The windows have what the Stripe Dashboard calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyRight {
    /// To make, confirm, cancel and read PaymentIntents.
    PaymentIntents,
    /// To read what was charged, and to give it back: one right at Stripe.
    ChargesAndRefunds,
    /// To read disputes.
    Disputes,
}

impl CheckItem {
    /// The right that its call needs; none where it needs none that the till must have.
    pub(crate) fn right(self) -> Option<KeyRight> {
        match self {
            Self::ReadPaymentIntents
            | Self::WritePaymentIntents
            | Self::SaleRequest
            | Self::KeyMode
            | Self::Cancel
            | Self::ApprovedCard
            | Self::DeclinedCard
            | Self::Challenge => Some(KeyRight::PaymentIntents),
            Self::ReadCharges | Self::WriteCharges | Self::Refund => Some(KeyRight::ChargesAndRefunds),
            Self::ReadDisputes => Some(KeyRight::Disputes),
            Self::Keyring
            | Self::Disk
            | Self::Room
            | Self::JournalCopy
            | Self::CardField
            | Self::CardCursor
            | Self::Network
            | Self::Clock
            | Self::Leftovers
            | Self::SecretKey
            | Self::AccountName
            | Self::PublishableKey => None,
        }
    }
}

/// What was found out about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "found", rename_all = "snake_case")]
#[ts(export)]
pub enum CheckFound {
    Shown {
        /// What else was seen.
        detail: Option<CheckDetail>,
    },
    Failed {
        /// What is in the way.
        fault: CheckFault,
    },
    /// Neither: it cannot be told from here.
    NotShown { why: WhyNotShown },
}

/// What else was seen of something that is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "detail", rename_all = "snake_case")]
#[ts(export)]
pub enum CheckDetail {
    /// The account's name, as its owner wrote it.
    Account { name: String },
    /// The key's payments are real money, or test payments.
    Mode {
        /// Real money?
        live: bool,
    },
    /// Stripe is reached through a proxy.
    Proxy {
        /// Its address, without user and password.
        address: String,
    },
    /// The newest copy of the journal.
    CopiedAt {
        /// When, milliseconds since 1970.
        #[ts(type = "number")]
        at_ms: i64,
    },
    /// Of the request these parameters were not tried: they belong to a confirm, with a card.
    NotTried {
        /// Their names.
        parameters: Vec<String>,
    },
}

/// What is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[ts(export)]
pub enum CheckFault {
    /// The keyring is locked, or nobody answered its question for the password.
    KeyringLocked,
    /// There is no keyring that could be used.
    KeyringMissing,
    /// The keyring gave back something else than it took.
    KeyringDiffers,
    /// The disk is full, or has too little room.
    DiskFull,
    /// A file in the till's folder cannot be written or flushed.
    DiskNotWritten {
        /// What the system says, in its own words.
        said: String,
    },
    /// No folder is chosen for copies of the journal.
    NoCopyFolder,
    /// The last copy failed, or there is none yet.
    NotCopied,
    /// The newest copy is old.
    CopyOld {
        /// Of when, milliseconds since 1970.
        #[ts(type = "number")]
        at_ms: i64,
    },
    /// The card field did not come up.
    NoCardField,
    /// The card window's page is not on a secure address.
    PageNotSecure,
    /// Nobody answers.
    Offline,
    /// Something else than Stripe answers.
    NotStripe,
    /// A certificate is refused, so nothing was sent.
    Certificate {
        /// Whether this computer's clock may be the reason.
        perhaps_clock: bool,
    },
    /// Stripe's answer could not be read.
    Unreadable,
    /// This computer's clock is ahead of Stripe's.
    ClockAhead { minutes: u32 },
    /// This computer's clock is behind Stripe's.
    ClockBehind { minutes: u32 },
    /// Stripe does not accept the secret key.
    KeyNotAccepted,
    /// The key lacks this right.
    LacksRight { right: KeyRight },
    /// The key's payments are of the other mode.
    OtherMode {
        /// Real money?
        live: bool,
    },
    /// The publishable key is another account's.
    OtherAccount,
    /// Stripe does not accept the publishable key.
    PublishableNotAccepted,
    /// Stripe refused the request.
    Refused {
        /// HTTP status.
        status: u16,
        /// Stripe's code.
        code: Option<String>,
        /// The parameter at fault.
        param: Option<String>,
    },
    /// The card field takes the cursor only after a click.
    CursorNeedsClick,
    /// The bank was told no, or gave none of its own: the authentication did not pass.
    NotAuthenticated,
    /// It came out otherwise than it should.
    OtherOutcome {
        /// Stripe's word for what came of it.
        status: String,
    },
    /// Something of it is still open at Stripe. The till goes on trying to take it away.
    StillOpen,
    /// Somebody else has taken real money with what a check made.
    TakenElsewhere,
    /// The journal could not be written, so nothing was sent.
    NotOnRecord { refusal: Refusal },
}

/// Why something can be neither shown nor ruled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WhyNotShown {
    /// Only an act would show it, and a check does nothing that stays.
    OnlyByActing,
    /// The key may not read it, and need not.
    KeyMayNotRead,
    /// The account has not told it.
    NotTold,
    /// Stripe could not be asked.
    NotReached,
    /// A line before this one failed, so there was nothing to try it with.
    LineBefore,
    /// Stripe's answers told no time.
    NoStripeTime,
    /// There is no copy yet of these sales, and they are no money.
    NotMoney,
    /// The payment window could not be had, or its page told nothing.
    NoWindow,
    /// The payment window never came to the front.
    WindowNotInFront,
    /// Somebody pressed a key or a button meanwhile.
    Touched,
    /// Staff closed the payment window.
    WindowClosed,
    /// Nobody answered the bank in time.
    NotAnswered,
    /// Stripe has nothing of it. The till looks again for a day.
    NoneSoFar,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CheckLine {
    /// What it is about.
    pub item: CheckItem,
    pub result: CheckFound,
}

impl CheckLine {
    #[must_use]
    pub fn shown(item: CheckItem, detail: Option<CheckDetail>) -> Self {
        Self { item, result: CheckFound::Shown { detail } }
    }

    #[must_use]
    pub fn failed(item: CheckItem, fault: CheckFault) -> Self {
        Self { item, result: CheckFound::Failed { fault } }
    }

    /// It cannot be told.
    #[must_use]
    pub fn not_shown(item: CheckItem, why: WhyNotShown) -> Self {
        Self { item, result: CheckFound::NotShown { why } }
    }
}

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CheckStands {
    /// Lines are still to come.
    Running,
    /// All lines are there.
    Done,
    /// It was ended before: by staff, or because a sale began.
    Stopped,
}

/// A check, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CheckReport {
    /// When it began, milliseconds since 1970 on the till's clock.
    #[ts(type = "number")]
    pub started_ms: i64,
    /// Real money?
    pub live: bool,
    /// The version of Stripe's API that the till speaks.
    pub api_version: String,
    /// How far it is.
    pub stands: CheckStands,
    /// In the order in which they were found out.
    pub lines: Vec<CheckLine>,
}
