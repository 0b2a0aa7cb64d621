//! Sales with a reference and a note: what of them is at Stripe, what stays in the shop, and that it changes nothing about how
//! often and what a customer is charged.

use serde_json::Value;
use stripe_client::PaymentIntentId;
use stripe_sim::{Fault, FaultRule, Moment};
use till::coordinator::NotNow;
use till::journal::JournalError;
use till::order::{Order, REFERENCE_MOST};
use till::view::{Action, SaleView, StageView};
use till::{OsEntropy, Refusal, SaleId, Till, TillId, TillParts};

use crate::counter::{Counter, TILL, pounds};

const APPROVED: &str = "4242424242424242";
const POOR: &str = "4000000000009995";
const CHALLENGED: &str = "4000002500003155";
const CREATE: &str = "/v1/payment_intents";
/// With all that a form has to escape.
const REFERENCE: &str = "Table 12 & co=1+1%20 é";
const NOTE: &str = "Zwaan, left a scarf";

fn approved(stage: &StageView) -> bool {
    matches!(stage, StageView::Approved { .. })
}

fn order(reference: &str, note: &str) -> Order {
    Order::typed(pounds("25.00"), reference, note).expect("an order")
}

async fn open(till: &Till, order: Order) -> SaleId {
    let sale = SaleId::new(&OsEntropy);
    till.open_sale_anyway(sale, order).await.expect("opened");
    sale
}

/// The metadata of the sale's only payment at Stripe.
fn metadata(counter: &Counter, sale: SaleId) -> Value {
    let ledger = counter.ledger();
    let its: Vec<_> = ledger
        .payment_intents()
        .filter(|intent| intent["metadata"]["countersign_sale"] == sale.to_string().as_str())
        .collect();
    let [intent] = its.as_slice() else { panic!("{} payments", its.len()) };
    intent["metadata"].clone()
}

fn texts(view: &SaleView) -> (Option<&str>, Option<&str>) {
    (view.reference.as_deref(), view.note.as_deref())
}

#[tokio::test(start_paused = true)]
async fn the_reference_is_at_stripe_and_the_note_never_leaves_the_shop() {
    let counter = Counter::open();
    let sale = open(&counter.till, order(REFERENCE, NOTE)).await;
    // Another card, a challenge and the confirm after it, a refund, a comparison: everything that the till sends.
    assert!(matches!(counter.pay(sale, POOR).await.stage, StageView::Declined { .. }));
    let view = counter.pay(sale, CHALLENGED).await;
    let intent = view.payment_intent.expect("an id");
    counter.sim.challenge(&intent, stripe_sim::Outcome::Complete).expect("answered");
    let attempt = till::AttemptId::parse(&view.attempts[1].attempt_id).expect("an id");
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    let view = counter.until(sale, approved).await;
    assert_eq!(texts(&view), (Some(REFERENCE), Some(NOTE)));
    let refund = till::RefundId::parse(&view.refundable.expect("refundable").refund_id).expect("an id");
    counter.till.refund(sale, refund, 500).await.expect("asked for");
    counter.refunds_known(sale).await;
    assert!(counter.reconcile_day().await.differences.is_empty());

    assert_eq!((counter.taken_minor(sale), counter.refunded_minor(sale)), (2_500, 500));
    assert_eq!(metadata(&counter, sale)["countersign_reference"], REFERENCE);
    let sent = counter.way.sent();
    assert!(sent.len() > 6, "{sent:?}");
    let words = ["Zwaan", "scarf", "note"];
    let told: Vec<_> = sent.iter().filter(|request| words.iter().any(|word| request.contains(word))).collect();
    assert!(told.is_empty(), "{told:?}");
    assert!(!format!("{:?}", counter.ledger().payment_intents().collect::<Vec<_>>()).contains("Zwaan"));
    // And it is in the books when the till is started again.
    let counter = counter.crash_and_start_again().await;
    assert_eq!(texts(&counter.till.sale(sale).await.expect("it")), (Some(REFERENCE), Some(NOTE)));
}

