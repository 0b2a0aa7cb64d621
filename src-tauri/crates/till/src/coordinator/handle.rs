//! How the rest of the house speaks to the coordinator: messages in, views out. No rule is here.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;
use stripe_client::{Client, PaymentIntentId, PaymentMethodId};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::health::Health;
use super::{Reconciliation, Refusal, Refused};
use crate::check::{CheckAsked, CheckHeard, CheckReport, CheckStep};
use crate::clock::{Clock, Entropy};
use crate::ids::{AttemptId, CheckId, RefundId, SaleId, TillId};
use crate::journal::{Journal, JournalError};
use crate::locale::Locale;
use crate::order::Order;
use crate::reconcile::desk;
use crate::show::SaleNow;
use crate::view::{BankPage, ComparisonProgress, DeclineView, ReconciliationView, SaleView, WhyDeclined};

/// What a till is made of.
pub struct TillParts {
    /// Where it is written down.
    pub journal: Journal,
    /// The account.
    pub stripe: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where ids and keys come from.
    pub entropy: Arc<dyn Entropy>,
    /// How amounts are written.
    pub locale: &'static Locale,
    /// This till: its payments carry it.
    pub till: TillId,
    /// The ids that this till had before, as its journal or its settings tell: payments that carry them are this till's too.
    pub former_tills: Vec<TillId>,
    /// Whether the account's payments are real money. One that says otherwise is shown as a difference.
    pub live: bool,
    /// True when the account was made for this start, as training's simulator is: what an earlier run left unfinished there
    /// is gone and is closed. Always false for an account at Stripe.
    pub stripe_is_new: bool,
}

/// What the payment window is to show for a sale. Holds the client secret, so it has no `Debug`.
#[derive(Clone)]
pub enum PaymentStep {
    /// Key a card.
    Card {
        /// The id of this card's attempt.
        attempt_id: AttemptId,
        /// Why the card before did not pay.
        decline: Option<DeclineView>,
        /// Why the card before was not even tried.
        notice: Option<WhyDeclined>,
    },
    /// Wait.
    Working { attempt_id: AttemptId, doing: Doing },
    /// Show the bank's challenge.
    Authenticate {
        attempt_id: AttemptId,
        /// For `handleCardAction`, in the payment window only.
        client_secret: SecretString,
        /// When the hour is over, milliseconds since 1970.
        deadline_ms: i64,
    },
    /// Nothing: the main window shows how the sale stands.
    Done,
}

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// The answer to the first call.
    Charging,
    /// What the bank decided.
    Checking,
    /// The answer to the second confirm.
    Confirming,
    /// The answer to a charge that staff have given up meanwhile: the cancel comes after it.
    AwaitingCharge,
    /// The answer to the cancel.
    Cancelling,
}

pub(super) enum Command {
    Open { order: Order, anyway: bool },
    Submit { attempt: AttemptId, payment_method: PaymentMethodId },
    Hint(AttemptId),
    Reopen,
    LeftWindow,
    BankPage { attempt: Option<AttemptId>, page: BankPage },
    Finish,
    TryAgain,
    Look,
    Cancel,
    Refund { refund: RefundId, amount_minor: i64 },
    Keep,
    SetAside,
    Read,
}

pub(super) enum Message {
    Command { sale: SaleId, command: Command, reply: oneshot::Sender<Result<SaleNow, Refused>> },
    Check { asked: Box<CheckAsked>, reply: oneshot::Sender<Result<(), Refused>> },
    StopCheck,
    CheckHeard { check: CheckId, heard: CheckHeard },
    TakeIn { intent: PaymentIntentId, reply: oneshot::Sender<Result<SaleNow, Refused>> },
    Sales { limit: u32, reply: oneshot::Sender<Vec<SaleNow>> },
    Unfinished { reply: oneshot::Sender<Vec<SaleNow>> },
    Attend { sale: SaleId },
    Step { sale: SaleId, reply: oneshot::Sender<PaymentStep> },
    Warm,
    TryJournal { reply: oneshot::Sender<bool> },
    Tick,
    Shutdown(oneshot::Sender<()>),
}

/// A till. Cheap to clone; every method is safe to call twice.
#[derive(Clone)]
pub struct Till {
    inbox: mpsc::Sender<Message>,
    /// Where reconciles are asked for: not of the one who writes sales.
    comparing: mpsc::Sender<desk::Message>,
    changes: broadcast::Sender<SaleNow>,
    seen: Seen,
    written: Written,
}

