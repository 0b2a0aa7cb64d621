//! Refunds, and the releases of held money, which older API versions show as refunds too.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::balance;
use crate::cards::RefundCourse;
use crate::changes::RELEASES_ARE_NO_REFUNDS;
use crate::charges::{self, Charge};
use crate::disputes;
use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::metadata;
use crate::money;
use crate::stored::Word;
use crate::table::Object;
use crate::world::{Context, Due};

/// When a refund card takes its later course, in milliseconds. Stripe says only "later"; a minute is a choice.
pub(crate) const COURSE_MS: u64 = 60_000;

/// A refund's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

impl RefundStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A refund.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    created: u64,
    pub(crate) amount_minor: u64,
    currency: String,
    pub(crate) charge: String,
    pub(crate) payment_intent: String,
    #[serde(with = "crate::stored::word_or_none")]
    reason: Option<Word>,
    pub(crate) status: RefundStatus,
    metadata: Value,
    balance_transaction: Option<String>,
    failure_balance_transaction: Option<String>,
    #[serde(with = "crate::stored::word_or_none")]
    failure_reason: Option<Word>,
    reference: String,
}

impl Object for Refund {
    const KIND: &'static str = "refund";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        vec![&self.charge, &self.payment_intent]
    }
}

impl Refund {
    pub(crate) fn render(&self) -> Value {
        let mut refund = json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount_minor,
            "balance_transaction": self.balance_transaction,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "destination_details": {"card": {
                "reference": self.reference,
                "reference_status": "available",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            }, "type": "card"},
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": self.status.as_str(),
            "transfer_reversal": null,
        });
        if let Some(reason) = self.failure_reason {
            refund["failure_reason"] = json!(reason);
            refund["failure_balance_transaction"] = json!(self.failure_balance_transaction);
        }
        if self.status == RefundStatus::Pending {
            refund["pending_reason"] = json!("processing");
        }
        refund
    }
}

/// `POST /v1/refunds`
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    // The mail tells customers of other payment methods than cards how to get their money.
    params.refuse(&[
        "customer",
        "origin",
        "currency",
        "instructions_email",
        "refund_application_fee",
        "reverse_transfer",
    ])?;
    let amount = params.integer("amount")?;
    let reason = params.one_of("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
    let metadata = metadata::read(&mut params)?.unwrap_or_else(|| json!({}));
    let intent = params.filled("payment_intent")?;
    let charge = params.filled("charge")?;
    params.finish()?;
    let charge_id = charge_of(context, intent.as_deref(), charge.as_deref())?;
    let charge =
        context.account.charges.get(&charge_id).ok_or_else(|| ApiError::no_such("charge", &charge_id, "charge"))?;
    let amount_minor = check_refundable(charge, disputes::forbid_refund(context, &charge.id), amount)?;
    let (course, currency, intent) = (charge.card.refund, charge.currency.clone(), charge.payment_intent.clone());

    // A refund always comes after its payment's entry in the balance.
    charges::enter_in_balance(context, &charge_id);
    let id = context.ids.object("re_3");
    let pending = course == Some(RefundCourse::PendingThenSucceeded);
    let transaction = balance::enter_refund(context, &id, amount_minor, &currency);
    let refund = Refund {
        id: id.clone(),
        created: context.now_s(),
        amount_minor,
        currency,
        charge: charge_id.clone(),
        payment_intent: intent,
        reason,
        status: if pending { RefundStatus::Pending } else { RefundStatus::Succeeded },
        metadata,
        balance_transaction: Some(transaction),
        failure_balance_transaction: None,
        failure_reason: None,
        reference: context.ids.digits(23),
    };
    let rendered = refund.render();
    context.account.refunds.insert(refund);
    context.account.charges.change(&charge_id, |charge| charge.refunded_minor += amount_minor);
    context.record("refund.created", rendered.clone());
    charges::record(context, "charge.refunded", &charge_id);
    if course.is_some() {
        context.at(COURSE_MS, Due::RefundSettles(id));
    }
    Ok(rendered)
}

/// `POST /v1/refunds/:id`: its metadata.
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut refund = load(context, id)?;
    metadata::update(&mut params, &mut refund.metadata)?;
    params.finish()?;
    let rendered = refund.render();
    context.account.refunds.change(id, |stored| *stored = refund);
    context.record("refund.updated", rendered.clone());
    Ok(rendered)
}

/// `POST /v1/refunds/:id/cancel`. The API cancels only refunds that wait for the customer (`requires_action`), and a
/// card's never does: a pending one can be cancelled in the dashboard alone.
pub(crate) fn cancel(context: &mut Context<'_>, id: &str, params: Params) -> Result<Value, ApiError> {
    params.finish()?;
    let refund = load(context, id)?;
    Err(ApiError::refused(format!(
        "Refund {id} cannot be canceled because it has a status of {}. Only a refund with one of the following statuses may be canceled: requires_action.",
        refund.status.as_str()
    )))
}

fn load(context: &Context<'_>, id: &str) -> Result<Refund, ApiError> {
    context.account.refunds.get(id).cloned().ok_or_else(|| ApiError::no_such("refund", id, "id"))
}

