//! The payment desk: which sale is at the payment window, or which check of the till, and bringing it there and away.
//!
//! The page may act for what is at its window and for nothing else: whatever it sends about another sale, or about a check as if
//! it were a sale, is refused here, before the till hears of it.

use std::sync::Arc;
use std::time::Duration;

use till::check::CheckHeard;
use till::view::{BankPage, SaleView, StageView};
use till::{AttemptId, CheckId, SaleId, Till};
use tokio::sync::Mutex;

use crate::card_field::CardFieldHeard;
use crate::current::Current;
use crate::facts::{CommandResult, Named, TillFact};
use crate::payment_window::PaymentWindow;
use crate::scene::{self, SceneBoard};
use crate::views::{PaymentScene, PaymentView};

/// How long an answer to the page may take before the page is loaded afresh.
const ANSWERED_FIRST: Duration = Duration::from_millis(100);

/// Who is at the payment window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Sale(SaleId),
    /// A check of the till: no sale, and nothing that the page does for a sale is done for it.
    Check(CheckId),
}

impl Whose {
    fn is_named(self, id: &str) -> bool {
        match self {
            Self::Sale(sale) => sale.to_string() == id,
            Self::Check(check) => check.to_string() == id,
        }
    }
}

/// What is at the payment window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AtWindow {
    whose: Whose,
    /// A bank's challenge has been in the page that is there.
    challenged: bool,
    /// One has been in a page of this one's: the client secret, and whatever the bank's page had in memory.
    met_bank: bool,
}

/// The payment window, the board with what it shows, and the sale or the check that is at it.
///
/// It knows nothing of who runs it: what it needs of the till and of the setting, it asks of what is current.
pub(crate) struct PaymentDesk {
    pub(crate) window: PaymentWindow,
    /// What the page has told of its card field.
    pub(crate) card_field: CardFieldHeard,
    board: SceneBoard,
    /// Held while the scene is being changed, so that scenes come in order.
    at_window: Mutex<Option<AtWindow>>,
    current: Arc<Current>,
}

impl PaymentDesk {
    /// A desk with nobody at it.
    pub(crate) fn new(window: PaymentWindow, current: Arc<Current>) -> Self {
        let board = SceneBoard::new(&current.setting());
        Self { window, card_field: CardFieldHeard::default(), board, at_window: Mutex::default(), current }
    }

    /// Another till is in force: nothing of the one before is in the window, and its page is loaded for the new one.
    pub(crate) async fn begin_again(&self) {
        let left = self.at_window.lock().await.take();
        self.window.hide();
        self.window.speak(self.current.settings.preferences().language);
        self.show_scene().await;
        self.window.load_for(self.current.in_force().host, left.is_some_and(|left| left.met_bank));
    }

    /// The scene for the page that has `seen` (0: none yet), as soon as it is another, or after a while.
    pub(crate) async fn scene_after(&self, seen: u32) -> PaymentScene {
        if seen == 0 {
            self.page_is_new().await;
        }
        let scene = self.board.newer_than(seen, || self.current.in_force().clock.now_ms()).await;
        // A page whose sale has left is on its way out, and is not told of the next: a card would be keyed into it in vain.
        self.window.until_cleared().await;
        scene
    }

    /// Brings a sale to the payment window and shows the window, unless there is nothing to do there for it.
    pub(crate) async fn bring_to_window(&self, sale: SaleId) {
        let mut at_window = self.at_window.lock().await;
        self.window.wake();
        self.put_at(&mut at_window, Whose::Sale(sale)).await;
    }

    async fn put_at(&self, at_window: &mut Option<AtWindow>, whose: Whose) {
        if at_window.is_none_or(|current| current.whose != whose)
            && let Some(before) = at_window.replace(AtWindow { whose, challenged: false, met_bank: false })
        {
            self.left(before, CheckHeard::NoWindow).await;
        }
        self.refresh(at_window).await;
        if at_window.is_some() {
            self.window.show();
        }
    }

    /// What a check shows in the window is another thing, or nothing any more. A sale is never taken away for it.
    pub(crate) async fn check_changed(&self, till: &Till) {
        let mut at_window = self.at_window.lock().await;
        let shows = till.check_step().borrow().as_ref().map(|step| step.check);
        match (shows, at_window.map(|current| current.whose)) {
            (Some(check), Some(Whose::Sale(_))) => till.check_heard(check, CheckHeard::NoWindow).await,
            (Some(check), None | Some(Whose::Check(_))) if self.window.trouble().is_some() => {
                till.check_heard(check, CheckHeard::NoWindow).await;
            }
            (Some(check), None | Some(Whose::Check(_))) => self.put_at(&mut at_window, Whose::Check(check)).await,
            (None, Some(Whose::Check(_))) => self.refresh(&mut at_window).await,
            (None, None | Some(Whose::Sale(_))) => {}
        }
    }

