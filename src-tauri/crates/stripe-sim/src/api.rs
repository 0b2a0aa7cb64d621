//! One call from end to end: decode, know the caller, replay or run, expand, answer.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::access::{self, Caller};
use crate::challenge::BANK_LOOKS;
use crate::changes;
use crate::cors;
use crate::errors::{ApiError, Kept};
use crate::expand;
use crate::faults::Moment;
use crate::form::{self, Params};
use crate::idempotency::Fingerprint;
use crate::limits::Counted;
use crate::options::SimOptions;
use crate::own_address;
use crate::permissions;
use crate::routes::Route;
use crate::three_ds;
use crate::three_ds_method;
use crate::version::{self, ApiVersion};
use crate::wire::{ApiRequest, ApiResponse, Delay};
use crate::world::{RequestFacts, World};

/// The one thing that can be expanded in a search's answer besides its objects.
const TOTAL_COUNT: &str = "total_count";

/// An answer, and what the log wants to know of it.
pub(crate) struct Answered {
    pub(crate) response: ApiResponse,
    pub(crate) request_id: String,
    pub(crate) replayed: bool,
}

/// What is known of a request before it is run.
struct Prepared {
    params: Params,
    key: Option<String>,
    /// `_stripe_version`.
    version: Option<String>,
    expand: Vec<String>,
    /// Query and body as they came.
    encoded: String,
}

/// Answers one call of `/v1/…` or of the bank's page. `busy_ms`: how long its idempotency key stays in use.
/// `fails_after`: the endpoint runs, and then answers 500 (which is kept, as Stripe keeps it).
pub(crate) fn answer(
    world: &mut World,
    options: &SimOptions,
    now_ms: u64,
    request: &ApiRequest,
    busy_ms: u64,
    fails_after: bool,
) -> Answered {
    world.settle(options, now_ms);
    let request_id = world.ids.text("req_", 14);
    let prepared = prepare(request);
    let parameter = prepared.as_ref().ok().and_then(|prepared| prepared.version.as_deref());
    let asked = version::asked(request, parameter, options.api_version);
    let mut headers = common_headers(request, asked.as_ref().copied().unwrap_or(options.api_version));
    // By the simulator's clock: a till compares its own with it.
    let now = std::time::UNIX_EPOCH + std::time::Duration::from_millis(now_ms);
    set(&mut headers, "date", &httpdate::fmt_http_date(now));
    let mut replayed = false;
    let call = Call { request, request_id: &request_id, now_ms, busy_ms, fails_after };
    let outcome = run(world, options, &call, prepared, asked);
    let (status, body) = match outcome {
        Outcome::Made(status, body) => (status, body),
        Outcome::Page(text) => {
            set(&mut headers, "content-type", "text/html; charset=utf-8");
            (200, text.into_bytes())
        }
        Outcome::Replayed { status, body, original } => {
            replayed = true;
            set(&mut headers, "idempotent-replayed", "true");
            set(&mut headers, "original-request", &original);
            (status, body)
        }
        Outcome::Refused { status, body, has_request_id } => {
            if !has_request_id {
                headers.remove("request-id");
                return Answered { response: response(request, status, headers, body), request_id, replayed };
            }
            (status, body)
        }
    };
    set(&mut headers, "request-id", &request_id);
    if request.method == http::Method::POST && request.header_text("idempotency-key").is_some() && !replayed {
        set(&mut headers, "original-request", &request_id);
    }
    Answered { response: response(request, status, headers, body), request_id, replayed }
}

enum Outcome {
    /// The endpoint answered.
    Made(u16, Vec<u8>),
    /// A kept answer.
    Replayed { status: u16, body: Vec<u8>, original: String },
    /// A page of the bank's.
    Page(String),
    /// Refused before the endpoint.
    Refused { status: u16, body: Vec<u8>, has_request_id: bool },
}

/// One request, and what is decided of its course.
struct Call<'a> {
    request: &'a ApiRequest,
    request_id: &'a str,
    now_ms: u64,
    busy_ms: u64,
    fails_after: bool,
}

