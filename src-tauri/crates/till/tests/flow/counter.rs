//! A counter for the tests: a real till over the real client and the real simulator, in one process and without a socket.

mod disk;
mod way;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use stripe_client::{Client, ClientConfig, PaymentMethodId, SecretKey};
use stripe_sim::{ApiRequest, Ledger, Sim, SimOptions, TimeSource};
use till::currency::Currency;
use till::journal::{Journal, Start};
use till::locale::Locale;
use till::money::Money;
use till::view::{ReconciliationView, RefundState, SaleView, StageView};
use till::{AttemptId, Clock, OsEntropy, PaymentStep, Refusal, SaleId, Till, TillId, TillParts};

pub(crate) use disk::Death;
use disk::{Dies, Disk};
use way::check;
pub(crate) use way::{InProcess, Way};

pub(crate) const SECRET: &str = "sk_test_counterTests0001";
/// The till of these tests.
pub(crate) const TILL: &str = "00000000-0000-4000-8000-000000000001";
pub(crate) const PUBLISHABLE: &str = "pk_test_counterTests0001";

thread_local! {
    /// The panics of this test, which runs in one thread with all its tasks.
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// From now on panics are kept. To the till a call that panics is one whose answer was lost, and it lives on: so a test would
/// pass in which a call was not as Stripe's schema says, or in which a task of the till fell over.
fn keep_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.with_borrow_mut(|kept| kept.push(info.to_string()));
            usual(info);
        }));
    });
}

/// The till runs on the simulator's clock, and may be off it.
struct SimTime {
    sim: Sim,
    off_ms: Arc<AtomicI64>,
}

impl Clock for SimTime {
    fn now_ms(&self) -> i64 {
        i64::try_from(self.sim.clock().now_ms()).expect("a time") + self.off_ms.load(Ordering::Relaxed)
    }
}

/// Which key a till has, and for which mode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    pub(crate) secret: &'static str,
    pub(crate) live: bool,
}

/// How a till is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// As before.
    Alike,
    /// The account is another: training was started again.
    OnANewStripe,
    /// The till's id was lost.
    UnderAnotherId,
}

pub(crate) struct Counter {
    /// While this is set, no row finds room.
    pub(crate) disk_full: Arc<AtomicBool>,
    /// Set once: the next row is written, and told as not written.
    pub(crate) disk_unsure: Arc<AtomicBool>,
    pub(crate) dies: Dies,
    /// How far the till's clock is from Stripe's, in milliseconds.
    pub(crate) clock_off_ms: Arc<AtomicI64>,
    pub(crate) way: Way,
    keys: Keys,
    pub(crate) sim: Sim,
    pub(crate) till: Till,
    life: tokio::task::JoinHandle<()>,
    pub(crate) path: PathBuf,
    folder: Arc<tempfile::TempDir>,
}

/// The journal of a till that is closed.
pub(crate) struct LeftJournal {
    pub(crate) file: PathBuf,
    _folder: Arc<tempfile::TempDir>,
}

impl Drop for Counter {
    fn drop(&mut self) {
        let panics = PANICS.take();
        let failed_already = std::thread::panicking();
        assert!(failed_already || panics.is_empty(), "a task fell over meanwhile: {}", panics.join("\n"));
    }
}

impl Counter {
    pub(crate) fn open() -> Self {
        Self::open_with(Keys { secret: SECRET, live: false })
    }

    pub(crate) fn open_with(keys: Keys) -> Self {
        keep_panics();
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let sim =
            Sim::new(SimOptions { time: TimeSource::Manual { start_ms: 1_790_000_000_000 }, ..SimOptions::default() });
        let path = folder.path().join("training.sqlite");
        let (disk_full, disk_unsure, dies) = (Arc::default(), Arc::default(), Dies::default());
        let (clock_off_ms, way) = (Arc::default(), Way::default());
        let disk = (&disk_full, &disk_unsure, &dies);
        let (till, life) = start(&sim, &path, disk, &clock_off_ms, &way, (keys, Again::Alike));
        Self { disk_full, disk_unsure, dies, clock_off_ms, way, keys, sim, till, life, path, folder }
    }