    /// Posts the scene that follows from how the sale at the window stands.
    pub(crate) async fn show_scene(&self) {
        let mut at_window = self.at_window.lock().await;
        self.refresh(&mut at_window).await;
    }

    /// As [`PaymentDesk::show_scene`], if it is this sale that is at the window.
    pub(crate) async fn refresh_if_at_window(&self, sale: &SaleView) {
        let mut at_window = self.at_window.lock().await;
        if at_window.is_some_and(|current| matches!(current.whose, Whose::Sale(id) if id.to_string() == sale.sale_id)) {
            self.refresh(&mut at_window).await;
        }
    }

    /// Staff closed the window without cancelling: the sale stays in hand in the main window, and what became of a
    /// challenge is read from Stripe. A check is told why its window is gone.
    ///
    /// # Errors
    /// `not_at_window` when it is to be `only` this one, and another is there: that one stays.
    pub(crate) async fn abandon(&self, only: Option<Whose>, heard: CheckHeard) -> CommandResult<()> {
        let mut at_window = self.at_window.lock().await;
        let left = take(&mut at_window, only)?;
        if left.is_some() {
            self.board.post(&self.current.setting(), PaymentView::Idle);
        }
        self.window.hide();
        let Some(left) = left else { return Ok(()) };
        // A challenge or a call of Stripe.js may still be at work in the page; nothing of it is wanted any more.
        self.left(left, heard).await;
        drop(at_window);
        if let (Whose::Sale(sale), Ok(till)) = (left.whose, self.current.till()) {
            look_at_challenge(&till, sale).await;
        }
        Ok(())
    }

    /// It is not at the window any more: nothing of it, and of what its bank stored, is there for the next. A check is told
    /// why.
    async fn left(&self, left: AtWindow, heard: CheckHeard) {
        self.window.load_for_next(left.met_bank);
        let Ok(till) = self.current.till() else { return };
        match left.whose {
            Whose::Check(check) => till.check_heard(check, heard).await,
            Whose::Sale(sale) => {
                if let Err(refusal) = till.left_window(sale).await {
                    log::warn!("The till was not told that the sale has left the payment window: {}", refusal.code());
                }
            }
        }
    }

    /// Brings the window to the front again, if it is this sale that is at it; otherwise false, and nothing is shown. `afresh`:
    /// with its page loaded once more.
    pub(crate) async fn show_again(&self, sale: SaleId, afresh: bool) -> bool {
        // Held until it is shown: a sale that leaves meanwhile hides the window after that.
        let at_window = self.at_window.lock().await;
        let is_there = at_window.is_some_and(|current| current.whose == Whose::Sale(sale));
        if is_there {
            if afresh {
                self.load_page_soon();
            }
            self.window.show();
        }
        is_there
    }

    /// Lets the page place the cursor, for the sale or the check of this id.
    ///
    /// # Errors
    /// `not_at_window`.
    pub(crate) async fn place_cursor(&self, id: &str) -> CommandResult<()> {
        let at_window = self.at_window.lock().await;
        if !at_window.is_some_and(|current| current.whose.is_named(id)) {
            return Err(TillFact::NotAtWindow);
        }
        self.window.place_cursor();
        Ok(())
    }

