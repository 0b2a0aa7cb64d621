//! The calls of a SetupIntent: create, update, confirm, cancel.

use serde_json::{Value, json};

use super::attempt::By;
use super::{CancellationReason, RequestThreeDs, SetupIntent, Status, Step, Usage, attempt, machine};
use crate::confirmation_tokens::Brought;
use crate::errors::ApiError;
use crate::form::Params;
use crate::method_types::Named;
use crate::payment_intents::confirm::missing_return_url;
use crate::payment_intents::{create, parameters};
use crate::stored::Word;
use crate::world::Context;
use crate::{addresses, confirmation_tokens, customers, metadata, payment_methods, return_url};

/// Parameters of Stripe's that the simulator does not play: Connect, mandates.
const NOT_SIMULATED: &[&str] = &[
    "attach_to_self",
    "customer_account",
    "excluded_payment_method_types",
    "flow_directions",
    "mandate_data",
    "on_behalf_of",
    "payment_method_configuration",
    "single_use",
];

/// The answer to a confirm that has no card.
pub(crate) const MISSING_METHOD: &str = "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.";

/// `POST /v1/setup_intents`
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let named = Named::read(context.version(), &mut params)?;
    params.refuse(NOT_SIMULATED)?;
    let confirm = params.boolean("confirm")?.unwrap_or(false);
    let return_url = return_url::read(&mut params)?;
    if return_url.is_some() && !confirm {
        return Err(ApiError::invalid(
            "The parameter `return_url` cannot be passed when creating a SetupIntent unless `confirm` is set to true.",
        )
        .param("return_url"));
    }
    let mut intent = SetupIntent {
        id: String::new(),
        client_secret: String::new(),
        created: context.now_s(),
        status: Status::RequiresPaymentMethod,
        usage: match params.one_of("usage", &["off_session", "on_session"])? {
            Some("on_session") => Usage::OnSession,
            Some(_) | None => Usage::OffSession,
        },
        customer: customers::named(context, &mut params)?,
        payment_method: None,
        automatic_methods: named.of_new_intent(&mut params, None)?,
        allowed_types: named.allowed(),
        description: parameters::description(&mut params)?.and_then(addresses::unset_if_empty),
        metadata: metadata::read(&mut params)?.unwrap_or_else(|| json!({})),
        use_stripe_sdk: false,
        request_three_ds: RequestThreeDs::default(),
        network: None,
        latest_attempt: None,
        last_setup_error: None,
        challenge: None,
        cancellation_reason: None,
    };
    let use_stripe_sdk = params.boolean("use_stripe_sdk")?;
    let options = CardOptions::read(context, &mut params, confirm)?;
    options.change(&mut intent);
    let token = confirmation_tokens::named(context, &mut params, confirm)?;
    set_method(context, &mut intent, &mut params)?;
    params.finish()?;
    let return_url = follow_token(context, &mut intent, token.as_ref(), return_url)?;
    intent.use_stripe_sdk = use_stripe_sdk.unwrap_or(intent.use_stripe_sdk);
    if confirm {
        check_confirmable(context, &intent, return_url.as_deref())?;
    }
    intent.id = context.ids.object("seti_1");
    intent.client_secret = context.ids.text(&format!("{}_secret_", intent.id), 31);
    confirmation_tokens::use_up(context, token.as_ref(), &intent.id);
    super::save(context, &intent);
    context.record("setup_intent.created", intent.render());
    if confirm {
        attempt::run(context, &mut intent, return_url.as_deref(), By::Call { moto: options.moto })?;
    }
    Ok(super::rendered(context, &intent))
}

/// `POST /v1/setup_intents/:id`
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut intent = super::load(context, id)?;
    let named = Named::read(context.version(), &mut params)?;
    params.refuse(NOT_SIMULATED)?;
    if let Some(text) = parameters::description(&mut params)? {
        intent.description = addresses::unset_if_empty(text);
    }
    metadata::update(&mut params, &mut intent.metadata)?;
    let changes_course = ["customer", "payment_method", "payment_method_data", "payment_method_options"]
        .iter()
        .any(|name| params.has(name));
    if changes_course && machine::next(intent.status, Step::MethodSet).is_none() {
        return Err(super::unexpected_state(
            context,
            &intent,
            format!("This SetupIntent could not be updated because it has a status of {}.", intent.status.as_str()),
        ));
    }
    if let Some(customer) = customers::named(context, &mut params)? {
        if intent.customer.as_ref().is_some_and(|present| *present != customer) {
            return Err(ApiError::refused(
                "You cannot modify `customer` on a SetupIntent once it already has been set. To use a different Customer, cancel this SetupIntent and create a new one.",
            )
            .param("customer"));
        }
        // The PaymentMethod that is there must be theirs, or nobody's.
        if let Some(method) = &intent.payment_method {
            payment_methods::check_usable(context, method, Some(&customer), true)?;
        }
        intent.customer = Some(customer);
    }
    named.change(&mut intent.automatic_methods, &mut intent.allowed_types);
    CardOptions::read(context, &mut params, false)?.change(&mut intent);
    set_method(context, &mut intent, &mut params)?;
    params.finish()?;
    super::save(context, &intent);
    Ok(super::rendered(context, &intent))
}

