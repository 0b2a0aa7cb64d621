//! The one who writes sales. It takes commands, answers and ticks one at a time, in the order in which they come; nothing
//! else in the house changes a sale.
//!
//! The promise: no customer is charged twice, no payment is lost, nobody is told a wrong outcome. This room's part of it
//! (the rules themselves are in [`crate::machine`]):
//!
//! 1. *Written before sent.* An event that lets a call out is on the disk before the call goes out ([`Coordinator::apply`]
//!    appends, then runs the effects). If the row cannot be written, the command is refused and nothing is sent.
//! 2. *The same call is the same call.* Key and bytes are taken from the journalled [`Call`], at the first sending and at
//!    every later one.
//! 3. *A command that comes twice does its work once.* A sale, an attempt, a confirm that exist already are answered with
//!    how they stand.
//! 4. *Stripe is believed, not the page.* [`Till::authentication_hint`] only makes the coordinator read the PaymentIntent.
//! 5. *After a restart it looks before it acts.* Calls that were out become [`Event::Interrupted`]; everything unfinished is
//!    read. Nothing is confirmed by itself: [`Effect::Finish`] is followed only for a sale that staff charged in this run.
//! 6. *An answer is never dropped.* If its row cannot be written now (a full disk), it is kept in memory and written later;
//!    until then no new call goes out. If the machine dies meanwhile, rule 5 finds the answer again at Stripe.
//!
//! Looks are timed by counting ticks, not by the clock: a clock that jumps neither hurries nor stops them.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::sync::Arc;

use secrecy::SecretString;
use stripe_client::{
    CancelPaymentIntent, Client, ConfirmPaymentIntent, CreatePaymentIntent, Error, IdempotencyKey, PaymentIntent,
    PaymentMethodId, Prepared,
};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;

use crate::clock::{Clock, Entropy};
use crate::event::Event;
use crate::ids::{AttemptId, SaleId};
use crate::journal::{Entry, Journal, JournalError};
use crate::locale::Locale;
use crate::look::{self, Found};
use crate::machine::{self, Effect};
use crate::money::Money;
use crate::observed::{Answer, NUMBER_METADATA, SALE_METADATA, SeenIntent};
use crate::sale::{Call, Purpose, Sale, Stage};
use crate::show;
use crate::view::{DeclineView, SaleView, StageView};

mod handle;

use handle::{Command, Message};
pub use handle::{Doing, Health, PaymentStep, Refusal, Till, TillParts};

/// Sales that are kept in memory for the history.
const RECENT: u32 = 200;

/// Pauses between looks, in ticks (seconds), for a payment whose outcome is open.
const OPEN_OUTCOME_TICKS: [u32; 7] = [1, 2, 4, 8, 15, 15, 30];
/// The same while the bank's challenge stands: somebody is acting on it.
const CHALLENGE_TICKS: u32 = 5;
/// The same for what may stand for long.
const QUIET_TICKS: u32 = 30;

struct Live {
    sale: Sale,
    /// A look is out.
    looking: bool,
    /// Looks since the stage changed.
    looks: usize,
    /// Ticks until the next look.
    ticks_to_look: Option<u32>,
    /// Staff charged it in this run, so a bank's yes is followed by the confirm without asking again.
    attended: bool,
    /// The page said that the challenge is over; a look is on its way to see.
    checking: bool,
    /// The page said that it was over, and it was not: staff decide how to go on.
    stalled: bool,
    /// The id of the next card's attempt.
    next_attempt: AttemptId,
    /// For the payment window only; never written down.
    client_secret: Option<SecretString>,
}

enum Done {
    Called { sale: SaleId, purpose: Purpose, result: Box<Result<PaymentIntent, Error>> },
    Looked { sale: SaleId, found: Found },
}

struct Coordinator {
    journal: Journal,
    stripe: Client,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    locale: &'static Locale,
    sales: BTreeMap<SaleId, Live>,
    last_number: u32,
    unwritten: VecDeque<(Entry, u32, bool)>,
    tasks: JoinSet<Done>,
    changes: broadcast::Sender<SaleView>,
    health: watch::Sender<Health>,
}

