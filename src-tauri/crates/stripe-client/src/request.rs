//! The requests, typed, and the exact bytes they become.
//!
//! A money-moving request is built once into a [`Prepared`], journalled by the caller, and sent from there: what is sent
//! again after a crash is what was written before it, to the byte.

use serde::{Deserialize, Serialize};

use crate::form;
use crate::ids::{PaymentIntentId, PaymentMethodId};

/// The API version that every request asks for, whatever the account's default is.
pub const STRIPE_VERSION: &str = "2026-05-27.dahlia";

/// A POST ready to be sent: path and form body. It holds no secret, so it can be kept in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The path, e.g. `/v1/payment_intents`.
    pub path: String,
    /// The form-encoded body.
    pub body: String,
    /// The API version that it is sent as, then and at every later sending.
    pub api_version: String,
}

impl Prepared {
    fn new(path: String, pairs: Vec<(String, String)>) -> Self {
        Self { path, body: form::encode(&pairs), api_version: STRIPE_VERSION.to_owned() }
    }

    /// The same create without what belongs to a confirm alone, so that it makes a PaymentIntent and tries no card; and the
    /// names of what was left out, in the order in which they stood.
    #[must_use]
    pub fn unconfirmed(&self) -> (Self, Vec<String>) {
        let name_of = |pair: &&str| pair.split_once('=').map_or(*pair, |(name, _)| name).to_owned();
        let of_a_confirm = |pair: &&str| OF_A_CONFIRM.contains(&name_of(pair).as_str());
        let kept: Vec<&str> = self.body.split('&').filter(|pair| !of_a_confirm(pair)).collect();
        let left_out = self.body.split('&').filter(of_a_confirm).map(|pair| name_of(&pair)).collect();
        (Self { body: kept.join("&"), ..self.clone() }, left_out)
    }

    /// What the request asks to be kept in the metadata under this name, as it stands in the body: a value without a
    /// character that has to be escaped is read as it was given.
    #[must_use]
    pub fn metadata(&self, name: &str) -> Option<&str> {
        self.body.split('&').find_map(|pair| {
            let asked = pair.strip_prefix("metadata[")?.strip_prefix(name)?;
            asked.strip_prefix("]=")
        })
    }
}

/// What a create takes for its confirm alone.
const OF_A_CONFIRM: [&str; 3] = ["payment_method", "confirm", "use_stripe_sdk"];

fn pair(name: impl Into<String>, value: impl Into<String>) -> (String, String) {
    (name.into(), value.into())
}

/// The charge comes along in the answer, so that a receipt needs no second call. It changes nothing about the payment.
fn with_charge(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.push(pair("expand[]", "latest_charge"));
    pairs
}

/// Creates a PaymentIntent and confirms it with a card, in one call.
///
/// `payment_method_types[]=card` is necessary: without it Stripe assumes automatic payment methods and asks for a
/// `return_url`. `use_stripe_sdk=true` makes the bank's challenge one that `handleCardAction` can show. There is no
/// `error_on_requires_action` and no `return_url`.
#[derive(Debug, Clone)]
pub struct CreatePaymentIntent<'a> {
    /// In Stripe's smallest unit for the currency.
    pub amount_minor: i64,
    /// ISO 4217 code in lower case.
    pub currency: &'a str,
    /// The card keyed.
    pub payment_method: &'a PaymentMethodId,
    /// By which the sale is found again (at most 50 pairs, names to 40, values to 500 characters).
    pub metadata: &'a [(&'a str, &'a str)],
}

impl CreatePaymentIntent<'_> {
    /// The bytes.
    #[must_use]
    pub fn prepare(&self) -> Prepared {
        let mut pairs = vec![
            pair("amount", self.amount_minor.to_string()),
            pair("currency", self.currency),
            pair("payment_method", self.payment_method.as_str()),
            pair("confirmation_method", "manual"),
            pair("confirm", "true"),
            pair("payment_method_types[]", "card"),
            pair("use_stripe_sdk", "true"),
        ];
        pairs.extend(self.metadata.iter().map(|(name, value)| pair(format!("metadata[{name}]"), *value)));
        Prepared::new("/v1/payment_intents".into(), with_charge(pairs))
    }
}

