//! One world: a simulator, a disk, a network, and a till that can die and be started again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use stripe_client::{
    BoxFuture, Client, ClientConfig, Moment, PaymentMethodId, RetryPolicy, SecretKey, Transport, Wait,
};
use stripe_sim::{ApiRequest, Sim, SimOptions, TimeSource};
use till::journal::Entry;
use till::locale::Locale;
use till::order::Order;
use till::view::{ReconciliationView, SaleView, StageView};
use till::{Clock, Entropy, RefundId, Refusal, SaleId, Till, TillParts};
use tokio::task::JoinHandle;

use crate::books::{self, Taken};
use crate::check::AtWindow;
use crate::network::Network;
use crate::plan::Plan;
use crate::records::this_till;
use crate::records::{Death, Disk};
use crate::sabotage::{BentTransport, LateDisk, Sabotage};
use crate::told::Told;
use crate::wishes::{Act, Wishes};

const SECRET: &str = "sk_test_faultsAccount01";
pub(crate) const PUBLISHABLE: &str = "pk_test_faultsAccount01";
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

/// The client's pauses on the simulated clock, and the time that passes while the machine sleeps.
struct Paused(Arc<TillClock>);

impl Wait for Paused {
    fn pause(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
    fn moment(&self) -> Moment {
        Moment { running_ms: self.0.sim.clock().now_ms(), wall_ms: u64::try_from(self.0.now_ms()).unwrap_or(0) }
    }
}

/// What the till replies to staff.
pub(crate) type Reply = Result<SaleView, Refusal>;

/// The books as they were after so many acts.
type Known = (u64, Arc<BTreeMap<String, Taken>>);

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
    /// What was asked for so far.
    pub wishes: Wishes,
    /// What staff were told so far.
    pub(crate) told: Told,
    network: Arc<Network>,
    disk: Disk,
    clock: Arc<TillClock>,
    entropy: Arc<Numbered>,
    sabotage: Option<Sabotage>,
    taken: Known,
    life: JoinHandle<()>,
    at_check: AtWindow,
}

impl Counter {
    /// The rows of the journal, in their order.
    ///
    /// # Errors
    /// A sentence when they cannot be read.
    pub fn rows(&self) -> Result<Vec<Entry>, String> {
        self.disk.rows_on_it().load(u32::MAX).map_err(|error| error.to_string())
    }

    /// Whether the journal's books agree with its rows, however often the machine died between.
    ///
    /// # Errors
    /// A sentence with what differs.
    pub fn books_say_what_the_rows_say(&self) -> Result<(), String> {
        let differ = self.disk.rows_on_it().audit().map_err(|error| error.to_string())?;
        if differ.is_empty() { Ok(()) } else { Err(format!("the books differ from the rows: {}", differ.join(", "))) }
    }

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
            wishes: Wishes::default(),
            told: Told::default(),
            network,
            disk,
            clock,
            entropy,
            sabotage,
            taken: (0, Arc::default()),
            life,
            at_check: AtWindow::default(),
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
        self.network.next_life();
        let (till, life) = start(&self.disk, &self.network, &self.clock, &self.entropy, self.sabotage)?;
        self.till = till;
        self.life = life;
        if self.sabotage == Some(Sabotage::RecoveryConfirms) {
            tokio::spawn(confirm_what_is_open(self.till.clone()));
        }
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

