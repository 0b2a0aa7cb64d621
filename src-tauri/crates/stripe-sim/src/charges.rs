//! Charges: one per attempt that reached the issuer, failed ones included.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cards::TestCard;
use crate::declines::Decline;
use crate::errors::ApiError;
use crate::events::Snapshot;
use crate::form::Params;
use crate::issuer;
use crate::lists::Page;
use crate::payment_intents::{CaptureMethod, PaymentIntent, parameters};
use crate::payment_methods::PaymentMethod;
use crate::table::Object;
use crate::world::{Context, Due};
use crate::{addresses, balance, customers, metadata, statements};

/// How long a hold lasts, in milliseconds: seven days by default.
pub(crate) const HOLD_MS: u64 = 7 * 86_400_000;
/// Longer than a PaymentIntent's may be (OpenAPI document).
const MAX_DESCRIPTION_CHARS: usize = 40_000;
/// With `automatic_async` the balance transaction is null at first. How long is not documented; one second is a choice.
const TRANSACTION_APPEARS_MS: u64 = 1_000;

/// A charge.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) payment_intent: String,
    pub(crate) customer: Option<String>,
    pub(crate) payment_method: String,
    #[serde(with = "crate::stored::card")]
    pub(crate) card: &'static TestCard,
    pub(crate) amount_minor: u64,
    pub(crate) captured_minor: u64,
    /// What its Refunds come to.
    pub(crate) refunded_minor: u64,
    /// How much of that is held money that was let go, which older API versions show as a Refund.
    #[serde(default)]
    pub(crate) released_minor: u64,
    pub(crate) currency: String,
    pub(crate) captured: bool,
    pub(crate) decline: Option<Decline>,
    pub(crate) balance_transaction: Option<String>,
    pub(crate) disputed: bool,
    pub(crate) metadata: Value,
    pub(crate) description: Value,
    receipt_email: Value,
    shipping: Value,
    statement_descriptor_suffix: Value,
    /// The account's descriptor when it was made.
    #[serde(default = "statements::nameless")]
    account_descriptor: String,
    #[serde(with = "crate::stored::shared")]
    billing_details: Arc<Value>,
    /// Shared with the snapshots in events.
    #[serde(with = "crate::stored::shared")]
    card_details: Arc<Value>,
    risk_score: u32,
    receipt_token: String,
}

impl Object for Charge {
    const KIND: &'static str = "charge";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        self.customer.iter().chain([&self.payment_intent]).map(String::as_str).collect()
    }
}

