//! One world: a simulator, a disk, a network, and a till that can die and be started again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use stripe_client::{BoxFuture, Client, ClientConfig, PaymentMethodId, RetryPolicy, SecretKey, Transport, Wait};
use stripe_sim::{ApiRequest, Sim, SimOptions, TimeSource};
use till::journal::Records;
use till::locale::Locale;
use till::{Clock, Entropy, SaleId, Till, TillId, TillParts};
use tokio::task::JoinHandle;

use crate::books::{self, Taken};
use crate::network::Network;
use crate::plan::Plan;
use crate::records::{Death, Disk};
use crate::sabotage::{BentTransport, LateRecords, Sabotage};

const SECRET: &str = "sk_test_faultsAccount01";
const PUBLISHABLE: &str = "pk_test_faultsAccount01";
const START_MS: u64 = 1_790_000_000_000;

/// The till's clock: Stripe's, and how far it has jumped away from it.
struct TillClock {
    sim: Sim,
    off_ms: AtomicI64,
}

impl Clock for TillClock {
    fn now_ms(&self) -> i64 {
        i64::try_from(self.sim.clock().now_ms()).unwrap_or(i64::MAX) + self.off_ms.load(Ordering::Relaxed)
    }
}

/// Ids and keys in the order in which they are asked for.
struct Numbered {
    seed: u64,
    next: AtomicU64,
}

impl Entropy for Numbered {
    fn bytes(&self) -> [u8; 16] {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.seed.to_be_bytes());
        bytes[8..].copy_from_slice(&next.to_be_bytes());
        // The version and variant bits of a UUID overwrite bytes 6 and 8, which hold nothing small.
        bytes
    }
}

/// The client's pauses on the simulated clock.
struct Paused;

impl Wait for Paused {
    fn pause(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
}

/// The world of one plan.
pub struct Counter {
    /// Stripe.
    pub sim: Sim,
    /// The till that runs now.
    pub till: Till,
    /// When the machine dies.
    pub death: Arc<Death>,
    /// Restarts so far.
    pub restarts: u32,
    network: Arc<Network>,
    disk: Disk,
    clock: Arc<TillClock>,
    entropy: Arc<Numbered>,
    sabotage: Option<Sabotage>,
    taken: (u64, BTreeMap<String, Taken>),
    life: JoinHandle<()>,
}

impl Counter {
    /// Opens a till on an empty disk: the real one, or one that a sabotage is wrapped around.
    ///
    /// # Errors
    /// A sentence when it does not start: that is a failure of the house.
    pub fn open(plan: &Arc<Plan>, sabotage: Option<Sabotage>) -> Result<Self, String> {
        let options =
            SimOptions { seed: plan.seed, time: TimeSource::Manual { start_ms: START_MS }, ..SimOptions::default() };
        let sim = Sim::new(options);
        let death = Arc::new(Death::new(plan.clone()));
        let disk = Disk::new(plan.clone(), death.clone()).map_err(|error| error.to_string())?;
        let network = Arc::new(Network::new(sim.clone(), plan.clone(), death.clone()));
        let clock = Arc::new(TillClock { sim: sim.clone(), off_ms: AtomicI64::new(0) });
        let entropy = Arc::new(Numbered { seed: plan.seed, next: AtomicU64::new(1) });
        let (till, life) = start(&disk, &network, &clock, &entropy, sabotage)?;
        Ok(Self {
            sim,
            till,
            death,
            restarts: 0,
            network,
            disk,
            clock,
            entropy,
            sabotage,
            taken: (0, BTreeMap::new()),
            life,
        })
    }

    /// If the machine has died: what was in memory is gone, and the till is started again. True if it had.
    ///
    /// # Errors
    /// A sentence when it does not start again: that is a failure of the house.
    pub async fn revive(&mut self) -> Result<bool, String> {
        if !self.death.is_dead() {
            return Ok(false);
        }
        self.life.abort();
        drop((&mut self.life).await);
        self.death.revive();
        self.restarts += 1;
        let (till, life) = start(&self.disk, &self.network, &self.clock, &self.entropy, self.sabotage)?;
        self.till = till;
        self.life = life;
        Ok(true)
    }

    /// Lets time pass, here and at Stripe, with the till running. Long waits pass in big steps, as on a sleeping machine.
    pub async fn pass(&self, seconds: u32) {
        let step = match seconds {
            0..=130 => 1,
            131..=4_000 => 60,
            _ => 1_800,
        };
        let mut left = seconds;
        while left > 0 && !self.death.is_dead() {
            let now = left.min(step);
            tokio::time::sleep(Duration::from_secs(now.into())).await;
            self.sim.clock().advance(u64::from(now) * 1_000);
            self.till.tick().await;
            left -= now;
        }
    }

    /// The till's clock jumps.
    pub fn jump(&self, seconds: i32) {
        self.clock.off_ms.fetch_add(i64::from(seconds) * 1_000, Ordering::Relaxed);
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        self.network.heal();
        self.disk.clear();
        self.death.spare();
    }

    /// What Stripe took by now, sale by sale. Read again only when something can have changed: the ledger is long.
    pub fn taken(&mut self) -> &BTreeMap<String, Taken> {
        let acted = self.network.acted();
        if self.taken.0 != acted {
            self.taken = (acted, books::taken(&self.sim));
        }
        &self.taken.1
    }

    /// A new sale's id.
    #[must_use]
    pub fn new_sale(&self) -> SaleId {
        SaleId::new(&*self.entropy)
    }

    /// Keys a card as the page does, straight to Stripe.
    #[must_use]
    pub fn key(&self, number: &str) -> Option<PaymentMethodId> {
        let form = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2034"),
            ("card[cvc]", "123"),
        ];
        let answer = self.sim.call(ApiRequest::post("/v1/payment_methods", &form).key(PUBLISHABLE)).ok()?;
        PaymentMethodId::parse(answer.json()["id"].as_str()?).ok()
    }
}

fn start(
    disk: &Disk,
    network: &Arc<Network>,
    clock: &Arc<TillClock>,
    entropy: &Arc<Numbered>,
    sabotage: Option<Sabotage>,
) -> Result<(Till, JoinHandle<()>), String> {
    let key = SecretKey::parse(SECRET).map_err(|error| error.to_string())?;
    let config = ClientConfig { key, retry: RetryPolicy::default(), wait: Arc::new(Paused) };
    let journal: Box<dyn Records> = match sabotage {
        Some(Sabotage::WrittenAfterSent) => Box::new(LateRecords::new(disk.clone())),
        _ => Box::new(disk.clone()),
    };
    let transport: Arc<dyn Transport> = match sabotage {
        Some(sabotage) => Arc::new(BentTransport::new(network.clone(), sabotage)),
        None => network.clone(),
    };
    let parts = TillParts {
        journal,
        stripe: Client::new(config, transport),
        clock: clock.clone(),
        entropy: entropy.clone(),
        locale: Locale::by_tag("en-GB").ok_or("no locale")?,
        till: TillId::new(&**entropy),
        stripe_is_new: false,
    };
    let (till, life) = Till::start(parts).map_err(|error| format!("the till does not start: {error}"))?;
    Ok((till, tokio::spawn(life)))
}