impl Coordinator {
    /// Rebuilds the sales from the journal, and sets out to look at every unfinished one.
    fn rebuild(&mut self) -> Result<(), JournalError> {
        let corrupt = || JournalError::Corrupt { path: "the sales journal".into() };
        for entry in self.journal.load(RECENT)? {
            match self.sales.get_mut(&entry.sale) {
                None => {
                    let sale = machine::open(entry.sale, &entry.event, entry.at_ms).map_err(|_| corrupt())?;
                    let live = self.live(sale);
                    self.sales.insert(entry.sale, live);
                }
                Some(live) => {
                    let (sale, _) = machine::step(&live.sale, &entry.event, entry.at_ms).map_err(|_| corrupt())?;
                    live.sale = sale;
                }
            }
        }
        self.last_number = self.journal.last_number()?;
        Ok(())
    }

    /// Looks before it acts: see the module's rule 5.
    fn recover(&mut self) {
        let unfinished: Vec<SaleId> =
            self.sales.values().filter(|live| !live.sale.finished()).map(|live| live.sale.id).collect();
        for id in unfinished {
            let Some(live) = self.sales.get_mut(&id) else { continue };
            if live.sale.out.is_some() {
                // A fact, not a command: kept in memory when the disk is full.
                let _known = self.apply(id, Event::Interrupted);
                continue;
            }
            match live.sale.stage {
                Stage::Open { .. }
                | Stage::Submitting
                | Stage::Confirming
                | Stage::Approved(_)
                | Stage::Declined(_)
                | Stage::Cancelled => {}
                Stage::NeedsAuthentication
                | Stage::Authenticated { .. }
                | Stage::Held(_)
                | Stage::Processing
                | Stage::Cancelling
                | Stage::NotKnown { .. } => self.look(id),
            }
        }
    }

    fn live(&self, sale: Sale) -> Live {
        Live {
            sale,
            looking: false,
            looks: 0,
            ticks_to_look: None,
            attended: false,
            checking: false,
            stalled: false,
            next_attempt: AttemptId::new(&*self.entropy),
            client_secret: None,
        }
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        self.recover();
        loop {
            tokio::select! {
                biased;
                Some(done) = self.tasks.join_next() => match done {
                    Ok(done) => self.done(done),
                    // A task that panicked took its answer along. Its sale is looked at like after a restart.
                    Err(error) if error.is_panic() => { log::error!("a call to Stripe fell over"); self.recover_lost(); }
                    Err(_) => {}
                },
                message = inbox.recv() => match message {
                    Some(Message::Command { sale, command, reply }) => {
                        // The asker may be gone (a reloaded page); the work is done all the same.
                        let _gone = reply.send(self.command(sale, command));
                    }
                    Some(Message::Sales { limit, reply }) => { let _gone = reply.send(self.recent(limit)); }
                    Some(Message::Step { sale, reply }) => { let _gone = reply.send(self.payment_step(sale)); }
                    Some(Message::SetLocale(locale)) => self.locale = locale,
                    Some(Message::Tick) => self.tick(),
                    Some(Message::Shutdown(reply)) => { let _gone = reply.send(()); break }
                    None => break,
                },
            }
        }
    }

    fn recover_lost(&mut self) {
        for live in self.sales.values_mut() {
            live.looking = false;
        }
        self.recover();
    }

    fn command(&mut self, id: SaleId, command: Command) -> Result<SaleView, Refusal> {
        match command {
            Command::Open(money) => self.open(id, money)?,
            Command::Submit { attempt, payment_method } => self.submit(id, attempt, &payment_method)?,
            Command::Hint(attempt) => self.hint(id, attempt)?,
            Command::Reopen => self.find(id)?.stalled = false,
            Command::Finish => self.finish(id)?,
            Command::TryAgain => self.try_again(id)?,
            Command::Look => {
                self.find(id)?;
                self.look(id);
            }
            Command::Cancel => self.cancel(id)?,
            Command::Read => {}
        }
        let now_ms = self.clock.now_ms();
        let locale = self.locale;
        Ok(show::sale(&self.find(id)?.sale, locale, now_ms))
    }

