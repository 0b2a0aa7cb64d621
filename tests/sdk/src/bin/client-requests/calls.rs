//! Every request that the till's client can make, recorded as it leaves.
//!
//! The values are examples; the names, and which of them go together, are the client's. A test holds this list against the
//! client's code: a call that is not made here fails it.

use std::sync::{Arc, Mutex, PoisonError};

use stripe_client::{
    BoxFuture, CancelPaymentIntent, Client, ClientConfig, ConfirmPaymentIntent, CreatePaymentIntent, CreateRefund,
    Created, IdempotencyKey, Page, PaymentIntentId, PaymentMethodId, Prepared, PublishableKey, Readable, RetryPolicy,
    SecretKey, Transport, TransportError, WireRequest, WireResponse,
};

/// The idempotency key of every recorded POST.
pub(crate) const KEY: &str = "attempt-1";

/// Keeps what is sent, and answers everything with an empty list.
#[derive(Default)]
struct Recorder(Mutex<Vec<WireRequest>>);

impl Transport for Recorder {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        // So that a call that asks twice asks twice.
        let body = br#"{"object":"list","data":[],"has_more":false}"#.to_vec();
        Box::pin(async { Ok(WireResponse { status: 200, headers: Vec::new(), body }) })
    }
}

/// All of them, each once, in the order of this list.
///
/// # Errors
/// Why an example is not what the client takes.
pub(crate) async fn every_request() -> Result<Vec<WireRequest>, Box<dyn std::error::Error>> {
    let recorder = Arc::new(Recorder::default());
    let key = SecretKey::parse("sk_test_51AbcDefGhiJklMnOpQrStUvWxYz0123456789")?;
    let once = RetryPolicy { max_retries: 0, ..RetryPolicy::default() };
    let client = Client::new(ClientConfig { retry: once, ..ClientConfig::new(key) }, recorder.clone());
    let (id, card) = (PaymentIntentId::parse("pi_1")?, PaymentMethodId::parse("pm_1")?);
    let idempotency_key = IdempotencyKey::parse(KEY)?;

    for prepared in prepared(&id, &card) {
        let _ = client.act(&prepared, &idempotency_key).await;
    }
    let metadata = &[("countersign_refund", "1")][..];
    let refund = CreateRefund { payment_intent: &id, amount_minor: 500, metadata }.prepare();
    let _ = client.refund(&refund, &idempotency_key).await;

    let _ = client.retrieve_payment_intent(&id).await;
    let _ = client.search_payment_intents("countersign_sale", "7").await;
    let created = Some(Created { from_s: 5, to_s: Some(7) });
    for page in [Page::default(), Page { starting_after: Some("pi_1"), created }] {
        let _ = client.list_payment_intents(&page).await;
        let _ = client.list_refunds_of(&id, &page).await;
        let _ = client.list_refunds(&page).await;
        let _ = client.list_disputes(&page).await;
    }
    let _ = client.try_key().await;
    for what in [Readable::PaymentIntents, Readable::Charges, Readable::Refunds, Readable::Disputes] {
        let _ = client.try_to_read(what).await;
    }
    let _ = client.account().await;
    let page_key = PublishableKey::parse("pk_test_51AbcDefGhiJklMnOpQrStUvWxYz0123456789")?;
    let _ = client.retrieve_as_page(&id, &"pi_1_secret_2".to_owned().into(), &page_key).await;
    let _ = client.ask_time().await;
    let _ = client.warm().await;
    let sent = recorder.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(sent)
}

/// What acts on a PaymentIntent, with every parameter that it can have.
fn prepared(id: &PaymentIntentId, card: &PaymentMethodId) -> Vec<Prepared> {
    let metadata = &[("countersign_sale", "7")][..];
    let with_reference = &[("countersign_sale", "7"), ("countersign_reference", "Table 12 & co")][..];
    let create = |metadata| {
        CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: card, metadata }.prepare()
    };
    let (unconfirmed, _) = create(metadata).unconfirmed();
    vec![
        create(metadata),
        create(with_reference),
        unconfirmed,
        ConfirmPaymentIntent { id, payment_method: Some(card) }.prepare(),
        ConfirmPaymentIntent { id, payment_method: None }.prepare(),
        CancelPaymentIntent { id }.prepare(),
    ]
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use stripe_client::{Method, STRIPE_VERSION};
    use stripe_schema::{check_request, in_lines};

    use super::*;

    fn word(method: Method) -> &'static str {
        match method {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }

    #[tokio::test]
    async fn each_is_as_the_schema_of_the_pinned_version_says() {
        let requests = every_request().await.expect("good examples");
        assert_eq!(stripe_schema::version(), STRIPE_VERSION);
        for request in &requests {
            let found = check_request(word(request.method), &request.path, &request.body);
            assert!(found.is_empty(), "{request:?}:\n{}", in_lines(&found));
            assert!(request.headers.contains(&("stripe-version", STRIPE_VERSION.to_owned())), "{request:?}");
        }
    }

    /// The files in a folder and in those below it.
    fn files_in(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the client's code").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
    }

    /// What the client's code offers: its calls, and the requests that are prepared.
    fn offered() -> Vec<String> {
        let mut offered = Vec::new();
        for file in files_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src-tauri/crates/stripe-client/src")) {
            let code = fs::read_to_string(file).expect("code");
            let calls = code.split("pub async fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            offered.extend(calls.map(|name| format!("client.{name}(")));
            let prepared = code.split("\nimpl ").filter(|block| block.contains("pub fn prepare("));
            offered
                .extend(prepared.filter_map(|block| block.split(['<', ' ']).next()).map(|name| format!("{name} {{")));
        }
        offered
    }

    #[test]
    fn no_call_of_the_client_is_left_out() {
        let offered = offered();
        for known in
            ["client.act(", "client.list_disputes(", "client.try_key(", "CreateRefund {", "CancelPaymentIntent {"]
        {
            assert!(offered.iter().any(|call| call == known), "{known} was not found in {offered:?}");
        }
        let list = include_str!("calls.rs").split("#[cfg(test)]").next().expect("the list");
        for call in offered {
            assert!(list.contains(&call), "`{call}` is not in the list of every request");
        }
    }
}
