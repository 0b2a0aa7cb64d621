//! What is checked and tested, in order: fast ones first, then real windows, and last whether all these tests would notice
//! what the change at hand could have done wrong.

use crate::bindings;
use crate::browser;
use crate::counts::Counts;
use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::mutants;
use crate::npm::{self, npm};
use crate::sdks;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// Has cargo leave out of the application what only a debug build has. All else is built as for the other tests.
const AS_SHIPPED: &str = "profile.dev.package.countersign.debug-assertions=false";
const MINUTE: Duration = Duration::from_secs(60);

/// How a suite is carried out.
pub(crate) enum Work {
    /// A command that passes or fails as a whole: it counts as one.
    Check(Command),
    /// A test runner that says how many passed; one that ran nothing has failed.
    Tests(Command),
    /// Something xtask looks at itself; each sentence is one failure.
    Look(fn(&House) -> Result<Vec<String>, Failure>),
}

/// One line of the summary.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// Longer than this and it is ended.
    pub(crate) limit: Duration,
    /// Done in full view just before, e.g. installing packages.
    pub(crate) before: fn(&House) -> Result<(), Failure>,
    pub(crate) work: Work,
    /// True when the suites after it mean nothing without it.
    pub(crate) foundation: bool,
}

impl Suite {
    fn new(name: &'static str, minutes: u32, work: Work) -> Self {
        Self { name, limit: MINUTE * minutes, before: |_| Ok(()), work, foundation: false }
    }

    fn after(mut self, before: fn(&House) -> Result<(), Failure>) -> Self {
        self.before = before;
        self
    }

    fn foundation(mut self) -> Self {
        self.foundation = true;
        self
    }
}

/// Everything but the real windows.
pub(crate) fn fast(house: &House) -> Vec<Suite> {
    let mut clippy = house.cargo(["clippy", "--workspace", "--all-targets", "--quiet"]);
    clippy.args(["--", "-D", "warnings"]);
    // What only a shipped till contains, compiled against the same dependencies as everything else.
    let mut shipped = house.cargo(["clippy", "--workspace", "--lib", "--bins", "--quiet", "--config"]);
    shipped.args([AS_SHIPPED, "--", "-D", "warnings"]);
    let mut tests = house.cargo(["test", "--workspace", "--no-fail-fast"]);
    tests.env("TS_RS_EXPORT_DIR", bindings::fresh_folder(house));
    let mut stand_in = npm(&house.stand_in_tests(), ["test"]);
    // Behind the door that checks: what the pages receive is held against Stripe's schema too.
    stand_in.env("STRIPE_SIM_BIN", sdks::checked_simulator(house));
    let mut screens = npm(&house.ui(), ["test"]);
    if let Some(browser) = browser::find() {
        stand_in.env("CHROMIUM", &browser);
        screens.env("CHROMIUM", &browser);
    }
    vec![
        Suite::new("rustfmt", 2, Work::Check(house.cargo(["fmt", "--all", "--check"]))),
        Suite::new("screens: types and lints", 5, Work::Check(npm(&house.ui(), ["run", "--silent", "check"])))
            .after(|house| npm::install(&house.ui())),
        Suite::new("screens: in a browser", 10, Work::Tests(screens)).after(npm::build_screens),
        Suite::new("clippy", 25, Work::Check(clippy)),
        Suite::new("clippy: as shipped", 15, Work::Check(shipped)),
        build_as_shipped(house),
        build(house).after(keep_as_shipped),
        Suite::new("crates", 20, Work::Tests(tests)).after(|house| bindings::clear(&bindings::fresh_folder(house))),
        Suite::new("types of the screens are fresh", 1, Work::Look(bindings::stale)),
        Suite::new("stand-in for Stripe.js: in a browser", 10, Work::Tests(stand_in))
            .after(|house| npm::install(&house.stand_in_tests())),
        python_sdk(house),
        node_sdk(house),
        requests(house),
    ]
}

