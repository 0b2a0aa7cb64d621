//! Plays a plan to its end, and holds the books against each other at every step.

use std::sync::Arc;

use stripe_sim::Outcome;
use till::currency::Currency;
use till::locale::Locale;
use till::money::Money;
use till::view::{Action, SaleView, StageView};
use till::{PaymentStep, SaleId};

use crate::books;
use crate::counter::Counter;
use crate::plan::{Button, CARDS, Decision, Move, Plan, SalePlan};
use crate::sabotage::Sabotage;

/// What a run found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sales played.
    pub sales: u64,
    /// Of which paid.
    pub approved: u64,
    /// Times that the machine died.
    pub restarts: u64,
    /// Sales that were, at some time, not known.
    pub not_known: u64,
}

impl Summary {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.sales += other.sales;
        self.approved += other.approved;
        self.restarts += other.restarts;
        self.not_known += other.not_known;
    }
}

/// What went wrong, and both books as they stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// In a sentence.
    pub what: String,
    /// For the report.
    pub books: String,
}

/// Calls that a world's few sales can need, with an hour or a day of waiting among them.
const MOST_CALLS: usize = 2_500;

/// Steps until a sale must have come to rest, once nothing goes wrong any more.
const PATIENCE: u32 = 60;

/// Plays the plan on a runtime of its own, in this thread, on a paused clock.
///
/// # Errors
/// [`Broken`] when the promise was.
pub fn play(plan: &Plan) -> Result<Summary, Broken> {
    play_with(plan, None)
}

/// Plays the plan with a till that a sabotage is wrapped around.
///
/// # Errors
/// [`Broken`] when the promise was, as it should be.
pub fn play_with(plan: &Plan, sabotage: Option<Sabotage>) -> Result<Summary, Broken> {
    let out_of_order = |what: String| Broken { what, books: String::new() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| out_of_order(error.to_string()))?;
    runtime.block_on(async {
        let plan = Arc::new(plan.clone());
        let mut counter = Counter::open(&plan, sabotage).map_err(out_of_order)?;
        let mut summary = Summary::default();
        match world(&plan, &mut counter, &mut summary).await {
            Ok(()) => Ok(summary),
            Err(what) => {
                let views = counter.till.sales(100).await;
                Err(Broken { what, books: books::both(&views, &counter.sim) })
            }
        }
    })
}

async fn world(plan: &Plan, counter: &mut Counter, summary: &mut Summary) -> Result<(), String> {
    let mut sales = Vec::new();
    for sale_plan in &plan.sales {
        let sale = counter.new_sale();
        if open(counter, sale, sale_plan).await? {
            sales.push(sale);
        }
        for &next in &sale_plan.moves {
            make(counter, sale, next).await;
            counter.revive().await?;
            look_at_books(counter, &sales, summary).await?;
        }
        counter.pass(3).await;
        counter.revive().await?;
        look_at_books(counter, &sales, summary).await?;
    }
    counter.heal();
    counter.revive().await?;
    for &sale in &sales {
        rest(counter, sale).await?;
    }
    // Whatever was still on its way has arrived by now.
    counter.pass(200).await;
    let views = counter.till.sales(100).await;
    books::check_at_rest(&views, &counter.sim)?;
    let calls = counter.sim.ledger().requests.len();
    if calls > MOST_CALLS {
        return Err(format!("{calls} calls for {} sales: somewhere the till went round in circles", sales.len()));
    }
    summary.sales += sales.len() as u64;
    summary.approved += views.iter().filter(|view| matches!(view.stage, StageView::Approved { .. })).count() as u64;
    summary.restarts += u64::from(counter.restarts);
    Ok(())
}

