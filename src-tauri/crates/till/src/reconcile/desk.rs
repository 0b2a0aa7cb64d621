//! Who asks for a reconcile, and when the till makes one by itself: at its start, once a day, and again soon when Stripe could not
//! be asked. Each runs in a task of its own, beside the others and beside whoever sells.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::progress::{Progress, Told};
use super::run::Means;
use super::{LONGEST_MS, Span, Wanted};
use crate::coordinator::{NotNow, Reconciliation};
use crate::journal::LastUsed;
use crate::money::Sum;
use crate::refusal::Refusal;
use crate::view::Agreement;

/// Ticks until the till's own reconcile is tried again when Stripe could not be asked.
const AGAIN_TICKS: u32 = 60;
/// Ticks until the last day is compared again, in a till that runs on.
const DAY_TICKS: u32 = 86_400;

/// What came of one: none when it was stopped.
pub(crate) type Outcome = Result<Option<Reconciliation>, Refusal<Sum>>;

pub(crate) enum Message {
    /// Compare this span, milliseconds since 1970.
    Compare {
        from_ms: i64,
        to_ms: i64,
        reply: oneshot::Sender<Outcome>,
    },
    /// End whatever was asked for.
    Stop,
    Tick,
}

/// What a till's reconciles tell.
pub(crate) struct Tells {
    pub(crate) reconciled: watch::Sender<Option<Reconciliation>>,
    pub(crate) progress: Told,
}

/// Where reconciles are asked for.
pub(crate) struct Desk {
    means: Means,
    tells: Tells,
    tasks: JoinSet<Outcome>,
    /// Those that somebody asked for: who waits, and what ends them.
    asked_for: HashMap<tokio::task::Id, (oneshot::Sender<Outcome>, Arc<Notify>)>,
    /// Until the till makes one by itself; none while it does.
    ticks_to_compare: Option<u32>,
    /// Up to when nothing needs to be compared any more: the till was last used then, before this start, or has itself compared
    /// up to there since. What is written while Stripe cannot be asked moves it no further.
    since: LastUsed,
}

impl Desk {
    /// With the till's first own reconcile due now, of what came about since it was last used; or, for an account that is new, in a
    /// day: there is nothing to compare yet.
    pub(crate) fn new(means: Means, tells: Tells, last_used: LastUsed, stripe_is_new: bool) -> Self {
        Self {
            means,
            tells,
            tasks: JoinSet::new(),
            asked_for: HashMap::new(),
            ticks_to_compare: Some(if stripe_is_new { DAY_TICKS } else { 0 }),
            since: last_used,
        }
    }

    /// Until the till ends.
    pub(crate) async fn run(mut self, mut inbox: mpsc::Receiver<Message>) -> Infallible {
        if self.ticks_to_compare == Some(0) {
            self.compare_by_itself();
        }
        loop {
            tokio::select! {
                biased;
                Some(ended) = self.tasks.join_next_with_id() => match ended {
                    Ok((task, outcome)) => self.ended(task, outcome),
                    Err(error) => self.fell_over(error.id()),
                },
                message = inbox.recv() => match message {
                    Some(Message::Compare { from_ms, to_ms, reply }) => self.compare(Span { from_ms, to_ms }, reply),
                    Some(Message::Stop) => self.stop(),
                    Some(Message::Tick) => self.tick(),
                    None => return std::future::pending().await,
                },
            }
        }
    }

    fn compare(&mut self, span: Span, reply: oneshot::Sender<Outcome>) {
        if span.from_ms > span.to_ms || span.to_ms.saturating_sub(span.from_ms) > LONGEST_MS {
            let _gone = reply.send(Err(Refusal::not_now(NotNow::BadSpan)));
            return;
        }
        let stop = Arc::new(Notify::new());
        let task = self.begin(Wanted::Span(span), self.tells.progress.asked_for(), Arc::clone(&stop));
        self.asked_for.insert(task, (reply, stop));
    }

    fn begin(&mut self, wanted: Wanted, progress: Progress, stop: Arc<Notify>) -> tokio::task::Id {
        let means = self.means.clone();
        let task = self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stop.notified() => Ok(None),
                compared = means.compare(wanted, progress) => compared.map(Some),
            }
        });
        task.id()
    }

    fn compare_by_itself(&mut self) {
        self.ticks_to_compare = None;
        self.begin(Wanted::SinceLastUse(self.since), self.tells.progress.of_the_tills_own(), Arc::default());
    }

    fn stop(&self) {
        for (_, stop) in self.asked_for.values() {
            stop.notify_one();
        }
    }

    fn tick(&mut self) {
        if let Some(left) = self.ticks_to_compare {
            self.ticks_to_compare = Some(left.saturating_sub(1));
            if left <= 1 {
                self.compare_by_itself();
            }
        }
    }

    fn ended(&mut self, task: tokio::task::Id, outcome: Outcome) {
        if let Ok(Some(found)) = &outcome {
            self.tells.reconciled.send_replace(Some(found.clone()));
        }
        match self.asked_for.remove(&task) {
            Some((asker, _)) => {
                let _gone = asker.send(outcome);
            }
            None => {
                let compared = outcome.ok().flatten().filter(|found| found.agreement != Agreement::NotCompared);
                self.ticks_to_compare = Some(if compared.is_some() { DAY_TICKS } else { AGAIN_TICKS });
                self.since = compared.map_or(self.since, |found| LastUsed::At(found.to_ms));
            }
        }
    }

    /// It panicked. Whoever asked for it is told that nobody answers.
    fn fell_over(&mut self, task: tokio::task::Id) {
        log::error!("a reconcile fell over");
        if self.asked_for.remove(&task).is_none() {
            self.ticks_to_compare = Some(AGAIN_TICKS);
        }
    }
}
