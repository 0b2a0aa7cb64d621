//! What a reconcile comes to: the totals of both books, the payments that have no sale or a sale too many, and whether the whole
//! of the span that is named was compared. Pure.

use std::collections::{BTreeMap, BTreeSet};

use stripe_client::ListedPaymentIntent;

use super::compare::{self, Finding};
use super::read::Lists;
use super::run::MOST_READ_AGAIN;
use super::share::Share;
use crate::check::CHECK_METADATA;
use crate::coordinator::Reconciliation;
use crate::ids::{CheckId, SaleId, TillId};
use crate::look::made_at;
use crate::observed::TILL_METADATA;
use crate::view::{Agreement, ComparisonGap, ComparisonNote};

/// The sales of the books that the span is about, after they were compared.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// What each adds.
    pub(crate) shares: BTreeMap<SaleId, Share>,
    /// Sales that did not come to rest, with their numbers where these are known. They are in neither total.
    pub(crate) in_work: BTreeMap<SaleId, Option<u32>>,
    /// More sales than are read one by one. They are in neither total.
    pub(crate) not_read: BTreeSet<SaleId>,
    /// What was found about each.
    pub(crate) findings: BTreeMap<SaleId, Vec<Finding>>,
    pub(crate) disputes: Vec<Finding>,
    /// Disputed payments of the account that are not this till's.
    pub(crate) disputes_of_others: u32,
}

impl Compared {
    fn is_in_books(&self, sale: SaleId) -> bool {
        self.shares.contains_key(&sale) || self.in_work.contains_key(&sale) || self.not_read.contains(&sale)
    }
}

/// Whose payments are whose.
pub(crate) struct Ours<'a> {
    /// The ids that this till's payments carry.
    pub(crate) tills: &'a [TillId],
    /// The checks whose payments were made with test cards and given back.
    pub(crate) checks: &'a BTreeSet<CheckId>,
    /// When the journal's first row was written, milliseconds since 1970 by Stripe's clock, where that is known.
    pub(crate) began_ms: Option<i64>,
    /// Stripe's time when this run of the till first compared, if it has: from then on whatever it makes is in its books.
    pub(crate) first_compared_ms: Option<i64>,
}

/// What the comparison came to, as of `at_ms` by the till's clock.
pub(crate) fn add_up(lists: &Lists, compared: Compared, ours: &Ours<'_>, at_ms: i64) -> Reconciliation {
    let mut view = Reconciliation {
        from_ms: lists.scope.payments.from_ms,
        to_ms: lists.scope.payments.to_ms.min(lists.stripe_ms),
        at_ms,
        notes: lists.notes.clone(),
        ..nothing(at_ms)
    };
    total(lists, &compared, ours, &mut view);
    compare_tills(lists, &compared, ours, &mut view);
    judge(lists, &compared, &mut view);
    let Compared { findings, disputes, disputes_of_others, .. } = compared;
    if disputes_of_others > 0 {
        view.notes.push(ComparisonNote::DisputesOfOthers { payments: disputes_of_others });
    }
    let of_sales = findings.into_values().flatten().chain(disputes);
    view.differences = of_sales.chain(std::mem::take(&mut view.differences)).collect();
    view.agreement = if view.differences.iter().any(|difference| !difference.put_right) {
        Agreement::Differs
    } else if view.gaps.is_empty() {
        Agreement::Agrees
    } else {
        Agreement::NotWhole
    };
    view
}

/// Stripe's answers tell no time: no span can be named, so nothing is said to agree.
pub(crate) fn without_a_time(at_ms: i64) -> Reconciliation {
    Reconciliation { gaps: vec![ComparisonGap::NoStripeTime], ..nothing(at_ms) }
}

fn nothing(at_ms: i64) -> Reconciliation {
    Reconciliation {
        from_ms: at_ms,
        to_ms: at_ms,
        agreement: Agreement::NotCompared,
        gaps: Vec::new(),
        at_ms,
        books: compare::totals(std::iter::empty()),
        stripe: compare::totals(std::iter::empty()),
        others: compare::totals(std::iter::empty()),
        notes: Vec::new(),
        differences: Vec::new(),
    }
}

