//! Everything the simulator knows, and what one call may touch of it.

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Caller;
use crate::balance::Transaction;
use crate::charges::Charge;
use crate::confirmation_tokens::ConfirmationToken;
use crate::customers::Customer;
use crate::disputes::Dispute;
use crate::events::{Event, Snapshot};
use crate::idempotency::Idempotency;
use crate::ids::Ids;
use crate::ledger::LoggedRequest;
use crate::limits::Traffic;
use crate::options::{AccountSettings, SimOptions};
use crate::payment_intents::PaymentIntent;
use crate::payment_methods::PaymentMethod;
use crate::refunds::Refund;
use crate::setup_intents::SetupIntent;
use crate::table::Table;
use crate::tokens::Token;
use crate::version::ApiVersion;

/// One Stripe account: all keys with the same tail.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// As in `acct_1…`.
    pub(crate) id: String,
    pub(crate) created: u64,
    /// What was set for this account alone.
    pub(crate) settings: Option<AccountSettings>,
    pub(crate) customers: Table<Customer>,
    pub(crate) payment_intents: Table<PaymentIntent>,
    pub(crate) setup_intents: Table<SetupIntent>,
    pub(crate) payment_methods: Table<PaymentMethod>,
    pub(crate) tokens: Table<Token>,
    pub(crate) confirmation_tokens: Table<ConfirmationToken>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) transactions: Table<Transaction>,
    pub(crate) events: Table<Event>,
}

impl Account {
    pub(crate) fn new(id: &str, now_ms: u64) -> Self {
        Self {
            id: id.to_owned(),
            created: now_ms / 1_000,
            settings: None,
            customers: Table::default(),
            payment_intents: Table::default(),
            setup_intents: Table::default(),
            payment_methods: Table::default(),
            tokens: Table::default(),
            confirmation_tokens: Table::default(),
            charges: Table::default(),
            refunds: Table::default(),
            disputes: Table::default(),
            transactions: Table::default(),
            events: Table::default(),
        }
    }
}

/// What happens by itself when its time has come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Due {
    /// An attempt that was not confirmed within its hour (by PaymentIntent).
    AttemptExpires(String),
    /// A hold that was not captured (by PaymentIntent).
    HoldExpires(String),
    /// A refund takes its course (by refund).
    RefundSettles(String),
    /// A dispute that was not answered, or an inquiry that nothing came of (by dispute).
    DisputeLapses(String),
    /// The balance transaction of an `automatic_async` charge appears (by charge).
    TransactionAppears(String),
}

/// The state of the simulator.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) ids: Ids,
    /// By id.
    #[serde(with = "crate::stored::pairs")]
    pub(crate) accounts: HashMap<String, Account>,
    /// What was set for all accounts.
    pub(crate) settings: Option<AccountSettings>,
    /// What is due when, in milliseconds since 1970, and in which account.
    pub(crate) due: BTreeSet<(u64, String, Due)>,
    /// Which intent a bank's page belongs to: `acs_trans` to (account, PaymentIntent or SetupIntent).
    #[serde(with = "crate::stored::pairs")]
    pub(crate) acs: HashMap<String, (String, String)>,
    pub(crate) idempotency: Idempotency,
    /// What the next approvals become instead, by decline code.
    pub(crate) declines: VecDeque<String>,
    #[serde(skip)]
    pub(crate) traffic: Traffic,
    pub(crate) requests: Vec<LoggedRequest>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            ids: Ids::new(seed),
            accounts: HashMap::new(),
            settings: None,
            due: BTreeSet::new(),
            acs: HashMap::new(),
            idempotency: Idempotency::default(),
            declines: VecDeque::new(),
            traffic: Traffic::default(),
            requests: Vec::new(),
        }
    }

    /// What this account is enabled for: what was set for it, for all, or in the options.
    pub(crate) fn settings(&self, options: &SimOptions, account: &str) -> AccountSettings {
        let own = self.accounts.get(account).and_then(|account| account.settings.as_ref());
        own.or(self.settings.as_ref()).unwrap_or(&options.account).clone()
    }

    /// Sets what one account, or every account, is enabled for.
    pub(crate) fn set_account(&mut self, account: Option<&str>, settings: AccountSettings, now_ms: u64) {
        match account {
            Some(id) => {
                let account = self.accounts.entry(id.to_owned()).or_insert_with(|| Account::new(id, now_ms));
                account.settings = Some(settings);
            }
            None => {
                self.accounts.values_mut().for_each(|account| account.settings = None);
                self.settings = Some(settings);
            }
        }
    }

    /// What a call for this account may touch.
    pub(crate) fn context<'a>(
        &'a mut self,
        options: &'a SimOptions,
        account: &str,
        now_ms: u64,
        request: Option<RequestFacts>,
    ) -> Context<'a> {
        let settings = self.settings(options, account);
        let account = self.accounts.entry(account.to_owned()).or_insert_with(|| Account::new(account, now_ms));
        account.customers.tell_time(now_ms, options.search_lag_ms);
        account.payment_intents.tell_time(now_ms, options.search_lag_ms);
        account.charges.tell_time(now_ms, options.search_lag_ms);
        Context {
            account,
            settings,
            ids: &mut self.ids,
            due: &mut self.due,
            acs: &mut self.acs,
            declines: &mut self.declines,
            options,
            now_ms,
            request,
        }
    }

    /// Does all that is due by `now_ms`, in the order in which it became due.
    pub(crate) fn settle(&mut self, options: &SimOptions, now_ms: u64) {
        while let Some((at_ms, account, due)) = self.due.first().cloned() {
            if at_ms > now_ms {
                break;
            }
            self.due.pop_first();
            let mut context = self.context(options, &account, at_ms, None);
            match due {
                Due::AttemptExpires(id) => crate::payment_intents::expire_attempt(&mut context, &id),
                Due::HoldExpires(id) => crate::payment_intents::expire_hold(&mut context, &id),
                Due::RefundSettles(id) => crate::refunds::settle(&mut context, &id),
                Due::DisputeLapses(id) => crate::disputes::lapse(&mut context, &id),
                Due::TransactionAppears(id) => crate::charges::enter_in_balance(&mut context, &id),
            }
        }
    }
}