    /// The key of the last call that acts at this path.
    pub(crate) fn last_key(&self, path: &str) -> String {
        let ledger = self.ledger();
        let last = ledger.requests.iter().rfind(|request| request.method == "POST" && request.path == path);
        last.and_then(|request| request.idempotency_key.clone()).expect("a call with a key")
    }

    /// The process dies: nothing in memory is left, calls that were out are never heard of.
    pub(crate) async fn crash_and_start_again(self) -> Self {
        self.start_again(Again::Alike).await
    }

    /// The same, and the account is another: training was started again.
    pub(crate) async fn crash_and_start_on_a_new_stripe(self) -> Self {
        self.start_again(Again::OnANewStripe).await
    }

    /// The same, and the till has lost its id: the journal knows that it had another.
    pub(crate) async fn crash_and_start_under_another_id(self) -> Self {
        self.start_again(Again::UnderAnotherId).await
    }

    /// The same, and something happens to the journal's file meanwhile.
    pub(crate) async fn crash_and_start_again_after(self, meanwhile: impl FnOnce(&std::path::Path)) -> Self {
        self.start_again_after(Again::Alike, meanwhile).await
    }

    async fn start_again(self, again: Again) -> Self {
        self.start_again_after(again, |_| ()).await
    }

    async fn start_again_after(mut self, again: Again, meanwhile: impl FnOnce(&std::path::Path)) -> Self {
        self.life.abort();
        let _aborted = (&mut self.life).await;
        meanwhile(&self.path);
        *self.dies.lock().expect("unpoisoned") = None;
        let disk = (&self.disk_full, &self.disk_unsure, &self.dies);
        let (till, life) = start(&self.sim, &self.path, disk, &self.clock_off_ms, &self.way, (self.keys, again));
        self.till = till;
        self.life = life;
        self
    }

    /// Another till is started on the journal: the lock was a file, and somebody deleted it.
    pub(crate) fn started_elsewhere(&self) {
        std::fs::remove_file(self.path.with_extension("lock")).expect("deleted");
        drop(Journal::open(&self.path, "training", Start { till: till_id(), at_ms: 0 }).expect("a journal"));
    }

    /// The process dies for good; its journal is left.
    pub(crate) async fn close_as_it_stands(mut self) -> LeftJournal {
        self.life.abort();
        let _aborted = (&mut self.life).await;
        LeftJournal { file: self.path.clone(), _folder: Arc::clone(&self.folder) }
    }

    /// So many seconds pass at the till, and nobody asks anything of it.
    pub(crate) async fn seconds(&self, seconds: u32) {
        for _ in 0..seconds {
            self.till.tick().await;
        }
        // Whatever the ticks set going is over when the till answers again.
        self.till.sales(1).await;
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.sim.clock().advance(seconds * 1_000);
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.sim.ledger()
    }

    /// What the simulator really took for this sale, over all PaymentIntents that carry its id.
    pub(crate) fn taken_minor(&self, sale: SaleId) -> u64 {
        let ledger = self.ledger();
        let ids: Vec<String> = ledger
            .payment_intents()
            .filter(|intent| intent["metadata"]["countersign_sale"] == sale.to_string().as_str())
            .map(|intent| intent["id"].as_str().expect("an id").to_owned())
            .collect();
        ids.iter().map(|id| ledger.captured_minor(id)).sum()
    }

    pub(crate) fn payment_intents(&self) -> usize {
        self.ledger().payment_intents().count()
    }

    /// Keys a card as the page does: with the publishable key, straight to Stripe.
    pub(crate) fn key(&self, number: &str) -> PaymentMethodId {
        self.key_with(PUBLISHABLE, number)
    }

    /// Keys a card in a page that has this publishable key.
    pub(crate) fn key_with(&self, publishable: &str, number: &str) -> PaymentMethodId {
        let answer = self
            .sim
            .call(
                ApiRequest::post(
                    "/v1/payment_methods",
                    &[
                        ("type", "card"),
                        ("card[number]", number),
                        ("card[exp_month]", "12"),
                        ("card[exp_year]", "2034"),
                        ("card[cvc]", "123"),
                    ],
                )
                .key(publishable),
            )
            .expect("an answer");
        check("POST", "/v1/payment_methods", true, &answer);
        assert_eq!(answer.status, 200, "{}", answer.json());
        PaymentMethodId::parse(answer.json()["id"].as_str().expect("an id")).expect("an id")
    }

