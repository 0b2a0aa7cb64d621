//! A sale of the books held against Stripe's lists, and what it adds to the comparison. Pure.

use stripe_client::{ListedPaymentIntent, PaymentIntentId, Refund};

use super::Scope;
use super::compare::{self, Finding, agrees, refund_agrees};
use super::read::Lists;
use crate::clock::When;
use crate::ids::{SaleId, TillId};
use crate::look::Wanted as Payment;
use crate::sale::{Sale, Stage};

/// What a sale adds to a comparison: small, because a span has tens of thousands of sales.
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) number: u32,
    /// How far the sale had come.
    pub(crate) revision: u32,
    /// What was taken, in Stripe's smallest unit for the currency, and the currency's code: of a sale that is paid.
    pub(crate) taken: Option<(i64, &'static str)>,
    /// Its payments are in none of the till's totals.
    pub(crate) set_aside: bool,
    /// Stripe has no payment of its id.
    pub(crate) gone: bool,
    /// It is paid, Stripe did not list it, and its time at Stripe is not known.
    pub(crate) without_time: bool,
    /// Payments that name it and are not its own, or are of a sale that was set aside.
    pub(crate) too_many: Vec<Finding>,
}

/// What the lists show of a sale beside what the books say.
#[derive(Debug)]
pub(crate) enum Held {
    /// The books have no such sale.
    NotInBooks,
    /// A call is out: what is read meanwhile may be older than its answer.
    CallOut {
        number: u32,
    },
    Agrees(Share),
    /// It does not agree, or the lists do not show whether it does.
    Doubtful(Doubtful),
}

/// A sale about which Stripe has to be asked.
#[derive(Debug)]
pub(crate) struct Doubtful {
    pub(crate) sale: SaleId,
    pub(crate) number: u32,
    pub(crate) intent: PaymentIntentId,
    pub(crate) with_refunds: bool,
    pub(crate) without_time: bool,
}

impl Share {
    pub(crate) fn of(sale: &Sale, listed: &[ListedPaymentIntent]) -> Self {
        let set_aside = sale.stage == Stage::SetAside;
        let its_own = |seen: &ListedPaymentIntent| sale.intent.as_ref().is_some_and(|own| own.as_str() == seen.id);
        let too_many = listed.iter().filter_map(|seen| match set_aside {
            true => compare::set_aside(sale, seen),
            false if its_own(seen) => None,
            false => compare::second_payment(sale, seen),
        });
        Self {
            number: sale.number,
            revision: sale.revision,
            taken: matches!(sale.stage, Stage::Approved(_))
                .then(|| (sale.taken_minor(), sale.total().currency().code())),
            set_aside,
            gone: false,
            without_time: false,
            too_many: too_many.collect(),
        }
    }
}

/// Holds a sale against the lists.
pub(crate) fn hold(sale: &Sale, lists: &Lists, tills: &[TillId]) -> Held {
    if sale.call_in_flight() {
        return Held::CallOut { number: sale.number };
    }
    let (listed, refunds) = (lists.payments_of(sale.id), lists.refunds_of(sale.id));
    let payment = Payment::of(sale, tills);
    // Newest first, and of two that are alike the older is the sale's.
    let its_own = listed.iter().rfind(|seen| payment.is(seen));
    let taken = matches!(sale.stage, Stage::Approved(_) | Stage::Held(_));
    // Not in the lists: of another time, or not there at all. Only money taken is worth asking for.
    let payment_agrees = its_own.map_or(!taken, |seen| agrees(sale, seen));
    let refunds_agree = refunds_agree(sale, its_own, refunds, &lists.scope);
    let without_time = taken && sale.stripe_ms.is_none() && its_own.is_none();
    let intent = sale.intent.clone().or_else(|| PaymentIntentId::parse(&its_own?.id).ok());
    match intent {
        Some(intent) if !(payment_agrees && refunds_agree) => Held::Doubtful(Doubtful {
            sale: sale.id,
            number: sale.number,
            intent,
            with_refunds: !refunds_agree,
            without_time,
        }),
        // There is nothing to ask for where Stripe has told no payment of it.
        Some(_) | None => Held::Agrees(Share { without_time, ..Share::of(sale, listed) }),
    }
}

fn refunds_agree(sale: &Sale, its_own: Option<&ListedPaymentIntent>, refunds: &[Refund], scope: &Scope) -> bool {
    // What Stripe shows as a refund of a payment that was not taken is the release of a hold.
    let paid = matches!(sale.stage, Stage::Approved(_)) || its_own.is_some_and(|seen| seen.status == "succeeded");
    let listed_here = |when: When| {
        let at_ms = when.stripe_ms.unwrap_or(when.at_ms);
        (scope.refunds.from_ms..=scope.refunds.to_ms).contains(&at_ms)
    };
    let mut known = sale.refunds.iter().filter(|known| known.counts() && listed_here(known.when));
    !paid
        || refunds.iter().all(|seen| refund_agrees(sale, seen))
            && known.all(|known| refunds.iter().any(|seen| known.stripe.as_deref() == Some(seen.id.as_str())))
}
