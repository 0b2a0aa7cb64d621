//! What stands on the customer's bank statement: the account's name for itself, and what a payment adds to it.
//!
//! The rules are those of docs.stripe.com/get-started/account/statement-descriptors. Kana and Kanji are not played.

use crate::addresses::unset_if_empty;
use crate::errors::ApiError;
use crate::form::Params;

/// The longest descriptor, and the longest prefix, in characters.
const MAX_CHARS: usize = 22;
const MAX_PREFIX_CHARS: usize = 10;

const FORBIDDEN: [char; 6] = ['<', '>', '\\', '\'', '"', '*'];

/// The descriptor of an account whose name has no letters for one.
const NAMELESS: &str = "TRAINING SHOP";

/// The descriptor of charges in a state that was stored before it was kept.
pub(crate) fn nameless() -> String {
    NAMELESS.to_owned()
}

/// Reads `statement_descriptor_suffix`: absent when it was not given, none when an empty text unset it. On a card payment
/// `statement_descriptor` is an error; the suffix is what there is. The sentences are ours.
pub(crate) fn suffix(params: &mut Params) -> Result<Option<Option<String>>, ApiError> {
    if params.bounded("statement_descriptor", MAX_CHARS)?.is_some_and(|text| !text.is_empty()) {
        return Err(ApiError::invalid(
            "The `statement_descriptor` parameter is not supported for card charges. Use `statement_descriptor_suffix` instead.",
        )
        .param("statement_descriptor"));
    }
    let Some(text) = params.bounded("statement_descriptor_suffix", MAX_CHARS)? else {
        return Ok(None);
    };
    let refuse = |why: &str| {
        Err(ApiError::invalid(format!("The statement descriptor suffix {why}")).param("statement_descriptor_suffix"))
    };
    if text.contains(FORBIDDEN) {
        return refuse("cannot contain any of the characters < > \\ ' \" *");
    }
    if !text.is_empty() && !has_letter(&text) {
        return refuse("must contain at least one letter.");
    }
    Ok(Some(unset_if_empty(text)))
}

fn has_letter(text: &str) -> bool {
    text.contains(|sign: char| sign.is_ascii_alphabetic())
}

/// The account's descriptor, from its name: what a payment shows that adds nothing. It is in capitals, of plain Latin characters.
pub(crate) fn of_account(merchant: &str) -> String {
    let plain = plain(merchant).to_ascii_uppercase();
    let cut: String = plain.trim().chars().take(MAX_CHARS).collect();
    if has_letter(&cut) { cut.trim_end().to_owned() } else { NAMELESS.to_owned() }
}

/// The whole descriptor of a charge. With a suffix the account's is a prefix, cut to ten characters as one that was never set
/// is; `*` and a space stand between them. That what is then too long is cut off at the end is a choice: Stripe says only that
/// it must not be.
pub(crate) fn calculated(account: &str, suffix: Option<&str>) -> String {
    let Some(suffix) = suffix else {
        return account.to_owned();
    };
    let prefix: String = account.chars().take(MAX_PREFIX_CHARS).collect();
    let whole: String = format!("{}* {}", prefix.trim_end(), plain(suffix)).chars().take(MAX_CHARS).collect();
    whole.trim_end().to_owned()
}

/// Without the characters that no descriptor has. Letters that are not ASCII are left out, as Stripe's SDK for Terminal tells.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| (' '..='~').contains(sign) && !FORBIDDEN.contains(sign)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_follows_the_prefix_within_22_characters() {
        assert_eq!(calculated("RUNCLUB", Some("OCT MARATHON")), "RUNCLUB* OCT MARATHON");
        assert_eq!(calculated("RUNCLUB", Some("9-22-19 10K")), "RUNCLUB* 9-22-19 10K");
        assert_eq!(calculated("RUNCLUB", None), "RUNCLUB");
        assert_eq!(calculated("TRAINING SHOP", Some("COATS")), "TRAINING S* COATS");
        assert_eq!(calculated("TRAINING SHOP", Some("COATS AND UMBRELLAS")), "TRAINING S* COATS AND");
        assert_eq!(calculated("SHOP", Some("CAFÉ 7A")), "SHOP* CAF 7A");
    }

    #[test]
    fn an_account_has_a_descriptor_whatever_its_name() {
        assert_eq!(of_account("Training shop"), "TRAINING SHOP");
        assert_eq!(of_account("Zoë's \"Fine\" Coats & Umbrellas of York"), "ZOS FINE COATS & UMBRE");
        assert_eq!(of_account("店"), NAMELESS);
        assert_eq!(of_account("24/7"), NAMELESS);
    }
}