/// Who asks, and under which names.
pub(crate) struct RequestFacts {
    pub(crate) caller: Caller,
    pub(crate) request_id: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) api_version: ApiVersion,
    /// `expand[]=total_count` of a search.
    pub(crate) wants_total_count: bool,
}

/// What one call sees: one account, the clock, the generator of ids.
pub(crate) struct Context<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) settings: AccountSettings,
    pub(crate) ids: &'a mut Ids,
    due: &'a mut BTreeSet<(u64, String, Due)>,
    pub(crate) acs: &'a mut HashMap<String, (String, String)>,
    pub(crate) declines: &'a mut VecDeque<String>,
    pub(crate) options: &'a SimOptions,
    pub(crate) now_ms: u64,
    /// Absent when something happens by itself.
    pub(crate) request: Option<RequestFacts>,
}

impl Context<'_> {
    /// Seconds since 1970, as all times of the API.
    pub(crate) fn now_s(&self) -> u64 {
        self.now_ms / 1_000
    }

    /// The API version that counts: the one asked for; of what happens by itself, the account's.
    pub(crate) fn version(&self) -> ApiVersion {
        self.request.as_ref().map_or(self.options.api_version, |request| request.api_version)
    }

    pub(crate) fn at(&mut self, in_ms: u64, due: Due) {
        self.due.insert((self.now_ms.saturating_add(in_ms), self.account.id.clone(), due));
    }

    /// True when the caller holds a publishable key, and may see the reduced form of objects only.
    pub(crate) fn is_publishable(&self) -> bool {
        self.request.as_ref().is_some_and(|request| request.caller.is_publishable())
    }

    pub(crate) fn request_log_url(&self) -> Option<String> {
        self.request
            .as_ref()
            .map(|request| format!("https://dashboard.stripe.com/{}/test/logs/{}", self.account.id, request.request_id))
    }

    /// Records an event with a snapshot of its object.
    pub(crate) fn record(&mut self, kind: &'static str, object: impl Into<Snapshot>) {
        let id = self.ids.object("evt_3");
        let request = self.request.as_ref().map_or(
            json!({"id": null, "idempotency_key": null}),
            |request| json!({"id": request.request_id, "idempotency_key": request.idempotency_key}),
        );
        // The account's, whatever version the request asked for (docs.stripe.com/webhooks, "API versioning").
        let api_version = self.options.api_version.as_str();
        self.account.events.insert(Event {
            id,
            created: self.now_s(),
            kind,
            api_version,
            object: object.into(),
            request,
        });
    }
}
