//! The rules of giving money back under every order of events that proptest can think of, possible or not.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use stripe_client::{CreateRefund, IdempotencyKey, PaymentIntentId};
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::locale::Locale;
use till::machine::{self, Effect};
use till::money::Money;
use till::observed::{RefundAnswer, RefundStatusSeen, SeenIntent, SeenRefund, Status};
use till::refund::{Origin, Refund, RefundStage};
use till::sale::{Call, Sale, Stage};
use till::{RefundId, SaleId};

const AMOUNT_MINOR: i64 = 2_500;

fn id(n: u8) -> RefundId {
    RefundId::parse(&format!("00000000-0000-4000-8000-{n:012}")).expect("an id")
}

fn call(n: u32) -> Call {
    let intent = PaymentIntentId::parse("pi_1").expect("an id");
    let request = CreateRefund { payment_intent: &intent, amount_minor: 1, metadata: &[] }.prepare();
    Call { key: IdempotencyKey::parse(&format!("r{n}")).expect("a key"), request }
}

/// The till's clock and Stripe's agree.
fn at(ms: i64) -> When {
    When { at_ms: ms, stripe_ms: Some(ms) }
}

fn paid() -> Sale {
    let sale = SaleId::parse("00000000-0000-4000-8000-000000000001").expect("an id");
    let gbp = Currency::by_code("GBP").expect("GBP");
    let money = Money::new(AMOUNT_MINOR, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount");
    let opened = machine::open(sale, &Event::opened(money, 1), at(0)).expect("opened");
    let seen = SeenIntent {
        id: PaymentIntentId::parse("pi_1").expect("an id"),
        status: Status::Succeeded,
        amount_minor: AMOUNT_MINOR,
        currency: "gbp".into(),
        received_minor: None,
        livemode: None,
        sale: Some("00000000-0000-4000-8000-000000000001".into()),
        till: None,
        payment_method: None,
        decline: None,
        charge: None,
    };
    machine::step(&opened, &Event::Looked { seen, settled: true }, at(1)).expect("paid").0
}

fn statuses() -> impl Strategy<Value = RefundStatusSeen> {
    prop_oneof![
        Just(RefundStatusSeen::Pending),
        Just(RefundStatusSeen::Succeeded),
        Just(RefundStatusSeen::Failed),
        Just(RefundStatusSeen::Canceled)
    ]
}

/// A refund at Stripe: its number is its id there; an even one was asked for here, under the same number.
fn seen() -> impl Strategy<Value = SeenRefund> {
    (0_u8..6, 1_i64..3_000, statuses(), prop_oneof![9 => Just("gbp"), 1 => Just("eur")]).prop_map(
        |(n, amount_minor, status, currency)| SeenRefund {
            payment_intent: Some("pi_1".into()),
            id: format!("re_{n}"),
            amount_minor,
            currency: currency.into(),
            status,
            refund: (n % 2 == 0).then(|| id(n).to_string()),
            failure_reason: None,
        },
    )
}

fn answers() -> impl Strategy<Value = RefundAnswer> {
    prop_oneof![
        3 => seen().prop_map(|seen| RefundAnswer::Made { seen }),
        1 => proptest::option::of(prop_oneof![Just(400_u16), Just(403), Just(429)])
            .prop_map(|status| RefundAnswer::NotMade { code: None, status }),
        2 => Just(RefundAnswer::Unknown { status: None }),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        5 => (0_u8..6, 1_i64..2_600, 0_u32..1_000_000)
            .prop_map(|(n, amount_minor, key)| Event::RefundStarted { refund: id(n), amount_minor, call: call(key) }),
        2 => (0_u8..6).prop_map(|n| Event::RefundResent { refund: id(n) }),
        5 => (0_u8..6, answers()).prop_map(|(n, answer)| Event::RefundAnswered { refund: id(n), answer }),
        3 => (proptest::collection::vec(seen(), 0..4), any::<bool>())
            .prop_map(|(seen, settled)| Event::RefundsSeen { seen, settled }),
        1 => Just(Event::Interrupted),
        1 => Just(Event::Kept),
        1 => Just(Event::CancelWanted),
        1 => Just(Event::TrainingEnded),
    ]
}

fn in_doubt(sale: &Sale) -> usize {
    sale.refunds.iter().filter(|refund| refund.in_doubt()).count()
}

fn given_minor(sale: &Sale) -> i64 {
    sale.refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.amount_minor).sum()
}

