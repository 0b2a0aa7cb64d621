//! Fault rules as control takes them: JSON from a tester, checked whole before the first of them counts.

use serde::Deserialize;
use serde_json::Value;

use crate::control::{Refusal, in_words, not_understood};
use crate::faults::{Fault, FaultRule, When};

/// More rules than a test needs.
const MAX_RULES: usize = 1_000;
/// The longest delay of one rule, in milliseconds: ten minutes.
const MAX_DELAY_MS: u64 = 600_000;
const EXAMPLE: &str = r#"{"rules": [{"method": "POST", "path": "/v1/payment_intents/*/confirm", "next": 1, "moment": "after", "fault": {"kind": "drop"}}]} or {"gone": true}"#;
const WHEN_WORDS: [&str; 3] = ["always", "next", "chance"];

/// What is to change; what is absent stays.
#[derive(Debug)]
pub(crate) struct Change {
    /// In place of all rules.
    pub(crate) rules: Option<Vec<FaultRule>>,
    pub(crate) gone: Option<bool>,
    /// From which chance begins anew.
    pub(crate) seed: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    rules: Option<Vec<Value>>,
    gone: Option<bool>,
    seed: Option<u64>,
}

/// Reads a change.
///
/// # Errors
/// A sentence that names the rule and what is wrong with it.
pub(crate) fn read(body: &[u8]) -> Result<Change, Refusal> {
    let body: Body = serde_json::from_slice(body).map_err(|error| not_understood(&error, EXAMPLE))?;
    if body.rules.is_none() && body.gone.is_none() && body.seed.is_none() {
        return Err(not_understood(&"it names neither rules nor gone nor seed", EXAMPLE));
    }
    let rules = body.rules.map(|rules| {
        if rules.len() > MAX_RULES {
            return Err((400, format!("There can be at most {MAX_RULES} rules.")));
        }
        rules.into_iter().enumerate().map(|(place, rule)| read_rule(place + 1, rule)).collect::<Result<Vec<_>, _>>()
    });
    Ok(Change { rules: rules.transpose()?, gone: body.gone, seed: body.seed })
}

fn read_rule(place: usize, rule: Value) -> Result<FaultRule, Refusal> {
    let refuse = |why: String| Err((400, format!("Rule {place}: {why}")));
    let Some(fields) = rule.as_object() else {
        return refuse(format!("it is not an object. A rule is as in {EXAMPLE}."));
    };
    for name in fields.keys() {
        if !["method", "path", "moment", "fault"].contains(&name.as_str()) && !WHEN_WORDS.contains(&name.as_str()) {
            return refuse(format!(
                "'{name}' is no part of a rule. There are: method, path, one of always, next and chance, moment, fault."
            ));
        }
    }
    if fields.keys().filter(|name| WHEN_WORDS.contains(&name.as_str())).count() != 1 {
        return refuse("give one of always (as null), next (a number of calls) and chance (from 0 to 1).".to_owned());
    }
    let fault = fields.get("fault").and_then(Value::as_object);
    if let Some(name) = fault
        .and_then(|fault| fault.keys().find(|name| !["kind", "ms", "status", "should_retry"].contains(&name.as_str())))
    {
        return refuse(format!("'{name}' is no part of a fault. There are: kind, and ms, status or should_retry."));
    }
    let rule: FaultRule = match serde_json::from_value(rule) {
        Ok(rule) => rule,
        Err(error) => return refuse(format!("{}. A rule is as in {EXAMPLE}.", in_words(&error))),
    };
    match check(&rule) {
        Ok(()) => Ok(rule),
        Err(why) => refuse(why),
    }
}

fn check(rule: &FaultRule) -> Result<(), String> {
    if !rule.path.starts_with('/') && !rule.path.starts_with('*') {
        return Err(format!("the path begins with / or *, as in /v1/payment_intents; '{}' does not.", rule.path));
    }
    if let When::Chance(chance) = rule.when
        && !(0.0..=1.0).contains(&chance)
    {
        return Err(format!("chance is a probability from 0 to 1, not {chance}."));
    }
    match rule.fault {
        Fault::Delay { ms } if ms > MAX_DELAY_MS => Err(format!("ms can be at most {MAX_DELAY_MS}, ten minutes.")),
        Fault::Status { status, .. } if !(200..=599).contains(&status) => {
            Err(format!("status is an HTTP status from 200 to 599, not {status}."))
        }
        Fault::Delay { .. } | Fault::Status { .. } | Fault::Drop | Fault::Torn | Fault::NotJson => Ok(()),
    }
}
