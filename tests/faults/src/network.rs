//! The network between the till and the simulator: calls the simulator in the process, and does what the plan says.
//!
//! It also notes every request that can take or give money as it leaves the till, for the question whether staff asked for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use stripe_client::{BoxFuture, Method, TOO_LATE, Transport, TransportError, Unconnected, WireRequest, WireResponse};
use stripe_schema::{Answer, check_answer, check_request, in_lines};
use stripe_sim::{ApiRequest, ApiResponse, NoAnswer, Sim};

use crate::findings;
use crate::late::Late;
use crate::plan::{Boundary, NetworkKind, ONLY_IN_THE_SHOP, Plan};
use crate::records::Death;
use crate::tally::{self, Room};
use crate::vanished::Vanished;
use crate::wishes::Act;

/// How long the client waits for one sending before it gives up, in this network.
const PATIENCE: Duration = Duration::from_secs(60);

/// So long Stripe remembers an idempotency key.
const KEY_MEMORY_MS: u64 = 24 * 3_600_000;

/// The network of one world.
pub struct Network {
    sim: Sim,
    late: Late,
    plan: Arc<Plan>,
    sending: AtomicU32,
    acting: AtomicU32,
    death: Arc<Death>,
    healthy: AtomicBool,
    acted: Arc<AtomicU64>,
    life: AtomicU32,
    acts: Mutex<Vec<Act>>,
    /// When each key was first sent, on Stripe's clock.
    keys: Mutex<HashMap<String, u64>>,
    vanished: Vanished,
}

impl Network {
    /// A network to this simulator.
    #[must_use]
    pub fn new(sim: Sim, plan: Arc<Plan>, death: Arc<Death>) -> Self {
        let acted = Arc::default();
        Self {
            late: Late::new(sim.clone(), Arc::clone(&acted)),
            sim,
            plan,
            sending: AtomicU32::new(0),
            acting: AtomicU32::new(0),
            death,
            healthy: AtomicBool::new(false),
            acted,
            life: AtomicU32::new(0),
            acts: Mutex::default(),
            keys: Mutex::default(),
            vanished: Vanished::default(),
        }
    }

    /// The till has been started again.
    pub fn next_life(&self) {
        self.life.fetch_add(1, Ordering::Relaxed);
    }

    /// The till's life that this is: 0 before the first restart.
    #[must_use]
    pub fn life(&self) -> u32 {
        self.life.load(Ordering::Relaxed)
    }

