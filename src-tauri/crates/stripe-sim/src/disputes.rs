//! What follows a charge on a dispute card: a dispute, an inquiry, or a warning, right after the payment.
//!
//! Answering disputes is not played. The fee of 15.00 is an assumption.

use serde_json::json;

use crate::balance;
use crate::charges;
use crate::world::Context;

/// Opens what the charge's card asks for.
pub(crate) fn follow(context: &mut Context<'_>, charge_id: &str) {
    let Some(charge) = context.account.charges.get(charge_id) else {
        return;
    };
    let Some(kind) = charge.card.dispute else {
        return;
    };
    let (amount_minor, currency, intent) =
        (charge.captured_minor, charge.currency.clone(), charge.payment_intent.clone());
    let created = context.now_s();
    match kind {
        "early_fraud_warning" => {
            let warning = json!({
                "id": context.ids.object("issfr_3"), "object": "radar.early_fraud_warning", "actionable": true,
                "charge": charge_id, "created": created, "fraud_type": "misc", "livemode": false,
                "payment_intent": intent,
            });
            context.record("radar.early_fraud_warning.created", warning);
        }
        // An alert or a rule settles it before there is a dispute.
        "prevented" => {}
        reason => {
            let is_inquiry = reason == "inquiry";
            let id = context.ids.object("du_3");
            if !is_inquiry {
                charges::enter_in_balance(context, charge_id);
                balance::enter_dispute(context, &id, amount_minor, &currency);
                context.account.charges.change(charge_id, |charge| charge.disputed = true);
            }
            let dispute = json!({
                "id": id, "object": "dispute", "amount": amount_minor, "charge": charge_id, "created": created,
                "currency": currency, "is_charge_refundable": is_inquiry, "livemode": false, "metadata": {},
                "payment_intent": intent,
                "reason": if is_inquiry { "fraudulent" } else { reason },
                "status": if is_inquiry { "warning_needs_response" } else { "needs_response" },
            });
            context.record("charge.dispute.created", dispute.clone());
            if !is_inquiry {
                context.record("charge.dispute.funds_withdrawn", dispute);
            }
        }
    }
}
