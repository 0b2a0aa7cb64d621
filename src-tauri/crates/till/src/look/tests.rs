//! How a payment is looked for: what is asked, how far, and what is made of lists that are long.

use std::sync::{Arc, Mutex};

use secrecy::ExposeSecret as _;
use stripe_client::{
    BoxFuture, ClientConfig, CreatePaymentIntent, IdempotencyKey, Method, PaymentMethodId, SecretKey, Transport,
    TransportError, Wait, WireRequest, WireResponse,
};

use super::*;
use crate::clock::When;
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::AttemptId;
use crate::locale::Locale;
use crate::machine;
use crate::sale::{Attempt, Call};

const SALE: &str = "00000000-0000-4000-8000-000000000007";
const TILL: &str = "00000000-0000-4000-8000-000000000001";
const KEY: &str = "sk_test_lookTests0000001";

/// A Stripe whose answers are made from the path and the number of requests before.
struct Scripted<F> {
    answer: F,
    asked: Mutex<Vec<String>>,
}

impl<F: Fn(&str, usize) -> Option<(u16, serde_json::Value)> + Send + Sync> Transport for Scripted<F> {
    fn send<'a>(&'a self, request: &'a WireRequest) -> BoxFuture<'a, Result<WireResponse, TransportError>> {
        assert_eq!((request.method, request.bearer.expose_secret()), (Method::Get, KEY), "a look only reads");
        let mut asked = self.asked.lock().expect("lock");
        let answer = (self.answer)(&request.path, asked.len());
        asked.push(request.path.clone());
        Box::pin(async move {
            let (status, body) = answer.ok_or(TransportError::NoAnswer { why: "silence".into() })?;
            Ok(WireResponse { status, headers: Vec::new(), body: body.to_string().into_bytes() })
        })
    }
}

struct NoWait;

impl Wait for NoWait {
    fn pause(&self, _: std::time::Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn jitter_permille(&self) -> u64 {
        1_000
    }
}

/// What is found with these answers, and what was asked for it.
async fn find(
    wanted: &Wanted,
    answer: impl Fn(&str, usize) -> Option<(u16, serde_json::Value)> + Send + Sync + 'static,
) -> (Found, Vec<String>) {
    let scripted = Arc::new(Scripted { answer, asked: Mutex::default() });
    let key = SecretKey::parse(KEY).expect("a key");
    let client = Client::new(ClientConfig { wait: Arc::new(NoWait), ..ClientConfig::new(key) }, scripted.clone());
    let found = look(&client, wanted).await.found;
    let asked = scripted.asked.lock().expect("lock").clone();
    (found, asked)
}

/// The payment of sale 7, of 25.00, whose id is not known.
fn wanted() -> Wanted {
    let gbp = Currency::by_code("GBP").expect("GBP");
    Wanted {
        sale: SaleId::parse(SALE).expect("an id"),
        money: Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount"),
        intent: None,
        tills: vec![TillId::parse(TILL).expect("an id")],
        nothing_before_ms: Some(1_790_000_000_999),
    }
}

fn payment(id: &str, amount_minor: i64, till: &str) -> serde_json::Value {
    serde_json::json!({"id": id, "object": "payment_intent", "status": "succeeded", "amount": amount_minor,
        "currency": "gbp", "metadata": {SALE_METADATA: SALE, TILL_METADATA: till}})
}

fn stranger(n: usize) -> serde_json::Value {
    serde_json::json!({"id": format!("pi_stranger{n}"), "object": "payment_intent", "status": "succeeded", "amount": 5,
        "currency": "gbp", "metadata": {}})
}

fn list(data: &[serde_json::Value], has_more: bool) -> Option<(u16, serde_json::Value)> {
    Some((200, serde_json::json!({"object": "list", "data": data, "has_more": has_more})))
}

/// Asked for one payment by its id, Stripe has it.
fn by_its_id(path: &str) -> Option<(u16, serde_json::Value)> {
    let id = path.strip_prefix("/v1/payment_intents/")?.split('?').next()?;
    id.starts_with("pi_").then(|| (200, payment(id, 2_500, TILL)))
}

fn id_of(found: &Found) -> &str {
    let Found::It(intent) = found else { panic!("{found:?}") };
    intent.id.as_str()
}

#[tokio::test]
async fn the_list_is_read_five_minutes_further_back_than_what_stripe_told_and_no_further() {
    let (found, asked) = find(&wanted(), |_, _| list(&[], false)).await;
    assert!(matches!(found, Found::Nothing), "{found:?}");
    assert_eq!(asked, ["/v1/payment_intents?limit=100&created[gte]=1789999700"]);
    // Where Stripe told nothing before the first sending, all of it.
    let whole = Wanted { nothing_before_ms: None, ..wanted() };
    let (_, asked) = find(&whole, |_, _| list(&[], false)).await;
    assert_eq!(asked, ["/v1/payment_intents?limit=100"]);
}

/// Sale 7 with a card for each of these times of Stripe's, heard before its first sending.
fn sent_at(times: &[Option<i64>]) -> Sale {
    let when = |stripe_ms| When { at_ms: 0, stripe_ms };
    let money = wanted().money;
    let opened = machine::open(wanted().sale, &Event::opened(money, 7), when(None)).expect("opened");
    let card = PaymentMethodId::parse("pm_1").expect("an id");
    let create = CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata: &[] };
    let call = Call { key: IdempotencyKey::parse("attempt-1").expect("a key"), request: create.prepare() };
    let attempt = AttemptId::parse("00000000-0000-4000-8000-000000000001").expect("an id");
    let submitted = Event::Submitted { attempt, payment_method: card, call };
    let (mut sale, _effects) = machine::step(&opened, &submitted, when(None)).expect("sent");
    let first = sale.attempts[0].clone();
    sale.attempts = times.iter().map(|stripe_ms| Attempt { when: when(*stripe_ms), ..first.clone() }).collect();
    sale
}

