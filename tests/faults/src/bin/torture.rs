//! `torture --kills N [--seed S]`: the real till as a process with its real database file, killed at random moments.
//!
//! This process is Stripe: the simulator on a real loopback socket, with random faults, and the customers who decide their
//! banks' challenges. The till is another process (`autopilot`), which is sent SIGKILL and started again, N times. What it
//! had sent by then arrives all the same, sometimes only when the next till has begun to look. After each kill the journal
//! is read (a copy of it) for where the kill landed, and what it tells is held against the simulator's ledger. At the end
//! the faults stop, the till brings every sale to its end, and its whole journal is held against the ledger.
//!
//! Lives are of three kinds: ended while the process starts; ended soon after the journal was opened, in the recovery or
//! among customers; and long enough for a lost call to be taken for lost. The seed decides the draws; the machine's own timing decides what they meet, so no two runs are the same.

#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use countersign_faults::books::{self, Taken};
use countersign_faults::kills::{Kills, Remains};
use countersign_faults::records;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stripe_sim::{ApiRequest, Fault, FaultRule, Moment, Outcome, Sim, SimOptions, When};
use till::journal::Journal;
use till::machine;
use till::refund::{Refund, RefundStage};
use till::sale::{Sale, Stage};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The account that the till sells for.
const ACCOUNT: &str = "sk_test_tortureAccount01";
/// Whose journal it is.
const OF: &str = "torture";
/// So many kills must have landed in several places.
const FEW: u32 = 30;
/// So many kills must have landed everywhere, or they prove too little.
const MANY: u32 = 500;
/// A till opens its journal in this time, on however slow a machine.
const OPENING: Duration = Duration::from_secs(60);
/// Until the last life, without faults, must have brought everything to its end.
const LAST_LIFE: Duration = Duration::from_secs(180);

struct Wanted {
    kills: u32,
    seed: u64,
}

