//! What Stripe was seen to say, reduced to what a sale needs and may keep.
//!
//! These types go into the journal. So there is no client secret here, no card digits beyond the last four, and no text of
//! Stripe's that could quote a key.

use serde::{Deserialize, Serialize};
use stripe_client::{
    ApiError, Charge, Error, Expandable, Fate, PaymentError, PaymentIntent, PaymentIntentId, PaymentIntentStatus,
    PaymentMethod, Refund, RefundStatus,
};

/// The metadata name under which a PaymentIntent carries its sale's id.
pub const SALE_METADATA: &str = "countersign_sale";

/// The metadata name under which a PaymentIntent carries the sale's number on the receipt.
pub const NUMBER_METADATA: &str = "countersign_number";

/// The metadata name under which a PaymentIntent carries the id of the till that made it.
pub const TILL_METADATA: &str = "countersign_till";

/// The metadata name under which a PaymentIntent carries the shop's own reference, where it was given one.
pub const REFERENCE_METADATA: &str = "countersign_reference";

/// The metadata name under which a refund carries its own id.
pub const REFUND_METADATA: &str = "countersign_refund";

/// The state of a PaymentIntent, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a card.
    RequiresPaymentMethod,
    /// Waits for our confirm.
    RequiresConfirmation,
    /// Waits for the bank's challenge.
    RequiresAction,
    /// The network is at work.
    Processing,
    /// Authorised, not taken.
    RequiresCapture,
    /// Over, nothing taken.
    Canceled,
    /// Paid.
    Succeeded,
    /// A state that this version does not know.
    Other(String),
}

/// A card, as far as a till may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCard {
    /// Stripe's name of the brand: `visa`.
    pub brand: String,
    /// The last four digits.
    pub last4: String,
}

/// Why a card was refused, or why an authentication failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenDecline {
    /// Stripe's API error code.
    pub code: Option<String>,
    /// The issuer's decline code.
    pub decline_code: Option<String>,
    /// What Stripe advises: `try_again_later`, `do_not_try_again`, `confirm_card_data`.
    pub advice_code: Option<String>,
    /// The card refused.
    pub card: Option<SeenCard>,
    /// Its PaymentMethod, to tell which attempt this is about.
    pub payment_method: Option<String>,
}

/// A charge that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCharge {
    /// `ch_…`
    pub id: String,
    /// When, seconds since 1970 by Stripe's clock.
    pub created_s: i64,
    /// The card charged.
    pub card: Option<SeenCard>,
    /// The issuer's code.
    pub authorization_code: Option<String>,
    /// True when the bank authenticated the customer.
    pub authenticated: bool,
}

/// A PaymentIntent, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenIntent {
    /// `pi_…`
    pub id: PaymentIntentId,
    /// Where it stands.
    pub status: Status,
    /// In Stripe's smallest unit.
    pub amount_minor: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// What was taken of it, in the same unit. None in rows of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_minor: Option<i64>,
    /// Real money? None in rows of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub livemode: Option<bool>,
    /// The sale it says it belongs to.
    pub sale: Option<String>,
    /// The till it says it was made at. None too in rows of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub till: Option<String>,
    /// The card in play.
    pub payment_method: Option<String>,
    /// Why the last attempt failed, while it is the last.
    pub decline: Option<SeenDecline>,
    /// The last charge.
    pub charge: Option<SeenCharge>,
}

/// The answer to a call that acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Stripe answered with the PaymentIntent as it stands now.
    Intent { seen: SeenIntent },
    /// The card was refused; the PaymentIntent waits for another, if there is one.
    Declined {
        /// The PaymentIntent, embedded in the error.
        seen: Option<SeenIntent>,
        decline: SeenDecline,
    },
    /// Stripe did not act on this request, and will not: it was refused, or never left.
    NotExecuted {
        /// Stripe's code, where there is one.
        code: Option<String>,
        /// HTTP status; none when the request never left.
        status: Option<u16>,
        /// The PaymentIntent as it stands, where the error held it.
        seen: Option<SeenIntent>,
    },
    /// It may have acted.
    Unknown {
        /// HTTP status, where Stripe answered.
        status: Option<u16>,
    },
    /// Stripe answered that the key lacks a permission: for the call, or only for what the answer should have held. In the
    /// second case it acted. Nothing of it is on its way any more, so one whole look tells.
    Forbidden,
}

