//! A request's parameters as values: what a form can only write as text, in the types that the schema gives it.

use serde_json::{Map, Number, Value};

use crate::document;
use crate::form::{decoded, misfit, steps};

/// The parameters of a request, its query's and its form's, as an SDK takes them: nested, numbers as numbers. What the schema does
/// not know is typed by its looks. None for an operation that the schema does not have, and for names that are malformed.
#[must_use]
pub fn parameters(method: &str, target: &str, body: &str) -> Option<Value> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let operation = document::operation(document::operation_of(method, path)?);
    let mut made = Value::Object(Map::new());
    for (encoded, schemas) in [(query, &operation["query"]), (body, &operation["form"]["properties"])] {
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let steps = steps(&name)?;
            put(&mut made, &steps, typed(&schemas[steps[0]], &steps[1..], &value))?;
        }
    }
    Some(made)
}

fn put(level: &mut Value, steps: &[&str], value: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *level = value;
        return Some(());
    };
    if step.bytes().all(|byte| byte.is_ascii_digit()) {
        if level.is_null() {
            *level = Value::Array(Vec::new());
        }
        let elements = level.as_array_mut()?;
        let place = step.parse().unwrap_or(elements.len());
        if place >= elements.len() {
            elements.push(Value::Null);
        }
        return put(elements.get_mut(place)?, rest, value);
    }
    if level.is_null() {
        *level = Value::Object(Map::new());
    }
    put(level.as_object_mut()?.entry(*step).or_insert(Value::Null), rest, value)
}

fn typed(schema: &Value, steps: &[&str], value: &str) -> Value {
    let number = || value.parse::<i64>().map_or_else(|_| Value::String(value.to_owned()), |n| Number::from(n).into());
    match kind(schema, steps, value) {
        Some("boolean") => Value::Bool(value == "true"),
        Some("integer" | "number") => number(),
        Some(_) => Value::String(value.to_owned()),
        None if value == "true" || value == "false" => Value::Bool(value == "true"),
        None => number(),
    }
}

/// The type at the end of `steps`, if the schema says one.
fn kind<'a>(schema: &'a Value, steps: &[&str], value: &str) -> Option<&'a str> {
    if let Some(name) = schema["$ref"].as_str() {
        return kind(document::schema(name)?, steps, value);
    }
    if let Some(parts) = schema["anyOf"].as_array() {
        let meant = parts.iter().find(|part| misfit(part, steps, value).is_none());
        return meant.and_then(|part| kind(part, steps, value));
    }
    match (schema["type"].as_str(), steps) {
        (Some("array"), [_, rest @ ..]) => kind(&schema["items"], rest, value),
        (Some("object"), [step, rest @ ..]) => {
            let inner = schema["properties"].get(*step).unwrap_or(&schema["additionalProperties"]);
            kind(inner, rest, value)
        }
        (name, _) => name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_becomes_what_an_sdk_takes() {
        let body = "amount=2500&currency=gbp&confirm=true&metadata[sale]=7&metadata[till]=true&payment_method_types[]=card\
            &expand[0]=latest_charge&expand[1]=customer&payment_method_options[card][moto]=true&description=a+b%26c";
        assert_eq!(
            parameters("POST", "/v1/payment_intents", body),
            Some(json!({
                "amount": 2500, "currency": "gbp", "confirm": true, "metadata": {"sale": "7", "till": "true"},
                "payment_method_types": ["card"], "expand": ["latest_charge", "customer"],
                "payment_method_options": {"card": {"moto": true}}, "description": "a b&c",
            }))
        );
        assert_eq!(
            parameters("GET", "/v1/refunds?limit=100&created[gte]=5&payment_intent=pi_1&expand[]=data.charge", ""),
            Some(json!({"limit": 100, "created": {"gte": 5}, "payment_intent": "pi_1", "expand": ["data.charge"]}))
        );
        assert_eq!(parameters("GET", "/v1/sacks_of_gold", ""), None);
        assert_eq!(parameters("POST", "/v1/refunds", "amount[=5"), None);
    }
}