#[test]
fn the_list_is_read_back_to_the_first_sending_and_whole_where_one_of_them_knows_no_time() {
    let back_to = |times: &[Option<i64>]| Wanted::of(&sent_at(times), &[]).nothing_before_ms;
    assert_eq!(back_to(&[Some(7_000)]), Some(7_000));
    assert_eq!(back_to(&[Some(9_000), Some(7_000), Some(8_000)]), Some(7_000), "whichever was first");
    for times in [&[None][..], &[None, Some(9_000)], &[Some(9_000), None], &[Some(9_000), None, Some(8_000)]] {
        assert_eq!(back_to(times), None, "{times:?}: what was sent without a time may be older than all that is known");
    }
}

#[tokio::test]
async fn a_payment_on_a_later_page_is_found_and_read_by_its_id() {
    let (found, asked) = find(&wanted(), |path, before| {
        by_its_id(path).or_else(|| match before {
            0 => list(&[stranger(1), stranger(2)], true),
            1 => list(&[stranger(3), payment("pi_ours", 2_500, TILL), stranger(4)], false),
            _ => panic!("{path}"),
        })
    })
    .await;
    assert_eq!(id_of(&found), "pi_ours");
    assert_eq!(asked.len(), 3);
    assert!(asked[1].ends_with("&starting_after=pi_stranger2"), "{asked:?}");
}

