//! What Stripe answers is held against what was asked for: the amount, the sale, the till, the mode, the card, the refund's
//! own payment. And what the page sends is held against what it was given.

use stripe_client::PaymentIntentId;
use stripe_sim::{Fault, FaultRule, Moment};
use till::view::{
    Action, Agreement, CancelStep, DifferenceKind, LastLook, Oddity, RefundState, SaleView, StageView, WhyNotKnown,
};
use till::{AttemptId, OsEntropy, RefundId};

use crate::counter::{Counter, TILL};

const APPROVED: &str = "4242424242424242";
const DECLINED: &str = "4000000000009995";
const CHALLENGED: &str = "4000002500003155";
const CREATE: &str = "/v1/payment_intents";

fn approved(view: &SaleView) -> bool {
    matches!(view.stage, StageView::Approved { .. })
}

#[tokio::test(start_paused = true)]
async fn another_amount_is_not_believed_be_it_smaller_or_larger() {
    for amount in ["2499", "2501"] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let intent = counter.pay(sale, DECLINED).await.payment_intent.expect("an id");
        counter.at_stripe(&format!("{CREATE}/{intent}"), &[("amount", amount)]);
        let view = counter.pay(sale, APPROVED).await;
        assert_eq!(counter.taken_minor(sale).to_string(), amount);
        assert!(!approved(&view) && view.actions == [Action::LookAgain, Action::SetAside], "{amount}: {view:?}");
        assert_ne!(counter.reconcile_day().await.agreement, Agreement::Agrees);
    }
}

#[tokio::test(start_paused = true)]
async fn the_marks_in_the_answer_to_our_own_create_are_told_where_they_differ_and_the_money_counts() {
    let other = "00000000-0000-4000-8000-000000000099";
    for (name, says) in [
        ("countersign_till", Some(other)),
        ("countersign_till", None),
        ("countersign_sale", Some(other)),
        ("countersign_sale", None),
    ] {
        let counter = Counter::open();
        counter.way.edit(move |path, told| {
            if path == CREATE {
                match (says, told["metadata"].as_object_mut()) {
                    (Some(says), Some(marks)) => drop(marks.insert(name.to_owned(), says.into())),
                    (None, Some(marks)) => drop(marks.remove(name)),
                    (_, None) => {}
                }
            }
        });
        let sale = counter.sell("25.00").await;
        let view = counter.pay(sale, APPROVED).await;
        assert!(approved(&view) && counter.taken_minor(sale) == 2_500, "{name} {says:?}: {:?}", view.stage);
        assert_eq!(view.oddities, [Oddity::Mark], "{name} {says:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_tills_mark_that_somebody_changed_is_a_difference_and_none_once_it_is_put_back() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, DECLINED).await;
    assert!(view.oddities.is_empty(), "{:?}", view.oddities);
    let path = format!("{CREATE}/{}", view.payment_intent.expect("an id"));
    let changed = [("metadata[countersign_till]", "00000000-0000-4000-8000-000000000099")];
    counter.at_stripe(&path, &changed);
    let view = counter.pay(sale, APPROVED).await;
    assert!(approved(&view) && view.oddities == [Oddity::Mark], "{view:?}");
    let told = counter.reconcile_day().await;
    assert!(told.differences.iter().any(|difference| difference.kind == DifferenceKind::Mark), "{told:?}");
    assert_eq!(told.agreement, Agreement::Differs);
    // So it does when it is changed after the sale was paid.
    counter.at_stripe(&path, &[("metadata[countersign_till]", TILL)]);
    let told = counter.reconcile_day().await;
    assert!(told.differences.is_empty(), "{told:?}");
    counter.at_stripe(&path, &changed);
    assert_eq!(counter.reconcile_day().await.agreement, Agreement::Differs);
}

#[tokio::test(start_paused = true)]
async fn real_money_in_a_till_that_takes_none_is_told_and_counts() {
    let counter = Counter::open();
    counter.way.edit(|path, told| {
        if path.starts_with(CREATE) && told["livemode"].is_boolean() {
            told["livemode"] = true.into();
        }
    });
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    assert!(approved(&view) && view.oddities == [Oddity::RealMoney], "{view:?}");
}

fn offered(view: &SaleView) -> RefundId {
    RefundId::parse(&view.refundable.as_ref().expect("refundable").refund_id).expect("an id")
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_says_it_is_of_another_payment_is_told_and_counts() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    counter.way.edit(|path, told| {
        if path == "/v1/refunds" {
            told["payment_intent"] = "pi_3Another".into();
        }
    });
    counter.till.refund(sale, offered(&view), 1_000).await.expect("asked");
    let view = counter.refunds_known(sale).await;
    assert_eq!((view.refunds[0].state, &view.oddities[..]), (RefundState::Refunded, &[Oddity::RefundOfAnother][..]));
    assert_eq!(view.refundable.map(|left| left.left.amount_minor), Some(1_500));
}

#[tokio::test(start_paused = true)]
async fn a_refund_in_a_state_that_nobody_knows_is_neither_given_back_nor_not() {
    for status in [serde_json::json!("under_review"), serde_json::json!("requires_action"), serde_json::Value::Null] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        let view = counter.pay(sale, APPROVED).await;
        let says = status.clone();
        counter.way.edit(move |path, told| {
            if path == "/v1/refunds" {
                told["status"] = says.clone();
            }
        });
        counter.till.refund(sale, offered(&view), 2_000).await.expect("asked");
        let view = counter.refunds_known(sale).await;
        assert_eq!(view.refunds[0].state, RefundState::Pending, "{status}");
        // It may come to be: so no more than the rest can be given back.
        assert_eq!(view.refundable.as_ref().map(|left| left.left.amount_minor), Some(500), "{status}");
        let refused = counter.till.refund(sale, offered(&view), 2_000).await;
        assert_eq!(counter.refused(refused).await, "more_than_left");
        assert_eq!(counter.refunded_minor(sale), 2_000);
    }
}

#[tokio::test(start_paused = true)]
async fn one_card_is_tried_once_in_a_sale_and_pays_for_one_sale() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let card = counter.key(DECLINED);
    let first = counter.attempt(sale).await;
    counter.till.submit_card(sale, first, card.clone()).await.expect("tried");
    counter.settled(sale).await;
    let sendings = || counter.ledger().requests.iter().filter(|request| request.method == "POST").count();
    let before = sendings();
    let second = counter.attempt(sale).await;
    let refused = counter.till.submit_card(sale, second, card).await;
    assert_eq!((counter.refused(refused).await, sendings()), ("not_now", before), "nothing was sent");
    let view = counter.pay(sale, APPROVED).await;
    assert!(approved(&view) && counter.taken_minor(sale) == 2_500);

    // The page sends a card that has paid already for the next sale: Stripe takes none twice, and the sale goes on.
    let card = counter.key(APPROVED);
    let (one, other) = (counter.sell("10.00").await, counter.sell("12.00").await);
    for sale in [one, other] {
        let attempt = counter.attempt(sale).await;
        counter.till.submit_card(sale, attempt, card.clone()).await.expect("tried");
        counter.settled(sale).await;
    }
    assert_eq!((counter.taken_minor(one), counter.taken_minor(other)), (1_000, 0));
    let view = counter.till.sale(other).await.expect("it");
    assert!(matches!(view.stage, StageView::Open { notice: Some(_) }), "{:?}", view.stage);
    assert!(approved(&counter.pay(other, APPROVED).await) && counter.taken_minor(other) == 1_200);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_the_till_did_not_offer_charges_nothing_and_asks_nothing() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let card = counter.key(APPROVED);
    let refused = counter.till.submit_card(sale, AttemptId::new(&OsEntropy), card).await;
    assert_eq!((counter.refused(refused).await, counter.payment_intents()), ("stale_attempt", 0));
    counter.pay(sale, CHALLENGED).await;
    let sendings = || counter.ledger().requests.len();
    let before = sendings();
    counter.till.authentication_hint(sale, AttemptId::new(&OsEntropy)).await.expect("nothing happens");
    assert!(matches!(counter.till.payment_step(sale).await, till::PaymentStep::Authenticate { .. }));
    assert_eq!(sendings(), before);
}

