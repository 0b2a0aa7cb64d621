//! What cannot happen to a sale, whoever asks for it: each guard of the machine by itself. The journal is read through the
//! same guards, so a row that one of them refuses is no row of this till's.

use stripe_client::{CreatePaymentIntent, IdempotencyKey, PaymentIntentId, PaymentMethodId};
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::journal::{Author, Entry, Subject};
use till::locale::Locale;
use till::machine::{self, Effect, MAX_ATTEMPTS};
use till::money::Money;
use till::observed::{Answer, SeenDecline, SeenDispute, SeenIntent, Status};
use till::sale::{Call, Decline, Purpose, Sale, Stage, Why};
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

fn card(name: &str) -> PaymentMethodId {
    PaymentMethodId::parse(name).expect("an id")
}

fn call(key: &str) -> Call {
    let card = card("pm_1");
    let create = CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata: &[] };
    Call { key: IdempotencyKey::parse(key).expect("a key"), request: create.prepare() }
}

fn submission(attempt: usize, payment_method: &str) -> Event {
    Event::Submitted {
        attempt: AttemptId::parse(&format!("00000000-0000-4000-8000-{attempt:012}")).expect("an id"),
        payment_method: card(payment_method),
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

fn looked(status: Status) -> Event {
    Event::Looked { seen: seen(status), settled: true }
}

fn answered(purpose: Purpose, status: Status) -> Event {
    Event::Answered { purpose, answer: Answer::Intent { seen: seen(status) } }
}

fn declined() -> Event {
    let decline = SeenDecline {
        code: Some("card_declined".into()),
        decline_code: None,
        advice_code: None,
        card: None,
        payment_method: None,
    };
    let seen = Some(seen(Status::RequiresPaymentMethod));
    Event::Answered { purpose: Purpose::Submit, answer: Answer::Declined { seen, decline } }
}

fn unanswered(purpose: Purpose) -> Event {
    Event::Answered { purpose, answer: Answer::Unknown { status: None } }
}

/// The sale after these events, a second apart; each must be possible.
fn after(events: &[Event]) -> Sale {
    let follow = |sale: Sale, (second, event): (i64, &Event)| match machine::step(&sale, event, at(second * 1_000)) {
        Ok((sale, _)) => sale,
        Err(_) => panic!("{event:?} cannot follow on {:?}", sale.stage),
    };
    (1..).zip(events).fold(opened(), follow)
}

fn impossible(sale: &Sale, event: &Event) -> bool {
    machine::step(sale, event, at(1_000_000)).is_err()
}

#[test]
fn a_card_is_tried_once_and_a_ready_made_one_as_often_as_wanted() {
    let tried = after(&[submission(1, "pm_1"), declined()]);
    assert!(impossible(&tried, &submission(2, "pm_1")), "the same card under another id");
    assert!(impossible(&tried, &submission(1, "pm_2")), "another card under the same id");
    assert!(!impossible(&tried, &submission(2, "pm_2")));
    let ready_made = after(&[submission(1, "pm_card_visa"), declined()]);
    assert!(impossible(&ready_made, &submission(1, "pm_card_visa")));
    assert!(!impossible(&ready_made, &submission(2, "pm_card_visa")), "it has the same id every time");
}

#[test]
fn a_sale_tries_no_more_cards_than_so_many() {
    let mut events = Vec::new();
    for attempt in 0..MAX_ATTEMPTS {
        assert!(machine::accepts_card(&after(&events)), "{attempt}");
        events.extend([submission(attempt, &format!("pm_{attempt}")), declined()]);
    }
    let tried = after(&events);
    assert!(!machine::accepts_card(&tried));
    assert!(impossible(&tried, &submission(MAX_ATTEMPTS, "pm_new")));
}

#[test]
fn no_card_is_taken_while_a_call_is_out_or_staff_give_up() {
    let open = opened();
    let given_up = after(&[Event::CancelWanted]);
    for sale in
        [after(&[submission(1, "pm_1")]), given_up.clone(), after(&[submission(1, "pm_1"), Event::CancelWanted])]
    {
        assert!(!machine::accepts_card(&sale), "{:?}", sale.stage);
        assert!(impossible(&sale, &submission(2, "pm_2")), "{:?}", sale.stage);
    }
    // Each of the two by itself, whatever the stage says.
    assert!(!machine::accepts_card(&Sale { in_flight: Some(Purpose::Submit), ..open.clone() }));
    assert!(!machine::accepts_card(&Sale { cancel_wanted: true, ..open.clone() }));
    assert!(machine::accepts_card(&open));
    assert!(impossible(&given_up, &Event::CancelWanted), "it is over");
}

#[test]
fn a_second_confirm_is_for_an_authenticated_sale_that_staff_have_not_given_up() {
    let waits = after(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::RequiresConfirmation)]);
    let confirm = Event::ConfirmedAgain { call: call("again") };
    assert!(!impossible(&waits, &confirm));
    assert!(impossible(&Sale { cancel_wanted: true, ..waits.clone() }, &confirm));
    assert!(impossible(&after(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::RequiresAction)]), &confirm));
    assert!(impossible(&opened(), &confirm));
    assert!(impossible(&waits, &Event::Resent { purpose: Purpose::ConfirmAgain }), "there is none to send again");
}

