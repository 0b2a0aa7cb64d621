//! What goes on by itself while a till is open: its seconds, and what the windows are told of its changes.
//!
//! Deliberately not here: what the changes mean. The main window gets them as they are; the payment window's scene is
//! `payment_desk`'s.

use std::sync::Arc;
use std::time::Duration;

use tauri::Emitter as _;
use till::journal::BooksProgress;
use till::view::SaleView;
use till::{SaleChanges, Till};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use crate::in_force::InForce;
use crate::main_window;
use crate::shop::{HISTORY, Shop};

impl Shop {
    /// Follows `till` for as long as `opened` is open.
    pub(crate) fn follow(self: &Arc<Self>, opened: &InForce, till: &Till) {
        let changes = till.subscribe();
        opened.adopt(tokio::spawn(Arc::clone(self).follow_sales(till.clone(), changes)).abort_handle());
        opened.adopt(tokio::spawn(Arc::clone(self).follow_health(till.clone())).abort_handle());
        opened.adopt(tokio::spawn(Arc::clone(self).follow_reconciliation(till.clone())).abort_handle());
        opened.adopt(tokio::spawn(Arc::clone(self).follow_comparing(till.clone())).abort_handle());
        opened.adopt(tokio::spawn(Arc::clone(self).follow_check(till.clone())).abort_handle());
        opened.adopt(tokio::spawn(Arc::clone(self).follow_check_step(till.clone())).abort_handle());
        if let Some(books) = &opened.books {
            opened.adopt(tokio::spawn(Arc::clone(self).follow_books(books.filing.progress())).abort_handle());
        }
        opened.adopt(tokio::spawn(Arc::clone(self).follow_copies()).abort_handle());
        opened.adopt(tokio::spawn(tick(till.clone())).abort_handle());
    }

    /// Passes every change of a sale on to the windows.
    async fn follow_sales(self: Arc<Self>, till: Till, mut changes: SaleChanges) {
        loop {
            match changes.recv().await {
                Ok(sale) => self.sale_changed(&sale).await,
                // Too many at once: the newest state of each sale says the same.
                Err(RecvError::Lagged(_)) => {
                    for sale in till.sales(HISTORY).await {
                        self.sale_changed(&sale).await;
                    }
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn sale_changed(&self, sale: &SaleView) {
        drop(self.app.emit_to(main_window::LABEL, "sale", sale));
        self.desk.refresh_if_at_window(sale).await;
    }

    async fn follow_health(self: Arc<Self>, till: Till) {
        let mut health = till.health();
        while health.changed().await.is_ok() {
            self.tell_status();
            self.desk.show_scene().await;
        }
    }

    /// Tells the main window whenever the books have been held against Stripe.
    async fn follow_reconciliation(self: Arc<Self>, till: Till) {
        let mut results = till.reconciled();
        while results.changed().await.is_ok() {
            drop(self.app.emit_to(main_window::LABEL, "reconciliation", till.reconciliation()));
        }
    }

    /// Tells the main window how far a comparison is that staff have asked for: some times a second, and when it is over.
    async fn follow_comparing(self: Arc<Self>, till: Till) {
        let mut progress = till.comparing();
        while progress.changed().await.is_ok() {
            let now = *progress.borrow_and_update();
            drop(self.app.emit_to(main_window::LABEL, "comparing", now));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Tells the main window how far the books are, while they are made again: twice a second, and when they are whole.
    async fn follow_books(self: Arc<Self>, mut progress: watch::Receiver<Option<BooksProgress>>) {
        while progress.changed().await.is_ok() {
            self.tell_status();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Tells the main window of each line of a check as it is found out.
    async fn follow_check(self: Arc<Self>, till: Till) {
        let mut reports = till.checked();
        while reports.changed().await.is_ok() {
            let report = reports.borrow_and_update().clone();
            drop(self.app.emit_to(main_window::LABEL, "check", report));
        }
    }

    /// Shows in the payment window what a check has to show there.
    async fn follow_check_step(self: Arc<Self>, till: Till) {
        let mut steps = till.check_step();
        while steps.changed().await.is_ok() {
            self.desk.check_changed(&till).await;
        }
    }
}

/// The till's seconds.
async fn tick(till: Till) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    // After a sleep of the machine, one tick is enough.
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        till.tick().await;
    }
}
