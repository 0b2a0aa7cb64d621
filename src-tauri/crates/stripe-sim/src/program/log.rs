//! The log on the error output: one line a request, and what goes wrong. Lines are written by a thread of their own, so that
//! nobody who forgets to read them can hold up an answer; what cannot be written in time is counted and left out.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use jiff::Timestamp;
use log::{LevelFilter, Log, Metadata, Record};

/// How many lines may wait to be written.
const WAITING_LINES: usize = 10_000;

/// How long the end of the program waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

enum Line {
    Text(String),
    /// Answered once everything before it is written.
    Flush(SyncSender<()>),
}

struct Lines {
    sender: SyncSender<Line>,
    left_out: AtomicU64,
    requests: bool,
}

/// Begins to log. `requests`: whether each request gets its line.
pub(crate) fn start(requests: bool) {
    let (sender, receiver) = sync_channel(WAITING_LINES);
    std::thread::spawn(move || write_out(&receiver));
    // A logger lives as long as the process. Only this function sets one, and it runs once.
    let lines = Box::leak(Box::new(Lines { sender, left_out: AtomicU64::new(0), requests }));
    if log::set_logger(lines).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}

fn write_out(lines: &Receiver<Line>) {
    while let Ok(line) = lines.recv() {
        match line {
            // When nobody listens there is nowhere to say so.
            Line::Text(line) => drop(writeln!(std::io::stderr(), "{line}")),
            Line::Flush(done) => drop(done.send(())),
        }
    }
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Libraries are not listened to: some of them log what they send and receive.
        match metadata.target() {
            stripe_sim::REQUEST_LOG => self.requests,
            target => target.starts_with("stripe_sim") && metadata.level() <= log::Level::Info,
        }
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let time = written(Timestamp::now());
        let line = if record.target() == stripe_sim::REQUEST_LOG {
            format!("{time} {}", record.args())
        } else {
            format!("{time} {}: {}", record.level().as_str().to_lowercase(), record.args())
        };
        let left_out = self.left_out.swap(0, Ordering::Relaxed);
        let line = if left_out == 0 { line } else { format!("({left_out} lines were left out)\n{line}") };
        if let Err(TrySendError::Full(_)) = self.sender.try_send(Line::Text(line)) {
            self.left_out.fetch_add(left_out + 1, Ordering::Relaxed);
        }
    }

    fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.sender.try_send(Line::Flush(done)).is_ok() {
            let _ = written.recv_timeout(LAST_LINES);
        }
    }
}

/// A time as `2026-11-23T03:40:12.345Z`.
fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_in_a_log() {
        for (milliseconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_500, "2000-02-29T00:00:00.500Z"),
            (1_793_491_200_045, "2026-11-01T00:00:00.045Z"),
            (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
            (1_835_395_200_000, "2028-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(written(Timestamp::from_millisecond(milliseconds).expect("a time")), expected);
        }
        let just_before = Timestamp::from_nanosecond(1_798_761_599_999_999_999).expect("a time");
        assert_eq!(written(just_before), "2026-12-31T23:59:59.999Z", "cut, and not rounded up");
    }
}
