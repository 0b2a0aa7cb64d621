//! PaymentIntents: the object, how it looks from outside, reading and listing.
//!
//! What each call does is in the files beside this one; which status follows which is in `machine` alone.

pub(crate) mod attempt;
pub(crate) mod authentication;
pub(crate) mod cancel;
pub(crate) mod capture;
pub(crate) mod confirm;
pub(crate) mod create;
pub(crate) mod machine;
pub(crate) mod parameters;
pub(crate) mod update;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use machine::{Status, Step};
use parameters::CardOptions;

pub(crate) use attempt::expire_attempt;
pub(crate) use cancel::expire_hold;

use crate::challenge::Challenge;
use crate::confirmation_tokens::Brought;
use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::stored::Word;
use crate::table::Object;
use crate::world::Context;
use crate::{customers, payment_methods};

/// When money is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureMethod {
    AutomaticAsync,
    Automatic,
    Manual,
}

impl CaptureMethod {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AutomaticAsync => "automatic_async",
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }
}

/// Who confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConfirmationMethod {
    /// After the challenge Stripe goes on by itself; the page may confirm.
    Automatic,
    /// Only the server confirms, also after the challenge.
    Manual,
}

/// A PaymentIntent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) client_secret: String,
    pub(crate) created: u64,
    pub(crate) amount_minor: u64,
    pub(crate) amount_capturable_minor: u64,
    pub(crate) amount_received_minor: u64,
    pub(crate) currency: String,
    status: Status,
    pub(crate) confirmation_method: ConfirmationMethod,
    pub(crate) capture_method: CaptureMethod,
    /// `payment_method_types` was not given: the dashboard's methods, which may redirect.
    pub(crate) automatic_methods: Option<AutomaticMethods>,
    /// `allowed_payment_method_types`, as they were sent.
    #[serde(default)]
    pub(crate) allowed_types: Option<Vec<String>>,
    pub(crate) customer: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) last_payment_error: Option<Value>,
    pub(crate) challenge: Option<Challenge>,
    /// The customer has passed the challenge of the present attempt.
    pub(crate) authenticated: bool,
    /// When the attempt that waits for the customer, or for the second confirm, began.
    pub(crate) attempt_at_ms: Option<u64>,
    /// How often it was confirmed.
    pub(crate) confirms: u32,
    pub(crate) use_stripe_sdk: bool,
    /// `payment_method_options[card][capture_method]` is `manual`: cards are held, whatever `capture_method` says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) holds_cards: bool,
    /// The network that a card of several was asked to go over.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::stored::word_or_none")]
    pub(crate) network: Option<Word>,
    #[serde(with = "crate::stored::word")]
    pub(crate) request_three_d_secure: Word,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) metadata: Value,
    pub(crate) shipping: Value,
    pub(crate) statement_descriptor_suffix: Option<String>,
    #[serde(with = "crate::stored::word_or_none")]
    pub(crate) setup_future_usage: Option<Word>,
    pub(crate) canceled_at: Option<u64>,
    #[serde(with = "crate::stored::word_or_none")]
    pub(crate) cancellation_reason: Option<Word>,
}

/// Payment methods chosen by Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AutomaticMethods {
    pub(crate) allow_redirects: bool,
}

impl AutomaticMethods {
    pub(crate) fn render(self) -> Value {
        json!({"allow_redirects": if self.allow_redirects { "always" } else { "never" }, "enabled": true})
    }
}

impl Object for PaymentIntent {
    const KIND: &'static str = "payment_intent";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        let source = self.challenge.iter().map(|challenge| challenge.source.as_str());
        self.customer.iter().map(String::as_str).chain(source).collect()
    }
}

impl PaymentIntent {
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// Takes a step. Callers refuse with Stripe's message first; a step that the machine does not know changes nothing.
    pub(crate) fn take(&mut self, step: Step) {
        match machine::next(self.status, step) {
            Some(status) => self.status = status,
            None => log::error!("{}: {step:?} is not possible in {:?}", self.id, self.status),
        }
    }

    /// Whether the status still allows amount, currency and payment method to change.
    pub(crate) fn is_open(&self) -> bool {
        machine::next(self.status, Step::MethodSet).is_some()
    }

    /// Whether an approval is a hold.
    pub(crate) fn holds(&self) -> bool {
        self.holds_cards || self.capture_method == CaptureMethod::Manual
    }

    /// What a call says in `payment_method_options[card]`.
    pub(crate) fn follow_card_options(&mut self, options: &CardOptions) {
        self.request_three_d_secure = options.request_three_d_secure.unwrap_or(self.request_three_d_secure);
        self.holds_cards = options.manual_capture.unwrap_or(self.holds_cards);
        self.network = options.network.or(self.network);
    }

    /// What the page collected counts, unless this PaymentIntent says otherwise already.
    pub(crate) fn follow_token(&mut self, token: &Brought) {
        self.use_stripe_sdk = true;
        self.setup_future_usage = self.setup_future_usage.or(token.setup_future_usage);
        if let Some(shipping) = &token.shipping {
            self.shipping = shipping.clone();
        }
    }

    /// Refuses a PaymentMethod that this PaymentIntent may not use.
    pub(crate) fn check_method(&self, context: &Context<'_>, method: &str) -> Result<(), ApiError> {
        let is_present_one = self.payment_method.as_deref() == Some(method);
        payment_methods::check_usable(context, method, self.customer.as_deref(), is_present_one)
    }

