//! The calls that Stripe.js and the bank's page make during a challenge.

use serde_json::{Value, json};

use crate::challenge::{BANK_LOOKS, Challenge, Decision, Shape};
use crate::errors::ApiError;
use crate::form::Params;
use crate::payment_intents::{self, PaymentIntent, authentication};
use crate::setup_intents::{self, SetupIntent};
use crate::world::{Context, World};
use crate::{Outcome, SimOptions, return_url, three_ds_method};

/// What the bank's pages call.
pub(crate) const BANK_CALLS: [&str; 3] = ["/acs/decide", "/acs/transaction", BANK_LOOKS];
/// Where the bank says that it has looked at the browser, as on hooks.stripe.com: the account and the source follow.
pub(crate) const NOTIFICATIONS: &str = "/3d_secure_2/fingerprint/";

/// What a challenge belongs to: a payment, or the saving of a card.
pub(crate) enum Challenged {
    Payment(Box<PaymentIntent>),
    Setup(Box<SetupIntent>),
}

impl Challenged {
    pub(crate) fn load(context: &Context<'_>, id: &str) -> Result<Self, ApiError> {
        if is_set_up(id) {
            setup_intents::load(context, id).map(|intent| Self::Setup(Box::new(intent)))
        } else {
            payment_intents::load(context, id).map(|intent| Self::Payment(Box::new(intent)))
        }
    }

    fn load_with_secret(context: &Context<'_>, id: &str, secret: Option<&str>) -> Result<Self, ApiError> {
        if is_set_up(id) {
            setup_intents::load_with_secret(context, id, secret).map(|intent| Self::Setup(Box::new(intent)))
        } else {
            payment_intents::load_with_secret(context, id, secret).map(|intent| Self::Payment(Box::new(intent)))
        }
    }

    /// By Stripe.js's name for the challenge.
    pub(crate) fn by_source(context: &Context<'_>, source: &str) -> Result<Self, ApiError> {
        let payment = context.account.payment_intents.of(source).next().cloned();
        let setup = || context.account.setup_intents.of(source).next().cloned();
        payment
            .map(|intent| Self::Payment(Box::new(intent)))
            .or_else(|| setup().map(|intent| Self::Setup(Box::new(intent))))
            .ok_or_else(|| no_such_source(source))
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Payment(intent) => &intent.id,
            Self::Setup(intent) => &intent.id,
        }
    }

    /// Where the customer goes after the bank's page when it has the whole window.
    fn way_back(&self) -> Option<String> {
        let url = match &self.challenge()?.shape {
            Shape::ReturnUrl(url) => url,
            Shape::Fingerprint | Shape::Redirect | Shape::Captcha => return None,
        };
        Some(match self {
            Self::Payment(intent) => return_url::with_intent(url, "payment_intent", &intent.id, &intent.client_secret),
            Self::Setup(intent) => return_url::with_intent(url, "setup_intent", &intent.id, &intent.client_secret),
        })
    }

    /// The challenge, while it is open.
    fn challenge(&self) -> Option<&Challenge> {
        match self {
            Self::Payment(intent) => intent.challenge.as_ref(),
            Self::Setup(intent) => intent.challenge.as_ref(),
        }
    }

    pub(crate) fn challenge_mut(&mut self) -> Option<&mut Challenge> {
        match self {
            Self::Payment(intent) => intent.challenge.as_mut(),
            Self::Setup(intent) => intent.challenge.as_mut(),
        }
    }

    fn status(&self) -> &'static str {
        match self {
            Self::Payment(intent) => intent.status().as_str(),
            Self::Setup(intent) => intent.status().as_str(),
        }
    }

    fn waits(&self) -> bool {
        self.status() == "requires_action"
    }

    fn payment_method(&self) -> Option<&str> {
        match self {
            Self::Payment(intent) => intent.payment_method.as_deref(),
            Self::Setup(intent) => intent.payment_method.as_deref(),
        }
    }

    /// What the bank shows, in the smallest unit. Saving a card costs nothing.
    fn amount(&self) -> (u64, &str) {
        match self {
            Self::Payment(intent) => (intent.amount_minor, &intent.currency),
            Self::Setup(_) => (0, "usd"),
        }
    }

    pub(crate) fn save(&self, context: &mut Context<'_>) {
        match self {
            Self::Payment(intent) => payment_intents::save(context, intent),
            Self::Setup(intent) => setup_intents::save(context, intent),
        }
    }

    fn finish(&mut self, context: &mut Context<'_>, decision: Decision) {
        match self {
            Self::Payment(intent) => authentication::finish(context, intent, decision),
            Self::Setup(intent) => setup_intents::attempt::finish(context, intent, decision),
        }
    }

    fn rendered(&self, context: &Context<'_>) -> Value {
        match self {
            Self::Payment(intent) => payment_intents::rendered(context, intent),
            Self::Setup(intent) => setup_intents::rendered(context, intent),
        }
    }

    fn unexpected_state(&self, context: &Context<'_>, message: String) -> ApiError {
        match self {
            Self::Payment(intent) => payment_intents::unexpected_state(context, intent, message),
            Self::Setup(intent) => setup_intents::unexpected_state(context, intent, message),
        }
    }
}

