//! The door: the same simulator as an axum router and on a loopback socket. Nothing is decided here.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper::body::{Body as _, Frame, SizeHint};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::api::{error_body, set};
use crate::errors::{ApiError, ErrorType};
use crate::wire::{ApiRequest, ApiResponse, Delay, NoAnswer};
use crate::{Sim, control, cors, redact};

/// The target under which each request gets one line of the log, at the level `debug`.
pub const REQUEST_LOG: &str = "stripe_sim::requests";

/// A body beyond its limit is still taken in up to this many bytes, so that the caller hears the refusal.
const DRAINED_BYTES: usize = 16 * 1024 * 1024;
/// How long the door waits when the system gives it no further connection, in milliseconds.
const ACCEPT_PAUSE_MS: u64 = 50;

/// What the door lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorLimits {
    /// The largest body in bytes; a larger one is answered with 413. No call of the API needs more than a few thousand.
    pub max_body_bytes: usize,
    /// How long a connection may stay without a whole request head, in milliseconds, also between two requests.
    pub head_ms: u64,
    /// How long a body may take, in milliseconds; a slower one is answered with 408.
    pub body_ms: u64,
    /// How many connections are served at a time; others wait until one ends.
    pub max_connections: usize,
}

impl Default for DoorLimits {
    fn default() -> Self {
        Self { max_body_bytes: 1024 * 1024, head_ms: 75_000, body_ms: 30_000, max_connections: 2_000 }
    }
}

impl Sim {
    /// The simulator as a router: API, assets, and control routes when they are on. It looks at no address and takes any
    /// `Host`, so it may also be called for a custom URI scheme: where its callers reach it they say with `X-Forwarded-Proto`
    /// and `X-Forwarded-Host`. ([`Sim::serve`] refuses foreign names under `/_sim/`.)
    ///
    /// A response that a fault leaves unanswered carries [`NoAnswer`] in its extensions and a body that fails.
    pub fn router(&self) -> Router {
        let sim = self.clone();
        Router::new().fallback(move |request: Request| {
            let sim = sim.clone();
            async move { answer(&sim, request).await }
        })
    }

    /// Serves the router on a socket until `shutdown` ends. A fault that gives no answer closes the connection.
    ///
    /// # Errors
    /// None so far: while the system gives no connection, the door waits and tries again.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) -> std::io::Result<()> {
        let router = self.router();
        let limits = self.options().door;
        let room = Arc::new(Semaphore::new(limits.max_connections));
        let mut connections = tokio::task::JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            let next = async {
                // The semaphore is never closed.
                let place = Arc::clone(&room).acquire_owned().await.ok();
                (listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => continue,
                next = next => next,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // No file handles left, or the caller has gone already: neither is the end of the door.
                    log::warn!("no connection could be taken: {error}");
                    tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
                    continue;
                }
            };
            // Small answers, many of them: waiting to fill a packet would only slow them.
            let _ = stream.set_nodelay(true);
            let router = router.clone();
            connections.spawn(async move {
                serve_connection(stream, router, limits).await;
                drop(place);
            });
        }
        connections.shutdown().await;
        Ok(())
    }
}

async fn serve_connection(stream: TcpStream, router: Router, limits: DoorLimits) {
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            if let Err(foreign) = control::must_be_own_name(request.uri().path(), request.headers()) {
                return Ok(into_http(control::rendered(Err(foreign))));
            }
            // A task of its own: what has arrived is acted on, even when its caller hangs up meanwhile.
            let response = match tokio::spawn(router.oneshot(request.map(Body::new))).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_fell_over) => return Err(NoAnswer { delay: Delay::default() }),
            };
            // An error instead of a response makes hyper close the connection with nothing written.
            match response.extensions().get::<NoAnswer>() {
                Some(no_answer) => Err(*no_answer),
                None => Ok(response),
            }
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.head_ms))
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        log::debug!("connection closed: {error}");
    }
}

/// Why a body was not taken.
enum BodyRefusal {
    TooLarge,
    TooSlow,
    /// It ended before its time, or was not HTTP.
    Broken,
}

async fn read_body(body: Body, limits: DoorLimits) -> Result<Vec<u8>, BodyRefusal> {
    let reading = async {
        let mut body = body;
        let mut read = Vec::new();
        let mut length = 0_usize;
        while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let Ok(bytes) = frame.map_err(|_| BodyRefusal::Broken)?.into_data() else { continue };
            length = length.saturating_add(bytes.len());
            if length <= limits.max_body_bytes {
                read.extend_from_slice(&bytes);
            } else if length > DRAINED_BYTES {
                break;
            }
        }
        if length > limits.max_body_bytes { Err(BodyRefusal::TooLarge) } else { Ok(read) }
    };
    tokio::time::timeout(Duration::from_millis(limits.body_ms), reading).await.unwrap_or(Err(BodyRefusal::TooSlow))
}

