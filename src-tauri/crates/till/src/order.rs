//! What is asked to be paid, as one value: it opens a sale, and the parameters of its calls come from it alone.
//!
//! It holds what is used. A part that comes later (lines, a hold, who sold it) is one more field with a default: rows
//! written so far read on as they are, and the file needs no step. The other way round a part may change what is charged,
//! so a version that does not know one does not guess: the row says that a newer version wrote it
//! ([`crate::event::Unreadable::Newer`]).
//!
//! A reference and a note are checked at this door and then taken as they are: refused with what is wrong with them, never
//! shortened and never cleaned. The reference goes to Stripe; the note never leaves the shop.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use stripe_client::{ConfirmPaymentIntent, CreatePaymentIntent, PaymentIntentId, PaymentMethodId, Prepared};
use ts_rs::TS;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::characters::is_invisible;
use crate::ids::{SaleId, TillId};
use crate::money::Money;
use crate::observed::{NUMBER_METADATA, REFERENCE_METADATA, SALE_METADATA, TILL_METADATA};

/// The longest reference, in characters (Unicode scalar values). Stripe takes 500 in a value of metadata and does not say how
/// it counts: 100 are at most 400 bytes. And it stands in one line of a list and of a receipt.
pub const REFERENCE_MOST: u32 = 100;

/// The longest note, in characters: some five lines. It is kept in the journal for good, and shown whole.
pub const NOTE_MOST: u32 = 500;

/// By what the shop finds the sale again: an order's or an invoice's number, a table, a room. It is in the payment's metadata
/// at Stripe and on the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Reference(String);

/// What the shop wants to remember of the sale. It is in the till's journal and nowhere else.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Note(String);

/// Why a text is no reference or no note. The windows have the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
#[ts(export)]
pub enum TextRefused {
    /// Nothing in it can be seen.
    Blank,
    TooLong {
        /// The most, in characters.
        most: u32,
        has: u32,
    },
    /// It is of more than one line, or holds a tab.
    MoreThanOneLine,
    /// It holds a character that is not seen, or that turns others round: two that look alike would not be the same.
    Invisible,
    /// It holds what may be a card's number. Those are kept nowhere, by the card networks' rules.
    CardNumber,
}

/// Which of the two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum OrderText {
    /// The [`Reference`].
    Reference,
    /// The [`Note`].
    Note,
}

/// Why what was typed beside the amount opens no sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OrderRefused {
    pub text: OrderText,
    /// What is wrong with it.
    pub refused: TextRefused,
}

