//! What Stripe shows of an account in a span of time.

use stripe_client::{
    Client, Created, Dispute, Error, List, ListedPaymentIntent, Page, PaymentIntent, PaymentIntentId, Refund,
};

use super::{Scope, Span};
use crate::ids::SaleId;
use crate::look::{self, Found, Look};
use crate::pacing::Asked;
use crate::view::{ComparedList, ComparisonNote};

/// Pages of 100 objects that are read of one list.
const MOST_PAGES: u32 = 100;
/// Objects on a page.
const PAGE: u32 = 100;

/// An account in a span of time, newest first.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) intents: Vec<ListedPaymentIntent>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) disputes: Vec<Dispute>,
    /// What could not be read.
    pub(crate) notes: Vec<ComparisonNote>,
    /// A list was longer than what is read of one, or could not be read.
    pub(crate) cut: bool,
    /// The time at Stripe when the reading began, milliseconds since 1970.
    pub(crate) stripe_ms: i64,
}

/// Reads the lists. What was read of them is whole, or a note says that it is not.
///
/// # Errors
/// When the payments or refunds cannot be read: then nothing can be compared.
pub(crate) async fn account(stripe: &Client, scope: Scope, stripe_ms: i64) -> Result<Account, Error> {
    let seconds =
        |span: Span| Some(Created { from_s: span.from_ms.div_euclid(1_000), to_s: Some(span.to_ms.div_euclid(1_000)) });
    let created = seconds(scope.payments);
    let mut account = Account { stripe_ms, ..Account::default() };
    let mut more = true;
    for _ in 0..MOST_PAGES {
        let after = account.intents.last().map(|last| last.id.clone());
        let page = stripe.list_payment_intents(&Page { starting_after: after.as_deref(), created }).await.result?;
        more = add(&mut account.intents, page);
        if !more {
            break;
        }
    }
    note_rest(more, ComparedList::Payments, &mut account);
    let created = seconds(scope.refunds);
    more = true;
    for _ in 0..MOST_PAGES {
        let after = account.refunds.last().map(|last| last.id.clone());
        let page = stripe.list_refunds(&Page { starting_after: after.as_deref(), created }).await.result?;
        more = add(&mut account.refunds, page);
        if !more {
            break;
        }
    }
    note_rest(more, ComparedList::Refunds, &mut account);
    let created = seconds(scope.disputes);
    more = true;
    for _ in 0..MOST_PAGES {
        let after = account.disputes.last().map(|last| last.id.clone());
        match stripe.list_disputes(&Page { starting_after: after.as_deref(), created }).await.result {
            Ok(page) => more = add(&mut account.disputes, page),
            // A key without the permission must not keep the payments from being compared.
            Err(Error::Api(error)) if matches!(error.status, 400 | 403 | 404) => {
                account.notes.push(ComparisonNote::DisputesNotRead);
                account.cut = true;
                more = false;
            }
            Err(error) => return Err(error),
        }
        if !more {
            break;
        }
    }
    note_rest(more, ComparedList::Disputes, &mut account);
    Ok(account)
}

fn add<T>(all: &mut Vec<T>, page: List<T>) -> bool {
    all.extend(page.data);
    page.has_more
}

fn note_rest(more: bool, list: ComparedList, account: &mut Account) {
    if more {
        account.cut = true;
        account.notes.push(ComparisonNote::ListTooLong { list, most: MOST_PAGES * PAGE });
    }
}

/// A sale that does not agree, or may not: what is asked about it.
#[derive(Debug, Clone)]
pub(crate) struct ToReadAgain {
    pub(crate) sale: SaleId,
    /// How the sale stood then: an answer is news only while no call of it went out since.
    pub(crate) asked: Asked,
    pub(crate) intent: PaymentIntentId,
    pub(crate) with_refunds: bool,
}

/// What Stripe answered about it.
#[derive(Debug)]
pub(crate) struct ReadAgain {
    pub(crate) asked_for: ToReadAgain,
    /// None when Stripe has no such PaymentIntent.
    pub(crate) intent: Option<Box<PaymentIntent>>,
    /// Oldest first, where they were asked for.
    pub(crate) refunds: Option<Vec<Refund>>,
    /// When, milliseconds since 1970 by Stripe's clock.
    pub(crate) stripe_ms: Option<i64>,
}

/// Reads each of these sales by its id.
///
/// # Errors
/// When one of them cannot be read.
pub(crate) async fn again(stripe: &Client, sales: Vec<ToReadAgain>) -> Result<Vec<ReadAgain>, Error> {
    let mut all = Vec::with_capacity(sales.len());
    for asked_for in sales {
        let Look { found, stripe_ms } = look::by_id(stripe, &asked_for.intent).await;
        let intent = match found {
            Found::It(intent) => Some(intent),
            Found::Gone | Found::Nothing | Found::TooMany | Found::Foreign | Found::Refunds(_) => None,
            Found::NoAnswer(error) => return Err(error),
        };
        let refunds = match (asked_for.with_refunds && intent.is_some()).then_some(&asked_for.intent) {
            Some(id) => match look::refunds(stripe, id).await.found {
                Found::Refunds(refunds) => Some(refunds),
                Found::NoAnswer(error) => return Err(error),
                Found::It(_) | Found::Gone | Found::Nothing | Found::TooMany | Found::Foreign => None,
            },
            None => None,
        };
        all.push(ReadAgain { asked_for, intent, refunds, stripe_ms });
    }
    Ok(all)
}
