//! The words of the books' index that no person types: a tag for each thing that a sale can be asked for by, so that a filter is
//! one more word of the same question.
//!
//! A tag begins with `_`, which no word of a person's has: [`plain`] makes a blank of it, as the index does of other signs.

use super::facets::Facet;

/// More digits than an amount in the smallest unit has.
const MOST_DIGITS: usize = 19;

/// A person's text as the index takes it.
pub(crate) fn plain(text: &str) -> String {
    text.replace('_', " ")
}

/// The words of a person's text that have signs in them, without these: as people read them out.
pub(crate) fn read_out(text: &str) -> impl Iterator<Item = String> {
    let with_signs = |word: &&str| word.contains(|c: char| !c.is_alphanumeric());
    let bare = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    text.split_whitespace().filter(with_signs).map(bare).filter(|word| !word.is_empty())
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

/// The tags of which every amount above `minor` has one, and some below it: whoever asks looks at the amounts themselves, too.
pub(crate) fn above(minor: i64) -> Vec<String> {
    let Size { digits, first, second } = Size::of(minor);
    let mut tags: Vec<String> = (second..=9).map(|second| format!("_f{digits}_{first}{second}")).collect();
    tags.extend((first + 1..=9).map(|first| format!("_e{digits}_{first}")));
    tags.extend((digits + 1..=MOST_DIGITS).map(|digits| format!("_d{digits}")));
    tags
}

/// The tags of which every amount below `minor` has one, and some above it.
pub(crate) fn below(minor: i64) -> Vec<String> {
    let Size { digits, first, second } = Size::of(minor);
    let mut tags: Vec<String> = (0..=second).map(|second| format!("_f{digits}_{first}{second}")).collect();
    tags.extend((0..first).map(|first| format!("_e{digits}_{first}")));
    tags.extend((1..digits).map(|digits| format!("_d{digits}")));
    tags
}

struct Size {
    digits: usize,
    first: u32,
    second: u32,
}

impl Size {
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
    fn what_is_above_or_below_an_amount_has_one_of_its_tags() {
        let amounts =
            [0, 1, 5, 9, 10, 19, 20, 99, 100, 101, 250, 259, 260, 999, 1_000, 1_250, 99_999, 100_000, 5_000_000];
        for bound in amounts {
            let (above, below) = (above(bound), below(bound));
            for amount in amounts {
                let has = |tags: &[String]| sizes(amount).iter().any(|size| tags.contains(size));
                assert!(amount <= bound || has(&above), "{amount} above {bound}");
                assert!(amount >= bound || has(&below), "{amount} below {bound}");
            }
            assert!(above.len() < 50 && below.len() < 50, "few: {bound}");
        }
    }

    #[test]
    fn no_word_of_a_persons_is_a_tag() {
        assert_eq!(plain("_spaid table_4"), " spaid table 4");
    }
}
