//! Where the schema is silent, or older than what the simulator answers with: each place with its reason.
//!
//! The schema describes the version that the house speaks, `2026-05-27.dahlia`. The newer fields are taken from the types of
//! the official SDKs that pin a newer version (npm `stripe` 23.1.0) and from recorded answers.
//! A test holds every entry against the data: one that the schema has learned of is to be taken out.

use crate::{Deviation, Kind};

/// A deviation that is right.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The place in the schema, as in [`Deviation::place`].
    pub place: &'static str,
    /// What deviates there.
    pub kind: Kind,
    /// Why it is right all the same.
    pub why: &'static str,
}

const fn newer(place: &'static str, why: &'static str) -> Known {
    Known { place, kind: Kind::Unknown, why }
}

/// Every place where a request or an answer may differ from the schema.
pub const PLACES: &[Known] = &[
    newer("payment_intent.allowed_payment_method_types", "in the SDKs' types and in recorded answers of 2026-08"),
    newer("payment_intent.shared_payment_granted_token", "in recorded answers of 2026-08; in no public types"),
    newer("payment_intent.source", "in the SDKs' types and in recorded answers of 2026-08"),
];

/// Calls that Stripe.js makes and Stripe's document does not describe. Path parts in braces stand for any id.
pub const OPERATIONS: &[(&str, &str)] = &[
    ("POST /v1/3ds2/authenticate", "Stripe.js asks for it; its shape is known from recorded traffic of mobile apps."),
    ("POST /v1/3ds2/challenge_complete", "Stripe.js tells that the challenge is over; recorded as above."),
    (
        "POST /v1/confirmation_tokens",
        "Stripe.js makes one of what the page collected; the answer is the documented object.",
    ),
    ("POST /v1/setup_intents/{intent}/source_cancel", "As for a PaymentIntent."),
    ("POST /v1/setup_intents/{intent}/verify_challenge", "As for a PaymentIntent."),
    ("POST /v1/payment_intents/{intent}/source_cancel", "Stripe.js tells that the customer gave up the challenge."),
    ("POST /v1/payment_intents/{intent}/verify_challenge", "Stripe.js tells that the human check was passed."),
];

/// Why an operation that the schema does not have may be called, if it may.
#[must_use]
pub fn operation(method: &str, path: &str) -> Option<&'static str> {
    let fits = |name: &str| {
        let Some((verb, template)) = name.split_once(' ') else { return false };
        verb == method
            && template.split('/').count() == path.split('/').count()
            && template
                .split('/')
                .zip(path.split('/'))
                .all(|(wanted, given)| wanted == given || wanted.starts_with('{'))
    };
    OPERATIONS.iter().find(|(name, _)| fits(name)).map(|(_, why)| *why)
}

/// The deviations that are not known.
pub(crate) fn without(mut found: Vec<Deviation>) -> Vec<Deviation> {
    found
        .retain(|deviation| !PLACES.iter().any(|known| known.kind == deviation.kind && known.place == deviation.place));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    #[test]
    fn the_schema_has_not_learned_of_what_is_listed() {
        for known in PLACES {
            assert!(known.why.len() > 20, "{}: say why", known.place);
            if let Some((name, fields)) = known.place.split_once('.')
                && !known.place.contains(' ')
            {
                let schema = document::schema(name).unwrap_or_else(|| panic!("no object {name}"));
                let field = fields.split('.').try_fold(schema, |schema, field| schema["properties"].get(field));
                let excused = match known.kind {
                    Kind::Unknown => field.is_none(),
                    Kind::Null => field.is_some_and(|field| field["nullable"] != true),
                    Kind::Missing | Kind::Value => field.is_some(),
                };
                assert!(excused, "{} no longer deviates", known.place);
            }
        }
        for (name, _) in OPERATIONS {
            let (method, path) = name.split_once(' ').expect("a method and a path");
            assert_eq!(document::operation_of(method, path), None, "{name}");
            assert!(operation(method, &path.replace("{intent}", "pi_1")).is_some(), "{name}");
        }
    }
}