/// Opens the sale; false when the till refused (a full disk, a death).
async fn open(counter: &mut Counter, sale: SaleId, plan: &SalePlan) -> Result<bool, String> {
    let gbp = Currency::by_code("GBP").ok_or("no currency")?;
    let locale = Locale::by_tag("en-GB").ok_or("no locale")?;
    let money = Money::new(plan.amount_minor, gbp, locale).map_err(|error| error.to_string())?;
    for _ in 0..3 {
        let opened = counter.till.open_sale(sale, money).await.is_ok();
        let died = counter.revive().await?;
        if opened && !died {
            return Ok(true);
        }
    }
    Ok(counter.till.sale(sale).await.is_some())
}

/// Somebody does something. Refusals are what they are: the till's to make.
async fn make(counter: &Counter, sale: SaleId, next: Move) {
    match next {
        Move::Charge { card, twice } => {
            let PaymentStep::Card { attempt_id, .. } = counter.till.payment_step(sale).await else { return };
            let Some(method) = counter.key(CARDS[card]) else { return };
            let first = counter.till.submit_card(sale, attempt_id, method.clone());
            if twice {
                let second = counter.till.submit_card(sale, attempt_id, method);
                drop(tokio::join!(first, second));
            } else {
                drop(first.await);
            }
            counter.pass(1).await;
        }
        Move::Decide(decision) => {
            let Some(intent) = counter.till.sale(sale).await.and_then(|view| view.payment_intent) else { return };
            let outcome = match decision {
                Decision::Complete => Outcome::Complete,
                Decision::Fail => Outcome::Fail,
                Decision::Cancel => Outcome::Cancel,
            };
            // Refused when there is no challenge.
            drop(counter.sim.challenge(&intent, outcome));
            counter.pass(1).await;
        }
        Move::Hint => {
            if let PaymentStep::Authenticate { attempt_id, .. } = counter.till.payment_step(sale).await {
                drop(counter.till.authentication_hint(sale, attempt_id).await);
            }
        }
        Move::Press(button) => {
            drop(match button {
                Button::Finish => counter.till.finish(sale).await,
                Button::TryAgain => counter.till.try_again(sale).await,
                Button::LookAgain => counter.till.look(sale).await,
                Button::Cancel => counter.till.cancel(sale).await,
            });
        }
        Move::Wait { seconds } => counter.pass(seconds).await,
        Move::ClockJumps { seconds } => counter.jump(seconds),
    }
}

/// What staff are told at this moment must be true at this moment.
async fn look_at_books(counter: &mut Counter, sales: &[SaleId], summary: &mut Summary) -> Result<(), String> {
    let taken = counter.taken().clone();
    for &sale in sales {
        let Some(view) = counter.till.sale(sale).await else {
            return Err(format!("sale {sale} is gone from the till's books"));
        };
        if counter.death.is_dead() {
            return Ok(());
        }
        if matches!(view.stage, StageView::NotKnown { .. }) {
            summary.not_known += 1;
        }
        books::check_told(&view, taken.get(&books::name(sale)).unwrap_or(&books::Taken::default()))?;
    }
    Ok(())
}

/// Staff bring the sale to its end with what the till offers them.
async fn rest(counter: &Counter, sale: SaleId) -> Result<(), String> {
    for step in 0..PATIENCE {
        let Some(view) = counter.till.sale(sale).await else { return Err(format!("sale {sale} is gone")) };
        if at_rest(&view) {
            return Ok(());
        }
        match view.actions.first() {
            Some(Action::Finish) => drop(counter.till.finish(sale).await),
            Some(Action::TryAgain) if step % 2 == 0 => drop(counter.till.try_again(sale).await),
            Some(Action::Authenticate | Action::LookAgain) if step > 20 => drop(counter.till.cancel(sale).await),
            _ => {}
        }
        counter.pass(10).await;
    }
    let view = counter.till.sale(sale).await;
    Err(format!("sale {sale} did not come to rest: {view:?}"))
}

fn at_rest(view: &SaleView) -> bool {
    matches!(
        view.stage,
        StageView::Approved { .. } | StageView::Cancelled | StageView::Declined { .. } | StageView::Open { .. }
    )
}
