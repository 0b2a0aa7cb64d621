//! Sales as the real till makes them against the simulator, each in a world of its own: what a million sales are copied from.

use std::sync::Arc;

use countersign_faults::counter::Counter;
use countersign_faults::plan::{NetworkFault, NetworkKind, Plan};
use stripe_sim::Outcome;
use till::currency::Currency;
use till::journal::Entry;
use till::locale::Locale;
use till::money::Money;
use till::order::Order;
use till::{PaymentStep, RefundId, SaleId};

/// What a template's sale is of, gives back, and is called: words that are found again in its rows, and nowhere else.
pub(crate) const AMOUNT: i64 = 7_310_931;
pub(crate) const PART: i64 = 2_719_283;
pub(crate) const REFERENCE: &str = "ReferenceOfATemplate";
pub(crate) const NOTE: &str = "NoteOfATemplate";

/// A day and an hour: longer than a sale that was given up is watched.
const WATCHED_S: u32 = 26 * 3_600;

/// What becomes of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Paid,
    Challenged,
    DeclinedThenPaid,
    DeclinedThenCancelled,
    ChallengeFailed,
    /// Given up before a card was keyed.
    Cancelled,
    RefundedWhole,
    RefundedPart,
    Disputed,
    /// No card yet.
    Open,
    /// The bank asks the customer.
    AtTheBank,
    /// The call was lost: somebody has to look after it.
    NotKnown,
}

impl Kind {
    /// Each with how many of 100,000 sales it becomes; those of none are unfinished, and a journal has a handful of them.
    pub(crate) const ALL: [(Self, u32); 12] = [
        (Self::Paid, 81_900),
        (Self::Challenged, 6_000),
        (Self::DeclinedThenPaid, 4_000),
        (Self::DeclinedThenCancelled, 2_000),
        (Self::ChallengeFailed, 1_000),
        (Self::Cancelled, 2_000),
        (Self::RefundedWhole, 1_500),
        (Self::RefundedPart, 1_500),
        (Self::Disputed, 100),
        (Self::Open, 0),
        (Self::AtTheBank, 0),
        (Self::NotKnown, 0),
    ];
}

/// The rows of one sale.
pub(crate) struct Template {
    pub(crate) kind: Kind,
    pub(crate) has_reference: bool,
    pub(crate) has_note: bool,
    pub(crate) rows: Vec<Entry>,
}

/// Plays `each` sales of each kind, with and without a reference and a note.
pub(crate) fn play(each: u64) -> Result<Vec<Template>, String> {
    let mut templates = Vec::new();
    for (kind, _) in Kind::ALL {
        for (has_reference, has_note) in [(false, false), (true, false), (false, true), (true, true)] {
            for _ in 0..each {
                let seed = templates.len() as u64 + 1;
                let rows = world(kind, seed, has_reference, has_note).map_err(|why| format!("{kind:?}: {why}"))?;
                templates.push(Template { kind, has_reference, has_note, rows });
            }
        }
    }
    Ok(templates)
}

fn world(kind: Kind, seed: u64, has_reference: bool, has_note: bool) -> Result<Vec<Entry>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let lost = |sending| NetworkFault { sending, acting: false, kind: NetworkKind::RequestLost };
        let network = if kind == Kind::NotKnown { (1..=200).map(lost).collect() } else { Vec::new() };
        let (sales, crashes, disk_full) = (Vec::new(), Vec::new(), Vec::new());
        let plan = Plan { seed, sales, network, crashes, disk_full, very_late: false, vanishes: false };
        let mut counter = Counter::open(&Arc::new(plan), None)?;
        let gbp = Currency::by_code("GBP").ok_or("no pound")?;
        let locale = Locale::by_tag("en-GB").ok_or("no locale")?;
        let money = Money::new(AMOUNT, gbp, locale).map_err(|error| format!("{error:?}"))?;
        let (reference, note) = (if has_reference { REFERENCE } else { "" }, if has_note { NOTE } else { "" });
        let order = Order::typed(money, reference, note).map_err(|refused| format!("{refused:?}"))?;
        let sale = counter.new_sale();
        counter.open_sale(sale, order).await.map_err(|refusal| format!("{refusal:?}"))?;
        counter.pass(20).await;
        serve(&mut counter, sale, kind).await?;
        let finished = !matches!(kind, Kind::Open | Kind::AtTheBank | Kind::NotKnown);
        if counter.till.unfinished().await.is_empty() != finished {
            return Err(format!("it came to another end: {:?}", counter.till.sale(sale).await));
        }
        counter.rows()
    })
}

