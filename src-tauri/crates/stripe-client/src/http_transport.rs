//! The real network, over reqwest and rustls. One connection pool for the life of the till.

mod reach;
mod timed_body;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;

use crate::transport::{
    BoxFuture, CertificateFault, Method, TOO_LATE, Transport, TransportError, Unconnected, WireRequest, WireResponse,
};
use reach::Authority;

/// How long and how much.
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    /// To connect, TLS included.
    pub connect: Duration,
    /// Between two pieces of an answer, and from the beginning to the first. Longer than `connect`, or a connection that
    /// does not come about could not be told from an answer that does not.
    pub read: Duration,
    /// For one sending as a whole.
    pub total: Duration,
    /// The largest answer that is read, in bytes.
    pub max_answer_bytes: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(8),
            read: Duration::from_secs(30),
            total: Duration::from_secs(60),
            max_answer_bytes: 4 * 1024 * 1024,
        }
    }
}

/// Sends to one base address.
#[derive(Clone)]
pub struct HttpTransport {
    http: reqwest::Client,
    base: String,
    limits: HttpLimits,
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpTransport({})", self.base)
    }
}

impl HttpTransport {
    /// A transport to `base` (e.g. [`crate::DEFAULT_BASE`]), without a path.
    ///
    /// A base in this computer is reached straight, with TLS or without. Any other is reached over TLS alone, through the
    /// proxy of this process's environment if it names one; believed is who shows a certificate that the system itself
    /// trusts, whatever `SSL_CERT_FILE` and `SSL_CERT_DIR` say. Redirects are not followed: Stripe's API sends none, and a
    /// redirected POST would carry the key elsewhere.
    ///
    /// # Errors
    /// [`TransportError::NotSent`] when the system's TLS cannot be set up, or the key is not to be sent to `base`.
    pub fn new(base: &str, limits: HttpLimits) -> Result<Self, TransportError> {
        Self::believing(base, limits, &Authority::System)
    }

    /// The same, but an authority of the caller's, in PEM, is believed instead of the system's.
    ///
    /// # Errors
    /// As [`Self::new`].
    #[cfg(feature = "own-authority")]
    pub fn with_authority(base: &str, limits: HttpLimits, authority: &str) -> Result<Self, TransportError> {
        Self::believing(base, limits, &Authority::Own(authority))
    }

    fn believing(base: &str, limits: HttpLimits, authority: &Authority<'_>) -> Result<Self, TransportError> {
        let http = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .read_timeout(limits.read)
            .timeout(limits.total)
            .redirect(reqwest::redirect::Policy::none())
            // reqwest would send a request again by itself on some broken connections. Sending again is decided in one
            // place, and that is not it.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(Duration::from_secs(55))
            .tcp_nodelay(true);
        let http = reach::lead(http, base, authority)?
            .build()
            .map_err(|error| TransportError::NotSent { why: Unconnected::Unreachable(error.to_string()) })?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), limits })
    }

    /// The proxy through which calls to `base` go, without its user and password; none where they go straight.
    #[must_use]
    pub fn proxy_to(base: &str) -> Option<String> {
        reach::proxy_to(&reqwest::Url::parse(base).ok()?)
    }

    async fn exchange(&self, request: &WireRequest) -> Result<WireResponse, TransportError> {
        let url = format!("{}{}", self.base, request.path);
        let mut builder = match request.method {
            Method::Get => self.http.get(url),
            Method::Post => self.http.post(url),
        };
        builder = builder.headers(headers(request)?);
        let late = Arc::new(AtomicBool::new(false));
        if request.method == Method::Post {
            builder = builder.body(timed_body::of(request, &late));
        }
        let sent = builder.send().await;
        let mut response = sent.map_err(|error| {
            if late.load(Ordering::SeqCst) { TransportError::NotSent { why: TOO_LATE } } else { told(error) }
        })?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| silent(&error))? {
            if body.len() + piece.len() > self.limits.max_answer_bytes {
                return Err(TransportError::NoAnswer { why: "the answer is too large".into() });
            }
            body.extend_from_slice(&piece);
        }
        Ok(WireResponse { status, headers, body })
    }
}

fn headers(request: &WireRequest) -> Result<HeaderMap, TransportError> {
    let unsound = |_| TransportError::NotSent { why: Unconnected::Unfit("a header is not acceptable") };
    let mut map = HeaderMap::new();
    for (name, value) in &request.headers {
        map.insert(HeaderName::from_static(name), HeaderValue::from_str(value).map_err(unsound)?);
    }
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", request.bearer.expose_secret())).map_err(unsound)?;
    bearer.set_sensitive(true);
    map.insert(AUTHORIZATION, bearer);
    Ok(map)
}

/// Only a failure to connect proves that nothing was sent.
fn told(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent { why: unconnected(&error) }
    } else {
        silent(&error)
    }
}

/// Who stood in the way. A refused certificate is told apart from nobody at all, because waiting does not mend it.
fn unconnected(error: &reqwest::Error) -> Unconnected {
    match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(refused)) => Unconnected::Certificate(fault(refused)),
        Some(rustls::Error::InvalidMessage(_)) => Unconnected::NotTls,
        _ => Unconnected::Unreachable(short(error)),
    }
}

/// The TLS library's own error, which lies under several others. An `io::Error` hides the one that it was made of from
/// `source()`, and gives it by `get_ref()`.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn fault(refused: &rustls::CertificateError) -> CertificateFault {
    use rustls::CertificateError as Refused;
    match refused {
        Refused::Expired | Refused::ExpiredContext { .. } => CertificateFault::Expired,
        Refused::NotValidYet | Refused::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        Refused::UnknownIssuer => CertificateFault::UnknownIssuer,
        Refused::NotValidForName | Refused::NotValidForNameContext { .. } => CertificateFault::OtherName,
        _ => CertificateFault::Other,
    }
}

fn silent(error: &reqwest::Error) -> TransportError {
    TransportError::NoAnswer { why: short(error) }
}

/// A word for the log. reqwest's own text would name the address with its query.
fn short(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "could not connect"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection broke"
    };
    kind.to_owned()
}

impl Transport for HttpTransport {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}