#[tokio::test]
async fn one_that_fits_whole_is_preferred_wherever_it_stands() {
    let other_till = "00000000-0000-4000-8000-000000000002";
    let (foreign, changed, whole) = (
        payment("pi_foreign", 2_500, other_till),
        payment("pi_changed", 2_400, TILL),
        payment("pi_whole", 2_500, TILL),
    );
    for (data, expected) in [
        (vec![foreign.clone(), changed.clone(), whole.clone()], "pi_whole"),
        (vec![whole.clone(), changed.clone(), foreign.clone()], "pi_whole"),
        (vec![foreign.clone(), changed.clone()], "pi_changed"),
        (vec![changed.clone(), foreign.clone()], "pi_changed"),
        // Of two alike the older, which a list shows last: the newer is a copy.
        (vec![payment("pi_newer", 2_400, TILL), changed.clone()], "pi_changed"),
        (vec![payment("pi_newer", 2_500, TILL), whole.clone(), changed.clone()], "pi_whole"),
    ] {
        let case = format!("{data:?}");
        let (found, _) = find(&wanted(), move |path, _| by_its_id(path).or_else(|| list(&data, false))).await;
        assert_eq!(id_of(&found), expected, "{case}");
    }
    let (found, _) = find(&wanted(), move |_, _| list(std::slice::from_ref(&foreign), false)).await;
    assert!(matches!(found, Found::Foreign), "{found:?}");
}

#[tokio::test]
async fn a_copy_on_a_page_before_does_not_hide_the_real_one() {
    let (found, _) = find(&wanted(), |path, before| {
        by_its_id(path).or_else(|| match before {
            0 => list(&[payment("pi_copy", 2_500, TILL), stranger(1)], true),
            _ => list(&[payment("pi_ours", 2_500, TILL)], false),
        })
    })
    .await;
    assert_eq!(id_of(&found), "pi_ours");
}

/// Answers the list with page after page of strangers, and the search with this.
async fn search_after_a_long_list(
    searched: impl Fn() -> Option<(u16, serde_json::Value)> + Send + Sync + 'static,
) -> (Found, Vec<String>) {
    find(&wanted(), move |path, before| {
        if path.starts_with("/v1/payment_intents/search?") { searched() } else { by_its_id(path) }
            .or_else(|| (!path.contains("/search")).then(|| list(&[stranger(before)], true)).flatten())
    })
    .await
}

#[tokio::test]
async fn where_the_list_is_too_long_the_search_is_asked_and_what_it_finds_is_held_against_the_sale() {
    let found_by_search = |data: Vec<serde_json::Value>| {
        move || Some((200, serde_json::json!({"object": "search_result", "data": data, "has_more": false})))
    };
    let data = vec![payment("pi_changed", 2_400, TILL), payment("pi_ours", 2_500, TILL)];
    let (found, asked) = search_after_a_long_list(found_by_search(data)).await;
    assert_eq!(id_of(&found), "pi_ours");
    assert_eq!(asked.len(), usize::try_from(MOST_PAGES).expect("a number") + 2);
    let made_at = |id: &str, created: i64| {
        let mut made = payment(id, 2_500, TILL);
        made["created"] = created.into();
        made
    };
    let data = vec![made_at("pi_copy", 20), made_at("pi_ours", 10), made_at("pi_another", 30)];
    let (found, _) = search_after_a_long_list(found_by_search(data)).await;
    assert_eq!(id_of(&found), "pi_ours", "the oldest");
    let other_till = "00000000-0000-4000-8000-000000000002";
    for data in [vec![], vec![payment("pi_changed", 2_400, TILL)], vec![payment("pi_foreign", 2_500, other_till)]] {
        let case = format!("{data:?}");
        let (found, _) = search_after_a_long_list(found_by_search(data)).await;
        assert!(matches!(found, Found::TooMany), "{case}: what the search does not find may be there: {found:?}");
    }
}

#[tokio::test]
async fn what_a_list_that_is_too_long_showed_is_there_whatever_the_search_says() {
    let (found, _) = find(&wanted(), |path, before| {
        by_its_id(path).or_else(|| match before {
            _ if path.contains("/search") => {
                Some((403, serde_json::json!({"error": {"type": "invalid_request_error"}})))
            }
            0 => list(&[payment("pi_ours", 2_500, TILL)], true),
            _ => list(&[stranger(before)], true),
        })
    })
    .await;
    assert_eq!(id_of(&found), "pi_ours");
}

