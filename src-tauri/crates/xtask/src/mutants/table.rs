//! What came of the mutants, file by file.

use super::mutant::Outcome;
use super::{Book, Fate, Mutant};

/// One line's figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Figures {
    caught: usize,
    survived: usize,
    unviable: usize,
    timed_out: usize,
    listed: usize,
    not_run: usize,
}

impl Figures {
    fn of(fates: impl Iterator<Item = Fate>) -> Self {
        fates.fold(Self::default(), |mut figures, fate| {
            let place = match fate {
                Fate::Ended(Outcome::Caught) => &mut figures.caught,
                Fate::Ended(Outcome::Survived) => &mut figures.survived,
                Fate::Ended(Outcome::Unviable) => &mut figures.unviable,
                Fate::Ended(Outcome::TimedOut) => &mut figures.timed_out,
                Fate::Listed => &mut figures.listed,
                Fate::NotRun(_) => &mut figures.not_run,
            };
            *place += 1;
            figures
        })
    }

    fn line(self, name: &str) -> String {
        let Self { caught, survived, unviable, timed_out, listed, not_run } = self;
        format!("{name:<44} {caught:>7} {survived:>9} {unviable:>9} {timed_out:>10} {listed:>7} {not_run:>8}")
    }
}

/// Prints the table, then who survived, then what was not run to its end.
pub(super) fn print(book: &Book<'_>, chosen: &[Mutant]) {
    println!(
        "\n{:<44} {:>7} {:>9} {:>9} {:>10} {:>7} {:>8}",
        "file", "caught", "survived", "unviable", "timed out", "listed", "not run"
    );
    for of_file in chosen.chunk_by(|one, next| one.file == next.file) {
        let name = of_file[0].file.rsplit("crates/").next().unwrap_or_default();
        println!("{}", Figures::of(of_file.iter().map(|mutant| book.fate(mutant))).line(name));
    }
    println!("{}\n", Figures::of(chosen.iter().map(|mutant| book.fate(mutant))).line("together"));
    for mutant in chosen {
        match book.fate(mutant) {
            Fate::Ended(Outcome::Survived) => println!("survived: {}\n    at `{}`", mutant.name, mutant.line),
            Fate::NotRun(rounds) if rounds > 0 => {
                println!("survived {rounds} of its rounds, not run to the end: {}", mutant.name);
            }
            Fate::NotRun(_) | Fate::Listed | Fate::Ended(_) => {}
        }
    }
    for of_file in chosen.chunk_by(|one, next| one.file == next.file) {
        let not_run = of_file.iter().filter(|mutant| book.fate(mutant) == Fate::NotRun(0)).count();
        if not_run > 0 {
            println!("not run: {not_run} of {}", of_file[0].file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fate_is_counted_once_and_where_it_belongs() {
        let fates = [
            Fate::Ended(Outcome::Caught),
            Fate::Ended(Outcome::Caught),
            Fate::Ended(Outcome::Survived),
            Fate::Ended(Outcome::Unviable),
            Fate::Ended(Outcome::TimedOut),
            Fate::Listed,
            Fate::NotRun(0),
            Fate::NotRun(2),
        ];
        let expected = Figures { caught: 2, survived: 1, unviable: 1, timed_out: 1, listed: 1, not_run: 2 };
        assert_eq!(Figures::of(fates.into_iter()), expected);
    }
}