    pub(crate) async fn sell(&self, text: &str) -> SaleId {
        let sale = SaleId::new(&OsEntropy);
        self.till.open_sale(sale, pounds(text)).await.expect("opened");
        sale
    }

    pub(crate) async fn attempt(&self, sale: SaleId) -> AttemptId {
        match self.till.payment_step(sale).await {
            PaymentStep::Card { attempt_id, .. } => attempt_id,
            _ => panic!("the sale does not wait for a card: {:?}", self.till.sale(sale).await),
        }
    }

    /// Keys a card and submits it, without waiting for what comes of it.
    pub(crate) async fn charge(&self, sale: SaleId, number: &str) -> AttemptId {
        let attempt = self.attempt(sale).await;
        let card = self.key(number);
        self.till.submit_card(sale, attempt, card).await.expect("submitted");
        attempt
    }

    /// Keys a card and waits until the sale stands still.
    pub(crate) async fn pay(&self, sale: SaleId, number: &str) -> SaleView {
        self.charge(sale, number).await;
        self.settled(sale).await
    }

    /// Waits (ticking) until no call is out.
    pub(crate) async fn settled(&self, sale: SaleId) -> SaleView {
        self.until(sale, |stage| {
            !matches!(stage, StageView::Submitting | StageView::Confirming | StageView::Cancelling { .. })
        })
        .await
    }

    pub(crate) async fn until(&self, sale: SaleId, done: impl Fn(&StageView) -> bool) -> SaleView {
        for _ in 0..400 {
            let view = self.till.sale(sale).await.expect("the sale");
            if done(&view.stage) {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.till.tick().await;
        }
        panic!("it never came to rest: {:?}", self.till.sale(sale).await);
    }

    /// The refunds that the simulator made of this sale.
    pub(crate) fn refunds(&self, sale: SaleId) -> Vec<serde_json::Value> {
        let ledger = self.ledger();
        let of_sale: Vec<String> = ledger
            .payment_intents()
            .filter(|intent| intent["metadata"]["countersign_sale"] == sale.to_string().as_str())
            .filter_map(|intent| intent["id"].as_str().map(str::to_owned))
            .collect();
        ledger
            .refunds()
            .filter(|refund| refund["payment_intent"].as_str().is_some_and(|id| of_sale.iter().any(|of| of == id)))
            .cloned()
            .collect()
    }

    /// What the simulator really gave back of this sale.
    pub(crate) fn refunded_minor(&self, sale: SaleId) -> i64 {
        let given = |refund: &&serde_json::Value| refund["status"] == "succeeded" || refund["status"] == "pending";
        self.refunds(sale).iter().filter(given).filter_map(|refund| refund["amount"].as_i64()).sum()
    }

    /// The status of the sale's PaymentIntent at the simulator.
    pub(crate) fn status_of(&self, sale: SaleId) -> Option<String> {
        let ledger = self.ledger();
        let mut intents = ledger.payment_intents();
        let intent = intents.find(|intent| intent["metadata"]["countersign_sale"] == sale.to_string().as_str())?;
        intent["status"].as_str().map(str::to_owned)
    }

    /// Does something at Stripe without the till: in the Dashboard, say.
    pub(crate) fn at_stripe(&self, path: &str, form: &[(&str, &str)]) -> serde_json::Value {
        let answer = self.sim.call(ApiRequest::post(path, form).key(SECRET)).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.json());
        check("POST", path, false, &answer);
        answer.json()
    }

    /// Payments that others take from the same account.
    pub(crate) fn strangers(&self, count: usize) {
        for _ in 0..count {
            let card = self.key("4242424242424242");
            let form = [
                ("amount", "1100"),
                ("currency", "gbp"),
                ("payment_method", card.as_str()),
                ("confirm", "true"),
                ("confirmation_method", "manual"),
                ("payment_method_types[]", "card"),
            ];
            self.at_stripe("/v1/payment_intents", &form);
        }
    }