#[tokio::test(start_paused = true)]
async fn a_sale_without_them_is_sent_as_ever() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let view = counter.pay(sale, APPROVED).await;
    assert_eq!(texts(&view), (None, None));
    assert!(!counter.create_body(sale).await.contains("reference"));
    let names: Vec<_> = metadata(&counter, sale).as_object().expect("metadata").keys().cloned().collect();
    assert_eq!(names, ["countersign_sale", "countersign_number", "countersign_till"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_charge_is_sent_again_with_its_reference_as_the_same_bytes() {
    let counter = Counter::open();
    counter.sim.faults().add(FaultRule::next(3, "POST", CREATE, Moment::Before, Fault::Drop));
    let sale = open(&counter.till, order(REFERENCE, NOTE)).await;
    counter.charge(sale, APPROVED).await;
    let counter = counter.crash_and_start_again().await;
    counter.pass(200).await;
    let view = counter.till.sale(sale).await.expect("it");
    assert_eq!(view.actions[0], Action::TryAgain, "{:?}", view.stage);
    counter.till.try_again(sale).await.expect("sent again");
    counter.until(sale, approved).await;
    assert_eq!((counter.payment_intents(), counter.taken_minor(sale)), (1, 2_500));
    assert_eq!(metadata(&counter, sale)["countersign_reference"], REFERENCE);
    let creates: Vec<_> = counter
        .way
        .sent()
        .into_iter()
        .filter(|request| request.starts_with(&format!("{CREATE} ")) && request.contains("amount=2500"))
        .collect();
    assert!(creates.len() >= 2 && creates.iter().all(|request| *request == creates[0]), "{creates:#?}");
}

#[tokio::test(start_paused = true)]
async fn the_same_id_with_another_text_is_another_sale() {
    let counter = Counter::open();
    let sale = open(&counter.till, order("A", "n")).await;
    counter.till.open_sale(sale, order("A", "n")).await.expect("the same sale");
    for other in [order("B", "n"), order("A", ""), order("", "")] {
        let refused = counter.till.open_sale(sale, other).await.expect_err("refused");
        assert_eq!(refused, Refusal::NotNow { why: NotNow::OtherTexts });
    }
    let refused = counter.till.open_sale(sale, pounds("26.00")).await.expect_err("refused");
    assert_eq!(refused, Refusal::NotNow { why: NotNow::OtherAmount });
    assert_eq!(texts(&counter.till.sale(sale).await.expect("it")), (Some("A"), Some("n")));
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_is_taken_in_brings_its_reference_where_it_is_one() {
    let too_long = "r".repeat(REFERENCE_MOST as usize + 1);
    for (at_stripe, kept) in [(REFERENCE, Some(REFERENCE)), (&*too_long, None), ("two\nlines", None), (" ", None)] {
        let counter = Counter::open();
        let (lost, card) = (SaleId::new(&OsEntropy), counter.key(APPROVED));
        let form = [
            ("amount", "2500"),
            ("currency", "gbp"),
            ("payment_method", card.as_str()),
            ("confirm", "true"),
            ("payment_method_types[]", "card"),
            ("metadata[countersign_sale]", &lost.to_string()),
            ("metadata[countersign_till]", TILL),
            ("metadata[countersign_reference]", at_stripe),
        ];
        let intent = counter.at_stripe(CREATE, &form)["id"].as_str().expect("an id").to_owned();
        let view = counter.till.take_in(PaymentIntentId::parse(&intent).expect("an id")).await.expect("taken in");
        assert!(approved(&view.stage));
        assert_eq!(texts(&view), (kept, None), "{at_stripe:?}");
        let counter = counter.crash_and_start_again().await;
        assert_eq!(texts(&counter.till.sale(lost).await.expect("it")), (kept, None));
    }
}

/// A version of before this one passes a reference over and charges the same. One that does not know a part which changes what
/// is charged must not open the sale at all, and says why.
#[tokio::test(start_paused = true)]
async fn a_sale_opened_by_a_newer_version_shuts_this_one_out() {
    let counter = Counter::open();
    let sale = open(&counter.till, order(REFERENCE, NOTE)).await;
    let left = counter.close_as_it_stands().await;
    let changed = {
        let file = rusqlite::Connection::open(&left.file).expect("the journal");
        file.execute_batch("DROP TRIGGER entries_stay").expect("writable");
        file.execute(
            "UPDATE entries SET body = json_set(body, '$.capture', 'hold') WHERE subject = ?1 AND event = 'opened'",
            [sale.to_string()],
        )
        .expect("changed")
    };
    assert_eq!(changed, 1);
    let start = till::journal::Start { till: TillId::parse(TILL).expect("an id"), at_ms: 0 };
    let journal = till::journal::Journal::open(&left.file, "training", start).expect("a journal");
    assert!(matches!(journal.load(0), Err(JournalError::Newer { .. })), "not damaged");
    assert!(matches!(journal.load_sale(sale), Err(JournalError::Newer { .. })));
    let key = stripe_client::SecretKey::parse(crate::counter::SECRET).expect("a key");
    let nowhere = std::sync::Arc::new(crate::counter::InProcess {
        sim: stripe_sim::Sim::new(stripe_sim::SimOptions::default()),
        way: crate::counter::Way::default(),
    });
    let parts = TillParts {
        journal,
        stripe: stripe_client::Client::new(stripe_client::ClientConfig::new(key), nowhere),
        clock: std::sync::Arc::new(till::SystemClock),
        entropy: std::sync::Arc::new(OsEntropy),
        locale: till::locale::Locale::by_tag("en-GB").expect("en-GB"),
        till: start.till,
        former_tills: Vec::new(),
        live: false,
        stripe_is_new: false,
    };
    assert!(matches!(Till::start(parts).err(), Some(JournalError::Newer { .. })));
}
