//! Reconciling, step by step: lists are read, every sale that does not agree is read again by its id, what Stripe says is
//! let into the books by the usual events, and what was found is told. Nothing is sent that acts.

use std::collections::{BTreeMap, BTreeSet};

use stripe_client::{Client, Error, Heard, ListedPaymentIntent, PaymentIntent, PaymentIntentId, PaymentIntentStatus};
use tokio::sync::oneshot;

use super::{Coordinator, Done, Refusal};
use crate::clock::When;
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::{SaleId, TillId};
use crate::journal::{Author, Entry, Subject};
use crate::look::{Wanted as Payment, made_at, names};
use crate::machine::{self, SETTLE_SECONDS};
use crate::money::Money;
use crate::observed::{SALE_METADATA, SeenDispute, SeenIntent, SeenRefund, TILL_METADATA};
use crate::reconcile::compare::{self, Pen, agrees, refund_agrees};
use crate::reconcile::read::{self, Account, Check, Checked};
use crate::reconcile::{AT_START_MS, BACK_MS, DISPUTES_BACK_MS, LONGEST_MS, Scope, Span};
use crate::sale::Stage;
use crate::view::{Agreement, ComparisonGap, DifferenceView, ReconciliationView, SaleView};

/// Who waits for the outcome; nobody at the start of the till.
pub(super) type Asker = Option<oneshot::Sender<Result<ReconciliationView, Refusal>>>;

/// Ticks until the reconcile of the start is tried again when Stripe could not be asked.
const AGAIN_TICKS: u32 = 60;
/// Ticks until the last day is compared again, in a till that runs on.
const DAY_TICKS: u32 = 86_400;
/// Sales that are read by their id in one reconcile.
const MOST_CHECKS: usize = 500;
/// A till that was closed may have been busy until just before its last row.
const SLACK_MS: i64 = 3_600_000;

/// A reconcile whose lists have been read.
pub(super) struct Lists {
    span: Span,
    account: Account,
    /// The sales of this till that the lists name, each with its payments.
    ours: BTreeMap<SaleId, Vec<ListedPaymentIntent>>,
    /// How far each of these sales had come when it was compared. One that has moved since is in neither total: the lists
    /// are older than the books then.
    revisions: BTreeMap<SaleId, u32>,
    /// Sales that a call was out for.
    left_out: u32,
    /// Paid sales that Stripe did not list and whose time at Stripe is not known.
    without_time: u32,
}

