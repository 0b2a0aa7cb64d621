//! The declines: one table of Stripe's decline codes, each with the error that it makes and the charge that it leaves.
//!
//! Some belong to a test card (see `cards`); any can be played with [`crate::Sim::decline_next`].

use serde::{Deserialize, Serialize};

use crate::cards::DeclineReason;
use crate::stored::Word;

/// A decline, with all that its error and its charge carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Decline {
    #[serde(with = "crate::stored::word")]
    pub(crate) code: Word,
    #[serde(with = "crate::stored::word_or_none")]
    pub(crate) decline_code: Option<Word>,
    #[serde(with = "crate::stored::word")]
    pub(crate) message: Word,
    #[serde(with = "crate::stored::word_or_none")]
    pub(crate) param: Option<Word>,
    #[serde(with = "crate::stored::word_or_none")]
    pub(crate) advice_code: Option<Word>,
    #[serde(with = "crate::stored::word_or_none")]
    pub(crate) network_decline_code: Option<Word>,
    /// `issuer_declined` or `blocked`.
    #[serde(with = "crate::stored::word")]
    pub(crate) outcome_type: Word,
    #[serde(with = "crate::stored::word")]
    pub(crate) network_status: Word,
    /// A decline that leaves no charge behind (off-session authentication).
    pub(crate) leaves_charge: bool,
}

impl Decline {
    const PLAIN: Self = Self {
        code: "card_declined",
        decline_code: None,
        message: "Your card was declined.",
        param: None,
        advice_code: None,
        network_decline_code: None,
        outcome_type: "issuer_declined",
        network_status: "declined_by_network",
        leaves_charge: true,
    };

    /// `card_declined` with this decline code.
    const fn plain(decline_code: Word) -> Self {
        Self { decline_code: Some(decline_code), ..Self::PLAIN }
    }

    /// A code of the API that says it all: there is no decline code beside it (recorded answers and documentation).
    const fn own(code: Word, message: Word, param: Option<Word>) -> Self {
        Self { code, message, param, ..Self::PLAIN }
    }

    const fn says(self, message: Word) -> Self {
        Self { message, ..self }
    }

    const fn advises(self, advice: Word) -> Self {
        Self { advice_code: Some(advice), ..self }
    }

    const fn network(self, code: Word) -> Self {
        Self { network_decline_code: Some(code), ..self }
    }

    /// The name under which it stands in the table: its decline code, or its code where there is none.
    pub(crate) fn name(&self) -> Word {
        self.decline_code.unwrap_or(self.code)
    }

    /// The decline of a card of the table.
    pub(crate) fn of(reason: DeclineReason) -> Self {
        let name = match reason {
            // The decline code of a failed lookup is not documented; the plain one is a choice.
            DeclineReason::LookupFailed => return Self::plain("generic_decline"),
            DeclineReason::GenericDecline => "generic_decline",
            DeclineReason::InsufficientFunds => "insufficient_funds",
            DeclineReason::LostCard => "lost_card",
            DeclineReason::StolenCard => "stolen_card",
            DeclineReason::ExpiredCard => "expired_card",
            DeclineReason::IncorrectCvc => "incorrect_cvc",
            DeclineReason::IncorrectZip => "incorrect_zip",
            DeclineReason::ProcessingError => "processing_error",
            DeclineReason::CardVelocityExceeded => "card_velocity_exceeded",
            DeclineReason::CardNotSupported => "card_not_supported",
            DeclineReason::Fraudulent => "fraudulent",
            DeclineReason::AuthenticationRequired => "authentication_required",
        };
        by_name(name).unwrap_or(Self::PLAIN)
    }

    /// The codes that its error carries besides `code`, by field.
    pub(crate) fn fields(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let fields = [
            ("advice_code", self.advice_code),
            ("decline_code", self.decline_code),
            ("network_decline_code", self.network_decline_code),
        ];
        fields.into_iter().filter_map(|(field, value)| value.map(|value| (field, value)))
    }

    pub(crate) fn blocked_after_approval(self) -> Self {
        Self { outcome_type: "blocked", network_status: "reversed_after_approval", ..self }
    }
}

