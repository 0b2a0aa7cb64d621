//! Finding out how a payment stands at Stripe: by its id, or, while the id never arrived, by going through the account's
//! PaymentIntents for the one that carries this sale's id in its metadata.
//!
//! The list is used, not the search: Stripe's search index lags by up to a minute and more, the list does not. Where the
//! list is too long to go through, the search is asked too: what it finds is there. What it does not find may be there too.
//! "There is none" is claimed only after every page was read that could hold it. The till's clock is not trusted to say
//! where that is (it may be days off): at least [`LEAST_PAGES`] are read whatever it says.

use stripe_client::{Client, Error, ListedPaymentIntent, Page, PaymentIntent, PaymentIntentId, Refund};

use crate::ids::SaleId;
use crate::observed::SALE_METADATA;

/// Pages of 100 that are read before the clock may end the walk.
const LEAST_PAGES: u32 = 5;
/// Pages of 100 after which the walk gives up without an answer.
const MOST_PAGES: u32 = 200;
/// The same for the refunds of one payment.
const MOST_REFUND_PAGES: u32 = 20;
/// Clocks within a day of each other are taken for right.
const CLOCK_SLACK_S: i64 = 86_400;

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
}

/// Looks once.
pub(crate) async fn look(stripe: &Client, sale: SaleId, intent: Option<&PaymentIntentId>, opened_at_ms: i64) -> Found {
    match intent {
        Some(id) => by_id(stripe, id).await,
        None => walk(stripe, sale, opened_at_ms).await,
    }
}

async fn walk(stripe: &Client, sale: SaleId, opened_at_ms: i64) -> Found {
    let early_enough_s = opened_at_ms / 1_000 - CLOCK_SLACK_S;
    let mut after: Option<String> = None;
    // A till whose clock is ahead of the newest payment is not asked when to stop.
    let mut clock_is_sane = false;
    for page_number in 1..=MOST_PAGES {
        let wanted = Page { starting_after: after.as_deref(), created: None };
        let page = match stripe.list_payment_intents(&wanted).await.result {
            Ok(page) => page,
            Err(error) => return Found::NoAnswer(error),
        };
        let (Some(newest), Some(oldest)) = (page.data.first(), page.data.last()) else { return Found::Nothing };
        clock_is_sane |= page_number == 1 && newest.created >= early_enough_s;
        let past = clock_is_sane && page_number >= LEAST_PAGES && oldest.created < early_enough_s;
        if let Some(id) = ours(&page.data, sale) {
            return by_id(stripe, &id).await;
        }
        if !page.has_more || past {
            return Found::Nothing;
        }
        after = Some(oldest.id.clone());
    }
    search(stripe, sale).await
}

/// The list is too long. The search finds what is not too new.
async fn search(stripe: &Client, sale: SaleId) -> Found {
    match stripe.search_payment_intents(SALE_METADATA, &sale.to_string()).await.result {
        Ok(found) => match ours(&found.data, sale) {
            Some(id) => by_id(stripe, &id).await,
            None => Found::TooMany,
        },
        Err(error) => Found::NoAnswer(error),
    }
}

fn ours(listed: &[ListedPaymentIntent], sale: SaleId) -> Option<PaymentIntentId> {
    listed
        .iter()
        .filter(|intent| intent.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id)) == Some(sale))
        .find_map(|intent| PaymentIntentId::parse(&intent.id).ok())
}

/// Reads all refunds of a payment.
pub(crate) async fn refunds(stripe: &Client, of: &PaymentIntentId) -> Found {
    let mut all: Vec<Refund> = Vec::new();
    for _ in 0..MOST_REFUND_PAGES {
        let after = all.last().map(|refund| refund.id.clone());
        let page = Page { starting_after: after.as_deref(), created: None };
        match stripe.list_refunds_of(of, &page).await.result {
            Ok(page) => {
                let more = page.has_more && !page.data.is_empty();
                all.extend(page.data);
                if !more {
                    all.reverse();
                    return Found::Refunds(all);
                }
            }
            Err(error) => return Found::NoAnswer(error),
        }
    }
    Found::TooMany
}

async fn by_id(stripe: &Client, id: &PaymentIntentId) -> Found {
    match stripe.retrieve_payment_intent(id).await.result {
        Ok(intent) => Found::It(Box::new(intent)),
        Err(Error::Api(error)) if error.status == 404 && error.code.as_deref() == Some("resource_missing") => {
            Found::Gone
        }
        Err(error) => Found::NoAnswer(error),
    }
}