fn is_set_up(id: &str) -> bool {
    id.starts_with("seti_")
}

/// `POST /v1/3ds2/authenticate`: begins the challenge, and says where the bank's page is.
pub(crate) fn authenticate(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let source = params.required("source")?;
    let said = three_ds_method::said(&mut params)?;
    for note in [
        "app",
        "device",
        "one_click_authn_device_support",
        "hosted_surface",
        "fingerprint",
        "fallback_return_url",
        "frontend_execution",
    ] {
        params.ignore(note);
    }
    params.finish()?;
    let mut intent = Challenged::by_source(context, &source)?;
    let Some(challenge) = intent.challenge_mut() else {
        return Err(no_such_source(&source));
    };
    // Begun anew, an undelivered word of the bank no longer counts.
    challenge.decision = None;
    challenge.said = said;
    let answer = json!({
        "id": challenge.three_ds_id,
        "object": "three_d_secure_2",
        "ares": {
            "acsChallengeMandated": "Y",
            "acsTransID": challenge.acs_trans,
            "acsURL": challenge.page(),
            "messageType": "ARes",
            "messageVersion": "2.2.0",
            "threeDSServerTransID": challenge.server_transaction_id,
            "transStatus": "C",
        },
        "created": context.now_s(),
        "creq": creq(challenge),
        "error": null,
        "fallback_redirect_url": null,
        "livemode": false,
        "source": source,
        "state": "challenge_required",
    });
    intent.save(context);
    Ok(answer)
}

/// The challenge request that the page posts to the bank: base64url of a small JSON object.
fn creq(challenge: &Challenge) -> String {
    use base64::Engine as _;
    let message = json!({
        "acsTransID": challenge.acs_trans,
        "challengeWindowSize": "05",
        "messageType": "CReq",
        "messageVersion": "2.2.0",
        "threeDSServerTransID": challenge.server_transaction_id,
    });
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(message.to_string())
}

/// `POST /v1/3ds2/challenge_complete`: the bank's page has closed; its word is acted on.
pub(crate) fn challenge_complete(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let source = params.required("source")?;
    params.ignore("final_cres");
    params.finish()?;
    let mut intent = Challenged::by_source(context, &source)?;
    let (decision, id) = match intent.challenge() {
        Some(challenge) => (challenge.decision, challenge.three_ds_id.clone()),
        None => return Err(no_such_source(&source)),
    };
    let Some(decision) = decision else {
        return Err(ApiError::refused("The challenge is not finished yet.").code("resource_missing").not_kept());
    };
    intent.finish(context, decision);
    Ok(json!({
        "id": id,
        "object": "three_d_secure_2",
        "error": null,
        "livemode": false,
        "source": source,
        "state": match decision { Decision::Passed => "succeeded", Decision::Failed => "failed" },
    }))
}

/// `POST /v1/payment_intents/:id/source_cancel`: the customer pressed Cancel.
pub(crate) fn source_cancel(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let client_secret = params.filled("client_secret")?;
    let source = params.required("source")?;
    params.finish()?;
    let mut intent = Challenged::load_with_secret(context, id, client_secret.as_deref())?;
    match intent.challenge() {
        Some(challenge) if challenge.source == source && intent.waits() => {}
        Some(_) | None => return Err(no_such_source(&source)),
    }
    intent.finish(context, Decision::Failed);
    Ok(intent.rendered(context))
}

/// `POST /v1/payment_intents/:id/verify_challenge`: the customer has shown to be human.
pub(crate) fn verify_challenge(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let client_secret = params.filled("client_secret")?;
    for note in ["challenge_response_token", "challenge_response_ekey", "captcha_vendor_name"] {
        params.text(note)?;
    }
    params.finish()?;
    let mut intent = Challenged::load_with_secret(context, id, client_secret.as_deref())?;
    let waits = intent.challenge().is_some_and(|challenge| challenge.shape == Shape::Captcha);
    if !waits {
        let status = intent.status();
        let message = format!("This intent has no challenge to verify, because it has a status of {status}.");
        return Err(intent.unexpected_state(context, message));
    }
    intent.finish(context, Decision::Passed);
    Ok(intent.rendered(context))
}

