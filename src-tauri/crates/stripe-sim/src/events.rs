//! Events: what happened, in order, each with a snapshot of its object.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::charges::Charge;
use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::payment_intents::PaymentIntent;
use crate::stored::Word;
use crate::table::Object;
use crate::world::Context;

/// How long events are shown, in seconds: 30 days (OpenAPI document).
const KEPT_S: u64 = 30 * 86_400;

/// One event.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) created: u64,
    #[serde(with = "crate::stored::word")]
    pub(crate) kind: Word,
    #[serde(with = "crate::stored::word")]
    pub(crate) api_version: Word,
    pub(crate) object: Snapshot,
    pub(crate) request: Value,
}

/// An object as it was when the event happened. It is rendered only when somebody reads the event: most are never read.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Snapshot {
    Intent(Box<PaymentIntent>),
    Charge(Box<Charge>),
    /// Rarer objects, rendered at once.
    Rendered(Value),
}

impl Snapshot {
    fn render(&self) -> Value {
        match self {
            Self::Intent(intent) => intent.render(),
            Self::Charge(charge) => charge.render(),
            Self::Rendered(value) => value.clone(),
        }
    }
}

impl From<&PaymentIntent> for Snapshot {
    fn from(intent: &PaymentIntent) -> Self {
        Self::Intent(Box::new(intent.clone()))
    }
}

impl From<&Charge> for Snapshot {
    fn from(charge: &Charge) -> Self {
        Self::Charge(Box::new(charge.clone()))
    }
}

impl From<Value> for Snapshot {
    fn from(value: Value) -> Self {
        Self::Rendered(value)
    }
}

impl Object for Event {
    const KIND: &'static str = "event";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
}

impl Event {
    /// Whether it is still shown.
    fn is_kept(&self, context: &Context<'_>) -> bool {
        self.created + KEPT_S >= context.now_s()
    }

    pub(crate) fn render(&self) -> Value {
        json!({
            "id": self.id,
            "object": "event",
            "api_version": self.api_version,
            "created": self.created,
            "data": {"object": self.object.render()},
            "livemode": false,
            "pending_webhooks": 0,
            "request": self.request,
            "type": self.kind,
        })
    }
}

/// `GET /v1/events/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    let found = context.account.events.get(id).filter(|event| event.is_kept(context));
    found.map(Event::render).ok_or_else(|| ApiError::no_such("event", id, "id"))
}

/// `GET /v1/events`
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let page = Page::read(&mut params)?;
    let kind = params.filled("type")?;
    let kinds = params.array("types")?;
    // Nothing is to be delivered, so nothing has failed to be.
    let wants_failed = params.boolean("delivery_success")? == Some(false);
    params.finish()?;
    if kind.is_some() && kinds.is_some() {
        return Err(ApiError::invalid("You may only specify one of these parameters: type, types.")
            .code("parameters_exclusive"));
    }
    let keep = |event: &Event| {
        !wants_failed
            && event.is_kept(context)
            && kind.as_deref().is_none_or(|wanted| matches_kind(wanted, event.kind))
            && kinds.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| matches_kind(wanted, event.kind)))
    };
    page.list(&context.account.events, "/v1/events", None, keep, &Event::render)
}

/// A filter may end in `*`, as in `charge.*`.
fn matches_kind(wanted: &str, kind: &str) -> bool {
    wanted.strip_suffix('*').map_or(wanted == kind, |prefix| kind.starts_with(prefix))
}
