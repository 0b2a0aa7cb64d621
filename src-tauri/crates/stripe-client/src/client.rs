//! The calls, and the loop that sends one until there is an answer to believe.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use secrecy::{ExposeSecret as _, SecretString};

use crate::account::AccountSeen;
use crate::answer::{self, Asked};
use crate::error::Error;
use crate::form;
use crate::ids::{IdempotencyKey, PaymentIntentId, RequestId};
use crate::keys::{PublishableKey, SecretKey};
use crate::moment::Moment;
use crate::payment_intent::{ListedPaymentIntent, PaymentIntent};
use crate::refund::{Dispute, Refund};
use crate::request::{Page, Prepared, STRIPE_VERSION, search_path};
use crate::retry::{Decision, Exchange, RetryPolicy};
use crate::transport::{BoxFuture, InTime, Method, Transport, TransportError, Unconnected, WireRequest, WireResponse};

/// Where Stripe is.
pub const DEFAULT_BASE: &str = "https://api.stripe.com";

/// The call that changes nothing.
const PROBE: &str = "/v1/payment_intents?limit=1";
/// The other one.
const CHARGES: &str = "/v1/charges?limit=1";

/// What a restricted key has to be allowed to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// PaymentIntents.
    PaymentIntents,
    /// Charges and Refunds, which is one permission at Stripe.
    Charges,
}

/// A list that a key may be allowed to read, one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readable {
    /// PaymentIntents.
    PaymentIntents,
    /// Charges. At Stripe one permission covers them and the refunds.
    Charges,
    /// Refunds.
    Refunds,
    /// Disputes.
    Disputes,
}

impl Readable {
    fn path(self) -> &'static str {
        match self {
            Self::PaymentIntents => PROBE,
            Self::Charges => CHARGES,
            Self::Refunds => "/v1/refunds?limit=1",
            Self::Disputes => "/v1/disputes?limit=1",
        }
    }
}

/// No request of ours comes near this; a body that does is a mistake.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Pauses and jitter, passed in so that a simulation can run on its own clock and seed.
pub trait Wait: Send + Sync {
    /// Lets this much time pass.
    fn pause(&self, duration: Duration) -> BoxFuture<'_, ()>;
    /// A number from 500 to 1000.
    fn jitter_permille(&self) -> u64;
    /// This moment, to tell how much time has passed, also in the machine's sleep.
    fn moment(&self) -> Moment {
        Moment::now()
    }
}

/// Real time, with a jitter from the clock's nanoseconds (it only has to differ between tills).
#[derive(Debug, Default, Clone, Copy)]
pub struct TokioWait;

impl Wait for TokioWait {
    fn pause(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn jitter_permille(&self) -> u64 {
        let nanos = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| u64::from(since.subsec_nanos()));
        500 + (nanos / 1_000) % 501
    }
}

/// What a client needs to know.
pub struct ClientConfig {
    /// The account's secret or restricted key.
    pub key: SecretKey,
    /// How often and how patiently to send again.
    pub retry: RetryPolicy,
    /// Pauses.
    pub wait: Arc<dyn Wait>,
}

impl ClientConfig {
    /// The usual patience with this key.
    #[must_use]
    pub fn new(key: SecretKey) -> Self {
        Self { key, retry: RetryPolicy::default(), wait: Arc::new(TokioWait) }
    }
}

/// A page of a list, or of what a search found.
#[derive(Debug, Clone, Deserialize)]
pub struct List<T> {
    /// The objects, newest first.
    pub data: Vec<T>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// An answer that was on its way for so long does not tell what time it is: longer than any timeout, and much shorter than the time
/// by which Stripe may have forgotten a key sooner than was thought.
const LATE_MS: u64 = 600_000;

/// What came of a call, and Stripe's time with it.
#[derive(Debug, Clone)]
#[must_use = "what came of the call is in `result`"]
pub struct Heard<T> {
    /// What came of it.
    pub result: Result<T, Error>,
    /// When Stripe made the answer on which `result` rests: its `Date` header, milliseconds since 1970 (whole seconds).
    /// Of an error that Stripe answered with as well; none when Stripe did not answer, or the answer told no time, or was on its
    /// way for so long (the machine slept) that whoever takes its time for the present would be wrong.
    pub stripe_ms: Option<i64>,
    /// Stripe's number for the request that was answered last, where it told one.
    pub request_id: Option<RequestId>,
}

impl<T> Heard<T> {
    /// What the client found out by itself, or from silence: Stripe told no time with it.
    fn untimed(error: Error) -> Self {
        Self { result: Err(error), stripe_ms: None, request_id: None }
    }

