//! The committed list of mutants that change nothing, each with the reason: `.docs/mutants.md`.
//!
//! An entry is a list item of the page, under the heading of its file:
//!
//! ```text
//! ## `src-tauri/crates/till/src/look.rs`
//!
//! - `replace < with <= in due` at `if now < next {`
//!   Why that changes nothing, in one line or more.
//! ```
//!
//! Text that is neither such a heading nor such an item is for people.

use super::mutant::Mutant;

/// Where the list is, from the checkout's root.
pub(crate) const PAGE: &str = ".docs/mutants.md";

/// One mutant that nobody needs to be told of again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    file: String,
    change: String,
    line: String,
    reason: String,
}

impl Entry {
    fn is(&self, mutant: &Mutant) -> bool {
        self.file == mutant.file && self.change == mutant.change && self.line == mutant.line
    }
}

/// The whole list.
#[derive(Debug, Default)]
pub(crate) struct Listed(Vec<Entry>);

impl Listed {
    /// Reads the page.
    pub(crate) fn read(page: &str) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut file = String::new();
        let mut within = false;
        for line in page.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                file = heading.trim().trim_matches('`').to_owned();
                within = false;
            } else if let Some((change, at)) = item(line) {
                entries.push(Entry { file: file.clone(), change, line: at, reason: String::new() });
                within = true;
            } else if within && line.starts_with("  ") {
                if let Some(entry) = entries.last_mut() {
                    entry.reason.push_str(line);
                }
            } else {
                within = false;
            }
        }
        Self(entries)
    }

    pub(crate) fn holds(&self, mutant: &Mutant) -> bool {
        self.0.iter().any(|entry| entry.is(mutant))
    }

    /// What is wrong with the list, given every mutant that there is: a sentence each.
    pub(crate) fn faults(&self, all: &[Mutant]) -> Vec<String> {
        let mut faults = Vec::new();
        for entry in &self.0 {
            let what = format!("{PAGE} lists `{}` at `{}` of {}", entry.change, entry.line, entry.file);
            if entry.reason.trim().is_empty() {
                faults.push(format!("{what} without a reason."));
            }
            if !all.iter().any(|mutant| entry.is(mutant)) {
                faults.push(format!("{what}, and there is no such mutant any more: take it out."));
            }
        }
        faults
    }
}

/// The change and the line's text, of an item of the list.
fn item(line: &str) -> Option<(String, String)> {
    let (change, at) = line.strip_prefix("- `")?.strip_suffix('`')?.split_once("` at `")?;
    Some((change.to_owned(), at.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(file: &str, change: &str, line: &str) -> Mutant {
        let name = format!("{file}:9:9: {change}");
        Mutant { name, file: file.into(), package: "till".into(), change: change.into(), line: line.into() }
    }

    const SAID: &str = "# What survives\n\nSome words, and a list:\n- of `other` things\n\n## `a/look.rs`\n\n\
        - `replace < with <= in due` at `if now < next {`\n  Both look at that moment.\n  Twice does no harm.\n\
        - `delete ! in due` at `if !asked {`\n\n## `a/other.rs`\n\nNothing.\n";

    #[test]
    fn an_entry_is_its_file_its_change_and_its_line() {
        let listed = Listed::read(SAID);
        assert_eq!(listed.0.len(), 2, "{listed:?}");
        assert!(listed.holds(&mutant("a/look.rs", "replace < with <= in due", "if now < next {")));
        for other in [
            mutant("a/other.rs", "replace < with <= in due", "if now < next {"),
            mutant("a/look.rs", "replace < with == in due", "if now < next {"),
            mutant("a/look.rs", "replace < with <= in due", "while now < next {"),
        ] {
            assert!(!listed.holds(&other), "{other:?}");
        }
    }

    #[test]
    fn an_entry_needs_a_reason_and_a_mutant() {
        let listed = Listed::read(SAID);
        let there = mutant("a/look.rs", "replace < with <= in due", "if now < next {");
        let unexplained = mutant("a/look.rs", "delete ! in due", "if !asked {");
        let faults = listed.faults(&[there.clone(), unexplained.clone()]);
        assert!(faults.len() == 1 && faults[0].contains("delete !") && faults[0].contains("reason"), "{faults:?}");
        let faults = listed.faults(&[unexplained]);
        assert!(faults.len() == 2 && faults[0].contains("no such mutant any more"), "{faults:?}");
        assert!(Listed::read("").faults(&[there]).is_empty());
    }
}
