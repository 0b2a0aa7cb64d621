//! The simulator's back door: its ledger, its clock and its faults, over loopback HTTP.
//!
//! What the ledger holds decides a test. What the till shows has to agree with it.

use crate::failure::{During, Failure, Outcome, expect, expect_eq};
use crate::open_till::{PATIENCE, until};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;
use stripe_schema::{check_object, in_lines};

/// The simulator that a till in training mode hosts, or one that runs by itself.
pub struct Simulator {
    base: String,
    http: reqwest::Client,
}

/// A request to the simulator's API, as it was answered.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// As in `POST`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The status of the answer that was made; none when it was never acted on.
    pub status: Option<u16>,
    /// Whether the caller got the answer.
    pub answered: bool,
    pub idempotency_key: Option<String>,
    /// Whether a kept answer was given again.
    pub replayed: bool,
}

impl Request {
    /// True for the calls of the till's core about payments: not the card fields' own, nor the bank's page.
    #[must_use]
    pub fn is_payment_call(&self) -> bool {
        self.path.starts_with("/v1/payment_intents")
    }

    /// True for a call that can move money.
    #[must_use]
    pub fn can_charge(&self) -> bool {
        self.method == "POST"
            && (self.path == "/v1/payment_intents"
                || self.path.ends_with("/confirm")
                || self.path.ends_with("/capture"))
    }

    /// The call in a few words, e.g. `POST confirm 402`.
    #[must_use]
    pub fn in_short(&self) -> String {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        let what = match last {
            // A read of nothing in particular opens the connection ahead of the charge.
            "payment_intents" if self.method == "GET" => "list",
            "payment_intents" => "create",
            id if id.starts_with("pi_") => "read",
            other => other,
        };
        let status = match (self.status, self.answered) {
            (Some(status), true) => status.to_string(),
            (Some(status), false) => format!("{status}, unheard"),
            (None, _) => "unanswered".to_owned(),
        };
        format!("{} {what} {status}{}", self.method, if self.replayed { " again" } else { "" })
    }
}

/// What goes wrong with the next calls of a kind.
#[derive(Debug, Clone)]
pub struct Fault<'a> {
    /// As in `POST`.
    pub method: &'a str,
    /// `*` stands for any text.
    pub path: &'a str,
    /// Strikes this many calls.
    pub next: u32,
    /// True when the simulator has acted before it goes wrong.
    pub after: bool,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub enum FaultKind {
    /// The connection is closed without an answer.
    Drop,
    /// It takes this many milliseconds longer.
    DelayMs(u64),
    /// Stripe's error of this status.
    Status(u16),
}

impl Fault<'_> {
    fn rule(&self) -> Value {
        let fault = match self.kind {
            FaultKind::Drop => json!({ "kind": "drop" }),
            FaultKind::DelayMs(ms) => json!({ "kind": "delay", "ms": ms }),
            FaultKind::Status(status) => json!({ "kind": "status", "status": status }),
        };
        let moment = if self.after { "after" } else { "before" };
        json!({ "method": self.method, "path": self.path, "next": self.next, "moment": moment, "fault": fault })
    }
}

/// Everything the simulator knows, at one moment.
#[derive(Debug, Clone, Deserialize)]
pub struct Ledger {
    accounts: Vec<Account>,
    /// All requests, oldest first.
    pub requests: Vec<Request>,
}

#[derive(Debug, Clone, Deserialize)]
struct Account {
    payment_intents: Vec<Value>,
    charges: Vec<Value>,
    refunds: Vec<Value>,
}

impl Ledger {
    /// All PaymentIntents, oldest first.
    #[must_use]
    pub fn payment_intents(&self) -> Vec<&Value> {
        self.accounts.iter().flat_map(|account| &account.payment_intents).collect()
    }

    /// All charges that took money, oldest first.
    #[must_use]
    pub fn succeeded_charges(&self) -> Vec<&Value> {
        self.accounts
            .iter()
            .flat_map(|account| &account.charges)
            .filter(|charge| charge["status"] == "succeeded" && charge["captured"] == true)
            .collect()
    }

    /// All refunds, oldest first.
    #[must_use]
    pub fn refunds(&self) -> Vec<&Value> {
        self.accounts.iter().flat_map(|account| &account.refunds).collect()
    }

    /// The one PaymentIntent that there is.
    ///
    /// # Errors
    /// When there is none or more than one.
    pub fn only_payment_intent(&self) -> Outcome<&Value> {
        let all = self.payment_intents();
        expect_eq("the number of PaymentIntents", all.len(), 1)?;
        Ok(all[0])
    }

    /// Fails unless exactly one PaymentIntent is there, paid by exactly one charge of this amount.
    ///
    /// # Errors
    /// What is there instead.
    pub fn expect_paid_once(&self, amount_minor: u64) -> Outcome {
        let intent = self.only_payment_intent()?;
        expect_eq("the PaymentIntent's status", intent["status"].as_str(), Some("succeeded"))?;
        expect_eq("the amount received", intent["amount_received"].as_u64(), Some(amount_minor))?;
        let charges = self.succeeded_charges();
        expect_eq("the number of charges that took money", charges.len(), 1)?;
        expect_eq("the charge's amount", charges[0]["amount_captured"].as_u64(), Some(amount_minor))?;
        expect_eq("the charge's PaymentIntent", charges[0]["payment_intent"].as_str(), intent["id"].as_str())
    }

    /// Fails unless no charge took money and the one PaymentIntent stands at `status`.
    ///
    /// # Errors
    /// What is there instead.
    pub fn expect_not_charged(&self, status: &str) -> Outcome {
        expect_eq("the number of charges that took money", self.succeeded_charges().len(), 0)?;
        let intent = self.only_payment_intent()?;
        expect_eq("the PaymentIntent's status", intent["status"].as_str(), Some(status))
    }

