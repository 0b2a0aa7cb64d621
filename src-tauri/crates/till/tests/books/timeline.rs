//! What a sale's rows are told to mean: what the sale came to by them, and not what one answer says by itself.

use till::books::{AnswerTold, CallTold, Happened, Leaves, TimelineRow};
use till::event::Event;
use till::locale::Locale;
use till::observed::Answer;
use till::sale::{Purpose, Sale};

use crate::shop::{Becomes, Shop, Sold};

async fn last(shop: &Shop, sale: &Sale) -> TimelineRow {
    let timeline = shop.books().timeline(sale.id).await.expect("an answer");
    timeline.view(Locale::by_tag("en-GB").expect("en-GB")).pop().expect("a row")
}

fn refused(status: u16) -> Event {
    Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::NotExecuted { code: None, status: Some(status), seen: None },
    }
}

#[tokio::test]
async fn a_second_sending_that_was_turned_away_leaves_the_first_unknown() {
    let mut shop = Shop::open();
    let turned_away =
        Happened::Answered { call: CallTold::Charge, answer: AnswerTold::TurnedAway { http: Some(429), status: None } };
    let first = shop.sell(Sold { becomes: Becomes::Submitted, ..Sold::default() });
    let first = shop.goes_on(&first, refused(429));
    let told = last(&shop, &first).await;
    assert_eq!((told.happened, told.leaves), (turned_away.clone(), Some(Leaves::WaitsForCard)), "nothing was done");
    let second = shop.sell(Sold { becomes: Becomes::Lost, ..Sold::default() });
    let second = shop.goes_on(&second, Event::FoundNothing);
    let second = shop.goes_on(&second, Event::Resent { purpose: Purpose::Submit });
    let second = shop.goes_on(&second, refused(429));
    let told = last(&shop, &second).await;
    assert_eq!(told.happened, turned_away);
    assert_eq!(told.leaves, Some(Leaves::NotKnown), "whether the first sending came, nobody knows");
}

#[tokio::test]
async fn what_the_till_does_has_no_time_of_stripes() {
    let mut shop = Shop::open();
    let sale = shop.sell(Sold { becomes: Becomes::Submitted, ..Sold::default() });
    assert!(last(&shop, &sale).await.stripe_ms.is_none(), "the row has the time of an answer before it");
    let sale = shop.sell(Sold::default());
    assert!(last(&shop, &sale).await.stripe_ms.is_some());
}
