//! `test`: runs the suites one after the other and says what came of them.

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::needs::{self, Purpose};
use crate::run::linux_only;
use crate::step;
use crate::suites::{self, Suite, Work, judged};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Which tests are wanted.
pub(crate) enum Scope {
    Everything,
    /// All but the real windows.
    Fast,
    /// Only Stripe's own SDKs: against the simulator, and as what the client's requests are compiled as.
    Sdks,
    /// The real windows whose test's name contains one of the words; all without words.
    Windows(Vec<String>),
}

/// A line of the summary.
struct Line {
    name: &'static str,
    counts: Counts,
    took: Duration,
}

/// Runs everything in scope; fails when anything failed.
pub(crate) fn test(house: &House, scope: &Scope) -> Result<(), Failure> {
    let started = Instant::now();
    let suites = prepare(house, scope)?;
    let total = suites.len();
    let mut lines: Vec<Line> = Vec::with_capacity(total);
    for (index, suite) in suites.into_iter().enumerate() {
        println!("[{}/{total}] {}", index + 1, suite.name);
        let foundation = suite.foundation;
        let line = carry_out(house, suite);
        let failed = line.counts.failed > 0;
        lines.push(line);
        if failed && foundation {
            println!("      the suites after this one mean nothing without it, and are left out");
            break;
        }
    }
    summarise(house, &lines, started.elapsed())
}

fn prepare(house: &House, scope: &Scope) -> Result<Vec<Suite>, Failure> {
    match scope {
        Scope::Everything => {
            linux_only()?;
            needs::ensure(house, &[Purpose::Build, Purpose::Browser, Purpose::Sdks, Purpose::Windows])?;
            needs::ensure_cargo_components(house)?;
            let mut suites = suites::fast(house);
            suites.push(suites::windows_after_all(house));
            suites.push(suites::mutants_of_change());
            Ok(suites)
        }
        Scope::Fast => {
            needs::ensure(house, &[Purpose::Build, Purpose::Browser, Purpose::Sdks])?;
            needs::ensure_cargo_components(house)?;
            Ok(suites::fast(house))
        }
        Scope::Sdks => {
            needs::ensure(house, &[Purpose::Sdks])?;
            Ok(suites::sdks(house))
        }
        Scope::Windows(filter) => {
            linux_only()?;
            needs::ensure(house, &[Purpose::Build, Purpose::Windows])?;
            Ok(suites::windows(house, filter))
        }
    }
}

fn carry_out(house: &House, suite: Suite) -> Line {
    let started = Instant::now();
    let (counts, trouble) = match attempt(house, suite.work, suite.before, suite.name, suite.limit) {
        Ok(outcome) => outcome,
        Err(failure) => (Counts { passed: 0, failed: 1 }, Some(failure.to_string())),
    };
    if let Some(output) = trouble {
        println!("{output}");
        println!("      FAILED: {} (its output is above)", suite.name);
    }
    Line { name: suite.name, counts, took: started.elapsed() }
}

/// Counts, and the output in full when something failed.
fn attempt(
    house: &House,
    work: Work,
    before: fn(&House) -> Result<(), Failure>,
    name: &str,
    limit: Duration,
) -> Result<(Counts, Option<String>), Failure> {
    before(house)?;
    let log = log_of(house, name);
    let (tests, mut command) = match work {
        Work::Look(look) => {
            let sentences = look(house)?;
            let counts = match u32::try_from(sentences.len()).unwrap_or(u32::MAX) {
                0 => Counts { passed: 1, failed: 0 },
                failed => Counts { passed: 0, failed },
            };
            let trouble = (!sentences.is_empty()).then(|| sentences.join("\n"));
            println!("      {} passed, {} failed", counts.passed, counts.failed);
            return Ok((counts, trouble));
        }
        Work::Check(command) => (false, command),
        Work::Tests(command) => (true, command),
    };
    let logged = step::logged(&mut command, &log, limit)?;
    let counts = judged(tests, logged.succeeded, &logged.output);
    println!(
        "      {} passed, {} failed in {} (log: {})",
        counts.passed,
        counts.failed,
        time(logged.took),
        log.display()
    );
    Ok((counts, (counts.failed > 0).then_some(logged.output)))
}

fn log_of(house: &House, name: &str) -> PathBuf {
    let file: String =
        name.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect();
    house.own().join(format!("{file}.txt"))
}

fn summarise(house: &House, lines: &[Line], took: Duration) -> Result<(), Failure> {
    println!("\n{:<40} {:>7} {:>7} {:>9}", "suite", "passed", "failed", "time");
    for line in lines {
        let Counts { passed, failed } = line.counts;
        println!("{:<40} {passed:>7} {failed:>7} {:>9}", line.name, time(line.took));
    }
    println!("{:<40} {:>7} {:>7} {:>9}", "", "", "", time(took));
    let sum = lines.iter().map(|line| line.counts).fold(Counts::default(), Counts::plus);
    println!("Logs are in {}.\n", house.own().display());
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed == 0 && !sum.none() {
        return Ok(());
    }
    let names: Vec<&str> = lines.iter().filter(|line| line.counts.failed > 0).map(|line| line.name).collect();
    Err(Failure::new(format!("Failed: {}.", names.join(", "))))
}

fn time(took: Duration) -> String {
    format!("{}:{:02} min", took.as_secs() / 60, took.as_secs() % 60)
}
