//! `cargo xtask`: the house's own commands. Two of them are all a newcomer needs: `run` and `test`.
//!
//! The room knows how the house is built, started and checked, and what a machine needs for it. It has almost no
//! dependencies, so that it is there within seconds of a fresh clone.
//!
//! Deliberately not here: anything about payments, and how the windows are driven (that is `tests/`).
#![allow(clippy::print_stdout, reason = "a command line program talks through its standard output")]

mod apt;
mod bench;
mod bindings;
mod browser;
mod compare;
mod counts;
mod failure;
mod faults;
mod house;
mod mutants;
mod needs;
mod npm;
mod pictures;
mod run;
mod sdks;
mod step;
mod suites;
mod test;

use failure::Failure;
use house::House;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  run                     build Countersign and open it, in training mode if no account is set up.
                          Without a display it does what `demo` does.
  test                    every check and every test, fast ones first, real windows last
  test fast               the same without the real windows
  test sdks               only Stripe's own SDKs: against the simulator, and to compile the client's requests
  test windows [words]    only the real windows; with words, only the tests whose name contains one
  demo                    take five payments in real windows, print what happened, and leave
                          a picture of each step in target/demo/
  pictures                a picture of every screen, light and dark, in each language, large and small, and of the
                          real windows, with a page to leaf through: target/pictures/index.html;
                          `pictures screens`: without the real windows
  faults [--sales N] [--seed S]
                          play sales under faults on a simulated clock, and hold the till's books
                          against the simulator's ledger; --world N plays one world again, --plan FILE
                          one schedule, --sabotage NAME a till that breaks the promise
  torture [--kills N] [--seed S]
                          kill the till's process at random moments, start it again, and compare
                          its journal with the simulator's ledger
  mutants [words]         change the files that decide, one small thing at a time, and see whether a test notices;
                          with words, only files whose path contains one. Stopped, it goes on where it was.
                          --minutes N ends it, --again tries anew what survived, --table only tells what is known,
                          --in-diff BASE takes only what changed since (`auto`: what is about to land), for 5 minutes
  compare [--reasons]     this simulator of Stripe beside localstripe and stripe-stateful-mock, feature by feature,
                          through the official SDK
  compare speed [calls]   how fast payments are made, beside localstripe
  bench books [--sales N] how fast the books answer at a million sales, beside a thousand; what is bounded, and what
                          stays as it was beside it: target/bench/books.json. Takes 6 GB of disk, --data FOLDER says where
  types                   write the TypeScript side of the Rust types to ui/shared/bindings/
  help                    this page

Each command installs what it needs first: Debian and Ubuntu packages, npm packages, the WebDriver.
On another system it names what is missing. It keeps to CARGO_TARGET_DIR when that is set.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["run"] => run::run(&House::find()?),
        ["demo"] => run::demo(&House::find()?),
        ["pictures"] => pictures::take(&House::find()?, pictures::Of::Everything),
        ["pictures", "screens"] => pictures::take(&House::find()?, pictures::Of::Screens),
        ["faults", arguments @ ..] => faults::faults(&House::find()?, arguments),
        ["torture", arguments @ ..] => faults::torture(&House::find()?, arguments),
        ["mutants", arguments @ ..] => mutants::mutants(&House::find()?, arguments),
        ["compare", "speed", calls @ ..] => compare::speed(&House::find()?, calls),
        ["compare", arguments @ ..] => compare::features(&House::find()?, arguments),
        ["bench", arguments @ ..] => bench::bench(&House::find()?, arguments),
        ["types"] => bindings::write(&House::find()?),
        ["test"] => test::test(&House::find()?, &test::Scope::Everything),
        ["test", "fast"] => test::test(&House::find()?, &test::Scope::Fast),
        ["test", "sdks"] => test::test(&House::find()?, &test::Scope::Sdks),
        ["test", "windows", filter @ ..] => {
            let filter = filter.iter().map(ToString::to_string).collect();
            test::test(&House::find()?, &test::Scope::Windows(filter))
        }
        other => Err(Failure::new(format!("There is no `cargo xtask {}`.\n\n{HELP}", other.join(" ")))),
    }
}