#[tokio::test(start_paused = true)]
async fn a_second_confirm_that_never_arrived_is_sent_again_as_itself_and_pays() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, CHALLENGED).await;
    let intent = view.payment_intent.expect("an id");
    counter.sim.challenge(&intent, stripe_sim::Outcome::Complete).expect("answered");
    let confirm = format!("{CREATE}/{intent}/confirm");
    counter.sim.faults().add(FaultRule::next(3, "POST", &confirm, Moment::Before, Fault::Drop));
    let attempt = AttemptId::parse(&view.attempts[0].attempt_id).expect("an id");
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    counter.until(sale, |stage| matches!(stage, StageView::Authenticated { .. })).await;
    assert_eq!(counter.taken_minor(sale), 0);
    counter.till.finish(sale).await.expect("it can be sent again");
    let view = counter.settled(sale).await;
    assert!(approved(&view) && counter.taken_minor(sale) == 2_500, "{:?}", view.stage);
    let keys: std::collections::BTreeSet<_> = {
        let ledger = counter.ledger();
        let sent = ledger.requests.iter().filter(|request| request.path == confirm);
        sent.filter_map(|request| request.idempotency_key.clone()).collect()
    };
    assert_eq!(keys.len(), 1, "one request");
}

/// Stripe has no answer for a day, so nothing told the till that the hour is over; then staff press Finish. Stripe has forgotten
/// the key by then, so the confirm is not sent: Stripe is looked at, and the sale is shown as what became of it.
#[tokio::test(start_paused = true)]
async fn a_second_confirm_is_sent_again_only_after_a_look() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, CHALLENGED).await;
    let intent = view.payment_intent.expect("an id");
    counter.sim.challenge(&intent, stripe_sim::Outcome::Complete).expect("answered");
    let confirm = format!("{CREATE}/{intent}/confirm");
    counter.sim.faults().add(FaultRule::next(3, "POST", &confirm, Moment::Before, Fault::Drop));
    let attempt = AttemptId::parse(&view.attempts[0].attempt_id).expect("an id");
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    counter.until(sale, |stage| matches!(stage, StageView::Authenticated { .. })).await;
    let confirms = || counter.ledger().requests.iter().filter(|request| request.path == confirm).count();
    let before = confirms();
    counter.sim.faults().add(FaultRule::next(9, "GET", "*", Moment::Before, Fault::Drop));
    counter.later(25 * 3_600);
    let refused = counter.till.finish(sale).await;
    assert_eq!((counter.refused(refused).await, confirms()), ("not_looked", before));
    counter.sim.faults().clear();
    let view = counter.till.finish(sale).await.expect("looked at");
    assert!(matches!(view.stage, StageView::Declined { .. }), "{:?}", view.stage);
    assert_eq!((confirms(), counter.taken_minor(sale)), (before, 0));
}

