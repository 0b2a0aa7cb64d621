//! The errors of Stripe's API: HTTP status, type, code, message, and what is embedded.
//!
//! Messages follow recorded answers of the real API where there are any. Fields that are null are left out, as Stripe does.

use serde_json::{Map, Value, json};

use crate::redact;

/// Whether an answer is kept under its idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The endpoint had begun to execute: the answer is kept and replayed.
    Yes,
    /// The request was refused before (parameters, key, limits): nothing is kept.
    No,
}

/// The four types of error on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorType {
    Api,
    Card,
    Idempotency,
    InvalidRequest,
}

impl ErrorType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api_error",
            Self::Card => "card_error",
            Self::Idempotency => "idempotency_error",
            Self::InvalidRequest => "invalid_request_error",
        }
    }
}

/// An error answer.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) kind: ErrorType,
    pub(crate) kept: Kept,
    pub(crate) message: String,
    pub(crate) code: Option<&'static str>,
    pub(crate) param: Option<String>,
    /// Further fields, as `decline_code`, `charge`, `payment_intent`.
    /// Boxed, so that every `Result` on the way stays small.
    pub(crate) more: Box<Map<String, Value>>,
}

impl ApiError {
    pub(crate) fn new(status: u16, kind: ErrorType, message: impl Into<String>) -> Self {
        Self { status, kind, kept: Kept::Yes, message: message.into(), code: None, param: None, more: Box::default() }
    }

    /// A 400 `invalid_request_error` of an endpoint that had begun to execute.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(400, ErrorType::InvalidRequest, message)
    }

    /// A 400 `invalid_request_error` of parameter validation: never kept under an idempotency key.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::refused(message).not_kept()
    }

    pub(crate) fn not_kept(mut self) -> Self {
        self.kept = Kept::No;
        self
    }

    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    pub(crate) fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.more.insert(field.to_owned(), value);
        self
    }

    pub(crate) fn missing(param: &str) -> Self {
        Self::invalid(format!("Missing required param: {param}.")).code("parameter_missing").param(param)
    }

    pub(crate) fn unknown_parameters(names: &[String]) -> Self {
        let word = if names.len() == 1 { "parameter" } else { "parameters" };
        Self::invalid(format!("Received unknown {word}: {}", names.join(", ")))
            .code("parameter_unknown")
            .param(names.first().cloned().unwrap_or_default())
    }

    /// A parameter that Stripe has and the simulator does not play: refused, so that nobody relies on it unknowingly.
    pub(crate) fn not_simulated(param: &str) -> Self {
        Self::invalid(format!("The simulator does not play the parameter '{param}'.")).param(param)
    }

    pub(crate) fn no_such(kind: &str, id: &str, param: &str) -> Self {
        Self::new(404, ErrorType::InvalidRequest, format!("No such {kind}: '{id}'"))
            .code("resource_missing")
            .param(param)
    }

    pub(crate) fn unrecognized_url(method: &str, path: &str) -> Self {
        // As recorded: where an id is empty, the sentence guesses at why.
        let why = if path.ends_with('/') || path.contains("//") {
            " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code."
        } else {
            ""
        };
        Self::new(
            404,
            ErrorType::InvalidRequest,
            format!(
                "Unrecognized request URL ({method}: {path}).{why} Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
            ),
        )
        .not_kept()
    }

    /// The object of `error` in the body.
    pub(crate) fn object(&self, request_log_url: Option<&str>) -> Value {
        let mut body = (*self.more).clone();
        if let Some(code) = self.code {
            body.insert("code".to_owned(), json!(code));
            body.insert(
                "doc_url".to_owned(),
                json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"))),
            );
        }
        // What was sent is named in many messages; kept answers must not hold a card number that was sent in a wrong place.
        body.insert("message".to_owned(), json!(redact::card_numbers(&self.message)));
        if let Some(param) = &self.param {
            body.insert("param".to_owned(), json!(param));
        }
        if let Some(url) = request_log_url {
            body.insert("request_log_url".to_owned(), json!(url));
        }
        body.insert("type".to_owned(), json!(self.kind.as_str()));
        body.sort_keys();
        Value::Object(body)
    }
}
