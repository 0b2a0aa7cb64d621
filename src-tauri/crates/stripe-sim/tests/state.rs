//! A state that was kept and taken again goes on as if the simulator had never stopped; a damaged one is refused.

mod common;
use common::*;
use proptest::prelude::*;

use stripe_sim::{AccountSettings, ApiRequest, Fault, FaultRule, Latency, Moment, Sim, StateError, When, cards};

/// A bit of everything: payments in each state, a refund under way, a hold, a dispute, kept keys, faults.
fn lived_in() -> Sim {
    let sim = sim();
    charge(&sim, "pm_card_visa");
    charge(&sim, "pm_card_visa_chargeDeclined");
    waiting(&sim);
    charge(&sim, "pm_card_createDispute");
    let mut held = charge_form("pm_card_visa");
    held.push(("capture_method", "manual"));
    post(&sim, "/v1/payment_intents", &held);
    let slow = charge(&sim, "pm_card_pendingRefund").json();
    post(&sim, "/v1/refunds", &[("payment_intent", &id(&slow))]);
    key_card_with(&sim, "4242424242424242", "12", "2030", "314");
    let customer = id(&post(&sim, "/v1/customers", &[("name", "Ada")]).json());
    post(&sim, "/v1/payment_methods/pm_card_visa/attach", &[("customer", &customer)]);
    let setup = [("payment_method_types[]", "card"), ("confirm", "true"), ("use_stripe_sdk", "true")];
    let setup = [&setup[..], &[("payment_method", "pm_card_authenticationRequired")]].concat();
    assert_eq!(post(&sim, "/v1/setup_intents", &setup).json()["status"], "requires_action");
    sim.decline_next("do_not_honor", 2).unwrap();
    sim.set_account(Some(SK), AccountSettings { moto: true, ..AccountSettings::default() }).unwrap();
    send(&sim, keyed_charge());
    sim.clock().advance(12_345);
    sim.faults().add(FaultRule {
        method: None,
        path: "/v1/balance".to_owned(),
        when: When::Chance(0.5),
        moment: Moment::Before,
        fault: Fault::Status { status: 502, should_retry: None },
    });
    sim.faults().set_latency(Latency { ms: 4, jitter_ms: 2 });
    sim
}

fn keyed_charge() -> ApiRequest {
    ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK).idempotency_key("till-1")
}

fn again(sim: &Sim) -> Sim {
    Sim::restore(options(), &sim.state().unwrap()).unwrap()
}

#[test]
fn a_restored_simulator_goes_on_to_the_byte() {
    let first = lived_in();
    let second = again(&first);
    assert_eq!(second.clock().now_ms(), first.clock().now_ms());
    assert_eq!(second.faults().rules(), first.faults().rules());
    assert_eq!(second.faults().latency(), first.faults().latency());
    assert_eq!(second.ledger(), first.ledger());
    let waits = id(first.ledger().payment_intents().find(|intent| intent["status"] == "requires_action").unwrap());
    for sim in [&first, &second] {
        sim.challenge(&waits, stripe_sim::Outcome::Complete).unwrap();
    }
    // What is due (the refund, the hold, the hour) comes due in both, and chance falls the same way.
    for step in 0..40 {
        for request in [
            ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK),
            ApiRequest::get("/v1/balance").key(SK),
            ApiRequest::get("/v1/events?limit=100").key(SK),
            ApiRequest::get("/v1/refunds").key(SK),
            ApiRequest::get("/v1/disputes").key(SK),
            ApiRequest::get("/v1/setup_intents").key(SK),
            ApiRequest::get("/v1/customers?expand[]=data.invoice_settings").key(SK),
            ApiRequest::get("/v1/payment_intents/search?query=status:'succeeded'").key(SK),
        ] {
            let (left, right) = (call(&first, request.clone()).unwrap(), call(&second, request).unwrap());
            assert_eq!((left.status, &left.headers), (right.status, &right.headers), "step {step}");
            assert!(left.body == right.body, "step {step}: {} is not {}", left.json(), right.json());
            assert_eq!(left.delay, right.delay, "step {step}");
        }
        first.clock().advance(step * 20_000);
        second.clock().advance(step * 20_000);
    }
    assert_eq!(second.ledger(), first.ledger());
}

