//! What lies beyond the schema and is right all the same: each place with its source. Anything else fails.
//!
//! The schema describes the version that the house speaks (`2026-05-27.dahlia`), as Stripe publishes it. Two things are beyond it:
//! parameters that Stripe documents elsewhere and leaves out of its document, and fields of newer versions, which the
//! simulator answers with when it is asked for one. A test holds every entry against the data: one that the schema has
//! learned of is to be taken out.

use crate::{Deviation, Kind};

/// A deviation that is right.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The place in the schema, as in [`Deviation::place`].
    pub place: &'static str,
    /// What deviates there.
    pub kind: Kind,
    /// Where it says that it is right all the same.
    pub source: &'static str,
}

const fn beyond(place: &'static str, source: &'static str) -> Known {
    Known { place, kind: Kind::Unknown, source }
}

const MOTO: &str = "docs.stripe.com/payments/payment-intents/moto, and the parameter types of npm stripe 22.2.3, which pins this version";
const ALLOWED_TYPES: &str =
    "since 2026-07-29.dahlia: docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter";
const RECORDED: &str = "in recorded answers of 2026-08; in no public document";

/// Every place where a request or an answer may differ from the schema.
pub const PLACES: &[Known] = &[
    beyond("POST /v1/payment_intents payment_method_options[card][moto]", MOTO),
    beyond("POST /v1/payment_intents/{intent}/confirm payment_method_options[card][moto]", MOTO),
    beyond("payment_method_details_card.moto", MOTO),
    beyond("payment_intent.allowed_payment_method_types", ALLOWED_TYPES),
    beyond("setup_intent.allowed_payment_method_types", ALLOWED_TYPES),
    beyond("payment_intent.shared_payment_granted_token", RECORDED),
    beyond("payment_intent.source", "in the types of npm stripe 22.2.3, and in recorded answers of 2026-08"),
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
            assert!(known.source.len() > 20, "{}: say where it stands", known.place);
            if let Some((call, parameter)) = known.place.rsplit_once(' ') {
                // As a value of every kind: if one passes, the schema knows the parameter.
                let (method, path) = call.split_once(' ').expect("a method and a path");
                for value in ["true", "1", "word"] {
                    let form = document::operation(document::operation_of(method, path).expect("an operation"));
                    assert!(crate::form::is_unknown(&form["form"], parameter, value), "{} is known", known.place);
                }
            }
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
