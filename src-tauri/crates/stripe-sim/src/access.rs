//! API keys: who calls, and for which account.
//!
//! Any well-formed test key works. Keys with the same tail (`sk_test_X`, `rk_test_X`, `pk_test_X`) belong to one account. Keys
//! in Stripe's modern form belong to the account whose id they carry, as Stripe's do: a rolled key is one of the same account.
//! Live keys are refused: there is no live mode in a simulator.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::errors::{ApiError, ErrorType};
use crate::ids::derived;
use crate::wire::ApiRequest;

/// How long a key may be after its prefix, in signs.
const MIN_TAIL: usize = 3;
const MAX_TAIL: usize = 240;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Secret,
    Restricted,
    Publishable,
}

/// The caller of one request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) kind: KeyKind,
    /// The account, as in `acct_1…`. It follows from the part of the key after `sk_test_`, of which nothing else is kept:
    /// somebody may well use a real test key here.
    pub(crate) account: String,
    /// The key, masked, for messages.
    pub(crate) masked: String,
}

impl Caller {
    pub(crate) fn is_publishable(&self) -> bool {
        self.kind == KeyKind::Publishable
    }

    /// Refuses a publishable key at an endpoint for secret keys.
    pub(crate) fn must_be_secret(&self) -> Result<(), ApiError> {
        if self.is_publishable() {
            return Err(unauthorized(
                "This API call cannot be made with a publishable API key. Please use a secret API key.",
            )
            .code("secret_key_required"));
        }
        Ok(())
    }
}

fn unauthorized(message: impl Into<String>) -> ApiError {
    ApiError::new(401, ErrorType::InvalidRequest, message).not_kept()
}

/// The key that came with a request, from its `Authorization` header or its `key` parameter.
pub(crate) fn key_of(request: &ApiRequest, key_param: Option<String>) -> Option<String> {
    let header = request.header_text("authorization").unwrap_or("");
    let scheme_and_value = header.split_once(' ').map(|(scheme, value)| (scheme.to_ascii_lowercase(), value.trim()));
    let from_header = match scheme_and_value {
        Some((scheme, value)) if scheme == "bearer" => Some(value.to_owned()),
        // `curl -u sk_test_...:` sends the key as the user name.
        Some((scheme, value)) if scheme == "basic" => STANDARD
            .decode(value)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(|pair| pair.split_once(':').map_or(pair.clone(), |(user, _)| user.to_owned())),
        Some(_) | None => None,
    };
    from_header.or(key_param).filter(|key| !key.is_empty())
}

/// Refuses a call for a connected account: Connect is not played, and the key's own account must not take its place.
pub(crate) fn own_account(request: &ApiRequest) -> Result<(), ApiError> {
    if request.headers.contains_key("stripe-account") {
        return Err(ApiError::invalid(
            "The simulator does not play Connect. Leave the header Stripe-Account out: each key has an account of its own.",
        ));
    }
    Ok(())
}

/// Reads a key. The error's message never holds more than the key's prefix and last four signs.
pub(crate) fn caller(key: Option<&str>) -> Result<Caller, ApiError> {
    let Some(key) = key else {
        return Err(unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    let masked = mask(key);
    if key.starts_with("sk_live_") || key.starts_with("rk_live_") || key.starts_with("pk_live_") {
        return Err(unauthorized(format!("Invalid API Key provided: {masked}. The simulator takes test keys only.")));
    }
    let kinds = [("sk_test_", KeyKind::Secret), ("rk_test_", KeyKind::Restricted), ("pk_test_", KeyKind::Publishable)];
    let found = kinds.iter().find_map(|(prefix, kind)| key.strip_prefix(prefix).map(|tail| (*kind, tail)));
    match found {
        Some((kind, tail)) if is_well_formed(tail) => Ok(Caller { kind, account: account_of(tail), masked }),
        Some(_) => Err(unauthorized(format!(
            "Invalid API Key provided: {masked}. The simulator takes {MIN_TAIL} to {MAX_TAIL} letters, digits or '_' after the prefix."
        ))),
        None => Err(unauthorized(format!(
            "Invalid API Key provided: {masked}. The simulator takes sk_test_X, rk_test_X and pk_test_X."
        ))),
    }
}

/// How many characters of an account's id a modern key carries behind `51`, and how many of its own follow at the least.
const ACCOUNT_PART: usize = 15;
const OWN_PART: usize = 25;

fn account_of(tail: &str) -> String {
    let carried = tail.strip_prefix("51").filter(|behind| behind.len() >= ACCOUNT_PART + OWN_PART);
    let carried = carried.and_then(|behind| behind.get(..ACCOUNT_PART));
    match carried.filter(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        Some(part) => format!("acct_1{part}"),
        None => format!("acct_1{}", derived(tail, ACCOUNT_PART)),
    }
}

fn is_well_formed(tail: &str) -> bool {
    (MIN_TAIL..=MAX_TAIL).contains(&tail.len()) && tail.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The key with all but its prefix and its last four signs hidden; a short one is hidden altogether.
fn mask(key: &str) -> String {
    let signs: Vec<char> = key.chars().collect();
    let prefix_length = ["sk_test_", "rk_test_", "pk_test_", "sk_live_", "rk_live_", "pk_live_"]
        .iter()
        .find(|prefix| key.starts_with(**prefix))
        .map_or(0, |prefix| prefix.len());
    let hidden_length = signs.len().saturating_sub(prefix_length + 4);
    if hidden_length < 4 {
        return signs.iter().take(prefix_length).collect::<String>() + &"*".repeat(signs.len() - prefix_length);
    }
    let head: String = signs.iter().take(prefix_length).collect();
    let last: String = signs.iter().skip(signs.len() - 4).collect();
    format!("{head}{}{last}", "*".repeat(hidden_length))
}
