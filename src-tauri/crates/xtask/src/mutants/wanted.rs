//! What the command is asked for.

use super::mutant::Mutant;
use crate::failure::Failure;
use std::time::Duration;

/// The arguments, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Only what has changed since.
    pub(crate) base: Option<String>,
    /// No longer than this.
    pub(crate) minutes: Option<Duration>,
    /// Those that survived are tried from the start: there are new tests.
    pub(crate) again: bool,
    /// Nothing is run.
    pub(crate) table: bool,
    /// Only files whose path holds one of these; all without any.
    words: Vec<String>,
}

impl Wanted {
    pub(crate) fn read(arguments: &[&str]) -> Result<Self, Failure> {
        let mut wanted = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| Failure::new(format!("{argument} needs a value.")));
            match *argument {
                "--in-diff" => wanted.base = Some((*value()?).to_owned()),
                "--minutes" => {
                    let minutes: u64 = value()?.parse().map_err(|_| Failure::new("--minutes needs a whole number."))?;
                    wanted.minutes = Some(Duration::from_secs(minutes * 60));
                }
                "--again" => wanted.again = true,
                "--table" => wanted.table = true,
                option if option.starts_with('-') => {
                    return Err(Failure::new(format!("`cargo xtask mutants` knows no {option}.")));
                }
                word => wanted.words.push(word.to_owned()),
            }
        }
        Ok(wanted)
    }

    /// The mutants that are asked for, in their order.
    pub(crate) fn of(&self, all: &[Mutant]) -> Vec<Mutant> {
        let wanted = |mutant: &&Mutant| {
            self.words.is_empty() || self.words.iter().any(|word| mutant.file.contains(word.as_str()))
        };
        all.iter().filter(wanted).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_files_and_options_say_how() {
        let wanted = Wanted::read(&["look", "--minutes", "5", "--again", "machine/"]).expect("understood");
        assert_eq!((wanted.minutes, wanted.again, wanted.table), (Some(Duration::from_secs(300)), true, false));
        let mutant = |file: &str| Mutant {
            name: format!("{file}:1:1: x"),
            file: file.into(),
            package: "till".into(),
            change: "x".into(),
            line: String::new(),
        };
        let all = ["src/look.rs", "src/machine.rs", "src/machine/belief.rs"].map(mutant);
        assert_eq!(wanted.of(&all), [all[0].clone(), all[2].clone()]);
        assert_eq!(Wanted::read(&["--in-diff", "main"]).expect("understood").base.as_deref(), Some("main"));
        for wrong in [&["--in-diff"][..], &["--minutes", "x"], &["--minute", "5"]] {
            assert!(Wanted::read(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(Wanted::default().of(&all).len(), 3);
    }
}