#[test]
fn only_the_call_that_was_lost_is_sent_again_and_only_once_it_is_absent() {
    let lost = [submission(1, "pm_1"), unanswered(Purpose::Submit)];
    let resent = |purpose| Event::Resent { purpose };
    assert!(impossible(&after(&lost), &resent(Purpose::Submit)), "it may still be on its way");
    let absent = after(&[&lost[..], &[Event::FoundNothing]].concat());
    assert!(!absent.attempts[0].sent_again);
    for other in [Purpose::ConfirmAgain, Purpose::Cancel] {
        assert!(impossible(&absent, &resent(other)), "{other:?}");
    }
    // Stripe keeps a key for a day at least; the last hour of it is left to a request that waits on its way.
    let day_less_an_hour = 1_000 + 82_800_000;
    assert_eq!(machine::resendable(&absent, Some(day_less_an_hour - 1)), Some(Purpose::Submit));
    assert_eq!(machine::resendable(&absent, Some(day_less_an_hour)), None);
    assert!(impossible(&Sale { cancel_wanted: true, ..absent.clone() }, &resent(Purpose::Submit)), "given up");
    let (again, effects) = machine::step(&absent, &resent(Purpose::Submit), at(500_000)).expect("possible");
    assert_eq!((again.stage.clone(), effects), (Stage::Submitting, vec![Effect::Send(Purpose::Submit)]));
    assert!(again.attempts[0].sent_again && again.in_flight == Some(Purpose::Submit));
    assert_eq!(again.attempts[0].submit, absent.attempts[0].submit, "the same request");
}

#[test]
fn a_second_confirm_that_is_sent_again_is_not_taken_for_the_cards_call() {
    let confirming = [
        submission(1, "pm_1"),
        answered(Purpose::Submit, Status::RequiresConfirmation),
        Event::ConfirmedAgain { call: call("again") },
        unanswered(Purpose::ConfirmAgain),
        Event::Looked { seen: seen(Status::RequiresConfirmation), settled: false },
        Event::Resent { purpose: Purpose::ConfirmAgain },
    ];
    assert!(!after(&confirming).attempts[0].sent_again, "the create went out once");
}

#[test]
fn a_cancel_goes_out_only_when_it_is_wanted_and_there_is_something_to_cancel() {
    let started = Event::CancelStarted { call: call("cancel") };
    let wanted = after(&[submission(1, "pm_1"), declined(), Event::CancelWanted]);
    assert_eq!(wanted.stage, Stage::Cancelling);
    assert!(!impossible(&wanted, &started));
    for (case, sale) in [
        ("not wanted", after(&[submission(1, "pm_1"), declined()])),
        ("over", Sale { stage: Stage::Cancelled, ..wanted.clone() }),
        ("no payment", Sale { intent: None, ..wanted.clone() }),
        ("a call is out", Sale { in_flight: Some(Purpose::Submit), ..wanted.clone() }),
    ] {
        assert!(impossible(&sale, &started), "{case}");
    }
}

#[test]
fn a_dispute_is_one_however_often_it_is_told() {
    let told = |id: &str, status: &str| Event::Disputed {
        seen: SeenDispute {
            id: id.into(),
            amount_minor: 2_500,
            status: status.into(),
            reason: "fraudulent".into(),
            due_by_s: None,
        },
    };
    let paid = [submission(1, "pm_1"), answered(Purpose::Submit, Status::Succeeded)];
    let disputed =
        after(&[&paid[..], &[told("du_1", "needs_response"), told("du_1", "lost"), told("du_2", "won")]].concat());
    let stand: Vec<_> =
        disputed.disputes.iter().map(|dispute| (dispute.id.as_str(), dispute.status.as_str())).collect();
    assert_eq!(stand, [("du_1", "lost"), ("du_2", "won")]);
}

