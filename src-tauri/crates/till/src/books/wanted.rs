//! What is looked for, as the history asks for it, and as the books' index is asked.

use serde::Deserialize;
use ts_rs::TS;

use super::ReadAs;
use crate::characters::folded;
use crate::currency::Currency;
use crate::journal::{Facet, tags};
use crate::money::read_amount;

/// More words than this are not looked for: nobody types them, and each makes the question longer.
const MOST_WORDS: usize = 12;
/// More characters of a word are not looked at.
const MOST_CHARACTERS: usize = 120;

/// What is looked for. All of it has to be so of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Wanted {
    /// As it was typed, without what was understood as something else: an amount, a card's last four digits, a sale's number,
    /// the beginnings of words of its reference or note, a PaymentIntent's id.
    pub text: String,
    /// The sale of this number.
    pub number: Option<u32>,
    pub facets: Vec<Facet>,
    /// Opened at or after this, milliseconds since 1970 on the till's clock.
    #[ts(type = "number | null")]
    pub from_ms: Option<i64>,
    /// Opened before this.
    #[ts(type = "number | null")]
    pub to_ms: Option<i64>,
    /// Of more than this, as the amount field takes it.
    pub over: Option<String>,
    /// Of less than this.
    pub under: Option<String>,
    /// From the first sale on, instead of from the newest back.
    pub oldest_first: bool,
}

/// Between which amounts, in the smallest unit of the shop's currency; neither belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    pub over: Option<i64>,
    pub under: Option<i64>,
}

/// What is asked of the books' index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// All of these, each one or the other; FTS5's words. Empty: every sale.
    pub(super) groups: Vec<String>,
    /// One more for the bounds: of which size the amounts between them are. Where few sales are looked at anyway, the amounts
    /// themselves are enough.
    pub(super) sizes: Option<String>,
    pub(super) bounds: Bounds,
    /// The beginning of a PaymentIntent's id.
    pub(super) intent: Option<String>,
}

