//! What changed from one API version to another, as far as the simulator plays it: each change with the version that brought
//! it and the entry of Stripe's changelog that says so.

use serde_json::Value;

use crate::version::ApiVersion;

/// A change of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// The version that brought it: it holds in this one and in all later ones.
    pub(crate) since: ApiVersion,
    /// The entry of Stripe's changelog, below `https://docs.stripe.com/changelog/`.
    pub(crate) entry: &'static str,
}

/// Held money that is let go, by a capture in part, a cancel or its expiry, is no longer shown as a Refund: there is none,
/// `amount_refunded` stays 0, `refunded` false, and no `charge.refunded` is sent. A hold that expired is cancelled for the
/// reason `expired`, which was `automatic` before.
pub(crate) const RELEASES_ARE_NO_REFUNDS: Change = Change {
    since: ApiVersion::named("2025-03-31.basil"),
    entry: "basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow",
};

/// `allowed_payment_method_types` of PaymentIntents and SetupIntents: a list that is filtered silently. It excludes
/// `payment_method_types`, `excluded_payment_method_types`, `automatic_payment_methods`, `payment_method_configuration`.
pub(crate) const ALLOWED_METHOD_TYPES: Change = Change {
    since: ApiVersion::named("2026-07-29.dahlia"),
    entry: "dahlia/2026-07-29/allowed-payment-method-types-parameter",
};

/// `payment_method_types` may no longer be sent: to create, update or confirm a PaymentIntent, to create or update a
/// SetupIntent. (A SetupIntent's confirm never had it.)
pub(crate) const NO_METHOD_TYPES: Change = Change {
    since: ApiVersion::named("2026-09-30.endive"),
    entry: "endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents",
};

impl ApiVersion {
    /// Whether a change holds in this version.
    pub(crate) fn has(self, change: Change) -> bool {
        self >= change.since
    }
}

/// Takes out of an answer what its version does not know yet. Objects are looked for wherever they stand; what an event
/// carries has the event's version.
pub(crate) fn shape(value: &mut Value, version: ApiVersion) {
    match value {
        Value::Object(fields) => {
            let mut version = version;
            match fields.get("object").and_then(Value::as_str) {
                Some("payment_intent" | "setup_intent") if !version.has(ALLOWED_METHOD_TYPES) => {
                    fields.remove("allowed_payment_method_types");
                }
                Some("event") => {
                    let own = fields.get("api_version").and_then(Value::as_str).and_then(ApiVersion::parse);
                    version = own.unwrap_or(version);
                }
                Some(_) | None => {}
            }
            // What a caller wrote into metadata is the caller's.
            let inner = fields.iter_mut().filter(|(name, _)| *name != "metadata").map(|(_, field)| field);
            inner.for_each(|field| shape(field, version));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| shape(element, version)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_change_came_with_a_version_that_its_entry_names() {
        for change in [RELEASES_ARE_NO_REFUNDS, ALLOWED_METHOD_TYPES, NO_METHOD_TYPES] {
            let version = ApiVersion::parse(change.since.as_str()).expect("a version that there was");
            let (date, train) = version.as_str().split_once('.').expect("a train");
            assert!(change.entry.starts_with(&format!("{train}/{date}/")), "{}", change.entry);
            assert!(version.has(change));
            let before = ApiVersion::all().rfind(|earlier| *earlier < version).expect("an earlier one");
            assert!(!before.has(change), "{before}");
        }
    }

    #[test]
    fn an_answer_has_the_shape_of_its_version() {
        let intent = json!({"object": "payment_intent", "allowed_payment_method_types": null, "amount": 5});
        let event = json!({"object": "event", "api_version": "2026-10-28.endive", "data": {"object": intent.clone()}});
        let mut answer = json!({"data": [intent.clone(), event.clone()], "metadata": intent});
        shape(&mut answer, ApiVersion::named("2026-10-28.endive"));
        assert!(answer["data"][0].get("allowed_payment_method_types").is_some());
        shape(&mut answer, ApiVersion::named("2026-05-27.dahlia"));
        assert_eq!(answer["data"][0], json!({"object": "payment_intent", "amount": 5}));
        assert_eq!(answer["data"][1], event);
        assert!(answer["metadata"].get("allowed_payment_method_types").is_some());
    }
}
