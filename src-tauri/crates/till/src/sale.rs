//! A sale and its attempts, as the journal tells them. The rules of how one becomes the other are in [`crate::machine`].

use serde::{Deserialize, Serialize};
use stripe_client::{PaymentIntentId, PaymentMethodId};

pub use crate::call::Call;
use crate::clock::When;
use crate::ids::{AttemptId, SaleId};
use crate::money::Money;
use crate::observed::{SeenCard, SeenDecline, SeenDispute, TILL_METADATA};
use crate::order::Order;
use crate::refund::{Refund, RefundStage};

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Try a card: create and confirm, or confirm with another card.
    Submit,
    /// Confirm again after the bank's yes.
    ConfirmAgain,
    /// Give up.
    Cancel,
}

/// One card tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id, unique in the journal.
    pub id: AttemptId,
    /// The card, as Stripe.js made it.
    pub payment_method: PaymentMethodId,
    /// The PaymentMethod as Stripe named it, once it has: another id than the one submitted where that was a ready-made
    /// test card (`pm_card_…`).
    pub stripe_method: Option<String>,
    /// When it was submitted. The hour counts from here. Its Stripe's time was heard before the first sending, so nothing
    /// of this attempt is older at Stripe.
    pub when: When,
    /// The call that tried it.
    pub submit: Call,
    /// Its call was sent again after a silence that was taken for "it never arrived". What is refused at the door then says
    /// nothing about the sending before.
    pub sent_again: bool,
    /// Sent again, it was answered, and neither with a PaymentIntent nor with a decline: what became of the first sending is
    /// for a look to say, and it is never sent a third time.
    pub turned_away: bool,
    /// Stripe's answer to the attempt's last call was that the key lacks a permission (403): for the call, or only for what
    /// the answer should have held. If it acted, a look shows it at once; nothing of it is on its way any more.
    pub forbidden: bool,
    /// The second confirm, once one was journalled. Sent again it is the same request.
    pub confirm_again: Option<Call>,
    /// True once the bank was seen to ask for authentication.
    pub challenged: bool,
    /// True once the bank was seen to have said yes.
    pub authenticated: bool,
    /// The card as Stripe told it.
    pub card: Option<SeenCard>,
    /// How it ended; none while it is in play.
    pub end: Option<AttemptEnd>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptEnd {
    /// Paid.
    Approved,
    /// Authorised, not taken.
    Held,
    /// Not charged.
    Declined(Decline),
    /// Stripe would not take the request, or it never left.
    NotTried,
    /// The sale was given up.
    Cancelled,
}

/// Why an attempt did not pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decline {
    /// The bank or Stripe refused the card.
    Refused(SeenDecline),
    /// The customer did not pass the bank's challenge, or cancelled it.
    AuthenticationFailed(SeenDecline),
    /// The hour passed before the payment was confirmed.
    HourPassed {
        /// The card in play.
        card: Option<SeenCard>,
    },
    /// The call was lost on its way; Stripe shows no trace of this card.
    NeverArrived,
    /// Stripe would not take the request.
    NotTaken {
        /// Stripe's code.
        code: Option<String>,
        /// HTTP status; none when the request never left the till.
        status: Option<u16>,
    },
}

/// Proof of a payment or of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// When it was seen, milliseconds since 1970 on the till's clock.
    pub seen_at_ms: i64,
    /// The card, where Stripe told.
    pub card: Option<SeenCard>,
    /// The issuer's code, where Stripe told.
    pub authorization_code: Option<String>,
    /// True when the bank authenticated the customer.
    pub authenticated: bool,
    /// What was taken, in Stripe's smallest unit, where Stripe told: less than the sale when a hold was taken in part.
    pub received_minor: Option<i64>,
}

/// Why an outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A call was not answered, or the till stopped while it was out.
    NoAnswer,
    /// The PaymentIntent's amount, currency or sale is not this sale's. Nothing more is sent for it.
    Mismatch,
    /// Stripe told a state that this version does not know.
    StrangeStatus(String),
    /// Stripe has no PaymentIntent of this id (any more) for this account.
    Gone,
}

/// Where a sale stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Waits for a card.
    Open {
        /// Why the card before was not even tried, if one was keyed.
        notice: Option<Decline>,
    },
    /// The call of the last attempt is out.
    Submitting,
    /// The bank asks for authentication.
    NeedsAuthentication,
    /// The bank said yes.
    Authenticated {
        /// When that was seen, milliseconds since 1970.
        since_ms: i64,
    },
    /// The second confirm is out.
    Confirming,
    /// Paid. The end.
    Approved(Proof),
    /// Authorised, not taken.
    Held(Proof),
    /// The network is at work.
    Processing,
    /// The last card did not pay; another, or give up.
    Declined(Decline),
    /// Nobody knows yet.
    NotKnown {
        /// Since when, milliseconds since 1970.
        since_ms: i64,
        /// Which call was lost.
        lost: Purpose,
        why: Why,
        /// True when Stripe was asked, long enough after the call, and knows no such payment.
        absent: bool,
    },
    /// The cancel is out, or will be as soon as the outcome of another call is known.
    Cancelling,
    /// Given up. The end, unless Stripe is found to say otherwise.
    Cancelled,
    /// Stripe shows a payment that is not this sale's, and staff have taken note. The till says no more about it. The end.
    SetAside,
}

