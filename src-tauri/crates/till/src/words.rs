//! What staff read and what they can say, for every way in which a payment does not go through.
//!
//! Sources: Stripe's list of decline codes with meaning and next step (docs.stripe.com/declines/codes, 50 codes) and its
//! advice that `fraudulent`, `lost_card`, `stolen_card` and `merchant_blacklist` are shown as a plain decline: neither the
//! title nor the customer's sentence may tell them apart. The words are ours.

use crate::observed::{SeenCard, SeenDecline};
use crate::sale::Decline;
use crate::view::{CardView, DeclineView};

/// What helps after a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Another card.
    OtherCard,
    /// The customer's bank knows more than we do.
    AskBank,
    /// Key it again with care.
    KeyAgain(&'static str),
    /// The same card may work in a moment.
    WaitAndTry,
    /// Look for an earlier payment.
    CheckEarlier,
}

struct Words {
    code: &'static str,
    reason: &'static str,
    next: Next,
}

const fn words(code: &'static str, reason: &'static str, next: Next) -> Words {
    Words { code, reason, next }
}

const PLAIN: &str = "";

#[rustfmt::skip]
static DECLINE_CODES: &[Words] = &[
    words("approve_with_id", "the bank could not approve it", Next::WaitAndTry),
    words("authentication_not_handled", "authentication needed", Next::WaitAndTry),
    words("authentication_required", "authentication needed", Next::OtherCard),
    words("call_issuer", PLAIN, Next::AskBank),
    words("card_not_supported", "card does not allow this purchase", Next::OtherCard),
    words("card_velocity_exceeded", "card is over its limit", Next::OtherCard),
    words("currency_not_supported", "card does not take this currency", Next::OtherCard),
    words("do_not_honor", PLAIN, Next::AskBank),
    words("do_not_try_again", PLAIN, Next::AskBank),
    words("duplicate_transaction", "same amount on this card moments ago", Next::CheckEarlier),
    words("expired_card", "card has expired", Next::OtherCard),
    words("fraudulent", PLAIN, Next::AskBank),
    words("generic_decline", PLAIN, Next::AskBank),
    words("incorrect_address", "address does not match", Next::KeyAgain("the billing address")),
    words("incorrect_cvc", "security code is wrong", Next::KeyAgain("the security code (CVC)")),
    words("incorrect_number", "card number is wrong", Next::KeyAgain("the card number")),
    words("incorrect_pin", "PIN is wrong", Next::OtherCard),
    words("incorrect_zip", "postcode does not match", Next::KeyAgain("the billing postcode")),
    words("insufficient_funds", "insufficient funds", Next::OtherCard),
    words("invalid_account", "the account is not valid", Next::AskBank),
    words("invalid_amount", "the bank does not allow this amount", Next::AskBank),
    words("invalid_cvc", "security code is wrong", Next::KeyAgain("the security code (CVC)")),
    words("invalid_expiry_month", "expiry month is wrong", Next::KeyAgain("the expiry date")),
    words("invalid_expiry_year", "expiry year is wrong", Next::KeyAgain("the expiry date")),
    words("invalid_number", "card number is wrong", Next::KeyAgain("the card number")),
    words("invalid_pin", "PIN is wrong", Next::OtherCard),
    words("issuer_not_available", "the bank could not be reached", Next::WaitAndTry),
    words("lost_card", PLAIN, Next::AskBank),
    words("merchant_blacklist", PLAIN, Next::AskBank),
    words("mobile_device_authentication_required", "authentication needed on the customer's phone", Next::OtherCard),
    words("new_account_information_available", "card details are out of date", Next::AskBank),
    words("no_action_taken", PLAIN, Next::AskBank),
    words("not_permitted", "the bank does not permit this payment", Next::AskBank),
    words("offline_pin_required", "card needs its PIN", Next::OtherCard),
    words("online_or_offline_pin_required", "card needs its PIN", Next::OtherCard),
    words("pickup_card", PLAIN, Next::AskBank),
    words("pin_try_exceeded", "too many PIN tries", Next::OtherCard),
    words("processing_error", "processing error", Next::WaitAndTry),
    words("reenter_transaction", "the bank could not process it", Next::WaitAndTry),
    words("restricted_card", PLAIN, Next::AskBank),
    words("revocation_of_all_authorizations", "customer has stopped payments to this shop", Next::AskBank),
    words("revocation_of_authorization", "customer has stopped this payment", Next::AskBank),
    words("security_violation", PLAIN, Next::AskBank),
    words("service_not_allowed", PLAIN, Next::AskBank),
    words("stolen_card", PLAIN, Next::AskBank),
    words("stop_payment_order", PLAIN, Next::AskBank),
    words("testmode_decline", "this is a test card", Next::OtherCard),
    words("transaction_not_allowed", PLAIN, Next::AskBank),
    words("try_again_later", "the bank asks to try later", Next::WaitAndTry),
    words("withdrawal_count_limit_exceeded", "card is over its limit", Next::OtherCard),
    words("live_mode_test_card", "this is a test card", Next::OtherCard),
    words("test_mode_live_card", "real cards cannot be used in test mode", Next::OtherCard),
    words("card_declined", PLAIN, Next::AskBank),
    words("card_decline_rate_limit_exceeded", "card was declined too often today", Next::OtherCard),
];

