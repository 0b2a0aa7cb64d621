//! The page, loaded afresh: for the next customer, after its process has ended, and when it asks for it itself.
//!
//! Between two customers nothing is carried over but what belongs to Stripe and to our own page: the page of the sale that
//! has left is ended, then whatever others have stored is removed (`policy::is_kept`), and only then the next page is loaded.
//! Where it cannot be removed, everything is, and Stripe's own with it; where that fails too, no page is loaded, the main window
//! says so, and it is tried again until it succeeds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{PaymentWindow, policy, system};
use crate::guards::PageEnd;
use crate::guards::page_life::{Next, PageLife};

/// How long one way of removing what was stored may take. It takes milliseconds.
const REMOVED_WITHIN: Duration = Duration::from_secs(3);
/// How often it is looked whether that is done.
const LOOK: Duration = Duration::from_millis(20);
/// The pause before it is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a page may take from its loading to its first question.
const COMES_WITHIN: Duration = Duration::from_secs(45);

/// Why the window has no page, and gets none by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Its page has ended again and again. It is tried again when a sale is brought to the window.
    PageKeepsEnding,
    /// What the customer before has left in it cannot be removed. It is tried again all the while.
    NotCleared,
}

/// The pages of the window, one after the other.
pub(super) struct Pages {
    life: Mutex<PageLife>,
    /// How often the window was to be cleared, and the last of them that is done.
    wanted: AtomicU64,
    cleared: AtomicU64,
    /// How often a page was put in, and the last of them that has asked for its scene.
    placed: AtomicU64,
    heard: AtomicU64,
    /// When the last sale left, until its successor's page is there.
    left_at: Mutex<Option<Instant>>,
    trouble: Mutex<Option<Trouble>>,
    on_trouble: Box<dyn Fn() + Send + Sync>,
}

impl Pages {
    pub(super) fn new(on_trouble: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            life: Mutex::default(),
            wanted: AtomicU64::new(0),
            cleared: AtomicU64::new(0),
            placed: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            left_at: Mutex::default(),
            trouble: Mutex::default(),
            on_trouble: Box::new(on_trouble),
        }
    }

    fn life(&self) -> std::sync::MutexGuard<'_, PageLife> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_being_cleared(&self) -> bool {
        self.wanted.load(Ordering::SeqCst) != self.cleared.load(Ordering::SeqCst)
    }

    fn trouble(&self) -> Option<Trouble> {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells only when it is another than before.
    fn set_trouble(&self, trouble: Option<Trouble>) {
        let before = std::mem::replace(&mut *self.trouble.lock().unwrap_or_else(PoisonError::into_inner), trouble);
        if before != trouble {
            (self.on_trouble)();
        }
    }
}

