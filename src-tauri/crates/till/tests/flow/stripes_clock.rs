//! What decides about money is Stripe's time and Stripe's list, whatever this computer's clock says.

use std::sync::atomic::Ordering;
use std::time::Duration;

use stripe_sim::{Fault, FaultRule, Moment};
use till::SaleId;
use till::view::{Action, Agreement, ComparisonGap, DifferenceKind, LastLook, SaleView, StageView, WhyNotKnown};

use crate::counter::{Counter, TILL, pounds};

const APPROVED: &str = "4242424242424242";
const CREATE: &str = "/v1/payment_intents";
const DAY_MS: i64 = 86_400_000;

fn strike(counter: &Counter, times: u32, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, "POST", CREATE, moment, fault));
}

fn approved(stage: &StageView) -> bool {
    matches!(stage, StageView::Approved { .. })
}

fn not_known(stage: &StageView) -> bool {
    matches!(stage, StageView::NotKnown { .. })
}

/// A sale whose call is lost in this way, until the till knows that Stripe has none of it, or has it.
async fn lost(counter: &Counter, moment: Moment) -> (SaleId, SaleView) {
    strike(counter, 3, moment, Fault::Drop);
    counter.till.warm().await;
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    let view = counter.until(sale, |stage| not_known(stage) || approved(stage)).await;
    (sale, view)
}

fn sendings(counter: &Counter) -> usize {
    counter.ledger().requests.iter().filter(|request| request.method == "POST" && request.path == CREATE).count()
}

#[tokio::test(start_paused = true)]
async fn a_clock_two_days_ahead_and_hundreds_of_strangers_hide_no_payment() {
    let counter = Counter::open();
    counter.clock_off_ms.store(2 * DAY_MS, Ordering::Relaxed);
    counter.till.warm().await;
    strike(&counter, 3, Moment::After, Fault::Drop);
    // Nobody answers a look either, until the till is closed.
    counter.sim.faults().add(FaultRule::next(1_000, "GET", CREATE, Moment::Before, Fault::Drop));
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.pass(5).await;
    let view = counter.till.sale(sale).await.expect("the sale");
    assert!(counter.taken_minor(sale) == 2_500 && not_known(&view.stage), "charged, and nobody heard of it: {view:?}");

    counter.strangers(620);
    counter.later(25 * 3_600);
    counter.sim.faults().clear();
    counter.clock_off_ms.store(0, Ordering::Relaxed);
    let counter = counter.crash_and_start_again().await;
    let mut changes = counter.till.subscribe();
    counter.pass(400).await;
    let view = counter.till.sale(sale).await.expect("the sale");
    assert!(approved(&view.stage), "{:?}", view.stage);
    while let Ok(told) = changes.try_recv() {
        assert!(!told.actions.contains(&Action::TryAgain) && !told.actions.contains(&Action::TakeCard), "{told:?}");
    }
    assert_eq!((counter.taken_minor(sale), sendings(&counter)), (2_500, 3 + 620), "and nothing was sent again");
}

