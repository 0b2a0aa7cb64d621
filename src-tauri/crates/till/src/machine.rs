//! The rules of a sale: a pure function from a sale and an event to the sale after it and what is to be done.
//!
//! It knows no clock, no network and no storage; [`crate::coordinator`] journals the event, applies it here, and does what
//! the effects say. The same function rebuilds a sale from the journal, with the effects thrown away.
//!
//! Why a sale is charged at most once:
//! - It has one PaymentIntent for life, and a PaymentIntent succeeds at most once. [`Sale::intent`] is set from the first
//!   answer that names it and never changes; every later card goes to that PaymentIntent.
//! - While it has none, only one create can be on its way: a new card is taken in [`Stage::Open`] and [`Stage::Declined`]
//!   only, and a create whose fate is open leads to [`Stage::NotKnown`], where nothing but the very same request (same key,
//!   same bytes) can be sent, and only while Stripe remembers the key by Stripe's own clock ([`resendable`]). When that second
//!   sending is turned away, this says nothing about the first: the sale stays not known and the request is not sent a third
//!   time ([`Attempt::turned_away`]). Only when Stripe is then shown to have none, so long after the last sending that none
//!   can be on its way, does the attempt end as one that never acted, and another card may be tried. So at most one
//!   PaymentIntent comes to be. (A sale whose PaymentIntent is gone from the account, because test data was deleted, can only
//!   be given up.)
//! - [`Stage::Approved`] is reached only by a PaymentIntent that Stripe shows as `succeeded`, of this sale's amount and
//!   currency. It is never left.
//!
//! Why nobody is told a wrong outcome: [`Stage::Declined`] and [`Stage::Cancelled`] follow only from Stripe's own word about
//! this attempt (or from a request that provably never left). A silence is [`Stage::NotKnown`]. A lost call that Stripe shows
//! no trace of is taken for lost only after [`SETTLE_SECONDS`], when by all that is known of networks it can no longer be on
//! its way. Those seconds are counted by the coordinator, not read from a clock, and the event says whether they had passed:
//! a clock that jumps decides nothing. And because it is an assumption, what was taken for lost is watched for a day, and a
//! payment that comes after all is shown as what it is ([`Sale::paid_unasked`]).

// A stage or a status that somebody adds must be met in every rule before this compiles again.
#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeMap;

use stripe_client::PaymentMethodId;

mod answers;
mod asked;
mod belief;
mod looked;
mod refunding;

use belief::{Source, believe, cancelled};

pub use refunding::{refundable, resendable_refund};

use crate::clock::When;
use crate::event::Event;
use crate::ids::{RefundId, SaleId};
use crate::journal::{Entry, Subject};
use crate::observed::SeenDispute;
use crate::sale::{Purpose, Sale, Stage, Why};

/// A request may still be on its way for this long after the till last knew it to be: the client waits up to 60 seconds for
/// one sending (and may die meanwhile), and nothing on the way holds a request that its sender has given up for more than
/// another 90.
pub const SETTLE_SECONDS: u32 = 150;

/// Stripe keeps an idempotency key for at least 24 hours; an hour of that is left to a request that waits on its way. After
/// this the same request would be a new one, so it is never sent again. Counted between two times that Stripe told: the till's
/// clock has no say in it.
pub const KEY_MEMORY_MS: i64 = 23 * 3_600_000;

/// Cards that one sale will try. Stripe cancels a PaymentIntent that is confirmed too often (a limit it does not tell).
pub const MAX_ATTEMPTS: usize = 30;

/// What is to be done after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Send the journalled call for this purpose.
    Send(Purpose),
    /// Send the journalled call of this refund.
    SendRefund(RefundId),
    /// Find out how the PaymentIntent stands: by its id, or by listing while there is none. Of a paid sale the refunds are
    /// read.
    Look,
    /// Journal a cancel and send it.
    StartCancel,
    /// The bank said yes. If staff are at it, confirm again; after a restart, offer it to them.
    Finish,
}

/// An event that cannot follow. From a command it is refused; from the journal it means that the journal is not sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this cannot happen to the sale as it stands")]
pub struct Impossible;

