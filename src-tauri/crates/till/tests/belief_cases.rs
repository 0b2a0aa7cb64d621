//! What is made of a PaymentIntent as Stripe shows it, case by case: whose card it speaks of, since when something is not
//! known, and what stands on the receipt.

use stripe_client::{CreatePaymentIntent, IdempotencyKey, PaymentIntentId, PaymentMethodId};
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::locale::Locale;
use till::machine::{self, Effect};
use till::money::Money;
use till::observed::{Answer, SeenCard, SeenCharge, SeenDecline, SeenIntent, Status};
use till::sale::{AttemptEnd, Call, Decline, Purpose, Sale, Stage, Why};
use till::{AttemptId, SaleId};

const SALE: &str = "00000000-0000-4000-8000-000000000001";

/// The till's clock and Stripe's agree.
fn at(ms: i64) -> When {
    When { at_ms: ms, stripe_ms: Some(ms) }
}

fn opened() -> Sale {
    let gbp = Currency::by_code("GBP").expect("GBP");
    let money = Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount");
    let sale = SaleId::parse(SALE).expect("an id");
    machine::open(sale, &Event::opened(money, 1), at(0)).expect("opened")
}

fn call(key: &str) -> Call {
    let card = PaymentMethodId::parse("pm_1").expect("an id");
    let create = CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata: &[] };
    Call { key: IdempotencyKey::parse(key).expect("a key"), request: create.prepare() }
}

fn submission(attempt: usize, payment_method: &str) -> Event {
    Event::Submitted {
        attempt: AttemptId::parse(&format!("00000000-0000-4000-8000-{attempt:012}")).expect("an id"),
        payment_method: PaymentMethodId::parse(payment_method).expect("an id"),
        call: call(&format!("attempt-{attempt}")),
    }
}

fn seen(status: Status) -> SeenIntent {
    SeenIntent {
        id: PaymentIntentId::parse("pi_1").expect("an id"),
        status,
        amount_minor: 2_500,
        currency: "gbp".into(),
        received_minor: None,
        livemode: None,
        sale: Some(SALE.into()),
        till: None,
        payment_method: None,
        decline: None,
        charge: None,
    }
}

fn decline(code: &str, of: Option<&str>) -> SeenDecline {
    SeenDecline {
        code: Some(code.into()),
        decline_code: None,
        advice_code: None,
        card: None,
        payment_method: of.map(str::to_owned),
    }
}

/// It waits for a card, because this one was refused.
fn refused(code: &str, of: Option<&str>) -> SeenIntent {
    SeenIntent { decline: Some(decline(code, of)), ..seen(Status::RequiresPaymentMethod) }
}

fn looked(seen: SeenIntent, settled: bool) -> Event {
    Event::Looked { seen, settled }
}

fn answered(seen: SeenIntent) -> Event {
    Event::Answered { purpose: Purpose::Submit, answer: Answer::Intent { seen } }
}

fn unanswered(purpose: Purpose) -> Event {
    Event::Answered { purpose, answer: Answer::Unknown { status: None } }
}

fn declined(of: &str) -> Event {
    let seen = Some(refused("card_declined", Some(of)));
    Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Declined { seen, decline: decline("card_declined", Some(of)) },
    }
}

/// The sale after these events, a second apart; each must be possible.
fn after(events: &[Event]) -> Sale {
    (1..).zip(events).fold(opened(), |sale, (second, event)| then(&sale, event, second * 1_000).0)
}

fn then(sale: &Sale, event: &Event, at_ms: i64) -> (Sale, Vec<Effect>) {
    match machine::step(sale, event, at(at_ms)) {
        Ok(followed) => followed,
        Err(_) => panic!("{event:?} cannot follow on {:?}", sale.stage),
    }
}

fn mismatch(sale: &Sale) -> bool {
    matches!(sale.stage, Stage::NotKnown { why: Why::Mismatch, .. })
}

