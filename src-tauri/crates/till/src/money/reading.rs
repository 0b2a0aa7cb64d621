//! What people type and paste, read as an amount: the one place where figures are read.
//!
//! A text has one meaning here, or none. Only what nobody sees is left out of account, and blanks around the figure. The
//! sign between groups, and blanks, are taken where the locale's groups end and nowhere else, because `25 00` may be 2,500
//! or 25.00, and `1.250` is a thousand in one country and a little more than one in another.

use super::{AmountRefused, too_large};
use crate::characters::{Direction, decimal_digit, direction, is_blank, is_invisible};
use crate::currency::Currency;
use crate::locale::Locale;

/// More signs than this are no amount; it keeps every later step bounded.
const MAX_FIGURE_CHARS: usize = 40;

/// A blank between figures, of whatever width.
const BLANK: char = ' ';
/// What parts two cells or two lines: a tab, the end of a line.
const BREAK: char = '\n';

/// The amount that a text means, in Stripe's smallest units, whether or not it can be charged. Read by the locale's rules:
/// digits, its decimal sign, its groups, and the currency's own sign or code before or behind. Zero is an amount.
///
/// # Errors
/// [`AmountRefused`], a sentence for staff.
pub fn read_amount(typed: &str, currency: &'static Currency, locale: &Locale) -> Result<i64, AmountRefused> {
    let not_a_number = || AmountRefused::NotANumber { example: example(currency, locale) };
    let two_ways = || AmountRefused::TwoWays { example: example(currency, locale) };
    let plain = Plain::of(typed);
    let text = plain.text.trim_matches([BLANK, BREAK]);
    if text.is_empty() {
        return Err(AmountRefused::Empty);
    }
    let figure = without_sign(text, currency, locale);
    let foreign = |c: char| !(c.is_ascii_digit() || is_separator(c) || c == BLANK || c == BREAK);
    if figure.is_empty() || figure.contains(foreign) || figure.chars().count() > MAX_FIGURE_CHARS {
        return Err(not_a_number());
    }
    if figure.contains(BREAK) || plain.looks_otherwise(figure) {
        return Err(two_ways());
    }
    let (whole, part) = figure.split_once(locale.decimal()).unwrap_or((figure, ""));
    if part.contains(is_separator) {
        return Err(not_a_number());
    }
    if part.contains(BLANK) {
        return Err(two_ways());
    }
    let whole = ungroup(whole, locale).ok_or_else(two_ways)?;
    if whole.is_empty() && part.is_empty() {
        return Err(not_a_number());
    }
    let decimals = usize::try_from(currency.decimals()).unwrap_or(0);
    if part.len() > decimals {
        return Err(AmountRefused::TooManyDecimals { code: currency.code(), decimals: currency.decimals() });
    }
    let too_large = || too_large(currency, locale);
    let digits = format!("{whole}{part:0<decimals$}");
    let units: i64 = digits.parse().map_err(|_| too_large())?;
    let people_units = 10_i64.pow(currency.decimals());
    units.checked_mul(currency.minor_per_major() / people_units).ok_or_else(too_large)
}

/// A text in few characters: each decimal digit as its ASCII one, each blank and each break as one kind, full-width separators
/// as the usual ones, and nothing that is invisible.
#[derive(Default)]
struct Plain {
    text: String,
    /// The zeros of the scripts whose digits are in it.
    zeros: Vec<u32>,
    /// Some of it is written from right to left, so that what blanks part may stand on the screen in another order.
    right_to_left: bool,
    /// Something in it turns figures round on the screen.
    turned: bool,
}

impl Plain {
    fn of(typed: &str) -> Self {
        let mut plain = Self::default();
        for c in typed.chars() {
            plain.take(c);
        }
        plain
    }

    fn take(&mut self, c: char) {
        match direction(c) {
            Direction::Usual => {}
            Direction::RightToLeft => self.right_to_left = true,
            Direction::Turned => self.turned = true,
        }
        if is_invisible(c) {
            return;
        }
        if let Some((value, zero)) = decimal_digit(c) {
            if !self.zeros.contains(&zero) {
                self.zeros.push(zero);
            }
            self.text.push(value);
            return;
        }
        self.text.push(match c {
            '．' => '.',
            '，' => ',',
            '’' => '\'',
            c if is_blank(c) => BLANK,
            c if c.is_whitespace() => BREAK,
            c => c,
        });
    }

    /// Whether people may see another figure than the one that is read: turned round, in pieces whose order is turned round, or
    /// in the digits of two scripts, of which some look like others' (the Bengali 4 like an 8). [UTS 39, 5.3]
    ///
    /// [UTS 39, 5.3]: https://www.unicode.org/reports/tr39/#Mixed_Number_Detection
    fn looks_otherwise(&self, figure: &str) -> bool {
        self.turned || self.zeros.len() > 1 || (self.right_to_left && figure.contains([BLANK, '\'']))
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | '\'')
}

/// Takes away the currency's sign or code at either end, and the blanks beside it.
fn without_sign<'t>(text: &'t str, currency: &Currency, locale: &Locale) -> &'t str {
    let code = currency.code();
    for sign in [locale.symbol(currency), currency.symbol(), code, &code.to_lowercase()] {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return rest.trim_matches([BLANK, BREAK]);
        }
    }
    text
}

/// The whole digits without their grouping, or `None` when something stands between them that does not end a group.
fn ungroup(whole: &str, locale: &Locale) -> Option<String> {
    let Some(separator) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Some(whole.to_owned()) };
    if separator != BLANK && separator != locale.group() {
        return None;
    }
    let pieces: Vec<&str> = whole.split(separator).collect();
    let (first, rest) = pieces.split_first()?;
    let (last, middle) = rest.split_last()?;
    let further = locale.further_group();
    let sound = (1..=further).contains(&first.len())
        && !first.starts_with('0')
        && middle.iter().all(|piece| piece.len() == further)
        && last.len() == 3
        && pieces.iter().all(|piece| piece.chars().all(|c| c.is_ascii_digit()));
    sound.then(|| pieces.concat())
}

fn example(currency: &'static Currency, locale: &Locale) -> String {
    match currency.decimals() {
        0 => "1250".to_owned(),
        decimals => {
            let zeros = "0".repeat(usize::try_from(decimals.saturating_sub(2)).unwrap_or(0));
            format!("12{}50{zeros}", locale.decimal())
        }
    }
}

#[cfg(test)]
mod tests;
