//! Which span is compared, by whose clock, and what is said of it when a part was not.

use std::sync::atomic::Ordering;
use std::time::Duration;

use stripe_sim::{Fault, FaultRule, Moment};
use till::view::{Agreement, ComparisonGap, DifferenceKind, StageView};

use crate::counter::Counter;

const APPROVED: &str = "4242424242424242";
const CREATE: &str = "/v1/payment_intents";
const DAY_MS: i64 = 86_400_000;

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}

#[tokio::test(start_paused = true)]
async fn a_sale_with_a_call_out_is_in_no_comparison_and_that_is_said() {
    let counter = Counter::open();
    let paid = counter.sell("10.00").await;
    counter.pay(paid, APPROVED).await;
    strike(&counter, 1, "POST", CREATE, Moment::After, Fault::Delay { ms: 30_000 });
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = counter.reconcile_day().await;
    assert_eq!(told.gaps, [ComparisonGap::SalesLeftOut { sales: 1 }], "{told:?}");
    assert_eq!(told.agreement, Agreement::NotWhole);
    counter.settled(sale).await;
    assert_eq!(counter.reconcile_day().await.agreement, Agreement::Agrees);
}

#[tokio::test(start_paused = true)]
async fn a_paid_sale_of_which_stripe_told_no_time_is_not_said_to_agree() {
    let counter = Counter::open();
    counter.way.without_dates.store(true, Ordering::Relaxed);
    // The only clock that dates it shows another day.
    counter.clock_off_ms.store(2 * DAY_MS, Ordering::Relaxed);
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    counter.way.without_dates.store(false, Ordering::Relaxed);
    let now_ms = i64::try_from(counter.sim.clock().now_ms()).expect("a time");
    let told =
        counter.till.reconcile(now_ms + DAY_MS, now_ms + 3 * DAY_MS).await.expect("compared").expect("not stopped");
    assert_eq!(told.gaps, [ComparisonGap::SalesWithoutStripeTime { sales: 1 }], "{told:?}");
    assert_ne!(told.agreement, Agreement::Agrees);
}

#[tokio::test(start_paused = true)]
async fn disputes_that_the_key_may_not_read_are_said_to_be_missing() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    strike(
        &counter,
        1,
        "GET",
        "/v1/disputes",
        Moment::Before,
        Fault::Status { status: 403, should_retry: Some(false) },
    );
    let told = counter.reconcile_day().await;
    assert_eq!((told.agreement, &told.gaps[..]), (Agreement::NotWhole, &[ComparisonGap::ListsCut][..]), "{told:?}");
    assert_eq!((told.books.payments, told.stripe.payments), (1, 1), "the payments were compared all the same");
}

#[tokio::test(start_paused = true)]
async fn the_books_side_of_a_span_is_chosen_by_stripes_clock_too() {
    let counter = Counter::open();
    counter.clock_off_ms.store(-5 * DAY_MS, Ordering::Relaxed);
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    // Nothing of it is at Stripe any more, so only the books can name it.
    counter.sim.reset();
    let told = counter.reconcile_day().await;
    let [missing] = told.differences.as_slice() else { panic!("{told:?}") };
    assert_eq!((missing.kind, told.agreement), (DifferenceKind::MissingThere, Agreement::Differs));
}

#[tokio::test(start_paused = true)]
async fn the_start_compares_from_when_the_till_was_last_used_whatever_its_clock_showed_then() {
    for off_ms in [0, 20 * DAY_MS] {
        let counter = Counter::open();
        counter.clock_off_ms.store(off_ms, Ordering::Relaxed);
        let sale = counter.sell("25.00").await;
        counter.pay(sale, APPROVED).await;
        counter.later(10 * 86_400);
        counter.clock_off_ms.store(0, Ordering::Relaxed);
        let counter = counter.crash_and_start_again().await;
        counter.pass(5).await;
        let told = counter.till.reconciliation().expect("compared at the start");
        assert!(told.to_ms - told.from_ms >= 10 * DAY_MS, "{off_ms}: {told:?}");
        assert_eq!((told.books.payments, told.stripe.payments), (1, 1), "{off_ms}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_reconcile_read_before_a_call_was_answered_is_not_let_in_after_it() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let intent = counter.pay(sale, "4000000000009995").await.payment_intent.expect("an id");
    // Somebody changed its mark, so reconcile reads it by its id, and hears of it late.
    let path = format!("{CREATE}/{intent}");
    counter.at_stripe(&path, &[("metadata[countersign_till]", "00000000-0000-4000-8000-000000000099")]);
    strike(&counter, 1, "GET", &path, Moment::After, Fault::Delay { ms: 20_000 });
    let (_told, ()) = tokio::join!(counter.reconcile_day(), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        counter.charge(sale, "4000002500003155").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    });
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::NeedsAuthentication { .. }), "{:?}", view.stage);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_to_show_a_payment_does_not_say_that_it_is_gone() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, "4000002500003155").await;
    for status in [401_u16, 403, 404] {
        let fault = Fault::Status { status, should_retry: Some(false) };
        strike(&counter, 1_000, "GET", "/v1/payment_intents/*", Moment::Before, fault);
        counter.till.look(sale).await.expect("asked");
        counter.pass(10).await;
        let view = counter.till.sale(sale).await.expect("it");
        assert!(matches!(view.stage, StageView::NeedsAuthentication { .. }), "HTTP {status}: {:?}", view.stage);
        counter.sim.faults().clear();
    }
}

