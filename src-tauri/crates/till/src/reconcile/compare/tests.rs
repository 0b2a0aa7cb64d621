//! What is compared, and every sentence about a difference, as the owner reads it.

use stripe_client::{PaymentIntentId, RefundStatus};

use super::*;
use crate::clock::When;
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::SaleId;
use crate::locale::Locale;
use crate::machine;
use crate::money::Money;
use crate::observed::SALE_METADATA;
use crate::reconcile::read::file;
use crate::refund::Refund as BookedRefund;
use crate::sale::{Decline, Proof, Purpose, Why};

const SALE: &str = "00000000-0000-4000-8000-000000000007";

fn english() -> &'static Locale {
    Locale::by_tag("en-GB").expect("en-GB")
}

fn proof(received_minor: Option<i64>) -> Proof {
    Proof { seen_at_ms: 0, card: None, authorization_code: None, authenticated: false, received_minor }
}

/// Sale 7, of 25.00, whose payment is `pi_1`.
fn sale(stage: Stage) -> Sale {
    let gbp = Currency::by_code("GBP").expect("GBP");
    let money = Money::new(2_500, gbp, english()).expect("an amount");
    let when = When { at_ms: 0, stripe_ms: None };
    let id = SaleId::parse(SALE).expect("an id");
    let opened = machine::open(id, &Event::opened(money, 7), when).expect("opened");
    Sale { intent: PaymentIntentId::parse("pi_1").ok(), stage, ..opened }
}

fn paid() -> Sale {
    sale(Stage::Approved(proof(Some(2_500))))
}

fn declined() -> Stage {
    Stage::Declined(Decline::NeverArrived)
}

fn not_known() -> Stage {
    Stage::NotKnown { since_ms: 0, lost: Purpose::Submit, why: Why::NoAnswer, absent: false }
}

/// The payment of sale 7, as a list shows it.
fn listed(status: &str) -> ListedPaymentIntent {
    ListedPaymentIntent {
        id: "pi_1".into(),
        status: status.into(),
        amount_minor: 2_500,
        received_minor: if status == "succeeded" { 2_500 } else { 0 },
        currency: "gbp".into(),
        created: 1,
        metadata: BTreeMap::from([(SALE_METADATA.to_owned(), SALE.to_owned())]),
    }
}

/// The same, read by its id.
fn intent(status: &str, amount_minor: i64) -> PaymentIntent {
    let json = serde_json::json!({
        "id": "pi_1", "object": "payment_intent", "status": status, "amount": amount_minor, "currency": "gbp",
        "amount_received": if status == "succeeded" { amount_minor } else { 0 },
        "metadata": {SALE_METADATA: SALE},
    });
    serde_json::from_value(json).expect("a PaymentIntent")
}

fn booked(stripe: Option<&str>, stage: RefundStage) -> BookedRefund {
    BookedRefund {
        origin: Origin::Elsewhere,
        amount_minor: 500,
        when: When { at_ms: 0, stripe_ms: None },
        lost_stripe_ms: None,
        sent_again: false,
        spent: false,
        forbidden: false,
        of_another: false,
        stripe: stripe.map(str::to_owned),
        stage,
    }
}

fn at_stripe(id: &str, status: RefundStatus) -> Refund {
    Refund {
        id: id.into(),
        amount_minor: 500,
        currency: "gbp".into(),
        status: Some(status),
        created: 1,
        payment_intent: None,
        failure_reason: None,
        metadata: None,
    }
}

fn with_refunds(refunds: Vec<BookedRefund>) -> Sale {
    Sale { refunds, ..paid() }
}

fn failed() -> RefundStage {
    RefundStage::Failed { reason: None }
}

#[test]
fn each_stage_agrees_with_one_status_and_no_other() {
    const STATUSES: [&str; 8] = [
        "succeeded",
        "canceled",
        "requires_payment_method",
        "requires_action",
        "requires_confirmation",
        "requires_capture",
        "processing",
        "a_new_one",
    ];
    let one = |status| vec![status];
    for (stage, agreeing) in [
        (Stage::Approved(proof(Some(2_500))), one("succeeded")),
        (Stage::Cancelled, one("canceled")),
        (declined(), one("requires_payment_method")),
        (Stage::Open { notice: None }, one("requires_payment_method")),
        (Stage::NeedsAuthentication, one("requires_action")),
        (Stage::Authenticated { since_ms: 0 }, one("requires_confirmation")),
        (Stage::Held(proof(None)), one("requires_capture")),
        (Stage::Processing, one("processing")),
        (Stage::SetAside, STATUSES.to_vec()),
        (Stage::Submitting, vec![]),
        (Stage::Confirming, vec![]),
        (Stage::Cancelling, vec![]),
        (not_known(), vec![]),
    ] {
        let found: Vec<_> =
            STATUSES.into_iter().filter(|status| agrees(&sale(stage.clone()), &listed(status))).collect();
        assert_eq!(found, agreeing, "{stage:?}");
    }
}

