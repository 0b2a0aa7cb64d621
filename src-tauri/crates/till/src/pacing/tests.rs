//! When a sale is looked at, second by second.

use std::collections::BTreeSet;

use stripe_client::{CreatePaymentIntent, IdempotencyKey, PaymentMethodId};

use super::*;
use crate::clock::When;
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::{AttemptId, RefundId, SaleId};
use crate::locale::Locale;
use crate::machine;
use crate::money::Money;
use crate::refund::{NotMade, Origin};
use crate::sale::{AttemptEnd, Call, Proof, Purpose};

const ID: &str = "00000000-0000-4000-8000-000000000001";
const AN_HOUR: u32 = 3_600;
const A_DAY: u32 = 24 * AN_HOUR;

fn call() -> Call {
    let card = PaymentMethodId::parse("pm_1").expect("an id");
    let request =
        CreatePaymentIntent { amount_minor: 2_500, currency: "gbp", payment_method: &card, metadata: &[] }.prepare();
    Call { key: IdempotencyKey::parse("k1").expect("a key"), request }
}

/// A sale whose card was submitted: the call is out.
fn submitted_at(at_ms: i64) -> Sale {
    let gbp = Currency::by_code("GBP").expect("GBP");
    let total = Money::new(2_500, gbp, Locale::by_tag("en-GB").expect("en-GB")).expect("an amount");
    let when = When { at_ms, stripe_ms: None };
    let sale = SaleId::parse(ID).expect("an id");
    let sale = machine::open(sale, &Event::opened(total, 1), when).expect("opened");
    let attempt = AttemptId::parse(ID).expect("an id");
    let payment_method = PaymentMethodId::parse("pm_1").expect("an id");
    let event = Event::Submitted { attempt, payment_method, call: call() };
    let mut sale = machine::step(&sale, &event, when).expect("submitted").0;
    sale.in_flight = Some(Purpose::Submit);
    sale
}

/// The sale whose call was answered or lost, and that stands like this since.
fn standing(stage: Stage) -> Sale {
    Sale { stage, in_flight: None, ..submitted_at(0) }
}

fn not_known(why: Why) -> Stage {
    Stage::NotKnown { since_ms: 0, lost: Purpose::Submit, why, absent: false }
}

fn paid() -> Stage {
    Stage::Approved(proof())
}

fn proof() -> Proof {
    Proof { seen_at_ms: 0, card: None, authorization_code: None, authenticated: false, received_minor: None }
}

fn refund(stage: RefundStage) -> Refund {
    Refund {
        origin: Origin::Here { id: RefundId::parse(ID).expect("an id"), call: call() },
        amount_minor: 500,
        when: When { at_ms: 0, stripe_ms: None },
        lost_stripe_ms: None,
        sent_again: false,
        spent: false,
        forbidden: false,
        of_another: false,
        stripe: None,
        stage,
    }
}

fn paid_with(stage: RefundStage) -> Sale {
    Sale { refunds: vec![refund(stage)], ..standing(paid()) }
}

fn lost_refund() -> RefundStage {
    RefundStage::NotMade(NotMade::NeverArrived)
}

/// The same, where an earlier card is taken for lost.
fn with_a_lost_card(stage: Stage) -> Sale {
    let mut sale = standing(stage);
    sale.attempts[0].end = Some(AttemptEnd::Declined(Decline::NeverArrived));
    sale
}

/// The pace of a sale whose call was out until now.
fn since_the_call(sale: &Sale) -> Pacing {
    let mut pacing = Pacing::default();
    pacing.changed(&submitted_at(0), sale);
    pacing
}

/// Lets seconds pass. Each look shows what was known. Answers with the pauses before the looks.
fn pauses(pacing: &mut Pacing, sale: &Sale, seconds: u32) -> Vec<u32> {
    let (mut all, mut pause) = (Vec::new(), 0);
    for _ in 0..seconds {
        pause += 1;
        if pacing.tick() && pacing.begin_look(sale).is_some() {
            all.push(std::mem::take(&mut pause));
            assert!(!pacing.look_is_back());
            pacing.go_on(sale);
        }
    }
    all
}

