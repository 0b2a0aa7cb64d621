//! Holds a request's parameters, form-encoded or in the query, against the schema.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{Deviation, Kind, document, known};

/// What of a request deviates from the schema, apart from what is [`known`]. `target` is the path with its query; `body`
/// is form-encoded.
#[must_use]
pub fn check_request(method: &str, target: &str, body: &str) -> Vec<Deviation> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some(name) = document::operation_of(method, path) else {
        if known::operation(method, path).is_some() {
            return Vec::new();
        }
        return vec![Deviation {
            kind: Kind::Unknown,
            place: format!("{method} {path}"),
            path: path.to_owned(),
            what: "the schema has no such operation".to_owned(),
        }];
    };
    let operation = document::operation(name);
    let mut check = Check { operation: name, found: Vec::new() };
    check.pairs(&Level::Query(&operation["query"]), query, &operation["required"]);
    check.pairs(&Level::Form(&operation["form"]), body, &operation["form"]["required"]);
    known::without(check.found)
}

/// Where parameters are looked up.
enum Level<'a> {
    /// A map from names to schemas.
    Query(&'a Value),
    /// A schema of an object.
    Form(&'a Value),
}

impl<'a> Level<'a> {
    fn parameter(&self, name: &str) -> Option<&'a Value> {
        match self {
            Self::Query(parameters) => parameters.get(name),
            Self::Form(schema) => schema["properties"].get(name),
        }
    }
}

struct Check {
    operation: &'static str,
    found: Vec<Deviation>,
}

impl Check {
    fn pairs(&mut self, level: &Level<'_>, encoded: &str, required: &Value) {
        let mut given = Vec::new();
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
                self.report(Kind::Value, pair, "must be valid UTF-8".to_owned());
                continue;
            };
            let Some(steps) = steps(&name) else {
                self.report(Kind::Value, &name, "is not a well-formed name".to_owned());
                continue;
            };
            given.push(steps[0].to_owned());
            match level.parameter(steps[0]) {
                Some(schema) => {
                    if let Some((kind, what)) = misfit(schema, &steps[1..], &value) {
                        self.report(kind, &name, what);
                    }
                }
                None => self.report(Kind::Unknown, &name, UNKNOWN.to_owned()),
            }
        }
        for name in required.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !given.iter().any(|given| given == name) {
                self.report(Kind::Missing, name, "is missing".to_owned());
            }
        }
    }

    fn report(&mut self, kind: Kind, name: &str, what: String) {
        let place = format!("{} {name}", self.operation);
        self.found.push(Deviation { kind, place, path: name.to_owned(), what });
    }
}

const UNKNOWN: &str = "the schema has no such parameter";

