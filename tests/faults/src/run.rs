//! Plays a plan to its end, and holds the books against each other at every step.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use till::SaleId;
use till::currency::Currency;
use till::locale::Locale;
use till::money::Money;
use till::order::Order;
use till::view::{SaleView, StageView};

use crate::counter::Counter;
use crate::moves::make;
use crate::plan::{Plan, SalePlan};
use crate::sabotage::Sabotage;
use crate::tally::{self, Tally};
use crate::{books, check, findings, rest};

/// What a run found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sales played.
    pub sales: u64,
    /// Of which paid.
    pub approved: u64,
    /// Times that the machine died.
    pub restarts: u64,
    /// Looks at a sale that was not known at that time.
    pub not_known: u64,
    /// Refunds in the ledger, those made elsewhere and those that failed too.
    pub refunds: u64,
    /// Times that staff were warned of an open sale of the same amount.
    pub warned: u64,
    /// Worlds in which a request arrived hours late.
    pub very_late: u64,
    /// Payments that came although staff had been told that nothing is charged.
    pub belied: u64,
    /// Second payments that named a sale.
    pub copied: u64,
    /// Payments of the till that its books did not have.
    pub lost: u64,
    /// Paid payments that were gone at Stripe.
    pub vanished: u64,
    /// Payments of checks of the till that were paid and given back.
    pub checks_given_back: u64,
    /// How often each fault struck.
    pub struck: Tally,
}

impl Summary {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.sales += other.sales;
        self.approved += other.approved;
        self.restarts += other.restarts;
        self.not_known += other.not_known;
        self.refunds += other.refunds;
        self.warned += other.warned;
        self.very_late += other.very_late;
        self.belied += other.belied;
        self.copied += other.copied;
        self.lost += other.lost;
        self.vanished += other.vanished;
        self.checks_given_back += other.checks_given_back;
        for (fault, times) in &other.struck {
            *self.struck.entry(*fault).or_default() += times;
        }
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

/// Longer than any world lasts, on its own clock.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

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
    play_and(plan, sabotage, false).map(|(summary, _)| summary)
}

/// Plays the plan and tells both books as they stand at the end, however it went: the whole run, for who wants to compare.
#[must_use]
pub fn books_of(plan: &Plan, sabotage: Option<Sabotage>) -> String {
    match play_and(plan, sabotage, true) {
        Ok((_, books)) => books,
        Err(broken) => format!("{}\n{}", broken.what, broken.books),
    }
}

/// Both books are told when something is wrong, or when asked for.
fn play_and(plan: &Plan, sabotage: Option<Sabotage>, tell: bool) -> Result<(Summary, String), Broken> {
    let _playing = findings::Playing::start();
    drop(tally::take());
    // A panic of the harness's own, or of the simulator, must not take the seed and the world along.
    let played = std::panic::catch_unwind(AssertUnwindSafe(|| play_out(plan, sabotage, tell)));
    played.unwrap_or_else(|_| Err(Broken { what: findings::take().join("\n"), books: String::new() }))
}

fn play_out(plan: &Plan, sabotage: Option<Sabotage>, tell: bool) -> Result<(Summary, String), Broken> {
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
        // On a paused clock whoever waits for ever waits until this ends, at once.
        let ended = tokio::time::timeout(LONGEST, world(&plan, &mut counter, &mut summary)).await;
        let ended = ended.unwrap_or_else(|_| Err("the world never ends: somebody waits for what does not come".into()));
        let mut books = String::new();
        if tell || ended.is_err() {
            books = books::both(&counter.till.sales(100).await, &counter.sim);
        }
        match ended {
            Ok(()) => {
                summary.struck = tally::take();
                Ok((summary, books))
            }
            Err(what) => Err(Broken { what, books }),
        }
    })
}

async fn world(plan: &Plan, counter: &mut Counter, summary: &mut Summary) -> Result<(), String> {
    let mut sales = Vec::new();
    for sale_plan in &plan.sales {
        if let Some(planned) = sale_plan.check {
            check::make(counter, planned).await?;
            counter.revive().await?;
            look_at_books(counter, plan, &sales, summary).await?;
        }
        let sale = counter.new_sale();
        if open(counter, sale, sale_plan, summary).await? {
            sales.push(sale);
        }
        let mut last_refund = None;
        for &next in &sale_plan.moves {
            make(counter, sale, next, &mut last_refund).await?;
            counter.revive().await?;
            look_at_books(counter, plan, &sales, summary).await?;
        }
        counter.pass(3).await;
        counter.revive().await?;
        look_at_books(counter, plan, &sales, summary).await?;
    }
    counter.heal();
    counter.revive().await?;
    check::leave(counter).await;
    look_at_books(counter, plan, &sales, summary).await?;
    rest::close(counter, plan, &sales).await?;
    look_at_books(counter, plan, &sales, summary).await?;
    findings::check()?;
    counter.books_say_what_the_rows_say()?;
    let views = counter.till.sales(100).await;
    let calls = counter.sim.ledger().requests.len();
    if calls > MOST_CALLS {
        return Err(format!("{calls} calls for {} sales: somewhere the till went round in circles", sales.len()));
    }
    summary.sales += sales.len() as u64;
    summary.approved += views.iter().filter(|view| matches!(view.stage, StageView::Approved { .. })).count() as u64;
    let of_sales = |of: &str| !of.starts_with(check::OF_CHECK);
    let taken = counter.taken();
    let refunds = taken.iter().filter(|(of, _)| of_sales(of)).map(|(_, taken)| taken.refunds.len() as u64);
    summary.refunds += refunds.sum::<u64>();
    summary.restarts += u64::from(counter.restarts);
    summary.very_late += u64::from(plan.very_late);
    summary.belied += counter.told.belied();
    summary.copied += counter.wishes.copies().len() as u64;
    summary.lost += counter.wishes.lost().len() as u64;
    summary.vanished += u64::from(counter.wishes.vanished().is_some());
    summary.checks_given_back += check::given_back(&taken);
    Ok(())
}

