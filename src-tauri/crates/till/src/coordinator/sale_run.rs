//! A sale in the hands of the coordinator: in memory only, and gone with the run.

use secrecy::SecretString;
use tokio::sync::oneshot;

use super::doubt::Doubt;
use super::{Coordinator, Refused};
use crate::ids::{AttemptId, RefundId};
use crate::sale::{Sale, Stage};
use crate::show::SaleNow;
use crate::view::BankPage;

/// A sale, with what only this run of the till knows of it.
pub(super) struct SaleRun {
    pub(super) sale: Sale,
    /// Calls sent in this run. A look that began before the last one is older than its answer.
    pub(super) calls: u64,
    pub(super) looking: bool,
    /// The look that is out began too early: look again when it is back.
    pub(super) look_again: bool,
    /// Looks since the stage changed.
    pub(super) looks: usize,
    /// Ticks since a call of this sale was last known to be out, in this run.
    pub(super) quiet_ticks: u32,
    /// What this run knows of its outcome while that is open.
    pub(super) doubt: Doubt,
    /// The tick from which this run watches what was given up or taken for lost.
    pub(super) watched_from: u64,
    /// Ticks until the next look.
    pub(super) ticks_to_look: Option<u32>,
    /// Staff charged it in this run, so a bank's yes is followed by the confirm without asking again.
    pub(super) attended: bool,
    /// The page said that the challenge is over; a look is on its way to see.
    pub(super) checking: bool,
    /// The challenge is to be shown (again); a look is on its way to see whether Stripe still waits for it.
    pub(super) opening: bool,
    /// The page said that it was over, and it was not, or Stripe could not be asked before it was to be shown again: staff
    /// decide how to go on.
    pub(super) stalled: bool,
    /// What the payment window says of the bank's page. For words only.
    pub(super) bank_page: BankPage,
    /// The id of the next card's attempt.
    pub(super) next_attempt: AttemptId,
    pub(super) next_refund: RefundId,
    /// The payment window has this sale: its card was keyed there in this run, or staff brought it there again.
    pub(super) in_window: bool,
    /// For a challenge that is in the payment window: held for no longer, and never written down.
    pub(super) client_secret: Option<SecretString>,
    /// What staff asked for that waits for a look, and who is told.
    pub(super) wish: Option<(Wish, Reply)>,
}

pub(super) type Reply = oneshot::Sender<Result<SaleNow, Refused>>;

/// What may be sent again, and so only after a look: does Stripe have none of it, and what time is it there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    FinishAgain,
    TryAgain,
    Refund { refund: RefundId, amount_minor: i64 },
}

impl SaleRun {
    /// Holds the client secret while it is needed: for as long as a challenge waits in the payment window.
    pub(super) fn hold_secret(&mut self, secret: Option<SecretString>) {
        let needed = self.in_window && self.sale.stage == Stage::NeedsAuthentication;
        self.client_secret = secret.filter(|_| needed);
    }
}

impl Coordinator {
    pub(super) fn run_of(&self, sale: Sale) -> SaleRun {
        SaleRun {
            sale,
            calls: 0,
            looking: false,
            look_again: false,
            looks: 0,
            quiet_ticks: 0,
            doubt: Doubt::default(),
            watched_from: self.ticks,
            ticks_to_look: None,
            attended: false,
            checking: false,
            opening: false,
            stalled: false,
            bank_page: BankPage::default(),
            next_attempt: AttemptId::new(&*self.entropy),
            next_refund: RefundId::new(&*self.entropy),
            in_window: false,
            client_secret: None,
            wish: None,
        }
    }
}
