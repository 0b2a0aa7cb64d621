//! A till without windows that serves customers by itself until it is killed: `autopilot JOURNAL STRIPE SEED [--finish]`.
//!
//! The real coordinator over its real database file and real HTTP. It presses what staff would press, quickly. With
//! `--finish` it takes no new sale and brings the open ones to their end. It prints a line when its journal is open, and
//! ends when its standard input closes, so that no till outlives the one who started it.
//!
//! A second is a hundredth of one here: what the till counts in ticks passes a hundred times as fast, and the network's
//! limits are shorter by as much.

#![allow(clippy::print_stdout, reason = "who started it waits for the line")]

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stripe_client::{Client, ClientConfig, HttpLimits, HttpTransport, PaymentMethodId, RetryPolicy, SecretKey};
use till::currency::Currency;
use till::journal::{Journal, Start};
use till::locale::Locale;
use till::money::Money;
use till::order::Order;
use till::view::{Action, RefundState, RefundView, SaleView, StageView};
use till::{Clock as _, OsEntropy, PaymentStep, RefundId, SaleId, SystemClock, Till, TillId, TillParts};

/// Ready-made cards: approved, no funds, challenged twice, challenged and then declined.
const CARDS: [&str; 5] = [
    "pm_card_visa",
    "pm_card_visa_chargeDeclinedInsufficientFunds",
    "pm_card_authenticationRequiredOnSetup",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
];

/// What names this till in the metadata.
const THIS_TILL: &str = "00000000-0000-4000-8000-000000000001";
/// One tick, which the till takes for a second.
const TICK: Duration = Duration::from_millis(10);
/// With so many sales unfinished no new customer is served: staff see to those first.
const QUEUE: u32 = 15;
/// Sales that are seen to at once when everything is brought to its end.
const HANDS: usize = 10;
/// How long customers who were sent to their banks are waited for at the end.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    std::thread::spawn(|| {
        // Nothing is ever written to it.
        let _closed = std::io::stdin().read(&mut [0]);
        std::process::exit(2);
    });
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
    println!("open");
    let ticking = till.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            ticking.tick().await;
        }
    });
    if rest.iter().any(|word| word == "--finish") {
        finish(&till).await;
        return Ok(());
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    loop {
        if u32::try_from(unfinished(&till).await.len()).is_ok_and(|open| open < QUEUE) {
            serve(&till, &mut rng).await?;
        } else {
            tokio::time::sleep(5 * TICK).await;
        }
        for view in unfinished(&till).await {
            press(&till, &view, rng.random_ratio(1, 6)).await;
        }
        for view in till.sales(QUEUE).await {
            if rng.random_ratio(1, 20) {
                let part = rng.random_range(1..=2);
                give_back(&till, &view, part).await;
            }
        }
    }
}

fn open(path: &Path, stripe: &str) -> Result<Till, String> {
    let key = SecretKey::parse("sk_test_tortureAccount01").map_err(|error| error.to_string())?;
    let limits = HttpLimits {
        connect: Duration::from_millis(400),
        read: Duration::from_millis(500),
        total: Duration::from_millis(600),
        ..HttpLimits::default()
    };
    let transport = HttpTransport::new(stripe, limits).map_err(|error| error.to_string())?;
    let retry = RetryPolicy { max_retries: 2, base_ms: 5, cap_ms: 50, ..RetryPolicy::default() };
    let till = TillId::parse(THIS_TILL).ok_or("no id")?;
    let start = Start { till, at_ms: SystemClock.now_ms() };
    let parts = TillParts {
        journal: Journal::open(path, "torture", start).map_err(|error| error.to_string())?,
        stripe: Client::new(ClientConfig { retry, ..ClientConfig::new(key) }, Arc::new(transport)),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        locale: Locale::by_tag("en-GB").ok_or("no locale")?,
        till,
        former_tills: Vec::new(),
        live: false,
        stripe_is_new: false,
    };
    let (till, life) = Till::start(parts).map_err(|error| error.to_string())?;
    tokio::spawn(life);
    Ok(till)
}

