//! The test cards: one table, from `data/cards.json`. What an issuer does with each is decided in `issuer`.
//!
//! Numbers and behaviours follow Stripe's testing pages; whether a number is blocked by a rule depends on the
//! rules in force ([`crate::RadarRules`]).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Why an issuer, or Stripe, declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are Stripe's decline codes")]
pub enum DeclineReason {
    GenericDecline,
    InsufficientFunds,
    LostCard,
    StolenCard,
    ExpiredCard,
    IncorrectCvc,
    IncorrectZip,
    ProcessingError,
    CardVelocityExceeded,
    CardNotSupported,
    Fraudulent,
    AuthenticationRequired,
    /// The authentication could not be started, and the payment is declined.
    LookupFailed,
}

/// What happens when the card is charged with the customer present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSession {
    /// Approved.
    Succeeded,
    /// Declined for [`TestCard::decline`].
    Declined,
    /// The bank asks for authentication; then [`TestCard::after_auth`].
    RequiresAction,
    /// Stripe asks the customer to show that they are human.
    Captcha,
    /// The card is refused when it is keyed ([`TestCard::entry_error`]).
    RefusedAtEntry,
    /// A card for card readers. What the real API does when it is keyed is not documented; here it is declined
    /// as not supported.
    TerminalOnly,
}

/// What happens when the card is charged with `off_session`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffSession {
    /// The same as with the customer present.
    #[default]
    AsOnSession,
    /// Approved without authentication.
    Succeeded,
    /// Declined: `authentication_required`.
    AuthenticationRequired,
    /// Declined as `authentication_required`, unless it was set up for such payments; then as after a passed
    /// authentication.
    RequiresSetUp,
}

/// What the issuer says after a passed authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterAuth {
    /// Approved.
    #[default]
    Succeeded,
    /// Declined.
    InsufficientFunds,
    /// Declined.
    GenericDecline,
}

/// What happens when the request asks for authentication (`request_three_d_secure`) that the card does not demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenRequested {
    /// The issuer acknowledges the attempt; no challenge.
    #[default]
    Acknowledged,
    /// The bank asks the customer.
    Challenge,
    /// Authenticated without asking.
    Frictionless,
    /// The lookup fails; the payment goes on without authentication.
    LookupError,
    /// The card knows no 3D Secure.
    NotSupported,
}

/// An account's rule that changes what a card does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is explained at its switch in RadarRules")]
pub enum Rule {
    HighestRisk,
    CvcFails,
    PostalCodeFails,
    AdaptiveThreeDs,
}

/// What becomes of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum RefundCourse {
    PendingThenSucceeded,
    SucceededThenFailed,
}

/// The results of the checks of what was keyed. Only what was keyed is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checks {
    /// The security code's.
    pub cvc: Option<CheckResult>,
    /// The first address line's.
    pub line1: Option<CheckResult>,
    /// The postal code's.
    pub postal: Option<CheckResult>,
}

/// The result of one check that does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are Stripe's")]
pub enum CheckResult {
    Fail,
    Unavailable,
}

/// One test card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCard {
    /// The digits to key. A test number is no secret.
    pub number: &'static str,
    /// As in `visa`.
    pub brand: &'static str,
    /// `credit`, `debit` or `prepaid`.
    pub funding: &'static str,
    /// The issuer's country, as in `US`.
    pub country: &'static str,
    /// The networks of a co-branded card; empty for others.
    #[serde(default)]
    pub networks: Vec<&'static str>,
    /// The title of the group in a palette.
    pub group: &'static str,
    /// A short plain sentence: what the card does.
    pub does: &'static str,
    /// The alias to send instead of a PaymentMethod's id.
    #[serde(default)]
    pub payment_method: Option<&'static str>,
    /// Further aliases of the same card.
    #[serde(default)]
    pub other_payment_methods: Vec<&'static str>,
    /// The alias to send instead of a token's id.
    #[serde(default)]
    pub token: Option<&'static str>,
    /// Further tokens of the same card.
    #[serde(default)]
    pub other_tokens: Vec<&'static str>,
    /// With the customer present.
    pub on_session: OnSession,
    /// Without.
    #[serde(default)]
    pub off_session: OffSession,
    /// After a passed authentication.
    #[serde(default)]
    pub after_auth: AfterAuth,
    /// When authentication is asked for without need.
    #[serde(default)]
    pub when_requested: WhenRequested,
    /// Why it is declined, if it is.
    #[serde(default)]
    pub decline: Option<DeclineReason>,
    /// The rule that changes what it does, if there is one.
    #[serde(default)]
    pub rule: Option<Rule>,
    /// The error code when it is keyed, if it is refused then.
    #[serde(default)]
    pub entry_error: Option<&'static str>,
    /// The month to key instead of any valid one.
    #[serde(default)]
    pub exp_month: Option<u32>,
    /// The year to key instead of any to come.
    #[serde(default)]
    pub exp_year: Option<u32>,
    /// The security code to key instead of any.
    #[serde(default)]
    pub cvc: Option<&'static str>,
    /// Checks that do not pass.
    #[serde(default)]
    pub checks: Checks,
    /// `elevated` or `highest`; `normal` when absent.
    #[serde(default)]
    pub risk: Option<&'static str>,
    /// What becomes of a refund, if it is not simply done.
    #[serde(default)]
    pub refund: Option<RefundCourse>,
    /// The kind of dispute that follows the charge.
    #[serde(default)]
    pub dispute: Option<&'static str>,
    /// The money is available at once.
    #[serde(default)]
    pub bypass_pending: bool,
    /// Its bank looks at the browser before a challenge (`three_ds_method_url`). Stripe's own test cards have no such bank, so
    /// far as recordings show: that one of them has it here is a choice.
    #[serde(default)]
    pub three_ds_method: bool,
    /// False when Stripe refuses to attach it to a Customer.
    #[serde(default = "yes")]
    pub attachable: bool,
}

fn yes() -> bool {
    true
}

static CARDS: LazyLock<Vec<TestCard>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/cards.json")).expect("data/cards.json is part of the program")
});

struct Indices {
    by_number: HashMap<&'static str, &'static TestCard>,
    by_payment_method: HashMap<&'static str, &'static TestCard>,
    by_token: HashMap<&'static str, &'static TestCard>,
}

static INDICES: LazyLock<Indices> = LazyLock::new(|| {
    let mut indices =
        Indices { by_number: HashMap::new(), by_payment_method: HashMap::new(), by_token: HashMap::new() };
    for card in CARDS.iter() {
        // A number can stand in the table more than once; the first row is the plain one.
        indices.by_number.entry(card.number).or_insert(card);
        for alias in card.payment_method.iter().chain(&card.other_payment_methods) {
            indices.by_payment_method.entry(alias).or_insert(card);
        }
        for alias in card.token.iter().chain(&card.other_tokens) {
            indices.by_token.entry(alias).or_insert(card);
        }
    }
    indices
});

/// Every test card. The three that a newcomer should try come first.
pub fn all() -> &'static [TestCard] {
    &CARDS
}

/// The card with these digits, without spaces.
pub fn by_number(number: &str) -> Option<&'static TestCard> {
    INDICES.by_number.get(number).copied()
}

/// The card with this alias, as in `pm_card_visa`.
pub fn by_payment_method(alias: &str) -> Option<&'static TestCard> {
    INDICES.by_payment_method.get(alias).copied()
}

/// The card with this token alias, as in `tok_visa`.
pub fn by_token(alias: &str) -> Option<&'static TestCard> {
    INDICES.by_token.get(alias).copied()
}