fn no_such_source(source: &str) -> ApiError {
    ApiError { status: 400, ..ApiError::no_such("source", source, "source") }
}

/// `GET /acs/transaction`: what the bank's page shows. It needs no key: the transaction's id is the secret.
pub(crate) fn transaction(
    world: &mut World,
    options: &SimOptions,
    now_ms: u64,
    mut params: Params,
) -> Result<Value, ApiError> {
    let acs_trans = params.required("acs_trans")?;
    params.ignore("client_secret");
    params.finish()?;
    let (account, id) = owner(world, &acs_trans)?;
    let context = world.context(options, &account, now_ms, None);
    let intent = Challenged::load(&context, &id)?;
    let present = intent.challenge().filter(|challenge| challenge.acs_trans == acs_trans);
    let last4 = intent
        .payment_method()
        .and_then(|method| context.account.payment_methods.get(method))
        .map(crate::payment_methods::PaymentMethod::last4);
    Ok(json!({
        "merchant": options.merchant,
        "amount": intent.amount().0,
        "currency": intent.amount().1,
        "last4": last4,
        "state": match present.map(|challenge| challenge.decision) {
            None => "closed",
            Some(None) => "open",
            Some(Some(Decision::Passed)) => "complete",
            Some(Some(Decision::Failed)) => "failed",
        },
        "three_ds_method": present.map(|challenge| three_ds_method::shown(challenge.look, challenge.said)),
    }))
}

/// `POST /acs/decide`: the customer pressed a button on the bank's page.
pub(crate) fn decide(
    world: &mut World,
    options: &SimOptions,
    now_ms: u64,
    mut params: Params,
) -> Result<Value, ApiError> {
    let acs_trans = params.required("acs_trans")?;
    let decision = match params.one_of("outcome", &["complete", "fail"])? {
        Some("complete") => Decision::Passed,
        Some(_) => Decision::Failed,
        None => return Err(ApiError::missing("outcome")),
    };
    params.finish()?;
    let (account, id) = owner(world, &acs_trans)?;
    let mut context = world.context(options, &account, now_ms, None);
    let mut intent = Challenged::load(&context, &id)?;
    // The first word counts; a second press is told so.
    let challenge =
        intent.challenge_mut().filter(|challenge| challenge.acs_trans == acs_trans && challenge.decision.is_none());
    let Some(challenge) = challenge else {
        return Err(ApiError::refused("This authentication is over. Go back to the shop."));
    };
    challenge.decision = Some(decision);
    let ends_here = challenge.ends_at_the_bank();
    let way_back = intent.way_back();
    if ends_here {
        intent.finish(&mut context, decision);
    } else {
        intent.save(&mut context);
    }
    let outcome = match decision {
        Decision::Passed => "complete",
        Decision::Failed => "fail",
    };
    Ok(json!({"acs_trans": acs_trans, "outcome": outcome, "return_url": way_back}))
}

/// The account and the intent that the bank's page belongs to.
pub(crate) fn owner(world: &World, acs_trans: &str) -> Result<(String, String), ApiError> {
    world.acs.get(acs_trans).cloned().ok_or_else(|| ApiError::no_such("authentication", acs_trans, "acs_trans"))
}

/// Ends a challenge from outside, without a page. Says why it cannot be done.
pub(crate) fn end_from_outside(
    world: &mut World,
    options: &SimOptions,
    now_ms: u64,
    id: &str,
    outcome: Outcome,
) -> Result<&'static str, String> {
    let account = world
        .accounts
        .iter()
        .find(|(_, account)| account.payment_intents.get(id).is_some() || account.setup_intents.get(id).is_some())
        .map(|(account, _)| account.clone())
        .ok_or_else(|| format!("There is no PaymentIntent or SetupIntent '{id}'."))?;
    let mut context = world.context(options, &account, now_ms, None);
    let mut intent = Challenged::load(&context, id).map_err(|error| error.message)?;
    if !intent.waits() {
        return Err(format!("{id} has no open challenge: its status is {}.", intent.status()));
    }
    let decision = match outcome {
        Outcome::Complete => Decision::Passed,
        Outcome::Fail | Outcome::Cancel => Decision::Failed,
    };
    intent.finish(&mut context, decision);
    Ok(Challenged::load(&context, id).map_err(|error| error.message)?.status())
}
