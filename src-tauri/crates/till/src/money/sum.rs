//! An amount of any currency, as the books or Stripe have it: a fact, not yet written for anybody.

use super::{Money, write_amount, write_number};
use crate::currency::Currency;
use crate::locale::Locale;
use crate::view::MoneyView;

/// How much of what. It may be more or less than a card can be charged, and of a currency that this till does not charge in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Whole minor units as Stripe counts them for the currency.
    pub amount_minor: i64,
    /// ISO 4217 code in capitals.
    pub currency: String,
}

impl Sum {
    /// An amount that Stripe told, with the currency as Stripe writes it (`gbp`).
    pub(crate) fn of(amount_minor: i64, currency: &str) -> Self {
        Self { amount_minor, currency: currency.to_uppercase() }
    }

    /// As a screen shows it.
    #[must_use]
    pub fn view(&self, locale: &Locale) -> MoneyView {
        let Self { amount_minor, currency: code } = self;
        let text = match Currency::by_code(code) {
            Some(currency) => write_amount(*amount_minor, currency, locale),
            // docs.stripe.com/currencies ("Minor units in API amounts", copies of the page as of November 2026) names the
            // currencies that have no decimals, three, or rules of their own; every other one is counted in hundredths. All that
            // it names are known (`currency`, `stripes_lists_are_all_here`), so this one is among the others. It is for reading
            // alone: nothing is charged or given back by what is written here.
            None => locale.with_sign(&write_number(*amount_minor, 100, 2, locale), code, *amount_minor < 0),
        };
        MoneyView { amount_minor: *amount_minor, currency: code.clone(), text }
    }
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self { amount_minor: money.amount_minor, currency: money.currency.code().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_till_charges_in_is_written_with_its_code() {
        let text = |sum: Sum, tag| sum.view(Locale::by_tag(tag).expect(tag)).text.replace('\u{a0}', " ");
        assert_eq!(text(Sum::of(1_234_550, "kes"), "en-GB"), "KES 12,345.50");
        assert_eq!(text(Sum::of(1_234_550, "kes"), "de-DE"), "12.345,50 KES");
        assert_eq!(text(Sum::of(1_250, "gbp"), "en-GB"), "£12.50");
    }

    /// As `Intl.NumberFormat` of Node 20 writes them (ICU 73, CLDR 43): where more was given back than taken.
    #[test]
    fn below_zero_it_is_written_as_people_there_write_it() {
        for (tag, currency, written) in [
            ("en-GB", "gbp", "-£1,234.50"),
            ("en-US", "usd", "-$1,234.50"),
            ("nl-NL", "eur", "€ -1.234,50"),
            ("de-DE", "eur", "-1.234,50 €"),
            ("de-AT", "eur", "-€ 1.234,50"),
            ("es-ES", "eur", "-1234,50 €"),
            ("sv-SE", "sek", "−1 234,50 kr"),
            ("da-DK", "dkk", "-1.234,50 kr."),
            ("pl-PL", "pln", "-1234,50 zł"),
        ] {
            let text = Sum::of(-123_450, currency).view(Locale::by_tag(tag).expect(tag)).text;
            assert_eq!(text.replace('\u{a0}', " "), written, "{tag}");
        }
        assert_eq!(Sum::of(-5, "gbp").view(Locale::by_tag("en-GB").expect("en-GB")).text, "-£0.05");
    }
}
