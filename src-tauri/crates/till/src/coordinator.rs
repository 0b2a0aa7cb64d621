//! The one who writes sales. It takes commands, answers and ticks one at a time, in the order in which they come; nothing
//! else in the house changes a sale.
//!
//! The promise: no customer is charged twice, no payment is lost, nobody is told a wrong outcome. This room's part of it
//! (the rules themselves are in [`crate::machine`]):
//!
//! 1. *Written before sent.* An event that lets a call out is on the disk before the call goes out (`Coordinator::apply`
//!    appends, then runs the effects). If the row cannot be written, the command is refused and nothing is sent.
//! 2. *The same call is the same call.* Key and bytes are taken from the journalled [`crate::sale::Call`], at the first sending and at
//!    every later one.
//! 3. *A command that comes twice does its work once.* A sale, an attempt, a confirm that exist already are answered with
//!    how they stand.
//! 4. *Stripe is believed, not the page.* [`Till::authentication_hint`] only makes the coordinator read the PaymentIntent, and
//!    a challenge is shown again ([`Till::reopen`]) only when Stripe, asked after the wish, still waits for it.
//! 5. *After a restart it looks before it acts.* Calls that were out become [`Event::Interrupted`]; everything is read of
//!    which something may still be on its way or waiting at the bank. Nothing is confirmed by itself: [`machine::Effect::Finish`] is followed only for a sale that staff charged in this run.
//!    `.docs/house.md` goes through the cases one by one.
//! 6. *An answer is never dropped.* If its row cannot be written now (a full disk), it is kept in memory and written later;
//!    until then no new call goes out. If the machine dies meanwhile, rule 5 finds the answer again at Stripe.
//! 7. *Old news is no news.* A look that began before the last call of its sale went out is thrown away when it comes back;
//!    while a call is out, none begins. A cancel's answer never starts the next cancel: looks do, in good time.
//!
//! 8. *What was given up or taken for lost is watched.* For a day of Stripe's its PaymentIntent is looked for again (of this
//!    run's ticks, where Stripe had told no time), because the assumption that a lost request is lost after
//!    [`machine::SETTLE_SECONDS`] is one about networks, not a fact. What comes after all is in the books and on the screen
//!    with its remedy: nobody is charged in silence.
//! 9. *Money goes back like it came.* A refund is a journalled call with a key of its own, sent as the same bytes however
//!    often, found again by its metadata; one at a time is in doubt (`machine::refunding`).
//! 10. *The books are held against Stripe* at every start, once a day in a till that runs on, and on request: what the rules above
//!     missed, or somebody did elsewhere, is found within the day. The room `reconcile` does it beside this one, which it asks
//!     one sale at a time (`agreeing`).
//!
//! 11. *Stripe's clock decides.* What is sent again is sent only after a look that began after the wish, and by the time that
//!     this look told ([`machine::resendable`]). Spans, bounds and the watch are chosen by times that Stripe told; where it told
//!     none, the till says so and takes the careful way.
//!
//! Looks are timed by counting ticks (the room `pacing`), not by the clock: a clock that jumps neither hurries nor stops them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::future::Future;
use std::sync::Arc;

use stripe_client::{Client, Heard, PaymentIntent, Permission, Refund, RequestId};
use tokio::sync::{Mutex, broadcast, mpsc, watch};
use tokio::task::JoinSet;

use crate::check::book::Ask;
use crate::check::{CheckReport, CheckStands, CheckStep};
use crate::clock::{Clock, Entropy, When};
use crate::event::Event;
use crate::ids::{RefundId, SaleId, TillId};
use crate::journal::{Author, Entry, Journal, JournalError, LastUsed, Line, Subject};
use crate::look::Look;
use crate::machine::{self};
use crate::money::Sum;
use crate::pacing::Asked;
use crate::reconcile::asking::{self, Asking};
use crate::reconcile::desk::{self, Desk};
use crate::reconcile::progress::Told;
use crate::reconcile::run::Means;
use crate::sale::Purpose;
use crate::show::SaleNow;
use crate::view::{BankPage, ReconciliationView, Standing};

