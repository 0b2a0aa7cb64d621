//! The files that decide about money, and the tests that must notice when one decides otherwise.

use std::time::Duration;

const TILL: &str = "src-tauri/crates/till/src/";
const CLIENT: &str = "src-tauri/crates/stripe-client/src/";

/// First those that everything else rests on: a run that ends early has gone through them.
const ORDER: [(&str, &[&str]); 2] = [
    (CLIENT, &["error.rs", "retry.rs", "request.rs"]),
    (
        TILL,
        &[
            "observed.rs",
            "look.rs",
            "refund.rs",
            "order.rs",
            "machine.rs",
            "machine/**",
            "reconcile.rs",
            "reconcile/**",
            "coordinator.rs",
            "coordinator/**",
            "pacing.rs",
            "journal.rs",
            "journal/**",
            "check/**",
        ],
    ),
];

/// All of them, as globs from the checkout's root. No test of their own stands in a file that one of these names.
pub(crate) fn globs() -> Vec<String> {
    let mut globs: Vec<String> =
        ORDER.iter().flat_map(|(folder, files)| files.iter().map(move |file| format!("{folder}{file}"))).collect();
    globs.push(format!("{CLIENT}**"));
    globs
}

/// Where a file stands in the order.
pub(crate) fn rank(file: &str) -> usize {
    let globs = globs();
    let is = |glob: &String| match glob.strip_suffix("**") {
        Some(folder) => file.starts_with(folder),
        None => file == glob,
    };
    globs.iter().position(is).unwrap_or(globs.len())
}

/// One round of tests. The quickest come first; only what survives a round goes into the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// For the person at the terminal.
    pub(crate) what: &'static str,
    /// Whose tests.
    pub(crate) packages: &'static [&'static str],
    /// For cargo, before and after its `--`.
    pub(crate) cargo: &'static [&'static str],
    /// For the test programs.
    pub(crate) tests: &'static [&'static str],
    /// What it takes on two cores that others use too, compiling apart, with nothing changed: a mutant that takes several
    /// times as long has lost its way.
    pub(crate) limit: Duration,
}

const CASES: Round = Round {
    what: "the till's unit tests and cases",
    packages: &["till"],
    cargo: &["--lib", "--test=*_cases"],
    tests: &[],
    limit: Duration::from_secs(60),
};

const RULES: Round = Round {
    what: "the till's rules under every order of events",
    packages: &["till"],
    cargo: &["--test=machine_rules", "--test=refund_rules"],
    tests: &[],
    limit: Duration::from_secs(60),
};

const FLOW: Round = Round {
    what: "the till against the simulator",
    packages: &["till"],
    cargo: &["--test=flow", "--test=journal_copies"],
    tests: &[],
    limit: Duration::from_secs(120),
};

const CLIENTS: Round = Round {
    what: "the client's tests",
    packages: &["stripe-client"],
    cargo: &["--features=http"],
    tests: &[],
    limit: Duration::from_secs(90),
};

const SHARE: Round = Round {
    what: "a share of the simulation",
    packages: &["countersign-faults"],
    cargo: &["--test=share"],
    tests: &["--ignored"],
    limit: Duration::from_secs(120),
};

/// The rounds for a package's mutants, in order.
pub(crate) fn rounds(package: &str) -> &'static [Round] {
    match package {
        "stripe-client" => &[CLIENTS, FLOW, SHARE],
        _ => &[CASES, RULES, FLOW, SHARE],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everything_rests_on_comes_first() {
        let files =
            ["stripe-client/src/error.rs", "till/src/look.rs", "till/src/machine/belief.rs", "till/src/journal.rs"];
        let ranks: Vec<usize> = files.iter().map(|file| rank(&format!("src-tauri/crates/{file}"))).collect();
        assert!(ranks.is_sorted() && ranks[0] < ranks[1], "{ranks:?}");
        assert!(rank("src-tauri/crates/stripe-client/src/keys.rs") > ranks[3]);
        assert_eq!(rank("src-tauri/crates/till/src/money.rs"), globs().len(), "it does not decide");
    }
}
