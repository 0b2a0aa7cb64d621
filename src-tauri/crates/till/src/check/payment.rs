//! A payment that a check makes at Stripe: its rows in the journal, and what they come to.
//!
//! It is no sale: it has no number, counts in no total and is in no list. Its rows are about a subject of its own
//! (`check`), which a version that does not know it leaves unread. Only what it makes is kept, so that it can be taken away
//! again: what a check found is told, not kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stripe_client::{Error, PaymentIntent, PaymentIntentId, PaymentIntentStatus};

use crate::call::Call;
use crate::clock::When;
use crate::ids::CheckId;

/// The metadata name under which a payment of a check carries its own id.
pub const CHECK_METADATA: &str = "countersign_check";

/// What a payment of a check is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tries {
    /// Whether Stripe takes the body of a sale. No card is tried.
    Request,
    /// A card that is approved. Never made in live mode, like the next.
    ApprovedCard,
    DeclinedCard,
    /// A card whose bank asks for authentication.
    Challenge,
}

/// How a payment of a check ended. Nothing of it is left at Stripe then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Cancelled,
    /// It was given back whole.
    Refunded,
    /// Stripe refused the request, or it never left.
    NeverMade,
    /// Stripe has none of it: so long after that none can come.
    NothingFound,
    /// Stripe has none of its id any more.
    Gone,
    /// Training was started again, and with it a new simulator.
    TrainingEnded,
    /// Somebody else has taken real money with it. It is a payment of others now, in the totals too, and what becomes of it
    /// is for people to say.
    TakenElsewhere,
}

/// One thing that happened to a payment of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CheckEvent {
    /// It is about to be made. Journalled before the call goes out.
    CheckStarted { tries: Tries, call: Call },
    /// Stripe told its id.
    CheckMade { id: PaymentIntentId },
    /// The bank has its answer, and it is about to be confirmed again. Journalled before the call goes out.
    CheckConfirmStarted { call: Call },
    /// It is about to be cancelled. Journalled before the call goes out.
    CheckCancelStarted { call: Call },
    /// It is about to be given back. Journalled before the call goes out.
    CheckRefundStarted { call: Call },
    /// It is over.
    CheckEnded { how: Ended },
}

impl CheckEvent {
    /// Its name, and the idempotency key that it lets out.
    pub(crate) fn indexed(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::CheckStarted { call, .. } => ("check_started", Some(call.key.as_str())),
            Self::CheckMade { .. } => ("check_made", None),
            Self::CheckConfirmStarted { call } => ("check_confirm_started", Some(call.key.as_str())),
            Self::CheckCancelStarted { call } => ("check_cancel_started", Some(call.key.as_str())),
            Self::CheckRefundStarted { call } => ("check_refund_started", Some(call.key.as_str())),
            Self::CheckEnded { .. } => ("check_ended", None),
        }
    }
}

/// One row of the journal about a payment of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    pub check: CheckId,
    pub when: When,
    /// Which row about it, from 1.
    pub revision: u32,
    pub event: CheckEvent,
}

/// A payment of a check, as its rows tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckPayment {
    pub(crate) id: CheckId,
    /// When it was about to be made.
    pub(crate) when: When,
    pub(crate) intent: Option<PaymentIntentId>,
    /// The last refund that was begun, and when.
    pub(crate) refund: Option<(Call, When)>,
    pub(crate) ended: Option<Ended>,
    /// Stripe answered that the key may not make it, or only that it may not be shown what was made: nothing of it is on its
    /// way any more, so one look tells which. Not kept: after a restart it is looked for as any other.
    pub(crate) forbidden: bool,
    pub(crate) revision: u32,
}

impl CheckPayment {
    pub(crate) fn new(id: CheckId, when: When) -> Self {
        Self { id, when, intent: None, refund: None, ended: None, forbidden: false, revision: 0 }
    }

    pub(crate) fn take(&mut self, row: &CheckRow) {
        self.revision = row.revision;
        match &row.event {
            CheckEvent::CheckStarted { .. } => self.when = row.when,
            CheckEvent::CheckMade { id } => self.intent = Some(id.clone()),
            CheckEvent::CheckConfirmStarted { .. } | CheckEvent::CheckCancelStarted { .. } => {}
            CheckEvent::CheckRefundStarted { call } => self.refund = Some((call.clone(), row.when)),
            CheckEvent::CheckEnded { how } => self.ended = Some(*how),
        }
    }
}

/// The payments that these rows are about, by their ids.
pub(crate) fn replay(rows: &[CheckRow]) -> Vec<CheckPayment> {
    let mut all: BTreeMap<CheckId, CheckPayment> = BTreeMap::new();
    for row in rows {
        all.entry(row.check).or_insert_with(|| CheckPayment::new(row.check, row.when)).take(row);
    }
    all.into_values().collect()
}

/// Whether an answer says for certain that nothing was made.
pub(crate) fn made_nothing(error: &Error) -> bool {
    matches!(error.fate(), stripe_client::Fate::NotExecuted)
}

/// The payment that came with an answer: Stripe makes one even where it declines the card.
pub(crate) fn of_answer(answer: &Result<PaymentIntent, Error>) -> Option<&PaymentIntent> {
    match answer {
        Ok(intent) => Some(intent),
        Err(Error::Api(error)) => error.payment_intent.as_deref(),
        Err(_) => None,
    }
}

/// Whether a payment can still be cancelled.
pub(crate) fn can_be_cancelled(status: &PaymentIntentStatus) -> bool {
    match status {
        PaymentIntentStatus::RequiresPaymentMethod
        | PaymentIntentStatus::RequiresConfirmation
        | PaymentIntentStatus::RequiresAction
        | PaymentIntentStatus::RequiresCapture => true,
        PaymentIntentStatus::Processing
        | PaymentIntentStatus::Canceled
        | PaymentIntentStatus::Succeeded
        | PaymentIntentStatus::Other(_) => false,
    }
}