impl PaymentWindow {
    /// Why the window has no page, if it has none.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.guard.pages.trouble()
    }

    /// The page has asked for its scene: it is there.
    pub(crate) fn page_is_there(&self) {
        let pages = &self.guard.pages;
        pages.heard.store(pages.placed.load(Ordering::SeqCst), Ordering::SeqCst);
        if let Some(left) = pages.left_at.lock().unwrap_or_else(PoisonError::into_inner).take() {
            log::info!(
                "The payment window has its next page, {} ms after the sale before left it.",
                left.elapsed().as_millis()
            );
        }
    }

    /// A sale is brought to the window. A page that was given up is tried once more.
    pub(crate) fn wake(&self) {
        let pages = &self.guard.pages;
        let was_left = {
            let mut life = pages.life();
            let was_left = life.is_left();
            if was_left {
                life.begin_again();
            }
            was_left
        };
        if was_left {
            pages.set_trouble(None);
            self.reload();
        }
    }

    /// Waits until nothing of the sale that has left is in the window.
    pub(crate) async fn until_cleared(&self) {
        while self.guard.pages.is_being_cleared() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Loads the page afresh for the sale that is in it: whatever a challenge left in the document is gone.
    pub(crate) fn reload(&self) {
        let pages = &self.guard.pages;
        // It comes anyway, once what the customer before has left is gone.
        if pages.is_being_cleared() || pages.life().is_left() {
            return;
        }
        match policy::page(self.guard.host()) {
            Ok(html) => {
                self.guard.placing.store(true, Ordering::SeqCst);
                let placed = pages.placed.fetch_add(1, Ordering::SeqCst) + 1;
                match system::place(&self.window, html) {
                    Ok(()) => self.expect_page(placed),
                    Err(reason) => log::error!("The payment page could not be loaded: {reason}"),
                }
            }
            Err(reason) => log::error!("{reason}"),
        }
    }

    /// The sale has left the window: its page is ended, what others than Stripe stored in it is removed, and a new page is
    /// loaded. After a challenge the page's process is ended with it.
    pub(crate) fn load_for_next(&self, met_bank: bool) {
        let round = self.guard.pages.wanted.fetch_add(1, Ordering::SeqCst) + 1;
        *self.guard.pages.left_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let window = self.clone();
        tauri::async_runtime::spawn(async move { window.clear(round, met_bank).await });
    }

    async fn clear(self, round: u64, met_bank: bool) {
        let pages = &self.guard.pages;
        while !self.is_cleared(met_bank).await {
            pages.set_trouble(Some(Trouble::NotCleared));
            tokio::time::sleep(PAUSE).await;
            // Another sale has left since: that is done there.
            if pages.wanted.load(Ordering::SeqCst) != round {
                return;
            }
        }
        // Only the last one wanted loads the page.
        if pages.wanted.load(Ordering::SeqCst) != round {
            return;
        }
        pages.cleared.store(round, Ordering::SeqCst);
        if pages.trouble() == Some(Trouble::NotCleared) {
            log::info!("What the customer before has left in the payment window is removed.");
            pages.set_trouble(None);
        }
        self.reload();
    }

    async fn is_cleared(&self, met_bank: bool) -> bool {
        // A page that keeps ending is not there, and another would only be one more that ends.
        let is_there = !self.guard.pages.life().is_left();
        let ending = system::end_page(&self.window, met_bank);
        if is_there && tokio::time::timeout(REMOVED_WITHIN, ending).await.is_err() {
            log::warn!("The page of the sale that has left does not end. It is ended with its process.");
            // Or it could store once more what is removed now.
            drop(tokio::time::timeout(REMOVED_WITHIN, system::end_page(&self.window, true)).await);
        }
        match removed(system::remove_what_is_not_kept(&self.window)).await {
            Ok(()) => return true,
            Err(reason) => log::warn!("What was left in the payment window could not be removed one by one: {reason}."),
        }
        match removed(system::remove_everything(&self.window)).await {
            Ok(()) => {
                log::warn!(
                    "All that was stored in the payment window is removed, what Stripe knows the till by with it."
                );
                true
            }
            Err(reason) => {
                log::error!("What was left in the payment window could not be removed: {reason}. No page is loaded.");
                false
            }
        }
    }

    /// The page is gone. It is loaded again, unless that has not helped.
    pub(crate) fn page_ended(&self, end: PageEnd) {
        let pages = &self.guard.pages;
        if pages.is_being_cleared() {
            return;
        }
        let next = pages.life().ended(Instant::now());
        match next {
            Next::Again => {
                log::warn!("The payment page is gone ({end:?}). It is loaded again.");
                self.reload();
            }
            Next::Leave => {
                log::error!("The payment page is gone again ({end:?}). It is not loaded before a sale needs it.");
                pages.set_trouble(Some(Trouble::PageKeepsEnding));
            }
            Next::Left => {}
        }
    }

    /// A page that is put in and then not heard of has ended, too.
    fn expect_page(&self, placed: u64) {
        let window = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(COMES_WITHIN).await;
            let pages = &window.guard.pages;
            let is_still_it = pages.placed.load(Ordering::SeqCst) == placed;
            if is_still_it && pages.heard.load(Ordering::SeqCst) < placed {
                window.page_ended(PageEnd::NeverCame);
            }
        });
    }
}

/// Waits for one way of removing, and not for ever.
async fn removed(told: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    match tokio::time::timeout(REMOVED_WITHIN, told).await {
        Ok(told) => told,
        Err(_elapsed) => Err(format!("it took longer than {} s", REMOVED_WITHIN.as_secs())),
    }
}
