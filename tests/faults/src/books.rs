//! Two books held against each other: the till's and the simulator's ledger.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stripe_sim::{Ledger, Sim};
use till::SaleId;
use till::view::{Action, RefundState, SaleView, StageView};

use crate::check::OF_CHECK;
use crate::wishes::Wishes;

/// Marks a copy of a sale's payment in the ledger. The till knows nothing of it.
pub(crate) const COPY: &str = "metadata[faults_copy]";

/// What Stripe took for one sale, and gave back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// PaymentIntents that carry the sale's id.
    pub payment_intents: u32,
    /// Their own ids.
    pub ids: Vec<String>,
    /// Of which neither paid nor cancelled.
    pub open: u32,
    /// The reference that each of them carries.
    pub references: Vec<Option<String>>,
    /// Charges that succeeded and were captured.
    pub charges: u32,
    /// What they took, in minor units.
    pub amount_minor: i64,
    pub currencies: Vec<String>,
    /// What was given back, or is on its way back, in minor units.
    pub refunded_minor: i64,
    /// Every refund of them, oldest first, the failed ones too.
    pub refunds: Vec<GivenBack>,
    /// The cardholder has disputed one of them.
    pub disputed: bool,
}

/// One refund in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBack {
    /// `re_…`
    pub id: String,
    /// In minor units.
    pub amount_minor: i64,
    /// Stripe's word: `pending`, `succeeded`, `failed`.
    pub status: String,
    /// The till's refund that it carries in its metadata; none when somebody else made it.
    pub wish: Option<String>,
}

impl GivenBack {
    pub(crate) fn came_to_nothing(&self) -> bool {
        self.status == "failed" || self.status == "canceled"
    }
}

/// What Stripe took, sale by sale; what carries no sale stands under `of nobody: pi_…`, a copy of a sale's payment under
/// `copy: pi_…`, and what a check of the till made under `check: ` and its id.
/// `others` are PaymentIntents that are known to be none of the till's: they are not looked at.
#[must_use]
pub fn taken(sim: &Sim, others: &BTreeSet<String>) -> BTreeMap<String, Taken> {
    let ledger = sim.payments_but(others);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut sale_of: BTreeMap<String, String> = BTreeMap::new();
    let mut by_sale: BTreeMap<String, Taken> = BTreeMap::new();
    for intent in ledger.payment_intents() {
        let Some(id) = intent["id"].as_str() else { continue };
        let marks = &intent["metadata"];
        let whose = match (marks["countersign_sale"].as_str(), marks["countersign_check"].as_str()) {
            (Some(_), _) if !marks["faults_copy"].is_null() => Some(format!("copy: {id}")),
            (Some(sale), _) => Some(sale.to_owned()),
            (None, Some(check)) => Some(format!("{OF_CHECK}{check}")),
            (None, None) => None,
        };
        if let Some(sale) = whose {
            sale_of.insert(id.to_owned(), sale.clone());
            let taken = by_sale.entry(sale).or_default();
            taken.payment_intents += 1;
            taken.ids.push(id.to_owned());
            taken.references.push(intent["metadata"]["countersign_reference"].as_str().map(str::to_owned));
            taken.open += u32::from(intent["status"] != "succeeded" && intent["status"] != "canceled");
        }
    }
    let sale = |intent: &Value| {
        let intent = intent.as_str().unwrap_or_default();
        sale_of.get(intent).cloned().unwrap_or_else(|| format!("of nobody: {intent}"))
    };
    let is_taken = |charge: &Value| charge["status"] == "succeeded" && charge["captured"] == true;
    for charge in ledger.charges().filter(|charge| is_taken(charge)) {
        let taken = by_sale.entry(sale(&charge["payment_intent"])).or_default();
        taken.charges += 1;
        taken.amount_minor += charge["amount_captured"].as_i64().unwrap_or(0);
        taken.currencies.push(text(&charge["currency"]));
        taken.disputed |= charge["disputed"] == true;
    }
    for refund in refunds(&ledger) {
        let taken = by_sale.entry(sale(&refund["payment_intent"])).or_default();
        // An older API version shows a hold that was released as a refund too, of nothing that was taken.
        if taken.charges == 0 {
            continue;
        }
        let amount_minor = refund["amount"].as_i64().unwrap_or(0);
        let status = text(&refund["status"]);
        let wish = refund["metadata"]["countersign_refund"].as_str().map(str::to_owned);
        let made = GivenBack { id: text(&refund["id"]), amount_minor, status, wish };
        taken.refunded_minor += if made.came_to_nothing() { 0 } else { amount_minor };
        taken.refunds.push(made);
    }
    by_sale
}

fn refunds(ledger: &Ledger) -> impl Iterator<Item = &Value> {
    ledger.accounts.iter().flat_map(|account| &account.refunds)
}

