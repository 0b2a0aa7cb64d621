//! What happened to a sale, as its rows tell it, with the numbers under which Stripe knows each request.

use stripe_sim::Outcome;
use till::books::{AnswerTold, Books, CallTold, Happened, Leaves, StatusTold, TimelineRow, WhoseDoing};
use till::locale::Locale;
use till::view::{RefundState, StageView};
use till::{PaymentStep, RefundId, SaleId};

use crate::counter::Counter;

async fn timeline(counter: &Counter, sale: SaleId) -> Vec<TimelineRow> {
    let books = Books::open(&counter.path).expect("the books");
    books.timeline(sale).await.expect("an answer").view(Locale::by_tag("nl-NL").expect("nl-NL"))
}

/// What Stripe's own log has under this number: method, path, and whether it was a call that acts under a key.
fn at_stripe(counter: &Counter, row: &TimelineRow) -> (String, bool) {
    let id = row.request.as_deref().expect("a number");
    let ledger = counter.ledger();
    let asked = ledger.requests.iter().find(|asked| asked.request_id == id).expect("Stripe knows it");
    (format!("{} {}", asked.method, asked.path), asked.idempotency_key.is_some())
}

#[tokio::test(start_paused = true)]
async fn a_challenge_and_a_refund_are_told_row_by_row_with_stripes_own_numbers() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    let asked = counter.pay(sale, "4000002500003155").await;
    let PaymentStep::Authenticate { attempt_id, .. } = counter.till.payment_step(sale).await else {
        panic!("no challenge")
    };
    counter.sim.challenge(&asked.payment_intent.expect("an id"), Outcome::Complete).expect("completed");
    counter.till.authentication_hint(sale, attempt_id).await.expect("heard");
    let paid = counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    let refund = RefundId::parse(&paid.refundable.expect("money").refund_id).expect("an id");
    counter.till.refund(sale, refund, 700).await.expect("asked for");
    counter.refunds_known(sale).await;
    let rows = timeline(&counter, sale).await;
    let answered = |status| AnswerTold::Answered { status };
    let happened: Vec<&Happened> = rows.iter().map(|row| &row.happened).collect();
    let money = match happened[6] {
        Happened::RefundSent { money } => money.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(money.text.replace('\u{a0}', " "), "£ 7,00");
    assert_eq!(
        happened,
        [
            &Happened::Opened,
            &Happened::Sent { call: CallTold::Charge },
            &Happened::Answered { call: CallTold::Charge, answer: answered(Some(StatusTold::BankAsks)) },
            &Happened::Looked { status: StatusTold::WaitsForConfirm },
            &Happened::Sent { call: CallTold::Finish },
            &Happened::Answered { call: CallTold::Finish, answer: answered(Some(StatusTold::Paid)) },
            &Happened::RefundSent { money },
            &Happened::RefundAnswered { answer: answered(None), stands: RefundState::Refunded },
        ]
    );
    let leaves: Vec<Option<Leaves>> = rows.iter().map(|row| row.leaves.clone()).collect();
    let (asks, yes, paid) = (Some(Leaves::BankAsks), Some(Leaves::BankSaidYes), Some(Leaves::Paid));
    assert_eq!(leaves, [None, None, asks, yes, None, paid, None, None]);
    // What the till did has the till's time alone: the row of a call has the time of the answer before it.
    assert!(rows.iter().all(|row| row.stripe_ms.is_some()
        == matches!(row.by, WhoseDoing::Till if row.happened != Happened::Sent { call: CallTold::Finish })));
    let ledger = counter.ledger();
    let account = &ledger.accounts[0];
    let id = |object: &serde_json::Value| vec![object["id"].as_str().expect("an id").to_owned()];
    assert_eq!((&rows[5].ids, &rows[7].ids), (&id(&account.charges[0]), &id(&account.refunds[0])));
    use WhoseDoing::{Staff, Till};
    let by: Vec<WhoseDoing> = rows.iter().map(|row| row.by).collect();
    assert_eq!(by, [Staff, Staff, Till, Till, Till, Till, Staff, Till]);
    assert_eq!(at_stripe(&counter, &rows[2]), ("POST /v1/payment_intents".into(), true));
    let (finish, by_key) = at_stripe(&counter, &rows[5]);
    assert!(finish.ends_with("/confirm") && by_key, "{finish}");
    assert_eq!(at_stripe(&counter, &rows[7]), ("POST /v1/refunds".into(), true));
    let is_answer =
        |row: &TimelineRow| matches!(row.happened, Happened::Answered { .. } | Happened::RefundAnswered { .. });
    assert!(rows.iter().all(|row| row.request.is_some() == is_answer(row)));
}

#[tokio::test(start_paused = true)]
async fn a_sale_that_the_journal_does_not_know_has_none() {
    let counter = Counter::open();
    assert_eq!(timeline(&counter, SaleId::new(&till::OsEntropy)).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_the_bank_has_not_taken_yet_is_not_told_as_made() {
    let counter = Counter::open();
    let sale = counter.sell("25.00").await;
    counter.pay(sale, "4000000000007726").await;
    let paid = counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    let refund = RefundId::parse(&paid.refundable.expect("money").refund_id).expect("an id");
    counter.till.refund(sale, refund, 700).await.expect("asked for");
    counter.refunds_known(sale).await;
    let rows = timeline(&counter, sale).await;
    let told = rows.iter().find_map(|row| match &row.happened {
        Happened::RefundAnswered { stands, .. } => Some(*stands),
        _ => None,
    });
    assert_eq!(told, Some(RefundState::Pending));
}

#[tokio::test(start_paused = true)]
async fn a_decline_is_told_with_its_reason_and_a_lost_card_as_any_other() {
    for (card, said) in [("4000000000009995", true), ("4000000000009987", false)] {
        let counter = Counter::open();
        let sale = counter.sell("25.00").await;
        counter.pay(sale, card).await;
        let rows = timeline(&counter, sale).await;
        let Some(TimelineRow { leaves: Some(Leaves::Declined { why }), .. }) = rows.last() else {
            panic!("{:?}", rows.last())
        };
        let reason = matches!(why, till::view::WhyDeclined::Refused { reason: Some(_), .. });
        assert_eq!(reason, said, "{card}: {why:?}");
    }
}
