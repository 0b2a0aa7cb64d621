//! One call from end to end: decode, know the caller, replay or run, expand, answer.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::access;
use crate::changes;
use crate::errors::{ApiError, Kept};
use crate::expand;
use crate::form::{self, Params};
use crate::idempotency::Fingerprint;
use crate::limits::Counted;
use crate::options::SimOptions;
use crate::permissions;
use crate::routes::Route;
use crate::three_ds;
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
    let Call { request, request_id, now_ms, busy_ms, fails_after } = *call;
    let refuse = |error: ApiError, has_request_id: bool| Outcome::Refused {
        status: error.status,
        body: error_body(&error, None),
        has_request_id,
    };
    let mut prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(error, true),
    };
    if let Some(bank) = request.path.strip_prefix("/acs/") {
        let result = match (request.method.as_str(), bank) {
            ("GET", "transaction") => three_ds::transaction(world, options, now_ms, prepared.params),
            ("POST", "decide") => three_ds::decide(world, options, now_ms, prepared.params),
            (method, _) => Err(ApiError::unrecognized_url(method, &request.path)),
        };
        let (status, body) = rendered(result.as_ref(), None);
        return Outcome::Made(status, body);
    }
    let caller = match access::caller(prepared.key.as_deref()) {
        Ok(caller) => caller,
        Err(error) => return refuse(error, false),
    };
    let version = match access::own_account(request).and(asked) {
        Ok(version) => version,
        Err(error) => return refuse(error, true),
    };
    let Some(route) = Route::of(request.method.as_str(), &request.path) else {
        return refuse(ApiError::unrecognized_url(request.method.as_str(), &request.path), true);
    };
    if !route.allows_publishable()
        && let Err(error) = caller.must_be_secret()
    {
        return refuse(error, true);
    }
    let (resource, needed) = route.needs();
    let permissions = world.settings(options, &caller.account).restricted_key;
    if let Err(error) = permissions::check(&caller, permissions.as_ref(), resource, needed) {
        return refuse(error, true);
    }
    let counted = Counted { account: &caller.account, is_search: route.is_search(), changes: route.changes() };
    if let Some(limits) = options.rate_limits
        && let Err(error) = world.traffic.admit(limits, &counted, now_ms)
    {
        return refuse(error, true);
    }
    let idempotency_key = (request.method == http::Method::POST)
        .then(|| request.header_text("idempotency-key"))
        .flatten()
        .map(str::to_owned);
    let under_key = idempotency_key.clone().map(|key| (key, Fingerprint::new(&request.path, &prepared.encoded)));
    if let Some((key, fingerprint)) = &under_key {
        match world.idempotency.find(&caller.account, key, fingerprint, now_ms) {
            Err(error) => return refuse(error, true),
            Ok(Some(kept)) => {
                return Outcome::Replayed { status: kept.status, body: kept.body, original: kept.request_id };
            }
            Ok(None) => {}
        }
    }
    if let Some(id) = route.changes().filter(|_| options.lock_objects) {
        if let Err(error) = world.traffic.check_lock(id, now_ms) {
            return refuse(error, true);
        }
        if busy_ms > 0 {
            world.traffic.lock(id, request_id, now_ms.saturating_add(busy_ms));
        }
    }
    let account = caller.account.clone();
    // Not a property of the objects found: it is counted by the search itself.
    let wants_total_count = route.is_search() && prepared.expand.iter().any(|path| path == TOTAL_COUNT);
    if wants_total_count {
        prepared.expand.retain(|path| path != TOTAL_COUNT);
    }
    let facts = RequestFacts {
        caller,
        wants_total_count,
        request_id: request_id.to_owned(),
        idempotency_key,
        api_version: version,
    };
    let mut context = world.context(options, &account, now_ms, Some(facts));
    let log_url = context.request_log_url();
    let result = expand::check(&prepared.expand, route.kind(), route.is_list())
        .and_then(|()| route.run(&mut context, prepared.params))
        .map(|mut value| {
            expand::apply(&context, &mut value, &prepared.expand);
            value
        });
    let mut result = result;
    match &mut result {
        Ok(value) => changes::shape(value, version),
        Err(error) => error.more.values_mut().for_each(|value| changes::shape(value, version)),
    }
    let kept = result.as_ref().err().map_or(Kept::Yes, |error| error.kept);
    let (status, body) = if fails_after {
        rendered(Err(&internal_error()), log_url.as_deref())
    } else {
        rendered(result.as_ref(), log_url.as_deref())
    };
    if let Some((key, fingerprint)) = under_key
        && kept == Kept::Yes
    {
        world.idempotency.keep(&account, &key, fingerprint, status, &body, request_id, now_ms, busy_ms);
    }
    Outcome::Made(status, body)
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

/// The headers of every answer of the API. Any page may call it: Stripe.js runs in frames of other origins.
pub(crate) fn common_headers(request: &ApiRequest, version: ApiVersion) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set(&mut headers, "content-type", "application/json");
    set(&mut headers, "cache-control", "no-store");
    set(&mut headers, "access-control-allow-origin", "*");
    set(&mut headers, "access-control-expose-headers", "Request-Id, Stripe-Should-Retry, Idempotent-Replayed");
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
