//! Sales found in the books.

use till::books::{PAGE, Page, Wanted};
use till::journal::Facet;

use crate::shop::{Becomes, DAY_MS, HOUR_MS, NOON_MS, Shop, Sold, numbers, reading};

/// 1 is the oldest.
fn some() -> Shop {
    let mut shop = Shop::open();
    let sold = Sold::default;
    shop.sell(Sold { minor: 1_250, at_ms: NOON_MS - 9 * DAY_MS, reference: "INV-2041 José", ..sold() });
    shop.sell(Sold { minor: 125_000, becomes: Becomes::Declined, at_ms: NOON_MS - DAY_MS, last4: "9995", ..sold() });
    shop.sell(Sold {
        minor: 1_250,
        becomes: Becomes::Refunded(300),
        at_ms: NOON_MS - HOUR_MS,
        note: "blue coat",
        ..sold()
    });
    shop.sell(Sold { minor: 1_250, code: "JPY", reference: "table_4", ..sold() });
    shop.sell(Sold { minor: 99, becomes: Becomes::Cancelled, at_ms: NOON_MS + 1, reference: "not paid", ..sold() });
    shop
}

#[tokio::test]
async fn by_what_people_have_in_hand() {
    let shop = some();
    for (typed, found) in [
        ("", &[5, 4, 3, 2, 1][..]),
        ("12.50", &[3, 1]),
        ("£12.50", &[3, 1]),
        ("1,250.00", &[2]),
        // Yen, as the books hold some; and 1,250 pounds.
        ("1250", &[4, 2]),
        ("¥1,250", &[4]),
        // What was given back.
        ("3.00", &[3]),
        ("9995", &[2]),
        ("4242", &[4, 3, 1]),
        ("#3", &[3]),
        ("inv", &[1]),
        ("inv-20", &[1]),
        ("INV-2041", &[1]),
        ("2041", &[1]),
        ("inv2041", &[1]),
        ("in-v20", &[1]),
        ("jose", &[1]),
        ("JOSÉ inv", &[1]),
        ("coat blue", &[3]),
        ("bl", &[3]),
        ("table 4", &[4]),
        ("table_4", &[4]),
        ("lue", &[]),
        ("_spaid", &[]),
        ("paid", &[5]),
        ("12.505", &[]),
        ("-", &[]),
        (&"w ".repeat(30), &[]),
    ] {
        assert_eq!(shop.found(typed).await, found, "{typed:?}");
    }
}

#[tokio::test]
async fn in_the_spelling_of_the_shops_country() {
    let shop = some();
    let books = shop.books();
    let find = async |text: &str| {
        let wanted = Wanted { text: text.to_owned(), ..Wanted::default() };
        numbers(&books.find(wanted, None, reading("nl-NL", "GBP")).await.expect("an answer"))
    };
    assert_eq!(find("12,50").await, [3, 1]);
    assert_eq!(find("1.250,00").await, [2]);
    assert_eq!(find("12.50").await, [0_u32; 0], "is read in two ways, and so in none");
}

#[tokio::test]
async fn by_a_payments_id_and_its_beginning() {
    let shop = some();
    let id = format!("pi_3{:0>23}", 3);
    assert_eq!(shop.found(&id).await, [3]);
    assert_eq!(shop.found(&id[..20]).await, [4, 3, 2, 1]);
    assert_eq!(shop.found("pi_3X").await, [0_u32; 0]);
    assert_eq!(shop.found(&format!("{id} coat")).await, [3], "and something else");
    assert_eq!(shop.found(&format!("{id} inv")).await, [0_u32; 0]);
}

#[tokio::test]
async fn by_state_day_and_size_and_by_all_of_them_together() {
    let shop = some();
    let books = shop.books();
    let find =
        async |wanted: Wanted| numbers(&books.find(wanted, None, reading("en-GB", "GBP")).await.expect("an answer"));
    let none = Wanted::default;
    let facets = |facets: &[Facet]| Wanted { facets: facets.to_vec(), ..none() };
    assert_eq!(find(facets(&[Facet::Paid])).await, [4, 3, 1]);
    assert_eq!(find(facets(&[Facet::Refunded])).await, [3]);
    assert_eq!(find(facets(&[Facet::Declined])).await, [2]);
    assert_eq!(find(facets(&[Facet::Cancelled])).await, [5]);
    assert_eq!(find(facets(&[Facet::InHand])).await, [2], "a declined card waits for another");
    assert_eq!(find(facets(&[Facet::Paid, Facet::Cancelled])).await, [0_u32; 0]);
    let day = Wanted { from_ms: Some(NOON_MS - 12 * HOUR_MS), to_ms: Some(NOON_MS + 12 * HOUR_MS), ..none() };
    assert_eq!(find(day.clone()).await, [5, 4, 3]);
    assert_eq!(find(Wanted { to_ms: Some(NOON_MS), ..day.clone() }).await, [3], "the end does not belong to it");
    assert_eq!(find(Wanted { facets: vec![Facet::Paid], text: "12.50".into(), ..day.clone() }).await, [3]);
    let over = |typed: &str| Wanted { over: Some(typed.into()), ..none() };
    assert_eq!(find(over("12.49")).await, [3, 2, 1], "yen are not pounds");
    assert_eq!(find(over("12.50")).await, [2]);
    assert_eq!(find(over("x")).await, [0_u32; 0]);
    assert_eq!(find(Wanted { under: Some("12.50".into()), ..none() }).await, [5]);
    assert_eq!(find(Wanted { under: Some("2,000".into()), facets: vec![Facet::Paid], ..over("1") }).await, [3, 1]);
    assert_eq!(find(Wanted { number: Some(4), ..none() }).await, [4]);
}