impl Charge {
    pub(crate) fn status(&self) -> &'static str {
        if self.decline.is_some() { "failed" } else { "succeeded" }
    }

    pub(crate) fn is_refunded(&self) -> bool {
        self.decline.is_none() && self.refunded_minor > 0 && self.refundable_minor() == 0
    }

    /// What was given back of what was taken.
    pub(crate) fn given_back_minor(&self) -> u64 {
        self.refunded_minor.saturating_sub(self.released_minor)
    }

    /// What was taken and not yet given back.
    pub(crate) fn refundable_minor(&self) -> u64 {
        self.captured_minor.saturating_sub(self.given_back_minor())
    }

    /// A detail of the card or of the billing, by its path in the object.
    pub(crate) fn detail(&self, path: &str) -> Option<&Value> {
        if let Some(field) = path.strip_prefix("payment_method_details.card.") {
            return self.card_details.get(field);
        }
        path.strip_prefix("billing_details.")?
            .split('.')
            .try_fold(&*self.billing_details, |value, step| value.get(step))
    }

    /// What the payment adds to the account's descriptor: said when it was made, or again when it is captured.
    pub(crate) fn show_on_statement(&mut self, suffix: Option<&str>) {
        self.statement_descriptor_suffix = json!(suffix);
    }

    fn calculated_statement_descriptor(&self) -> Value {
        let suffix = self.statement_descriptor_suffix.as_str();
        match self.decline {
            None => json!(statements::calculated(&self.account_descriptor, suffix)),
            Some(_) => Value::Null,
        }
    }

    fn outcome(&self) -> Value {
        let risk_level = self.card.risk.unwrap_or("normal");
        match self.decline {
            None => json!({
                "advice_code": null,
                "network_advice_code": null,
                "network_decline_code": null,
                "network_status": "approved_by_network",
                "reason": if risk_level == "elevated" { json!("elevated_risk_level") } else { Value::Null },
                "risk_level": risk_level,
                "risk_score": self.risk_score,
                "seller_message": "Payment complete.",
                "type": "authorized",
            }),
            Some(decline) => json!({
                "advice_code": decline.advice_code,
                "network_advice_code": null,
                "network_decline_code": decline.network_decline_code,
                "network_status": decline.network_status,
                "reason": if decline.outcome_type == "blocked" && risk_level == "highest" {
                    json!("highest_risk_level")
                } else {
                    json!(decline.decline_code.unwrap_or(decline.code))
                },
                "risk_level": risk_level,
                "risk_score": self.risk_score,
                "seller_message": if decline.outcome_type == "blocked" {
                    "Stripe blocked this payment."
                } else {
                    "The bank did not return any further details with this decline."
                },
                "type": decline.outcome_type,
            }),
        }
    }

    pub(crate) fn render(&self) -> Value {
        let approved = self.decline.is_none();
        json!({
            "id": self.id,
            "object": "charge",
            "amount": self.amount_minor,
            "amount_captured": self.captured_minor,
            "amount_refunded": self.refunded_minor,
            "application": null,
            "application_fee": null,
            "application_fee_amount": null,
            "balance_transaction": self.balance_transaction,
            "billing_details": *self.billing_details,
            "calculated_statement_descriptor": self.calculated_statement_descriptor(),
            "captured": self.captured,
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "description": self.description,
            "disputed": self.disputed,
            "failure_balance_transaction": null,
            "failure_code": self.decline.map(|decline| decline.code),
            "failure_message": self.decline.map(|decline| decline.message),
            "fraud_details": {},
            "livemode": false,
            "metadata": self.metadata,
            "on_behalf_of": null,
            "outcome": self.outcome(),
            "paid": approved,
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method,
            "payment_method_details": {"card": *self.card_details, "type": "card"},
            "radar_options": {},
            "receipt_email": self.receipt_email,
            "receipt_number": null,
            "receipt_url": if approved {
                json!(format!("https://pay.stripe.com/receipts/payment/{}", self.receipt_token))
            } else {
                Value::Null
            },
            "refunded": self.is_refunded(),
            "review": null,
            "shipping": self.shipping,
            "source_transfer": null,
            "statement_descriptor": null,
            "statement_descriptor_suffix": self.statement_descriptor_suffix,
            "status": self.status(),
            "transfer_data": null,
            "transfer_group": null,
        })
    }
}

/// How an attempt went that reached the issuer.
pub(crate) struct Course {
    pub(crate) three_ds: Option<Value>,
    pub(crate) decline: Option<Decline>,
    /// It was marked as an order by mail or telephone.
    pub(crate) moto: bool,
}

/// Makes the charge of an attempt: approved (captured or held) or declined.
pub(crate) fn make(
    context: &mut Context<'_>,
    intent: &PaymentIntent,
    method: &PaymentMethod,
    course: Course,
) -> String {
    let decline = course.decline;
    let held = intent.holds() && decline.is_none();
    let captured = !held && decline.is_none();
    let capture_before = held.then(|| (context.now_ms + HOLD_MS) / 1_000);
    let card_details = card_details(context, intent, method, course, capture_before);
    // Stripe's scores: up to 64 normal, from 65 elevated, from 75 highest.
    let risk_score = match method.card.risk {
        Some("highest") => 85,
        Some("elevated") => 70,
        _ => context.ids.below(60),
    };
    let charge = Charge {
        id: context.ids.object("ch_3"),
        created: context.now_s(),
        payment_intent: intent.id.clone(),
        customer: intent.customer.clone(),
        payment_method: method.id.clone(),
        card: method.card,
        amount_minor: intent.amount_minor,
        captured_minor: if captured { intent.amount_minor } else { 0 },
        refunded_minor: 0,
        released_minor: 0,
        currency: intent.currency.clone(),
        captured,
        decline,
        balance_transaction: None,
        disputed: false,
        metadata: intent.metadata.clone(),
        description: json!(intent.description),
        receipt_email: json!(intent.receipt_email),
        shipping: intent.shipping.clone(),
        statement_descriptor_suffix: json!(intent.statement_descriptor_suffix),
        account_descriptor: statements::of_account(&context.options.merchant),
        billing_details: method.billing_details.clone(),
        card_details: Arc::new(card_details),
        risk_score,
        receipt_token: context.ids.text("", 40),
    };
    let id = charge.id.clone();
    context.account.charges.insert(charge);
    if captured {
        if intent.capture_method == CaptureMethod::AutomaticAsync {
            context.at(TRANSACTION_APPEARS_MS, Due::TransactionAppears(id.clone()));
        } else {
            enter_in_balance(context, &id);
        }
    }
    if held {
        context.at(HOLD_MS, Due::HoldExpires(intent.id.clone()));
    }
    id
}