    /// What the till has sent since this was last asked that can take or give money.
    #[must_use]
    pub fn take_acts(&self) -> Vec<Act> {
        std::mem::take(&mut self.acts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody else asks Stripe for something, with the shop's key. None when it is refused.
    #[must_use]
    pub fn elsewhere(&self, path: &str, form: &[(&str, &str)], key: &str) -> Option<serde_json::Value> {
        self.acted.fetch_add(1, Ordering::Relaxed);
        let answer = call(&self.sim, ApiRequest::post(path, form).key(key)).ok()?;
        (answer.status == 200).then(|| answer.json())
    }

    /// How many requests that can change something have reached Stripe so far.
    #[must_use]
    pub fn acted(&self) -> u64 {
        self.acted.load(Ordering::Relaxed)
    }

    /// So many seconds pass for everything but the till's machine, which sleeps: what is on its way arrives meanwhile.
    pub(crate) fn pass_by(&self, seconds: u32) {
        self.late.pass_by(u64::from(seconds) * 1_000);
    }

    /// This payment is gone at Stripe.
    pub(crate) fn vanish(&self, payment_intent: String) {
        self.vanished.add(payment_intent);
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        self.healthy.store(true, Ordering::Relaxed);
    }

    fn fault(&self, method: Method) -> Option<NetworkKind> {
        let sending = self.sending.fetch_add(1, Ordering::Relaxed) + 1;
        let acts = method == Method::Post;
        let acting = self.acting.fetch_add(u32::from(acts), Ordering::Relaxed) + 1;
        if self.healthy.load(Ordering::Relaxed) {
            return None;
        }
        let struck = self
            .plan
            .network
            .iter()
            .find(|fault| if fault.acting { acts && fault.sending == acting } else { fault.sending == sending });
        let kind = struck?.kind;
        tally::count(Room::Network, name(kind));
        Some(kind)
    }

    /// Whoever sends a key when Stripe may have forgotten it acts twice, however the till's clock stands.
    fn note_key(&self, request: &WireRequest) {
        let Some((_, key)) = request.headers.iter().find(|(name, _)| *name == "idempotency-key") else { return };
        let now_ms = self.sim.clock().now_ms();
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let first_ms = *keys.entry(key.clone()).or_insert(now_ms);
        if now_ms.saturating_sub(first_ms) >= KEY_MEMORY_MS {
            let hours = (now_ms - first_ms) / 3_600_000;
            findings::note(format!(
                "{} was sent again with a key that is {hours} hours old: Stripe has forgotten it",
                request.path
            ));
        }
    }

    fn note(&self, request: &WireRequest) {
        self.note_key(request);
        if request.body.contains(ONLY_IN_THE_SHOP) || request.path.contains(ONLY_IN_THE_SHOP) {
            findings::note(format!("a note for the shop alone was sent to {}", request.path));
        }
        if request.method == Method::Post && !request.path.ends_with("/cancel") {
            let check = named(&request.body, "countersign_check");
            let of = sale_named(&request.body).or(check).unwrap_or(&request.path).to_owned();
            let refunds = request.path == "/v1/refunds";
            let act = Act { life: self.life(), of, refunds, checks: check.is_some() };
            self.acts.lock().unwrap_or_else(PoisonError::into_inner).push(act);
        }
    }
}

/// As a tally names it.
fn name(kind: NetworkKind) -> &'static str {
    match kind {
        NetworkKind::Refused => "no connection",
        NetworkKind::RequestLost => "request lost",
        NetworkKind::AnswerLost => "answer lost",
        NetworkKind::Late { .. } => "given up, arrives seconds later",
        NetworkKind::VeryLate { .. } => "given up, arrives hours later",
        NetworkKind::StatusBefore(_) => "an error before acting",
        NetworkKind::StatusAfter(_) => "an error after acting",
        NetworkKind::Torn => "answer torn",
        NetworkKind::NotJson => "something else answers",
    }
}

/// The sale in a request's metadata.
pub(crate) fn sale_named(body: &str) -> Option<&str> {
    named(body, "countersign_sale")
}

/// What a request's metadata says under this name.
fn named<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(name)?;
    rest.split_once('=')?.1.split('&').next()
}

fn to_sim(request: &WireRequest) -> ApiRequest {
    let mut api = match request.method {
        Method::Get => ApiRequest::get(&request.path),
        Method::Post => ApiRequest::post(&request.path, &[]),
    };
    api.body = request.body.clone().into_bytes();
    for (name, value) in &request.headers {
        api = api.header(name, value);
    }
    api.key(request.bearer.expose_secret())
}

fn silence() -> TransportError {
    TransportError::NoAnswer { why: "lost".into() }
}

fn error(status: u16) -> WireResponse {
    let body = br#"{"error":{"type":"api_error","message":"An unknown error occurred"}}"#.to_vec();
    WireResponse { status, headers: Vec::new(), body }
}

/// Holds a request and its answer against Stripe's schema, in the tests. A run for speed does without.
fn check(request: &ApiRequest, answer: &ApiResponse) {
    let (method, target) = (request.method.as_str(), format!("{}?{}", request.path, request.query));
    let mut found = check_request(method, &target, &String::from_utf8_lossy(&request.body));
    let (status, body) = (answer.status, answer.json());
    let publishable = request.headers.get("authorization").is_some_and(|key| key.as_bytes().starts_with(b"Bearer pk_"));
    found.extend(check_answer(&Answer { method, target: &target, publishable, status, body: &body }));
    // Not a panic: the till would take it for a lost answer.
    if !found.is_empty() {
        findings::note(format!("{method} {}: not as Stripe's schema says:\n{}", request.path, in_lines(&found)));
    }
}

