//! What was asked for, by staff and by others: what the two books must be held against besides each other.

use std::collections::{BTreeMap, BTreeSet};

use till::order::Order;
use till::{RefundId, SaleId};

/// What somebody did to a sale's payment without the till.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meddling {
    /// Its amount was changed.
    pub amount: bool,
    /// It was cancelled, held or captured.
    pub outcome: bool,
    /// A part was refunded.
    pub refunded: bool,
}

/// A request of the till's that can take or give money, as it left the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// In which life of the till: 0 before the first restart.
    pub life: u32,
    /// The sale or the check that the body names, or else the path, which names the PaymentIntent.
    pub of: String,
    /// It gives money back.
    pub refunds: bool,
    /// It carries the mark of a check, and is `of` that.
    pub checks: bool,
}

/// Everything that was asked for.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Refunds that the till took on, or may have: it died before it could say.
    refunds: BTreeMap<(String, String), i64>,
    /// Refunds asked for because staff were told that another was not made, which was made by then.
    superfluous: BTreeSet<(String, String)>,
    /// What staff typed beside the amount of a sale: reference and note.
    ordered: BTreeMap<String, (Option<String>, Option<String>)>,
    meddled: BTreeMap<String, Meddling>,
    others: BTreeSet<String>,
    /// Payments with this till's mark of sales that its books never had: sale, PaymentIntent.
    lost: BTreeMap<String, String>,
    /// Copies of payments: PaymentIntent, and the sale that it names with its amount.
    copies: BTreeMap<String, (String, i64)>,
    /// The sale whose payment is gone at Stripe.
    vanished: Option<String>,
    /// Staff charged, finished or tried again.
    charged: BTreeSet<(u32, String)>,
    /// Staff pressed Refund.
    refunded: BTreeSet<(u32, String)>,
    /// Staff have begun a check of the till.
    checked: BTreeSet<u32>,
}

impl Wishes {
    /// Staff ask for a refund, and the till has not refused. The first amount of an id is its amount.
    pub fn ask_refund(&mut self, sale: SaleId, refund: RefundId, amount_minor: i64) {
        self.refunds.entry((sale.to_string(), refund.to_string())).or_insert(amount_minor);
    }

    /// What was asked for as this refund, in minor units.
    #[must_use]
    pub fn refund(&self, sale: &str, refund: &str) -> Option<i64> {
        self.refunds.get(&(sale.to_owned(), refund.to_owned())).copied()
    }

    /// Staff ask for a refund. `for_nothing`: again, because they were told that it was not made, and it is there by now, so
    /// that this one must not be made. The id of one that was refused is offered again: what was asked last counts.
    pub(crate) fn ask_again_for_nothing(&mut self, sale: SaleId, refund: RefundId, for_nothing: bool) {
        let asked = (sale.to_string(), refund.to_string());
        if for_nothing {
            self.superfluous.insert(asked);
        } else {
            self.superfluous.remove(&asked);
        }
    }

    /// Whether what this refund was asked for was there already.
    pub(crate) fn is_superfluous(&self, sale: &str, refund: &str) -> bool {
        self.superfluous.contains(&(sale.to_owned(), refund.to_owned()))
    }

    /// Staff open a sale with this beside its amount.
    pub fn order(&mut self, sale: SaleId, order: &Order) {
        let reference = order.reference.as_ref().map(|reference| reference.as_str().to_owned());
        let note = order.note.as_ref().map(|note| note.as_str().to_owned());
        self.ordered.insert(sale.to_string(), (reference, note));
    }

    /// The reference and the note that this sale was opened with.
    #[must_use]
    pub fn ordered(&self, sale: &str) -> (Option<&str>, Option<&str>) {
        self.ordered.get(sale).map_or((None, None), |(reference, note)| (reference.as_deref(), note.as_deref()))
    }

    /// What others did to this sale's payment.
    #[must_use]
    pub fn meddling(&self, sale: &str) -> Meddling {
        self.meddled.get(sale).copied().unwrap_or_default()
    }

    /// Others do something to it.
    pub fn meddle(&mut self, sale: SaleId, change: impl FnOnce(&mut Meddling)) {
        change(self.meddled.entry(sale.to_string()).or_default());
    }

    /// A PaymentIntent that is not the till's.
    pub fn others_take(&mut self, payment_intent: String) {
        self.others.insert(payment_intent);
    }

    /// The PaymentIntents of others.
    #[must_use]
    pub fn others(&self) -> &BTreeSet<String> {
        &self.others
    }

    /// A payment is made of a sale that the books do not have.
    pub(crate) fn lose(&mut self, sale: SaleId, payment_intent: String, reference: &str) {
        self.ordered.insert(sale.to_string(), (Some(reference.to_owned()), None));
        self.lost.insert(sale.to_string(), payment_intent);
    }

    /// What the books do not have, sale and PaymentIntent.
    pub(crate) fn lost(&self) -> &BTreeMap<String, String> {
        &self.lost
    }

    /// A sale's payment is copied.
    pub(crate) fn copy(&mut self, sale: SaleId, payment_intent: String, amount_minor: i64) {
        self.copies.insert(payment_intent, (sale.to_string(), amount_minor));
    }

    /// The copies, each with the sale that it names and its amount in minor units.
    pub(crate) fn copies(&self) -> &BTreeMap<String, (String, i64)> {
        &self.copies
    }

    /// This sale's payment is gone at Stripe.
    pub(crate) fn vanish(&mut self, sale: &str) {
        self.vanished = Some(sale.to_owned());
    }

    /// The sale whose payment is gone at Stripe.
    pub(crate) fn vanished(&self) -> Option<&str> {
        self.vanished.as_deref()
    }

    /// Staff press something that may charge this sale.
    pub fn press_charge(&mut self, life: u32, sale: SaleId) {
        self.charged.insert((life, sale.to_string()));
    }

    /// Staff press something that may give money back.
    pub fn press_refund(&mut self, life: u32, sale: SaleId) {
        self.refunded.insert((life, sale.to_string()));
    }

    /// Staff have begun a check of the till.
    pub fn press_check(&mut self, life: u32) {
        self.checked.insert(life);
    }

    /// Whether staff had asked for a check since the till was last started, where this makes or confirms a payment of one. What
    /// checks have taken is given back without being asked for.
    #[must_use]
    pub fn asked_to_check(&self, act: &Act) -> bool {
        act.refunds || self.checked.contains(&act.life)
    }

    /// Whether staff had asked for it since the till was last started.
    #[must_use]
    pub fn asked_for(&self, act: &Act, sale: &str) -> bool {
        let pressed = if act.refunds { &self.refunded } else { &self.charged };
        pressed.contains(&(act.life, sale.to_owned()))
    }
}
