//! `mutants`: changes the files that decide, one small thing at a time, and sees whether a test notices.
//!
//! The changes are cargo-mutants'. What came of each is kept in `target/mutants/done.json`, so a run can be stopped at any
//! time and goes on where it was. A mutant goes through rounds of tests, the quickest first, until one notices it. Those that
//! change nothing stand in `.docs/mutants.md`.

mod change;
mod deciding;
mod done;
mod lab;
mod listed;
mod mutant;
mod table;
mod tree;
mod wanted;

use crate::failure::Failure;
use crate::house::House;
use crate::needs::{self, Purpose};
use deciding::Round;
use done::{Done, Standing};
use lab::Lab;
use listed::Listed;
use mutant::{Mutant, Outcome};
use std::fs;
use std::time::{Duration, Instant};
use wanted::Wanted;

/// For what a change touches: the rest of the checks takes half an hour, and nobody waits for an hour.
const BOX: Duration = Duration::from_secs(5 * 60);
/// A slice is what one start of cargo-mutants gets.
const SLICE: usize = 20;
/// The rate is told after so many.
const RATE_AFTER: usize = 50;

/// `mutants [--in-diff BASE] [--minutes N] [--again] [--table] [words]`.
pub(crate) fn mutants(house: &House, arguments: &[&str]) -> Result<(), Failure> {
    let wanted = Wanted::read(arguments)?;
    if let Some(base) = &wanted.base {
        return match of_change(house, base)?.as_slice() {
            [] => Ok(()),
            sentences => Err(Failure::new(sentences.join("\n"))),
        };
    }
    needs::ensure(house, &[Purpose::Mutants])?;
    let mut book = Book::open(house, None)?;
    let faults = book.listed.faults(&book.all);
    let chosen = wanted.of(&book.all);
    if wanted.again {
        book.forget_survivors(&chosen);
    }
    if !wanted.table {
        book.run(&chosen, wanted.minutes.map(|minutes| Instant::now() + minutes))?;
    }
    table::print(&book, &chosen);
    if faults.is_empty() { Ok(()) } else { Err(Failure::new(faults.join("\n"))) }
}

/// As [`of_change`], of what is about to land.
pub(crate) fn of_what_lands(house: &House) -> Result<Vec<String>, Failure> {
    of_change(house, change::AUTO)
}

/// What a change since `base` lets survive, and what is wrong with the list: a sentence each. What does not fit into the box
/// is told, and is no failure; neither is a base that is not known here.
fn of_change(house: &House, base: &str) -> Result<Vec<String>, Failure> {
    let diff = match change::since(house, base) {
        Ok(diff) => diff,
        Err(why) => {
            println!("      what the change touches is not known here, so nothing is tried ({why})");
            return Ok(Vec::new());
        }
    };
    if diff.is_empty() {
        println!("      the change touches no file that decides");
        return Ok(Vec::new());
    }
    needs::ensure(house, &[Purpose::Mutants])?;
    let deadline = Instant::now() + BOX;
    let mut book = Book::open(house, Some(&diff))?;
    let mut sentences = book.listed.faults(&book.all);
    let touched = std::mem::take(&mut book.touched);
    if touched.is_empty() {
        println!("      the change touches no line that decides");
        return Ok(sentences);
    }
    // The change may bring the tests that an earlier try of the same lines lacked.
    book.forget_survivors(&touched);
    book.run(&touched, Some(deadline))?;
    table::print(&book, &touched);
    sentences.extend(touched.iter().filter(|mutant| book.fate(mutant) == Fate::Ended(Outcome::Survived)).map(
        |mutant| {
            format!("No test notices `{}`. Write one, or list it in {} with the reason.", mutant.name, listed::PAGE)
        },
    ));
    Ok(sentences)
}

/// For the table: what became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Ended(Outcome),
    /// It changes nothing, says the list.
    Listed,
    /// So many rounds of tests let it pass, and there are more.
    NotRun(usize),
}

/// All mutants, and what is known of each.
struct Book<'a> {
    lab: Lab<'a>,
    all: Vec<Mutant>,
    /// Those that the diff touches; none without a diff.
    touched: Vec<Mutant>,
    done: Done,
    listed: Listed,
}

impl<'a> Book<'a> {
    fn open(house: &'a House, diff: Option<&str>) -> Result<Self, Failure> {
        let lab = Lab::open(house)?;
        let mut done = Done::read(&lab.folder().join("done.json"));
        // What a run that was stopped had found out is about the copy as it was then.
        let left = lab.left_behind();
        lab.freshen()?;
        let mut all = lab.list(None)?;
        all.sort_by_key(|mutant| deciding::rank(&mutant.file));
        let touched = diff.map(|diff| lab.list(Some(diff))).transpose()?.unwrap_or_default();
        for mutant in &all {
            if done.is_unread(&mutant.file) {
                done.file_is(&mutant.file, &lab.text(&mutant.file));
            }
        }
        if let Some((round, hashes, outcomes)) = left {
            done.take_in_of(&hashes, round, outcomes);
        }
        let page = fs::read_to_string(house.root.join(listed::PAGE)).unwrap_or_default();
        Ok(Self { lab, all, touched, done, listed: Listed::read(&page) })
    }

    fn fate(&self, mutant: &Mutant) -> Fate {
        if self.listed.holds(mutant) {
            return Fate::Listed;
        }
        match self.done.standing(mutant, deciding::rounds(&mutant.package).len()) {
            Standing::Open(rounds) => Fate::NotRun(rounds),
            Standing::Ended(outcome) => Fate::Ended(outcome),
        }
    }