#[test]
fn a_payment_is_the_sales_by_its_mark_by_its_id_or_by_the_answer_to_its_own_call() {
    let unmarked = SeenIntent { sale: None, ..seen(Status::Succeeded) };
    let anothers = SeenIntent { sale: Some("00000000-0000-4000-8000-000000000002".into()), ..unmarked.clone() };
    let paid = |sale: &Sale, differs: bool| matches!(sale.stage, Stage::Approved(_)) && sale.mark_differs == differs;
    let lost = [submission(1, "pm_1"), unanswered(Purpose::Submit)];
    assert!(paid(&after(&[&lost[..], &[looked(seen(Status::Succeeded), false)]].concat()), false), "by its mark");
    for other in [unmarked, anothers] {
        assert!(paid(&after(&[submission(1, "pm_1"), answered(other.clone())]), true), "by the answer: {other:?}");
        let known = [submission(1, "pm_1"), declined("pm_1"), looked(other.clone(), false)];
        assert!(paid(&after(&known), true), "by its id: {other:?}");
        assert!(mismatch(&after(&[&lost[..], &[looked(other.clone(), false)]].concat())), "only found: {other:?}");
    }
    // And only of its amount, its currency, and the one payment that it has.
    for other in [
        SeenIntent { amount_minor: 2_400, ..seen(Status::Succeeded) },
        SeenIntent { currency: "eur".into(), ..seen(Status::Succeeded) },
    ] {
        assert!(mismatch(&after(&[submission(1, "pm_1"), answered(other.clone())])), "{other:?}");
    }
    let second = SeenIntent { id: PaymentIntentId::parse("pi_2").expect("an id"), ..seen(Status::Succeeded) };
    let other = after(&[submission(1, "pm_1"), declined("pm_1"), looked(second, false)]);
    assert!(mismatch(&other));
    assert_eq!(other.intent.as_ref().map(PaymentIntentId::as_str), Some("pi_1"), "it never changes");
}

#[test]
fn since_when_something_is_not_known_stays_while_the_reason_does() {
    let since = |sale: &Sale| match sale.stage {
        Stage::NotKnown { since_ms, .. } => since_ms,
        _ => panic!("{:?}", sale.stage),
    };
    let other = SeenIntent { amount_minor: 2_400, ..seen(Status::Succeeded) };
    let strange = |name: &str| looked(seen(Status::Other(name.into())), false);
    let lost = [submission(1, "pm_1"), unanswered(Purpose::Submit)];
    let after_lost = |events: &[Event]| after(&[&lost[..], events].concat());
    assert_eq!(since(&after_lost(&[])), 2_000);
    assert_eq!(since(&after_lost(&[looked(other.clone(), false), looked(other.clone(), false)])), 3_000, "the same");
    assert_eq!(since(&after_lost(&[strange("a"), looked(other, false)])), 4_000, "another reason");
    assert_eq!(since(&after_lost(&[strange("a"), strange("a")])), 3_000);
    assert_eq!(since(&after_lost(&[strange("a"), strange("b")])), 4_000, "another state");
    assert_eq!(since(&after(&[submission(1, "pm_1"), declined("pm_1"), Event::Gone, Event::Gone])), 3_000);
    let authenticated = looked(seen(Status::RequiresConfirmation), false);
    let waits = after_lost(&[authenticated.clone(), authenticated]);
    assert_eq!(waits.stage, Stage::Authenticated { since_ms: 3_000 });
}

#[test]
fn a_refusal_is_this_cards_when_it_names_it_and_no_call_can_still_come() {
    // The second card's call was lost; what is seen then may be about the first.
    let doubt = after(&[submission(1, "pm_1"), declined("pm_1"), submission(2, "pm_2"), unanswered(Purpose::Submit)]);
    let stage = |seen: SeenIntent, settled| then(&doubt, &looked(seen, settled), 9_000).0.stage;
    let own = Stage::Declined(Decline::Refused(decline("card_declined", Some("pm_2"))));
    for settled in [false, true] {
        assert_eq!(stage(refused("card_declined", Some("pm_2")), settled), own, "{settled}");
    }
    for other in [refused("card_declined", Some("pm_1")), seen(Status::RequiresPaymentMethod)] {
        assert_eq!(stage(other.clone(), false), doubt.stage, "it may still come: {other:?}");
        assert_eq!(stage(other, true), Stage::Declined(Decline::NeverArrived));
    }
    let unnamed = refused("card_declined", None);
    assert_eq!(stage(unnamed.clone(), false), doubt.stage, "it can be the earlier card's");
    assert_eq!(stage(unnamed, true), Stage::Declined(Decline::Refused(decline("card_declined", None))));
}