/// The sale after its first event.
///
/// # Errors
/// [`Impossible`] when the first event is neither [`Event::Opened`] nor [`Event::TakenIn`].
pub fn open(id: SaleId, event: &Event, when: When) -> Result<Sale, Impossible> {
    let (Event::Opened { order, number } | Event::TakenIn { order, number, .. }) = event else {
        return Err(Impossible);
    };
    let mut sale = Sale {
        id,
        number: *number,
        order: order.clone(),
        opened_at_ms: when.at_ms,
        intent: None,
        attempts: Vec::new(),
        cancel: None,
        cancel_wanted: false,
        in_flight: None,
        stage: Stage::Open { notice: None },
        refunds: Vec::new(),
        disputes: Vec::new(),
        given_up: None,
        came_unasked: false,
        kept: false,
        watch_ended: false,
        stripe_ms: when.stripe_ms,
        mark_differs: false,
        livemode: None,
        revision: 1,
    };
    if let Event::TakenIn { seen, .. } = event {
        // Nothing follows by itself: staff decide about what is open.
        believe(&mut sale, seen, when.at_ms, Source::ReadSettled);
    }
    Ok(sale)
}

/// The sale after an event, and what is to be done.
///
/// # Errors
/// [`Impossible`] when the event cannot follow; the sale is as it was.
pub fn step(before: &Sale, event: &Event, when: When) -> Result<(Sale, Vec<Effect>), Impossible> {
    let at_ms = when.at_ms;
    let mut sale = before.clone();
    let effects = match event {
        Event::Opened { .. } | Event::TakenIn { .. } => return Err(Impossible),
        Event::Submitted { attempt, payment_method, call } => {
            asked::submitted(&mut sale, *attempt, payment_method, call, when)?
        }
        Event::ConfirmedAgain { call } => asked::confirmed_again(&mut sale, call)?,
        Event::Resent { purpose } => asked::resent(&mut sale, *purpose)?,
        Event::CancelWanted => asked::cancel_wanted(&mut sale)?,
        Event::CancelStarted { call } => asked::cancel_started(&mut sale, call)?,
        Event::Answered { purpose, answer } => answers::answered(&mut sale, *purpose, answer, at_ms)?,
        Event::Looked { seen, settled } => looked::looked(&mut sale, seen, *settled, at_ms),
        Event::Gone => looked::gone(&mut sale, at_ms),
        Event::FoundNothing => looked::found_nothing(&mut sale),
        Event::TrainingEnded => training_ended(&mut sale),
        Event::Interrupted => interrupted(&mut sale, at_ms),
        Event::RefundStarted { refund, amount_minor, call } => {
            refunding::started(&mut sale, *refund, *amount_minor, call, when)?
        }
        Event::RefundResent { refund } => refunding::resent(&mut sale, *refund)?,
        Event::RefundAnswered { refund, answer } => refunding::answered(&mut sale, *refund, answer, at_ms)?,
        Event::RefundsSeen { seen, settled } => refunding::seen(&mut sale, seen, *settled, when),
        Event::Disputed { seen } => {
            disputed(&mut sale, seen);
            Vec::new()
        }
        Event::Kept => asked::kept(&mut sale)?,
        Event::SetAside => asked::set_aside(&mut sale)?,
        Event::WatchEnded => {
            watch_ended(&mut sale)?;
            Vec::new()
        }
    };
    let told_not_charged = matches!(before.stage, Stage::Open { .. } | Stage::Declined(_) | Stage::Cancelled);
    if matches!(sale.stage, Stage::Approved(_)) && !matches!(before.stage, Stage::Approved(_)) {
        sale.came_unasked = told_not_charged || before.cancel_wanted;
    }
    if sale.stage == Stage::Cancelled && sale.given_up.is_none() {
        sale.given_up = Some(when);
    }
    if let Some(Effect::Send(purpose)) = effects.first() {
        sale.in_flight = Some(*purpose);
    }
    if sale != *before {
        sale.revision = before.revision.saturating_add(1);
        sale.stripe_ms = sale.stripe_ms.max(when.stripe_ms);
    }
    Ok((sale, effects))
}