/// A sale: one PaymentIntent for life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Its id; also in the PaymentIntent's metadata.
    pub id: SaleId,
    /// Its number in this journal, from 1.
    pub number: u32,
    /// What is to be paid.
    pub order: Order,
    /// When it was opened, milliseconds since 1970.
    pub opened_at_ms: i64,
    /// The PaymentIntent, once known. It never changes.
    pub intent: Option<PaymentIntentId>,
    /// The cards tried, oldest first.
    pub attempts: Vec<Attempt>,
    /// The cancel, once one was journalled.
    pub cancel: Option<Call>,
    /// Staff want to give it up.
    pub cancel_wanted: bool,
    /// The call that is out: only its answer is listened to, and nothing else is sent meanwhile.
    pub in_flight: Option<Purpose>,
    /// Where it stands.
    pub stage: Stage,
    /// What was given back of it, oldest first.
    pub refunds: Vec<Refund>,
    /// The disputes about it.
    pub disputes: Vec<SeenDispute>,
    /// When it was given up for the first time. It stays when a payment is found after all.
    pub given_up: Option<When>,
    /// It was paid when nobody waited for that any more: staff had given it up, or had been told that nothing was charged.
    pub came_unasked: bool,
    /// Staff keep a payment that came so.
    pub kept: bool,
    /// Nothing will come any more of what was given up or taken for lost: a day of looking again is over.
    pub watch_ended: bool,
    /// The latest time of Stripe's that a row of it knows, milliseconds since 1970.
    pub stripe_ms: Option<i64>,
    /// The payment does not carry the marks of this sale and of the till that made it, or carries others, though it is known
    /// by its id or by the answer to the sale's own call. The money counts.
    pub mark_differs: bool,
    /// Whether Stripe says that it is real money, once it has.
    pub livemode: Option<bool>,
    /// Grows with every event.
    pub revision: u32,
}

/// Stripe lets an authenticated or challenged payment fall back one hour after the attempt.
pub const CONFIRM_WITHIN_MS: i64 = 3_600_000;

impl Sale {
    /// What is to be paid.
    #[must_use]
    pub fn total(&self) -> Money {
        self.order.total
    }

    /// The till's mark that its payment was made with, as the journalled create asked for it. None while no create was
    /// written, and of a payment that was taken in.
    #[must_use]
    pub fn till_mark(&self) -> Option<&str> {
        self.attempts.iter().find_map(|attempt| attempt.submit.request.metadata(TILL_METADATA))
    }

    /// The attempt in play or played last.
    #[must_use]
    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// When the hour of the last attempt is over, milliseconds since 1970.
    #[must_use]
    pub fn deadline_ms(&self) -> i64 {
        self.last_attempt().map_or(self.opened_at_ms, |attempt| attempt.when.at_ms).saturating_add(CONFIRM_WITHIN_MS)
    }

    /// True while a call of this sale is out, to charge or to give back.
    #[must_use]
    pub fn call_in_flight(&self) -> bool {
        self.in_flight.is_some() || self.refunds.iter().any(|refund| refund.stage == RefundStage::InFlight)
    }

    /// True when a card of it was taken for lost: its call may come after all.
    #[must_use]
    pub fn has_a_card_taken_for_lost(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.end == Some(AttemptEnd::Declined(Decline::NeverArrived)))
    }

    /// What can still be given back, in Stripe's smallest unit: nothing while it is not paid.
    #[must_use]
    pub fn left_minor(&self) -> i64 {
        if !matches!(self.stage, Stage::Approved(_)) {
            return 0;
        }
        let given: i64 = self.refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.amount_minor).sum();
        self.taken_minor().saturating_sub(given).max(0)
    }

    /// What was taken for it, in Stripe's smallest unit: nothing while it is not paid, and less than its amount when a hold
    /// was taken in part.
    #[must_use]
    pub fn taken_minor(&self) -> i64 {
        match &self.stage {
            Stage::Approved(proof) => proof.received_minor.unwrap_or(self.total().amount_minor()),
            Stage::Open { .. }
            | Stage::Submitting
            | Stage::NeedsAuthentication
            | Stage::Authenticated { .. }
            | Stage::Confirming
            | Stage::Held(_)
            | Stage::Processing
            | Stage::Declined(_)
            | Stage::NotKnown { .. }
            | Stage::Cancelling
            | Stage::Cancelled
            | Stage::SetAside => 0,
        }
    }

    /// True when the customer was charged although staff had given the sale up or had been told that nothing was charged, and
    /// nobody has decided yet whether to keep the payment or to give it back.
    #[must_use]
    pub fn paid_unasked(&self) -> bool {
        matches!(self.stage, Stage::Approved(_))
            && self.came_unasked
            && !self.kept
            && !self.refunds.iter().any(Refund::counts)
    }

    /// True when nothing more will happen to it by itself, and it waits for nobody.
    #[must_use]
    pub fn finished(&self) -> bool {
        match &self.stage {
            Stage::Approved(_) => {
                !self.paid_unasked()
                    && !self.refunds.iter().any(Refund::undecided)
                    && (self.watch_ended || !self.refunds.iter().any(Refund::taken_for_lost))
            }
            // Where no card was ever tried there is nothing to look for.
            Stage::Cancelled => self.watch_ended || self.attempts.is_empty(),
            Stage::SetAside => true,
            Stage::Open { .. }
            | Stage::Submitting
            | Stage::NeedsAuthentication
            | Stage::Authenticated { .. }
            | Stage::Confirming
            | Stage::Held(_)
            | Stage::Processing
            | Stage::Declined(_)
            | Stage::NotKnown { .. }
            | Stage::Cancelling => false,
        }
    }

    /// True when it is paid, given up, or set aside: no card and no cancel is taken for it any more.
    #[must_use]
    pub fn over(&self) -> bool {
        matches!(self.stage, Stage::Approved(_) | Stage::Cancelled | Stage::SetAside)
    }
}
