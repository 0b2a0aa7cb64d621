//! Finding out how a payment stands at Stripe: by its id, or, while the id never arrived, by going through the account's
//! PaymentIntents for the one that carries this sale's id in its metadata.
//!
//! The list is used, not the search: Stripe's search index lags by up to a minute and more, the list does not. Where the
//! list is too long to go through, the search is asked too: what it finds is there. What it does not find may be there too,
//! and where it is refused (a key without the right, an account in India) nothing is lost.
//!
//! Of two that are alike the older is the sale's: only a payment that is there can be copied.
//!
//! "There is none" is claimed only after every payment was listed that can be this sale's. How far back that is, is a time
//! that Stripe itself told before the first sending ([`crate::clock::When::stripe_ms`]); where none was told, it is the whole
//! list. The till's clock, which may be days off, has no say in it.

use stripe_client::{Client, Created, Error, Heard, ListedPaymentIntent, Page, PaymentIntent, PaymentIntentId, Refund};

use crate::ids::{SaleId, TillId};
use crate::money::Money;
use crate::observed::{SALE_METADATA, TILL_METADATA};
use crate::sale::Sale;

/// Pages of 100 after which the walk gives up without an answer.
const MOST_PAGES: u32 = 200;
/// The same for the refunds of one payment.
const MOST_REFUND_PAGES: u32 = 20;
/// Stripe's own machines may tell times that differ by seconds. The list is read this much further back, in seconds.
const SLACK_S: i64 = 300;

/// What a look found.
#[derive(Debug)]
pub(crate) enum Found {
    /// The PaymentIntent as it stands.
    It(Box<PaymentIntent>),
    /// All refunds of the PaymentIntent.
    Refunds(Vec<Refund>),
    /// Stripe has none for this sale.
    Nothing,
    /// Stripe has none of the id that it once told.
    Gone,
    /// No answer, or not a whole one. Nothing is known by this.
    NoAnswer(Error),
    /// More payments than the walk goes through. Nothing is known by this.
    TooMany,
    /// None of this till's, but one that names this sale and that this till did not make. Nothing is known by this.
    Foreign,
}

/// What was found, and when: the time of the last answer that it rests on, milliseconds since 1970 by Stripe's clock.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) found: Found,
    pub(crate) stripe_ms: Option<i64>,
}

/// Which payment is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    sale: SaleId,
    money: Money,
    intent: Option<PaymentIntentId>,
    /// The ids that this till's payments carry.
    tills: Vec<TillId>,
    /// A time of Stripe's, heard before anything of this sale was sent; none where one of its cards was sent without.
    nothing_before_ms: Option<i64>,
}

impl Wanted {
    /// The payment of this sale, made at a till of these ids.
    pub(crate) fn of(sale: &Sale, tills: &[TillId]) -> Self {
        let mut sent = sale.attempts.iter().map(|attempt| attempt.when.stripe_ms);
        let first = sent.next().flatten();
        let nothing_before_ms = sent.fold(first, |earliest, told| Some(earliest?.min(told?)));
        Self {
            sale: sale.id,
            money: sale.total(),
            intent: sale.intent.clone(),
            tills: tills.to_vec(),
            nothing_before_ms,
        }
    }

    /// Whether a list shows the payment itself, and not another that names its sale.
    pub(crate) fn is(&self, listed: &ListedPaymentIntent) -> bool {
        match &self.intent {
            Some(known) => known.as_str() == listed.id,
            None => self.fits(listed) == Fit::Whole,
        }
    }

    fn fits(&self, listed: &ListedPaymentIntent) -> Fit {
        if names(listed) != Some(self.sale) {
            Fit::Not
        } else if !made_at(listed, &self.tills) {
            Fit::Foreign
        } else if listed.amount_minor == self.money.amount_minor()
            && listed.currency.eq_ignore_ascii_case(self.money.currency().code())
        {
            Fit::Whole
        } else {
            Fit::OtherAmount
        }
    }
}

/// How far a listed payment is the one that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It names another sale, or none.
    Not,
    /// It names the sale, and was not made at this till.
    Foreign,
    /// Made here for the sale, and somebody changed it.
    OtherAmount,
    /// Sale, till, amount and currency.
    Whole,
}

/// The sale that a listed payment names, of whichever till: that a till of ours made it, [`made_at`] says. None where the
/// metadata names none or no sale's id.
pub(crate) fn names(listed: &ListedPaymentIntent) -> Option<SaleId> {
    listed.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id))
}