#[tokio::test(start_paused = true)]
async fn a_request_is_sent_again_only_within_the_hours_that_stripe_remembers_its_key_by_stripes_clock() {
    for (hours, off_ms, again) in [(22, 0, true), (24, 0, false), (24, -3 * DAY_MS, false), (24, 3 * DAY_MS, false)] {
        let counter = Counter::open();
        let (sale, _) = lost(&counter, Moment::Before).await;
        counter.pass(200).await;
        assert_eq!(counter.till.sale(sale).await.expect("it").actions[0], Action::TryAgain);
        counter.later(hours * 3_600);
        counter.clock_off_ms.store(off_ms, Ordering::Relaxed);
        let counter = counter.crash_and_start_again().await;
        let before = sendings(&counter);
        let told = counter.till.try_again(sale).await;
        assert_eq!(told.is_ok(), again, "{hours} hours, the clock off by {off_ms} ms: {told:?}");
        counter.settled(sale).await;
        assert_eq!(sendings(&counter) > before, again);
        assert_eq!(counter.taken_minor(sale), if again { 2_500 } else { 0 });
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_time_of_stripes_nothing_is_sent_again_and_nothing_agrees() {
    let counter = Counter::open();
    counter.way.without_dates.store(true, Ordering::Relaxed);
    counter.strangers(350);
    let (sale, _) = lost(&counter, Moment::Before).await;
    counter.pass(200).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.actions, vec![Action::LookAgain, Action::Cancel], "proven absent, and too old to be sent again");
    assert!(counter.till.try_again(sale).await.is_err());
    let told = counter.reconcile_day().await;
    assert_eq!((told.agreement, told.gaps), (Agreement::NotCompared, vec![ComparisonGap::NoStripeTime]));
}

#[tokio::test(start_paused = true)]
async fn a_resent_create_that_is_turned_away_is_looked_for_and_ends_as_one_that_never_acted() {
    for status in [400_u16, 401, 403, 404, 409, 429, 500, 503] {
        let counter = Counter::open();
        let (sale, _) = lost(&counter, Moment::Before).await;
        counter.pass(200).await;
        strike(&counter, 3, Moment::Before, Fault::Status { status, should_retry: Some(false) });
        counter.till.try_again(sale).await.expect("sent again");
        let view = counter.settled(sale).await;
        assert!(not_known(&view.stage), "HTTP {status}: {:?}", view.stage);
        assert!(!view.actions.contains(&Action::TakeCard) && !view.actions.contains(&Action::TryAgain));
        counter.pass(140).await;
        let view = counter.till.sale(sale).await.expect("it");
        assert!(not_known(&view.stage), "HTTP {status}, while it may still be on its way: {:?}", view.stage);
        assert!(counter.till.try_again(sale).await.is_err(), "HTTP {status}: never a third time");
        counter.pass(60).await;
        let view = counter.till.sale(sale).await.expect("it");
        assert!(view.actions.contains(&Action::TakeCard), "HTTP {status}: {:?} {:?}", view.stage, view.actions);
        counter.sim.faults().clear();
        counter.pay(sale, APPROVED).await;
        assert_eq!((counter.taken_minor(sale), counter.payment_intents()), (2_500, 1), "HTTP {status}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_payment_that_names_the_sale_neither_hides_the_real_one_nor_stands_for_it() {
    let other_till = "00000000-0000-4000-8000-000000000099";
    for (amount, till, hides) in [("900", TILL, true), ("2500", other_till, true), ("2500", other_till, false)] {
        let counter = Counter::open();
        strike(&counter, 3, if hides { Moment::After } else { Moment::Before }, Fault::Drop);
        counter.till.warm().await;
        let sale = counter.sell("25.00").await;
        counter.charge(sale, APPROVED).await;
        let (id, card) = (sale.to_string(), counter.key(APPROVED));
        let form = [
            ("amount", amount),
            ("currency", "gbp"),
            ("payment_method", card.as_str()),
            ("confirm", "true"),
            ("confirmation_method", "manual"),
            ("payment_method_types[]", "card"),
            ("metadata[countersign_sale]", &id),
            ("metadata[countersign_till]", till),
        ];
        // Its three sendings are over.
        tokio::time::sleep(Duration::from_secs(5)).await;
        counter.at_stripe(CREATE, &form);
        counter.pass(400).await;
        let view = counter.till.sale(sale).await.expect("it");
        if hides {
            assert!(approved(&view.stage), "{amount} {till}: {:?}", view.stage);
            let told = counter.reconcile_day().await;
            let second = |kind: DifferenceKind| told.differences.iter().any(|difference| difference.kind == kind);
            assert!(second(DifferenceKind::SecondPayment), "{:?}", told.differences);
            assert_eq!(told.agreement, Agreement::Differs);
        } else {
            let foreign = WhyNotKnown::NoAnswer { finishing: false, found: LastLook::Foreign };
            assert!(matches!(&view.stage, StageView::NotKnown { why, .. } if *why == foreign), "{:?}", view.stage);
            assert!(!view.actions.contains(&Action::TryAgain) && !view.actions.contains(&Action::TakeCard));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_compares_the_day_that_it_names() {
    for off_ms in [26 * 3_600_000, -26 * 3_600_000] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        counter.pay(sale, APPROVED).await;
        counter.later(3_600);
        // Somebody gives it back elsewhere: a difference of today.
        let intent = counter.till.sale(sale).await.expect("it").payment_intent.expect("an id");
        counter.at_stripe("/v1/refunds", &[("payment_intent", &intent)]);
        counter.clock_off_ms.store(off_ms, Ordering::Relaxed);
        let counter = counter.crash_and_start_again().await;
        counter.pass(5).await;
        let told = counter.till.reconciliation().expect("compared at the start");
        let now_ms = i64::try_from(counter.sim.clock().now_ms()).expect("a time");
        assert!((told.to_ms - now_ms).abs() < 60_000 && told.to_ms - told.from_ms >= DAY_MS, "{told:?}");
        assert_eq!((told.books.payments, told.stripe.payments), (1, 1));
        assert!(told.differences.iter().any(|difference| difference.kind == DifferenceKind::RefundElsewhere));
    }
}

#[tokio::test(start_paused = true)]
async fn what_presses_is_listed_however_old_it_is() {
    let counter = Counter::open();
    strike(&counter, 1, Moment::After, Fault::Delay { ms: 3_000 });
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.till.cancel(sale).await.expect("wanted");
    counter.until(sale, approved).await;
    for _ in 0..210 {
        let sold = SaleId::new(&till::OsEntropy);
        counter.till.open_sale_anyway(sold, pounds("1.00")).await.expect("opened");
        counter.till.cancel(sold).await.expect("given up");
    }
    let counter = counter.crash_and_start_again().await;
    let listed = counter.till.sales(100).await;
    let presses = listed.iter().find(|view| view.sale_id == sale.to_string()).expect("it is listed");
    assert!(presses.unasked.is_some() && listed.len() == 101);
}

#[tokio::test(start_paused = true)]
async fn a_hold_that_was_taken_in_part_elsewhere_shows_what_was_taken_at_once() {
    let counter = Counter::open();
    let (id, card) = (SaleId::new(&till::OsEntropy), counter.key(APPROVED));
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("confirmation_method", "manual"),
        ("capture_method", "manual"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id.to_string()),
        ("metadata[countersign_till]", TILL),
    ];
    let intent = counter.at_stripe(CREATE, &form)["id"].as_str().expect("an id").to_owned();
    counter.till.take_in(stripe_client::PaymentIntentId::parse(&intent).expect("an id")).await.expect("taken in");
    counter.at_stripe(&format!("{CREATE}/{intent}/capture"), &[("amount_to_capture", "700")]);
    counter.pass(40).await;
    let view = counter.till.sale(id).await.expect("it");
    assert!(approved(&view.stage), "{:?}", view.stage);
    assert_eq!(view.taken.map(|money| money.text), Some("£7.00".to_owned()));
    assert_eq!(view.refundable.map(|left| left.left.amount_minor), Some(700));
    let told = counter.reconcile_day().await;
    assert_eq!((told.books.money, told.agreement), (told.stripe.money, Agreement::Agrees));
    assert_eq!(counter.taken_minor(id), 700);
}

#[tokio::test(start_paused = true)]
async fn a_payment_without_this_tills_mark_is_not_taken_in() {
    let counter = Counter::open();
    let (sale, card) = (SaleId::new(&till::OsEntropy).to_string(), counter.key(APPROVED));
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("confirmation_method", "manual"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &sale),
    ];
    let intent = counter.at_stripe(CREATE, &form)["id"].as_str().expect("an id").to_owned();
    let told = counter.reconcile_day().await;
    assert_eq!((told.others.payments, told.differences.len()), (1, 0), "counted apart: {told:?}");
    let intent = stripe_client::PaymentIntentId::parse(&intent).expect("an id");
    assert!(counter.till.take_in(intent).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_somebody_took_away_is_told_and_the_money_counts() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000009995").await;
    let intent = view.payment_intent.expect("an id");
    counter.at_stripe(&format!("{CREATE}/{intent}"), &[("metadata[countersign_sale]", "")]);
    let view = counter.pay(sale, APPROVED).await;
    assert!(approved(&view.stage), "{:?}", view.stage);
    assert_eq!(view.oddities, vec![till::view::Oddity::Mark]);
    let told = counter.reconcile_day().await;
    let marks = told.differences.iter().filter(|difference| difference.kind == DifferenceKind::Mark).count();
    assert_eq!((marks, told.agreement), (1, Agreement::Differs), "{:?}", told.differences);
}

#[tokio::test(start_paused = true)]
async fn without_a_look_just_before_nothing_is_sent_again() {
    let counter = Counter::open();
    let (sale, _) = lost(&counter, Moment::Before).await;
    counter.pass(200).await;
    let before = sendings(&counter);
    counter.sim.faults().add(FaultRule::next(9, "GET", "*", Moment::Before, Fault::Drop));
    let refused = counter.till.try_again(sale).await;
    assert_eq!((counter.refused(refused).await, sendings(&counter)), ("not_looked", before));
    counter.sim.faults().clear();
    // Nor later by itself.
    counter.pass(600).await;
    assert_eq!((sendings(&counter), counter.taken_minor(sale)), (before, 0));
    counter.till.try_again(sale).await.expect("sent again");
    counter.until(sale, approved).await;
}
