//! What staff were told, where a later payment would belie it.
//!
//! A request that was taken for lost can arrive hours later. Then "not charged" was wrong, through nobody's fault, and
//! staff may have let the customer pay in another way: so the payment must be shown as one that nobody waited for, with both
//! things that can be done about it. An Approved without a word about it would be a customer charged in silence.

use std::collections::BTreeSet;

use till::SaleId;
use till::view::{Action, SaleView, StageView};

/// Of which sales staff were last told that nothing is charged, after a card had been tried.
#[derive(Debug, Default)]
pub(crate) struct Told {
    not_charged: BTreeSet<String>,
    belied: u64,
}

impl Told {
    /// Staff see the sale.
    ///
    /// # Errors
    /// A sentence when a payment that they were told there is not is shown like any other.
    pub(crate) fn see(&mut self, view: &SaleView) -> Result<(), String> {
        match view.stage {
            StageView::Open { .. } | StageView::Declined { .. } | StageView::Cancelled if !view.attempts.is_empty() => {
                self.not_charged.insert(view.sale_id.clone());
            }
            StageView::Approved { .. } if self.not_charged.remove(&view.sale_id) => {
                self.belied += 1;
                // Somebody may have given it back elsewhere already.
                let decided = !view.refunds.is_empty();
                let offers = |action| view.actions.contains(&action);
                let decidable = offers(Action::Refund) && offers(Action::Keep);
                if !decided && (view.unasked.is_none() || !decidable) {
                    return Err(format!(
                        "a payment came after staff were told that nothing is charged, in silence: {view:?}"
                    ));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The till has taken on what staff pressed that may charge the sale, or decides about its payment.
    pub(crate) fn ask(&mut self, sale: SaleId) {
        self.not_charged.remove(&sale.to_string());
    }

    /// How often a payment came of which staff had been told that there is none.
    #[must_use]
    pub(crate) fn belied(&self) -> u64 {
        self.belied
    }
}
