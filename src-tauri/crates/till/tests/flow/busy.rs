//! Three months of a busy shop: 30,000 sales in the journal and at Stripe, held against each other while somebody sells.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use stripe_sim::{ApiRequest, Sim};
use till::view::{Agreement, ComparisonProgress, StageView};
use till::{AttemptId, OsEntropy, SaleId};

use crate::counter::{Counter, SECRET, TILL};

const APPROVED: &str = "4242424242424242";
const SALES: u32 = 30_000;
const DAYS_91_MS: i64 = 91 * 86_400_000;

/// A row of a sale that the till wrote.
struct Kept {
    at_ms: i64,
    revision: u32,
    author: String,
    event: String,
    attempt: bool,
    body: String,
}

/// The journal after three months: each sale as the till wrote the first one, with ids of its own and at a time of its own. The
/// simulator has each one's payment.
fn fill(sim: &Sim, file: &Path, first: SaleId, payment: &str) {
    let mut journal = Connection::open(file).expect("the journal");
    journal.pragma_update(None, "synchronous", "OFF").expect("quick");
    let kept = rows_of(&journal, first);
    let said = |row: &str, name: &str| {
        let event: serde_json::Value = serde_json::from_str(row).expect("an event");
        event.pointer(name).and_then(|value| value.as_str()).map(str::to_owned)
    };
    let submitted = kept.iter().find(|row| row.attempt).expect("a submission");
    let (attempt, key) =
        (said(&submitted.body, "/attempt").expect("an id"), said(&submitted.body, "/call/key").expect("a key"));
    let transaction = journal.transaction().expect("begun");
    for number in 2..=SALES {
        sim.clock().advance(u64::try_from(DAYS_91_MS).expect("a time") / u64::from(SALES) - 1);
        let sale = SaleId::new(&OsEntropy).to_string();
        let intent = pay(sim, &sale);
        let now_ms = i64::try_from(sim.clock().now_ms()).expect("a time");
        let (attempt_now, key_now) = (AttemptId::new(&OsEntropy).to_string(), format!("key-{number}"));
        for row in &kept {
            let body = row
                .body
                .replace(&first.to_string(), &sale)
                .replace(payment, &intent)
                .replace(&attempt, &attempt_now)
                .replace(&key, &key_now)
                .replace("\"number\":1,", &format!("\"number\":{number},"));
            let at_ms = now_ms + row.at_ms - kept.first().map_or(0, |row| row.at_ms);
            let opens = (row.revision == 1).then_some(number);
            let of_the_attempt = row.attempt.then_some((&attempt_now, &key_now));
            transaction
                .prepare_cached(
                    "INSERT INTO entries (about, subject, revision, author, owner, at_ms, stripe_ms, event, attempt_id,
                                          idempotency_key, opens, body)
                     VALUES ('sale', ?1, ?2, ?3, 1, ?4, ?4, ?5, ?6, ?7, ?8, ?9)",
                )
                .and_then(|mut insert| {
                    let (id, key) = of_the_attempt.unzip();
                    insert.execute(params![sale, row.revision, row.author, at_ms, row.event, id, key, opens, body])
                })
                .expect("a row");
        }
    }
    transaction.commit().expect("written");
}

fn rows_of(journal: &Connection, sale: SaleId) -> Vec<Kept> {
    let select = "SELECT at_ms, revision, author, event, attempt_id IS NOT NULL, body FROM entries WHERE subject = ?1
                  ORDER BY seq";
    let mut select = journal.prepare(select).expect("a question");
    let rows = select.query_map([sale.to_string()], |row| {
        Ok(Kept {
            at_ms: row.get(0)?,
            revision: row.get(1)?,
            author: row.get(2)?,
            event: row.get(3)?,
            attempt: row.get(4)?,
            body: row.get(5)?,
        })
    });
    rows.expect("rows").collect::<Result<_, _>>().expect("rows")
}

/// The sale's payment, as the till would have it made.
fn pay(sim: &Sim, sale: &str) -> String {
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", "pm_card_visa"),
        ("payment_method_types[]", "card"),
        ("confirm", "true"),
        ("metadata[countersign_sale]", sale),
        ("metadata[countersign_till]", TILL),
    ];
    let answer = sim.call(ApiRequest::post("/v1/payment_intents", &form).key(SECRET)).expect("an answer");
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// A till that was started again after three months, and has compared its last day by itself.
async fn busy() -> Counter {
    let counter = Counter::open();
    let first = counter.sell("25.00").await;
    let payment = counter.pay(first, APPROVED).await.payment_intent.expect("an id");
    counter.seconds(1).await;
    let sim = counter.sim.clone();
    let counter = counter.crash_and_start_again_after(|file| fill(&sim, file, first, &payment)).await;
    // What a list is, is held against Stripe's schema by every other test.
    counter.way.unchecked.store(true, Ordering::Relaxed);
    let mut compared = counter.till.reconciled();
    compared.wait_for(Option::is_some).await.expect("compared");
    counter
}

/// One that staff refunded elsewhere, of the middle of the three months.
fn refunded_elsewhere(counter: &Counter) -> SaleId {
    let journal = Connection::open(&counter.path).expect("the journal");
    let select = "SELECT subject, body FROM entries WHERE event = 'answered' ORDER BY seq LIMIT 1 OFFSET ?1";
    let (sale, body): (String, String) =
        journal.query_row(select, [SALES / 2], |row| Ok((row.get(0)?, row.get(1)?))).expect("a row");
    let event: serde_json::Value = serde_json::from_str(&body).expect("an event");
    let intent = event.pointer("/answer/seen/id").and_then(|id| id.as_str()).expect("an id");
    counter.at_stripe("/v1/refunds", &[("payment_intent", intent), ("amount", "600")]);
    SaleId::parse(&sale).expect("an id")
}

