//! Where things are: the checkout, cargo's target directory, the programs that are built.

use crate::failure::{Failure, Trying};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the program that writes a journal of many sales.
const BENCH: &str = "COUNTERSIGN_BENCH";

/// The checkout and where its build products go.
pub(crate) struct House {
    /// The checkout's root.
    pub(crate) root: PathBuf,
    /// Cargo's target directory; not always `<root>/target`.
    pub(crate) target: PathBuf,
}

impl House {
    /// Finds the checkout that this command was started in.
    pub(crate) fn find() -> Result<Self, Failure> {
        // Cargo tells at run time; what was true at compile time may be another checkout that shares the target directory.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).join("../../..").canonicalize().trying("find the checkout")?;
        let answer = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
            .current_dir(&root)
            .output()
            .trying("ask cargo for its target directory")?;
        let metadata: serde_json::Value = serde_json::from_slice(&answer.stdout).map_err(|_not_json| {
            Failure::new(format!("Cargo could not read the workspace:\n{}", String::from_utf8_lossy(&answer.stderr)))
        })?;
        let target = metadata
            .get("target_directory")
            .and_then(serde_json::Value::as_str)
            .map(PathBuf::from)
            .ok_or_else(|| Failure::new("Cargo did not tell its target directory."))?;
        Ok(Self { root, target })
    }

    /// The Svelte screens.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The browser tests of the stand-in for Stripe.js.
    pub(crate) fn stand_in_tests(&self) -> PathBuf {
        self.root.join("src-tauri/crates/stripe-sim/js-tests")
    }

    /// A program of this workspace as the debug profile builds it.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The application with all that a shipped till does differently, kept beside the one of the debug profile.
    pub(crate) fn as_shipped(&self) -> PathBuf {
        self.program("countersign-as-shipped")
    }

    /// A program of this workspace as the release profile builds it.
    pub(crate) fn released(&self, name: &str) -> PathBuf {
        self.target.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Where xtask keeps its logs and stamps.
    pub(crate) fn own(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Programs that were installed for the house alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// A cargo command in the checkout.
    pub(crate) fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root).args(arguments);
        // `cargo run` describes xtask's own package to its child; another cargo must not take that for its own.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
            command.env_remove(name);
        }
        command
    }

    /// A program that drives the real windows, told where everything is.
    pub(crate) fn windows_program(&self, name: &str) -> Command {
        let mut command = Command::new(self.program(name));
        command
            .current_dir(&self.root)
            .env("COUNTERSIGN_ROOT", &self.root)
            .env("COUNTERSIGN_APP", self.program("countersign"))
            .env("COUNTERSIGN_SHIPPED", self.as_shipped())
            .env("COUNTERSIGN_SIM", self.program("checked-sim"))
            // For a million sales somebody may have built one that is optimised.
            .env(BENCH, env::var_os(BENCH).unwrap_or_else(|| self.program("countersign-bench").into()))
            .env("COUNTERSIGN_TAURI_DRIVER", self.tools().join("bin/tauri-driver"));
        command
    }
}

fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_unset| "cargo".to_owned())
}

/// True where nobody is there to answer a question.
pub(crate) fn unattended() -> bool {
    env::var_os("CI").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a/{b,c}.rs` names two files.
    fn each_of(named: &str) -> Vec<String> {
        match (named.split_once('{'), named.split_once('}')) {
            (Some((before, _)), Some((_, after))) => {
                let between = &named[before.len() + 1..named.len() - after.len() - 1];
                between.split(',').map(|part| format!("{before}{part}{after}")).collect()
            }
            _ => vec![named.to_owned()],
        }
    }

    #[test]
    fn every_file_that_the_picture_of_the_house_names_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let kept = Command::new("git").args(["ls-files", "-co", "--exclude-standard"]).current_dir(&root).output();
        let kept = String::from_utf8(kept.expect("git").stdout).expect("names");
        let files: Vec<&str> = kept.lines().filter(|file| root.join(file).exists()).collect();
        let text = std::fs::read_to_string(root.join(".docs/house.md")).expect("the picture of the house");
        let in_backticks = text.split('`').skip(1).step_by(2).map(|named| named.split("::").next().unwrap_or(named));
        let ends = [".rs", ".ts", ".svelte", ".json", ".toml"];
        let named: Vec<String> = in_backticks
            .filter(|named| ends.iter().any(|end| named.ends_with(end)) && !named.contains('*'))
            .flat_map(each_of)
            .collect();
        assert!(named.len() > 25, "{named:?}");
        for file in named {
            // A crate is named by its own name, which is its folder's; its files stand in `src`.
            let (first, rest) = file.split_once('/').unwrap_or(("", &file));
            let in_src = format!("{first}/src/{rest}");
            let is_it = |kept: &&str| {
                [file.as_str(), &in_src].iter().any(|named| format!("/{kept}").ends_with(&format!("/{named}")))
            };
            assert!(files.iter().any(is_it), "{file}");
        }
    }
}
