//! `POST /v1/payment_intents/:id`.

use serde_json::Value;

use super::{PaymentIntent, confirm, create, parameters};
use crate::errors::ApiError;
use crate::form::Params;
use crate::method_types::Named;
use crate::world::Context;
use crate::{addresses, customers, metadata, money, payment_methods, statements};

/// Changes a PaymentIntent. Amount, currency and PaymentMethod only while it is open; description and metadata also
/// afterwards. Any update clears `last_payment_error`; there is no event (both as recorded).
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut intent = super::load(context, id)?;
    let named = Named::read(context.version(), &mut params)?;
    params.refuse(parameters::NOT_SIMULATED)?;
    set_customer(context, &mut intent, &mut params)?;
    let amount = params.integer("amount")?;
    let currency = params.filled("currency")?;
    let capture_method = parameters::capture_method(&mut params)?;
    let card_options = parameters::card_options(&context.settings, &mut params, false)?;
    if let Some(text) = parameters::description(&mut params)? {
        intent.description = addresses::unset_if_empty(text);
    }
    if let Some(text) = parameters::receipt_email(&mut params)? {
        intent.receipt_email = addresses::unset_if_empty(text);
    }
    if let Some(suffix) = statements::suffix(&mut params)? {
        intent.statement_descriptor_suffix = suffix;
    }
    if let Some(shipping) = addresses::shipping(&mut params)? {
        intent.shipping = shipping;
    }
    if let Some(usage) = parameters::changed_setup_future_usage(&mut params)? {
        intent.setup_future_usage = usage;
    }
    metadata::update(&mut params, &mut intent.metadata)?;
    if params.has("payment_method") || params.has("payment_method_data") {
        must_be_open(context, &intent, "source")?;
    }
    if amount.is_some() || currency.is_some() {
        must_be_open(context, &intent, "amount")?;
    }
    let method = create::method_of(context, &mut params)?;
    params.finish()?;

    let mut begins_anew = false;
    if amount.is_some() || currency.is_some() {
        if let Some(code) = currency {
            intent.currency = money::currency(&code)?;
        }
        let amount = amount.unwrap_or_else(|| i64::try_from(intent.amount_minor).unwrap_or(i64::MAX));
        intent.amount_minor = money::check_amount(amount, &intent.currency, context.options)?;
        // The bank said yes to another amount. Whether Stripe asks anew is not recorded; here it does.
        begins_anew = true;
    }
    if let Some(method) = method {
        intent.check_method(context, &method)?;
        intent.payment_method = Some(method);
        begins_anew = true;
    }
    if let Some(capture_method) = capture_method {
        intent.capture_method = capture_method;
    }
    intent.follow_card_options(&card_options);
    named.change(&mut intent.automatic_methods, &mut intent.allowed_types);
    if begins_anew {
        confirm::forget_attempt(&mut intent);
    }
    intent.last_payment_error = None;
    super::save(context, &intent);
    Ok(super::rendered(context, &intent))
}

/// A Customer is set once. The PaymentMethod that is there must be theirs, or nobody's.
fn set_customer(context: &Context<'_>, intent: &mut PaymentIntent, params: &mut Params) -> Result<(), ApiError> {
    let Some(customer) = customers::named(context, params)? else {
        return Ok(());
    };
    if intent.customer.as_ref().is_some_and(|present| *present != customer) {
        return Err(ApiError::refused(
            "You cannot modify `customer` on a PaymentIntent once it already has been set. To fulfill a payment with a different Customer, cancel this PaymentIntent and create a new one.",
        )
        .param("customer"));
    }
    if let Some(method) = &intent.payment_method {
        payment_methods::check_usable(context, method, Some(&customer), true)?;
    }
    intent.customer = Some(customer);
    Ok(())
}

fn must_be_open(context: &Context<'_>, intent: &PaymentIntent, what: &str) -> Result<(), ApiError> {
    if intent.is_open() {
        return Ok(());
    }
    Err(super::unexpected_state(
        context,
        intent,
        format!(
            "This PaymentIntent's {what} could not be updated because it has a status of {}. You may only update the {what} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
            intent.status().as_str()
        ),
    ))
}
