//! The time from the press of Charge to the call, with nothing beside it and with each thing that may go on beside it.
//!
//! The machine and its disk are not the same from one second to the next, so what is compared takes turns, a few sales each.
//! The till at rest is measured twice in each turn: what these two differ by is noise, and what differs by no more is unchanged.

use std::path::Path;
use std::sync::atomic::Ordering;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use till::{Clock as _, SystemClock};

use crate::busy::{Beside, Busy, empty_log};
use crate::counter::Counter;
use crate::filing;
use crate::filled::Res;
use crate::report::{Goal, Report};
use crate::timed::Timed;
use crate::watched::Watched;

const TURNS: usize = 8;
const SALES_OF_A_TURN: usize = 25;
/// A sale writes four rows.
const SALES_OF_TWO_THOUSAND_ROWS: usize = 500;
/// What a reconcile compares is at least so many, all of them sold here: the simulator knows no others.
const SALES_OF_A_RECONCILE: usize = 4_000;
/// Two runs at rest may be alike by chance. Nobody notices a tenth of them, or of a millisecond.
const LEAST_NOISE: f64 = 1.10;
const LEAST_NOISE_MS: f64 = 0.1;

/// What was sold while the same went on beside it.
struct Sold {
    name: &'static str,
    beside: Beside,
    took: Timed,
    done: u64,
}

pub(crate) async fn measure(report: &mut Report, path: &Path, sales: u32) -> Res<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(99);
    let (counter, mut filing) = Counter::open(path).await?;
    let began_ms = SystemClock.now_ms();
    let busy = Busy::new();
    let searching = tokio::spawn(busy.clone().search(path.to_owned(), sales));
    let adding = tokio::spawn(busy.clone().add_up(path.to_owned()));
    for _ in 0..SALES_OF_A_TURN {
        counter.sell(&mut rng).await?;
    }
    let with = [("searches", Beside::Searches), ("totals", Beside::Totals)];
    take_turns(report, &counter, &busy, &with, &mut rng).await?;

    empty_log(path)?;
    let watched = Watched::log_of(path);
    busy.be(Beside::Both);
    for _ in 0..SALES_OF_TWO_THOUSAND_ROWS {
        counter.sell(&mut rng).await?;
    }
    busy.be(Beside::Nothing);
    let log = "largest write-ahead log: 2,000 rows beside searches and totals";
    report.add(log, watched.largest_mib(), None, "MiB", Goal::Below(64.0));

    report.add("damaged books thrown away", filing::thrown_away(&mut filing)?, None, "ms", Goal::None);
    let watched = Watched::log_of(path);
    let rebuilding = busy.clone().file(filing);
    take_turns(report, &counter, &busy, &[("a rebuild", Beside::Rebuild)], &mut rng).await?;
    report.add(
        "largest write-ahead log: sales beside a rebuild",
        watched.largest_mib(),
        None,
        "MiB",
        Goal::Below(64.0),
    );
    for _ in 0..SALES_OF_A_RECONCILE {
        counter.sell(&mut rng).await?;
    }
    let reconciling = tokio::spawn(busy.clone().reconcile(counter.till(), began_ms));
    take_turns(report, &counter, &busy, &[("a reconcile", Beside::Reconcile)], &mut rng).await?;
    busy.end();
    reconciling.await??;
    rebuilding.join().map_err(|_| "the rebuild fell over")??;
    searching.await??;
    adding.await??;
    counter.close().await
}

async fn take_turns(
    report: &mut Report,
    counter: &Counter,
    busy: &Busy,
    with: &[(&'static str, Beside)],
    rng: &mut ChaCha8Rng,
) -> Res<()> {
    let sold = |name, beside| Sold { name, beside, took: Timed::default(), done: 0 };
    let mut all = vec![sold("nothing", Beside::Nothing)];
    all.extend(with.iter().map(|(name, beside)| sold(name, *beside)));
    all.push(sold("nothing, once more", Beside::Nothing));
    for _ in 0..TURNS {
        for sold in &mut all {
            busy.be(sold.beside);
            let before = busy.done.load(Ordering::Relaxed);
            for _ in 0..SALES_OF_A_TURN {
                sold.took.add(counter.sell(rng).await?);
            }
            sold.done += busy.done.load(Ordering::Relaxed) - before;
        }
    }
    busy.be(Beside::Nothing);
    let (Some(again), Some(first)) = (all.pop(), all.first().map(|sold| sold.took.clone())) else { return Ok(()) };
    for percent in [50, 99] {
        let (one, other) = (first.p(percent), again.took.p(percent));
        let slower = one.max(other);
        let noise = (slower / one.min(other)).max(LEAST_NOISE).max((slower + LEAST_NOISE_MS) / slower);
        let name = |name: &str| format!("command to call beside {name}, p{percent} of {}", first.how_many());
        report.add(name(again.name), other, Some(one), "ms", Goal::None);
        for sold in &all[1..] {
            if sold.done == 0 {
                return Err(format!("{} stood still", sold.name).into());
            }
            report.add(name(sold.name), sold.took.p(percent), Some(slower), "ms", Goal::Times(noise));
        }
    }
    Ok(())
}
