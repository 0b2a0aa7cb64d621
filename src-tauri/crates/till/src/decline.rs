//! What staff may know of a payment that did not go through, and what helps, for every code.
//!
//! Sources: Stripe's list of decline codes with meaning and next step (docs.stripe.com/declines/codes, 50 codes) and its
//! advice that `fraudulent`, `lost_card`, `stolen_card` and `merchant_blacklist` are shown as a plain decline: nothing that crosses
//! to a window may tell them apart.

use crate::observed::{SeenCard, SeenDecline};
use crate::sale::Decline;
use crate::view::AfterDecline::{self, AskBank, CheckEarlier, KeyAgain, OtherCard, WaitAndTry};
use crate::view::DeclineReason::{
    self, AccountNotValid, AddressDiffers, AmountNotAllowed, AuthenticationNeeded, AuthenticationOnPhone,
    BankNotReached, DeclinedTooOften, DetailsOutOfDate, Expired, InsufficientFunds, NeedsPin, NotApproved,
    NotProcessed, OtherCurrency, OverLimit, PaymentNotPermitted, PaymentStopped, PaymentsToShopStopped,
    PostcodeDiffers, ProcessingError, PurchaseNotAllowed, RealCardInTestMode, SameAmountMomentsAgo, TestCard,
    TooManyPinTries, TryLater, WrongExpiryMonth, WrongExpiryYear, WrongNumber, WrongPin, WrongSecurityCode,
};
use crate::view::{CardView, DeclineView, Keyed, NotTaken, WhyDeclined};

