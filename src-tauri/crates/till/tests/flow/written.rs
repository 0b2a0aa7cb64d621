//! How amounts are written: the till tells them as facts, and whoever shows them writes them as the shop's place does.

use till::locale::Locale;
use till::view::MoneyView;
use till::{RefundId, Refusal};

use crate::counter::Counter;

const APPROVED: &str = "4242424242424242";

/// The way in which amounts are written changes in a till that runs, for whatever is told from then on.
#[tokio::test(start_paused = true)]
async fn another_locale_writes_the_same_amounts_from_then_on() {
    let counter = Counter::open();
    let sale = counter.sell("1250.00").await;
    let paid = counter.pay(sale, APPROVED).await;
    assert_eq!(paid.money.text, "£1,250.00");
    let mut changes = counter.till.subscribe();
    counter.till.set_locale(Locale::by_tag("de-DE").expect("de-DE"));
    let german = |money: &MoneyView| (money.amount_minor, money.text.replace('\u{a0}', " "));
    let written = (125_000, "1.250,00 £".to_owned());
    let told = counter.till.sale(sale).await.expect("a sale");
    assert_eq!(german(&told.money), written);
    let refundable = told.refundable.expect("paid");
    assert_eq!((german(&refundable.left), refundable.typed.as_str()), (written.clone(), "1250,00"));
    assert_eq!(german(&counter.till.sales(1).await[0].money), written);
    let refund = RefundId::parse(&refundable.refund_id).expect("an id");
    let refused = counter.till.refund(sale, refund, 125_001).await;
    assert!(matches!(&refused, Err(Refusal::MoreThanLeft { left }) if german(left) == written), "{refused:?}");
    counter.till.refund(sale, refund, 500).await.expect("given back");
    assert_eq!(german(&changes.recv().await.expect("told").money), written);
    let found = counter.reconcile_day().await;
    assert_eq!(found.stripe.money.iter().map(german).collect::<Vec<_>>(), [written]);
    assert_eq!(counter.till.reconciliation(), Some(found));
}
