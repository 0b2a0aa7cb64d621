//! What cannot happen to a refund, whoever asks for it, and what each word of Stripe's makes of one: each guard by itself.

use stripe_client::{CreateRefund, IdempotencyKey, PaymentIntentId};
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::locale::Locale;
use till::machine::{self, Effect, KEY_MEMORY_MS};
use till::money::Money;
use till::observed::{RefundAnswer, RefundStatusSeen, SeenIntent, SeenRefund, Status};
use till::refund::{NotMade, Origin, RefundStage};
use till::sale::{Call, Sale};
use till::{RefundId, SaleId};

const SALE: &str = "00000000-0000-4000-8000-000000000001";

fn id(n: u8) -> RefundId {
    RefundId::parse(&format!("00000000-0000-4000-8000-{n:012}")).expect("an id")
}

/// The till's clock and Stripe's agree.
fn at(ms: i64) -> When {
    When { at_ms: ms, stripe_ms: Some(ms) }
}

fn started(n: u8, amount_minor: i64) -> Event {
    let intent = PaymentIntentId::parse("pi_1").expect("an id");
    let request = CreateRefund { payment_intent: &intent, amount_minor, metadata: &[] }.prepare();
    let call = Call { key: IdempotencyKey::parse(&format!("refund-{n}")).expect("a key"), request };
    Event::RefundStarted { refund: id(n), amount_minor, call }
}

/// A refund at Stripe, of this sale's payment.
fn at_stripe(stripe: &str, amount_minor: i64, named: Option<u8>) -> SeenRefund {
    SeenRefund {
        id: stripe.into(),
        amount_minor,
        currency: "gbp".into(),
        status: RefundStatusSeen::Succeeded,
        payment_intent: Some("pi_1".into()),
        refund: named.map(|n| id(n).to_string()),
        failure_reason: None,
    }
}

fn answered(n: u8, answer: RefundAnswer) -> Event {
    Event::RefundAnswered { refund: id(n), answer }
}

fn made(n: u8, seen: SeenRefund) -> Event {
    answered(n, RefundAnswer::Made { seen })
}

fn unknown(n: u8, status: Option<u16>) -> Event {
    answered(n, RefundAnswer::Unknown { status })
}

fn not_made(n: u8, status: Option<u16>) -> Event {
    answered(n, RefundAnswer::NotMade { code: None, status })
}

fn listed(seen: &[SeenRefund], settled: bool) -> Event {
    Event::RefundsSeen { seen: seen.to_vec(), settled }
}

/// A sale of 25.00 that was paid, and then these events, a second apart; each must be possible.
fn after(events: &[Event]) -> Sale {
    let gbp = Currency::by_code("GBP").expect("GBP");
    let money = Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount");
    let opened = machine::open(SaleId::parse(SALE).expect("an id"), &Event::opened(money, 1), at(0)).expect("opened");
    let seen = SeenIntent {
        id: PaymentIntentId::parse("pi_1").expect("an id"),
        status: Status::Succeeded,
        amount_minor: 2_500,
        currency: "gbp".into(),
        received_minor: None,
        livemode: None,
        sale: Some(SALE.into()),
        till: None,
        payment_method: None,
        decline: None,
        charge: None,
    };
    let paid = machine::step(&opened, &Event::Looked { seen, settled: true }, at(1)).expect("paid").0;
    (1..).zip(events).fold(paid, |sale, (second, event)| then(&sale, event, second * 1_000).0)
}

fn then(sale: &Sale, event: &Event, at_ms: i64) -> (Sale, Vec<Effect>) {
    match machine::step(sale, event, at(at_ms)) {
        Ok(followed) => followed,
        Err(_) => panic!("{event:?} cannot follow on {:?}", sale.refunds),
    }
}

fn impossible(sale: &Sale, event: &Event) -> bool {
    machine::step(sale, event, at(1_000_000)).is_err()
}

fn stages(sale: &Sale) -> Vec<RefundStage> {
    sale.refunds.iter().map(|refund| refund.stage.clone()).collect()
}

/// A refund of 5.00 whose call was lost, and that Stripe shows no trace of.
fn lost() -> [Event; 3] {
    [started(1, 500), unknown(1, None), listed(&[], true)]
}

