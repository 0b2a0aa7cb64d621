//! What all tests of the simulator share: a simulator with a clock that stands still, and short calls.
#![allow(dead_code, reason = "each test file uses its part")]

use serde_json::Value;
use stripe_schema::{Answer, check_answer, in_lines};
use stripe_sim::{ApiRequest, ApiResponse, NoAnswer, Sim, SimOptions, TimeSource};

pub(crate) const SK: &str = "sk_test_shop1";
pub(crate) const PK: &str = "pk_test_shop1";
/// 1 November 2026.
pub(crate) const START_MS: u64 = 1_793_491_200_000;

pub(crate) fn options() -> SimOptions {
    SimOptions { seed: 7, time: TimeSource::Manual { start_ms: START_MS }, control: true, ..SimOptions::default() }
}

pub(crate) fn sim() -> Sim {
    Sim::new(options())
}

/// One call. Whatever the simulator answers is held against Stripe's schema: no test receives an answer that is not.
pub(crate) fn call(sim: &Sim, request: ApiRequest) -> Result<ApiResponse, NoAnswer> {
    let (method, target, publishable) = (request.method.clone(), request.path.clone(), is_publishable(&request));
    let response = sim.call(request)?;
    let is_json = response.header("content-type") == Some("application/json");
    if target.starts_with("/v1/") && is_json && response.torn_from.is_none() {
        check_json(method.as_str(), &target, publishable, response.status, &response.json());
    }
    Ok(response)
}

/// Fails when an answer is not as Stripe's schema says.
pub(crate) fn check_json(method: &str, target: &str, publishable: bool, status: u16, body: &Value) {
    let found = check_answer(&Answer { method, target, publishable, status, body });
    assert!(found.is_empty(), "{method} {target} {status}:\n{}", in_lines(&found));
}

/// The same for what came back over a socket, as far as it is a whole answer of the API.
pub(crate) fn check_bytes(request: &[u8], answer: &str) {
    let request = String::from_utf8_lossy(request);
    let mut words = request.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    let Some((head, body)) = answer.split_once("\r\n\r\n").filter(|_| target.starts_with("/v1/")) else { return };
    let status = head.get(9..12).and_then(|text| text.parse().ok());
    if let (Some(status), Ok(body)) = (status, serde_json::from_str(body)) {
        check_json(method, target, request.contains("pk_test_"), status, &body);
    }
}

fn is_publishable(request: &ApiRequest) -> bool {
    let header = request.headers.get("authorization").map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    [header.as_slice(), request.body.as_slice(), request.query.as_bytes()]
        .iter()
        .any(|part| part.windows(8).any(|window| window == b"pk_test_"))
}

pub(crate) fn send(sim: &Sim, request: ApiRequest) -> ApiResponse {
    call(sim, request).expect("no fault is set")
}

pub(crate) fn post(sim: &Sim, path: &str, form: &[(&str, &str)]) -> ApiResponse {
    send(sim, ApiRequest::post(path, form).key(SK))
}

pub(crate) fn get(sim: &Sim, path: &str) -> ApiResponse {
    send(sim, ApiRequest::get(path).key(SK))
}

/// A POST that must be answered with 200.
pub(crate) fn ok(sim: &Sim, path: &str, form: &[(&str, &str)]) -> Value {
    let response = post(sim, path, form);
    assert_eq!(response.status, 200, "{path}: {}", response.json());
    response.json()
}

/// A POST that must be refused with this status; the error object.
pub(crate) fn refused(sim: &Sim, path: &str, form: &[(&str, &str)], status: u16) -> Value {
    let response = post(sim, path, form);
    let body = response.json();
    assert_eq!(response.status, status, "{path}: {body}");
    body["error"].clone()
}

/// The one call of the till's first attempt.
pub(crate) fn charge_form(method: &str) -> Vec<(&str, &str)> {
    vec![
        ("amount", "2500"),
        ("currency", "usd"),
        ("payment_method", method),
        ("confirmation_method", "manual"),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("use_stripe_sdk", "true"),
    ]
}

pub(crate) fn charge(sim: &Sim, method: &str) -> ApiResponse {
    post(sim, "/v1/payment_intents", &charge_form(method))
}

/// A new PaymentMethod of these digits, as the page makes it.
pub(crate) fn key_card(sim: &Sim, number: &str) -> ApiResponse {
    key_card_with(sim, number, "12", "2030", "123")
}

pub(crate) fn key_card_with(sim: &Sim, number: &str, month: &str, year: &str, cvc: &str) -> ApiResponse {
    send(
        sim,
        ApiRequest::post(
            "/v1/payment_methods",
            &[
                ("type", "card"),
                ("card[number]", number),
                ("card[exp_month]", month),
                ("card[exp_year]", year),
                ("card[cvc]", cvc),
                ("billing_details[address][postal_code]", "12345"),
                ("key", PK),
            ],
        ),
    )
}

pub(crate) fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// A PaymentIntent that waits for the customer.
pub(crate) fn waiting(sim: &Sim) -> Value {
    let response = charge(sim, "pm_card_authenticationRequiredOnSetup");
    let body = response.json();
    assert_eq!(body["status"], "requires_action", "{body}");
    body
}

pub(crate) fn read(sim: &Sim, id: &str) -> Value {
    get(sim, &format!("/v1/payment_intents/{id}")).json()
}

pub(crate) fn confirm(sim: &Sim, id: &str, form: &[(&str, &str)]) -> ApiResponse {
    post(sim, &format!("/v1/payment_intents/{id}/confirm"), form)
}

/// Types of all events, oldest first.
pub(crate) fn events(sim: &Sim) -> Vec<String> {
    sim.ledger().accounts.into_iter().flat_map(|account| account.events).collect()
}
