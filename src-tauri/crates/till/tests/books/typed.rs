//! Whatever is typed is looked for, in whichever script, and says nothing of the books themselves.

use proptest::prelude::*;
use till::books::{Books, Wanted};

use crate::shop::{Becomes, Shop, Sold, reading};

fn with_references(references: &[&str]) -> Shop {
    let mut shop = Shop::open();
    for reference in references {
        shop.sell(Sold { reference, ..Sold::default() });
    }
    shop
}

#[tokio::test]
async fn words_of_every_script_are_found_by_their_beginning_and_with_or_without_accents() {
    let references = [
        "राम शर्मा",
        "ครับที่ สมชาย",
        "مُحَمَّد",
        "שָׁלוֹם",
        "Ünal Yılmaz",
        "Ёлкин",
        "aⒶb a̶b",
        "ΟΔΟΣ 12",
        "ＩＮＶ－７",
        "東京 花屋",
    ];
    let shop = with_references(&references);
    shop.agree();
    for (typed, number) in [
        ("राम", 1),
        ("शर्", 1),
        ("ครับ", 2),
        ("สมชาย", 2),
        ("مُحَمَّد", 3),
        ("שָׁלוֹם", 4),
        ("unal", 5),
        ("Ünal yıl", 5),
        ("ёлк", 6),
        ("елкин", 6),
        ("οδος", 8),
        ("inv7", 9),
        ("東京", 10),
    ] {
        assert_eq!(shop.found(typed).await, [number], "{typed}");
    }
    for reference in references {
        assert_eq!(shop.found(reference).await.len(), 1, "{reference}, as it is written");
    }
}

#[tokio::test]
async fn a_sign_between_two_words_hides_nothing() {
    let shop = with_references(&["Smith & Sons", "Jan - tafel 4", "anna"]);
    assert_eq!(shop.found("Smith & Sons").await, [1]);
    assert_eq!(shop.found("Jan - tafel 4").await, [2]);
    assert_eq!(shop.found("No. 2 · Jan").await, [] as [u32; 0], "`no` is a word here: the page understands it");
    assert_eq!(shop.found("2 · Jan").await, [2]);
    for anna in ["anna £ 25.00", "anna £25.00", "25.00 anna", "anna 25"] {
        assert_eq!(shop.found(anna).await, [3], "{anna}");
    }
    assert_eq!(shop.found("anna £ 25.01").await, [] as [u32; 0]);
    assert_eq!(shop.found("&").await, [] as [u32; 0], "what nobody can be found by finds nobody");
}

#[tokio::test]
async fn all_that_presses_is_listed_however_many_there_are() {
    let mut shop = Shop::open();
    for _ in 0..60 {
        shop.sell(Sold { becomes: Becomes::Lost, ..Sold::default() });
    }
    for _ in 0..60 {
        shop.sell(Sold::default());
    }
    let page = shop.books().find(Wanted::default(), None, reading("en-GB", "GBP")).await.expect("an answer");
    let pressing: Vec<u32> = page.pressing.iter().map(|sale| sale.number).collect();
    assert_eq!(pressing, (1..=60).rev().collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Damaged books are thrown away: no text may have them taken for it.
    #[test]
    fn no_text_has_the_books_taken_for_damaged(text in "\\PC{0,40}|[\\p{M}\\p{L}\\p{S} ]{0,20}|.{0,12}") {
        thread_local! {
            static SHOP: (tokio::runtime::Runtime, Shop, Books) = {
                let shop = with_references(&["राम", "Smith & Sons"]);
                let books = shop.books();
                (tokio::runtime::Runtime::new().expect("a runtime"), shop, books)
            };
        }
        SHOP.with(|(runtime, _, books)| {
            let wanted = Wanted { text: text.clone(), ..Wanted::default() };
            let answer = runtime.block_on(books.find(wanted, None, reading("en-GB", "GBP")));
            prop_assert!(answer.is_ok(), "{:?}: {:?}", text, answer.err());
            Ok(())
        })?;
    }
}