fn refusal(why: &BodyRefusal, limits: DoorLimits, asked: &HeaderMap) -> ApiResponse {
    let (status, message) = match why {
        BodyRefusal::TooLarge => {
            (413, format!("The request is too large: at most {} bytes are taken.", limits.max_body_bytes))
        }
        BodyRefusal::TooSlow => (408, format!("The request took longer than {} ms to arrive.", limits.body_ms)),
        BodyRefusal::Broken => (400, "The request ended before it was whole.".to_owned()),
    };
    let error = ApiError::new(status, ErrorType::InvalidRequest, message);
    let mut headers = HeaderMap::new();
    cors::open_to(asked, &mut headers);
    set(&mut headers, "content-type", "application/json");
    // What is left of the request must not be read as the next one.
    set(&mut headers, "connection", "close");
    ApiResponse { status, headers, body: error_body(&error, None), delay: Delay::default(), torn_from: None }
}

async fn answer(sim: &Sim, request: Request) -> Response {
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let limits = sim.options().door;
    let (method, shown_path) = (parts.method.clone(), redact::path(parts.uri.path()));
    let body = match read_body(body, limits).await {
        Ok(body) => body,
        Err(why) => {
            let refused = refusal(&why, limits, &parts.headers);
            log_request(&method, &shown_path, Some(&refused), begun);
            return into_http(refused);
        }
    };
    let request = ApiRequest {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    };
    let strike = sim.admit(&request);
    wait(strike.before_ms).await;
    let answered = sim.perform(&request, strike);
    wait(strike.after_ms).await;
    log_request(&method, &shown_path, answered.as_ref().ok(), begun);
    match answered {
        Ok(response) => {
            if strike.after_ms > 0
                && let Some(id) = response.header("request-id")
            {
                sim.release(id);
            }
            into_http(response)
        }
        Err(no_answer) => {
            let mut response = Response::new(Body::new(Broken::new(None)));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response.extensions_mut().insert(no_answer);
            response
        }
    }
}

/// One line: method, path, status, error code, request id, duration. Never a query, a header or a body: keys, client secrets
/// and card digits travel there.
fn log_request(method: &Method, path: &str, answered: Option<&ApiResponse>, begun: Instant) {
    // The page at `/` asks every two seconds: that is no news.
    if path == "/_sim/recent" || !log::log_enabled!(target: REQUEST_LOG, log::Level::Debug) {
        return;
    }
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    let Some(response) = answered else {
        log::debug!(target: REQUEST_LOG, "{method} {path} closed unanswered by a fault, {took:.1} ms");
        return;
    };
    let mut line = format!("{method} {path} {}", response.status);
    if response.status >= 400 {
        let error = &response.json()["error"];
        for code in [&error["code"], &error["decline_code"]] {
            if let Some(code) = code.as_str() {
                line.push(' ');
                line.push_str(code);
            }
        }
    }
    if response.torn_from.is_some() {
        line.push_str(" torn by a fault");
    }
    if response.header("idempotent-replayed").is_some() {
        line.push_str(" replayed");
    }
    if let Some(id) = response.header("request-id") {
        line.push(' ');
        line.push_str(id);
    }
    log::debug!(target: REQUEST_LOG, "{line}, {took:.1} ms");
}

async fn wait(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

fn into_http(response: ApiResponse) -> Response {
    let length = response.torn_from.unwrap_or(response.body.len());
    let body = match response.torn_from {
        Some(_) => Body::new(Broken::new(Some(Bytes::from(response.body)))),
        None => Body::from(response.body),
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *answer.headers_mut() = response.headers;
    if response.torn_from.is_some() {
        answer.headers_mut().insert(http::header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    answer
}

/// How long the first half of a torn answer has to leave before the connection closes, in milliseconds.
const TORN_FLUSH_MS: u64 = 20;

/// A body that gives what it has and then fails, so that the connection closes in its middle.
struct Broken {
    rest: Option<Bytes>,
    /// hyper throws away what it has not yet written when a body fails, so the half gets time to leave.
    flushing: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Broken {
    fn new(rest: Option<Bytes>) -> Self {
        Self { rest, flushing: None }
    }
}

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if let Some(bytes) = self.rest.take() {
            self.flushing = Some(Box::pin(tokio::time::sleep(Duration::from_millis(TORN_FLUSH_MS))));
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if let Some(flushing) = self.flushing.as_mut() {
            ready!(flushing.as_mut().poll(context));
        }
        Poll::Ready(Some(Err(std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "a fault cut the answer off"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}
