//! A second sale of an amount while the outcome of the first is open: staff are asked, and both answers do what they say.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{Outcome, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::{Fault, FaultKind};

/// "Wait for it" shows the sale in question and opens none; "another purchase" opens one, and each is paid once.
pub(crate) async fn warned_about(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let lost = |method, after| Fault { method, path: "/v1/payment_intents*", next: 1000, after, kind: FaultKind::Drop };
    desk.simulator()?.faults(&[lost("POST", true), lost("GET", false)]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["not_known"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    ask_for_the_same(till).await?;
    till.press(Window::Main, "same-amount-wait").await?;
    till.stage(&["not_known"]).await?;
    ask_for_the_same(till).await?;
    till.press(Window::Main, "same-amount-another").await?;
    till.wait_for_payment_window().await?;
    desk.simulator()?.faults(&[]).await?;
    let till = desk.till()?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    until(PATIENCE, "the first sale should turn out to be paid", async || {
        Ok((!till.shows(Window::Main, "attention").await?).then_some(()))
    })
    .await?;
    let ledger = desk.simulator()?.ledger().await?;
    let mut paid: Vec<_> = ledger.succeeded_charges().iter().map(|charge| charge["payment_intent"].clone()).collect();
    expect_eq("charges of both sales", paid.len(), 2)?;
    paid.dedup();
    expect_eq("payments of both sales", paid.len(), 2)
}

async fn ask_for_the_same(till: &OpenTill) -> Outcome {
    till.press(Window::Main, "next-sale").await?;
    till.type_amount("25.00").await?;
    till.press(Window::Main, "charge-start").await?;
    till.reads(Window::Main, "same-amount", "the till should ask whether it is the same customer", |text| {
        text.contains("Sale 1 of") && text.contains("£25.00")
    })
    .await
    .map(drop)
}
