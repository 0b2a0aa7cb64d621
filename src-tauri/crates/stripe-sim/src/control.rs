//! The control routes under `/_sim/`: JSON in and out. They exist only when the options ask for them, and answer even
//! while "no network" is played.

use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::set;
use crate::faults::FaultRule;
use crate::wire::{ApiRequest, ApiResponse, Delay};
use crate::{AccountSettings, Outcome, Sim};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    advance_s: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChallengeBody {
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsBody {
    /// Replaces all rules.
    rules: Option<Vec<FaultRule>>,
    gone: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    /// Any key of the account; all accounts when absent.
    key: Option<String>,
    settings: AccountSettings,
}

/// Answers a control request.
pub(crate) fn answer(sim: &Sim, request: &ApiRequest) -> ApiResponse {
    let result = if sim.options().control {
        run(sim, request)
    } else {
        Err((404, "The simulator was started without control routes.".to_owned()))
    };
    let (status, value) = match result {
        Ok(value) => (200, value),
        Err((status, message)) => (status, json!({"error": {"message": message}})),
    };
    let mut headers = HeaderMap::new();
    set(&mut headers, "content-type", "application/json");
    set(&mut headers, "cache-control", "no-store");
    ApiResponse { status, headers, body: value.to_string().into_bytes(), delay: Delay::default(), torn_from: None }
}

fn run(sim: &Sim, request: &ApiRequest) -> Result<Value, (u16, String)> {
    let path = request.path.strip_prefix("/_sim/").unwrap_or_default();
    match (request.method.as_str(), path) {
        ("GET", "ledger") => serde_json::to_value(sim.ledger()).map_err(|error| (500, error.to_string())),
        ("POST", "clock") => {
            let body: ClockBody = read(request)?;
            sim.clock().advance(body.advance_s.saturating_mul(1_000));
            Ok(json!({"now_ms": sim.clock().now_ms()}))
        }
        ("POST", "faults") => {
            let body: FaultsBody = read(request)?;
            let faults = sim.faults();
            if let Some(rules) = body.rules {
                let gone = faults.is_gone();
                faults.clear();
                faults.set_gone(gone);
                for rule in rules {
                    faults.add(rule);
                }
            }
            if let Some(gone) = body.gone {
                faults.set_gone(gone);
            }
            Ok(json!({"rules": faults.rules(), "gone": faults.is_gone()}))
        }
        ("POST", "account") => {
            let body: AccountBody = read(request)?;
            let answer = json!({"settings": body.settings});
            sim.set_account(body.key.as_deref(), body.settings).map_err(|message| (400, message))?;
            Ok(answer)
        }
        ("POST", "reset") => {
            sim.reset();
            Ok(json!({"reset": true}))
        }
        ("POST", path) => match path.strip_prefix("challenges/") {
            Some(intent) => {
                let body: ChallengeBody = read(request)?;
                sim.challenge(intent, body.outcome).map_err(|message| (409, message))?;
                Ok(json!({"payment_intent": intent}))
            }
            None => Err(unknown(request)),
        },
        _ => Err(unknown(request)),
    }
}

fn unknown(request: &ApiRequest) -> (u16, String) {
    (404, format!("There is no control route {} {}.", request.method, request.path))
}

fn read<T: for<'de> Deserialize<'de>>(request: &ApiRequest) -> Result<T, (u16, String)> {
    serde_json::from_slice(&request.body).map_err(|error| (400, error.to_string()))
}
