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
        let wanted = ListPaymentIntents { starting_after: after.as_deref(), limit: 100 };
        let page = match stripe.list_payment_intents(&wanted).await {
            Ok(page) => page,
            Err(error) => return Found::NoAnswer(error),
        };
        let (Some(newest), Some(oldest)) = (page.data.first(), page.data.last()) else { return Found::Nothing };
        clock_is_sane |= page_number == 1 && newest.created >= early_enough_s;
        let past = clock_is_sane && page_number >= LEAST_PAGES && oldest.created < early_enough_s;
        let ours = page
            .data
            .iter()
            .find(|intent| intent.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id)) == Some(sale));
        if let Some(ours) = ours {
            return match PaymentIntentId::parse(&ours.id) {
                Ok(id) => by_id(stripe, &id).await,
                Err(_) => Found::TooMany,
            };
        }
        if !page.has_more || past {
            return Found::Nothing;
        }
        after = Some(oldest.id.clone());
    }
    Found::TooMany
}

async fn by_id(stripe: &Client, id: &PaymentIntentId) -> Found {
    match stripe.retrieve_payment_intent(id).await {
        Ok(intent) => Found::It(Box::new(intent)),
        Err(Error::Api(error)) if error.status == 404 && error.code.as_deref() == Some("resource_missing") => {
            Found::Gone
        }
        Err(error) => Found::NoAnswer(error),
    }
}
