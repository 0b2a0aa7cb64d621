//! One attempt to pay: the PaymentMethod is used up, the issuer is asked, and its word is carried out.

use serde_json::json;

use super::{ConfirmationMethod, PaymentIntent, Status, Step};
use crate::cards::{DeclineReason, TestCard};
use crate::challenge::{Challenge, Shape};
use crate::charges::Course;
use crate::declines::{self, Decline};
use crate::errors::{ApiError, ErrorType};
use crate::form::Params;
use crate::issuer::{self, ActionKind, Ask, Verdict};
use crate::payment_methods::PaymentMethod;
use crate::world::{Context, Due};
use crate::{attachments, charges, disputes, return_url};

/// How long an attempt waits for the customer and for the second confirm, in milliseconds: one hour.
pub(crate) const ATTEMPT_MS: u64 = 3_600_000;

/// How an attempt is to be made.
#[derive(Debug, Default)]
pub(crate) struct Manner {
    pub(crate) off_session: bool,
    /// The order came by mail or telephone: nobody can be asked.
    pub(crate) moto: bool,
    pub(crate) error_on_requires_action: bool,
    pub(crate) return_url: Option<String>,
}

impl Manner {
    pub(crate) fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            off_session: super::parameters::off_session(params)?,
            moto: false,
            error_on_requires_action: params.boolean("error_on_requires_action")?.unwrap_or(false),
            return_url: return_url::read(params)?,
        })
    }
}

/// Makes an attempt with the PaymentIntent's PaymentMethod, and saves what became of it.
pub(crate) fn run(context: &mut Context<'_>, intent: &mut PaymentIntent, manner: &Manner) -> Result<(), ApiError> {
    let Some(method) = use_up(context, intent) else {
        return Err(ApiError::refused(super::confirm::MISSING_METHOD).code("payment_intent_unexpected_state"));
    };
    intent.confirms += 1;
    intent.last_payment_error = None;
    let ask = Ask {
        off_session: manner.off_session,
        authenticated: std::mem::take(&mut intent.authenticated),
        authentication_requested: intent.request_three_d_secure != "automatic",
        is_set_up: method.is_set_up,
        moto: manner.moto,
    };
    intent.attempt_at_ms = None;
    intent.challenge = None;
    match issuer::judge(&method, ask, context.options.radar) {
        Verdict::Approved { .. } if !context.declines.is_empty() => {
            let name = context.declines.pop_front().unwrap_or_default();
            let decline = declines::by_name(&name).unwrap_or(Decline::of(DeclineReason::GenericDecline));
            Err(decline_with(context, intent, &method, decline, manner.moto))
        }
        Verdict::Approved { three_ds } => {
            approve(context, intent, &method, Course { three_ds, decline: None, moto: manner.moto });
            Ok(())
        }
        Verdict::Declined(decline) => Err(decline_with(context, intent, &method, decline, manner.moto)),
        Verdict::Action(_) if manner.error_on_requires_action => Err(refuse_action(context, intent, &method)),
        Verdict::Action(kind) => {
            ask_customer(context, intent, method.card, kind, manner);
            Ok(())
        }
    }
}

fn use_up(context: &mut Context<'_>, intent: &PaymentIntent) -> Option<PaymentMethod> {
    let id = intent.payment_method.as_deref()?;
    context.account.payment_methods.change(id, |method| {
        method.used_by = Some(intent.id.clone());
        method.clone()
    })
}

fn approve(context: &mut Context<'_>, intent: &mut PaymentIntent, method: &PaymentMethod, course: Course) {
    let charge = charges::make(context, intent, method, course);
    intent.latest_charge = Some(charge.clone());
    let held = intent.holds();
    if held {
        intent.take(Step::Held);
        intent.amount_capturable_minor = intent.amount_minor;
    } else {
        intent.take(Step::Approved);
        intent.amount_received_minor = intent.amount_minor;
    }
    super::save(context, intent);
    keep_card(context, intent, method);
    charges::record(context, "charge.succeeded", &charge);
    if held {
        context.record("payment_intent.amount_capturable_updated", &*intent);
    } else {
        context.record("payment_intent.succeeded", &*intent);
        disputes::follow(context, &charge);
    }
}

/// `setup_future_usage`: a paid card is attached to the Customer, and set up for payments without them if asked to.
fn keep_card(context: &mut Context<'_>, intent: &PaymentIntent, method: &PaymentMethod) {
    let (Some(usage), Some(customer)) = (intent.setup_future_usage, &intent.customer) else {
        return;
    };
    if method.customer.is_none() {
        attachments::carry_out(context, &method.id, customer);
    }
    if usage == "off_session" {
        context.account.payment_methods.change(&method.id, |method| method.is_set_up = true);
    }
}

