//! How a place writes amounts: its decimal sign, its grouping, and where the currency's sign stands.
//!
//! The data follow Unicode CLDR for these locales (what `Intl.NumberFormat` prints), with no-break spaces.

use crate::currency::Currency;

const NBSP: char = '\u{a0}';
const NARROW: char = '\u{202f}';

/// Where the currency's sign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `£1.00`; a sign of letters gets a space: `CHF 1.00`.
    Before,
    /// `€ 1,00`
    BeforeSpaced,
    /// `1,00 €`
    After,
}

/// Where the minus of an amount below zero stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Minus {
    /// `-£1.00`, `-1,00 €`
    First,
    /// `€ -1,00`
    BeforeFigures,
}

/// The rules of one place.
#[derive(Debug, PartialEq, Eq)]
pub struct Locale {
    tag: &'static str,
    name: &'static str,
    decimal: char,
    group: char,
    /// Spanish, Italian, Polish and some others write 1234 without a group, and 12 345 with one.
    least_grouped_digits: usize,
    /// After the first three: 3 everywhere, 2 in India.
    further_group: usize,
    sign: Sign,
    minus: Minus,
    minus_sign: char,
    /// The currency whose sign is short here although it is long elsewhere (`$` in en-US, `$` for CAD in en-CA).
    home: &'static [(&'static str, &'static str)],
}

impl Locale {
    /// BCP 47 tag.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The sign between whole and part.
    #[must_use]
    pub fn decimal(&self) -> char {
        self.decimal
    }

    /// The sign between groups of digits.
    #[must_use]
    pub fn group(&self) -> char {
        self.group
    }

    /// How many digits the groups before the last three have.
    pub(crate) fn further_group(&self) -> usize {
        self.further_group
    }

    #[must_use]
    pub fn all() -> &'static [Locale] {
        ALL
    }

    /// By BCP 47 tag.
    #[must_use]
    pub fn by_tag(tag: &str) -> Option<&'static Locale> {
        ALL.iter().find(|locale| locale.tag.eq_ignore_ascii_case(tag))
    }

    /// The currency's sign as this place writes it.
    #[must_use]
    pub fn symbol(&self, currency: &Currency) -> &'static str {
        self.home.iter().find(|(code, _)| *code == currency.code()).map_or(currency.symbol(), |(_, symbol)| symbol)
    }

    /// Writes whole digits in groups.
    pub(crate) fn grouped(&self, digits: &str) -> String {
        if digits.len() < self.least_grouped_digits {
            return digits.to_owned();
        }
        let mut out: Vec<char> = Vec::new();
        let mut in_group = 0;
        let mut size = 3;
        for digit in digits.chars().rev() {
            if in_group == size {
                out.push(self.group);
                in_group = 0;
                size = self.further_group;
            }
            out.push(digit);
            in_group += 1;
        }
        out.iter().rev().collect()
    }

    /// Puts a currency's sign, or its code, to a written number, which is below zero or not.
    pub(crate) fn with_sign(&self, number: &str, symbol: &str, is_below_zero: bool) -> String {
        let minus = self.minus_sign;
        match (is_below_zero, self.minus) {
            (false, _) => self.signed(number, symbol),
            (true, Minus::First) => format!("{minus}{}", self.signed(number, symbol)),
            (true, Minus::BeforeFigures) => self.signed(&format!("{minus}{number}"), symbol),
        }
    }

    fn signed(&self, number: &str, symbol: &str) -> String {
        match self.sign {
            Sign::Before if symbol.ends_with(|c: char| c.is_alphabetic() || c == '.') => {
                format!("{symbol}{NBSP}{number}")
            }
            Sign::Before => format!("{symbol}{number}"),
            Sign::BeforeSpaced => format!("{symbol}{NBSP}{number}"),
            Sign::After => format!("{number}{NBSP}{symbol}"),
        }
    }
}

const BASE: Locale = Locale {
    tag: "",
    name: "",
    decimal: '.',
    group: ',',
    least_grouped_digits: 4,
    further_group: 3,
    sign: Sign::Before,
    minus: Minus::First,
    minus_sign: '-',
    home: &[],
};

const COMMA: Locale = Locale { decimal: ',', group: '.', sign: Sign::After, ..BASE };

#[rustfmt::skip]
static ALL: &[Locale] = &[
    Locale { tag: "en-GB", name: "English (United Kingdom)", ..BASE },
    Locale { tag: "en-US", name: "English (United States)", home: &[("USD", "$")], ..BASE },
    Locale { tag: "en-IE", name: "English (Ireland)", ..BASE },
    Locale { tag: "en-AU", name: "English (Australia)", home: &[("AUD", "$")], ..BASE },
    Locale { tag: "en-NZ", name: "English (New Zealand)", home: &[("NZD", "$")], ..BASE },
    Locale { tag: "en-CA", name: "English (Canada)", home: &[("CAD", "$")], ..BASE },
    Locale { tag: "en-IN", name: "English (India)", home: &[("USD", "$")], further_group: 2, ..BASE },
    Locale { tag: "en-SG", name: "English (Singapore)", home: &[("SGD", "$")], ..BASE },
    Locale { tag: "de-DE", name: "Deutsch (Deutschland)", home: &[("USD", "$")], ..COMMA },
    Locale { tag: "de-AT", name: "Deutsch (Österreich)", home: &[("USD", "$")], sign: Sign::BeforeSpaced, ..COMMA },
    Locale { tag: "de-CH", name: "Deutsch (Schweiz)", home: &[("USD", "$")], group: '\'', sign: Sign::BeforeSpaced, ..BASE },
    Locale { tag: "fr-FR", name: "Français (France)", group: NARROW, ..COMMA },
    Locale { tag: "es-ES", name: "Español (España)", least_grouped_digits: 5, ..COMMA },
    Locale { tag: "it-IT", name: "Italiano (Italia)", least_grouped_digits: 5, ..COMMA },
    Locale { tag: "nl-NL", name: "Nederlands (Nederland)", sign: Sign::BeforeSpaced, minus: Minus::BeforeFigures, ..COMMA },
    Locale { tag: "pt-PT", name: "Português (Portugal)", group: NBSP, least_grouped_digits: 5, ..COMMA },
    Locale { tag: "pt-BR", name: "Português (Brasil)", sign: Sign::BeforeSpaced, ..COMMA },
    Locale { tag: "sv-SE", name: "Svenska (Sverige)", home: &[("SEK", "kr")], group: NBSP, minus_sign: '−', ..COMMA },
    Locale { tag: "da-DK", name: "Dansk (Danmark)", home: &[("DKK", "kr.")], ..COMMA },
    Locale { tag: "nb-NO", name: "Norsk (Norge)", home: &[("NOK", "kr")], group: NBSP, minus_sign: '−', ..COMMA },
    Locale { tag: "fi-FI", name: "Suomi (Suomi)", home: &[("USD", "$")], group: NBSP, minus_sign: '−', ..COMMA },
    Locale { tag: "pl-PL", name: "Polski (Polska)", home: &[("PLN", "zł")], group: NBSP, least_grouped_digits: 5, ..COMMA },
    Locale { tag: "cs-CZ", name: "Čeština (Česko)", home: &[("CZK", "Kč")], group: NBSP, ..COMMA },
    Locale { tag: "hu-HU", name: "Magyar (Magyarország)", home: &[("HUF", "Ft")], group: NBSP, least_grouped_digits: 5, ..COMMA },
    Locale { tag: "ja-JP", name: "日本語 (日本)", home: &[("JPY", "￥"), ("USD", "$")], ..BASE },
];
