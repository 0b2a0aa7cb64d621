//! A transport that does its part of a sabotage.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use stripe_client::{BoxFuture, Method, Transport, TransportError, Unconnected, WireRequest, WireResponse};
use stripe_sim::Sim;
use tokio::time::Instant;

use super::Sabotage;
use crate::network::sale_named;
use crate::vanished::without;

/// So long Stripe remembers an idempotency key, and a little longer.
const KEY_MEMORY_MS: u64 = 24 * 3_600_000 + 60_000;

/// How far the index lags behind that is believed, and after how long nobody looks for a stray any more.
const LAG: Duration = Duration::from_secs(600);

/// A transport that bends what the till says or hears.
pub struct BentTransport {
    inner: Arc<dyn Transport>,
    sim: Sim,
    sabotage: Sabotage,
    keys: AtomicU64,
    memory: Mutex<Memory>,
}

/// What it remembers.
#[derive(Default)]
struct Memory {
    /// The last create call without an answer, and when it was sent, on Stripe's clock.
    lost: Option<(WireRequest, u64)>,
    /// When a sale's first call went out.
    called: BTreeMap<String, Instant>,
    /// What was read first at each path.
    read: BTreeMap<String, WireResponse>,
}

type Heard = Result<WireResponse, TransportError>;

impl BentTransport {
    /// Around the honest one.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, sim: Sim, sabotage: Sabotage) -> Self {
        Self { inner, sim, sabotage, keys: AtomicU64::new(0), memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_fresh_key(&self, request: &WireRequest) -> WireRequest {
        let mut fresh = request.clone();
        for (name, value) in &mut fresh.headers {
            if *name == "idempotency-key" {
                *value = format!("{value}-{}", self.keys.fetch_add(1, Ordering::Relaxed));
            }
        }
        fresh
    }

    /// A silence is answered as this error.
    async fn silence_as(&self, request: &WireRequest, status: u16, body: &str) -> Heard {
        let answer = self.inner.send(request).await;
        let silent = matches!(answer, Err(TransportError::NoAnswer { .. }));
        let told = || WireResponse { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
        if silent { Ok(told()) } else { answer }
    }

    async fn resend_when_forgotten(&self, request: &WireRequest) -> Heard {
        let now_ms = self.sim.clock().now_ms();
        let forgotten = |(_, lost_ms): &mut (WireRequest, u64)| now_ms.saturating_sub(*lost_ms) > KEY_MEMORY_MS;
        let lost = self.memory().lost.take_if(forgotten);
        if let Some((lost, _)) = lost {
            drop(self.inner.send(&lost).await);
        }
        let answer = self.inner.send(request).await;
        if is_create(request) && answer.is_err() {
            self.memory().lost = Some((request.clone(), now_ms));
        }
        answer
    }

    /// Hides the payments of sales whose first call went out so long ago from a walk through the account's payments.
    async fn hide(&self, request: &WireRequest, hidden: impl Fn(Duration) -> bool) -> Heard {
        if is_create(request)
            && let Some(sale) = sale_named(&request.body)
        {
            self.memory().called.entry(sale.to_owned()).or_insert_with(Instant::now);
        }
        let answer = self.inner.send(request).await?;
        if !is_walk(request) {
            return Ok(answer);
        }
        let memory = self.memory();
        Ok(without(answer, |intent| {
            let sale = intent["metadata"]["countersign_sale"].as_str().unwrap_or_default();
            memory.called.get(sale).is_some_and(|at| hidden(at.elapsed()))
        }))
    }

    async fn read_once(&self, request: &WireRequest) -> Heard {
        if let Some(old) = self.memory().read.get(&request.path) {
            return Ok(old.clone());
        }
        let answer = self.inner.send(request).await?;
        if answer.status == 200 {
            self.memory().read.insert(request.path.clone(), answer.clone());
        }
        Ok(answer)
    }

    /// The payment as it stands, said to be cancelled.
    async fn cancelled_unsent(&self, request: &WireRequest) -> Heard {
        let mut read = request.clone();
        read.method = Method::Get;
        read.path = request.path.trim_end_matches("/cancel").to_owned();
        read.body.clear();
        read.headers.retain(|(name, _)| *name != "idempotency-key" && *name != "content-type");
        let answer = self.inner.send(&read).await?;
        let mut intent: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status == 200 && intent["status"] != "succeeded" {
            intent["status"] = "canceled".into();
        }
        Ok(WireResponse { body: intent.to_string().into_bytes(), ..answer })
    }

    async fn bent(&self, request: &WireRequest) -> Heard {
        let (acts, refunds) = (request.method == Method::Post, request.path.starts_with("/v1/refunds"));
        match self.sabotage {
            Sabotage::FreshKeyOnRetry => self.inner.send(&self.with_fresh_key(request)).await,
            Sabotage::RefundWithFreshKey if acts && refunds => self.inner.send(&self.with_fresh_key(request)).await,
            Sabotage::HintBelieved if !acts => {
                let answer = self.inner.send(request).await?;
                Ok(edited(answer, "\"status\":\"requires_action\"", "\"status\":\"succeeded\""))
            }
            Sabotage::UnknownTakenForDeclined if acts => self.silence_as(request, 402, DECLINED).await,
            Sabotage::BrokenTakenForNotSent if acts => self.inner.send(request).await.map_err(|error| match error {
                TransportError::NoAnswer { why } => TransportError::NotSent { why: Unconnected::Unreachable(why) },
                TransportError::NotSent { why } => TransportError::NotSent { why },
            }),
            Sabotage::UnknownTakenForNotRefunded if acts && refunds => self.silence_as(request, 429, REFUSED).await,
            Sabotage::ResentWhenForgotten => self.resend_when_forgotten(request).await,
            Sabotage::AmountUnchecked if is_create(request) => overcharge(&*self.inner, request).await,
            Sabotage::CancelBelieved if acts && request.path.ends_with("/cancel") => {
                self.cancelled_unsent(request).await
            }
            Sabotage::StraysNotWatched => self.hide(request, |age| age > LAG).await,
            Sabotage::SearchIndexBelieved => self.hide(request, |age| age < LAG).await,
            Sabotage::OldLookBelieved if !acts && request.path.starts_with("/v1/payment_intents/") => {
                self.read_once(request).await
            }
            Sabotage::RefundsElsewhereOverlooked if !acts && refunds => {
                let answer = self.inner.send(request).await?;
                Ok(without(answer, |refund| refund["metadata"]["countersign_refund"].is_null()))
            }
            Sabotage::SecondPaymentOverlooked if is_list(request) => {
                Ok(without_second_payments(self.inner.send(request).await?))
            }
            // The till numbers its sales; somebody else's program does not.
            Sabotage::LostPaymentsOverlooked if is_list(request) => {
                let answer = self.inner.send(request).await?;
                let copied = |intent: &Value| !intent["metadata"]["faults_copy"].is_null();
                let numbered = |intent: &Value| !intent["metadata"]["countersign_number"].is_null();
                Ok(without(answer, |intent| names_a_sale(intent) && !copied(intent) && !numbered(intent)))
            }
            Sabotage::ReferenceDropped if is_create(request) => {
                self.inner.send(&without_parameter(request, "metadata[countersign_reference]")).await
            }
            Sabotage::CheckRefundBelieved if acts && refunds && request.body.contains("countersign_check") => {
                Ok(refunded_unsent(request))
            }
            #[allow(clippy::panic, reason = "what is to be noticed")]
            Sabotage::CallFallsOver if self.keys.fetch_add(1, Ordering::Relaxed) % 20 == 19 => {
                panic!("the twentieth call")
            }
            Sabotage::CallFallsOver
            | Sabotage::ReferenceDropped
            | Sabotage::CheckRefundBelieved
            | Sabotage::SentAgainAfterASleep
            | Sabotage::RefundWithFreshKey
            | Sabotage::HintBelieved
            | Sabotage::UnknownTakenForDeclined
            | Sabotage::BrokenTakenForNotSent
            | Sabotage::UnknownTakenForNotRefunded
            | Sabotage::AmountUnchecked
            | Sabotage::CancelBelieved
            | Sabotage::OldLookBelieved
            | Sabotage::RefundsElsewhereOverlooked
            | Sabotage::SecondPaymentOverlooked
            | Sabotage::LostPaymentsOverlooked
            | Sabotage::WrittenAfterSent
            | Sabotage::RecoveryConfirms
            | Sabotage::CommandActedOnTwice
            | Sabotage::SameAmountNotWarned => self.inner.send(request).await,
        }
    }
}

/// A list without any payment of a sale but the oldest.
fn without_second_payments(answer: WireResponse) -> WireResponse {
    let mut oldest_first = sales_in(&answer);
    oldest_first.reverse();
    let first = |(id, sale): &&(String, String)| {
        oldest_first.iter().find(|(_, of)| of == sale).is_some_and(|(first, _)| first == id)
    };
    let firsts: Vec<String> = oldest_first.iter().filter(first).map(|(id, _)| id.clone()).collect();
    without(answer, |intent| names_a_sale(intent) && !firsts.iter().any(|id| intent["id"] == **id))
}

impl Transport for BentTransport {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Heard> {
        Box::pin(self.bent(request))
    }
}

const DECLINED: &str = r#"{"error":{"type":"card_error","code":"card_declined","message":"Your card was declined."}}"#;
const REFUSED: &str = r#"{"error":{"type":"invalid_request_error","message":"Not allowed."}}"#;

fn is_create(request: &WireRequest) -> bool {
    request.method == Method::Post && request.path == "/v1/payment_intents"
}

fn is_list(request: &WireRequest) -> bool {
    request.method == Method::Get && request.path.starts_with("/v1/payment_intents?")
}

/// The payments of a list that name a sale, as the list has them: id and sale.
fn sales_in(answer: &WireResponse) -> Vec<(String, String)> {
    let list: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let named = |intent: &Value| Some((text(&intent["id"])?, text(&intent["metadata"]["countersign_sale"])?));
    list["data"].as_array().into_iter().flatten().filter_map(named).collect()
}

fn names_a_sale(intent: &Value) -> bool {
    intent["metadata"]["countersign_sale"].is_string()
}

/// A look for a payment whose id never arrived: the list without a span of time.
fn is_walk(request: &WireRequest) -> bool {
    let list = request.method == Method::Get && request.path.starts_with("/v1/payment_intents?");
    list && !request.path.contains("created")
}

/// A refund as it would be, if it had been sent.
fn refunded_unsent(request: &WireRequest) -> WireResponse {
    let said = |name| {
        let mut pairs = request.body.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    };
    let refund = serde_json::json!({
        "id": "re_believed", "object": "refund", "status": "succeeded", "created": 1, "currency": "gbp",
        "payment_intent": said("payment_intent"), "metadata": {},
        "amount": said("amount").and_then(|amount| amount.parse::<i64>().ok()),
    });
    WireResponse { status: 200, headers: Vec::new(), body: refund.to_string().into_bytes() }
}

fn edited(mut answer: WireResponse, from: &str, to: &str) -> WireResponse {
    answer.body = String::from_utf8_lossy(&answer.body).replace(from, to).into_bytes();
    answer
}

/// The request as if nobody had said this.
fn without_parameter(request: &WireRequest, name: &str) -> WireRequest {
    let says = |pair: &&str| pair.split('=').next() != Some(name);
    WireRequest { body: request.body.split('&').filter(says).collect::<Vec<_>>().join("&"), ..request.clone() }
}

/// A charge of a hundred times what was asked, which the answer denies.
async fn overcharge(inner: &dyn Transport, request: &WireRequest) -> Heard {
    let Some(asked) = request.body.strip_prefix("amount=").and_then(|rest| rest.split('&').next()) else {
        return inner.send(request).await;
    };
    let mut dear = request.clone();
    dear.body = request.body.replacen(&format!("amount={asked}&"), &format!("amount={asked}00&"), 1);
    let answer = inner.send(&dear).await?;
    Ok(edited(answer, &format!("\"amount\":{asked}00,"), &format!("\"amount\":{asked},")))
}
