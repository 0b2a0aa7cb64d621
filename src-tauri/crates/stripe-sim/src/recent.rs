//! What happened last, for the page at `/`: payments and requests, newest first. Nothing secret: no client secret, no key,
//! nothing that callers wrote into a payment. It is there without control, and changes nothing.

use serde_json::{Value, json};

use crate::payment_intents::PaymentIntent;
use crate::world::{Account, World};

/// How many payments, and how many requests, are shown.
const SHOWN: usize = 50;

pub(crate) fn of(world: &World, now_ms: u64, control: bool) -> Value {
    let mut newest: Vec<(&Account, &PaymentIntent)> = world
        .accounts
        .values()
        .flat_map(|account| account.payment_intents.rows().rev().take(SHOWN).map(move |intent| (account, intent)))
        .collect();
    // A stable sort: within one second each account's own order stays.
    newest.sort_by_key(|(_, intent)| std::cmp::Reverse(intent.created));
    let payments: usize = world.accounts.values().map(|account| account.payment_intents.rows().count()).sum();
    json!({
        "now_ms": now_ms,
        "control": control,
        "accounts": world.accounts.len(),
        "payments_total": payments,
        "requests_total": world.requests.len(),
        "payments": newest.iter().take(SHOWN).map(|(account, intent)| payment(account, intent)).collect::<Vec<_>>(),
        "requests": world.requests.iter().rev().take(SHOWN).map(|request| json!({
            "at_ms": request.at_ms,
            "method": request.method,
            "path": request.path,
            "status": request.status,
            "error": request.error,
            "answered": request.answered,
            "replayed": request.replayed,
            "request_id": request.request_id,
        })).collect::<Vec<_>>(),
    })
}

fn payment(account: &Account, intent: &PaymentIntent) -> Value {
    // After a decline the PaymentIntent has no PaymentMethod; the charge still knows the card.
    let charge = intent.latest_charge.as_deref().and_then(|id| account.charges.get(id));
    let method = intent
        .payment_method
        .as_deref()
        .or(charge.map(|charge| charge.payment_method.as_str()))
        .and_then(|id| account.payment_methods.get(id));
    let error = intent.last_payment_error.as_ref();
    let word = |field: &str| error.and_then(|error| error.get(field)).and_then(Value::as_str);
    json!({
        "id": intent.id,
        "account": account.id,
        "created": intent.created,
        "amount": intent.amount_minor,
        "refunded": charge.map_or(0, crate::charges::Charge::given_back_minor),
        "disputed": charge.is_some_and(|charge| charge.disputed),
        "currency": intent.currency,
        "status": intent.status().as_str(),
        "brand": method.map(|method| method.card.brand),
        "last4": method.map(crate::payment_methods::PaymentMethod::last4),
        "error": word("decline_code").or_else(|| word("code")),
    })
}
