//! After a stop, however it came: what was left open is found out before anything else is done.
//!
//! The promise is the coordinator's; this room's part of it is that a stop at any moment changes no outcome. A process can
//! die between any two lines, so each line of this list is one place where it can have died:
//!
//! | the journal's last word | what may be true at Stripe | what is done, and why it is safe |
//! |---|---|---|
//! | opened, or declined by Stripe's word | nothing is on its way | nothing: no call was written, so none was sent |
//! | a card taken for lost | its call may come after all | read, and watched for a day, whatever card was tried since; a payment that comes is shown as one that nobody waited for |
//! | another amount, a state that is not known, or no such PaymentIntent | whatever it is | read, rarely; nothing is sent. Staff set it aside, or give it up |
//! | the network is at work (processing) | paid or not, soon | read until it is known |
//! | set aside | not the till's to judge | nothing |
//! | a card was submitted, no answer | not arrived, still on its way, declined, challenged, paid | [`Event::Interrupted`]: the sale is "not known". It is looked for by its id, or by its metadata while the id never arrived. Found: what Stripe says is believed. Not found, and so long after the call that it cannot be on its way any more: shown as not charged so far; "try again" sends the same key and bytes while Stripe remembers the key, and after that only a cancel is offered |
//! | the bank asks the customer | the customer may have answered, the hour may be over | read. A challenge that stands is shown again when staff want it |
//! | the bank said yes | waits for our confirm, up to an hour | read, and *offered*: one key finishes it, one gives it up. Nobody is charged by a start |
//! | the second confirm was written, no answer | confirmed or not | "not known", read. Paid: approved. Still waiting: offered. A PaymentIntent takes one confirm and succeeds once, so offering it again cannot charge twice |
//! | a cancel was wanted or out | cancelled, or paid just before | read. Paid: shown as such, with the refund offered in one step. Not paid: cancelled, under a new key if need be, because a cancel twice is a cancel |
//! | held | taken, released or held | read; if it had been given up, released |
//! | given up | a call taken for lost may still come | read within a minute, and again for a day: the watch. What comes is put in the books and shown: a payment with its refund offered, a hold or a challenge is released. One that Stripe shows as canceled is over at once |
//! | a refund was written, no answer | made or not | "not known": the payment's refunds are listed and ours is known by its metadata. Not there, and so long after that it cannot be on its way: not refunded; the same amount asked for again is the same request |
//! | a refund is pending | made, or failed | the refunds are read |
//!
//! What a stop cannot do: lose a row that a call waited for (it was flushed before the call went out), or write half of one
//! (SQLite's transaction). What it can do is to lose an *answer*, and that is the same as a network that lost it.
//!
//! Beyond the sales that are open, the books are held against Stripe ([`crate::reconcile`]): the payments of the last day or
//! since the till was last used, the refunds of five weeks, the disputes of four months: what happened while no till ran.
//!
//! Deliberately not here: any call that acts. Recovery reads; the one exception is a cancel that staff had asked for.

use super::Coordinator;
use crate::clock::When;
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::{Author, JournalError};
use crate::machine;
use crate::sale::{Sale, Stage};

/// So long a sale that was given up is watched. Longer than Stripe keeps an idempotency key (24 hours), and than any request
/// can be on its way.
const WATCH_MS: i64 = 25 * 3_600_000;
/// The same in ticks.
const WATCH_TICKS: u64 = 25 * 3_600;

impl Coordinator {
    /// Rebuilds the sales from the journal, and sets out to look at every unfinished one.
    pub(super) fn rebuild(&mut self) -> Result<(), JournalError> {
        let corrupt = || JournalError::Corrupt { path: "the sales journal".into() };
        for (id, sale) in machine::replay(&self.journal.load(0)?).map_err(|_| corrupt())? {
            let run = self.run_of(sale);
            self.sales.insert(id, run);
        }
        self.last_number = self.journal.last_number()?;
        Ok(())
    }