#[tokio::test]
async fn a_clock_that_was_set_hides_no_sale() {
    let mut shop = Shop::open();
    shop.sell(Sold::default());
    // The battery is dead: 1970. And a year ahead.
    shop.sell(Sold { at_ms: 1_000, ..Sold::default() });
    shop.sell(Sold { at_ms: NOON_MS + 365 * DAY_MS, ..Sold::default() });
    shop.sell(Sold { at_ms: NOON_MS + HOUR_MS, ..Sold::default() });
    assert_eq!(shop.found("").await, [4, 3, 2, 1], "in the order in which they were opened");
    let books = shop.books();
    let day = Wanted { from_ms: Some(NOON_MS - HOUR_MS), to_ms: Some(NOON_MS + 2 * HOUR_MS), ..Wanted::default() };
    assert_eq!(numbers(&books.find(day, None, reading("en-GB", "GBP")).await.expect("an answer")), [4, 1]);
}

#[tokio::test]
async fn a_page_at_a_time_from_the_newest_to_the_first() {
    let mut shop = Shop::open();
    let many = u32::try_from(PAGE).expect("few") * 2 + 7;
    for _ in 0..many {
        shop.sell(Sold::default());
    }
    let books = shop.books();
    let asked = ["", "25.00", "pi_3"].into_iter().flat_map(|text| [(text, false), (text, true)]);
    for (text, oldest_first) in asked {
        let wanted = || Wanted { text: text.to_owned(), oldest_first, ..Wanted::default() };
        let (mut before, mut all, mut counts) = (None, Vec::new(), Vec::new());
        loop {
            let page = books.find(wanted(), before, reading("en-GB", "GBP")).await.expect("a page");
            all.extend(numbers(&page));
            counts.push(page.count);
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        if oldest_first {
            all.reverse();
        }
        assert_eq!(all, (1..=many).rev().collect::<Vec<_>>(), "each once");
        assert_eq!(counts, [101, 57, 7]);
    }
}

#[tokio::test]
async fn what_presses_is_first_however_old_and_a_search_finds_it_too() {
    let mut shop = Shop::open();
    shop.sell(Sold { becomes: Becomes::Lost, ..Sold::default() });
    shop.sell(Sold { becomes: Becomes::Lost, reference: "table 9", ..Sold::default() });
    shop.sell(Sold { becomes: Becomes::Submitted, ..Sold::default() });
    for _ in 0..120 {
        shop.sell(Sold::default());
    }
    let books = shop.books();
    let find =
        async |wanted: Wanted, before| books.find(wanted, before, reading("en-GB", "GBP")).await.expect("a page");
    let pressing = |page: &Page| page.pressing.iter().map(|sale| sale.number).collect::<Vec<_>>();
    let page = find(Wanted::default(), None).await;
    assert_eq!(pressing(&page), [2, 1], "a call that is out is in hand");
    let by_word = find(Wanted { text: "table".into(), ..Wanted::default() }, None).await;
    assert_eq!((pressing(&by_word), numbers(&by_word)), (vec![2], vec![2]));
    assert_eq!(pressing(&find(Wanted::default(), page.next).await), [0; 0], "once");
    assert!(page.sales.iter().all(|sale| sale.actions.is_empty() && sale.refundable.is_none()), "the till is asked");
}

#[tokio::test]
async fn only_the_latest_question_is_answered() {
    let mut shop = Shop::open();
    for _ in 0..50 {
        shop.sell(Sold::default());
    }
    let books = shop.books();
    let ask = |text: &str| {
        let wanted = Wanted { text: text.to_owned(), ..Wanted::default() };
        books.find(wanted, None, reading("en-GB", "GBP"))
    };
    let is_overtaken = |answer: &Result<_, _>| matches!(answer, Err(till::books::NoAnswer::Overtaken));
    let mut overtaken = 0;
    // One that is answered before the next is asked is answered: a machine that is busy may do that in a round, not in all.
    for _ in 0..100 {
        let (first, second, third) = tokio::join!(ask("2"), ask("25"), ask("25.00"));
        assert!([&first, &second].into_iter().all(|answer| answer.is_ok() || is_overtaken(answer)));
        overtaken += usize::from(is_overtaken(&first) && is_overtaken(&second));
        assert_eq!(third.expect("an answer").count, 50);
    }
    assert!(overtaken > 0);
}

#[tokio::test]
async fn a_sale_that_a_newer_version_wrote_is_said_and_hides_no_other() {
    let shop = some();
    Shop::bend(
        &shop.path(),
        "DROP TRIGGER entries_stay; UPDATE entries SET body = json_set(body, '$.capture', 'hold')
         WHERE event = 'opened' AND opens = 3",
    );
    let page = shop.books().find(Wanted::default(), None, reading("en-GB", "GBP")).await.expect("a page");
    assert_eq!((numbers(&page), page.unreadable), (vec![5, 4, 2, 1], vec![3]));
}

#[tokio::test]
async fn damaged_books_say_so() {
    let shop = some();
    Shop::bend(&shop.path(), "DROP TABLE sale_words");
    let wanted = Wanted { text: "x".to_owned(), ..Wanted::default() };
    let answer = shop.books().find(wanted, None, reading("en-GB", "GBP")).await;
    assert!(matches!(answer, Err(till::books::NoAnswer::Damaged)));
}
