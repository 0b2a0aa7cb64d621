//! `POST /v1/payment_intents`: create, and confirm in the same call if asked to.

use serde_json::{Value, json};

use super::attempt::{self, Manner};
use super::confirm;
use super::parameters::CardOptions;
use super::{CaptureMethod, ConfirmationMethod, PaymentIntent, Status, Step, parameters};
use crate::errors::ApiError;
use crate::form::Params;
use crate::method_types::Named;
use crate::world::Context;
use crate::{addresses, confirmation_tokens, customers, metadata, money, payment_methods, statements};

/// Creates a PaymentIntent. With `confirm` a decline is a 402, and the PaymentIntent exists all the same.
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let named = Named::read(context.version(), &mut params)?;
    params.refuse(parameters::NOT_SIMULATED)?;
    let confirm = params.boolean("confirm")?.unwrap_or(false);
    let card_options = parameters::card_options(&context.settings, &mut params, confirm)?;
    let mut intent = read(context, &mut params, named, &card_options)?;
    let mut manner = Manner { moto: card_options.moto, ..manner(&mut params, confirm)? };
    let use_stripe_sdk = params.boolean("use_stripe_sdk")?;
    let token = confirmation_tokens::named(context, &mut params, confirm)?;
    let mut method = method_of(context, &mut params)?;
    params.finish()?;
    if let Some(token) = &token {
        method = Some(token.method.clone());
        let shipping = std::mem::take(&mut intent.shipping);
        intent.follow_token(token);
        // What the call itself says counts before what the page collected.
        if !shipping.is_null() {
            intent.shipping = shipping;
        }
        manner.return_url = manner.return_url.or_else(|| token.return_url.clone());
    }
    intent.use_stripe_sdk = use_stripe_sdk.unwrap_or(intent.use_stripe_sdk);
    if let Some(method) = &method {
        payment_methods::check_usable(context, method, intent.customer.as_deref(), false)?;
    }
    if confirm {
        confirm::check_return_url(context.version(), &intent, &manner)?;
        parameters::check_moto(manner.moto, intent.setup_future_usage)?;
        if method.is_none() {
            return Err(ApiError::refused(confirm::MISSING_METHOD).code("payment_intent_unexpected_state"));
        }
    }

    intent.id = context.ids.object("pi_3");
    intent.client_secret = context.ids.text(&format!("{}_secret_", intent.id), 25);
    if method.is_some() {
        intent.payment_method = method;
        intent.take(Step::MethodSet);
    }
    confirmation_tokens::use_up(context, token.as_ref(), &intent.id);
    super::save(context, &intent);
    context.record("payment_intent.created", &intent);
    if confirm {
        attempt::run(context, &mut intent, &manner)?;
    }
    Ok(super::rendered(context, &intent))
}

/// Reads what a PaymentIntent is for, and how it is to go. It has no id and no PaymentMethod yet.
fn read(
    context: &Context<'_>,
    params: &mut Params,
    named: Named,
    card_options: &CardOptions,
) -> Result<PaymentIntent, ApiError> {
    let amount = params.integer("amount")?.ok_or_else(|| ApiError::missing("amount"))?;
    let currency = money::currency(&params.required("currency")?)?;
    let confirmation_method = params.one_of("confirmation_method", &["automatic", "manual"])?;
    Ok(PaymentIntent {
        id: String::new(),
        client_secret: String::new(),
        created: context.now_s(),
        amount_minor: money::check_amount(amount, &currency, context.options)?,
        amount_capturable_minor: 0,
        amount_received_minor: 0,
        currency,
        status: Status::RequiresPaymentMethod,
        confirmation_method: match confirmation_method {
            Some("manual") => ConfirmationMethod::Manual,
            Some(_) | None => ConfirmationMethod::Automatic,
        },
        capture_method: parameters::capture_method(params)?.unwrap_or(CaptureMethod::AutomaticAsync),
        automatic_methods: named.of_new_intent(params, confirmation_method)?,
        allowed_types: named.allowed(),
        customer: customers::named(context, params)?,
        payment_method: None,
        latest_charge: None,
        last_payment_error: None,
        challenge: None,
        authenticated: false,
        attempt_at_ms: None,
        confirms: 0,
        use_stripe_sdk: false,
        holds_cards: card_options.manual_capture.unwrap_or(false),
        network: card_options.network,
        request_three_d_secure: card_options.request_three_d_secure.unwrap_or("automatic"),
        description: parameters::description(params)?.and_then(addresses::unset_if_empty),
        receipt_email: parameters::receipt_email(params)?.and_then(addresses::unset_if_empty),
        metadata: metadata::read(params)?.unwrap_or_else(|| json!({})),
        shipping: addresses::shipping(params)?.unwrap_or(Value::Null),
        statement_descriptor_suffix: statements::suffix(params)?.flatten(),
        setup_future_usage: parameters::setup_future_usage(params)?,
        canceled_at: None,
        cancellation_reason: None,
    })
}

/// How to confirm. These parameters mean nothing without `confirm`, and Stripe refuses them then.
fn manner(params: &mut Params, confirm: bool) -> Result<Manner, ApiError> {
    for name in ["off_session", "error_on_requires_action", "return_url"] {
        if params.has(name) && !confirm {
            return Err(ApiError::invalid(format!(
                "The parameter `{name}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
            ))
            .param(name));
        }
    }
    Manner::read(params)
}

/// The PaymentMethod that a call brings: an id, an alias, or the data of a new one.
pub(crate) fn method_of(context: &mut Context<'_>, params: &mut Params) -> Result<Option<String>, ApiError> {
    let given = params.filled("payment_method")?;
    let data = params.object("payment_method_data")?;
    match (given, data) {
        (Some(_), Some(_)) => {
            Err(ApiError::invalid("You may only specify one of these parameters: payment_method, payment_method_data.")
                .code("parameters_exclusive"))
        }
        (Some(id), None) => payment_methods::resolve(context, &id, "payment_method").map(Some),
        (None, Some(mut data)) => {
            let method = payment_methods::from_params(context, &mut data)?;
            data.finish()?;
            let id = method.id.clone();
            context.account.payment_methods.insert(method);
            Ok(Some(id))
        }
        (None, None) => Ok(None),
    }
}
