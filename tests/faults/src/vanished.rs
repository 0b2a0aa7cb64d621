//! Payments that are gone at Stripe, as when test data is deleted: neither found nor listed. The ledger keeps them, so that it can
//! be told what was taken.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use stripe_client::{WireRequest, WireResponse};

/// Their ids.
#[derive(Default)]
pub(crate) struct Vanished(Mutex<BTreeSet<String>>);

impl Vanished {
    /// This one is gone from now on.
    pub(crate) fn add(&self, payment_intent: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(payment_intent);
    }

    /// What Stripe says to a request that names one; none when it names none.
    pub(crate) fn refusal(&self, request: &WireRequest) -> Option<WireResponse> {
        let gone = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = gone.iter().find(|id| request.path.contains(*id) || request.body.contains(*id))?;
        let error = serde_json::json!({ "error": {
            "type": "invalid_request_error", "code": "resource_missing", "param": "intent",
            "message": format!("No such payment_intent: '{id}'"),
        }});
        Some(WireResponse { status: 404, headers: Vec::new(), body: error.to_string().into_bytes() })
    }

    /// The answer without what belongs to them, where it is a list.
    pub(crate) fn strike_out(&self, answer: WireResponse) -> WireResponse {
        let gone = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if gone.is_empty() {
            return answer;
        }
        let is_gone = |value: &Value| value.as_str().is_some_and(|id| gone.contains(id));
        without(answer, |object| is_gone(&object["id"]) || is_gone(&object["payment_intent"]))
    }
}

/// A list without some of its objects.
pub(crate) fn without(answer: WireResponse, hidden: impl Fn(&Value) -> bool) -> WireResponse {
    let mut list: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if let Some(objects) = list["data"].as_array_mut() {
        objects.retain(|object| !hidden(object));
        return WireResponse { body: list.to_string().into_bytes(), ..answer };
    }
    answer
}
