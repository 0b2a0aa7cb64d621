//! The currencies a till can charge in, and how Stripe counts each.
//!
//! Sources: Stripe's list of zero-decimal, three-decimal and special currencies and of minimum charges
//! (docs.stripe.com/currencies). The minimums are of the settlement-converted value, so they are a first check that saves a
//! call; Stripe's own `amount_too_small` has the last word.

/// A currency and its rules. All amounts are in Stripe's smallest unit ("minor").
#[derive(Debug, PartialEq, Eq)]
pub struct Currency {
    code: &'static str,
    name: &'static str,
    symbol: &'static str,
    decimals: u32,
    minor_per_major: i64,
    step_minor: i64,
    minimum_minor: i64,
}

/// The largest amount of a charge: eight digits (Stripe's API reference: "up to eight digits").
pub const MAXIMUM_MINOR: i64 = 99_999_999;

impl Currency {
    /// ISO 4217 code in capitals.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// English name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How it is written beside an amount, e.g. `£`; the code where there is no sign of its own.
    #[must_use]
    pub fn symbol(&self) -> &'static str {
        self.symbol
    }

    /// Decimals that people write. 0 for JPY, and for ISK and UGX although Stripe counts those in hundredths.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        self.decimals
    }

    /// Stripe's smallest units in one whole: 1, 100 or 1000.
    #[must_use]
    pub fn minor_per_major(&self) -> i64 {
        self.minor_per_major
    }

    /// Amounts must be a multiple of this: 10 for three-decimal currencies (the last digit must be 0), 100 for ISK and UGX.
    #[must_use]
    pub fn step_minor(&self) -> i64 {
        self.step_minor
    }

    /// The least that Stripe charges.
    #[must_use]
    pub fn minimum_minor(&self) -> i64 {
        self.minimum_minor
    }

    /// All of them, the commonest first.
    #[must_use]
    pub fn all() -> &'static [Currency] {
        ALL
    }

    /// By ISO 4217 code, in either case.
    #[must_use]
    pub fn by_code(code: &str) -> Option<&'static Currency> {
        ALL.iter().find(|currency| currency.code.eq_ignore_ascii_case(code))
    }
}

const fn two(code: &'static str, name: &'static str, symbol: &'static str, minimum_minor: i64) -> Currency {
    Currency { code, name, symbol, decimals: 2, minor_per_major: 100, step_minor: 1, minimum_minor }
}

const fn none(code: &'static str, name: &'static str, symbol: &'static str, minimum_minor: i64) -> Currency {
    Currency { code, name, symbol, decimals: 0, minor_per_major: 1, step_minor: 1, minimum_minor }
}

const fn three(code: &'static str, name: &'static str) -> Currency {
    Currency { code, name, symbol: code, decimals: 3, minor_per_major: 1_000, step_minor: 10, minimum_minor: 10 }
}

/// Whole units for people, hundredths for Stripe.
const fn whole_in_hundredths(code: &'static str, name: &'static str, symbol: &'static str) -> Currency {
    Currency { code, name, symbol, decimals: 0, minor_per_major: 100, step_minor: 100, minimum_minor: 100 }
}

#[rustfmt::skip]
static ALL: &[Currency] = &[
    two("GBP", "Pound sterling", "£", 30),
    two("EUR", "Euro", "€", 50),
    two("USD", "US dollar", "US$", 50),
    two("AED", "UAE dirham", "AED", 200),
    two("AUD", "Australian dollar", "A$", 50),
    two("BGN", "Bulgarian lev", "BGN", 100),
    three("BHD", "Bahraini dinar"),
    none("BIF", "Burundian franc", "BIF", 1),
    two("BRL", "Brazilian real", "R$", 50),
    two("CAD", "Canadian dollar", "CA$", 50),
    two("CHF", "Swiss franc", "CHF", 50),
    none("CLP", "Chilean peso", "CLP", 1),
    two("CZK", "Czech koruna", "CZK", 1_500),
    none("DJF", "Djiboutian franc", "DJF", 1),
    two("DKK", "Danish krone", "DKK", 250),
    none("GNF", "Guinean franc", "GNF", 1),
    two("HKD", "Hong Kong dollar", "HK$", 400),
    two("HUF", "Hungarian forint", "HUF", 17_500),
    two("ILS", "Israeli new shekel", "₪", 1),
    two("INR", "Indian rupee", "₹", 50),
    whole_in_hundredths("ISK", "Icelandic króna", "ISK"),
    three("JOD", "Jordanian dinar"),
    none("JPY", "Japanese yen", "¥", 50),
    none("KMF", "Comorian franc", "KMF", 1),
    none("KRW", "South Korean won", "₩", 1),
    three("KWD", "Kuwaiti dinar"),
    none("MGA", "Malagasy ariary", "MGA", 1),
    two("MXN", "Mexican peso", "MX$", 1_000),
    two("MYR", "Malaysian ringgit", "MYR", 200),
    two("NOK", "Norwegian krone", "NOK", 300),
    two("NZD", "New Zealand dollar", "NZ$", 50),
    three("OMR", "Omani rial"),
    two("PHP", "Philippine peso", "₱", 1),
    two("PLN", "Polish złoty", "PLN", 200),
    none("PYG", "Paraguayan guaraní", "PYG", 1),
    two("RON", "Romanian leu", "RON", 200),
    none("RWF", "Rwandan franc", "RWF", 1),
    two("SEK", "Swedish krona", "SEK", 300),
    two("SGD", "Singapore dollar", "S$", 50),
    two("THB", "Thai baht", "THB", 1_000),
    three("TND", "Tunisian dinar"),
    two("TRY", "Turkish lira", "₺", 1),
    two("TWD", "New Taiwan dollar", "NT$", 1),
    whole_in_hundredths("UGX", "Ugandan shilling", "UGX"),
    none("VND", "Vietnamese đồng", "₫", 1),
    none("VUV", "Vanuatu vatu", "VUV", 1),
    none("XAF", "Central African CFA franc", "FCFA", 1),
    none("XOF", "West African CFA franc", "F CFA", 1),
    none("XPF", "CFP franc", "CFPF", 1),
    two("ZAR", "South African rand", "ZAR", 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_keeps_its_own_rules() {
        for currency in Currency::all() {
            assert_eq!(currency.minimum_minor % currency.step_minor, 0, "{}", currency.code);
            assert!(currency.minimum_minor > 0 && currency.code.len() == 3);
            assert_eq!(Currency::by_code(&currency.code.to_lowercase()), Some(currency));
        }
    }

    #[test]
    fn stripes_lists_are_all_here() {
        for zero in "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(' ') {
            assert_eq!(Currency::by_code(zero).map(Currency::minor_per_major), Some(1), "{zero}");
        }
        for three in "BHD JOD KWD OMR TND".split(' ') {
            let currency = Currency::by_code(three).expect(three);
            assert_eq!((currency.minor_per_major(), currency.step_minor()), (1_000, 10), "{three}");
        }
        for special in ["ISK", "UGX"] {
            let currency = Currency::by_code(special).expect(special);
            assert_eq!((currency.decimals(), currency.minor_per_major()), (0, 100), "{special}");
        }
    }
}