fn card_details(
    context: &mut Context<'_>,
    intent: &PaymentIntent,
    method: &PaymentMethod,
    course: Course,
    capture_before: Option<u64>,
) -> Value {
    let Course { mut three_ds, decline, moto } = course;
    if let Some(fields) = three_ds.as_mut().and_then(Value::as_object_mut) {
        fields.insert("transaction_id".to_owned(), json!(context.ids.uuid()));
    }
    let mut details = json!({
        "amount_authorized": if decline.is_none() { json!(intent.amount_minor) } else { Value::Null },
        "authorization_code": if decline.is_none() { json!(context.ids.digits(6)) } else { Value::Null },
        "brand": method.card.brand,
        "checks": issuer::checks(method),
        "country": method.card.country,
        "exp_month": method.exp_month,
        "exp_year": method.exp_year,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": method.fingerprint(),
        "funding": method.card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": null,
        "last4": method.last4(),
        "mandate": null,
        "multicapture": {"status": "unavailable"},
        "network": method.network(intent.network),
        "network_token": {"used": false},
        "network_transaction_id": if decline.is_none() { json!(context.ids.digits(15)) } else { Value::Null },
        "overcapture": {"maximum_amount_capturable": intent.amount_minor, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": three_ds,
        "wallet": null,
    });
    if let Some(capture_before) = capture_before {
        details["capture_before"] = json!(capture_before);
    }
    // Only the types of Stripe's SDKs tell of it: absent where it was not asked for.
    if moto {
        details["moto"] = json!(true);
    }
    details
}

/// Enters a captured charge in the balance, once.
pub(crate) fn enter_in_balance(context: &mut Context<'_>, id: &str) {
    let Some(charge) = context.account.charges.get(id) else {
        return;
    };
    if charge.balance_transaction.is_some() {
        return;
    }
    let (amount_minor, currency, at_once) =
        (charge.captured_minor, charge.currency.clone(), charge.card.bypass_pending);
    let transaction = balance::enter_charge(context, id, amount_minor, &currency, at_once);
    context.account.charges.change(id, |charge| charge.balance_transaction = Some(transaction));
    record(context, "charge.updated", id);
}

/// Records an event of a charge as it is now.
pub(crate) fn record(context: &mut Context<'_>, kind: &'static str, id: &str) {
    if let Some(snapshot) = context.account.charges.get(id).map(Snapshot::from) {
        context.record(kind, snapshot);
    }
}

/// `GET /v1/charges/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    context.account.charges.get(id).map(Charge::render).ok_or_else(|| ApiError::no_such("charge", id, "id"))
}

/// `POST /v1/charges/:id`: what is written about a charge.
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut charge =
        context.account.charges.get(id).cloned().ok_or_else(|| ApiError::no_such("charge", id, "charge"))?;
    params.refuse(&["customer", "fraud_details", "transfer_group"])?;
    if let Some(text) = params.bounded("description", MAX_DESCRIPTION_CHARS)? {
        charge.description = json!(addresses::unset_if_empty(text));
    }
    if let Some(text) = parameters::receipt_email(&mut params)? {
        charge.receipt_email = json!(addresses::unset_if_empty(text));
    }
    if let Some(shipping) = addresses::shipping(&mut params)? {
        charge.shipping = shipping;
    }
    metadata::update(&mut params, &mut charge.metadata)?;
    params.finish()?;
    let rendered = charge.render();
    context.account.charges.change(id, |stored| *stored = charge);
    record(context, "charge.updated", id);
    Ok(rendered)
}

/// `GET /v1/charges`
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["transfer_group"])?;
    let page = Page::read(&mut params)?;
    let intent = params.filled("payment_intent")?;
    let customer = customers::named(context, &mut params)?;
    params.finish()?;
    page.list(
        &context.account.charges,
        "/v1/charges",
        intent.as_deref().or(customer.as_deref()),
        |charge: &Charge| customer.is_none() || customer == charge.customer,
        &Charge::render,
    )
}
