//! Stripe adds values to its enums without a new version ("open" enums). Whatever word an answer says one day in the place of a
//! word of today, it must stay readable: an answer that cannot be read is a payment of which nobody knows the outcome.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use stripe_client::{
    BoxFuture, Client, ClientConfig, CreatePaymentIntent, CreateRefund, Error, IdempotencyKey, Method, Page,
    PaymentIntentId, PaymentMethodId, Prepared, RetryPolicy, SecretKey, Transport, TransportError, WireRequest,
    WireResponse,
};
use stripe_sim::{ApiRequest, Sim, SimOptions, TimeSource};

const KEY: &str = "sk_test_51AbcDefGhiJklMnOpQrStUvWxYz0123456789";
const INVENTED: &str = "invented_in_2031";

/// The simulator, or the answers that were put here.
struct World {
    sim: Sim,
    instead: Mutex<VecDeque<WireResponse>>,
    heard: Mutex<Option<WireResponse>>,
}

impl Transport for World {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        let answer = self.instead.lock().expect("lock").pop_front().unwrap_or_else(|| self.ask(request));
        *self.heard.lock().expect("lock") = Some(answer.clone());
        Box::pin(async move { Ok(answer) })
    }
}

impl World {
    fn ask(&self, request: &WireRequest) -> WireResponse {
        let mut asked = match request.method {
            Method::Get => ApiRequest::get(&request.path),
            Method::Post => {
                let mut post = ApiRequest::post(&request.path, &[]);
                post.body = request.body.clone().into_bytes();
                post
            }
        };
        for (name, value) in &request.headers {
            asked = asked.header(name, value);
        }
        let answer = self.sim.call(asked.key(KEY)).expect("no fault is set");
        let headers = vec![("request-id".to_owned(), "req_1".to_owned())];
        WireResponse { status: answer.status, headers, body: answer.body }
    }
}

/// What the client can ask.
#[derive(Debug, Clone)]
enum Ask {
    Act(Prepared),
    Refund(Prepared),
    Retrieve(PaymentIntentId),
    List,
    Search,
    RefundsOf(PaymentIntentId),
    Refunds,
    Disputes,
}

async fn ask(client: &Client, ask: &Ask) -> Result<(), Error> {
    let key = |text: &str| IdempotencyKey::parse(text).expect("a key");
    let page = Page::default();
    match ask {
        Ask::Act(prepared) => client.act(prepared, &key("attempt-1")).await.result.map(drop),
        Ask::Refund(prepared) => client.refund(prepared, &key("refund-1")).await.result.map(drop),
        Ask::Retrieve(id) => client.retrieve_payment_intent(id).await.result.map(drop),
        Ask::List => client.list_payment_intents(&page).await.result.map(drop),
        Ask::Search => client.search_payment_intents("sale", "7").await.result.map(drop),
        Ask::RefundsOf(id) => client.list_refunds_of(id, &page).await.result.map(drop),
        Ask::Refunds => client.list_refunds(&page).await.result.map(drop),
        Ask::Disputes => client.list_disputes(&page).await.result.map(drop),
    }
}

/// The places of all texts but of the ids that the client holds to their form.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.starts_with("pi_") => found.push(place.to_owned()),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| places(field, &format!("{place}/{name}"), found))
        }
        Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| places(element, &format!("{place}/{index}"), found));
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn world() -> (Arc<World>, Client) {
    let time = TimeSource::Manual { start_ms: 1_793_491_200_000 };
    let sim = Sim::new(SimOptions { seed: 7, time, search_lag_ms: 0, ..SimOptions::default() });
    let world = Arc::new(World { sim, instead: Mutex::default(), heard: Mutex::default() });
    let retry = RetryPolicy { max_retries: 0, ..RetryPolicy::default() };
    let key = SecretKey::parse(KEY).expect("a key");
    (world.clone(), Client::new(ClientConfig { retry, ..ClientConfig::new(key) }, world))
}

fn charge(card: &str) -> Prepared {
    let card = PaymentMethodId::parse(card).expect("an id");
    let metadata = &[("sale", "7")][..];
    CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata }.prepare()
}

