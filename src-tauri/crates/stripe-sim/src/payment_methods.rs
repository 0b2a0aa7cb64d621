//! PaymentMethods: what was keyed, without digits and security code.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::addresses;
use crate::card_entry::{self, Entry, Keyed};
use crate::cards::{self, TestCard};
use crate::errors::{ApiError, ErrorType};
use crate::form::Params;
use crate::stored::{Word, fingerprint};
use crate::table::Object;
use crate::world::Context;

/// Stripe's limit of an e-mail address, in characters.
const MAX_EMAIL_CHARS: usize = 512;

/// The billing details of a card that came by alias.
pub(crate) static NO_DETAILS: LazyLock<Arc<Value>> = LazyLock::new(|| {
    Arc::new(json!({
        "address": addresses::nowhere(),
        "email": null, "name": null, "phone": null, "tax_id": null,
    }))
});

/// A stored card.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) created: u64,
    #[serde(with = "crate::stored::card")]
    pub(crate) card: &'static TestCard,
    pub(crate) exp_month: u32,
    pub(crate) exp_year: u32,
    pub(crate) keyed: Keyed,
    /// Which network the customer chose. It counts where the card has that one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::stored::word_or_none")]
    pub(crate) preferred: Option<Word>,
    /// Shared with the charges that it pays.
    #[serde(with = "crate::stored::shared")]
    pub(crate) billing_details: Arc<Value>,
    pub(crate) metadata: Value,
    /// The PaymentIntent that used it up. Without a Customer a PaymentMethod serves one attempt.
    pub(crate) used_by: Option<String>,
    /// The Customer that it is attached to.
    pub(crate) customer: Option<String>,
    /// It had a Customer once: it can never be used again.
    pub(crate) was_detached: bool,
    /// It was set up for payments without the customer: the issuer then asks for no authentication.
    pub(crate) is_set_up: bool,
    pub(crate) allow_redisplay: Redisplay,
}

/// Whether a page may show a stored card to its customer again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Redisplay {
    Always,
    Limited,
    #[default]
    Unspecified,
}

pub(crate) fn allow_redisplay(params: &mut Params) -> Result<Option<Redisplay>, ApiError> {
    let word = params.one_of("allow_redisplay", &["always", "limited", "unspecified"])?;
    Ok(word.map(|word| match word {
        "always" => Redisplay::Always,
        "limited" => Redisplay::Limited,
        _ => Redisplay::Unspecified,
    }))
}

impl Object for PaymentMethod {
    const KIND: &'static str = "PaymentMethod";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        self.customer.iter().map(String::as_str).collect()
    }
}

impl PaymentMethod {
    pub(crate) fn last4(&self) -> &'static str {
        self.card.number.get(self.card.number.len() - 4..).unwrap_or("")
    }

    /// The network that a payment goes over: the one asked for, the customer's choice, or the card's own.
    pub(crate) fn network(&self, asked: Option<Word>) -> Word {
        let has = |network: &Word| self.card.networks.contains(network);
        let own = || self.card.networks.last().copied().unwrap_or(self.card.brand);
        asked.filter(has).or(self.preferred.filter(has)).unwrap_or_else(own)
    }

    /// The same for the same number, and different for every other.
    pub(crate) fn fingerprint(&self) -> String {
        fingerprint(self.card.number)
    }

    /// The object. A publishable key does not see the fingerprint.
    pub(crate) fn render(&self, reduced: bool) -> Value {
        let unchecked = |keyed: bool| if keyed { json!("unchecked") } else { Value::Null };
        let checks = if self.used_by.is_some() {
            crate::issuer::checks(self)
        } else {
            json!({
                "address_line1_check": unchecked(self.keyed.line1),
                "address_postal_code_check": unchecked(self.keyed.postal_code),
                "cvc_check": unchecked(self.keyed.cvc),
            })
        };
        let preferred = self.preferred.filter(|network| self.card.networks.contains(network));
        let available = if self.card.networks.is_empty() { vec![self.card.brand] } else { self.card.networks.clone() };
        let mut card = json!({
            "brand": self.card.brand,
            "checks": checks,
            "country": self.card.country,
            "display_brand": preferred.unwrap_or(self.card.brand),
            "exp_month": self.exp_month,
            "exp_year": self.exp_year,
            "fingerprint": self.fingerprint(),
            "funding": self.card.funding,
            "generated_from": null,
            "last4": self.last4(),
            "networks": {"available": available, "preferred": preferred},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {
                "supported": self.card.when_requested != cards::WhenRequested::NotSupported,
            },
            "wallet": null,
        });
        if reduced && let Some(fields) = card.as_object_mut() {
            fields.remove("fingerprint");
        }
        json!({
            "id": self.id,
            "object": "payment_method",
            "allow_redisplay": self.allow_redisplay,
            "billing_details": *self.billing_details,
            "card": card,
            "created": self.created,
            "customer": self.customer,
            "customer_account": null,
            "livemode": false,
            "metadata": self.metadata,
            "radar_options": {},
            "type": "card",
        })
    }
}

