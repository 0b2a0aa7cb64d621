//! The door: the same simulator as an axum router and on a loopback socket. Nothing is decided here.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, StatusCode};
use hyper::body::{Frame, SizeHint};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::Sim;
use crate::wire::{ApiRequest, ApiResponse, NoAnswer};

/// No call of the API needs more; a larger body is refused.
const MAX_BODY_BYTES: usize = 1024 * 1024;

impl Sim {
    /// The simulator as a router: API, assets, and control routes when they are on. It looks at neither the `Host`
    /// header nor an address, so it may also be called for a custom URI scheme.
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
    /// When the socket no longer accepts connections.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) -> std::io::Result<()> {
        let router = self.router();
        let mut connections = tokio::task::JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            let (stream, _) = tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => accepted?,
                Some(_) = connections.join_next() => continue,
            };
            // Small answers, many of them: waiting to fill a packet would only slow them.
            let _ = stream.set_nodelay(true);
            let router = router.clone();
            connections.spawn(async move {
                let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let router = router.clone();
                    async move {
                        let response = match router.oneshot(request.map(Body::new)).await {
                            Ok(response) => response,
                            Err(never) => match never {},
                        };
                        // An error instead of a response makes hyper close the connection with nothing written.
                        match response.extensions().get::<NoAnswer>() {
                            Some(no_answer) => Err(*no_answer),
                            None => Ok(response),
                        }
                    }
                });
                let served =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                if let Err(error) = served {
                    log::debug!("connection closed: {error}");
                }
            });
        }
        connections.shutdown().await;
        Ok(())
    }
}

async fn answer(sim: &Sim, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        let mut response = Response::new(Body::from("The request is too large or was cut off."));
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return response;
    };
    let request = ApiRequest {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_vec(),
    };
    let strike = sim.admit(&request);
    wait(strike.before_ms).await;
    let answered = sim.perform(&request, strike);
    wait(strike.after_ms).await;
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
