//! What is sent, how often, and what is made of the answers: over a transport that follows a script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stripe_client::{
    BoxFuture, CancelPaymentIntent, Client, ClientConfig, ConfirmPaymentIntent, CreatePaymentIntent, CreateRefund,
    Created, Error, Fate, Heard, IdempotencyKey, Method, Moment, Page, PaymentIntent, PaymentIntentId,
    PaymentIntentStatus, PaymentMethodId, Prepared, STRIPE_VERSION, SecretKey, Transport, TransportError, Unconnected,
    Wait, WireRequest, WireResponse,
};
use stripe_schema::{check_request, in_lines};

const KEY: &str = "sk_test_51AbcDefGhiJklMnOpQrStUvWxYz0123456789";

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Result<WireResponse, TransportError>>>,
    sent: Mutex<Vec<WireRequest>>,
}

impl Transport for Script {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        // Whatever the client sends must be a call that Stripe's schema has, with parameters that it has.
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let found = check_request(method, &request.path, &request.body);
        assert!(found.is_empty(), "{request:?}:\n{}", in_lines(&found));
        self.sent.lock().expect("lock").push(request.clone());
        let answer = self.answers.lock().expect("lock").pop_front().expect("a scripted answer");
        Box::pin(async move { answer })
    }
}

struct NoWait;

/// Each pause is a machine's sleep of so long.
struct Asleep {
    each_ms: u64,
    slept_ms: AtomicU64,
}

impl Wait for Asleep {
    fn pause(&self, _: Duration) -> BoxFuture<'_, ()> {
        self.slept_ms.fetch_add(self.each_ms, Ordering::Relaxed);
        Box::pin(async {})
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
    fn moment(&self) -> Moment {
        Moment { running_ms: self.slept_ms.load(Ordering::Relaxed), wall_ms: 0 }
    }
}

impl Wait for NoWait {
    fn pause(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
}

fn answer(status: u16, body: &str) -> Result<WireResponse, TransportError> {
    let headers = vec![("request-id".into(), "req_1".into())];
    Ok(WireResponse { status, headers, body: body.as_bytes().to_vec() })
}

fn silence() -> Result<WireResponse, TransportError> {
    Err(TransportError::NoAnswer { why: "timed out".into() })
}

fn unconnected() -> Result<WireResponse, TransportError> {
    Err(TransportError::NotSent { why: Unconnected::Unreachable("could not connect".into()) })
}

const INTENT: &str = r#"{"id":"pi_1","object":"payment_intent","status":"succeeded","amount":2500,"currency":"gbp",
    "client_secret":"pi_1_secret_hushhush","latest_charge":{"id":"ch_1","created":5,"payment_method_details":
    {"card":{"brand":"visa","last4":"4242","authorization_code":"123456"}}},"metadata":{"a":"b"}}"#;

const REFUND: &str = r#"{"id":"re_1","object":"refund","status":"succeeded","amount":500,"currency":"gbp","created":5,
    "payment_intent":"pi_1","metadata":{}}"#;

const DECLINE: &str = r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds",
    "message":"Your card has insufficient funds.","payment_intent":{"id":"pi_1","status":"requires_payment_method",
    "amount":2500,"currency":"gbp","client_secret":"pi_1_secret_hushhush"},
    "payment_method":{"id":"pm_1","card":{"brand":"visa","last4":"9995"}}}}"#;

/// A client of a Stripe that gives these answers.
fn scripted(answers: Vec<Result<WireResponse, TransportError>>) -> Client {
    let script = Arc::new(Script { answers: Mutex::new(answers.into()), ..Script::default() });
    let key = SecretKey::parse(KEY).expect("a key");
    Client::new(ClientConfig { wait: Arc::new(NoWait), ..ClientConfig::new(key) }, script)
}

/// The first call of a sale.
async fn charge(client: &Client) -> Heard<PaymentIntent> {
    let card = PaymentMethodId::parse("pm_1").expect("an id");
    let prepared =
        CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata: &[] }.prepare();
    let idempotency_key = IdempotencyKey::parse("attempt-1").expect("a key");
    client.act(&prepared, &idempotency_key).await
}

