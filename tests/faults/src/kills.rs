//! Where kills land: what the journal of a till that was killed says about the moment at which it died.
//!
//! A kill proves something only where it hurts: between a row and the call that it announces, between Stripe's act and the
//! row of its answer, in the middle of a recovery. So each kill is read off the journal that it left behind, and the reader
//! of a run sees how many fell where. The journal is copied first: opening it in place would tidy up its write-ahead log,
//! which the next till must do by itself.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::records;
use stripe_sim::Ledger;
use till::SaleId;
use till::event::Event;
use till::journal::{Entry, Journal, Subject};
use till::machine;
use till::refund::RefundStage;
use till::sale::{Purpose, Sale, Stage};

/// Finished sales that are read besides the unfinished ones.
const RECENT: u32 = 40;

/// The end of a till's journal, as a kill left it.
pub struct Remains {
    /// Its unfinished sales and the newest of the others.
    pub sales: BTreeMap<SaleId, Sale>,
    last: Option<Entry>,
}

impl Remains {
    /// Reads a copy of the journal at `path`, made in the folder `scratch`. The till must be dead.
    ///
    /// # Errors
    /// When there is no sound journal: no kill may leave one that cannot be read.
    pub fn read(path: &Path, scratch: &Path, of: &str) -> Result<Self, String> {
        let copy = scratch.join("remains.sqlite");
        for tail in ["", "-wal"] {
            let with_tail = |path: &Path| format!("{}{tail}", path.display());
            let (from, to) = (with_tail(path), with_tail(&copy));
            drop(std::fs::remove_file(&to));
            if Path::new(&from).exists() {
                std::fs::copy(&from, &to).map_err(|error| format!("the journal cannot be copied: {error}"))?;
            }
        }
        let told = |error: &dyn std::fmt::Display| format!("the kill left a journal that cannot be read: {error}");
        let entries = records::start()
            .and_then(|start| Journal::open(&copy, of, start))
            .and_then(|journal| journal.load(RECENT))
            .map_err(|e| told(&e))?;
        let sales = machine::replay(&entries).map_err(|error| told(&error))?;
        Ok(Self { sales, last: entries.into_iter().next_back() })
    }
}

/// A call that stood in the journal without an answer when the till died.
struct Open {
    purpose: &'static str,
    key: String,
    /// On the simulator's clock, milliseconds since 1970.
    killed_at_ms: u64,
}

/// All kills of a run.
#[derive(Default)]
pub struct Kills {
    last_row: Option<Entry>,
    moments: BTreeMap<&'static str, u32>,
    open: Vec<Open>,
    known_keys: HashSet<String>,
}

impl Kills {
    /// Notes where the kill of `killed_at_ms` (on the simulator's clock) landed.
    pub fn note(&mut self, remains: &Remains, killed_at_ms: u64) {
        let nothing_new = remains.last == self.last_row;
        let moment = match &remains.last {
            _ if nothing_new => START,
            Some(entry) => {
                let Subject::Sale(sale) = entry.about;
                moment(entry, remains.sales.get(&sale))
            }
            None => START,
        };
        *self.moments.entry(moment).or_default() += 1;
        self.last_row.clone_from(&remains.last);
        for sale in remains.sales.values() {
            for (purpose, key) in calls_out(sale) {
                // One that was out at the kill before is not out a second time.
                if self.known_keys.insert(key.clone()) {
                    self.open.push(Open { purpose, key, killed_at_ms });
                }
            }
        }
    }

    /// What a run of many kills must have met at least once, and this one has not.
    #[must_use]
    pub fn missed(&self, ledger: &Ledger) -> Vec<String> {
        let mut missed: Vec<String> = MOMENTS
            .iter()
            .filter(|(moment, must)| *must && !self.moments.contains_key(moment))
            .map(|(moment, _)| (*moment).to_owned())
            .collect();
        let calls = self.calls(ledger);
        for purpose in [FIRST_CARD, OTHER_CARD, SECOND_CONFIRM, CANCEL, REFUND] {
            let (before, after) = calls.get(purpose).copied().unwrap_or_default();
            for (count, how) in [(before, "before Stripe acted"), (after, "after Stripe acted")] {
                if count == 0 {
                    missed.push(format!("{purpose}, {how}"));
                }
            }
        }
        missed
    }

    /// Why these few kills prove nothing: they all landed in the same places, or never while a call was out.
    #[must_use]
    pub fn too_narrow(&self, ledger: &Ledger) -> Option<String> {
        let (mut before, mut after) = (0, 0);
        for (unsent, acted) in self.calls(ledger).values() {
            before += unsent;
            after += acted;
        }
        let places = self.moments.len();
        let narrow = places < FEW_MOMENTS || before == 0 || after == 0;
        narrow.then(|| {
            format!("the kills landed in {places} places; {before} before Stripe acted on a call that was out, {after} after")
        })
    }

