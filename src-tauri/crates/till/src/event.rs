//! What happens to a sale: the rows of the journal. A sale is nothing but the sum of its events.
//!
//! Rows are read back by every later version. So a field may be added with a default, but never renamed or given another
//! meaning. The parts of an [`Order`] are held more strictly: one that is not known here says so ([`Unreadable::Newer`]).

use serde::{Deserialize, Serialize};
use stripe_client::PaymentMethodId;

use crate::ids::{AttemptId, RefundId};
use crate::observed::{Answer, RefundAnswer, SeenDispute, SeenIntent, SeenRefund};
use crate::order::{Order, Written};
use crate::sale::{Call, Purpose};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A sale was opened.
    Opened {
        /// What is to be paid.
        #[serde(flatten)]
        order: Order,
        /// Its number, from 1.
        number: u32,
    },
    /// A payment that Stripe has and the books had not was taken in. One row, so that no sale is ever without the payment
    /// that it already has.
    TakenIn {
        /// What was to be paid.
        #[serde(flatten)]
        order: Order,
        /// Its number, from 1.
        number: u32,
        /// The payment.
        seen: SeenIntent,
    },
    /// A card is about to be tried. Journalled before the call goes out.
    Submitted {
        attempt: AttemptId,
        /// The card.
        payment_method: PaymentMethodId,
        call: Call,
    },
    /// The payment is about to be confirmed after the bank's yes. Journalled before the call goes out.
    ConfirmedAgain { call: Call },
    /// The same call is about to be sent again, because staff asked for it. Same key, same bytes.
    Resent {
        /// Which call of the last attempt.
        purpose: Purpose,
    },
    /// Staff want to give the sale up.
    CancelWanted,
    /// The PaymentIntent is about to be cancelled. Journalled before the call goes out.
    CancelStarted { call: Call },
    /// A call was answered, or was given up waiting for.
    Answered {
        /// Which call.
        purpose: Purpose,
        /// What it said.
        answer: Answer,
    },
    /// The PaymentIntent was read.
    Looked {
        seen: SeenIntent,
        /// True when so much time had passed since the last call of this sale that it cannot be on its way any more.
        settled: bool,
    },
    /// All PaymentIntents that could be this sale's were listed, so long after its last call that it cannot be on its way
    /// any more, and none belongs to this sale.
    FoundNothing,
    /// Stripe was asked for the sale's PaymentIntent by its id, and has none: test data was deleted, say.
    Gone,
    /// Training was started again, and with it a new simulator: what the sale had there is gone. Never written for an
    /// account at Stripe.
    TrainingEnded,
    /// The till was started, and a call of this sale had been out when it stopped.
    Interrupted,
    /// Money is about to be given back. Journalled before the call goes out.
    RefundStarted {
        refund: RefundId,
        /// How much, in Stripe's smallest unit.
        amount_minor: i64,
        call: Call,
    },
    /// The call of a refund that never arrived is about to be sent again. Same key, same bytes.
    RefundResent { refund: RefundId },
    /// A refund's call was answered, or was given up waiting for.
    RefundAnswered {
        refund: RefundId,
        /// What it said.
        answer: RefundAnswer,
    },
    /// All refunds of the sale's PaymentIntent were read.
    RefundsSeen {
        seen: Vec<SeenRefund>,
        /// As in [`Event::Looked`].
        settled: bool,
    },
    /// A dispute about this payment was seen, or how it stands now.
    Disputed { seen: SeenDispute },
    /// Staff keep a payment that came although the sale had been given up.
    Kept,
    /// Staff have taken note that this sale's payment is not the till's to judge.
    SetAside,
    /// A given-up sale was looked at once more, a day after: nothing came of it, and nothing will.
    WatchEnded,
}

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It opens a sale with something that a later version has added.
    Newer,
    /// It is not a row.
    Damaged,
}

impl Event {
    /// A sale was opened with this number.
    #[must_use]
    pub fn opened(order: impl Into<Order>, number: u32) -> Self {
        Self::Opened { order: order.into(), number }
    }

    /// A payment of Stripe's was taken in under this number.
    #[must_use]
    pub fn taken_in(order: impl Into<Order>, number: u32, seen: SeenIntent) -> Self {
        Self::TakenIn { order: order.into(), number, seen }
    }

    /// Reads what a row holds.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(body: &str) -> Result<Self, Unreadable> {
        serde_json::from_str(body).map_err(|_| match serde_json::from_str::<Opening>(body) {
            // All but its order can be read.
            Ok(Opening::Opened { .. } | Opening::TakenIn { .. }) => Unreadable::Newer,
            Err(_) => Unreadable::Damaged,
        })
    }
}

/// The rows that hold an order, whatever it is of.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Opening {
    Opened {
        #[serde(flatten)]
        _order: Written,
        #[serde(rename = "number")]
        _number: u32,
    },
    TakenIn {
        #[serde(flatten)]
        _order: Written,
        #[serde(rename = "number")]
        _number: u32,
        #[serde(rename = "seen")]
        _seen: Box<SeenIntent>,
    },
}
