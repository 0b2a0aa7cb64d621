//! Reconciling, step by step: lists are read, every sale that does not agree is read again by its id, what Stripe says is
//! let into the books by the usual events, and what was found is told. Nothing is sent that acts.

use std::collections::{BTreeMap, BTreeSet};

use stripe_client::{Error, ListedPaymentIntent, PaymentIntent, PaymentIntentId};
use tokio::sync::oneshot;

use super::{Coordinator, Done, Refusal};
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::Entry;
use crate::machine::{self, SETTLE_SECONDS};
use crate::money::Money;
use crate::observed::{SALE_METADATA, SeenDispute, SeenIntent, SeenRefund};
use crate::reconcile::compare::{self, Pen, Whose, agrees, made_here, refund_agrees, whose};
use crate::reconcile::read::{self, Account, Check, Checked};
use crate::reconcile::{AT_START_MS, LONGEST_MS, Span};
use crate::sale::{Sale, Stage};
use crate::view::{ReconciliationView, SaleView};

/// Who waits for the outcome; nobody at the start of the till.
pub(super) type Asker = Option<oneshot::Sender<Result<ReconciliationView, Refusal>>>;

/// Ticks until the reconcile of the start is tried again when Stripe could not be asked.
const AGAIN_TICKS: u32 = 60;

/// A reconcile whose lists have been read.
pub(super) struct Lists {
    span: Span,
    account: Account,
    /// The sales of this till that the lists name, each with its payments.
    ours: BTreeMap<SaleId, Vec<ListedPaymentIntent>>,
}

impl Coordinator {
    /// Compares the last day: at the start, and until Stripe could once be asked.
    pub(super) fn reconcile_start(&mut self) {
        let now_ms = self.clock.now_ms();
        // Stripe's clock may be ahead of the till's.
        let span = Span { from_ms: now_ms.saturating_sub(AT_START_MS), to_ms: now_ms.saturating_add(AT_START_MS) };
        self.ticks_to_reconcile = None;
        self.read_lists(span, None);
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
        self.read_lists(Span { from_ms, to_ms }, Some(asker));
    }

    pub(super) fn tick_reconcile(&mut self) {
        if let Some(left) = self.ticks_to_reconcile {
            self.ticks_to_reconcile = Some(left.saturating_sub(1));
            if left <= 1 {
                self.reconcile_start();
            }
        }
    }