    /// For each kind of call that was out at a kill: how often Stripe had not acted on it by then, and how often it had.
    fn calls(&self, ledger: &Ledger) -> BTreeMap<&'static str, (u32, u32)> {
        let mut acted: HashMap<&str, u64> = HashMap::new();
        for request in ledger.requests.iter().filter(|request| request.status.is_some()) {
            if let Some(key) = request.idempotency_key.as_deref() {
                let first = acted.entry(key).or_insert(request.at_ms);
                *first = request.at_ms.min(*first);
            }
        }
        let mut calls: BTreeMap<&'static str, (u32, u32)> = BTreeMap::new();
        for open in &self.open {
            let (before, after) = calls.entry(open.purpose).or_default();
            if acted.get(open.key.as_str()).is_some_and(|at_ms| *at_ms <= open.killed_at_ms) {
                *after += 1;
            } else {
                *before += 1;
            }
        }
        calls
    }

    /// Both tables, for people.
    #[must_use]
    pub fn tables(&self, ledger: &Ledger) -> String {
        let mut text = format!("{:<66} {:>6}\n", "the last row on record when the till was killed", "kills");
        for (moment, _) in MOMENTS {
            let kills = self.moments.get(moment).copied().unwrap_or_default();
            let _infallible = writeln!(text, "  {moment:<64} {kills:>6}");
        }
        let _infallible = writeln!(
            text,
            "\n{:<40} {:>16} {:>16}",
            "a call on record, its answer not", "not acted on", "acted on, unheard"
        );
        for (purpose, (before, after)) in self.calls(ledger) {
            let _infallible = writeln!(text, "  {purpose:<38} {before:>16} {after:>16}");
        }
        text
    }
}

const FIRST_CARD: &str = "create and confirm";
const OTHER_CARD: &str = "confirm with another card";
const SECOND_CONFIRM: &str = "second confirm";
const CANCEL: &str = "cancel";
const REFUND: &str = "refund";

const START: &str = "start: nothing written in this life";
const LOST: &str = "start: a call of an earlier life marked as lost";
const OPENED: &str = "sale: opened";
const WISH: &str = "sale: cancel asked for";
const CARD: &str = "call: create and confirm, to go or out";
const ANOTHER: &str = "call: confirm with another card, to go or out";
const CONFIRM: &str = "call: second confirm, to go or out";
const AGAIN: &str = "call: one of these a second time, to go or out";
const CANCELLING: &str = "call: cancel, to go or out";
const REFUNDING: &str = "call: refund, to go or out";
const APPROVED: &str = "answer: approved";
const DECLINED: &str = "answer: declined";
const ASKED: &str = "answer: the bank asks the customer";
const CANCELLED: &str = "answer: cancelled";
const REFUNDED: &str = "answer: of a refund";
const NO_ANSWER: &str = "answer: none, so it is not known";
const YES: &str = "look: the bank said yes, second confirm not on record";
const SEEN: &str = "look: another outcome";
const NOTHING: &str = "look: Stripe has no such payment";
const OTHER: &str = "another row";

/// In so many places even a short run's kills land.
const FEW_MOMENTS: usize = 5;

/// In the order in which they are shown, and whether a run of many kills must meet them: not the rare ones.
const MOMENTS: [(&str, bool); 20] = [
    (START, true),
    (LOST, true),
    (OPENED, true),
    (CARD, true),
    (ANOTHER, true),
    (CONFIRM, true),
    (AGAIN, false),
    (WISH, true),
    (CANCELLING, true),
    (REFUNDING, true),
    (APPROVED, true),
    (DECLINED, true),
    (ASKED, true),
    (CANCELLED, true),
    (REFUNDED, true),
    (NO_ANSWER, false),
    (YES, true),
    (SEEN, true),
    (NOTHING, false),
    (OTHER, false),
];

/// The calls that are out, and their keys.
fn calls_out(sale: &Sale) -> Vec<(&'static str, String)> {
    let last = sale.last_attempt();
    let charging = sale.in_flight.and_then(|purpose| {
        let (purpose, call) = match purpose {
            Purpose::Submit if sale.attempts.len() == 1 => (FIRST_CARD, last.map(|attempt| &attempt.submit)),
            Purpose::Submit => (OTHER_CARD, last.map(|attempt| &attempt.submit)),
            Purpose::ConfirmAgain => (SECOND_CONFIRM, last.and_then(|attempt| attempt.confirm_again.as_ref())),
            Purpose::Cancel => (CANCEL, sale.cancel.as_ref()),
        };
        Some((purpose, call?.key.as_str().to_owned()))
    });
    let refunding = sale.refunds.iter().filter(|refund| refund.stage == RefundStage::InFlight);
    let refunding = refunding.filter_map(|refund| Some((REFUND, refund.key()?.as_str().to_owned())));
    charging.into_iter().chain(refunding).collect()
}

/// The last row in words.
fn moment(entry: &Entry, after: Option<&Sale>) -> &'static str {
    let stage = after.map(|sale| &sale.stage);
    match &entry.event {
        Event::Opened { .. } => OPENED,
        Event::Submitted { .. } if after.is_some_and(|sale| sale.attempts.len() > 1) => ANOTHER,
        Event::Submitted { .. } => CARD,
        Event::ConfirmedAgain { .. } => CONFIRM,
        Event::Resent { .. } | Event::RefundResent { .. } => AGAIN,
        Event::CancelWanted => WISH,
        Event::CancelStarted { .. } => CANCELLING,
        Event::RefundStarted { .. } => REFUNDING,
        Event::Interrupted => LOST,
        Event::Answered { .. } => match stage {
            Some(Stage::Approved(_)) => APPROVED,
            Some(Stage::Declined(_) | Stage::Open { .. }) => DECLINED,
            Some(Stage::NeedsAuthentication) => ASKED,
            Some(Stage::Cancelled) => CANCELLED,
            Some(Stage::NotKnown { .. } | Stage::Cancelling) => NO_ANSWER,
            _ => OTHER,
        },
        Event::Looked { .. } if matches!(stage, Some(Stage::Authenticated { .. })) => YES,
        Event::RefundAnswered { .. } => REFUNDED,
        Event::Looked { .. } | Event::RefundsSeen { .. } => SEEN,
        Event::FoundNothing => NOTHING,
        _ => OTHER,
    }
}
