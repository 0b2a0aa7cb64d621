//! `POST /v1/payment_intents/:id/capture`.

use serde_json::Value;

use super::{Step, machine};
use crate::errors::ApiError;
use crate::form::Params;
use crate::world::Context;
use crate::{charges, disputes, metadata, money, refunds, statements};

/// Takes held money, all or part; the rest is released.
pub(crate) fn capture(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut intent = super::load(context, id)?;
    let amount = params.integer("amount_to_capture")?;
    params.refuse(super::parameters::NOT_SIMULATED)?;
    // Only one capture per payment is played, so every capture is the final one.
    if params.boolean("final_capture")? == Some(false) {
        return Err(ApiError::not_simulated("final_capture=false"));
    }
    if let Some(suffix) = statements::suffix(&mut params)? {
        intent.statement_descriptor_suffix = suffix;
    }
    metadata::update(&mut params, &mut intent.metadata)?;
    params.finish()?;
    let charge_id = match intent.latest_charge.clone() {
        Some(charge) if machine::next(intent.status(), Step::Captured).is_some() => charge,
        Some(_) | None => {
            return Err(super::unexpected_state(
                context,
                &intent,
                format!(
                    "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
                    intent.status().as_str()
                ),
            ));
        }
    };
    let held_minor = intent.amount_capturable_minor;
    let captured_minor = match amount {
        None => held_minor,
        Some(amount) => money::part(amount, &intent.currency, "amount_to_capture")?,
    };
    if captured_minor > held_minor {
        return Err(ApiError::refused(format!(
            "The provided capture amount ({}) is greater than the capturable amount ({}).",
            money::shown(captured_minor, &intent.currency),
            money::shown(held_minor, &intent.currency)
        ))
        .code("amount_too_large")
        .param("amount_to_capture"));
    }

    context.account.charges.change(&charge_id, |charge| {
        charge.captured = true;
        charge.captured_minor = captured_minor;
        charge.show_on_statement(intent.statement_descriptor_suffix.as_deref());
    });
    charges::enter_in_balance(context, &charge_id);
    intent.amount_capturable_minor = 0;
    intent.amount_received_minor = captured_minor;
    intent.take(Step::Captured);
    super::save(context, &intent);
    charges::record(context, "charge.captured", &charge_id);
    if captured_minor < held_minor {
        refunds::release(context, &charge_id, held_minor - captured_minor, None);
    }
    context.record("payment_intent.succeeded", &intent);
    disputes::follow(context, &charge_id);
    Ok(super::rendered(context, &intent))
}
