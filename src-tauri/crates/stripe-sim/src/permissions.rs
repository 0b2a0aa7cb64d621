//! What a restricted key may do, resource by resource, and the answer when it may not.
//!
//! Names follow the permissions that Stripe's dashboard offers and its 403 names: refunds belong to the charges, and the
//! account is readable only with a permission that few keys have. Which permissions a key has is set from outside
//! ([`crate::AccountSettings`]); a simulated key without a setting may do everything but read the account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::{Caller, KeyKind};
use crate::errors::{ApiError, ErrorType};

/// A group of calls that a permission covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The account itself.
    Account,
    /// The balance.
    Balance,
    /// The balance's transactions.
    BalanceTransactions,
    /// Charges and refunds.
    Charges,
    /// ConfirmationTokens.
    ConfirmationTokens,
    /// Customers.
    Customers,
    /// Disputes.
    Disputes,
    /// Events.
    Events,
    /// PaymentIntents.
    PaymentIntents,
    /// PaymentMethods.
    PaymentMethods,
    /// SetupIntents.
    SetupIntents,
    /// Tokens.
    Tokens,
}

/// How far a permission goes. `write` includes `read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Nothing.
    None,
    /// GET.
    Read,
    /// Everything.
    Write,
}

/// The permissions of a restricted key. A resource that is not named may not be touched.
pub type Permissions = BTreeMap<Resource, Access>;

impl Resource {
    /// The permission's name in Stripe's message.
    fn permission(self, access: Access) -> String {
        let word = match self {
            Self::Account => return "rak_accounts_kyc_basic_read".to_owned(),
            Self::Balance => "balance",
            Self::BalanceTransactions => "balance_transaction_source",
            Self::Charges => "charge",
            Self::ConfirmationTokens => "confirmation_token",
            Self::Customers => "customer",
            Self::Disputes => "dispute",
            Self::Events => "event",
            Self::PaymentIntents => "payment_intent",
            Self::PaymentMethods => "payment_method",
            Self::SetupIntents => "setup_intent",
            Self::Tokens => "token",
        };
        format!("rak_{word}_{}", if access == Access::Write { "write" } else { "read" })
    }
}

/// Refuses a restricted key that lacks the permission. This comes before anything else of the call is looked at.
pub(crate) fn check(
    caller: &Caller,
    permissions: Option<&Permissions>,
    resource: Resource,
    needed: Access,
) -> Result<(), ApiError> {
    if caller.kind != KeyKind::Restricted {
        return Ok(());
    }
    let granted = match permissions {
        Some(permissions) => permissions.get(&resource).copied().unwrap_or(Access::None),
        None if resource == Resource::Account => Access::None,
        None => Access::Write,
    };
    if granted >= needed {
        return Ok(());
    }
    let (key, account) = (&caller.masked, &caller.account);
    Err(refusal(&format!("The provided key '{key}'"), &format!(" on account '{account}'"), resource, needed).not_kept())
}

/// The answer to a call that a fault makes one for which the key has no permission.
pub(crate) fn refusal_by_fault() -> ApiError {
    refusal("The provided key", "", Resource::Charges, Access::Read)
}

fn refusal(who: &str, whose: &str, resource: Resource, needed: Access) -> ApiError {
    let permission = resource.permission(needed);
    let message = format!(
        "{who} does not have the required permissions for this endpoint{whose}. Having the '{permission}' permission would allow this request to continue."
    );
    ApiError::new(403, ErrorType::InvalidRequest, message)
}
