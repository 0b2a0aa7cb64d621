//! Reconciling, step by step: lists are read, every sale that does not agree is read again by its id, what Stripe says is
//! let into the books by the usual events, and what was found is told. Nothing is sent that acts.

use std::collections::{BTreeMap, BTreeSet};

use stripe_client::{
    Client, Error, Heard, ListedPaymentIntent, PaymentIntent, PaymentIntentId, PaymentIntentStatus, Refund,
};
use tokio::sync::oneshot;

use super::adding_up::judge;
use super::{Coordinator, Done, NotNow, Reconciliation, Refusal, Refused};
use crate::clock::When;
use crate::event::Event;
use crate::ids::{SaleId, TillId};
use crate::journal::{Entry, LastUsed, Subject};
use crate::look::{Wanted as Payment, names};
use crate::observed::{SeenIntent, SeenRefund};
use crate::reconcile::compare::{self, Finding, agrees, refund_agrees};
use crate::reconcile::read::{self, Account, ReadAgain, ToReadAgain};
use crate::reconcile::{AT_START_MS, BACK_MS, DISPUTES_BACK_MS, LONGEST_MS, Scope, Span};
use crate::sale::{Sale, Stage};
use crate::view::{Agreement, ComparisonGap, ComparisonNote};

/// Who waits for the outcome; nobody at the start of the till.
pub(super) type Asker = Option<oneshot::Sender<Result<Reconciliation, Refused>>>;

/// Ticks until the reconcile of the start is tried again when Stripe could not be asked.
const AGAIN_TICKS: u32 = 60;
/// Ticks until the last day is compared again, in a till that runs on.
const DAY_TICKS: u32 = 86_400;
/// Sales that are read again, by their id, in one reconcile.
const MOST_READ_AGAIN: u32 = 500;
/// A till that was closed may have been busy until just before its last row.
const SLACK_MS: i64 = 3_600_000;

/// A reconcile whose lists have been read.
pub(super) struct Lists {
    pub(super) span: Span,
    pub(super) account: Account,
    /// The sales of this till that the lists name, each with its payments.
    pub(super) ours: BTreeMap<SaleId, Vec<ListedPaymentIntent>>,
    /// How far each of these sales had come when it was compared. One that has moved since is in neither total: the lists
    /// are older than the books then.
    pub(super) revisions: BTreeMap<SaleId, u32>,
    /// Sales that a call was out for.
    pub(super) left_out: u32,
    /// Paid sales that Stripe did not list and whose time at Stripe is not known.
    pub(super) without_time: u32,
}

/// Which span is to be compared.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// The last day, or the time since the till was last used.
    SinceLastUse(LastUsed),
    /// This one, by Stripe's clock.
    Span(Span),
}

impl Wanted {
    /// The span, by the time that it is at Stripe now.
    fn scope(self, stripe_ms: i64) -> Scope {
        let last_used = match self {
            Self::Span(span) => return Scope::of(span),
            Self::SinceLastUse(last_used) => last_used,
        };
        let from = |back_ms: i64| Span { from_ms: stripe_ms.saturating_sub(back_ms), to_ms: stripe_ms };
        let back_ms = match last_used {
            LastUsed::Never => 0,
            LastUsed::NotTold => BACK_MS,
            LastUsed::At(used_ms) => stripe_ms.saturating_sub(used_ms).saturating_add(SLACK_MS),
        };
        Scope {
            payments: from(back_ms.clamp(AT_START_MS, BACK_MS)),
            refunds: from(BACK_MS),
            disputes: from(DISPUTES_BACK_MS),
        }
    }
}

/// Asks what time it is at Stripe, chooses the span by it, and reads the lists. None where Stripe told no time.
async fn read_lists(stripe: &Client, wanted: Wanted) -> Result<Option<(Scope, Account)>, Error> {
    let Heard { result, stripe_ms, .. } = stripe.ask_time().await;
    result?;
    let Some(stripe_ms) = stripe_ms else { return Ok(None) };
    let scope = wanted.scope(stripe_ms);
    Ok(Some((scope, read::account(stripe, scope, stripe_ms).await?)))
}