async fn serve(counter: &mut Counter, sale: SaleId, kind: Kind) -> Result<(), String> {
    match kind {
        Kind::Open => {}
        Kind::Cancelled => cancel(counter, sale).await,
        Kind::Paid => charge(counter, sale, "4242424242424242").await?,
        Kind::Challenged => challenge(counter, sale, Some(Outcome::Complete)).await?,
        Kind::AtTheBank => challenge(counter, sale, None).await?,
        Kind::ChallengeFailed => {
            challenge(counter, sale, Some(Outcome::Fail)).await?;
            cancel(counter, sale).await;
        }
        Kind::DeclinedThenPaid => {
            charge(counter, sale, "4000000000009995").await?;
            charge(counter, sale, "4242424242424242").await?;
        }
        Kind::DeclinedThenCancelled => {
            charge(counter, sale, "4000000000000002").await?;
            cancel(counter, sale).await;
        }
        Kind::RefundedWhole => {
            charge(counter, sale, "4242424242424242").await?;
            refund(counter, sale, AMOUNT).await?;
        }
        Kind::RefundedPart => {
            charge(counter, sale, "4242424242424242").await?;
            refund(counter, sale, PART).await?;
        }
        Kind::Disputed => {
            charge(counter, sale, "4000000000000259").await?;
            counter.pass(3_600).await;
            counter.reconcile().await?;
        }
        Kind::NotKnown => {
            charge(counter, sale, "4242424242424242").await?;
            counter.pass(300).await;
        }
    }
    Ok(())
}

async fn charge(counter: &mut Counter, sale: SaleId, card: &str) -> Result<(), String> {
    let PaymentStep::Card { attempt_id, .. } = counter.till.payment_step(sale).await else {
        return Err("it waits for no card".into());
    };
    let method = counter.key(card).ok_or("the card is refused")?;
    let replied = counter.till.submit_card(sale, attempt_id, method).await;
    replied.map_err(|refusal| format!("{refusal:?}"))?;
    counter.pass(20).await;
    Ok(())
}

async fn challenge(counter: &mut Counter, sale: SaleId, outcome: Option<Outcome>) -> Result<(), String> {
    charge(counter, sale, "4000002500003155").await?;
    let Some(outcome) = outcome else { return Ok(()) };
    let intent = counter.till.sale(sale).await.and_then(|view| view.payment_intent).ok_or("no payment")?;
    counter.sim.challenge(&intent, outcome)?;
    if let PaymentStep::Authenticate { attempt_id, .. } = counter.till.payment_step(sale).await {
        drop(counter.till.authentication_hint(sale, attempt_id).await);
    }
    counter.pass(20).await;
    Ok(())
}

async fn cancel(counter: &mut Counter, sale: SaleId) {
    drop(counter.till.cancel(sale).await);
    counter.pass(30).await;
    if !counter.till.unfinished().await.is_empty() {
        counter.stay_awake(WATCHED_S).await;
    }
}

async fn refund(counter: &mut Counter, sale: SaleId, amount_minor: i64) -> Result<(), String> {
    counter.pass(7_200).await;
    let view = counter.till.sale(sale).await.ok_or("no sale")?;
    let offered = view.refundable.and_then(|offered| RefundId::parse(&offered.refund_id)).ok_or("no refund offered")?;
    counter.till.refund(sale, offered, amount_minor).await.map_err(|refusal| format!("{refusal:?}"))?;
    counter.pass(20).await;
    Ok(())
}