    fn read_lists(&mut self, span: Span, asker: Asker) {
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let account = read::account(&stripe, span).await;
            Done::Listed { span, account: Box::new(account), asker }
        });
    }

    /// The lists are there: which sales do not agree?
    pub(super) fn listed(&mut self, span: Span, account: Result<Account, Error>, asker: Asker) {
        let account = match account {
            Ok(account) => account,
            Err(error) => return self.not_reconciled(&error, asker),
        };
        let booked = match self.journal.load_between(span.from_ms, span.to_ms) {
            Ok(rows) => rows.into_iter().map(|row| row.sale).collect::<BTreeSet<_>>(),
            Err(error) => {
                if let Some(asker) = asker {
                    let _gone = asker.send(Err(Refusal::journal(&error)));
                }
                return;
            }
        };
        let mut ours: BTreeMap<SaleId, Vec<ListedPaymentIntent>> = BTreeMap::new();
        for intent in &account.intents {
            if let Whose::Sale(sale) = whose(intent) {
                ours.entry(sale).or_default().push(intent.clone());
            }
        }
        let refunds = compare::by_sale(&account.refunds);
        let named: BTreeSet<SaleId> = booked.iter().chain(ours.keys()).chain(refunds.keys()).copied().collect();
        let mut checks = Vec::new();
        for id in named {
            let listed = ours.get(&id).map_or(&[][..], Vec::as_slice);
            let refunds = refunds.get(&id).map_or(&[][..], Vec::as_slice);
            let Ok(live) = self.find(id) else { continue };
            let sale = &live.sale;
            let its_own = listed.iter().find(|seen| sale.intent.as_ref().is_none_or(|known| known.as_str() == seen.id));
            let payment_agrees = match its_own {
                Some(seen) => agrees(sale, seen),
                // Not in the lists: of another time, or not there at all. Only money taken is worth asking for.
                None => !matches!(sale.stage, Stage::Approved(_) | Stage::Held(_)),
            };
            let refunds_agree = refunds.iter().all(|seen| refund_agrees(sale, seen))
                && sale.refunds.iter().filter(|known| known.counts()).all(|known| {
                    // Those of another time are taken as they stand.
                    !(span.from_ms..=span.to_ms).contains(&known.at_ms)
                        || refunds.iter().any(|seen| known.stripe.as_deref() == Some(seen.id.as_str()))
                });
            if payment_agrees && refunds_agree {
                continue;
            }
            let intent = sale.intent.clone().or_else(|| PaymentIntentId::parse(&its_own?.id).ok());
            let Some(intent) = intent else { continue };
            checks.push(Check {
                sale: id,
                calls: live.calls,
                settled: live.quiet_ticks >= SETTLE_SECONDS,
                intent,
                with_refunds: !refunds_agree,
            });
        }
        let lists = Box::new(Lists { span, account, ours });
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let checked = read::checks(&stripe, checks).await;
            Done::Checked { lists, checked: Box::new(checked), asker }
        });
    }

    /// Every sale in question was read again: what is not the same?
    pub(super) fn checked(&mut self, lists: Lists, checked: Result<Vec<Checked>, Error>, asker: Asker) {
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => return self.not_reconciled(&error, asker),
        };
        self.hear(true);
        let pen = Pen { locale: self.locale };
        let mut view = ReconciliationView {
            from_ms: lists.span.from_ms,
            to_ms: lists.span.to_ms.min(self.clock.now_ms()),
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
            let missing = checked.intent.is_none();
            match self.let_in(checked, &pen) {
                Ok(differences) => view.differences.extend(differences),
                Err(number) => view.notes.push(format!(
                    "Sale {number} was being worked on meanwhile and was not compared. Compare again when it is finished."
                )),
            }
            if missing {
                gone.push(id);
            }
        }
        self.compare_disputes(&lists, &pen, &mut view);
        self.add_up(&lists, &gone, &pen, &mut view);
        self.reconciled.send_replace(Some(view.clone()));
        if let Some(asker) = asker {
            let _gone = asker.send(Ok(view));
        }
    }

    /// Lets Stripe's word about a sale into the books. Fails with the sale's number when it is older than a call.
    fn let_in(&mut self, checked: Checked, pen: &Pen) -> Result<Vec<crate::view::DifferenceView>, u32> {
        let Checked { check, intent, refunds } = checked;
        let Ok(live) = self.find(check.sale) else { return Ok(Vec::new()) };
        if live.calls != check.calls || live.sale.call_is_out() {
            return Err(live.sale.number);
        }
        let before = live.sale.clone();
        let event = match &intent {
            Some(intent) => Event::Looked { seen: SeenIntent::of(intent), settled: check.settled },
            None => Event::Gone,
        };
        let _known = self.apply(check.sale, event);
        if let Some(refunds) = &refunds {
            let seen = refunds.iter().map(SeenRefund::of).collect();
            let _known = self.apply(check.sale, Event::RefundsSeen { seen, settled: check.settled });
        }
        let Ok(live) = self.find(check.sale) else { return Ok(Vec::new()) };
        let now = live.sale.clone();
        let mut differences: Vec<_> = pen.payment(&before, &now, intent.as_deref()).into_iter().collect();
        if let Some(refunds) = &refunds {
            differences.extend(pen.refunds(&before, &now, refunds));
        }
        Ok(differences)
    }

    fn compare_disputes(&mut self, lists: &Lists, pen: &Pen, view: &mut ReconciliationView) {
        let mut of_others = 0_u32;
        for dispute in &lists.account.disputes {
            let sale = dispute.payment().map(whose);
            let Some(Whose::Sale(id)) = sale else {
                of_others = of_others.saturating_add(1);
                continue;
            };
            if self.find(id).is_err() {
                of_others = of_others.saturating_add(1);
                continue;
            }
            let _known = self.apply(id, Event::Disputed { seen: SeenDispute::of(dispute) });
            if let Ok(live) = self.find(id) {
                view.differences.push(pen.dispute(&live.sale, dispute));
            }
        }
        if of_others > 0 {
            view.notes.push(format!(
                "{of_others} disputed payments of the account are not this till's. The Stripe Dashboard shows them."
            ));
        }
    }

    /// Counts, and finds the payments that have no sale or a sale too many.
    fn add_up(&mut self, lists: &Lists, gone: &[SaleId], pen: &Pen, view: &mut ReconciliationView) {
        let mut books: Vec<(i64, &'static str)> = Vec::new();
        let mut stripe: Vec<(i64, String)> = Vec::new();
        let mut others: Vec<(i64, String)> = Vec::new();
        let taken = |seen: &ListedPaymentIntent| (seen.received_minor, seen.currency.clone());
        for intent in lists.account.intents.iter().filter(|intent| whose(intent) == Whose::Other) {
            if intent.status == "succeeded" {
                others.push(taken(intent));
            }
        }
        for (&id, intents) in &lists.ours {
            let till = self.till;
            let sale: Option<Sale> = self.find(id).ok().map(|live| live.sale.clone());
            for intent in intents {
                let paid = intent.status == "succeeded";
                match &sale {
                    None if !made_here(intent, till) => others.extend(paid.then(|| taken(intent))),
                    None => {
                        stripe.extend(paid.then(|| taken(intent)));
                        view.differences.extend(pen.missing_here(intent));
                    }
                    Some(sale) => {
                        stripe.extend(paid.then(|| taken(intent)));
                        let its_own = sale.intent.as_ref().is_some_and(|known| known.as_str() == intent.id);
                        if !its_own && sale.stage != Stage::SetAside {
                            view.differences.extend(pen.second_payment(sale, intent));
                        }
                    }
                }
            }
            if let Some(sale) = &sale
                && matches!(sale.stage, Stage::Approved(_))
            {
                books.push((sale.money.amount_minor(), sale.money.currency().code()));
            }
        }
        for id in gone {
            if let Ok(live) = self.find(*id)
                && matches!(live.sale.stage, Stage::Approved(_))
                && !lists.ours.contains_key(id)
            {
                books.push((live.sale.money.amount_minor(), live.sale.money.currency().code()));
            }
        }
        view.books = pen.totals(books.into_iter());
        view.stripe = pen.totals(stripe.iter().map(|(amount, currency)| (*amount, currency.as_str())));
        view.others = pen.totals(others.iter().map(|(amount, currency)| (*amount, currency.as_str())));
    }

    fn not_reconciled(&mut self, error: &Error, asker: Asker) {
        self.hear(!matches!(error, Error::NotSent { .. } | Error::NoAnswer { .. }));
        self.hear_refusal(error);
        match asker {
            Some(asker) => {
                let _gone = asker.send(Err(Refusal::not_reconciled(error)));
            }
            None => self.ticks_to_reconcile = Some(AGAIN_TICKS),
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

    pub(super) fn read_to_take_in(&mut self, read: Result<PaymentIntent, Error>) -> Result<SaleView, Refusal> {
        let intent = read.map_err(|error| Refusal::not_reconciled(&error))?;
        let not_ours = || Refusal::not_now("This payment does not carry this till's mark, so it cannot be taken in.");
        let id = intent.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id)).ok_or_else(not_ours)?;
        if self.find(id).is_err() {
            let currency = Currency::by_code(&intent.currency.to_uppercase()).ok_or_else(not_ours)?;
            let money = Money::new(intent.amount_minor, currency, self.locale).map_err(|_| not_ours())?;
            let number = self.last_number.saturating_add(1);
            let event = Event::TakenIn { money, number, seen: SeenIntent::of(&intent) };
            let at_ms = self.clock.now_ms();
            let sale = machine::open(id, &event, at_ms).map_err(|_| not_ours())?;
            self.write_before_acting(Entry { sale: id, at_ms, event }, number, sale.finished())?;
            self.last_number = number;
            let live = self.live(sale);
            self.sales.insert(id, live);
            self.publish(id);
            // What was given back of it is read too.
            self.look(id);
        }
        let (now_ms, locale) = (self.clock.now_ms(), self.locale);
        Ok(self.find(id)?.show(locale, now_ms))
    }
}
