//! The one seam to the network: bytes out, bytes in, or a plain word on why not.
//!
//! The difference between [`TransportError::NotSent`] and [`TransportError::NoAnswer`] carries the weight of the house:
//! after the first nothing can have been charged, after the second nobody knows.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use secrecy::SecretString;

/// A boxed future, so that `Transport` can be an object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The methods that a till needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads; can be repeated freely.
    Get,
    /// Acts; carries an idempotency key.
    Post,
}

/// A request as it goes over the wire. `Debug` shows the method and the path, never a key or a body.
#[derive(Clone)]
pub struct WireRequest {
    /// GET or POST.
    pub method: Method,
    /// Path and query, e.g. `/v1/payment_intents?limit=1`.
    pub path: String,
    /// Headers besides `Authorization`.
    pub headers: Vec<(&'static str, String)>,
    /// The secret key, for `Authorization: Bearer`.
    pub bearer: SecretString,
    /// The form-encoded body of a POST; empty for a GET.
    pub body: String,
    /// Asked when a connection is there and the body is about to go out.
    pub in_time: InTime,
}

/// Whether a request may still go out. A machine may fall asleep while it connects, and wake up when Stripe has forgotten the
/// request's key.
#[derive(Clone)]
pub struct InTime(Arc<dyn Fn() -> bool + Send + Sync>);

impl InTime {
    /// As long as this says so.
    pub fn while_it(says_so: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(says_so))
    }

    /// Whenever it may be.
    #[must_use]
    pub fn always() -> Self {
        Self::while_it(|| true)
    }

    /// Whether it may go out now.
    #[must_use]
    pub fn holds(&self) -> bool {
        (self.0)()
    }
}

/// Why a request is not sent that is not [`InTime`].
pub const TOO_LATE: Unconnected = Unconnected::Unfit("so much time has passed that it is not sent any more");

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.method, self.path.split('?').next().unwrap_or_default())
    }
}

/// What came back: the whole body, bounded by the transport's limit.
#[derive(Clone)]
pub struct WireResponse {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, complete.
    pub body: Vec<u8>,
}

impl WireResponse {
    /// A header's value by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl fmt::Debug for WireResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may hold a client secret.
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}

/// Why no connection to Stripe was made. Holds no secret: it goes into the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unconnected {
    /// Such a request is not sent at all.
    #[error("{0}")]
    Unfit(&'static str),
    /// Nobody was there: no network, no name, a refused or silent port.
    #[error("{0}")]
    Unreachable(String),
    /// Somebody was there, and showed a certificate that is not accepted.
    #[error("the certificate is refused: {0}")]
    Certificate(CertificateFault),
    /// Somebody was there, and does not speak TLS.
    #[error("what answers does not speak TLS")]
    NotTls,
}

/// What is wrong with a certificate that was shown for Stripe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// By this computer's clock it is not valid any more. Either the certificate or the clock is wrong.
    #[error("expired")]
    Expired,
    /// By this computer's clock it is not valid yet.
    #[error("not valid yet")]
    NotYetValid,
    /// It was made by nobody whom this computer trusts.
    #[error("unknown issuer")]
    UnknownIssuer,
    /// It is somebody else's.
    #[error("another name")]
    OtherName,
    /// It is refused for a reason that is none of these, or that the operating system does not tell.
    #[error("not acceptable")]
    Other,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection was made, so the request cannot have reached Stripe.
    #[error("no connection to Stripe: {why}")]
    NotSent {
        /// What stood in the way.
        why: Unconnected,
    },
    /// The request may have reached Stripe; its answer did not reach us whole.
    #[error("no answer from Stripe: {why}")]
    NoAnswer {
        /// For the log; holds no secret.
        why: String,
    },
}

/// Sends one request once. No retries, no meaning: those are the client's.
pub trait Transport: Send + Sync {
    /// Sends the request and waits for the whole answer, within the transport's limits of time and size.
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>>;
}
