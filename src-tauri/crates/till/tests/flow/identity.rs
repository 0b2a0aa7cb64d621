//! Which account a journal is of, and which till made a payment: proved by reading, never assumed.

use std::sync::Arc;

use stripe_client::{Client, ClientConfig, PaymentIntentId, SecretKey};
use stripe_sim::{Fault, FaultRule, Moment};
use till::identity::{KeySees, key_sees};
use till::journal::Journal;
use till::view::{Agreement, ComparisonGap, Oddity, StageView};
use till::{OsEntropy, SaleId, TillId};

use crate::counter::{Counter, InProcess, SECRET, TILL, Way};

const APPROVED: &str = "4242424242424242";

fn client(counter: &Counter, key: &str) -> Client {
    let key = SecretKey::parse(key).expect("a key");
    Client::new(ClientConfig::new(key), Arc::new(InProcess { sim: counter.sim.clone(), way: Way::default() }))
}

fn known(counter: &Counter) -> Vec<PaymentIntentId> {
    let glance = Journal::glance(&counter.path).expect("a glance");
    glance.payments.iter().map(|id| PaymentIntentId::parse(id).expect("an id")).collect()
}

#[tokio::test(start_paused = true)]
async fn only_a_key_of_the_journals_account_sees_its_payments() {
    let counter = Counter::open();
    assert!(matches!(key_sees(&client(&counter, SECRET), &known(&counter)).await, KeySees::NothingToReadFor));
    for text in ["25.00", "10.00"] {
        let sale = counter.sell(text).await;
        counter.pay(sale, APPROVED).await;
    }
    let known = known(&counter);
    assert_eq!(known.len(), 2);
    assert!(matches!(key_sees(&client(&counter, SECRET), &known).await, KeySees::AKnownPayment));
    let other = client(&counter, "sk_test_anotherAccount0001");
    assert!(matches!(key_sees(&other, &known).await, KeySees::NoneOfThem));
    // One payment that somebody deleted says nothing while another is there.
    let mut some_gone = vec![PaymentIntentId::parse("pi_3Deleted").expect("an id")];
    some_gone.extend(known.iter().cloned());
    assert!(matches!(key_sees(&client(&counter, SECRET), &some_gone).await, KeySees::AKnownPayment));
}

#[tokio::test(start_paused = true)]
async fn silence_is_no_proof_that_a_key_is_of_another_account() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, APPROVED).await;
    let known = known(&counter);
    let path = "/v1/payment_intents/*";
    counter.sim.faults().add(FaultRule::next(99, "GET", path, Moment::Before, Fault::Drop));
    assert!(matches!(key_sees(&client(&counter, SECRET), &known).await, KeySees::NoAnswer(_)));
}

/// A payment that another program makes at Stripe with these marks.
fn made_at_stripe(counter: &Counter, sale: SaleId, till: &str) {
    let card = counter.key(APPROVED);
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &sale.to_string()),
        ("metadata[countersign_till]", till),
    ];
    counter.at_stripe("/v1/payment_intents", &form);
}

#[tokio::test(start_paused = true)]
async fn a_till_that_lost_its_id_and_its_journal_does_not_say_that_everything_agrees() {
    let counter = Counter::open();
    let lost = TillId::new(&OsEntropy).to_string();
    for _ in 0..2 {
        made_at_stripe(&counter, SaleId::new(&OsEntropy), &lost);
    }
    let found = counter.reconcile_day().await;
    assert_eq!(found.agreement, Agreement::NotWhole);
    assert_eq!(found.gaps, [ComparisonGap::OtherTillsBefore { payments: 2 }]);

    // Once this till sells, what the other one makes from then on is plainly another till's.
    counter.later(60);
    let sale = counter.sell("10.00").await;
    counter.pay(sale, APPROVED).await;
    counter.later(60);
    made_at_stripe(&counter, SaleId::new(&OsEntropy), &lost);
    let found = counter.reconcile_day().await;
    assert_eq!(found.gaps, [ComparisonGap::OtherTillsBefore { payments: 2 }], "{found:?}");
    assert_eq!(found.others.payments, 3);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_another_computer_uses_as_well_is_warned_of() {
    let counter = Counter::open();
    // An older copy of the journal was put back: that is a difference, and no other computer.
    made_at_stripe(&counter, SaleId::new(&OsEntropy), TILL);
    let found = counter.reconcile_day().await;
    assert_eq!((found.differences.len(), found.gaps.len()), (1, 0), "{found:?}");
    // This till runs, and somebody else makes payments under its id.
    counter.later(60);
    made_at_stripe(&counter, SaleId::new(&OsEntropy), TILL);
    let found = counter.reconcile_day().await;
    assert_eq!(found.gaps, [ComparisonGap::IdInUseElsewhere { payments: 1 }], "{found:?}");
    assert_eq!((found.differences.len(), found.agreement), (2, Agreement::Differs));
}

#[tokio::test(start_paused = true)]
async fn keys_of_two_accounts_are_named_as_that_at_the_first_sale() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let attempt = counter.attempt(sale).await;
    let card = counter.key_with("pk_test_anotherAccount0001", APPROVED);
    counter.till.submit_card(sale, attempt, card).await.expect("submitted");
    let view = counter.settled(sale).await;
    assert!(matches!(view.stage, StageView::Open { .. }), "{view:?}");
    assert_eq!(view.oddities, [Oddity::KeysOfTwoAccounts]);
    // A card of the right account is paid, and nothing is odd any more.
    let view = counter.pay(sale, APPROVED).await;
    assert!(matches!(view.stage, StageView::Approved { .. }) && view.oddities.is_empty(), "{view:?}");
}
