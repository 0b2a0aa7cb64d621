//! The simulator itself: one lock around the world, faults in front of it, a ledger behind it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::api::{self, Answered, set};
use crate::clock::SimClock;
use crate::errors::{ApiError, ErrorType};
use crate::faults::{Fault, Faults, Strike, is_script_host};
use crate::ledger::{Ledger, LoggedRequest, Rows};
use crate::options::{AccountSettings, SimOptions};
use crate::state::{self, StateError, StateRef};
use crate::wire::{ApiRequest, ApiResponse, Delay, NoAnswer};
use crate::world::World;
use crate::{access, assets, control, cors, permissions, recent, three_ds, version};

/// How a challenge ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The customer passes.
    Complete,
    /// The bank says no.
    Fail,
    /// The customer gives up. Stripe shows this as a failed authentication.
    Cancel,
}

/// More declines than anybody needs to order ahead.
const MAX_DECLINES_AHEAD: usize = 1_000;

struct Shared {
    options: SimOptions,
    clock: SimClock,
    faults: Faults,
    world: Mutex<World>,
    changes: AtomicU64,
}

/// A stateful Stripe. Clones share one world.
#[derive(Clone)]
pub struct Sim {
    shared: Arc<Shared>,
}

impl Sim {
    /// A new, empty simulator.
    pub fn new(options: SimOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                clock: SimClock::new(options.time),
                faults: Faults::new(options.seed),
                world: Mutex::new(World::new(options.seed)),
                changes: AtomicU64::default(),
                options,
            }),
        }
    }

    /// A simulator that goes on where [`Sim::state`] was taken. The seed and the time source of the options give way to what
    /// was stored, except that a manual clock starts where the options say and is then moved as far as before.
    ///
    /// # Errors
    /// Why the bytes are not a state that can be taken. Nothing is half restored.
    pub fn restore(options: SimOptions, bytes: &[u8]) -> Result<Self, StateError> {
        let state = state::read(bytes)?;
        Ok(Self {
            shared: Arc::new(Shared {
                clock: SimClock::restore(options.time, state.clock),
                faults: Faults::restore(state.faults),
                world: Mutex::new(state.world),
                changes: AtomicU64::default(),
                options,
            }),
        })
    }

    /// Everything, as bytes that [`Sim::restore`] takes. It holds client secrets, and no card digits and no API keys.
    ///
    /// # Errors
    /// When something in it cannot be written as JSON.
    pub fn state(&self) -> Result<Vec<u8>, StateError> {
        let (world, clock, faults) = {
            let world = self.world();
            (world.clone(), self.shared.clock.store(), self.shared.faults.store())
        };
        // Rows are shared, so that the clone is quick; whoever calls meanwhile does not wait for the writing.
        state::write(&StateRef { clock, faults, world: &world })
    }

    /// How it was set up.
    pub fn options(&self) -> &SimOptions {
        &self.shared.options
    }

    /// A number that grows with every request that may have changed something: whoever keeps the state saves when it has.
    pub fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::SeqCst)
    }

    /// How many PaymentIntents it holds, over all accounts.
    pub fn payment_intents(&self) -> usize {
        self.world().accounts.values().map(|account| account.payment_intents.rows().count()).sum()
    }

    /// Its clock.
    pub fn clock(&self) -> SimClock {
        self.shared.clock.clone()
    }

    /// Its faults.
    pub fn faults(&self) -> Faults {
        self.shared.faults.clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A snapshot of everything, after all that is due by now has happened.
    pub fn ledger(&self) -> Ledger {
        let rows = {
            let mut world = self.world();
            let now_ms = self.shared.clock.now_ms();
            world.settle(&self.shared.options, now_ms);
            Rows::of(&world, now_ms)
        };
        // Writing it out takes long; the world goes on meanwhile.
        rows.ledger()
    }

    /// The same with nothing in it but PaymentIntents, charges and refunds, for who asks often what was taken and given back.
    /// What belongs to the PaymentIntents `left_out` is not in it either.
    pub fn payments_but(&self, left_out: &BTreeSet<String>) -> Ledger {
        let rows = {
            let mut world = self.world();
            let now_ms = self.shared.clock.now_ms();
            world.settle(&self.shared.options, now_ms);
            Rows::payments_but(&world, now_ms, left_out)
        };
        rows.ledger()
    }

    /// Ends the open challenge of a PaymentIntent, as the bank's page and Stripe.js would.
    ///
    /// # Errors
    /// A sentence when there is no such PaymentIntent, or no open challenge.
    pub fn challenge(&self, payment_intent: &str, outcome: Outcome) -> Result<(), String> {
        self.end_challenge(payment_intent, outcome).map(|_status| ())
    }

    /// Ends a challenge, and tells the intent's status afterwards.
    pub(crate) fn end_challenge(&self, intent: &str, outcome: Outcome) -> Result<&'static str, String> {
        let mut world = self.world();
        let now_ms = self.shared.clock.now_ms();
        world.settle(&self.shared.options, now_ms);
        three_ds::end_from_outside(&mut world, &self.shared.options, now_ms, intent, outcome)
    }

    /// What happened last, for looking in: no secrets.
    pub(crate) fn recent(&self) -> serde_json::Value {
        let now_ms = self.shared.clock.now_ms();
        let mut world = self.world();
        world.settle(&self.shared.options, now_ms);
        recent::of(&world, now_ms, self.shared.options.control)
    }

    /// Sets what the account of this key (secret, restricted or publishable) is enabled for; without a key, every account
    /// that there is or will be.
    ///
    /// # Errors
    /// Stripe's sentence about a key that is not a test key.
    pub fn set_account(&self, key: Option<&str>, settings: AccountSettings) -> Result<(), String> {
        let account = key.map(|key| access::caller(Some(key))).transpose().map_err(|error| error.message)?;
        let mut world = self.world();
        let now_ms = self.shared.clock.now_ms();
        world.set_account(account.as_ref().map(|caller| caller.account.as_str()), settings, now_ms);
        Ok(())
    }

    /// Makes the next `count` approvals declines instead, of any account and any card: for the codes that no test card has.
    ///
    /// # Errors
    /// When there is no such decline code ([`crate::decline_codes`]), or too many are asked for.
    pub fn decline_next(&self, decline_code: &str, count: u32) -> Result<(), String> {
        if crate::declines::by_name(decline_code).is_none() {
            return Err(format!("There is no decline code '{decline_code}'."));
        }
        let mut world = self.world();
        if world.declines.len() + count as usize > MAX_DECLINES_AHEAD {
            return Err(format!("At most {MAX_DECLINES_AHEAD} declines can be ordered ahead."));
        }
        world.declines.extend((0..count).map(|_| decline_code.to_owned()));
        Ok(())
    }

    /// Forgets everything, faults included. The clock goes on.
    pub fn reset(&self) {
        self.shared.faults.clear();
        let mut world = self.world();
        *world = World::new(world.ids.seed());
    }

    /// Answers one request at once. Delays are not waited for: they are in the answer.
    ///
    /// # Errors
    /// `NoAnswer` when a fault closes the connection. Whether the request was acted on is for the caller to find out.
    pub fn call(&self, request: ApiRequest) -> Result<ApiResponse, NoAnswer> {
        let strike = self.admit(&request);
        self.perform(&request, strike)
    }

    /// Which faults strike a request. Each rule that counts is counted down, so this is asked once per request. What a browser
    /// asks before a call is not the call.
    pub(crate) fn admit(&self, request: &ApiRequest) -> Strike {
        if request.method == http::Method::OPTIONS {
            Strike::default()
        } else if (is_api(&request.path) || is_script_host(&request.path)) && !self.shared.faults.is_gone() {
            self.shared.faults.strike(request.method.as_str(), &request.path)
        } else {
            Strike::default()
        }
    }

    /// Answers a request that these faults strike.
    pub(crate) fn perform(&self, request: &ApiRequest, strike: Strike) -> Result<ApiResponse, NoAnswer> {
        // Counted when it is done: a state that was taken before holds nothing of it.
        let _counted = Counted(&self.shared.changes);
        if request.path.starts_with("/_sim/") {
            return Ok(control::answer(self, request));
        }
        if request.path == "/" {
            return Ok(self.asset(request));
        }
        let delay = Delay { before_ms: strike.before_ms, after_ms: strike.after_ms };
        if self.shared.faults.is_gone() {
            self.log(request, None, false);
            return Err(NoAnswer { delay });
        }
        if request.method == http::Method::OPTIONS {
            return Ok(cors::preflight(&request.headers));
        }
        if let Some(fault) = strike.before {
            return self.fault_instead(request, fault, delay);
        }
        if !is_api(&request.path) {
            let mut asset = self.asset(request);
            asset.delay = delay;
            return Ok(asset);
        }
        let fails_after = matches!(strike.after, Some(Fault::Status { status: 500, .. }));
        let answered = {
            let mut world = self.world();
            // Read under the lock: what is stored lies in the order of its time.
            let now_ms = self.shared.clock.now_ms();
            api::answer(&mut world, &self.shared.options, now_ms, request, strike.after_ms, fails_after)
        };
        let reaches = strike.after != Some(Fault::Drop);
        self.log(request, Some(&answered), reaches);
        let mut response = answered.response;
        response.delay = delay;
        match strike.after {
            None => Ok(response),
            Some(Fault::Drop) => Err(NoAnswer { delay }),
            Some(Fault::Status { status, should_retry }) => {
                Ok(self.broken(request, status, should_retry, delay, Some(&response.headers)))
            }
            Some(Fault::Torn) => Ok(torn(response)),
            Some(Fault::NotJson) => Ok(not_json(response)),
            Some(Fault::Delay { .. }) => Ok(response),
        }
    }

    /// The first request under a key has had its answer.
    pub(crate) fn release(&self, request_id: &str) {
        let mut world = self.world();
        world.idempotency.release(request_id);
        world.traffic.release(request_id);
    }

    fn fault_instead(&self, request: &ApiRequest, fault: Fault, delay: Delay) -> Result<ApiResponse, NoAnswer> {
        self.log(request, None, fault != Fault::Drop);
        match fault {
            Fault::Drop => Err(NoAnswer { delay }),
            Fault::Status { status, should_retry } => Ok(self.broken(request, status, should_retry, delay, None)),
            Fault::Torn => Ok(torn(self.broken(request, 500, None, delay, None))),
            Fault::NotJson | Fault::Delay { .. } => Ok(not_json(self.broken(request, 200, None, delay, None))),
        }
    }

    /// An error answer that no endpoint made. After acting it carries the headers of the answer that it replaces.
    fn broken(
        &self,
        request: &ApiRequest,
        status: u16,
        should_retry: Option<bool>,
        delay: Delay,
        replaced: Option<&HeaderMap>,
    ) -> ApiResponse {
        let error = match status {
            409 => crate::idempotency::key_in_use(request.header_text("idempotency-key").unwrap_or_default()),
            429 => ApiError::new(429, ErrorType::InvalidRequest, "Request rate limit exceeded.").code("rate_limit"),
            403 => permissions::refusal_by_fault(),
            500 => api::internal_error(),
            status => ApiError::new(status, ErrorType::Api, format!("The service answered with status {status}.")),
        };
        let mut headers = replaced.cloned().unwrap_or_else(|| {
            let of_account = self.shared.options.api_version;
            let version = version::asked(request, None, of_account).unwrap_or(of_account);
            let mut headers = api::common_headers(request, version);
            let id = self.world().ids.text("req_", 14);
            set(&mut headers, "request-id", &id);
            headers
        });
        headers.remove("stripe-should-retry");
        if let Some(should_retry) = should_retry {
            set(&mut headers, "stripe-should-retry", if should_retry { "true" } else { "false" });
        }
        ApiResponse { status, headers, body: api::error_body(&error, None), delay, torn_from: None }
    }

    fn asset(&self, request: &ApiRequest) -> ApiResponse {
        let only_head = request.method == http::Method::HEAD;
        // A page posts its challenge request to the bank; the simulator's own stand-in for Stripe.js just opens the bank's page.
        let posts = request.method == http::Method::POST && request.path == assets::BANK_PAGE;
        let found = assets::find(&request.path).filter(|_| only_head || posts || request.method == http::Method::GET);
        let mut headers = HeaderMap::new();
        set(&mut headers, "cache-control", "no-store");
        let (status, content_type, body) = match found {
            Some((content_type, text)) => (200, content_type, text.as_bytes().to_vec()),
            None => {
                let error = ApiError::unrecognized_url(request.method.as_str(), &request.path);
                (404, "application/json", api::error_body(&error, None))
            }
        };
        set(&mut headers, "content-type", content_type);
        if request.path == "/" {
            // It needs nothing from elsewhere, and nobody needs it in a frame.
            set(&mut headers, "content-security-policy", HOME_POLICY);
        }
        if status == 404 {
            cors::open_to(&request.headers, &mut headers);
        } else {
            // Frames of a custom scheme load scripts from here.
            set(&mut headers, "access-control-allow-origin", "*");
        }
        let mut body = body;
        if only_head {
            // As long as the answer to a GET would be.
            set(&mut headers, "content-length", &body.len().to_string());
            body.clear();
        }
        ApiResponse { status, headers, body, delay: Delay::default(), torn_from: None }
    }

    fn log(&self, request: &ApiRequest, answered: Option<&Answered>, reaches: bool) {
        let entry = LoggedRequest {
            at_ms: self.shared.clock.now_ms(),
            method: request.method.to_string(),
            path: crate::redact::path(&request.path),
            status: answered.map(|answered| answered.response.status),
            error: answered.and_then(|answered| error_word(&answered.response)),
            answered: reaches,
            idempotency_key: request.header_text("idempotency-key").map(str::to_owned),
            replayed: answered.is_some_and(|answered| answered.replayed),
            request_id: answered.map(|answered| answered.request_id.clone()).unwrap_or_default(),
        };
        self.world().requests.push(entry);
    }
}

/// What the simulator's own page may do: run and look as it is, and ask the simulator.
const HOME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Counts one request at its end.
struct Counted<'a>(&'a AtomicU64);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The code of an answer's error, or its type.
fn error_word(response: &ApiResponse) -> Option<String> {
    if response.status < 400 {
        return None;
    }
    let body = response.json();
    let error = &body["error"];
    error["code"].as_str().or_else(|| error["type"].as_str()).map(str::to_owned)
}

/// What faults strike: the API and the bank, not the script and its frames.
fn is_api(path: &str) -> bool {
    path.starts_with("/v1/") || path.starts_with(three_ds::NOTIFICATIONS) || three_ds::BANK_CALLS.contains(&path)
}

fn torn(mut response: ApiResponse) -> ApiResponse {
    let whole = response.body.len();
    response.body.truncate(whole / 2);
    response.torn_from = Some(whole);
    response
}

fn not_json(mut response: ApiResponse) -> ApiResponse {
    set(&mut response.headers, "content-type", "text/html; charset=utf-8");
    response.status = 200;
    response.body = b"<html><body><h1>Welcome to the hotel network</h1></body></html>".to_vec();
    response
}
