//! The rules of a sale under every order of events that proptest can think of, possible or not.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use stripe_client::{CreatePaymentIntent, IdempotencyKey, PaymentIntentId, PaymentMethodId};
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::locale::Locale;
use till::machine::{self, Effect};
use till::money::Money;
use till::observed::{Answer, SeenCharge, SeenDecline, SeenIntent, Status};
use till::sale::{AttemptEnd, Call, Decline, Purpose, Sale, Stage, Why};
use till::{AttemptId, SaleId};

const SALE: &str = "00000000-0000-4000-8000-000000000001";

/// The till's clock and Stripe's agree.
fn at(ms: i64) -> When {
    When { at_ms: ms, stripe_ms: Some(ms) }
}

fn money() -> Money {
    let gbp = Currency::by_code("GBP").expect("GBP");
    Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount")
}

fn opened() -> Sale {
    let sale = SaleId::parse(SALE).expect("an id");
    machine::open(sale, &Event::opened(money(), 1), at(0)).expect("opened")
}

fn card(n: u8) -> PaymentMethodId {
    PaymentMethodId::parse(&format!("pm_{n}")).expect("an id")
}

fn call(n: u32) -> Call {
    let request =
        CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card(1), metadata: &[] }.prepare();
    Call { key: IdempotencyKey::parse(&format!("k{n}")).expect("a key"), request }
}

fn seen(status: Status, amount_minor: i64, intent: u8, decline_of: Option<u8>) -> SeenIntent {
    let charge = matches!(status, Status::Succeeded | Status::RequiresCapture).then(|| SeenCharge {
        id: "ch_1".into(),
        created_s: 1,
        card: None,
        authorization_code: None,
        authenticated: false,
    });
    SeenIntent {
        id: PaymentIntentId::parse(&format!("pi_{intent}")).expect("an id"),
        status,
        amount_minor,
        currency: "gbp".into(),
        received_minor: None,
        livemode: None,
        sale: Some(SALE.into()),
        till: None,
        payment_method: None,
        decline: decline_of.map(decline),
        charge,
    }
}

fn decline(n: u8) -> SeenDecline {
    SeenDecline {
        code: Some("card_declined".into()),
        decline_code: Some("insufficient_funds".into()),
        advice_code: None,
        card: None,
        payment_method: Some(format!("pm_{n}")),
    }
}

fn statuses() -> impl Strategy<Value = Status> {
    prop_oneof![
        3 => Just(Status::RequiresPaymentMethod),
        2 => Just(Status::RequiresConfirmation),
        2 => Just(Status::RequiresAction),
        1 => Just(Status::Processing),
        1 => Just(Status::RequiresCapture),
        1 => Just(Status::Canceled),
        2 => Just(Status::Succeeded),
        1 => Just(Status::Other("requires_source".into())),
    ]
}

fn intents() -> impl Strategy<Value = SeenIntent> {
    // Mostly ours; sometimes of another amount, sometimes another PaymentIntent.
    let amount = prop_oneof![9 => Just(2_500_i64), 1 => Just(9_900)];
    let id = prop_oneof![9 => Just(1_u8), 1 => Just(2)];
    (statuses(), amount, id, proptest::option::of(0_u8..4)).prop_map(|(s, a, i, d)| seen(s, a, i, d))
}

