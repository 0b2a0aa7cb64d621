//! One change of the source that cargo-mutants can make, and what came of it.

use crate::failure::Failure;
use serde_json::Value;

/// A change that a test should notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mutant {
    /// As cargo-mutants names it: file, line, column, change.
    pub(crate) name: String,
    /// From the checkout's root.
    pub(crate) file: String,
    pub(crate) package: String,
    /// The name without its place, e.g. `replace < with <= in due`.
    pub(crate) change: String,
    /// The text of the line at which it begins: unlike its number, it stays when lines above it come and go.
    pub(crate) line: String,
}

impl Mutant {
    /// Reads what `cargo mutants --list --json` says. `source` gives the text of a file.
    pub(crate) fn read_all(json: &str, source: impl Fn(&str) -> Option<String>) -> Result<Vec<Self>, Failure> {
        let all: Vec<Value> = serde_json::from_str(json)
            .map_err(|error| Failure::new(format!("cargo-mutants' list could not be read: {error}")))?;
        let mut text = (String::new(), String::new());
        all.iter()
            .map(|value| {
                let unreadable = || Failure::new(format!("cargo-mutants lists what is no mutant: {value}"));
                let word = |name: &str| value[name].as_str().map(str::to_owned).ok_or_else(unreadable);
                let (name, file, package) = (word("name")?, word("file")?, word("package")?);
                // `file:line:column: change`
                let change =
                    name.splitn(4, ':').nth(3).map(|change| change.trim().to_owned()).ok_or_else(unreadable)?;
                let number = value["span"]["start"]["line"].as_u64().and_then(|line| usize::try_from(line).ok());
                if text.0 != file {
                    text = (file.clone(), source(&file).unwrap_or_default());
                }
                let line = number.and_then(|number| text.1.lines().nth(number.checked_sub(1)?));
                let line = line.ok_or_else(unreadable)?.trim().to_owned();
                Ok(Self { name, file, package, change, line })
            })
            .collect()
    }
}

/// What came of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A test failed.
    Caught,
    /// No test failed.
    Survived,
    /// It does not compile.
    Unviable,
    /// The tests did not end in time.
    TimedOut,
}

const WORDS: [(Outcome, &str, &str); 4] = [
    (Outcome::Caught, "CaughtMutant", "caught"),
    (Outcome::Survived, "MissedMutant", "survived"),
    (Outcome::Unviable, "Unviable", "unviable"),
    (Outcome::TimedOut, "Timeout", "timed out"),
];

impl Outcome {
    /// As it stands in our own file, and in the table.
    pub(crate) fn word(self) -> &'static str {
        WORDS.iter().find(|(outcome, _, _)| *outcome == self).map_or("", |(_, _, word)| word)
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, _, ours)| *ours == word).map(|(outcome, _, _)| *outcome)
    }

    fn of_summary(summary: &str) -> Option<Self> {
        WORDS.iter().find(|(_, theirs, _)| *theirs == summary).map(|(outcome, _, _)| *outcome)
    }

    /// Reads cargo-mutants' `outcomes.json`: the names of the mutants that were tried, each with what came of it. What it
    /// could not try for reasons of its own is left out, and so is tried again.
    pub(crate) fn read_all(json: &str) -> Vec<(String, Self)> {
        let read: Value = serde_json::from_str(json).unwrap_or_default();
        let outcomes = read["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default();
        outcomes
            .iter()
            .filter_map(|outcome| {
                let name = outcome["scenario"]["Mutant"]["name"].as_str()?;
                Some((name.to_owned(), Self::of_summary(outcome["summary"].as_str()?)?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_is_known_by_its_change_and_its_lines_text() {
        let json = r#"[{"name":"a/b.rs:2:9: replace x -> Vec<a::B> with vec![]","file":"a/b.rs","package":"b",
            "function":null,"span":{"start":{"line":2,"column":9},"end":{"line":2,"column":12}},"replacement":"vec![]",
            "genre":"FnValue"}]"#;
        let read = Mutant::read_all(json, |file| (file == "a/b.rs").then(|| "fn x() {\n    here()\n}\n".into()));
        let mutant = &read.expect("a list")[0];
        assert_eq!((mutant.change.as_str(), mutant.line.as_str()), ("replace x -> Vec<a::B> with vec![]", "here()"));
        assert_eq!((mutant.file.as_str(), mutant.package.as_str()), ("a/b.rs", "b"));
        assert!(Mutant::read_all(json, |_| None).is_err(), "a place that is not there");
        assert!(Mutant::read_all(r#"[{"name":"x"}]"#, |_| None).is_err());
        assert!(Mutant::read_all("no mutants", |_| None).is_err());
    }

    #[test]
    fn each_outcome_is_told_apart_and_what_was_not_tried_is_left_out() {
        let json = r#"{"outcomes":[
            {"scenario":"Baseline","summary":"Success"},
            {"scenario":{"Mutant":{"name":"a"}},"summary":"CaughtMutant"},
            {"scenario":{"Mutant":{"name":"b"}},"summary":"MissedMutant"},
            {"scenario":{"Mutant":{"name":"c"}},"summary":"Unviable"},
            {"scenario":{"Mutant":{"name":"d"}},"summary":"Timeout"},
            {"scenario":{"Mutant":{"name":"e"}},"summary":"Failure"}],"total_mutants":5}"#;
        let read = Outcome::read_all(json);
        let expected = [
            ("a".to_owned(), Outcome::Caught),
            ("b".to_owned(), Outcome::Survived),
            ("c".to_owned(), Outcome::Unviable),
            ("d".to_owned(), Outcome::TimedOut),
        ];
        assert_eq!(read, expected);
        assert_eq!(Outcome::read_all(r#"{"outcomes":[{"scenario":{"Mut"#), [], "torn");
        for (_, outcome) in expected {
            assert_eq!(Outcome::of_word(outcome.word()), Some(outcome));
        }
    }
}
