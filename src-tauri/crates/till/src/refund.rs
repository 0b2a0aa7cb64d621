//! The refunds of a sale, as the journal and Stripe tell them. The rules are in [`crate::machine`].

use stripe_client::IdempotencyKey;

use crate::call::Call;
use crate::clock::When;
use crate::ids::RefundId;

/// One refund of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Who asked for it.
    pub origin: Origin,
    /// How much, in Stripe's smallest unit for the sale's currency.
    pub amount_minor: i64,
    /// When it was asked for, or seen for the first time. Of one asked for here, Stripe's time was heard before the first
    /// sending.
    pub when: When,
    /// When it was taken for lost, by Stripe's clock, milliseconds since 1970; none where it was not, or no time was told.
    pub lost_stripe_ms: Option<i64>,
    /// Its call was sent again after a silence that was taken for "it never arrived". What is refused at the door then says
    /// nothing about the sending before.
    pub sent_again: bool,
    /// Stripe answered the second sending with a failure of its own, which it keeps under the key: this key will never give
    /// anything back.
    pub spent: bool,
    /// Stripe answered that the key lacks a permission (403): if it acted all the same, a look shows it at once.
    pub forbidden: bool,
    /// Stripe says that it is of another payment than this sale's. It counts all the same.
    pub of_another: bool,
    /// `re_…`, once known. It never changes.
    pub stripe: Option<String>,
    /// Where it stands.
    pub stage: RefundStage,
}

/// Who asked for a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This till, with this call.
    Here {
        /// Its id, unique in the journal; also in the refund's metadata.
        id: RefundId,
        /// The call. Journalled before the first sending.
        call: Call,
    },
    /// Somebody in the Dashboard, or another program.
    Elsewhere,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStage {
    /// The call is out.
    InFlight,
    /// The call was lost: the money may be on its way back or not.
    NotKnown {
        /// Since when, milliseconds since 1970.
        since_ms: i64,
    },
    /// Stripe has taken it on; the bank has not.
    Pending,
    /// Given back.
    Succeeded,
    /// The customer's bank did not take it: the money is the shop's again.
    Failed {
        /// Stripe's reason.
        reason: Option<String>,
    },
    /// Called back.
    Canceled,
    /// It never came to be.
    NotMade(NotMade),
}

/// Why a refund never came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMade {
    /// The call was lost on its way; Stripe shows no trace of it.
    NeverArrived,
    /// Stripe would not, or the call never left.
    Refused {
        /// Stripe's code.
        code: Option<String>,
        /// HTTP status; none when the request never left the till.
        status: Option<u16>,
    },
    /// Training was started again before it was known.
    TrainingEnded,
}

impl Refund {
    /// Its id, if it was asked for at this till.
    #[must_use]
    pub fn id(&self) -> Option<RefundId> {
        match &self.origin {
            Origin::Here { id, .. } => Some(*id),
            Origin::Elsewhere => None,
        }
    }

    /// Its call's key, if it was asked for at this till.
    #[must_use]
    pub fn key(&self) -> Option<&IdempotencyKey> {
        match &self.origin {
            Origin::Here { call, .. } => Some(&call.key),
            Origin::Elsewhere => None,
        }
    }

    /// True while the money is given back, or may be: it cannot be given back once more.
    #[must_use]
    pub fn counts(&self) -> bool {
        match self.stage {
            RefundStage::InFlight | RefundStage::NotKnown { .. } | RefundStage::Pending | RefundStage::Succeeded => {
                true
            }
            RefundStage::Failed { .. } | RefundStage::Canceled | RefundStage::NotMade(_) => false,
        }
    }

    /// True while its outcome is open.
    #[must_use]
    pub fn undecided(&self) -> bool {
        matches!(self.stage, RefundStage::InFlight | RefundStage::NotKnown { .. } | RefundStage::Pending)
    }

    /// True when its call was taken for lost. It is looked for all the same: for a day, like a sale that was given up.
    #[must_use]
    pub fn taken_for_lost(&self) -> bool {
        self.stage == RefundStage::NotMade(NotMade::NeverArrived)
    }

    /// True while nobody knows whether Stripe has it.
    #[must_use]
    pub fn in_doubt(&self) -> bool {
        matches!(self.stage, RefundStage::InFlight | RefundStage::NotKnown { .. })
    }
}