    /// Sets out to find what was left open.
    pub(super) fn recover(&mut self) {
        let unfinished: Vec<SaleId> =
            self.sales.values().filter(|run| !run.sale.finished()).map(|run| run.sale.id).collect();
        for id in unfinished {
            self.take_up(id);
        }
    }

    /// A sale that the start did not know of, because the books were damaged.
    pub(super) fn attend(&mut self, id: SaleId) {
        if !self.sales.contains_key(&id) && self.find(id).is_ok_and(|run| !run.sale.finished()) {
            self.take_up(id);
            self.publish(id);
        }
    }

    fn take_up(&mut self, id: SaleId) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        if self.stripe_is_new {
            let _known = self.apply(id, Event::TrainingEnded, Author::Till);
            return;
        }
        if run.sale.call_in_flight() {
            // A fact, not a command: kept in memory when the disk is full.
            let _known = self.apply(id, Event::Interrupted, Author::Till);
            return;
        }
        match run.sale.stage {
            Stage::Submitting | Stage::Confirming | Stage::SetAside => {}
            Stage::Open { .. } | Stage::Declined(_) if run.sale.has_a_card_taken_for_lost() => self.look(id),
            Stage::Open { .. } | Stage::Declined(_) => {}
            Stage::Approved(_)
                if run.sale.refunds.iter().all(|known| !known.undecided() && !known.taken_for_lost()) => {}
            Stage::NeedsAuthentication
            | Stage::Authenticated { .. }
            | Stage::Held(_)
            | Stage::Processing
            | Stage::Cancelling
            | Stage::Approved(_)
            | Stage::NotKnown { .. } => self.look(id),
            // Nobody waits for it: first those that somebody waits for.
            Stage::Cancelled => self.look_later(id),
        }
    }

    /// A task that panicked took its answer along. Its sale is looked at like after a restart.
    pub(super) fn fallen_over(&mut self, task: tokio::task::Id) {
        log::error!("a call to Stripe fell over");
        if self.check_fell_over(task) {
            return;
        }
        let Some((id, acted)) = self.sale_of_task.remove(&task) else {
            // It was a reconcile. Whoever asked for it is told that nobody answers.
            self.reconcile_later();
            return;
        };
        if let Some(run) = self.sales.get_mut(&id) {
            if acted && run.sale.call_in_flight() {
                let _known = self.apply(id, Event::Interrupted, Author::Till);
            } else {
                run.pacing.look_fell_over();
                self.drop_wish(id);
                self.look_later(id);
            }
        }
    }

    /// What was given up or taken for lost was just looked at: if a day has passed since, that was the last time. The day is
    /// Stripe's. Where Stripe told no time when it was given up, it is counted in the ticks of this run: the till's clock may
    /// jump.
    pub(super) fn end_watch(&mut self, id: SaleId, stripe_ms: Option<i64>) {
        let ticks = self.ticks;
        let Some(run) = self.sales.get(&id) else { return };
        let Some(since) = watched_since(&run.sale) else { return };
        let a_day = match (since.stripe_ms, stripe_ms) {
            (Some(since_ms), Some(now_ms)) => now_ms.saturating_sub(since_ms) >= WATCH_MS,
            _ => ticks.saturating_sub(run.watched_from) >= WATCH_TICKS,
        };
        if a_day && !run.sale.watch_ended {
            self.learn(id, Event::WatchEnded, stripe_ms);
        }
    }
}

/// Since when something of this sale is watched that was given up or taken for lost.
pub(super) fn watched_since(sale: &Sale) -> Option<When> {
    match sale.stage {
        Stage::Cancelled => sale.given_up,
        Stage::Approved(_) => {
            let lost = sale.refunds.iter().filter(|known| known.taken_for_lost());
            let last = lost.max_by_key(|known| known.when.at_ms)?;
            Some(When { stripe_ms: last.lost_stripe_ms, ..last.when })
        }
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
        | Stage::SetAside => None,
    }
}