/// What staff are told now, against what Stripe took by now. In a very late world, what was told may have come to be wrong.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn check_told(view: &SaleView, taken: &Taken, wishes: &Wishes, very_late: bool) -> Result<(), String> {
    let about = |what: &str| Err(wrong(view, taken, what));
    let paid = matches!(view.stage, StageView::Approved { .. });
    if taken.charges > 1 {
        return about("the customer was charged more than once");
    }
    let another_amount = taken.amount_minor != view.money.amount_minor || taken.currencies != ["gbp"];
    if taken.charges == 1 && another_amount && (paid || !wishes.meddling(&view.sale_id).amount) {
        return about("the customer was charged another amount");
    }
    match (&view.stage, taken.charges) {
        (StageView::Approved { .. }, 0) => return about("staff were told it is paid, and it is not"),
        (StageView::Declined { .. } | StageView::Cancelled | StageView::Open { .. }, 1) if !very_late => {
            return about("staff were told it is not charged, and it is");
        }
        _ => {}
    }
    check_texts(view, taken, wishes)?;
    check_refunds_told(view, taken, wishes, very_late)
}

/// What was typed beside the amount is in the books as it was typed, and the reference is at Stripe.
fn check_texts(view: &SaleView, taken: &Taken, wishes: &Wishes) -> Result<(), String> {
    let (reference, note) = wishes.ordered(&view.sale_id);
    if (view.reference.as_deref(), view.note.as_deref()) != (reference, note) {
        return Err(wrong(view, taken, "the books have another reference or note than staff typed"));
    }
    if taken.references.iter().any(|told| told.as_deref() != reference) {
        return Err(wrong(view, taken, "its payment carries another reference than staff typed"));
    }
    Ok(())
}

/// The sentence of a failure.
fn wrong(view: &SaleView, taken: &Taken, what: &str) -> String {
    format!("sale {}: {what}; told {:?}, refunds {}; taken {taken:?}", view.number, view.stage, told_refunds(view))
}

fn check_refunds_told(view: &SaleView, taken: &Taken, wishes: &Wishes, very_late: bool) -> Result<(), String> {
    let about = |what: &str| Err(wrong(view, taken, what));
    if taken.refunded_minor > taken.amount_minor {
        return about("more was given back than was taken");
    }
    let counts = |state| !matches!(state, RefundState::NotRefunded);
    // One that is in doubt may be refused yet, when somebody else was quicker.
    let given = |state| matches!(state, RefundState::Refunded | RefundState::Pending);
    let booked: i64 = view.refunds.iter().filter(|told| given(told.state)).map(|told| told.money.amount_minor).sum();
    if booked > view.money.amount_minor {
        return about("by the books more was given back than was taken");
    }
    // Each refund in the ledger is one that staff asked for, once, or that somebody made elsewhere.
    for (at, made) in taken.refunds.iter().enumerate() {
        let Some(wish) = &made.wish else { continue };
        if taken.refunds[..at].iter().any(|other| other.wish.as_ref() == Some(wish)) {
            return about("one refund was asked for, and two were made");
        }
        if wishes.refund(&view.sale_id, wish) != Some(made.amount_minor) {
            return about("a refund was made that nobody asked for");
        }
        if wishes.is_superfluous(&view.sale_id, wish) {
            return about("what was given back already was given back again when it was asked for again");
        }
    }
    // Each refund that the books know by Stripe's id is there.
    for told in &view.refunds {
        let there = told.reference.as_ref().map(|id| taken.refunds.iter().find(|made| made.id == *id));
        match (there, told.state) {
            (Some(Some(made)), _) if made.amount_minor == told.money.amount_minor => {}
            (Some(_), _) => return about("the books have a refund that Stripe has not"),
            (None, RefundState::Refunded | RefundState::Pending) => {
                return about("staff were told that money was given back, and Stripe never said so");
            }
            (None, _) => {}
        }
    }
    // Each of the till's own in the ledger is known, or known to be in doubt.
    let known = |made: &GivenBack| view.refunds.iter().any(|told| told.reference.as_ref() == Some(&made.id));
    let unknown = taken.refunds.iter().filter(|made| made.wish.is_some() && !known(made)).count();
    let in_doubt = view.refunds.iter().filter(|told| told.reference.is_none() && counts(told.state)).count();
    if unknown > in_doubt && !very_late {
        return about("staff were told that nothing was given back, and it was");
    }
    Ok(())
}

/// At the end, with the network back, everybody at rest and the books reconciled.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn check_at_rest(views: &[SaleView], ledger: &BTreeMap<String, Taken>, wishes: &Wishes) -> Result<(), String> {
    for view in views {
        let taken = ledger.get(&view.sale_id).cloned().unwrap_or_default();
        check_told(view, &taken, wishes, false)?;
        if !at_rest(view) {
            return Err(wrong(view, &taken, "it was left unresolved"));
        }
        if taken.payment_intents > 1 {
            return Err(wrong(view, &taken, "it has more than one PaymentIntent"));
        }
        if matches!(view.stage, StageView::SetAside) && !wishes.meddling(&view.sale_id).amount {
            return Err(wrong(view, &taken, "its own payment was set aside"));
        }
        if view.stage == StageView::Cancelled && taken.open > 0 {
            return Err(wrong(view, &taken, "staff were told it is cancelled, and its PaymentIntent is open"));
        }
        // What became of the refunds of a payment that is gone cannot be learnt.
        let gone = wishes.vanished() == Some(&view.sale_id);
        if matches!(view.stage, StageView::Approved { .. }) && !gone {
            check_refunds_at_rest(view, &taken)?;
        }
    }
    let is_none = |sale: &str| sale.starts_with("copy: ") || sale.starts_with(OF_CHECK);
    let known = |sale: &String| views.iter().any(|view| view.sale_id == *sale) || is_none(sale);
    match ledger.iter().find(|(sale, taken)| taken.charges > 0 && !known(sale)) {
        Some((sale, taken)) => Err(format!("a charge that the till does not know: {sale}: {taken:?}")),
        None => Ok(()),
    }
}

