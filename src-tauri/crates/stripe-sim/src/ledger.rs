//! A snapshot of all that the simulator knows, for tests and for looking in. No card digits, no security codes, no keys,
//! no client secrets.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::balance::Transaction;
use crate::charges::Charge;
use crate::customers::Customer;
use crate::disputes::Dispute;
use crate::events::Event;
use crate::payment_intents::PaymentIntent;
use crate::payment_methods::PaymentMethod;
use crate::refunds::Refund;
use crate::setup_intents::SetupIntent;
use crate::world::World;

/// One request as it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// When it came, in milliseconds since 1970.
    pub at_ms: u64,
    /// As in `POST`.
    pub method: String,
    /// The path without the query, and without what is neither a word nor an id.
    pub path: String,
    /// The HTTP status of the answer that was made. With `answered: false` the caller never saw it; `None` when
    /// the request was never acted on.
    pub status: Option<u16>,
    /// The code of the error, as in `card_declined`, or its type when it has no code.
    pub error: Option<String>,
    /// Whether the caller got an answer.
    pub answered: bool,
    /// Its `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// Whether a kept answer was replayed.
    pub replayed: bool,
    /// As in `req_…`.
    pub request_id: String,
}

/// Everything that one account holds, oldest first, each as the API shows it to a secret key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountLedger {
    /// As in `acct_1…`.
    pub id: String,
    /// Customers.
    pub customers: Vec<Value>,
    /// PaymentIntents, without their client secrets.
    pub payment_intents: Vec<Value>,
    /// SetupIntents, without their client secrets.
    pub setup_intents: Vec<Value>,
    /// Charges.
    pub charges: Vec<Value>,
    /// PaymentMethods.
    pub payment_methods: Vec<Value>,
    /// Refunds, and the released holds that an older API version shows as refunds.
    pub refunds: Vec<Value>,
    /// Disputes and inquiries.
    pub disputes: Vec<Value>,
    /// Movements of the balance.
    pub balance_transactions: Vec<Value>,
    /// Types of all events, in order.
    pub events: Vec<String>,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ledger {
    /// The clock, in milliseconds since 1970.
    pub now_ms: u64,
    /// All accounts, by id.
    pub accounts: Vec<AccountLedger>,
    /// All requests to the API, in the order in which they came.
    pub requests: Vec<LoggedRequest>,
}

/// What a snapshot is made of. Taking it copies no object, so that nobody waits while it is written out.
pub(crate) struct Rows {
    now_ms: u64,
    accounts: Vec<AccountRows>,
    requests: Vec<LoggedRequest>,
}

struct AccountRows {
    id: String,
    customers: Vec<Arc<Customer>>,
    payment_intents: Vec<Arc<PaymentIntent>>,
    setup_intents: Vec<Arc<SetupIntent>>,
    charges: Vec<Arc<Charge>>,
    payment_methods: Vec<Arc<PaymentMethod>>,
    refunds: Vec<Arc<Refund>>,
    disputes: Vec<Arc<Dispute>>,
    transactions: Vec<Arc<Transaction>>,
    events: Vec<Arc<Event>>,
}

impl Rows {
    pub(crate) fn of(world: &World, now_ms: u64) -> Self {
        let accounts = world.accounts.values().map(|account| AccountRows {
            id: account.id.clone(),
            customers: account.customers.shared(),
            payment_intents: account.payment_intents.shared(),
            setup_intents: account.setup_intents.shared(),
            charges: account.charges.shared(),
            payment_methods: account.payment_methods.shared(),
            refunds: account.refunds.shared(),
            disputes: account.disputes.shared(),
            transactions: account.transactions.shared(),
            events: account.events.shared(),
        });
        Self { now_ms, accounts: accounts.collect(), requests: world.requests.clone() }
    }

    /// PaymentIntents, charges and refunds alone, without these PaymentIntents and what belongs to them.
    pub(crate) fn payments_but(world: &World, now_ms: u64, left_out: &BTreeSet<String>) -> Self {
        let accounts = world.accounts.values().map(|account| AccountRows {
            id: account.id.clone(),
            customers: Vec::new(),
            payment_intents: without(account.payment_intents.shared(), |intent| left_out.contains(&intent.id)),
            setup_intents: Vec::new(),
            charges: without(account.charges.shared(), |charge| left_out.contains(&charge.payment_intent)),
            payment_methods: Vec::new(),
            refunds: without(account.refunds.shared(), |refund| left_out.contains(&refund.payment_intent)),
            disputes: Vec::new(),
            transactions: Vec::new(),
            events: Vec::new(),
        });
        Self { now_ms, accounts: accounts.collect(), requests: Vec::new() }
    }

    pub(crate) fn ledger(self) -> Ledger {
        let now_s = self.now_ms / 1_000;
        let mut accounts: Vec<AccountLedger> = self
            .accounts
            .iter()
            .map(|account| AccountLedger {
                id: account.id.clone(),
                customers: account.customers.iter().map(|customer| customer.render()).collect(),
                payment_intents: account.payment_intents.iter().map(|intent| without_secret(intent.render())).collect(),
                setup_intents: account.setup_intents.iter().map(|intent| without_secret(intent.render())).collect(),
                charges: account.charges.iter().map(|charge| charge.render()).collect(),
                payment_methods: account.payment_methods.iter().map(|method| method.render(false)).collect(),
                refunds: account.refunds.iter().map(|refund| refund.render()).collect(),
                disputes: account.disputes.iter().map(|dispute| dispute.render()).collect(),
                balance_transactions: account.transactions.iter().map(|row| row.render(now_s)).collect(),
                events: account.events.iter().map(|event| event.kind.to_owned()).collect(),
            })
            .collect();
        accounts.sort_by(|left, right| left.id.cmp(&right.id));
        Ledger { now_ms: self.now_ms, accounts, requests: self.requests }
    }
}

impl Ledger {
    /// The PaymentIntents of all accounts.
    pub fn payment_intents(&self) -> impl Iterator<Item = &Value> {
        self.accounts.iter().flat_map(|account| &account.payment_intents)
    }

    /// The charges of all accounts.
    pub fn charges(&self) -> impl Iterator<Item = &Value> {
        self.accounts.iter().flat_map(|account| &account.charges)
    }

    /// The refunds of all accounts.
    pub fn refunds(&self) -> impl Iterator<Item = &Value> {
        self.accounts.iter().flat_map(|account| &account.refunds)
    }

    /// The money captured on this PaymentIntent by its successful charges, in the smallest unit.
    pub fn captured_minor(&self, payment_intent: &str) -> u64 {
        self.charges()
            .filter(|charge| charge["payment_intent"] == payment_intent && charge["status"] == "succeeded")
            .filter_map(|charge| charge["amount_captured"].as_u64())
            .sum()
    }
}

fn without<T>(mut rows: Vec<Arc<T>>, left_out: impl Fn(&T) -> bool) -> Vec<Arc<T>> {
    rows.retain(|row| !left_out(row));
    rows
}

fn without_secret(mut rendered: Value) -> Value {
    if let Some(fields) = rendered.as_object_mut() {
        fields.shift_remove("client_secret");
        fields.shift_remove("next_action");
    }
    rendered
}
