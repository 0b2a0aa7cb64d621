//! The real transport against real sockets: what the client may say of a charge when the network does what it likes.
//!
//! Each test holds both sides: what the server saw, and what the client told. "Not sent" is told only when surely nothing
//! went out; everything else is not known, and is sent again as the same bytes under the same key.

#![cfg(feature = "http")]
#![allow(clippy::print_stdout, reason = "a process of its own tells what it made of its proxy")]

mod answers;
mod connections;
#[cfg(target_os = "linux")]
mod proxies;
mod redirects;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stripe_client::{
    BoxFuture, Client, ClientConfig, CreatePaymentIntent, Heard, HttpLimits, HttpTransport, IdempotencyKey, Moment,
    PaymentIntent, PaymentMethodId, SecretKey, Wait,
};

use server::{Seen, Server};

const KEY: &str = "sk_test_51SocketsSocketsSockets0123456789";

/// Stripe's body after a charge that went through.
const INTENT: &str =
    r#"{"id":"pi_1","object":"payment_intent","status":"succeeded","amount":2500,"currency":"gbp","metadata":{}}"#;

/// The same over the wire, whole.
fn paid() -> String {
    answer("200 OK", INTENT)
}

/// A whole answer with this status and body.
fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Short, so that silence is soon told; long enough for a machine that has other things to do.
const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_millis(1_500),
    read: Duration::from_secs(2),
    total: Duration::from_millis(2_500),
    max_answer_bytes: 64 * 1024,
};

/// No pauses between the sendings.
struct NoWait;

impl Wait for NoWait {
    fn pause(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
}

/// The machine falls asleep for a weekend after it has been asked so often what time it is.
struct AsleepAfter(AtomicU32);

impl Wait for AsleepAfter {
    fn pause(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
    fn moment(&self) -> Moment {
        let is_awake = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        Moment { running_ms: if is_awake { 0 } else { 60 * 3_600_000 }, wall_ms: 0 }
    }
}

fn client_asleep_after(server: &Server, moments: u32) -> Client {
    let (key, wait) = (SecretKey::parse(KEY).expect("a key"), Arc::new(AsleepAfter(AtomicU32::new(moments))));
    Client::new(ClientConfig { wait, ..ClientConfig::new(key) }, Arc::new(transport_to(&server.base())))
}

fn transport_to(base: &str) -> HttpTransport {
    HttpTransport::new(base, LIMITS).expect("a transport")
}

fn client_over(transport: HttpTransport) -> Client {
    let key = SecretKey::parse(KEY).expect("a key");
    Client::new(ClientConfig { wait: Arc::new(NoWait), ..ClientConfig::new(key) }, Arc::new(transport))
}

fn client_of(server: &Server) -> Client {
    client_over(transport_to(&server.base()))
}

/// The first call of a sale, under the key `name`.
async fn charge(client: &Client, name: &str) -> Heard<PaymentIntent> {
    let card = PaymentMethodId::parse("pm_1").expect("an id");
    let create = CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata: &[] };
    client.act(&create.prepare(), &IdempotencyKey::parse(name).expect("a key")).await
}

/// The server saw so many sendings of one charge: the same bytes each time, under its key.
fn assert_same_charge(seen: &Seen, name: &str, times: usize, case: &str) {
    assert_eq!(seen.requests.len(), times, "{case}: {seen:?}");
    for request in &seen.requests {
        assert_eq!(request, &seen.requests[0], "{case}");
        assert!(request.starts_with("POST /v1/payment_intents HTTP/1.1\r\n"), "{case}: {request}");
        assert_eq!(request.matches(&format!("idempotency-key: {name}\r\n")).count(), 1, "{case}: {request}");
        assert!(request.contains("\r\n\r\namount=2500&currency=gbp&payment_method=pm_1&"), "{case}: {request}");
    }
}
