//! PaymentMethods of a Customer: attach, detach, update, list.
//!
//! Attached, a PaymentMethod serves any number of payments of its Customer; without a Customer it serves one attempt.

use std::sync::Arc;

use serde_json::Value;

use crate::declines::Decline;
use crate::errors::{ApiError, ErrorType};
use crate::form::Params;
use crate::lists::Page;
use crate::payment_methods::{self, PaymentMethod};
use crate::world::Context;
use crate::{cards, customers, metadata};

/// Refuses a PaymentMethod that was used up, or detached.
fn check_unspent(method: &PaymentMethod) -> Result<(), ApiError> {
    if method.was_detached || method.used_by.is_some() {
        return Err(payment_methods::spent());
    }
    Ok(())
}

/// Refuses what cannot be attached: a method that has a Customer, or is used up, and cards that simulate a decline
/// (all but 4000000000000341, which attaches and is declined when it is charged).
pub(crate) fn check_attachable(context: &Context<'_>, id: &str) -> Result<(), ApiError> {
    let method = payment_methods::find(context, id)?;
    if method.customer.is_some() {
        return Err(ApiError::refused("The payment method you provided has already been attached to a customer."));
    }
    check_unspent(method)?;
    check_card(method)
}

/// The issuer's word on keeping the card.
fn check_card(method: &PaymentMethod) -> Result<(), ApiError> {
    if method.card.attachable {
        return Ok(());
    }
    let decline = Decline::of(method.card.decline.unwrap_or(cards::DeclineReason::GenericDecline));
    let mut error = ApiError::new(402, ErrorType::Card, decline.message).code(decline.code);
    if let Some(param) = decline.param {
        error = error.param(param);
    }
    Err(decline.fields().fold(error, |error, (field, value)| error.with(field, value.into())))
}

/// `POST /v1/payment_methods/:id/attach`
pub(crate) fn attach(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["customer_account"])?;
    let customer = customers::named(context, &mut params)?.ok_or_else(|| ApiError::missing("customer"))?;
    params.finish()?;
    let id =
        payment_methods::resolve(context, id, "payment_method").map_err(|error| ApiError { status: 404, ..error })?;
    check_attachable(context, &id)?;
    carry_out(context, &id, &customer);
    payment_methods::find(context, &id).map(|method| method.render(false))
}

/// Attaches what may be attached.
pub(crate) fn carry_out(context: &mut Context<'_>, id: &str, customer: &str) {
    let attached = context.account.payment_methods.change(id, |method| {
        method.customer = Some(customer.to_owned());
        method.render(false)
    });
    if let Some(attached) = attached {
        context.record("payment_method.attached", attached);
    }
}

/// `POST /v1/payment_methods/:id/detach`
pub(crate) fn detach(context: &mut Context<'_>, id: &str, params: Params) -> Result<Value, ApiError> {
    params.finish()?;
    let method = payment_methods::find(context, id)?;
    if method.customer.is_none() {
        return Err(ApiError::refused(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
        ));
    }
    let_go(context, id);
    payment_methods::find(context, id).map(|method| method.render(false))
}

/// Takes a PaymentMethod from its Customer. It can never be used again.
pub(crate) fn let_go(context: &mut Context<'_>, id: &str) {
    let detached = context.account.payment_methods.change(id, |method| {
        method.was_detached = true;
        (method.customer.take(), method.render(false))
    });
    let Some((customer, detached)) = detached else {
        return;
    };
    context.record("payment_method.detached", detached);
    if let Some(customer) = customer {
        customers::forget_default(context, &customer, id);
    }
}

/// `POST /v1/payment_methods/:id`. Only what is attached can be changed.
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut method = payment_methods::find(context, id)?.clone();
    if let Some(details) = payment_methods::changed_billing_details(&mut params, &method.billing_details)? {
        method.keyed.follow(&method.billing_details, &details);
        method.billing_details = Arc::new(details);
    }
    if let Some(word) = payment_methods::allow_redisplay(&mut params)? {
        method.allow_redisplay = word;
    }
    metadata::update(&mut params, &mut method.metadata)?;
    if let Some(mut card) = params.object("card")? {
        let (month, year) = (card.filled("exp_month")?, card.filled("exp_year")?);
        if let Some(preferred) = crate::card_entry::preferred_network(&mut card)? {
            method.preferred = preferred;
        }
        card.finish()?;
        let month = month.unwrap_or_else(|| method.exp_month.to_string());
        let year = year.unwrap_or_else(|| method.exp_year.to_string());
        (method.exp_month, method.exp_year) = crate::card_entry::expiry(&month, &year, context.now_s())?;
    }
    params.finish()?;
    if method.customer.is_none() {
        return Err(ApiError::refused("You must save this PaymentMethod to a customer before you can update it."));
    }
    let rendered = method.render(false);
    context.account.payment_methods.change(id, |stored| *stored = method);
    context.record("payment_method.updated", rendered.clone());
    Ok(rendered)
}

/// `GET /v1/payment_methods`: those of a Customer, or all that are attached.
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["customer_account"])?;
    let customer = customers::named(context, &mut params)?;
    list_of(context, customer.as_deref(), "/v1/payment_methods", params)
}

/// `GET /v1/customers/:id/payment_methods`
pub(crate) fn list_of_customer(context: &Context<'_>, customer: &str, params: Params) -> Result<Value, ApiError> {
    customers::load_living(context, customer)?;
    list_of(context, Some(customer), &format!("/v1/customers/{customer}/payment_methods"), params)
}

fn list_of(context: &Context<'_>, customer: Option<&str>, url: &str, mut params: Params) -> Result<Value, ApiError> {
    let page = Page::read_untimed(&mut params)?;
    let kind = params.filled("type")?;
    let redisplay = payment_methods::allow_redisplay(&mut params)?;
    params.finish()?;
    page.list(
        &context.account.payment_methods,
        url,
        customer,
        |method: &PaymentMethod| {
            method.customer.is_some()
                && kind.as_deref().is_none_or(|kind| kind == "card")
                && redisplay.is_none_or(|word| word == method.allow_redisplay)
        },
        &|method| method.render(false),
    )
}

/// `GET /v1/customers/:id/payment_methods/:id`
pub(crate) fn retrieve_of_customer(context: &Context<'_>, customer: &str, id: &str) -> Result<Value, ApiError> {
    customers::load_living(context, customer)?;
    payment_methods::find(context, id)
        .ok()
        .filter(|method| method.customer.as_deref() == Some(customer))
        .map(|method| method.render(false))
        .ok_or_else(|| ApiError { status: 404, ..customers::not_of_customer(id) })
}
