//! Finding out how a payment stands at Stripe: by its id, or, while the id never arrived, by going through the account's
//! PaymentIntents for the one that carries this sale's id in its metadata.
//!
//! The list is used, not the search: Stripe's search index lags by up to a minute and more, the list does not.
//! "There is none" is claimed only after every page was read that could hold it. The till's clock is not trusted to say
//! where that is (it may be days off): at least [`LEAST_PAGES`] are read whatever it says.

use stripe_client::{Client, Error, ListPaymentIntents, PaymentIntent, PaymentIntentId};

use crate::ids::SaleId;
use crate::observed::SALE_METADATA;

/// Pages of 100 that are read before the clock may end the walk.
const LEAST_PAGES: u32 = 5;
/// Pages of 100 after which the walk gives up without an answer.
const MOST_PAGES: u32 = 50;
/// Clocks within a day of each other are taken for right.
const CLOCK_SLACK_S: i64 = 86_400;

/// What a look found.
#[derive(Debug)]
pub(crate) enum Found {
    /// The PaymentIntent as it stands.
    It(Box<PaymentIntent>),
    /// Stripe has none for this sale.
    Nothing,
    /// No answer, or not a whole one. Nothing is known by this.
    NoAnswer(Error),
    /// More payments than the walk goes through. Nothing is known by this.
    TooMany,
}

/// Looks once.
pub(crate) async fn look(stripe: &Client, sale: SaleId, intent: Option<&PaymentIntentId>, opened_at_ms: i64) -> Found {
    match intent {
        Some(id) => match stripe.retrieve_payment_intent(id).await {
            Ok(intent) => Found::It(Box::new(intent)),
            Err(error) => Found::NoAnswer(error),
        },
        None => walk(stripe, sale, opened_at_ms).await,
    }
}

async fn walk(stripe: &Client, sale: SaleId, opened_at_ms: i64) -> Found {
    let early_enough_s = opened_at_ms / 1_000 - CLOCK_SLACK_S;
    let mut after: Option<PaymentIntentId> = None;
    for page_number in 1..=MOST_PAGES {
        let wanted = ListPaymentIntents { created_gte_s: None, starting_after: after.as_ref(), limit: 100 };
        let page = match stripe.list_payment_intents(&wanted).await {
            Ok(page) => page,
            Err(error) => return Found::NoAnswer(error),
        };
        let Some(oldest) = page.data.last() else { return Found::Nothing };
        let past = page_number >= LEAST_PAGES && oldest.created < early_enough_s;
        after = Some(oldest.id.clone());
        let ours =
            |intent: &PaymentIntent| intent.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id)) == Some(sale);
        let more = page.has_more;
        if let Some(intent) = page.data.into_iter().find(ours) {
            return Found::It(Box::new(intent));
        }
        if !more || past {
            return Found::Nothing;
        }
    }
    Found::TooMany
}