#[test]
fn no_more_is_given_back_than_is_left_and_nothing_while_one_is_in_doubt() {
    let paid = after(&[]);
    for amount_minor in [1, 2_499, 2_500] {
        assert!(machine::refundable(&paid, amount_minor), "{amount_minor}");
        assert!(!impossible(&paid, &started(1, amount_minor)), "{amount_minor}");
    }
    for amount_minor in [-1, 0, 2_501] {
        assert!(!machine::refundable(&paid, amount_minor), "{amount_minor}");
        assert!(impossible(&paid, &started(1, amount_minor)), "{amount_minor}");
    }
    let given = after(&[started(1, 500), made(1, at_stripe("re_1", 500, Some(1)))]);
    assert!(machine::refundable(&given, 2_000) && !machine::refundable(&given, 2_001));
    assert!(impossible(&given, &started(1, 500)), "the same refund twice");
    for doubt in [vec![started(1, 500)], vec![started(1, 500), unknown(1, None)]] {
        let doubt = after(&doubt);
        assert!(!machine::refundable(&doubt, 1) && impossible(&doubt, &started(2, 1)), "{:?}", doubt.refunds);
    }
}

#[test]
fn only_a_lost_refund_of_the_amount_is_sent_again_while_its_key_is_remembered() {
    let gone = after(&lost());
    assert_eq!(stages(&gone), [RefundStage::NotMade(NotMade::NeverArrived)]);
    assert_eq!(gone.refunds[0].lost_stripe_ms, Some(3_000));
    // Its key was first sent with the first event, at one second.
    assert_eq!(machine::resendable_refund(&gone, 500, Some(5_000)), Some(id(1)));
    assert_eq!(machine::resendable_refund(&gone, 500, Some(999 + KEY_MEMORY_MS)), Some(id(1)));
    for (amount_minor, now) in [(501, Some(5_000)), (500, None), (500, Some(999)), (500, Some(1_000 + KEY_MEMORY_MS))] {
        assert_eq!(machine::resendable_refund(&gone, amount_minor, now), None, "{amount_minor} {now:?}");
    }
    let again = Event::RefundResent { refund: id(1) };
    let (out, effects) = then(&gone, &again, 5_000);
    assert_eq!((stages(&out), effects), (vec![RefundStage::InFlight], vec![Effect::SendRefund(id(1))]));
    assert!(out.refunds[0].sent_again && !gone.refunds[0].sent_again);
    assert_eq!(out.refunds[0].key().map(IdempotencyKey::as_str), Some("refund-1"), "under its own key");
    assert_eq!(out.refunds[0].origin, gone.refunds[0].origin, "and as the same request");
    assert!(impossible(&out, &again), "it is out");
    assert!(impossible(&gone, &Event::RefundResent { refund: id(2) }), "there is none of that id");
    for other in [
        vec![started(1, 500), made(1, at_stripe("re_1", 500, Some(1)))],
        vec![started(1, 500), unknown(1, None)],
        vec![started(1, 500), not_made(1, Some(400))],
        [&lost()[..], &[listed(&[at_stripe("re_9", 2_100, None)], true)]].concat(),
    ] {
        let sale = after(&other);
        assert!(impossible(&sale, &again), "{:?}", sale.refunds);
    }
}

#[test]
fn a_refund_whose_key_holds_a_failure_is_not_sent_again() {
    let again = [&lost()[..], &[Event::RefundResent { refund: id(1) }]].concat();
    for (status, spent) in [(Some(500), true), (Some(502), false), (None, false)] {
        let sale = after(&[&again[..], &[unknown(1, status), listed(&[], true)]].concat());
        assert_eq!(sale.refunds[0].spent, spent, "{status:?}");
        let expected = (!spent).then(|| id(1));
        assert_eq!(machine::resendable_refund(&sale, 500, Some(9_000)), expected, "{status:?}");
        assert_eq!(impossible(&sale, &Event::RefundResent { refund: id(1) }), spent, "{status:?}");
    }
    let first = after(&[started(1, 500), unknown(1, Some(500)), listed(&[], true)]);
    assert!(!first.refunds[0].spent, "the first failure may be one that Stripe kept nothing of");
}

