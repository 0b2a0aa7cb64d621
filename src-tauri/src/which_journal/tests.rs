//! Which journal is found for which keys, against a simulator with two accounts.

use stripe_sim::{ApiRequest, Sim, SimOptions};
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::journal::{Author, Entry, Line, Start, Subject};
use till::locale::Locale;
use till::money::Money;
use till::observed::SeenIntent;
use till::{OsEntropy, SaleId, SystemClock, TillId};

use super::*;
use crate::in_force::{self, JournalFile, open_journal};

const OWN: &str = "51ABCDEFGHIJKLMNab0123456789abcdefghijklmnopqrstuvwxyz0123456789";
/// The same account's, from the 16th character behind `51` on another.
const ROLLED: &str = "51ABCDEFGHIJKLMNaZ9876543210abcdefghijklmnopqrstuvwxyz0123456789";
const STRANGERS: &str = "51ZYXWVUTSRQPONMlk0123456789abcdefghijklmnopqrstuvwxyz0123456789";
/// The form that carries no account.
const OLD: &str = "oldFormKeyOfThisAccount1";
/// What the version before named the journals of `OWN` and `OLD`.
const OWN_EARLIER: &str = "test-38f39eff5c4c.sqlite";

/// A till's folder, and Stripe.
struct Shop {
    data: tempfile::TempDir,
    sim: Sim,
    base: String,
}

impl Shop {
    async fn open() -> Self {
        let sim = Sim::new(SimOptions::default());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = sim.clone();
        tokio::spawn(async move { drop(serving.serve(listener, std::future::pending()).await) });
        Self { data: tempfile::tempdir().expect("a folder"), sim, base }
    }

    fn client(&self, keys: &AccountKeys) -> Client {
        in_force::client(keys, &self.base).map_err(|problem| problem.code()).expect("a client")
    }

    /// A journal with one payment of the account that `payer` is a key of. `record` is what it records.
    async fn journal(&self, name: &str, payer: &str, record: Option<String>) {
        let file = JournalFile { name: name.to_owned(), record };
        let till = TillId::new(&OsEntropy);
        let mut journal = open_journal(self.data.path(), &file, till, &SystemClock).expect("a journal");
        let form = [("amount", "2500"), ("currency", "gbp")];
        let made = self.sim.call(ApiRequest::post("/v1/payment_intents", &form).key(&format!("sk_test_{payer}")));
        let made = made.expect("an answer").json();
        let id = PaymentIntentId::parse(made["id"].as_str().expect("an id")).expect("an id");
        let read = self.client(&keys(payer)).retrieve_payment_intent(&id).await.result.expect("the payment");
        let gbp = Currency::by_code("GBP").expect("GBP");
        let money = Money::new(2_500, gbp, &Locale::all()[0]).expect("an amount");
        let event = Event::taken_in(money, 1, SeenIntent::of(&read));
        let about = Subject::Sale(SaleId::new(&OsEntropy));
        let entry = Entry { about, when: When::by_the_till(1), revision: 1, by: Author::Staff, request: None, event };
        let sale =
            till::machine::replay(std::slice::from_ref(&entry)).expect("sound").into_values().next().expect("a sale");
        journal.append(&entry, &Line::of(&sale)).expect("appended");
    }

    /// A journal that knows no payment.
    fn empty_journal(&self, name: &str) {
        let start = Start { till: TillId::new(&OsEntropy), at_ms: 1 };
        Journal::open(&self.data.path().join(name), name.trim_end_matches(".sqlite"), start).expect("a journal");
    }

    async fn find(&self, tail: &str, keys_are_new: bool) -> Found {
        let keys = keys(tail);
        find(self.data.path(), &keys, &self.client(&keys), keys_are_new).await
    }
}

fn keys(tail: &str) -> AccountKeys {
    AccountKeys::parse(&format!("sk_test_{tail}"), &format!("pk_test_{tail}"))
        .map_err(|fact| fact.code())
        .expect("keys")
}

/// Found without a question: the file, and whether it is to record the account.
fn its(found: Found) -> (String, bool) {
    match found {
        Found::Its { file, record } => (file, record),
        other => panic!("it is another outcome: {other:?}"),
    }
}