impl Answer {
    /// What a call's result says about the money.
    #[must_use]
    pub fn of(result: &Result<PaymentIntent, Error>) -> Self {
        match result {
            Ok(intent) => Self::Intent { seen: SeenIntent::of(intent) },
            Err(Error::Api(error)) => Self::of_api_error(error),
            Err(Error::NotSent { .. }) => Self::NotExecuted { code: None, status: None, seen: None },
            // What is not Stripe says nothing about what Stripe did.
            Err(Error::NoAnswer { .. } | Error::NotStripe { .. }) => Self::Unknown { status: None },
            Err(Error::Unreadable { status, .. }) => Self::Unknown { status: Some(*status) },
        }
    }

    fn of_api_error(error: &ApiError) -> Self {
        let seen = error.payment_intent.as_deref().map(SeenIntent::of);
        match Error::Api(Box::new(error.clone())).fate() {
            Fate::Declined => {
                let decline = SeenDecline {
                    code: error.code.clone(),
                    decline_code: error.decline_code.clone(),
                    advice_code: error.advice_code.clone(),
                    card: error.payment_method.as_deref().and_then(card_of_method),
                    payment_method: error.payment_method.as_ref().map(|method| method.id.clone()),
                };
                Self::Declined { seen, decline }
            }
            Fate::NotExecuted => Self::NotExecuted { code: error.code.clone(), status: Some(error.status), seen },
            Fate::Forbidden => Self::Forbidden,
            Fate::Unknown => Self::Unknown { status: Some(error.status) },
        }
    }
}

impl SeenIntent {
    /// Reduces a PaymentIntent to what may be kept.
    #[must_use]
    pub fn of(intent: &PaymentIntent) -> Self {
        Self {
            id: intent.id.clone(),
            status: match &intent.status {
                PaymentIntentStatus::RequiresPaymentMethod => Status::RequiresPaymentMethod,
                PaymentIntentStatus::RequiresConfirmation => Status::RequiresConfirmation,
                PaymentIntentStatus::RequiresAction => Status::RequiresAction,
                PaymentIntentStatus::Processing => Status::Processing,
                PaymentIntentStatus::RequiresCapture => Status::RequiresCapture,
                PaymentIntentStatus::Canceled => Status::Canceled,
                PaymentIntentStatus::Succeeded => Status::Succeeded,
                PaymentIntentStatus::Other(name) => Status::Other(name.chars().take(64).collect()),
            },
            amount_minor: intent.amount_minor,
            currency: intent.currency.clone(),
            received_minor: Some(intent.received_minor),
            livemode: Some(intent.livemode),
            sale: intent.metadata.get(SALE_METADATA).cloned(),
            till: intent.metadata.get(TILL_METADATA).cloned(),
            payment_method: intent.payment_method_id().map(str::to_owned),
            decline: intent.last_payment_error.as_ref().map(decline_of),
            charge: intent.latest_charge.as_ref().map(charge_of),
        }
    }
}

/// The state of a refund, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatusSeen {
    /// On its way.
    Pending,
    /// Given back.
    Succeeded,
    /// Not given back.
    Failed,
    /// Called back.
    Canceled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRefund {
    /// `re_…`
    pub id: String,
    /// In Stripe's smallest unit.
    pub amount_minor: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// Where it stands.
    pub status: RefundStatusSeen,
    /// The payment that it is of, `pi_…`. None too in rows of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<String>,
    /// The till's refund that it says it is.
    pub refund: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
}

impl SeenRefund {
    /// Reduces a refund to what may be kept.
    #[must_use]
    pub fn of(refund: &Refund) -> Self {
        Self {
            id: refund.id.clone(),
            amount_minor: refund.amount_minor,
            currency: refund.currency.clone(),
            status: match &refund.status {
                Some(RefundStatus::Succeeded) => RefundStatusSeen::Succeeded,
                Some(RefundStatus::Failed) => RefundStatusSeen::Failed,
                Some(RefundStatus::Canceled) => RefundStatusSeen::Canceled,
                // Whatever else it is, it is not over, and counts as given back until it is.
                Some(RefundStatus::Pending | RefundStatus::RequiresAction | RefundStatus::Other(_)) | None => {
                    RefundStatusSeen::Pending
                }
            },
            payment_intent: refund.payment_intent.as_ref().map(|of| match of {
                Expandable::Id(id) => id.clone(),
                Expandable::Object(intent) => intent.id.clone(),
            }),
            refund: refund.metadata.as_ref().and_then(|metadata| metadata.get(REFUND_METADATA)).cloned(),
            failure_reason: refund.failure_reason.as_ref().map(|reason| reason.chars().take(64).collect()),
        }
    }
}