#[test]
fn a_key_that_was_used_before_the_restart_still_replays() {
    let first = sim();
    let paid = send(&first, keyed_charge()).json();
    let second = again(&first);
    let replayed = send(&second, keyed_charge());
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    assert_eq!(replayed.json(), paid);
    assert_eq!(second.ledger().charges().count(), 1, "nobody is charged twice by a restart");
    let other = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_mastercard")).key(SK);
    assert_eq!(send(&second, other.idempotency_key("till-1")).status, 400, "and still fits its first request only");
}

#[test]
fn every_test_card_comes_back_as_itself() {
    let first = sim();
    let mut made = Vec::new();
    for card in cards::all() {
        if let Some(alias) = card.payment_method {
            made.push(charge(&first, alias).json());
        }
        if card.entry_error.is_none() {
            made.push(key_card(&first, card.number).json());
        }
    }
    assert!(made.len() > 200);
    assert_eq!(again(&first).ledger(), first.ledger());
}

#[test]
fn a_state_holds_no_card_number_no_code_and_no_key() {
    let sim = lived_in();
    for (place, card) in cards::all().iter().enumerate() {
        key_card_with(&sim, card.number, "12", "2030", "9173");
        // Also under a key, and also refused: what is kept to compare requests must not tell them.
        let page = [("type", "card"), ("card[number]", card.number), ("card[exp_month]", "12"), ("card[cvc]", "9173")];
        send(&sim, ApiRequest::post("/v1/payment_methods", &page).key(PK).idempotency_key(card.does));
        send(&sim, ApiRequest::get(&format!("/v1/payment_methods/{}", card.number)).key(SK));
        let wrong = ApiRequest::post("/v1/payment_intents", &charge_form(card.number)).key(SK);
        assert_eq!(send(&sim, wrong.idempotency_key(&format!("wrong-{place}"))).status, 400);
    }
    let state = String::from_utf8(sim.state().unwrap()).unwrap();
    for card in cards::all() {
        assert!(!state.contains(card.number), "{}", card.number);
    }
    for secret in ["9173", SK, PK, "shop1"] {
        assert!(!state.contains(secret), "{secret}");
    }
}

#[test]
fn what_is_no_state_is_refused_with_a_reason() {
    let state = lived_in().state().unwrap();
    let refused = |bytes: &[u8]| Sim::restore(options(), bytes).map(drop).unwrap_err();
    assert_eq!(refused(b""), StateError::NotAState);
    assert_eq!(refused(b"{\"world\": {}}\n"), StateError::NotAState);
    assert_eq!(refused(&state[..state.len() - 1]), StateError::Damaged);
    assert_eq!(refused(&state[..100]), StateError::Damaged);
    let text = String::from_utf8(state).unwrap();
    let richer = text.replacen("2500", "9500", 1);
    assert_ne!(richer, text);
    assert_eq!(refused(richer.as_bytes()), StateError::Damaged);
    let newer = text.replacen("stripe-sim state 1 ", "stripe-sim state 99 ", 1);
    assert_eq!(refused(newer.as_bytes()), StateError::OtherVersion("99".to_owned()));
    assert!(refused(newer.as_bytes()).to_string().contains("version 99"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Sim::restore(options(), &bytes).is_err());
        let mut disguised = b"stripe-sim state 1 ".to_vec();
        disguised.extend(bytes);
        prop_assert!(Sim::restore(options(), &disguised).is_err());
    }
}

/// The README names these sizes.
#[test]
fn a_payment_takes_as_much_of_the_state_as_the_readme_says() {
    const PAYMENTS: usize = 50;
    let readme = include_str!("../README.md");
    for (with_keys, said) in [(false, 7), (true, 8)] {
        let sim = sim();
        let empty = sim.state().unwrap().len();
        for number in 0..PAYMENTS {
            let request = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK);
            let request = if with_keys { request.idempotency_key(&format!("key-{number}")) } else { request };
            assert_eq!(send(&sim, request).status, 200);
        }
        let bytes = (sim.state().unwrap().len() - empty) / PAYMENTS;
        assert_eq!((bytes + 500) / 1_000, said, "{bytes}, with keys: {with_keys}");
        assert!(readme.contains(&format!("about {said} kB")), "{said}");
    }
}