    fn next_action(&self) -> Value {
        match (self.status, &self.challenge) {
            (Status::RequiresAction, Some(challenge)) => {
                challenge.next_action(&format!("/v1/payment_intents/{}", self.id))
            }
            (_, _) => Value::Null,
        }
    }

    /// The whole object, as a secret key sees it.
    pub(crate) fn render(&self) -> Value {
        let mut intent = json!({
            "id": self.id,
            "object": "payment_intent",
            "allowed_payment_method_types": self.allowed_types,
            "amount": self.amount_minor,
            "amount_capturable": self.amount_capturable_minor,
            "amount_details": {"tip": {}},
            "amount_received": self.amount_received_minor,
            "application": null,
            "application_fee_amount": null,
            "automatic_payment_methods": self.automatic_methods.map(AutomaticMethods::render),
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method.as_str(),
            "client_secret": self.client_secret,
            "confirmation_method": self.confirmation_method_word(),
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "customer_account": null,
            "description": self.description,
            "excluded_payment_method_types": null,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": false,
            "managed_payments": {"enabled": false},
            "metadata": self.metadata,
            "next_action": self.next_action(),
            "on_behalf_of": null,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": null,
            "payment_method_options": {"card": {
                "installments": null,
                "mandate_options": null,
                "network": self.network,
                "request_three_d_secure": self.request_three_d_secure,
            }},
            "payment_method_types": ["card"],
            "processing": null,
            "receipt_email": self.receipt_email,
            "review": null,
            "setup_future_usage": self.setup_future_usage,
            "shared_payment_granted_token": null,
            "shipping": self.shipping,
            "source": null,
            "statement_descriptor": null,
            "statement_descriptor_suffix": self.statement_descriptor_suffix,
            "status": self.status.as_str(),
            "transfer_data": null,
            "transfer_group": null,
        });
        // Absent rather than null.
        if self.holds_cards {
            intent["payment_method_options"]["card"]["capture_method"] = json!("manual");
        }
        intent
    }

    /// The reduced object, as a publishable key with the client secret sees it.
    pub(crate) fn render_reduced(&self) -> Value {
        let error = self.last_payment_error.clone().map(payment_methods::without_fingerprint);
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount_minor,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method.as_str(),
            "client_secret": self.client_secret,
            "confirmation_method": self.confirmation_method_word(),
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "last_payment_error": error,
            "livemode": false,
            "next_action": self.next_action(),
            "payment_method": self.payment_method,
            "payment_method_types": ["card"],
            "receipt_email": self.receipt_email,
            "setup_future_usage": self.setup_future_usage,
            "shipping": self.shipping,
            "source": null,
            "status": self.status.as_str(),
        })
    }

    fn confirmation_method_word(&self) -> &'static str {
        match self.confirmation_method {
            ConfirmationMethod::Automatic => "automatic",
            ConfirmationMethod::Manual => "manual",
        }
    }
}

/// The PaymentIntent as this caller may see it.
pub(crate) fn rendered(context: &Context<'_>, intent: &PaymentIntent) -> Value {
    if context.is_publishable() { intent.render_reduced() } else { intent.render() }
}

/// A copy to work on; `save` puts it back. A call that is refused on the way changes nothing.
pub(crate) fn load(context: &Context<'_>, id: &str) -> Result<PaymentIntent, ApiError> {
    context.account.payment_intents.get(id).cloned().ok_or_else(|| ApiError::no_such("payment_intent", id, "intent"))
}

/// As `load`, and checks the client secret: a publishable key must give it, a secret key may.
pub(crate) fn load_with_secret(
    context: &Context<'_>,
    id: &str,
    client_secret: Option<&str>,
) -> Result<PaymentIntent, ApiError> {
    let intent = load(context, id)?;
    match client_secret {
        None if context.is_publishable() => Err(ApiError::missing("client_secret")),
        Some(secret) if secret != intent.client_secret => Err(ApiError::refused(
            "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
        )
        .code("payment_intent_invalid_parameter")
        .param("client_secret")),
        None | Some(_) => Ok(intent),
    }
}

pub(crate) fn save(context: &mut Context<'_>, intent: &PaymentIntent) {
    context.account.payment_intents.put(intent.clone());
}

/// A 400 `payment_intent_unexpected_state` with the PaymentIntent in it.
pub(crate) fn unexpected_state(context: &Context<'_>, intent: &PaymentIntent, message: String) -> ApiError {
    ApiError::refused(message).code("payment_intent_unexpected_state").with("payment_intent", rendered(context, intent))
}

/// `GET /v1/payment_intents/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let client_secret = params.filled("client_secret")?;
    // Stripe.js sends this with its reads.
    params.boolean("is_stripe_sdk")?;
    params.finish()?;
    let intent = load_with_secret(context, id, client_secret.as_deref())?;
    Ok(rendered(context, &intent))
}

/// `GET /v1/payment_intents`
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["customer_account"])?;
    let page = Page::read(&mut params)?;
    let customer = customers::named(context, &mut params)?;
    params.finish()?;
    page.list(
        &context.account.payment_intents,
        "/v1/payment_intents",
        customer.as_deref(),
        |_| true,
        &PaymentIntent::render,
    )
}
