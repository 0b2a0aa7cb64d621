//! What opens a sale: what is taken for a reference and a note, how it stands in a row, and what of it goes to Stripe.

use proptest::prelude::*;
use stripe_client::{PaymentIntentId, PaymentMethodId};
use till::currency::Currency;
use till::event::{Event, Unreadable};
use till::locale::Locale;
use till::money::Money;
use till::order::{NOTE_MOST, Note, Order, OrderRefused, OrderText, Paying, REFERENCE_MOST, Reference, TextRefused};
use till::{SaleId, TillId};

fn pounds(amount_minor: i64) -> Money {
    let locale = Locale::by_tag("en-GB").expect("known");
    Money::new(amount_minor, Currency::by_code("GBP").expect("known"), locale).expect("an amount")
}

fn refused(text: &str) -> Option<TextRefused> {
    Reference::parse(text).err()
}

fn order(reference: &str, note: &str) -> Order {
    Order::typed(pounds(2_500), reference, note).expect("an order")
}

#[test]
fn what_shops_write_is_taken_as_it_is() {
    let taken = [
        "Table 12",
        "Invoice 2026-1130/7",
        "Room 4 ",
        " 17",
        "Naïve café №5 & co.",
        "注文 42",
        "שולחן 3",
        "می\u{200c}خواهم",
        "👩\u{200d}🔧 repair",
        "A=1&B=2",
        "5 012345 678900",
        "356938035643809",
        "2026113000012345",
        "+44 20 7946 0018",
    ];
    for text in taken {
        assert_eq!(Reference::parse(text).expect(text).as_str(), text);
        assert_eq!(Note::parse(text).expect(text).as_str(), text);
    }
}

#[test]
fn a_text_that_cannot_be_seen_for_what_it_is_is_refused() {
    for text in [" ", "\u{a0}\u{3000}", "\u{200d}", "  \u{200c} "] {
        assert_eq!(refused(text), Some(TextRefused::Blank), "{text:?}");
    }
    for text in ["a\nb", "a\r\n", "\t1", "a\u{2028}b", "a\u{85}", "a↵b"] {
        assert_eq!(refused(text), Some(TextRefused::MoreThanOneLine), "{text:?}");
    }
    for text in ["a\0", "\u{1b}[31m", "A\u{202e}12", "1\u{200b}2", "\u{feff}7", "soft\u{ad}hyphen"] {
        assert_eq!(refused(text), Some(TextRefused::Invisible), "{text:?}");
    }
}

#[test]
fn a_limit_is_a_number_of_characters_and_nothing_is_shortened() {
    for sign in ["a", "ß", "語", "🍕"] {
        let full = sign.repeat(REFERENCE_MOST as usize);
        assert_eq!(Reference::parse(&full).expect("as long as may be").as_str(), full);
        // Stripe takes 500 in a value, however it counts.
        assert!(full.len() <= 500);
        let over = format!("{full}{sign}");
        assert_eq!(refused(&over), Some(TextRefused::TooLong { most: REFERENCE_MOST, has: REFERENCE_MOST + 1 }));
        assert_eq!(Note::parse(&over).expect("a note").as_str(), over);
    }
    let too_long = TextRefused::TooLong { most: NOTE_MOST, has: NOTE_MOST + 1 };
    assert_eq!(Note::parse(&"n".repeat(NOTE_MOST as usize + 1)).err(), Some(too_long));
}

/// A card's number typed into the wrong field would stay there for good, and go to Stripe as plain text.
#[test]
fn a_card_number_is_taken_nowhere() {
    let cards = [
        "4242424242424242",
        "4242 4242 4242 4242",
        "5555-5555-5555-4444",
        "paid with 378282246310005",
        "3056.9309.0259.04",
        "order 1234 4242 4242 4242 4242",
        "4000002500003155,",
        "6011111111111117 12/34 123",
        "3566002020360505x",
        "2223\u{a0}0031\u{a0}2200\u{a0}3222",
        "30569309025904",
    ];
    for text in cards {
        let expected = Some(TextRefused::CardNumber);
        assert_eq!((refused(text), Note::parse(text).err()), (expected, expected), "{text}");
    }
    assert_eq!(refused("4242424242424241"), None);
}

