//! What is not the same in the books and at Stripe, in words and with what can be done about it. Pure: it reads two books
//! and changes neither.

use std::collections::BTreeMap;

use stripe_client::{Dispute, ListedPaymentIntent, PaymentIntent, PaymentIntentStatus, Refund};

use crate::currency::Currency;
use crate::ids::SaleId;
use crate::locale::Locale;
use crate::look::names;
use crate::money::write_amount;
use crate::observed::{SeenRefund, TILL_METADATA};
use crate::refund::{Origin, RefundStage};
use crate::sale::{Sale, Stage};
use crate::view::{DifferenceKind, DifferenceView, MoneyView, Remedy, TotalsView};

/// Whether the list shows what the books say of a sale.
pub(crate) fn agrees(sale: &Sale, listed: &ListedPaymentIntent) -> bool {
    let expected = match &sale.stage {
        Stage::Approved(_) => "succeeded",
        Stage::Cancelled => "canceled",
        Stage::Declined(_) | Stage::Open { .. } => "requires_payment_method",
        Stage::NeedsAuthentication => "requires_action",
        Stage::Authenticated { .. } => "requires_confirmation",
        Stage::Held(_) => "requires_capture",
        Stage::Processing => "processing",
        // Staff have seen to it.
        Stage::SetAside => return true,
        Stage::Submitting | Stage::Confirming | Stage::NotKnown { .. } | Stage::Cancelling => return false,
    };
    listed.status == expected
        && sale.intent.as_ref().is_some_and(|intent| intent.as_str() == listed.id)
        && listed.amount_minor == sale.money.amount_minor()
        && (listed.status != "succeeded" || listed.received_minor == sale.taken_minor())
        && names(listed) == Some(sale.id)
        && sale.till_mark().is_none_or(|made_at| listed.metadata.get(TILL_METADATA).is_some_and(|mark| mark == made_at))
        && listed.currency.eq_ignore_ascii_case(sale.money.currency().code())
}

/// Whether a refund stands in the books as Stripe lists it.
pub(crate) fn refund_agrees(sale: &Sale, refund: &Refund) -> bool {
    let seen = SeenRefund::of(refund);
    sale.refunds.iter().any(|known| {
        known.stripe.as_deref() == Some(seen.id.as_str())
            && known.amount_minor == seen.amount_minor
            && same_stage(&known.stage, &seen)
    })
}

fn same_stage(stage: &RefundStage, seen: &SeenRefund) -> bool {
    use crate::observed::RefundStatusSeen as Status;
    match seen.status {
        Status::Pending => *stage == RefundStage::Pending,
        Status::Succeeded => *stage == RefundStage::Succeeded,
        Status::Failed => matches!(stage, RefundStage::Failed { .. }),
        Status::Canceled => *stage == RefundStage::Canceled,
    }
}

/// Writes differences.
pub(crate) struct Pen {
    pub(crate) locale: &'static Locale,
}

impl Pen {
    fn money(&self, amount_minor: i64, currency: &str) -> MoneyView {
        let code = currency.to_uppercase();
        let text = match Currency::by_code(&code) {
            Some(currency) => write_amount(amount_minor, currency, self.locale),
            // A currency that a till does not charge in: its smallest units, plainly said.
            None => format!("{amount_minor} (smallest units of {code})"),
        };
        MoneyView { amount_minor, currency: code, text }
    }

    fn of_sale(&self, kind: DifferenceKind, sale: &Sale) -> DifferenceView {
        DifferenceView {
            kind,
            sale_id: Some(sale.id.to_string()),
            number: Some(sale.number),
            payment_intent: sale.intent.as_ref().map(ToString::to_string),
            money: Some(sale.money.view(self.locale)),
            title: String::new(),
            staff: String::new(),
            settled: false,
            remedies: vec![Remedy::OpenSale, Remedy::Dashboard],
        }
    }

    /// A payment of this till that its books do not have; none when nothing was or can be taken by it.
    pub(crate) fn missing_here(&self, listed: &ListedPaymentIntent) -> Option<DifferenceView> {
        let (title, what) = match listed.status.as_str() {
            "succeeded" => ("Paid at Stripe, not in the books", "was paid"),
            "requires_capture" => ("Held at Stripe, not in the books", "holds the customer's money"),
            "processing" => ("Under way at Stripe, not in the books", "is being processed"),
            "requires_action" | "requires_confirmation" => ("Open at Stripe, not in the books", "is not finished"),
            _ => return None,
        };
        let money = self.money(listed.amount_minor, &listed.currency);
        Some(DifferenceView {
            kind: DifferenceKind::MissingHere,
            sale_id: None,
            number: None,
            payment_intent: Some(listed.id.clone()),
            title: title.to_owned(),
            staff: format!(
                "A payment of {} that carries this till's mark {what}, but the till has no sale for it. Its journal was \
                 lost, or is an older copy. Take it into the books.",
                money.text
            ),
            money: Some(money),
            settled: false,
            remedies: vec![Remedy::TakeIn, Remedy::Dashboard],
        })
    }

