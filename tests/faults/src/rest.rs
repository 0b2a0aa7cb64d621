//! The end of a world: staff bring every sale to its end with what the till offers them, and the books are closed.

use stripe_client::PaymentIntentId;
use till::view::{Action, ReconciliationView, RefundState, Remedy, SaleView, StageView};
use till::{RefundId, SaleId};

use crate::books;
use crate::check;
use crate::comparing;
use crate::counter::Counter;
use crate::plan::{NetworkKind, Plan};
use crate::tally::{self, Room};

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
    check::nothing_is_left(counter).await?;
    if plan.vanishes {
        vanish(counter).await;
    }
    let found = comparing::compare(counter).await?;
    comparing::check_found(counter, plan, &found, true).await?;
    let taken_in = take_in(counter, &found).await?;
    for &sale in sales.iter().chain(&taken_in) {
        rest(counter, sale, Unasked::Keep).await?;
    }
    let (views, taken) = (counter.till.sales(100).await, counter.taken_now());
    books::check_at_rest(&views, &taken, &counter.wishes)?;
    if found.differences.is_empty() {
        return Ok(());
    }
    let again = comparing::compare(counter).await?;
    comparing::check_found(counter, plan, &again, false).await
}

/// A payment that is paid in both books is gone at Stripe.
async fn vanish(counter: &mut Counter) {
    let views = counter.till.sales(100).await;
    let paid = views.iter().find(|view| matches!(view.stage, StageView::Approved { .. }) && books::at_rest(view));
    if let Some((view, intent)) = paid.and_then(|view| Some((view, view.payment_intent.clone()?))) {
        tally::count(Room::Stripe, "a paid payment is gone");
        counter.wishes.vanish(&view.sale_id);
        counter.vanish(intent);
    }
}

/// Staff take into the books what the till says that only Stripe has.
async fn take_in(counter: &Counter, found: &ReconciliationView) -> Result<Vec<SaleId>, String> {
    let mut taken_in = Vec::new();
    for difference in found.differences.iter().filter(|one| one.remedies.contains(&Remedy::TakeIn)) {
        let intent = difference.payment_intent.as_deref().and_then(|id| PaymentIntentId::parse(id).ok());
        let intent = intent.ok_or_else(|| format!("nothing to take in: {difference:?}"))?;
        let taken = counter.till.take_in(intent).await;
        let view = taken.map_err(|refusal| format!("it cannot be taken in: {refusal:?}"))?;
        taken_in.extend(SaleId::parse(&view.sale_id));
    }
    Ok(taken_in)
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
