//! Which account a journal is of, and which till made a payment: proved by reading, never assumed.

use std::sync::Arc;

use stripe_client::{Client, ClientConfig, PaymentIntentId, SecretKey};
use stripe_sim::{Fault, FaultRule, Moment};
use till::identity::{KeySees, key_sees};
use till::journal::Journal;

use crate::counter::{Counter, InProcess, SECRET};

const APPROVED: &str = "4242424242424242";

fn client(counter: &Counter, key: &str) -> Client {
    let key = SecretKey::parse(key).expect("a key");
    Client::new(ClientConfig::new(key), Arc::new(InProcess { sim: counter.sim.clone(), without_dates: Arc::default() }))
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
