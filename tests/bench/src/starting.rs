//! The start of a till: from the closed journal to its first answer, with so many sales and with none.

use std::path::Path;

use crate::counter;
use crate::filled::{self, Res};
use crate::report::{Goal, Report};
use crate::timed::Timed;

const STARTS: usize = 100;
const FIVE_PERCENT: f64 = 1.05;

pub(crate) async fn measure(report: &mut Report, many: &Path, few: &Path, empty: &Path) -> Res<()> {
    filled::remove(empty);
    let [mut ours, mut theirs, mut with_few] = [const { Timed::new() }; 3];
    // The first one makes the file, and writes down what had been on its way.
    for path in [many, few, empty] {
        counter::start(path).await?;
    }
    // In turns: the disk is not the same from one second to the next.
    for _ in 0..STARTS {
        ours.add(counter::start(many).await?);
        theirs.add(counter::start(empty).await?);
        with_few.add(counter::start(few).await?);
    }
    let name = format!("start of a till, beside one with no sales, median of {STARTS}");
    report.add(name, ours.p(50), Some(theirs.p(50)), "ms", Goal::Times(FIVE_PERCENT));
    // The same handful is unfinished in both.
    let name = format!("start of a till, beside one with as many unfinished, median of {STARTS}");
    report.add(name, ours.p(50), Some(with_few.p(50)), "ms", Goal::Times(FIVE_PERCENT));
    Ok(())
}
