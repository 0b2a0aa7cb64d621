//! A snapshot of all that the simulator knows, for tests and for looking in. No card digits, no security codes, no keys,
//! no client secrets.

use serde::Serialize;
use serde_json::Value;

use crate::charges::Charge;
use crate::events::Event;
use crate::payment_intents::PaymentIntent;
use crate::refunds::Refund;
use crate::world::World;

/// One request as it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedRequest {
    /// When it came, in milliseconds since 1970.
    pub at_ms: u64,
    /// As in `POST`.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The HTTP status of the answer that was made. With `answered: false` the caller never saw it; `None` when
    /// the request was never acted on.
    pub status: Option<u16>,
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
    /// PaymentIntents, without their client secrets.
    pub payment_intents: Vec<Value>,
    /// Charges.
    pub charges: Vec<Value>,
    /// PaymentMethods.
    pub payment_methods: Vec<Value>,
    /// Refunds and released holds.
    pub refunds: Vec<Value>,
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

impl Ledger {
    pub(crate) fn of(world: &World, now_ms: u64) -> Self {
        let mut accounts: Vec<AccountLedger> = world
            .accounts
            .values()
            .map(|account| AccountLedger {
                id: account.id.clone(),
                payment_intents: account.payment_intents.rows().iter().map(without_secret).collect(),
                charges: account.charges.rows().iter().map(Charge::render).collect(),
                payment_methods: account.payment_methods.rows().iter().map(|method| method.render(false)).collect(),
                refunds: account.refunds.rows().iter().map(Refund::render).collect(),
                balance_transactions: account
                    .transactions
                    .rows()
                    .iter()
                    .map(|transaction| transaction.render(now_ms / 1_000))
                    .collect(),
                events: account.events.rows().iter().map(|event: &Event| event.kind.to_owned()).collect(),
            })
            .collect();
        accounts.sort_by(|left, right| left.id.cmp(&right.id));
        Self { now_ms, accounts, requests: world.requests.clone() }
    }

    /// The PaymentIntents of all accounts.
    pub fn payment_intents(&self) -> impl Iterator<Item = &Value> {
        self.accounts.iter().flat_map(|account| &account.payment_intents)
    }

    /// The charges of all accounts.
    pub fn charges(&self) -> impl Iterator<Item = &Value> {
        self.accounts.iter().flat_map(|account| &account.charges)
    }

    /// The money captured on this PaymentIntent by its successful charges, in the smallest unit.
    pub fn captured_minor(&self, payment_intent: &str) -> u64 {
        self.charges()
            .filter(|charge| charge["payment_intent"] == payment_intent && charge["status"] == "succeeded")
            .filter_map(|charge| charge["amount_captured"].as_u64())
            .sum()
    }
}

fn without_secret(intent: &PaymentIntent) -> Value {
    let mut rendered = intent.render();
    if let Some(fields) = rendered.as_object_mut() {
        fields.shift_remove("client_secret");
        fields.shift_remove("next_action");
    }
    rendered
}
