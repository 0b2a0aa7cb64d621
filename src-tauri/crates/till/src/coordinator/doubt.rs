//! What this run of the till knows of an outcome that is open, for staff to read. It decides nothing and is in memory only:
//! after a start Stripe is asked again.

use stripe_client::{Error, PaymentIntentStatus};

use super::SaleRun;
use crate::look::Found;
use crate::machine::Effect;
use crate::sale::{Sale, Stage};
use crate::show::ThisRun;
use crate::view::LastLook;

/// What the last look said, without the time: that is counted in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Heard {
    #[default]
    Nothing,
    Silence,
    Refusal,
    NoneSoFar,
    AtWork,
    ListTooLong,
    Foreign,
}

/// What this run knows of a sale's open outcome.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Doubt {
    /// By the last look since a call of the sale went out.
    heard: Heard,
    /// Since when the outcome is open, milliseconds since 1970.
    since_ms: Option<i64>,
}

impl Doubt {
    /// A call of the sale goes out: what was read before is older than it.
    pub(super) fn call_goes_out(&mut self) {
        self.heard = Heard::Nothing;
    }

    /// A look has come back.
    pub(super) fn looked(&mut self, found: &Found) {
        self.heard = match found {
            Found::It(intent) if intent.status == PaymentIntentStatus::Processing => Heard::AtWork,
            // Where it leaves the outcome open, it shows nothing of the call that is in doubt.
            Found::It(_) | Found::Nothing => Heard::NoneSoFar,
            Found::NoAnswer(Error::Api(_)) => Heard::Refusal,
            Found::NoAnswer(
                Error::NotSent { .. } | Error::NoAnswer { .. } | Error::NotStripe { .. } | Error::Unreadable { .. },
            ) => Heard::Silence,
            Found::TooMany => Heard::ListTooLong,
            Found::Foreign => Heard::Foreign,
            // Of another question.
            Found::Refunds(_) | Found::Gone => return,
        };
    }

    /// The sale has become `sale`, with these effects to follow.
    pub(super) fn moved_to(&mut self, sale: &Sale, effects: &[Effect], at_ms: i64) {
        let sends = effects.iter().any(|effect| match effect {
            Effect::Send(_) | Effect::StartCancel => true,
            Effect::SendRefund(_) | Effect::Look | Effect::Finish => false,
        });
        self.since_ms = match &sale.stage {
            Stage::NotKnown { since_ms, .. } => Some(*since_ms),
            Stage::Cancelling if sale.in_flight.is_some() || sends => self.since_ms,
            Stage::Cancelling => self.since_ms.or(Some(at_ms)),
            Stage::Open { .. }
            | Stage::Submitting
            | Stage::NeedsAuthentication
            | Stage::Authenticated { .. }
            | Stage::Confirming
            | Stage::Approved(_)
            | Stage::Held(_)
            | Stage::Processing
            | Stage::Declined(_)
            | Stage::Cancelled
            | Stage::SetAside => None,
        };
    }
}

impl SaleRun {
    /// What this run knows, with the time until which the till waits.
    pub(super) fn this_run(&self, now_ms: i64) -> ThisRun {
        ThisRun { last_look: self.last_look(now_ms), doubt_since_ms: self.doubt.since_ms, bank_page: self.bank_page }
    }

    fn last_look(&self, now_ms: i64) -> LastLook {
        match self.doubt.heard {
            Heard::Nothing => LastLook::NotAsked,
            Heard::Silence => LastLook::Silent,
            Heard::Refusal => LastLook::Refused,
            Heard::NoneSoFar => {
                let left_ms = i64::from(self.pacing.settles_in_s()) * 1_000;
                LastLook::NoneSoFar { until_ms: now_ms.saturating_add(left_ms) }
            }
            Heard::AtWork => LastLook::AtWork,
            Heard::ListTooLong => LastLook::ListTooLong,
            Heard::Foreign => LastLook::Foreign,
        }
    }
}