/// Opens the sale; false when the till refused (a full disk, a death), or warned and staff heeded it.
async fn open(counter: &mut Counter, sale: SaleId, plan: &SalePlan, summary: &mut Summary) -> Result<bool, String> {
    let gbp = Currency::by_code("GBP").ok_or("no currency")?;
    let locale = Locale::by_tag("en-GB").ok_or("no locale")?;
    let money = Money::new(plan.amount_minor, gbp, locale).map_err(|error| format!("{error:?}"))?;
    let order = Order::typed(money, &plan.reference, &plan.note).map_err(|refused| format!("{refused:?}"))?;
    counter.wishes.order(sale, &order);
    for _ in 0..3 {
        let before = counter.till.sales(100).await;
        let is_new = !before.iter().any(|view| view.sale_id == books::name(sale));
        let mut opened = counter.open_sale(sale, order.clone()).await;
        let warned = matches!(&opened, Err(refusal) if refusal.code() == "same_amount");
        let after = counter.till.sales(100).await;
        let open = |views: &[SaleView]| views.iter().any(|view| is_open(view, plan.amount_minor));
        if is_new && opened.is_ok() && open(&before) && open(&after) {
            return Err("a sale was opened without a warning, though one of its amount may yet be paid".into());
        }
        if warned {
            if !open(&before) && !open(&after) {
                return Err("staff were warned of a sale that is not open".into());
            }
            summary.warned += 1;
            if !plan.anyway {
                return Ok(false);
            }
            opened = counter.till.open_sale_anyway(sale, order.clone()).await;
        }
        let died = counter.revive().await?;
        if opened.is_ok() && !died {
            return Ok(true);
        }
    }
    Ok(counter.till.sale(sale).await.is_some())
}

/// Whether a sale of this amount may yet turn out to be paid, or holds money that nobody has decided about.
fn is_open(view: &SaleView, amount_minor: i64) -> bool {
    let open = matches!(
        view.stage,
        StageView::Submitting
            | StageView::Authenticated { .. }
            | StageView::Confirming
            | StageView::Processing
            | StageView::Held { .. }
            | StageView::NotKnown { .. }
            | StageView::Cancelling { .. }
    );
    (open || view.unasked.is_some()) && view.money.amount_minor == amount_minor
}

/// What staff are told at this moment must be true at this moment, and the till has sent nothing that takes or gives money
/// unless staff had asked for it since it was started.
async fn look_at_books(
    counter: &mut Counter,
    plan: &Plan,
    sales: &[SaleId],
    summary: &mut Summary,
) -> Result<(), String> {
    let taken = counter.taken();
    let views = counter.till.sales(100).await;
    if counter.death.is_dead() {
        return Ok(());
    }
    check::made_once(&taken)?;
    let nothing = books::Taken::default();
    for sale in sales {
        let name = books::name(*sale);
        let Some(view) = views.iter().find(|view| view.sale_id == name) else {
            return Err(format!("sale {sale} is gone from the till's books"));
        };
        summary.not_known += u64::from(matches!(view.stage, StageView::NotKnown { .. }));
        counter.told.see(view)?;
        books::check_told(view, taken.get(&name).unwrap_or(&nothing), &counter.wishes, plan.very_late)?;
    }
    findings::check()?;
    for act in counter.take_acts() {
        if check::is_of_one(&act, &taken) && !counter.wishes.asked_to_check(&act) {
            return Err(format!("the till made a payment of a check by itself: {act:?}"));
        }
        let its = |view: &&SaleView| {
            view.sale_id == act.of || view.payment_intent.as_ref().is_some_and(|intent| act.of.contains(intent))
        };
        if let Some(view) = views.iter().find(its)
            && !counter.wishes.asked_for(&act, &view.sale_id)
        {
            return Err(format!("sale {}: the till acted by itself: {act:?}", view.number));
        }
    }
    Ok(())
}
