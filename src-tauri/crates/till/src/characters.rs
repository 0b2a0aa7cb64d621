//! What single characters are, by Unicode's own tables: digits, blanks, invisible marks, which way they are written, and which of
//! them words consist of.

use icu_normalizer::{DecomposingNormalizer, DecomposingNormalizerBorrowed};
use icu_properties::props::{BidiClass, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed};

const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::<GeneralCategory>::new();
const IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();
const DIRECTIONS: CodePointMapDataBorrowed<'static, BidiClass> = CodePointMapData::<BidiClass>::new();

/// What takes no room and says nothing: byte order marks, zero-width joiners and spaces, soft hyphens, marks of direction. Not
/// the invisible signs of mathematics, which multiply, add or part what stands beside them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    let operators = '\u{2061}'..='\u{2064}';
    CATEGORIES.get(c) == GeneralCategory::Format && IGNORABLE.contains(c) && !operators.contains(&c)
}

const DECOMPOSED: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizer::new_nfkd();

/// A text as its words are looked for: letters, figures and the marks that belong to them, in lower case, and a blank for whatever
/// else stands there. Accents are left out, as people leave them out when they type; a vowel sign of Hindi or Thai is none.
pub(crate) fn folded(text: &str) -> String {
    let is_accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    let decomposed = DECOMPOSED.normalize(&lower);
    let kept = decomposed.chars().filter(|c| !is_accent(c));
    kept.map(|c| match c {
        // The same letter, at the end of a word.
        'ς' => 'σ',
        c if is_of_a_word(c) => c,
        _ => ' ',
    })
    .collect()
}

fn is_of_a_word(c: char) -> bool {
    let category = CATEGORIES.get(c);
    [GeneralCategoryGroup::Letter, GeneralCategoryGroup::Number, GeneralCategoryGroup::Mark]
        .iter()
        .any(|group| group.contains(category))
}

/// A blank of whatever width, but no tab and no end of a line.
pub(crate) fn is_blank(c: char) -> bool {
    CATEGORIES.get(c) == GeneralCategory::SpaceSeparator
}

/// A decimal digit's value as an ASCII digit, and the zero of its script. Full-width digits are ASCII's own, made wider.
///
/// Unicode keeps the decimal digits of a script together and in order, from 0 to 9 (the standard, 4.6), so a digit's value is
/// how many stand before it.
pub(crate) fn decimal_digit(c: char) -> Option<(char, u32)> {
    let point = u32::from(c);
    let is_digit = |point: u32| CATEGORIES.get32(point) == GeneralCategory::DecimalNumber;
    if !is_digit(point) {
        return None;
    }
    let before = (0..point).rev().take_while(|&point| is_digit(point)).count();
    let value = u32::try_from(before % 10).ok()?;
    let zero = if ('０'..='９').contains(&c) { u32::from('0') } else { point - value };
    Some((char::from_digit(value, 10)?, zero))
}

/// Which way a character makes a line of figures stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// As it is written here.
    Usual,
    /// From right to left: each figure stands as it is, but figures that blanks part may stand in another order.
    RightToLeft,
    /// Turned round, each figure from its end.
    Turned,
}

/// See [`Direction`].
pub(crate) fn direction(c: char) -> Direction {
    match DIRECTIONS.get(c) {
        BidiClass::RightToLeftOverride => Direction::Turned,
        BidiClass::RightToLeft
        | BidiClass::ArabicLetter
        | BidiClass::ArabicNumber
        | BidiClass::RightToLeftEmbedding
        | BidiClass::RightToLeftIsolate => Direction::RightToLeft,
        _ => Direction::Usual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_unicode_stand_in_sets_of_ten() {
        let digits: Vec<_> = (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter_map(decimal_digit).collect();
        assert!(digits.len() > 600, "Unicode has more than sixty sets");
        // As many of each: a set that is torn apart would be read wrongly.
        for value in '0'..='9' {
            assert_eq!(digits.iter().filter(|(found, _)| *found == value).count() * 10, digits.len(), "{value}");
        }
    }

    #[test]
    fn what_is_seen_is_not_invisible() {
        for seen in ['5', ' ', '\u{a0}', '\u{3164}', '\u{600}', '\u{2062}', '.', '\t'] {
            assert!(!is_invisible(seen), "{seen:?}");
        }
    }
}
