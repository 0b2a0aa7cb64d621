//! Runs one command: shown as it goes, or kept in a log with a sign of life now and then.

use crate::failure::{Failure, Trying};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running step gives a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// How often a running step is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Runs a command in full view and fails when it fails.
pub(crate) fn shown(what: &str, command: &mut Command) -> Result<(), Failure> {
    let status = command.stdin(Stdio::null()).status().trying(format_args!("start {}", name_of(command)))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("Could not {what}: {} ended with {status}.", name_of(command))))
}

/// What a logged command left.
pub(crate) struct Logged {
    pub(crate) succeeded: bool,
    /// Everything it printed, both streams.
    pub(crate) output: String,
    pub(crate) took: Duration,
}

/// Runs a command with its output in `log`, at most for `limit`.
pub(crate) fn logged(command: &mut Command, log: &Path, limit: Duration) -> Result<Logged, Failure> {
    let started = Instant::now();
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).trying("make the folder for the logs")?;
    }
    let file = File::create(log).trying(format_args!("write {}", log.display()))?;
    let second = file.try_clone().trying("write the log")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(second)
        .spawn()
        .trying(format_args!("start {}", name_of(command)))?;
    let mut next_sign = started + SIGN_OF_LIFE;
    let status: Option<ExitStatus> = loop {
        if let Some(status) = child.try_wait().trying("wait for a command")? {
            break Some(status);
        }
        if started.elapsed() > limit {
            child.kill().trying("end a command that took too long")?;
            child.wait().trying("wait for a command")?;
            break None;
        }
        if Instant::now() >= next_sign {
            next_sign += SIGN_OF_LIFE;
            sign_of_life(log, started.elapsed());
        }
        thread::sleep(LOOK);
    };
    let took = started.elapsed();
    let bytes = fs::read(log).trying("read the log")?;
    let mut output = String::from_utf8_lossy(&bytes).into_owned();
    if status.is_none() {
        output.push_str(&format!("\nEnded by xtask: it ran longer than {} minutes.\n", limit.as_secs() / 60));
    }
    Ok(Logged { succeeded: status.is_some_and(|status| status.success()), output, took })
}

/// Prints the last thing a running step said.
fn sign_of_life(log: &Path, elapsed: Duration) {
    let said = fs::read(log).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let last: String = said
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("nothing said yet")
        .chars()
        .filter(|character| !character.is_control())
        .take(90)
        .collect();
    println!("      … {} s: {last}", elapsed.as_secs());
    // A log that nobody can see is no reason to stop.
    let _unflushed = std::io::stdout().flush();
}

fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let arguments: Vec<_> = command.get_args().take(2).map(|a| a.to_string_lossy()).collect();
    format!("`{} {}`", name.to_string_lossy(), arguments.join(" ")).replace(" `", "`")
}