/// Each pause once, with how often it came.
type Paces<'a> = &'a [(u32, usize)];

/// As [`pauses`], since the call.
fn paces(sale: &Sale, seconds: u32) -> Vec<(u32, usize)> {
    let mut paces: Vec<(u32, usize)> = Vec::new();
    for pause in pauses(&mut since_the_call(sale), sale, seconds) {
        match paces.last_mut() {
            Some((last, times)) if *last == pause => *times += 1,
            Some(_) | None => paces.push((pause, 1)),
        }
    }
    paces
}

/// Which stage it is. A new one does not compile until it has a pace in the table below.
fn number(stage: &Stage) -> usize {
    match stage {
        Stage::Open { .. } => 0,
        Stage::Submitting => 1,
        Stage::NeedsAuthentication => 2,
        Stage::Authenticated { .. } => 3,
        Stage::Confirming => 4,
        Stage::Approved(_) => 5,
        Stage::Held(_) => 6,
        Stage::Processing => 7,
        Stage::Declined(_) => 8,
        Stage::NotKnown { .. } => 9,
        Stage::Cancelling => 10,
        Stage::Cancelled => 11,
        Stage::SetAside => 12,
    }
}

const STAGES: usize = 13;

#[test]
fn every_stage_has_its_pace() {
    let refused = || Decline::NotTaken { code: None, status: None };
    // While the outcome of a call is open; the pause of 15 before the fourth of 30 is the look that decides, at 150.
    let open: Paces<'_> = &[(1, 1), (2, 1), (4, 1), (8, 1), (15, 2), (30, 3), (15, 1), (30, 50), (300, 6)];
    // The same where nothing has to settle.
    let patient: Paces<'_> = &[(1, 1), (2, 1), (4, 1), (8, 1), (15, 2), (30, 54), (300, 6)];
    let settling_seconds = 150 + 50 * 30 + 6 * 300;
    let patient_seconds = 45 + 54 * 30 + 6 * 300;
    let table: Vec<(&str, Sale, u32, Paces<'_>)> = vec![
        ("open", standing(Stage::Open { notice: None }), A_DAY, &[]),
        ("open, a card not taken", standing(Stage::Open { notice: Some(refused()) }), A_DAY, &[]),
        ("open, lost", standing(Stage::Open { notice: Some(Decline::NeverArrived) }), 120, &[(30, 4)]),
        ("open, one lost before", with_a_lost_card(Stage::Open { notice: None }), AN_HOUR, &[(300, 12)]),
        ("submitting", standing(Stage::Submitting), A_DAY, &[]),
        ("challenge", standing(Stage::NeedsAuthentication), AN_HOUR + 90, &[(5, 720), (30, 3)]),
        ("authenticated", standing(Stage::Authenticated { since_ms: 0 }), AN_HOUR, &[(30, 120)]),
        ("confirming", standing(Stage::Confirming), A_DAY, &[]),
        ("held", standing(Stage::Held(proof())), AN_HOUR, &[(30, 120)]),
        ("processing", standing(Stage::Processing), patient_seconds, patient),
        ("declined", standing(Stage::Declined(refused())), A_DAY, &[]),
        ("lost", standing(Stage::Declined(Decline::NeverArrived)), 120, &[(30, 4)]),
        ("declined, one lost before", with_a_lost_card(Stage::Declined(refused())), AN_HOUR, &[(300, 12)]),
        ("not known", standing(not_known(Why::NoAnswer)), settling_seconds, open),
        ("not known, another amount", standing(not_known(Why::Mismatch)), AN_HOUR, &[(300, 12)]),
        ("not known, gone", standing(not_known(Why::Gone)), AN_HOUR, &[(300, 12)]),
        ("not known, strange", standing(not_known(Why::StrangeStatus("x".into()))), AN_HOUR, &[(300, 12)]),
        ("cancelling", standing(Stage::Cancelling), settling_seconds, open),
        (
            "given up",
            standing(Stage::Cancelled),
            60 + 300 + 900 + 3 * 1_800,
            &[(60, 1), (300, 1), (900, 1), (1_800, 3)],
        ),
        ("given up, the watch over", Sale { watch_ended: true, ..standing(Stage::Cancelled) }, A_DAY, &[]),
        ("given up, no card", Sale { attempts: Vec::new(), ..standing(Stage::Cancelled) }, A_DAY, &[]),
        ("paid", standing(paid()), A_DAY, &[]),
        ("paid, refund not known", paid_with(RefundStage::NotKnown { since_ms: 0 }), patient_seconds, patient),
        ("paid, refund pending", paid_with(RefundStage::Pending), AN_HOUR, &[(300, 12)]),
        ("paid, refund lost", paid_with(lost_refund()), AN_HOUR, &[(300, 12)]),
        ("paid, its watch over", Sale { watch_ended: true, ..paid_with(lost_refund()) }, A_DAY, &[]),
        ("paid, refunded", paid_with(RefundStage::Succeeded), A_DAY, &[]),
        ("paid, refund failed", paid_with(RefundStage::Failed { reason: None }), A_DAY, &[]),
        ("set aside", standing(Stage::SetAside), A_DAY, &[]),
    ];
    for (name, sale, seconds, expected) in &table {
        assert_eq!(paces(sale, *seconds), *expected, "{name}");
    }
    let shown: BTreeSet<usize> = table.iter().map(|(_, sale, ..)| number(&sale.stage)).collect();
    assert_eq!(shown, (0..STAGES).collect(), "every stage is in the table");
}