#[test]
fn a_payment_agrees_only_as_a_whole() {
    let whole = listed("succeeded");
    assert!(agrees(&paid(), &whole));
    assert!(agrees(&paid(), &ListedPaymentIntent { currency: "GBP".into(), ..whole.clone() }));
    for other in [
        ListedPaymentIntent { id: "pi_2".into(), ..whole.clone() },
        ListedPaymentIntent { amount_minor: 2_400, ..whole.clone() },
        ListedPaymentIntent { received_minor: 2_400, ..whole.clone() },
        ListedPaymentIntent { currency: "eur".into(), ..whole.clone() },
        ListedPaymentIntent { metadata: BTreeMap::new(), ..whole.clone() },
    ] {
        assert!(!agrees(&paid(), &other), "{other:?}");
    }
    assert!(!agrees(&Sale { intent: None, ..paid() }, &whole));
    // What was received of a payment that is not paid is nobody's question.
    assert!(agrees(&sale(declined()), &ListedPaymentIntent { received_minor: 1, ..listed("requires_payment_method") }));
    let in_part = sale(Stage::Approved(proof(Some(2_400))));
    assert!(agrees(&in_part, &ListedPaymentIntent { received_minor: 2_400, ..whole }));
}

#[test]
fn a_refund_agrees_by_id_amount_and_state() {
    use RefundStatus as Status;
    for (status, stage) in [
        (Status::Pending, RefundStage::Pending),
        (Status::Succeeded, RefundStage::Succeeded),
        (Status::Failed, failed()),
        (Status::Canceled, RefundStage::Canceled),
    ] {
        let books = with_refunds(vec![booked(Some("re_1"), stage.clone())]);
        for seen in [Status::Pending, Status::Succeeded, Status::Failed, Status::Canceled] {
            assert_eq!(refund_agrees(&books, &at_stripe("re_1", seen.clone())), seen == status, "{stage:?} {seen:?}");
        }
        assert!(!refund_agrees(&books, &at_stripe("re_2", status.clone())), "{stage:?}");
        assert!(!refund_agrees(&books, &Refund { amount_minor: 501, ..at_stripe("re_1", status) }), "{stage:?}");
    }
    assert!(!refund_agrees(
        &with_refunds(vec![booked(None, RefundStage::Pending)]),
        &at_stripe("re_1", Status::Pending)
    ));
    assert!(!refund_agrees(&paid(), &at_stripe("re_1", Status::Pending)));
}

/// Everything that is told of a difference.
fn told(name: &str, difference: Option<Finding>) -> String {
    let Some(view) = difference else { return format!("{name}: nothing\n") };
    format!(
        "{name}: {:?}, sale {}, {}, {}{}\n    {}\n    {:?}\n",
        view.kind,
        view.number.map_or_else(|| "none".to_owned(), |number| number.to_string()),
        view.payment_intent.as_deref().unwrap_or("no payment"),
        view.money.map_or_else(|| "no amount".to_owned(), |money| money.view(english()).text),
        if view.put_right { ", settled" } else { "" },
        serde_json::to_string(&view.difference.view(english())).expect("written"),
        view.remedies
    )
}

#[test]
fn what_is_told_of_a_payment_that_the_books_do_not_have() {
    let mut page = String::new();
    let statuses = [
        "succeeded",
        "requires_capture",
        "processing",
        "requires_action",
        "requires_confirmation",
        "requires_payment_method",
        "canceled",
    ];
    for status in statuses {
        let other = ListedPaymentIntent { id: "pi_2".into(), ..listed(status) };
        page += &told(&format!("missing, {status}"), missing_here(&other));
        page += &told(&format!("second, {status}"), second_payment(&paid(), &other));
        page += &told(&format!("set aside, {status}"), set_aside(&sale(Stage::SetAside), &other));
    }
    let strange = ListedPaymentIntent { currency: "xts".into(), ..listed("succeeded") };
    page += &told("missing, in a currency that no till has", missing_here(&strange));
    insta::assert_snapshot!(page);
}