mod agreeing;
mod checking;
mod commands;
mod doubt;
mod handle;
mod health;
mod looking;
mod payment_step;
mod recovery;
mod refunds;
mod sale_run;
mod sending;
mod taking_in;
mod writing;

pub use crate::link::{ClockOff, Link};
pub use crate::refusal::{NotNow, Refusal, SameAmount};
use handle::{Command, Message};
pub use handle::{Doing, PaymentStep, SaleChanges, Till, TillParts};
pub use health::{Health, KeyFault};
use sale_run::{Reply, SaleRun, Wish};

/// What a reconcile came to. Whoever shows it writes its amounts.
pub type Reconciliation = ReconciliationView<Sum>;

/// A refusal whose amounts are not written yet.
type Refused = Refusal<Sum>;

/// So many sales stay in memory when they are finished. Any other is read from the journal when it is asked for.
const RECENT: u32 = 200;

enum Done {
    Called { sale: SaleId, purpose: Purpose, heard: Box<Heard<PaymentIntent>> },
    Refunded { sale: SaleId, refund: RefundId, heard: Box<Heard<Refund>> },
    Looked { sale: SaleId, asked: Asked, look: Look },
    Warmed(Box<Heard<Vec<Permission>>>),
    ReadToTakeIn { read: Box<Heard<PaymentIntent>>, asker: Reply },
    CheckOver { stands: CheckStands },
    ChecksEnded { goes_on: bool },
}

struct Coordinator {
    journal: Journal,
    stripe: Client,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    till: TillId,
    /// The ids that this till's payments carry: its own, and those that it had before.
    tills: Vec<TillId>,
    /// Real money?
    live: bool,
    /// The account was made for this start: see [`TillParts::stripe_is_new`].
    stripe_is_new: bool,
    /// Ticks since Stripe was last asked how the till stands with it, while something is wrong.
    ticks_unwell: u32,
    sales: BTreeMap<SaleId, SaleRun>,
    last_number: u32,
    unwritten: VecDeque<(Entry, Line)>,
    /// Ticks since it was last tried to write to a journal that could not be written.
    ticks_unwritable: u32,
    tasks: JoinSet<Done>,
    /// The sale of a task, and whether the task is a call that acts.
    sale_of_task: HashMap<tokio::task::Id, (SaleId, bool)>,
    /// Ticks in this run.
    ticks: u64,
    changes: broadcast::Sender<SaleNow>,
    health: watch::Sender<Health>,
    /// The check that is under way.
    checking: Option<checking::Checking>,
    checked: watch::Sender<Option<CheckReport>>,
    check_step: watch::Sender<Option<CheckStep>>,
    /// What checks are given to ask the journal by.
    check_asks: mpsc::Sender<Ask>,
    /// The tasks that take away what checks have left, and what lets one of them do it at a time.
    ending_checks: HashSet<tokio::task::Id>,
    taking_away: Arc<Mutex<()>>,
    /// Until it is tried again to take away what checks have left.
    ticks_to_end_checks: Option<u32>,
}