/// Counts, and finds the payments that have no sale or a sale too many.
fn total(lists: &Lists, compared: &Compared, ours: &Ours<'_>, view: &mut Reconciliation) {
    let mut books: Vec<(i64, &str)> = Vec::new();
    let mut stripe: Vec<(i64, &str)> = Vec::new();
    let mut others: Vec<(i64, &str)> = Vec::new();
    let taken = |seen: &ListedPaymentIntent| seen.status == "succeeded";
    for payment in lists.unnamed.iter().filter(|payment| taken(payment) && !is_one_of(payment, ours.checks)) {
        others.push(sum(payment));
    }
    for (&id, payments) in &lists.payments {
        if let Some(share) = compared.shares.get(&id) {
            view.differences.extend(share.too_many.iter().cloned());
            if !share.set_aside {
                stripe.extend(payments.iter().filter(|payment| taken(payment)).map(sum));
            }
        } else if !compared.is_in_books(id) {
            for payment in payments {
                let is_paid = taken(payment).then(|| sum(payment));
                if made_at(payment, ours.tills) {
                    stripe.extend(is_paid);
                    view.differences.extend(compare::missing_here(payment));
                } else {
                    others.extend(is_paid);
                }
            }
        }
    }
    // What Stripe has not listed is of another span, unless it is known to have none.
    let counts = |id: &SaleId, share: &Share| share.gone || lists.payments.contains_key(id);
    books.extend(compared.shares.iter().filter(|(id, share)| counts(id, share)).filter_map(|(_, share)| share.taken));
    view.books = compare::totals(books.into_iter());
    view.stripe = compare::totals(stripe.into_iter());
    view.others = compare::totals(others.into_iter());
}

fn sum(payment: &ListedPaymentIntent) -> (i64, &str) {
    (payment.received_minor, payment.currency.as_str())
}

/// Finds payments that may be this till's under an id that was lost, and those that another computer makes under its id.
fn compare_tills(lists: &Lists, compared: &Compared, ours: &Ours<'_>, view: &mut Reconciliation) {
    let began_s = ours.began_ms.map(|ms| ms.div_euclid(1_000));
    let (mut before, mut elsewhere) = (0_u32, 0_u32);
    for (_, payments) in lists.payments.iter().filter(|(id, _)| !compared.is_in_books(**id)) {
        for payment in payments.iter().filter(|payment| moves_money(payment)) {
            if made_at(payment, ours.tills) {
                let meanwhile = ours.first_compared_ms.is_some_and(|ms| payment.created > ms.div_euclid(1_000));
                elsewhere = elsewhere.saturating_add(u32::from(meanwhile));
            } else if payment.metadata.contains_key(TILL_METADATA) {
                let is_before = began_s.is_none_or(|began_s| payment.created <= began_s);
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

fn is_one_of(payment: &ListedPaymentIntent, checks: &BTreeSet<CheckId>) -> bool {
    let mark = payment.metadata.get(CHECK_METADATA).and_then(|mark| CheckId::parse(mark));
    mark.is_some_and(|mark| checks.contains(&mark))
}

/// Whether something was taken or may yet be.
fn moves_money(payment: &ListedPaymentIntent) -> bool {
    matches!(
        payment.status.as_str(),
        "succeeded" | "requires_capture" | "processing" | "requires_action" | "requires_confirmation"
    )
}

/// What of the span was not compared.
fn judge(lists: &Lists, compared: &Compared, view: &mut Reconciliation) {
    let count = |found: usize| u32::try_from(found).unwrap_or(u32::MAX);
    let left_here = compared.not_read.iter().filter(|id| lists.payments.contains_key(id)).count();
    let left_out = count(compared.in_work.len().saturating_add(left_here));
    let without_time = count(compared.shares.values().filter(|share| share.without_time).count());
    let numbers = compared.in_work.values().flatten();
    view.notes.extend(numbers.map(|&number| ComparisonNote::SaleInWork { number }));
    if !compared.not_read.is_empty() {
        view.notes.push(ComparisonNote::TooManyToLookAt { most: MOST_READ_AGAIN });
    }
    if lists.cut || !compared.not_read.is_empty() {
        view.gaps.push(ComparisonGap::ListsCut);
    }
    if without_time > 0 {
        view.gaps.push(ComparisonGap::SalesWithoutStripeTime { sales: without_time });
    }
    if left_out > 0 {
        view.gaps.push(ComparisonGap::SalesLeftOut { sales: left_out });
    }
}