/// The first look that can say what never arrived begins in the very second in which nothing can be on its way any more, and
/// none before is taken for it.
#[test]
fn the_look_that_decides_comes_as_soon_as_nothing_can_be_on_its_way() {
    for stage in [not_known(Why::NoAnswer), Stage::Cancelling] {
        let sale = standing(stage);
        let mut pacing = since_the_call(&sale);
        let mut decided = None;
        for second in 1..=2 * SETTLE_SECONDS {
            if pacing.tick() {
                let asked = pacing.begin_look(&sale).expect("a look may begin");
                assert_eq!(asked.settled, second >= SETTLE_SECONDS, "at {second}");
                decided = decided.or(asked.settled.then_some(second));
                pacing.look_is_back();
                pacing.go_on(&sale);
            }
        }
        assert_eq!(decided, Some(SETTLE_SECONDS));
    }
}

/// A call, or a refund, that is out begins the wait anew, also for what was read before as the last word.
#[test]
fn a_call_or_a_refund_in_flight_begins_the_wait_anew() {
    let open = standing(not_known(Why::NoAnswer));
    let again = submitted_at(0);
    let refunding = paid_with(RefundStage::InFlight);
    let in_doubt = paid_with(RefundStage::NotKnown { since_ms: 0 });
    for (before, out, after) in [(&open, &again, &open), (&standing(paid()), &refunding, &in_doubt)] {
        let mut pacing = since_the_call(before);
        pauses(&mut pacing, before, 2 * SETTLE_SECONDS);
        let asked = pacing.ask();
        assert!(asked.settled && pacing.settles_in_s() == 0);
        pacing.changed(before, out);
        pacing.call_goes_out();
        assert_eq!(pacing.settles_in_s(), SETTLE_SECONDS);
        assert!(pacing.has_sent_since(asked), "what was asked before is older than the call");
        // However long it is out: no look begins, and once it is answered or lost, the wait is whole.
        assert!(pauses(&mut pacing, out, AN_HOUR).is_empty());
        pacing.changed(out, after);
        let asked = pacing.ask();
        assert!(!asked.settled && !pacing.has_sent_since(asked));
        assert_eq!(pauses(&mut pacing, after, 7), [1, 2, 4], "somebody waits for it");
        assert_eq!(pacing.settles_in_s(), SETTLE_SECONDS - 7);
    }
}

