//! What a reconcile tells, against what happened in the world.

use till::view::{DifferenceKind, DifferenceView, ReconciliationView, SaleView, StageView};

use crate::books::Taken;
use crate::counter::Counter;
use crate::elsewhere::LOST_MINOR;
use crate::plan::Plan;

/// Compares, and again when the till says that a sale was being worked on meanwhile: its own reconcile of the start may have
/// come in between, when an earlier one had failed.
///
/// # Errors
/// When there is no answer.
pub(crate) async fn compare(counter: &Counter) -> Result<ReconciliationView, String> {
    let found = counter.reconcile().await?;
    if found.notes.is_empty() { Ok(found) } else { counter.reconcile().await }
}

/// Whatever a reconcile finds has its cause in the plan. The first may find what happened at Stripe since the till last
/// looked; after it only what is at Stripe for others to decide is left.
pub(crate) async fn check_found(
    counter: &mut Counter,
    plan: &Plan,
    found: &ReconciliationView,
    first: bool,
) -> Result<(), String> {
    let views = counter.till.sales(100).await;
    let taken = if found.differences.is_empty() { counter.taken() } else { counter.taken_now() };
    let nothing = Taken::default();
    for difference in &found.differences {
        let sale = difference.sale_id.as_deref().unwrap_or_default();
        let of_sale = taken.get(sale).unwrap_or(&nothing);
        if !has_cause(counter, plan, difference, of_sale, first) {
            return Err(format!("a difference without a cause: {difference:?}; taken {of_sale:?}"));
        }
        if difference.remedies.is_empty() {
            return Err(format!("a difference about which nothing can be done: {difference:?}"));
        }
    }
    check_told(counter, &views, found)?;
    check_totals(counter, &views, found)?;
    if usize::try_from(found.others.payments) != Ok(counter.wishes.others().len()) {
        return Err(format!("others took {} payments; told {:?}", counter.wishes.others().len(), found.others));
    }
    if !found.notes.is_empty() {
        return Err(format!("not everything was compared: {:?}", found.notes));
    }
    Ok(())
}

/// What only one of the books has, or Stripe has twice, is told.
fn check_told(counter: &Counter, views: &[SaleView], found: &ReconciliationView) -> Result<(), String> {
    let wishes = &counter.wishes;
    let told = |intent: &str| found.differences.iter().any(|one| one.payment_intent.as_deref() == Some(intent));
    if let Some((intent, copy)) = wishes.copies().iter().find(|(intent, _)| !told(intent)) {
        return Err(format!("a second payment is not told: {intent} {copy:?}; told {found:?}"));
    }
    let here = |sale: &str| views.iter().any(|view| view.sale_id == sale);
    if let Some(lost) = wishes.lost().iter().find(|(sale, intent)| !here(sale) && !told(intent)) {
        return Err(format!("a payment that only Stripe has is not told: {lost:?}; told {found:?}"));
    }
    let gone = wishes.vanished().and_then(|sale| views.iter().find(|view| view.sale_id == sale));
    match gone {
        Some(view) if !told(view.payment_intent.as_deref().unwrap_or_default()) => {
            Err(format!("a payment that Stripe does not have is not told: {view:?}; told {found:?}"))
        }
        _ => Ok(()),
    }
}

fn check_totals(counter: &Counter, views: &[SaleView], found: &ReconciliationView) -> Result<(), String> {
    let wishes = &counter.wishes;
    let paid = |view: &&SaleView| matches!(view.stage, StageView::Approved { .. });
    let books: Vec<i64> = views.iter().filter(paid).map(|view| view.money.amount_minor).collect();
    let set_aside =
        |sale: &str| views.iter().any(|view| view.sale_id == sale && matches!(view.stage, StageView::SetAside));
    let there = views.iter().filter(paid).filter(|view| wishes.vanished() != Some(&view.sale_id));
    let copied = wishes.copies().values().filter(|(sale, _)| !set_aside(sale)).map(|(_, amount_minor)| *amount_minor);
    let lost = wishes.lost().keys().filter(|sale| !views.iter().any(|view| view.sale_id == **sale));
    let stripe: Vec<i64> =
        there.map(|view| view.money.amount_minor).chain(copied).chain(lost.map(|_| LOST_MINOR)).collect();
    let meddled = views.iter().any(|view| wishes.meddling(&view.sale_id).amount);
    for (total, wanted, comparable) in [(&found.books, &books, true), (&found.stripe, &stripe, !meddled)] {
        let told: i64 = total.money.iter().map(|money| money.amount_minor).sum();
        if comparable && (usize::try_from(total.payments) != Ok(wanted.len()) || told != wanted.iter().sum::<i64>()) {
            return Err(format!("the totals are wrong: paid {wanted:?}; told {found:?}"));
        }
    }
    Ok(())
}

fn has_cause(counter: &Counter, plan: &Plan, difference: &DifferenceView, taken: &Taken, first: bool) -> bool {
    let meddling = counter.wishes.meddling(difference.sale_id.as_deref().unwrap_or_default());
    match difference.kind {
        DifferenceKind::Dispute => taken.disputed,
        // What was set aside stays told: it is in none of the till's totals.
        DifferenceKind::Amount => meddling.amount,
        // What is twice, or gone, stays told too: only the Dashboard can mend it.
        DifferenceKind::SecondPayment => {
            difference.payment_intent.as_ref().is_some_and(|intent| counter.wishes.copies().contains_key(intent))
        }
        DifferenceKind::MissingThere => counter.wishes.vanished() == difference.sale_id.as_deref(),
        _ if !first => false,
        DifferenceKind::MissingHere => {
            counter.wishes.lost().values().any(|lost| Some(lost) == difference.payment_intent.as_ref())
        }
        DifferenceKind::RefundElsewhere => meddling.refunded,
        DifferenceKind::Refund => taken.refunds.iter().any(|made| made.status == "failed") || plan.very_late,
        DifferenceKind::Outcome => meddling.outcome || meddling.amount,
        DifferenceKind::Mark | DifferenceKind::TakenInPart => false,
    }
}
