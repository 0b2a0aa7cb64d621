//! The parameters that create, update and confirm share.

use serde_json::{Value, json};

use super::{AutomaticMethods, CaptureMethod};
use crate::errors::ApiError;
use crate::form::Params;
use crate::options::AccountSettings;

/// Parameters of Stripe's that the simulator does not play: Connect, mandates, level 3 data.
pub(crate) const NOT_SIMULATED: &[&str] = &[
    "amount_details",
    "application_fee_amount",
    "customer_account",
    "excluded_payment_method_types",
    "hooks",
    "mandate",
    "mandate_data",
    "on_behalf_of",
    "payment_details",
    "payment_method_configuration",
    "radar_options",
    "transfer_data",
    "transfer_group",
];

const MAX_DESCRIPTION_CHARS: usize = 1_000;
const MAX_SUFFIX_CHARS: usize = 22;

/// What `payment_method_options[card]` says.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct CardOptions {
    pub(crate) request_three_d_secure: Option<&'static str>,
    pub(crate) manual_capture: bool,
    /// The order came by mail or telephone.
    pub(crate) moto: Option<bool>,
}

pub(crate) fn card_options(settings: &AccountSettings, params: &mut Params) -> Result<CardOptions, ApiError> {
    let mut options = CardOptions::default();
    let Some(mut given) = params.object("payment_method_options")? else {
        return Ok(options);
    };
    if let Some(mut card) = given.object("card")? {
        options.request_three_d_secure = card.one_of("request_three_d_secure", &["automatic", "any", "challenge"])?;
        options.manual_capture = card.one_of("capture_method", &["manual"])?.is_some();
        // For an account that is not enabled for it this parameter does not exist: it is left over, and refused by name.
        if settings.moto {
            options.moto = card.boolean("moto")?;
        }
        card.boolean("require_cvc_recollection")?;
        card.filled("network")?;
        card.finish()?;
    }
    given.finish()?;
    Ok(options)
}

pub(crate) fn capture_method(params: &mut Params) -> Result<Option<CaptureMethod>, ApiError> {
    let word = params.one_of("capture_method", &["automatic", "automatic_async", "manual"])?;
    Ok(word.map(|word| match word {
        "automatic" => CaptureMethod::Automatic,
        "manual" => CaptureMethod::Manual,
        _ => CaptureMethod::AutomaticAsync,
    }))
}

pub(crate) fn automatic_methods(params: &mut Params) -> Result<Option<Option<AutomaticMethods>>, ApiError> {
    let Some(mut given) = params.object("automatic_payment_methods")? else {
        return Ok(None);
    };
    let enabled = given.boolean("enabled")?.ok_or_else(|| ApiError::missing("automatic_payment_methods[enabled]"))?;
    let redirects = given.one_of("allow_redirects", &["always", "never"])?;
    given.finish()?;
    Ok(Some(enabled.then_some(AutomaticMethods { allow_redirects: redirects != Some("never") })))
}

pub(crate) fn off_session(params: &mut Params) -> Result<bool, ApiError> {
    Ok(params.one_of("off_session", &["true", "false", "one_off", "recurring"])?.is_some_and(|word| word != "false"))
}

pub(crate) fn description(params: &mut Params) -> Result<Option<String>, ApiError> {
    params.bounded("description", MAX_DESCRIPTION_CHARS)
}

pub(crate) fn receipt_email(params: &mut Params) -> Result<Option<String>, ApiError> {
    let email = params.bounded("receipt_email", 512)?;
    if let Some(text) = email.as_deref().filter(|text| !text.is_empty()) {
        check_email(text, "receipt_email")?;
    }
    Ok(email)
}

pub(crate) fn check_email(text: &str, param: &str) -> Result<(), ApiError> {
    if text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        return Ok(());
    }
    Err(ApiError::invalid(format!("Invalid email address: {text}")).code("email_invalid").param(param))
}

/// On a card payment `statement_descriptor` is an error; the suffix is what there is.
pub(crate) fn statement_suffix(params: &mut Params) -> Result<Option<String>, ApiError> {
    if params.text("statement_descriptor")?.is_some_and(|text| !text.is_empty()) {
        return Err(ApiError::invalid(
            "The `statement_descriptor` parameter is not supported for card charges. Use `statement_descriptor_suffix` instead.",
        )
        .param("statement_descriptor"));
    }
    params.bounded("statement_descriptor_suffix", MAX_SUFFIX_CHARS)
}

pub(crate) fn setup_future_usage(params: &mut Params) -> Result<Option<&'static str>, ApiError> {
    params.one_of("setup_future_usage", &["off_session", "on_session"])
}

/// `shipping`: null when it was unset, absent when it was not given.
pub(crate) fn shipping(params: &mut Params) -> Result<Option<Value>, ApiError> {
    let was_text = params.is_text("shipping");
    let Some(mut given) = params.object("shipping")? else {
        return Ok(None);
    };
    if was_text {
        return Ok(Some(Value::Null));
    }
    let address = address(&mut given, "address")?.ok_or_else(|| ApiError::missing("shipping[address]"))?;
    let shipping = json!({
        "address": address,
        "carrier": given.text("carrier")?,
        "name": given.required("name")?,
        "phone": given.text("phone")?,
        "tracking_number": given.text("tracking_number")?,
    });
    given.finish()?;
    Ok(Some(shipping))
}

/// A postal address: null when it was unset, absent when it was not given.
pub(crate) fn address(params: &mut Params, name: &str) -> Result<Option<Value>, ApiError> {
    let was_text = params.is_text(name);
    let Some(mut given) = params.object(name)? else {
        return Ok(None);
    };
    if was_text {
        return Ok(Some(Value::Null));
    }
    let mut address = json!({});
    for field in ["city", "country", "line1", "line2", "postal_code", "state"] {
        address[field] = json!(given.text(field)?.and_then(unset_if_empty));
    }
    given.finish()?;
    Ok(Some(address))
}

/// An empty text unsets a field.
pub(crate) fn unset_if_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