    /// Seconds pass at the till and at Stripe.
    pub(crate) async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            self.later(1);
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.till.tick().await;
        }
    }

    /// Waits (ticking) until no refund of the sale is out or in doubt.
    pub(crate) async fn refunds_known(&self, sale: SaleId) -> SaleView {
        let open = |state| matches!(state, RefundState::Working | RefundState::NotKnown);
        self.until_view(sale, |view| !view.refunds.is_empty() && !view.refunds.iter().any(|refund| open(refund.state)))
            .await
    }

    pub(crate) async fn until_view(&self, sale: SaleId, done: impl Fn(&SaleView) -> bool) -> SaleView {
        let view = self.until_within(sale, 700, &done).await;
        assert!(done(&view), "it never came to that: {view:?}");
        view
    }

    /// Ticks so many seconds, or until it is so.
    pub(crate) async fn until_within(&self, sale: SaleId, ticks: u32, done: impl Fn(&SaleView) -> bool) -> SaleView {
        for _ in 0..ticks {
            let view = self.till.sale(sale).await.expect("the sale");
            if done(&view) {
                return view;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.till.tick().await;
        }
        self.till.sale(sale).await.expect("the sale")
    }

    /// Compares everything from `from_ms` to a minute from now.
    pub(crate) async fn reconcile(&self, back_ms: i64) -> Result<ReconciliationView, Refusal> {
        let now_ms = i64::try_from(self.sim.clock().now_ms()).expect("a time");
        let compared = self.till.reconcile(now_ms - back_ms, now_ms + 60_000).await?;
        Ok(compared.expect("nobody stopped it"))
    }

    /// Compares the last day.
    pub(crate) async fn reconcile_day(&self) -> ReconciliationView {
        self.reconcile(86_400_000).await.expect("compared")
    }

    /// The body of the create call that the journal keeps for this sale.
    pub(crate) async fn create_body(&self, sale: SaleId) -> String {
        let reader = rusqlite::Connection::open_with_flags(&self.path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
            .expect("the journal");
        let row: String = reader
            .query_row(
                "SELECT body FROM entries WHERE subject = ?1 AND event = 'submitted' ORDER BY seq DESC LIMIT 1",
                [sale.to_string()],
                |row| row.get(0),
            )
            .expect("a submission");
        let event: serde_json::Value = serde_json::from_str(&row).expect("an event");
        event["call"]["request"]["body"].as_str().expect("a body").to_owned()
    }

    pub(crate) async fn refused(&self, result: Result<SaleView, Refusal>) -> &'static str {
        result.expect_err("a refusal").code()
    }
}

fn start(
    sim: &Sim,
    path: &std::path::Path,
    (full, unsure, dies): (&Arc<AtomicBool>, &Arc<AtomicBool>, &Dies),
    off_ms: &Arc<AtomicI64>,
    way: &Way,
    (keys, again): (Keys, Again),
) -> (Till, tokio::task::JoinHandle<()>) {
    let key = SecretKey::parse(keys.secret).expect("a key");
    let (till, former_tills) = match again {
        Again::Alike | Again::OnANewStripe => (till_id(), Vec::new()),
        Again::UnderAnotherId => (TillId::new(&OsEntropy), vec![till_id()]),
    };
    let parts = TillParts {
        journal: Journal::open(path, "training", Start { till: till_id(), at_ms: 0 })
            .expect("a journal")
            .on(Box::new(Disk { full: full.clone(), unsure: unsure.clone(), dies: dies.clone() })),
        stripe: Client::new(ClientConfig::new(key), Arc::new(InProcess { sim: sim.clone(), way: way.clone() })),
        clock: Arc::new(SimTime { sim: sim.clone(), off_ms: off_ms.clone() }),
        entropy: Arc::new(OsEntropy),
        locale: Locale::by_tag("en-GB").expect("en-GB"),
        till,
        former_tills,
        live: keys.live,
        stripe_is_new: again == Again::OnANewStripe,
    };
    let (till, life) = Till::start(parts).expect("a till");
    crate::true_views::listen(&till);
    (till, tokio::spawn(life))
}

pub(crate) fn pounds(text: &str) -> Money {
    let gbp = Currency::by_code("GBP").expect("GBP");
    Money::parse(text, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount")
}

fn till_id() -> TillId {
    TillId::parse(TILL).expect("an id")
}