#[test]
fn what_is_told_of_a_sales_payment() {
    let mut page = String::new();
    let mut tell = |name: &str, before: &Sale, now: &Sale, intent: Option<&PaymentIntent>| {
        page += &told(name, payment(before, now, intent));
    };
    let (whole, open) = (intent("succeeded", 2_500), intent("requires_payment_method", 2_500));
    let held = sale(Stage::Held(proof(None)));
    let (refused, given_up, unclear) = (sale(declined()), sale(Stage::Cancelled), sale(not_known()));
    let unasked = Sale { came_unasked: true, ..paid() };
    tell("as it was", &paid(), &paid(), Some(&whole));
    tell("paid, gone", &paid(), &paid(), None);
    tell("held, gone", &held, &held, None);
    tell("declined, gone", &refused, &refused, None);
    tell("another amount", &paid(), &paid(), Some(&intent("succeeded", 2_400)));
    let euros = PaymentIntent { currency: "eur".into(), ..intent("succeeded", 2_500) };
    tell("another currency", &paid(), &paid(), Some(&euros));
    let aside = sale(Stage::SetAside);
    tell("another amount, set aside", &aside, &aside, Some(&intent("succeeded", 2_400)));
    let in_part = sale(Stage::Approved(proof(Some(1_000))));
    tell("taken in part, as it was not known", &paid(), &in_part, Some(&whole));
    tell("taken in part, as it was known", &in_part, &in_part, Some(&whole));
    tell("no mark", &paid(), &Sale { mark_differs: true, ..paid() }, Some(&whole));
    tell("taken in part", &paid(), &sale(Stage::Approved(proof(Some(2_000)))), Some(&whole));
    tell("paid after a hold", &held, &paid(), Some(&whole));
    tell("paid here, open there", &paid(), &paid(), Some(&open));
    tell("open there, and here", &refused, &refused, Some(&open));
    tell("declined, and paid", &refused, &unasked, Some(&whole));
    tell("given up, and paid", &given_up, &unasked, Some(&whole));
    tell("given up, paid, and kept", &given_up, &Sale { kept: true, ..unasked.clone() }, Some(&whole));
    tell("declined, and given up there", &refused, &given_up, Some(&intent("canceled", 2_500)));
    tell("declined, and being settled", &refused, &sale(Stage::NeedsAuthentication), Some(&open));
    tell("not known, and paid", &unclear, &paid(), Some(&whole));
    tell(
        "nothing tried, and held",
        &sale(Stage::Open { notice: None }),
        &held,
        Some(&intent("requires_capture", 2_500)),
    );
    insta::assert_snapshot!(page);
}

#[test]
fn what_is_told_of_a_sales_refunds() {
    let mut page = String::new();
    let mut tell = |name: &str, before: Vec<BookedRefund>, now: Vec<BookedRefund>, seen: &[Refund]| {
        let all = super::refunds(&with_refunds(before), &with_refunds(now), seen);
        page += &format!("{name}: {} told\n", all.len());
        for difference in all {
            page += &told("  one", Some(difference));
        }
    };
    let one = |stage: RefundStage| vec![booked(Some("re_1"), stage)];
    let seen = [at_stripe("re_1", RefundStatus::Succeeded)];
    let given = one(RefundStage::Succeeded);
    tell("as it was", given.clone(), given.clone(), &seen);
    tell("not there", given.clone(), given.clone(), &[at_stripe("re_2", RefundStatus::Succeeded)]);
    tell("not there, and it had failed", one(failed()), one(failed()), &[]);
    tell("failed since", given.clone(), one(failed()), &seen);
    tell("failed, and never seen before", vec![], one(failed()), &seen);
    tell("failed before", one(failed()), one(failed()), &seen);
    tell("made elsewhere", vec![], given.clone(), &seen);
    tell("known before, under another id", vec![booked(Some("re_9"), RefundStage::Pending)], given.clone(), &seen);
    tell("under way, and given back", one(RefundStage::Pending), given.clone(), &seen);
    tell("given back, and called back", given.clone(), one(RefundStage::Canceled), &seen);
    tell("called back, and given back", one(RefundStage::Canceled), given, &seen);
    insta::assert_snapshot!(page);
}

