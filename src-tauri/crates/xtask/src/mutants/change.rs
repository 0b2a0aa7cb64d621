//! What a change touches, as git tells it.

use super::deciding;
use crate::house::House;
use std::process::Command;

/// The base that stands for "what is about to land": everything since `origin`'s main line, or the last commit where there is
/// nothing since.
pub(crate) const AUTO: &str = "auto";

/// The changes of the files that decide, since `base`, as a diff; empty when none is touched.
///
/// # Errors
/// Why it cannot be told: a clone of the last commit alone, a base that is not here.
pub(crate) fn since(house: &House, base: &str) -> Result<String, String> {
    let fork = fork(house, base)?;
    let mut arguments = vec!["diff", "--no-color", "--no-ext-diff", fork.as_str(), "--"];
    let globs = deciding::globs();
    let paths: Vec<String> = globs.iter().map(|glob| format!(":(glob){glob}")).collect();
    arguments.extend(paths.iter().map(String::as_str));
    git(house, &arguments)
}

/// Where the change began.
fn fork(house: &House, base: &str) -> Result<String, String> {
    let head = git(house, &["rev-parse", "HEAD"])?;
    if base != AUTO {
        return git(house, &["merge-base", base, "HEAD"]);
    }
    let main = ["origin/HEAD", "origin/main", "origin/master"]
        .into_iter()
        .find_map(|name| git(house, &["merge-base", name, "HEAD"]).ok());
    match main {
        Some(fork) if fork != head => Ok(fork),
        _ => git(house, &["rev-parse", "--verify", "HEAD~1"]),
    }
}

fn git(house: &House, arguments: &[&str]) -> Result<String, String> {
    let answer = Command::new("git").current_dir(&house.root).args(arguments).output();
    let answer = answer.map_err(|error| format!("git cannot be started: {error}"))?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("`git {}`: {}", arguments.join(" "), said.lines().next().unwrap_or("no answer")));
    }
    let said = String::from_utf8_lossy(&answer.stdout).into_owned();
    Ok(if arguments[0] == "diff" { said } else { said.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// A repository of the test's own.
    struct Repository(House);

    impl Repository {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("countersign-change-{name}-{}", std::process::id()));
            // What an earlier run of the same number left.
            let _gone = fs::remove_dir_all(&root);
            fs::create_dir_all(&root).expect("a folder");
            let repository = Self(House { target: PathBuf::new(), root });
            repository.git(&["init", "--quiet", "--initial-branch=main"]);
            repository
        }

        fn root(&self) -> &Path {
            &self.0.root
        }

        fn git(&self, arguments: &[&str]) {
            let author = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
            let arguments: Vec<&str> = author.iter().chain(arguments).copied().collect();
            git(&self.0, &arguments).expect("git does it");
        }

        fn commit(&self, file: &str, text: &str) {
            let path = self.root().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("written");
            self.git(&["add", "--all"]);
            self.git(&["commit", "--quiet", "-m", text]);
        }
    }

    impl Drop for Repository {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(self.root());
        }
    }

    const LOOK: &str = "src-tauri/crates/till/src/look.rs";
    const MONEY: &str = "src-tauri/crates/till/src/money.rs";

    #[test]
    fn only_files_that_decide_are_in_the_diff() {
        let repository = Repository::new("decide");
        repository.commit(LOOK, "one");
        assert!(since(&repository.0, AUTO).is_err(), "before the first commit there is nothing");
        repository.commit(MONEY, "two");
        assert_eq!(since(&repository.0, AUTO).as_deref(), Ok(""), "the last commit touches none");
        fs::write(repository.root().join(LOOK), "three").expect("written");
        let diff = since(&repository.0, AUTO).expect("known");
        assert!(diff.contains("+three") && diff.contains(LOOK), "what is not committed yet counts: {diff}");
        let diff = since(&repository.0, "HEAD~1").expect("known");
        assert!(diff.contains("-one"), "{diff}");
    }

    #[test]
    fn what_lands_is_all_since_the_main_line() {
        let main = Repository::new("main");
        main.commit(LOOK, "one");
        let clone = Repository::new("clone");
        clone.git(&["pull", "--quiet", main.root().to_str().expect("a path"), "main"]);
        clone.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        clone.commit(LOOK, "two");
        clone.commit(MONEY, "three");
        let diff = since(&clone.0, AUTO).expect("known");
        assert!(diff.contains("+two") && !diff.contains("three"), "both commits, and only what decides: {diff}");
    }

    #[test]
    fn a_clone_of_the_last_commit_alone_and_a_base_that_is_not_here_are_told() {
        let main = Repository::new("whole");
        main.commit(LOOK, "one");
        main.commit(LOOK, "two");
        assert!(since(&main.0, "no-such-base").is_err_and(|why| why.contains("no-such-base")));
        let shallow = Repository::new("shallow");
        let origin = format!("file://{}", main.root().display());
        shallow.git(&["pull", "--quiet", "--depth=1", &origin, "main"]);
        assert!(since(&shallow.0, AUTO).is_err());
    }
}