fn asked(found: Found) -> JournalQuestion {
    match found {
        Found::Ask(question) => question,
        other => panic!("nothing was asked: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_journal_is_made_without_asking() {
    let shop = Shop::open().await;
    let Found::None { file } = shop.find(OWN, true).await else { panic!("something was found") };
    assert_eq!(file, keys(OWN).journal_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_journal_is_taken_over_also_when_the_key_was_rolled() {
    let shop = Shop::open().await;
    shop.journal(OWN_EARLIER, OWN, None).await;
    for (tail, are_new) in [(OWN, false), (ROLLED, false), (ROLLED, true)] {
        assert_eq!(its(shop.find(tail, are_new).await), (OWN_EARLIER.to_owned(), true));
    }
    // Once it records the account, it is found by that, and opened without asking Stripe.
    shop.journal_records(OWN_EARLIER);
    assert_eq!(its(shop.find(ROLLED, false).await), (OWN_EARLIER.to_owned(), false));
}

impl Shop {
    fn journal_records(&self, name: &str) {
        let file = JournalFile { name: name.to_owned(), record: Some(keys(OWN).mark()) };
        open_journal(self.data.path(), &file, TillId::new(&OsEntropy), &SystemClock).expect("recorded");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_key_of_another_account_is_not_kept_for_these_sales() {
    let shop = Shop::open().await;
    // The journal is named after the keys, and its payments are a stranger's: the secret key does not tell its account.
    let name = keys(OLD).journal_file();
    shop.journal(&name, STRANGERS, Some(keys(OLD).mark())).await;
    let question = asked(shop.find(OLD, true).await);
    assert_eq!((question.journals[0].tie, question.may_start_new), (Tie::NotSeen, true), "test data may be deleted");
    assert!(!question.journals[0].tie.may_be_chosen());
    // The keys in the keyring were proved when they were kept.
    assert_eq!(its(shop.find(OLD, false).await), (name, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_tell_no_account_are_decided_by_a_read() {
    let shop = Shop::open().await;
    shop.journal("test-0a1b2c3d4e5f.sqlite", OLD, None).await;
    shop.journal("test-1a1b2c3d4e5f.sqlite", STRANGERS, None).await;
    assert_eq!(its(shop.find(OLD, true).await), ("test-0a1b2c3d4e5f.sqlite".to_owned(), true));
    // A modern key of the account that the second one is of, after an old one was rolled.
    assert_eq!(its(shop.find(STRANGERS, true).await), ("test-1a1b2c3d4e5f.sqlite".to_owned(), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_journal_is_never_begun_in_silence() {
    let shop = Shop::open().await;
    shop.journal(&keys(OWN).journal_file(), OWN, Some(keys(OWN).mark())).await;
    shop.journal("test-0a1b2c3d4e5f.sqlite", OWN, None).await;
    shop.empty_journal("test-2a1b2c3d4e5f.sqlite");
    std::fs::write(shop.data.path().join("test-3a1b2c3d4e5f.sqlite"), "not a journal at all").expect("written");
    std::fs::write(shop.data.path().join("test-3a1b2c3d4e5f-before-3.sqlite"), "a copy").expect("written");
    let question = asked(shop.find(STRANGERS, true).await);
    let tie = |name: &str| question.journals.iter().find(|choice| choice.journal == name).expect(name).tie;
    assert_eq!(question.journals.len(), 4);
    assert_eq!(tie(&keys(OWN).journal_file()), Tie::OtherAccount);
    assert_eq!(tie("test-0a1b2c3d4e5f.sqlite"), Tie::NotSeen);
    assert_eq!(tie("test-2a1b2c3d4e5f.sqlite"), Tie::NoPayments);
    assert_eq!(tie("test-3a1b2c3d4e5f.sqlite"), Tie::Unreadable);
    assert!(question.may_start_new);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_neither_proves_nor_keeps_a_known_till_shut() {
    let mut shop = Shop::open().await;
    shop.journal(OWN_EARLIER, OWN, None).await;
    shop.base = "http://127.0.0.1:9".to_owned();
    let Found::Unproved { file, .. } = shop.find(OWN, false).await else { panic!("it was proved by silence") };
    assert_eq!(file, OWN_EARLIER);
    let question = asked(shop.find(STRANGERS, false).await);
    assert_eq!(question.journals[0].tie, Tie::NoAnswer);
}

#[test]
fn one_more_journal_of_an_account_has_a_name_of_its_own_and_is_the_one_found() {
    let data = tempfile::tempdir().expect("a folder");
    let first = fresh_name(data.path(), &keys(OWN));
    assert_eq!(first, keys(OWN).journal_file());
    let record = |name: &str| {
        let file = JournalFile { name: name.to_owned(), record: Some(keys(OWN).mark()) };
        open_journal(data.path(), &file, TillId::new(&OsEntropy), &SystemClock).expect("a journal");
    };
    record(&first);
    let second = fresh_name(data.path(), &keys(OWN));
    assert_eq!(second, first.replace(".sqlite", "-2.sqlite"));
    record(&second);
    let candidates = candidates(data.path(), Mode::Test);
    assert_eq!(own(&candidates, &keys(OWN)).expect("one").file, second);
    assert!(fresh_name(data.path(), &keys(OWN)).ends_with("-3.sqlite"));
}
