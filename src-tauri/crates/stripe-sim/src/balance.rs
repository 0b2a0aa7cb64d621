//! The balance and its transactions.
//!
//! The fee of 2.9 % and 30 of the smallest unit is an assumption: Stripe's rates are commercial.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::money;
use crate::stored::Word;
use crate::table::Object;
use crate::world::Context;

/// How long a payment is pending before it is available, in seconds: two days, an assumption.
const PENDING_S: u64 = 2 * 86_400;

/// The fee for a dispute, in the smallest unit: an assumption.
const DISPUTE_FEE_MINOR: i64 = 1_500;

/// One movement of money on the balance.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) available_on: u64,
    /// Signed, in the currency's smallest unit.
    pub(crate) amount_minor: i64,
    pub(crate) fee_minor: i64,
    pub(crate) currency: String,
    /// `charge`, `refund`, `refund_failure` or `adjustment`.
    #[serde(with = "crate::stored::word")]
    pub(crate) kind: Word,
    /// The charge or refund that caused it.
    pub(crate) source: String,
}

impl Object for Transaction {
    const KIND: &'static str = "balance transaction";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        vec![&self.source]
    }
}

impl Transaction {
    /// What the books call it: as its type, but for the money of a dispute.
    fn reporting_category(&self) -> &'static str {
        match (self.kind, self.amount_minor < 0) {
            ("adjustment", true) => "dispute",
            ("adjustment", false) => "dispute_reversal",
            (kind, _) => kind,
        }
    }

    pub(crate) fn render(&self, now_s: u64) -> Value {
        let fee_details = if self.fee_minor == 0 {
            json!([])
        } else {
            json!([{
                "amount": self.fee_minor, "application": null, "currency": self.currency,
                "description": "Stripe processing fees", "type": "stripe_fee",
            }])
        };
        json!({
            "id": self.id,
            "object": "balance_transaction",
            "amount": self.amount_minor,
            "available_on": self.available_on,
            "balance_type": "payments",
            "created": self.created,
            "currency": self.currency,
            "description": null,
            "exchange_rate": null,
            "fee": self.fee_minor,
            "fee_details": fee_details,
            "net": self.amount_minor - self.fee_minor,
            "reporting_category": self.reporting_category(),
            "source": self.source,
            "status": if self.available_on <= now_s { "available" } else { "pending" },
            "type": self.kind,
        })
    }
}

/// Enters a captured charge, and returns the transaction's id.
pub(crate) fn enter_charge(
    context: &mut Context<'_>,
    charge: &str,
    amount_minor: u64,
    currency: &str,
    at_once: bool,
) -> String {
    // In whole steps of the currency, as every amount.
    let step = money::step(currency);
    let fee_minor = (amount_minor.saturating_mul(29).div_ceil(1_000) + 30).div_ceil(step) * step;
    let wait_s = if at_once { 0 } else { PENDING_S };
    enter(context, "charge", charge, signed(amount_minor), signed(fee_minor), currency, wait_s)
}

/// Enters a refund: money goes out at once, and the fee is not given back.
pub(crate) fn enter_refund(context: &mut Context<'_>, refund: &str, amount_minor: u64, currency: &str) -> String {
    enter(context, "refund", refund, -signed(amount_minor), 0, currency, 0)
}

/// Enters the money that comes back when a refund fails.
pub(crate) fn enter_refund_failure(
    context: &mut Context<'_>,
    refund: &str,
    amount_minor: u64,
    currency: &str,
) -> String {
    enter(context, "refund_failure", refund, signed(amount_minor), 0, currency, 0)
}

/// Enters the withdrawal of a disputed payment, with the fee for it.
pub(crate) fn enter_dispute(context: &mut Context<'_>, dispute: &str, amount_minor: u64, currency: &str) -> String {
    enter(context, "adjustment", dispute, -signed(amount_minor), DISPUTE_FEE_MINOR, currency, 0)
}

/// Enters what comes back when a dispute is won. The fee does not.
pub(crate) fn enter_dispute_reversal(
    context: &mut Context<'_>,
    dispute: &str,
    amount_minor: u64,
    currency: &str,
) -> String {
    enter(context, "adjustment", dispute, signed(amount_minor), 0, currency, 0)
}

fn signed(amount_minor: u64) -> i64 {
    i64::try_from(amount_minor).unwrap_or(i64::MAX)
}

fn enter(
    context: &mut Context<'_>,
    kind: &'static str,
    source: &str,
    amount_minor: i64,
    fee_minor: i64,
    currency: &str,
    wait_s: u64,
) -> String {
    let id = context.ids.object("txn_3");
    let created = context.now_s();
    context.account.transactions.insert(Transaction {
        id: id.clone(),
        created,
        available_on: created + wait_s,
        amount_minor,
        fee_minor,
        currency: currency.to_owned(),
        kind,
        source: source.to_owned(),
    });
    id
}

/// `GET /v1/balance`
pub(crate) fn retrieve(context: &Context<'_>) -> Value {
    let now_s = context.now_s();
    // One row per currency, as (currency, available, pending), in the order of first use.
    let mut rows: Vec<(&str, i64, i64)> = vec![("usd", 0, 0)];
    for transaction in context.account.transactions.rows() {
        let net = transaction.amount_minor - transaction.fee_minor;
        let known = rows.iter().position(|(currency, _, _)| *currency == transaction.currency);
        let index = known.unwrap_or_else(|| {
            rows.push((&transaction.currency, 0, 0));
            rows.len() - 1
        });
        if let Some((_, available, pending)) = rows.get_mut(index) {
            *(if transaction.available_on <= now_s { available } else { pending }) += net;
        }
    }
    let row =
        |currency: &str, amount: i64| json!({"amount": amount, "currency": currency, "source_types": {"card": amount}});
    json!({
        "object": "balance",
        "available": rows.iter().map(|(currency, available, _)| row(currency, *available)).collect::<Vec<_>>(),
        "livemode": false,
        "pending": rows.iter().map(|(currency, _, pending)| row(currency, *pending)).collect::<Vec<_>>(),
        "refund_and_dispute_prefunding": {"available": [], "pending": []},
    })
}

/// `GET /v1/balance_transactions/:id`
pub(crate) fn retrieve_transaction(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    context
        .account
        .transactions
        .get(id)
        .map(|transaction| transaction.render(context.now_s()))
        .ok_or_else(|| ApiError::no_such("balance transaction", id, "id"))
}

/// `GET /v1/balance_transactions`
pub(crate) fn list_transactions(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["payout"])?;
    let page = Page::read(&mut params)?;
    let kind = params.filled("type")?;
    let source = params.filled("source")?;
    let currency = params.filled("currency")?;
    params.finish()?;
    let now_s = context.now_s();
    page.list(
        &context.account.transactions,
        "/v1/balance_transactions",
        source.as_deref(),
        |row: &Transaction| {
            kind.as_deref().is_none_or(|kind| kind == row.kind)
                && currency.as_deref().is_none_or(|currency| currency == row.currency)
        },
        &|row| row.render(now_s),
    )
}