    /// Lets time pass on a machine that is awake: a tick a second.
    pub async fn stay_awake(&self, seconds: u32) {
        const STEP: u32 = 30;
        for _ in 0..seconds.div_ceil(STEP) {
            if self.death.is_dead() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(STEP.into())).await;
            self.sim.clock().advance(u64::from(STEP) * 1_000);
            for _ in 0..STEP {
                self.till.tick().await;
            }
        }
    }

    /// The machine is switched off for so long. Who plays the world starts it again.
    pub async fn switch_off(&self, seconds: u32) {
        if !self.death.strike_now() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
        self.sim.clock().advance(u64::from(seconds) * 1_000);
    }

    /// The machine sleeps for so long, whatever is going on: its processes stand still, and time passes at Stripe and on its
    /// clock.
    pub async fn sleep(&self, seconds: u32) {
        if self.death.is_dead() {
            return;
        }
        self.network.pass_by(seconds);
        self.till.tick().await;
    }

    /// The till's clock jumps.
    pub fn jump(&self, seconds: i32) {
        self.clock.off_ms.fetch_add(i64::from(seconds) * 1_000, Ordering::Relaxed);
    }

    /// The disk fills up, or is freed.
    pub fn fill_disk(&self, full: bool) {
        self.disk.fill(full);
    }

    /// This payment is gone at Stripe: neither found nor listed. The ledger keeps it.
    pub fn vanish(&self, payment_intent: String) {
        self.network.vanish(payment_intent);
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        self.network.heal();
        self.disk.clear();
        self.death.spare();
    }

    /// What Stripe took by now, sale by sale. Read again only when something can have changed: the ledger is long.
    pub fn taken(&mut self) -> Arc<BTreeMap<String, Taken>> {
        let acted = self.network.acted();
        if self.taken.0 != acted {
            self.taken = (acted, Arc::new(books::taken(&self.sim, self.wishes.others())));
        }
        self.taken.1.clone()
    }

    /// The same, read now: a refund changes by itself.
    pub fn taken_now(&mut self) -> Arc<BTreeMap<String, Taken>> {
        self.taken = (self.network.acted(), Arc::new(books::taken(&self.sim, self.wishes.others())));
        self.taken.1.clone()
    }

    /// What the till has sent since this was last asked that can take or give money.
    #[must_use]
    pub fn take_acts(&self) -> Vec<Act> {
        self.network.take_acts()
    }

    /// Staff open a sale.
    ///
    /// # Errors
    /// The till's [`Refusal`].
    pub async fn open_sale(&self, sale: SaleId, order: Order) -> Result<SaleView, Refusal> {
        if self.sabotage == Some(Sabotage::SameAmountNotWarned) {
            return self.till.open_sale_anyway(sale, order).await;
        }
        self.till.open_sale(sale, order).await
    }

    /// Notes that staff have begun a check of the till.
    pub fn press_check(&mut self) {
        self.wishes.press_check(self.network.life());
    }

    /// Somebody stands at the payment window while a check is under way.
    pub(crate) fn stand_at_window(&mut self, who: JoinHandle<()>) {
        self.at_check.stand(who);
    }

    /// Payments of checks that are not over in the journal.
    ///
    /// # Errors
    /// A sentence when it cannot be read: that is a failure of the house.
    pub(crate) fn open_checks(&self) -> Result<usize, String> {
        self.disk.open_checks().map_err(|error| error.to_string())
    }

    /// Notes that staff press something that may charge this sale.
    pub fn press_charge(&mut self, sale: SaleId) {
        self.wishes.press_charge(self.network.life(), sale);
    }

    /// What the till replied to staff who pressed something that may charge the sale or decides about its payment. A till that
    /// died may have taken it on before it could answer.
    pub fn hear(&mut self, sale: SaleId, reply: &Reply) {
        if !is_refused(reply) {
            self.told.ask(sale);
        }
    }

    /// What the till replies to staff, who cannot be told anything any more once the machine is dead: some replies come only
    /// after a look at Stripe, and a dead machine's look never ends.
    pub(crate) async fn reply(&self, asked: impl Future<Output = Reply>) -> Reply {
        tokio::select! {
            // A reply that was there when the machine died was heard.
            biased;
            reply = asked => reply,
            () = self.death.until_dead() => Err(Refusal::Closed),
        }
    }

    /// Staff press Refund, and the page sends the command once or twice.
    pub async fn press_refund(&mut self, sale: SaleId, refund: RefundId, amount_minor: i64, twice: bool) -> bool {
        self.wishes.press_refund(self.network.life(), sale);
        let first = self.reply(self.till.refund(sale, refund, amount_minor));
        let replies = if !twice {
            vec![first.await]
        } else if self.sabotage == Some(Sabotage::CommandActedOnTwice) {
            let replies = vec![first.await];
            self.pass(5).await;
            let offered = self.till.sale(sale).await.and_then(|view| view.refundable);
            if let Some(another) = offered.and_then(|offered| RefundId::parse(&offered.refund_id)) {
                drop(self.reply(self.till.refund(sale, another, amount_minor)).await);
            }
            replies
        } else {
            let second = self.reply(self.till.refund(sale, refund, amount_minor));
            let (first, second) = tokio::join!(first, second);
            vec![first, second]
        };
        // A till that died may have written the refund down before it could answer.
        if !replies.iter().all(is_refused) {
            self.told.ask(sale);
            self.wishes.ask_refund(sale, refund, amount_minor);
        }
        replies.iter().any(Result::is_ok)
    }

    /// Somebody else does something with the shop's key. None when Stripe refuses.
    #[must_use]
    pub fn elsewhere(&self, path: &str, form: &[(&str, &str)]) -> Option<serde_json::Value> {
        self.network.elsewhere(path, form, SECRET)
    }

    /// Holds the books against Stripe for the whole of the world's time, whatever the till's clock says.
    ///
    /// # Errors
    /// A sentence when there is no answer though nothing goes wrong any more.
    pub async fn reconcile(&self) -> Result<ReconciliationView, String> {
        const DAYS_MS: i64 = 45 * 86_400_000;
        let now_ms = i64::try_from(self.sim.clock().now_ms()).unwrap_or(i64::MAX);
        let till = self.till.clone();
        let asked = tokio::spawn(async move { till.reconcile(now_ms - DAYS_MS, now_ms + DAYS_MS).await });
        for _ in 0..60 {
            self.pass(2).await;
            if asked.is_finished() {
                let answer = asked.await.map_err(|error| error.to_string())?;
                let found = answer.map_err(|refusal| format!("the books cannot be compared: {refusal:?}"))?;
                return found.ok_or_else(|| "it was stopped, and nobody had asked for that".to_owned());
            }
        }
        Err("the books were not compared within two minutes".into())
    }

    /// The same, asked for at any time; what comes of it is not waited for.
    pub fn start_reconcile(&self) {
        const DAY_MS: i64 = 86_400_000;
        let (till, now_ms) = (self.till.clone(), self.clock.now_ms());
        tokio::spawn(async move { till.reconcile(now_ms - DAY_MS, now_ms + DAY_MS).await });
    }

    /// A new refund's id, which the till never offered.
    #[must_use]
    pub fn new_refund(&self) -> RefundId {
        RefundId::new(&*self.entropy)
    }

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
        let request = ApiRequest::post("/v1/payment_methods", &form).key(PUBLISHABLE);
        let answer = crate::network::call(&self.sim, request).ok()?;
        PaymentMethodId::parse(answer.json()["id"].as_str()?).ok()
    }
}

