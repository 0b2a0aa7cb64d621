//! A sale in the hands of the coordinator: in memory only, and gone with the run.

use secrecy::SecretString;
use tokio::sync::oneshot;

use super::doubt::Doubt;
use super::{Coordinator, Refused};
use crate::ids::{AttemptId, RefundId};
use crate::pacing::Pacing;
use crate::sale::{Sale, Stage};
use crate::show::SaleNow;
use crate::view::BankPage;

/// A sale, with what only this run of the till knows of it.
pub(super) struct SaleRun {
    pub(super) sale: Sale,
    /// When it is looked at again.
    pub(super) pacing: Pacing,
    /// What this run knows of its outcome while that is open.
    pub(super) doubt: Doubt,
    /// The tick from which this run watches what was given up or taken for lost.
    pub(super) watched_from: u64,
    /// Staff charged it in this run, so a bank's yes is followed by the confirm without asking again.
    pub(super) attended: bool,
    /// The page said that the challenge is over; a look is on its way to see.
    pub(super) hinted: bool,
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
            pacing: Pacing::default(),
            doubt: Doubt::default(),
            watched_from: self.ticks,
            attended: false,
            hinted: false,
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
