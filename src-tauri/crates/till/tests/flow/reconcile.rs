//! The books held against Stripe: every kind of difference, and what is done about it.

use stripe_sim::{Fault, FaultRule, Moment};
use till::view::{DifferenceKind, RefundState, Remedy, StageView};
use till::{SaleId, TillId};

use crate::counter::{Counter, TILL};

const APPROVED: &str = "4242424242424242";
const DISPUTED: &str = "4000000000000259";

fn approved(stage: &StageView) -> bool {
    matches!(stage, StageView::Approved { .. })
}

/// A payment that is made at Stripe without the till, with these metadata.
fn made_at_stripe(counter: &Counter, amount: &str, metadata: &[(&str, &str)]) -> String {
    let card = counter.key(APPROVED);
    let mut form = vec![
        ("amount", amount),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
    ];
    form.extend(metadata);
    counter.at_stripe("/v1/payment_intents", &form)["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(start_paused = true)]
async fn books_that_agree_say_so_and_count_the_others_apart() {
    let counter = Counter::open();
    for text in ["25.00", "10.00"] {
        let sale = counter.sell(text).await;
        counter.pay(sale, APPROVED).await;
    }
    let declined = counter.sell("3.00").await;
    counter.pay(declined, "4000000000000002").await;
    made_at_stripe(&counter, "700", &[]);
    let other_till = TillId::new(&till::OsEntropy).to_string();
    let other_sale = SaleId::new(&till::OsEntropy).to_string();
    made_at_stripe(
        &counter,
        "800",
        &[("metadata[countersign_sale]", &other_sale), ("metadata[countersign_till]", &other_till)],
    );

    let found = counter.reconcile_day().await;
    assert!(found.differences.is_empty() && found.notes.is_empty(), "{found:?}");
    assert_eq!((found.books.payments, found.books.money[0].text.as_str()), (2, "£35.00"));
    assert_eq!(found.books, found.stripe);
    assert_eq!((found.others.payments, found.others.money[0].text.as_str()), (2, "£15.00"));
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_the_books_lost_is_found_and_taken_in_once() {
    let counter = Counter::open();
    let lost = SaleId::new(&till::OsEntropy);
    let metadata = [("metadata[countersign_sale]", &*lost.to_string()), ("metadata[countersign_till]", TILL)];
    let intent = made_at_stripe(&counter, "2500", &metadata);
    counter.at_stripe("/v1/refunds", &[("payment_intent", &intent), ("amount", "500")]);

    let found = counter.reconcile_day().await;
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    assert_eq!((difference.kind, difference.put_right), (DifferenceKind::MissingHere, false));
    assert_eq!(difference.remedies[0], Remedy::TakeIn);
    assert_ne!(found.books, found.stripe);

    let id = stripe_client::PaymentIntentId::parse(&intent).expect("an id");
    let view = counter.till.take_in(id.clone()).await.expect("taken in");
    assert!(approved(&view.stage) && view.sale_id == lost.to_string());
    counter.till.take_in(id).await.expect("twice is once");
    assert_eq!(counter.till.sales(10).await.len(), 1);
    let view = counter.until_view(lost, |view| view.refunds.len() == 1).await;
    assert_eq!(view.refundable.map(|left| left.left.amount_minor), Some(2_000));
    let counter = counter.crash_and_start_again().await;
    assert!(approved(&counter.till.sale(lost).await.expect("in the journal").stage));
    let found = counter.reconcile_day().await;
    assert!(found.differences.is_empty() && found.books == found.stripe, "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn a_foreign_payment_cannot_be_taken_in() {
    let counter = Counter::open();
    let intent = made_at_stripe(&counter, "700", &[]);
    let id = stripe_client::PaymentIntentId::parse(&intent).expect("an id");
    assert!(counter.till.take_in(id).await.is_err());
    assert!(counter.till.sales(10).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refund_and_a_dispute_made_elsewhere_come_into_the_books() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let intent = view.payment_intent.expect("an id");
    counter.at_stripe("/v1/refunds", &[("payment_intent", &intent), ("amount", "600")]);
    let disputed = counter.sell("30.00").await;
    counter.pay(disputed, DISPUTED).await;
    counter.later(10);

    let found = counter.reconcile_day().await;
    let kinds: Vec<_> = found.differences.iter().map(|found| (found.kind, found.put_right)).collect();
    assert!(kinds.contains(&(DifferenceKind::RefundElsewhere, true)), "{found:?}");
    assert!(kinds.contains(&(DifferenceKind::Dispute, false)), "{found:?}");
    let view = counter.till.sale(sale).await.expect("it");
    assert!(view.refunds[0].elsewhere && view.refunds[0].state == RefundState::Refunded);
    assert_eq!(view.refundable.map(|left| left.left.amount_minor), Some(1_900));
    let view = counter.till.sale(disputed).await.expect("it");
    assert_eq!(view.disputes.len(), 1);
    assert!(view.disputes[0].due_by_ms.is_some());
    let again = counter.reconcile_day().await;
    assert!(
        again.differences.iter().all(|found| found.kind == DifferenceKind::Dispute),
        "the refund is no news: {again:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_stripe_did_behind_the_tills_back_is_put_right() {
    let counter = Counter::open();
    // Declined here; then somebody finished it at Stripe with another card.
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, "4000000000000002").await;
    let intent = view.payment_intent.expect("an id");
    let card = counter.key(APPROVED);
    counter.at_stripe(&format!("/v1/payment_intents/{intent}/confirm"), &[("payment_method", card.as_str())]);
    let found = counter.reconcile_day().await;
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (difference.kind, difference.put_right),
        (DifferenceKind::Outcome, false),
        "staff decide whether to keep it"
    );
    let view = counter.till.sale(sale).await.expect("it");
    assert!(approved(&view.stage) && view.unasked.is_some(), "{view:?}");
    assert_eq!(found.books, found.stripe);
    // Open here; cancelled there.
    let sale = counter.sell("4.00").await;
    let view = counter.pay(sale, "4000000000000002").await;
    let intent = view.payment_intent.expect("an id");
    counter.at_stripe(&format!("/v1/payment_intents/{intent}/cancel"), &[]);
    let found = counter.reconcile_day().await;
    assert_eq!(found.differences.len(), 1, "{found:?}");
    assert_eq!(counter.till.sale(sale).await.expect("it").stage, StageView::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_second_payment_for_a_sale_and_a_changed_amount_are_told() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    made_at_stripe(&counter, "2500", &[("metadata[countersign_sale]", &sale.to_string())]);
    let found = counter.reconcile_day().await;
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    assert_eq!(difference.kind, DifferenceKind::SecondPayment);
    assert_eq!((found.books.money[0].amount_minor, found.stripe.money[0].amount_minor), (2_500, 5_000));

    let changed = counter.sell("9.00").await;
    let view = counter.pay(changed, "4000000000000002").await;
    let intent = view.payment_intent.expect("an id");
    counter.at_stripe(&format!("/v1/payment_intents/{intent}"), &[("amount", "950")]);
    let found = counter.reconcile_day().await;
    assert!(found.differences.iter().any(|found| found.kind == DifferenceKind::Amount), "{found:?}");
    let view = counter.till.sale(changed).await.expect("it");
    assert!(matches!(view.stage, StageView::NotKnown { .. }), "nothing more is sent for it");
    counter.till.set_aside(changed).await.expect("noted");
    assert!(matches!(counter.till.sale(changed).await.expect("it").stage, StageView::SetAside));
    let found = counter.reconcile_day().await;
    assert!(found.differences.iter().all(|found| found.kind == DifferenceKind::SecondPayment), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn the_start_compares_the_last_day_by_itself_and_keeps_trying_while_offline() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let intent = view.payment_intent.expect("an id");
    counter.at_stripe("/v1/refunds", &[("payment_intent", &intent), ("amount", "600")]);
    counter.sim.faults().set_gone(true);
    let counter = counter.crash_and_start_again().await;
    let mut reconciled = counter.till.reconciled();
    counter.until_within(sale, 30, |_| false).await;
    assert!(reconciled.borrow().is_none());
    let asked = counter.reconcile(0).await.expect_err("nobody answers");
    assert_eq!(asked.code(), "offline");
    counter.sim.faults().set_gone(false);
    counter.until_view(sale, |view| view.refunds.len() == 1).await;
    assert!(reconciled.borrow_and_update().as_ref().is_some_and(|found| found.differences.len() == 1));
}

#[tokio::test(start_paused = true)]
async fn a_list_older_than_a_call_changes_nothing() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, "4000000000000002").await;
    // The reconcile's last reading is slow; a card is charged meanwhile.
    counter.sim.faults().add(FaultRule::next(1, "GET", "/v1/disputes", Moment::After, Fault::Delay { ms: 3_000 }));
    let (found, view) = tokio::join!(counter.reconcile_day(), counter.pay(sale, APPROVED));
    assert!(approved(&view.stage));
    assert!(approved(&counter.till.sale(sale).await.expect("it").stage), "{found:?}");
    assert_eq!(counter.taken_minor(sale), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_bad_span_is_refused() {
    let counter = Counter::open();
    assert!(counter.till.reconcile(5, 4).await.is_err());
    assert!(counter.till.reconcile(0, 400 * 86_400_000).await.is_err());
}

/// A sale whose card is held, because somebody changed the payment so at Stripe; and its path.
async fn held(counter: &Counter) -> (SaleId, String) {
    let sale = counter.sell("25.00").await;
    let declined = counter.pay(sale, "4000000000000002").await;
    let intent = format!("/v1/payment_intents/{}", declined.payment_intent.expect("an id"));
    counter.at_stripe(&intent, &[("capture_method", "manual")]);
    counter.charge(sale, APPROVED).await;
    counter.until(sale, |stage| matches!(stage, StageView::Held { .. })).await;
    (sale, intent)
}

#[tokio::test(start_paused = true)]
async fn the_release_of_a_hold_is_not_told_as_money_given_back() {
    let counter = Counter::open();
    let (sale, _) = held(&counter).await;
    counter.till.cancel(sale).await.expect("given up");
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    assert_eq!(counter.refunds(sale).len(), 0, "since 2025-03-31.basil a release is no refund");
    nothing_was_given_back(&counter, sale).await;
}

/// Somebody else's program asks for an old version, and Stripe then makes a refund of the release.
#[tokio::test(start_paused = true)]
async fn a_release_that_an_older_version_shows_as_a_refund_is_none_for_the_books() {
    let counter = Counter::open();
    // Or the till's own comparison of the start would find it first.
    counter.pass(1).await;
    let (sale, intent) = held(&counter).await;
    counter.at_stripe(&format!("{intent}/cancel?_stripe_version=2025-02-24.acacia"), &[]);
    assert_eq!(counter.refunds(sale).len(), 1, "Stripe shows the release as a refund");
    let kinds: Vec<_> = counter.reconcile_day().await.differences.iter().map(|difference| difference.kind).collect();
    assert_eq!(kinds, [DifferenceKind::Outcome], "that it was cancelled, and nothing else");
    nothing_was_given_back(&counter, sale).await;
    assert_eq!(counter.till.sale(sale).await.expect("it").stage, StageView::Cancelled);
}

async fn nothing_was_given_back(counter: &Counter, sale: SaleId) {
    let found = counter.reconcile_day().await;
    assert_eq!((found.differences.as_slice(), found.books.payments), (&[][..], 0));
    assert_eq!(counter.till.sale(sale).await.expect("it").refunds, Vec::new());
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_stripe_does_not_have_is_told_and_stays_in_the_books() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    counter.sim.reset();
    let found = counter.reconcile_day().await;
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    assert_eq!((difference.kind, difference.put_right), (DifferenceKind::MissingThere, false));
    assert!(!difference.remedies.is_empty());
    assert_eq!((found.books.payments, found.stripe.payments), (1, 0));
    assert!(approved(&counter.till.sale(sale).await.expect("it").stage));
}

#[tokio::test(start_paused = true)]
async fn a_till_that_runs_on_compares_once_a_day() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let intent = view.payment_intent.expect("an id");
    counter.until_within(sale, 60, |_| false).await;
    counter.at_stripe("/v1/refunds", &[("payment_intent", &intent), ("amount", "600")]);
    let view = counter.until_within(sale, 90_000, |view| !view.refunds.is_empty()).await;
    assert!(view.refunds.first().is_some_and(|refund| refund.elsewhere), "{view:?}");
}