#[rustfmt::skip]
static DECLINE_CODES: &[(&str, Option<DeclineReason>, AfterDecline)] = &[
    ("approve_with_id", Some(NotApproved), WaitAndTry),
    ("authentication_not_handled", Some(AuthenticationNeeded), WaitAndTry),
    ("authentication_required", Some(AuthenticationNeeded), OtherCard),
    ("call_issuer", None, AskBank),
    ("card_not_supported", Some(PurchaseNotAllowed), OtherCard),
    ("card_velocity_exceeded", Some(OverLimit), OtherCard),
    ("currency_not_supported", Some(OtherCurrency), OtherCard),
    ("do_not_honor", None, AskBank),
    ("do_not_try_again", None, AskBank),
    ("duplicate_transaction", Some(SameAmountMomentsAgo), CheckEarlier),
    ("expired_card", Some(Expired), OtherCard),
    ("fraudulent", None, AskBank),
    ("generic_decline", None, AskBank),
    ("incorrect_address", Some(AddressDiffers), KeyAgain { what: Keyed::Address }),
    ("incorrect_cvc", Some(WrongSecurityCode), KeyAgain { what: Keyed::SecurityCode }),
    ("incorrect_number", Some(WrongNumber), KeyAgain { what: Keyed::Number }),
    ("incorrect_pin", Some(WrongPin), OtherCard),
    ("incorrect_zip", Some(PostcodeDiffers), KeyAgain { what: Keyed::Postcode }),
    ("insufficient_funds", Some(InsufficientFunds), OtherCard),
    ("invalid_account", Some(AccountNotValid), AskBank),
    ("invalid_amount", Some(AmountNotAllowed), AskBank),
    ("invalid_cvc", Some(WrongSecurityCode), KeyAgain { what: Keyed::SecurityCode }),
    ("invalid_expiry_month", Some(WrongExpiryMonth), KeyAgain { what: Keyed::Expiry }),
    ("invalid_expiry_year", Some(WrongExpiryYear), KeyAgain { what: Keyed::Expiry }),
    ("invalid_number", Some(WrongNumber), KeyAgain { what: Keyed::Number }),
    ("invalid_pin", Some(WrongPin), OtherCard),
    ("issuer_not_available", Some(BankNotReached), WaitAndTry),
    ("lost_card", None, AskBank),
    ("merchant_blacklist", None, AskBank),
    ("mobile_device_authentication_required", Some(AuthenticationOnPhone), OtherCard),
    ("new_account_information_available", Some(DetailsOutOfDate), AskBank),
    ("no_action_taken", None, AskBank),
    ("not_permitted", Some(PaymentNotPermitted), AskBank),
    ("offline_pin_required", Some(NeedsPin), OtherCard),
    ("online_or_offline_pin_required", Some(NeedsPin), OtherCard),
    ("pickup_card", None, AskBank),
    ("pin_try_exceeded", Some(TooManyPinTries), OtherCard),
    ("processing_error", Some(ProcessingError), WaitAndTry),
    ("reenter_transaction", Some(NotProcessed), WaitAndTry),
    ("restricted_card", None, AskBank),
    ("revocation_of_all_authorizations", Some(PaymentsToShopStopped), AskBank),
    ("revocation_of_authorization", Some(PaymentStopped), AskBank),
    ("security_violation", None, AskBank),
    ("service_not_allowed", None, AskBank),
    ("stolen_card", None, AskBank),
    ("stop_payment_order", None, AskBank),
    ("testmode_decline", Some(TestCard), OtherCard),
    ("transaction_not_allowed", None, AskBank),
    ("try_again_later", Some(TryLater), WaitAndTry),
    ("withdrawal_count_limit_exceeded", Some(OverLimit), OtherCard),
    ("live_mode_test_card", Some(TestCard), OtherCard),
    ("test_mode_live_card", Some(RealCardInTestMode), OtherCard),
    ("card_declined", None, AskBank),
    ("card_decline_rate_limit_exceeded", Some(DeclinedTooOften), OtherCard),
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

/// Why a card did not pay.
#[must_use]
pub fn explain(decline: &Decline) -> DeclineView {
    let (why, card) = match decline {
        Decline::Refused(seen) => (refused(seen), seen.card.as_ref()),
        Decline::AuthenticationFailed(seen) => (WhyDeclined::AuthenticationFailed, seen.card.as_ref()),
        Decline::HourPassed { card } => (WhyDeclined::HourPassed, card.as_ref()),
        Decline::NeverArrived => (WhyDeclined::NeverArrived, None),
        Decline::NotTaken { code, status } => {
            (WhyDeclined::NotTaken { why: not_taken(code.as_deref(), *status) }, None)
        }
    };
    DeclineView { why, card: card.map(card_view) }
}

fn refused(seen: &SeenDecline) -> WhyDeclined {
    let by = |code: &Option<String>| {
        let code = code.as_deref()?;
        DECLINE_CODES.iter().find(|(known, ..)| *known == code)
    };
    let known = by(&seen.decline_code).or_else(|| by(&seen.code));
    let (reason, mut next) = known.map_or((None, AskBank), |(_, reason, next)| (*reason, *next));
    if seen.advice_code.as_deref() == Some("do_not_try_again") && next == WaitAndTry {
        next = OtherCard;
    }
    WhyDeclined::Refused { reason, next }
}

fn not_taken(code: Option<&str>, status: Option<u16>) -> NotTaken {
    match (status, code) {
        (None, _) => NotTaken::NotConnected,
        (Some(401), _) => NotTaken::KeyNotAccepted,
        (Some(403), _) => NotTaken::KeyLacksPermission,
        (Some(429), _) => NotTaken::Busy,
        (_, Some("amount_too_small")) => NotTaken::AmountTooSmall,
        (_, Some("amount_too_large")) => NotTaken::AmountTooLarge,
        (Some(status), code) => NotTaken::Refused { status, code: code.map(str::to_owned) },
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
    fn a_suspected_card_is_told_like_any_other_decline() {
        let plain = refused_for("generic_decline");
        for code in ["fraudulent", "lost_card", "stolen_card", "merchant_blacklist", "pickup_card", "restricted_card"] {
            assert_eq!(refused_for(code), plain, "{code}");
        }
    }

    #[test]
    fn insufficient_funds_is_told_and_another_card_helps() {
        let view = refused_for("insufficient_funds");
        let funds = WhyDeclined::Refused { reason: Some(InsufficientFunds), next: OtherCard };
        assert_eq!((view.why, view.card.map(|card| card.last4)), (funds, Some("9995".into())));
    }

    #[test]
    fn a_code_of_tomorrow_is_a_plain_decline() {
        assert_eq!(refused_for("a_code_of_tomorrow").why, WhyDeclined::Refused { reason: None, next: AskBank });
        assert!(DECLINE_CODES.len() >= 50);
    }
}