#[test]
fn a_ready_made_card_is_known_by_the_name_that_stripe_gives_it() {
    let named = |stripe: &str| SeenIntent { payment_method: Some(stripe.into()), ..seen(Status::RequiresAction) };
    let known = after(&[submission(1, "pm_card_visa"), answered(named("pm_at_stripe"))]);
    assert_eq!(known.attempts[0].stripe_method.as_deref(), Some("pm_at_stripe"));
    let about = |sale: &Sale, of: &str| then(sale, &looked(refused("card_declined", Some(of)), false), 9_000).0.stage;
    let own = |of: &str| Stage::Declined(Decline::Refused(decline("card_declined", Some(of))));
    assert_eq!(about(&known, "pm_at_stripe"), own("pm_at_stripe"));
    // Challenged, and then the refusal of another: this card's hour has passed.
    assert_eq!(about(&known, "pm_other"), Stage::Declined(Decline::HourPassed { card: None }));
    // The next ready-made card goes by another name than the first.
    let refused_first = looked(refused("card_declined", Some("pm_at_stripe")), false);
    let events = [submission(1, "pm_card_visa"), answered(named("pm_at_stripe")), refused_first];
    let second = [&events[..], &[submission(2, "pm_card_visa"), unanswered(Purpose::Submit)]].concat();
    let second = after(&second);
    assert_eq!(about(&second, "pm_at_stripe"), second.stage, "that is the first");
    assert_eq!(about(&second, "pm_second"), own("pm_second"));
    // A card that was keyed goes by its own name alone.
    let keyed = after(&[submission(1, "pm_1"), answered(named("pm_at_stripe"))]);
    assert_eq!(keyed.attempts[0].stripe_method, None);
    let keyed = after(&[submission(1, "pm_1"), answered(named("pm_1"))]);
    assert_eq!(keyed.attempts[0].stripe_method.as_deref(), Some("pm_1"));
}

#[test]
fn what_waits_for_a_card_again_says_what_became_of_the_last() {
    let open = looked(seen(Status::RequiresPaymentMethod), true);
    let stage = |events: &[Event]| after(&[events, std::slice::from_ref(&open)].concat()).stage;
    let hour = Stage::Declined(Decline::HourPassed { card: None });
    let tried = submission(1, "pm_1");
    assert_eq!(stage(&[tried.clone(), answered(seen(Status::RequiresAction))]), hour, "challenged");
    let confirmed_in_vain = [
        tried.clone(),
        answered(seen(Status::RequiresConfirmation)),
        Event::ConfirmedAgain { call: call("again") },
        unanswered(Purpose::ConfirmAgain),
    ];
    assert_eq!(stage(&confirmed_in_vain), hour, "authenticated");
    assert_eq!(stage(&[tried.clone(), unanswered(Purpose::Submit)]), Stage::Declined(Decline::NeverArrived));
    let forbidden = Event::Answered { purpose: Purpose::Submit, answer: Answer::Forbidden };
    let not_taken = Stage::Declined(Decline::NotTaken { code: None, status: Some(403) });
    assert_eq!(stage(&[tried.clone(), declined("pm_1"), submission(2, "pm_2"), forbidden]), not_taken);
    let before = after(&[tried.clone(), declined("pm_1")]);
    assert_eq!(stage(&[tried.clone(), declined("pm_1")]), before.stage, "known already");
    assert_eq!(stage(&[]), Stage::Open { notice: None }, "no card was tried here");
    let expired = refused("payment_intent_payment_attempt_expired", Some("pm_1"));
    let lost = [tried.clone(), unanswered(Purpose::Submit)];
    assert_eq!(after(&[&lost[..], &[looked(expired, false)]].concat()).stage, hour);
    let failed = refused("payment_intent_authentication_failure", Some("pm_1"));
    let failed = after(&[&lost[..], &[looked(failed, false)]].concat()).stage;
    assert!(matches!(failed, Stage::Declined(Decline::AuthenticationFailed(_))), "{failed:?}");
}

#[test]
fn a_sale_that_staff_give_up_is_cancelled_at_whatever_state_it_shows() {
    let wanted = after(&[submission(1, "pm_1"), Event::CancelWanted]);
    let shows = |status| then(&wanted, &answered(seen(status)), 9_000);
    for status in
        [Status::RequiresAction, Status::RequiresConfirmation, Status::RequiresCapture, Status::RequiresPaymentMethod]
    {
        let (sale, effects) = shows(status.clone());
        assert_eq!((sale.stage, effects), (Stage::Cancelling, vec![Effect::StartCancel]), "{status:?}");
    }
    let (sale, effects) = shows(Status::Processing);
    assert_eq!((sale.stage, effects), (Stage::Cancelling, vec![]), "its outcome comes first");
    let (sale, effects) = shows(Status::Canceled);
    assert_eq!((sale.stage, sale.watch_ended, effects), (Stage::Cancelled, true, vec![]));
}

