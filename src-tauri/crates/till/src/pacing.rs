//! When a sale is looked at at Stripe without anybody asking for it: how often, by what it waits for, and whether what is read
//! then can still be overtaken by a call that is on its way.
//!
//! Counted in ticks, one a second, and in looks; there is no clock here, so that one that jumps neither hurries nor stops a
//! look. Nothing of it is written down: a start begins anew, and so waits for longer rather than shorter.

#![deny(clippy::wildcard_enum_match_arm)]

use crate::machine::SETTLE_SECONDS;
use crate::refund::{Refund, RefundStage};
use crate::sale::{Decline, Sale, Stage, Why};

#[cfg(test)]
mod tests;

/// Pauses between looks, in ticks (seconds), for a payment whose outcome is open.
const OPEN_OUTCOME_TICKS: [u32; 7] = [1, 2, 4, 8, 15, 15, 30];
/// So many looks at an open outcome are taken at that pace and then at [`QUIET_TICKS`]; after them it is rare.
const OPEN_OUTCOME_LOOKS: usize = 60;
/// The same where nobody waits for the answer any more.
const RARE_TICKS: u32 = 300;
/// The same while the bank's challenge stands: somebody is acting on it.
const CHALLENGE_TICKS: u32 = 5;
/// Looks at that pace: an hour's worth.
const CHALLENGE_LOOKS: usize = 720;
/// The same for what may stand for long.
const QUIET_TICKS: u32 = 30;
/// Pauses between the first looks at a sale that was given up.
const WATCH_TICKS: [u32; 3] = [60, 300, 900];
/// Pauses between all later ones.
const WATCH_LATER_TICKS: u32 = 1_800;

/// How a sale stood when a question about it went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Calls sent before, in this run.
    calls: u64,
    /// No call of the sale could be on its way any more.
    pub(crate) settled: bool,
}

/// A look that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Out {
    #[default]
    None,
    Look,
    /// It began before what is to be seen by it: one more follows when it is back.
    TooEarly,
}

/// The pace of the looks at one sale.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pacing {
    /// Calls sent in this run.
    calls: u64,
    out: Out,
    /// Looks since the stage changed.
    looks: usize,
    /// Ticks since a call of this sale was last known to be out, in this run.
    quiet_ticks: u32,
    /// Ticks until the next look.
    ticks_to_look: Option<u32>,
}

impl Pacing {
    /// One second has passed. True when a look is due; it stays due until one begins.
    pub(crate) fn tick(&mut self) -> bool {
        self.quiet_ticks = self.quiet_ticks.saturating_add(1);
        let Some(left) = self.ticks_to_look else { return false };
        self.ticks_to_look = Some(left.saturating_sub(1));
        left <= 1
    }

    /// A call of the sale goes out: its answer says when to look.
    pub(crate) fn call_goes_out(&mut self) {
        self.calls = self.calls.saturating_add(1);
        self.ticks_to_look = None;
    }

    /// A look is to begin. None when it may not: one is out already, or a call is, whose own answer will be newer.
    pub(crate) fn begin_look(&mut self, sale: &Sale) -> Option<Asked> {
        if sale.call_in_flight() || self.out != Out::None {
            return None;
        }
        self.out = Out::Look;
        self.ticks_to_look = None;
        Some(self.ask())
    }

    /// Something else is asked of Stripe about the sale.
    pub(crate) fn ask(&self) -> Asked {
        // Counted when the question goes out: what arrives while it is on its way is not in the answer.
        Asked { calls: self.calls, settled: self.quiet_ticks >= SETTLE_SECONDS }
    }

    /// Something has just become worth a look. One that is out already began too early for it.
    pub(crate) fn look_out_is_too_early(&mut self) {
        if self.out != Out::None {
            self.out = Out::TooEarly;
        }
    }

    /// The look is back. True when it began too early, and another has to follow.
    pub(crate) fn look_is_back(&mut self) -> bool {
        self.looks = self.looks.saturating_add(1);
        std::mem::take(&mut self.out) == Out::TooEarly
    }

