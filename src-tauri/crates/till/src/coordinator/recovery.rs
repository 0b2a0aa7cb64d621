//! After a stop, however it came: what was left open is found out before anything else is done.
//!
//! A process can die between any two lines. Whatever the journal's last word about a sale is, what may be true at Stripe is read
//! before anything is sent; nobody is charged by a start, and the one call that a start makes is a cancel that staff had asked for.
//! `.docs/house.md`, "What a stop leaves", goes through the places one by one.

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
            self.publish(id);
        }
    }

    pub(super) fn take_up(&mut self, id: SaleId) {
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
        // Of no sale: whoever asked for it is told that nobody answers.
        let Some((id, acted)) = self.sale_of_task.remove(&task) else { return };
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
