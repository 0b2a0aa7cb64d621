//! `POST /v1/payment_intents/:id/confirm`.

use serde_json::Value;

use super::attempt::{self, Manner};
use super::{ConfirmationMethod, PaymentIntent, Status, Step, create, parameters};
use crate::changes::NO_METHOD_TYPES;
use crate::errors::ApiError;
use crate::form::Params;
use crate::method_types::Named;
use crate::version::ApiVersion;
use crate::world::Context;
use crate::{addresses, confirmation_tokens};

/// The answer to a confirm that has nothing to charge.
pub(crate) const MISSING_METHOD: &str = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.";

/// Confirms with the PaymentMethod that is there, or with a new one.
pub(crate) fn confirm(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let client_secret = params.filled("client_secret")?;
    let mut intent = super::load_with_secret(context, id, client_secret.as_deref())?;
    if context.is_publishable() && intent.confirmation_method == ConfirmationMethod::Manual {
        return Err(ApiError::refused(format!(
            "This PaymentIntent {id} cannot be confirmed using your publishable key because its `confirmation_method` is set to `manual`. Please use your secret key instead, or create a PaymentIntent with `confirmation_method` set to `automatic`."
        )));
    }
    let named = Named::read(context.version(), &mut params)?;
    params.refuse(parameters::NOT_SIMULATED)?;
    params.refuse(&["amount_to_confirm"])?;
    for note in ["expected_payment_method_type", "client_context", "payment_user_agent"] {
        params.text(note)?;
    }
    let use_stripe_sdk = params.boolean("use_stripe_sdk")?;
    let card_options = parameters::card_options(&context.settings, &mut params, true)?;
    let mut manner = Manner { moto: card_options.moto, ..Manner::read(&mut params)? };
    let capture_method = parameters::capture_method(&mut params)?;
    let receipt_email = parameters::receipt_email(&mut params)?;
    let shipping = addresses::shipping(&mut params)?;
    let setup_future_usage = parameters::changed_setup_future_usage(&mut params)?;
    let brings_method =
        ["payment_method", "payment_method_data", "confirmation_token"].iter().any(|name| params.has(name));
    check_status(context, &intent, brings_method)?;
    let token = confirmation_tokens::named(context, &mut params, true)?;
    let mut method = create::method_of(context, &mut params)?;
    params.finish()?;

    if intent.confirms >= context.options.max_confirms {
        return Ok(super::cancel::after_too_many_confirms(context, &mut intent));
    }
    named.change(&mut intent.automatic_methods, &mut intent.allowed_types);
    if let Some(token) = &token {
        method = Some(token.method.clone());
        intent.follow_token(token);
        manner.return_url = manner.return_url.or_else(|| token.return_url.clone());
    }
    check_return_url(context.version(), &intent, &manner)?;
    if let Some(method) = method {
        intent.check_method(context, &method)?;
        if intent.payment_method.as_deref() != Some(&method) {
            intent.authenticated = false;
            intent.payment_method = Some(method);
        }
    }
    if intent.payment_method.is_none() {
        return Err(super::unexpected_state(context, &intent, MISSING_METHOD.to_owned()));
    }
    if let Some(sdk) = use_stripe_sdk {
        intent.use_stripe_sdk = sdk;
    }
    intent.follow_card_options(&card_options);
    intent.capture_method = capture_method.unwrap_or(intent.capture_method);
    if let Some(email) = receipt_email {
        intent.receipt_email = addresses::unset_if_empty(email);
    }
    if let Some(shipping) = shipping {
        intent.shipping = shipping;
    }
    intent.setup_future_usage = setup_future_usage.unwrap_or(intent.setup_future_usage);
    parameters::check_moto(manner.moto, intent.setup_future_usage)?;
    confirmation_tokens::use_up(context, token.as_ref(), &intent.id);
    attempt::run(context, &mut intent, &manner)?;
    Ok(super::rendered(context, &intent))
}

/// Refuses a confirm in a status that cannot be confirmed, in Stripe's words.
fn check_status(context: &Context<'_>, intent: &PaymentIntent, brings_method: bool) -> Result<(), ApiError> {
    let message = match intent.status() {
        Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => return Ok(()),
        Status::Succeeded | Status::RequiresCapture => {
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
                .to_owned()
        }
        Status::Canceled if brings_method => format!(
            "This PaymentIntent's source could not be updated because it has a status of {}. You may only update the source of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
            intent.status().as_str()
        ),
        Status::Canceled => format!(
            "You cannot confirm this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.",
            intent.status().as_str()
        ),
    };
    Err(super::unexpected_state(context, intent, message))
}

/// Payment methods that may redirect demand a `return_url`, unless the customer is not there.
pub(crate) fn check_return_url(version: ApiVersion, intent: &PaymentIntent, manner: &Manner) -> Result<(), ApiError> {
    let may_redirect = intent.automatic_methods.is_some_and(|methods| methods.allow_redirects);
    if may_redirect && manner.return_url.is_none() && !manner.off_session {
        return Err(missing_return_url("PaymentIntent", version));
    }
    Ok(())
}

/// The way out that it names is one that the version has.
pub(crate) fn missing_return_url(intent: &str, version: ApiVersion) -> ApiError {
    let types = if version.has(NO_METHOD_TYPES) { "allowed_payment_method_types" } else { "payment_method_types" };
    ApiError::invalid(format!(
        "This {intent} is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. To accept cards only, set `{types}[]` to `card`, or set `automatic_payment_methods[allow_redirects]` to `never`."
    ))
}

/// What was authenticated has changed, or was never confirmed: the next confirm begins a new attempt.
pub(crate) fn forget_attempt(intent: &mut PaymentIntent) {
    intent.authenticated = false;
    intent.challenge = None;
    intent.attempt_at_ms = None;
    if intent.payment_method.is_some() {
        intent.take(Step::MethodSet);
    }
}
