//! What happens to a sale: the rows of the journal. A sale is nothing but the sum of its events.
//!
//! Rows are read back by every later version. So a field may be added with a default, but never renamed or given another
//! meaning.

use serde::{Deserialize, Serialize};
use stripe_client::PaymentMethodId;

use crate::ids::{AttemptId, RefundId};
use crate::money::Money;
use crate::observed::{Answer, RefundAnswer, SeenDispute, SeenIntent, SeenRefund};
use crate::sale::{Call, Purpose};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A sale was opened.
    Opened {
        /// What is to be paid.
        money: Money,
        /// Its number, from 1.
        number: u32,
    },
    /// A payment that Stripe has and the books had not was taken in. One row, so that no sale is ever without the payment
    /// that it already has.
    TakenIn {
        /// What was to be paid.
        money: Money,
        /// Its number, from 1.
        number: u32,
        /// The payment.
        seen: SeenIntent,
    },
    /// A card is about to be tried. Journalled before the call goes out.
    Submitted {
        /// The attempt.
        attempt: AttemptId,
        /// The card.
        payment_method: PaymentMethodId,
        /// The call.
        call: Call,
    },
    /// The payment is about to be confirmed after the bank's yes. Journalled before the call goes out.
    ConfirmedAgain {
        /// The call.
        call: Call,
    },
    /// The same call is about to be sent again, because staff asked for it. Same key, same bytes.
    Resent {
        /// Which call of the last attempt.
        purpose: Purpose,
    },
    /// Staff want to give the sale up.
    CancelWanted,
    /// The PaymentIntent is about to be cancelled. Journalled before the call goes out.
    CancelStarted {
        /// The call.
        call: Call,
    },
    /// A call was answered, or was given up waiting for.
    Answered {
        /// Which call.
        purpose: Purpose,
        /// What it said.
        answer: Answer,
    },
    /// The PaymentIntent was read.
    Looked {
        /// What it was.
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
        /// The refund.
        refund: RefundId,
        /// How much, in Stripe's smallest unit.
        amount_minor: i64,
        /// The call.
        call: Call,
    },
    /// The call of a refund that never arrived is about to be sent again. Same key, same bytes.
    RefundResent {
        /// The refund.
        refund: RefundId,
    },
    /// A refund's call was answered, or was given up waiting for.
    RefundAnswered {
        /// The refund.
        refund: RefundId,
        /// What it said.
        answer: RefundAnswer,
    },
    /// All refunds of the sale's PaymentIntent were read.
    RefundsSeen {
        /// They.
        seen: Vec<SeenRefund>,
        /// As in [`Event::Looked`].
        settled: bool,
    },
    /// A dispute about this payment was seen, or how it stands now.
    Disputed {
        /// It.
        seen: SeenDispute,
    },
    /// Staff keep a payment that came although the sale had been given up.
    Kept,
    /// Staff have taken note that this sale's payment is not the till's to judge.
    SetAside,
    /// A given-up sale was looked at once more, a day after: nothing came of it, and nothing will.
    WatchEnded,
}

impl Event {
    /// A sale was opened with this number.
    #[must_use]
    pub fn opened(money: Money, number: u32) -> Self {
        Self::Opened { money, number }
    }

    /// A payment of Stripe's was taken in under this number.
    #[must_use]
    pub fn taken_in(money: Money, number: u32, seen: SeenIntent) -> Self {
        Self::TakenIn { money, number, seen }
    }
}
