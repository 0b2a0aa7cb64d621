//! Holds an answer's JSON against the schema.

use serde_json::Value;

use crate::{Deviation, Kind, document, known};

/// An answer, and the request that it is for.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// As in `POST`.
    pub method: &'a str,
    /// The path, with or without a query.
    pub target: &'a str,
    /// Whether the request came with a publishable key. Such answers lack fields: Stripe leaves out what is the shop's.
    pub publishable: bool,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a Value,
}

/// What of an answer deviates from the schema, apart from what is [`known`].
#[must_use]
pub fn check_answer(answer: &Answer<'_>) -> Vec<Deviation> {
    let path = answer.target.split('?').next().unwrap_or_default();
    let mut check = Check { reduced: answer.publishable, found: Vec::new() };
    if answer.status >= 400 {
        check.value(document::schema("error").unwrap_or(&Value::Null), answer.body, &Spot::root("error"));
        return known::without(check.found);
    }
    match document::operation_of(answer.method, path) {
        Some(name) => check.value(&document::operation(name)["answer"], answer.body, &Spot::root(name)),
        // The call is not described, but most such calls answer with an object that is.
        None if known::operation(answer.method, path).is_some() => {
            let name = answer.body["object"].as_str().unwrap_or_default();
            if let Some(schema) = document::schema(name) {
                check.value(schema, answer.body, &Spot::root(name));
            }
        }
        None => {
            let asked = format!("{} {path}", answer.method);
            check.report(Kind::Unknown, &Spot::root(&asked), "the schema has no such operation, yet it was answered");
        }
    }
    known::without(check.found)
}

/// What of an object deviates from the schema of this name, as `payment_intent`; it is as a secret key sees it.
#[must_use]
pub fn check_object(name: &str, object: &Value) -> Vec<Deviation> {
    let mut check = Check { reduced: false, found: Vec::new() };
    match document::schema(name) {
        Some(schema) => check.value(schema, object, &Spot::root(name)),
        None => check.report(Kind::Unknown, &Spot::root(name), "the schema has no such object"),
    }
    known::without(check.found)
}

/// Where the checker stands. Its words are put together only when there is something to report: most places are right.
#[derive(Clone, Copy)]
struct Spot<'a> {
    outer: Option<&'a Spot<'a>>,
    step: Step<'a>,
}

