//! A page of another origin at the program: what a browser must hear before it lets that page call and read.

mod common;
mod running;
use common::{PK, SK};
use running::{Heard, Running};

const ORIGIN: &str = "https://js.stripe.com";

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text =
        format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\norigin: {ORIGIN}\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What recorded answers of api.stripe.com say to a page of js.stripe.com.
fn assert_open(heard: &Heard, what: &str) {
    for (name, value) in [
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, HEAD, PUT, PATCH, POST, DELETE"),
        (
            "access-control-expose-headers",
            "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
        ),
        ("access-control-max-age", "300"),
        ("timing-allow-origin", ORIGIN),
    ] {
        assert_eq!(heard.header(name), Some(value), "{what}: {name}");
    }
}

#[test]
fn each_call_of_the_api_may_be_asked_for_first() {
    let running = Running::start(&[]);
    let wanted = "authorization,content-type,idempotency-key,stripe-version,x-stripe-client-user-agent";
    let ask = [("access-control-request-method", "POST"), ("access-control-request-headers", wanted)];
    for path in [
        "/v1/payment_methods",
        "/v1/3ds2/authenticate",
        "/v1/3ds2/challenge_complete",
        "/v1/payment_intents",
        "/v1/payment_intents/pi_1",
        "/v1/payment_intents/pi_1/confirm",
        "/v1/payment_intents/pi_1/source_cancel",
        "/v1/setup_intents/seti_1/confirm",
        "/v1/tokens",
        "/v1/no_such_thing",
        "/v2/core/accounts",
        "/acs/decide",
    ] {
        let heard = running.exchange(&request("OPTIONS", path, &ask, ""));
        assert_eq!((heard.status, heard.body.as_str()), (200, ""), "{path}");
        assert_eq!(heard.header("access-control-allow-headers"), Some(wanted), "{path}");
        assert_open(&heard, path);
    }
    let bare = running.exchange(&request("OPTIONS", "/v1/payment_methods", &[], ""));
    let allowed = bare.header("access-control-allow-headers").unwrap().to_ascii_lowercase();
    for name in ["authorization", "content-type", "idempotency-key", "stripe-version", "stripe-account"] {
        assert!(allowed.contains(name), "{name} in {allowed}");
    }
}

#[test]
fn whatever_is_answered_the_page_may_read_it() {
    let running = Running::start(&["--control"]);
    let (secret, public) = (format!("Bearer {SK}"), format!("Bearer {PK}"));
    let (secret, public) = (("authorization", secret.as_str()), ("authorization", public.as_str()));
    let pay = "amount=2500&currency=gbp&payment_method=pm_card_visa&confirm=true&payment_method_types[]=card";
    let declined = pay.replace("pm_card_visa", "pm_card_visa_chargeDeclined");
    let large = format!("a={}", "x".repeat(1_100_000));
    let key = ("idempotency-key", "k1");
    for (status, method, target, headers, body) in [
        (200, "POST", "/v1/payment_intents", vec![secret, FORM, key], pay),
        (200, "POST", "/v1/payment_intents", vec![secret, FORM, key], pay),
        (400, "POST", "/v1/payment_intents", vec![secret, FORM, key], "amount=1"),
        (400, "POST", "/v1/payment_methods", vec![public, FORM], "type=card"),
        (400, "GET", "/v1/balance", vec![secret, ("stripe-version", "yesterday")], ""),
        (400, "POST", "/v1/payment_intents", vec![secret, ("content-type", "application/json")], "{}"),
        (401, "GET", "/v1/balance", vec![], ""),
        (401, "GET", "/v1/balance", vec![("authorization", "Bearer sk_live_x")], ""),
        (401, "GET", "/v1/payment_intents", vec![public], ""),
        (402, "POST", "/v1/payment_intents", vec![secret, FORM], &declined),
        (404, "GET", "/v1/payment_intents/pi_none", vec![secret], ""),
        (404, "GET", "/v1/no_such_thing", vec![secret], ""),
        (404, "GET", "/v2/core/accounts", vec![secret], ""),
        (404, "POST", "/acs/decide", vec![FORM], "acs_trans=none&outcome=complete"),
        (413, "POST", "/v1/payment_methods", vec![public, FORM], &large),
    ] {
        let heard = running.exchange(&request(method, target, &headers, body));
        assert_eq!(heard.status, status, "{method} {target}: {}", heard.body);
        assert_open(&heard, &format!("{method} {target} {status}"));
    }
    for moment in ["before", "after"] {
        for status in [403, 409, 429, 500, 502] {
            let fault = format!(
                r#"{{"rules": [{{"path": "/v1/payment_intents", "next": 1, "moment": "{moment}", "fault": {{"kind": "status", "status": {status}}}}}]}}"#
            );
            let set = request("POST", "/_sim/faults", &[], &fault).replace(&format!("origin: {ORIGIN}\r\n"), "");
            assert_eq!(running.exchange(&set).status, 200);
            // What a browser asks first is not the call that is struck.
            assert_eq!(running.exchange(&request("OPTIONS", "/v1/payment_intents", &[], "")).status, 200);
            let heard = running.exchange(&request("POST", "/v1/payment_intents", &[secret, FORM], pay));
            assert_eq!(heard.status, status, "{moment}");
            assert_open(&heard, &format!("a fault of {status} {moment}"));
        }
    }
}

