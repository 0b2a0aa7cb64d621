//! What the card's issuer, and Stripe's rules before it, say to one attempt.
//!
//! Pure: a card, what was keyed, what was asked. Nothing is stored here.

use serde_json::{Value, json};

use crate::cards::{AfterAuth, CheckResult, DeclineReason, OffSession, OnSession, Rule, TestCard, WhenRequested};
use crate::declines::Decline;
use crate::options::RadarRules;
use crate::payment_methods::PaymentMethod;

/// What the attempt asks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ask {
    pub(crate) off_session: bool,
    /// The customer has passed the bank's challenge for this attempt.
    pub(crate) authenticated: bool,
    /// `request_three_d_secure` is `any` or `challenge`.
    pub(crate) authentication_requested: bool,
    /// The card was set up for payments without the customer.
    pub(crate) is_set_up: bool,
    /// The order came by mail or telephone.
    pub(crate) moto: bool,
}

/// The kind of action a customer must take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionKind {
    ThreeDs,
    Captcha,
}

/// The issuer's word.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Approved { three_ds: Option<Value> },
    Declined(Decline),
    Action(ActionKind),
}

/// What the issuer says to this attempt.
pub(crate) fn judge(method: &PaymentMethod, ask: Ask, rules: RadarRules) -> Verdict {
    let card = method.card;
    if ask.authenticated {
        let is_captcha = card.on_session == OnSession::Captcha;
        return after_authentication(card, (!is_captcha).then(|| three_ds("authenticated", "challenge")));
    }
    if let Some(decline) = blocked_by_rule(method, rules) {
        return Verdict::Declined(decline);
    }
    if ask.moto {
        return by_telephone(card);
    }
    if ask.off_session {
        match card.off_session {
            OffSession::Succeeded => return Verdict::Approved { three_ds: None },
            // The customer's consent stands in for the challenge that they passed then.
            OffSession::RequiresSetUp if ask.is_set_up => return after_authentication(card, None),
            OffSession::AuthenticationRequired | OffSession::RequiresSetUp => {
                return Verdict::Declined(Decline::of(DeclineReason::AuthenticationRequired));
            }
            OffSession::AsOnSession => {}
        }
    }
    match card.on_session {
        OnSession::Declined | OnSession::RefusedAtEntry => {
            Verdict::Declined(Decline::of(card.decline.unwrap_or(DeclineReason::GenericDecline)))
        }
        OnSession::TerminalOnly => Verdict::Declined(Decline::of(DeclineReason::CardNotSupported)),
        OnSession::RequiresAction => Verdict::Action(ActionKind::ThreeDs),
        OnSession::Captcha => Verdict::Action(ActionKind::Captcha),
        OnSession::Succeeded => {
            if card.rule == Some(Rule::AdaptiveThreeDs) && rules.adaptive_three_ds && !ask.off_session {
                Verdict::Action(ActionKind::ThreeDs)
            } else if ask.authentication_requested && !ask.off_session {
                when_requested(card)
            } else {
                Verdict::Approved {
                    three_ds: (card.when_requested == WhenRequested::Frictionless)
                        .then(|| three_ds("authenticated", "frictionless")),
                }
            }
        }
    }
}

/// What the issuer says to keeping the card for later, without a payment. Cards that simulate a decline are declined
/// (4000000000000341 is not: it fails when it is charged), and those that ask for authentication ask now.
pub(crate) fn judge_set_up(method: &PaymentMethod, ask: Ask) -> Verdict {
    let card = method.card;
    let declined =
        |reason: Option<DeclineReason>| Verdict::Declined(Decline::of(reason.unwrap_or(DeclineReason::GenericDecline)));
    if !card.attachable || card.decline == Some(DeclineReason::LookupFailed) {
        return declined(card.decline);
    }
    // Nobody can be asked on the telephone: as for a payment, cards that demand it every time are declined.
    if ask.moto
        && (card.on_session, card.off_session) == (OnSession::RequiresAction, OffSession::AuthenticationRequired)
    {
        return declined(Some(DeclineReason::AuthenticationRequired));
    }
    let authenticated = ask.authenticated || ask.moto;
    match card.on_session {
        OnSession::TerminalOnly => declined(Some(DeclineReason::CardNotSupported)),
        // That a card is short of money shows only when it is charged.
        OnSession::RequiresAction | OnSession::Captcha if authenticated => match card.after_auth {
            AfterAuth::Succeeded | AfterAuth::InsufficientFunds => Verdict::Approved { three_ds: None },
            AfterAuth::GenericDecline => declined(Some(DeclineReason::GenericDecline)),
        },
        OnSession::RequiresAction => Verdict::Action(ActionKind::ThreeDs),
        OnSession::Captcha => Verdict::Action(ActionKind::Captcha),
        OnSession::Succeeded if ask.authentication_requested && !authenticated => when_requested(card),
        OnSession::Succeeded | OnSession::Declined | OnSession::RefusedAtEntry => Verdict::Approved { three_ds: None },
    }
}

