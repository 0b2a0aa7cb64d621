//! What follows a charge on a dispute card: a dispute, an inquiry, or a warning, right after the payment; and the calls on
//! disputes: retrieve, list, answer with evidence, close.
//!
//! As in Stripe's test mode, the text `winning_evidence` wins at once, `losing_evidence` loses, and any other stays under
//! review. A dispute that an alert or a rule prevents leaves nothing here. The fee of 15.00 is an assumption.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::stored::Word;
use crate::table::Object;
use crate::world::{Context, Due};
use crate::{balance, charges, metadata, money};

/// How long a dispute may be answered, in seconds: nine days. Stripe says seven to twenty-one, by network.
const ANSWER_S: u64 = 9 * 86_400;

/// When an inquiry that the bank does not go on with is over, in seconds: 120 days (docs.stripe.com/disputes/how-disputes-work).
const INQUIRY_S: u64 = 120 * 86_400;

/// The texts and files that evidence consists of (Stripe's API reference).
const EVIDENCE: &[&str] = &[
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

/// A dispute's status. An inquiry has the `Warning` ones: no money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisputeStatus {
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
    WarningNeedsResponse,
    WarningUnderReview,
    WarningClosed,
}

impl DisputeStatus {
    fn is_over(self) -> bool {
        matches!(self, Self::Won | Self::Lost | Self::WarningClosed)
    }
}

/// A dispute or an inquiry.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    created: u64,
    amount_minor: u64,
    currency: String,
    pub(crate) charge: String,
    pub(crate) payment_intent: String,
    #[serde(with = "crate::stored::word")]
    reason: Word,
    is_inquiry: bool,
    status: DisputeStatus,
    brand: String,
    evidence: Map<String, Value>,
    submissions: u32,
    metadata: Value,
    /// The movements that it caused, as they are shown.
    transactions: Vec<Value>,
}

impl Object for Dispute {
    const KIND: &'static str = "dispute";
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

impl Dispute {
    pub(crate) fn render(&self) -> Value {
        let mut evidence: Map<String, Value> = EVIDENCE
            .iter()
            .map(|field| ((*field).to_owned(), self.evidence.get(*field).cloned().unwrap_or_default()))
            .collect();
        evidence.insert("enhanced_evidence".to_owned(), json!({}));
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount_minor,
            "balance_transactions": self.transactions,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": evidence,
            "evidence_details": {
                "due_by": if self.status.is_over() { Value::Null } else { json!(self.created + ANSWER_S) },
                "enhanced_eligibility": {},
                "has_evidence": !self.evidence.is_empty(),
                "past_due": false,
                "submission_count": self.submissions,
            },
            "is_charge_refundable": self.is_inquiry && !self.status.is_over(),
            "livemode": false,
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "payment_method_details": {
                "card": {
                    "brand": self.brand,
                    "case_type": if self.is_inquiry { "inquiry" } else { "chargeback" },
                    "network_reason_code": null,
                },
                "type": "card",
            },
            "reason": self.reason,
            "status": self.status,
        })
    }
}

/// Opens what the charge's card asks for.
pub(crate) fn follow(context: &mut Context<'_>, charge_id: &str) {
    let Some(charge) = context.account.charges.get(charge_id) else {
        return;
    };
    let (amount_minor, intent) = (charge.captured_minor, charge.payment_intent.clone());
    match charge.card.dispute {
        // A prevented one is settled by an alert or a rule before it exists.
        None | Some("prevented") => {}
        Some("early_fraud_warning") => {
            let warning = json!({
                "id": context.ids.object("issfr_3"), "object": "radar.early_fraud_warning", "actionable": true,
                "charge": charge_id, "created": context.now_s(), "fraud_type": "misc", "livemode": false,
                "payment_intent": intent,
            });
            context.record("radar.early_fraud_warning.created", warning);
        }
        Some("inquiry") => open(context, charge_id, amount_minor, "fraudulent", true),
        // Twice, half of it each time: how Stripe splits it is not documented.
        Some("multiple") => {
            let step = money::step(&charge.currency);
            let half_minor = amount_minor / 2 / step * step;
            open(context, charge_id, half_minor, "fraudulent", false);
            open(context, charge_id, amount_minor - half_minor, "fraudulent", false);
        }
        Some(reason) => open(context, charge_id, amount_minor, reason, false),
    }
}

fn open(context: &mut Context<'_>, charge_id: &str, amount_minor: u64, reason: &'static str, is_inquiry: bool) {
    let id = context.ids.object("du_3");
    let mut transactions = Vec::new();
    if !is_inquiry {
        charges::enter_in_balance(context, charge_id);
    }
    let Some(charge) = context.account.charges.get(charge_id).cloned() else {
        return;
    };
    if !is_inquiry {
        let transaction = balance::enter_dispute(context, &id, amount_minor, &charge.currency);
        transactions.extend(balance::retrieve_transaction(context, &transaction));
        context.account.charges.change(charge_id, |charge| charge.disputed = true);
    }
    let dispute = Dispute {
        id,
        created: context.now_s(),
        amount_minor,
        currency: charge.currency,
        charge: charge.id,
        payment_intent: charge.payment_intent,
        reason,
        is_inquiry,
        status: if is_inquiry { DisputeStatus::WarningNeedsResponse } else { DisputeStatus::NeedsResponse },
        brand: charge.card.brand.to_owned(),
        evidence: Map::new(),
        submissions: 0,
        metadata: json!({}),
        transactions,
    };
    let rendered = dispute.render();
    let ends_s = if is_inquiry { INQUIRY_S } else { ANSWER_S };
    context.at(ends_s * 1_000, Due::DisputeLapses(dispute.id.clone()));
    context.account.disputes.insert(dispute);
    context.record("charge.dispute.created", rendered.clone());
    if !is_inquiry {
        context.record("charge.dispute.funds_withdrawn", rendered);
    }
}