    /// A second payment for a sale; none when nothing was taken by it.
    pub(crate) fn second_payment(&self, sale: &Sale, listed: &ListedPaymentIntent) -> Option<DifferenceView> {
        if !matches!(
            listed.status.as_str(),
            "succeeded" | "requires_capture" | "processing" | "requires_action" | "requires_confirmation"
        ) {
            return None;
        }
        let money = self.money(listed.amount_minor, &listed.currency);
        Some(DifferenceView {
            payment_intent: Some(listed.id.clone()),
            title: "A second payment for one sale".to_owned(),
            staff: format!(
                "Stripe has another payment of {} that names sale {}. The till never makes two; somebody may have copied \
                 it. Look at both in the Stripe Dashboard, and refund the one that should not be.",
                money.text, sale.number
            ),
            money: Some(money),
            remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
            ..self.of_sale(DifferenceKind::SecondPayment, sale)
        })
    }

    /// A payment that was set aside and has been paid; none when nothing was taken by it.
    pub(crate) fn set_aside(&self, sale: &Sale, listed: &ListedPaymentIntent) -> Option<DifferenceView> {
        let money = self.money(listed.received_minor, &listed.currency);
        (listed.status == "succeeded").then(|| DifferenceView {
            payment_intent: Some(listed.id.clone()),
            title: "Paid at Stripe, set aside here".to_owned(),
            staff: format!(
                "The payment that was set aside for sale {} took {}. It is in none of the till's totals. Refund it in the \
                 Stripe Dashboard if the customer should not have paid it.",
                sale.number, money.text
            ),
            money: Some(money),
            remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
            ..self.of_sale(DifferenceKind::Amount, sale)
        })
    }

    /// What is wrong with a sale's payment, as it was before and is now, after Stripe's word was let into the books.
    pub(crate) fn payment(&self, before: &Sale, now: &Sale, intent: Option<&PaymentIntent>) -> Option<DifferenceView> {
        let Some(intent) = intent else {
            let taken = matches!(before.stage, Stage::Approved(_) | Stage::Held(_));
            return taken.then(|| DifferenceView {
                title: "In the books, not at Stripe".to_owned(),
                staff: "The books have this payment, and Stripe has none of its id for this account. If test data was \
                        deleted, that is why. If not, look into the Stripe Dashboard: is this the right account?"
                    .to_owned(),
                remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
                ..self.of_sale(DifferenceKind::MissingThere, before)
            });
        };
        let same_amount = intent.amount_minor == now.money.amount_minor()
            && intent.currency.eq_ignore_ascii_case(now.money.currency().code());
        if !same_amount && now.stage != Stage::SetAside {
            return Some(DifferenceView {
                title: "The amounts differ".to_owned(),
                staff: format!(
                    "The books say {}, Stripe says {}. Somebody may have changed the payment at Stripe. The Stripe Dashboard \
                     shows what the customer was charged.",
                    now.money.view(self.locale).text,
                    self.money(intent.amount_minor, &intent.currency).text
                ),
                remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
                ..self.of_sale(DifferenceKind::Amount, now)
            });
        }
        if let Some(difference) = self.marks(now) {
            return Some(difference);
        }
        if before.taken_minor() != now.taken_minor() && matches!(before.stage, Stage::Approved(_)) {
            return Some(self.of_sale(DifferenceKind::TakenInPart, now));
        }
        let (books_said, settled) = (said(&before.stage), matches!(now.stage, Stage::Approved(_)) || now.over());
        if matches!(now.stage, Stage::Approved(_)) && intent.status != PaymentIntentStatus::Succeeded {
            return Some(DifferenceView {
                title: "Paid in the books, not paid at Stripe".to_owned(),
                staff: "The books say that this sale is paid, and Stripe does not. Look at it in the Stripe Dashboard."
                    .to_owned(),
                remedies: vec![Remedy::Dashboard, Remedy::OpenSale],
                ..self.of_sale(DifferenceKind::Outcome, now)
            });
        }
        let moved = said(&now.stage) != books_said;
        (moved && books_said.is_some()).then(|| DifferenceView {
            title: "The outcome was another".to_owned(),
            staff: format!(
                "The books said {}; Stripe says otherwise, and the books say so now: {}.",
                books_said.unwrap_or("another outcome"),
                said(&now.stage).unwrap_or("it is being settled")
            ),
            settled: settled && !now.paid_unasked(),
            ..self.of_sale(DifferenceKind::Outcome, now)
        })
    }