fn purposes() -> impl Strategy<Value = Purpose> {
    prop_oneof![Just(Purpose::Submit), Just(Purpose::ConfirmAgain), Just(Purpose::Cancel)]
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => intents().prop_map(|seen| Answer::Intent { seen }),
        2 => (proptest::option::of(intents()), 0_u8..4)
            .prop_map(|(seen, n)| Answer::Declined { seen, decline: decline(n) }),
        1 => proptest::option::of(prop_oneof![Just(400_u16), Just(401), Just(429)])
            .prop_map(|status| Answer::NotExecuted { code: None, status, seen: None }),
        2 => Just(Answer::Unknown { status: None }),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0_u128..6, 0_u8..8, 0_u32..1_000_000).prop_map(|(id, n, key)| Event::Submitted {
            attempt: AttemptId::parse(&format!("00000000-0000-4000-8000-{id:012}")).expect("an id"),
            payment_method: card(n),
            call: call(key),
        }),
        2 => (0_u32..1_000_000).prop_map(|key| Event::ConfirmedAgain { call: call(key) }),
        1 => purposes().prop_map(|purpose| Event::Resent { purpose }),
        1 => Just(Event::CancelWanted),
        1 => (0_u32..1_000_000).prop_map(|key| Event::CancelStarted { call: call(key) }),
        6 => (purposes(), answers()).prop_map(|(purpose, answer)| Event::Answered { purpose, answer }),
        4 => (intents(), any::<bool>()).prop_map(|(seen, settled)| Event::Looked { seen, settled }),
        1 => Just(Event::FoundNothing),
        1 => Just(Event::Gone),
        1 => Just(Event::WatchEnded),
        1 => Just(Event::SetAside),
        1 => Just(Event::Interrupted),
    ]
}

fn says_succeeded(event: &Event) -> bool {
    let ours = |seen: &SeenIntent| seen.status == Status::Succeeded && seen.amount_minor == 2_500;
    match event {
        Event::Looked { seen, .. } | Event::Answered { answer: Answer::Intent { seen }, .. } => ours(seen),
        Event::Answered { answer: Answer::Declined { seen: Some(seen), .. }, .. } => ours(seen),
        _ => false,
    }
}

