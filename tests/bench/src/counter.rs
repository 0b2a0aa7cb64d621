//! A till on a journal of this disk, and a Stripe that notes when the call of a sale arrives.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::{Rng, RngExt};
use secrecy::ExposeSecret;
use stripe_client::{
    BoxFuture, Client, ClientConfig, Method, PaymentMethodId, SecretKey, Transport, TransportError, WireRequest,
    WireResponse,
};
use stripe_sim::{ApiRequest, Sim, SimOptions};
use till::currency::Currency;
use till::journal::{Filing, Journal};
use till::locale::Locale;
use till::money::Money;
use till::view::StageView;
use till::{OsEntropy, PaymentStep, SaleId, SystemClock, Till, TillParts};

use crate::filled::{self, Res};

const SECRET: &str = "sk_test_benchAccount0001";
const PATIENCE: Duration = Duration::from_secs(20);

/// A Stripe in the process.
struct Stripe {
    sim: Sim,
    /// When the latest payment was asked for.
    asked: Mutex<Option<Instant>>,
}

impl Transport for Stripe {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        Box::pin(async move {
            if request.method == Method::Post && request.path == "/v1/payment_intents" {
                *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            }
            let mut asked = match request.method {
                Method::Get => ApiRequest::get(&request.path),
                Method::Post => ApiRequest::post(&request.path, &[]),
            };
            asked.body = request.body.clone().into_bytes();
            for (name, value) in &request.headers {
                asked = asked.header(name, value);
            }
            let answer = self.sim.call(asked.key(request.bearer.expose_secret()));
            let answer = answer.map_err(|_| TransportError::NoAnswer { why: "none".into() })?;
            let headers = answer.headers.iter();
            let headers =
                headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
            Ok(WireResponse { status: answer.status, headers: headers.collect(), body: answer.body })
        })
    }
}

/// A Stripe that never answers: what a start waits for is not the network.
struct Nobody;

impl Transport for Nobody {
    fn send<'a>(&'a self, _: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        Box::pin(std::future::pending())
    }
}

fn parts(journal: Journal, transport: Arc<dyn Transport>) -> Res<TillParts> {
    Ok(TillParts {
        journal,
        stripe: Client::new(ClientConfig::new(SecretKey::parse(SECRET)?), transport),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        locale: Locale::by_tag("en-GB").ok_or("no locale")?,
        till: filled::start().till,
        former_tills: Vec::new(),
        live: false,
        stripe_is_new: false,
    })
}

/// How long it takes from a closed journal to the first answer of a till on it.
pub(crate) async fn start(path: &Path) -> Res<Duration> {
    let began = Instant::now();
    let (till, life) = Till::start(parts(filled::open(path)?, Arc::new(Nobody))?)?;
    let life = tokio::spawn(life);
    let _first = till.unfinished().await;
    let took = began.elapsed();
    till.shutdown().await;
    drop(till);
    life.await?;
    Ok(took)
}

/// A till with staff at it.
pub(crate) struct Counter {
    till: Till,
    stripe: Arc<Stripe>,
    life: tokio::task::JoinHandle<()>,
}

impl Counter {
    /// Opens the till, and what makes the books again beside it.
    pub(crate) async fn open(path: &Path) -> Res<(Self, Filing)> {
        let journal = filled::open(path)?;
        let filing = journal.filing()?.ok_or("a journal without a file")?;
        let stripe = Arc::new(Stripe { sim: Sim::new(SimOptions::default()), asked: Mutex::default() });
        let (till, life) = Till::start(parts(journal, stripe.clone())?)?;
        let counter = Self { till, stripe, life: tokio::spawn(life) };
        // What the start compares with Stripe is over before anything is measured.
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok((counter, filing))
    }

    /// Sells something, and tells how long it was from the press of Charge to the call.
    pub(crate) async fn sell(&self, rng: &mut (impl Rng + Send)) -> Res<Duration> {
        let locale = Locale::by_tag("en-GB").ok_or("no locale")?;
        let pound = Currency::by_code("GBP").ok_or("no pound")?;
        let money = Money::new(rng.random_range(300..90_000), pound, locale).map_err(|error| format!("{error:?}"))?;
        let sale = SaleId::new(&OsEntropy);
        self.till.open_sale_anyway(sale, money).await.map_err(|refusal| format!("{refusal:?}"))?;
        let PaymentStep::Card { attempt_id, .. } = self.till.payment_step(sale).await else {
            return Err("the sale waits for no card".into());
        };
        let card = PaymentMethodId::parse("pm_card_visa")?;
        *self.asked() = None;
        let began = Instant::now();
        self.till.submit_card(sale, attempt_id, card).await.map_err(|refusal| format!("{refusal:?}"))?;
        self.until_paid(sale).await?;
        let asked = self.asked().ok_or("no call came")?;
        Ok(asked.duration_since(began))
    }

    pub(crate) fn till(&self) -> Till {
        self.till.clone()
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.stripe.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn until_paid(&self, sale: SaleId) -> Res<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let view = self.till.sale(sale).await.ok_or("the sale is gone")?;
            if matches!(view.stage, StageView::Approved { .. }) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(format!("a sale is not paid: {:?}", self.till.sale(sale).await).into())
    }

    pub(crate) async fn close(self) -> Res<()> {
        self.till.shutdown().await;
        drop(self.till);
        Ok(self.life.await?)
    }
}
