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
