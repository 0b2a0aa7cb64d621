//! What stands in a list of sales: a row a sale, in one of two forms.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::currency::Currency;
use crate::journal::{Way, movements};
use crate::sale::{AttemptEnd, Decline, Proof, Sale, Stage};

use super::words::{COLUMNS, ListForm, ListState, ListWords, PLAIN};

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// People's own words, or a name: never a formula.
    Text(String),
    /// A figure or a time of ours.
    Figure(String),
    Empty,
}

/// Whoever writes the rows.
pub(super) struct Hand {
    words: Option<Box<ListWords>>,
    decimal: char,
    zone: TimeZone,
}

impl Hand {
    /// `decimal` is the locale's sign.
    pub(super) fn new(form: ListForm, decimal: char, zone: TimeZone) -> Self {
        match form {
            ListForm::Plain => Self { words: None, decimal: '.', zone },
            ListForm::Spreadsheet { words } => Self { words: Some(words), decimal, zone },
        }
    }

    /// What stands between two cells: a spreadsheet that writes amounts with a comma parts cells by semicolons.
    pub(super) fn delimiter(&self) -> u8 {
        if self.decimal == ',' { b';' } else { b',' }
    }

    pub(super) fn headings(&self) -> [String; COLUMNS] {
        match &self.words {
            Some(words) => words.columns.in_order().map(defused),
            None => PLAIN.map(str::to_owned),
        }
    }

    pub(super) fn row(&self, sale: &Sale) -> [String; COLUMNS] {
        let movements = movements(sale);
        let sum = |way| {
            let of_it = movements.iter().filter(|movement| movement.way == way);
            of_it.fold(0_i64, |sum, movement| sum.saturating_add(movement.amount_minor))
        };
        let (taken, refunded) = (sum(Way::Taken), sum(Way::Refunded));
        let currency = sale.total().currency();
        let money = |minor| Cell::Figure(amount(minor, currency, self.decimal));
        let proof = proof(sale);
        let paid = proof.filter(|_| matches!(sale.stage, Stage::Approved(_)));
        let card = proof.and_then(|proof| proof.card.as_ref());
        let card = card.or_else(|| sale.attempts.iter().rev().find_map(|attempt| attempt.card.as_ref()));
        let text = |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::Text(text.to_owned()));
        [
            Cell::Figure(sale.number.to_string()),
            self.time(sale.opened_at_ms),
            paid.map_or(Cell::Empty, |proof| self.time(proof.seen_at_ms)),
            self.state(state(sale, taken, refunded)),
            Cell::Text(currency.code().to_owned()),
            money(sale.total().amount_minor()),
            money(taken),
            money(refunded),
            money(taken.saturating_sub(refunded)),
            text(card.map(|card| card.brand.as_str())),
            text(card.map(|card| card.last4.as_str())),
            text(sale.order.reference.as_ref().map(|reference| reference.as_str())),
            text(sale.order.note.as_ref().map(|note| note.as_str())),
            sale.intent.as_ref().map_or(Cell::Empty, |intent| Cell::Text(intent.to_string())),
            text(decline_code(sale)),
        ]
        .map(Cell::written)
    }

    /// A sale that this version cannot read is in the list all the same: nobody takes the list for whole without it.
    pub(super) fn unreadable(&self, number: u32) -> [String; COLUMNS] {
        let mut row = [const { Cell::Empty }; COLUMNS];
        let [of, _, _, state, ..] = &mut row;
        *of = Cell::Figure(number.to_string());
        *state = self.state(ListState::Unreadable);
        row.map(Cell::written)
    }

    fn state(&self, state: ListState) -> Cell {
        Cell::Text(match &self.words {
            Some(words) => words.states.of(state).to_owned(),
            None => state.name().to_owned(),
        })
    }

    fn time(&self, at_ms: i64) -> Cell {
        let Ok(at) = Timestamp::from_millisecond(at_ms) else { return Cell::Figure(at_ms.to_string()) };
        // Spreadsheets read a date and a time of day, and take one with an offset for a text.
        let form = if self.words.is_some() { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S%:z" };
        Cell::Figure(at.to_zoned(self.zone.clone()).strftime(form).to_string())
    }
}