/// The brand's name as people write it.
#[must_use]
pub fn brand_name(brand: &str) -> String {
    match brand {
        "visa" => "Visa",
        "mastercard" => "Mastercard",
        "amex" => "American Express",
        "discover" => "Discover",
        "diners" => "Diners Club",
        "jcb" => "JCB",
        "unionpay" => "UnionPay",
        "cartes_bancaires" => "Cartes Bancaires",
        "eftpos_au" => "eftpos",
        "carnet" => "Carnet",
        "link" => "Link",
        _ => "Card",
    }
    .to_owned()
}

pub(crate) fn card_view(card: &SeenCard) -> CardView {
    CardView { brand: brand_name(&card.brand), last4: card.last4.clone() }
}

/// A decline in two voices.
#[must_use]
pub fn explain(decline: &Decline) -> DeclineView {
    match decline {
        Decline::Refused(seen) => refused(seen),
        Decline::AuthenticationFailed(seen) => DeclineView {
            title: "Authentication failed".into(),
            staff:
                "The bank did not accept the authentication, or it was cancelled. Nothing was charged. Try the card \
                    again, or take another card."
                    .into(),
            customer: "Your bank could not confirm that it is you, so the payment did not go through.".into(),
            card: seen.card.as_ref().map(card_view),
        },
        Decline::HourPassed { card } => DeclineView {
            title: "Time ran out".into(),
            staff:
                "The payment was not confirmed within one hour, so the bank's approval is void. Nothing was charged. \
                    Key the card again, or cancel."
                    .into(),
            customer: "The time for your bank's confirmation ran out. We have to enter the card again.".into(),
            card: card.as_ref().map(card_view),
        },
        Decline::NeverArrived => DeclineView {
            title: "Not charged".into(),
            staff:
                "The connection failed and Stripe has no trace of this card being tried. Nothing was charged. Key the \
                    card again, or cancel."
                    .into(),
            customer: "The connection failed before your card was charged. We have to enter it again.".into(),
            card: None,
        },
        Decline::NotTaken { code, status } => DeclineView {
            title: "Not charged".into(),
            staff: not_taken(code.as_deref(), *status),
            customer: "The payment could not be started. Your card was not charged.".into(),
            card: None,
        },
    }
}

