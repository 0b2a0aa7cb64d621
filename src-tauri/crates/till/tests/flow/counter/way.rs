//! The way to Stripe and back: the simulator's own router, called without a socket, and what happens to an answer meanwhile.
//! Requests and answers are held against Stripe's schema here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stripe_client::{BoxFuture, Method, Transport, TransportError, WireRequest, WireResponse};
use stripe_schema::{Answer, check_answer, check_request, in_lines};
use stripe_sim::{ApiRequest, ApiResponse, Sim};

/// A version in which Stripe takes the till's requests no longer.
const LATER_VERSION: &str = "2026-09-30.endive";

/// What becomes of an answer on its way: the path that was asked for, and the answer's body.
type Edit = Box<dyn Fn(&str, &mut serde_json::Value) + Send>;

/// What the way does to Stripe's answers.
#[derive(Clone, Default)]
pub(crate) struct Way {
    /// While this is set, answers tell no time.
    pub(crate) without_dates: Arc<AtomicBool>,
    /// All that the till has sent, as it left: path, headers and body.
    sent: Arc<Mutex<Vec<String>>>,
    /// While this is set, Stripe is asked in a version that the till does not know.
    pub(crate) later_version: Arc<AtomicBool>,
    edit: Arc<Mutex<Option<Edit>>>,
    /// While this is set, Stripe's answers are not held against its schema: that takes long where there are very many.
    pub(crate) unchecked: Arc<AtomicBool>,
}

impl Way {
    /// From now on Stripe says something else, in this way.
    pub(crate) fn edit(&self, edit: impl Fn(&str, &mut serde_json::Value) + Send + 'static) {
        *self.edit.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(edit));
    }

    /// All that the till has sent.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much the till has sent.
    pub(crate) fn sent_so_far(&self) -> usize {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether it has sent this since.
    pub(crate) fn has_sent_since(&self, so_far: usize, text: &str) -> bool {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().skip(so_far).any(|sent| sent.contains(text))
    }

    fn goes_out(&self, request: &WireRequest) {
        let line = format!("{} {:?} {}", request.path, request.headers, request.body);
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// From now on Stripe's words arrive as they are.
    pub(crate) fn leave_as_it_is(&self) {
        *self.edit.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn edited(&self, path: &str, body: Vec<u8>) -> Vec<u8> {
        let edit = self.edit.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(edit) = &*edit else { return body };
        let Ok(mut told) = serde_json::from_slice(&body) else { return body };
        edit(path, &mut told);
        told.to_string().into_bytes()
    }
}

/// The simulator's own router, called without a socket.
pub(crate) struct InProcess {
    pub(crate) sim: Sim,
    pub(crate) way: Way,
}

impl Transport for InProcess {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        use secrecy::ExposeSecret;
        Box::pin(async move {
            self.way.goes_out(request);
            let (mut api, method) = match request.method {
                Method::Get => (ApiRequest::get(&request.path), "GET"),
                Method::Post => (ApiRequest::post(&request.path, &[]), "POST"),
            };
            let found = check_request(method, &request.path, &request.body);
            assert!(found.is_empty(), "{request:?} is not as Stripe's schema says:\n{}", in_lines(&found));
            api.body = request.body.clone().into_bytes();
            let later = self.way.later_version.load(Ordering::Relaxed);
            for (name, value) in &request.headers {
                api = api.header(name, if later && *name == "stripe-version" { LATER_VERSION } else { value });
            }
            let answer = self.sim.call(api.key(request.bearer.expose_secret()));
            let delay = match &answer {
                Ok(answer) => answer.delay,
                Err(silence) => silence.delay,
            };
            tokio::time::sleep(Duration::from_millis(delay.before_ms + delay.after_ms)).await;
            let answer = answer.map_err(|error| TransportError::NoAnswer { why: error.to_string() })?;
            if answer.torn_from.is_some() {
                return Err(TransportError::NoAnswer { why: "torn".into() });
            }
            let as_page = request.bearer.expose_secret().starts_with("pk_");
            if !self.way.unchecked.load(Ordering::Relaxed) {
                check(method, &request.path, as_page, &answer);
            }
            let dateless = self.way.without_dates.load(Ordering::Relaxed);
            let headers = answer
                .headers
                .iter()
                .filter(|(name, _)| !dateless || *name != "date")
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
                .collect();
            Ok(WireResponse { status: answer.status, headers, body: self.way.edited(&request.path, answer.body) })
        })
    }
}

/// Fails when an answer is not as Stripe's schema says. What a fault put in its place is none.
pub(super) fn check(method: &str, target: &str, publishable: bool, answer: &ApiResponse) {
    if answer.header("content-type") == Some("application/json") {
        let (status, body) = (answer.status, answer.json());
        let found = check_answer(&Answer { method, target, publishable, status, body: &body });
        assert!(found.is_empty(), "{method} {target} {status} is not as Stripe's schema says:\n{}", in_lines(&found));
    }
}