/// One refund in the books for each in the ledger, of its amount and standing as it does.
fn check_refunds_at_rest(view: &SaleView, taken: &Taken) -> Result<(), String> {
    let state = |made: &GivenBack| match made.status.as_str() {
        "succeeded" => RefundState::Refunded,
        "pending" => RefundState::Pending,
        _ => RefundState::NotRefunded,
    };
    let mut ledger: Vec<_> = taken
        .refunds
        .iter()
        .map(|made| (made.id.as_str(), made.amount_minor, state(made), made.wish.is_none()))
        .collect();
    let mut books: Vec<_> = view
        .refunds
        .iter()
        .filter_map(|told| Some((told.reference.as_deref()?, told.money.amount_minor, told.state, told.elsewhere)))
        .collect();
    ledger.sort_unstable_by_key(|refund| refund.0);
    books.sort_unstable_by_key(|refund| refund.0);
    let not_made = |told: &&till::view::RefundView| told.reference.is_none();
    if ledger != books || view.refunds.iter().filter(not_made).any(|told| told.state != RefundState::NotRefunded) {
        return Err(wrong(view, taken, "its refunds are not the ledger's"));
    }
    Ok(())
}

/// Whether nothing of the sale is open, and no decision about it waits for staff.
#[must_use]
pub fn at_rest(view: &SaleView) -> bool {
    let settled = |state| matches!(state, RefundState::Refunded | RefundState::NotRefunded);
    match view.stage {
        StageView::Approved { .. } => view.unasked.is_none() && view.refunds.iter().all(|told| settled(told.state)),
        StageView::Cancelled | StageView::Declined { .. } | StageView::Open { .. } | StageView::SetAside => true,
        _ => false,
    }
}

/// Whether the till says that Stripe shows another payment than the sale's.
#[must_use]
pub fn is_mismatch(view: &SaleView) -> bool {
    view.actions.contains(&Action::SetAside)
}

fn told_refunds(view: &SaleView) -> String {
    let refunds = view.refunds.iter().map(|told| {
        let by = if told.elsewhere { " elsewhere" } else { "" };
        format!("{} {:?}{by} as {}", told.money.amount_minor, told.state, told.reference.as_deref().unwrap_or("-"))
    });
    format!("[{}]", refunds.collect::<Vec<_>>().join(", "))
}

/// Both books, for a failure's report.
#[must_use]
pub fn both(views: &[SaleView], sim: &Sim) -> String {
    let ledger = sim.ledger();
    let lines = |lines: Vec<String>| lines.join("\n");
    let sales = views.iter().map(|view| {
        let (number, id, amount) = (view.number, &view.sale_id, view.money.amount_minor);
        let unasked = if view.unasked.is_some() { " unasked" } else { "" };
        format!("  {number} {id} {amount} {:?}{unasked} refunds {}", view.stage, told_refunds(view))
    });
    let intents = ledger.payment_intents().map(|intent| {
        let (error, sale) = (&intent["last_payment_error"]["code"], &intent["metadata"]["countersign_sale"]);
        let check = intent["metadata"]["countersign_check"].as_str().map(|id| format!(" check {id}"));
        let (id, status, check) = (&intent["id"], &intent["status"], check.unwrap_or_default());
        format!("  {id} {status} {} sale {sale}{check} error {error}", intent["amount"])
    });
    let given = refunds(&ledger).map(|refund| {
        let (id, of, wish) = (&refund["id"], &refund["payment_intent"], &refund["metadata"]["countersign_refund"]);
        format!("  {id} of {of} {} {} asked as {wish}", refund["amount"], refund["status"])
    });
    let requests = ledger.requests.iter().map(|r| {
        format!("  {} {} {} {:?} {:?} replayed {}", r.at_ms, r.method, r.path, r.status, r.idempotency_key, r.replayed)
    });
    format!(
        "the till's book:\n{}\nthe simulator's ledger:\n{}\nits refunds:\n{}\nits requests:\n{}",
        lines(sales.collect()),
        lines(intents.collect()),
        lines(given.collect()),
        lines(requests.collect())
    )
}

/// The id as the books have it.
#[must_use]
pub fn name(sale: SaleId) -> String {
    sale.to_string()
}
