//! Checks of the till: who may begin one, its rows, and its end. What it tries is the room [`crate::check`]; here nothing is
//! sent.
//!
//! A sale goes first. None may be in hand when a check begins, and one that begins ends the check: what that has made is on
//! record, and is taken away while the customer is served.

use std::sync::Arc;

use stripe_client::STRIPE_VERSION;
use tokio::sync::{Notify, mpsc};

use super::{Coordinator, Done, NotNow, Refusal, Refused};
use crate::CheckId;
use crate::check::book::{Ask, Book};
use crate::check::ending::{Desk, Left};
use crate::check::payment::replay;
use crate::check::run::{CheckAsked, Run};
use crate::check::window::Window;
use crate::check::{CheckHeard, CheckReport, CheckRow, CheckStands};
use crate::journal::JournalError;
use crate::view::Standing;

/// Ticks until it is tried again to take away what a check has left.
const AGAIN_TICKS: u32 = 600;
/// What the payment window may tell while a check reads.
const HEARD_AT_ONCE: usize = 16;

/// The check that is under way.
pub(super) struct Checking {
    task: tokio::task::Id,
    stop: Arc<Notify>,
    /// What the payment window tells of it.
    heard: mpsc::Sender<(CheckId, CheckHeard)>,
}

impl Coordinator {
    fn check_desk(&self) -> Desk {
        Desk {
            book: Book(self.check_asks.clone()),
            stripe: self.stripe.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            till: self.till,
            tills: self.tills.clone(),
            live: self.live,
            taking_away: Arc::clone(&self.taking_away),
        }
    }

    /// Begins a check. While one is under way, the same one.
    pub(super) fn check(&mut self, asked: CheckAsked) -> Result<(), Refused> {
        if self.checking.is_some() {
            return Ok(());
        }
        if self.sales.values().any(|run| self.shown(run).standing() == Standing::InHand) {
            return Err(Refusal::not_now(NotNow::SaleInHand));
        }
        self.checked.send_replace(Some(CheckReport {
            started_ms: self.clock.now_ms(),
            live: self.live,
            api_version: STRIPE_VERSION.to_owned(),
            stands: CheckStands::Running,
            lines: Vec::new(),
        }));
        let (heard, hears) = mpsc::channel(HEARD_AT_ONCE);
        let window = Window { step: self.check_step.clone(), heard: hears };
        let desk = self.check_desk();
        let run = Run { desk, asked, lacks_charges: false, report: self.checked.clone(), window };
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let task = self.tasks.spawn(async move {
            let stands = tokio::select! {
                () = run.run() => CheckStands::Done,
                () = stopped.notified() => CheckStands::Stopped,
            };
            Done::CheckOver { stands }
        });
        self.checking = Some(Checking { task: task.id(), stop, heard });
        Ok(())
    }

    /// Ends the check that is under way, if one is.
    pub(super) fn stop_check(&self) {
        if let Some(checking) = &self.checking {
            checking.stop.notify_one();
        }
    }

    /// What the payment window tells. More at once than a check can hear is not heard: it reads by itself, too.
    pub(super) fn check_heard(&self, check: CheckId, heard: CheckHeard) {
        if let Some(checking) = &self.checking {
            let _heard_enough = checking.heard.try_send((check, heard));
        }
    }

    pub(super) fn check_over(&mut self, stands: CheckStands) {
        self.checking = None;
        self.check_step.send_replace(None);
        self.checked.send_modify(|report| {
            if let Some(report) = report {
                report.stands = stands;
            }
        });
        self.end_checks();
    }

    /// A task fell over. True when it was the check, or took away what one had left.
    pub(super) fn check_fell_over(&mut self, task: tokio::task::Id) -> bool {
        if self.ending_checks.remove(&task) {
            self.ticks_to_end_checks = Some(AGAIN_TICKS);
            return true;
        }
        let was_it = self.checking.as_ref().is_some_and(|checking| checking.task == task);
        if was_it {
            self.check_over(CheckStands::Stopped);
        }
        was_it
    }

    /// Sets out to take away what checks have left at Stripe, if they have.
    pub(super) fn end_checks(&mut self) {
        self.ticks_to_end_checks = None;
        let desk = self.check_desk();
        let is_new = self.stripe_is_new;
        match self.journal.load_checks() {
            Ok(rows) => {
                let open: Vec<_> = replay(&rows).into_iter().filter(|payment| payment.ended.is_none()).collect();
                if open.is_empty() {
                    return;
                }
                let task = self.tasks.spawn(async move {
                    if is_new {
                        desk.forget(open).await;
                    }
                    Done::ChecksEnded { goes_on: desk.end_all().await.map_or(true, Left::goes_on) }
                });
                self.ending_checks.insert(task.id());
            }
            Err(error) => {
                log::warn!("What checks have left is not known: {error}");
                self.ticks_to_end_checks = Some(AGAIN_TICKS);
            }
        }
    }

    /// One that has nothing left says nothing about what another has.
    pub(super) fn checks_ended(&mut self, goes_on: bool) {
        if goes_on {
            self.ticks_to_end_checks = Some(AGAIN_TICKS);
        }
    }

    pub(super) fn tick_checks(&mut self) {
        if let Some(left) = self.ticks_to_end_checks {
            self.ticks_to_end_checks = Some(left.saturating_sub(1));
            // The one that is under way has its own to take away.
            if left <= 1 && self.checking.is_none() {
                self.end_checks();
            }
        }
    }

    /// What a check asks of the journal.
    pub(super) fn answer_check(&mut self, ask: Ask) {
        match ask {
            Ask::Write(row, reply) => {
                let _gone = reply.send(self.write_check(&row));
            }
            Ask::Read(reply) => {
                let _gone = reply.send(self.journal.load_checks().map_err(|error| Refusal::journal(&error)));
            }
        }
    }

    /// As [`Coordinator::write_before_acting`]: what waits to be written goes first.
    fn write_check(&mut self, row: &CheckRow) -> Result<(), Refusal> {
        self.write_what_waits();
        if !self.unwritten.is_empty() {
            let why = self.health.borrow().journal.clone();
            return Err(why.map_or_else(|| Refusal::journal(&JournalError::DiskFull), Refusal::plain));
        }
        let written = match self.journal.append_check(row) {
            // The write before was told as failed, and was not.
            Err(JournalError::Repeated) if self.journal.load_checks().is_ok_and(|rows| rows.contains(row)) => Ok(()),
            written => written,
        };
        self.note_journal(written.as_ref().err());
        written.map_err(|error| Refusal::journal(&error))
    }
}