/// What the lists show of a sale beside what the books say.
struct Compared<'a> {
    payment: bool,
    refunds: bool,
    /// The sale's own payment in the lists.
    its_own: Option<&'a ListedPaymentIntent>,
    /// It is paid, Stripe did not list it, and its time at Stripe is not known.
    without_time: bool,
}

fn compare<'a>(
    sale: &Sale,
    listed: &'a [ListedPaymentIntent],
    refunds: &[&Refund],
    scope: &Scope,
    tills: &[TillId],
) -> Compared<'a> {
    let payment = Payment::of(sale, tills);
    // Newest first, and of two that are alike the older is the sale's.
    let its_own = listed.iter().rfind(|seen| payment.is(seen));
    let taken = matches!(sale.stage, Stage::Approved(_) | Stage::Held(_));
    // Not in the lists: of another time, or not there at all. Only money taken is worth asking for.
    let payment = its_own.map_or(!taken, |seen| agrees(sale, seen));
    // What Stripe shows as a refund of a payment that was not taken is the release of a hold.
    let paid = matches!(sale.stage, Stage::Approved(_)) || its_own.is_some_and(|seen| seen.status == "succeeded");
    let listed_here = |when: When| {
        let at_ms = when.stripe_ms.unwrap_or(when.at_ms);
        (scope.refunds.from_ms..=scope.refunds.to_ms).contains(&at_ms)
    };
    let mut known = sale.refunds.iter().filter(|known| known.counts() && listed_here(known.when));
    let refunds = !paid
        || refunds.iter().all(|seen| refund_agrees(sale, seen))
            && known.all(|known| refunds.iter().any(|seen| known.stripe.as_deref() == Some(seen.id.as_str())));
    let without_time = taken && sale.stripe_ms.is_none() && its_own.is_none();
    Compared { payment, refunds, its_own, without_time }
}

fn sales_of(rows: &[Entry]) -> BTreeSet<SaleId> {
    let mut sales = BTreeSet::new();
    for row in rows {
        let Subject::Sale(sale) = row.about;
        sales.insert(sale);
    }
    sales
}

impl Lists {
    /// The sale's payment was read again since the lists were.
    fn freshen(&mut self, sale: SaleId, intent: &PaymentIntent) {
        let listed = self.ours.get_mut(&sale).and_then(|all| all.iter_mut().find(|seen| seen.id == intent.id.as_str()));
        if let Some(listed) = listed
            && intent.status == PaymentIntentStatus::Succeeded
            && listed.status != "succeeded"
        {
            listed.status = "succeeded".to_owned();
            listed.received_minor = intent.received_minor;
        }
    }
}

impl Coordinator {
    /// Compares the last day, or the time since the till was last used: at the start, and then every day.
    pub(super) fn reconcile_start(&mut self) {
        // Where the rows cannot tell, the most is compared.
        let last_used = self.journal.last_used().unwrap_or(LastUsed::NotTold);
        self.ticks_to_reconcile = None;
        self.read_lists(Wanted::SinceLastUse(last_used), None);
    }

    /// In a while, for nobody in particular.
    pub(super) fn reconcile_later(&mut self) {
        self.ticks_to_reconcile = Some(AGAIN_TICKS);
    }

    /// In a day: there was nothing to compare yet.
    pub(super) fn reconcile_tomorrow(&mut self) {
        self.ticks_to_reconcile = Some(DAY_TICKS);
    }

    pub(super) fn reconcile(
        &mut self,
        from_ms: i64,
        to_ms: i64,
        asker: oneshot::Sender<Result<Reconciliation, Refused>>,
    ) {
        if from_ms > to_ms || to_ms.saturating_sub(from_ms) > LONGEST_MS {
            let refusal = Refusal::not_now(NotNow::BadSpan);
            let _gone = asker.send(Err(refusal));
            return;
        }
        self.read_lists(Wanted::Span(Span { from_ms, to_ms }), Some(asker));
    }