#[test]
fn a_second_confirm_is_renewed_only_by_a_look_when_none_can_be_on_its_way() {
    let confirming = [
        submission(1, "pm_1"),
        answered(seen(Status::RequiresConfirmation)),
        Event::ConfirmedAgain { call: call("again") },
        unanswered(Purpose::ConfirmAgain),
    ];
    for (settled, kept) in [(false, true), (true, false)] {
        let sale = after(&[&confirming[..], &[looked(seen(Status::RequiresConfirmation), settled)]].concat());
        assert_eq!(sale.attempts[0].confirm_again.is_some(), kept, "{settled}");
    }
}

#[test]
fn what_stands_on_the_receipt_is_what_stripe_told_of_the_charge() {
    let card = SeenCard { brand: "visa".into(), last4: "4242".into() };
    let charge = |authenticated| SeenCharge {
        id: "ch_1".into(),
        created_s: 1,
        card: Some(card.clone()),
        authorization_code: Some("123456".into()),
        authenticated,
    };
    let shown = |status, authenticated| SeenIntent {
        received_minor: Some(2_400),
        charge: Some(charge(authenticated)),
        ..seen(status)
    };
    let proof = |events: &[Event]| match after(events).stage {
        Stage::Approved(proof) | Stage::Held(proof) => proof,
        other => panic!("{other:?}"),
    };
    let plain = proof(&[submission(1, "pm_1"), answered(shown(Status::Succeeded, false))]);
    assert_eq!((plain.card.as_ref(), plain.authorization_code.as_deref()), (Some(&card), Some("123456")));
    assert_eq!((plain.authenticated, plain.received_minor, plain.seen_at_ms), (false, Some(2_400), 2_000));
    assert!(proof(&[submission(1, "pm_1"), answered(shown(Status::Succeeded, true))]).authenticated);
    let confirmed = [
        submission(1, "pm_1"),
        answered(seen(Status::RequiresConfirmation)),
        looked(shown(Status::Succeeded, false), false),
    ];
    assert!(proof(&confirmed).authenticated, "the bank was seen to say yes");
    let held = [submission(1, "pm_1"), answered(shown(Status::RequiresCapture, false))];
    assert_eq!(
        (proof(&held).received_minor, proof(&held).seen_at_ms),
        (None, 2_000),
        "of a hold nothing was received yet"
    );
    let again = [&held[..], &[looked(shown(Status::RequiresCapture, false), false)]].concat();
    assert_eq!(proof(&again).seen_at_ms, 2_000, "a hold was first seen when it was");
}

#[test]
fn an_attempt_that_ended_for_good_ends_no_other_way() {
    let end = |events: &[Event]| after(events).attempts[0].end.clone();
    let held = [submission(1, "pm_1"), answered(seen(Status::RequiresCapture))];
    assert_eq!(end(&held), Some(AttemptEnd::Held));
    let taken = [&held[..], &[looked(seen(Status::Succeeded), false)]].concat();
    assert_eq!(end(&taken), Some(AttemptEnd::Approved), "a hold is not an end for good");
    let refused_first = [submission(1, "pm_1"), declined("pm_1")];
    let why = Some(AttemptEnd::Declined(Decline::Refused(decline("card_declined", Some("pm_1")))));
    assert_eq!(end(&refused_first), why);
    let finished_elsewhere = [&refused_first[..], &[looked(seen(Status::Succeeded), false)]].concat();
    assert_eq!(end(&finished_elsewhere), why, "it was paid by another card");
    let never = [submission(1, "pm_1"), unanswered(Purpose::Submit), looked(seen(Status::RequiresPaymentMethod), true)];
    assert_eq!(end(&never), Some(AttemptEnd::Declined(Decline::NeverArrived)));
    let came = [&never[..], &[looked(seen(Status::Succeeded), false)]].concat();
    assert_eq!(end(&came), Some(AttemptEnd::Approved), "a payment that comes late is a payment");
}

fn refused_at_the_door(purpose: Purpose, status: Option<u16>, seen: Option<SeenIntent>) -> Event {
    Event::Answered { purpose, answer: Answer::NotExecuted { code: None, status, seen } }
}