#[tokio::test(start_paused = true)]
async fn a_payment_of_no_till_or_of_another_is_not_taken_in() {
    let counter = Counter::open();
    for mark in ["", "not an id", "00000000-0000-4000-8000-000000000099"] {
        let (id, card) = (till::SaleId::new(&OsEntropy).to_string(), counter.key(APPROVED));
        let mut form = vec![
            ("amount", "2500"),
            ("currency", "gbp"),
            ("payment_method", card.as_str()),
            ("confirm", "true"),
            ("payment_method_types[]", "card"),
            ("metadata[countersign_sale]", &id),
        ];
        if !mark.is_empty() {
            form.push(("metadata[countersign_till]", mark));
        }
        let intent = counter.at_stripe(CREATE, &form)["id"].as_str().expect("an id").to_owned();
        assert!(counter.till.take_in(PaymentIntentId::parse(&intent).expect("an id")).await.is_err(), "{mark:?}");
    }
    assert_eq!(counter.till.sales(10).await.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_only_payment_that_names_the_sale_is_read_though_its_amount_is_another() {
    let counter = Counter::open();
    counter.till.warm().await;
    counter.sim.faults().add(FaultRule::next(3, "POST", CREATE, Moment::Before, Fault::Drop));
    let sale = counter.sell("25.00").await;
    counter.charge(sale, APPROVED).await;
    counter.pass(5).await;
    let (id, card) = (sale.to_string(), counter.key(APPROVED));
    let form = [
        ("amount", "900"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id),
        ("metadata[countersign_till]", TILL),
    ];
    counter.at_stripe(CREATE, &form);
    counter.pass(60).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.actions, [Action::LookAgain, Action::SetAside], "{:?}", view.stage);
}

fn found(view: &SaleView) -> Option<LastLook> {
    match view.stage {
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { found, .. }, .. }
        | StageView::Cancelling { step: CancelStep::FindingOut { found, .. } } => Some(found),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_network_is_at_work_a_cancel_says_so() {
    let counter = Counter::open();
    counter.way.edit(|path, told| {
        if path.starts_with(CREATE) && told["status"].is_string() {
            told["status"] = "processing".into();
        }
    });
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    counter.till.cancel(sale).await.expect("wanted");
    counter.pass(5).await;
    assert_eq!(found(&counter.till.sale(sale).await.expect("it")), Some(LastLook::AtWork));
    counter.way.leave_as_it_is();
    counter.pass(60).await;
    assert!(approved(&counter.till.sale(sale).await.expect("it")), "it was paid all the same, and that is shown");
}

#[tokio::test(start_paused = true)]
async fn a_state_that_nobody_knows_is_neither_paid_nor_over() {
    let counter = Counter::open();
    counter.way.edit(|path, told| {
        if path.starts_with(CREATE) && told["status"].is_string() {
            told["status"] = "under_review".into();
        }
    });
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    assert!(matches!(view.stage, StageView::NotKnown { why: WhyNotKnown::StrangeStatus, .. }), "{:?}", view.stage);
    assert!(!view.actions.contains(&Action::TakeCard) && !view.actions.contains(&Action::TryAgain));
    counter.way.leave_as_it_is();
    counter.till.look(sale).await.expect("asked");
    counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_another_card_does_not_say_that_nothing_was_paid() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let intent = counter.pay(sale, DECLINED).await.payment_intent.expect("an id");
    // Somebody finishes it elsewhere; the refusal of the till's own call does not bring the payment along.
    let card = counter.key(APPROVED);
    counter.at_stripe(&format!("{CREATE}/{intent}/confirm"), &[("payment_method", card.as_str())]);
    counter.way.edit(|_path, told| {
        if let Some(error) = told["error"].as_object_mut() {
            error.remove("payment_intent");
        }
    });
    let mut changes = counter.till.subscribe();
    counter.charge(sale, APPROVED).await;
    counter.pass(10).await;
    while let Ok(told) = changes.try_recv() {
        assert!(!matches!(told.stage, StageView::Declined { .. }), "it is paid: {told:?}");
    }
    assert!(approved(&counter.till.sale(sale).await.expect("it")) && counter.taken_minor(sale) == 2_500);
}
