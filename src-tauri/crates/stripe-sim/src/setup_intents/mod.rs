//! SetupIntents: saving a card without charging it. The object, how it looks from outside, reading and listing.
//!
//! What its calls do is in `calls`, what the issuer says and what follows is in `attempt`, which status follows which is
//! in `machine` alone. Deliberately not here: mandates, and the list of SetupAttempts.

pub(crate) mod attempt;
pub(crate) mod calls;
pub(crate) mod machine;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::challenge::Challenge;
use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::payment_intents::AutomaticMethods;
use crate::stored::Word;
use crate::table::Object;
use crate::world::Context;
use crate::{customers, payment_methods};
pub(crate) use machine::{Status, Step};

/// What the saved card is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Usage {
    OnSession,
    OffSession,
}

/// Why it was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CancellationReason {
    Abandoned,
    RequestedByCustomer,
    Duplicate,
}

/// When the bank is to ask the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestThreeDs {
    #[default]
    Automatic,
    Any,
    Challenge,
}

/// A SetupIntent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SetupIntent {
    pub(crate) id: String,
    pub(crate) client_secret: String,
    pub(crate) created: u64,
    status: Status,
    pub(crate) usage: Usage,
    pub(crate) customer: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) automatic_methods: Option<AutomaticMethods>,
    /// `allowed_payment_method_types`, as they were sent.
    #[serde(default)]
    pub(crate) allowed_types: Option<Vec<String>>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Value,
    pub(crate) use_stripe_sdk: bool,
    pub(crate) request_three_ds: RequestThreeDs,
    /// The network that a card of several was asked to go over.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::stored::word_or_none")]
    pub(crate) network: Option<Word>,
    pub(crate) latest_attempt: Option<String>,
    pub(crate) last_setup_error: Option<Value>,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) cancellation_reason: Option<CancellationReason>,
}

impl Object for SetupIntent {
    const KIND: &'static str = "setupintent";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        let source = self.challenge.iter().map(|challenge| challenge.source.as_str());
        self.customer.iter().chain(&self.payment_method).map(String::as_str).chain(source).collect()
    }
}

impl SetupIntent {
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

    fn next_action(&self) -> Value {
        match (self.status, &self.challenge) {
            (Status::RequiresAction, Some(challenge)) => {
                challenge.next_action(&format!("/v1/setup_intents/{}", self.id))
            }
            (_, _) => Value::Null,
        }
    }

    /// The whole object, as a secret key sees it.
    pub(crate) fn render(&self) -> Value {
        json!({
            "id": self.id,
            "object": "setup_intent",
            "allowed_payment_method_types": self.allowed_types,
            "application": null,
            "automatic_payment_methods": self.automatic_methods.map(AutomaticMethods::render),
            "cancellation_reason": self.cancellation_reason,
            "client_secret": self.client_secret,
            "created": self.created,
            "customer": self.customer,
            "customer_account": null,
            "description": self.description,
            "excluded_payment_method_types": null,
            "flow_directions": null,
            "last_setup_error": self.last_setup_error,
            "latest_attempt": self.latest_attempt,
            "livemode": false,
            "mandate": null,
            "metadata": self.metadata,
            "next_action": self.next_action(),
            "on_behalf_of": null,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": null,
            "payment_method_options": {"card": {
                "mandate_options": null, "network": self.network, "request_three_d_secure": self.request_three_ds,
            }},
            "payment_method_types": ["card"],
            "single_use_mandate": null,
            "status": self.status.as_str(),
            "usage": self.usage,
        })
    }

    /// The reduced object, as a publishable key with the client secret sees it.
    pub(crate) fn render_reduced(&self) -> Value {
        json!({
            "id": self.id,
            "object": "setup_intent",
            "cancellation_reason": self.cancellation_reason,
            "client_secret": self.client_secret,
            "created": self.created,
            "description": self.description,
            "last_setup_error": self.last_setup_error.clone().map(payment_methods::without_fingerprint),
            "livemode": false,
            "next_action": self.next_action(),
            "payment_method": self.payment_method,
            "payment_method_types": ["card"],
            "status": self.status.as_str(),
            "usage": self.usage,
        })
    }
}

/// The SetupIntent as this caller may see it.
pub(crate) fn rendered(context: &Context<'_>, intent: &SetupIntent) -> Value {
    if context.is_publishable() { intent.render_reduced() } else { intent.render() }
}

/// A copy to work on; `save` puts it back.
pub(crate) fn load(context: &Context<'_>, id: &str) -> Result<SetupIntent, ApiError> {
    context.account.setup_intents.get(id).cloned().ok_or_else(|| ApiError::no_such("setupintent", id, "intent"))
}

/// As `load`, and checks the client secret: a publishable key must give it, a secret key may.
pub(crate) fn load_with_secret(
    context: &Context<'_>,
    id: &str,
    client_secret: Option<&str>,
) -> Result<SetupIntent, ApiError> {
    let intent = load(context, id)?;
    match client_secret {
        None if context.is_publishable() => Err(ApiError::missing("client_secret")),
        Some(secret) if secret != intent.client_secret => Err(ApiError::refused(
            "The client_secret provided does not match the client_secret associated with the SetupIntent.",
        )
        .code("setup_intent_invalid_parameter")
        .param("client_secret")),
        None | Some(_) => Ok(intent),
    }
}

pub(crate) fn save(context: &mut Context<'_>, intent: &SetupIntent) {
    context.account.setup_intents.put(intent.clone());
}

/// A 400 `setup_intent_unexpected_state` with the SetupIntent in it.
pub(crate) fn unexpected_state(context: &Context<'_>, intent: &SetupIntent, message: String) -> ApiError {
    ApiError::refused(message).code("setup_intent_unexpected_state").with("setup_intent", rendered(context, intent))
}

/// `GET /v1/setup_intents/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let client_secret = params.filled("client_secret")?;
    // Stripe.js sends this with its reads.
    params.boolean("is_stripe_sdk")?;
    params.finish()?;
    let intent = load_with_secret(context, id, client_secret.as_deref())?;
    Ok(rendered(context, &intent))
}

/// `GET /v1/setup_intents`
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let page = Page::read(&mut params)?;
    params.refuse(&["attach_to_self", "customer_account"])?;
    let customer = customers::named(context, &mut params)?;
    let method = params.filled("payment_method")?;
    params.finish()?;
    page.list(
        &context.account.setup_intents,
        "/v1/setup_intents",
        method.as_deref().or(customer.as_deref()),
        |intent: &SetupIntent| customer.is_none() || customer == intent.customer,
        &SetupIntent::render,
    )
}