fn state(sale: &Sale, taken: i64, refunded: i64) -> ListState {
    match &sale.stage {
        Stage::Approved(_) if refunded == 0 => ListState::Paid,
        Stage::Approved(_) if refunded < taken => ListState::PartlyRefunded,
        Stage::Approved(_) => ListState::Refunded,
        Stage::Held(_) => ListState::Held,
        Stage::Open { .. } => ListState::Open,
        Stage::Submitting
        | Stage::NeedsAuthentication
        | Stage::Authenticated { .. }
        | Stage::Confirming
        | Stage::Processing
        | Stage::Cancelling => ListState::InHand,
        Stage::NotKnown { .. } => ListState::NotKnown,
        Stage::Declined(_) => ListState::Declined,
        Stage::Cancelled => ListState::Cancelled,
        Stage::SetAside => ListState::SetAside,
    }
}

fn proof(sale: &Sale) -> Option<&Proof> {
    match &sale.stage {
        Stage::Approved(proof) | Stage::Held(proof) => Some(proof),
        _ => None,
    }
}

/// Why the last card did not pay, by Stripe's word, where none has paid since.
fn decline_code(sale: &Sale) -> Option<&str> {
    if proof(sale).is_some() {
        return None;
    }
    let declines = sale.attempts.iter().rev().filter_map(|attempt| match &attempt.end {
        Some(AttemptEnd::Declined(decline)) => Some(decline),
        _ => None,
    });
    declines.into_iter().find_map(|decline| match decline {
        Decline::Refused(seen) | Decline::AuthenticationFailed(seen) => {
            seen.decline_code.as_deref().or(seen.code.as_deref())
        }
        Decline::NotTaken { code, .. } => code.as_deref(),
        Decline::HourPassed { .. } | Decline::NeverArrived => None,
    })
}

impl Cell {
    fn written(self) -> String {
        match self {
            Self::Text(text) => defused(&text),
            Self::Figure(figure) => figure,
            Self::Empty => String::new(),
        }
    }
}

/// A spreadsheet takes a text that begins with one of these for a formula, and does what it says (docs.owasp.org, "CSV
/// Injection"; the full-width ones where people write with them). With an apostrophe before it, it is a text.
const BEGIN_A_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn defused(text: &str) -> String {
    if text.starts_with(BEGIN_A_FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// Figures and the decimal sign, nothing else: no group, no currency.
fn amount(minor: i64, currency: &Currency, decimal: char) -> String {
    let per_major = currency.minor_per_major().unsigned_abs();
    let minus = if minor < 0 { "-" } else { "" };
    let mut written = format!("{minus}{}", minor.unsigned_abs() / per_major);
    if let Ok(decimals @ 1..) = usize::try_from(currency.decimals()) {
        // Writing to a text cannot fail.
        let _written = write!(written, "{decimal}{:0decimals$}", minor.unsigned_abs() % per_major);
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_a_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+31 20 123", "'+31 20 123"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("table 9", "table 9"),
            ("a=b", "a=b"),
            ("'=1", "'=1"),
            ("", ""),
            ("🧾", "🧾"),
        ] {
            assert_eq!(Cell::Text(text.to_owned()).written(), cell, "{text:?}");
        }
        assert_eq!(Cell::Figure("-5.00".to_owned()).written(), "-5.00", "a number is one");
    }

    #[test]
    fn amounts_are_figures_of_their_currency() {
        let written = |code, minor, decimal| amount(minor, Currency::by_code(code).expect("known"), decimal);
        assert_eq!(written("GBP", 123_456_789, '.'), "1234567.89");
        assert_eq!(written("EUR", 5, ','), "0,05");
        assert_eq!(written("EUR", -1_250, ','), "-12,50");
        assert_eq!(written("JPY", 8_000, ','), "8000");
        assert_eq!(written("KWD", 12_340, '.'), "12.340");
        assert_eq!(written("GBP", i64::MIN, '.'), "-92233720368547758.08");
    }

    proptest! {
        /// Whatever people write comes back from a reader of such files as it was, but for the apostrophe.
        #[test]
        fn whatever_is_written_is_read_again(text in "\\PC*|[=+\\-@\"';,\\r\\n\\t\u{fe0f}🧾é]{0,12}", semicolons: bool) {
            let hand = Hand::new(ListForm::Plain, '.', TimeZone::UTC);
            let delimiter = if semicolons { b';' } else { hand.delimiter() };
            let cell = Cell::Text(text.clone()).written();
            let mut writer = super::super::writer(Vec::new(), delimiter);
            writer.write_record(["1", &cell, "2"]).expect("written");
            let bytes = writer.into_inner().expect("flushed");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(&*bytes);
            let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(&rows[0][1], &cell);
            prop_assert!(!rows[0][1].starts_with(BEGIN_A_FORMULA));
            prop_assert_eq!(rows[0][1].strip_prefix('\'').filter(|_| cell != text).unwrap_or(&rows[0][1]), text);
        }
    }
}