/// Whether a dispute holds the charge's money. An inquiry does not, nor one that was won.
pub(crate) fn forbid_refund(context: &Context<'_>, charge: &str) -> bool {
    context.account.disputes.of(charge).any(|dispute| !dispute.is_inquiry && dispute.status != DisputeStatus::Won)
}

fn load(context: &Context<'_>, id: &str) -> Result<Dispute, ApiError> {
    context.account.disputes.get(id).cloned().ok_or_else(|| ApiError::no_such("dispute", id, "id"))
}

/// `GET /v1/disputes/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    load(context, id).map(|dispute| dispute.render())
}

/// `GET /v1/disputes`
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let page = Page::read(&mut params)?;
    let charge = params.filled("charge")?;
    let intent = params.filled("payment_intent")?;
    params.finish()?;
    page.list(
        &context.account.disputes,
        "/v1/disputes",
        charge.as_deref().or(intent.as_deref()),
        |dispute: &Dispute| intent.as_deref().is_none_or(|intent| intent == dispute.payment_intent),
        &Dispute::render,
    )
}

/// `POST /v1/disputes/:id`: evidence, sent to the bank unless `submit` is false.
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut dispute = load(context, id)?;
    metadata::update(&mut params, &mut dispute.metadata)?;
    let submit = params.boolean("submit")?;
    let given = params.object("evidence")?;
    let brings_evidence = given.is_some();
    if let Some(mut given) = given {
        given.refuse(&["enhanced_evidence"])?;
        for field in EVIDENCE {
            match given.bounded(field, 20_000)? {
                Some(text) if text.is_empty() => {
                    dispute.evidence.shift_remove(*field);
                }
                Some(text) => {
                    dispute.evidence.insert((*field).to_owned(), json!(text));
                }
                None => {}
            }
        }
        given.finish()?;
    }
    params.finish()?;
    if brings_evidence && dispute.status.is_over() {
        return Err(over(&dispute));
    }
    let submits = submit == Some(true) || (submit.is_none() && brings_evidence);
    if submits && !dispute.evidence.is_empty() && !dispute.status.is_over() {
        dispute.submissions += 1;
        dispute.status = match (dispute.is_inquiry, dispute.evidence.get("uncategorized_text").and_then(Value::as_str))
        {
            (true, _) => DisputeStatus::WarningUnderReview,
            (false, Some("winning_evidence")) => DisputeStatus::Won,
            (false, Some("losing_evidence")) => DisputeStatus::Lost,
            (false, _) => DisputeStatus::UnderReview,
        };
    }
    settle(context, dispute)
}

/// `POST /v1/disputes/:id/close`: the shop gives in.
pub(crate) fn close(context: &mut Context<'_>, id: &str, params: Params) -> Result<Value, ApiError> {
    params.finish()?;
    let mut dispute = load(context, id)?;
    if dispute.status.is_over() {
        return Err(over(&dispute));
    }
    dispute.status = if dispute.is_inquiry { DisputeStatus::WarningClosed } else { DisputeStatus::Lost };
    settle(context, dispute)
}

/// Nobody answered in time, and the dispute is lost; or nothing came of an inquiry. One that was answered stays under review.
pub(crate) fn lapse(context: &mut Context<'_>, id: &str) {
    let Ok(mut dispute) = load(context, id) else {
        return;
    };
    dispute.status = match dispute.status {
        DisputeStatus::NeedsResponse => DisputeStatus::Lost,
        DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningUnderReview => DisputeStatus::WarningClosed,
        DisputeStatus::UnderReview | DisputeStatus::Won | DisputeStatus::Lost | DisputeStatus::WarningClosed => return,
    };
    // What became of it is on the dispute and in its events; there is no caller.
    let _ = settle(context, dispute);
}

fn over(dispute: &Dispute) -> ApiError {
    ApiError::refused(format!("This dispute is already closed, with the status {}.", json!(dispute.status)))
}

/// Stores a dispute as it is now. A dispute that is won gives the money back, without the fee.
fn settle(context: &mut Context<'_>, mut dispute: Dispute) -> Result<Value, ApiError> {
    let id = dispute.id.clone();
    if dispute.status == DisputeStatus::Won {
        let transaction = balance::enter_dispute_reversal(context, &id, dispute.amount_minor, &dispute.currency);
        dispute.transactions.extend(balance::retrieve_transaction(context, &transaction));
    }
    let (status, rendered) = (dispute.status, dispute.render());
    context.account.disputes.change(&id, |stored| *stored = dispute);
    context.record("charge.dispute.updated", rendered.clone());
    if status == DisputeStatus::Won {
        context.record("charge.dispute.funds_reinstated", rendered.clone());
    }
    if status.is_over() {
        context.record("charge.dispute.closed", rendered.clone());
    }
    Ok(rendered)
}
