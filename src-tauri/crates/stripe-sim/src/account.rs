//! The account itself.

use serde_json::{Value, json};

use crate::access::KeyKind;
use crate::errors::{ApiError, ErrorType};
use crate::world::Context;

/// `GET /v1/account`. A restricted key needs a permission for it that few have: it is refused, as at Stripe.
pub(crate) fn retrieve(context: &Context<'_>) -> Result<Value, ApiError> {
    if let Some(request) = &context.request
        && request.caller.kind == KeyKind::Restricted
    {
        return Err(ApiError::new(
            403,
            ErrorType::InvalidRequest,
            format!(
                "The provided key '{}' does not have the required permissions for this endpoint on account '{}'. Having the 'rak_accounts_kyc_basic_read' permission would allow this request to continue.",
                request.caller.masked, context.account.id
            ),
        )
        .not_kept());
    }
    Ok(json!({
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
            "payments": {"statement_descriptor": null},
        },
        "type": "standard",
    }))
}