    fn find(&mut self, id: SaleId) -> Result<&mut Live, Refusal> {
        self.sales.get_mut(&id).ok_or_else(Refusal::unknown_sale)
    }

    fn open(&mut self, id: SaleId, money: Money) -> Result<(), Refusal> {
        if let Some(live) = self.sales.get(&id) {
            return if live.sale.money == money {
                Ok(())
            } else {
                Err(Refusal::not_now("This sale has another amount."))
            };
        }
        let number = self.last_number.saturating_add(1);
        let event = Event::Opened { money, number };
        let at_ms = self.clock.now_ms();
        let sale = machine::open(id, &event, at_ms).map_err(|_| Refusal::not_now("The sale cannot be opened."))?;
        self.write_before_acting(Entry { sale: id, at_ms, event }, number, false)?;
        self.last_number = number;
        let live = self.live(sale);
        self.sales.insert(id, live);
        self.forget_old();
        self.publish(id);
        Ok(())
    }

    fn submit(&mut self, id: SaleId, attempt: AttemptId, card: &PaymentMethodId) -> Result<(), Refusal> {
        let live = self.find(id)?;
        if live.sale.attempts.iter().any(|known| known.id == attempt) {
            return Ok(());
        }
        if live.next_attempt != attempt || !machine::accepts_card(&live.sale) {
            return Err(Refusal::stale_attempt());
        }
        let request = match &live.sale.intent {
            Some(intent) => ConfirmPaymentIntent { id: intent, payment_method: Some(card) }.prepare(),
            None => CreatePaymentIntent {
                amount_minor: live.sale.money.amount_minor(),
                currency: &live.sale.money.currency().code().to_lowercase(),
                payment_method: card,
                metadata: &[
                    (SALE_METADATA, &live.sale.id.to_string()),
                    (NUMBER_METADATA, &live.sale.number.to_string()),
                ],
            }
            .prepare(),
        };
        let call = self.call("attempt", request)?;
        self.apply(id, Event::Submitted { attempt, payment_method: card.clone(), call })?;
        let next_attempt = AttemptId::new(&*self.entropy);
        let live = self.find(id)?;
        live.attended = true;
        live.next_attempt = next_attempt;
        Ok(())
    }

    fn hint(&mut self, id: SaleId, attempt: AttemptId) -> Result<(), Refusal> {
        let live = self.find(id)?;
        let current = live.sale.last_attempt().is_some_and(|last| last.id == attempt);
        if current && live.sale.stage == Stage::NeedsAuthentication {
            live.checking = true;
            self.publish(id);
            self.look(id);
        }
        Ok(())
    }

    fn finish(&mut self, id: SaleId) -> Result<(), Refusal> {
        let live = self.find(id)?;
        match (&live.sale.stage, &live.sale.intent) {
            (Stage::Authenticated { .. }, Some(intent)) if !live.sale.cancel_wanted => {
                let sent_before = live.sale.last_attempt().is_some_and(|last| last.confirm_again.is_some());
                live.attended = false;
                if sent_before {
                    return self.apply(id, Event::Resent { purpose: Purpose::ConfirmAgain });
                }
                let request = ConfirmPaymentIntent { id: intent, payment_method: None }.prepare();
                let call = self.call("confirm", request)?;
                self.apply(id, Event::ConfirmedAgain { call })
            }
            (Stage::Confirming | Stage::Approved(_), _) => Ok(()),
            _ => {
                Err(Refusal::not_now("There is nothing to finish: the bank's approval is not there, or not any more."))
            }
        }
    }

    fn try_again(&mut self, id: SaleId) -> Result<(), Refusal> {
        let now_ms = self.clock.now_ms();
        let live = self.find(id)?;
        if live.sale.out.is_some() {
            return Ok(());
        }
        let Some(purpose) = machine::resendable(&live.sale, now_ms) else {
            return Err(Refusal::not_now("This request cannot be sent again. Cancel the sale and start a new one."));
        };
        self.apply(id, Event::Resent { purpose })?;
        self.find(id)?.attended = true;
        Ok(())
    }

