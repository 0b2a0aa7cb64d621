//! The bank's look at the browser before a challenge: the "3DS method" of EMV 3-D Secure. Stripe.js opens it in a hidden frame,
//! waits for its end or ten seconds, and says with `3ds2/authenticate` which it was.
//!
//! The page posts `threeDSMethodData` to the bank, with the transaction and the address that is to hear of the end; the bank
//! looks and posts the transaction there. This bank looks at nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::SimOptions;
use crate::errors::ApiError;
use crate::form::Params;
use crate::return_url::is_address;
use crate::three_ds::Challenged;
use crate::world::{Context, World};

/// How far the bank's look has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Look {
    /// This bank does not look.
    #[default]
    None,
    Offered,
    Opened,
    Finished,
}

/// What Stripe.js says of it: `threeDSCompInd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Completion {
    /// It finished. (Stripe.js says so too where there was nothing to wait for, with `fingerprintAttempted` false.)
    Y,
    /// It did not finish in time.
    N,
    /// The bank does not look.
    U,
}

/// What `3ds2/authenticate` says of the browser, as far as it is played.
#[derive(Deserialize)]
struct Browser {
    #[serde(rename = "threeDSCompInd")]
    completion: Option<Completion>,
}

/// Reads the parameter `browser`, a text in JSON: what Stripe.js says of the bank's look.
pub(crate) fn said(params: &mut Params) -> Result<Option<Completion>, ApiError> {
    let Some(text) = params.filled("browser")? else { return Ok(None) };
    let browser: Browser = serde_json::from_str(&text)
        .map_err(|_| ApiError::invalid("Invalid browser: must be an object in JSON").param("browser"))?;
    Ok(browser.completion)
}

/// What goes to the bank, and what comes from it.
#[derive(Deserialize)]
struct MethodData {
    #[serde(rename = "threeDSServerTransID")]
    transaction: String,
    #[serde(rename = "threeDSMethodNotificationURL")]
    notification: Option<String>,
}

impl MethodData {
    /// The parameter `threeDSMethodData`: base64url of an object in JSON. Padding and the other alphabet are taken too.
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        let text = params.required("threeDSMethodData")?.replace('+', "-").replace('/', "_");
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| ApiError::invalid("Invalid threeDSMethodData.").param("threeDSMethodData"))
    }
}

/// `POST /acs/method`: the bank's page in the hidden frame.
pub(crate) fn look(
    world: &mut World,
    options: &SimOptions,
    now_ms: u64,
    mut params: Params,
) -> Result<String, ApiError> {
    let acs_trans = params.required("acs_trans")?;
    let data = MethodData::read(&mut params)?;
    params.finish()?;
    let notification = data.notification.filter(|url| is_address(url)).ok_or_else(|| {
        ApiError::invalid("threeDSMethodData names no threeDSMethodNotificationURL.").param("threeDSMethodData")
    })?;
    let (account, id) = crate::three_ds::owner(world, &acs_trans)?;
    let mut context = world.context(options, &account, now_ms, None);
    step(&mut context, &id, &data.transaction, Look::Opened)?;
    let done = URL_SAFE_NO_PAD.encode(json!({"threeDSServerTransID": data.transaction}).to_string());
    Ok(page(&format!(
        r#"<form method="post" action="{}"><input type="hidden" name="threeDSMethodData" value="{done}"></form>
<script>document.forms[0].submit();</script>"#,
        escaped(&notification)
    )))
}

/// `POST /3d_secure_2/fingerprint/{account}/{source}`: the bank has looked. The page tells the frame around it.
pub(crate) fn notified(
    world: &mut World,
    options: &SimOptions,
    now_ms: u64,
    path: &str,
    mut params: Params,
) -> Result<String, ApiError> {
    let data = MethodData::read(&mut params)?;
    params.finish()?;
    let place = path.split_once('/').filter(|(account, _)| world.accounts.contains_key(*account));
    let (account, source) = place.ok_or_else(|| ApiError::unrecognized_url("POST", path))?;
    let mut context = world.context(options, account, now_ms, None);
    let id = Challenged::by_source(&context, source)?.id().to_owned();
    step(&mut context, &id, &data.transaction, Look::Finished)?;
    Ok(page(
        "<script>parent.postMessage({ stripeSim: 'method-finished' }, self.origin === 'null' ? '*' : self.origin);</script>",
    ))
}

fn step(context: &mut Context<'_>, id: &str, transaction: &str, look: Look) -> Result<(), ApiError> {
    let mut intent = Challenged::load(context, id)?;
    let challenge = intent.challenge_mut().filter(|challenge| challenge.server_transaction_id == transaction);
    let Some(challenge) = challenge.filter(|challenge| challenge.look != Look::None) else {
        return Err(ApiError::invalid("This bank asked for no such transaction.").param("threeDSMethodData"));
    };
    challenge.look = look;
    intent.save(context);
    Ok(())
}

/// What the bank knows of it: whether it looked, and what Stripe.js said.
pub(crate) fn shown(look: Look, said: Option<Completion>) -> Value {
    json!({"look": look, "said": said})
}

fn page(body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Training bank</title>\n{body}\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