/// `POST /v1/payment_methods`
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let method = from_params(context, &mut params)?;
    params.finish()?;
    let rendered = method.render(context.is_publishable());
    context.account.payment_methods.insert(method);
    Ok(rendered)
}

/// `GET /v1/payment_methods/:id`
pub(crate) fn retrieve(context: &mut Context<'_>, id: &str) -> Result<Value, ApiError> {
    let id = resolve(context, id, "payment_method").map_err(|error| {
        // In a path the missing object is a 404; as a parameter it is a 400.
        ApiError { status: 404, ..error }
    })?;
    find(context, &id).map(|method| method.render(false))
}

/// The stored PaymentMethod.
pub(crate) fn find<'a>(context: &'a Context<'_>, id: &str) -> Result<&'a PaymentMethod, ApiError> {
    context.account.payment_methods.get(id).ok_or_else(|| ApiError::no_such("PaymentMethod", id, "payment_method"))
}

/// Reads the parameters of a new card, from digits or from a token.
pub(crate) fn from_params(context: &mut Context<'_>, params: &mut Params) -> Result<PaymentMethod, ApiError> {
    if params.required("type")? != "card" {
        return Err(ApiError::invalid("Invalid type: the simulator plays card only").param(params.name("type")));
    }
    params.refuse(&["customer", "payment_method", "link"])?;
    let allow_redisplay = allow_redisplay(params)?.unwrap_or_default();
    // What Stripe.js sends along about itself.
    for note in ["payment_user_agent", "referrer", "time_on_page", "guid", "muid", "sid", "pasted_fields"] {
        params.text(note)?;
    }
    params.ignore("client_attribution_metadata");
    if let Some(mut radar) = params.object("radar_options")? {
        radar.text("hcaptcha_token")?;
        radar.refuse(&["session"])?;
        radar.finish()?;
    }
    let billing_details = billing_details(params)?;
    let metadata = crate::metadata::read(params)?.unwrap_or_else(|| json!({}));
    let mut card = params.object("card")?.ok_or_else(|| ApiError::missing(&params.name("card")))?;
    let mut keyed = Keyed {
        cvc: false,
        line1: billing_details.pointer("/address/line1").is_some_and(Value::is_string),
        postal_code: billing_details.pointer("/address/postal_code").is_some_and(Value::is_string),
    };
    let now_s = context.now_s();
    if let Some(token) = card.filled("token")? {
        card.finish()?;
        let mut method = crate::tokens::spend(context, &token)?;
        let mut billing_details = billing_details;
        fill_in(&mut billing_details, &method.billing_details);
        method.keyed.line1 |= keyed.line1;
        method.keyed.postal_code |= keyed.postal_code;
        method.billing_details = Arc::new(billing_details);
        method.metadata = metadata;
        method.allow_redisplay = allow_redisplay;
        return Ok(method);
    }
    refuse_digits_from_secret_key(context, &card)?;
    let Entry { card: test_card, exp_month, exp_year, has_cvc, preferred } = card_entry::read(&mut card, now_s)?;
    card.finish()?;
    keyed.cvc = has_cvc;
    Ok(PaymentMethod {
        id: context.ids.object("pm_1"),
        created: now_s,
        card: test_card,
        exp_month,
        exp_year,
        keyed,
        preferred,
        billing_details: Arc::new(billing_details),
        metadata,
        used_by: None,
        customer: None,
        was_detached: false,
        is_set_up: false,
        allow_redisplay,
    })
}

/// Digits belong to the page, not to the server: Stripe refuses them from a secret key unless the account is cleared for it.
pub(crate) fn refuse_digits_from_secret_key(context: &Context<'_>, card: &Params) -> Result<(), ApiError> {
    if !context.is_publishable() && !context.options.raw_card_data && card.has("number") {
        return Err(ApiError::new(
            402,
            ErrorType::InvalidRequest,
            "Sending credit card numbers directly to the Stripe API is generally unsafe. Create the PaymentMethod with a publishable key, or use a test PaymentMethod such as pm_card_visa.",
        )
        .not_kept());
    }
    Ok(())
}