    /// Fails unless every call that can charge carried an idempotency key, and this many different keys were used.
    ///
    /// # Errors
    /// What is there instead.
    pub fn expect_attempts(&self, attempts: usize) -> Outcome {
        let mut keys: Vec<&str> = vec![];
        for request in self.requests.iter().filter(|request| request.can_charge()) {
            let key = request
                .idempotency_key
                .as_deref()
                .ok_or_else(|| Failure::new(format!("{} went out without an idempotency key", request.in_short())))?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        expect_eq("the number of different idempotency keys", keys.len(), attempts)
    }

    /// The calls about payments, in short.
    #[must_use]
    pub fn payment_calls(&self) -> Vec<String> {
        self.requests.iter().filter(|request| request.is_payment_call()).map(Request::in_short).collect()
    }

    /// Fails unless the calls that can charge are these, in this order.
    ///
    /// # Errors
    /// What they are instead.
    pub fn expect_charging_calls(&self, wanted: &[&str]) -> Outcome {
        let calls: Vec<String> =
            self.requests.iter().filter(|request| request.can_charge()).map(Request::in_short).collect();
        expect(calls == wanted, || format!("the calls that can charge: expected {wanted:?}, but they were {calls:?}"))
    }
}

/// Fails unless every object of the ledger is as Stripe's schema says: what the till was shown was made from it.
fn expect_stripes_shapes(ledger: &Value) -> Outcome {
    let tables = [
        ("payment_intents", "payment_intent"),
        ("charges", "charge"),
        ("payment_methods", "payment_method"),
        ("refunds", "refund"),
        ("balance_transactions", "balance_transaction"),
    ];
    for account in ledger["accounts"].as_array().into_iter().flatten() {
        for (table, name) in tables {
            for object in account[table].as_array().into_iter().flatten() {
                let found = check_object(name, object);
                expect(found.is_empty(), || format!("a {name} is not as Stripe's schema says:\n{}", in_lines(&found)))?;
            }
        }
    }
    Ok(())
}

impl Simulator {
    /// The simulator whose address stands, or will stand, in a file.
    ///
    /// # Errors
    /// When no address is there in time.
    pub async fn announced_in(file: &Path) -> Outcome<Self> {
        let base = until(PATIENCE, "the till should tell where its simulator is", async || {
            Ok(fs::read_to_string(file).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
        })
        .await?;
        Self::at(&base)
    }

    /// The simulator at an address.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn at(base: &str) -> Outcome<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .during("make an HTTP client")?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), http })
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What it knows now.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ledger(&self) -> Outcome<Ledger> {
        let answer = self
            .http
            .get(format!("{}/_sim/ledger", self.base))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .during("read the simulator's ledger")?;
        let ledger: Value = answer.json().await.during("understand the simulator's ledger")?;
        expect_stripes_shapes(&ledger)?;
        serde_json::from_value(ledger).during("understand the simulator's ledger")
    }

    /// Lets time pass for the bank and, in training mode, for the till.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn advance(&self, seconds: u64) -> Outcome {
        self.post("clock", json!({ "advance_s": seconds })).await.map(drop)
    }

    /// Puts these faults in place of those before.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn faults(&self, faults: &[Fault<'_>]) -> Outcome {
        let rules: Vec<Value> = faults.iter().map(Fault::rule).collect();
        self.post("faults", json!({ "rules": rules })).await.map(drop)
    }

    /// Plays "no network", or ends it: every connection is closed unanswered.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn set_gone(&self, gone: bool) -> Outcome {
        self.post("faults", json!({ "gone": gone })).await.map(drop)
    }

    /// Answers the bank's challenge of a PaymentIntent from elsewhere, as if the customer did it on a telephone.
    ///
    /// # Errors
    /// When the simulator does not answer, or there is no challenge.
    pub async fn answer_challenge(&self, payment_intent: &str, outcome: &str) -> Outcome {
        self.post(&format!("challenges/{payment_intent}"), json!({ "outcome": outcome })).await.map(drop)
    }

    /// The client secret of the one PaymentIntent, as Stripe tells it to whoever has the account's key.
    ///
    /// # Errors
    /// When there is not exactly one, or the key is not the account's.
    pub async fn client_secret(&self, secret_key: &str) -> Outcome<String> {
        let ledger = self.ledger().await?;
        let id = ledger.only_payment_intent()?["id"].as_str().unwrap_or_default().to_owned();
        let answer = self.http.get(format!("{}/v1/payment_intents/{id}", self.base)).bearer_auth(secret_key).send();
        let answer = answer.await.during("read the payment")?;
        let intent: Value = answer.json().await.during("understand the payment")?;
        let secret = intent["client_secret"].as_str().map(str::to_owned);
        secret.ok_or_else(|| Failure::new("the payment has no client secret"))
    }

    /// Gives money back past the till, as somebody does in the Stripe Dashboard.
    ///
    /// # Errors
    /// When the simulator does not make the refund.
    pub async fn refund_elsewhere(&self, secret_key: &str, payment_intent: &str, amount_minor: u64) -> Outcome {
        self.http
            .post(format!("{}/v1/refunds", self.base))
            .bearer_auth(secret_key)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("payment_intent={payment_intent}&amount={amount_minor}"))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .during("give money back past the till")
            .map(drop)
    }

    async fn post(&self, what: &str, body: Value) -> Outcome<String> {
        let answer = self
            .http
            .post(format!("{}/_sim/{what}", self.base))
            .json(&body)
            .send()
            .await
            .during(format_args!("reach the simulator's {what}"))?;
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        if status.is_success() {
            return Ok(text);
        }
        Err(Failure::new(format!("the simulator's {what} answered {status}: {text}")))
    }
}