#[test]
fn an_answer_is_for_the_refund_that_is_out() {
    let out = after(&[started(1, 500)]);
    let good = made(1, at_stripe("re_1", 500, Some(1)));
    let (taken, effects) = then(&out, &good, 5_000);
    assert_eq!((stages(&taken), effects), (vec![RefundStage::Succeeded], vec![]));
    assert_eq!(taken.refunds[0].stripe.as_deref(), Some("re_1"));
    assert!(impossible(&taken, &good), "twice");
    assert!(impossible(&out, &made(2, at_stripe("re_1", 500, Some(2)))), "of a refund that is not there");
    assert!(!impossible(&out, &made(1, at_stripe("re_1", 500, None))), "Stripe need not repeat its name");
    let euros = SeenRefund { currency: "eur".into(), ..at_stripe("re_1", 500, Some(1)) };
    for (case, other) in [("another's name", at_stripe("re_1", 500, Some(2))), ("another currency", euros)] {
        let (doubted, effects) = then(&out, &made(1, other), 5_000);
        assert_eq!(stages(&doubted), [RefundStage::NotKnown { since_ms: 5_000 }], "{case}");
        assert_eq!((effects, doubted.refunds[0].stripe.as_deref()), (vec![Effect::Look], None), "{case}");
    }
}

#[test]
fn a_refusal_ends_a_refund_unless_an_earlier_sending_may_still_come() {
    let first = [started(1, 500)];
    let again = [&lost()[..], &[Event::RefundResent { refund: id(1) }]].concat();
    for (before, status, never_arrived, looks) in [
        (&first[..], Some(400), false, true),
        (&first[..], Some(401), false, false),
        (&first[..], None, false, false),
        (&again[..], Some(400), false, true),
        (&again[..], Some(401), true, true),
        (&again[..], None, true, true),
    ] {
        let (sale, effects) = then(&after(before), &not_made(1, status), 9_000);
        let stage = if never_arrived { NotMade::NeverArrived } else { NotMade::Refused { code: None, status } };
        assert_eq!(stages(&sale), [RefundStage::NotMade(stage)], "{status:?}");
        assert_eq!(effects, if looks { vec![Effect::Look] } else { vec![] }, "{status:?}");
    }
}

#[test]
fn a_refund_that_was_forbidden_is_decided_by_one_look_unless_it_was_sent_before() {
    let forbidden = answered(1, RefundAnswer::Forbidden);
    let (sale, effects) = then(&after(&[started(1, 500)]), &forbidden, 5_000);
    assert_eq!((stages(&sale), effects), (vec![RefundStage::NotKnown { since_ms: 5_000 }], vec![Effect::Look]));
    let looked = then(&sale, &listed(&[], false), 6_000).0;
    let refused = NotMade::Refused { code: None, status: Some(403) };
    assert_eq!(stages(&looked), [RefundStage::NotMade(refused)]);
    let again = [&lost()[..], &[Event::RefundResent { refund: id(1) }, forbidden]].concat();
    let looked = then(&after(&again), &listed(&[], false), 9_000).0;
    assert!(matches!(stages(&looked)[..], [RefundStage::NotKnown { .. }]), "{:?}", looked.refunds);
}

#[test]
fn a_lost_refund_is_taken_for_lost_only_by_a_look_late_enough() {
    let doubt = after(&[started(1, 500), unknown(1, None)]);
    let early = then(&doubt, &listed(&[], false), 5_000).0;
    assert!(matches!(stages(&early)[..], [RefundStage::NotKnown { .. }]));
    assert_eq!(early.refunds[0].lost_stripe_ms, None);
    let late = then(&doubt, &listed(&[], true), 5_000).0;
    assert_eq!(stages(&late), [RefundStage::NotMade(NotMade::NeverArrived)]);
    let found = then(&doubt, &listed(&[at_stripe("re_1", 500, Some(1))], true), 5_000).0;
    assert_eq!((stages(&found), found.refunds.len()), (vec![RefundStage::Succeeded], 1));
    // It comes after all: found by its name then, too.
    let came = then(&late, &listed(&[at_stripe("re_1", 500, Some(1))], true), 9_000).0;
    assert_eq!((stages(&came), came.refunds[0].id()), (vec![RefundStage::Succeeded], Some(id(1))));
}

#[test]
fn a_look_says_nothing_while_a_refund_is_out_or_the_sale_is_not_paid() {
    let out = after(&[started(1, 500)]);
    let all = listed(&[at_stripe("re_9", 500, None)], true);
    assert_eq!(then(&out, &all, 5_000), (out.clone(), vec![]));
    let unpaid = Sale { stage: till::sale::Stage::Cancelled, given_up: Some(at(0)), ..after(&[]) };
    assert_eq!(then(&unpaid, &all, 5_000), (unpaid.clone(), vec![]), "the release of a hold");
}