fn refused(seen: &SeenDecline) -> DeclineView {
    let by = |code: &Option<String>| {
        let code = code.as_deref()?;
        DECLINE_CODES.iter().find(|words| words.code == code)
    };
    let known = by(&seen.decline_code).or_else(|| by(&seen.code));
    let (reason, mut next) = known.map_or((PLAIN, Next::AskBank), |words| (words.reason, words.next));
    if seen.advice_code.as_deref() == Some("do_not_try_again") && next == Next::WaitAndTry {
        next = Next::OtherCard;
    }
    let title = if reason.is_empty() { "Declined".to_owned() } else { format!("Declined: {reason}") };
    let (staff, customer) = match next {
        Next::OtherCard => {
            ("Nothing was charged. Ask for another card.".to_owned(), say(reason, "Do you have another card?"))
        }
        Next::AskBank => (
            "Nothing was charged. The bank gives no reason that can be passed on. Ask for another card.".to_owned(),
            say(reason, "Your bank can tell you why. Do you have another card?"),
        ),
        Next::KeyAgain(what) => (
            format!("Nothing was charged. Check {what} with the customer and key the card again."),
            format!("Your card was not accepted. May we check {what} together?"),
        ),
        Next::WaitAndTry => (
            "Nothing was charged. Wait a moment and key the card again; if it fails once more, ask for another card."
                .to_owned(),
            "Your bank could not process it just now. We will try once more.".to_owned(),
        ),
        Next::CheckEarlier => (
            "Nothing was charged by this attempt. Look in History for an earlier payment of this amount before trying \
             again."
                .to_owned(),
            "Your bank says that this amount was charged moments ago. Let me check our records first.".to_owned(),
        ),
    };
    DeclineView { title, staff, customer, card: seen.card.as_ref().map(card_view) }
}

fn say(reason: &str, ask: &str) -> String {
    match reason {
        "insufficient funds" => format!("Your bank declined the card for lack of funds. {ask}"),
        "card has expired" => format!("The card has expired. {ask}"),
        _ => format!("Your bank declined the card. {ask}"),
    }
}

fn not_taken(code: Option<&str>, status: Option<u16>) -> String {
    match (status, code) {
        (None, _) => "There is no connection to Stripe, so the card was not tried and nothing was charged. Check the \
                      network and key the card again."
            .into(),
        (Some(401), _) => {
            "Stripe does not accept the shop's key. Nothing was charged. The owner can enter a new key in \
                           Settings."
                .into()
        }
        (Some(403), _) => "The shop's key lacks a permission for taking payments. Nothing was charged. The owner can \
                           give the restricted key write access to PaymentIntents."
            .into(),
        (Some(429), _) => {
            "Stripe is busy and did not try the card. Nothing was charged. Wait a moment and key the card \
                           again."
                .into()
        }
        (_, Some("amount_too_small")) => {
            "Stripe does not charge so small an amount. Nothing was charged. Cancel this sale and check the amount."
                .into()
        }
        (_, Some("amount_too_large")) => {
            "Stripe does not charge so large an amount. Nothing was charged. Cancel this sale and check the amount."
                .into()
        }
        (Some(status), code) => {
            let code = code.unwrap_or("no code");
            format!(
                "Stripe did not accept the request (HTTP {status}, {code}). Nothing was charged. Key the card again; if \
                 it happens twice, cancel and tell the owner."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_for(code: &str) -> DeclineView {
        explain(&Decline::Refused(SeenDecline {
            code: Some("card_declined".into()),
            decline_code: Some(code.into()),
            advice_code: None,
            card: Some(SeenCard { brand: "visa".into(), last4: "9995".into() }),
            payment_method: None,
        }))
    }

    #[test]
    fn a_suspected_card_reads_like_any_other_decline() {
        let plain = refused_for("generic_decline");
        for code in ["fraudulent", "lost_card", "stolen_card", "merchant_blacklist", "pickup_card", "restricted_card"] {
            assert_eq!(refused_for(code), plain, "{code}");
        }
    }

    #[test]
    fn insufficient_funds_says_so_and_asks_for_another_card() {
        let view = refused_for("insufficient_funds");
        assert_eq!(view.title, "Declined: insufficient funds");
        assert!(view.staff.contains("another card") && view.customer.contains("lack of funds"));
        assert_eq!(view.card.map(|card| card.last4), Some("9995".into()));
    }

    #[test]
    fn every_code_has_words_for_both_and_a_code_of_tomorrow_too() {
        for code in DECLINE_CODES.iter().map(|words| words.code).chain(["a_code_of_tomorrow"]) {
            let view = refused_for(code);
            assert!(view.title.starts_with("Declined"), "{code}");
            assert!(view.staff.contains("Nothing was charged") && view.customer.ends_with(['.', '?']), "{code}");
            assert!(!view.customer.contains('_') && !view.staff.contains('_'), "{code}: {view:?}");
        }
        assert!(DECLINE_CODES.len() >= 50);
    }
}