    /// The same, with what was heard made into something else.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Heard<U> {
        Heard { result: self.result.map(to), stripe_ms: self.stripe_ms, request_id: self.request_id }
    }
}

/// The Stripe API for one account. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    config: Arc<ClientConfig>,
    transport: Arc<dyn Transport>,
    /// The latest that any answer told; [`NEVER`] before the first. Shared by the clones.
    latest_stripe_ms: Arc<AtomicI64>,
}

/// No answer told a time yet.
const NEVER: i64 = i64::MIN;

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// A client over this transport.
    #[must_use]
    pub fn new(config: ClientConfig, transport: Arc<dyn Transport>) -> Self {
        Self { config: Arc::new(config), transport, latest_stripe_ms: Arc::new(AtomicI64::new(NEVER)) }
    }

    /// The latest time that Stripe told this client or a clone of it, with an answer of any kind: milliseconds since 1970.
    /// It only moves forward, so an answer that was long on its way does not set it back.
    #[must_use]
    pub fn stripe_ms(&self) -> Option<i64> {
        match self.latest_stripe_ms.load(Ordering::Acquire) {
            NEVER => None,
            told => Some(told),
        }
    }

    /// Sends a prepared, journalled request about a PaymentIntent. The same key and the same bytes at every retry.
    ///
    /// # Errors
    /// [`Error`], whose [`Error::fate`] says whether it can have acted.
    pub async fn act(&self, prepared: &Prepared, key: &IdempotencyKey) -> Heard<PaymentIntent> {
        self.post(prepared, key).await
    }

    /// Sends a prepared, journalled [`crate::CreateRefund`]. The same key and the same bytes at every retry.
    ///
    /// # Errors
    /// [`Error`], whose [`Error::fate`] says whether it can have acted.
    pub async fn refund(&self, prepared: &Prepared, key: &IdempotencyKey) -> Heard<Refund> {
        self.post(prepared, key).await
    }

    async fn post<T: Asked>(&self, prepared: &Prepared, key: &IdempotencyKey) -> Heard<T> {
        match self.wire(Method::Post, &prepared.path, prepared.body.clone(), Some(key)) {
            Ok(mut request) => {
                for (_, value) in request.headers.iter_mut().filter(|(name, _)| *name == "stripe-version") {
                    value.clone_from(&prepared.api_version);
                }
                self.run(request).await
            }
            Err(error) => Heard::untimed(error),
        }
    }

    /// Reads a PaymentIntent, with its last charge.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn retrieve_payment_intent(&self, id: &PaymentIntentId) -> Heard<PaymentIntent> {
        let path = format!("/v1/payment_intents/{id}?expand[]=latest_charge");
        self.get(&path).await
    }

    /// Reads one page of PaymentIntents, newest first.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn list_payment_intents(&self, page: &Page<'_>) -> Heard<List<ListedPaymentIntent>> {
        self.get(&page.path("payment_intents", &[])).await
    }

    /// Asks Stripe's search for the PaymentIntents whose metadata says this. Its index lags behind by a minute and more
    /// (docs.stripe.com/search): what it finds is there, what it does not find may be there too.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn search_payment_intents(&self, name: &str, value: &str) -> Heard<List<ListedPaymentIntent>> {
        if value.contains(['\'', '\\']) {
            return Heard::untimed(Error::NotSent { why: Unconnected::Unfit("the search text holds a quote") });
        }
        self.get(&search_path(name, value)).await
    }

    /// Reads one page of the refunds of a payment, newest first.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn list_refunds_of(&self, of: &PaymentIntentId, page: &Page<'_>) -> Heard<List<Refund>> {
        self.get(&page.path("refunds", &[("payment_intent", of.as_str())])).await
    }

    /// Reads one page of the account's refunds, newest first, each with its payment.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn list_refunds(&self, page: &Page<'_>) -> Heard<List<Refund>> {
        self.get(&page.path("refunds", &[("expand[]", "data.payment_intent")])).await
    }

    /// Reads one page of the account's disputes, newest first, each with its payment.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn list_disputes(&self, page: &Page<'_>) -> Heard<List<Dispute>> {
        self.get(&page.path("disputes", &[("expand[]", "data.payment_intent")])).await
    }

    async fn get<T: Asked>(&self, path: &str) -> Heard<T> {
        match self.wire(Method::Get, path, String::new(), None) {
            Ok(request) => self.run(request).await,
            Err(error) => Heard::untimed(error),
        }
    }

    /// Tries the key with two calls that change nothing: reading PaymentIntents, and reading Charges, which every call of a
    /// sale asks to be shown. Answers with what the key may not read; a key that may read both lacks nothing that can be
    /// tried without a sale.
    ///
    /// # Errors
    /// 401 for a key that Stripe does not know, and whatever keeps Stripe from answering.
    pub async fn try_key(&self) -> Heard<Vec<Permission>> {
        let mut missing = Vec::new();
        let mut stripe_ms = None;
        for (permission, path) in [(Permission::PaymentIntents, PROBE), (Permission::Charges, CHARGES)] {
            let heard = self.get::<List<IgnoredAny>>(path).await;
            stripe_ms = heard.stripe_ms.max(stripe_ms);
            match heard.result {
                Ok(_page) => {}
                Err(Error::Api(error)) if error.status == 403 => missing.push(permission),
                Err(error) => {
                    return Heard { result: Err(error), stripe_ms: heard.stripe_ms, request_id: heard.request_id };
                }
            }
        }
        Heard { result: Ok(missing), stripe_ms, request_id: None }
    }

    /// Tries whether the key may read this, by a call that changes nothing.
    ///
    /// # Errors
    /// 403 where it may not; otherwise as [`Client::try_key`].
    pub async fn try_to_read(&self, what: Readable) -> Heard<()> {
        self.get::<List<IgnoredAny>>(what.path()).await.map(|_page| ())
    }

    /// Reads the account that the key belongs to. Few restricted keys may.
    ///
    /// # Errors
    /// [`Error`]; reading never acts.
    pub async fn account(&self) -> Heard<AccountSeen> {
        self.get("/v1/account").await
    }

    /// Reads a PaymentIntent as a page does: with a publishable key, and the PaymentIntent's client secret. Stripe shows it to a
    /// key of the same account alone.
    ///
    /// # Errors
    /// [`Error`]; reading never acts. 404 with `resource_missing` when the key is another account's.
    pub async fn retrieve_as_page(
        &self,
        id: &PaymentIntentId,
        client_secret: &SecretString,
        key: &PublishableKey,
    ) -> Heard<PaymentIntent> {
        // The query is left out wherever a request is printed.
        let secret = form::encode(&[("client_secret".to_owned(), client_secret.expose_secret().to_owned())]);
        match self.wire(Method::Get, &format!("/v1/payment_intents/{id}?{secret}"), String::new(), None) {
            Ok(request) => self.run(WireRequest { bearer: SecretString::from(key.as_str()), ..request }).await,
            Err(error) => Heard::untimed(error),
        }
    }

    /// Asks what time it is at Stripe, by a call that changes nothing.
    ///
    /// # Errors
    /// As [`Client::try_key`].
    pub async fn ask_time(&self) -> Heard<()> {
        self.get::<List<ListedPaymentIntent>>(PROBE).await.map(|_page| ())
    }

    /// Opens the connection before it is needed, so that the charge does not wait for DNS and TLS.
    ///
    /// # Errors
    /// As [`Client::try_key`]; the caller learns early that Stripe cannot be reached. One try, no retries.
    pub async fn warm(&self) -> Heard<()> {
        let request = match self.wire(Method::Get, PROBE, String::new(), None) {
            Ok(request) => request,
            Err(error) => return Heard::untimed(error),
        };
        let (outcome, is_late) = self.send(&request).await;
        match outcome {
            Ok(response) => self.hear::<List<ListedPaymentIntent>>(&response, false, is_late).map(|_page| ()),
            Err(error) => Heard::untimed(broken(error, false)),
        }
    }

    fn wire(
        &self,
        method: Method,
        path: &str,
        body: String,
        key: Option<&IdempotencyKey>,
    ) -> Result<WireRequest, Error> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Error::NotSent { why: Unconnected::Unfit("the request is too large") });
        }
        let mut headers = vec![
            ("stripe-version", STRIPE_VERSION.to_owned()),
            ("user-agent", concat!("Countersign/", env!("CARGO_PKG_VERSION")).to_owned()),
            (
                "x-stripe-client-user-agent",
                format!(
                    r#"{{"lang":"rust","application":{{"name":"Countersign","version":"{}"}},"os":"{}"}}"#,
                    env!("CARGO_PKG_VERSION"),
                    std::env::consts::OS
                ),
            ),
        ];
        if method == Method::Post {
            headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        }
        if let Some(key) = key {
            headers.push(("idempotency-key", key.as_str().to_owned()));
        }
        Ok(WireRequest {
            method,
            path: path.to_owned(),
            headers,
            bearer: self.config.key.expose().clone(),
            body,
            in_time: InTime::always(),
        })
    }

    async fn run<T: Asked>(&self, mut request: WireRequest) -> Heard<T> {
        // Whether some sending may have arrived without our hearing of it. Once true it stays true: a later "no
        // connection" does not undo an earlier silence.
        let mut silence = false;
        let mut sent = 0;
        let first = self.config.wait.moment();
        let (retry, wait) = (self.config.retry, Arc::clone(&self.config.wait));
        request.in_time = InTime::while_it(move || retry.is_soon_enough(wait.moment().ms_since(first)));
        loop {
            sent += 1;
            let (outcome, is_late) = self.send(&request).await;
            let is_stripes = outcome.as_ref().is_ok_and(|response| answer::is_stripes::<T>(&response.body));
            let exchange = match &outcome {
                Ok(response) => Exchange::Answered {
                    status: response.status,
                    should_retry: match response.header("stripe-should-retry").filter(|_| is_stripes) {
                        Some("true") => Some(true),
                        Some("false") => Some(false),
                        _ => None,
                    },
                },
                Err(_) => Exchange::Broken,
            };
            let decision = self.config.retry.decide(sent, exchange, self.config.wait.jitter_permille());
            if let Decision::Again { after_ms } = decision {
                log::info!("{request:?}: sending {sent} had no final answer, again in {after_ms} ms");
                self.config.wait.pause(Duration::from_millis(after_ms)).await;
                // The machine may have slept, in the pause or before it.
                if self.is_soon_after(first) {
                    silence |= self.may_have_arrived(&outcome, is_stripes, is_late);
                    continue;
                }
                log::warn!("{request:?}: is not sent again, so long after it was sent first");
            }
            return match outcome {
                // It slept when the request was under way: Stripe may have forgotten the key by then, and so answers of this
                // sending alone, whatever came of those before.
                Ok(response) if silence && !self.is_soon_after(first) => self.hear_nothing(&response, is_late),
                Ok(response) => self.hear(&response, silence, is_late),
                Err(error) => Heard::untimed(broken(error, silence)),
            };
        }
    }

    /// Sends it once. True beside the outcome when that was so long on its way that it does not tell what time it is.
    async fn send(&self, request: &WireRequest) -> (Result<WireResponse, TransportError>, bool) {
        let sent_at = self.config.wait.moment();
        let outcome = self.transport.send(request).await;
        (outcome, self.config.wait.moment().ms_since(sent_at) >= LATE_MS)
    }

    fn is_soon_after(&self, first: Moment) -> bool {
        self.config.retry.is_soon_enough(self.config.wait.moment().ms_since(first))
    }

    /// An answer that says nothing of the request, but when it was made.
    fn hear_nothing<T: Asked>(&self, response: &WireResponse, is_late: bool) -> Heard<T> {
        let stripe_ms =
            if answer::is_stripes::<T>(&response.body) && !is_late { self.hear_time(response) } else { None };
        let why = "the answer to a later sending came so long after the first that it says nothing of that".to_owned();
        Heard { result: Err(Error::NoAnswer { why }), stripe_ms, request_id: None }
    }

    /// Whether a sending that had no final answer may have arrived all the same.
    fn may_have_arrived(
        &self,
        outcome: &Result<WireResponse, TransportError>,
        is_stripes: bool,
        is_late: bool,
    ) -> bool {
        match outcome {
            Err(TransportError::NotSent { .. }) => false,
            Err(TransportError::NoAnswer { .. }) => true,
            Ok(response) if is_stripes => {
                if !is_late {
                    self.hear_time(response);
                }
                response.status == 409 || response.status >= 500
            }
            // It may have reached Stripe behind what answered.
            Ok(_) => true,
        }
    }

    /// What an answer says, and when Stripe made it.
    fn hear<T: Asked>(&self, response: &WireResponse, after_silence: bool, is_late: bool) -> Heard<T> {
        let result = answer::read(response, after_silence);
        let stripe_ms = match &result {
            Err(Error::NotStripe { .. }) => None,
            Ok(_) | Err(_) if is_late => None,
            Ok(_) | Err(_) => self.hear_time(response),
        };
        let request_id = response.header("request-id").and_then(|id| RequestId::parse(id).ok());
        Heard { result, stripe_ms, request_id }
    }

    /// When Stripe made an answer of its own.
    fn hear_time(&self, response: &WireResponse) -> Option<i64> {
        let told = answer::time_ms(response)?;
        self.latest_stripe_ms.fetch_max(told, Ordering::AcqRel);
        Some(told)
    }
}

fn broken(error: TransportError, silence: bool) -> Error {
    match error {
        TransportError::NotSent { why } if !silence => Error::NotSent { why },
        TransportError::NotSent { why } => Error::NoAnswer { why: why.to_string() },
        TransportError::NoAnswer { why } => Error::NoAnswer { why },
    }
}
