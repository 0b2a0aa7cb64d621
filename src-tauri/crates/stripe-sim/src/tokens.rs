//! Tokens: single-use stand-ins for a card, and the `tok_…` aliases of the test cards.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::addresses;
use crate::card_entry::{self, Keyed};
use crate::cards;
use crate::errors::ApiError;
use crate::form::Params;
use crate::payment_methods::{self, PaymentMethod};
use crate::table::Object;
use crate::world::Context;

/// A token of a card.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    id: String,
    created: u64,
    used: bool,
    method: PaymentMethod,
    card_id: String,
}

impl Object for Token {
    const KIND: &'static str = "token";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
}

impl Token {
    fn render(&self) -> Value {
        let method = &self.method;
        let address = &method.billing_details["address"];
        let unchecked = |keyed: bool| if keyed { json!("unchecked") } else { Value::Null };
        json!({
            "id": self.id,
            "object": "token",
            "card": {
                "id": self.card_id,
                "object": "card",
                "address_city": address["city"],
                "address_country": address["country"],
                "address_line1": address["line1"],
                "address_line1_check": unchecked(method.keyed.line1),
                "address_line2": address["line2"],
                "address_state": address["state"],
                "address_zip": address["postal_code"],
                "address_zip_check": unchecked(method.keyed.postal_code),
                "brand": method.card.brand,
                "country": method.card.country,
                "cvc_check": unchecked(method.keyed.cvc),
                "exp_month": method.exp_month,
                "exp_year": method.exp_year,
                "fingerprint": method.fingerprint(),
                "funding": method.card.funding,
                "last4": method.last4(),
                "metadata": {},
                "name": method.billing_details["name"],
                "tokenization_method": null,
            },
            "client_ip": null,
            "created": self.created,
            "livemode": false,
            "type": "card",
            "used": self.used,
        })
    }
}

/// `POST /v1/tokens`
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    params.refuse(&["account", "bank_account", "customer", "cvc_update", "person", "pii"])?;
    let mut card = params.object("card")?.ok_or_else(|| ApiError::missing("card"))?;
    payment_methods::refuse_digits_from_secret_key(context, &card)?;
    let now_s = context.now_s();
    let entry = card_entry::read(&mut card, now_s)?;
    // What a debit card is paid out in: payouts are not played.
    card.refuse(&["currency"])?;
    let billing_details = billing_details(&mut card)?;
    card.finish()?;
    params.finish()?;
    let mut method = payment_methods::of_test_card(context, entry.card);
    method.exp_month = entry.exp_month;
    method.exp_year = entry.exp_year;
    method.preferred = entry.preferred;
    let has = |field: &str| billing_details["address"][field].is_string();
    method.keyed = Keyed { cvc: entry.has_cvc, line1: has("line1"), postal_code: has("postal_code") };
    method.billing_details = Arc::new(billing_details);
    let token = Token {
        id: context.ids.object("tok_1"),
        card_id: context.ids.object("card_1"),
        created: now_s,
        used: false,
        method,
    };
    let rendered = token.render();
    context.account.tokens.insert(token);
    Ok(rendered)
}

/// What a card was keyed with, under the names that it has there and in billing details.
const ADDRESS: [(&str, &str); 6] = [
    ("address_city", "city"),
    ("address_country", "country"),
    ("address_line1", "line1"),
    ("address_line2", "line2"),
    ("address_state", "state"),
    ("address_zip", "postal_code"),
];

fn billing_details(card: &mut Params) -> Result<Value, ApiError> {
    let mut details = (**payment_methods::NO_DETAILS).clone();
    details["name"] = json!(card.text("name")?.and_then(addresses::unset_if_empty));
    for (keyed, field) in ADDRESS {
        let text = if field == "country" { addresses::country(card, keyed)? } else { card.text(keyed)? };
        details["address"][field] = json!(text.and_then(addresses::unset_if_empty));
    }
    Ok(details)
}

/// `GET /v1/tokens/:id`
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    context.account.tokens.get(id).map(Token::render).ok_or_else(|| ApiError::no_such("token", id, "token"))
}

/// Makes a PaymentMethod of a token. A token serves once; an alias as `tok_visa` always.
pub(crate) fn spend(context: &mut Context<'_>, id: &str) -> Result<PaymentMethod, ApiError> {
    if let Some(card) = cards::by_token(id) {
        return Ok(payment_methods::of_test_card(context, card));
    }
    let spent = context.account.tokens.change(id, |token| {
        let was_used = std::mem::replace(&mut token.used, true);
        (!was_used).then(|| token.method.clone())
    });
    match spent {
        None => Err(ApiError { status: 400, ..ApiError::no_such("token", id, "card[token]") }),
        Some(None) => Err(ApiError::refused(format!("You cannot use a Stripe token more than once: {id}."))
            .code("token_already_used")),
        Some(Some(method)) => Ok(method),
    }
}