/// How amounts are written. It is the handle's, and every clone's: the coordinator knows none.
#[derive(Clone)]
struct Written(Arc<RwLock<&'static Locale>>);

impl Written {
    fn locale(&self) -> &'static Locale {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The changes of every sale, written as the till's locale writes them by then.
pub struct SaleChanges {
    changes: broadcast::Receiver<SaleNow>,
    written: Written,
}

impl SaleChanges {
    /// The next.
    ///
    /// # Errors
    /// [`RecvError`] when too many came at once, or the till has ended.
    pub async fn recv(&mut self) -> Result<SaleView, RecvError> {
        Ok(self.changes.recv().await?.view(self.written.locale()))
    }

    /// The next, if there is one.
    ///
    /// # Errors
    /// [`TryRecvError`] when there is none, too many came at once, or the till has ended.
    pub fn try_recv(&mut self) -> Result<SaleView, TryRecvError> {
        Ok(self.changes.try_recv()?.view(self.written.locale()))
    }
}

/// What a till shows of itself.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) health: watch::Receiver<Health>,
    pub(super) reconciled: watch::Receiver<Option<Reconciliation>>,
    pub(super) comparing: watch::Receiver<Option<ComparisonProgress>>,
    pub(super) checked: watch::Receiver<Option<CheckReport>>,
    pub(super) check_step: watch::Receiver<Option<CheckStep>>,
}

impl Till {
    /// Opens a till: rebuilds its sales from the journal. The future is the till's life; somebody has to run it.
    ///
    /// # Errors
    /// [`JournalError`] when the rows cannot be read.
    pub fn start(parts: TillParts) -> Result<(Self, impl Future<Output = ()> + Send + use<>), JournalError> {
        super::start(parts)
    }

    pub(super) fn new(
        inbox: mpsc::Sender<Message>,
        comparing: mpsc::Sender<desk::Message>,
        changes: broadcast::Sender<SaleNow>,
        seen: Seen,
        locale: &'static Locale,
    ) -> Self {
        Self { inbox, comparing, changes, seen, written: Written(Arc::new(RwLock::new(locale))) }
    }

    /// Sends a question, and writes the answer.
    async fn put<T>(&self, ask: impl FnOnce(oneshot::Sender<Result<T, Refused>>) -> Message) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(ask(reply)).await.map_err(|_| Refusal::Closed)?;
        let answer = answer.await.map_err(|_| Refusal::Closed)?;
        answer.map_err(|refused| refused.view(self.written.locale()))
    }

    async fn ask(&self, sale: SaleId, command: Command) -> Result<SaleView, Refusal> {
        let now = self.put(|reply| Message::Command { sale, command, reply }).await?;
        Ok(now.view(self.written.locale()))
    }

    /// Opens a sale; an amount alone is an order too. The same id and order again: the same sale.
    ///
    /// # Errors
    /// [`Refusal`] when the journal cannot be written, or the id has another order; `same_amount` while the outcome of
    /// another sale of this amount is open: see [`Till::open_sale_anyway`].
    pub async fn open_sale(&self, sale: SaleId, order: impl Into<Order>) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Open { order: order.into(), anyway: false }).await
    }

    /// The same, when staff know that it is not the same purchase.
    ///
    /// # Errors
    /// As [`Till::open_sale`], but for `same_amount`.
    pub async fn open_sale_anyway(&self, sale: SaleId, order: impl Into<Order>) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Open { order: order.into(), anyway: true }).await
    }

    /// Tries a card: journals the attempt, then lets the call out. Answers when it is out, not when it is answered.
    ///
    /// # Errors
    /// [`Refusal`] `stale_attempt` when the sale does not wait for this attempt.
    pub async fn submit_card(
        &self,
        sale: SaleId,
        attempt: AttemptId,
        payment_method: PaymentMethodId,
    ) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Submit { attempt, payment_method }).await
    }

    /// The page says that the challenge is over, in whatever way. Stripe is asked how it really is.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown sale.
    pub async fn authentication_hint(&self, sale: SaleId, attempt: AttemptId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Hint(attempt)).await
    }

    /// Staff want to see the challenge (again). Stripe is asked first: it is shown if Stripe still waits for it.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown sale.
    pub async fn reopen(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Reopen).await
    }

    /// The sale has left the payment window: its client secret is forgotten. [`Till::reopen`] brings it back there.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown sale.
    pub async fn left_window(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::LeftWindow).await
    }

    /// What the payment window sees of the bank's page, for this attempt (none: whichever it is). It changes words only.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown sale.
    pub async fn bank_page(
        &self,
        sale: SaleId,
        attempt: Option<AttemptId>,
        page: BankPage,
    ) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::BankPage { attempt, page }).await
    }

    /// Confirms an authenticated payment: the customer is charged.
    ///
    /// # Errors
    /// [`Refusal`] when the bank's yes is not there.
    pub async fn finish(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Finish).await
    }

    /// Sends the very same request again.
    ///
    /// # Errors
    /// [`Refusal`] when its fate is known, or Stripe may have forgotten its key.
    pub async fn try_again(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::TryAgain).await
    }

    /// Asks Stripe now.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown sale.
    pub async fn look(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Look).await
    }

    /// Gives the sale up: finds the outcome of what is out, then cancels the PaymentIntent.
    ///
    /// # Errors
    /// [`Refusal`] when the customer has paid.
    pub async fn cancel(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Cancel).await
    }

    /// Gives money back, in Stripe's smallest unit for the sale's currency: journals the refund, then lets the call out.
    /// `refund` is the id that the sale's view offers; the same id again: the same refund.
    ///
    /// # Errors
    /// [`Refusal`] `stale_refund`, `more_than_left`, or `not_now` while another refund is in doubt.
    pub async fn refund(&self, sale: SaleId, refund: RefundId, amount_minor: i64) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Refund { refund, amount_minor }).await
    }

    /// Keeps a payment that came although the sale had been given up.
    ///
    /// # Errors
    /// [`Refusal`] when there is nothing to decide.
    pub async fn keep(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::Keep).await
    }

    /// Takes note of a payment at Stripe that is not this sale's: the till says no more about it.
    ///
    /// # Errors
    /// [`Refusal`] when the sale has no such payment.
    pub async fn set_aside(&self, sale: SaleId) -> Result<SaleView, Refusal> {
        self.ask(sale, Command::SetAside).await
    }

    /// How a sale stands.
    pub async fn sale(&self, sale: SaleId) -> Option<SaleView> {
        self.ask(sale, Command::Read).await.ok()
    }

    /// Holds the books against Stripe for a span of time (milliseconds since 1970, at most three months), beside whoever sells.
    /// What Stripe says about this till's sales is let into the books; nothing is charged, cancelled or given back. None when it
    /// was stopped.
    ///
    /// # Errors
    /// [`Refusal`] `offline` when Stripe cannot be asked, `not_reconciled` when it refuses, `not_now` for a bad span.
    pub async fn reconcile(&self, from_ms: i64, to_ms: i64) -> Result<Option<ReconciliationView>, Refusal> {
        let (reply, outcome) = oneshot::channel();
        let wanted = desk::Message::Compare { from_ms, to_ms, reply };
        self.comparing.send(wanted).await.map_err(|_| Refusal::Closed)?;
        let locale = self.written.locale();
        let outcome = outcome.await.map_err(|_| Refusal::Closed)?;
        outcome.map(|found| found.map(|found| found.view(locale))).map_err(|refused| refused.view(locale))
    }

    /// Ends the reconciles that were asked for, at the step at which they are. What they have let into the books stays; the
    /// till's own go on.
    pub async fn stop_reconcile(&self) {
        let _closing = self.comparing.send(desk::Message::Stop).await;
    }

    /// How far the reconcile is that was asked for last; none while none is under way.
    #[must_use]
    pub fn comparing(&self) -> watch::Receiver<Option<ComparisonProgress>> {
        self.seen.comparing.clone()
    }

    /// Tells when the books have been held against Stripe; [`Till::reconciliation`] is what came of it.
    #[must_use]
    pub fn reconciled(&self) -> watch::Receiver<Option<Reconciliation>> {
        self.seen.reconciled.clone()
    }

    /// What the latest reconcile found: that of the start (the last day), or the last that was asked for.
    #[must_use]
    pub fn reconciliation(&self) -> Option<ReconciliationView> {
        self.seen.reconciled.borrow().as_ref().map(|found| found.view(self.written.locale()))
    }

    /// Begins a check of the till, unless one is under way. Answers when it has begun: its lines come by [`Till::checked`].
    ///
    /// # Errors
    /// [`Refusal`] `not_now` while a sale is in hand. A sale that begins later ends the check.
    pub async fn check(&self, asked: CheckAsked) -> Result<(), Refusal> {
        self.put(|reply| Message::Check { asked: Box::new(asked), reply }).await
    }

    /// Ends the check that is under way, if one is. What it has made at Stripe is taken away all the same.
    pub async fn stop_check(&self) {
        let _closing = self.inbox.send(Message::StopCheck).await;
    }

    /// The latest check, line by line; none before the first of this run.
    #[must_use]
    pub fn checked(&self) -> watch::Receiver<Option<CheckReport>> {
        self.seen.checked.clone()
    }

    /// What a check is to show in the payment window; none while it needs no window.
    #[must_use]
    pub fn check_step(&self) -> watch::Receiver<Option<CheckStep>> {
        self.seen.check_step.clone()
    }

    /// What is heard from the payment window about what a check shows there. Another check's is not listened to.
    pub async fn check_heard(&self, check: CheckId, heard: CheckHeard) {
        let _closing = self.inbox.send(Message::CheckHeard { check, heard }).await;
    }

    /// Takes a payment that carries this till's mark into the books. One that is in them already stays as it is.
    ///
    /// # Errors
    /// [`Refusal`] when it carries no mark, or Stripe cannot be asked.
    pub async fn take_in(&self, intent: PaymentIntentId) -> Result<SaleView, Refusal> {
        let now = self.put(|reply| Message::TakeIn { intent, reply }).await?;
        Ok(now.view(self.written.locale()))
    }

    /// The newest sales, newest first, and whatever is not finished, however old it is.
    pub async fn sales(&self, limit: u32) -> Vec<SaleView> {
        self.list(|reply| Message::Sales { limit, reply }).await
    }

    /// The sales that are not finished, newest first.
    pub async fn unfinished(&self) -> Vec<SaleView> {
        self.list(|reply| Message::Unfinished { reply }).await
    }

    /// Whoever makes the books again has found a sale that is not finished: it is looked at, if the till does not know it yet.
    pub async fn attend(&self, sale: SaleId) {
        let _closing = self.inbox.send(Message::Attend { sale }).await;
    }

    async fn list(&self, ask: impl FnOnce(oneshot::Sender<Vec<SaleNow>>) -> Message) -> Vec<SaleView> {
        let (reply, answer) = oneshot::channel();
        if self.inbox.send(ask(reply)).await.is_err() {
            return Vec::new();
        }
        let locale = self.written.locale();
        answer.await.unwrap_or_default().iter().map(|now| now.view(locale)).collect()
    }

    /// What the payment window is to show for this sale.
    pub async fn payment_step(&self, sale: SaleId) -> PaymentStep {
        let (reply, answer) = oneshot::channel();
        if self.inbox.send(Message::Step { sale, reply }).await.is_err() {
            return PaymentStep::Done;
        }
        answer.await.unwrap_or(PaymentStep::Done)
    }

    /// From now on amounts are written like this.
    pub fn set_locale(&self, locale: &'static Locale) {
        *self.written.0.write().unwrap_or_else(PoisonError::into_inner) = locale;
    }

    /// A card is about to be keyed: the connection is opened meanwhile, and [`Till::health`] tells when Stripe cannot be
    /// reached before a charge is tried.
    pub async fn warm(&self) {
        let _closing = self.inbox.send(Message::Warm).await;
    }

    /// Tries now whether the journal can be written, where it could not: the till does that by itself too, every few seconds.
    /// True when it can.
    pub async fn try_journal(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(Message::TryJournal { reply }).await.is_ok() && answer.await.unwrap_or(false)
    }

    /// One second has passed. Looks and postponed writes are timed by this.
    pub async fn tick(&self) {
        let _closing = self.inbox.send(Message::Tick).await;
        let _closing = self.comparing.send(desk::Message::Tick).await;
    }

    /// Every change of every sale.
    #[must_use]
    pub fn subscribe(&self) -> SaleChanges {
        SaleChanges { changes: self.changes.subscribe(), written: self.written.clone() }
    }

    /// How the till itself is.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.seen.health.clone()
    }

    /// Ends the till after what is in its inbox. Calls that are out are left to the next start, which finds them.
    pub async fn shutdown(&self) {
        let (reply, done) = oneshot::channel();
        if self.inbox.send(Message::Shutdown(reply)).await.is_ok() {
            let _ended = done.await;
        }
    }
}