pub(crate) fn decoded(text: &str) -> Option<String> {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// `a[b][]` as `a`, `b` and an empty step.
pub(crate) fn steps(name: &str) -> Option<Vec<&str>> {
    let Some(open) = name.find('[') else {
        return (!name.is_empty()).then(|| vec![name]);
    };
    let (head, rest) = name.split_at(open);
    let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
    let mut steps = vec![head];
    steps.extend(inner.split("]["));
    let clean = !head.is_empty() && steps.iter().all(|step| !step.contains(['[', ']']));
    clean.then_some(steps)
}

/// Why a value at the end of `steps` does not fit a schema; none when it fits.
pub(crate) fn misfit(schema: &Value, steps: &[&str], value: &str) -> Option<(Kind, String)> {
    if let Some(name) = schema["$ref"].as_str() {
        return misfit(document::schema(name)?, steps, value);
    }
    if let Some(parts) = schema["anyOf"].as_array() {
        let mut first = None;
        for part in parts {
            match misfit(part, steps, value) {
                None => return None,
                // "Wrong value" says more than "no such parameter" of an alternative that was not meant.
                Some(found) if first.is_none() || found.0 == Kind::Value => first = Some(found),
                Some(_) => {}
            }
        }
        return first;
    }
    let wrong = |what: &str| Some((Kind::Value, what.to_owned()));
    match (schema["type"].as_str(), steps) {
        (Some("object"), [step, rest @ ..]) => match (schema["properties"].get(*step), &schema["additionalProperties"])
        {
            (Some(property), _) => misfit(property, rest, value),
            (None, others @ Value::Object(_)) => misfit(others, rest, value),
            (None, _) => Some((Kind::Unknown, UNKNOWN.to_owned())),
        },
        (Some("object"), []) => wrong("must be an object"),
        (Some("array"), [step, rest @ ..]) if step.bytes().all(|byte| byte.is_ascii_digit()) => {
            misfit(&schema["items"], rest, value)
        }
        (Some("array"), _) => wrong("must be an array"),
        (Some(_), [_, ..]) => Some((Kind::Unknown, UNKNOWN.to_owned())),
        (Some("integer"), []) if value.parse::<i64>().is_err() => wrong("must be an integer"),
        (Some("number"), []) if value.parse::<f64>().is_err() => wrong("must be a number"),
        (Some("boolean"), []) if !["true", "false"].contains(&value) => wrong("must be true or false"),
        (Some("string"), []) => misfit_of_text(schema, value),
        _ => None,
    }
}

/// Whether a form's schema has no parameter of this full name, such as `card[number]`.
#[cfg(test)]
pub(crate) fn is_unknown(form: &Value, name: &str, value: &str) -> bool {
    let Some(steps) = steps(name) else { return true };
    match Level::Form(form).parameter(steps[0]) {
        Some(schema) => misfit(schema, &steps[1..], value).is_some_and(|(kind, _)| kind == Kind::Unknown),
        None => true,
    }
}

fn misfit_of_text(schema: &Value, value: &str) -> Option<(Kind, String)> {
    if let Some(words) = schema["enum"].as_array()
        && !words.iter().any(|word| word == value)
        && schema["x-stripeBypassValidation"] != true
    {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).take(12).collect();
        return Some((Kind::Value, format!("must be one of: {}", words.join(", "))));
    }
    let too_long = schema["maxLength"].as_u64().is_some_and(|most| value.chars().count() as u64 > most);
    too_long.then(|| (Kind::Value, "is too long".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Vec<(Kind, String)> {
        let found = check_request("POST", "/v1/payment_intents", body);
        found.into_iter().map(|deviation| (deviation.kind, deviation.path)).collect()
    }

    #[test]
    fn the_tills_first_call_is_as_the_schema_says() {
        let body = "amount=2500&currency=usd&payment_method=pm_1&confirmation_method=manual&confirm=true\
            &payment_method_types%5B%5D=card&use_stripe_sdk=true&metadata%5Bsale%5D=5&expand%5B0%5D=latest_charge\
            &payment_method_options[card][request_three_d_secure]=any";
        assert_eq!(of(body), []);
    }

    #[test]
    fn what_stripe_documents_elsewhere_is_known() {
        let moto = "payment_method_options[card][moto]=true";
        assert_eq!(of(&format!("amount=2500&currency=usd&{moto}")), []);
        assert_eq!(check_request("POST", "/v1/payment_intents/pi_1/confirm", moto), []);
        assert_eq!(check_request("POST", "/v1/payment_intents/pi_1", moto)[0].kind, Kind::Unknown);
    }

    #[test]
    fn each_kind_of_deviation_is_found_and_named() {
        let one = |more: &str| {
            let mut found = of(&format!("amount=2500&currency=usd&{more}"));
            assert_eq!(found.len(), 1, "{more}: {found:?}");
            found.remove(0)
        };
        assert_eq!(one("colour=red"), (Kind::Unknown, "colour".to_owned()));
        assert_eq!(one("metadata[a][b]=red"), (Kind::Unknown, "metadata[a][b]".to_owned()));
        assert_eq!(one("confirm=yes"), (Kind::Value, "confirm".to_owned()));
        assert_eq!(one("confirmation_method=by_hand"), (Kind::Value, "confirmation_method".to_owned()));
        assert_eq!(one("payment_method_types=card"), (Kind::Value, "payment_method_types".to_owned()));
        assert_eq!(one("payment_method_types[a]=card"), (Kind::Value, "payment_method_types[a]".to_owned()));
        assert_eq!(one("description=%FF").0, Kind::Value);
        assert_eq!(one("shipping=here"), (Kind::Value, "shipping".to_owned()));
        assert_eq!(one("metadata[a=1"), (Kind::Value, "metadata[a".to_owned()));
        assert_eq!(of("amount=25.00&currency=usd"), [(Kind::Value, "amount".to_owned())]);
        assert_eq!(of("amount=2500"), [(Kind::Missing, "currency".to_owned())]);
    }

    #[test]
    fn the_query_of_a_list_is_checked_too() {
        assert_eq!(check_request("GET", "/v1/payment_intents?limit=5&created[gte]=7&created=8", ""), []);
        let found = check_request("GET", "/v1/payment_intents?limit=many&status=paid", "");
        let kinds: Vec<Kind> = found.iter().map(|deviation| deviation.kind).collect();
        assert_eq!(kinds, [Kind::Value, Kind::Unknown]);
        assert_eq!(check_request("PUT", "/v1/payment_intents", "")[0].kind, Kind::Unknown);
    }
}
