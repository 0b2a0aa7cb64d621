//! The parameters that create, update and confirm share.

use super::{AutomaticMethods, CaptureMethod};
use crate::addresses;
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
const MAX_EMAIL_CHARS: usize = 512;

/// Parameters of `payment_method_options[card]` that the simulator does not play.
const CARD_NOT_SIMULATED: &[&str] = &[
    "cvc_token",
    "installments",
    "mandate_options",
    "request_extended_authorization",
    "request_incremental_authorization",
    "request_multicapture",
    "request_overcapture",
    "require_cvc_recollection",
    "setup_future_usage",
    "statement_descriptor_suffix_kana",
    "statement_descriptor_suffix_kanji",
    "three_d_secure",
];

/// The networks that a payment can be asked to go over (OpenAPI document).
const NETWORKS: &[&str] = &[
    "amex",
    "cartes_bancaires",
    "diners",
    "discover",
    "eftpos_au",
    "girocard",
    "interac",
    "jcb",
    "link",
    "mastercard",
    "unionpay",
    "unknown",
    "visa",
];

/// What `payment_method_options[card]` says.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct CardOptions {
    pub(crate) request_three_d_secure: Option<&'static str>,
    /// Whether cards are held rather than charged, whatever the intent's own `capture_method`.
    pub(crate) manual_capture: Option<bool>,
    pub(crate) network: Option<&'static str>,
    /// The order came by mail or telephone.
    pub(crate) moto: bool,
}

/// Reads `payment_method_options`. `confirms`: whether the call confirms, for some things are said only then.
pub(crate) fn card_options(
    settings: &AccountSettings,
    params: &mut Params,
    confirms: bool,
) -> Result<CardOptions, ApiError> {
    let mut options = CardOptions::default();
    let Some(mut given) = params.object("payment_method_options")? else {
        return Ok(options);
    };
    if let Some(mut card) = given.object("card")? {
        options.request_three_d_secure = three_ds_request(&mut card)?;
        options.manual_capture = card.one_of_or_unset("capture_method", &["manual"])?.map(|word| word.is_some());
        options.network = network(&mut card)?;
        options.moto = moto(settings, &mut card, confirms)?;
        card.refuse(CARD_NOT_SIMULATED)?;
        card.finish()?;
    }
    given.finish()?;
    Ok(options)
}

pub(crate) fn three_ds_request(card: &mut Params) -> Result<Option<&'static str>, ApiError> {
    card.one_of("request_three_d_secure", &["automatic", "any", "challenge"])
}

pub(crate) fn network(card: &mut Params) -> Result<Option<&'static str>, ApiError> {
    card.one_of("network", NETWORKS)
}

/// `moto` says how one attempt is made, so it is taken with a confirm alone. For an account that is not enabled for it the
/// parameter does not exist: it is left over, and refused by name.
pub(crate) fn moto(settings: &AccountSettings, card: &mut Params, confirms: bool) -> Result<bool, ApiError> {
    if !settings.moto {
        return Ok(false);
    }
    let given = card.boolean("moto")?;
    if given.is_some() && !confirms {
        let name = card.name("moto");
        return Err(
            ApiError::invalid(format!("The parameter `{name}` can only be provided during confirmation.")).param(name)
        );
    }
    Ok(given.unwrap_or(false))
}

/// A payment by mail or telephone keeps no card for payments with the customer present (the sentence as it was reported in
/// juspay/hyperswitch, issue 10120).
pub(crate) fn check_moto(moto: bool, setup_future_usage: Option<&str>) -> Result<(), ApiError> {
    if moto && setup_future_usage == Some("on_session") {
        return Err(ApiError::invalid(
            "`payment_method_options[card][moto]` can be set to true only when setup_future_usage is either offsession or null.",
        )
        .param("payment_method_options[card][moto]"));
    }
    Ok(())
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
    addresses::email(params, "receipt_email", MAX_EMAIL_CHARS)
}

const USAGES: &[&str] = &["off_session", "on_session"];

pub(crate) fn setup_future_usage(params: &mut Params) -> Result<Option<&'static str>, ApiError> {
    params.one_of("setup_future_usage", USAGES)
}

/// As `setup_future_usage`, where an empty text unsets it.
pub(crate) fn changed_setup_future_usage(params: &mut Params) -> Result<Option<Option<&'static str>>, ApiError> {
    params.one_of_or_unset("setup_future_usage", USAGES)
}