    /// A page that has seen no scene yet asks for one: it was loaded (again). If a challenge was in the page before it, Stripe
    /// is read before it is opened once more.
    async fn page_is_new(&self) {
        self.window.page_is_there();
        self.card_field.forget();
        let Some(AtWindow { whose, challenged: true, .. }) = *self.at_window.lock().await else { return };
        let Ok(till) = self.current.till() else { return };
        match whose {
            Whose::Check(check) => till.check_heard(check, CheckHeard::ChallengeOver).await,
            Whose::Sale(sale) => {
                if let Err(refusal) = till.reopen(sale).await {
                    log::warn!("The challenge could not be looked at before it is shown again: {}", refusal.code());
                }
            }
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
        if at_window.is_none_or(|current| current.whose != Whose::Sale(sale)) {
            return Err(TillFact::NotAtWindow);
        }
        Ok((self.current.till()?, sale))
    }

    /// The till, for a command of the payment page about a check.
    ///
    /// # Errors
    /// `not_at_window`, `cannot_sell`.
    pub(crate) async fn check_for_page(&self, check_id: &str) -> CommandResult<(Till, CheckId)> {
        match *self.at_window.lock().await {
            Some(AtWindow { whose: whose @ Whose::Check(check), .. }) if whose.is_named(check_id) => {
                Ok((self.current.till()?, check))
            }
            _ => Err(TillFact::NotAtWindow),
        }
    }

    /// Whether the till has this attempt on record already.
    pub(crate) async fn has_attempt(&self, sale_id: &str, attempt: AttemptId) -> bool {
        let (Ok(till), Ok(sale)) = (self.current.till(), sale_id_of(sale_id)) else { return false };
        let attempt = attempt.to_string();
        till.sale(sale).await.is_some_and(|sale| sale.attempts.iter().any(|known| known.attempt_id == attempt))
    }

    /// No card is asked for with a key that Stripe is known to refuse: the window is hidden, and the main window says why.
    async fn refresh(&self, at_window: &mut Option<AtWindow>) {
        let setting = self.current.setting();
        let Some(current) = at_window.as_mut() else {
            self.board.post(&setting, PaymentView::Idle);
            return;
        };
        let view = match self.current.till() {
            Ok(till) => self.view_of(&till, current.whose).await,
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
                self.left(left, CheckHeard::Closed).await;
            }
        }
    }

    async fn view_of(&self, till: &Till, whose: Whose) -> Option<PaymentView> {
        match whose {
            Whose::Sale(id) => {
                let sale = till.sale(id).await?;
                scene::view_of(&sale, till.payment_step(id).await).filter(|view| {
                    !matches!(view, PaymentView::Card { .. }) || till.health().borrow().account.is_none()
                })
            }
            Whose::Check(check) => {
                let step = till.check_step().borrow().clone().filter(|step| step.check == check)?;
                Some(scene::view_of_check(step, self.current.locale()))
            }
        }
    }
}

/// Takes away what is at the window: whatever it is, or `only` this.
///
/// # Errors
/// `not_at_window` when another is there, or nothing: then that stays.
fn take(at_window: &mut Option<AtWindow>, only: Option<Whose>) -> CommandResult<Option<AtWindow>> {
    if only.is_some_and(|only| at_window.is_none_or(|current| current.whose != only)) {
        return Err(TillFact::NotAtWindow);
    }
    Ok(at_window.take())
}

/// The challenge of a sale has left the window, and nobody sees any more how it ends: it is read.
async fn look_at_challenge(till: &Till, sale: SaleId) {
    let Some(SaleView { stage: StageView::NeedsAuthentication { .. }, .. }) = till.sale(sale).await else {
        return;
    };
    let told = till.bank_page(sale, None, BankPage::NotHeard).await;
    if let Err(refusal) = told.and(till.look(sale).await) {
        log::warn!("The abandoned sale could not be looked at: {}", refusal.code());
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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00000000-0000-4000-8000-000000000001";
    const OTHER: &str = "00000000-0000-4000-8000-000000000002";

    fn sale(id: &str) -> Whose {
        Whose::Sale(SaleId::parse(id).expect("an id"))
    }

    fn check(id: &str) -> Whose {
        Whose::Check(CheckId::parse(id).expect("an id"))
    }

    #[test]
    fn a_page_takes_away_what_it_was_loaded_for_and_nothing_that_came_since() {
        for whose in [sale(ONE), check(ONE)] {
            let there = AtWindow { whose, challenged: true, met_bank: true };
            // A check of the same id is no sale.
            for page_of in [sale(ONE), sale(OTHER), check(ONE), check(OTHER)] {
                let mut at_window = Some(there);
                let taken = take(&mut at_window, Some(page_of));
                if page_of == whose {
                    assert_eq!((taken, at_window), (Ok(Some(there)), None));
                } else {
                    assert_eq!((taken, at_window), (Err(TillFact::NotAtWindow), Some(there)));
                }
                assert_eq!(take(&mut None, Some(page_of)), Err(TillFact::NotAtWindow));
            }
            // Staff close the window, whoever is there.
            let mut at_window = Some(there);
            assert_eq!((take(&mut at_window, None), at_window), (Ok(Some(there)), None));
        }
        assert_eq!(take(&mut None, None), Ok(None));
    }
}