/// When the till was last used, milliseconds since 1970 by Stripe's clock.
#[derive(Debug, Clone, Copy)]
enum LastUsed {
    /// It has no sales.
    Never,
    /// None of its newest sales has a time of Stripe's.
    NotTold,
    /// Then.
    At(i64),
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
    let Heard { result, stripe_ms } = stripe.ask_time().await;
    result?;
    let Some(stripe_ms) = stripe_ms else { return Ok(None) };
    let scope = wanted.scope(stripe_ms);
    Ok(Some((scope, read::account(stripe, scope, stripe_ms).await?)))
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
        let last_used_ms = match self.sales.values().map(|live| live.sale.stripe_ms).max() {
            None => LastUsed::Never,
            Some(told) => told.map_or(LastUsed::NotTold, LastUsed::At),
        };
        self.ticks_to_reconcile = None;
        self.read_lists(Wanted::SinceLastUse(last_used_ms), None);
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
        asker: oneshot::Sender<Result<ReconciliationView, Refusal>>,
    ) {
        if from_ms > to_ms || to_ms.saturating_sub(from_ms) > LONGEST_MS {
            let refusal = Refusal::not_now("Choose a time of at most three months, from earlier to later.");
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
            Ok(rows) => rows
                .into_iter()
                .map(|row| {
                    let Subject::Sale(sale) = row.about;
                    sale
                })
                .collect::<BTreeSet<_>>(),
            Err(error) => {
                match asker {
                    Some(asker) => {
                        let _gone = asker.send(Err(Refusal::journal(&error)));
                    }
                    None => self.reconcile_later(),
                }
                return;
            }
        };
        let mut ours: BTreeMap<SaleId, Vec<ListedPaymentIntent>> = BTreeMap::new();
        for intent in &account.intents {
            if let Some(sale) = names(intent) {
                ours.entry(sale).or_default().push(intent.clone());
            }
        }
        let refunds = compare::by_sale(&account.refunds);
        let named: BTreeSet<SaleId> = booked.iter().chain(ours.keys()).chain(refunds.keys()).copied().collect();
        let mut checks = Vec::new();
        let mut revisions = BTreeMap::new();
        let (mut left_out, mut without_time) = (0_u32, 0_u32);
        let tills = self.tills.clone();
        for id in named {
            let listed = ours.get(&id).map_or(&[][..], Vec::as_slice);
            let refunds = refunds.get(&id).map_or(&[][..], Vec::as_slice);
            let Ok(live) = self.find(id) else { continue };
            let sale = &live.sale;
            // What is read while a call is out may be older than its answer.
            if sale.call_is_out() {
                left_out = left_out.saturating_add(1);
                continue;
            }
            revisions.insert(id, sale.revision);
            let payment = Payment::of(sale, &tills);
            let its_own = listed.iter().find(|seen| payment.is(seen));
            let taken = matches!(sale.stage, Stage::Approved(_) | Stage::Held(_));
            without_time =
                without_time.saturating_add(u32::from(taken && sale.stripe_ms.is_none() && its_own.is_none()));
            let payment_agrees = match its_own {
                Some(seen) => agrees(sale, seen),
                // Not in the lists: of another time, or not there at all. Only money taken is worth asking for.
                None => !taken,
            };
            // What Stripe shows as a refund of a payment that was not taken is the release of a hold.
            let paid =
                matches!(sale.stage, Stage::Approved(_)) || its_own.is_some_and(|seen| seen.status == "succeeded");
            let listed_here = |when: When| {
                let at_ms = when.stripe_ms.unwrap_or(when.at_ms);
                (scope.refunds.from_ms..=scope.refunds.to_ms).contains(&at_ms)
            };
            let refunds_agree = !paid
                || refunds.iter().all(|seen| refund_agrees(sale, seen))
                    && sale
                        .refunds
                        .iter()
                        .filter(|known| known.counts() && listed_here(known.when))
                        .all(|known| refunds.iter().any(|seen| known.stripe.as_deref() == Some(seen.id.as_str())));
            if payment_agrees && refunds_agree {
                continue;
            }
            let intent = sale.intent.clone().or_else(|| PaymentIntentId::parse(&its_own?.id).ok());
            let Some(intent) = intent else { continue };
            if checks.len() == MOST_CHECKS {
                account.notes.push(format!(
                    "More than {MOST_CHECKS} sales have to be looked at one by one; the others were left. Choose a shorter time."
                ));
                account.cut = true;
                break;
            }
            checks.push(Check {
                sale: id,
                calls: live.calls,
                settled: live.quiet_ticks >= SETTLE_SECONDS,
                intent,
                with_refunds: !refunds_agree,
            });
        }
        let lists = Box::new(Lists { span, account, ours, revisions, left_out, without_time });
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let checked = read::checks(&stripe, checks).await;
            Done::Checked { lists, checked: Box::new(checked), asker }
        });
    }

    /// Every sale in question was read again: what is not the same?
    pub(super) fn checked(&mut self, mut lists: Lists, checked: Result<Vec<Checked>, Error>, asker: Asker) {
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => return self.not_reconciled(&error, asker),
        };
        self.hear(None);
        let pen = Pen { locale: self.locale };
        let mut view = ReconciliationView {
            from_ms: lists.span.from_ms,
            to_ms: lists.span.to_ms.min(lists.account.stripe_ms),
            agreement: Agreement::NotCompared,
            gaps: Vec::new(),
            at_ms: self.clock.now_ms(),
            books: pen.totals(std::iter::empty()),
            stripe: pen.totals(std::iter::empty()),
            others: pen.totals(std::iter::empty()),
            notes: lists.account.notes.clone(),
            differences: Vec::new(),
        };
        let mut gone = Vec::new();
        for checked in checked {
            let id = checked.check.sale;
            match &checked.intent {
                Some(intent) => lists.freshen(id, intent),
                None => gone.push(id),
            }
            // A sale that a call went out for since stays as it was listed: add_up sees that it has moved.
            if let Some((differences, revision)) = self.let_in(checked, &pen) {
                view.differences.extend(differences);
                lists.revisions.insert(id, revision);
            }
        }
        self.compare_disputes(&mut lists, &pen, &mut view);
        let moved = self.add_up(&lists, &gone, &pen, &mut view);
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
    fn let_in(&mut self, checked: Checked, pen: &Pen) -> Option<(Vec<DifferenceView>, u32)> {
        let Checked { check, intent, refunds, stripe_ms } = checked;
        let live = self.find(check.sale).ok()?;
        if live.calls != check.calls || live.sale.call_is_out() {
            return None;
        }
        let before = live.sale.clone();
        let event = match &intent {
            Some(intent) => Event::Looked { seen: SeenIntent::of(intent), settled: check.settled },
            None => Event::Gone,
        };
        self.hear_of(check.sale, event, stripe_ms);
        if let Some(refunds) = &refunds {
            let seen = refunds.iter().map(SeenRefund::of).collect();
            self.hear_of(check.sale, Event::RefundsSeen { seen, settled: check.settled }, stripe_ms);
        }
        let now = self.find(check.sale).ok()?.sale.clone();
        let mut differences: Vec<_> = pen.payment(&before, &now, intent.as_deref()).into_iter().collect();
        if let Some(refunds) = &refunds {
            differences.extend(pen.refunds(&before, &now, refunds));
        }
        Some((differences, now.revision))
    }

    fn compare_disputes(&mut self, lists: &mut Lists, pen: &Pen, view: &mut ReconciliationView) {
        let mut of_others = 0_u32;
        for dispute in &lists.account.disputes {
            let Some(id) = dispute.payment().and_then(names) else {
                of_others = of_others.saturating_add(1);
                continue;
            };
            let Ok(live) = self.find(id) else {
                of_others = of_others.saturating_add(1);
                continue;
            };
            let seen = SeenDispute::of(dispute);
            let (is_news, as_compared) = (!live.sale.disputes.contains(&seen), live.sale.revision);
            self.hear_of(id, Event::Disputed { seen }, Some(lists.account.stripe_ms));
            if let Ok(live) = self.find(id) {
                let difference = pen.dispute(&live.sale, dispute);
                if is_news || !difference.settled {
                    view.differences.push(difference);
                }
                if lists.revisions.get(&id) == Some(&as_compared) {
                    lists.revisions.insert(id, live.sale.revision);
                }
            }
        }
        if of_others > 0 {
            view.notes.push(format!(
                "{of_others} disputed payments of the account are not this till's. The Stripe Dashboard shows them."
            ));
        }
    }

    /// Counts, and finds the payments that have no sale or a sale too many. Answers with the sales that are in neither total.
    fn add_up(&mut self, lists: &Lists, gone: &[SaleId], pen: &Pen, view: &mut ReconciliationView) -> u32 {
        let mut moved = 0_u32;
        let mut books: Vec<(i64, &'static str)> = Vec::new();
        let mut stripe: Vec<(i64, String)> = Vec::new();
        let mut others: Vec<(i64, String)> = Vec::new();
        let taken = |seen: &ListedPaymentIntent| (seen.received_minor, seen.currency.clone());
        for intent in lists.account.intents.iter().filter(|intent| names(intent).is_none()) {
            if intent.status == "succeeded" {
                others.push(taken(intent));
            }
        }
        for (&id, intents) in &lists.ours {
            let tills = self.tills.clone();
            let Ok(live) = self.find(id) else {
                for intent in intents {
                    let paid = intent.status == "succeeded";
                    if made_at(intent, &tills) {
                        stripe.extend(paid.then(|| taken(intent)));
                        view.differences.extend(pen.missing_here(intent));
                    } else {
                        others.extend(paid.then(|| taken(intent)));
                    }
                }
                continue;
            };
            let sale = &live.sale;
            if lists.revisions.get(&id) != Some(&sale.revision) {
                view.notes.push(format!(
                    "Sale {} was being worked on meanwhile and is in neither total. Compare again when it is finished.",
                    sale.number
                ));
                moved = moved.saturating_add(1);
                continue;
            }
            for intent in intents {
                if sale.stage == Stage::SetAside {
                    view.differences.extend(pen.set_aside(sale, intent));
                    continue;
                }
                stripe.extend((intent.status == "succeeded").then(|| taken(intent)));
                if sale.intent.as_ref().is_none_or(|known| known.as_str() != intent.id) {
                    view.differences.extend(pen.second_payment(sale, intent));
                }
            }
            if matches!(sale.stage, Stage::Approved(_)) {
                books.push((sale.taken_minor(), sale.money.currency().code()));
            }
        }
        for id in gone {
            if let Ok(live) = self.find(*id)
                && matches!(live.sale.stage, Stage::Approved(_))
                && !lists.ours.contains_key(id)
            {
                books.push((live.sale.taken_minor(), live.sale.money.currency().code()));
            }
        }
        view.books = pen.totals(books.into_iter());
        view.stripe = pen.totals(stripe.iter().map(|(amount, currency)| (*amount, currency.as_str())));
        view.others = pen.totals(others.iter().map(|(amount, currency)| (*amount, currency.as_str())));
        moved
    }

    /// Finds payments that may be this till's under an id that was lost, and those that another computer makes under its id.
    fn compare_tills(&mut self, lists: &Lists, view: &mut ReconciliationView) {
        let began_s = self.journal.began_ms().ok().flatten().map(|ms| ms.div_euclid(1_000));
        let mut before = 0_u32;
        let mut elsewhere = 0_u32;
        for (&id, intents) in &lists.ours {
            if self.find(id).is_ok() {
                continue;
            }
            for intent in intents.iter().filter(|intent| moves_money(intent)) {
                if made_at(intent, &self.tills) {
                    let meanwhile = self.first_compared_ms.is_some_and(|ms| intent.created > ms.div_euclid(1_000));
                    elsewhere = elsewhere.saturating_add(u32::from(meanwhile));
                } else if intent.metadata.contains_key(TILL_METADATA) {
                    let is_before = began_s.is_none_or(|began_s| intent.created <= began_s);
                    before = before.saturating_add(u32::from(is_before));
                }
            }
        }
        if before > 0 {
            view.gaps.push(ComparisonGap::OtherTillsBefore { payments: before });
        }
        if elsewhere > 0 {
            view.gaps.push(ComparisonGap::IdInUseElsewhere { payments: elsewhere });
        }
    }

    /// Stripe's answers tell no time: no span can be named, so nothing is said to agree.
    fn without_a_time(&mut self, asker: Asker) {
        let pen = Pen { locale: self.locale };
        let at_ms = self.clock.now_ms();
        let view = ReconciliationView {
            from_ms: at_ms,
            to_ms: at_ms,
            at_ms,
            agreement: Agreement::NotCompared,
            gaps: vec![ComparisonGap::NoStripeTime],
            books: pen.totals(std::iter::empty()),
            stripe: pen.totals(std::iter::empty()),
            others: pen.totals(std::iter::empty()),
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
        self.hear(Some(error));
        self.hear_refusal(error);
        match asker {
            Some(asker) => {
                let _gone = asker.send(Err(Refusal::not_reconciled(error)));
            }
            None => self.reconcile_later(),
        }
    }

    /// Reads a payment that the books do not have, to take it in.
    pub(super) fn take_in(&mut self, intent: PaymentIntentId, asker: oneshot::Sender<Result<SaleView, Refusal>>) {
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let read = stripe.retrieve_payment_intent(&intent).await;
            Done::ReadToTakeIn { read: Box::new(read), asker }
        });
    }

    pub(super) fn read_to_take_in(&mut self, read: Heard<PaymentIntent>) -> Result<SaleView, Refusal> {
        let stripe_ms = read.stripe_ms;
        let intent = read.result.map_err(|error| Refusal::not_reconciled(&error))?;
        let not_ours = || Refusal::not_now("This payment does not carry this till's mark, so it cannot be taken in.");
        let mark = intent.metadata.get(TILL_METADATA).and_then(|id| TillId::parse(id));
        if !mark.is_some_and(|till| self.tills.contains(&till)) {
            return Err(not_ours());
        }
        let id = intent.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id)).ok_or_else(not_ours)?;
        if self.find(id).is_err() {
            let unknown = || Refusal::not_now("This payment's amount or currency is none that this till can keep.");
            let currency = Currency::by_code(&intent.currency.to_uppercase()).ok_or_else(unknown)?;
            let money = Money::new(intent.amount_minor, currency, self.locale).map_err(|_| unknown())?;
            let number = self.last_number.saturating_add(1);
            let event = Event::TakenIn { money, number, seen: SeenIntent::of(&intent) };
            let when = When { at_ms: self.clock.now_ms(), stripe_ms };
            let sale = machine::open(id, &event, when).map_err(|_| not_ours())?;
            let about = Subject::Sale(id);
            let entry = Entry { about, when, revision: sale.revision, by: Author::Staff, event };
            self.write_before_acting(entry, number, sale.finished())?;
            self.last_number = number;
            let live = self.live(sale);
            self.sales.insert(id, live);
            self.publish(id);
            // What was given back of it is read too.
            self.look(id);
        }
        self.view(id)
    }
}

/// Whether something was taken or may yet be.
fn moves_money(intent: &ListedPaymentIntent) -> bool {
    matches!(
        intent.status.as_str(),
        "succeeded" | "requires_capture" | "processing" | "requires_action" | "requires_confirmation"
    )
}

/// What the comparison came to. It agrees only when all of the span that it names was compared.
fn judge(view: &mut ReconciliationView, lists: &Lists, moved: u32) {
    let left_out = lists.left_out.saturating_add(moved);
    if lists.account.cut {
        view.gaps.push(ComparisonGap::ListsCut);
    }
    if lists.without_time > 0 {
        view.gaps.push(ComparisonGap::SalesWithoutStripeTime { sales: lists.without_time });
    }
    if left_out > 0 {
        view.gaps.push(ComparisonGap::SalesLeftOut { sales: left_out });
    }
    view.agreement = if view.differences.iter().any(|difference| !difference.settled) {
        Agreement::Differs
    } else if view.gaps.is_empty() {
        Agreement::Agrees
    } else {
        Agreement::NotWhole
    };
}