impl Reference {
    /// Takes the text as it is.
    ///
    /// # Errors
    /// [`TextRefused`].
    pub fn parse(text: &str) -> Result<Self, TextRefused> {
        check(text, REFERENCE_MOST).map(|()| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Note {
    /// Takes the text as it is.
    ///
    /// # Errors
    /// [`TextRefused`].
    pub fn parse(text: &str) -> Result<Self, TextRefused> {
        check(text, NOTE_MOST).map(|()| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without its text, which may be about a person: it belongs in no log.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({} characters)", self.0.chars().count())
    }
}

fn check(text: &str, most: u32) -> Result<(), TextRefused> {
    let has = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if has > most {
        return Err(TextRefused::TooLong { most, has });
    }
    if text.chars().any(is_of_another_line) {
        return Err(TextRefused::MoreThanOneLine);
    }
    if text.chars().any(|c| c.is_control() || (is_invisible(c) && !joins(c))) {
        return Err(TextRefused::Invisible);
    }
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(TextRefused::Blank);
    }
    if holds_card_number(text) {
        return Err(TextRefused::CardNumber);
    }
    Ok(())
}

/// Ends of lines and of columns. The arrow is what a field of one line shows for the end of a line that was pasted into it.
fn is_of_another_line(c: char) -> bool {
    matches!(c, '↵' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The joiner and the non-joiner: Persian and Hindi words are spelt with them, and faces are put together of several.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether some figures that follow each other, with no more than a blank, a point or a hyphen between them, are together as
/// long as a card's number and begin and end like one. An article's number (13 digits), a device's (15) and a number that
/// begins with a year do not. An id by which other programs name an order may, by chance, and is none.
fn holds_card_number(text: &str) -> bool {
    text.split(' ').collect::<Vec<_>>().split(|word| is_uuid(word)).any(|words| reads_as_card_number(&words.join(" ")))
}

/// As RFC 9562 writes one. Of figures alone it may be anything.
fn is_uuid(word: &str) -> bool {
    word.len() == Hyphenated::LENGTH
        && Uuid::try_parse(word).is_ok()
        && word.contains(|c: char| c.is_ascii_alphabetic())
}

fn reads_as_card_number(text: &str) -> bool {
    let mut figures: Vec<Vec<u32>> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        match (c.to_digit(10), before) {
            (Some(digit), Some('0'..='9')) => figures.last_mut().into_iter().for_each(|figure| figure.push(digit)),
            (Some(digit), Some(' ' | '\u{a0}' | '-' | '.')) => figures.push(vec![digit]),
            (Some(digit), _) => figures = vec![vec![digit]],
            (None, Some('0'..='9')) if is_last_of_card_number(&figures) => return true,
            (None, _) => {}
        }
        before = Some(c);
    }
    is_last_of_card_number(&figures)
}

/// Whether these figures end with those of a card's number.
fn is_last_of_card_number(figures: &[Vec<u32>]) -> bool {
    (0..figures.len()).any(|from| is_card_number(&figures.get(from..).unwrap_or_default().concat()))
}

/// By its length and its first digits, as the networks have them, and by its check digit.
fn is_card_number(digits: &[u32]) -> bool {
    let first = digits.iter().take(4).fold(0, |first, digit| first * 10 + digit);
    let begins = match digits.len() {
        14 => matches!(first, 3000..=3059 | 3600..=3699 | 3800..=3999),
        15 => matches!(first, 3400..=3499 | 3700..=3799),
        16..=19 => matches!(first, 2221..=2720 | 3528..=3589 | 4000..=6999),
        _ => false,
    };
    begins && passes_luhn(digits)
}

/// The check digit that every card's number ends with (ISO/IEC 7812).
fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &digit)| match (at % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// What is asked to be paid. In a row its fields stand beside those of the event, where the amount alone stood before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Order {
    /// What is to be paid.
    #[serde(rename = "money")]
    pub total: Money,
    /// By what the shop finds it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// For the shop alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// The quickest way: an amount and nothing else.
impl From<Money> for Order {
    fn from(total: Money) -> Self {
        Self { total, reference: None, note: None }
    }
}

/// What a call of a sale is for, or of a check. What all of its calls have in common is the order.
#[derive(Debug, Clone, Copy)]
pub enum Paying<'a> {
    /// With its first card: the PaymentIntent is created, and confirmed in the same call.
    First {
        sale: SaleId,
        number: u32,
        /// The till that makes it.
        till: TillId,
        card: &'a PaymentMethodId,
    },
    /// As [`Paying::First`], with a check's marks in the place of the sale's: what a check tries is what a sale sends.
    Check {
        /// Names and values of the payment's metadata.
        marks: &'a [(&'a str, &'a str)],
        card: &'a PaymentMethodId,
    },
    /// With another card.
    Another {
        /// The sale's PaymentIntent.
        intent: &'a PaymentIntentId,
        card: &'a PaymentMethodId,
    },
    /// After the bank's yes, with the card that is at it.
    Finish {
        /// The sale's PaymentIntent.
        intent: &'a PaymentIntentId,
    },
}

impl Order {
    /// What staff typed: the amount as it was read, and the two texts beside it, of which an empty one is none.
    ///
    /// # Errors
    /// [`OrderRefused`], of the first text that is refused.
    pub fn typed(total: Money, reference: &str, note: &str) -> Result<Self, OrderRefused> {
        let refuse = |text| move |refused| OrderRefused { text, refused };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Self {
            total,
            reference: given(reference)
                .map(|text| Reference::parse(&text))
                .transpose()
                .map_err(refuse(OrderText::Reference))?,
            note: given(note).map(|text| Note::parse(&text)).transpose().map_err(refuse(OrderText::Note))?,
        })
    }

    /// The request that takes the payment, or goes on taking it. Whoever makes it journals it, and sends the journalled bytes.
    #[must_use]
    pub fn request(&self, paying: Paying<'_>) -> Prepared {
        match paying {
            Paying::First { sale, number, till, card } => {
                let (sale, number, till) = (sale.to_string(), number.to_string(), till.to_string());
                self.create(card, &[(SALE_METADATA, &*sale), (NUMBER_METADATA, &number), (TILL_METADATA, &till)])
            }
            Paying::Check { marks, card } => self.create(card, marks),
            // The payment has its amount and its reference already.
            Paying::Another { intent, card } => {
                ConfirmPaymentIntent { id: intent, payment_method: Some(card) }.prepare()
            }
            Paying::Finish { intent } => ConfirmPaymentIntent { id: intent, payment_method: None }.prepare(),
        }
    }

    fn create(&self, card: &PaymentMethodId, marks: &[(&str, &str)]) -> Prepared {
        let reference = self.reference.as_ref().map(|reference| (REFERENCE_METADATA, reference.as_str()));
        CreatePaymentIntent {
            amount_minor: self.total.amount_minor(),
            currency: &self.total.currency().code().to_lowercase(),
            payment_method: card,
            metadata: &marks.iter().copied().chain(reference).collect::<Vec<_>>(),
        }
        .prepare()
    }
}

/// An order as it stands in a row, whatever version wrote it.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    money: Money,
    reference: Option<String>,
    note: Option<String>,
    /// What this version does not know.
    #[serde(flatten)]
    later: BTreeMap<String, IgnoredAny>,
}

impl TryFrom<Written> for Order {
    type Error = Beyond;

    fn try_from(written: Written) -> Result<Self, Beyond> {
        let Written { money, reference, note, later } = written;
        if !later.is_empty() {
            return Err(Beyond);
        }
        let reference = reference.map(|text| Reference::parse(&text)).transpose().map_err(|_| Beyond)?;
        let note = note.map(|text| Note::parse(&text)).transpose().map_err(|_| Beyond)?;
        Ok(Self { total: money, reference, note })
    }
}

/// An order that this version could not have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the order has parts that this version does not know, or texts that it would not take")]
pub(crate) struct Beyond;
