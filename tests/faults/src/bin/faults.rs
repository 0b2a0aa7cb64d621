//! `faults --sales N --seed S`: plays worlds until N sales were made, and stops at the first broken promise.
//!
//! `--world W` plays that one alone; `--plan FILE` plays a plan that a report wrote; `--sabotage NAME` wraps a sabotage around
//! the till, to see how it is noticed and told.

#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use countersign_faults::plan::Plan;
use countersign_faults::report::{self, Source};
use countersign_faults::run::{self, Broken, Summary};
use countersign_faults::sabotage::{self, Sabotage};
use countersign_faults::tally;

/// A world allocates all the while, in every thread: this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Wanted {
    sales: u64,
    seed: u64,
    /// Only this world, as a failure's report names it.
    world: Option<u64>,
    /// Only this plan.
    plan: Option<Plan>,
    sabotage: Option<Sabotage>,
}

fn wanted() -> Result<Wanted, String> {
    let mut wanted = Wanted { sales: 20_000, seed: 1, world: None, plan: None, sabotage: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        let number = || value.parse().map_err(|_| format!("{name}: {value} is not a number"));
        match name.as_str() {
            "--sales" => wanted.sales = number()?,
            "--seed" => wanted.seed = number()?,
            "--world" => wanted.world = Some(number()?),
            "--plan" => wanted.plan = Some(read(&value)?),
            "--sabotage" => wanted.sabotage = Some(Sabotage::by_name(&value).ok_or_else(no_such_sabotage)?),
            _ => {
                return Err(format!("{name} is not known; there are --sales, --seed, --world, --plan and --sabotage"));
            }
        }
    }
    Ok(wanted)
}

/// A plan as a report wrote it.
fn read(path: &str) -> Result<Plan, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path} is not a plan as a report writes it: {error}"))
}

fn no_such_sabotage() -> String {
    format!("there is no such sabotage; there are {}", sabotage::ALL.map(Sabotage::name).join(", "))
}

/// Plays one plan that was fed back.
fn feed_back(plan: &Plan, sabotage: Option<Sabotage>) -> ExitCode {
    match run::play_with(plan, sabotage) {
        Ok(summary) => {
            println!("All books agree: {summary:?}");
            ExitCode::SUCCESS
        }
        Err(broken) => {
            println!("The promise was broken: {}\n{}", broken.what, report::told(plan, sabotage));
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(sentence) => {
            eprintln!("faults: {sentence}");
            return ExitCode::from(2);
        }
    };
    if let Some(plan) = &wanted.plan {
        return feed_back(plan, wanted.sabotage);
    }
    let started = Instant::now();
    let (total, broken) = play_worlds(&wanted, started);
    if let Some((world, first)) = broken {
        let source = Source { seed: wanted.seed, world, sabotage: wanted.sabotage };
        println!("{}", report::report(&source, &first));
        return ExitCode::FAILURE;
    }
    println!("{}", tally::written(&total.struck));
    println!(
        "{} sales, {} paid, {} refunds, {} restarts, {} looks at an outcome that was not known, {} warnings of a sale of the same \
         amount, {} worlds with requests that came hours late: all books agree. Seed {}, {} sales a second.",
        total.sales,
        total.approved,
        total.refunds,
        total.restarts,
        total.not_known,
        total.warned,
        total.very_late,
        wanted.seed,
        per_second(total.sales, started)
    );
    ExitCode::SUCCESS
}

/// Plays worlds until there are enough sales, or the one that is wanted. Answers with what they came to, and with the first
/// in which the promise was broken.
fn play_worlds(wanted: &Wanted, started: Instant) -> (Summary, Option<(u64, Broken)>) {
    let total = Mutex::new(Summary::default());
    let next = AtomicU64::new(wanted.world.unwrap_or(0));
    let stop = AtomicBool::new(false);
    let broken: Mutex<Option<(u64, Broken)>> = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let play = || {
        while !stop.load(Ordering::Relaxed) {
            let world = next.fetch_add(1, Ordering::Relaxed);
            match run::play_with(&Plan::of_world(wanted.seed, world), wanted.sabotage) {
                Ok(summary) => {
                    let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
                    total.add(&summary);
                    if total.sales >= wanted.sales || wanted.world.is_some() {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                Err(failure) => {
                    stop.store(true, Ordering::Relaxed);
                    let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
                    if broken.as_ref().is_none_or(|(known, _)| world < *known) {
                        *broken = Some((world, failure));
                    }
                }
            }
        }
    };
    let tell = || {
        let mut told = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
            if told.elapsed() >= Duration::from_secs(5) {
                told = Instant::now();
                let sales = total.lock().unwrap_or_else(PoisonError::into_inner).sales;
                eprintln!("{sales} of {} sales, {} a second", wanted.sales, per_second(sales, started));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..if wanted.world.is_some() { 1 } else { threads } {
            scope.spawn(play);
        }
        scope.spawn(tell);
    });
    let broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    (total.into_inner().unwrap_or_else(PoisonError::into_inner), broken)
}

fn per_second(sales: u64, started: Instant) -> u64 {
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    sales.saturating_mul(1_000) / ms
}