/// Carries out a decline: the failed charge is kept, the PaymentMethod is let go, the answer is a 402.
fn decline_with(
    context: &mut Context<'_>,
    intent: &mut PaymentIntent,
    method: &PaymentMethod,
    decline: Decline,
    moto: bool,
) -> ApiError {
    let course = Course { three_ds: None, decline: Some(decline), moto };
    let charge = decline.leaves_charge.then(|| charges::make(context, intent, method, course));
    let mut error = ApiError::new(402, ErrorType::Card, decline.message).code(decline.code);
    for (field, value) in decline.fields() {
        error = error.with(field, json!(value));
    }
    if let Some(charge) = &charge {
        error = error.with("charge", json!(charge));
    }
    if let Some(param) = decline.param {
        error = error.param(param);
    }
    if charge.is_some() {
        intent.latest_charge.clone_from(&charge);
    }
    fail(context, intent, method, error, charge.as_deref())
}

/// Ends an attempt in `requires_payment_method` and completes its error.
fn fail(
    context: &mut Context<'_>,
    intent: &mut PaymentIntent,
    method: &PaymentMethod,
    error: ApiError,
    charge: Option<&str>,
) -> ApiError {
    let error = error.with("payment_method", method.render(false));
    intent.last_payment_error = Some(error.clone().with("payment_method_type", json!("card")).object(None));
    intent.payment_method = None;
    intent.take(Step::Declined);
    super::save(context, intent);
    if let Some(charge) = charge {
        charges::record(context, "charge.failed", charge);
    }
    context.record("payment_intent.payment_failed", &*intent);
    let error = if context.is_publishable() { error.with("payment_method", method.render(true)) } else { error };
    let embedded = super::rendered(context, intent);
    error.with("payment_intent", embedded)
}

/// `error_on_requires_action`: the attempt ends where the customer would be asked.
fn refuse_action(context: &mut Context<'_>, intent: &mut PaymentIntent, method: &PaymentMethod) -> ApiError {
    let error = ApiError::new(
        402,
        ErrorType::Card,
        "This payment required an authentication action to complete, but `error_on_requires_action` was set.",
    )
    .code("authentication_required")
    .with("decline_code", json!("authentication_not_handled"));
    fail(context, intent, method, error, None)
}

fn ask_customer(
    context: &mut Context<'_>,
    intent: &mut PaymentIntent,
    card: &'static TestCard,
    kind: ActionKind,
    manner: &Manner,
) {
    let shape = Shape::of(kind, intent.use_stripe_sdk, manner.return_url.as_deref());
    intent.challenge = Some(Challenge::begin(context, shape, card, &intent.id));
    intent.take(Step::ActionAsked);
    // The hour is a rule of manual confirmation. How long an automatic one waits is not documented; here it waits on.
    if intent.confirmation_method == ConfirmationMethod::Manual {
        intent.attempt_at_ms = Some(context.now_ms);
        context.at(ATTEMPT_MS, Due::AttemptExpires(intent.id.clone()));
    }
    super::save(context, intent);
    context.record("payment_intent.requires_action", &*intent);
}

/// One hour has passed since the attempt: back to `requires_payment_method`.
///
/// Which `last_payment_error` the real API sets is not recorded. `payment_intent_payment_attempt_expired` stands in
/// Stripe's list of codes with this meaning, so it is chosen here: unverified.
pub(crate) fn expire_attempt(context: &mut Context<'_>, id: &str) {
    let Ok(mut intent) = super::load(context, id) else {
        return;
    };
    let is_due = intent.attempt_at_ms.is_some_and(|at_ms| at_ms + ATTEMPT_MS <= context.now_ms);
    if !is_due || !matches!(intent.status(), Status::RequiresAction | Status::RequiresConfirmation) {
        return;
    }
    let error = ApiError::refused(
        "The latest attempt to pay this PaymentIntent has expired. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
    )
    .code("payment_intent_payment_attempt_expired");
    end_unpaid(context, &mut intent, error, Step::AttemptExpired);
}

/// Ends an attempt that never reached the issuer's decision: no charge, an error of the PaymentIntent alone.
pub(crate) fn end_unpaid(context: &mut Context<'_>, intent: &mut PaymentIntent, error: ApiError, step: Step) {
    let method = intent
        .payment_method
        .as_deref()
        .and_then(|id| context.account.payment_methods.get(id))
        .map(|method| method.render(false));
    let error = error.with("payment_method", json!(method)).with("payment_method_type", json!("card"));
    intent.last_payment_error = Some(error.object(None));
    intent.payment_method = None;
    intent.challenge = None;
    intent.authenticated = false;
    intent.attempt_at_ms = None;
    intent.take(step);
    super::save(context, intent);
    context.record("payment_intent.payment_failed", &*intent);
}