#[test]
fn a_payment_that_comes_with_a_refusal_is_believed_before_the_refusal() {
    let tried = after(&[submission(1, "pm_1")]);
    let not_taken = || Stage::Declined(Decline::NotTaken { code: None, status: Some(400) });
    let said = |event: &Event| then(&tried, event, 9_000).0.stage;
    let declined_with = |status| Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Declined { seen: Some(seen(status)), decline: decline("card_declined", None) },
    };
    assert!(matches!(said(&declined_with(Status::Succeeded)), Stage::Approved(_)));
    let why = Decline::Refused(decline("card_declined", None));
    assert_eq!(said(&declined_with(Status::RequiresPaymentMethod)), Stage::Declined(why));
    let with = |status| refused_at_the_door(Purpose::Submit, Some(400), Some(seen(status)));
    assert!(matches!(said(&with(Status::Succeeded)), Stage::Approved(_)));
    assert_eq!(said(&with(Status::RequiresPaymentMethod)), not_taken());
    // The second confirm was refused, and the payment waits for a card: the hour of the one that was keyed has passed.
    let confirming = after(&[
        submission(1, "pm_1"),
        answered(seen(Status::RequiresConfirmation)),
        Event::ConfirmedAgain { call: call("again") },
    ]);
    let refused = refused_at_the_door(Purpose::ConfirmAgain, Some(400), Some(seen(Status::RequiresPaymentMethod)));
    assert_eq!(then(&confirming, &refused, 9_000).0.stage, Stage::Declined(Decline::HourPassed { card: None }));
}

#[test]
fn a_second_sending_that_is_turned_away_says_nothing_about_the_first() {
    let again = after(&[
        submission(1, "pm_1"),
        unanswered(Purpose::Submit),
        Event::FoundNothing,
        Event::Resent { purpose: Purpose::Submit },
    ]);
    for (status, turned_away) in [(None, false), (Some(400), true), (Some(401), true), (Some(429), true)] {
        let (sale, effects) = then(&again, &refused_at_the_door(Purpose::Submit, status, None), 9_000);
        assert!(matches!(sale.stage, Stage::NotKnown { why: Why::NoAnswer, .. }), "{status:?}: {:?}", sale.stage);
        assert_eq!((sale.attempts[0].turned_away, effects), (turned_away, vec![Effect::Look]), "{status:?}");
    }
}

#[test]
fn a_payment_that_was_taken_in_without_its_cards_waits_for_one_unless_it_is_over() {
    let taken_in = |status: Status| {
        let event = Event::taken_in(opened().total(), 1, seen(status));
        machine::open(opened().id, &event, at(0)).expect("taken in")
    };
    let waits = taken_in(Status::RequiresPaymentMethod);
    assert_eq!(waits.stage, Stage::Open { notice: None });
    let paid = taken_in(Status::Succeeded);
    let (still, effects) = then(&paid, &looked(seen(Status::RequiresPaymentMethod), true), 1_000);
    assert_eq!((still.stage, effects), (paid.stage, Vec::new()), "what is paid does not wait for a card again");
}

#[test]
fn a_payment_that_is_found_waiting_after_staff_gave_it_up_is_cancelled_and_its_card_may_still_come() {
    let given_up = after(&[submission(1, "pm_1"), unanswered(Purpose::Submit), Event::CancelWanted]);
    let (found, effects) = then(&given_up, &looked(seen(Status::RequiresPaymentMethod), false), 9_000);
    assert_eq!((&found.stage, effects), (&Stage::Cancelling, vec![Effect::StartCancel]));
    assert_eq!(found.attempts[0].end, None, "nothing is told of a card whose call may still come");
    // The cancel gets lost too, and the payment shows a refusal that names no card: it can be an earlier card's.
    let (cancelling, _) = then(&found, &Event::CancelStarted { call: call("cancel") }, 10_000);
    let (lost, _) = then(&cancelling, &unanswered(Purpose::Cancel), 11_000);
    let (again, effects) = then(&lost, &looked(refused("card_declined", None), false), 12_000);
    assert_eq!((&again.stage, effects), (&Stage::Cancelling, vec![Effect::StartCancel]));
    assert_eq!(again.attempts[0].end, None, "nor after a cancel that was lost");
}

#[test]
fn a_decline_ends_a_sale_only_where_it_is_given_up_and_no_payment_is_there() {
    let refused = |seen| Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::Declined { seen, decline: decline("card_declined", None) },
    };
    let first = after(&[submission(1, "pm_1"), refused(None)]);
    assert!(matches!(first.stage, Stage::Declined(Decline::Refused(_))), "{:?}", first.stage);
    let given_up = after(&[submission(1, "pm_1"), Event::CancelWanted, refused(None)]);
    assert_eq!(given_up.stage, Stage::Cancelled, "there is no payment");
    let second = after(&[submission(1, "pm_1"), declined("pm_1"), submission(2, "pm_2"), Event::CancelWanted]);
    let (second, effects) = then(&second, &declined("pm_2"), 9_000);
    assert_eq!((second.stage, effects), (Stage::Cancelling, vec![Effect::StartCancel]), "there is one");
}