/// Whether the till surely did not take it on.
fn is_refused(reply: &Reply) -> bool {
    matches!(reply, Err(refusal) if refusal.code() != "closed" && refusal.code() != "journal")
}

/// A recovery that charges what staff did not ask for.
async fn confirm_what_is_open(till: Till) {
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        for view in till.sales(100).await {
            if let (StageView::Authenticated { .. }, Some(sale)) = (&view.stage, SaleId::parse(&view.sale_id)) {
                drop(till.finish(sale).await);
            }
        }
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
    let retry = match sabotage {
        Some(Sabotage::SentAgainAfterASleep) => RetryPolicy { within_ms: u64::MAX, ..RetryPolicy::default() },
        _ => RetryPolicy::default(),
    };
    let config = ClientConfig { key, retry, wait: Arc::new(Paused(clock.clone())) };
    let journal = match sabotage {
        Some(Sabotage::WrittenAfterSent) => disk.journal().on(Box::new(LateDisk::new(disk.journal()))),
        _ => disk.journal(),
    };
    let transport: Arc<dyn Transport> = match sabotage {
        Some(sabotage) => Arc::new(BentTransport::new(network.clone(), clock.sim.clone(), sabotage)),
        None => network.clone(),
    };
    let parts = TillParts {
        journal,
        stripe: Client::new(config, transport),
        clock: clock.clone(),
        entropy: entropy.clone(),
        locale: Locale::by_tag("en-GB").ok_or("no locale")?,
        till: this_till().ok_or("no id")?,
        former_tills: Vec::new(),
        live: false,
        stripe_is_new: false,
    };
    let (till, life) = Till::start(parts).map_err(|error| format!("the till does not start: {error}"))?;
    Ok((till, tokio::spawn(life)))
}