/// An order by mail or telephone needs no authentication. That cards which demand it of every payment are declined, and all
/// others do as after a passed challenge, is a choice: Stripe documents no test cards for it.
fn by_telephone(card: &TestCard) -> Verdict {
    match (card.on_session, card.off_session) {
        (OnSession::RequiresAction, OffSession::AuthenticationRequired) => {
            Verdict::Declined(Decline::of(DeclineReason::AuthenticationRequired))
        }
        (OnSession::RequiresAction | OnSession::Captcha | OnSession::Succeeded, _) => after_authentication(card, None),
        (OnSession::Declined | OnSession::RefusedAtEntry | OnSession::TerminalOnly, _) => {
            Verdict::Declined(Decline::of(card.decline.unwrap_or(DeclineReason::CardNotSupported)))
        }
    }
}

fn after_authentication(card: &TestCard, three_ds: Option<Value>) -> Verdict {
    match card.after_auth {
        AfterAuth::Succeeded => Verdict::Approved { three_ds },
        AfterAuth::InsufficientFunds => Verdict::Declined(Decline::of(DeclineReason::InsufficientFunds)),
        AfterAuth::GenericDecline => Verdict::Declined(Decline::of(DeclineReason::GenericDecline)),
    }
}

fn when_requested(card: &TestCard) -> Verdict {
    match card.when_requested {
        WhenRequested::Challenge => Verdict::Action(ActionKind::ThreeDs),
        WhenRequested::Frictionless => Verdict::Approved { three_ds: Some(three_ds("authenticated", "frictionless")) },
        WhenRequested::Acknowledged => {
            Verdict::Approved { three_ds: Some(three_ds("attempt_acknowledged", "frictionless")) }
        }
        WhenRequested::LookupError | WhenRequested::NotSupported => Verdict::Approved { three_ds: None },
    }
}

fn blocked_by_rule(method: &PaymentMethod, rules: RadarRules) -> Option<Decline> {
    match method.card.rule? {
        Rule::HighestRisk => rules.block_highest_risk.then(|| Decline::of(DeclineReason::Fraudulent)),
        Rule::CvcFails => (rules.block_failed_cvc && method.keyed.cvc)
            .then(|| Decline::of(DeclineReason::IncorrectCvc).blocked_after_approval()),
        Rule::PostalCodeFails => (rules.block_failed_postal_code && method.keyed.postal_code)
            .then(|| Decline::of(DeclineReason::IncorrectZip).blocked_after_approval()),
        Rule::AdaptiveThreeDs => None,
    }
}

fn three_ds(result: &str, flow: &str) -> Value {
    json!({
        "authentication_flow": flow,
        "electronic_commerce_indicator": if result == "authenticated" { "05" } else { "06" },
        "exemption_indicator": null,
        "result": result,
        "result_reason": null,
        "version": "2.2.0",
    })
}

/// The checks of what was keyed, as `payment_method_details.card.checks` shows them after an attempt.
pub(crate) fn checks(method: &PaymentMethod) -> Value {
    let word = |keyed: bool, result: Option<CheckResult>| match (keyed, result) {
        (false, _) => Value::Null,
        (true, None) => json!("pass"),
        (true, Some(CheckResult::Fail)) => json!("fail"),
        (true, Some(CheckResult::Unavailable)) => json!("unavailable"),
    };
    let cvc = if method.card.decline == Some(DeclineReason::IncorrectCvc) {
        Some(CheckResult::Fail)
    } else {
        method.card.checks.cvc
    };
    json!({
        "address_line1_check": word(method.keyed.line1, method.card.checks.line1),
        "address_postal_code_check": word(method.keyed.postal_code, method.card.checks.postal),
        "cvc_check": word(method.keyed.cvc, cvc),
    })
}