/// The last step to a spot.
#[derive(Clone, Copy)]
enum Step<'a> {
    /// A schema by its name, or an operation: places are told from here.
    Named(&'a str),
    Field(&'a str),
    Element(usize),
}

impl<'a> Spot<'a> {
    const fn root(name: &'a str) -> Self {
        Self { outer: None, step: Step::Named(name) }
    }

    const fn then(&'a self, step: Step<'a>) -> Self {
        Self { outer: Some(self), step }
    }

    /// As in `payment_intent.amount`.
    fn place(&self) -> String {
        match (self.step, self.outer) {
            (Step::Named(name), _) => name.to_owned(),
            (Step::Field(name), Some(outer)) => format!("{}.{name}", outer.place()),
            (Step::Element(_), Some(outer)) => outer.place(),
            (Step::Field(_) | Step::Element(_), None) => String::new(),
        }
    }

    /// As in `$.data[0].amount`.
    fn path(&self) -> String {
        let outer = self.outer.map_or_else(|| "$".to_owned(), Spot::path);
        match self.step {
            Step::Named(_) => outer,
            Step::Field(name) => format!("{outer}.{name}"),
            Step::Element(index) => format!("{outer}[{index}]"),
        }
    }

    fn is_data_of_event(&self) -> bool {
        matches!((self.step, self.outer), (Step::Field("object"), Some(outer))
            if matches!(outer.step, Step::Named("notification_event_data")))
    }
}

struct Check {
    /// Whether fields may be left out, as for a publishable key.
    reduced: bool,
    found: Vec<Deviation>,
}

impl Check {
    fn report(&mut self, kind: Kind, spot: &Spot<'_>, what: impl Into<String>) {
        self.found.push(Deviation { kind, place: spot.place(), path: spot.path(), what: what.into() });
    }

    fn wrong(&mut self, spot: &Spot<'_>, what: impl Into<String>) {
        self.report(Kind::Value, spot, what);
    }

    fn named(&mut self, name: &str, value: &Value, spot: &Spot<'_>) {
        let spot = spot.then(Step::Named(name));
        match document::schema(name) {
            Some(schema) => self.value(schema, value, &spot),
            None => self.report(Kind::Unknown, &spot, "the schema has no such object"),
        }
    }

    fn value(&mut self, schema: &Value, value: &Value, spot: &Spot<'_>) {
        if let Some(name) = schema["$ref"].as_str() {
            return self.named(name, value, spot);
        }
        if value.is_null() {
            // A schema without a word allows everything; it stands for objects that the data leaves out.
            if schema["nullable"] != true && schema.as_object().is_some_and(|words| !words.is_empty()) {
                self.report(Kind::Null, spot, "must not be null");
            }
            return;
        }
        if let Some(parts) = schema["anyOf"].as_array() {
            if schema["x-stripeBypassValidation"] != true {
                self.any_of(parts, value, spot);
            }
            return;
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, value, spot),
            Some("array") => self.array(schema, value, spot),
            Some("string") => self.text(schema, value, spot),
            Some("integer") if !value.is_i64() && !value.is_u64() => self.wrong(spot, "must be an integer"),
            Some("number") if !value.is_number() => self.wrong(spot, "must be a number"),
            Some("boolean") if !value.is_boolean() => self.wrong(spot, "must be true or false"),
            _ => {}
        }
    }

    /// The alternative with the fewest deviations counts.
    fn any_of(&mut self, parts: &[Value], value: &Value, spot: &Spot<'_>) {
        let path = spot.path();
        let mut fewest: Option<(bool, Vec<Deviation>)> = None;
        for part in parts {
            let mut check = Check { reduced: self.reduced, found: Vec::new() };
            check.value(part, value, spot);
            // What is known to be so must not make another alternative look better.
            let found = known::without(check.found);
            if found.is_empty() {
                return;
            }
            let other_type = found.iter().any(|deviation| deviation.kind == Kind::Value && deviation.path == path);
            if fewest.as_ref().is_none_or(|(other, few)| (other_type, found.len()) < (*other, few.len())) {
                fewest = Some((other_type, found));
            }
        }
        self.found.extend(fewest.map(|(_, found)| found).unwrap_or_default());
    }

    fn object(&mut self, schema: &Value, value: &Value, spot: &Spot<'_>) {
        let Some(fields) = value.as_object() else {
            return self.wrong(spot, "must be an object");
        };
        let properties = schema["properties"].as_object();
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) && !self.reduced {
                self.report(Kind::Missing, &spot.then(Step::Field(name)), "is missing");
            }
        }
        for (name, field) in fields {
            let inner = spot.then(Step::Field(name));
            match (properties.and_then(|properties| properties.get(name)), &schema["additionalProperties"]) {
                (Some(property), _) => self.value(property, field, &inner),
                (None, rest @ Value::Object(_)) => self.value(rest, field, &inner),
                // An object of which the schema says nothing, such as what only Stripe.js reads.
                (None, _) if properties.is_none_or(serde_json::Map::is_empty) => {}
                (None, _) => self.report(Kind::Unknown, &inner, "the schema has no such field"),
            }
        }
        if spot.is_data_of_event()
            && let Some(name) = value["object"].as_str()
        {
            // The schema says "an object" here; it is the API object that the event tells of.
            self.named(name, value, spot);
        }
    }

    fn array(&mut self, schema: &Value, value: &Value, spot: &Spot<'_>) {
        let Some(elements) = value.as_array() else {
            return self.wrong(spot, "must be an array");
        };
        for (index, element) in elements.iter().enumerate() {
            self.value(&schema["items"], element, &spot.then(Step::Element(index)));
        }
    }

    fn text(&mut self, schema: &Value, value: &Value, spot: &Spot<'_>) {
        let Some(text) = value.as_str() else {
            return self.wrong(spot, "must be a text");
        };
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
            && schema["x-stripeBypassValidation"] != true
        {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).take(12).collect();
            self.wrong(spot, format!("must be one of: {}", words.join(", ")));
        }
        if schema["maxLength"].as_u64().is_some_and(|most| text.chars().count() as u64 > most) {
            self.wrong(spot, "is too long");
        }
        if schema["format"] == "currency" && (text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_lowercase())) {
            self.wrong(spot, "must be a currency code in lower case");
        }
        let begins = schema["pattern"].as_str().and_then(|pattern| pattern.strip_prefix('^'));
        if begins.is_some_and(|begins| !text.starts_with(begins)) {
            self.wrong(spot, format!("must begin with {}", begins.unwrap_or_default()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refund() -> Value {
        json!({"object": "refund", "id": "re_1", "amount": 5, "created": 1, "currency": "gbp", "metadata": {},
            "status": "succeeded", "charge": "ch_1", "balance_transaction": null, "reason": null,
            "payment_intent": "pi_1"})
    }

    fn of(status: u16, body: &Value) -> Vec<Deviation> {
        let target = "/v1/refunds/re_1?expand[]=charge";
        check_answer(&Answer { method: "GET", target, publishable: false, status, body })
    }

    #[test]
    fn each_kind_of_deviation_is_found_at_its_place() {
        assert_eq!(of(200, &refund()), []);
        let spoilt = |field: &str, value: Value| {
            let mut body = refund();
            body[field] = value;
            let mut found = of(200, &body);
            assert_eq!(found.len(), 1, "{field}: {found:?}");
            let deviation = found.remove(0);
            assert_eq!(deviation.path, format!("$.{field}"), "{deviation}");
            deviation.kind
        };
        assert_eq!(spoilt("amount", json!("5")), Kind::Value);
        assert_eq!(spoilt("amount", json!(5.5)), Kind::Value);
        assert_eq!(spoilt("amount", Value::Null), Kind::Null);
        assert_eq!(spoilt("currency", json!("GBP")), Kind::Value);
        assert_eq!(spoilt("object", json!("repayment")), Kind::Value);
        assert_eq!(spoilt("charge", json!(7)), Kind::Value);
        assert_eq!(spoilt("colour", json!("red")), Kind::Unknown);
        assert_eq!(spoilt("metadata", json!([])), Kind::Value);
        let mut body = refund();
        body.as_object_mut().expect("an object").remove("amount");
        assert_eq!(of(200, &body)[0].kind, Kind::Missing);
    }

    #[test]
    fn what_is_expanded_is_held_against_its_own_schema() {
        let mut body = refund();
        body["balance_transaction"] = json!({"object": "balance_transaction", "id": "txn_1"});
        let found = of(200, &body);
        assert!(found.iter().any(|deviation| deviation.place == "balance_transaction.net"), "{found:?}");
        assert!(found.iter().all(|deviation| deviation.path.starts_with("$.balance_transaction.")), "{found:?}");
    }

    #[test]
    fn an_error_must_be_an_error() {
        assert_eq!(of(404, &json!({"error": {"type": "invalid_request_error", "message": "no"}})), []);
        assert_eq!(of(404, &refund())[0].kind, Kind::Missing);
        assert_eq!(of(404, &json!({"error": {"type": "sad_error"}}))[0].place, "api_errors.type");
    }

    #[test]
    fn an_answer_that_nobody_described_is_a_deviation() {
        let check = |target| {
            let body = json!({});
            check_answer(&Answer { method: "POST", target, publishable: false, status: 200, body: &body })
        };
        assert_eq!(check("/v1/sacks_of_gold")[0].kind, Kind::Unknown);
        assert_eq!(check("/v1/3ds2/challenge_complete"), []);
        // Not described, and yet it answers with an object that is.
        let (target, body) = ("/v1/payment_intents/pi_1/source_cancel", json!({"object": "payment_intent", "id": 7}));
        let found = check_answer(&Answer { method: "POST", target, publishable: true, status: 200, body: &body });
        assert_eq!(found[0].place, "payment_intent.id");
    }

    #[test]
    fn an_event_carries_a_whole_object() {
        let mut event = json!({"object": "event", "id": "evt_1", "api_version": null, "created": 1, "livemode": false,
            "pending_webhooks": 0, "request": null, "type": "refund.created", "data": {"object": refund()}});
        assert_eq!(check_object("event", &event), []);
        event["data"]["object"]["amount"] = json!("5");
        assert_eq!(check_object("event", &event)[0].path, "$.data.object.amount");
    }
}
