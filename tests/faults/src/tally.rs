//! How often each fault struck, and each act was done: counted where it happens, not where it is planned. A plan may end before
//! the call that was to be lost.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Where a fault comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Between the till and Stripe.
    Network,
    /// The till's process.
    Process,
    /// The machine under it.
    Machine,
    Disk,
    Clock,
    /// Stripe, and whoever else uses the account.
    Stripe,
    /// Who stands at the till.
    Staff,
    /// The payment page.
    Page,
}

/// What struck, and how often.
pub type Tally = BTreeMap<(Room, &'static str), u64>;

thread_local! {
    // A world is played in one thread, and no thread plays two at once.
    static COUNTED: RefCell<Tally> = const { RefCell::new(Tally::new()) };
}

/// It has happened once more.
pub(crate) fn count(room: Room, what: &'static str) {
    COUNTED.with_borrow_mut(|counted| *counted.entry((room, what)).or_default() += 1);
}

/// What was counted in this thread since this was last asked.
pub(crate) fn take() -> Tally {
    COUNTED.take()
}

/// In lines, a room each.
#[must_use]
pub fn written(tally: &Tally) -> String {
    let mut lines: BTreeMap<Room, Vec<String>> = BTreeMap::new();
    for ((room, what), times) in tally {
        lines.entry(*room).or_default().push(format!("{what} {times}"));
    }
    lines.iter().map(|(room, struck)| format!("{room:?}: {}", struck.join(", "))).collect::<Vec<_>>().join("\n")
}