    /// A payment that is the sale's by its id and does not say so itself, or not that this till made it. Its words are the window's.
    pub(crate) fn marks(&self, sale: &Sale) -> Option<DifferenceView> {
        sale.mark_differs.then(|| self.of_sale(DifferenceKind::Mark, sale))
    }

    /// What is new about a sale's refunds, as they were before and are now.
    pub(crate) fn refunds(&self, before: &Sale, now: &Sale, all: &[Refund]) -> Vec<DifferenceView> {
        let code = now.money.currency().code();
        let mut differences = Vec::new();
        for refund in &now.refunds {
            let was = before.refunds.iter().find(|old| {
                (old.stripe.is_some() && old.stripe == refund.stripe) || (old.id().is_some() && old.id() == refund.id())
            });
            let money = self.money(refund.amount_minor, code);
            let text = money.text.clone();
            let at_stripe = refund.stripe.as_ref().is_none_or(|id| all.iter().any(|seen| seen.id == *id));
            let base = DifferenceView { money: Some(money), ..self.of_sale(DifferenceKind::Refund, now) };
            if !at_stripe && refund.counts() {
                differences.push(DifferenceView {
                    title: "A refund that Stripe does not have".to_owned(),
                    staff: format!(
                        "The books have a refund of {text}, and Stripe has none of its id. Look at this payment in the \
                         Stripe Dashboard."
                    ),
                    ..base
                });
            } else if matches!(refund.stage, RefundStage::Failed { .. })
                && was.is_none_or(|was| was.stage != refund.stage)
            {
                differences.push(DifferenceView {
                    title: "A refund failed".to_owned(),
                    staff: format!(
                        "The customer did not get back {text}: the money is with the shop again. Open the sale to see why, \
                         and agree on another way with the customer."
                    ),
                    ..base
                });
            } else if was.is_none() && refund.origin == Origin::Elsewhere {
                differences.push(DifferenceView {
                    kind: DifferenceKind::RefundElsewhere,
                    title: "Refunded elsewhere".to_owned(),
                    staff: format!(
                        "{text} was given back in the Stripe Dashboard or by another program. It is in the books now."
                    ),
                    settled: true,
                    ..base
                });
            } else if was.is_some_and(|was| was.stage != refund.stage && !was.open()) {
                differences.push(DifferenceView {
                    title: "A refund stands otherwise".to_owned(),
                    staff: format!("The refund of {text} stands otherwise than the books said. They are right now."),
                    settled: true,
                    ..base
                });
            }
        }
        differences
    }

    /// A dispute about a sale of this till.
    pub(crate) fn dispute(&self, sale: &Sale, dispute: &Dispute) -> DifferenceView {
        let over = matches!(dispute.status.as_str(), "won" | "lost" | "warning_closed" | "prevented");
        let money = self.money(dispute.amount_minor, &dispute.currency);
        let what = if over {
            "It is decided: open the sale to see how."
        } else {
            "Answer it in the Stripe Dashboard in time."
        };
        DifferenceView {
            title: "A payment is disputed".to_owned(),
            staff: format!("The cardholder has asked the bank for {} back. {what}", money.text),
            money: Some(money),
            settled: over,
            ..self.of_sale(DifferenceKind::Dispute, sale)
        }
    }

    /// Adds payments up.
    pub(crate) fn totals<'a>(&self, payments: impl Iterator<Item = (i64, &'a str)>) -> TotalsView {
        let mut count = 0;
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (amount_minor, currency) in payments {
            count += 1;
            let sum = sums.entry(currency.to_uppercase()).or_default();
            *sum = sum.saturating_add(amount_minor);
        }
        let money = sums.into_iter().map(|(code, sum)| self.money(sum, &code)).collect();
        TotalsView { payments: count, money }
    }
}

/// What the books told about an outcome; none while they told that it is open.
fn said(stage: &Stage) -> Option<&'static str> {
    match stage {
        Stage::Open { .. } => Some("that nothing was tried"),
        Stage::Declined(_) => Some("that the card was declined"),
        Stage::Cancelled => Some("that the sale was cancelled"),
        Stage::Approved(_) => Some("that it is paid"),
        Stage::Held(_) => Some("that the money is held"),
        Stage::SetAside => Some("that it was set aside"),
        Stage::Submitting
        | Stage::NeedsAuthentication
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Processing
        | Stage::NotKnown { .. }
        | Stage::Cancelling => None,
    }
}

/// The sales that these refunds are of, and the refunds of each.
pub(crate) fn by_sale(refunds: &[Refund]) -> BTreeMap<SaleId, Vec<&Refund>> {
    let mut by_sale: BTreeMap<SaleId, Vec<&Refund>> = BTreeMap::new();
    for refund in refunds {
        if let Some(sale) = refund.payment().and_then(names) {
            by_sale.entry(sale).or_default().push(refund);
        }
    }
    by_sale
}

#[cfg(test)]
mod tests;