#[tokio::test]
async fn a_search_that_is_refused_or_not_answered_says_nothing() {
    let refused = serde_json::json!({"error": {"type": "invalid_request_error", "message": "no"}});
    let (found, _) = search_after_a_long_list(move || Some((403, refused.clone()))).await;
    assert!(matches!(found, Found::TooMany), "{found:?}");
    let (found, _) = search_after_a_long_list(|| Some((200, serde_json::json!("a page")))).await;
    assert!(matches!(found, Found::NoAnswer(Error::NotStripe { .. })), "{found:?}");
}

#[tokio::test]
async fn all_refunds_of_a_payment_are_read_oldest_first_and_too_many_are_no_answer() {
    let refund =
        |n: usize| serde_json::json!({"id": format!("re_{n}"), "object": "refund", "amount": 1, "currency": "gbp"});
    let read = |pages: usize| {
        let scripted = Arc::new(Scripted {
            answer: move |_: &str, before: usize| {
                list(&[refund(2 * before), refund(2 * before + 1)], before + 1 < pages)
            },
            asked: Mutex::default(),
        });
        async move {
            let key = SecretKey::parse(KEY).expect("a key");
            let client = Client::new(ClientConfig::new(key), scripted.clone());
            let found = refunds(&client, &PaymentIntentId::parse("pi_1").expect("an id")).await.found;
            let asked = scripted.asked.lock().expect("lock").clone();
            (found, asked)
        }
    };
    let (found, asked) = read(3).await;
    let Found::Refunds(all) = found else { panic!("{found:?}") };
    let ids: Vec<_> = all.iter().map(|refund| refund.id.as_str()).collect();
    assert_eq!(ids, ["re_5", "re_4", "re_3", "re_2", "re_1", "re_0"], "a list shows the newest first");
    assert!(asked[1].contains("starting_after=re_1") && asked[2].contains("starting_after=re_3"), "{asked:?}");
    let most = usize::try_from(MOST_REFUND_PAGES).expect("a number");
    assert!(matches!(read(most).await.0, Found::Refunds(all) if all.len() == 2 * most));
    assert!(matches!(read(most + 1).await.0, Found::TooMany));
}

#[test]
fn a_listed_payment_is_the_sales_by_its_id_or_where_none_is_known_as_a_whole() {
    let listed = |value| serde_json::from_value::<ListedPaymentIntent>(value).expect("a payment");
    let whole = listed(payment("pi_whole", 2_500, TILL));
    let others = [
        listed(payment("pi_changed", 2_400, TILL)),
        listed(payment("pi_foreign", 2_500, "00000000-0000-4000-8000-000000000002")),
        listed(stranger(1)),
    ];
    assert!(wanted().is(&whole));
    let known = Wanted { intent: PaymentIntentId::parse("pi_changed").ok(), ..wanted() };
    assert!(known.is(&others[0]) && !known.is(&whole), "its id says it");
    for other in others {
        assert!(!wanted().is(&other), "{other:?}");
    }
}

#[tokio::test]
async fn a_payment_is_gone_only_when_stripe_says_that_it_has_none_of_its_id() {
    let known = Wanted { intent: PaymentIntentId::parse("pi_1").ok(), ..wanted() };
    for (status, code, gone) in [
        (404, "resource_missing", true),
        (404, "another_code", false),
        (400, "resource_missing", false),
        (401, "another_code", false),
    ] {
        let error = serde_json::json!({"error": {"type": "invalid_request_error", "code": code, "message": "no"}});
        let (found, asked) = find(&known, move |_, _| Some((status, error.clone()))).await;
        assert_eq!(matches!(found, Found::Gone), gone, "{status} {code}: {found:?}");
        assert_eq!(matches!(found, Found::NoAnswer(_)), !gone, "{status} {code}: {found:?}");
        assert_eq!(asked, ["/v1/payment_intents/pi_1?expand[]=latest_charge"]);
    }
}