#[test]
fn only_a_payment_that_came_unasked_is_kept_by_a_decision() {
    let paid = after(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::Succeeded)]);
    assert!(!paid.came_unasked && impossible(&paid, &Event::Kept));
    let cases = [
        ("told declined", vec![submission(1, "pm_1"), declined(), looked(Status::Succeeded)]),
        ("told nothing was tried", vec![looked(Status::Succeeded)]),
        ("given up", vec![submission(1, "pm_1"), declined(), Event::CancelWanted, looked(Status::Succeeded)]),
        (
            "given up while its call was out",
            vec![submission(1, "pm_1"), Event::CancelWanted, answered(Purpose::Submit, Status::Succeeded)],
        ),
    ];
    for (case, events) in cases {
        let came = after(&events);
        assert!(came.came_unasked && came.paid_unasked(), "{case}");
        let kept = machine::step(&came, &Event::Kept, at(90_000)).expect(case).0;
        assert!(kept.kept && !kept.paid_unasked(), "{case}");
        assert!(impossible(&kept, &Event::Kept), "{case}: once");
        assert!(
            came.came_unasked && after(&[&events[..], &[looked(Status::Succeeded)]].concat()).came_unasked,
            "{case}"
        );
    }
}

#[test]
fn only_a_payment_that_does_not_fit_is_set_aside() {
    let other = SeenIntent { amount_minor: 9_900, ..seen(Status::Succeeded) };
    let mismatch =
        after(&[submission(1, "pm_1"), unanswered(Purpose::Submit), Event::Looked { seen: other, settled: true }]);
    assert!(matches!(mismatch.stage, Stage::NotKnown { why: Why::Mismatch, .. }));
    let aside = machine::step(&mismatch, &Event::SetAside, at(90_000)).expect("possible").0;
    assert_eq!(aside.stage, Stage::SetAside);
    assert!(impossible(&mismatch, &Event::CancelWanted), "nothing is sent for it, no cancel either");
    for sale in [opened(), aside, after(&[submission(1, "pm_1"), unanswered(Purpose::Submit)])] {
        assert!(impossible(&sale, &Event::SetAside), "{:?}", sale.stage);
    }
}

#[test]
fn a_watch_ends_only_over_what_was_given_up_or_paid_and_not_while_a_call_is_out() {
    let given_up =
        after(&[submission(1, "pm_1"), unanswered(Purpose::Submit), Event::CancelWanted, Event::FoundNothing]);
    assert_eq!(given_up.stage, Stage::Cancelled);
    let ended = machine::step(&given_up, &Event::WatchEnded, at(90_000)).expect("possible").0;
    assert!(ended.watch_ended && !given_up.watch_ended);
    let paid = after(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::Succeeded)]);
    assert!(!impossible(&paid, &Event::WatchEnded));
    for sale in [opened(), after(&[submission(1, "pm_1"), unanswered(Purpose::Submit)])] {
        assert!(impossible(&sale, &Event::WatchEnded), "{:?}", sale.stage);
    }
    assert!(impossible(&Sale { in_flight: Some(Purpose::Cancel), ..given_up }, &Event::WatchEnded));
}

#[test]
fn what_was_given_up_keeps_the_time_of_the_first_giving_up() {
    let events = [submission(1, "pm_1"), unanswered(Purpose::Submit), Event::CancelWanted, Event::FoundNothing];
    let given_up = after(&events);
    assert_eq!(given_up.given_up, Some(at(4_000)));
    let again = after(&[&events[..], &[looked(Status::Canceled)]].concat());
    assert_eq!((again.stage, again.given_up), (Stage::Cancelled, Some(at(4_000))));
    assert_eq!(after(&[submission(1, "pm_1"), declined()]).given_up, None);
}