/// Confirms a PaymentIntent: with another card, or (no card) after the bank's challenge.
#[derive(Debug, Clone)]
pub struct ConfirmPaymentIntent<'a> {
    /// Which.
    pub id: &'a PaymentIntentId,
    /// Another card, or none to finish what was authenticated.
    pub payment_method: Option<&'a PaymentMethodId>,
}

impl ConfirmPaymentIntent<'_> {
    /// The bytes.
    #[must_use]
    pub fn prepare(&self) -> Prepared {
        let mut pairs = Vec::new();
        if let Some(card) = self.payment_method {
            pairs.push(pair("payment_method", card.as_str()));
        }
        pairs.push(pair("use_stripe_sdk", "true"));
        Prepared::new(format!("/v1/payment_intents/{}/confirm", self.id), with_charge(pairs))
    }
}

/// Cancels a PaymentIntent that has not succeeded; a held authorisation is released.
#[derive(Debug, Clone)]
pub struct CancelPaymentIntent<'a> {
    /// Which.
    pub id: &'a PaymentIntentId,
}

impl CancelPaymentIntent<'_> {
    /// The bytes.
    #[must_use]
    pub fn prepare(&self) -> Prepared {
        let pairs = vec![pair("cancellation_reason", "abandoned")];
        Prepared::new(format!("/v1/payment_intents/{}/cancel", self.id), with_charge(pairs))
    }
}

/// Gives money back: a part of what a PaymentIntent took, or the rest of it.
///
/// The amount is always named. Without one Stripe refunds whatever is left, which is another sum when somebody has
/// refunded in the Dashboard meanwhile.
#[derive(Debug, Clone)]
pub struct CreateRefund<'a> {
    /// Of which payment.
    pub payment_intent: &'a PaymentIntentId,
    /// In Stripe's smallest unit for the payment's currency; at least 1, at most what is left.
    pub amount_minor: i64,
    /// By which the refund is found again.
    pub metadata: &'a [(&'a str, &'a str)],
}

impl CreateRefund<'_> {
    /// The bytes.
    #[must_use]
    pub fn prepare(&self) -> Prepared {
        let mut pairs =
            vec![pair("payment_intent", self.payment_intent.as_str()), pair("amount", self.amount_minor.to_string())];
        pairs.extend(self.metadata.iter().map(|(name, value)| pair(format!("metadata[{name}]"), *value)));
        Prepared::new("/v1/refunds".into(), pairs)
    }
}

/// A span of Stripe's time, in seconds since 1970; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created {
    /// From this second.
    pub from_s: i64,
    /// To this second; none for all that came since.
    pub to_s: Option<i64>,
}

/// One page of a list, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page<'a> {
    /// Go on behind this one.
    pub starting_after: Option<&'a str>,
    /// Only what was created then.
    pub created: Option<Created>,
}

/// Stripe gives at most 100 objects of a list at once.
const PAGE: &str = "100";

impl Page<'_> {
    /// Path and query.
    pub(crate) fn path(&self, list: &str, more: &[(&str, &str)]) -> String {
        let mut pairs = vec![pair("limit", PAGE)];
        if let Some(created) = self.created {
            pairs.push(pair("created[gte]", created.from_s.to_string()));
            if let Some(to_s) = created.to_s {
                pairs.push(pair("created[lte]", to_s.to_string()));
            }
        }
        if let Some(after) = self.starting_after {
            pairs.push(pair("starting_after", after));
        }
        pairs.extend(more.iter().map(|(name, value)| pair(*name, *value)));
        format!("/v1/{list}?{}", form::encode(&pairs))
    }
}

