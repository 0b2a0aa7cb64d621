//! The data: operations by method and path, schemas by name.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static DATA: LazyLock<Value> = LazyLock::new(|| {
    // The file stands beside the code; a test reads it whole.
    serde_json::from_str(include_str!("../data/stripe-schema.json")).unwrap_or_default()
});

/// The API version that the schema describes.
#[must_use]
pub fn version() -> &'static str {
    DATA["version"].as_str().unwrap_or_default()
}

/// All operations that the schema describes, as `POST /v1/refunds/{refund}`.
pub fn operations() -> impl Iterator<Item = &'static str> {
    DATA["operations"].as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}

/// The operation of a method and a path (without a query), if the schema describes it.
#[must_use]
pub fn operation_of(method: &str, path: &str) -> Option<&'static str> {
    let fits = |template: &str| {
        let (mut wanted, mut given) = (template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given => {}
                (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
                _ => return false,
            }
        }
    };
    let mut found: Vec<&'static str> = operations()
        .filter(|name| name.split_once(' ').is_some_and(|(verb, template)| verb == method && fits(template)))
        .collect();
    // `/v1/charges/search` is also a `/v1/charges/{charge}`: the literal one is meant.
    found.sort_by_key(|name| name.matches('{').count());
    found.first().copied()
}

/// The names of the parameters that an operation takes, in its query or its form, as `amount`.
pub fn parameters_of(operation: &str) -> impl Iterator<Item = &'static str> {
    let operation = self::operation(operation);
    let names = |of: &'static Value| of.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    names(&operation["query"]).chain(names(&operation["form"]["properties"]))
}

/// The fields of an operation's answer that can be expanded: an id that can also be the object that it names. Of a list, as
/// `data.customer`.
#[must_use]
pub fn expandable_in(operation: &str) -> Vec<String> {
    let resolved = |schema: &'static Value| schema["$ref"].as_str().and_then(self::schema).unwrap_or(schema);
    let answer = resolved(&self::operation(operation)["answer"]);
    let elements = &answer["properties"]["data"]["items"];
    let (prefix, object) = if elements.is_null() { ("", answer) } else { ("data.", resolved(elements)) };
    let can_be_expanded = |field: &Value| {
        let parts = field["anyOf"].as_array();
        parts.is_some_and(|parts| {
            parts.iter().any(|part| part["type"] == "string") && parts.iter().any(|part| part.get("$ref").is_some())
        })
    };
    let fields = object["properties"].as_object().into_iter().flatten();
    fields.filter(|(_, field)| can_be_expanded(field)).map(|(name, _)| format!("{prefix}{name}")).collect()
}

/// What the data says of an operation.
pub(crate) fn operation(name: &str) -> &'static Value {
    &DATA["operations"][name]
}

/// A schema by its name.
pub(crate) fn schema(name: &str) -> Option<&'static Value> {
    DATA["schemas"].get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that the checkers understand.
    const UNDERSTOOD: &[&str] = &[
        "$ref",
        "additionalProperties",
        "anyOf",
        "enum",
        "format",
        "items",
        "maxLength",
        "nullable",
        "pattern",
        "properties",
        "required",
        "type",
        "x-stripeBypassValidation",
    ];

    fn read_through(schema: &Value, place: &str) {
        let Some(schema) = schema.as_object() else { return };
        for (word, value) in schema {
            assert!(UNDERSTOOD.contains(&word.as_str()), "{place}: {word}");
            match (word.as_str(), value) {
                ("$ref", name) => assert!(super::schema(name.as_str().unwrap()).is_some(), "{place}: {name}"),
                ("properties", Value::Object(parts)) => {
                    parts.iter().for_each(|(name, part)| read_through(part, &format!("{place}.{name}")));
                }
                ("anyOf", Value::Array(parts)) => parts.iter().for_each(|part| read_through(part, place)),
                ("items" | "additionalProperties", part) => read_through(part, place),
                ("type", name) => assert!(
                    ["array", "boolean", "integer", "number", "object", "string"].contains(&name.as_str().unwrap()),
                    "{place}: {name}"
                ),
                ("pattern", text) => {
                    let plain = text.as_str().unwrap().strip_prefix('^').expect("begins the text");
                    assert!(!plain.contains(['\\', '[', '(', '*', '+', '$', '?']), "{place}: {text}");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn the_checkers_understand_every_word_of_the_data() {
        assert_eq!(version(), "2026-05-27.dahlia");
        assert_eq!(operations().count(), 51);
        for name in operations() {
            let operation = operation(name);
            read_through(&operation["answer"], name);
            read_through(&operation["form"], name);
            for (parameter, schema) in operation["query"].as_object().expect("parameters") {
                read_through(schema, &format!("{name} {parameter}"));
            }
        }
        for (name, schema) in DATA["schemas"].as_object().expect("schemas") {
            read_through(schema, name);
        }
    }

    #[test]
    fn what_can_be_expanded_is_found_in_objects_and_lists() {
        assert_eq!(expandable_in("GET /v1/disputes/{dispute}"), ["charge", "payment_intent"]);
        assert_eq!(expandable_in("GET /v1/disputes"), ["data.charge", "data.payment_intent"]);
        assert!(expandable_in("GET /v1/balance").is_empty());
    }

    #[test]
    fn a_literal_path_comes_before_one_with_an_id() {
        assert_eq!(operation_of("GET", "/v1/charges/search"), Some("GET /v1/charges/search"));
        assert_eq!(operation_of("GET", "/v1/charges/ch_1"), Some("GET /v1/charges/{charge}"));
        assert_eq!(
            operation_of("POST", "/v1/payment_intents/pi_1/confirm"),
            Some("POST /v1/payment_intents/{intent}/confirm")
        );
        assert_eq!(operation_of("DELETE", "/v1/charges/ch_1"), None);
        assert_eq!(operation_of("GET", "/v1/charges/"), None);
    }
}
