//! What a reconcile comes to: the disputes, the totals of both books, the payments that have no sale or a sale too many, and
//! whether the whole of the span that is named was compared.

use std::collections::BTreeSet;

use super::reconciling::Lists;
use super::{Coordinator, Reconciliation};
use crate::check::CHECK_METADATA;
use crate::event::Event;
use crate::ids::{CheckId, SaleId};
use crate::journal::JournalError;
use crate::look::{made_at, names};
use crate::observed::{SeenDispute, TILL_METADATA};
use crate::reconcile::compare;
use crate::sale::Stage;
use crate::view::{Agreement, ComparisonGap, ComparisonNote};
use stripe_client::ListedPaymentIntent;

impl Coordinator {
    pub(super) fn compare_disputes(&mut self, lists: &mut Lists, view: &mut Reconciliation) {
        let mut of_others = 0_u32;
        for dispute in &lists.account.disputes {
            let Some(id) = dispute.payment().and_then(names) else {
                of_others = of_others.saturating_add(1);
                continue;
            };
            let Ok(run) = self.find(id) else {
                of_others = of_others.saturating_add(1);
                continue;
            };
            let seen = SeenDispute::of(dispute);
            let (is_news, as_compared) = (!run.sale.disputes.contains(&seen), run.sale.revision);
            self.learn(id, Event::Disputed { seen }, Some(lists.account.stripe_ms));
            if let Ok(run) = self.find(id) {
                let difference = compare::dispute(&run.sale, dispute);
                if is_news || !difference.put_right {
                    view.differences.push(difference);
                }
                if lists.revisions.get(&id) == Some(&as_compared) {
                    lists.revisions.insert(id, run.sale.revision);
                }
            }
        }
        if of_others > 0 {
            view.notes.push(ComparisonNote::DisputesOfOthers { payments: of_others });
        }
    }

    /// Counts, and finds the payments that have no sale or a sale too many. Answers with the sales that are in neither total.
    pub(super) fn add_up(
        &mut self,
        lists: &Lists,
        gone: &[SaleId],
        checks: &BTreeSet<CheckId>,
        view: &mut Reconciliation,
    ) -> u32 {
        let mut moved = 0_u32;
        let mut books: Vec<(i64, &'static str)> = Vec::new();
        let mut stripe: Vec<(i64, String)> = Vec::new();
        let mut others: Vec<(i64, String)> = Vec::new();
        let taken = |seen: &ListedPaymentIntent| (seen.received_minor, seen.currency.clone());
        for intent in lists.account.intents.iter().filter(|intent| names(intent).is_none()) {
            if intent.status == "succeeded" && !is_one_of(intent, checks) {
                others.push(taken(intent));
            }
        }
        for (&id, intents) in &lists.ours {
            let tills = self.tills.clone();
            let Ok(run) = self.find(id) else {
                for intent in intents {
                    let paid = intent.status == "succeeded";
                    if made_at(intent, &tills) {
                        stripe.extend(paid.then(|| taken(intent)));
                        view.differences.extend(compare::missing_here(intent));
                    } else {
                        others.extend(paid.then(|| taken(intent)));
                    }
                }
                continue;
            };
            let sale = &run.sale;
            if lists.revisions.get(&id) != Some(&sale.revision) {
                view.notes.push(ComparisonNote::SaleInWork { number: sale.number });
                moved = moved.saturating_add(1);
                continue;
            }
            for intent in intents {
                if sale.stage == Stage::SetAside {
                    view.differences.extend(compare::set_aside(sale, intent));
                    continue;
                }
                stripe.extend((intent.status == "succeeded").then(|| taken(intent)));
                if sale.intent.as_ref().is_none_or(|known| known.as_str() != intent.id) {
                    view.differences.extend(compare::second_payment(sale, intent));
                }
            }
            if matches!(sale.stage, Stage::Approved(_)) {
                books.push((sale.taken_minor(), sale.total().currency().code()));
            }
        }
        for id in gone {
            if let Ok(run) = self.find(*id)
                && matches!(run.sale.stage, Stage::Approved(_))
                && !lists.ours.contains_key(id)
            {
                books.push((run.sale.taken_minor(), run.sale.total().currency().code()));
            }
        }
        view.books = compare::totals(books.into_iter());
        view.stripe = compare::totals(stripe.iter().map(|(amount, currency)| (*amount, currency.as_str())));
        view.others = compare::totals(others.iter().map(|(amount, currency)| (*amount, currency.as_str())));
        moved
    }

    /// The payments that checks of this till made with test cards and gave back. In live mode a check pays nothing, so what has
    /// been paid there counts, whatever mark it carries.
    pub(super) fn payments_of_checks(&self) -> Result<BTreeSet<CheckId>, JournalError> {
        if self.live {
            return Ok(BTreeSet::new());
        }
        Ok(self.journal.load_checks()?.iter().map(|row| row.check).collect())
    }

    /// Finds payments that may be this till's under an id that was lost, and those that another computer makes under its id.
    pub(super) fn compare_tills(&mut self, lists: &Lists, view: &mut Reconciliation) {
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
}

fn is_one_of(intent: &ListedPaymentIntent, checks: &BTreeSet<CheckId>) -> bool {
    let mark = intent.metadata.get(CHECK_METADATA).and_then(|mark| CheckId::parse(mark));
    mark.is_some_and(|mark| checks.contains(&mark))
}

/// Whether something was taken or may yet be.
fn moves_money(intent: &ListedPaymentIntent) -> bool {
    matches!(
        intent.status.as_str(),
        "succeeded" | "requires_capture" | "processing" | "requires_action" | "requires_confirmation"
    )
}

/// What the comparison came to. It agrees only when all of the span that it names was compared.
pub(super) fn judge(view: &mut Reconciliation, lists: &Lists, moved: u32) {
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
    view.agreement = if view.differences.iter().any(|difference| !difference.put_right) {
        Agreement::Differs
    } else if view.gaps.is_empty() {
        Agreement::Agrees
    } else {
        Agreement::NotWhole
    };
}
