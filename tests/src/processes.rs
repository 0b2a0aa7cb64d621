//! The processes that the application is made of: its own, one for each page, and the network's. They can be ended one by one, as a
//! crash does, and what is in their memory can be looked through.

use crate::failure::{During, Failure, Outcome};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What the kernel calls a page's process: it keeps fifteen letters.
const PAGE: &str = "WebKitWebProces";
const NETWORK: &str = "WebKitNetworkPr";
/// The application's own.
const APPLICATION: &str = "countersign";
/// The size of a page of memory.
const MEMORY_PAGE: u64 = 4096;
/// What tells an application in its environment at which port it is driven.
pub(crate) const DRIVEN_AT: &str = "COUNTERSIGN_DRIVEN_AT";
/// No more is read at once.
const MOST: u64 = 4 * 1024 * 1024;

/// The processes of one application.
pub struct Processes {
    /// What their environment holds, and no other's.
    mark: String,
}

impl Processes {
    /// Those of the application that was opened on this data folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { mark: format!("COUNTERSIGN_DATA_DIR={}\0", data.display()) }
    }

    /// Those of the application that is driven at this port. Two may be open on one data folder.
    #[must_use]
    pub fn driven_at(port: u16) -> Self {
        Self { mark: format!("{DRIVEN_AT}={port}\0") }
    }

    /// The pages' processes, oldest first. When the application has come up, the till's own page is the first of them.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn pages(&self) -> Outcome<Vec<Pid>> {
        self.called(PAGE)
    }

    /// The process that loads and stores for all pages.
    ///
    /// # Errors
    /// When there is none.
    pub fn network(&self) -> Outcome<Pid> {
        self.called(NETWORK)?.into_iter().next().ok_or_else(|| Failure::new("there is no network process"))
    }

    /// The application's own process, while it runs.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn application(&self) -> Outcome<Option<Pid>> {
        Ok(self.called(APPLICATION)?.into_iter().next())
    }

    /// Asks the application to close, as the end of a session does.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn ask_to_close(&self) -> Outcome {
        match self.application()? {
            Some(application) => kill_process(application, Signal::TERM).during("ask the application to close"),
            None => Ok(()),
        }
    }

    fn called(&self, name: &str) -> Outcome<Vec<Pid>> {
        let mut found = vec![];
        for entry in fs::read_dir("/proc").during("list the processes")? {
            let entry = entry.during("list the processes")?;
            let Some(pid) = entry.file_name().to_str().and_then(|text| text.parse().ok()).and_then(Pid::from_raw)
            else {
                continue;
            };
            let is_called = fs::read_to_string(entry.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name);
            let is_ours = || {
                fs::read(entry.path().join("environ"))
                    .is_ok_and(|environment| position(&environment, self.mark.as_bytes()).is_some())
            };
            if is_called && is_ours() && !has_ended(&entry.path()) {
                found.push((started(&entry.path()), pid));
            }
        }
        found.sort_by_key(|(started, pid)| (*started, pid.as_raw_nonzero()));
        Ok(found.into_iter().map(|(_, pid)| pid).collect())
    }
}

/// The numbers of a process's `stat`, behind its name in brackets.
fn stat(folder: &Path) -> Vec<String> {
    let stat = fs::read_to_string(folder.join("stat")).unwrap_or_default();
    let (_, numbers) = stat.rsplit_once(')').unwrap_or_default();
    numbers.split_whitespace().map(str::to_owned).collect()
}

/// A process that has ended keeps its name until somebody asks how it ended.
fn has_ended(folder: &Path) -> bool {
    stat(folder).first().is_none_or(|state| state == "Z" || state == "X")
}

fn started(folder: &Path) -> u64 {
    stat(folder).get(19).and_then(|ticks| ticks.parse().ok()).unwrap_or_default()
}

/// Sends a process a signal.
///
/// # Errors
/// When it is gone.
pub fn send(process: Pid, signal: Signal) -> Outcome {
    kill_process(process, signal).during("send a process a signal")
}

/// Where these bytes are in what a process has in memory and may write to: the address, and what stands around them.
///
/// # Errors
/// When it is gone, or may not be looked into.
pub fn places(process: Pid, bytes: &[u8]) -> Outcome<Vec<String>> {
    let folder = format!("/proc/{}", process.as_raw_nonzero());
    let maps = fs::read_to_string(format!("{folder}/smaps")).during("look at a process")?;
    let memory = File::open(format!("{folder}/mem")).during("look into a process")?;
    let present = File::open(format!("{folder}/pagemap")).during("look at a process")?;
    let mut found = vec![];
    for (from, to) in written_to(&maps) {
        for (start, end) in there(&present, from, to) {
            let mut piece = vec![0; usize::try_from(end - start).unwrap_or_default()];
            // What was given back meanwhile holds nothing.
            let read = memory.read_at(&mut piece, start).unwrap_or_default();
            piece.truncate(read);
            let mut rest = 0;
            while let Some(offset) = position(&piece[rest..], bytes) {
                let at = rest + offset;
                rest = at + bytes.len();
                let around = &piece[at.saturating_sub(80)..piece.len().min(rest + 40)];
                found.push(format!("{:x}: {}", start + at as u64, around.escape_ascii()));
            }
        }
    }
    Ok(found)
}

/// The spans that a process may write to, and that are not all empty.
fn written_to(smaps: &str) -> Vec<(u64, u64)> {
    let mut spans = vec![];
    let mut span = None;
    for line in smaps.lines() {
        let mut words = line.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if let Some((from, to)) = first.split_once('-')
            && let (Ok(from), Ok(to)) = (u64::from_str_radix(from, 16), u64::from_str_radix(to, 16))
        {
            span = second.starts_with("rw").then_some((from, to));
        } else if first == "Rss:" && second != "0" {
            spans.extend(span.take());
        }
    }
    spans
}

/// What is really there of a span, in pieces of a few megabytes at most.
fn there(present: &File, from: u64, to: u64) -> Vec<(u64, u64)> {
    let mut pieces: Vec<(u64, u64)> = vec![];
    let mut entries = vec![0; 8 * 65_536];
    let mut at = from;
    while at < to {
        let read = present.read_at(&mut entries, at / MEMORY_PAGE * 8).unwrap_or_default();
        if read < 8 {
            break;
        }
        for entry in entries[..read].chunks_exact(8) {
            // In memory (bit 63) or swapped out (62).
            if at < to && entry[7] & 0b1100_0000 != 0 {
                match pieces.last_mut() {
                    Some((start, end)) if *end == at && at - *start < MOST => *end = at + MEMORY_PAGE,
                    _ => pieces.push((at, at + MEMORY_PAGE)),
                }
            }
            at += MEMORY_PAGE;
        }
    }
    pieces
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.iter().position(|byte| byte == first)?;
        if text[at + 1..].starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
}
