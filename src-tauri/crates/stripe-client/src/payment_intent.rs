//! The objects of Stripe's answers, as far as a till reads them. What is not read is not here; unknown fields are ignored.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;

use crate::ids::PaymentIntentId;

/// The states of a PaymentIntent. A new one that Stripe invents arrives as [`PaymentIntentStatus::Other`], so that it is
/// met as "not known", never taken for one of these.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum PaymentIntentStatus {
    /// Waits for a card: none was tried, or the last one failed.
    RequiresPaymentMethod,
    /// Waits for the secret key's confirm.
    RequiresConfirmation,
    /// Waits for the bank's challenge.
    RequiresAction,
    /// The network is at work.
    Processing,
    /// Authorised; waits for the capture.
    RequiresCapture,
    /// Over, nothing taken.
    Canceled,
    /// Paid.
    Succeeded,
    /// A state that this version does not know.
    Other(String),
}

impl From<String> for PaymentIntentStatus {
    fn from(text: String) -> Self {
        match text.as_str() {
            "requires_payment_method" => Self::RequiresPaymentMethod,
            "requires_confirmation" => Self::RequiresConfirmation,
            "requires_action" => Self::RequiresAction,
            "processing" => Self::Processing,
            "requires_capture" => Self::RequiresCapture,
            "canceled" => Self::Canceled,
            "succeeded" => Self::Succeeded,
            _ => Self::Other(text),
        }
    }
}

impl PaymentIntentStatus {
    /// Stripe's word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
            Self::Other(word) => word,
        }
    }
}

/// A field that holds an id, or the object itself where it was expanded. The ids of charges and payment methods are taken
/// as they come (`ch_…`, `py_…`, `pm_…`, `card_…`): an answer must not become unreadable over a prefix that we never send.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Expandable<Object> {
    /// The id alone.
    Id(String),
    /// The object.
    Object(Box<Object>),
}

/// A PaymentIntent. Its client secret is held so that it cannot be printed or serialised.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentIntent {
    /// `pi_…`
    pub id: PaymentIntentId,
    /// Where it stands.
    pub status: PaymentIntentStatus,
    /// In Stripe's smallest unit for the currency.
    #[serde(rename = "amount")]
    pub amount_minor: i64,
    /// What was taken of it, in the same unit. Less than the amount when a hold was taken in part.
    #[serde(default, rename = "amount_received")]
    pub received_minor: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// For Stripe.js; grants reading this PaymentIntent and acting on its challenge.
    #[serde(default)]
    pub client_secret: Option<SecretString>,
    /// When it was created, seconds since 1970 by Stripe's clock.
    #[serde(default)]
    pub created: i64,
    /// Real money?
    #[serde(default)]
    pub livemode: bool,
    /// The card in play.
    #[serde(default)]
    pub payment_method: Option<Expandable<PaymentMethod>>,
    /// Why the last attempt failed, while it is the last.
    #[serde(default)]
    pub last_payment_error: Option<PaymentError>,
    /// The Charge of the last attempt.
    #[serde(default)]
    pub latest_charge: Option<Expandable<Charge>>,
    /// Ours, by which the sale is found.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

impl PaymentIntent {
    /// The id of the card in play.
    #[must_use]
    pub fn payment_method_id(&self) -> Option<&str> {
        match self.payment_method.as_ref()? {
            Expandable::Id(id) => Some(id),
            Expandable::Object(method) => Some(&method.id),
        }
    }

    /// The Charge of the last attempt, where the answer held it whole.
    #[must_use]
    pub fn charge(&self) -> Option<&Charge> {
        match self.latest_charge.as_ref()? {
            Expandable::Id(_) => None,
            Expandable::Object(charge) => Some(charge),
        }
    }
}

/// What a list tells of a PaymentIntent: enough to know ours by, and to count the others. An account has payments of kinds
/// that a till never makes, so a field that one of them lacks must not make the whole list unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListedPaymentIntent {
    /// `pi_…`
    pub id: String,
    /// Where it stands, in Stripe's word.
    #[serde(default)]
    pub status: String,
    /// In Stripe's smallest unit for the currency.
    #[serde(default, rename = "amount")]
    pub amount_minor: i64,
    /// What was taken of it, in the same unit.
    #[serde(default, rename = "amount_received")]
    pub received_minor: i64,
    /// ISO 4217 code in lower case.
    #[serde(default)]
    pub currency: String,
    /// When it was created, seconds since 1970 by Stripe's clock.
    #[serde(default)]
    pub created: i64,
    /// Ours, by which the sale is found.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// Why a payment attempt failed: Stripe's `last_payment_error`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentError {
    /// The API error code, e.g. `card_declined`.
    #[serde(default)]
    pub code: Option<String>,
    /// The decline code, e.g. `insufficient_funds`.
    #[serde(default)]
    pub decline_code: Option<String>,
    /// Stripe's own sentence.
    #[serde(default)]
    pub message: Option<String>,
    /// `try_again_later`, `do_not_try_again` or `confirm_card_data`.
    #[serde(default)]
    pub advice_code: Option<String>,
    /// The card that failed.
    #[serde(default)]
    pub payment_method: Option<PaymentMethod>,
}

/// A PaymentMethod: one card keyed once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentMethod {
    /// `pm_…`
    pub id: String,
    /// The card, for cards.
    #[serde(default)]
    pub card: Option<Card>,
}

/// A card as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// `visa`, `mastercard`, `amex`, …
    #[serde(default)]
    pub brand: Option<String>,
    /// The last four digits.
    #[serde(default)]
    pub last4: Option<String>,
    /// The issuer's code for an approved authorisation.
    #[serde(default)]
    pub authorization_code: Option<String>,
    /// What came of the bank's authentication, where it was asked for.
    #[serde(default)]
    pub three_d_secure: Option<ThreeDSecure>,
}

/// The result of an authentication.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ThreeDSecure {
    /// `authenticated`, `attempt_acknowledged`, `failed`, …
    #[serde(default)]
    pub result: Option<String>,
}

/// A Charge: one answer of the card network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Charge {
    /// `ch_…`
    pub id: String,
    /// When, seconds since 1970 by Stripe's clock.
    #[serde(default)]
    pub created: i64,
    /// The card's part.
    #[serde(default)]
    pub payment_method_details: Option<PaymentMethodDetails>,
    /// Which PaymentMethod was charged.
    #[serde(default)]
    pub payment_method: Option<String>,
}

impl Charge {
    /// The card charged.
    #[must_use]
    pub fn card(&self) -> Option<&Card> {
        self.payment_method_details.as_ref()?.card.as_ref()
    }
}

/// The method's part of a Charge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentMethodDetails {
    /// The card, for cards.
    #[serde(default)]
    pub card: Option<Card>,
}
