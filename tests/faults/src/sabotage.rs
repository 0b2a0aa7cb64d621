//! Tills that break the promise, to show that the harness would notice.
//!
//! Each is wrapped around a seam of the real till: the transport or the disk. Nothing of it is compiled into the till.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use stripe_client::{BoxFuture, Method, Transport, TransportError, WireRequest, WireResponse};
use till::SaleId;
use till::journal::{Entry, JournalError, Records};

/// What is done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Each sending has a key of its own, so a retry is another payment.
    FreshKeyOnRetry,
    /// A row reaches the disk only when the next one is written, so a call goes out before its row is safe.
    WrittenAfterSent,
    /// What the page says is taken for what the bank said: a challenge that is open reads as paid.
    HintBelieved,
    /// A silence is taken for a decline.
    UnknownTakenForDeclined,
    /// What was lost is sent again when Stripe does not remember its key any more.
    ResentWhenForgotten,
    /// Another amount is charged, and the answer's amount is not looked at.
    AmountUnchecked,
}

/// All of them.
pub const ALL: [Sabotage; 6] = [
    Sabotage::FreshKeyOnRetry,
    Sabotage::WrittenAfterSent,
    Sabotage::HintBelieved,
    Sabotage::UnknownTakenForDeclined,
    Sabotage::ResentWhenForgotten,
    Sabotage::AmountUnchecked,
];

/// A transport that does its part of the sabotage.
pub struct BentTransport {
    inner: Arc<dyn Transport>,
    sabotage: Sabotage,
    keys: AtomicU64,
    lost: Mutex<Option<WireRequest>>,
}

impl BentTransport {
    /// Around the honest one.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, sabotage: Sabotage) -> Self {
        Self { inner, sabotage, keys: AtomicU64::new(0), lost: Mutex::new(None) }
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
}

const DECLINED: &str = r#"{"error":{"type":"card_error","code":"card_declined","message":"Your card was declined."}}"#;

fn is_create(request: &WireRequest) -> bool {
    request.method == Method::Post && request.path == "/v1/payment_intents"
}

fn is_list(request: &WireRequest) -> bool {
    request.method == Method::Get && request.path.starts_with("/v1/payment_intents?")
}

fn edited(mut answer: WireResponse, from: &str, to: &str) -> WireResponse {
    answer.body = String::from_utf8_lossy(&answer.body).replace(from, to).into_bytes();
    answer
}

/// A charge of a hundred times what was asked, which the answer denies.
async fn overcharge(inner: &dyn Transport, request: &WireRequest) -> Result<WireResponse, TransportError> {
    let Some(asked) = request.body.strip_prefix("amount=").and_then(|rest| rest.split('&').next()) else {
        return inner.send(request).await;
    };
    let mut dear = request.clone();
    dear.body = request.body.replacen(&format!("amount={asked}&"), &format!("amount={asked}00&"), 1);
    let answer = inner.send(&dear).await?;
    Ok(edited(answer, &format!("\"amount\":{asked}00,"), &format!("\"amount\":{asked},")))
}

impl Transport for BentTransport {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        Box::pin(async move {
            match self.sabotage {
                Sabotage::FreshKeyOnRetry => self.inner.send(&self.with_fresh_key(request)).await,
                Sabotage::HintBelieved if request.method == Method::Get => {
                    let answer = self.inner.send(request).await?;
                    Ok(edited(answer, "\"status\":\"requires_action\"", "\"status\":\"succeeded\""))
                }
                Sabotage::UnknownTakenForDeclined if request.method == Method::Post => {
                    let answer = self.inner.send(request).await;
                    let silent = matches!(answer, Err(TransportError::NoAnswer { .. }));
                    let body = DECLINED.as_bytes().to_vec();
                    if silent { Ok(WireResponse { status: 402, headers: Vec::new(), body }) } else { answer }
                }
                Sabotage::ResentWhenForgotten => {
                    let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).take_if(|_| is_list(request));
                    if let Some(lost) = lost {
                        drop(self.inner.send(&self.with_fresh_key(&lost)).await);
                    }
                    let answer = self.inner.send(request).await;
                    if is_create(request) && answer.is_err() {
                        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.clone());
                    }
                    answer
                }
                Sabotage::AmountUnchecked if is_create(request) => overcharge(&*self.inner, request).await,
                Sabotage::AmountUnchecked
                | Sabotage::HintBelieved
                | Sabotage::UnknownTakenForDeclined
                | Sabotage::WrittenAfterSent => self.inner.send(request).await,
            }
        })
    }
}

/// A disk that says "written" one row too early.
pub struct LateRecords<R> {
    inner: R,
    waiting: VecDeque<(Entry, u32, bool)>,
}

impl<R: Records> LateRecords<R> {
    /// Around the honest one.
    pub fn new(inner: R) -> Self {
        Self { inner, waiting: VecDeque::new() }
    }
}

impl<R: Records> Records for LateRecords<R> {
    fn append(&mut self, entry: &Entry, number: u32, finished: bool) -> Result<(), JournalError> {
        self.waiting.push_back((entry.clone(), number, finished));
        while self.waiting.len() > 1 {
            if let Some((entry, number, finished)) = self.waiting.pop_front() {
                self.inner.append(&entry, number, finished)?;
            }
        }
        Ok(())
    }

    fn load(&self, recent: u32) -> Result<Vec<Entry>, JournalError> {
        self.inner.load(recent)
    }

    fn load_sale(&self, sale: SaleId) -> Result<Vec<Entry>, JournalError> {
        self.inner.load_sale(sale)
    }

    fn load_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Entry>, JournalError> {
        self.inner.load_between(from_ms, to_ms)
    }

    fn last_number(&self) -> Result<u32, JournalError> {
        self.inner.last_number()
    }
}
