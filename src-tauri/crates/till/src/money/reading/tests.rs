use super::*;
use crate::currency::MAXIMUM_MINOR;
use crate::money::{Money, type_amount, write_amount};
use proptest::prelude::*;

fn parse(typed: &str, code: &str, tag: &str) -> Result<i64, String> {
    let currency = Currency::by_code(code).expect(code);
    let locale = Locale::by_tag(tag).expect(tag);
    Money::parse(typed, currency, locale).map(|m| m.amount_minor()).map_err(|refused| format!("{refused:?}"))
}

/// Fails unless the text is refused as one that can be read in two ways.
#[track_caller]
fn can_be_read_in_two_ways(typed: &str, code: &str, tag: &str) {
    let refused = parse(typed, code, tag).expect_err(typed);
    assert!(refused.contains("TwoWays"), "{typed:?} in {tag}: {refused}");
}

#[test]
fn typed_amounts_are_read_by_the_currencys_and_the_locales_rules() {
    assert_eq!(parse("25", "GBP", "en-GB"), Ok(2_500));
    assert_eq!(parse(" £1,250.50 ", "GBP", "en-GB"), Ok(125_050));
    assert_eq!(parse("10.9", "GBP", "en-GB"), Ok(1_090));
    assert_eq!(parse(".99", "GBP", "en-GB"), Ok(99));
    assert_eq!(parse("10,99", "EUR", "de-DE"), Ok(1_099));
    assert_eq!(parse("1.250,50 €", "EUR", "de-DE"), Ok(125_050));
    assert_eq!(parse("1 250,50", "EUR", "fr-FR"), Ok(125_050));
    assert_eq!(parse("1'250.50", "CHF", "de-CH"), Ok(125_050));
    assert_eq!(parse("1’250.50", "CHF", "de-CH"), Ok(125_050));
    assert_eq!(parse("1,00,000", "INR", "en-IN"), Ok(10_000_000));
    assert_eq!(parse("1099", "JPY", "ja-JP"), Ok(1_099));
    assert_eq!(parse("1099", "JPY", "en-GB"), Ok(1_099));
    assert_eq!(parse("5", "ISK", "en-GB"), Ok(500));
    assert_eq!(parse("1.250", "KWD", "en-GB"), Ok(1_250));
    assert_eq!(parse("1.25", "KWD", "en-GB"), Ok(1_250));
    assert_eq!(parse("1.250", "EUR", "es-ES"), Ok(125_000), "although Spain writes it without a group");
}

