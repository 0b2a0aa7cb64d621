//! Programs that the harness starts, and ends: nothing outlives a run.
//!
//! Each program gets its own process group, so that its own children end with it. The kernel ends it too when the
//! harness dies without a chance to clean up (`setpriv --pdeathsig`).

use crate::failure::{During, Outcome};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to end on its own once it was asked to.
const PATIENCE: Duration = Duration::from_secs(3);

/// A running program with all its children.
pub struct Supervised {
    name: String,
    child: Child,
}

/// The program and arguments, to be ended by the kernel if the harness is gone.
#[must_use]
pub fn guarded(program: &Path, environment: &[(String, String)]) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "--"])
        .arg(program)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command
}

impl Supervised {
    /// Starts a program; what it says goes to the end of `log`.
    ///
    /// # Errors
    /// When the program or the log cannot be opened.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Outcome<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log).during("open a log")?;
        let second = log.try_clone().during("open a log")?;
        let child = command.stdout(log).stderr(second).spawn().during(format_args!("start {name}"))?;
        Ok(Self { name: name.to_owned(), child })
    }

    /// Starts a program and waits for the first line it prints; `input` is written to its standard input.
    ///
    /// # Errors
    /// When it cannot be started, or ends without a line.
    pub fn start_and_read_line(name: &str, mut command: Command, input: Option<&str>) -> Outcome<(Self, String)> {
        command.stdout(Stdio::piped());
        if input.is_some() {
            command.stdin(Stdio::piped());
        }
        let child = command.spawn().during(format_args!("start {name}"))?;
        let mut started = Self { name: name.to_owned(), child };
        if let (Some(input), Some(mut pipe)) = (input, started.child.stdin.take()) {
            pipe.write_all(input.as_bytes()).during(format_args!("write to {name}"))?;
        }
        let mut line = String::new();
        if let Some(pipe) = started.child.stdout.take() {
            let mut reader = BufReader::new(pipe);
            reader.read_line(&mut line).during(format_args!("read what {name} says"))?;
            // Whatever it says later must not block it.
            thread::spawn(move || {
                let mut rest = Vec::new();
                let _unread = reader.read_to_end(&mut rest);
            });
        }
        Ok((started, line.trim().to_owned()))
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        self.child.try_wait().during(format_args!("look at {}", self.name))
    }

    /// Waits until it ends, at most for `limit`.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn wait_for_end(&mut self, limit: Duration) -> Outcome<Option<ExitStatus>> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(None)
    }

    /// Ends the whole group at once, as a power cut would.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _gone = self.child.wait();
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // It may have ended on its own already.
            let _gone = kill_process_group(group, signal);
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        let _status = self.wait_for_end(PATIENCE);
        self.kill();
    }
}
