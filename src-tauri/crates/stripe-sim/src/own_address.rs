//! Where the simulator is, as its caller reaches it. Its addresses in answers (the bank's page, the bank's look at the
//! browser) are absolute, as Stripe's are. A bank that has an origin of its own (`SimOptions::bank`) is there instead.
//!
//! Objects hold paths: the same payment is read through several doors. A path becomes an address when an answer leaves.

use serde_json::Value;

use crate::wire::ApiRequest;

/// The address of a caller that names none, as one without a socket does.
const NAMELESS: &str = "http://localhost";

/// The fields that hold an address of the simulator's own.
const ADDRESSES: [&str; 5] = ["acsURL", "challenge_url", "stripe_js", "three_ds_method_url", "url"];
/// How the paths begin that are kept in them. (The `url` of a list begins otherwise: Stripe's, too, is a path.)
const BANK: &str = "/acs/";

/// Scheme, host and port under which a request came: what a proxy in front says (`X-Forwarded-Proto`, `X-Forwarded-Host`),
/// or `http` and the `Host`.
pub(crate) fn of(request: &ApiRequest) -> String {
    let scheme = request.header_text("x-forwarded-proto").filter(|scheme| is_scheme(scheme)).unwrap_or("http");
    let forwarded = request.header_text("x-forwarded-host").filter(|host| is_host(host));
    match forwarded.or_else(|| request.header_text("host").filter(|host| is_host(host))) {
        Some(host) => format!("{scheme}://{host}"),
        None => NAMELESS.to_owned(),
    }
}

/// Whether this is scheme, host and port of a page, and no more than that.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, host)| matches!(scheme, "http" | "https") && is_host(host))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'[' | b']'))
}

/// Makes addresses of the paths to the bank, wherever in an answer they stand.
pub(crate) fn complete(value: &mut Value, base: &str) {
    match value {
        Value::Object(fields) => {
            // What a shop wrote itself is left as it is.
            for (name, field) in fields.iter_mut().filter(|(name, _)| *name != "metadata") {
                match field {
                    Value::String(path) if path.starts_with(BANK) && ADDRESSES.contains(&name.as_str()) => {
                        path.insert_str(0, base);
                    }
                    field => complete(field, base),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| complete(item, base)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_what_the_caller_reached() {
        let asked = |headers: &[(&'static str, &str)]| {
            of(&headers.iter().fold(ApiRequest::get("/v1/balance"), |asked, (name, value)| asked.header(name, value)))
        };
        assert_eq!(asked(&[("host", "127.0.0.1:12111")]), "http://127.0.0.1:12111");
        assert_eq!(asked(&[("host", "[::1]:80")]), "http://[::1]:80");
        let forwarded = [("host", "x:1"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "pay.example")];
        assert_eq!(asked(&forwarded), "https://pay.example");
        assert_eq!(asked(&[("host", "x:1"), ("x-forwarded-proto", "https")]), "https://x:1");
        assert_eq!(asked(&[]), "http://localhost");
        for wrong in ["a b", "evil.example/path", "user@evil.example", "\"", ""] {
            assert_eq!(asked(&[("host", wrong)]), "http://localhost", "{wrong}");
        }
        assert_eq!(asked(&[("host", "x"), ("x-forwarded-proto", "java script")]), "http://x");
    }

    #[test]
    fn an_origin_has_no_path() {
        for sound in ["https://bank.example", "http://127.0.0.2:8080", "https://[::1]:1"] {
            assert!(is_origin(sound), "{sound}");
        }
        for wrong in ["bank.example", "https://", "https://bank.example/", "https://a@bank", "file:///x", ""] {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn only_ways_to_the_bank_become_addresses() {
        let mut value = json!({
            "url": "/v1/charges", "description": "/acs/challenge", "metadata": {"url": "/acs/"},
            "data": [{"next_action": {"redirect_to_url": {"url": "/acs/challenge?a=b", "return_url": "/acs/"}}}],
        });
        complete(&mut value, "http://h");
        assert_eq!(value["data"][0]["next_action"]["redirect_to_url"]["url"], "http://h/acs/challenge?a=b");
        let rest = [&value["url"], &value["description"], &value["metadata"]["url"]];
        assert_eq!(rest, ["/v1/charges", "/acs/challenge", "/acs/"], "what is no way to the bank stays");
    }
}