#[test]
fn a_stage_that_moves_begins_at_the_quick_end() {
    let (asking, processing) = (standing(Stage::NeedsAuthentication), standing(Stage::Processing));
    let mut pacing = since_the_call(&asking);
    assert_eq!(pauses(&mut pacing, &asking, 10 * 5).len(), 10);
    pacing.changed(&asking, &processing);
    assert_eq!(pauses(&mut pacing, &processing, 7), [1, 2, 4]);
    // News of the same stage does not.
    pacing.changed(&processing, &processing);
    assert_eq!(pauses(&mut pacing, &processing, 8 + 15), [8, 15]);
}

#[test]
fn one_look_is_out_at_a_time_and_what_is_due_stays_due() {
    let sale = standing(Stage::NeedsAuthentication);
    let mut pacing = since_the_call(&sale);
    assert!(pacing.begin_look(&sale).is_some());
    assert_eq!(pacing.begin_look(&sale), None);
    assert!(pauses(&mut pacing, &sale, 60).is_empty(), "the next pause begins when it is back");
    assert!(!pacing.look_is_back());
    pacing.go_on(&sale);
    assert_eq!(pauses(&mut pacing, &sale, 10), [5, 5]);
    // The news comes while one is out: it is due, and begins when that is back.
    assert!(pacing.begin_look(&sale).is_some());
    pacing.changed(&sale, &sale);
    let due: Vec<bool> = (0..7).map(|_| pacing.tick()).collect();
    assert_eq!(due, [false, false, false, false, true, true, true]);
    pacing.look_is_back();
    pacing.go_on(&sale);
    assert_eq!(pauses(&mut pacing, &sale, 6), [1, 5]);
}

#[test]
fn a_look_that_began_too_early_is_followed_by_another() {
    let sale = standing(Stage::NeedsAuthentication);
    let mut pacing = since_the_call(&sale);
    pacing.look_out_is_too_early();
    assert!(pacing.begin_look(&sale).is_some() && !pacing.look_is_back(), "none was out");
    assert!(pacing.begin_look(&sale).is_some());
    pacing.look_out_is_too_early();
    pacing.look_out_is_too_early();
    assert!(pacing.look_is_back());
    assert!(pacing.begin_look(&sale).is_some() && !pacing.look_is_back(), "one is enough");
    // One that fell over is not waited for.
    assert!(pacing.begin_look(&sale).is_some());
    pacing.look_out_is_too_early();
    pacing.look_fell_over();
    assert!(pacing.begin_look(&sale).is_some() && !pacing.look_is_back());
}

/// Whatever the clocks say: a sale of the year 1970 and one whose times are as late as can be are looked at in the same seconds.
#[test]
fn no_clock_has_a_say() {
    let at = |ms: i64| {
        let mut sale = Sale { in_flight: None, stripe_ms: Some(ms), ..submitted_at(ms) };
        sale.given_up = Some(When { at_ms: ms, stripe_ms: Some(ms) });
        sale
    };
    let stages = |ms: i64| {
        [
            Stage::NotKnown { since_ms: ms, lost: Purpose::Submit, why: Why::NoAnswer, absent: false },
            Stage::Authenticated { since_ms: ms },
            Stage::Held(Proof { seen_at_ms: ms, ..proof() }),
            Stage::NeedsAuthentication,
            Stage::Cancelled,
        ]
    };
    let paces_at = |ms: i64| stages(ms).map(|stage| paces(&Sale { stage, ..at(ms) }, 2 * AN_HOUR));
    let early = paces_at(0);
    assert!(early.iter().all(|paces| !paces.is_empty()));
    assert_eq!(early, paces_at(i64::MAX));
    assert_eq!(early, paces_at(i64::MIN));
}