fn run(
    world: &mut World,
    options: &SimOptions,
    call: &Call<'_>,
    prepared: Result<Prepared, ApiError>,
    asked: Result<ApiVersion, ApiError>,
) -> Outcome {
    let request = call.request;
    let mut prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(&error),
    };
    if !request.path.starts_with("/v1/") {
        return of_bank(world, options, call, prepared.params);
    }
    let admitted = match admit(world, options, call, &mut prepared, asked) {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let idempotency_key = (request.method == http::Method::POST)
        .then(|| request.header_text("idempotency-key"))
        .flatten()
        .map(str::to_owned);
    let Some(key) = idempotency_key else {
        let (status, body, _kept) = act(world, options, call, prepared, admitted, None);
        return Outcome::Made(status, body);
    };
    let fingerprint = Fingerprint::new(&request.path, &prepared.encoded);
    let account = admitted.caller.account.clone();
    match world.idempotency.find(&account, &key, &fingerprint, call.now_ms) {
        Err(error) => return refuse(&error),
        Ok(Some(kept)) => {
            return Outcome::Replayed { status: kept.status, body: kept.body, original: kept.request_id };
        }
        Ok(None) => {}
    }
    let (status, body, kept) = act(world, options, call, prepared, admitted, Some(key.clone()));
    if kept == Kept::Yes {
        let (now_ms, busy_ms) = (call.now_ms, call.busy_ms);
        world.idempotency.keep(&account, &key, fingerprint, status, &body, call.request_id, now_ms, busy_ms);
    }
    Outcome::Made(status, body)
}

/// Answers a call of the bank's pages. They need no key.
fn of_bank(world: &mut World, options: &SimOptions, call: &Call<'_>, params: Params) -> Outcome {
    let (request, now_ms) = (call.request, call.now_ms);
    let page = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/acs/transaction") => return of_result(&three_ds::transaction(world, options, now_ms, params)),
        ("POST", "/acs/decide") => return of_result(&three_ds::decide(world, options, now_ms, params)),
        ("POST", BANK_LOOKS) => three_ds_method::look(world, options, now_ms, params),
        (method, path) => match path.strip_prefix(three_ds::NOTIFICATIONS).filter(|_| method == "POST") {
            Some(place) => three_ds_method::notified(world, options, now_ms, place, params),
            None => return of_result(&Err(ApiError::unrecognized_url(method, path))),
        },
    };
    page.map_or_else(|error| of_result(&Err(error)), Outcome::Page)
}

fn of_result(result: &Result<Value, ApiError>) -> Outcome {
    let (status, body) = rendered(result.as_ref(), None);
    Outcome::Made(status, body)
}

fn refuse(error: &ApiError) -> Outcome {
    Outcome::Refused { status: error.status, body: error_body(error, None), has_request_id: true }
}

/// A call that may be made.
struct Admitted<'a> {
    caller: Caller,
    version: ApiVersion,
    route: Route<'a>,
    wants_total_count: bool,
    /// Why what is to be expanded cannot be.
    no_such_field: Option<ApiError>,
    /// Why what is to be expanded may not be shown: found before the call acts, and told afterwards.
    refused_afterwards: Option<ApiError>,
}