/// Every decline that Stripe documents for cards, as its error shows it. Texts that no recorded answer has shown are the
/// plain sentence, as Stripe tells customers no more than that; network codes follow ISO 8583 where recordings are silent.
const ALL: &[Decline] = &[
    Decline {
        code: "authentication_required",
        leaves_charge: false,
        ..Decline::plain("authentication_required")
            .says("Your card was declined. This transaction requires authentication.")
    },
    Decline {
        code: "authentication_required",
        leaves_charge: false,
        ..Decline::plain("authentication_not_handled")
            .says("This payment required an authentication action to complete, but `error_on_requires_action` was set.")
    },
    Decline::plain("approve_with_id").advises(LATER),
    Decline::plain("call_issuer").says("Your card was declined. You can call your bank for details.").network("01"),
    Decline::plain("card_not_supported").says("Your card is not supported."),
    Decline::plain("card_velocity_exceeded"),
    Decline::plain("currency_not_supported").says("Your card is not supported for this currency."),
    Decline::plain("do_not_honor").network("05"),
    Decline::plain("do_not_try_again").advises(NEVER),
    Decline::plain("duplicate_transaction").network("94"),
    Decline::own("expired_card", "Your card has expired.", Some("exp_month")),
    Decline { outcome_type: "blocked", network_status: "not_sent_to_network", ..Decline::plain("fraudulent") },
    Decline::plain("generic_decline").advises(LATER).network("01"),
    Decline::own("incorrect_address", "The address you supplied failed validation.", None).advises(CHECK),
    Decline::own("incorrect_cvc", "Your card's security code is incorrect.", Some("cvc")),
    Decline::own("incorrect_number", "Your card number is incorrect.", Some("number")),
    Decline::plain("incorrect_pin").says("Incorrect PIN.").network("55"),
    Decline::own("incorrect_zip", "The postal code you supplied failed validation.", Some("address_zip")),
    Decline::plain("insufficient_funds").says("Your card has insufficient funds."),
    Decline::plain("invalid_account").says("Invalid account.").network("14"),
    Decline::plain("invalid_amount").says("Invalid amount.").network("13"),
    Decline::own("invalid_cvc", "Your card's security code is invalid.", Some("cvc")),
    Decline::own("invalid_expiry_month", "Your card's expiration month is invalid.", Some("exp_month")),
    Decline::own("invalid_expiry_year", "Your card's expiration year is invalid.", Some("exp_year")),
    Decline::own("invalid_number", "Your card number is invalid.", Some("number")),
    Decline::plain("invalid_pin").network("55"),
    Decline::plain("issuer_not_available").advises(LATER).network("91"),
    Decline::plain("lost_card"),
    Decline::plain("merchant_blacklist"),
    Decline::plain("mobile_device_authentication_required"),
    Decline::plain("new_account_information_available").advises(CHECK),
    Decline::plain("no_action_taken"),
    Decline::plain("not_permitted"),
    Decline::plain("offline_pin_required"),
    Decline::plain("online_or_offline_pin_required"),
    Decline::plain("pickup_card").advises(NEVER).network("04"),
    Decline::plain("pin_try_exceeded").says("Allowable number of PIN tries exceeded.").network("75"),
    Decline::own("processing_error", "An error occurred while processing your card. Try again in a little bit.", None),
    Decline::plain("reenter_transaction").advises(LATER).network("19"),
    Decline::plain("restricted_card").network("62"),
    Decline::plain("revocation_of_all_authorizations").advises(NEVER).network("R3"),
    Decline::plain("revocation_of_authorization").advises(NEVER).network("R1"),
    Decline::plain("security_violation").network("63"),
    Decline::plain("service_not_allowed"),
    Decline::plain("stolen_card"),
    Decline::plain("stop_payment_order").advises(NEVER).network("R0"),
    Decline::plain("testmode_decline"),
    Decline::plain("transaction_not_allowed").says("Your card does not support this type of purchase.").network("57"),
    Decline::plain("try_again_later").advises(LATER),
    Decline::plain("withdrawal_count_limit_exceeded").network("65"),
];

const LATER: Word = "try_again_later";
const NEVER: Word = "do_not_try_again";
const CHECK: Word = "confirm_card_data";

/// The decline of this name.
pub(crate) fn by_name(name: &str) -> Option<Decline> {
    ALL.iter().find(|decline| decline.name() == name).copied()
}

/// The names of all declines that can be played: Stripe's decline codes.
pub fn decline_codes() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(Decline::name)
}
