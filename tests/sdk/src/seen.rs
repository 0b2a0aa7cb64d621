//! Which operations of the schema were answered with 200 so far.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use stripe_schema::{operation_of, operations};

#[derive(Default)]
struct Counts {
    /// All answers that were held against the schema.
    answers: u64,
    /// Answers with 200, by operation.
    done: BTreeMap<&'static str, u64>,
}

/// What went through since the start.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Counts>);

impl Seen {
    pub(crate) fn note(&self, method: &str, path: &str, status: u16) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.answers += 1;
        if let Some(operation) = operation_of(method, path).filter(|_| status == 200) {
            *counts.done.entry(operation).or_default() += 1;
        }
    }

    /// `{"answers": 12, "done": {"GET /v1/balance": 2}, "missing": ["GET /v1/account"]}`
    pub(crate) fn report(&self) -> Value {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<&str> = operations().filter(|operation| !counts.done.contains_key(operation)).collect();
        json!({"answers": counts.answers, "done": counts.done, "missing": missing})
    }
}
