//! The words of the books' index that no person types: a tag for each thing that a sale can be asked for by, so that a filter is
//! one more word of the same question.
//!
//! A tag begins with `_`, which no word of a person's has: [`folded`] makes a blank of it, as of every other sign.

use super::facets::Facet;
use crate::characters::folded;

/// More digits than an amount in the smallest unit has.
const MOST_DIGITS: usize = 19;

/// The words of a person's text that signs part, in one, each [`folded`]: as people read them out.
pub(crate) fn read_out(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().filter_map(|word| {
        let folded = folded(word);
        let mut pieces = folded.split_whitespace();
        let first = pieces.next()?.to_owned();
        let rest: String = pieces.collect();
        (!rest.is_empty()).then_some(first + &rest)
    })
}

pub(crate) fn number(number: u32) -> String {
    format!("_n{number}")
}

pub(crate) fn last4(last4: &str) -> String {
    format!("_c{}", last4.replace(|c: char| !c.is_ascii_alphanumeric(), ""))
}

pub(crate) fn amount(code: &str, minor: i64) -> String {
    format!("_a{}{}", code.to_ascii_lowercase(), minor.max(0))
}

pub(crate) fn currency(code: &str) -> String {
    format!("_k{}", code.to_ascii_lowercase())
}

pub(crate) fn facet(facet: Facet) -> String {
    format!("_s{}", facet.as_str())
}

/// How large an amount is, in three steps: its digits, its first figure among those of as many digits, its first two.
pub(crate) fn sizes(minor: i64) -> [String; 3] {
    let Size { digits, first, second } = Size::of(minor);
    [format!("_d{digits}"), format!("_e{digits}_{first}"), format!("_f{digits}_{first}{second}")]
}

/// The tags of which every amount between these two has one, and some that are not: whoever asks looks at the amounts themselves,
/// too. As few as there can be, because each is looked up by itself.
pub(crate) fn between(over: Option<i64>, under: Option<i64>) -> Vec<String> {
    let (lowest, highest) = (Size::of(over.unwrap_or(0)), under.map_or(Size::LARGEST, Size::of));
    let is_between = |from: Size, to: Size| lowest <= from && to <= highest;
    let mut tags = Vec::new();
    for digits in lowest.digits..=highest.digits {
        let firsts = u32::from(digits > 1)..=9;
        if is_between(Size { digits, first: *firsts.start(), second: 0 }, Size { digits, first: 9, second: 9 }) {
            tags.push(format!("_d{digits}"));
            continue;
        }
        for first in firsts {
            if is_between(Size { digits, first, second: 0 }, Size { digits, first, second: 9 }) {
                tags.push(format!("_e{digits}_{first}"));
                continue;
            }
            let seconds = (0..=9).map(|second| Size { digits, first, second }).filter(|size| is_between(*size, *size));
            tags.extend(seconds.map(|size| format!("_f{digits}_{first}{}", size.second)));
        }
    }
    tags
}

/// Ordered as the amounts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    digits: usize,
    first: u32,
    second: u32,
}

impl Size {
    const LARGEST: Self = Self { digits: MOST_DIGITS, first: 9, second: 9 };

    fn of(minor: i64) -> Self {
        let figures = minor.max(0).to_string();
        let mut each = figures.chars().filter_map(|c| c.to_digit(10));
        Self { digits: figures.len(), first: each.next().unwrap_or(0), second: each.next().unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_two_amounts_has_one_of_their_tags() {
        let amounts =
            [0, 1, 5, 9, 10, 19, 20, 99, 100, 101, 250, 259, 260, 999, 1_000, 1_250, 99_999, 100_000, 5_000_000];
        let bounds = || amounts.into_iter().map(Some).chain([None]);
        for over in bounds() {
            for under in bounds() {
                let tags = between(over, under);
                assert!(tags.len() < 60, "few: {over:?} {under:?} {tags:?}");
                for amount in amounts {
                    let has_one = sizes(amount).iter().filter(|size| tags.contains(size)).count();
                    let is_between = over.is_none_or(|over| amount > over) && under.is_none_or(|under| amount < under);
                    assert!(!is_between || has_one == 1, "{amount} between {over:?} and {under:?}");
                }
            }
        }
        assert_eq!(between(Some(99), Some(200)), ["_f2_99", "_e3_1", "_f3_20"]);
        assert_eq!(between(Some(99), None)[..2], ["_f2_99", "_d3"]);
        assert_eq!(between(Some(200), Some(99)), [""; 0]);
    }

    #[test]
    fn no_word_of_a_persons_is_a_tag() {
        assert_eq!(folded("_spaid table_4"), " spaid table 4");
    }
}