fn is_silence(event: &Event) -> bool {
    matches!(event, Event::Answered { answer: Answer::Unknown { .. }, .. } | Event::Interrupted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_rules_hold(
        steps in proptest::collection::vec((events(), 0_i64..200_000), 1..40),
    ) {
        let mut sale = opened();
        let mut at_ms = 0;
        // A create was let out of which nobody knows what became.
        let mut create_in_doubt = false;
        for (event, later) in steps {
            at_ms += later;
            let before = sale.clone();
            let Ok((after, effects)) = machine::step(&before, &event, at(at_ms)) else { continue };

            // One create for life, unless Stripe itself refused the first as it was.
            if matches!(event, Event::Submitted { .. }) && before.intent.is_none() {
                prop_assert!(!create_in_doubt, "a second create after a silence: {:?}", before.attempts);
            }
            let create_out = before.in_flight == Some(Purpose::Submit) && before.intent.is_none();
            create_in_doubt |= create_out && is_silence(&event);
            create_in_doubt &= !matches!(
                event,
                Event::Answered { purpose: Purpose::Submit, answer: Answer::NotExecuted { status: Some(400), .. } }
            );

            // Approved only by Stripe's word about this amount, and for ever.
            if matches!(after.stage, Stage::Approved(_)) && !matches!(before.stage, Stage::Approved(_)) {
                prop_assert!(says_succeeded(&event), "approved by {event:?}");
            }
            if matches!(before.stage, Stage::Approved(_)) {
                prop_assert_eq!(&after.stage, &before.stage, "an approved sale moved");
                prop_assert!(!after.finished() || !after.paid_unasked(), "a payment that nobody asked for was let go");
                prop_assert!(effects.is_empty(), "an approved sale acted: {:?}", effects);
            }
            // One PaymentIntent for life.
            if before.intent.is_some() {
                prop_assert_eq!(&after.intent, &before.intent);
            }
            // A silence tells nobody "declined" or "cancelled".
            if is_silence(&event) && before.stage != after.stage {
                prop_assert!(
                    !matches!(after.stage, Stage::Declined(_) | Stage::Cancelled | Stage::Open { .. } | Stage::Approved(_)),
                    "a silence led from {:?} to {:?}", before.stage, after.stage
                );
            }
            // The answer to a cancel starts nothing: that could go on for ever.
            if matches!(event, Event::Answered { purpose: Purpose::Cancel, .. }) {
                prop_assert!(effects.is_empty(), "{effects:?}");
            }
            // A charge goes out only by a command, never by an answer or a look.
            for effect in &effects {
                if matches!(effect, Effect::Send(Purpose::Submit | Purpose::ConfirmAgain)) {
                    prop_assert!(
                        matches!(event, Event::Submitted { .. } | Event::ConfirmedAgain { .. } | Event::Resent { .. }),
                        "{event:?} let a charge out"
                    );
                    prop_assert!(!before.cancel_wanted, "a charge went out after staff gave up");
                }
            }
            // A second card only when the first is known not to have paid.
            if after.attempts.len() > before.attempts.len() {
                prop_assert!(before.attempts.iter().all(|a| matches!(
                    a.end, Some(AttemptEnd::Declined(_) | AttemptEnd::NotTried)
                )), "{:?}", before.attempts);
            }
            // An attempt's call never changes.
            for (old, new) in before.attempts.iter().zip(&after.attempts) {
                prop_assert_eq!(&old.submit, &new.submit);
                // A second confirm is renewed only when Stripe was seen, late enough, to wait for one still.
                let renewed = matches!(&event, Event::Looked { seen, settled: true }
                    if seen.status == Status::RequiresConfirmation);
                if old.confirm_again.is_some() && !renewed {
                    prop_assert_eq!(&old.confirm_again, &new.confirm_again);
                }
            }
            sale = after;
        }
    }
}

fn submitted(sale: &Sale, n: u8, at_ms: i64) -> Sale {
    let event = Event::Submitted {
        attempt: AttemptId::parse(&format!("00000000-0000-4000-8000-{n:012}")).expect("an id"),
        payment_method: card(n),
        call: call(u32::from(n)),
    };
    machine::step(sale, &event, at(at_ms)).expect("submitted").0
}

fn then(sale: &Sale, event: Event, at_ms: i64) -> (Sale, Vec<Effect>) {
    machine::step(sale, &event, at(at_ms)).expect("possible")
}

fn unanswered(purpose: Purpose) -> Event {
    Event::Answered { purpose, answer: Answer::Unknown { status: None } }
}

#[test]
fn a_lost_create_blocks_a_new_card_until_stripe_has_spoken() {
    let lost = then(&submitted(&opened(), 1, 0), unanswered(Purpose::Submit), 10).0;
    assert!(!machine::accepts_card(&lost));
    assert_eq!(machine::resendable(&lost, Some(20)), None, "it may still be on its way");
    let late = then(&lost, Event::FoundNothing, 100_000).0;
    assert!(matches!(late.stage, Stage::NotKnown { absent: true, .. }));
    assert!(!machine::accepts_card(&late), "only the very same request may be sent");
    assert_eq!(machine::resendable(&late, Some(1_000)), Some(Purpose::Submit));
    assert_eq!(machine::resendable(&late, Some(-1)), None, "a time before the first sending tells of no age");
    assert_eq!(machine::resendable(&late, None), None, "and neither does none");
    assert_eq!(
        machine::resendable(&late, Some(machine::KEY_MEMORY_MS)),
        None,
        "never after Stripe may have forgotten the key"
    );
}

#[test]
fn a_decline_of_the_card_before_is_not_taken_for_this_cards() {
    let first = seen(Status::RequiresPaymentMethod, 2_500, 1, Some(1));
    let declined = Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Declined { seen: Some(first.clone()), decline: decline(1) },
    };
    let sale = then(&submitted(&opened(), 1, 0), declined, 5).0;
    let lost = then(&submitted(&sale, 2, 10), unanswered(Purpose::Submit), 20).0;
    let looked = then(&lost, Event::Looked { seen: first.clone(), settled: false }, 30).0;
    assert!(matches!(looked.stage, Stage::NotKnown { .. }), "the second card may still be on its way");
    let later = then(&lost, Event::Looked { seen: first, settled: true }, 100_000).0;
    assert_eq!(later.stage, Stage::Declined(Decline::NeverArrived));
    let own =
        then(&lost, Event::Looked { seen: seen(Status::RequiresPaymentMethod, 2_500, 1, Some(2)), settled: false }, 30)
            .0;
    assert!(matches!(own.stage, Stage::Declined(Decline::Refused(_))));
}

#[test]
fn a_success_that_comes_while_staff_cancel_is_shown_as_what_it_is() {
    let sale = submitted(&opened(), 1, 0);
    let (sale, effects) = then(&sale, Event::CancelWanted, 5);
    assert!(effects.is_empty() && sale.stage == Stage::Cancelling, "the outcome is found first");
    let paid = Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Intent { seen: seen(Status::Succeeded, 2_500, 1, None) },
    };
    assert!(matches!(then(&sale, paid, 10).0.stage, Stage::Approved(_)));
}