impl Wanted {
    /// None where nothing can be that fits: an amount that is none, too many words.
    pub(super) fn ask(&self, read_as: ReadAs, currencies: &[&'static Currency]) -> Option<Asked> {
        let mut asked = Asked { groups: Vec::new(), sizes: None, bounds: Bounds::default(), intent: None };
        asked.groups.extend(self.facets.iter().map(|facet| quoted(&tags::facet(*facet))));
        asked.groups.extend(self.number.map(|number| quoted(&tags::number(number))));
        let known = asked.groups.len();
        let text = self.text.trim();
        let amounts = amounts(text, read_as, currencies);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() > MOST_WORDS || words.iter().any(|word| word.chars().count() > MOST_CHARACTERS) {
            return None;
        }
        if words.len() > 1 && !amounts.is_empty() {
            // One amount, written with blanks.
            asked.groups.push(any(amounts.iter().map(|tag| quoted(tag))));
        } else {
            asked.take_words(&words, read_as, currencies);
            if !words.is_empty() && asked.intent.is_none() && asked.groups.len() == known {
                return None;
            }
        }
        let read = |typed: &Option<String>| {
            let typed = typed.as_ref().map(|typed| read_amount(typed, read_as.currency, read_as.locale));
            typed.transpose().ok()
        };
        asked.bounds = Bounds { over: read(&self.over)?, under: read(&self.under)? };
        if asked.bounds != Bounds::default() {
            let sizes = tags::between(asked.bounds.over, asked.bounds.under);
            if sizes.is_empty() {
                return None;
            }
            asked.sizes = Some(any(sizes.iter().map(|tag| quoted(tag))));
            asked.groups.push(quoted(&tags::currency(read_as.currency.code())));
        }
        Some(asked)
    }
}

impl Asked {
    /// All of these words. A sign that stands alone is looked for by nobody; a currency's belongs to the figure beside it.
    fn take_words(&mut self, words: &[&str], read_as: ReadAs, currencies: &[&'static Currency]) {
        let is_sign = |word: &str| pieces(word).next().is_none();
        let mut left = words;
        while let Some((word, rest)) = left.split_first() {
            left = rest;
            if word.starts_with("pi_") {
                self.intent = Some((*word).to_owned());
                continue;
            }
            if let Some((next, after)) = rest.split_first()
                && is_sign(word) != is_sign(next)
            {
                let amounts = amounts(&format!("{word} {next}"), read_as, currencies);
                if !amounts.is_empty() {
                    self.groups.push(any(amounts.iter().map(|tag| quoted(tag))));
                    left = after;
                    continue;
                }
            }
            self.groups.extend(word_group(word, read_as, currencies));
        }
    }
}

/// What one word may mean. None where it means nothing that a sale could have.
fn word_group(word: &str, read_as: ReadAs, currencies: &[&'static Currency]) -> Option<String> {
    let mut may_be: Vec<String> = amounts(word, read_as, currencies).iter().map(|tag| quoted(tag)).collect();
    let figures = word.strip_prefix('#').unwrap_or(word);
    if let Ok(number) = figures.parse::<u32>()
        && figures.bytes().all(|byte| byte.is_ascii_digit())
    {
        may_be.push(quoted(&tags::number(number)));
        if figures.len() == 4 {
            may_be.push(quoted(&tags::last4(figures)));
        }
    }
    let pieces: Vec<String> = pieces(word).collect();
    if let Some((last, whole)) = pieces.split_last() {
        let mut all: Vec<String> = whole.iter().map(|piece| quoted(piece)).collect();
        all.push(format!("{}*", quoted(last)));
        may_be.push(format!("({})", all.join(" AND ")));
        may_be.extend(tags::read_out(word).map(|bare| format!("{}*", quoted(&bare))));
    }
    (!may_be.is_empty()).then(|| any(may_be.into_iter()))
}

fn amounts(text: &str, read_as: ReadAs, currencies: &[&'static Currency]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for currency in std::iter::once(&read_as.currency).chain(currencies) {
        if let Ok(minor) = read_amount(text, currency, read_as.locale) {
            let tag = tags::amount(currency.code(), minor);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags
}

/// The pieces of a word that are words of the index.
fn pieces(word: &str) -> impl Iterator<Item = String> {
    folded(word).split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn any(words: impl Iterator<Item = String>) -> String {
    format!("({})", words.collect::<Vec<_>>().join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    fn read_as(tag: &str) -> ReadAs {
        let currency = Currency::by_code("EUR").expect("EUR");
        ReadAs { locale: Locale::by_tag(tag).expect("a locale"), currency, live: false }
    }

    fn asked(text: &str, tag: &str) -> Vec<String> {
        let wanted = Wanted { text: text.to_owned(), ..Wanted::default() };
        wanted.ask(read_as(tag), &[]).map(|asked| asked.groups).unwrap_or_default()
    }

    #[test]
    fn an_amount_is_read_as_the_amount_field_reads_it() {
        assert!(asked("12,50", "nl-NL")[0].contains("\"_aeur1250\""));
        assert!(asked("€ 1.250,00", "nl-NL")[0].contains("\"_aeur125000\""), "{:?}", asked("€ 1.250,00", "nl-NL"));
        assert!(asked("12.50", "en-GB")[0].contains("\"_aeur1250\""));
        assert!(!asked("12.50", "nl-NL")[0].contains("_aeur"), "two ways to read it are none");
    }

    #[test]
    fn figures_may_be_a_number_four_digits_or_the_beginning_of_a_word() {
        assert_eq!(asked("4242", "en-GB"), ["(\"_aeur424200\" OR \"_n4242\" OR \"_c4242\" OR (\"4242\"*))"]);
        assert_eq!(asked("#12", "en-GB"), ["(\"_n12\" OR (\"12\"*))"]);
    }

    #[test]
    fn a_sign_that_stands_alone_is_the_currencys_or_nobodys() {
        assert_eq!(asked("Smith & Sons", "en-GB"), ["((\"smith\"*))", "((\"sons\"*))"]);
        for text in ["anna € 12,50", "anna 12,50 €"] {
            assert_eq!(asked(text, "nl-NL"), ["((\"anna\"*))", "(\"_aeur1250\")"], "{text}");
        }
    }

    #[test]
    fn what_a_person_types_is_never_an_operator_of_the_index() {
        assert_eq!(asked("a\"b OR NOT", "en-GB"), ["((\"a\" AND \"b\"*) OR \"ab\"*)", "((\"or\"*))", "((\"not\"*))"]);
        assert_eq!(asked("_spaid", "en-GB"), ["((\"spaid\"*))"], "nor a tag");
        assert_eq!(asked("INV-12", "en-GB"), ["((\"inv\" AND \"12\"*) OR \"inv12\"*)"]);
        assert_eq!(asked("-*-", "en-GB"), [""; 0], "nothing that a sale could have");
    }
}