fn heard(world: &World) -> (WireResponse, Value) {
    let answer = world.heard.lock().expect("lock").clone().expect("an answer");
    let body = serde_json::from_slice(&answer.body).expect("JSON");
    (answer, body)
}

/// Asks, and then hears the same answer again with one word of it changed, each in its turn.
async fn each_word_may_change(world: &World, client: &Client, wish: &Ask, is_refused: bool) -> usize {
    let first = ask(client, wish).await;
    assert_eq!(first.is_err(), is_refused, "{wish:?}: {first:?}");
    let (answer, body) = heard(world);
    let mut found = Vec::new();
    places(&body, "", &mut found);
    // By this one an answer is known to be Stripe's at all.
    found.retain(|place| place != "/object");
    for place in &found {
        let mut changed = body.clone();
        *changed.pointer_mut(place).expect("a place") = INVENTED.into();
        let answer = WireResponse { body: changed.to_string().into_bytes(), ..answer.clone() };
        world.instead.lock().expect("lock").push_back(answer);
        match ask(client, wish).await {
            Ok(()) if !is_refused => {}
            Err(Error::Api(error)) if is_refused => assert_eq!(error.status, 402, "{wish:?} {place}"),
            other => panic!("{wish:?}: unreadable once {place} says another word: {other:?}"),
        }
    }
    assert!(found.len() > 5, "{wish:?}: only {found:?} in {body}");
    found.len()
}

#[tokio::test]
async fn an_answer_stays_readable_whatever_word_it_says() {
    let (world, client) = world();
    let paid = Ask::Act(charge("pm_card_threeDSecure2Required"));
    let mut words = each_word_may_change(&world, &client, &paid, false).await;
    let waiting = heard(&world).1["id"].clone();
    world.sim.challenge(waiting.as_str().expect("an id"), stripe_sim::Outcome::Complete).expect("a challenge");

    let (world, client) = self::world();
    words += each_word_may_change(&world, &client, &Ask::Act(charge("pm_card_createDispute")), false).await;
    let (_, intent) = heard(&world);
    let id = PaymentIntentId::parse(intent["id"].as_str().expect("an id")).expect("an id");
    let refund = |id: &PaymentIntentId| CreateRefund { payment_intent: id, amount_minor: 500, metadata: &[] }.prepare();
    for wish in [Ask::Retrieve(id), Ask::List, Ask::Search, Ask::Disputes] {
        words += each_word_may_change(&world, &client, &wish, false).await;
    }

    let (world, client) = self::world();
    ask(&client, &Ask::Act(charge("pm_card_pendingRefund"))).await.expect("paid");
    let id = PaymentIntentId::parse(heard(&world).1["id"].as_str().expect("an id")).expect("an id");
    for wish in [Ask::Refund(refund(&id)), Ask::RefundsOf(id), Ask::Refunds] {
        words += each_word_may_change(&world, &client, &wish, false).await;
    }
    assert!(words > 150, "{words} words");
}

#[tokio::test]
async fn so_does_an_error() {
    let (world, client) = world();
    let declined = Ask::Act(charge("pm_card_chargeDeclinedInsufficientFunds"));
    let words = each_word_may_change(&world, &client, &declined, true).await;
    assert!(words > 30, "{words} words");
}

#[tokio::test]
async fn an_unknown_status_is_none_of_the_known_ones() {
    let (world, client) = world();
    ask(&client, &Ask::Act(charge("pm_card_visa"))).await.expect("paid");
    let (answer, mut body) = heard(&world);
    body["status"] = INVENTED.into();
    world.instead.lock().expect("lock").push_back(WireResponse { body: body.to_string().into_bytes(), ..answer });
    let id = PaymentIntentId::parse(body["id"].as_str().expect("an id")).expect("an id");
    ask(&client, &Ask::Retrieve(id)).await.expect("readable");
    let status = stripe_client::PaymentIntentStatus::from(INVENTED.to_owned());
    assert_eq!(status, stripe_client::PaymentIntentStatus::Other(INVENTED.to_owned()));
}