    fn forget_survivors(&mut self, chosen: &[Mutant]) {
        for mutant in chosen {
            if matches!(self.fate(mutant), Fate::Ended(Outcome::Survived) | Fate::NotRun(_)) {
                self.done.forget(mutant);
            }
        }
    }

    /// Runs slice after slice until all have ended or the time is over.
    fn run(&mut self, chosen: &[Mutant], deadline: Option<Instant>) -> Result<(), Failure> {
        let started = Instant::now();
        let before = self.ended(chosen);
        let mut rate_told = false;
        let mut tried = Vec::new();
        while let Some((index, slice)) = next_slice(chosen, |mutant| self.fate(mutant)) {
            let round = &deciding::rounds(&slice[0].package)[index];
            if !tried.contains(&round.what) {
                if !self.lab.passes(round, deadline)? {
                    println!("      the time is over before {} are built", round.what);
                    break;
                }
                tried.push(round.what);
            }
            let outcomes = self.lab.run(index, round, &slice, self.done.hashes(), deadline)?;
            let none = outcomes.is_empty();
            self.done.take_in(index, outcomes);
            self.done.write()?;
            let (ended, left) = (self.ended(chosen) - before, chosen.len() - self.ended(chosen));
            tell_slice(round, &slice, ended, left);
            if !rate_told && ended >= RATE_AFTER {
                rate_told = true;
                println!("{}", rate(ended, left, started.elapsed()));
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
            if none {
                return Err(Failure::new("cargo-mutants tried none of a slice: see the log in target/mutants."));
            }
        }
        Ok(())
    }

    fn ended(&self, chosen: &[Mutant]) -> usize {
        chosen.iter().filter(|mutant| !matches!(self.fate(mutant), Fate::NotRun(_))).count()
    }
}

/// The round that is next and who goes into it: those that are furthest, so that an end in the middle leaves few halves.
fn next_slice(chosen: &[Mutant], fate: impl Fn(&Mutant) -> Fate) -> Option<(usize, Vec<Mutant>)> {
    let open = |mutant: &Mutant| match fate(mutant) {
        Fate::NotRun(round) => Some(round),
        Fate::Listed | Fate::Ended(_) => None,
    };
    let furthest = chosen.iter().filter_map(open).max()?;
    let mut of_round = chosen.iter().filter(|mutant| open(mutant) == Some(furthest)).peekable();
    let package = of_round.peek()?.package.clone();
    Some((furthest, of_round.filter(|mutant| mutant.package == package).take(SLICE).cloned().collect()))
}

fn tell_slice(round: &Round, slice: &[Mutant], ended: usize, left: usize) {
    let first = slice[0].file.rsplit("crates/").next().unwrap_or_default();
    println!("      {} tried by {}, from {first} on; {ended} have ended, {left} are left", slice.len(), round.what);
}

/// How fast it goes, and how long the rest takes at that.
fn rate(ended: usize, left: usize, took: Duration) -> String {
    let seconds = took.as_secs_f64() / f64::from(u32::try_from(ended).unwrap_or(u32::MAX));
    let rest = Duration::from_secs_f64(seconds * f64::from(u32::try_from(left).unwrap_or(u32::MAX)));
    format!(
        "      {ended} in {} min, {seconds:.0} s each: the {left} that are left take about {} min",
        took.as_secs() / 60,
        rest.as_secs().div_ceil(60)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str, package: &str) -> Mutant {
        Mutant {
            name: name.into(),
            file: name.into(),
            package: package.into(),
            change: String::new(),
            line: String::new(),
        }
    }

    #[test]
    fn those_that_are_furthest_go_first_and_together() {
        let fates = [
            ("caught", "till", Fate::Ended(Outcome::Caught)),
            ("new", "till", Fate::NotRun(0)),
            ("client", "stripe-client", Fate::NotRun(2)),
            ("further", "till", Fate::NotRun(2)),
            ("listed", "till", Fate::Listed),
            ("client's other", "stripe-client", Fate::NotRun(2)),
        ];
        let all = fates.map(|(name, package, _)| mutant(name, package));
        let fate = |mutant: &Mutant| fates.iter().find(|(name, ..)| mutant.name == *name).expect("it").2;
        let names = |slice: Vec<Mutant>| slice.into_iter().map(|mutant| mutant.name).collect::<Vec<_>>();
        let (round, slice) = next_slice(&all, fate).expect("work");
        assert_eq!((round, names(slice)), (2, vec!["client".to_owned(), "client's other".to_owned()]));
        let (round, slice) = next_slice(&all[..2], fate).expect("work");
        assert_eq!((round, names(slice)), (0, vec!["new".to_owned()]));
        assert_eq!(next_slice(&all[..1], fate), None);
        let many: Vec<Mutant> = (0..SLICE * 2).map(|n| mutant(&n.to_string(), "till")).collect();
        assert_eq!(next_slice(&many, |_| Fate::NotRun(0)).expect("work").1, many[..SLICE]);
    }

    #[test]
    fn the_rate_says_how_long_the_rest_takes() {
        let said = rate(53, 427, Duration::from_secs(318));
        assert!(
            said.contains("53 in 5 min, 6 s each") && said.contains("427 that are left take about 43 min"),
            "{said}"
        );
    }
}