#[test]
fn a_refund_of_this_till_is_known_again_before_stripe_named_it() {
    use crate::call::Call;
    use crate::ids::RefundId;
    use stripe_client::{CreateRefund, IdempotencyKey};
    let of_this_till = |n: u8, stripe: Option<&str>, stage| {
        let id = RefundId::parse(&format!("00000000-0000-4000-8000-{n:012}")).expect("an id");
        let intent = PaymentIntentId::parse("pi_1").expect("an id");
        let request = CreateRefund { payment_intent: &intent, amount_minor: 500, metadata: &[] }.prepare();
        let call = Call { key: IdempotencyKey::parse("refund").expect("a key"), request };
        BookedRefund { origin: Origin::Here { id, call }, ..booked(stripe, stage) }
    };
    let kinds = |before, now| {
        let seen = [at_stripe("re_1", RefundStatus::Canceled)];
        let all = super::refunds(&with_refunds(vec![before]), &with_refunds(vec![now]), &seen);
        all.into_iter().map(|told| (told.kind, told.put_right)).collect::<Vec<_>>()
    };
    let lost = RefundStage::NotMade(crate::refund::NotMade::NeverArrived);
    let now = of_this_till(1, Some("re_1"), RefundStage::Canceled);
    assert_eq!(kinds(of_this_till(1, None, lost.clone()), now.clone()), [(DifferenceKind::Refund, true)]);
    assert_eq!(kinds(of_this_till(2, None, lost), now.clone()), [], "another of its refunds");
    assert_eq!(kinds(of_this_till(1, None, RefundStage::InFlight), now), [], "it was open: no news");
}

fn dispute(status: &str, amount_minor: i64) -> Dispute {
    Dispute {
        id: "du_1".into(),
        amount_minor,
        currency: "gbp".into(),
        status: status.into(),
        reason: "fraudulent".into(),
        payment_intent: None,
        evidence_details: None,
    }
}

#[test]
fn what_is_told_of_a_dispute() {
    let statuses =
        ["needs_response", "under_review", "won", "lost", "warning_needs_response", "warning_closed", "prevented"];
    let page: String =
        statuses.map(|status| told(status, Some(super::dispute(&paid(), &dispute(status, 2_500))))).concat();
    insta::assert_snapshot!(page);
}

#[test]
fn a_difference_names_its_own_sum_and_not_the_sales() {
    let other =
        ListedPaymentIntent { id: "pi_2".into(), amount_minor: 900, received_minor: 900, ..listed("succeeded") };
    let sum = |told: Option<Finding>| told.and_then(|told| told.money).map(|money| money.amount_minor);
    assert_eq!(sum(second_payment(&paid(), &other)), Some(900));
    assert_eq!(sum(set_aside(&sale(Stage::SetAside), &other)), Some(900));
    assert_eq!(sum(Some(super::dispute(&paid(), &dispute("lost", 700)))), Some(700));
}

#[test]
fn payments_are_added_up_by_currency() {
    let totals = totals([(2_500, "gbp"), (700, "eur"), (500, "GBP")].into_iter());
    let sums: Vec<_> = totals.money.iter().map(|money| (money.currency.as_str(), money.amount_minor)).collect();
    assert_eq!((totals.payments, sums), (3, vec![("EUR", 700), ("GBP", 3_000)]));
}

#[test]
fn refunds_go_to_the_sale_that_their_payment_names() {
    let of = |id: &str, payment: Option<ListedPaymentIntent>| Refund {
        payment_intent: payment.map(|payment| stripe_client::Expandable::Object(Box::new(payment))),
        ..at_stripe(id, RefundStatus::Succeeded)
    };
    let unmarked = ListedPaymentIntent { metadata: BTreeMap::new(), ..listed("succeeded") };
    let all = [
        of("re_1", Some(listed("succeeded"))),
        of("re_2", None),
        of("re_3", Some(unmarked)),
        of("re_4", Some(listed("succeeded"))),
    ];
    let mut found = BTreeMap::new();
    all.into_iter().for_each(|refund| file(&mut found, refund));
    let ids: Vec<_> = found
        .iter()
        .flat_map(|(sale, refunds)| refunds.iter().map(move |refund| (sale.to_string(), refund.id.as_str())))
        .collect();
    assert_eq!(ids, [(SALE.to_owned(), "re_1"), (SALE.to_owned(), "re_4")]);
}
