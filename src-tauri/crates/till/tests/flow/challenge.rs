//! The bank's page is asked for again: Stripe is read first, and the page's own words change no outcome.

use std::time::Duration;

use stripe_sim::{Fault, FaultRule, Latency, Moment, Outcome};
use till::coordinator::Doing;
use till::view::{BankPage, StageView};
use till::{AttemptId, OsEntropy, PaymentStep, SaleId};

use crate::counter::Counter;

const CHALLENGED: &str = "4000002500003155";
const READ: &str = "/v1/payment_intents/*";

/// A sale at the bank's challenge.
async fn challenged(counter: &Counter) -> SaleId {
    let sale = counter.sell("40.99").await;
    counter.pay(sale, CHALLENGED).await;
    assert!(shown(counter, sale).await);
    // A network: no answer is there at once.
    counter.sim.faults().set_latency(Latency { ms: 50, jitter_ms: 0 });
    sale
}

async fn shown(counter: &Counter, sale: SaleId) -> bool {
    matches!(counter.till.payment_step(sale).await, PaymentStep::Authenticate { .. })
}

async fn checking(counter: &Counter, sale: SaleId) -> bool {
    matches!(counter.till.payment_step(sale).await, PaymentStep::Working { doing: Doing::Checking, .. })
}

async fn page(counter: &Counter, sale: SaleId) -> BankPage {
    match counter.till.sale(sale).await.expect("it").stage {
        StageView::NeedsAuthentication { page, .. } => page,
        other => panic!("{other:?}"),
    }
}

/// Enough for a look, without a second of the till's.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn reads(counter: &Counter) -> usize {
    let ledger = counter.ledger();
    ledger.requests.iter().filter(|request| request.method == "GET" && request.path.contains("/pi_")).count()
}

#[tokio::test(start_paused = true)]
async fn a_challenge_is_opened_again_after_stripe_was_read_and_still_waits_for_it() {
    let counter = Counter::open();
    let sale = challenged(&counter).await;
    let before = reads(&counter);
    counter.till.reopen(sale).await.expect("asked");
    assert!(checking(&counter, sale).await, "nothing is shown before Stripe was read");
    a_moment().await;
    assert!(shown(&counter, sale).await);
    assert_eq!(reads(&counter), before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_challenge_that_was_passed_meanwhile_is_not_opened_again_but_finished_once() {
    let counter = Counter::open();
    let sale = challenged(&counter).await;
    let id = counter.till.sale(sale).await.and_then(|view| view.payment_intent).expect("an id");
    counter.sim.challenge(&id, Outcome::Complete).expect("passed");
    counter.till.reopen(sale).await.expect("asked");
    assert!(checking(&counter, sale).await);
    let view = counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    assert_eq!(view.attempts.len(), 1);
    assert_eq!(counter.taken_minor(sale), 4_099);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_opened_while_stripe_cannot_be_read() {
    let counter = Counter::open();
    let sale = challenged(&counter).await;
    counter.sim.faults().set_gone(true);
    counter.till.reopen(sale).await.expect("asked");
    assert!(checking(&counter, sale).await);
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert!(matches!(counter.till.payment_step(sale).await, PaymentStep::Done), "the main window says how it stands");
    counter.sim.faults().set_gone(false);
    counter.till.reopen(sale).await.expect("asked");
    a_moment().await;
    assert!(shown(&counter, sale).await);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_began_before_the_wish_does_not_open_it() {
    let counter = Counter::open();
    let sale = challenged(&counter).await;
    let slow = |ms| FaultRule::next(1, "GET", READ, Moment::After, Fault::Delay { ms });
    counter.sim.faults().replace(vec![slow(1_000), slow(9_000)]);
    counter.till.look(sale).await.expect("looking");
    a_moment().await;
    // Its answer was made before this; the challenge is passed after it was made.
    let id = counter.till.sale(sale).await.and_then(|view| view.payment_intent).expect("an id");
    counter.sim.challenge(&id, Outcome::Complete).expect("passed");
    counter.till.reopen(sale).await.expect("asked");
    for _ in 0..30 {
        a_moment().await;
        assert!(!shown(&counter, sale).await, "opened on old news");
    }
    counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    assert_eq!(counter.taken_minor(sale), 4_099);
}

#[tokio::test(start_paused = true)]
async fn what_the_page_says_of_the_banks_page_changes_words_and_nothing_else() {
    let counter = Counter::open();
    let sale = challenged(&counter).await;
    let attempt = counter.till.sale(sale).await.and_then(|view| AttemptId::parse(&view.attempts[0].attempt_id));
    assert_eq!(page(&counter, sale).await, BankPage::NotHeard);
    let other = AttemptId::new(&OsEntropy);
    counter.till.bank_page(sale, Some(other), BankPage::Missing).await.expect("heard");
    assert_eq!(page(&counter, sale).await, BankPage::NotHeard, "of another attempt");
    let before = reads(&counter);
    for said in [BankPage::Missing, BankPage::Shown, BankPage::Missing] {
        counter.till.bank_page(sale, attempt, said).await.expect("heard");
        assert_eq!(page(&counter, sale).await, said);
        assert!(shown(&counter, sale).await);
    }
    assert_eq!(reads(&counter), before);
    counter.till.reopen(sale).await.expect("asked");
    assert_eq!(page(&counter, sale).await, BankPage::NotHeard, "it is asked for afresh");
    counter.till.cancel(sale).await.expect("wanted");
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    counter.till.bank_page(sale, None, BankPage::Shown).await.expect("heard");
    assert_eq!(counter.till.sale(sale).await.expect("it").stage, StageView::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_challenge_that_has_left_the_window_is_shown_by_a_fresh_look_alone() {
    let counter = Counter::open();
    let sale = challenged(&counter).await;
    counter.till.left_window(sale).await.expect("heard");
    assert!(!shown(&counter, sale).await, "the client secret is forgotten");
    // The till goes on reading the payment by itself, and keeps nothing of what only the window needs.
    counter.till.look(sale).await.expect("looking");
    a_moment().await;
    assert!(!shown(&counter, sale).await);
    counter.till.reopen(sale).await.expect("asked");
    a_moment().await;
    assert!(shown(&counter, sale).await);
}
