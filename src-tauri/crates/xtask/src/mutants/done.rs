//! What is known of each mutant so far, kept between runs: so a run can be stopped and taken up again.

use super::mutant::{Mutant, Outcome};
use crate::failure::{Failure, Trying};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What is known of one mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    /// Of the text of its file when it was tried.
    hash: String,
    /// How many rounds of tests it went through.
    rounds: usize,
    /// What came of the last of them.
    outcome: Outcome,
}

/// What is known, by the mutants' names.
#[derive(Debug, Default)]
pub(crate) struct Done {
    path: PathBuf,
    records: BTreeMap<String, Record>,
    /// Of the files as they are now.
    hashes: BTreeMap<String, String>,
}

/// How far a mutant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has this round before it (0 is the first).
    Open(usize),
    Ended(Outcome),
}

impl Done {
    /// Reads what earlier runs found out. What cannot be read is not known.
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let read: Value = serde_json::from_str(&text).unwrap_or_default();
        let records = read.as_object().into_iter().flatten().filter_map(|(name, record)| {
            let hash = record["hash"].as_str()?.to_owned();
            let rounds = usize::try_from(record["rounds"].as_u64()?).ok()?;
            let outcome = Outcome::of_word(record["outcome"].as_str()?)?;
            Some((name.clone(), Record { hash, rounds, outcome }))
        });
        Self { path: path.to_owned(), records: records.collect(), hashes: BTreeMap::new() }
    }

    pub(crate) fn write(&self) -> Result<(), Failure> {
        let records: BTreeMap<&String, Value> = self
            .records
            .iter()
            .map(|(name, record)| {
                let Record { hash, rounds, outcome } = record;
                (name, json!({"hash": hash, "rounds": rounds, "outcome": outcome.word()}))
            })
            .collect();
        let text = serde_json::to_string_pretty(&records).unwrap_or_default();
        fs::write(&self.path, text).trying(format_args!("write {}", self.path.display()))
    }

    /// Tells what a file holds now. What was found out about another text of it is dropped.
    pub(crate) fn file_is(&mut self, file: &str, text: &str) {
        let hash = hash_of(text);
        let place = format!("{file}:");
        self.records.retain(|name, record| !name.starts_with(&place) || record.hash == hash);
        self.hashes.insert(file.to_owned(), hash);
    }

    /// True for a file whose text was not told yet.
    pub(crate) fn is_unread(&self, file: &str) -> bool {
        !self.hashes.contains_key(file)
    }

    /// What tells the files' texts apart from others.
    pub(crate) fn hashes(&self) -> &BTreeMap<String, String> {
        &self.hashes
    }

    /// Takes in what a run that was stopped had made of mutants of the files as they were then.
    pub(crate) fn take_in_of(
        &mut self,
        hashes: &BTreeMap<String, String>,
        round: usize,
        outcomes: Vec<(String, Outcome)>,
    ) {
        let same = |name: &str| {
            let file = name.split(':').next().unwrap_or_default();
            self.hashes.get(file).is_some_and(|hash| hashes.get(file) == Some(hash))
        };
        let outcomes = outcomes.into_iter().filter(|(name, _)| same(name)).collect();
        self.take_in(round, outcomes);
    }

    /// Takes in what a round of tests made of mutants of the files as they are now.
    pub(crate) fn take_in(&mut self, round: usize, outcomes: Vec<(String, Outcome)>) {
        for (name, outcome) in outcomes {
            let file = name.split(':').next().unwrap_or_default();
            if let Some(hash) = self.hashes.get(file) {
                self.records.insert(name, Record { hash: hash.clone(), rounds: round + 1, outcome });
            }
        }
    }

    /// Forgets what came of this one, so that it is tried from the start.
    pub(crate) fn forget(&mut self, mutant: &Mutant) {
        self.records.remove(&mutant.name);
    }

    /// How far a mutant is that has so many rounds in all: it ends at the first that does not let it survive.
    pub(crate) fn standing(&self, mutant: &Mutant, rounds: usize) -> Standing {
        match self.records.get(&mutant.name) {
            None => Standing::Open(0),
            Some(record) if record.outcome == Outcome::Survived && record.rounds < rounds => {
                Standing::Open(record.rounds)
            }
            Some(record) => Standing::Ended(record.outcome),
        }
    }
}

/// Tells two texts apart; not the same for ever, which costs one run at most.
fn hash_of(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str) -> Mutant {
        let file = name.split(':').next().unwrap_or_default().to_owned();
        Mutant { name: name.into(), file, package: "till".into(), change: String::new(), line: String::new() }
    }

    #[test]
    fn a_mutant_goes_on_only_while_it_survives() {
        let mut done = Done::default();
        done.file_is("a.rs", "fn a() {}");
        let one = mutant("a.rs:1:1: x");
        assert_eq!(done.standing(&one, 2), Standing::Open(0));
        done.take_in(0, vec![(one.name.clone(), Outcome::Survived)]);
        assert_eq!(done.standing(&one, 2), Standing::Open(1));
        assert_eq!(done.standing(&one, 1), Standing::Ended(Outcome::Survived));
        done.take_in(1, vec![(one.name.clone(), Outcome::Caught)]);
        assert_eq!(done.standing(&one, 2), Standing::Ended(Outcome::Caught));
        done.take_in(0, vec![(one.name.clone(), Outcome::Unviable)]);
        assert_eq!(done.standing(&one, 2), Standing::Ended(Outcome::Unviable), "there is no second round for it");
        done.forget(&one);
        assert_eq!(done.standing(&one, 2), Standing::Open(0));
    }

    #[test]
    fn what_was_found_out_is_there_the_next_time_unless_the_file_is_another() {
        let path = std::env::temp_dir().join(format!("countersign-mutants-{}.json", std::process::id()));
        let (one, two) = (mutant("a.rs:1:1: x"), mutant("b.rs:1:1: y"));
        let mut done = Done::read(&path);
        done.file_is("a.rs", "one");
        done.file_is("b.rs", "one");
        done.take_in(0, vec![(one.name.clone(), Outcome::Caught), (two.name.clone(), Outcome::TimedOut)]);
        done.take_in(0, vec![("unknown.rs:1:1: z".into(), Outcome::Caught)]);
        done.write().expect("written");
        let mut again = Done::read(&path);
        assert_eq!(again.records, done.records);
        assert_eq!(again.records.len(), 2, "nothing of a file whose text is not known");
        again.file_is("a.rs", "one");
        again.file_is("b.rs", "two");
        assert_eq!(again.standing(&one, 2), Standing::Ended(Outcome::Caught));
        assert_eq!(again.standing(&two, 2), Standing::Open(0));
        let of_a_stopped_run = vec![(one.name.clone(), Outcome::Survived), (two.name.clone(), Outcome::Survived)];
        again.take_in_of(&done.hashes, 0, of_a_stopped_run);
        assert_eq!(again.standing(&one, 1), Standing::Ended(Outcome::Survived), "of the same text");
        assert_eq!(again.standing(&two, 1), Standing::Open(0), "of another");
        std::fs::remove_file(&path).expect("removed");
        assert!(Done::read(&path).records.is_empty());
    }
}
