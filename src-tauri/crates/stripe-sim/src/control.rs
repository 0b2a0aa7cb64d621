//! The routes under `/_sim/`: JSON in and out, apart from the API. They answer even while "no network" is played.
//!
//! `recent` only looks, and is always there. The others exist only when the options ask for them: they move the clock, decide
//! challenges, set faults and forget everything.

use http::HeaderMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::api::set;
use crate::fault_rules;
use crate::faults::Latency;
use crate::wire::{ApiRequest, ApiResponse, Delay};
use crate::{AccountSettings, Outcome, Sim, decline_codes};

/// The furthest jump of the clock in one call, in seconds: a hundred years.
const MAX_ADVANCE_S: u64 = 100 * 366 * 86_400;
/// The longest latency in milliseconds.
const MAX_LATENCY_MS: u64 = 600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    #[serde(deserialize_with = "seconds")]
    advance_s: u64,
}

fn seconds<'de, D: Deserializer<'de>>(given: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(given)?;
    value.as_u64().ok_or_else(|| D::Error::custom("advance_s is a whole number of seconds, 0 or more"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChallengeBody {
    outcome: Outcome,
}

/// A refusal: its status and a sentence.
pub(crate) type Refusal = (u16, String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    /// Any key of the account; all accounts when absent.
    key: Option<String>,
    settings: AccountSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclinesBody {
    decline_code: String,
    count: Option<u32>,
}

/// Answers a control request.
pub(crate) fn answer(sim: &Sim, request: &ApiRequest) -> ApiResponse {
    let path = request.path.strip_prefix("/_sim/").unwrap_or_default();
    let result = if let ("GET", "recent") = (request.method.as_str(), path) {
        Ok(sim.recent())
    } else if sim.options().control {
        same_site(request).and_then(|()| run(sim, request, path))
    } else {
        Err((
            404,
            "The simulator was started without control routes. Start it with --control (in a program: SimOptions::control)."
                .to_owned(),
        ))
    };
    rendered(result)
}

/// An answer of these routes.
pub(crate) fn rendered(result: Result<Value, Refusal>) -> ApiResponse {
    let (status, value) = match result {
        Ok(value) => (200, value),
        Err((status, message)) => (status, json!({"error": {"message": message}})),
    };
    let mut headers = HeaderMap::new();
    set(&mut headers, "content-type", "application/json");
    set(&mut headers, "cache-control", "no-store");
    ApiResponse { status, headers, body: value.to_string().into_bytes(), delay: Delay::default(), torn_from: None }
}

/// A browser names the page that asks. A page from elsewhere must not control a simulator that happens to run here.
fn same_site(request: &ApiRequest) -> Result<(), Refusal> {
    let Some(origin) = request.header_text("origin") else { return Ok(()) };
    let host = request.header_text("host").unwrap_or_default();
    if origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host) && is_own_name(host) {
        return Ok(());
    }
    Err((403, "Control is not for pages of other origins. Call it from a program.".to_owned()))
}

/// Any name can be made to lead to this machine; an address, or `localhost`, cannot.
fn is_own_name(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

/// Refuses a name other than the machine's own. A page from elsewhere whose name leads to this machine is of one origin with
/// the simulator to its browser; what it cannot change is the `Host` that it asks for. For the socket only: a custom scheme
/// has hosts of its own.
pub(crate) fn must_be_own_name(path: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    let host = headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if path.starts_with("/_sim/") && !is_own_name(host) {
        return Err((
            403,
            "Routes under /_sim/ are asked by address, as in http://127.0.0.1:12111, or as localhost.".to_owned(),
        ));
    }
    Ok(())
}

fn run(sim: &Sim, request: &ApiRequest, path: &str) -> Result<Value, Refusal> {
    let segments: Vec<&str> = path.split('/').collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["ledger"]) => serde_json::to_value(sim.ledger()).map_err(|error| (500, error.to_string())),
        ("GET", ["clock"]) => Ok(clock(sim)),
        ("POST", ["clock"]) => {
            let body: ClockBody = read(request, r#"{"advance_s": 3601}"#)?;
            if body.advance_s > MAX_ADVANCE_S {
                return Err((400, format!("advance_s can be at most {MAX_ADVANCE_S}, a hundred years.")));
            }
            sim.clock().advance(body.advance_s * 1_000);
            Ok(clock(sim))
        }
        ("POST", ["challenges", intent]) => {
            let body: ChallengeBody = read(request, r#"{"outcome": "complete"}, with complete, fail or cancel"#)?;
            let status = sim
                .end_challenge(intent, body.outcome)
                .map_err(|message| (if message.starts_with("There is no") { 404 } else { 409 }, message))?;
            Ok(json!({"id": intent, "status": status}))
        }
        ("GET", ["faults"]) => Ok(faults(sim)),
        ("POST", ["faults"]) => {
            let change = fault_rules::read(&request.body)?;
            if let Some(rules) = change.rules {
                sim.faults().replace(rules);
            }
            if let Some(seed) = change.seed {
                sim.faults().reseed(seed);
            }
            if let Some(gone) = change.gone {
                sim.faults().set_gone(gone);
            }
            Ok(faults(sim))
        }
        ("GET", ["latency"]) => Ok(json!(sim.faults().latency())),
        ("POST", ["latency"]) => {
            let latency: Latency = read(request, r#"{"ms": 200, "jitter_ms": 50}"#)?;
            if latency.ms.saturating_add(latency.jitter_ms) > MAX_LATENCY_MS {
                return Err((400, format!("ms and jitter_ms can be at most {MAX_LATENCY_MS} together, ten minutes.")));
            }
            sim.faults().set_latency(latency);
            Ok(json!(latency))
        }
        ("POST", ["account"]) => {
            let body: AccountBody = read(request, r#"{"key": "sk_test_X", "settings": {"moto": true}}"#)?;
            let answer = json!({"settings": body.settings});
            sim.set_account(body.key.as_deref(), body.settings).map_err(|message| (400, message))?;
            Ok(answer)
        }
        ("GET", ["declines"]) => Ok(json!({"decline_codes": decline_codes().collect::<Vec<_>>()})),
        ("POST", ["declines"]) => {
            let body: DeclinesBody = read(request, r#"{"decline_code": "do_not_honor", "count": 1}"#)?;
            let count = body.count.unwrap_or(1);
            sim.decline_next(&body.decline_code, count).map_err(|message| (400, message))?;
            Ok(json!({"decline_code": body.decline_code, "count": count}))
        }
        ("POST", ["reset"]) => {
            sim.reset();
            Ok(json!({"reset": true}))
        }
        (method, segments) => Err(unknown(method, segments)),
    }
}

fn clock(sim: &Sim) -> Value {
    json!({"now_ms": sim.clock().now_ms()})
}

fn faults(sim: &Sim) -> Value {
    json!({"rules": sim.faults().rules(), "gone": sim.faults().is_gone()})
}

fn unknown(method: &str, segments: &[&str]) -> Refusal {
    let methods = match segments {
        ["ledger" | "recent"] => "GET",
        ["clock" | "declines" | "faults" | "latency"] => "GET and POST",
        ["challenges", _] | ["account" | "reset"] => "POST",
        _ => {
            return (
                404,
                "There is no such control route. There are: recent, ledger, clock, challenges/{payment_intent}, declines, faults, latency, account, reset."
                    .to_owned(),
            );
        }
    };
    (405, format!("This control route takes {methods}, not {method}."))
}

fn read<T: for<'de> Deserialize<'de>>(request: &ApiRequest, example: &str) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body).map_err(|error| not_understood(&error, example))
}

/// The sentence for a body that is not what the route takes.
pub(crate) fn not_understood(error: &dyn std::fmt::Display, example: &str) -> Refusal {
    (400, format!("The body is not understood: {}. Send JSON as in {example}.", in_words(error)))
}

/// What a reader of JSON says, without the names of Rust's types.
pub(crate) fn in_words(error: &dyn std::fmt::Display) -> String {
    let words = [
        ("expected u64", "expected a whole number, 0 or more"),
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected f64", "expected a number"),
    ];
    words.iter().fold(error.to_string(), |text, (name, word)| text.replace(name, word))
}