impl Coordinator {
    async fn run(
        mut self,
        mut inbox: mpsc::Receiver<Message>,
        mut asks: mpsc::Receiver<Ask>,
        mut asked_by_reconciles: mpsc::Receiver<asking::Ask>,
    ) {
        self.recover();
        self.end_checks();
        self.stripe_is_new = false;
        loop {
            tokio::select! {
                biased;
                Some(done) = self.tasks.join_next_with_id() => match done {
                    Ok((task, done)) => {
                        self.sale_of_task.remove(&task);
                        self.ending_checks.remove(&task);
                        self.done(done);
                    }
                    Err(error) => self.fallen_over(error.id()),
                },
                Some(ask) = asks.recv() => self.answer_check(ask),
                message = inbox.recv() => match message {
                    Some(Message::Command { sale, command, reply }) => self.asked(sale, command, reply),
                    Some(Message::TakeIn { intent, reply }) => self.take_in(intent, reply),
                    Some(Message::Sales { limit, reply }) => { let _gone = reply.send(self.recent(limit)); }
                    Some(Message::Unfinished { reply }) => {
                        let _gone = reply.send(self.newest_first(|run| !run.sale.finished()));
                    }
                    Some(Message::Attend { sale }) => self.attend(sale),
                    Some(Message::Step { sale, reply }) => { let _gone = reply.send(self.payment_step(sale)); }
                    Some(Message::Check { asked, reply }) => { let _gone = reply.send(self.check(*asked)); }
                    Some(Message::StopCheck) => self.stop_check(),
                    Some(Message::CheckHeard { check, heard }) => self.check_heard(check, heard),
                    Some(Message::Warm) => self.warm(),
                    Some(Message::TryJournal { reply }) => {
                        self.try_journal();
                        let _gone = reply.send(self.health.borrow().journal.is_none());
                    }
                    Some(Message::Tick) => self.tick(),
                    Some(Message::Shutdown(reply)) => { let _gone = reply.send(()); break }
                    None => break,
                },
                // Whoever sells goes first.
                Some(ask) = asked_by_reconciles.recv() => self.answer_reconcile(ask),
            }
        }
    }

    fn asked(&mut self, id: SaleId, command: Command, reply: Reply) {
        let wish = match command {
            Command::Finish => self.finish_as_asked(id),
            Command::TryAgain => self.try_again(id),
            Command::Refund { refund, amount_minor } => self.refund(id, refund, amount_minor),
            other => {
                // The asker may be gone (a reloaded page); the work is done all the same.
                let _gone = reply.send(self.command(id, other));
                return;
            }
        };
        match wish {
            Ok(Some(wish)) => self.look_first(id, wish, reply),
            Ok(None) => {
                let _gone = reply.send(self.view(id));
            }
            Err(refusal) => {
                let _gone = reply.send(Err(refusal));
            }
        }
    }

    /// The sale as it stands now.
    fn shown(&self, run: &SaleRun) -> SaleNow {
        SaleNow {
            sale: run.sale.clone(),
            run: run.this_run(self.clock.now_ms()),
            next_refund: Some(run.next_refund),
            stripe_ms: self.stripe.stripe_ms(),
            real_money: self.live,
        }
    }

    fn view(&mut self, id: SaleId) -> Result<SaleNow, Refused> {
        self.find(id)?;
        self.sales.get(&id).map(|run| self.shown(run)).ok_or(Refusal::UnknownSale)
    }

    fn command(&mut self, id: SaleId, command: Command) -> Result<SaleNow, Refused> {
        match command {
            Command::Open { order, anyway } => self.open(id, order, anyway)?,
            Command::Submit { attempt, payment_method } => self.submit(id, attempt, &payment_method)?,
            Command::Hint(attempt) => self.hint(id, attempt)?,
            Command::Reopen => self.reopen(id)?,
            Command::LeftWindow => self.left_window(id)?,
            Command::BankPage { attempt, page } => self.bank_page(id, attempt, page)?,
            Command::Look => {
                self.find(id)?;
                self.look(id);
            }
            Command::Cancel => self.cancel(id)?,
            Command::Keep => self.keep(id)?,
            Command::SetAside => self.set_aside(id)?,
            // They wait for a look, perhaps: `asked` has them.
            Command::Finish | Command::TryAgain | Command::Refund { .. } | Command::Read => {}
        }
        self.view(id)
    }

    /// The sale; one that is not in memory any more is read from the journal.
    fn find(&mut self, id: SaleId) -> Result<&mut SaleRun, Refused> {
        if !self.sales.contains_key(&id) {
            let rows = self.journal.load_sale(id).map_err(|error| Refusal::journal(&error))?;
            let sale = machine::replay(&rows).ok().and_then(|mut sales| sales.remove(&id));
            let run = self.run_of(sale.ok_or(Refusal::UnknownSale)?);
            let is_finished = run.sale.finished();
            self.sales.insert(id, run);
            if !is_finished {
                // The start did not know of it, because the books were damaged or behind.
                self.take_up(id);
            }
        }
        self.sales.get_mut(&id).ok_or(Refusal::UnknownSale)
    }

