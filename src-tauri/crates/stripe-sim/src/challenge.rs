//! A challenge that waits for the customer, of a payment or of a set-up: what `next_action` says of it.
//!
//! Which intent it belongs to and the calls of Stripe.js for it are in `three_ds`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::assets::BANK_PAGE;
use crate::cards::TestCard;
use crate::issuer::ActionKind;
use crate::stored::Word;
use crate::three_ds_method::{Completion, Look};
use crate::world::Context;

/// Where the bank looks at the browser.
pub(crate) const BANK_LOOKS: &str = "/acs/method";

/// Which of Stripe's forms the action has. It follows from `use_stripe_sdk` and `return_url`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    /// `use_stripe_sdk`: the page talks to the bank by way of `/v1/3ds2/authenticate`.
    Fingerprint,
    /// Neither parameter: the page shows the bank's page in a frame.
    Redirect,
    /// `return_url`: the browser leaves the page.
    ReturnUrl(String),
    /// The page shows a human check.
    Captcha,
}

/// What the bank, or the customer, decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    Passed,
    Failed,
}

/// A challenge that waits for the customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) shape: Shape,
    /// `payatt_…` or `src_…`: how Stripe.js names it.
    pub(crate) source: String,
    pub(crate) three_ds_id: String,
    /// How the bank's page names it.
    pub(crate) acs_trans: String,
    pub(crate) server_transaction_id: String,
    secret: String,
    #[serde(with = "crate::stored::word")]
    brand: Word,
    merchant: String,
    /// The bank's word, which Stripe acts on when Stripe.js reports the end of the challenge.
    pub(crate) decision: Option<Decision>,
    /// How far the bank's look at the browser has come.
    #[serde(default)]
    pub(crate) look: Look,
    /// What Stripe.js said of that look when it began the challenge.
    #[serde(default)]
    pub(crate) said: Option<Completion>,
}

impl Shape {
    pub(crate) fn of(kind: ActionKind, use_stripe_sdk: bool, return_url: Option<&str>) -> Self {
        match (kind, use_stripe_sdk, return_url) {
            (ActionKind::Captcha, _, _) => Self::Captcha,
            (ActionKind::ThreeDs, true, _) => Self::Fingerprint,
            (ActionKind::ThreeDs, false, None) => Self::Redirect,
            (ActionKind::ThreeDs, false, Some(url)) => Self::ReturnUrl(url.to_owned()),
        }
    }
}

impl Challenge {
    fn new(context: &mut Context<'_>, shape: Shape, card: &'static TestCard) -> Self {
        let source = match shape {
            Shape::Fingerprint => context.ids.object("payatt_3"),
            Shape::Redirect | Shape::ReturnUrl(_) | Shape::Captcha => context.ids.object("src_1"),
        };
        let look = if card.three_ds_method && shape == Shape::Fingerprint { Look::Offered } else { Look::None };
        Self {
            shape,
            source,
            three_ds_id: context.ids.object("threeds2_1"),
            acs_trans: context.ids.uuid(),
            server_transaction_id: context.ids.uuid(),
            secret: context.ids.text("src_client_secret_", 24),
            brand: card.brand,
            merchant: context.account.id.clone(),
            decision: None,
            look,
            said: None,
        }
    }

    /// A new challenge, known to the bank's page. `owner`: the intent that it belongs to.
    pub(crate) fn begin(context: &mut Context<'_>, shape: Shape, card: &'static TestCard, owner: &str) -> Self {
        let challenge = Self::new(context, shape, card);
        context.acs.insert(challenge.acs_trans.clone(), (context.account.id.clone(), owner.to_owned()));
        challenge
    }

    /// Where the bank's page is: a path. It becomes an address when an answer leaves (`own_address`).
    pub(crate) fn page(&self) -> String {
        format!("{BANK_PAGE}?acs_trans={}", self.acs_trans)
    }

    /// Where the bank looks at the browser, likewise; empty where it does not.
    fn method_page(&self) -> String {
        match self.look {
            Look::None => String::new(),
            Look::Offered | Look::Opened | Look::Finished => format!("{BANK_LOOKS}?acs_trans={}", self.acs_trans),
        }
    }

    /// `path`: of the intent, as `/v1/payment_intents/pi_…`.
    pub(crate) fn next_action(&self, path: &str) -> Value {
        match &self.shape {
            Shape::Fingerprint => json!({"type": "use_stripe_sdk", "use_stripe_sdk": {
                "directory_server_encryption": {
                    "algorithm": "RSA",
                    "certificate": "",
                    "directory_server_id": directory_server(self.brand),
                    "root_certificate_authorities": [],
                },
                "directory_server_name": self.brand,
                "merchant": self.merchant,
                "one_click_authn": null,
                "server_transaction_id": self.server_transaction_id,
                "three_d_secure_2_source": self.source,
                "three_ds_method_url": self.method_page(),
                "three_ds_optimizations": "kf",
                "type": "stripe_3ds2_fingerprint",
            }}),
            Shape::Redirect => json!({"type": "use_stripe_sdk", "use_stripe_sdk": {
                "source": self.source,
                "stripe_js": format!("{}&client_secret={}", self.page(), self.secret),
                "type": "three_d_secure_redirect",
            }}),
            Shape::ReturnUrl(url) => json!({"type": "redirect_to_url", "redirect_to_url": {
                "return_url": url,
                "url": format!("{}&client_secret={}", self.page(), self.secret),
            }}),
            Shape::Captcha => json!({"type": "use_stripe_sdk", "use_stripe_sdk": {
                "stripe_js": {
                    "captcha_vendor_name": "simulator",
                    "challenge_url": self.page(),
                    "source": self.source,
                    "verification_url": format!("{path}/verify_challenge"),
                },
                "type": "intent_confirmation_challenge",
            }}),
        }
    }

    /// Whether the bank's page itself ends the challenge; otherwise Stripe.js reports it.
    pub(crate) fn ends_at_the_bank(&self) -> bool {
        self.shape != Shape::Fingerprint
    }
}

fn directory_server(brand: &str) -> &'static str {
    match brand {
        "mastercard" => "A000000004",
        "amex" => "A000000025",
        "discover" | "diners" => "A000000152",
        "jcb" => "A000000065",
        "unionpay" => "A000000333",
        _ => "A000000003",
    }
}

#[cfg(test)]
mod tests {
    use super::directory_server;

    /// Every card that asks the bank today is a Visa card, so no call shows the others.
    #[test]
    fn each_brand_has_its_directory_server() {
        let ids = ["visa", "mastercard", "amex", "discover", "diners", "jcb", "unionpay"].map(directory_server);
        let wanted = ["A000000003", "A000000004", "A000000025", "A000000152", "A000000152", "A000000065", "A000000333"];
        assert_eq!(ids, wanted);
    }
}