#[tokio::test(start_paused = true)]
async fn a_payment_of_the_sale_in_another_currency_is_a_second_payment() {
    let counter = Counter::open();
    counter.till.warm().await;
    strike(&counter, 3, "POST", CREATE, Moment::After, Fault::Drop);
    strike(&counter, 1_000, "GET", CREATE, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.pass(5).await;
    let (id, card) = (sale.to_string(), counter.key(APPROVED));
    let form = [
        ("amount", "2500"),
        ("currency", "eur"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id),
        ("metadata[countersign_till]", crate::counter::TILL),
    ];
    counter.at_stripe(CREATE, &form);
    counter.sim.faults().clear();
    counter.pass(60).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "{:?}", view.stage);
    let told = counter.reconcile_day().await;
    assert!(told.differences.iter().any(|difference| difference.kind == DifferenceKind::SecondPayment), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_payment_is_found_though_the_clock_of_the_machine_that_made_it_was_behind() {
    let counter = Counter::open();
    counter.till.warm().await;
    // Whoever told the time last was a minute ahead of whoever dates the payment.
    counter.later(60);
    counter.till.warm().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    counter.way.edit(|path, told| {
        let from = path.split("created[gte]=").nth(1).and_then(|rest| rest.split('&').next());
        if let (Some(from_s), Some(all)) = (from.and_then(|text| text.parse::<i64>().ok()), told["data"].as_array_mut())
        {
            all.retain(|listed| listed["created"].as_i64().is_some_and(|made_s| made_s - 60 >= from_s));
        }
    });
    strike(&counter, 3, "POST", CREATE, Moment::After, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.pass(200).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "{:?}", view.stage);
}

#[tokio::test(start_paused = true)]
async fn what_was_sold_under_an_id_that_the_till_had_before_is_its_own() {
    let counter = Counter::open();
    let id = till::SaleId::new(&till::OsEntropy).to_string();
    let card = counter.key(APPROVED);
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id),
        ("metadata[countersign_till]", crate::counter::TILL),
    ];
    counter.at_stripe(CREATE, &form);
    let counter = counter.crash_and_start_under_another_id().await;
    let told = counter.reconcile_day().await;
    let [missing] = told.differences.as_slice() else { panic!("{told:?}") };
    assert_eq!((missing.kind, told.others.payments), (DifferenceKind::MissingHere, 0));
}

#[tokio::test(start_paused = true)]
async fn a_look_reads_back_to_the_first_sending_of_any_card_of_the_sale() {
    let counter = Counter::open();
    counter.till.warm().await;
    counter.pass(2).await;
    strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.pass(200).await;
    let (key, body) = (counter.last_key(CREATE), counter.create_body(sale).await);
    strike(&counter, 1, "POST", CREATE, Moment::Before, Fault::Status { status: 400, should_retry: Some(false) });
    counter.till.try_again(sale).await.expect("sent again");
    counter.pass(400).await;
    // Taken for one that never acted. It comes after all, and before the next look another card's call is lost.
    let mut late = stripe_sim::ApiRequest::post(CREATE, &[]);
    late.body = body.into_bytes();
    counter.sim.call(late.header("idempotency-key", &key).key(crate::counter::SECRET)).expect("late");
    counter.later(3_600);
    counter.till.warm().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    strike(&counter, 3, "POST", CREATE, Moment::Before, Fault::Drop);
    counter.charge(sale, APPROVED).await;
    counter.pass(10).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "{:?}", view.stage);
    assert_eq!((counter.taken_minor(sale), counter.payment_intents()), (2_500, 1));
}

/// A second card's confirm is lost and may still be on its way: its payment is in the lists, and waits for a card.
#[tokio::test(start_paused = true)]
async fn what_is_compared_of_a_lost_call_is_not_taken_for_settled_before_it_is() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let intent = counter.pay(sale, "4000000000009995").await.payment_intent.expect("an id");
    let payment = format!("/v1/payment_intents/{intent}");
    strike(&counter, 3, "POST", &format!("{payment}/confirm"), Moment::Before, Fault::Drop);
    counter.charge(sale, APPROVED).await;
    counter.until(sale, |stage| matches!(stage, StageView::NotKnown { .. })).await;
    let open = async || matches!(counter.till.sale(sale).await.expect("it").stage, StageView::NotKnown { .. });
    counter.pass(20).await;
    counter.reconcile_day().await;
    assert!(open().await, "it was called lost seconds after its last sending");
    // It is asked for while that may be, and answered when it may not; the till's own looks find nobody meanwhile.
    counter.pass(115).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    strike(&counter, 1, "GET", &payment, Moment::After, Fault::Delay { ms: 40_000 });
    tokio::join!(counter.reconcile_day(), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        strike(&counter, 1_000, "GET", &payment, Moment::Before, Fault::Drop);
        counter.pass(41).await;
    });
    assert!(open().await, "it was called lost by what was asked too early");
    counter.sim.faults().clear();
    counter.pass(60).await;
    assert!(!open().await, "the till's own look decides");
}