    /// When something is done at the till: Stripe's time is the last that it told.
    fn now(&self) -> When {
        When { at_ms: self.clock.now_ms(), stripe_ms: self.stripe.stripe_ms() }
    }

    /// Does what is asked for now.
    fn apply(&mut self, id: SaleId, event: Event, by: Author) -> Result<(), Refused> {
        self.apply_at(id, event, by, self.now(), None)
    }

    /// Takes in what Stripe said, which told this time with it.
    fn learn(&mut self, id: SaleId, event: Event, stripe_ms: Option<i64>) {
        self.learn_by(id, event, stripe_ms, None);
    }

    /// The same of the answer to this request.
    fn learn_by(&mut self, id: SaleId, event: Event, stripe_ms: Option<i64>, request: Option<RequestId>) {
        let when = When { at_ms: self.clock.now_ms(), stripe_ms };
        let _known = self.apply_at(id, event, Author::Till, when, request);
    }

    /// Journals an event, applies it, and does what follows. Commands are refused when the row cannot be written; facts
    /// are kept and written later.
    fn apply_at(
        &mut self,
        id: SaleId,
        event: Event,
        by: Author,
        when: When,
        request: Option<RequestId>,
    ) -> Result<(), Refused> {
        let run = self.sales.get(&id).ok_or(Refusal::UnknownSale)?;
        let Ok((sale, effects)) = machine::step(&run.sale, &event, when) else {
            return Err(Refusal::not_now(NotNow::AsTheSaleStands));
        };
        let changed = sale != run.sale;
        if changed {
            let is_fact = matches!(
                event,
                Event::Answered { .. }
                    | Event::Looked { .. }
                    | Event::FoundNothing
                    | Event::Gone
                    | Event::Interrupted
                    | Event::TrainingEnded
                    | Event::RefundAnswered { .. }
                    | Event::RefundsSeen { .. }
                    | Event::Disputed { .. }
                    | Event::WatchEnded
            );
            let entry = Entry { about: Subject::Sale(id), when, revision: sale.revision, by, request, event };
            if is_fact {
                self.write_fact(entry, Line::of(&sale));
            } else {
                self.write_before_acting(&entry, &Line::of(&sale))?;
            }
            if let Some(run) = self.sales.get_mut(&id) {
                let moved = std::mem::discriminant(&run.sale.stage) != std::mem::discriminant(&sale.stage);
                if recovery::watched_since(&sale) != recovery::watched_since(&run.sale) {
                    run.watched_from = self.ticks;
                }
                run.pacing.changed(&run.sale, &sale);
                run.sale = sale;
                run.doubt.moved_to(&run.sale, &effects, when.at_ms);
                if moved {
                    run.stalled = false;
                    run.hinted = false;
                    run.opening = false;
                    run.bank_page = BankPage::default();
                    // Of the stage before. That of a new challenge comes with the answer that told of it.
                    run.client_secret = None;
                }
            }
        }
        for effect in effects {
            self.follow(id, effect);
        }
        if changed {
            self.publish(id);
        }
        Ok(())
    }

    fn tick(&mut self) {
        self.ticks = self.ticks.saturating_add(1);
        self.tick_journal();
        self.tick_checks();
        let due: Vec<SaleId> =
            self.sales.values_mut().filter_map(|run| run.pacing.tick().then_some(run.sale.id)).collect();
        for id in due {
            self.look(id);
        }
        self.tick_health();
    }

    fn publish(&mut self, id: SaleId) {
        let Some(run) = self.sales.get(&id) else { return };
        let now = self.shown(run);
        // A sale goes first, also one that has come back into staff's hands.
        if self.checking.is_some() && now.standing() == Standing::InHand {
            self.stop_check();
        }
        // Nobody listening is not an error.
        let _nobody = self.changes.send(now);
    }