fn billing_details(params: &mut Params) -> Result<Value, ApiError> {
    Ok(changed_billing_details(params, &NO_DETAILS)?.unwrap_or_else(|| (**NO_DETAILS).clone()))
}

/// What the card was keyed with counts where nothing else is said.
fn fill_in(details: &mut Value, keyed: &Value) {
    match (details, keyed) {
        (Value::Object(details), Value::Object(keyed)) => {
            for (name, value) in keyed {
                fill_in(details.entry(name).or_insert(Value::Null), value);
            }
        }
        (details @ Value::Null, keyed) => *details = keyed.clone(),
        (_, _) => {}
    }
}

/// The billing details after what was given; `None` when nothing was. An empty text unsets a field.
pub(crate) fn changed_billing_details(params: &mut Params, before: &Value) -> Result<Option<Value>, ApiError> {
    let Some(mut given) = params.object("billing_details")? else {
        return Ok(None);
    };
    let mut details = before.clone();
    if let Some(email) = addresses::email(&mut given, "email", MAX_EMAIL_CHARS)? {
        details["email"] = json!(addresses::unset_if_empty(email));
    }
    for field in ["name", "phone", "tax_id"] {
        if let Some(text) = given.text(field)? {
            details[field] = json!(addresses::unset_if_empty(text));
        }
    }
    addresses::change(&mut given, "address", &mut details["address"])?;
    given.finish()?;
    Ok(Some(details))
}

/// An error as a publishable key may see it: its PaymentMethod without the fingerprint.
pub(crate) fn without_fingerprint(mut error: Value) -> Value {
    if let Some(card) = error.pointer_mut("/payment_method/card").and_then(Value::as_object_mut) {
        card.shift_remove("fingerprint");
    }
    error
}

/// The answer to a PaymentMethod that was used up without a Customer, or has lost its Customer.
pub(crate) fn spent() -> ApiError {
    ApiError::refused(
        "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.",
    )
}

/// Whether this intent may use the PaymentMethod. `customer`: the intent's. `is_present_one`: it is the intent's already.
pub(crate) fn check_usable(
    context: &Context<'_>,
    id: &str,
    customer: Option<&str>,
    is_present_one: bool,
) -> Result<(), ApiError> {
    let method = find(context, id)?;
    match (method.customer.as_deref(), customer) {
        (Some(owner), Some(customer)) if owner == customer => Ok(()),
        (Some(_), Some(_)) => Err(crate::customers::not_of_customer(id)),
        (Some(_), None) => Err(ApiError::refused(
            "The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.",
        )),
        (None, _) if method.was_detached => Err(spent()),
        (None, _) if method.used_by.is_some() && !is_present_one => Err(spent()),
        (None, _) => Ok(()),
    }
}

/// The id of the PaymentMethod that a parameter names. An alias as `pm_card_visa` makes a new one each time.
pub(crate) fn resolve(context: &mut Context<'_>, id: &str, param: &str) -> Result<String, ApiError> {
    if context.account.payment_methods.get(id).is_some() {
        return Ok(id.to_owned());
    }
    let Some(card) = cards::by_payment_method(id) else {
        return Err(ApiError { status: 400, ..ApiError::no_such("PaymentMethod", id, param) });
    };
    let method = of_test_card(context, card);
    let id = method.id.clone();
    context.account.payment_methods.insert(method);
    Ok(id)
}

/// A new PaymentMethod of a card that came by alias, with all details that its checks need.
pub(crate) fn of_test_card(context: &mut Context<'_>, card: &'static TestCard) -> PaymentMethod {
    let (exp_month, exp_year) = card_entry::alias_expiry(context.now_s());
    PaymentMethod {
        id: context.ids.object("pm_1"),
        created: context.now_s(),
        card,
        exp_month,
        exp_year,
        keyed: Keyed { cvc: true, line1: card.checks.line1.is_some(), postal_code: card.checks.postal.is_some() },
        preferred: None,
        billing_details: Arc::clone(&NO_DETAILS),
        metadata: json!({}),
        used_by: None,
        customer: None,
        was_detached: false,
        is_set_up: false,
        allow_redisplay: Redisplay::Unspecified,
    }
}