    /// It will never be back.
    pub(crate) fn look_fell_over(&mut self) {
        self.out = Out::None;
    }

    /// True when a call went out since: what was asked is older than its answer.
    pub(crate) fn has_sent_since(&self, asked: Asked) -> bool {
        self.calls != asked.calls
    }

    /// The sale has changed: its next look is chosen anew.
    pub(crate) fn changed(&mut self, before: &Sale, sale: &Sale) {
        if before.call_in_flight() || sale.call_in_flight() {
            self.quiet_ticks = 0;
        }
        // Somebody waits for a refund that is out, however long the sale has been looked at before.
        let refunding = sale.call_in_flight() && sale.in_flight.is_none();
        if refunding || std::mem::discriminant(&before.stage) != std::mem::discriminant(&sale.stage) {
            self.looks = 0;
        }
        self.look_later(sale);
    }

    /// A look in good time.
    pub(crate) fn look_later(&mut self, sale: &Sale) {
        self.ticks_to_look = self.pause(sale);
    }

    /// The same, unless the next look is chosen already.
    pub(crate) fn go_on(&mut self, sale: &Sale) {
        if self.ticks_to_look.is_none() {
            self.look_later(sale);
        }
    }

    /// Until by all that is known no call of the sale can be on its way any more.
    pub(crate) fn settles_in_s(&self) -> u32 {
        SETTLE_SECONDS.saturating_sub(self.quiet_ticks)
    }

    /// When to look again without being asked, if at all.
    fn pause(&self, sale: &Sale) -> Option<u32> {
        match &sale.stage {
            Stage::NotKnown { why: Why::Mismatch | Why::Gone | Why::StrangeStatus(_), .. } => Some(RARE_TICKS),
            // The look that decides comes as soon as nothing can be on its way any more: staff are told that moment.
            Stage::NotKnown { .. } | Stage::Cancelling if self.settles_in_s() > 0 => {
                Some(self.patient().min(self.settles_in_s()))
            }
            Stage::NotKnown { .. } | Stage::Cancelling | Stage::Processing => Some(self.patient()),
            Stage::NeedsAuthentication if self.looks < CHALLENGE_LOOKS => Some(CHALLENGE_TICKS),
            // It should have arrived long ago, if at all. While the sale is in hand, that is watched.
            Stage::Declined(Decline::NeverArrived) | Stage::Open { notice: Some(Decline::NeverArrived) } => {
                Some(QUIET_TICKS)
            }
            // Another card was tried since, and the lost one may still come.
            Stage::Declined(_) | Stage::Open { .. } if sale.has_a_card_taken_for_lost() => Some(RARE_TICKS),
            Stage::NeedsAuthentication | Stage::Authenticated { .. } | Stage::Held(_) => Some(QUIET_TICKS),
            Stage::Approved(_) => self.pause_of_refunds(sale),
            Stage::Cancelled if !sale.finished() => {
                Some(WATCH_TICKS.get(self.looks).copied().unwrap_or(WATCH_LATER_TICKS))
            }
            Stage::Open { .. }
            | Stage::Submitting
            | Stage::Confirming
            | Stage::Declined(_)
            | Stage::Cancelled
            | Stage::SetAside => None,
        }
    }

    fn pause_of_refunds(&self, sale: &Sale) -> Option<u32> {
        let any = |which: fn(&Refund) -> bool| sale.refunds.iter().any(which);
        if any(|refund| matches!(refund.stage, RefundStage::NotKnown { .. })) {
            Some(self.patient())
        } else if any(|refund| refund.stage == RefundStage::Pending)
            || (any(Refund::taken_for_lost) && !sale.watch_ended)
        {
            // A bank may take days over it, and a lost call should have arrived long ago, if at all.
            Some(RARE_TICKS)
        } else {
            None
        }
    }

    /// While somebody waits for an outcome.
    fn patient(&self) -> u32 {
        match OPEN_OUTCOME_TICKS.get(self.looks) {
            Some(ticks) => *ticks,
            None if self.looks < OPEN_OUTCOME_LOOKS => QUIET_TICKS,
            None => RARE_TICKS,
        }
    }
}
