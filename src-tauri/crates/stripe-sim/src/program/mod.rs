//! The program around the simulator: command line, log, state file, start and stop. Nothing of Stripe is decided here.

pub(crate) mod arguments;
mod log;
mod state_file;
mod stop;
mod switches;

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::time::{Duration, Instant};

use stripe_sim::Sim;
use tokio::net::TcpListener;

use self::arguments::Arguments;
use self::state_file::StateFile;

/// The state is saved at most this often.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// Of the time that passes, at most this part goes into saving: a large state is saved less often.
const SAVING_SHARE: u32 = 10;

/// Serves until it is told to stop.
///
/// # Errors
/// A sentence that says what stood in the way.
pub(crate) async fn serve(arguments: Arguments) -> Result<(), String> {
    let Arguments { host, port, mut options, seed, state, quiet } = arguments;
    let control = options.control;
    log::start(!quiet);
    let state = state.as_deref().map(StateFile::take).transpose()?;
    let listener = TcpListener::bind((host, port)).await.map_err(|error| {
        format!("{host} port {port} cannot be opened: {error}. Choose another with --port, or let --port 0 find one.")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    options.seed = seed.unwrap_or_else(any_seed);
    let chosen = options.seed;
    let loaded = state.as_ref().map(|file| file.load(options.clone())).transpose()?.flatten();
    let is_new = loaded.is_none();
    let sim = loaded.unwrap_or_else(|| Sim::new(options));
    let saved = sim.changes();
    if let Some(file) = &state {
        // Whether the file can be written shows now, not when the first payment is lost.
        file.save(&sim)?;
    }

    let stop_wanted = stop::wanted().map_err(|error| format!("Ctrl-C cannot be listened for: {error}."))?;
    // The address is this program's answer, on a line of its own. Whoever closed the output does not want it.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "http://{address}").and_then(|()| stdout.flush());
    greet(&sim, is_new.then_some(chosen), seed.is_some(), state.is_some());
    if !host.is_loopback() {
        ::log::warn!(
            "listening on {host}: every machine that reaches this address may use the simulator{}.",
            if control { ", and move its clock, read its ledger and reset it" } else { "" }
        );
    }

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let keeper = state.map(|file| tokio::spawn(keep(file, sim.clone(), saved, stopped)));
    let served = sim.serve(listener, stop_wanted).await.map_err(|error| error.to_string());
    drop(stop);
    ::log::logger().flush();
    if let Some(keeper) = keeper {
        keeper.await.map_err(|error| error.to_string())??;
        eprintln!("Stopped. The state is saved.");
    } else {
        eprintln!("Stopped.");
    }
    served
}

/// A seed that no other start has.
fn any_seed() -> u64 {
    RandomState::new().hash_one("seed")
}

fn greet(sim: &Sim, seed: Option<u64>, seed_given: bool, kept: bool) {
    eprintln!(
        "stripe-sim {}: a simulated Stripe. No real card is charged, and no money moves.",
        env!("CARGO_PKG_VERSION")
    );
    eprintln!("  keys     any sk_test_X with pk_test_X; each X is an account of its own. Live keys are refused.");
    eprintln!("  control  {}", if sim.options().control { "on, under /_sim/" } else { "off (--control turns it on)" });
    match (seed, kept) {
        (Some(seed), true) => eprintln!("  state    new, seed {seed}"),
        (Some(seed), false) => eprintln!("  state    not kept (--state FILE keeps it), seed {seed}"),
        (None, _) => eprintln!(
            "  state    goes on: {} payments{}",
            sim.payment_intents(),
            if seed_given { ". Its own seed goes on too; --seed is for a new state" } else { "" }
        ),
    }
}

/// Saves the state a moment after it has changed, and once more at the end. `saved`: the changes that the file knows of.
async fn keep(
    file: StateFile,
    sim: Sim,
    mut saved: u64,
    mut stopped: tokio::sync::oneshot::Receiver<()>,
) -> Result<(), String> {
    let mut pause = SAVE_EVERY;
    let mut failing = false;
    loop {
        let stops = tokio::select! {
            _ = &mut stopped => true,
            () = tokio::time::sleep(pause) => false,
        };
        let seen = sim.changes();
        if stops {
            return file.save(&sim);
        }
        if seen == saved && !failing {
            continue;
        }
        let begun = Instant::now();
        let result = tokio::task::block_in_place(|| file.save(&sim));
        pause = SAVE_EVERY.max(begun.elapsed() * SAVING_SHARE);
        match result {
            Ok(()) => {
                if failing {
                    ::log::info!("the state is saved again.");
                }
                (saved, failing) = (seen, false);
            }
            Err(why) => {
                if !failing {
                    ::log::error!("{why}");
                }
                failing = true;
            }
        }
    }
}