/// Whether a listed payment carries one of these tills' ids.
pub(crate) fn made_at(listed: &ListedPaymentIntent, tills: &[TillId]) -> bool {
    let mark = listed.metadata.get(TILL_METADATA).and_then(|id| TillId::parse(id));
    mark.is_some_and(|till| tills.contains(&till))
}

/// Looks once.
pub(crate) async fn look(stripe: &Client, wanted: &Wanted) -> Look {
    match &wanted.intent {
        Some(id) => by_id(stripe, id).await,
        None => walk(stripe, wanted).await,
    }
}

async fn walk(stripe: &Client, wanted: &Wanted) -> Look {
    let created = wanted.nothing_before_ms.map(|ms| Created { from_s: ms.div_euclid(1_000) - SLACK_S, to_s: None });
    let mut after: Option<String> = None;
    let mut best: Option<(Fit, PaymentIntentId)> = None;
    for _ in 0..MOST_PAGES {
        let page = Page { starting_after: after.as_deref(), created };
        let Heard { result, stripe_ms, .. } = stripe.list_payment_intents(&page).await;
        let page = match result {
            Ok(page) => page,
            Err(error) => return Look { found: Found::NoAnswer(error), stripe_ms },
        };
        for listed in &page.data {
            let fit = wanted.fits(listed);
            if let Ok(id) = PaymentIntentId::parse(&listed.id)
                && fit > Fit::Not
                // The list shows the newest first.
                && best.as_ref().is_none_or(|(known, _)| fit >= *known)
            {
                best = Some((fit, id));
            }
        }
        after = page.data.last().map(|last| last.id.clone()).or(after);
        match (&best, page.has_more) {
            (_, true) => {}
            // Where it is of another amount, somebody changed it: whoever reads it sees how.
            (Some((Fit::Whole | Fit::OtherAmount, id)), false) => return by_id(stripe, id).await,
            (Some(_), false) => return Look { found: Found::Foreign, stripe_ms },
            (None, false) => return Look { found: Found::Nothing, stripe_ms },
        }
    }
    search(stripe, wanted, best.filter(|(fit, _)| *fit == Fit::Whole).map(|(_, id)| id)).await
}

/// The list is too long. The search finds what is not too new; `listed` is what the list showed as far as it was read.
async fn search(stripe: &Client, wanted: &Wanted, listed: Option<PaymentIntentId>) -> Look {
    let Heard { result, stripe_ms, .. } = stripe.search_payment_intents(SALE_METADATA, &wanted.sale.to_string()).await;
    let (searched, nothing) = match result {
        Ok(found) => {
            let whole = found.data.iter().filter(|listed| wanted.fits(listed) == Fit::Whole);
            let oldest = whole.min_by_key(|listed| listed.created);
            (oldest.and_then(|listed| PaymentIntentId::parse(&listed.id).ok()), Found::TooMany)
        }
        // Not every key and not every account may search.
        Err(Error::Api(_)) => (None, Found::TooMany),
        Err(error) => (None, Found::NoAnswer(error)),
    };
    match searched.or(listed) {
        Some(id) => by_id(stripe, &id).await,
        None => Look { found: nothing, stripe_ms },
    }
}

/// Reads all refunds of a payment.
pub(crate) async fn refunds(stripe: &Client, of: &PaymentIntentId) -> Look {
    let mut all: Vec<Refund> = Vec::new();
    for _ in 0..MOST_REFUND_PAGES {
        let after = all.last().map(|refund| refund.id.clone());
        let page = Page { starting_after: after.as_deref(), created: None };
        let Heard { result, stripe_ms, .. } = stripe.list_refunds_of(of, &page).await;
        match result {
            Ok(page) => {
                all.extend(page.data);
                if !page.has_more {
                    all.reverse();
                    return Look { found: Found::Refunds(all), stripe_ms };
                }
            }
            Err(error) => return Look { found: Found::NoAnswer(error), stripe_ms },
        }
    }
    Look { found: Found::TooMany, stripe_ms: None }
}

/// Reads a payment by its id.
pub(crate) async fn by_id(stripe: &Client, id: &PaymentIntentId) -> Look {
    let Heard { result, stripe_ms, .. } = stripe.retrieve_payment_intent(id).await;
    let found = match result {
        Ok(intent) => Found::It(Box::new(intent)),
        Err(Error::Api(error)) if error.status == 404 && error.code.as_deref() == Some("resource_missing") => {
            Found::Gone
        }
        Err(error) => Found::NoAnswer(error),
    };
    Look { found, stripe_ms }
}

#[cfg(test)]
mod tests;