/// One call of the simulator, checked in the tests.
pub(crate) fn call(sim: &Sim, request: ApiRequest) -> Result<ApiResponse, NoAnswer> {
    let checked = cfg!(debug_assertions).then(|| request.clone());
    let answer = sim.call(request)?;
    if let Some(request) = checked {
        check(&request, &answer);
    }
    Ok(answer)
}

fn ask(sim: &Sim, request: ApiRequest) -> Result<WireResponse, TransportError> {
    let answer = call(sim, request).map_err(|_| silence())?;
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    Ok(WireResponse { status: answer.status, headers, body: answer.body })
}

impl Transport for Network {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        Box::pin(async move {
            self.death.pass(Boundary::BeforeSending).await;
            self.note(request);
            // A request takes its time there and back, each a different one, so that others overtake it.
            let number = u64::from(self.sending.load(Ordering::Relaxed));
            let (there_ms, back_ms) = (20 + number * 7_919 % 11 * 90, 20 + number * 104_729 % 13 * 150);
            tokio::time::sleep(Duration::from_millis(there_ms)).await;
            if !request.in_time.holds() {
                return Err(TransportError::NotSent { why: TOO_LATE });
            }
            let count = |acted: &AtomicU64| {
                if request.method == Method::Post {
                    acted.fetch_add(1, Ordering::Relaxed);
                }
            };
            let acts = || {
                if let Some(refused) = self.vanished.refusal(request) {
                    return Ok(refused);
                }
                count(&self.acted);
                ask(&self.sim, to_sim(request)).map(|answer| self.vanished.strike_out(answer))
            };
            let answer = match self.fault(request.method) {
                None => acts(),
                Some(NetworkKind::Refused) => {
                    Err(TransportError::NotSent { why: Unconnected::Unreachable("refused".into()) })
                }
                Some(NetworkKind::RequestLost) => {
                    tokio::time::sleep(PATIENCE).await;
                    Err(silence())
                }
                Some(NetworkKind::AnswerLost) => {
                    drop(acts());
                    Err(silence())
                }
                Some(NetworkKind::Late { seconds } | NetworkKind::VeryLate { seconds }) => {
                    let on_its_way = PATIENCE + Duration::from_secs(seconds.into());
                    let (late, number) = (self.late.clone(), self.late.take(to_sim(request), on_its_way));
                    // It travels on whether the till lives or not.
                    tokio::spawn(async move { late.travel(number).await });
                    tokio::time::sleep(PATIENCE).await;
                    Err(silence())
                }
                Some(NetworkKind::StatusBefore(status)) => Ok(error(status)),
                Some(NetworkKind::StatusAfter(status)) => {
                    drop(acts());
                    Ok(error(status))
                }
                Some(NetworkKind::Torn) => acts().map(|mut whole| {
                    whole.body.truncate(whole.body.len() / 2);
                    whole
                }),
                Some(NetworkKind::NotJson) => {
                    drop(acts());
                    Ok(WireResponse { status: 200, headers: Vec::new(), body: b"<html>Sign in</html>".to_vec() })
                }
            };
            tokio::time::sleep(Duration::from_millis(back_ms)).await;
            self.death.pass(Boundary::BeforeAnswer).await;
            answer
        })
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use stripe_sim::SimOptions;

    use super::*;

    #[test]
    fn a_request_that_is_not_as_the_schema_says_is_found() {
        let sim = Sim::new(SimOptions::default());
        let form = [("amount", "1000"), ("currency", "gbp"), ("colour", "green")];
        drop(call(&sim, ApiRequest::post("/v1/payment_intents", &form).key("sk_test_networkTests0001")));
        let found = findings::take().join("\n");
        assert!(found.contains("not as Stripe's schema says") && found.contains("colour"), "{found}");
    }
}
