//! How a simulator is set up.

use serde::{Deserialize, Serialize};

use crate::clock::TimeSource;
use crate::door::DoorLimits;
use crate::faults::Moment;
use crate::limits::RateLimits;
use crate::permissions::Permissions;
use crate::version::ApiVersion;

/// How a simulator is set up.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// The seed of all ids, secrets and chances. The same seed and the same calls give the same answers.
    pub seed: u64,
    /// Where time comes from.
    pub time: TimeSource,
    /// Whether the control routes under `/_sim/` exist. They let whoever reaches the port move the clock.
    pub control: bool,
    /// The rules of the account's fraud protection.
    pub radar: RadarRules,
    /// Whether amounts under the currency's minimum are refused (`amount_too_small`). On the real test API small
    /// amounts have been seen to pass; live mode refuses them.
    pub enforce_minimum: bool,
    /// The largest amount that is taken, in the currency's smallest unit (`amount_too_large` beyond): eight digits in
    /// Stripe's OpenAPI document.
    pub max_amount_minor: u64,
    /// Rate limits. Off by default: a test that fires as fast as it can is more use to most.
    pub rate_limits: Option<RateLimits>,
    /// Whether an intent is locked while a delayed call on it is under way, so that another change of it gets a 429
    /// `lock_timeout`.
    pub lock_objects: bool,
    /// How far search lags behind, in milliseconds by the simulator's clock: a minute, which Stripe names as what is usual.
    /// With 0 search shows what was just written, as Stripe's does not.
    pub search_lag_ms: u64,
    /// How often one PaymentIntent may be confirmed before a further confirm cancels it. Stripe says only that there
    /// is a variable upper limit.
    pub max_confirms: u32,
    /// Whether a secret key may send card digits. Real accounts may not unless Stripe allows it.
    pub raw_card_data: bool,
    /// What accounts are enabled for, until [`crate::Sim::set_account`] says otherwise.
    pub account: AccountSettings,
    /// The accounts' default API version: of a request that names none, and of what happens by itself.
    pub api_version: ApiVersion,
    /// The name that the bank's page shows, and, in capitals, the customer's bank statement.
    pub merchant: String,
    /// The origin of the bank's pages, as in `https://bank.example`, where they are to be on a host of their own as a real bank's
    /// are. Whoever answers there leads the calls under `/acs/` here. `None`: they are where the caller reached the simulator.
    pub bank: Option<String>,
    /// What the door on a socket lets in.
    pub door: DoorLimits,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            time: TimeSource::System,
            control: false,
            radar: RadarRules::default(),
            enforce_minimum: true,
            max_amount_minor: 99_999_999,
            rate_limits: None,
            lock_objects: false,
            search_lag_ms: 60_000,
            max_confirms: 30,
            raw_card_data: false,
            account: AccountSettings::default(),
            api_version: ApiVersion::DEFAULT,
            merchant: "Training shop".to_owned(),
            bank: None,
            door: DoorLimits::default(),
        }
    }
}

/// What Stripe has enabled an account for, and what its restricted key may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountSettings {
    /// Whether a payment may say that it came by mail or telephone (`payment_method_options[card][moto]`). Stripe enables
    /// it on request; for other accounts the parameter does not exist.
    pub moto: bool,
    /// What the account's restricted key (`rk_test_…` of the same tail) may do. `None`: everything but read the account.
    pub restricted_key: Option<Permissions>,
    /// When it is looked at whether that key may read what a call expands. Stripe does not say; `After` plays the worse case:
    /// the call has acted, is answered 403 all the same, and that answer is kept under its idempotency key.
    pub expansion_checked: Moment,
}

/// The rules of the account's fraud protection that test cards react to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RadarRules {
    /// Block payments of the highest risk. On by default at Stripe.
    pub block_highest_risk: bool,
    /// Block payments whose security code check fails. On by default at Stripe.
    pub block_failed_cvc: bool,
    /// Block payments whose postal code check fails. Off by default.
    pub block_failed_postal_code: bool,
    /// Ask for authentication when a payment looks risky. Off by default.
    pub adaptive_three_ds: bool,
}

impl Default for RadarRules {
    fn default() -> Self {
        Self {
            block_highest_risk: true,
            block_failed_cvc: true,
            block_failed_postal_code: false,
            adaptive_three_ds: false,
        }
    }
}