/// The answer to a call that gives money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum RefundAnswer {
    /// Stripe answered with the refund as it stands now.
    Made { seen: SeenRefund },
    /// Stripe did not act on this request, and will not: it was refused, or never left.
    NotMade {
        /// Stripe's code, where there is one.
        code: Option<String>,
        /// HTTP status; none when the request never left.
        status: Option<u16>,
    },
    /// It may have acted.
    Unknown {
        /// HTTP status, where Stripe answered.
        status: Option<u16>,
    },
    /// As [`Answer::Forbidden`].
    Forbidden,
}

impl RefundAnswer {
    /// What a call's result says about the money.
    #[must_use]
    pub fn of(result: &Result<Refund, Error>) -> Self {
        match result {
            Ok(refund) => Self::Made { seen: SeenRefund::of(refund) },
            Err(error) => {
                let (code, status) = match error {
                    Error::Api(error) => (error.code.clone(), Some(error.status)),
                    Error::Unreadable { status, .. } => (None, Some(*status)),
                    Error::NotSent { .. } | Error::NoAnswer { .. } | Error::NotStripe { .. } => (None, None),
                };
                match error.fate() {
                    Fate::Declined | Fate::NotExecuted => Self::NotMade { code, status },
                    Fate::Forbidden => Self::Forbidden,
                    Fate::Unknown => Self::Unknown { status },
                }
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenDispute {
    /// `du_…`
    pub id: String,
    /// In Stripe's smallest unit.
    pub amount_minor: i64,
    /// Stripe's word for where it stands.
    pub status: String,
    /// Stripe's word for why.
    pub reason: String,
    /// Until when it can be answered, seconds since 1970.
    pub due_by_s: Option<i64>,
}

impl SeenDispute {
    /// Reduces a dispute to what may be kept.
    #[must_use]
    pub fn of(dispute: &stripe_client::Dispute) -> Self {
        Self {
            id: dispute.id.clone(),
            amount_minor: dispute.amount_minor,
            status: dispute.status.chars().take(64).collect(),
            reason: dispute.reason.chars().take(64).collect(),
            due_by_s: dispute.evidence_details.and_then(|details| details.due_by),
        }
    }
}

fn decline_of(error: &PaymentError) -> SeenDecline {
    SeenDecline {
        code: error.code.clone(),
        decline_code: error.decline_code.clone(),
        advice_code: error.advice_code.clone(),
        card: error.payment_method.as_ref().and_then(card_of_method),
        payment_method: error.payment_method.as_ref().map(|method| method.id.clone()),
    }
}

fn card_of_method(method: &PaymentMethod) -> Option<SeenCard> {
    card(method.card.as_ref()?)
}

fn card(card: &stripe_client::Card) -> Option<SeenCard> {
    let last4 = card.last4.clone()?;
    let sound = last4.len() == 4 && last4.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| SeenCard { brand: card.brand.clone().unwrap_or_else(|| "card".into()), last4 })
}

fn charge_of(charge: &Expandable<Charge>) -> SeenCharge {
    match charge {
        Expandable::Id(id) => {
            SeenCharge { id: id.clone(), created_s: 0, card: None, authorization_code: None, authenticated: false }
        }
        Expandable::Object(charge) => {
            let details = charge.card();
            SeenCharge {
                id: charge.id.clone(),
                created_s: charge.created,
                card: details.and_then(card),
                authorization_code: details.and_then(|card| card.authorization_code.clone()),
                authenticated: details
                    .and_then(|card| card.three_d_secure.as_ref())
                    .and_then(|result| result.result.as_deref())
                    == Some("authenticated"),
            }
        }
    }
}
