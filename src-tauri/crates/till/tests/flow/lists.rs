//! Lists that are longer than a page, or than what is read of one: what is behind the first hundred counts as much.

use stripe_sim::{Fault, FaultRule, Moment};
use till::view::{
    Action, Agreement, ComparisonGap, ComparisonNote, DifferenceKind, LastLook, RefundState, StageView, WhyNotKnown,
};
use till::{RefundId, SaleId};

use crate::counter::Counter;

const APPROVED: &str = "4242424242424242";
const DISPUTED: &str = "4000000000000259";
const CREATE: &str = "/v1/payment_intents";
const REFUNDS: &str = "/v1/refunds";

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}

/// A sale whose payment nobody heard of: Stripe acted where `moment` is after, and answered no look since.
async fn unheard(counter: &Counter, moment: Moment) -> SaleId {
    counter.till.warm().await;
    // What the till compares at its start is over: it would find the payment too.
    counter.pass(2).await;
    strike(counter, 3, "POST", CREATE, moment, Fault::Drop);
    strike(counter, 1_000, "GET", CREATE, Moment::Before, Fault::Drop);
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.pass(5).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::NotKnown { .. }), "{view:?}");
    counter.sim.faults().clear();
    sale
}

#[tokio::test(start_paused = true)]
async fn a_lost_payment_behind_a_page_of_others_is_found_and_nothing_else_is_offered_before() {
    let counter = Counter::open();
    let sale = unheard(&counter, Moment::After).await;
    counter.strangers(150);
    let mut changes = counter.till.subscribe();
    counter.pass(400).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "{:?}", view.stage);
    while let Ok(told) = changes.try_recv() {
        assert!(!told.actions.contains(&Action::TryAgain) && !told.actions.contains(&Action::TakeCard), "{told:?}");
    }
    assert_eq!((counter.taken_minor(sale), counter.payment_intents()), (2_500, 151));
}

#[tokio::test(start_paused = true)]
async fn a_till_whose_clock_is_ahead_looks_back_by_stripes() {
    let counter = Counter::open();
    counter.clock_off_ms.store(2 * 86_400_000, std::sync::atomic::Ordering::Relaxed);
    let sale = unheard(&counter, Moment::After).await;
    counter.pass(40).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "{:?}", view.stage);
}

#[tokio::test(start_paused = true)]
async fn a_lost_refund_behind_a_page_of_others_is_found() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let intent = view.payment_intent.clone().expect("an id");
    let refund = RefundId::parse(&view.refundable.expect("refundable").refund_id).expect("an id");
    strike(&counter, 3, "POST", REFUNDS, Moment::After, Fault::Drop);
    strike(&counter, 1_000, "GET", REFUNDS, Moment::Before, Fault::Drop);
    counter.till.refund(sale, refund, 1_000).await.expect("asked");
    counter.pass(5).await;
    for _ in 0..120 {
        counter.at_stripe(REFUNDS, &[("payment_intent", &intent), ("amount", "1")]);
    }
    counter.sim.faults().clear();
    counter.pass(400).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.refunds[0].state, RefundState::Refunded);
    assert_eq!((view.refunds.len(), counter.refunded_minor(sale)), (121, 1_120));
    assert_eq!(view.refundable.map(|left| left.left.amount_minor), Some(1_380));
}

#[tokio::test(start_paused = true)]
async fn what_is_compared_goes_on_behind_the_first_page_of_each_list() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let intent = counter.pay(sale, APPROVED).await.payment_intent.expect("an id");
    counter.at_stripe(REFUNDS, &[("payment_intent", &intent), ("amount", "600")]);
    let disputed = counter.sell("30.00").await;
    counter.pay(disputed, DISPUTED).await;
    for _ in 0..110 {
        let card = counter.key(DISPUTED);
        let form = [
            ("amount", "1100"),
            ("currency", "gbp"),
            ("payment_method", card.as_str()),
            ("confirm", "true"),
            ("payment_method_types[]", "card"),
        ];
        counter.at_stripe(CREATE, &form);
    }
    counter.strangers(1);
    let refunded = counter.ledger().payment_intents().last().expect("one")["id"].as_str().expect("an id").to_owned();
    for _ in 0..110 {
        counter.at_stripe(REFUNDS, &[("payment_intent", &refunded), ("amount", "1")]);
    }
    counter.later(10);
    let told = counter.reconcile_day().await;
    let has = |kind| told.differences.iter().any(|difference| difference.kind == kind);
    assert_eq!((told.books.payments, told.stripe.payments, told.others.payments), (2, 2, 111), "{told:?}");
    assert!(has(DifferenceKind::RefundElsewhere) && has(DifferenceKind::Dispute), "{:?}", told.differences);
    assert!(told.gaps.is_empty(), "{:?}", told.gaps);
}