/// `POST /v1/setup_intents/:id/confirm`, by the server or by the page.
pub(crate) fn confirm(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let client_secret = params.filled("client_secret")?;
    let mut intent = super::load_with_secret(context, id, client_secret.as_deref())?;
    // It never took `payment_method_types`, at any version.
    if !params.has("payment_method_types") {
        Named::read(context.version(), &mut params)?.change(&mut intent.automatic_methods, &mut intent.allowed_types);
    }
    params.refuse(NOT_SIMULATED)?;
    for note in ["expected_payment_method_type", "client_context", "payment_user_agent"] {
        params.text(note)?;
    }
    let return_url = return_url::read(&mut params)?;
    let use_stripe_sdk = params.boolean("use_stripe_sdk")?;
    let options = CardOptions::read(context, &mut params, true)?;
    check_open(context, &intent, "confirm")?;
    let token = confirmation_tokens::named(context, &mut params, true)?;
    set_method(context, &mut intent, &mut params)?;
    params.finish()?;
    let return_url = follow_token(context, &mut intent, token.as_ref(), return_url)?;
    intent.use_stripe_sdk = use_stripe_sdk.unwrap_or(intent.use_stripe_sdk);
    options.change(&mut intent);
    check_confirmable(context, &intent, return_url.as_deref())?;
    confirmation_tokens::use_up(context, token.as_ref(), &intent.id);
    attempt::run(context, &mut intent, return_url.as_deref(), By::Call { moto: options.moto })?;
    Ok(super::rendered(context, &intent))
}

/// `POST /v1/setup_intents/:id/cancel`
pub(crate) fn cancel(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut intent = super::load(context, id)?;
    let reason = params.one_of("cancellation_reason", &["abandoned", "requested_by_customer", "duplicate"])?;
    params.finish()?;
    check_open(context, &intent, "cancel")?;
    intent.take(Step::Cancelled);
    intent.challenge = None;
    intent.cancellation_reason = reason.map(|word| match word {
        "abandoned" => CancellationReason::Abandoned,
        "duplicate" => CancellationReason::Duplicate,
        _ => CancellationReason::RequestedByCustomer,
    });
    super::save(context, &intent);
    context.record("setup_intent.canceled", intent.render());
    Ok(super::rendered(context, &intent))
}

/// Sets the PaymentMethod that a call brings, if this SetupIntent may use it.
fn set_method(context: &mut Context<'_>, intent: &mut SetupIntent, params: &mut Params) -> Result<(), ApiError> {
    match create::method_of(context, params)? {
        Some(method) => take_method(context, intent, method),
        None => Ok(()),
    }
}

/// What the page collected: its card, and where to return.
fn follow_token(
    context: &Context<'_>,
    intent: &mut SetupIntent,
    token: Option<&Brought>,
    return_url: Option<String>,
) -> Result<Option<String>, ApiError> {
    let Some(token) = token else {
        return Ok(return_url);
    };
    take_method(context, intent, token.method.clone())?;
    intent.use_stripe_sdk = true;
    Ok(return_url.or_else(|| token.return_url.clone()))
}

fn take_method(context: &Context<'_>, intent: &mut SetupIntent, method: String) -> Result<(), ApiError> {
    let is_present_one = intent.payment_method.as_deref() == Some(&method);
    payment_methods::check_usable(context, &method, intent.customer.as_deref(), is_present_one)?;
    intent.payment_method = Some(method);
    intent.challenge = None;
    intent.take(Step::MethodSet);
    Ok(())
}

/// What `payment_method_options[card]` says.
#[derive(Debug, Default, Clone, Copy)]
struct CardOptions {
    request_three_ds: Option<RequestThreeDs>,
    network: Option<Word>,
    /// The order came by mail or telephone.
    moto: bool,
}

impl CardOptions {
    fn read(context: &Context<'_>, params: &mut Params, confirms: bool) -> Result<Self, ApiError> {
        let mut options = Self::default();
        let Some(mut given) = params.object("payment_method_options")? else {
            return Ok(options);
        };
        if let Some(mut card) = given.object("card")? {
            options.request_three_ds = parameters::three_ds_request(&mut card)?.map(|word| match word {
                "any" => RequestThreeDs::Any,
                "challenge" => RequestThreeDs::Challenge,
                _ => RequestThreeDs::Automatic,
            });
            options.network = parameters::network(&mut card)?;
            options.moto = parameters::moto(&context.settings, &mut card, confirms)?;
            card.refuse(&["mandate_options", "three_d_secure"])?;
            card.finish()?;
        }
        given.finish()?;
        Ok(options)
    }

    fn change(&self, intent: &mut SetupIntent) {
        intent.request_three_ds = self.request_three_ds.unwrap_or(intent.request_three_ds);
        intent.network = self.network.or(intent.network);
    }
}

fn check_open(context: &Context<'_>, intent: &SetupIntent, call: &str) -> Result<(), ApiError> {
    let message = match intent.status {
        Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => return Ok(()),
        Status::Succeeded if call == "confirm" => {
            "You cannot confirm this SetupIntent because it has already succeeded.".to_owned()
        }
        Status::Succeeded | Status::Canceled => format!(
            "You cannot {call} this SetupIntent because it has a status of {}. Only a SetupIntent with one of the following statuses may be {call}ed: requires_payment_method, requires_confirmation, requires_action.",
            intent.status.as_str()
        ),
    };
    Err(super::unexpected_state(context, intent, message))
}

fn check_confirmable(context: &Context<'_>, intent: &SetupIntent, return_url: Option<&str>) -> Result<(), ApiError> {
    if intent.payment_method.is_none() {
        // A SetupIntent that is not created yet has nothing to show.
        let error = ApiError::refused(MISSING_METHOD).code("setup_intent_unexpected_state");
        return Err(if intent.id.is_empty() {
            error
        } else {
            error.with("setup_intent", super::rendered(context, intent))
        });
    }
    if intent.automatic_methods.is_some_and(|methods| methods.allow_redirects) && return_url.is_none() {
        return Err(missing_return_url("SetupIntent", context.version()));
    }
    Ok(())
}