const ERROR: &str = r#"{"error":{"type":"api_error","message":"no"}}"#;
const FORBIDDEN: &str =
    r#"{"error":{"type":"invalid_request_error","message":"The provided key lacks a permission."}}"#;

async fn act(answers: Vec<Result<WireResponse, TransportError>>) -> (Result<PaymentIntent, Error>, Vec<WireRequest>) {
    let script = Arc::new(Script { answers: Mutex::new(answers.into()), ..Script::default() });
    let key = SecretKey::parse(KEY).expect("a key");
    let client = Client::new(ClientConfig { wait: Arc::new(NoWait), ..ClientConfig::new(key) }, script.clone());
    let result = charge(&client).await.result;
    let sent = script.sent.lock().expect("lock").clone();
    (result, sent)
}

/// What time it is each time that it is asked.
struct Moments(Mutex<VecDeque<u64>>);

impl Wait for Moments {
    fn pause(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
    fn moment(&self) -> Moment {
        let running_ms = self.0.lock().expect("lock").pop_front().expect("a moment");
        Moment { running_ms, wall_ms: 0 }
    }
}

/// The machine falls asleep when the second sending is under way. Stripe has forgotten the key when it comes, so its answer is
/// not that to the first, which may have acted.
#[tokio::test]
async fn an_answer_that_comes_after_a_sleep_says_nothing_of_the_sending_before() {
    let weekend_ms = 60 * 3_600_000;
    let used = r#"{"error":{"type":"invalid_request_error","code":"payment_method_used","message":"used"}}"#;
    for last in [answer(400, used), answer(402, ERROR), answer(200, INTENT)] {
        for (asleep_ms, says_something) in [(0, true), (weekend_ms, false)] {
            let answers = Mutex::new(vec![silence(), last.clone()].into());
            let script = Arc::new(Script { answers, ..Script::default() });
            let wait = Arc::new(Moments(Mutex::new(vec![0, 0, 0, 0, 0, asleep_ms, asleep_ms].into())));
            let key = SecretKey::parse(KEY).expect("a key");
            let client = Client::new(ClientConfig { wait, ..ClientConfig::new(key) }, script);
            let result = charge(&client).await.result;
            let told_nothing = matches!(&result, Err(error) if error.fate() == Fate::Unknown);
            assert_eq!(told_nothing, !says_something, "{asleep_ms}: {result:?}");
        }
    }
}

/// The machine falls asleep while an answer is on its way. What Stripe says is so, or was; its time is not the present, by which a
/// key's age is told.
#[tokio::test]
async fn an_answer_that_was_on_its_way_for_long_does_not_tell_what_time_it_is() {
    for (under_way_ms, tells) in [(1_000, true), (599_000, true), (600_000, false), (60 * 3_600_000, false)] {
        let mut paid = answer(200, INTENT).expect("an answer");
        paid.headers.push(("date".to_owned(), "Tue, 01 Dec 2026 12:00:00 GMT".to_owned()));
        let script = Arc::new(Script { answers: Mutex::new(vec![Ok(paid)].into()), ..Script::default() });
        let wait = Arc::new(Moments(Mutex::new(vec![0, 0, under_way_ms].into())));
        let key = SecretKey::parse(KEY).expect("a key");
        let client = Client::new(ClientConfig { wait, ..ClientConfig::new(key) }, script);
        let heard = charge(&client).await;
        assert!(heard.result.is_ok(), "{heard:?}");
        assert_eq!((heard.stripe_ms.is_some(), client.stripe_ms().is_some()), (tells, tells), "{under_way_ms}");
    }
}

/// A charge whose every sending has this outcome, on a machine that sleeps before each retry.
async fn charged_asleep(each_ms: u64, outcome: impl Fn() -> Result<WireResponse, TransportError>) -> (Error, usize) {
    let script = Arc::new(Script { answers: Mutex::new((0..3).map(|_| outcome()).collect()), ..Script::default() });
    let key = SecretKey::parse(KEY).expect("a key");
    let wait = Arc::new(Asleep { each_ms, slept_ms: AtomicU64::new(0) });
    let client = Client::new(ClientConfig { wait, ..ClientConfig::new(key) }, script.clone());
    let result = charge(&client).await.result;
    let sent = script.sent.lock().expect("lock").len();
    (result.expect_err("no final answer"), sent)
}

/// Stripe forgets a key after a day: a charge that is sent again after a weekend's sleep would be a second one.
#[tokio::test]
async fn nothing_is_sent_again_after_the_machine_has_slept() {
    let weekend_ms = 60 * 3_600_000;
    for outcome in [silence, || answer(500, "{}"), || answer(502, "<html>")] {
        let (error, sent) = charged_asleep(weekend_ms, outcome).await;
        assert_eq!(sent, 1, "{error:?}");
        assert_eq!(error.fate(), Fate::Unknown, "{error:?}");
    }
    let (error, sent) = charged_asleep(weekend_ms, unconnected).await;
    assert_eq!((sent, error.fate()), (1, Fate::NotExecuted), "{error:?}");
    // A nap is no sleep.
    assert_eq!(charged_asleep(60_000, silence).await.1, 3);
}

#[tokio::test]
async fn a_retry_is_the_same_key_and_the_same_bytes() {
    let (result, sent) = act(vec![silence(), answer(503, "{}"), answer(200, INTENT)]).await;
    let intent = result.expect("an answer");
    assert_eq!((intent.status, intent.amount_minor), (PaymentIntentStatus::Succeeded, 2_500));
    assert_eq!(sent.len(), 3);
    for request in &sent {
        assert_eq!(request.body, sent[0].body);
        assert_eq!(request.headers, sent[0].headers);
        assert!(request.headers.contains(&("idempotency-key", "attempt-1".into())));
        assert!(request.headers.contains(&("stripe-version", "2026-05-27.dahlia".into())));
    }
}

/// What was journalled before the pin was moved is sent as what it was, then and at every later sending.
#[tokio::test]
async fn a_journalled_request_keeps_its_version() {
    let journalled =
        r#"{"path":"/v1/payment_intents/pi_1/confirm","body":"use_stripe_sdk=true","api_version":"2026-10-28.endive"}"#;
    let prepared: Prepared = serde_json::from_str(journalled).expect("a row of the journal");
    assert_ne!(prepared.api_version, STRIPE_VERSION);
    let script = Arc::new(Script {
        answers: Mutex::new(vec![silence(), answer(200, INTENT), answer(200, REFUND)].into()),
        ..Script::default()
    });
    let key = SecretKey::parse(KEY).expect("a key");
    let client = Client::new(ClientConfig { wait: Arc::new(NoWait), ..ClientConfig::new(key) }, script.clone());
    let idempotency_key = IdempotencyKey::parse("attempt-1").expect("a key");
    let _ = client.act(&prepared, &idempotency_key).await;
    let refund = Prepared { path: "/v1/refunds".into(), body: "payment_intent=pi_1&amount=5".into(), ..prepared };
    let _ = client.refund(&refund, &idempotency_key).await;
    let sent = script.sent.lock().expect("lock").clone();
    assert_eq!(sent.len(), 3);
    for request in &sent {
        let versions: Vec<_> = request.headers.iter().filter(|(name, _)| *name == "stripe-version").collect();
        assert_eq!(versions, [&("stripe-version", "2026-10-28.endive".to_owned())], "{request:?}");
    }
    assert_eq!(serde_json::to_string(&refund).expect("JSON").matches("endive").count(), 1, "and is kept as that");
}

#[tokio::test]
async fn a_decline_is_final_and_brings_its_payment_intent() {
    let (result, sent) = act(vec![answer(402, DECLINE)]).await;
    let error = result.expect_err("a decline");
    assert_eq!((error.fate(), sent.len()), (Fate::Declined, 1));
    let Error::Api(api) = error else { panic!("{error:?}") };
    assert_eq!(api.decline_code.as_deref(), Some("insufficient_funds"));
    assert_eq!(api.request_id.as_deref(), Some("req_1"));
    assert_eq!(api.payment_intent.expect("embedded").id.as_str(), "pi_1");
}

#[tokio::test]
async fn what_is_known_after_each_kind_of_failure() {
    let cases: Vec<(Vec<Result<WireResponse, TransportError>>, Fate)> = vec![
        (vec![unconnected(), unconnected(), unconnected()], Fate::NotExecuted),
        // One silence among them, and nobody can say that it did not arrive.
        (vec![silence(), unconnected(), unconnected()], Fate::Unknown),
        (vec![silence(), silence(), silence()], Fate::Unknown),
        (vec![answer(500, "{}"), answer(500, "{}"), answer(500, "{}")], Fate::Unknown),
        (vec![answer(200, "{\"id\":")], Fate::Unknown),
        (vec![answer(200, "<html>")], Fate::Unknown),
        (vec![answer(400, r#"{"error":{"type":"invalid_request_error","message":"no"}}"#)], Fate::NotExecuted),
        (vec![answer(401, r#"{"error":{"type":"invalid_request_error","message":"no"}}"#)], Fate::NotExecuted),
        (vec![answer(429, r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#)], Fate::NotExecuted),
        (vec![answer(403, FORBIDDEN)], Fate::Forbidden),
        (vec![silence(), answer(403, FORBIDDEN)], Fate::Unknown),
        // Stripe may have acted before its own error.
        (vec![answer(500, ERROR), answer(401, r#"{"error":{"type":"invalid_request_error"}}"#)], Fate::Unknown),
        (vec![answer(409, ERROR), answer(403, FORBIDDEN)], Fate::Unknown),
        (vec![answer(424, r#"{"error":{"type":"api_error","message":"no"}}"#)], Fate::Unknown),
        (vec![silence(), answer(400, r#"{"error":{"type":"idempotency_error","message":"no"}}"#)], Fate::Unknown),
        (
            vec![silence(), answer(429, r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#)],
            Fate::Unknown,
        ),
    ];
    for (answers, fate) in cases {
        let script = format!("{answers:?}");
        let (result, _) = act(answers).await;
        assert_eq!(result.expect_err("a failure").fate(), fate, "{script}");
    }
}

/// 25 November 2026, 04:00:`seconds` by Stripe's clock.
fn answer_at(status: u16, body: &str, seconds: u32) -> Result<WireResponse, TransportError> {
    let mut response = answer(status, body)?;
    response.headers.push(("date".into(), format!("Wed, 25 Nov 2026 04:00:{seconds:02} GMT")));
    Ok(response)
}

/// The same moment in milliseconds since 1970.
fn at(seconds: i64) -> Option<i64> {
    Some(1_795_579_200_000 + seconds * 1_000)
}

#[tokio::test]
async fn what_is_neither_stripes_object_nor_its_error_is_not_stripe() {
    let bodies = [
        "",
        "<html>Sign in to the network</html>",
        r#"{"id":"pi_1","object":"paym"#,
        "{}",
        "[]",
        "null",
        r#""payment_intent""#,
        r#"{"ok":true}"#,
        // Without its `object` it is anybody's, and another object was not asked for.
        r#"{"id":"pi_1","status":"succeeded","amount":2500,"currency":"gbp"}"#,
        r#"{"id":"ch_1","object":"charge","amount":2500,"currency":"gbp"}"#,
        r#"{"object":["payment_intent"]}"#,
        r#"{"error":"unauthorized"}"#,
        r#"{"error":{"code":401,"message":"Unauthorized"}}"#,
        r#"{"error":{"type":7}}"#,
        r#"{"message":"Forbidden"}"#,
    ];
    for status in [200, 301, 302, 400, 401, 402, 403, 404, 407, 429, 451, 511] {
        for body in bodies {
            let client = scripted(vec![answer_at(status, body, 7); 3]);
            let heard = charge(&client).await;
            let error = heard.result.expect_err("no answer of Stripe's");
            assert!(matches!(error, Error::NotStripe { status: told } if told == status), "{status} {body}: {error:?}");
            assert_eq!(error.fate(), Fate::Unknown, "{status} {body}: it may have acted behind it");
            assert_eq!((heard.stripe_ms, client.stripe_ms()), (None, None), "{status} {body}: whose time is that?");
        }
    }
}

#[tokio::test]
async fn an_error_envelope_is_stripes_with_or_without_a_request_id() {
    let body = r#"{"error":{"type":"invalid_request_error","message":"Invalid API Key provided"}}"#;
    let mut response = answer_at(401, body, 7).expect("an answer");
    response.headers.retain(|(name, _)| name != "request-id");
    let heard = charge(&scripted(vec![Ok(response)])).await;
    let Err(Error::Api(api)) = heard.result else { panic!("{:?}", heard.result) };
    assert_eq!((api.status, api.request_id, heard.stripe_ms), (401, None, at(7)));
    // A type of error that this version does not know is one all the same.
    let heard = charge(&scripted(vec![answer(400, r#"{"error":{"type":"temporary_error"}}"#)])).await;
    assert!(matches!(heard.result, Err(Error::Api(_))), "{:?}", heard.result);
}

#[tokio::test]
async fn stripes_own_answer_that_cannot_be_read_whole_is_not_taken_for_another_s() {
    let cases = [
        (200, r#"{"object":"payment_intent","id":"pi_1","status":"succeeded","amount":"many","currency":"gbp"}"#),
        (200, r#"{"error":{"type":"invalid_request_error"}}"#),
        (402, r#"{"error":{"type":"card_error","payment_intent":{"object":"payment_intent"}}}"#),
    ];
    for (status, body) in cases {
        let heard = charge(&scripted(vec![answer_at(status, body, 7)])).await;
        let error = heard.result.expect_err("unreadable");
        assert!(matches!(error, Error::Unreadable { .. }), "{status} {body}: {error:?}");
        assert_eq!((error.fate(), heard.stripe_ms), (Fate::Unknown, at(7)), "{status} {body}");
    }
}

#[tokio::test]
async fn a_refusal_after_something_else_answered_says_nothing_about_the_first_sending() {
    let refused = r#"{"error":{"type":"invalid_request_error","message":"Invalid API Key provided"}}"#;
    let client = scripted(vec![answer(502, "<html>Bad gateway</html>"), answer(401, refused)]);
    let heard = charge(&client).await;
    assert_eq!(heard.result.expect_err("refused").fate(), Fate::Unknown);
    // What is not Stripe cannot have Stripe's word on whether to send again.
    let mut page = answer(200, "<html>Sign in</html>").expect("an answer");
    page.headers.push(("stripe-should-retry".into(), "true".into()));
    let error = charge(&scripted(vec![Ok(page)])).await.result.expect_err("a page");
    assert!(matches!(error, Error::NotStripe { status: 200 }), "{error:?}");
}

#[tokio::test]
async fn every_answer_of_stripes_tells_its_time() {
    let id = PaymentIntentId::parse("pi_1").expect("an id");
    let client = scripted(vec![
        answer_at(200, INTENT, 7),
        answer_at(402, DECLINE, 9),
        answer_at(200, r#"{"object":"list","data":[],"has_more":false}"#, 8),
        answer(200, INTENT),
        unconnected(),
    ]);
    assert_eq!(client.stripe_ms(), None, "nothing was heard yet");
    let heard = client.retrieve_payment_intent(&id).await;
    assert_eq!((heard.result.is_ok(), heard.stripe_ms), (true, at(7)));
    let declined = client.clone().retrieve_payment_intent(&id).await;
    assert_eq!((declined.result.is_err(), declined.stripe_ms), (true, at(9)), "an error of Stripe's tells it as well");
    assert_eq!(client.stripe_ms(), at(9), "and its clones know it");
    assert_eq!(client.warm().await.stripe_ms, at(8), "the time of this answer");
    assert_eq!(client.stripe_ms(), at(9), "which does not set the latest back");
    assert_eq!(client.retrieve_payment_intent(&id).await.stripe_ms, None, "an answer without a time has none");
    assert_eq!(client.warm().await.stripe_ms, None, "and silence has none");
    assert_eq!(client.stripe_ms(), at(9));
}

#[tokio::test]
async fn no_secret_is_printed() {
    let (result, sent) = act(vec![answer(200, INTENT)]).await;
    let (declined, _) = act(vec![answer(402, DECLINE)]).await;
    let printed = format!("{result:?} {declined:?} {sent:#?} {}", declined.as_ref().expect_err("a decline"));
    assert!(!printed.contains("hushhush"), "the client secret");
    assert!(!printed.contains("AbcDefGhi"), "the secret key");
}

#[tokio::test]
async fn other_payments_of_the_account_do_not_make_a_list_unreadable() {
    let page = r#"{"object":"list","has_more":false,"data":[
        {"id":"pi_9","created":5,"latest_charge":"py_1","payment_method":"card_1","status":"succeeded","metadata":{}},
        {"id":"pi_8","created":4,"latest_charge":{"id":"py_2","payment_method":"src_1"},"metadata":{"a":"b"}}]}"#;
    let client = scripted(vec![answer(200, page)]);
    let wanted = stripe_client::Page::default();
    let page = client.list_payment_intents(&wanted).await.result.expect("readable");
    assert_eq!(page.data[1].metadata["a"], "b");
}

#[tokio::test]
async fn every_call_is_one_that_stripes_schema_has() {
    let list = || answer(200, r#"{"object":"list","data":[],"has_more":false}"#);
    let mut answers: VecDeque<_> = (0..4).map(|_| answer(200, INTENT)).collect();
    answers.push_back(answer(200, REFUND));
    answers.extend((0..9).map(|_| list()));
    let wanted = answers.len();
    let script = Arc::new(Script { answers: Mutex::new(answers), ..Script::default() });
    let key = SecretKey::parse(KEY).expect("a key");
    let client = Client::new(ClientConfig { wait: Arc::new(NoWait), ..ClientConfig::new(key) }, script.clone());
    let (id, card) = (PaymentIntentId::parse("pi_1").expect("an id"), PaymentMethodId::parse("pm_1").expect("an id"));
    let metadata = &[("sale", "7")][..];
    let create = CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata };
    let confirm = ConfirmPaymentIntent { id: &id, payment_method: Some(&card) };
    let key = IdempotencyKey::parse("attempt-1").expect("a key");
    for prepared in [create.prepare(), confirm.prepare(), CancelPaymentIntent { id: &id }.prepare()] {
        client.act(&prepared, &key).await.result.expect("an answer");
    }
    client.retrieve_payment_intent(&id).await.result.expect("an answer");
    let refund = CreateRefund { payment_intent: &id, amount_minor: 500, metadata };
    client.refund(&refund.prepare(), &key).await.result.expect("an answer");
    let page = Page { starting_after: Some("pi_1"), created: Some(Created { from_s: 5, to_s: Some(7) }) };
    client.list_payment_intents(&page).await.result.expect("an answer");
    client.search_payment_intents("sale", "7").await.result.expect("an answer");
    client.list_refunds_of(&id, &page).await.result.expect("an answer");
    client.list_refunds(&page).await.result.expect("an answer");
    client.list_disputes(&page).await.result.expect("an answer");
    client.try_key().await.result.expect("an answer");
    client.ask_time().await.result.expect("an answer");
    client.warm().await.result.expect("an answer");
    // Each was held against the schema on its way out.
    assert_eq!(script.sent.lock().expect("lock").len(), wanted);
}
