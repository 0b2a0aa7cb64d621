//! `torture --kills N [--seed S]`: the real till as a process with its real database file, killed at random moments.
//!
//! This process is Stripe: the simulator on a real loopback socket, with random faults, and the customers who decide their
//! banks' challenges. The till is another process (`autopilot`), which is sent SIGKILL and started again, N times. At the
//! end the faults stop, the till brings every sale to its end, and its whole journal is held against the simulator's ledger.

#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use countersign_faults::books;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stripe_sim::{ApiRequest, Fault, FaultRule, Moment, Outcome, Sim, SimOptions, When};
use till::journal::Journal;
use till::machine;
use till::sale::Stage;

/// The account that the till sells for.
const ACCOUNT: &str = "sk_test_tortureAccount01";

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
    fn command(&self, seed: u64) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(&self.journal).arg(&self.stripe).arg(seed.to_string());
        command
    }

    fn start(&self, seed: u64) -> Result<Child, String> {
        self.command(seed)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("the till does not start: {error}"))
    }
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
    let mut rng = ChaCha8Rng::seed_from_u64(wanted.seed);
    let mut told = Instant::now();
    for kill in 0..wanted.kills {
        let mut child = till.start(rng.random_range(0..u64::MAX))?;
        tokio::time::sleep(Duration::from_millis(rng.random_range(5..400))).await;
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("the till ended by itself: {status}"));
        }
        child.kill().map_err(|error| error.to_string())?;
        child.wait().map_err(|error| error.to_string())?;
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            eprintln!("{kill} of {} kills", wanted.kills);
        }
    }
    sim.faults().clear();
    let finished = tokio::task::spawn_blocking({
        let mut command = till.command(0);
        command.arg("--finish").stdin(Stdio::null()).stderr(Stdio::inherit());
        move || command.output()
    });
    let output = finished.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("the till did not come to its end; its journal is {}", till.journal.display()));
    }
    let (sales, paid) = compare(&sim, &till.journal)?;
    drop(std::fs::remove_dir_all(&folder));
    Ok(format!(
        "{} kills, {sales} sales, {paid} paid: both books agree. Seed {}, {} s.",
        wanted.kills,
        wanted.seed,
        started.elapsed().as_secs()
    ))
}

/// What the network and Stripe do to one call in ten or so.
fn trouble(sim: &Sim) {
    let rule = |path: &str, chance, moment, fault| {
        let rule = FaultRule { method: None, path: path.to_owned(), when: When::Chance(chance), moment, fault };
        sim.faults().add(rule);
    };
    for path in ["/v1/payment_intents", "/v1/payment_intents/*"] {
        rule(path, 0.02, Moment::Before, Fault::Drop);
        rule(path, 0.04, Moment::After, Fault::Drop);
        rule(path, 0.03, Moment::After, Fault::Delay { ms: 150 });
        rule(path, 0.01, Moment::Before, Fault::Delay { ms: 1_500 });
        rule(path, 0.02, Moment::After, Fault::Status { status: 502, should_retry: None });
        rule(path, 0.01, Moment::Before, Fault::Status { status: 429, should_retry: None });
        rule(path, 0.01, Moment::After, Fault::Torn);
        rule(path, 0.01, Moment::After, Fault::NotJson);
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

/// The journal's last word on every sale against the ledger.
fn compare(sim: &Sim, journal: &Path) -> Result<(usize, u32), String> {
    let journal = Journal::open(journal, "torture").map_err(|error| error.to_string())?;
    let entries = journal.load(u32::MAX).map_err(|error| error.to_string())?;
    let sales = machine::replay(&entries).map_err(|error| error.to_string())?;
    let mut taken = books::taken(sim);
    let mut paid = 0;
    for sale in sales.values() {
        let of_sale = taken.remove(&sale.id.to_string()).unwrap_or_default();
        let about = |what: &str| Err(format!("sale {}: {what}: {:?}; taken {of_sale:?}", sale.number, sale.stage));
        let (charges, amount_minor) = match sale.stage {
            Stage::Approved(_) => (1, sale.money.amount_minor()),
            Stage::Cancelled => (0, 0),
            _ => return about("it was left unresolved"),
        };
        if (of_sale.charges, of_sale.amount_minor) != (charges, amount_minor) {
            return about("the books differ");
        }
        if of_sale.payment_intents > 1 {
            return about("it has more than one PaymentIntent");
        }
        paid += charges;
    }
    if let Some((sale, taken)) = taken.into_iter().find(|(_, taken)| taken.charges > 0) {
        return Err(format!("a charge that the till does not know: {sale}: {taken:?}"));
    }
    if paid == 0 {
        return Err("nobody paid: the proof is worth nothing".into());
    }
    Ok((sales.len(), paid))
}
