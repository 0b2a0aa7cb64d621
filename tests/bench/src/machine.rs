//! What the machine itself is like while this runs: how long the same work takes from one time to the next, and a flush of the
//! disk. What the machine does to these it does to everything else that is measured.

use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::filled::Res;
use crate::report::{Goal, Report};
use crate::timed::Timed;

const TIMES: usize = 1_000;
const FLUSHES: usize = 200;
const WORK: Duration = Duration::from_millis(1);

pub(crate) fn measure(report: &mut Report, folder: &Path) -> Res<()> {
    let steps = steps_of(WORK);
    let mut work = Timed::default();
    for _ in 0..TIMES {
        let began = Instant::now();
        count(steps);
        work.since(began);
    }
    report.add_times("the machine: a millisecond of counting", &work, None, Goal::None);
    let path = folder.join("flushed");
    let mut file = File::create(&path)?;
    let mut flush = Timed::default();
    for _ in 0..FLUSHES {
        file.write_all(&[1; 4_096])?;
        let began = Instant::now();
        file.sync_data()?;
        flush.since(began);
    }
    std::fs::remove_file(path)?;
    report.add_times("the machine: a flush of its disk", &flush, None, Goal::None);
    Ok(())
}

/// How far this machine counts in so long when nobody disturbs it.
fn steps_of(time: Duration) -> u64 {
    const SOME: u64 = 1_000_000;
    let quickest = (0..20).map(|_| {
        let began = Instant::now();
        count(SOME);
        began.elapsed()
    });
    let quickest = quickest.min().unwrap_or(time).as_nanos().max(1);
    u64::try_from(u128::from(SOME) * time.as_nanos() / quickest).unwrap_or(SOME)
}

fn count(steps: u64) {
    let mut sum = 0_u64;
    for step in 0..steps {
        sum = black_box(sum.wrapping_add(step));
    }
}