/// From now on the lists whose path begins so never end.
fn endless(counter: &Counter, list: &'static str) {
    counter.way.edit(move |path, told| {
        if path.starts_with(list) {
            told["has_more"] = true.into();
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_not_read_to_its_end_agrees_with_nothing() {
    for list in ["/v1/payment_intents?limit=100", "/v1/refunds?", "/v1/disputes?"] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let intent = counter.pay(sale, APPROVED).await.payment_intent.expect("an id");
        counter.at_stripe(REFUNDS, &[("payment_intent", &intent), ("amount", "600")]);
        let sale = counter.sell("30.00").await;
        counter.pay(sale, DISPUTED).await;
        counter.later(10);
        endless(&counter, list);
        let told = counter.reconcile_day().await;
        assert!(told.gaps.contains(&ComparisonGap::ListsCut) && told.notes.len() == 1, "{list}: {told:?}");
        assert_ne!(told.agreement, Agreement::Agrees);
    }
}

#[tokio::test(start_paused = true)]
async fn more_sales_than_are_read_one_by_one_are_said_to_be_left() {
    let counter = Counter::open();
    for _ in 0..501 {
        let sale = counter.sell("1.00").await;
        counter.pay(sale, APPROVED).await;
    }
    // The list shows none of them, so each is read by its id.
    counter.way.edit(|path, told| {
        if path.starts_with("/v1/payment_intents?") {
            told["data"] = serde_json::json!([]);
            told["has_more"] = false.into();
        }
    });
    let told = counter.reconcile_day().await;
    assert_eq!((&told.gaps[..], told.agreement), (&[ComparisonGap::ListsCut][..], Agreement::NotWhole));
    assert!(told.notes.contains(&ComparisonNote::TooManyToLookAt { most: 500 }), "{:?}", told.notes);
}

fn found(stage: &StageView) -> Option<LastLook> {
    match stage {
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { found, .. }, .. } => Some(*found),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_too_long_to_walk_proves_nothing_and_neither_does_the_search() {
    for search in [None, Some(Fault::Status { status: 400, should_retry: None })] {
        let counter = Counter::open();
        let sale = unheard(&counter, Moment::Before).await;
        counter.strangers(1);
        counter.pass(140).await;
        endless(&counter, "/v1/payment_intents?");
        if let Some(fault) = search {
            strike(&counter, 1_000, "GET", "/v1/payment_intents/search", Moment::Before, fault);
        }
        counter.pass(40).await;
        let view = counter.till.sale(sale).await.expect("it");
        assert_eq!(found(&view.stage), Some(LastLook::ListTooLong), "{view:?}");
        assert!(!view.actions.contains(&Action::TryAgain) && !view.actions.contains(&Action::TakeCard));
        assert!(counter.till.try_again(sale).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_list_is_too_long_the_search_finds_the_sales_own_payment_and_no_other() {
    let counter = Counter::open();
    let sale = unheard(&counter, Moment::After).await;
    let (id, card) = (sale.to_string(), counter.key(APPROVED));
    let form = [
        ("amount", "900"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id),
        ("metadata[countersign_till]", crate::counter::TILL),
    ];
    counter.at_stripe(CREATE, &form);
    counter.strangers(1);
    // The list never comes to any of this sale.
    counter.way.edit(move |path, told| {
        if path.starts_with("/v1/payment_intents?") {
            told["has_more"] = true.into();
            let all = told["data"].as_array_mut().expect("a list");
            all.retain(|intent| intent["metadata"]["countersign_sale"] != id.as_str());
        }
    });
    // The search lags by a minute or so.
    counter.later(300);
    counter.pass(60).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert!(matches!(view.stage, StageView::Approved { .. }), "{:?}", view.stage);
    counter.way.leave_as_it_is();
    let told = counter.reconcile_day().await;
    assert!(told.differences.iter().any(|difference| difference.kind == DifferenceKind::SecondPayment), "{told:?}");
}
