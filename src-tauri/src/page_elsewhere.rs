//! Debug builds only: leads the payment page to a simulator that runs by itself, on a loopback address.
//!
//! A test that kills the application needs a Stripe that lives on, and a challenge that is met in the real window: so the
//! page and the core must have the same simulator, outside this process. `COUNTERSIGN_STRIPE_BASE` leads the core there,
//! `COUNTERSIGN_STRIPE_PAGE` the page. And a real bank is on a host of its own: `COUNTERSIGN_BANK` names that of training's bank,
//! `COUNTERSIGN_BANK_CERTIFICATE` the file with the certificate that it shows. A release build has none of them.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{Request, Response, StatusCode};
use tauri::Url;

/// Names the simulator, e.g. `http://127.0.0.1:12111`.
const STRIPE_PAGE: &str = "COUNTERSIGN_STRIPE_PAGE";
/// Names the bank's origin, e.g. `https://127.0.0.2:8443`.
const BANK: &str = "COUNTERSIGN_BANK";
/// Names a file in PEM.
#[cfg(target_os = "linux")]
const BANK_CERTIFICATE: &str = "COUNTERSIGN_BANK_CERTIFICATE";
/// No request of the page is larger, in bytes.
const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// Where training's bank is, if it is to be on a host of its own.
pub(crate) fn bank() -> Option<String> {
    std::env::var(BANK).ok().filter(|bank| stripe_sim::is_origin(bank))
}

/// The bank of a test has nobody whom this computer trusts to vouch for it.
#[cfg(target_os = "linux")]
pub(crate) fn believe_the_banks_certificate(context: &webkit2gtk::WebContext) {
    use webkit2gtk::WebContextExt as _;
    let (Some(file), Some(bank)) = (std::env::var_os(BANK_CERTIFICATE), bank()) else { return };
    let host = bank.split("://").nth(1).and_then(|place| place.rsplit_once(':')).map(|(host, _)| host.to_owned());
    match gtk::gio::TlsCertificate::from_file(file) {
        Ok(certificate) => context.allow_tls_certificate_for_host(&certificate, &host.unwrap_or_default()),
        Err(reason) => log::warn!("The bank's certificate cannot be read: {reason}"),
    }
}

/// The door to the other simulator, if the page is to be led there.
pub(crate) fn door() -> Option<Router> {
    let base = std::env::var(STRIPE_PAGE).ok().filter(|base| is_loopback(base))?;
    let client = reqwest::Client::builder().no_proxy().build().ok()?;
    Some(Router::new().fallback(move |request: Request<Body>| {
        let (client, base) = (client.clone(), base.clone());
        async move {
            let answer = pass_on(&client, &base, request).await;
            answer.unwrap_or_else(|error| {
                log::warn!("The page's simulator does not answer: {error}");
                let mut answer = Response::new(Body::empty());
                *answer.status_mut() = StatusCode::BAD_GATEWAY;
                answer
            })
        }
    }))
}

/// Whether this is the address of something in this computer, and of nothing else however it is read.
pub(crate) fn is_loopback(base: &str) -> bool {
    Url::parse(base).is_ok_and(|url| {
        url.scheme() == "http" && url.host_str() == Some("127.0.0.1") && url.username().is_empty() && url.path() == "/"
    })
}

async fn pass_on(
    client: &reqwest::Client,
    base: &str,
    request: Request<Body>,
) -> Result<Response<Body>, Box<dyn std::error::Error + Send + Sync>> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{base}{path}");
    for name in [HOST, CONNECTION, CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    let body = to_bytes(body, MAX_REQUEST_BYTES).await?;
    let answer = client.request(parts.method, url).headers(parts.headers).body(body).send().await?;
    let mut passed = Response::new(Body::empty());
    *passed.status_mut() = answer.status();
    passed.headers_mut().clone_from(answer.headers());
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        passed.headers_mut().remove(name);
    }
    *passed.body_mut() = Body::from(answer.bytes().await?);
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_stands_in_for_stripe() {
        assert!(is_loopback("http://127.0.0.1:12111"));
        for elsewhere in [
            "http://127.0.0.1:12111@portal.example",
            "http://127.0.0.1.portal.example",
            "http://portal.example",
            "https://127.0.0.1:12111",
            "127.0.0.1:12111",
        ] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }
}
