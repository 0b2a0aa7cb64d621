//! Pages of other origins call the API: Stripe.js does it from frames on js.stripe.com. What the browser must hear for that.
//!
//! The headers are those of recorded answers of api.stripe.com, to servers and to browsers. What it answers to a preflight was
//! not found recorded: here whatever a page asks to send is allowed, for a key decides what a call may do.
//! The control routes answer with none of this.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::api::set;
use crate::wire::{ApiResponse, Delay};

/// What a page may read of an answer besides the headers that it always may.
const EXPOSED: &str = "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required";
/// What a preflight that asks for no header is told.
const ALLOWED: &str = "Authorization, Content-Type, Idempotency-Key, Stripe-Account, Stripe-Version";
/// How long a browser may remember the answer to a preflight, in seconds.
const MAX_AGE_S: &str = "300";

/// The headers for whoever sent these. A browser names the origin of the page that asks, and hears it again.
pub(crate) fn open_to(asked: &HeaderMap, headers: &mut HeaderMap) {
    let everybody = HeaderValue::from_static("*");
    let origin = asked.get(http::header::ORIGIN).unwrap_or(&everybody);
    headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    set(headers, "access-control-allow-credentials", "true");
    set(headers, "access-control-allow-methods", "GET, HEAD, PUT, PATCH, POST, DELETE");
    set(headers, "access-control-expose-headers", EXPOSED);
    set(headers, "access-control-max-age", MAX_AGE_S);
    if asked.contains_key(http::header::ORIGIN) {
        headers.insert(HeaderName::from_static("timing-allow-origin"), origin.clone());
    }
}

/// The answer to a browser that asks, before a call, whether it may be made.
pub(crate) fn preflight(asked: &HeaderMap) -> ApiResponse {
    let mut headers = HeaderMap::new();
    open_to(asked, &mut headers);
    let allowed = HeaderValue::from_static(ALLOWED);
    let wanted = asked.get(http::header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or(&allowed);
    headers.insert(http::header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    ApiResponse { status: 200, headers, body: Vec::new(), delay: Delay::default(), torn_from: None }
}
