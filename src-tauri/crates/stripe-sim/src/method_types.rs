//! Which kinds of payment method a PaymentIntent or SetupIntent may take: three ways to say so, and each version's rules.

use crate::changes::{ALLOWED_METHOD_TYPES, NO_METHOD_TYPES};
use crate::errors::ApiError;
use crate::form::Params;
use crate::payment_intents::{AutomaticMethods, parameters};
use crate::version::ApiVersion;

const TYPES: &str = "payment_method_types";
const ALLOWED: &str = "allowed_payment_method_types";
/// What `allowed_payment_method_types` excludes.
const OTHER_THAN_ALLOWED: [&str; 4] =
    [TYPES, "excluded_payment_method_types", "automatic_payment_methods", "payment_method_configuration"];
/// The one kind that is played.
const CARD: &str = "card";

/// What a call says of the kinds of payment method. All of them are cards here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// Nothing.
    Nothing,
    /// `payment_method_types`.
    Types,
    /// `allowed_payment_method_types`, as they were sent.
    Allowed(Vec<String>),
}

impl Named {
    /// Reads it. This comes before any other parameter of the call: it decides which others there may be.
    pub(crate) fn read(version: ApiVersion, params: &mut Params) -> Result<Self, ApiError> {
        if params.has(TYPES) && version.has(NO_METHOD_TYPES) {
            return Err(no_longer_supported(version));
        }
        // Before its version it does not exist: it is left over, and refused by name.
        if params.has(ALLOWED) && version.has(ALLOWED_METHOD_TYPES) {
            return allowed(params).map(Self::Allowed);
        }
        let Some(types) = params.array(TYPES)? else {
            return Ok(Self::Nothing);
        };
        if let Some(other) = types.iter().find(|kind| *kind != CARD) {
            return Err(ApiError::invalid(format!(
                "The simulator plays the payment method type 'card' only, not '{other}'."
            ))
            .param(TYPES));
        }
        Ok(if types.is_empty() { Self::Nothing } else { Self::Types })
    }

    /// Which methods a new intent has: those named, or (since API 2023-08-16) the dashboard's, which may redirect. That a list
    /// of allowed ones with nothing but cards in it asks for no `return_url` is a choice: Stripe does not say.
    pub(crate) fn of_new_intent(
        &self,
        params: &mut Params,
        confirmation_method: Option<&str>,
    ) -> Result<Option<AutomaticMethods>, ApiError> {
        let given = parameters::automatic_methods(params)?;
        match (given, self) {
            (Some(Some(_)), Self::Types) => Err(exclusive("automatic_payment_methods", TYPES)),
            (Some(Some(_)), _) if confirmation_method.is_some() => {
                Err(exclusive("automatic_payment_methods", "confirmation_method"))
            }
            (Some(methods), _) => Ok(methods),
            (None, Self::Types | Self::Allowed(_)) => Ok(None),
            (None, Self::Nothing) => Ok(Some(AutomaticMethods { allow_redirects: true })),
        }
    }

    /// Changes an intent that is there.
    pub(crate) fn change(self, methods: &mut Option<AutomaticMethods>, allowed: &mut Option<Vec<String>>) {
        match self {
            Self::Nothing => {}
            Self::Types => {
                *methods = None;
                *allowed = None;
            }
            Self::Allowed(kinds) => {
                *methods = None;
                *allowed = Some(kinds);
            }
        }
    }

    /// The list of allowed kinds, if there is one.
    pub(crate) fn allowed(self) -> Option<Vec<String>> {
        match self {
            Self::Allowed(kinds) => Some(kinds),
            Self::Nothing | Self::Types => None,
        }
    }
}

/// A list in which what is not played is passed over, as Stripe passes over what does not fit the payment.
fn allowed(params: &mut Params) -> Result<Vec<String>, ApiError> {
    if let Some(other) = OTHER_THAN_ALLOWED.into_iter().find(|other| params.has(other)) {
        return Err(exclusive(ALLOWED, other));
    }
    let kinds = params.array(ALLOWED)?.unwrap_or_default();
    if kinds.iter().any(|kind| kind == CARD) {
        return Ok(kinds);
    }
    Err(ApiError::invalid("The simulator plays cards only, and 'card' is not among the allowed payment method types.")
        .param(ALLOWED))
}

/// The code is documented; the sentence is not.
fn no_longer_supported(version: ApiVersion) -> ApiError {
    ApiError::invalid(format!(
        "The parameter `payment_method_types` is no longer supported as of API version {}; this request asks for {version}. Use `allowed_payment_method_types`, or leave the choice to dynamic payment methods.",
        NO_METHOD_TYPES.since
    ))
    .code("payment_method_types_no_longer_supported")
    .param(TYPES)
}

fn exclusive(one: &str, other: &str) -> ApiError {
    ApiError::invalid(format!("You may only specify one of these parameters: {one}, {other}."))
        .code("parameters_exclusive")
}