/// The path of Stripe's search for the PaymentIntents whose metadata says this. Nothing in `value` may be a quote.
pub(crate) fn search_path(name: &str, value: &str) -> String {
    let query = format!("metadata['{name}']:'{value}'");
    format!("/v1/payment_intents/search?{}", form::encode(&[pair("query", query)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_call_is_exactly_this() {
        let card = PaymentMethodId::parse("pm_1").expect("an id");
        let prepared = CreatePaymentIntent {
            amount_minor: 2_500,
            currency: "gbp",
            payment_method: &card,
            metadata: &[("countersign_sale", "a b&c")],
        }
        .prepare();
        assert_eq!(prepared.path, "/v1/payment_intents");
        assert_eq!(
            prepared.body,
            "amount=2500&currency=gbp&payment_method=pm_1&confirmation_method=manual&confirm=true\
             &payment_method_types[]=card&use_stripe_sdk=true&metadata[countersign_sale]=a%20b%26c\
             &expand[]=latest_charge"
        );
        assert!(!prepared.body.contains("error_on_requires_action") && !prepared.body.contains("return_url"));
        assert_eq!(prepared.metadata("countersign_sale"), Some("a%20b%26c"));
        assert_eq!((prepared.metadata("countersign"), prepared.metadata("sale")), (None, None));
    }

    #[test]
    fn a_create_without_its_confirm_keeps_everything_else_and_names_what_it_lacks() {
        let card = PaymentMethodId::parse("pm_1").expect("an id");
        let metadata = [("countersign_check", "c")];
        let whole =
            CreatePaymentIntent { amount_minor: 100, currency: "gbp", payment_method: &card, metadata: &metadata }
                .prepare();
        let (without, left_out) = whole.unconfirmed();
        assert_eq!(
            without.body,
            "amount=100&currency=gbp&confirmation_method=manual&payment_method_types[]=card\
             &metadata[countersign_check]=c&expand[]=latest_charge"
        );
        assert_eq!(left_out, ["payment_method", "confirm", "use_stripe_sdk"]);
        assert_eq!((without.path, without.api_version), (whole.path, whole.api_version));
    }

    #[test]
    fn another_card_and_the_second_confirm_go_to_the_same_payment_intent() {
        let id = PaymentIntentId::parse("pi_9").expect("an id");
        let card = PaymentMethodId::parse("pm_2").expect("an id");
        let other = ConfirmPaymentIntent { id: &id, payment_method: Some(&card) }.prepare();
        assert_eq!(other.path, "/v1/payment_intents/pi_9/confirm");
        assert_eq!(other.body, "payment_method=pm_2&use_stripe_sdk=true&expand[]=latest_charge");
        let again = ConfirmPaymentIntent { id: &id, payment_method: None }.prepare();
        assert_eq!(again.body, "use_stripe_sdk=true&expand[]=latest_charge");
    }

    #[test]
    fn a_refund_names_its_payment_and_its_amount() {
        let id = PaymentIntentId::parse("pi_9").expect("an id");
        let refund = CreateRefund { payment_intent: &id, amount_minor: 500, metadata: &[("countersign_refund", "r1")] };
        let prepared = refund.prepare();
        assert_eq!(prepared.path, "/v1/refunds");
        assert_eq!(prepared.body, "payment_intent=pi_9&amount=500&metadata[countersign_refund]=r1");
    }

    #[test]
    fn a_page_says_what_it_wants() {
        let created = Some(Created { from_s: 5, to_s: Some(9) });
        let page = Page { starting_after: Some("pi_1"), created };
        assert_eq!(
            page.path("payment_intents", &[("expand[]", "data.latest_charge")]),
            "/v1/payment_intents?limit=100&created[gte]=5&created[lte]=9&starting_after=pi_1&expand[]=data.latest_charge"
        );
    }
}
