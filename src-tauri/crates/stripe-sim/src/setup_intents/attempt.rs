//! One attempt to set a card up: the issuer is asked, and its word is carried out.

use serde_json::json;

use super::{RequestThreeDs, SetupIntent, Step, Usage};
use crate::challenge::{Challenge, Decision, Shape};
use crate::declines::Decline;
use crate::errors::{ApiError, ErrorType};
use crate::issuer::{self, Ask, Verdict};
use crate::payment_methods::PaymentMethod;
use crate::world::Context;
use crate::{attachments, payment_methods};

/// What makes an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A call that confirms; `moto`: of an order by mail or telephone.
    Call { moto: bool },
    /// The customer, who has passed the challenge.
    Authentication,
}

/// Makes an attempt with the SetupIntent's PaymentMethod, and saves what became of it.
pub(crate) fn run(
    context: &mut Context<'_>,
    intent: &mut SetupIntent,
    return_url: Option<&str>,
    by: By,
) -> Result<(), ApiError> {
    let Some(id) = intent.payment_method.clone() else {
        return Err(ApiError::refused(super::calls::MISSING_METHOD).code("setup_intent_unexpected_state"));
    };
    let method = payment_methods::find(context, &id)?.clone();
    intent.last_setup_error = None;
    intent.challenge = None;
    intent.latest_attempt = Some(context.ids.object("setatt_1"));
    let ask = Ask {
        authenticated: by == By::Authentication,
        moto: by == By::Call { moto: true },
        authentication_requested: intent.request_three_ds != RequestThreeDs::Automatic,
        ..Ask::default()
    };
    match issuer::judge_set_up(&method, ask) {
        Verdict::Approved { .. } => {
            succeed(context, intent, &method);
            Ok(())
        }
        Verdict::Declined(decline) => Err(decline_with(context, intent, &method, decline)),
        Verdict::Action(kind) => {
            let shape = Shape::of(kind, intent.use_stripe_sdk, return_url);
            intent.challenge = Some(Challenge::begin(context, shape, method.card, &intent.id));
            intent.take(Step::ActionAsked);
            super::save(context, intent);
            context.record("setup_intent.requires_action", intent.render());
            Ok(())
        }
    }
}

/// The card is kept by the Customer, if there is one. Without one it can be attached later.
fn succeed(context: &mut Context<'_>, intent: &mut SetupIntent, method: &PaymentMethod) {
    intent.take(Step::SetUp);
    super::save(context, intent);
    if let Some(customer) = &intent.customer
        && method.customer.is_none()
    {
        attachments::carry_out(context, &method.id, customer);
    }
    if intent.usage == Usage::OffSession {
        context.account.payment_methods.change(&method.id, |method| method.is_set_up = true);
    }
    context.record("setup_intent.succeeded", intent.render());
}

fn decline_with(
    context: &mut Context<'_>,
    intent: &mut SetupIntent,
    method: &PaymentMethod,
    decline: Decline,
) -> ApiError {
    let mut error = ApiError::new(402, ErrorType::Card, decline.message).code(decline.code);
    for (field, value) in decline.fields() {
        error = error.with(field, json!(value));
    }
    if let Some(param) = decline.param {
        error = error.param(param);
    }
    fail(context, intent, method, error)
}

/// Ends an attempt in `requires_payment_method` and completes its error.
fn fail(context: &mut Context<'_>, intent: &mut SetupIntent, method: &PaymentMethod, error: ApiError) -> ApiError {
    let kept = error.clone().with("payment_method", method.render(false)).with("payment_method_type", json!("card"));
    intent.last_setup_error = Some(kept.object(None));
    intent.payment_method = None;
    intent.challenge = None;
    intent.take(Step::Failed);
    super::save(context, intent);
    context.record("setup_intent.setup_failed", intent.render());
    let embedded = super::rendered(context, intent);
    error.with("payment_method", method.render(context.is_publishable())).with("setup_intent", embedded)
}

/// Ends the challenge: the card is set up, or it is not.
pub(crate) fn finish(context: &mut Context<'_>, intent: &mut SetupIntent, decision: Decision) {
    let method = intent.payment_method.as_deref().and_then(|id| payment_methods::find(context, id).ok()).cloned();
    let (Some(method), super::Status::RequiresAction) = (method, intent.status()) else {
        return;
    };
    // What became of it is on the SetupIntent; there is no caller to give an error to.
    match decision {
        Decision::Passed => {
            let _ = run(context, intent, None, By::Authentication);
        }
        Decision::Failed => {
            let error = ApiError::refused(
                "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this SetupIntent again.",
            )
            .code("setup_intent_authentication_failure");
            fail(context, intent, &method, error);
        }
    }
}
