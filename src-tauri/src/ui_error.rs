//! Errors on their way to a window: a code that the UI branches on, and a sentence that says what to do.

use till::Refusal;

use crate::facts::TillFact;
use crate::views::{Problem, UiError};

/// What a command answers.
pub(crate) type Answer<T> = Result<T, UiError>;

impl UiError {
    /// An error with one of the contract's codes.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), fact: None }
    }

    /// No sale can be taken now; `problems` in the status say why.
    pub(crate) fn cannot_sell() -> Self {
        Self::new("cannot_sell", "No sale can be taken now. The till says at the top of its window what is in the way.")
    }

    /// The sale is in another mode's journal, or in none.
    pub(crate) fn unknown_sale() -> Self {
        Self::new("unknown_sale", "This sale is not in the till's journal.")
    }

    /// A window named something that is not what the till is about: a bug or a hijacked page, never staff.
    pub(crate) fn malformed(what: &str) -> Self {
        Self::new("malformed", format!("The {what} is not one of this till's. Nothing was done."))
    }
}

impl From<Refusal> for UiError {
    fn from(refusal: Refusal) -> Self {
        TillFact::Refused { refusal }.into()
    }
}

impl From<Problem> for UiError {
    fn from(problem: Problem) -> Self {
        Self { code: problem.code, message: problem.message, fact: problem.fact }
    }
}

impl Problem {
    /// A problem with a code the UI may branch on.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), fact: None }
    }
}

impl From<TillFact> for Problem {
    fn from(fact: TillFact) -> Self {
        Self { code: fact.code().to_owned(), message: String::new(), fact: Some(fact) }
    }
}

impl From<TillFact> for UiError {
    fn from(fact: TillFact) -> Self {
        Problem::from(fact).into()
    }
}
