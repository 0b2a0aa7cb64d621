//! ConfirmationTokens: what the page collected, kept until the server confirms with it.
//!
//! The page makes one with its publishable key (`POST /v1/confirmation_tokens`, as Stripe.js does), a test with the secret key
//! (`POST /v1/test_helpers/confirmation_tokens`). It serves one confirm, within twelve hours. Mandates and installments are
//! not played.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::addresses;
use crate::errors::ApiError;
use crate::form::Params;
use crate::payment_intents::parameters;
use crate::payment_methods::{self, PaymentMethod};
use crate::stored::Word;
use crate::table::Object;
use crate::world::Context;

/// How long a token serves, in seconds: twelve hours.
const SERVES_S: u64 = 12 * 3_600;

/// A ConfirmationToken.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ConfirmationToken {
    id: String,
    created: u64,
    method: PaymentMethod,
    return_url: Option<String>,
    #[serde(with = "crate::stored::word_or_none")]
    setup_future_usage: Option<Word>,
    shipping: Value,
    /// The PaymentIntent or SetupIntent that it confirmed.
    used_by: Option<String>,
}

impl Object for ConfirmationToken {
    const KIND: &'static str = "confirmationtoken";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
}

impl ConfirmationToken {
    fn render(&self, reduced: bool) -> Value {
        let used_by = |prefix: &str| self.used_by.as_deref().filter(|id| id.starts_with(prefix));
        let method = self.method.render(reduced);
        // A token knows neither carrier nor tracking number.
        let shipping = self.shipping.as_object().map(
            |given| json!({"address": given.get("address"), "name": given.get("name"), "phone": given.get("phone")}),
        );
        json!({
            "id": self.id,
            "object": "confirmation_token",
            "created": self.created,
            "expires_at": self.created + SERVES_S,
            "livemode": false,
            "mandate_data": null,
            "payment_intent": used_by("pi_"),
            "payment_method_options": null,
            "payment_method_preview": {
                "allow_redisplay": method["allow_redisplay"],
                "billing_details": method["billing_details"],
                "card": method["card"],
                "customer": method["customer"],
                "customer_account": null,
                "type": "card",
            },
            "return_url": self.return_url,
            "setup_future_usage": self.setup_future_usage,
            "setup_intent": used_by("seti_"),
            "shipping": shipping,
            "use_stripe_sdk": true,
        })
    }
}

/// `POST /v1/confirmation_tokens` and its test helper.
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["mandate_data", "payment_method_options"])?;
    // What Stripe.js tells about itself and its page.
    for note in ["client_context", "client_attribution_metadata", "payment_user_agent", "set_as_default_payment_method"]
    {
        params.ignore(note);
    }
    let alias = params.filled("payment_method")?;
    let data = params.object("payment_method_data")?;
    let return_url = crate::return_url::read(&mut params)?;
    let setup_future_usage = parameters::setup_future_usage(&mut params)?;
    let shipping = addresses::shipping(&mut params)?.unwrap_or(Value::Null);
    let method = match (alias, data) {
        (Some(id), None) => {
            let id = payment_methods::resolve(context, &id, "payment_method")?;
            payment_methods::find(context, &id)?.clone()
        }
        (None, Some(mut data)) => {
            let method = payment_methods::from_params(context, &mut data)?;
            data.finish()?;
            method
        }
        (None, None) => return Err(ApiError::missing("payment_method_data")),
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "You may only specify one of these parameters: payment_method, payment_method_data.",
            )
            .code("parameters_exclusive"));
        }
    };
    params.finish()?;
    let token = ConfirmationToken {
        id: context.ids.object("ctoken_1"),
        created: context.now_s(),
        method,
        return_url,
        setup_future_usage,
        shipping,
        used_by: None,
    };
    let rendered = token.render(context.is_publishable());
    context.account.confirmation_tokens.insert(token);
    Ok(rendered)
}

/// `GET /v1/confirmation_tokens/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    let token = context.account.confirmation_tokens.get(id);
    token
        .map(|token| token.render(false))
        .ok_or_else(|| ApiError::no_such("confirmationtoken", id, "confirmation_token"))
}

/// What a token brings to the confirm that names it.
pub(crate) struct Brought {
    id: String,
    /// A new PaymentMethod.
    pub(crate) method: String,
    pub(crate) return_url: Option<String>,
    pub(crate) setup_future_usage: Option<Word>,
    pub(crate) shipping: Option<Value>,
}

/// Reads `confirmation_token`. It cannot be given beside a PaymentMethod, nor without a confirm.
pub(crate) fn named(
    context: &mut Context<'_>,
    params: &mut Params,
    confirms: bool,
) -> Result<Option<Brought>, ApiError> {
    let Some(id) = params.filled("confirmation_token")? else {
        return Ok(None);
    };
    if !confirms {
        return Err(ApiError::invalid(
            "The parameter `confirmation_token` cannot be passed unless `confirm` is set to true.",
        )
        .param("confirmation_token"));
    }
    if let Some(other) = ["payment_method", "payment_method_data"].iter().find(|name| params.has(name)) {
        return Err(ApiError::invalid(format!(
            "You may only specify one of these parameters: confirmation_token, {other}."
        ))
        .code("parameters_exclusive"));
    }
    let Some(token) = context.account.confirmation_tokens.get(&id).cloned() else {
        return Err(ApiError { status: 400, ..ApiError::no_such("confirmationtoken", &id, "confirmation_token") });
    };
    let refuse = |why: &str| {
        Err(ApiError::refused(format!("The ConfirmationToken {id} {why}. Create a new one."))
            .param("confirmation_token"))
    };
    if token.used_by.is_some() {
        return refuse("has already been used");
    }
    if context.now_s() >= token.created + SERVES_S {
        return refuse("has expired");
    }
    // Drawn from the token again, so that the token can be tried again when this call is refused.
    let mut method = token.method;
    if context.account.payment_methods.get(&method.id).is_none() {
        context.account.payment_methods.insert(method.clone());
    } else if method.customer.is_none() {
        method.id = context.ids.object("pm_1");
        context.account.payment_methods.insert(method.clone());
    }
    Ok(Some(Brought {
        id,
        method: method.id,
        return_url: token.return_url,
        setup_future_usage: token.setup_future_usage,
        shipping: Some(token.shipping).filter(|shipping| !shipping.is_null()),
    }))
}

/// The token has served.
pub(crate) fn use_up(context: &mut Context<'_>, brought: Option<&Brought>, intent: &str) {
    if let Some(brought) = brought {
        context.account.confirmation_tokens.change(&brought.id, |token| token.used_by = Some(intent.to_owned()));
    }
}