/// One in 4,700 has figures in its middle that read as a card's number.
#[test]
fn an_id_by_which_another_program_names_an_order_is_none() {
    for id in ["8ea959c1-7ab2-4078-9990-3304038edf7b", "95ca5987-3042-4779-9366-bac0a2ad6aa0"] {
        assert_eq!(refused(&format!("Order {id}")), None);
        assert_eq!(refused(id), None);
        // Beside one, or of figures alone, a card's number is what it was.
        assert_eq!(refused(&format!("{id} 4242 4242 4242 4242")), Some(TextRefused::CardNumber));
        assert_eq!(refused(&format!("4242 4242 {id} 4242 4242")), None);
    }
    assert_eq!(refused("12345678-4242-4242-4242-424242424242"), Some(TextRefused::CardNumber));
}

#[test]
fn the_text_that_is_refused_is_named_and_an_empty_one_is_none() {
    assert_eq!(order("", ""), Order::from(pounds(2_500)));
    let typed = |reference: &str, note: &str| Order::typed(pounds(2_500), reference, note).err();
    let blank = |text| Some(OrderRefused { text, refused: TextRefused::Blank });
    assert_eq!(typed(" ", "note"), blank(OrderText::Reference));
    assert_eq!(typed("reference", " "), blank(OrderText::Note));
}

/// What was written before there was a reference: the words of such rows, as they stand in shops' journals.
#[test]
fn a_row_of_before_reads_as_an_order_of_its_amount() {
    let row = r#"{"event":"opened","money":{"amount_minor":2500,"currency":"GBP"},"number":7}"#;
    assert_eq!(Event::read(row), Ok(Event::opened(pounds(2_500), 7)));
    // And what is written of a plain amount is the same to the byte, which a version of before reads.
    assert_eq!(serde_json::to_string(&Event::opened(pounds(2_500), 7)).expect("a row"), row);
}

#[test]
fn a_row_keeps_reference_and_note() {
    let event = Event::opened(order("Table 12", "left a scarf"), 7);
    let row = serde_json::to_string(&event).expect("a row");
    assert_eq!(
        row,
        r#"{"event":"opened","money":{"amount_minor":2500,"currency":"GBP"},"reference":"Table 12","note":"left a scarf","number":7}"#
    );
    assert_eq!(Event::read(&row), Ok(event));
}