fn charge_of(context: &Context<'_>, intent: Option<&str>, charge: Option<&str>) -> Result<String, ApiError> {
    match (intent, charge) {
        (None, None) => Err(ApiError::invalid(
            "One of the following params should be provided for this request: payment_intent or charge.",
        )),
        (_, Some(charge)) => {
            let found = context.account.charges.get(charge);
            let found = found.ok_or_else(|| ApiError::no_such("charge", charge, "charge"))?;
            if intent.is_some_and(|intent| intent != found.payment_intent) {
                return Err(ApiError::refused("The charge does not belong to this PaymentIntent.").param("charge"));
            }
            Ok(charge.to_owned())
        }
        (Some(intent), None) => {
            let found = context
                .account
                .payment_intents
                .get(intent)
                .ok_or_else(|| ApiError::no_such("payment_intent", intent, "payment_intent"))?;
            let charge = found.latest_charge.as_deref().and_then(|id| context.account.charges.get(id));
            charge.filter(|charge| charge.decline.is_none()).map(|charge| charge.id.clone()).ok_or_else(|| {
                ApiError::refused(format!("This PaymentIntent ({intent}) does not have a successful charge to refund."))
                    .code("charge_not_refundable")
                    .param("payment_intent")
            })
        }
    }
}

/// How much the refund is, or why there can be none.
fn check_refundable(charge: &Charge, is_charged_back: bool, amount: Option<i64>) -> Result<u64, ApiError> {
    let id = &charge.id;
    if charge.decline.is_some() {
        return Err(
            ApiError::refused(format!("Charge {id} failed and cannot be refunded.")).code("charge_not_refundable")
        );
    }
    if is_charged_back {
        return Err(ApiError::refused(format!("Charge {id} has been charged back; cannot issue a refund."))
            .code("charge_disputed"));
    }
    if charge.is_refunded() {
        return Err(
            ApiError::refused(format!("Charge {id} has already been refunded.")).code("charge_already_refunded")
        );
    }
    if !charge.captured {
        return Err(ApiError::refused(format!(
            "Charge {id} has not been captured. Cancel the PaymentIntent to release the hold."
        ))
        .code("charge_not_refundable"));
    }
    let left_minor = charge.refundable_minor();
    let Some(amount) = amount else {
        return Ok(left_minor);
    };
    let amount_minor = money::part(amount, &charge.currency, "amount")?;
    if amount_minor > left_minor {
        return Err(ApiError::refused(format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            money::shown(amount_minor, &charge.currency),
            money::shown(left_minor, &charge.currency)
        ))
        .param("amount"));
    }
    Ok(amount_minor)
}

/// Shows the release of held money (all of it, or what a partial capture leaves) as the API version does: as a Refund until
/// 2025-03-31.basil, since then not at all. No money moves, so the balance is not touched.
pub(crate) fn release(context: &mut Context<'_>, charge_id: &str, amount_minor: u64, reason: Option<&'static str>) {
    if context.version().has(RELEASES_ARE_NO_REFUNDS) {
        return;
    }
    let owner = context.account.charges.change(charge_id, |charge| {
        charge.refunded_minor += amount_minor;
        charge.released_minor += amount_minor;
        (charge.currency.clone(), charge.payment_intent.clone())
    });
    let Some((currency, intent)) = owner else {
        return;
    };
    let refund = Refund {
        id: context.ids.object("re_3"),
        created: context.now_s(),
        amount_minor,
        currency,
        charge: charge_id.to_owned(),
        payment_intent: intent,
        reason,
        status: RefundStatus::Succeeded,
        metadata: json!({}),
        balance_transaction: None,
        failure_balance_transaction: None,
        failure_reason: None,
        reference: context.ids.digits(23),
    };
    context.account.refunds.insert(refund);
    charges::record(context, "charge.refunded", charge_id);
}

/// A refund card's refund takes its course.
pub(crate) fn settle(context: &mut Context<'_>, id: &str) {
    let Some(refund) = context.account.refunds.get(id) else {
        return;
    };
    let (charge_id, amount_minor, currency, status) =
        (refund.charge.clone(), refund.amount_minor, refund.currency.clone(), refund.status);
    if status == RefundStatus::Pending {
        context.account.refunds.change(id, |refund| refund.status = RefundStatus::Succeeded);
        let now = context.account.refunds.get(id).map_or(Value::Null, Refund::render);
        context.record("refund.updated", now);
        return;
    }
    let transaction = balance::enter_refund_failure(context, id, amount_minor, &currency);
    context.account.refunds.change(id, |refund| {
        refund.status = RefundStatus::Failed;
        refund.failure_reason = Some("expired_or_canceled_card");
        refund.failure_balance_transaction = Some(transaction);
    });
    context.account.charges.change(&charge_id, |charge| {
        charge.refunded_minor = charge.refunded_minor.saturating_sub(amount_minor);
    });
    let now = context.account.refunds.get(id).map_or(Value::Null, Refund::render);
    context.record("refund.failed", now);
}

/// `GET /v1/refunds/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    load(context, id).map(|refund| refund.render())
}

/// `GET /v1/refunds`
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let page = Page::read(&mut params)?;
    let charge = params.filled("charge")?;
    let intent = params.filled("payment_intent")?;
    params.finish()?;
    page.list(
        &context.account.refunds,
        "/v1/refunds",
        charge.as_deref().or(intent.as_deref()),
        |refund: &Refund| {
            charge.as_deref().is_none_or(|charge| charge == refund.charge)
                && intent.as_deref().is_none_or(|intent| intent == refund.payment_intent)
        },
        &Refund::render,
    )
}

/// How many Refunds a charge shows with itself (OpenAPI document, `GET /v1/refunds`).
const SHOWN_WITH_CHARGE: usize = 10;

/// The list object of a charge's refunds: the newest ones. The rest is found by `GET /v1/refunds`.
pub(crate) fn of_charge(context: &Context<'_>, charge: &str) -> Value {
    let mut newest = context.account.refunds.of(charge).rev();
    let data: Vec<Value> = newest.by_ref().take(SHOWN_WITH_CHARGE).map(Refund::render).collect();
    let has_more = newest.next().is_some();
    json!({"object": "list", "data": data, "has_more": has_more, "url": format!("/v1/charges/{charge}/refunds")})
}
