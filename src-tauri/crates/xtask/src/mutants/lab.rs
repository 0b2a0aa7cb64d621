//! Where mutants are tried: a copy of the checkout, its own build, and cargo-mutants, which changes and changes back.

use super::deciding::{self, Round};
use super::mutant::{Mutant, Outcome};
use super::tree;
use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::needs::find_program;
use crate::step;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// For a build of what stays the same: the first of a machine takes minutes.
const FIRST_BUILD: Duration = Duration::from_secs(30 * 60);
/// For the build of one mutant.
const BUILD_SECONDS: &str = "300";
/// How often a running slice is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// For cargo-mutants to change back what it changed, once it is told to stop.
const TO_STOP: Duration = Duration::from_secs(20);

/// What a slice that was cut short had found out: its round, the files' hashes at the time, and what came of whom.
pub(crate) type LeftBehind = (usize, BTreeMap<String, String>, Vec<(String, Outcome)>);

/// The copy, and the tools.
pub(crate) struct Lab<'a> {
    house: &'a House,
    /// Locked for as long as this lives: in one copy only one mutant can stand at a time.
    _lock: File,
}

impl<'a> Lab<'a> {
    pub(crate) fn open(house: &'a House) -> Result<Self, Failure> {
        let folder = house.target.join("mutants");
        fs::create_dir_all(&folder).trying("make the folder for the mutants")?;
        let lock = File::create(folder.join("lock")).trying("make the lock of the mutants")?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { house, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::new(
                "`cargo xtask mutants` runs here already. Wait for it, or stop it: it goes on where it was.",
            )),
            Err(TryLockError::Error(error)) => Err(error).trying("lock the mutants"),
        }
    }

    /// Where everything about mutants is kept.
    pub(crate) fn folder(&self) -> PathBuf {
        self.house.target.join("mutants")
    }

    fn tree(&self) -> PathBuf {
        self.folder().join("tree")
    }

    /// What the running slice is about.
    fn slice_file(&self) -> PathBuf {
        self.folder().join("slice.json")
    }

    fn outcomes_file(&self) -> PathBuf {
        self.folder().join("mutants.out/outcomes.json")
    }

    /// Makes the copy what the checkout is now.
    pub(crate) fn freshen(&self) -> Result<(), Failure> {
        fs::create_dir_all(self.tree()).trying("make the folder for the copy of the checkout")?;
        tree::copy(self.house, &self.tree())
    }

    /// The text of a file of the copy.
    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.tree().join(file)).unwrap_or_default()
    }

    /// Every mutant of the files that decide; with a diff only those that it touches.
    pub(crate) fn list(&self, diff: Option<&str>) -> Result<Vec<Mutant>, Failure> {
        let mut list = self.cargo_mutants();
        list.args(["--list", "--json"]);
        for glob in deciding::globs() {
            list.arg("--file").arg(glob);
        }
        if let Some(diff) = diff {
            let path = self.folder().join("change.diff");
            fs::write(&path, diff).trying("write the change down")?;
            list.arg("--in-diff").arg(path);
        }
        let answer = list.output().trying("start cargo-mutants")?;
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            return Err(Failure::new(format!("cargo-mutants could not list the mutants:\n{said}")));
        }
        let said = String::from_utf8_lossy(&answer.stdout);
        if diff.is_some() && said.trim().is_empty() {
            return Ok(Vec::new());
        }
        Mutant::read_all(&said, |file| Some(self.text(file)))
    }

    /// Whether a round's tests pass while nothing is changed; false when the time was over before that was known. It also
    /// builds what stays the same for every mutant.
    pub(crate) fn passes(&self, round: &Round, deadline: Option<Instant>) -> Result<bool, Failure> {
        let limit = left(deadline).map_or(FIRST_BUILD, |left| left.min(FIRST_BUILD));
        let mut test = self.house.cargo(["test", "--profile=mutants"]);
        for package in round.packages {
            test.arg("--package").arg(package);
        }
        test.args(round.cargo).arg("--").args(round.tests);
        self.inside(&mut test);
        println!("      building {}, and seeing that they pass while nothing is changed", round.what);
        let logged = step::logged(&mut test, &self.folder().join("unchanged.txt"), limit)?;
        if logged.succeeded {
            return Ok(true);
        }
        if logged.took >= limit && deadline.is_some() {
            return Ok(false);
        }
        Err(Failure::new(format!("Nothing is changed, and {} fail:\n{}", round.what, logged.output)))
    }

    /// Tries a slice by a round of tests. Answers with what came of each that was tried before the deadline.
    pub(crate) fn run(
        &self,
        index: usize,
        round: &Round,
        slice: &[Mutant],
        hashes: &BTreeMap<String, String>,
        deadline: Option<Instant>,
    ) -> Result<Vec<(String, Outcome)>, Failure> {
        let note = json!({"round": index, "hashes": hashes}).to_string();
        fs::write(self.slice_file(), note).trying("note what is being tried")?;
        let log = File::create(self.folder().join("slice.txt")).trying("write the log")?;
        let second = log.try_clone().trying("write the log")?;
        let mut run = self.cargo_mutants();
        run.args([
            "--in-place",
            "--baseline=skip",
            "--profile=mutants",
            "--colors=never",
            "--build-timeout",
            BUILD_SECONDS,
        ]);
        run.arg("--timeout").arg(round.limit.as_secs().to_string());
        run.arg("--output").arg(self.folder());
        self.leave_out_all_but(slice, &mut run)?;
        for package in round.packages {
            run.arg("--test-package").arg(package);
        }
        run.args(round.cargo.iter().map(|argument| format!("--cargo-arg={argument}")));
        if !round.tests.is_empty() {
            run.arg("--cargo-test-arg=--");
            run.args(round.tests.iter().map(|argument| format!("--cargo-test-arg={argument}")));
        }
        let mut child = run.stdout(log).stderr(second).spawn().trying("start cargo-mutants")?;
        wait(&mut child, deadline)?;
        let outcomes = Outcome::read_all(&fs::read_to_string(self.outcomes_file()).unwrap_or_default());
        fs::remove_file(self.slice_file()).trying("note that nothing is being tried")?;
        Ok(outcomes)
    }

    /// What a run that was stopped in the middle of a slice had found out.
    pub(crate) fn left_behind(&self) -> Option<LeftBehind> {
        let note: Value = serde_json::from_str(&fs::read_to_string(self.slice_file()).ok()?).ok()?;
        fs::remove_file(self.slice_file()).ok()?;
        let round = usize::try_from(note["round"].as_u64()?).ok()?;
        let hash = |(file, hash): (&String, &Value)| Some((file.clone(), hash.as_str()?.to_owned()));
        let hashes = note["hashes"].as_object()?.iter().filter_map(hash).collect();
        Some((round, hashes, Outcome::read_all(&fs::read_to_string(self.outcomes_file()).ok()?)))
    }

    /// cargo-mutants (27.1.0) holds its pattern of names against most kinds of mutants, and against "delete field" it does
    /// not. What it is told to have caught before it leaves out whatever its kind.
    fn leave_out_all_but(&self, slice: &[Mutant], run: &mut Command) -> Result<(), Failure> {
        let mut list = self.cargo_mutants();
        list.arg("--list");
        let mut files: Vec<&str> = slice.iter().map(|mutant| mutant.file.as_str()).collect();
        files.dedup();
        for file in files {
            list.arg("--file").arg(file);
            run.arg("--file").arg(file);
        }
        let answer = list.output().trying("start cargo-mutants")?;
        let names = String::from_utf8_lossy(&answer.stdout);
        let others: Vec<&str> = names.lines().filter(|name| slice.iter().all(|mutant| mutant.name != *name)).collect();
        let out = self.folder().join("mutants.out");
        if out.exists() {
            fs::remove_dir_all(&out).trying("remove what the last slice left")?;
        }
        fs::create_dir_all(&out).trying("make the folder for the slice")?;
        fs::write(out.join("caught.txt"), others.join("\n")).trying("say which mutants are not wanted")?;
        run.arg("--iterate");
        Ok(())
    }

    fn cargo_mutants(&self) -> Command {
        let mut command = with_us(&self.house.tools().join("bin/cargo-mutants"));
        command.args(["mutants", "--workspace", "--no-config", "--dir"]).arg(self.tree());
        command.env("CARGO", self.house.cargo([]).get_program());
        for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
            command.env_remove(name);
        }
        self.inside(&mut command);
        command
    }

    /// In the copy, with a build of its own.
    fn inside(&self, command: &mut Command) {
        command.current_dir(self.tree()).stdin(Stdio::null());
        command.env("CARGO_TARGET_DIR", self.folder().join("build")).env("CARGO_INCREMENTAL", "1");
        // A failing case is enough: nobody reads the smallest.
        command.env("PROPTEST_MAX_SHRINK_ITERS", "0");
    }
}

/// Where the system can, a program that is asked to stop when we end, however we do: two that change the same copy would
/// take each other's changes for their own.
fn with_us(program: &Path) -> Command {
    let Some(setpriv) = find_program("setpriv") else { return Command::new(program) };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

/// What is left until the deadline; nothing when it is past.
fn left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// Waits for cargo-mutants; at the deadline asks it to stop, so that it changes back what it changed.
fn wait(child: &mut Child, deadline: Option<Instant>) -> Result<(), Failure> {
    let mut asked: Option<Instant> = None;
    while child.try_wait().trying("wait for cargo-mutants")?.is_none() {
        if asked.is_none() && left(deadline) == Some(Duration::ZERO) {
            asked = Some(Instant::now());
            // Where there is no `kill` it is ended below.
            let _sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        }
        if asked.is_some_and(|asked| asked.elapsed() > TO_STOP) {
            child.kill().trying("end cargo-mutants")?;
        }
        thread::sleep(LOOK);
    }
    Ok(())
}