#[test]
fn without_an_origin_everybody_is_named_as_stripe_does() {
    let running = Running::start(&[]);
    let request = "GET /v1/balance HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let heard = running.exchange(request);
    assert_eq!(heard.header("access-control-allow-origin"), Some("*"));
    assert_eq!(heard.header("timing-allow-origin"), None);
}

#[test]
fn control_stays_shut_to_pages_of_other_origins() {
    let running = Running::start(&["--control"]);
    for (method, path) in [
        ("GET", "/_sim/ledger"),
        ("GET", "/_sim/recent"),
        ("POST", "/_sim/reset"),
        ("POST", "/_sim/clock"),
        ("POST", "/_sim/faults"),
        ("OPTIONS", "/_sim/ledger"),
        ("OPTIONS", "/_sim/reset"),
        ("OPTIONS", "/_sim/faults"),
    ] {
        let heard = running.exchange(&request(method, path, &[("access-control-request-method", "POST")], ""));
        assert_eq!(heard.header("access-control-allow-origin"), None, "{method} {path}");
        if path != "/_sim/recent" {
            assert_eq!(heard.status, 403, "{method} {path}: {}", heard.body);
        }
    }
}

#[test]
fn addresses_lead_back_to_where_the_caller_came_from() {
    let running = Running::start(&[]);
    let pay = "amount=2500&currency=gbp&payment_method=pm_card_threeDSecure2Required&confirm=true&confirmation_method=manual&payment_method_types[]=card";
    let secret = format!("Bearer {SK}");
    let authorized = ("authorization", secret.as_str());
    for (headers, base) in [
        (vec![("host", running.address.as_str())], format!("http://{}", running.address)),
        (vec![("host", "localhost:7"), ("x-forwarded-proto", "https")], "https://localhost:7".to_owned()),
        (
            vec![("host", "localhost:7"), ("x-forwarded-proto", "my-till"), ("x-forwarded-host", "stripe")],
            "my-till://stripe".to_owned(),
        ),
    ] {
        let headers = [vec![authorized, FORM], headers].concat();
        let call = |target: &str, body: &str| {
            running.exchange(&request("POST", target, &headers, body).replace("host: localhost\r\n", "")).json()
        };
        let fingerprint = call("/v1/payment_intents", &format!("{pay}&use_stripe_sdk=true"));
        let sdk = &fingerprint["next_action"]["use_stripe_sdk"];
        let method = sdk["three_ds_method_url"].as_str().unwrap();
        assert!(method.starts_with(&format!("{base}/acs/method?acs_trans=")), "{method}");
        let source = sdk["three_d_secure_2_source"].as_str().unwrap();
        let begun = call("/v1/3ds2/authenticate", &format!("source={source}"));
        let acs = begun["ares"]["acsURL"].as_str().unwrap();
        assert!(acs.starts_with(&format!("{base}/acs/challenge?acs_trans=")), "{acs}");
        let redirect = call("/v1/payment_intents", pay);
        let page = redirect["next_action"]["use_stripe_sdk"]["stripe_js"].as_str().unwrap();
        assert!(page.starts_with(&format!("{base}/acs/challenge?")), "{page}");
        let away = call("/v1/payment_intents", &format!("{pay}&return_url=https://shop.example"));
        let page = away["next_action"]["redirect_to_url"]["url"].as_str().unwrap();
        assert!(page.starts_with(&format!("{base}/acs/challenge?")), "{page}");
        let id = away["id"].as_str().unwrap();
        // Also where the object stands inside another: in an error.
        let refused = call(&format!("/v1/payment_intents/{id}/capture"), "");
        let page = refused["error"]["payment_intent"]["next_action"]["redirect_to_url"]["url"].as_str().unwrap();
        assert!(page.starts_with(&base), "{page}");
    }
}