    /// The newest, and whatever is not finished, however old it is.
    fn recent(&mut self, limit: u32) -> Vec<SaleNow> {
        let newest = self.journal.newest(limit).unwrap_or_default();
        let mut ids: BTreeSet<SaleId> = newest.into_iter().filter(|id| self.find(*id).is_ok()).collect();
        ids.extend(self.sales.values().filter(|run| !run.sale.finished()).map(|run| run.sale.id));
        self.newest_first(|run| ids.contains(&run.sale.id))
    }

    fn newest_first(&self, which: impl Fn(&SaleRun) -> bool) -> Vec<SaleNow> {
        let mut newest: Vec<&SaleRun> = self.sales.values().filter(|run| which(run)).collect();
        newest.sort_by_key(|run| std::cmp::Reverse(run.sale.number));
        newest.into_iter().map(|run| self.shown(run)).collect()
    }

    fn forget_old(&mut self) {
        let keep_from = self.last_number.saturating_sub(RECENT);
        self.sales.retain(|_, run| !run.sale.finished() || run.sale.number > keep_from);
    }
}

fn start(parts: TillParts) -> Result<(Till, impl Future<Output = ()> + Send + use<>), JournalError> {
    let (inbox, messages) = mpsc::channel(256);
    let (changes, _) = broadcast::channel(256);
    let (health, health_seen) = watch::channel(Health::default());
    let (reconciled, reconciled_seen) = watch::channel(None);
    let (checked, checked_seen) = watch::channel(None);
    let (check_step, check_step_seen) = watch::channel(None);
    let (check_asks, asks) = mpsc::channel(1);
    let (asking, asked_by_reconciles) = mpsc::channel(1);
    let (comparing, wanted) = mpsc::channel(256);
    let (progress, progress_seen) = watch::channel(None);
    // Before anything is written: what is written from now on was not there when the till was last used. Where the rows cannot
    // tell, and for an account of which nothing is known, the most is compared.
    let last_used = parts.journal.last_used().unwrap_or(LastUsed::NotTold);
    let last_used = if parts.stripe_is_new { LastUsed::NotTold } else { last_used };
    let tills: Vec<TillId> = std::iter::once(parts.till).chain(parts.former_tills).collect();
    let means = Means {
        stripe: parts.stripe.clone(),
        clock: Arc::clone(&parts.clock),
        rows: parts.journal.beside(),
        asking: Asking(asking),
        tills: tills.as_slice().into(),
        live: parts.live,
        first_compared_ms: Arc::default(),
    };
    let tells = desk::Tells { reconciled, progress: Told::new(progress) };
    let desk = Desk::new(means, tells, last_used, parts.stripe_is_new);
    let mut coordinator = Coordinator {
        journal: parts.journal,
        stripe: parts.stripe,
        clock: parts.clock,
        entropy: parts.entropy,
        till: parts.till,
        tills,
        live: parts.live,
        stripe_is_new: parts.stripe_is_new,
        ticks_unwell: 0,
        sales: BTreeMap::new(),
        last_number: 0,
        unwritten: VecDeque::new(),
        ticks_unwritable: 0,
        tasks: JoinSet::new(),
        sale_of_task: HashMap::new(),
        ticks: 0,
        changes: changes.clone(),
        health,
        checking: None,
        checked,
        check_step,
        check_asks,
        ending_checks: HashSet::new(),
        taking_away: Arc::default(),
        ticks_to_end_checks: None,
    };
    coordinator.rebuild()?;
    let seen = handle::Seen {
        health: health_seen,
        reconciled: reconciled_seen,
        comparing: progress_seen,
        checked: checked_seen,
        check_step: check_step_seen,
    };
    let life = async move {
        tokio::select! {
            biased;
            () = coordinator.run(messages, asks, asked_by_reconciles) => {}
            never = desk.run(wanted) => match never {},
        }
    };
    Ok((Till::new(inbox, comparing, changes, seen, parts.locale), life))
}