#[test]
fn a_revision_counts_what_changed_and_nothing_else() {
    let open = opened();
    let (same, _) = machine::step(&open, &Event::FoundNothing, at(5_000)).expect("possible");
    assert_eq!(same, open, "nothing was found, and nothing is another");
    let (tried, _) = machine::step(&open, &submission(1, "pm_1"), at(5_000)).expect("possible");
    assert_eq!((tried.revision, tried.stripe_ms), (open.revision + 1, Some(5_000)));
    let earlier = When { at_ms: 6_000, stripe_ms: Some(3_000) };
    let (lost, _) = machine::step(&tried, &unanswered(Purpose::Submit), earlier).expect("possible");
    assert_eq!((lost.revision, lost.stripe_ms), (open.revision + 2, Some(5_000)), "the latest of Stripe's times");
}

#[test]
fn staff_give_up_what_stripe_no_longer_has_without_a_word_to_stripe() {
    let gone = after(&[submission(1, "pm_1"), declined(), Event::Gone]);
    assert!(matches!(gone.stage, Stage::NotKnown { why: Why::Gone, .. }));
    let (given_up, effects) = machine::step(&gone, &Event::CancelWanted, at(90_000)).expect("possible");
    assert_eq!((given_up.stage, effects), (Stage::Cancelled, Vec::new()));
}

#[test]
fn how_a_sale_is_given_up_depends_on_what_is_known() {
    let tried = submission(1, "pm_1");
    let cases = [
        ("nothing was tried", vec![], Stage::Cancelled, vec![]),
        ("a call is out", vec![tried.clone()], Stage::Cancelling, vec![]),
        (
            "lost, no payment known",
            vec![tried.clone(), unanswered(Purpose::Submit)],
            Stage::Cancelling,
            vec![Effect::Look],
        ),
        (
            "the network is at work",
            vec![tried.clone(), answered(Purpose::Submit, Status::Processing)],
            Stage::Cancelling,
            vec![Effect::Look],
        ),
        ("declined", vec![tried.clone(), declined()], Stage::Cancelling, vec![Effect::StartCancel]),
        (
            "challenged",
            vec![tried.clone(), answered(Purpose::Submit, Status::RequiresAction)],
            Stage::Cancelling,
            vec![Effect::StartCancel],
        ),
        (
            "held",
            vec![tried.clone(), answered(Purpose::Submit, Status::RequiresCapture)],
            Stage::Cancelling,
            vec![Effect::StartCancel],
        ),
    ];
    for (case, events, stage, effects) in cases {
        let told = machine::step(&after(&events), &Event::CancelWanted, at(90_000)).expect(case);
        assert_eq!((told.0.stage, told.1), (stage, effects), "{case}");
    }
}

#[test]
fn nothing_found_and_gone_say_nothing_over_a_call_that_is_out_or_a_payment_that_is_known() {
    let out = after(&[submission(1, "pm_1")]);
    let declined_once = after(&[submission(1, "pm_1"), declined()]);
    let given_up_meanwhile = after(&[submission(1, "pm_1"), Event::CancelWanted]);
    let second_lost = after(&[submission(1, "pm_1"), declined(), submission(2, "pm_2"), unanswered(Purpose::Submit)]);
    for (case, sale, event) in [
        ("nothing found, a call is out", &out, Event::FoundNothing),
        ("nothing found, its payment is known", &declined_once, Event::FoundNothing),
        ("nothing found, given up while its call is out", &given_up_meanwhile, Event::FoundNothing),
        ("nothing found, and its payment is known though its second card was lost", &second_lost, Event::FoundNothing),
        ("gone, a call is out", &out, Event::Gone),
        ("gone, no payment was known", &opened(), Event::Gone),
        (
            "gone, it is paid",
            &after(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::Succeeded)]),
            Event::Gone,
        ),
    ] {
        let (same, effects) = machine::step(sale, &event, at(90_000)).expect(case);
        assert_eq!((&same, effects), (sale, vec![]), "{case}");
    }
    let second_out = after(&[submission(1, "pm_1"), declined(), submission(2, "pm_2")]);
    assert_eq!(machine::step(&second_out, &Event::Gone, at(90_000)).expect("possible").0, second_out);
}

#[test]
fn a_till_that_stopped_looks_at_what_was_open_and_at_nothing_else() {
    let looks = |sale: &Sale| machine::step(sale, &Event::Interrupted, at(90_000)).expect("possible").1;
    assert_eq!(looks(&after(&[submission(1, "pm_1"), declined()])), [Effect::Look]);
    assert_eq!(looks(&after(&[submission(1, "pm_1")])), [Effect::Look]);
    assert_eq!(looks(&after(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::Succeeded)])), []);
    assert_eq!(looks(&after(&[Event::CancelWanted])), []);
}

