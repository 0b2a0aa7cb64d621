//! Two books held against each other: the till's and the simulator's ledger.

use std::collections::BTreeMap;

use serde_json::Value;
use stripe_sim::Sim;
use till::SaleId;
use till::view::{SaleView, StageView};

/// What Stripe took for one sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// PaymentIntents that carry the sale's id.
    pub payment_intents: u32,
    /// Charges that succeeded.
    pub charges: u32,
    /// What they took, in minor units.
    pub amount_minor: i64,
    /// Their currencies, where there are any.
    pub currencies: Vec<String>,
    /// What was given back, or is on its way back, in minor units.
    pub refunded_minor: i64,
}

/// What Stripe took, sale by sale.
#[must_use]
pub fn taken(sim: &Sim) -> BTreeMap<String, Taken> {
    let ledger = sim.ledger();
    let mut sale_of = BTreeMap::new();
    let mut by_sale: BTreeMap<String, Taken> = BTreeMap::new();
    for intent in ledger.payment_intents() {
        if let (Some(id), Some(sale)) = (intent["id"].as_str(), intent["metadata"]["countersign_sale"].as_str()) {
            sale_of.insert(id.to_owned(), sale.to_owned());
            by_sale.entry(sale.to_owned()).or_default().payment_intents += 1;
        }
    }
    for charge in ledger.charges().filter(|charge| charge["status"] == "succeeded") {
        let intent = charge["payment_intent"].as_str().unwrap_or_default();
        let sale = sale_of.get(intent).cloned().unwrap_or_else(|| format!("of nobody: {intent}"));
        let taken = by_sale.entry(sale).or_default();
        taken.charges += 1;
        taken.amount_minor += charge["amount"].as_i64().unwrap_or(0);
        taken.currencies.push(charge["currency"].as_str().unwrap_or_default().to_owned());
    }
    let refunds = ledger.accounts.iter().flat_map(|account| &account.refunds);
    for refund in refunds.filter(|refund| refund["status"] == "succeeded" || refund["status"] == "pending") {
        if let Some(sale) = refund["payment_intent"].as_str().and_then(|intent| sale_of.get(intent)) {
            by_sale.entry(sale.clone()).or_default().refunded_minor += refund["amount"].as_i64().unwrap_or(0);
        }
    }
    by_sale
}

/// What staff are told now, against what Stripe took by now.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn check_told(view: &SaleView, taken: &Taken) -> Result<(), String> {
    let about = |what: &str| Err(format!("sale {}: {what}; told {:?}; taken {taken:?}", view.number, view.stage));
    if taken.charges > 1 {
        return about("the customer was charged more than once");
    }
    if taken.charges == 1 && (taken.amount_minor != view.money.amount_minor || taken.currencies != ["gbp"]) {
        return about("the customer was charged another amount");
    }
    match (&view.stage, taken.charges) {
        (StageView::Approved { .. }, 0) => about("staff were told it is paid, and it is not"),
        (StageView::Declined { .. } | StageView::Cancelled | StageView::Open { .. }, 1) => {
            about("staff were told it is not charged, and it is")
        }
        _ => Ok(()),
    }
}

/// At the end, with the network back and everybody at rest.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn check_at_rest(views: &[SaleView], sim: &Sim) -> Result<(), String> {
    let mut taken = taken(sim);
    for view in views {
        let of_sale = taken.remove(&view.sale_id).unwrap_or_default();
        check_told(view, &of_sale)?;
        let open = !matches!(
            view.stage,
            StageView::Approved { .. } | StageView::Declined { .. } | StageView::Cancelled | StageView::Open { .. }
        );
        if open {
            return Err(format!("sale {} was left unresolved: {:?}", view.number, view.stage));
        }
        if of_sale.payment_intents > 1 {
            return Err(format!("sale {} has {} PaymentIntents", view.number, of_sale.payment_intents));
        }
    }
    match taken.into_iter().find(|(_, taken)| taken.charges > 0) {
        Some((sale, taken)) => Err(format!("a charge that the till does not know: {sale}: {taken:?}")),
        None => Ok(()),
    }
}

/// Both books, for a failure's report.
#[must_use]
pub fn both(views: &[SaleView], sim: &Sim) -> String {
    let ledger = sim.ledger();
    let intents: Vec<String> = ledger
        .payment_intents()
        .map(|intent| {
            let error: &Value = &intent["last_payment_error"]["code"];
            format!(
                "  {} {} {} sale {} error {error}",
                intent["id"], intent["status"], intent["amount"], intent["metadata"]["countersign_sale"]
            )
        })
        .collect();
    let requests: Vec<String> = ledger
        .requests
        .iter()
        .map(|r| {
            format!(
                "  {} {} {} {:?} {:?} replayed {}",
                r.at_ms, r.method, r.path, r.status, r.idempotency_key, r.replayed
            )
        })
        .collect();
    let sales: Vec<String> = views
        .iter()
        .map(|view| format!("  {} {} {} {:?}", view.number, view.sale_id, view.money.amount_minor, view.stage))
        .collect();
    format!(
        "the till's book:\n{}\nthe simulator's ledger:\n{}\nits requests:\n{}",
        sales.join("\n"),
        intents.join("\n"),
        requests.join("\n")
    )
}

/// The id as the books have it.
#[must_use]
pub fn name(sale: SaleId) -> String {
    sale.to_string()
}
