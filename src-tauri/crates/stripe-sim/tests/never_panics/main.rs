//! Whatever is asked, an answer comes: any method, path, query, headers and body, at any time of the simulator's clock, on a
//! simulator that has something to find.

#[path = "../common/mod.rs"]
mod common;
mod words;

use common::*;
use http::{HeaderValue, Method};
use proptest::prelude::*;
use proptest::sample::select;

use stripe_sim::{ApiRequest, Sim};
use words::{NAMES, SEGMENTS, VALUES};

/// A simulator with one of each, and the ids that the placeholders stand for.
fn furnished() -> (Sim, Vec<(&'static str, String)>) {
    let sim = sim();
    let paid = charge(&sim, "pm_card_visa").json();
    let asked = waiting(&sim);
    let mut held = charge_form("pm_card_visa");
    held.push(("capture_method", "manual"));
    let held = id(&post(&sim, "/v1/payment_intents", &held).json());
    let refund = post(&sim, "/v1/refunds", &[("payment_intent", &id(&paid)), ("amount", "100")]).json();
    let customer = post(&sim, "/v1/customers", &[("name", "Ada")]).json();
    let setup = post(&sim, "/v1/setup_intents", &[("payment_method_types[]", "card")]).json();
    let method = id(&key_card(&sim, "4242424242424242").json());
    let card = [("card[number]", "4242424242424242"), ("card[exp_month]", "1"), ("card[exp_year]", "40"), ("key", PK)];
    let token = id(&send(&sim, ApiRequest::post("/v1/tokens", &card)).json());
    let events = get(&sim, "/v1/events").json();
    let sdk = &asked["next_action"]["use_stripe_sdk"];
    let source = sdk["three_d_secure_2_source"].as_str().unwrap().to_owned();
    let begun = send(&sim, ApiRequest::post("/v1/3ds2/authenticate", &[("source", &source), ("key", PK)])).json();
    let ids = vec![
        ("{pi}", id(&asked)),
        ("{seti}", id(&setup)),
        ("{ch}", paid["latest_charge"].as_str().unwrap().to_owned()),
        ("{pm}", method),
        ("{re}", id(&refund)),
        ("{cus}", id(&customer)),
        ("{evt}", id(&events["data"][0])),
        ("{txn}", refund["balance_transaction"].as_str().unwrap().to_owned()),
        ("{tok}", token),
        ("{secret}", asked["client_secret"].as_str().unwrap().to_owned()),
        ("{acct}", sdk["merchant"].as_str().unwrap().to_owned()),
        ("{source}", source),
        ("{acs}", begun["ares"]["acsTransID"].as_str().unwrap().to_owned()),
        ("{held}", held),
    ];
    (sim, ids)
}

fn with_ids(text: &str, ids: &[(&str, String)]) -> String {
    ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
}

#[derive(Debug, Clone)]
struct Asked {
    method: String,
    path: String,
    query: String,
    body: Vec<u8>,
    key: Option<String>,
    header: Vec<u8>,
    wait_ms: u64,
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::collection::vec(select(SEGMENTS), 1..4).prop_map(|parts| format!("/v1/{}", parts.join("/"))),
        4 => select(&[
            "/v1/payment_intents", "/v1/payment_intents/{pi}", "/v1/payment_intents/{pi}/confirm",
            "/v1/payment_intents/{held}/capture", "/v1/payment_intents/{pi}/cancel", "/v1/payment_methods",
            "/v1/payment_methods/{pm}/attach", "/v1/setup_intents", "/v1/setup_intents/{seti}/confirm", "/v1/refunds",
            "/v1/tokens", "/v1/customers", "/v1/customers/{cus}", "/v1/payment_intents/search", "/v1/events",
            "/v1/3ds2/authenticate", "/v1/3ds2/challenge_complete", "/acs/decide", "/acs/transaction", "/v1/charges",
            "/acs/method", "/3d_secure_2/fingerprint/{acct}/{source}",
        ][..]).prop_map(str::to_owned),
        1 => select(&[
            "/", "/v3/stripe.js", "/acs/challenge", "/_sim/ledger", "/_sim/recent", "/_sim/clock", "/_sim/faults",
            "/_sim/account", "/_sim/latency", "/_sim/challenges/{pi}", "/_sim/", "/v1", "/v1/", "//",
        ][..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn pairs() -> impl Strategy<Value = String> {
    let value = prop_oneof![5 => select(VALUES).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec((select(NAMES), value, any::<bool>()), 0..10).prop_map(|pairs| {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        pairs
            .iter()
            // Placeholders and some wild signs stay as they are.
            .map(|(name, value, plain)| {
                if *plain || value.starts_with('{') {
                    format!("{name}={value}")
                } else {
                    format!("{}={}", encode(name), encode(value))
                }
            })
            .collect::<Vec<_>>()
            .join("&")
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let method = prop_oneof![
        6 => Just("POST".to_owned()),
        4 => Just("GET".to_owned()),
        1 => select(&["DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"][..]).prop_map(str::to_owned),
        1 => "[A-Z]{1,12}",
    ];
    let body = prop_oneof![
        6 => pairs().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => select(&[
            r#"{"advance_s": 4000}"#, r#"{"rules": []}"#, r#"{"settings": {"moto": true}}"#, "{", "null",
            r#"{"outcome": "fail"}"#, r#"{"ms": 0}"#,
        ][..]).prop_map(|text| text.as_bytes().to_vec()),
    ];
    let key = prop_oneof![
        8 => Just(Some(SK.to_owned())),
        3 => Just(Some(PK.to_owned())),
        1 => Just(Some("rk_test_shop1".to_owned())),
        1 => "[a-z_]{0,30}".prop_map(Some),
        1 => Just(None),
    ];
    let wait = prop_oneof![8 => Just(0_u64), 1 => 0..90_000_000_u64, 1 => 0..700_000_000_u64];
    (
        method,
        path(),
        prop_oneof![2 => Just(String::new()), 1 => pairs()],
        body,
        key,
        prop::collection::vec(any::<u8>(), 0..300),
        wait,
    )
        .prop_map(|(method, path, query, body, key, header, wait_ms)| Asked {
            method,
            path,
            query,
            body,
            key,
            header,
            wait_ms,
        })
}

fn request(asked: &Asked, ids: &[(&str, String)]) -> ApiRequest {
    let method = Method::from_bytes(asked.method.as_bytes()).unwrap_or(Method::POST);
    let mut request = ApiRequest::new(method, &with_ids(&asked.path, ids));
    request.query = with_ids(&asked.query, ids);
    request.body = match String::from_utf8(asked.body.clone()) {
        Ok(text) => with_ids(&text, ids).into_bytes(),
        Err(raw) => raw.into_bytes(),
    };
    if let Some(key) = &asked.key {
        request = request.key(key);
    }
    if let Ok(value) = HeaderValue::from_bytes(&asked.header) {
        for name in [
            "idempotency-key",
            "stripe-version",
            "origin",
            "authorization",
            "host",
            "x-forwarded-proto",
            "x-forwarded-host",
        ] {
            // Which headers carry it follows from its length: a key of its own is not worth a dimension.
            if asked.header.len().is_multiple_of(name.len()) {
                request.headers.insert(name, value.clone());
            }
        }
    }
    request
}

/// Few enough for every run of the tests; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked_for = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked_for.unwrap_or(60), max_shrink_iters: 300, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_requests_get_answers(requests in prop::collection::vec(asked(), 1..40)) {
        let (sim, ids) = furnished();
        for asked in &requests {
            sim.clock().advance(asked.wait_ms);
            let response = call(&sim, request(asked, &ids)).expect("no fault is set");
            prop_assert!((200..500).contains(&response.status), "{} for {asked:?}", response.status);
            if asked.path.starts_with("/v1/") && asked.method != "OPTIONS" {
                let body = response.json();
                prop_assert!(body.is_object(), "no JSON for {asked:?}");
                prop_assert_eq!(response.status >= 400, body["error"]["message"].is_string(), "{:?}: {}", asked, body);
            }
        }
        // Whatever was asked, the books are in order, and the state can be kept and taken again.
        let ledger = sim.ledger();
        for intent in ledger.payment_intents() {
            let paid: Vec<_> = ledger
                .charges()
                .filter(|charge| charge["payment_intent"] == intent["id"] && charge["status"] == "succeeded")
                .collect();
            prop_assert!(paid.len() <= 1, "two charges for one PaymentIntent");
            for charge in &paid {
                prop_assert!(charge["amount_refunded"].as_u64() <= charge["amount"].as_u64());
            }
            prop_assert_eq!(intent["status"] == "succeeded", intent["amount_received"].as_u64() > Some(0), "{}", intent);
        }
        let again = Sim::restore(options(), &sim.state().unwrap()).unwrap();
        prop_assert_eq!(again.ledger(), ledger);
    }
}
