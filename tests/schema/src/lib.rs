//! Stripe's own description of its API, and a checker that holds requests and answers against it.
//!
//! Every answer that a test receives from the simulator goes through [`check_answer`], and every request that the till's
//! client sends goes through [`check_request`]; both give the list of what deviates, which a test wants to be empty.
//! The schema is data (`data/stripe-schema.json`, made by `take.py`), of the API version that the house speaks. It leaves out
//! what Stripe does not publish, and does not know newer versions: [`known`] lists every such place with its source.
//!
//! It is stricter than the schema's own words in one way: a field or parameter that the schema does not name is a
//! deviation, even where OpenAPI would let it pass. An invented field is the commonest error of a stand-in.
//!
//! Deliberately not here: a general JSON Schema. Only the words of OpenAPI 3.0 that Stripe's document uses are
//! understood; a test fails when the data holds another. No product crate may depend on this one, except for its tests.

mod answer;
mod document;
mod form;
pub mod known;
mod leaves;
mod typed;

pub use answer::{Answer, check_answer, check_object};
pub use document::{expandable_in, operation_of, operations, parameters_of, version};
pub use form::check_request;
pub use leaves::{Leaf, leaves_of};
pub use typed::parameters;

/// What of a deviation the list in [`known`] can excuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The schema names no such field, parameter or operation.
    Unknown,
    /// The schema demands a field or parameter that is not there.
    Missing,
    /// The schema does not allow null here.
    Null,
    /// The value is of another type, not one of the named ones, too long, or not of the demanded form.
    Value,
}

/// One place where a request or an answer is not as the schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// Which kind.
    pub kind: Kind,
    /// The place in the schema, as `payment_intent.amount` or `POST /v1/refunds amount`.
    pub place: String,
    /// The place in the answer, as `$.data[0].amount`, or the parameter's full name.
    pub path: String,
    /// What is wrong, without the value: it may be a secret.
    pub what: String,
}

impl std::fmt::Display for Deviation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.path, self.place, self.what)
    }
}

/// All deviations, a line each; for the message of a failed test.
#[must_use]
pub fn in_lines(deviations: &[Deviation]) -> String {
    deviations.iter().map(|deviation| format!("  {deviation}\n")).collect()
}
