//! How many tests passed and failed, read from what the test runners print.
//!
//! Known runners: cargo test, vitest, node's own, and the house's plain line `N passed, N failed`.

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Counts {
    /// Adds up what all runners in this output say.
    pub(crate) fn read(output: &str) -> Self {
        output.lines().map(|line| of_line(without_colours(line).trim())).fold(Self::default(), Self::plus)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// True when no runner said anything.
    pub(crate) fn none(self) -> bool {
        self == Self::default()
    }
}

fn of_line(line: &str) -> Counts {
    if let Some(result) = line.strip_prefix("test result: ") {
        return Counts { passed: before(result, "passed"), failed: before(result, "failed") };
    }
    if let Some(tests) = line.strip_prefix("Tests  ") {
        return Counts { passed: before(tests, "passed"), failed: before(tests, "failed") };
    }
    for mark in ["# ", "\u{2139} "] {
        let Some(rest) = line.strip_prefix(mark) else {
            continue;
        };
        if let Some(passed) = rest.strip_prefix("pass ") {
            return Counts { passed: passed.parse().unwrap_or(0), failed: 0 };
        }
        if let Some(failed) = rest.strip_prefix("fail ") {
            return Counts { passed: 0, failed: failed.parse().unwrap_or(0) };
        }
    }
    plain(line).unwrap_or_default()
}

/// `N passed, N failed`, alone on a line.
fn plain(line: &str) -> Option<Counts> {
    let (passed, failed) = line.split_once(" passed, ")?;
    let failed = failed.strip_suffix(" failed")?;
    Some(Counts { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
}

/// The number that stands before `word`, 0 if it is not there.
fn before(text: &str, word: &str) -> u32 {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// The line without terminal colours.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // An escape sequence ends at its first letter.
            for escaped in characters.by_ref() {
                if escaped.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u32, failed: u32) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn cargo_lines_are_added_up() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
        assert_eq!(Counts::read(output), counts(15, 2));
    }

    #[test]
    fn vitest_is_read_through_its_colours() {
        let output = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m\u{1b}[2m | \u{1b}[22m\u{1b}[1m\u{1b}[32m41 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (42)\u{1b}[39m\n\
                      Test Files  1 failed | 7 passed (8)\n";
        assert_eq!(Counts::read(output), counts(41, 1));
    }

    #[test]
    fn node_is_read_in_both_of_its_dresses() {
        assert_eq!(Counts::read("# tests 9\n# pass 8\n# fail 1\n"), counts(8, 1));
        assert_eq!(Counts::read("\u{2139} pass 5\n\u{2139} fail 0\n"), counts(5, 0));
    }

    #[test]
    fn the_plain_line_counts_only_alone() {
        assert_eq!(Counts::read("7 passed, 1 failed\n"), counts(7, 1));
        assert!(Counts::read("we saw 7 passed, 1 failed here\n").none());
    }

    #[test]
    fn other_text_counts_nothing() {
        assert!(Counts::read("error[E0308]: mismatched types\n").none());
    }
}
