//! `POST /v1/payment_intents/:id/cancel`, and the cancellations that happen by themselves.

use serde_json::Value;

use super::{PaymentIntent, Status, Step, machine};
use crate::changes::RELEASES_ARE_NO_REFUNDS;
use crate::errors::ApiError;
use crate::form::Params;
use crate::world::Context;
use crate::{charges, refunds};

const REASONS: &[&str] = &["abandoned", "duplicate", "fraudulent", "requested_by_customer"];

/// Cancels; held money is released.
pub(crate) fn cancel(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut intent = super::load(context, id)?;
    let reason = params.one_of("cancellation_reason", REASONS)?;
    params.finish()?;
    if machine::next(intent.status(), Step::Cancelled).is_none() {
        return Err(super::unexpected_state(
            context,
            &intent,
            format!(
                "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.",
                intent.status().as_str()
            ),
        ));
    }
    carry_out(context, &mut intent, reason, None);
    Ok(super::rendered(context, &intent))
}

/// A hold that nobody captured for seven days. It happens by itself, so the account's API version counts.
pub(crate) fn expire_hold(context: &mut Context<'_>, id: &str) {
    let Ok(mut intent) = super::load(context, id) else {
        return;
    };
    if intent.status() == Status::RequiresCapture {
        let reason = if context.version().has(RELEASES_ARE_NO_REFUNDS) { "expired" } else { "automatic" };
        if let Some(charge) = &intent.latest_charge {
            charges::record(context, "charge.expired", charge);
        }
        carry_out(context, &mut intent, Some(reason), Some("expired_uncaptured_charge"));
    }
}

/// Stripe cancels a PaymentIntent that is confirmed too often. The reason it gives is not recorded; `automatic` stands
/// in its list.
pub(crate) fn after_too_many_confirms(context: &mut Context<'_>, intent: &mut PaymentIntent) -> Value {
    carry_out(context, intent, Some("automatic"), None);
    super::rendered(context, intent)
}

fn carry_out(
    context: &mut Context<'_>,
    intent: &mut PaymentIntent,
    reason: Option<&'static str>,
    release_reason: Option<&'static str>,
) {
    let held_minor = std::mem::take(&mut intent.amount_capturable_minor);
    let released = intent.latest_charge.clone().filter(|_| held_minor > 0);
    intent.take(Step::Cancelled);
    intent.canceled_at = Some(context.now_s());
    intent.cancellation_reason = reason;
    intent.challenge = None;
    intent.authenticated = false;
    intent.attempt_at_ms = None;
    super::save(context, intent);
    if let Some(charge) = &released {
        refunds::release(context, charge, held_minor, release_reason);
    }
    context.record("payment_intent.canceled", &*intent);
}