/// Who calls what at which version, and whether that may be: all that Stripe looks at before it looks at the idempotency key.
fn admit<'a>(
    world: &mut World,
    options: &SimOptions,
    call: &Call<'a>,
    prepared: &mut Prepared,
    asked: Result<ApiVersion, ApiError>,
) -> Result<Admitted<'a>, Outcome> {
    let refuse = |error: ApiError| refuse(&error);
    let request = call.request;
    let caller = access::caller(prepared.key.as_deref()).map_err(|error| Outcome::Refused {
        status: error.status,
        body: error_body(&error, None),
        has_request_id: false,
    })?;
    let version = access::own_account(request).and(asked).map_err(refuse)?;
    let method = request.method.as_str();
    let route = Route::of(method, &request.path).ok_or_else(|| ApiError::unrecognized_url(method, &request.path));
    let route = route.map_err(refuse)?;
    if !route.allows_publishable() {
        caller.must_be_secret().map_err(refuse)?;
    }
    let settings = world.settings(options, &caller.account);
    let (resource, needed) = route.needs();
    permissions::check(&caller, settings.restricted_key.as_ref(), resource, needed).map_err(refuse)?;
    // Not a property of the objects found: it is counted by the search itself.
    let wants_total_count = route.is_search() && prepared.expand.iter().any(|path| path == TOTAL_COUNT);
    prepared.expand.retain(|path| !wants_total_count || path != TOTAL_COUNT);
    let (read, no_such_field) = match expand::check(&prepared.expand, route.kind(), route.is_list()) {
        Ok(read) => (read, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let mut refused_afterwards = None;
    if let Err(error) = expand::check_permissions(&read, &caller, settings.restricted_key.as_ref()) {
        match settings.expansion_checked {
            Moment::Before => return Err(refuse(error)),
            // It has begun to execute, so this answer is kept.
            Moment::After => refused_afterwards = Some(ApiError { kept: Kept::Yes, ..error }),
        }
    }
    if let Some(limits) = options.rate_limits {
        let counted = Counted { account: &caller.account, is_search: route.is_search(), changes: route.changes() };
        world.traffic.admit(limits, &counted, call.now_ms).map_err(refuse)?;
    }
    Ok(Admitted { caller, version, route, wants_total_count, no_such_field, refused_afterwards })
}

/// Runs the endpoint: status and body of its answer, and whether that is kept.
fn act(
    world: &mut World,
    options: &SimOptions,
    call: &Call<'_>,
    prepared: Prepared,
    admitted: Admitted<'_>,
    idempotency_key: Option<String>,
) -> (u16, Vec<u8>, Kept) {
    let Admitted { caller, version, route, wants_total_count, no_such_field, refused_afterwards } = admitted;
    if let Some(id) = route.changes().filter(|_| options.lock_objects) {
        if let Err(error) = world.traffic.check_lock(id, call.now_ms) {
            return (error.status, error_body(&error, None), Kept::No);
        }
        if call.busy_ms > 0 {
            world.traffic.lock(id, call.request_id, call.now_ms.saturating_add(call.busy_ms));
        }
    }
    let account = caller.account.clone();
    let request_id = call.request_id.to_owned();
    let facts = RequestFacts { caller, wants_total_count, request_id, idempotency_key, api_version: version };
    let mut context = world.context(options, &account, call.now_ms, Some(facts));
    let mut result = match no_such_field {
        Some(error) => Err(error),
        None => route.run(&mut context, prepared.params),
    };
    if let Some(error) = refused_afterwards.filter(|_| result.is_ok()) {
        result = Err(error);
    }
    let base = options.bank.clone().unwrap_or_else(|| own_address::of(call.request));
    let leave = |value: &mut Value| {
        changes::shape(value, version);
        own_address::complete(value, &base);
    };
    match &mut result {
        Ok(value) => {
            expand::apply(&context, value, &prepared.expand);
            leave(value);
        }
        Err(error) => error.more.values_mut().for_each(leave),
    }
    let kept = result.as_ref().err().map_or(Kept::Yes, |error| error.kept);
    let log_url = context.request_log_url();
    let failure = internal_error();
    let shown = if call.fails_after { Err(&failure) } else { result.as_ref() };
    let (status, body) = rendered(shown, log_url.as_deref());
    (status, body, kept)
}

/// The error of Stripe's own failure.
pub(crate) fn internal_error() -> ApiError {
    ApiError::new(
        500,
        crate::errors::ErrorType::Api,
        "An unknown error occurred. The outcome of the request is not known.",
    )
}

/// Decodes query and body, and takes out what belongs to every call: the key, `expand`.
fn prepare(request: &ApiRequest) -> Result<Prepared, ApiError> {
    let body = std::str::from_utf8(&request.body).map_err(|_| ApiError::invalid("The request is not valid UTF-8."))?;
    let content_type = request.header_text("content-type").unwrap_or_default();
    if content_type.trim_start().to_ascii_lowercase().starts_with("application/json") {
        return Err(ApiError::invalid(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
        ));
    }
    let encoded = match (request.query.is_empty(), body.is_empty()) {
        (_, true) => request.query.clone(),
        (true, false) => body.to_owned(),
        (false, false) => format!("{}&{body}", request.query),
    };
    let mut params = Params::new(form::decode(&encoded)?);
    let key_param = params.text("key")?;
    // Stripe takes these headers as parameters, too: the Stripe.js of a train sends its version so.
    let version = params.text("_stripe_version")?;
    params.refuse(&["_stripe_account"])?;
    let expand = params.array("expand")?.unwrap_or_default();
    Ok(Prepared { params, key: access::key_of(request, key_param), version, expand, encoded })
}

fn rendered(result: Result<&Value, &ApiError>, log_url: Option<&str>) -> (u16, Vec<u8>) {
    match result {
        Ok(value) => (200, value.to_string().into_bytes()),
        Err(error) => (error.status, error_body(error, log_url)),
    }
}

pub(crate) fn error_body(error: &ApiError, log_url: Option<&str>) -> Vec<u8> {
    json!({"error": error.object(log_url)}).to_string().into_bytes()
}

/// The headers of every answer of the API.
pub(crate) fn common_headers(request: &ApiRequest, version: ApiVersion) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set(&mut headers, "content-type", "application/json");
    set(&mut headers, "cache-control", "no-store");
    cors::open_to(&request.headers, &mut headers);
    set(&mut headers, "stripe-version", version.as_str());
    if request.method == http::Method::POST
        && let Some(key) = request.headers.get("idempotency-key")
    {
        headers.insert("idempotency-key", key.clone());
    }
    headers
}

pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// On POST Stripe says whether a repeat makes sense; on server errors it leaves that to the caller.
fn response(request: &ApiRequest, status: u16, mut headers: HeaderMap, body: Vec<u8>) -> ApiResponse {
    let advice = match status {
        409 => Some("true"),
        400..=428 => Some("false"),
        _ => None,
    };
    if request.method == http::Method::POST
        && let Some(advice) = advice
    {
        set(&mut headers, "stripe-should-retry", advice);
    }
    ApiResponse { status, headers, body, delay: Delay::default(), torn_from: None }
}
