//! All parameters of an operation down to their single values, as `shipping[address][country]`: what a test walks through that
//! wants to leave none out.

use serde_json::Value;

use crate::document;
use crate::form::misfit;

/// Deeper than any parameter nests; objects that contain themselves end here.
const MAX_DEPTH: usize = 7;

/// Longer than any text that the schema bounds.
const TOO_LONG: usize = 250_000;

/// One value that an operation takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its full name. The first element stands for an array's elements, as in `types[0]`.
    pub name: String,
    /// Whether it can be a whole number.
    pub is_integer: bool,
    /// Whether an empty text unsets it.
    pub can_be_unset: bool,
    /// A value that the schema does not allow, if there is one.
    pub wrong: Option<String>,
}

impl Leaf {
    /// The last step of its name, as `country`.
    #[must_use]
    pub fn last(&self) -> &str {
        let name = self.name.strip_suffix(']').unwrap_or(&self.name);
        name.rsplit('[').next().unwrap_or(name)
    }
}

/// All values that an operation takes, in its query or its form.
#[must_use]
pub fn leaves_of(operation: &str) -> Vec<Leaf> {
    let operation = document::operation(operation);
    let mut leaves = Vec::new();
    for parameters in [&operation["query"], &operation["form"]["properties"]] {
        for (name, schema) in parameters.as_object().into_iter().flatten() {
            let mut found = Vec::new();
            walk(schema, &mut Vec::new(), &mut found);
            found.sort();
            found.dedup();
            leaves.extend(found.into_iter().map(|steps| leaf(name, schema, &steps)));
        }
    }
    leaves
}

fn walk(schema: &Value, steps: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if steps.len() > MAX_DEPTH {
        return;
    }
    if let Some(name) = schema["$ref"].as_str() {
        return document::schema(name).into_iter().for_each(|schema| walk(schema, steps, found));
    }
    if let Some(parts) = schema["anyOf"].as_array() {
        return parts.iter().for_each(|part| walk(part, steps, found));
    }
    let mut into = |step: &str, schema: &Value| {
        steps.push(step.to_owned());
        walk(schema, steps, found);
        steps.pop();
    };
    match (schema["type"].as_str(), schema["properties"].as_object()) {
        (Some("object"), Some(properties)) if !properties.is_empty() => {
            properties.iter().for_each(|(name, property)| into(name, property));
        }
        (Some("array"), _) => into("0", &schema["items"]),
        _ => found.push(steps.clone()),
    }
}

fn leaf(parameter: &str, schema: &Value, steps: &[String]) -> Leaf {
    let name = steps.iter().fold(parameter.to_owned(), |name, step| format!("{name}[{step}]"));
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let fits = |value: &str| misfit(schema, &steps, value).is_none();
    Leaf {
        is_integer: fits("7") && !fits("seven") && !fits("7.5"),
        can_be_unset: names_the_empty_text(schema, &steps),
        wrong: ["seven".to_owned(), "x".repeat(TOO_LONG)].into_iter().find(|value| !fits(value)),
        name,
    }
}

/// Whether the empty text is one of the words that the schema lists at the end of `steps`.
fn names_the_empty_text(schema: &Value, steps: &[&str]) -> bool {
    if let Some(name) = schema["$ref"].as_str() {
        return document::schema(name).is_some_and(|schema| names_the_empty_text(schema, steps));
    }
    if let Some(parts) = schema["anyOf"].as_array() {
        return parts.iter().any(|part| names_the_empty_text(part, steps));
    }
    match steps {
        [] => schema["enum"].as_array().is_some_and(|words| words.iter().any(|word| word == "")),
        [step, rest @ ..] if schema["type"] == "object" => {
            schema["properties"].get(*step).is_some_and(|property| names_the_empty_text(property, rest))
        }
        [_, rest @ ..] => names_the_empty_text(&schema["items"], rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(operation: &str, name: &str) -> Leaf {
        let found = leaves_of(operation).into_iter().find(|leaf| leaf.name == name);
        found.unwrap_or_else(|| panic!("{operation} {name}"))
    }

    #[test]
    fn values_are_found_at_every_depth() {
        let create = "POST /v1/payment_intents";
        assert_eq!(
            of(create, "amount"),
            Leaf { name: "amount".into(), is_integer: true, can_be_unset: false, wrong: Some("seven".into()) }
        );
        let country = of(create, "payment_method_data[billing_details][address][country]");
        assert_eq!((country.last(), country.is_integer), ("country", false));
        assert_eq!(country.wrong.map(|text| text.len()), Some(TOO_LONG));
        assert_eq!(of(create, "confirm").wrong.as_deref(), Some("seven"));
        assert_eq!(of(create, "payment_method_types[0]").last(), "0");
        assert_eq!(of("GET /v1/refunds", "created[gte]").wrong.as_deref(), Some("seven"));
        assert!(of("POST /v1/payment_intents/{intent}", "receipt_email").can_be_unset);
        assert!(!of(create, "receipt_email").can_be_unset);
        assert!(of(create, "payment_method_options[card][capture_method]").can_be_unset);
    }

    #[test]
    fn no_parameter_is_left_out() {
        for operation in document::operations() {
            let leaves = leaves_of(operation);
            for name in document::parameters_of(operation) {
                assert!(leaves.iter().any(|leaf| leaf.name.split('[').next() == Some(name)), "{operation} {name}");
            }
        }
    }
}