    pub(super) fn tick_reconcile(&mut self) {
        if let Some(left) = self.ticks_to_reconcile {
            self.ticks_to_reconcile = Some(left.saturating_sub(1));
            if left <= 1 {
                self.reconcile_start();
            }
        }
    }

    fn read_lists(&mut self, wanted: Wanted, asker: Asker) {
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let listed = read_lists(&stripe, wanted).await;
            Done::Listed { listed: Box::new(listed), asker }
        });
    }

    /// The lists are there: which sales do not agree?
    pub(super) fn listed(&mut self, listed: Result<Option<(Scope, Account)>, Error>, asker: Asker) {
        let (scope, mut account) = match listed {
            Ok(Some(listed)) => listed,
            Ok(None) => return self.without_a_time(asker),
            Err(error) => return self.not_reconciled(&error, asker),
        };
        let span = scope.payments;
        let booked = match self.journal.load_between(span.from_ms, span.to_ms) {
            Ok(rows) => sales_of(&rows),
            Err(error) => return self.refuse(Refusal::journal(&error), asker),
        };
        let mut ours: BTreeMap<SaleId, Vec<ListedPaymentIntent>> = BTreeMap::new();
        for intent in &account.intents {
            if let Some(sale) = names(intent) {
                ours.entry(sale).or_default().push(intent.clone());
            }
        }
        let refunds = compare::by_sale(&account.refunds);
        let named: BTreeSet<SaleId> = booked.iter().chain(ours.keys()).chain(refunds.keys()).copied().collect();
        let mut to_read_again = Vec::new();
        let mut revisions = BTreeMap::new();
        let (mut left_out, mut without_time) = (0_u32, 0_u32);
        let tills = self.tills.clone();
        for id in named {
            let listed = ours.get(&id).map_or(&[][..], Vec::as_slice);
            let refunds = refunds.get(&id).map_or(&[][..], Vec::as_slice);
            let Ok(run) = self.find(id) else { continue };
            let sale = &run.sale;
            // What is read while a call is out may be older than its answer.
            if sale.call_in_flight() {
                left_out = left_out.saturating_add(1);
                continue;
            }
            revisions.insert(id, sale.revision);
            let compared = compare(sale, listed, refunds, &scope, &tills);
            let (payment_agrees, refunds_agree, its_own) = (compared.payment, compared.refunds, compared.its_own);
            without_time = without_time.saturating_add(u32::from(compared.without_time));
            if payment_agrees && refunds_agree {
                continue;
            }
            let intent = sale.intent.clone().or_else(|| PaymentIntentId::parse(&its_own?.id).ok());
            let Some(intent) = intent else { continue };
            if u32::try_from(to_read_again.len()) == Ok(MOST_READ_AGAIN) {
                account.notes.push(ComparisonNote::TooManyToLookAt { most: MOST_READ_AGAIN });
                account.cut = true;
                break;
            }
            to_read_again.push(ToReadAgain { sale: id, asked: run.pacing.ask(), intent, with_refunds: !refunds_agree });
        }
        let lists = Box::new(Lists { span, account, ours, revisions, left_out, without_time });
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let read = read::again(&stripe, to_read_again).await;
            Done::ReadAgain { lists, read: Box::new(read), asker }
        });
    }

    /// Every sale in question was read again: what is not the same?
    pub(super) fn read_again(&mut self, mut lists: Lists, read: Result<Vec<ReadAgain>, Error>, asker: Asker) {
        let read = match read {
            Ok(read) => read,
            Err(error) => return self.not_reconciled(&error, asker),
        };
        self.note_link(None);
        let of_checks = match self.payments_of_checks() {
            Ok(of_checks) => of_checks,
            Err(error) => return self.refuse(Refusal::journal(&error), asker),
        };
        let mut view = Reconciliation {
            from_ms: lists.span.from_ms,
            to_ms: lists.span.to_ms.min(lists.account.stripe_ms),
            agreement: Agreement::NotCompared,
            gaps: Vec::new(),
            at_ms: self.clock.now_ms(),
            books: compare::totals(std::iter::empty()),
            stripe: compare::totals(std::iter::empty()),
            others: compare::totals(std::iter::empty()),
            notes: lists.account.notes.clone(),
            differences: Vec::new(),
        };
        let mut gone = Vec::new();
        for read in read {
            let id = read.asked_for.sale;
            match &read.intent {
                Some(intent) => lists.freshen(id, intent),
                None => gone.push(id),
            }
            // A sale that a call went out for since stays as it was listed: add_up sees that it has moved.
            if let Some((differences, revision)) = self.let_in(read) {
                view.differences.extend(differences);
                lists.revisions.insert(id, revision);
            }
        }
        self.compare_disputes(&mut lists, &mut view);
        let moved = self.add_up(&lists, &gone, &of_checks, &mut view);
        self.compare_tills(&lists, &mut view);
        self.first_compared_ms.get_or_insert(lists.account.stripe_ms);
        judge(&mut view, &lists, moved);
        self.reconciled.send_replace(Some(view.clone()));
        match asker {
            Some(asker) => {
                let _gone = asker.send(Ok(view));
            }
            None => self.reconcile_tomorrow(),
        }
    }

    /// Lets Stripe's word about a sale into the books; answers with what differed and how far the sale has come by it. None
    /// when a call went out since: then what was read is older than the books.
    fn let_in(&mut self, read: ReadAgain) -> Option<(Vec<Finding>, u32)> {
        let ReadAgain { asked_for, intent, refunds, stripe_ms } = read;
        let ToReadAgain { sale, asked, .. } = asked_for;
        let run = self.find(sale).ok()?;
        if run.pacing.has_sent_since(asked) || run.sale.call_in_flight() {
            return None;
        }
        let before = run.sale.clone();
        let event = match &intent {
            Some(intent) => Event::Looked { seen: SeenIntent::of(intent), settled: asked.settled },
            None => Event::Gone,
        };
        self.learn(sale, event, stripe_ms);
        if let Some(refunds) = &refunds {
            let seen = refunds.iter().map(SeenRefund::of).collect();
            self.learn(sale, Event::RefundsSeen { seen, settled: asked.settled }, stripe_ms);
        }
        let now = self.find(sale).ok()?.sale.clone();
        let mut differences: Vec<_> = compare::payment(&before, &now, intent.as_deref()).into_iter().collect();
        if let Some(refunds) = &refunds {
            differences.extend(compare::refunds(&before, &now, refunds));
        }
        Some((differences, now.revision))
    }

    /// Stripe's answers tell no time: no span can be named, so nothing is said to agree.
    fn without_a_time(&mut self, asker: Asker) {
        let at_ms = self.clock.now_ms();
        let view = Reconciliation {
            from_ms: at_ms,
            to_ms: at_ms,
            at_ms,
            agreement: Agreement::NotCompared,
            gaps: vec![ComparisonGap::NoStripeTime],
            books: compare::totals(std::iter::empty()),
            stripe: compare::totals(std::iter::empty()),
            others: compare::totals(std::iter::empty()),
            notes: Vec::new(),
            differences: Vec::new(),
        };
        self.reconciled.send_replace(Some(view.clone()));
        match asker {
            Some(asker) => {
                let _gone = asker.send(Ok(view));
            }
            None => self.reconcile_later(),
        }
    }

    fn not_reconciled(&mut self, error: &Error, asker: Asker) {
        self.note_link(Some(error));
        self.note_refused_key(error);
        self.refuse(Refusal::not_reconciled(error), asker);
    }

    /// Nothing was compared. Where nobody waits for it, it is tried again.
    fn refuse(&mut self, refusal: Refused, asker: Asker) {
        match asker {
            Some(asker) => {
                let _gone = asker.send(Err(refusal));
            }
            None => self.reconcile_later(),
        }
    }
}