fn wanted() -> Result<Wanted, String> {
    let mut wanted = Wanted { kills: 100, seed: 1 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a number"))?;
        let wrong = |_| format!("{name}: {value} is not a number");
        match name.as_str() {
            "--kills" => wanted.kills = value.parse().map_err(wrong)?,
            "--seed" => wanted.seed = value.parse().map_err(wrong)?,
            _ => return Err(format!("{name} is not known; there are --kills and --seed")),
        }
    }
    Ok(wanted)
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match wanted() {
        Ok(wanted) => torture(&wanted).await,
        Err(sentence) => Err(sentence),
    };
    match result {
        Ok(sentence) => {
            println!("{sentence}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            println!("The promise was broken, or the proof: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// The till's program and its journal.
struct TillProcess {
    program: PathBuf,
    journal: PathBuf,
    stripe: String,
}

impl TillProcess {
    /// Starts a till. It ends by itself when this process does: its standard input closes.
    fn start(&self, seed: u64, last: bool) -> Result<Child, String> {
        let mut command = Command::new(&self.program);
        command.arg(&self.journal).arg(&self.stripe).arg(seed.to_string());
        if last {
            command.arg("--finish");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        command.spawn().map_err(|error| format!("the till does not start: {error}"))
    }

    /// Lets a till live for so long, and kills it.
    async fn live_and_die(&self, seed: u64, life: Life) -> Result<(), String> {
        let mut child = self.start(seed, false)?;
        if life.from_opening {
            opened(&mut child).await?;
        }
        tokio::time::sleep(life.length).await;
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("the till ended by itself: {status}"));
        }
        // SIGKILL, and waits until it is gone.
        child.kill().await.map_err(|error| error.to_string())
    }

    /// The last life: it ends when every sale has.
    async fn finish(&self) -> Result<(), String> {
        let mut child = self.start(0, true)?;
        match tokio::time::timeout(LAST_LIFE, child_ended(&mut child)).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the till did not bring its sales to their end".into()),
            Ok(Err(sentence)) => Err(sentence),
            Err(_elapsed) => Err(format!("the till did not bring its sales to their end in {} s", LAST_LIFE.as_secs())),
        }
    }
}

/// Whether it ended well. Its standard input stays open meanwhile: it would end by that.
async fn child_ended(child: &mut Child) -> Result<bool, String> {
    let _open = child.stdin.take();
    child.wait().await.map(|status| status.success()).map_err(|error| error.to_string())
}

/// Waits for the line with which a till says that its journal is open.
async fn opened(child: &mut Child) -> Result<(), String> {
    let stdout = child.stdout.take().ok_or("the till has no standard output")?;
    let mut line = String::new();
    match tokio::time::timeout(OPENING, BufReader::new(stdout).read_line(&mut line)).await {
        Ok(Ok(length)) if length > 0 => Ok(()),
        Ok(_) => Err("the till ended by itself while it was opened".into()),
        Err(_elapsed) => Err(format!("the till was not open after {} s", OPENING.as_secs())),
    }
}

/// How long a till lives.
struct Life {
    /// Counted from the line with which it says that its journal is open; else from the start of the process.
    from_opening: bool,
    length: Duration,
}

/// How long the next till lives.
fn life(rng: &mut ChaCha8Rng) -> Life {
    let (from_opening, length_ms) = match rng.random_range(0..100) {
        0..12 => (false, rng.random_range(0..40)),
        12..92 => (true, rng.random_range(0..400)),
        // Long enough for a lost call to be taken for lost, and for customers to be served.
        _ => (true, rng.random_range(2_500..4_500)),
    };
    Life { from_opening, length: Duration::from_millis(length_ms) }
}

async fn torture(wanted: &Wanted) -> Result<String, String> {
    let started = Instant::now();
    let folder = std::env::temp_dir().join(format!("countersign-torture-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let sim = Sim::new(SimOptions { seed: wanted.seed, ..SimOptions::default() });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
    let stripe = format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    let serving = sim.clone();
    tokio::spawn(async move { drop(serving.serve(listener, std::future::pending()).await) });
    tokio::spawn(customers(sim.clone(), wanted.seed));
    let beside = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("autopilot");
    let till = TillProcess { program: beside, journal: folder.join("torture.sqlite"), stripe };
    trouble(&sim);
    let kept = |what: String| format!("{what}\n(the journal is {})", till.journal.display());
    let kills = kill_again_and_again(wanted, &till, &sim, &folder).await.map_err(kept)?;
    sim.faults().clear();
    eprintln!("{} of {} kills; the last life, without faults", wanted.kills, wanted.kills);
    till.finish().await.map_err(kept)?;
    let Sum { sales, paid, refunds } = compare(&sim, &till.journal).map_err(kept)?;
    drop(std::fs::remove_dir_all(&folder));
    let ledger = sim.ledger();
    println!("{}", kills.tables(&ledger));
    if wanted.kills >= FEW
        && let Some(sentence) = kills.too_narrow(&ledger)
    {
        return Err(sentence);
    }
    let missed = kills.missed(&ledger);
    if wanted.kills >= MANY && !missed.is_empty() {
        return Err(format!("no kill landed here: {}", missed.join("; ")));
    }
    Ok(format!(
        "{} kills, {sales} sales, {paid} paid, {refunds} refunds: both books agree. Seed {}, {} s.",
        wanted.kills,
        wanted.seed,
        started.elapsed().as_secs()
    ))
}

async fn kill_again_and_again(wanted: &Wanted, till: &TillProcess, sim: &Sim, folder: &Path) -> Result<Kills, String> {
    let mut rng = ChaCha8Rng::seed_from_u64(wanted.seed);
    let mut kills = Kills::default();
    let mut told = Instant::now();
    for kill in 1..=wanted.kills {
        let life = life(&mut rng);
        till.live_and_die(rng.random_range(0..u64::MAX), life).await?;
        let killed_at_ms = sim.clock().now_ms();
        // Killed before it made its journal: there is nothing to read yet.
        if till.journal.exists() {
            let remains = Remains::read(&till.journal, folder, OF)?;
            kills.note(&remains, killed_at_ms);
            // Taken after the journal was written: what was told then must be so now.
            if kill % 10 == 0 {
                let taken = books::taken(sim, &BTreeSet::new());
                for sale in remains.sales.values() {
                    told_right(sale, &taken.get(&sale.id.to_string()).cloned().unwrap_or_default())?;
                }
            }
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            eprintln!("{kill} of {} kills", wanted.kills);
        }
    }
    Ok(kills)
}

/// What the network and Stripe do to one call in seven or so. The till's limits are a hundredth of the real ones here, and
/// so are these times: an ordinary call takes some milliseconds, and 700 ms are beyond every limit.
fn trouble(sim: &Sim) {
    let status = |status| Fault::Status { status, should_retry: None };
    let late = |ms| Fault::Delay { ms };
    let rules = [
        (0.5, Moment::Before, late(4)),
        (0.3, Moment::Before, late(11)),
        (0.5, Moment::After, late(4)),
        (0.3, Moment::After, late(11)),
        (0.03, Moment::After, late(90)),
        // Lost before it arrived; its answer lost.
        (0.02, Moment::Before, Fault::Drop),
        (0.03, Moment::After, Fault::Drop),
        // Slow beyond every limit, on the way there and on the way back.
        (0.01, Moment::Before, late(700)),
        (0.01, Moment::After, late(700)),
        // A bad day at Stripe, or at what stands before it.
        (0.01, Moment::Before, status(409)),
        (0.01, Moment::Before, status(429)),
        (0.01, Moment::Before, status(500)),
        (0.01, Moment::After, status(500)),
        (0.01, Moment::Before, status(502)),
        (0.01, Moment::After, status(502)),
        (0.01, Moment::After, Fault::Torn),
        (0.01, Moment::After, Fault::NotJson),
    ];
    for path in ["/v1/payment_intents", "/v1/payment_intents/*", "/v1/refunds"] {
        for (chance, moment, fault) in rules {
            let when = When::Chance(chance);
            sim.faults().add(FaultRule { method: None, path: path.to_owned(), when, moment, fault });
        }
    }
}

/// Customers meet their banks' challenges after a while: most pass. Only the newest payments are looked through: the whole
/// ledger grows too long to be read every few milliseconds.
async fn customers(sim: Sim, seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xc0ff_ee00);
    loop {
        tokio::time::sleep(Duration::from_millis(15)).await;
        let newest = ApiRequest::get("/v1/payment_intents?limit=20").key(ACCOUNT);
        // The network's faults strike the customers too; they come again.
        let Ok(page) = sim.call(newest) else { continue };
        let page = page.json();
        let intents = page["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        for intent in intents.iter().filter(|intent| intent["status"] == "requires_action") {
            if !rng.random_ratio(1, 3) {
                continue;
            }
            let outcome = match rng.random_range(0..6) {
                0 => Outcome::Fail,
                1 => Outcome::Cancel,
                _ => Outcome::Complete,
            };
            // It may have been decided or cancelled meanwhile.
            drop(sim.challenge(intent["id"].as_str().unwrap_or_default(), outcome));
        }
    }
}

/// One sale as the journal has it against what Stripe took for it, at any time.
fn told_right(sale: &Sale, taken: &Taken) -> Result<(), String> {
    let about = |what: &str| Err(format!("sale {}: {what}: {:?}; taken {taken:?}", sale.number, sale.stage));
    if taken.payment_intents > 1 || taken.charges > 1 {
        return about("there is more than one payment");
    }
    if taken.charges == 1 && (taken.amount_minor != sale.total().amount_minor() || taken.currencies != ["gbp"]) {
        return about("the customer was charged another amount");
    }
    let reference = sale.order.reference.as_ref().map(|reference| reference.as_str());
    if taken.references.iter().any(|told| told.as_deref() != reference) {
        return about("its payment carries another reference");
    }
    let given = |counts: fn(&Refund) -> bool| -> i64 {
        sale.refunds.iter().filter(|refund| counts(refund)).map(|refund| refund.amount_minor).sum()
    };
    if taken.refunded_minor > taken.amount_minor {
        return about("more was given back than was taken");
    }
    if taken.refunded_minor < given(|refund| refund.stage == RefundStage::Succeeded) {
        return about("it is told as given back, and it is not");
    }
    if taken.refunded_minor > given(Refund::counts) {
        return about("it is told as not given back, and it is");
    }
    match sale.stage {
        Stage::Approved(_) if taken.charges == 0 => about("it is told as paid, and it is not"),
        Stage::Cancelled | Stage::Open { .. } | Stage::Declined(_) if taken.charges > 0 => {
            about("it is told as not charged, and it is")
        }
        _ => Ok(()),
    }
}

/// What both books agree on.
struct Sum {
    sales: usize,
    paid: u32,
    refunds: usize,
}

/// The journal's last word on every sale against the ledger.
fn compare(sim: &Sim, journal: &Path) -> Result<Sum, String> {
    let journal =
        records::start().and_then(|start| Journal::open(journal, OF, start)).map_err(|error| error.to_string())?;
    let entries = journal.load(u32::MAX).map_err(|error| error.to_string())?;
    let sales = machine::replay(&entries).map_err(|error| error.to_string())?;
    let mut taken = books::taken(sim, &BTreeSet::new());
    let mut sum = Sum { sales: sales.len(), paid: 0, refunds: 0 };
    for sale in sales.values() {
        let of_sale = taken.remove(&sale.id.to_string()).unwrap_or_default();
        told_right(sale, &of_sale)?;
        sum.refunds += sale.refunds.iter().filter(|refund| refund.counts()).count();
        match sale.stage {
            Stage::Approved(_) if !sale.refunds.iter().any(Refund::in_doubt) && !sale.paid_unasked() => sum.paid += 1,
            Stage::Cancelled => {}
            _ => return Err(format!("sale {} was left unresolved: {:?}; taken {of_sale:?}", sale.number, sale.stage)),
        }
    }
    if let Some((sale, taken)) = taken.into_iter().find(|(_, taken)| taken.charges > 0) {
        return Err(format!("a charge that the till does not know: {sale}: {taken:?}"));
    }
    if sum.paid == 0 {
        return Err("nobody paid: the proof is worth nothing".into());
    }
    Ok(sum)
}
