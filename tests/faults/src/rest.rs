//! The end of a world: staff bring every sale to its end with what the till offers them, and the books are closed.

use till::view::{Action, DifferenceKind, DifferenceView, ReconciliationView, RefundState, SaleView, StageView};
use till::{RefundId, SaleId};

use crate::books::{self, Taken};
use crate::counter::Counter;
use crate::plan::{NetworkKind, Plan};

/// Steps until a sale must have come to rest, once nothing goes wrong any more.
const PATIENCE: u32 = 60;

/// An hour of ticks: longer than the longest pause between two looks of the watch.
const WATCH_LOOKS_WITHIN_S: u32 = 3_600;

/// What staff do about a payment that came although they had given the sale up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unasked {
    GiveBack,
    Keep,
}

/// Brings the world to its end and closes the books.
///
/// # Errors
/// What is wrong, in a sentence.
pub(crate) async fn close(counter: &mut Counter, plan: &Plan, sales: &[SaleId]) -> Result<(), String> {
    for &sale in sales {
        rest(counter, sale, Unasked::GiveBack).await?;
    }
    // Whatever was still on its way has arrived by now.
    counter.pass(200).await;
    if plan.very_late {
        let latest = plan.network.iter().map(|fault| match fault.kind {
            NetworkKind::VeryLate { seconds } => seconds,
            _ => 0,
        });
        counter.pass(latest.max().unwrap_or(0)).await;
        counter.stay_awake(WATCH_LOOKS_WITHIN_S).await;
    }
    check_outcomes(counter).await?;
    if plan.very_late {
        for &sale in sales {
            rest(counter, sale, Unasked::GiveBack).await?;
        }
        counter.pass(200).await;
    }
    let found = compare(counter).await?;
    check_found(counter, plan, &found, true).await?;
    for &sale in sales {
        rest(counter, sale, Unasked::Keep).await?;
    }
    let (views, taken) = (counter.till.sales(100).await, counter.taken_now());
    books::check_at_rest(&views, &taken, &counter.wishes)?;
    if found.differences.is_empty() {
        return Ok(());
    }
    let again = compare(counter).await?;
    check_found(counter, plan, &again, false).await
}

/// Compares, and again when the till says that a sale was being worked on meanwhile: its own reconcile of the start may have
/// come in between, when an earlier one had failed.
async fn compare(counter: &Counter) -> Result<ReconciliationView, String> {
    let found = counter.reconcile().await?;
    if found.notes.is_empty() { Ok(found) } else { counter.reconcile().await }
}

/// Who was charged is right without any reconcile.
async fn check_outcomes(counter: &mut Counter) -> Result<(), String> {
    let taken = counter.taken();
    for view in counter.till.sales(100).await {
        counter.told.see(&view)?;
        let of_sale = taken.get(&view.sale_id).cloned().unwrap_or_default();
        books::check_told(&view, &of_sale, &counter.wishes, false)?;
    }
    Ok(())
}

/// Staff bring the sale to its end with what the till offers them.
async fn rest(counter: &mut Counter, sale: SaleId, unasked: Unasked) -> Result<(), String> {
    for step in 0..PATIENCE {
        let Some(view) = counter.till.sale(sale).await else { return Err(format!("sale {sale} is gone")) };
        counter.told.see(&view)?;
        if books::at_rest(&view) {
            return Ok(());
        }
        if matches!(view.stage, StageView::Approved { .. }) {
            settle_payment(counter, sale, &view, step, unasked).await;
        } else if books::is_mismatch(&view) {
            if !counter.wishes.meddling(&view.sale_id).amount {
                return Err(format!("sale {}: the till says that its payment is not its own", view.number));
            }
            drop(counter.till.set_aside(sale).await);
        } else {
            match view.actions.first() {
                Some(Action::Finish) => {
                    counter.press_charge(sale);
                    let reply = counter.till.finish(sale).await;
                    counter.hear(sale, &reply);
                }
                Some(Action::TryAgain) if step % 2 == 0 => {
                    counter.press_charge(sale);
                    let reply = counter.reply(counter.till.try_again(sale)).await;
                    counter.hear(sale, &reply);
                }
                Some(Action::Authenticate) if step > 1 => drop(counter.till.cancel(sale).await),
                Some(Action::LookAgain) if step > 20 => drop(counter.till.cancel(sale).await),
                _ => {}
            }
        }
        counter.pass(10).await;
    }
    let view = counter.till.sale(sale).await;
    Err(format!("sale {sale} did not come to rest: {view:?}"))
}

/// A paid sale on which something is open: a refund, or whether to keep the payment.
async fn settle_payment(counter: &mut Counter, sale: SaleId, view: &SaleView, step: u32, unasked: Unasked) {
    if view.unasked.is_some() {
        let offered = view.refundable.as_ref().filter(|_| unasked == Unasked::GiveBack && step < 3);
        match offered.and_then(|offered| Some((RefundId::parse(&offered.refund_id)?, offered.left.amount_minor))) {
            Some((refund, left)) => _ = counter.press_refund(sale, refund, left, false).await,
            None => {
                let reply = counter.till.keep(sale).await;
                counter.hear(sale, &reply);
            }
        }
    } else if step % 4 == 3 && view.refunds.iter().any(|told| told.state == RefundState::Pending) {
        drop(counter.till.look(sale).await);
    }
}

/// Whatever a reconcile finds has its cause in the plan. The first may find what happened at Stripe since the till last
/// looked; after it only what is at Stripe for others to decide is left.
async fn check_found(
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
        if difference.remedies.is_empty() || difference.staff.is_empty() {
            return Err(format!("a difference about which nothing can be done: {difference:?}"));
        }
    }
    let paid: Vec<&SaleView> = views.iter().filter(|view| matches!(view.stage, StageView::Approved { .. })).collect();
    let sum: i64 = paid.iter().map(|view| view.money.amount_minor).sum();
    let meddled = views.iter().any(|view| counter.wishes.meddling(&view.sale_id).amount);
    let totals = [(&found.books, true), (&found.stripe, !meddled)];
    for (total, comparable) in totals {
        let told: i64 = total.money.iter().map(|money| money.amount_minor).sum();
        if comparable && (usize::try_from(total.payments) != Ok(paid.len()) || told != sum) {
            return Err(format!("the totals are wrong: {} sales of {sum} are paid; told {found:?}", paid.len()));
        }
    }
    if usize::try_from(found.others.payments) != Ok(counter.wishes.others()) {
        return Err(format!("others took {} payments; told {:?}", counter.wishes.others(), found.others));
    }
    if !found.notes.is_empty() {
        return Err(format!("not everything was compared: {:?}", found.notes));
    }
    Ok(())
}

fn has_cause(counter: &Counter, plan: &Plan, difference: &DifferenceView, taken: &Taken, first: bool) -> bool {
    let meddling = counter.wishes.meddling(difference.sale_id.as_deref().unwrap_or_default());
    match difference.kind {
        DifferenceKind::Dispute => taken.disputed,
        // What was set aside stays told: it is in none of the till's totals.
        DifferenceKind::Amount => meddling.amount,
        _ if !first => false,
        DifferenceKind::RefundElsewhere => meddling.refunded,
        DifferenceKind::Refund => taken.refunds.iter().any(|made| made.status == "failed") || plan.very_late,
        DifferenceKind::Outcome => meddling.outcome || meddling.amount,
        DifferenceKind::MissingHere
        | DifferenceKind::MissingThere
        | DifferenceKind::SecondPayment
        | DifferenceKind::Mark
        | DifferenceKind::TakenInPart => false,
    }
}