#[test]
fn each_refund_that_stripe_lists_is_one_in_the_books() {
    let pending = SeenRefund { status: RefundStatusSeen::Pending, ..at_stripe("re_9", 300, None) };
    let sale = after(&[listed(std::slice::from_ref(&pending), false)]);
    assert_eq!((stages(&sale), &sale.refunds[0].origin), (vec![RefundStage::Pending], &Origin::Elsewhere));
    // The same again, further on, and another beside it that names none.
    let all = [at_stripe("re_9", 300, None), at_stripe("re_8", 200, None)];
    let sale = then(&sale, &listed(&all, false), 5_000).0;
    assert_eq!(stages(&sale), [RefundStage::Succeeded, RefundStage::Succeeded]);
    assert_eq!(sale.left_minor(), 2_000);
    let euros = SeenRefund { currency: "eur".into(), ..at_stripe("re_7", 100, None) };
    assert_eq!(then(&sale, &listed(&[euros], false), 6_000).0.refunds.len(), 2, "another currency is not this sale's");
    // Two of one name: the second is another refund, and both count.
    let named = after(&[started(1, 500), unknown(1, None)]);
    let twice = [at_stripe("re_1", 500, Some(1)), at_stripe("re_2", 500, Some(1))];
    let named = then(&named, &listed(&twice, true), 5_000).0;
    assert_eq!((named.refunds.len(), named.left_minor()), (2, 1_500));
    assert_eq!((named.refunds[0].id(), named.refunds[1].id()), (Some(id(1)), None));
}

#[test]
fn a_refund_of_another_payment_is_marked_and_counts() {
    let of = |payment: Option<&str>| {
        let seen = SeenRefund { payment_intent: payment.map(str::to_owned), ..at_stripe("re_9", 300, None) };
        after(&[listed(&[seen], false)])
    };
    for (payment, marked) in [(Some("pi_1"), false), (Some("pi_2"), true), (None, false)] {
        let sale = of(payment);
        assert_eq!((sale.refunds[0].of_another, sale.left_minor()), (marked, 2_200), "{payment:?}");
    }
}

#[test]
fn each_state_of_a_refund_counts_or_does_not() {
    let stand = |status| {
        let seen = SeenRefund { status, failure_reason: Some("lost card".into()), ..at_stripe("re_1", 500, Some(1)) };
        after(&[started(1, 500), made(1, seen)])
    };
    let cases = [
        (RefundStatusSeen::Pending, 2_000, true),
        (RefundStatusSeen::Succeeded, 2_000, false),
        (RefundStatusSeen::Failed, 2_500, false),
        (RefundStatusSeen::Canceled, 2_500, false),
    ];
    for (status, left, open) in cases {
        let sale = stand(status.clone());
        assert_eq!((sale.left_minor(), sale.refunds[0].undecided()), (left, open), "{status:?}");
        assert!(!sale.refunds[0].in_doubt() && !sale.refunds[0].taken_for_lost(), "{status:?}");
    }
    let failed = RefundStage::Failed { reason: Some("lost card".into()) };
    assert_eq!(stages(&stand(RefundStatusSeen::Failed)), [failed]);
}

#[test]
fn a_till_that_stopped_does_not_know_what_became_of_a_refund_that_was_out() {
    let stopped = then(&after(&[started(1, 500)]), &Event::Interrupted, 7_000);
    assert_eq!((stages(&stopped.0), stopped.1), (vec![RefundStage::NotKnown { since_ms: 7_000 }], vec![Effect::Look]));
    let given = after(&[started(1, 500), made(1, at_stripe("re_1", 500, Some(1)))]);
    assert_eq!(then(&given, &Event::Interrupted, 7_000), (given.clone(), vec![]));
}

#[test]
fn a_new_training_ends_what_was_open_and_leaves_what_was_given_back() {
    let ended = |events: &[Event]| stages(&then(&after(events), &Event::TrainingEnded, 7_000).0);
    assert_eq!(ended(&[started(1, 500)]), [RefundStage::NotMade(NotMade::TrainingEnded)]);
    assert_eq!(ended(&[started(1, 500), made(1, at_stripe("re_1", 500, Some(1)))]), [RefundStage::Succeeded]);
}