/// A part of a later version may change what is charged: a hold that is taken for a sale would take the money at once.
#[test]
fn a_part_that_is_not_known_shuts_this_version_out_and_says_newer() {
    let row = |parts: &str| {
        format!(r#"{{"event":"opened","money":{{"amount_minor":2500,"currency":"GBP"}},{parts}"number":7}}"#)
    };
    for parts in [r#""capture":"hold","#, r#""lines":[{"item":"a"}],"reference":"R","#, r#""staff":null,"#] {
        assert_eq!(Event::read(&row(parts)), Err(Unreadable::Newer), "{parts}");
    }
    // A text of a version with other limits is of a newer one too: nothing is shortened to fit.
    let long = format!(r#""reference":"{}","#, "r".repeat(REFERENCE_MOST as usize + 1));
    assert_eq!(Event::read(&row(&long)), Err(Unreadable::Newer));
    assert_eq!(Event::read(&row(r#""reference":7,"#)), Err(Unreadable::Damaged));
    assert_eq!(Event::read(&row("").replace("GBP", "XXX")), Err(Unreadable::Damaged));
    assert_eq!(Event::read(&row("").replace("number", "nummer")), Err(Unreadable::Damaged));
    assert_eq!(Event::read(r#"{"event":"hovered"}"#), Err(Unreadable::Damaged));
}

/// Byte for byte what the till sent before there was an order, with the reference where there is one.
#[test]
fn one_function_makes_what_is_sent() {
    let (sale, till) = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222");
    let (card, intent) =
        (PaymentMethodId::parse("pm_1").expect("an id"), PaymentIntentId::parse("pi_9").expect("an id"));
    let first = Paying::First {
        sale: SaleId::parse(sale).expect("an id"),
        number: 7,
        till: TillId::parse(till).expect("an id"),
        card: &card,
    };
    let body = |reference: &str| {
        format!(
            "amount=2500&currency=gbp&payment_method=pm_1&confirmation_method=manual&confirm=true\
             &payment_method_types[]=card&use_stripe_sdk=true&metadata[countersign_sale]={sale}\
             &metadata[countersign_number]=7&metadata[countersign_till]={till}{reference}&expand[]=latest_charge"
        )
    };
    let plain = Order::from(pounds(2_500)).request(first);
    assert_eq!((plain.path.as_str(), &plain.body), ("/v1/payment_intents", &body("")));
    let noted = order("Table 12 & co", "a note");
    assert_eq!(noted.request(first).body, body("&metadata[countersign_reference]=Table%2012%20%26%20co"));
    // A check's is the same but for its marks.
    let marks = [("countersign_check", "c"), ("countersign_till", till)];
    let check = Order::from(pounds(2_500)).request(Paying::Check { marks: &marks, card: &card });
    let of_a_sale =
        format!("metadata[countersign_sale]={sale}&metadata[countersign_number]=7&metadata[countersign_till]={till}");
    let of_a_check = format!("metadata[countersign_check]=c&metadata[countersign_till]={till}");
    assert_eq!((check.path, check.body), (plain.path, body("").replace(&of_a_sale, &of_a_check)));
    for order in [noted, order("", "")] {
        let another = order.request(Paying::Another { intent: &intent, card: &card });
        assert_eq!(another.path, "/v1/payment_intents/pi_9/confirm");
        assert_eq!(another.body, "payment_method=pm_1&use_stripe_sdk=true&expand[]=latest_charge");
        let finish = order.request(Paying::Finish { intent: &intent });
        assert_eq!((finish.path, &*finish.body), (another.path, "use_stripe_sdk=true&expand[]=latest_charge"));
    }
}

proptest! {
    /// Whatever is given is taken whole or refused, and what is taken can be written, read back and sent.
    #[test]
    fn whatever_is_taken_is_kept_as_it_is(text in "\\PC{0,130}|[ -~]{0,130}|.{0,130}|[0-9 .-]{0,30}") {
        let count = text.chars().count();
        let typed = Order::typed(pounds(100), &text, &text);
        prop_assert_eq!(typed == Ok(Order::from(pounds(100))), text.is_empty());
        match Reference::parse(&text) {
            Ok(reference) => {
                prop_assert_eq!(reference.as_str(), &text);
                prop_assert!(count <= REFERENCE_MOST as usize && text.len() <= 500);
                prop_assert!(!text.chars().any(char::is_control) && !text.trim().is_empty());
                let event = Event::opened(typed.expect("a note may be longer"), 1);
                prop_assert_eq!(Event::read(&serde_json::to_string(&event).expect("a row")), Ok(event));
            }
            Err(TextRefused::TooLong { most, has }) => {
                prop_assert_eq!((most, has as usize), (REFERENCE_MOST, count));
                prop_assert!(count > REFERENCE_MOST as usize);
            }
            Err(_) => {}
        }
    }

    /// However the digits of a card are parted and whatever stands around them.
    #[test]
    fn no_card_slips_through(prefix in 400_000_000_000_000_u64..699_999_999_999_999, parted in any::<u16>(), sign in "[ .-]") {
        let fifteen = format!("{prefix}0").chars().take(15).collect::<String>();
        let card = (0..10).map(|check| format!("{fifteen}{check}")).find(|card| luhn(card)).expect("a check digit");
        let typed: String = card
            .chars()
            .enumerate()
            .map(|(at, digit)| if at > 0 && parted >> at & 1 == 1 { format!("{sign}{digit}") } else { digit.to_string() })
            .collect();
        prop_assert_eq!(refused(&format!("no. {typed}; thanks")), Some(TextRefused::CardNumber));
        prop_assert_eq!(refused(&typed), Some(TextRefused::CardNumber));
    }
}

fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0') * if at % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}