#[tokio::test(start_paused = true)]
async fn three_months_of_a_busy_shop_are_compared_while_it_sells() {
    let counter = busy().await;
    let refunded = refunded_elsewhere(&counter);
    let mut progress = counter.till.comparing();
    let comparing = tokio::spawn({
        let (till, now_ms) = (counter.till.clone(), i64::try_from(counter.sim.clock().now_ms()).expect("a time"));
        async move { till.reconcile(now_ms - DAYS_91_MS - 1_000, now_ms).await }
    });
    let is_half_way = |now: &Option<ComparisonProgress>| matches!(now, Some(ComparisonProgress::Comparing { compared, .. }) if *compared >= SALES / 2);
    let half = tokio::time::timeout(Duration::from_secs(3_600), progress.wait_for(is_half_way)).await;
    let half = *half.expect("it goes by slices").expect("half-way");
    let Some(ComparisonProgress::Comparing { compared: before, of }) = half else { panic!("{half:?}") };
    assert_eq!(of, SALES);
    // A sale from the key to "paid", each of whose steps comes when the one who writes sales has a moment.
    let sale = counter.sell("7.00").await;
    counter.charge(sale, APPROVED).await;
    while !matches!(counter.till.sale(sale).await.expect("it").stage, StageView::Approved { .. }) {
        tokio::task::yield_now().await;
    }
    let now = *progress.borrow();
    let Some(ComparisonProgress::Comparing { compared: after, .. }) = now else { panic!("it had to wait: {now:?}") };
    assert!(after - before < SALES / 20, "{} sales were compared while one was made", after - before);

    let told = comparing.await.expect("it").expect("compared").expect("not stopped");
    assert_eq!((told.agreement, &told.gaps[..], &told.notes[..]), (Agreement::Agrees, &[][..], &[][..]));
    assert_eq!(told.differences.len(), 1, "{:?}", told.differences);
    assert_eq!(told.differences[0].sale_id, Some(refunded.to_string()));
    assert_eq!(counter.till.sale(refunded).await.expect("it").refunds.len(), 1);
    // What Stripe really took in the span, and what the till has sold since.
    let ledger = counter.ledger();
    let all: i64 = ledger.payment_intents().filter_map(|intent| intent["amount_received"].as_i64()).sum();
    assert_eq!((told.books.payments, told.stripe.payments), (SALES, SALES));
    assert_eq!(told.stripe.money[0].amount_minor, all - 700);
    assert_eq!(told.books, told.stripe);

    is_stopped_in_the_middle(&counter).await;
}

async fn is_stopped_in_the_middle(counter: &Counter) {
    let before = counter.till.reconciliation();
    let now_ms = i64::try_from(counter.sim.clock().now_ms()).expect("a time");
    let mut progress = counter.till.comparing();
    let (told, at) = tokio::join!(counter.till.reconcile(now_ms - DAYS_91_MS - 1_000, now_ms), async {
        let begun = |now: &Option<ComparisonProgress>| matches!(now, Some(ComparisonProgress::Comparing { compared, .. }) if *compared > 0);
        let at = *progress.wait_for(begun).await.expect("begun");
        counter.till.stop_reconcile().await;
        at
    });
    assert_eq!(told.expect("no refusal"), None, "stopped at {at:?}");
    assert_eq!(counter.till.reconciliation(), before);
}

/// The times of so many sales from the wish to charge until the call is at Stripe, rising.
async fn times_to_the_call(counter: &Counter, sales: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(sales);
    for _ in 0..sales {
        let sale = counter.sell("3.00").await;
        let (attempt, card) = (counter.attempt(sale).await, counter.key(APPROVED));
        let (so_far, of_it) = (counter.way.sent_so_far(), card.to_string());
        let begun = Instant::now();
        counter.till.submit_card(sale, attempt, card).await.expect("submitted");
        while !counter.way.has_sent_since(so_far, &of_it) {
            tokio::task::yield_now().await;
        }
        times.push(begun.elapsed());
        while !matches!(counter.till.sale(sale).await.expect("it").stage, StageView::Approved { .. }) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    times.sort_unstable();
    times
}

/// `cargo test --release -p till --test flow -- --ignored --nocapture time_of_a_sale`. The simulator works in the same process, so
/// its lists cost
/// a sale something that Stripe does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes a minute, and prints figures"]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn the_time_of_a_sale_beside_a_reconcile_of_three_months() {
    let counter = busy().await;
    let told = |what: &str, times: &[Duration]| {
        let at = |hundredth: usize| times[times.len() * hundredth / 100];
        println!(
            "{what}: {} sales, median {:?}, p99 {:?}, most {:?}",
            times.len(),
            at(50),
            at(99),
            times[times.len() - 1]
        );
    };
    told("alone", &times_to_the_call(&counter, 200).await);
    let now_ms = i64::try_from(counter.sim.clock().now_ms()).expect("a time");
    let again = tokio::spawn({
        let till = counter.till.clone();
        async move {
            let mut times = Vec::new();
            loop {
                let begun = Instant::now();
                let Ok(Some(_)) = till.reconcile(now_ms - DAYS_91_MS - 1_000, now_ms).await else { return times };
                times.push(begun.elapsed());
            }
        }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    told("beside a reconcile", &times_to_the_call(&counter, 1_000).await);
    counter.till.stop_reconcile().await;
    println!("the reconciles of {SALES} sales took {:?}", again.await.expect("ended"));
    told("alone again", &times_to_the_call(&counter, 200).await);
}
