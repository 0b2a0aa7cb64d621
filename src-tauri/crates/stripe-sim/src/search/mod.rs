//! Searching PaymentIntents, charges and Customers.
//!
//! The index shows the world as it was a while ago ([`crate::SimOptions::search_lag_ms`]): Stripe says that search must
//! not be used to read what was just written. What an account has just made or changed is missing, or still as before.

mod query;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::charges::Charge;
use crate::customers::Customer;
use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::payment_intents::PaymentIntent;
use crate::table::{Object, Render, Table};
use crate::world::Context;
use query::{FieldKind, Found, Query, Searchable};

impl Searchable for PaymentIntent {
    const RESOURCE: &'static str = "payment_intents";
    const FIELDS: &'static [(&'static str, FieldKind)] = &[
        ("amount", FieldKind::Number),
        ("created", FieldKind::Number),
        ("currency", FieldKind::Token),
        ("customer", FieldKind::Token),
        ("status", FieldKind::Token),
    ];
    fn find(&self, field: &str) -> Found<'_> {
        match field {
            "amount" => Found::Number(self.amount_minor),
            "created" => Found::Number(self.created),
            "currency" => Found::Text(&self.currency),
            "customer" => text_or_nothing(&self.customer),
            "status" => Found::Text(self.status().as_str()),
            _ => Found::Nothing,
        }
    }
    fn metadata(&self) -> &Value {
        &self.metadata
    }
}

impl Searchable for Charge {
    const RESOURCE: &'static str = "charges";
    const FIELDS: &'static [(&'static str, FieldKind)] = &[
        ("amount", FieldKind::Number),
        ("billing_details.address.postal_code", FieldKind::Token),
        ("created", FieldKind::Number),
        ("currency", FieldKind::Token),
        ("customer", FieldKind::Token),
        ("disputed", FieldKind::Token),
        ("payment_method_details.card.brand", FieldKind::Token),
        ("payment_method_details.card.exp_month", FieldKind::Number),
        ("payment_method_details.card.exp_year", FieldKind::Number),
        ("payment_method_details.card.fingerprint", FieldKind::Token),
        ("payment_method_details.card.last4", FieldKind::Token),
        ("refunded", FieldKind::Token),
        ("status", FieldKind::Token),
    ];
    fn find(&self, field: &str) -> Found<'_> {
        let flag = |is: bool| Found::Text(if is { "true" } else { "false" });
        match field {
            "amount" => Found::Number(self.amount_minor),
            "created" => Found::Number(self.created),
            "currency" => Found::Text(&self.currency),
            "customer" => text_or_nothing(&self.customer),
            "disputed" => flag(self.disputed),
            "refunded" => flag(self.is_refunded()),
            "status" => Found::Text(self.status()),
            field => self.detail(field).map_or(Found::Nothing, |value| match value {
                Value::String(text) => Found::Text(text),
                value => value.as_u64().map_or(Found::Nothing, Found::Number),
            }),
        }
    }
    fn metadata(&self) -> &Value {
        &self.metadata
    }
}

impl Searchable for Customer {
    const RESOURCE: &'static str = "customers";
    const FIELDS: &'static [(&'static str, FieldKind)] = &[
        ("created", FieldKind::Number),
        ("email", FieldKind::Text),
        ("name", FieldKind::Text),
        ("phone", FieldKind::Text),
    ];
    fn find(&self, field: &str) -> Found<'_> {
        match field {
            "created" => Found::Number(self.created),
            "email" => text_or_nothing(&self.email),
            "name" => text_or_nothing(&self.name),
            "phone" => text_or_nothing(&self.phone),
            _ => Found::Nothing,
        }
    }
    fn metadata(&self) -> &Value {
        &self.metadata
    }
}

fn text_or_nothing(text: &Option<String>) -> Found<'_> {
    text.as_deref().map_or(Found::Nothing, Found::Text)
}

/// `GET /v1/payment_intents/search`
pub(crate) fn payment_intents(context: &Context<'_>, params: Params) -> Result<Value, ApiError> {
    run(context, &context.account.payment_intents, params, |_| true, &PaymentIntent::render)
}

/// `GET /v1/charges/search`
pub(crate) fn charges(context: &Context<'_>, params: Params) -> Result<Value, ApiError> {
    run(context, &context.account.charges, params, |_| true, &Charge::render)
}

/// `GET /v1/customers/search`
pub(crate) fn customers(context: &Context<'_>, params: Params) -> Result<Value, ApiError> {
    run(context, &context.account.customers, params, |customer| !customer.deleted, &Customer::render)
}

fn run<T: Searchable + Object>(
    context: &Context<'_>,
    table: &Table<T>,
    mut params: Params,
    exists: impl Fn(&T) -> bool,
    render: &Render<'_, T>,
) -> Result<Value, ApiError> {
    let limit = Page::read_limit(&mut params)?;
    let query = Query::read::<T>(&params.required("query")?)?;
    let end = params.filled("page")?.map(|token| place_of(&token)).transpose()?;
    params.finish()?;
    let seen_ms = context.now_ms.saturating_sub(context.options.search_lag_ms);
    let fits = |(_, row): &(usize, &T)| exists(row) && query.matches(*row);
    let mut found: Vec<(usize, &T)> = table
        .as_of(seen_ms)
        .filter(|(place, _)| end.is_none_or(|end| *place < end))
        .filter(fits)
        .take(limit + 1)
        .collect();
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(place, _)| token_of(*place));
    let mut result = json!({
        "object": "search_result",
        "data": found.into_iter().map(|(_, row)| render(row)).collect::<Vec<_>>(),
        "has_more": has_more,
        "next_page": next,
        "url": format!("/v1/{}/search", T::RESOURCE),
    });
    // Counted only when it is asked for: it walks through everything.
    if context.request.as_ref().is_some_and(|request| request.wants_total_count) {
        result["total_count"] = json!(table.as_of(seen_ms).filter(fits).count());
    }
    Ok(result)
}

/// Where a page ends, as an opaque text.
fn token_of(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("before:{place}"))
}

fn place_of(token: &str) -> Result<usize, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
    let place = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_prefix("before:")?.parse().ok());
    place.ok_or_else(|| ApiError::invalid("Invalid page: give the `next_page` of an earlier answer.").param("page"))
}