/// One customer, for as long as one stays.
async fn serve(till: &Till, rng: &mut ChaCha8Rng) -> Result<(), String> {
    let gbp = Currency::by_code("GBP").ok_or("no currency")?;
    let locale = Locale::by_tag("en-GB").ok_or("no locale")?;
    let money = Money::new(rng.random_range(30..50_000), gbp, locale).map_err(|error| format!("{error:?}"))?;
    let sale = SaleId::new(&OsEntropy);
    // Every other one has a reference of its own.
    let name = sale.to_string();
    let reference =
        if name.starts_with(|c: char| c.is_ascii_digit()) { format!("Order {name}") } else { String::new() };
    let order = Order::typed(money, &reference, "").map_err(|refused| format!("{refused:?}"))?;
    if till.open_sale(sale, order).await.is_err() {
        return Ok(());
    }
    for _ in 0..rng.random_range(1..10) {
        match till.payment_step(sale).await {
            PaymentStep::Card { attempt_id, .. } => {
                let card = CARDS[rng.random_range(0..CARDS.len())];
                let card = PaymentMethodId::parse(card).map_err(|error| error.to_string())?;
                drop(till.submit_card(sale, attempt_id, card.clone()).await);
                if rng.random_ratio(1, 5) {
                    drop(till.submit_card(sale, attempt_id, card).await);
                }
            }
            // The page says that the challenge is over: sometimes it is.
            PaymentStep::Authenticate { attempt_id, .. } if rng.random_ratio(1, 2) => {
                drop(till.authentication_hint(sale, attempt_id).await);
            }
            PaymentStep::Authenticate { .. } | PaymentStep::Working { .. } => {}
            PaymentStep::Done => break,
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..80))).await;
        if rng.random_ratio(1, 15) {
            drop(till.cancel(sale).await);
        }
    }
    // Some are gone and leave their sale lying; most are asked whether they pay, and give up.
    if rng.random_ratio(3, 5) {
        drop(till.cancel(sale).await);
    }
    Ok(())
}

/// Staff give back what is left, or a part of it.
async fn give_back(till: &Till, view: &SaleView, part: i64) {
    let (Some(sale), Some(refundable)) = (SaleId::parse(&view.sale_id), &view.refundable) else { return };
    let Some(refund) = RefundId::parse(&refundable.refund_id) else { return };
    drop(till.refund(sale, refund, refundable.left.amount_minor / part).await);
}

/// What staff press on a sale that waits for them.
async fn press(till: &Till, view: &SaleView, give_up: bool) {
    let Some(sale) = SaleId::parse(&view.sale_id) else { return };
    if view.unasked.is_some() {
        if give_up {
            give_back(till, view, 1).await;
        } else {
            drop(till.keep(sale).await);
        }
        return;
    }
    match view.actions.first() {
        Some(Action::Finish) if !give_up => drop(till.finish(sale).await),
        Some(Action::TryAgain) if !give_up => drop(till.try_again(sale).await),
        Some(_) if give_up => drop(till.cancel(sale).await),
        Some(_) | None => {}
    }
}

async fn unfinished(till: &Till) -> Vec<SaleView> {
    let mut views = till.sales(u32::MAX).await;
    views.retain(|view| match view.stage {
        StageView::Approved { .. } => view.unasked.is_some() || view.refunds.iter().any(in_doubt),
        StageView::Cancelled => false,
        _ => true,
    });
    views
}

fn in_doubt(refund: &RefundView) -> bool {
    matches!(refund.state, RefundState::Working | RefundState::NotKnown)
}

/// Brings everything to its end: every other payment that can still be made is made, the rest is given up.
async fn finish(till: &Till) {
    let started = Instant::now();
    loop {
        let open = unfinished(till).await;
        if open.is_empty() {
            till.shutdown().await;
            return;
        }
        let patient = started.elapsed() < PATIENCE;
        // A few at a time: a real counter has one pair of hands.
        for view in open.iter().take(HANDS) {
            let give_up = match view.stage {
                StageView::Open { .. } | StageView::Declined { .. } => true,
                StageView::NeedsAuthentication { .. } => !patient,
                _ => view.number % 2 == 0,
            };
            press(till, view, give_up).await;
        }
        tokio::time::sleep(5 * TICK).await;
    }
}