#[test]
fn what_is_not_an_amount_is_refused_with_the_reason() {
    let refused = |typed: &str, code, tag| parse(typed, code, tag).expect_err(typed);
    assert!(refused("10.99", "JPY", "en-GB").contains("decimals: 0"));
    assert!(refused("10.999", "GBP", "en-GB").contains("decimals: 2"));
    assert!(refused("1.255", "KWD", "en-GB").contains("NotAMultiple"));
    assert!(refused("10,99", "GBP", "en-GB").contains(r#"example: "12.50""#));
    assert!(refused("12.50", "EUR", "de-DE").contains(r#"example: "12,50""#));
    for no_figure in [
        "abc",
        "-5",
        "−5",
        "1e5",
        "1e3",
        "Infinity",
        "NaN",
        "0x10",
        ".",
        "1.2.3",
        "½",
        "2½",
        "²",
        "1²",
        "Ⅻ",
        "①",
        "十",
        "£",
        "+5",
        "$5",
        "1٫5",
        "1/2",
        "5%",
        "1_000",
        "1\u{2062}5",
    ] {
        assert!(refused(no_figure, "GBP", "en-GB").contains("NotANumber"), "{no_figure}");
    }
    assert!(refused("0", "GBP", "en-GB").contains("Zero"));
    assert!(refused("0.00", "GBP", "en-GB").contains("Zero"));
    assert!(refused("0.29", "GBP", "en-GB").contains("£0.30"));
    assert!(refused("1000000", "GBP", "en-GB").contains("£999,999.99"));
    assert!(refused("99999999999999999999999", "GBP", "en-GB").contains("£999,999.99"));
    let long = "1".repeat(41);
    assert!(refused(long.as_str(), "GBP", "en-GB").contains("NotANumber"));
    for nothing in ["", " ", "\t\n", "\u{feff}", "\u{200b} \u{200b}"] {
        assert!(refused(nothing, "GBP", "en-GB").contains("Empty"), "{nothing:?}");
    }
}

/// Pasted with many blanks before it, an amount is whole: none of its digits is lost.
#[test]
fn blanks_around_an_amount_change_nothing() {
    for (before, behind) in
        [(" ".repeat(21), ""), (" ".repeat(5_000), "\n"), ("\t".into(), "\t"), ("\r\n".into(), "\r\n")]
    {
        assert_eq!(parse(&format!("{before}1250.00{behind}"), "GBP", "en-GB"), Ok(125_000));
    }
    assert_eq!(parse("£ 12.50", "GBP", "en-GB"), Ok(1_250));
    assert_eq!(parse("£\t12.50", "GBP", "en-GB"), Ok(1_250), "two cells of a table, of which one is no figure");
    assert_eq!(parse("12.50  gbp", "GBP", "en-GB"), Ok(1_250));
    assert_eq!(parse("1 250 F CFA", "XOF", "fr-FR"), Ok(1_250));
}

#[test]
fn blanks_are_taken_where_groups_end_and_nowhere_else() {
    for blank in [" ", "\u{a0}", "\u{202f}", "\u{2009}", "\u{2007}", "\u{3000}"] {
        assert_eq!(parse(&format!("1{blank}250.00"), "GBP", "en-GB"), Ok(125_000));
        assert_eq!(parse(&format!("12{blank}345{blank}678"), "JPY", "ja-JP"), Ok(12_345_678));
        can_be_read_in_two_ways(&format!("25{blank}00"), "GBP", "en-GB");
    }
    for wrong in [
        "25 00",
        "12 50",
        "1 2 3",
        "1  250",
        "1250 00",
        "0 250",
        "12 .50",
        "12. 50",
        "12.5 0",
        "1 25",
        "1 2500",
        "1 250,000",
        "1,250 000",
        "12\t50",
        "1\t250",
        "1\n250",
        "1\r\n250",
        "1\u{2028}250",
        "£1 £2 5",
    ] {
        if wrong.contains('£') {
            assert!(parse(wrong, "GBP", "en-GB").is_err());
        } else {
            can_be_read_in_two_ways(wrong, "GBP", "en-GB");
        }
    }
}

#[test]
fn groups_of_another_countrys_pattern_are_refused() {
    can_be_read_in_two_ways("1,00,000", "GBP", "en-GB");
    can_be_read_in_two_ways("100,000", "INR", "en-IN");
    can_be_read_in_two_ways("123,45,678", "INR", "en-IN");
    can_be_read_in_two_ways("1.00.000", "EUR", "de-DE");
    can_be_read_in_two_ways("1'250", "GBP", "en-GB");
    can_be_read_in_two_ways("1,250", "CHF", "de-CH");
    can_be_read_in_two_ways("0,250", "GBP", "en-GB");
    can_be_read_in_two_ways("12,3456", "GBP", "en-GB");
    can_be_read_in_two_ways("1234,567", "GBP", "en-GB");
    assert!(parse("1.250", "GBP", "en-GB").is_err());
    assert!(parse("1,250", "EUR", "de-DE").is_err());
    assert_eq!(parse("12,34,567.50", "INR", "en-IN"), parse("1234567.50", "INR", "en-IN"));
}

#[test]
fn the_decimal_digits_of_every_script_are_read() {
    for twelve_fifty in ["１２.５０", "１２．５０", "１２.50", "١٢.٥٠", "۱۲.۵۰", "१२.५०", "๑๒.๕๐", "𝟏𝟐.𝟓𝟎", "𝟷𝟸.𝟻𝟶"]
    {
        assert_eq!(parse(twelve_fifty, "GBP", "en-GB"), Ok(1_250), "{twelve_fifty}");
    }
    assert_eq!(parse("￥１，２５０", "JPY", "ja-JP"), Ok(1_250));
}

#[test]
fn figures_that_people_see_otherwise_are_refused() {
    // The Bengali 4 looks like an 8.
    can_be_read_in_two_ways("1৪", "GBP", "en-GB");
    // Shown as 1.25.
    can_be_read_in_two_ways("\u{202e}52.1", "GBP", "en-GB");
    can_be_read_in_two_ways("\u{202e}52.1\u{202c}", "GBP", "en-GB");
    // Shown as 250 1.
    can_be_read_in_two_ways("\u{200f}1 250", "GBP", "en-GB");
    can_be_read_in_two_ways("١ ٢٥٠", "GBP", "en-GB");
    assert_eq!(parse("\u{200f}1,250.00\u{200f}", "GBP", "en-GB"), Ok(125_000));
}

const INVISIBLE: [char; 14] = [
    '\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{ad}', '\u{200e}', '\u{202a}', '\u{202c}',
    '\u{202d}', '\u{2066}', '\u{2068}', '\u{2069}', '\u{206f}',
];

fn a_currency() -> impl Strategy<Value = &'static Currency> {
    (0..Currency::all().len()).prop_map(|at| &Currency::all()[at])
}

fn a_locale() -> impl Strategy<Value = &'static Locale> {
    (0..Locale::all().len()).prop_map(|at| &Locale::all()[at])
}

/// Every way to write an amount in figures, without the currency's sign: with its groups or without, with all decimals or
/// without the zeros at the end, with 0 before the decimal sign or nothing.
fn ways_to_write(minor: i64, currency: &Currency, locale: &Locale) -> Vec<String> {
    let plain = type_amount(minor, currency, locale);
    let (whole, part) = plain.split_once(locale.decimal()).unwrap_or((&plain, ""));
    let group = |sign: &str| {
        let (head, last) = whole.split_at(whole.len().saturating_sub(3));
        let mut pieces: Vec<String> = head
            .as_bytes()
            .rchunks(locale.further_group())
            .map(|piece| String::from_utf8_lossy(piece).into())
            .collect();
        pieces.reverse();
        pieces.push(last.to_owned());
        pieces.join(sign)
    };
    let mut wholes = vec![whole.to_owned(), group(" "), group(&Plain::of(&locale.group().to_string()).text)];
    if whole == "0" {
        wholes.push(String::new());
    }
    let mut parts = vec![];
    for length in part.trim_end_matches('0').len()..=part.len() {
        parts.push(format!("{}{}", locale.decimal(), &part[..length]));
    }
    if part.trim_end_matches('0').is_empty() {
        parts.push(String::new());
    }
    let all = wholes.iter().flat_map(|whole| parts.iter().map(move |part| format!("{whole}{part}")));
    all.filter(|text| text.contains(|c: char| c.is_ascii_digit())).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_the_same(
        raw in 1..=MAXIMUM_MINOR, currency in a_currency(), locale in a_locale(),
    ) {
        let minor = raw - raw % currency.step_minor();
        let written = write_amount(minor, currency, locale);
        let typed = type_amount(minor, currency, locale);
        for text in [&written, &written.replace(['\u{a0}', '\u{202f}'], " "), &typed] {
            prop_assert_eq!(read_amount(text, currency, locale), Ok(minor), "{}", text);
        }
        for text in ways_to_write(minor, currency, locale) {
            prop_assert_eq!(read_amount(&text, currency, locale), Ok(minor), "{}", text);
        }
    }

    /// Whatever is read is one of the ways to write what it was read as: nothing was left out, and nothing made up.
    #[test]
    fn what_is_read_has_no_second_meaning(
        typed in "[0-25 .,'\u{a0}\t]{1,9}", currency in a_currency(), locale in a_locale(),
    ) {
        if let Ok(minor) = read_amount(&typed, currency, locale) {
            let text = typed.replace('\u{a0}', " ");
            let text = text.trim();
            let ungrouped = text.trim_start_matches('0');
            let ways = ways_to_write(minor, currency, locale);
            let whole_zero = format!("0{ungrouped}");
            prop_assert!(
                ways.iter().any(|way| way == text || way == ungrouped || *way == whole_zero),
                "{:?} was read as {} ({:?})", typed, minor, ways
            );
        }
    }

    /// A blank, a tab or the end of a line between two digits is taken for the end of a group, or refused: never left out.
    #[test]
    fn blanks_between_digits_are_never_left_out(
        digits in "[1-9][0-9]{1,7}", at in 0_usize..7, blank in proptest::sample::select(vec![' ', '\u{a0}', '\t', '\n', '\r', '\u{2028}']),
        decimals in "(\\.[0-9]{2})?", locale in a_locale(),
    ) {
        let currency = Currency::by_code("GBP").expect("GBP");
        let decimals = decimals.replace('.', &locale.decimal().to_string());
        let at = 1 + at % (digits.len() - 1);
        let typed = format!("{}{blank}{}{decimals}", &digits[..at], &digits[at..]);
        let ends_a_group = matches!(blank, ' ' | '\u{a0}') && digits.len() - at == 3 && at <= locale.further_group();
        let whole = read_amount(&format!("{digits}{decimals}"), currency, locale);
        let read = read_amount(&typed, currency, locale);
        if ends_a_group {
            prop_assert_eq!(read, whole);
        } else {
            prop_assert!(matches!(read, Err(AmountRefused::TwoWays { .. })), "{:?}: {:?}", typed, read);
        }
    }

    #[test]
    fn invisible_marks_change_nothing(
        raw in 1..=MAXIMUM_MINOR, currency in a_currency(), locale in a_locale(),
        marks in proptest::collection::vec((0_usize..30, proptest::sample::select(INVISIBLE.to_vec())), 1..6),
    ) {
        let minor = raw - raw % currency.step_minor();
        let mut text: Vec<char> = write_amount(minor, currency, locale).chars().collect();
        for (at, mark) in marks {
            text.insert(at.min(text.len()), mark);
        }
        let text: String = text.into_iter().collect();
        prop_assert_eq!(read_amount(&text, currency, locale), Ok(minor), "{:?}", text);
    }

    #[test]
    fn no_text_makes_it_fall_over(typed in "\\PC{0,60}", currency in a_currency(), locale in a_locale()) {
        if let Ok(money) = Money::parse(&typed, currency, locale) {
            prop_assert!(money.amount_minor() >= currency.minimum_minor());
            prop_assert!(money.amount_minor() <= MAXIMUM_MINOR);
        }
    }
}