    fn cancel(&mut self, id: SaleId) -> Result<(), Refusal> {
        let live = self.find(id)?;
        if live.sale.cancel_wanted || live.sale.stage == Stage::Cancelled {
            return Ok(());
        }
        if matches!(live.sale.stage, Stage::Approved(_)) {
            return Err(Refusal::not_now("The customer has paid already, so this sale cannot be cancelled."));
        }
        live.attended = false;
        self.apply(id, Event::CancelWanted)
    }

    /// Journals an event, applies it, and does what follows. Commands are refused when the row cannot be written; facts
    /// are kept and written later.
    fn apply(&mut self, id: SaleId, event: Event) -> Result<(), Refusal> {
        let at_ms = self.clock.now_ms();
        let live = self.sales.get(&id).ok_or_else(Refusal::unknown_sale)?;
        let Ok((sale, effects)) = machine::step(&live.sale, &event, at_ms) else {
            return Err(Refusal::not_now("This cannot be done with the sale as it stands."));
        };
        let changed = sale != live.sale;
        if changed {
            let is_fact = matches!(
                event,
                Event::Answered { .. } | Event::Looked { .. } | Event::FoundNothing | Event::Interrupted
            );
            let entry = Entry { sale: id, at_ms, event };
            if is_fact {
                self.write_fact(entry, sale.number, sale.finished());
            } else {
                self.write_before_acting(entry, sale.number, sale.finished())?;
            }
            if let Some(live) = self.sales.get_mut(&id) {
                let moved = std::mem::discriminant(&live.sale.stage) != std::mem::discriminant(&sale.stage);
                live.sale = sale;
                if moved {
                    live.looks = 0;
                    live.stalled = false;
                    live.checking = false;
                }
                live.ticks_to_look = next_look(live);
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

    fn follow(&mut self, id: SaleId, effect: Effect) {
        match effect {
            Effect::Send(purpose) => self.send(id, purpose),
            Effect::Look => self.look(id),
            Effect::StartCancel => {
                let Some(intent) = self.sales.get(&id).and_then(|live| live.sale.intent.clone()) else { return };
                let started = self
                    .call("cancel", CancelPaymentIntent { id: &intent }.prepare())
                    .and_then(|call| self.apply(id, Event::CancelStarted { call }));
                if started.is_err() {
                    // The disk is full. The wish to cancel is on record; a later look starts it again.
                    self.look_later(id);
                }
            }
            Effect::Finish => {
                let Some(live) = self.sales.get(&id) else { return };
                let never_sent = live.sale.last_attempt().is_some_and(|last| last.confirm_again.is_none());
                if live.attended && never_sent && self.finish(id).is_err() {
                    // The disk is full: the sale stands as authenticated, and staff are offered to finish it.
                    self.look_later(id);
                }
            }
        }
    }

    fn send(&mut self, id: SaleId, purpose: Purpose) {
        let Some(live) = self.sales.get_mut(&id) else { return };
        let call = match purpose {
            Purpose::Submit => live.sale.last_attempt().map(|attempt| attempt.submit.clone()),
            Purpose::ConfirmAgain => live.sale.last_attempt().and_then(|attempt| attempt.confirm_again.clone()),
            Purpose::Cancel => live.sale.cancel.clone(),
        };
        let Some(call) = call else { return };
        live.ticks_to_look = None;
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let result = Box::new(stripe.act(&call.request, &call.key).await);
            Done::Called { sale: id, purpose, result }
        });
    }

    /// Starts a look, unless one is out or a call is (whose own answer will be newer).
    fn look(&mut self, id: SaleId) {
        let Some(live) = self.sales.get_mut(&id) else { return };
        if live.sale.out.is_some() || live.looking {
            return;
        }
        live.looking = true;
        live.ticks_to_look = None;
        let stripe = self.stripe.clone();
        let (intent, opened_at_ms) = (live.sale.intent.clone(), live.sale.opened_at_ms);
        self.tasks.spawn(async move {
            let found = look::look(&stripe, id, intent.as_ref(), opened_at_ms).await;
            Done::Looked { sale: id, found }
        });
    }

    fn look_later(&mut self, id: SaleId) {
        if let Some(live) = self.sales.get_mut(&id) {
            live.ticks_to_look = next_look(live);
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Called { sale, purpose, result } => {
                self.hear(!matches!(*result, Err(Error::NotSent { .. } | Error::NoAnswer { .. })));
                if let (Some(live), Ok(intent)) = (self.sales.get_mut(&sale), &*result) {
                    live.client_secret.clone_from(&intent.client_secret);
                }
                let answer = Answer::of(&result);
                let _known = self.apply(sale, Event::Answered { purpose, answer });
            }
            Done::Looked { sale, found } => {
                let Some(live) = self.sales.get_mut(&sale) else { return };
                live.looking = false;
                live.looks = live.looks.saturating_add(1);
                let was_checking = std::mem::take(&mut live.checking);
                // A call went out while the look was on its way: what was read is older than what will be answered.
                if live.sale.out.is_some() {
                    return;
                }
                self.hear(!matches!(found, Found::NoAnswer(Error::NotSent { .. } | Error::NoAnswer { .. })));
                let event = match found {
                    Found::It(intent) => {
                        if let Some(live) = self.sales.get_mut(&sale) {
                            live.client_secret.clone_from(&intent.client_secret);
                        }
                        Some(Event::Looked { seen: SeenIntent::of(&intent) })
                    }
                    Found::Nothing => Some(Event::FoundNothing),
                    Found::NoAnswer(_) | Found::TooMany => None,
                };
                if let Some(event) = event {
                    let _known = self.apply(sale, event);
                }
                if let Some(live) = self.sales.get_mut(&sale) {
                    live.stalled |= was_checking && live.sale.stage == Stage::NeedsAuthentication;
                    if live.sale.out.is_none() && live.ticks_to_look.is_none() {
                        live.ticks_to_look = next_look(live);
                    }
                }
                self.publish(sale);
            }
        }
    }

    fn tick(&mut self) {
        self.write_what_waits();
        let due: Vec<SaleId> = self
            .sales
            .values_mut()
            .filter_map(|live| {
                let left = live.ticks_to_look?;
                live.ticks_to_look = Some(left.saturating_sub(1));
                (left <= 1).then_some(live.sale.id)
            })
            .collect();
        for id in due {
            self.look(id);
        }
    }

    fn call(&self, what: &str, request: Prepared) -> Result<Call, Refusal> {
        let unique = AttemptId::new(&*self.entropy);
        let key = IdempotencyKey::parse(&format!("countersign-{what}-{unique}"))
            .map_err(|_| Refusal::not_now("No key could be made for this payment."))?;
        Ok(Call { key, request })
    }

    fn write_before_acting(&mut self, entry: Entry, number: u32, finished: bool) -> Result<(), Refusal> {
        self.write_what_waits();
        if !self.unwritten.is_empty() {
            return Err(Refusal::journal(&JournalError::DiskFull));
        }
        let written = self.journal.append(&entry, number, finished);
        self.note_journal(written.as_ref().err());
        written.map_err(|error| Refusal::journal(&error))
    }

    fn write_fact(&mut self, entry: Entry, number: u32, finished: bool) {
        self.unwritten.push_back((entry, number, finished));
        self.write_what_waits();
    }

    fn write_what_waits(&mut self) {
        while let Some((entry, number, finished)) = self.unwritten.front() {
            match self.journal.append(entry, *number, *finished) {
                Ok(()) => {
                    self.unwritten.pop_front();
                    self.note_journal(None);
                }
                Err(error) => {
                    self.note_journal(Some(&error));
                    return;
                }
            }
        }
    }

    fn note_journal(&self, error: Option<&JournalError>) {
        let journal = match error {
            None | Some(JournalError::Repeated) => None,
            Some(error) => Some(Refusal::journal(error)),
        };
        self.health.send_if_modified(|health| {
            let news = health.journal != journal;
            health.journal = journal;
            news
        });
    }

    fn hear(&self, reached: bool) {
        self.health.send_if_modified(|health| {
            let news = health.offline == reached;
            health.offline = !reached;
            news
        });
    }

    fn publish(&mut self, id: SaleId) {
        let now_ms = self.clock.now_ms();
        if let Some(live) = self.sales.get(&id) {
            // Nobody listening is not an error.
            let _nobody = self.changes.send(show::sale(&live.sale, self.locale, now_ms));
        }
    }

    fn recent(&self, limit: usize) -> Vec<SaleView> {
        let now_ms = self.clock.now_ms();
        let mut newest: Vec<&Sale> = self.sales.values().map(|live| &live.sale).collect();
        newest.sort_by_key(|sale| std::cmp::Reverse(sale.number));
        newest.into_iter().take(limit).map(|sale| show::sale(sale, self.locale, now_ms)).collect()
    }

    fn forget_old(&mut self) {
        let keep_from = self.last_number.saturating_sub(RECENT);
        self.sales.retain(|_, live| !live.sale.finished() || live.sale.number > keep_from);
    }

    fn payment_step(&mut self, id: SaleId) -> PaymentStep {
        let Some(live) = self.sales.get(&id) else { return PaymentStep::Done };
        let attempt_id = live.sale.last_attempt().map_or(live.next_attempt, |attempt| attempt.id);
        let working = |doing| PaymentStep::Working { attempt_id, doing };
        let view = show::sale(&live.sale, self.locale, self.clock.now_ms());
        let card = |decline: Option<DeclineView>, notice: Option<String>| PaymentStep::Card {
            attempt_id: live.next_attempt,
            decline,
            notice,
        };
        match (view.stage, &live.sale.stage) {
            (StageView::Open { notice }, _) => card(None, notice),
            (StageView::Declined { decline }, _) if machine::accepts_card(&live.sale) => card(Some(decline), None),
            (_, Stage::Submitting) => working(Doing::Charging),
            (_, Stage::Confirming) => working(Doing::Confirming),
            (_, Stage::Cancelling) => working(Doing::Cancelling),
            (_, Stage::Authenticated { .. }) if live.attended => working(Doing::Confirming),
            (_, Stage::NeedsAuthentication) if live.stalled => PaymentStep::Done,
            (_, Stage::NeedsAuthentication) => match (&live.client_secret, live.checking) {
                (Some(client_secret), false) => PaymentStep::Authenticate {
                    attempt_id,
                    client_secret: client_secret.clone(),
                    deadline_ms: live.sale.deadline_ms(),
                },
                _ => working(Doing::Checking),
            },
            _ => PaymentStep::Done,
        }
    }
}

/// When to look again without being asked, if at all.
fn next_look(live: &Live) -> Option<u32> {
    let patient = || OPEN_OUTCOME_TICKS.get(live.looks).or(OPEN_OUTCOME_TICKS.last()).copied();
    match &live.sale.stage {
        Stage::NotKnown { .. } | Stage::Cancelling | Stage::Processing => patient(),
        Stage::NeedsAuthentication if live.looks < 720 => Some(CHALLENGE_TICKS),
        Stage::NeedsAuthentication | Stage::Authenticated { .. } | Stage::Held(_) => Some(QUIET_TICKS),
        Stage::Open { .. }
        | Stage::Submitting
        | Stage::Confirming
        | Stage::Approved(_)
        | Stage::Declined(_)
        | Stage::Cancelled => None,
    }
}

fn start(parts: TillParts) -> Result<(Till, impl Future<Output = ()> + Send + use<>), JournalError> {
    let (inbox, messages) = mpsc::channel(256);
    let (changes, _) = broadcast::channel(256);
    let (health, health_seen) = watch::channel(Health::default());
    let mut coordinator = Coordinator {
        journal: parts.journal,
        stripe: parts.stripe,
        clock: parts.clock,
        entropy: parts.entropy,
        locale: parts.locale,
        sales: BTreeMap::new(),
        last_number: 0,
        unwritten: VecDeque::new(),
        tasks: JoinSet::new(),
        changes: changes.clone(),
        health,
    };
    coordinator.rebuild()?;
    Ok((Till::new(inbox, changes, health_seen), coordinator.run(messages)))
}