#[test]
fn a_new_training_keeps_what_was_paid_and_lets_the_rest_go() {
    let ended = |events: &[Event]| after(&[events, &[Event::TrainingEnded]].concat());
    let unasked = ended(&[submission(1, "pm_1"), declined(), looked(Status::Succeeded)]);
    assert!(unasked.kept && unasked.watch_ended, "nobody is asked about it any more");
    let paid = ended(&[submission(1, "pm_1"), answered(Purpose::Submit, Status::Succeeded)]);
    assert!(!paid.kept && matches!(paid.stage, Stage::Approved(_)));
    let open = ended(&[submission(1, "pm_1")]);
    assert_eq!((open.stage, open.in_flight), (Stage::Cancelled, None));
    let other = SeenIntent { amount_minor: 9_900, ..seen(Status::Succeeded) };
    let aside = [
        submission(1, "pm_1"),
        unanswered(Purpose::Submit),
        Event::Looked { seen: other, settled: true },
        Event::SetAside,
    ];
    assert_eq!(ended(&aside).stage, Stage::SetAside);
}

#[test]
fn a_card_that_was_refused_at_the_door_is_said_so_with_its_status() {
    let refused = |status: Option<u16>| Event::Answered {
        purpose: Purpose::Submit,
        answer: Answer::NotExecuted { code: None, status, seen: None },
    };
    for status in [None, Some(400), Some(401), Some(429)] {
        let notice = Some(Decline::NotTaken { code: None, status });
        assert_eq!(after(&[submission(1, "pm_1"), refused(status)]).stage, Stage::Open { notice }, "{status:?}");
    }
    // A second card, to a payment that is known: at the door nothing happened to it; a 400 may be because it moved.
    let second = [submission(1, "pm_1"), declined(), submission(2, "pm_2")];
    for status in [None, Some(401), Some(429)] {
        let stage = after(&[&second[..], &[refused(status)]].concat()).stage;
        assert_eq!(stage, Stage::Declined(Decline::NotTaken { code: None, status }), "{status:?}");
    }
    let stage = after(&[&second[..], &[refused(Some(400))]].concat()).stage;
    assert!(matches!(stage, Stage::NotKnown { lost: Purpose::Submit, why: Why::NoAnswer, .. }), "{stage:?}");
}

#[test]
fn the_rows_of_a_journal_add_up_to_its_sales_and_unsound_ones_to_none() {
    let (one, two) = (SaleId::parse(SALE).expect("an id"), SaleId::new(&till::OsEntropy));
    let opening = |number| Event::opened(opened().total(), number);
    let row = |sale, revision, event| Entry {
        about: Subject::Sale(sale),
        when: at(5_000),
        revision,
        by: Author::Till,
        request: None,
        event,
    };
    let rows = [
        row(one, 1, opening(1)),
        row(two, 1, opening(2)),
        row(one, 2, submission(1, "pm_1")),
        // Another version counted one more in between.
        row(one, 4, declined()),
    ];
    let sales = machine::replay(&rows).expect("sound");
    let stand: Vec<_> = sales.values().map(|sale| (sale.number, sale.revision, sale.attempts.len())).collect();
    assert!(stand.len() == 2 && stand.contains(&(1, 4, 1)) && stand.contains(&(2, 1, 0)), "{stand:?}");
    assert!(matches!(sales[&one].stage, Stage::Declined(_)), "{:?}", sales[&one].stage);
    assert!(machine::replay(&rows[2..]).is_err(), "a sale that was never opened");
    assert!(machine::replay(&[rows[0].clone(), rows[3].clone()]).is_err(), "an answer to nothing");
}

#[test]
fn a_lost_call_of_a_sale_that_staff_give_up_leaves_it_being_given_up() {
    let lost = after(&[submission(1, "pm_1"), Event::CancelWanted, unanswered(Purpose::Submit)]);
    assert_eq!((lost.stage, lost.in_flight), (Stage::Cancelling, None));
    let cancel = Event::CancelStarted { call: call("cancel") };
    let lost = after(&[submission(1, "pm_1"), declined(), Event::CancelWanted, cancel, unanswered(Purpose::Cancel)]);
    assert_eq!((lost.stage, lost.in_flight), (Stage::Cancelling, None));
}