#[test]
fn another_amount_is_never_approved_and_nothing_more_is_sent() {
    let wrong = Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Intent { seen: seen(Status::Succeeded, 9_900, 1, None) },
    };
    let (sale, effects) = then(&submitted(&opened(), 1, 0), wrong, 10);
    assert!(matches!(sale.stage, Stage::NotKnown { .. }) && effects.is_empty());
    assert!(!machine::accepts_card(&sale) && machine::resendable(&sale, Some(20)).is_none());
}

#[test]
fn another_sales_payment_another_payment_and_another_currency_are_never_the_sales_own() {
    let lost = then(&submitted(&opened(), 1, 0), unanswered(Purpose::Submit), 10).0;
    let paid = seen(Status::Succeeded, 2_500, 1, None);
    let others = SeenIntent { sale: Some("00000000-0000-4000-8000-000000000999".into()), ..paid.clone() };
    let nobodys = SeenIntent { sale: None, ..paid.clone() };
    let euros = SeenIntent { currency: "eur".into(), ..paid.clone() };
    for found in [others, nobodys, euros] {
        let sale = then(&lost, Event::Looked { seen: found.clone(), settled: true }, 200_000).0;
        assert!(matches!(sale.stage, Stage::NotKnown { why: Why::Mismatch, .. }), "{found:?}: {:?}", sale.stage);
        assert!(sale.intent.is_none() && !machine::accepts_card(&sale));
    }
    // The sale has a payment for life: an answer that tells of another is none of it.
    let waits = Event::Looked { seen: seen(Status::RequiresAction, 2_500, 2, None), settled: true };
    let known = then(&lost, waits, 200_000).0;
    let sale = then(&known, Event::Looked { seen: paid, settled: true }, 200_001).0;
    assert!(matches!(sale.stage, Stage::NotKnown { why: Why::Mismatch, .. }), "{:?}", sale.stage);
}

#[test]
fn a_lost_second_confirm_is_offered_again_with_its_own_key() {
    let needs = Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Intent { seen: seen(Status::RequiresAction, 2_500, 1, None) },
    };
    let sale = then(&submitted(&opened(), 1, 0), needs, 5).0;
    let yes = Event::Looked { seen: seen(Status::RequiresConfirmation, 2_500, 1, None), settled: false };
    let (sale, effects) = then(&sale, yes.clone(), 10);
    assert_eq!(effects, vec![Effect::Finish]);
    let sale = then(&sale, Event::ConfirmedAgain { call: call(77) }, 11).0;
    let sale = then(&sale, unanswered(Purpose::ConfirmAgain), 12).0;
    let sale = then(&sale, yes, 13).0;
    assert!(machine::step(&sale, &Event::ConfirmedAgain { call: call(78) }, at(14)).is_err(), "no second key");
    let (sale, effects) = then(&sale, Event::Resent { purpose: Purpose::ConfirmAgain }, 14);
    assert_eq!(effects, vec![Effect::Send(Purpose::ConfirmAgain)]);
    assert_eq!(sale.attempts[0].confirm_again, Some(call(77)));
}

#[test]
fn what_an_earlier_training_left_open_is_closed_and_what_was_paid_stays() {
    let asked = Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Intent { seen: seen(Status::RequiresAction, 2_500, 1, None) },
    };
    let open = then(&submitted(&opened(), 1, 0), asked, 5).0;
    assert_eq!(then(&open, Event::TrainingEnded, 10).0.stage, Stage::Cancelled);
    let out = submitted(&opened(), 1, 0);
    assert_eq!(then(&out, Event::TrainingEnded, 10).0.in_flight, None);
    let paid = Event::Looked { seen: seen(Status::Succeeded, 2_500, 1, None), settled: true };
    let paid = then(&open, paid, 6).0;
    assert!(matches!(then(&paid, Event::TrainingEnded, 10).0.stage, Stage::Approved(_)));
}
