//! The account itself.

use serde_json::{Value, json};

use crate::statements;
use crate::world::Context;

/// `GET /v1/account`
pub(crate) fn retrieve(context: &Context<'_>) -> Value {
    json!({
        "id": context.account.id,
        "object": "account",
        "business_profile": {"name": context.options.merchant},
        "business_type": null,
        "capabilities": {"card_payments": "active"},
        "charges_enabled": true,
        "country": "US",
        "created": context.account.created,
        "default_currency": "usd",
        "details_submitted": true,
        "email": null,
        "metadata": {},
        "payouts_enabled": true,
        "settings": {
            "branding": {"icon": null, "logo": null, "primary_color": null, "secondary_color": null},
            "card_payments": {"statement_descriptor_prefix": null},
            "dashboard": {"display_name": context.options.merchant, "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": statements::of_account(&context.options.merchant)},
        },
        "type": "standard",
    })
}
