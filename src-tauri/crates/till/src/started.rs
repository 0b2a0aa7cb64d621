//! Whether a typed text that is no amount yet can become one by typing on: `0.` of `0.50`. Until it cannot, nothing is wrong.

/// What may come next: a separator or none.
const THEN: [&str; 6] = ["", ".", ",", "'", "’", "\u{202f}"];
/// What may come then. The last decimal of some currencies is always 0; nines reach every least amount, a one stays under
/// every most.
const DIGITS: [&str; 9] = ["1", "9", "10", "99", "990", "999", "9990", "99990", "999990"];

/// Whether `accepted` takes something that begins with `typed`. `accepted` is the reader itself, so that this never disagrees
/// with it.
pub fn may_become(typed: &str, accepted: impl Fn(&str) -> bool) -> bool {
    THEN.iter().any(|then| DIGITS.iter().any(|digits| accepted(&format!("{typed}{then}{digits}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;
    use crate::locale::Locale;
    use crate::money::{Money, type_amount, write_amount};
    use proptest::prelude::*;

    fn started(typed: &str, code: &str, tag: &str) -> bool {
        let currency = Currency::by_code(code).expect(code);
        let locale = Locale::by_tag(tag).expect(tag);
        may_become(typed, |text| Money::parse(text, currency, locale).is_ok())
    }

    #[test]
    fn a_started_figure_can_become_an_amount() {
        for (typed, code, tag) in [
            ("0", "GBP", "en-GB"),
            ("0.", "GBP", "en-GB"),
            (".", "GBP", "en-GB"),
            ("0", "EUR", "de-DE"),
            ("0,", "EUR", "de-DE"),
            ("0,", "EUR", "fr-FR"),
            ("1.", "EUR", "de-DE"),
            ("1,2", "GBP", "en-GB"),
            ("1'2", "CHF", "de-CH"),
            ("1", "JPY", "ja-JP"),
            ("0.0", "KWD", "en-GB"),
            ("£", "GBP", "en-GB"),
        ] {
            assert!(started(typed, code, tag), "{typed} {code} {tag}");
        }
    }

    #[test]
    fn what_cannot_become_an_amount_is_wrong_at_once() {
        for (typed, code, tag) in [
            ("abc", "GBP", "en-GB"),
            ("-", "GBP", "en-GB"),
            ("1.2.", "GBP", "en-GB"),
            ("10.999", "GBP", "en-GB"),
            ("0.0", "GBP", "en-GB"),
            ("0.2", "GBP", "en-GB"),
            ("10.", "JPY", "ja-JP"),
            ("1.255", "KWD", "en-GB"),
            ("1000000", "GBP", "en-GB"),
        ] {
            assert!(!started(typed, code, tag), "{typed} {code} {tag}");
        }
    }

    #[test]
    fn of_a_refund_the_smallest_unit_is_enough_and_what_is_left_the_most() {
        let (pounds, british) = (Currency::by_code("GBP").expect("GBP"), Locale::by_tag("en-GB").expect("en-GB"));
        let started = |typed: &str| may_become(typed, |text| Money::parse_part(text, 2_500, pounds, british).is_ok());
        for typed in ["0", "0.", "0.0", "."] {
            assert!(started(typed), "{typed}");
        }
        for typed in ["26", "0.00", "25.01", "x"] {
            assert!(!started(typed), "{typed}");
        }
    }

    proptest! {
        /// Whoever types an amount, in whichever way it is written, is not told on the way that it is wrong.
        #[test]
        fn no_beginning_of_an_amount_is_wrong(
            raw in 1..=99_999_999_i64,
            currency in (0..Currency::all().len()).prop_map(|at| &Currency::all()[at]),
            locale in (0..Locale::all().len()).prop_map(|at| &Locale::all()[at]),
        ) {
            let minor = raw - raw % currency.step_minor();
            prop_assume!(minor >= currency.minimum_minor());
            let figures = |text: String| text.chars().filter(|c| c.is_ascii_digit() || ".,'’\u{202f}\u{a0}".contains(*c)).collect::<String>();
            for written in [type_amount(minor, currency, locale), figures(write_amount(minor, currency, locale))] {
                let accepted = |text: &str| Money::parse(text, currency, locale).is_ok();
                prop_assume!(accepted(&written));
                for (end, _) in written.char_indices().skip(1) {
                    let typed = &written[..end];
                    prop_assert!(accepted(typed) || may_become(typed, accepted), "{:?} of {:?}", typed, written);
                }
            }
        }
    }
}
