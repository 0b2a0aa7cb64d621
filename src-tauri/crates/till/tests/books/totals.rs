//! What was taken and given back, added up.

use till::books::{NoAnswer, Slot, SpanView};
use till::locale::Locale;

use crate::shop::{Becomes, DAY_MS, HOUR_MS, NOON_MS, Shop, Sold};

const MIDNIGHT_MS: i64 = NOON_MS - 12 * HOUR_MS;

/// Currency, taken, refunded, payments, refunds.
fn sums(slot: &Slot) -> Vec<(&str, i64, i64, u32, u32)> {
    let sums = slot.sums.iter();
    sums.map(|sum| (sum.currency.as_str(), sum.taken_minor, sum.refunded_minor, sum.payments, sum.refunds)).collect()
}

#[tokio::test]
async fn money_counts_where_it_moved_and_each_currency_apart() {
    let mut shop = Shop::open();
    let sold = Sold::default;
    shop.sell(Sold { minor: 1_000, at_ms: MIDNIGHT_MS - 1, ..sold() });
    shop.sell(Sold { minor: 2_000, at_ms: MIDNIGHT_MS, ..sold() });
    shop.sell(Sold { minor: 4_000, at_ms: NOON_MS, becomes: Becomes::Refunded(500), ..sold() });
    shop.sell(Sold { minor: 8_000, at_ms: NOON_MS, code: "JPY", ..sold() });
    shop.sell(Sold { minor: 16_000, at_ms: NOON_MS, becomes: Becomes::Declined, ..sold() });
    shop.sell(Sold { minor: 32_000, at_ms: NOON_MS, becomes: Becomes::Cancelled, ..sold() });
    // Sold just before midnight, paid and given back after it.
    let late_ms = MIDNIGHT_MS + DAY_MS - 1_500;
    shop.sell(Sold { minor: 64_000, at_ms: late_ms, becomes: Becomes::Refunded(64_000), ..sold() });
    let books = shop.books();
    let day = books.totals(vec![MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS, MIDNIGHT_MS + 2 * DAY_MS]).await.expect("totals");
    // The first was opened the day before, and paid two seconds later.
    assert_eq!(sums(&day[0]), [("GBP", 7_000, 500, 3, 1), ("JPY", 8_000, 0, 1, 0)]);
    assert_eq!(sums(&day[1]), [("GBP", 64_000, 64_000, 1, 1)]);
    let edges = (0..=24).map(|hour| MIDNIGHT_MS + hour * HOUR_MS).collect();
    let hours = books.totals(edges).await.expect("totals");
    assert_eq!(hours.len(), 24);
    assert_eq!(sums(&hours[12]), [("GBP", 4_000, 0, 1, 0), ("JPY", 8_000, 0, 1, 0)]);
    assert_eq!(sums(&hours[13]), [("GBP", 0, 500, 0, 1)]);
    assert_eq!(sums(&hours[14]), []);
    let locale = Locale::by_tag("en-GB").expect("en-GB");
    let span = SpanView::of(&day, locale);
    let written = |sums: &till::books::SumsView| {
        [&sums.taken, &sums.refunded, &sums.net].map(|money| money.text.clone()).join(" ")
    };
    assert_eq!(span.sums.iter().map(written).collect::<Vec<_>>(), ["£710.00 £645.00 £65.00", "¥8,000 ¥0 ¥8,000"]);
    assert_eq!(span.sums.iter().map(|sums| (sums.payments, sums.refunds)).collect::<Vec<_>>(), [(4, 2), (1, 0)]);
    assert_eq!(SpanView::of(&hours, locale).sums, SpanView::of(&day[..1], locale).sums, "by the hour or at once");
}

#[tokio::test]
async fn the_days_of_a_zone_that_is_a_quarter_of_an_hour_off_are_its_own() {
    let mut shop = Shop::open();
    // Kathmandu: 5:45 ahead.
    let midnight_ms = MIDNIGHT_MS - 5 * HOUR_MS - 45 * 60_000;
    shop.sell(Sold { minor: 1_000, at_ms: midnight_ms - 3_000, ..Sold::default() });
    shop.sell(Sold { minor: 2_000, at_ms: midnight_ms - 2_000, ..Sold::default() });
    let days =
        shop.books().totals(vec![midnight_ms - DAY_MS, midnight_ms, midnight_ms + DAY_MS]).await.expect("totals");
    assert_eq!(sums(&days[0]), [("GBP", 1_000, 0, 1, 0)]);
    assert_eq!(sums(&days[1]), [("GBP", 2_000, 0, 1, 0)]);
}

#[tokio::test]
async fn what_are_no_edges_is_refused() {
    let books = Shop::open().books();
    for edges in [vec![], vec![0], vec![900_000, 0], vec![0, 0], vec![0, 1], (0..900).map(|at| at * 900_000).collect()]
    {
        assert!(matches!(books.totals(edges).await, Err(NoAnswer::BadEdges(_))));
    }
}