/// Only Stripe's own SDKs: against the simulator, and as what the client's requests are compiled as.
pub(crate) fn sdks(house: &House) -> Vec<Suite> {
    let command = house.cargo(["build", "-p", "stripe-sim", "-p", "checked-sim"]);
    let build = Suite::new("build of the simulator", 15, Work::Check(command)).foundation();
    vec![build, python_sdk(house), node_sdk(house), requests(house)]
}

fn python_sdk(house: &House) -> Suite {
    Suite::new("Stripe's SDK for Python", 5, Work::Tests(sdks::python_suite(house))).after(sdks::install_python)
}

fn node_sdk(house: &House) -> Suite {
    Suite::new("Stripe's SDK for Node", 5, Work::Tests(sdks::node_suite(house)))
        .after(|house| npm::install(&sdks::node_folder(house)))
}

fn requests(house: &House) -> Suite {
    Suite::new("the client's requests, by Stripe's types", 5, Work::Tests(sdks::requests_suite(house)))
        .after(|house| npm::install(&sdks::node_folder(house)))
}

/// Only what the real windows need, and they themselves.
pub(crate) fn windows(house: &House, filter: &[String]) -> Vec<Suite> {
    let mut windows = house.windows_program("windows");
    windows.args(filter);
    vec![
        build_as_shipped(house).after(npm::build_screens),
        build(house).after(keep_as_shipped),
        Suite::new("real windows", 30, Work::Tests(windows)),
    ]
}

/// Real windows, where everything is built already.
pub(crate) fn windows_after_all(house: &House) -> Suite {
    Suite::new("real windows", 30, Work::Tests(house.windows_program("windows")))
}

/// What is about to land, changed here and there: for five minutes at most, and for none where no file that decides is
/// touched.
pub(crate) fn mutants_of_change() -> Suite {
    Suite::new("what a change decides is tested", 20, Work::Look(mutants::of_what_lands))
}

/// Every target at once: the tests then use the very same build of each dependency.
fn build(house: &House) -> Suite {
    let command = house.cargo(["build", "--workspace", "--all-targets"]);
    Suite::new("build", 30, Work::Check(command)).foundation()
}

/// The same with the application as it is shipped, which some tests in real windows open. Then it is kept under a name of its
/// own, because the next build takes its place.
fn build_as_shipped(house: &House) -> Suite {
    let command = house.cargo(["build", "--workspace", "--all-targets", "--config", AS_SHIPPED]);
    Suite::new("build: as shipped", 30, Work::Check(command)).foundation()
}

fn keep_as_shipped(house: &House) -> Result<(), Failure> {
    // Not copied onto: a till that still runs from it would stand in the way.
    let kept = house.as_shipped();
    let part = kept.with_extension("part");
    fs::copy(house.program("countersign"), &part).trying("keep the application as it is shipped")?;
    fs::rename(&part, &kept).trying("keep the application as it is shipped")
}

/// What came of a suite.
pub(crate) fn judged(work_is_tests: bool, succeeded: bool, output: &str) -> Counts {
    let counts = if work_is_tests { Counts::read(output) } else { Counts::default() };
    match (work_is_tests, succeeded) {
        (false, true) => Counts { passed: 1, failed: 0 },
        // A runner that ends well without having run anything has tested nothing.
        (true, true) if counts.passed == 0 => Counts { passed: 0, failed: counts.failed.max(1) },
        (true, true) => counts,
        (_, false) => Counts { passed: counts.passed, failed: counts.failed.max(1) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        assert_eq!(judged(true, true, "all good\n").failed, 1);
        assert_eq!(judged(true, true, "test result: ok. 0 passed; 0 failed;\n").failed, 1);
    }

    #[test]
    fn a_runner_that_ended_badly_has_failed_whatever_it_counted() {
        let counts = judged(true, false, "test result: ok. 3 passed; 0 failed;\n");
        assert_eq!(counts, Counts { passed: 3, failed: 1 });
    }

    #[test]
    fn a_check_counts_as_one() {
        assert_eq!(judged(false, true, "9 passed, 9 failed\n"), Counts { passed: 1, failed: 0 });
    }
}
