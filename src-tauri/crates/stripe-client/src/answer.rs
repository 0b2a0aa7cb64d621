//! What an answer is: Stripe's own, and then what it says; or something else's.
//!
//! Whether it is Stripe's is read from its body alone: the object that was asked for, or the error envelope. A header does
//! not decide it (a 401 of Stripe's may come without a `Request-Id`), and neither does the status: sign-in pages and broken
//! proxies answer with any.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::account::AccountSeen;
use crate::client::List;
use crate::error::{ApiError, Error, ErrorBody};
use crate::payment_intent::PaymentIntent;
use crate::refund::Refund;
use crate::transport::WireResponse;

/// What a call may ask for.
pub(crate) trait Asked: DeserializeOwned {
    /// What Stripe may call it, in the `object` of its answer.
    const OBJECTS: &[&str];
}

impl Asked for PaymentIntent {
    const OBJECTS: &[&str] = &["payment_intent"];
}

impl Asked for Refund {
    const OBJECTS: &[&str] = &["refund"];
}

impl Asked for AccountSeen {
    const OBJECTS: &[&str] = &["account"];
}

impl<T: DeserializeOwned> Asked for List<T> {
    const OBJECTS: &[&str] = &["list", "search_result"];
}

/// As much of a body as tells whose it is.
#[derive(Deserialize)]
struct Marks {
    #[serde(default)]
    object: Option<serde_json::Value>,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

/// Whether a body is the object asked for, or Stripe's error envelope.
pub(crate) fn is_stripes<T: Asked>(body: &[u8]) -> bool {
    let Ok(marks) = serde_json::from_slice::<Marks>(body) else { return false };
    let object = marks.object.as_ref().and_then(|object| object.as_str());
    let envelope = || marks.error.as_ref().is_some_and(|error| error["type"].is_string());
    object.is_some_and(|name| T::OBJECTS.contains(&name)) || envelope()
}

/// What an answer says.
pub(crate) fn read<T: Asked>(response: &WireResponse, after_silence: bool) -> Result<T, Error> {
    if !is_stripes::<T>(&response.body) {
        return Err(Error::NotStripe { status: response.status });
    }
    let request_id = response.header("request-id").map(str::to_owned);
    let unreadable = || Error::Unreadable { status: response.status, request_id: request_id.clone() };
    if (200..300).contains(&response.status) {
        return serde_json::from_slice(&response.body).map_err(|_| unreadable());
    }
    let Ok(ErrorBody { error }) = serde_json::from_slice::<ErrorBody>(&response.body) else {
        return Err(unreadable());
    };
    Err(Error::Api(Box::new(ApiError {
        status: response.status,
        kind: error.kind,
        code: error.code,
        decline_code: error.decline_code,
        message: error.message.unwrap_or_default(),
        param: error.param,
        advice_code: error.advice_code,
        request_id,
        payment_intent: error.payment_intent,
        payment_method: error.payment_method,
        after_silence,
    })))
}

/// When an answer was made, by the clock of the one who made it: milliseconds since 1970, to the second.
pub(crate) fn time_ms(response: &WireResponse) -> Option<i64> {
    let told = httpdate::parse_http_date(response.header("date")?).ok()?;
    let since = told.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}
