//! Which sale is at the payment window, and bringing it there and away.
//!
//! The page may act for the sale that is at its window and for no other: whatever it sends about another sale is
//! refused here, before the till hears of it.

use std::time::Duration;

use till::view::{BankPage, SaleView, StageView};
use till::{AttemptId, SaleId, Till};

use crate::counter::Counter;
use crate::facts::{CommandResult, Named, TillFact};
use crate::scene;
use crate::views::PaymentView;

/// How long an answer to the page may take before the page is loaded afresh.
const ANSWERED_FIRST: Duration = Duration::from_millis(100);

/// The sale at the payment window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AtWindow {
    /// The sale.
    pub(crate) sale: SaleId,
    /// A bank's challenge has been in the page that is there.
    challenged: bool,
    /// One has been in a page of this sale's: the client secret, and whatever the bank's page had in memory.
    pub(crate) met_bank: bool,
}

impl Counter {
    /// Brings a sale to the payment window and shows the window, unless there is nothing to do there for it.
    pub(crate) async fn bring_to_window(&self, sale: SaleId) {
        let mut at_window = self.at_window.lock().await;
        self.window.wake();
        if at_window.is_none_or(|current| current.sale != sale)
            && let Some(before) = at_window.replace(AtWindow { sale, challenged: false, met_bank: false })
        {
            self.left(before).await;
        }
        self.refresh(&mut at_window).await;
        if at_window.is_some() {
            self.window.show();
        }
    }

    /// Posts the scene that follows from how the sale at the window stands.
    pub(crate) async fn show_scene(&self) {
        let mut at_window = self.at_window.lock().await;
        self.refresh(&mut at_window).await;
    }

    /// As [`Counter::show_scene`], if it is this sale that is at the window.
    pub(crate) async fn refresh_if_at_window(&self, sale: &SaleView) {
        let mut at_window = self.at_window.lock().await;
        if at_window.is_some_and(|current| current.sale.to_string() == sale.sale_id) {
            self.refresh(&mut at_window).await;
        }
    }

    /// Staff closed the window without cancelling: the sale stays in hand in the main window, and what became of a
    /// challenge is read from Stripe.
    pub(crate) async fn abandon(&self) {
        let mut at_window = self.at_window.lock().await;
        let Some(left) = at_window.take() else {
            self.window.hide();
            return;
        };
        self.board.post(&self.setting(), PaymentView::Idle);
        self.window.hide();
        drop(at_window);
        // A challenge or a call of Stripe.js may still be at work in the page; nothing of it is wanted any more.
        self.left(left).await;
        let Ok(till) = self.till() else { return };
        let Some(SaleView { stage: StageView::NeedsAuthentication { .. }, .. }) = till.sale(left.sale).await else {
            return;
        };
        let told = till.bank_page(left.sale, None, BankPage::NotHeard).await;
        if let Err(refusal) = told.and(till.look(left.sale).await) {
            log::warn!("The abandoned sale could not be looked at: {}", refusal.code());
        }
    }

    /// The sale is not at the window any more: nothing of it, and of what its customer's bank stored, is there for the next.
    async fn left(&self, left: AtWindow) {
        let AtWindow { sale, met_bank, .. } = left;
        self.window.load_for_next(met_bank);
        if let Ok(till) = self.till()
            && let Err(refusal) = till.left_window(sale).await
        {
            log::warn!("The till was not told that the sale has left the payment window: {}", refusal.code());
        }
    }

    /// The window is in trouble, or not any more. A sale that is in it goes back to the main window, where staff can bring it
    /// to the window again.
    pub(crate) async fn window_in_trouble(&self) {
        self.tell_status();
        if self.window.trouble().is_some() {
            self.abandon().await;
        }
    }

    /// Whether this sale is at the window.
    pub(crate) async fn is_at_window(&self, sale: SaleId) -> bool {
        self.at_window.lock().await.is_some_and(|current| current.sale == sale)
    }

    /// A page that has seen no scene yet asks for one: it was loaded (again). If a challenge was in the page before it, Stripe
    /// is read before it is opened once more.
    pub(crate) async fn page_is_new(&self) {
        self.window.page_is_there();
        self.card_field.forget();
        let Some(AtWindow { sale, challenged: true, .. }) = *self.at_window.lock().await else { return };
        let Ok(till) = self.till() else { return };
        if let Err(refusal) = till.reopen(sale).await {
            log::warn!("The challenge could not be looked at before it is shown again: {}", refusal.code());
        }
        self.show_scene().await;
    }

    /// Loads the page afresh: a new document, and in it a new Stripe. The page's own question is answered first: one that
    /// is open while its page goes would be asked a second time.
    pub(crate) fn load_page_soon(&self) {
        let window = self.window.clone();
        tokio::spawn(async move {
            tokio::time::sleep(ANSWERED_FIRST).await;
            window.reload();
        });
    }

    /// The till, for a command of the payment page about `sale_id`.
    ///
    /// # Errors
    /// `not_at_window` when another sale, or none, is at the window; `malformed`; `cannot_sell`.
    pub(crate) async fn till_for_page(&self, sale_id: &str) -> CommandResult<(Till, SaleId)> {
        let sale = sale_id_of(sale_id)?;
        let at_window = *self.at_window.lock().await;
        if at_window.is_none_or(|current| current.sale != sale) {
            return Err(TillFact::NotAtWindow);
        }
        Ok((self.till()?, sale))
    }

    /// Whether the till has this attempt on record already.
    pub(crate) async fn has_attempt(&self, sale_id: &str, attempt: AttemptId) -> bool {
        let (Ok(till), Ok(sale)) = (self.till(), sale_id_of(sale_id)) else { return false };
        let attempt = attempt.to_string();
        till.sale(sale).await.is_some_and(|sale| sale.attempts.iter().any(|known| known.attempt_id == attempt))
    }

    /// No card is asked for with a key that Stripe is known to refuse: the window is hidden, and the main window says why.
    async fn refresh(&self, at_window: &mut Option<AtWindow>) {
        let setting = self.setting();
        let Some(current) = at_window.as_mut() else {
            self.board.post(&setting, PaymentView::Idle);
            return;
        };
        let view = match self.till() {
            Ok(till) => match till.sale(current.sale).await {
                Some(sale) => scene::view_of(&sale, till.payment_step(current.sale).await).filter(|view| {
                    !matches!(view, PaymentView::Card { .. }) || till.health().borrow().account.is_none()
                }),
                None => None,
            },
            Err(_) => None,
        };
        match view {
            Some(view) => {
                // Another card for the same sale: the challenge before is over, and with it the document that it was in.
                let over = current.challenged && matches!(view, PaymentView::Card { .. });
                current.met_bank |= matches!(view, PaymentView::Authenticate { .. });
                current.challenged = matches!(view, PaymentView::Authenticate { .. }) || (current.challenged && !over);
                self.board.post(&setting, view);
                if over {
                    self.load_page_soon();
                }
            }
            None => {
                let left = *current;
                *at_window = None;
                self.board.post(&setting, PaymentView::Idle);
                self.window.hide();
                self.left(left).await;
            }
        }
    }
}

/// A sale's id as a window named it.
///
/// # Errors
/// `malformed`.
pub(crate) fn sale_id_of(text: &str) -> CommandResult<SaleId> {
    SaleId::parse(text).ok_or(TillFact::Malformed { what: Named::Sale })
}

/// An attempt's id as the page named it.
///
/// # Errors
/// `malformed`.
pub(crate) fn attempt_id_of(text: &str) -> CommandResult<AttemptId> {
    AttemptId::parse(text).ok_or(TillFact::Malformed { what: Named::Attempt })
}