/// The sales that these rows of a journal, in their order, add up to.
///
/// # Errors
/// [`Impossible`] when a row cannot follow those before it: the journal is not sound.
pub fn replay(entries: &[Entry]) -> Result<BTreeMap<SaleId, Sale>, Impossible> {
    let mut sales: BTreeMap<SaleId, Sale> = BTreeMap::new();
    for entry in entries {
        let Subject::Sale(id) = entry.about;
        let mut after = match sales.get(&id) {
            None => open(id, &entry.event, entry.when)?,
            Some(before) => step(before, &entry.event, entry.when)?.0,
        };
        // The next row's revision follows this row's, whatever another version made of it.
        after.revision = entry.revision;
        sales.insert(id, after);
    }
    Ok(sales)
}

/// True when a card can be tried: nothing of this sale can be on its way.
#[must_use]
pub fn accepts_card(sale: &Sale) -> bool {
    matches!(sale.stage, Stage::Open { .. } | Stage::Declined(_))
        && sale.in_flight.is_none()
        && !sale.cancel_wanted
        && sale.attempts.len() < MAX_ATTEMPTS
}

/// Which call may be sent again with its own key and bytes, if any: one whose fate is open, while Stripe remembers the key.
/// `stripe_ms` is Stripe's time now. Whoever sends a create again has heard it with a look just before.
#[must_use]
pub fn resendable(sale: &Sale, stripe_ms: Option<i64>) -> Option<Purpose> {
    in_doubt_and_absent(sale).filter(|purpose| match purpose {
        Purpose::Submit => sale.last_attempt().is_some_and(|attempt| remembered(attempt.when.stripe_ms, stripe_ms)),
        // This PaymentIntent waits for a confirm, and takes one. Whoever sends it has seen that with a look just before.
        Purpose::ConfirmAgain | Purpose::Cancel => true,
    })
}

/// The same without asking whether Stripe still remembers the key. A row that says that it was sent again is believed: it
/// was asked before that was written.
fn in_doubt_and_absent(sale: &Sale) -> Option<Purpose> {
    let attempt = sale.last_attempt()?;
    if sale.cancel_wanted {
        return None;
    }
    if matches!(sale.stage, Stage::NotKnown { lost: Purpose::Submit, why: Why::NoAnswer, absent: true, .. }) {
        (!attempt.turned_away).then_some(Purpose::Submit)
    } else if matches!(sale.stage, Stage::Authenticated { .. }) && attempt.confirm_again.is_some() {
        Some(Purpose::ConfirmAgain)
    } else {
        None
    }
}

/// Whether Stripe still remembers a key: both times are Stripe's, one heard before the key was first sent, the other with
/// the look just before it is sent again. One that is missing, or a second that is before the first: no.
pub(crate) fn remembered(before_first_ms: Option<i64>, now_ms: Option<i64>) -> bool {
    let (Some(first), Some(now)) = (before_first_ms, now_ms) else { return false };
    (0..KEY_MEMORY_MS).contains(&now.saturating_sub(first))
}

pub(crate) fn is_ready_made(card: &PaymentMethodId) -> bool {
    card.as_str().starts_with("pm_card_")
}

fn disputed(sale: &mut Sale, seen: &SeenDispute) {
    match sale.disputes.iter_mut().find(|known| known.id == seen.id) {
        Some(known) => known.clone_from(seen),
        None => sale.disputes.push(seen.clone()),
    }
}

fn watch_ended(sale: &mut Sale) -> Result<(), Impossible> {
    if !matches!(sale.stage, Stage::Cancelled | Stage::Approved(_)) || sale.call_in_flight() {
        return Err(Impossible);
    }
    sale.watch_ended = true;
    Ok(())
}

fn interrupted(sale: &mut Sale, at_ms: i64) -> Vec<Effect> {
    let refund_was_out = refunding::interrupted(sale, at_ms);
    match sale.in_flight.take() {
        Some(purpose) => answers::lost(sale, purpose, at_ms),
        None if sale.over() && !refund_was_out => Vec::new(),
        None => vec![Effect::Look],
    }
}

fn training_ended(sale: &mut Sale) -> Vec<Effect> {
    refunding::training_ended(sale);
    if matches!(sale.stage, Stage::Approved(_)) {
        sale.kept |= sale.paid_unasked();
    } else if sale.stage != Stage::SetAside {
        sale.in_flight = None;
        cancelled(sale);
    }
    sale.watch_ended = true;
    Vec::new()
}