fn call_of(refund: &Refund) -> Option<&Call> {
    match &refund.origin {
        Origin::Here { call, .. } => Some(call),
        Origin::Elsewhere => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_more_goes_back_than_was_asked_for(
        steps in proptest::collection::vec((events(), 0_i64..20_000_000), 1..40),
    ) {
        let mut sale = paid();
        let mut at_ms = 10;
        for (event, later) in steps {
            at_ms += later;
            let before = sale.clone();
            let Ok((after, effects)) = machine::step(&before, &event, at(at_ms)) else { continue };

            prop_assert!(matches!(after.stage, Stage::Approved(_)), "a refund does not undo the payment");
            prop_assert!(in_doubt(&after) <= 1, "two refunds in doubt: {:?}", after.refunds);
            // Money goes out only by a command, one call at a time, and only when nothing is in doubt.
            let sent = effects.iter().filter(|effect| matches!(effect, Effect::SendRefund(_))).count();
            if sent > 0 {
                prop_assert!(matches!(event, Event::RefundStarted { .. } | Event::RefundResent { .. }), "{event:?}");
                prop_assert_eq!((sent, in_doubt(&before)), (1, 0));
                prop_assert!(given_minor(&after) <= AMOUNT_MINOR, "more than was paid: {:?}", after.refunds);
            }
            prop_assert!(!effects.iter().any(|effect| matches!(effect, Effect::Send(_) | Effect::StartCancel)));
            // A refund's call, id and place never change, and none is forgotten.
            prop_assert!(after.refunds.len() >= before.refunds.len());
            for (old, new) in before.refunds.iter().zip(&after.refunds) {
                prop_assert_eq!(call_of(old), call_of(new));
                prop_assert_eq!(old.id(), new.id());
            }
            // "Refunded" is Stripe's word alone.
            for (n, refund) in after.refunds.iter().enumerate() {
                let was = before.refunds.get(n).map(|old| &old.stage);
                if refund.stage == RefundStage::Succeeded && was != Some(&RefundStage::Succeeded) {
                    let told = match &event {
                        Event::RefundAnswered { answer: RefundAnswer::Made { seen }, .. } => {
                            seen.status == RefundStatusSeen::Succeeded
                        }
                        Event::RefundsSeen { seen, .. } => {
                            seen.iter().any(|seen| seen.status == RefundStatusSeen::Succeeded)
                        }
                        _ => false,
                    };
                    prop_assert!(told, "{event:?} led to {refund:?}");
                }
            }
            sale = after;
        }
    }
}

#[test]
fn a_silence_is_not_a_failure_until_stripe_was_seen_without_it() {
    let start = Event::RefundStarted { refund: id(0), amount_minor: 1_000, call: call(1) };
    let out = machine::step(&paid(), &start, at(10)).expect("started").0;
    let silence = Event::RefundAnswered { refund: id(0), answer: RefundAnswer::Unknown { status: Some(500) } };
    let lost = machine::step(&out, &silence, at(20)).expect("lost").0;
    assert!(!machine::refundable(&lost, 1), "one at a time is in doubt");
    let early = machine::step(&lost, &Event::RefundsSeen { seen: Vec::new(), settled: false }, at(30)).expect("seen").0;
    assert_eq!(early.refunds[0].stage, lost.refunds[0].stage, "it may still be on its way");
    let late =
        machine::step(&lost, &Event::RefundsSeen { seen: Vec::new(), settled: true }, at(200_000)).expect("seen").0;
    assert!(machine::refundable(&late, 2_500));
    assert_eq!(
        machine::resendable_refund(&late, 1_000, Some(300_000)),
        Some(id(0)),
        "the same wish is the same request"
    );
    assert_eq!(machine::resendable_refund(&late, 999, Some(300_000)), None);
    assert_eq!(
        machine::resendable_refund(&late, 1_000, Some(10 + machine::KEY_MEMORY_MS)),
        None,
        "Stripe may have forgotten"
    );
}
