//! A till without windows that serves customers by itself until it is killed: `autopilot JOURNAL STRIPE SEED [--finish]`.
//!
//! The real coordinator over its real database file and real HTTP. It presses what staff would press, quickly. With
//! `--finish` it takes no new sale and brings the open ones to their end.
//!
//! A second is a fiftieth of one here: what the till counts in ticks passes fifty times as fast, and the network's limits
//! are shorter by as much.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stripe_client::{Client, ClientConfig, HttpLimits, HttpTransport, PaymentMethodId, RetryPolicy, SecretKey};
use till::currency::Currency;
use till::journal::Journal;
use till::locale::Locale;
use till::money::Money;
use till::view::{Action, SaleView, StageView};
use till::{OsEntropy, PaymentStep, SaleId, SystemClock, Till, TillId, TillParts};

/// Ready-made cards: approved, no funds, challenged twice, challenged and then declined.
const CARDS: [&str; 5] = [
    "pm_card_visa",
    "pm_card_visa_chargeDeclinedInsufficientFunds",
    "pm_card_authenticationRequiredOnSetup",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
];

/// One tick, which the till takes for a second.
const TICK: Duration = Duration::from_millis(20);
/// Sales that are seen to at once when everything is brought to its end.
const HANDS: usize = 10;
/// Until a run with `--finish` must have come to its end.
const FINISH_LIMIT: Duration = Duration::from_secs(240);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("autopilot: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [journal, stripe, seed, rest @ ..] = arguments.as_slice() else {
        return Err("it takes JOURNAL STRIPE SEED [--finish]".into());
    };
    let seed: u64 = seed.parse().map_err(|_| "SEED is a number".to_owned())?;
    let till = open(Path::new(journal), stripe)?;
    let ticking = till.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            ticking.tick().await;
        }
    });
    if rest.iter().any(|word| word == "--finish") {
        return finish(&till).await;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    loop {
        serve(&till, &mut rng).await?;
    }
}

fn open(path: &Path, stripe: &str) -> Result<Till, String> {
    let key = SecretKey::parse("sk_test_tortureAccount01").map_err(|error| error.to_string())?;
    let limits = HttpLimits {
        connect: Duration::from_millis(500),
        read: Duration::from_millis(1_000),
        total: Duration::from_millis(1_200),
        ..HttpLimits::default()
    };
    let transport = HttpTransport::new(stripe, limits).map_err(|error| error.to_string())?;
    let retry = RetryPolicy { max_retries: 2, base_ms: 10, cap_ms: 100 };
    let parts = TillParts {
        journal: Box::new(Journal::open(path, "torture").map_err(|error| error.to_string())?),
        stripe: Client::new(ClientConfig { retry, ..ClientConfig::new(key) }, Arc::new(transport)),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        locale: Locale::by_tag("en-GB").ok_or("no locale")?,
        till: TillId::parse("00000000-0000-4000-8000-000000000001").expect("an id"),
        stripe_is_new: false,
    };
    let (till, life) = Till::start(parts).map_err(|error| error.to_string())?;
    tokio::spawn(life);
    Ok(till)
}

/// One customer, and a look at what earlier ones left.
async fn serve(till: &Till, rng: &mut ChaCha8Rng) -> Result<(), String> {
    let gbp = Currency::by_code("GBP").ok_or("no currency")?;
    let locale = Locale::by_tag("en-GB").ok_or("no locale")?;
    let money = Money::new(rng.random_range(30..50_000), gbp, locale).map_err(|error| error.to_string())?;
    let sale = SaleId::new(&OsEntropy);
    if till.open_sale(sale, money).await.is_err() {
        return Ok(());
    }
    for _ in 0..rng.random_range(1..8) {
        if let PaymentStep::Card { attempt_id, .. } = till.payment_step(sale).await {
            let card = PaymentMethodId::parse(CARDS[rng.random_range(0..CARDS.len())]).map_err(|e| e.to_string())?;
            drop(till.submit_card(sale, attempt_id, card.clone()).await);
            if rng.random_ratio(1, 5) {
                drop(till.submit_card(sale, attempt_id, card).await);
            }
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..40))).await;
        if rng.random_ratio(1, 10) {
            drop(till.cancel(sale).await);
        }
    }
    for view in till.sales(100).await {
        press(till, &view, rng.random_ratio(1, 3)).await;
    }
    // Nobody leaves a sale lying for good: what is not paid by now is given up, mostly.
    if rng.random_ratio(9, 10) {
        drop(till.cancel(sale).await);
    }
    Ok(())
}

/// What staff press on a sale that waits for them.
async fn press(till: &Till, view: &SaleView, give_up: bool) {
    let Some(sale) = SaleId::parse(&view.sale_id) else { return };
    match view.actions.first() {
        Some(Action::Finish) if !give_up => drop(till.finish(sale).await),
        Some(Action::TryAgain) if !give_up => drop(till.try_again(sale).await),
        Some(_) if give_up => drop(till.cancel(sale).await),
        Some(_) | None => {}
    }
}

fn at_rest(view: &SaleView) -> bool {
    matches!(view.stage, StageView::Approved { .. } | StageView::Cancelled)
}

async fn finish(till: &Till) -> Result<(), String> {
    let started = std::time::Instant::now();
    loop {
        let views = till.sales(usize::MAX).await;
        if views.iter().all(at_rest) {
            till.shutdown().await;
            return Ok(());
        }
        if started.elapsed() > FINISH_LIMIT {
            let open: Vec<_> = views.iter().filter(|view| !at_rest(view)).collect();
            return Err(format!("these sales did not come to rest: {open:?}"));
        }
        // A few at a time: a real counter has one pair of hands.
        for view in views.iter().filter(|view| !at_rest(view)).take(HANDS) {
            let idle = matches!(view.stage, StageView::Open { .. } | StageView::Declined { .. });
            press(till, view, idle || view.number % 2 == 0).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
