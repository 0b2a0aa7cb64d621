//! What goes in and out of the simulator: a request and an answer as plain values, with no socket.
//!
//! Deliberately not here: anything of axum or hyper. The door translates.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// One HTTP request, as the simulator sees it. The socket plays no part, and the host only in the addresses of answers.
#[derive(Clone)]
pub struct ApiRequest {
    /// The method, as in `POST`.
    pub method: Method,
    /// The path without the query, as in `/v1/payment_intents`.
    pub path: String,
    /// The raw query string without the question mark.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The raw body, form-encoded for the v1 API.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for ApiRequest {
    /// Prints neither the key, nor the query, nor the body: a body may hold card digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl ApiRequest {
    /// A request with an empty body. `target` is a path with an optional query.
    pub fn new(method: Method, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path: path.to_owned(), query: query.to_owned(), headers: HeaderMap::new(), body: Vec::new() }
    }

    /// A GET request. `target` is a path with an optional query.
    pub fn get(target: &str) -> Self {
        Self::new(Method::GET, target)
    }

    /// A form-encoded POST request of these pairs, in this order.
    pub fn post(target: &str, form: &[(&str, &str)]) -> Self {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let body = form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        let mut request = Self::new(Method::POST, target);
        request.body = body.into_bytes();
        request.header("content-type", "application/x-www-form-urlencoded")
    }

    /// The same request with this API key as its bearer token.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// The same request with this `Idempotency-Key`.
    #[must_use]
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// The same request with this header. A value that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// One HTTP answer.
#[derive(Debug, Clone)]
pub struct ApiResponse {
    /// The HTTP status, as in 200.
    pub status: u16,
    /// All headers. There is no `Content-Length` (the door adds it) but for HEAD.
    pub headers: HeaderMap,
    /// The bytes of the body. Of a torn answer, the first half.
    pub body: Vec<u8>,
    /// How long a fault delays this answer, in milliseconds. `Sim::call` does not wait: the door
    /// sleeps, and a simulation advances its clock.
    pub delay: Delay,
    /// Set when a fault cuts the body: how many bytes it would have had.
    pub torn_from: Option<usize>,
}

/// A delay that a fault asks for, in milliseconds, before and after the request is acted on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delay {
    /// The request reaches Stripe this much later.
    pub before_ms: u64,
    /// The answer leaves Stripe this much later.
    pub after_ms: u64,
}

impl ApiResponse {
    /// The body as JSON, or null when it is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or(serde_json::Value::Null)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// The connection was closed without an answer. Whether the request was acted on is not known to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer {
    /// How long it took until the connection closed.
    pub delay: Delay,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was closed without an answer")
    }
}

impl std::error::Error for NoAnswer {}
