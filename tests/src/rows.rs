//! The five payments of the demonstration. Each is taken like staff would take it, and judged by what the till shows and
//! by what the simulator's ledger holds. The windows' tests run the very same ones.

use crate::desk::Desk;
use crate::failure::{Failure, Outcome, expect, expect_eq};
use crate::open_till::{PATIENCE, Window, until};
use crate::simulator::{Ledger, Request};
use crate::staff::Answer;
use std::time::Duration;

/// Approved at once.
pub const APPROVED: &str = "4242424242424242";
/// Declined for insufficient funds.
pub const INSUFFICIENT_FUNDS: &str = "4000000000009995";
/// Asks for authentication, then approved.
pub const AUTHENTICATE: &str = "4000002500003155";
/// The same, and the bank looks at the browser first.
pub const LOOKED_AT: &str = "4000000000003220";

/// What happened in one row, for people.
#[derive(Debug)]
pub struct Report {
    /// The cards keyed.
    pub card: String,
    pub bank: String,
    /// What the till says at the end.
    pub till: String,
    /// The PaymentIntent.
    pub payment_intent: String,
    /// The calls about payments, in order.
    pub calls: Vec<String>,
}

/// A row of the demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// 4242…4242: approved at once.
    ApprovedAtOnce,
    /// …9995 is declined, then 4242…4242 pays on the same PaymentIntent.
    DeclinedThenPaid,
    /// …3155: the challenge is completed; approved by the second confirm.
    ChallengeCompleted,
    /// …3155: the challenge is failed.
    ChallengeFailed,
    /// …3155: the challenge is left for over an hour.
    ChallengeLeft,
}

/// All rows, in the order in which they are shown.
pub const ROWS: [Row; 5] =
    [Row::ApprovedAtOnce, Row::DeclinedThenPaid, Row::ChallengeCompleted, Row::ChallengeFailed, Row::ChallengeLeft];

impl Row {
    /// Its name in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ApprovedAtOnce => "approved-at-once",
            Self::DeclinedThenPaid => "declined-then-paid",
            Self::ChallengeCompleted => "challenge-completed",
            Self::ChallengeFailed => "challenge-failed",
            Self::ChallengeLeft => "challenge-left-for-an-hour",
        }
    }

    /// Takes the payment on a till that shows the amount field, and judges it.
    ///
    /// # Errors
    /// What differs from what must be.
    pub async fn run(self, desk: &mut Desk) -> Outcome<Report> {
        let before = desk.simulator()?.ledger().await?;
        let outcome = match self {
            Self::ApprovedAtOnce => approved_at_once(desk).await,
            Self::DeclinedThenPaid => declined_then_paid(desk).await,
            Self::ChallengeCompleted => challenge_completed(desk).await,
            Self::ChallengeFailed => challenge_failed(desk).await,
            Self::ChallengeLeft => challenge_left(desk).await,
        };
        let told = outcome.map_err(|failure| failure.during(self.name()))?;
        let after = desk.simulator()?.ledger().await?;
        self.judge(&since(&before, after)?, told).map_err(|failure| failure.during(self.name()))
    }

    /// What the ledger must hold for this row's sale alone.
    fn judge(self, sale: &Sale, told: Told) -> Outcome<Report> {
        let (paid_minor, attempts, status, calls): (u64, usize, &str, &[&str]) = match self {
            Self::ApprovedAtOnce => (2500, 1, "succeeded", &["POST create 200"]),
            Self::DeclinedThenPaid => (1250, 2, "succeeded", &["POST create 402", "POST confirm 200"]),
            Self::ChallengeCompleted => (4099, 2, "succeeded", &["POST create 200", "POST confirm 200"]),
            Self::ChallengeFailed => (0, 1, "canceled", &["POST create 200"]),
            Self::ChallengeLeft => (0, 1, "canceled", &["POST create 200"]),
        };
        expect_eq("the PaymentIntent's status", sale.intent["status"].as_str(), Some(status))?;
        expect_eq("what was received", sale.intent["amount_received"].as_u64(), Some(paid_minor))?;
        let took_money = if paid_minor == 0 { vec![] } else { vec![paid_minor] };
        expect(sale.charges_minor == took_money, || {
            format!("charges that took money: expected {took_money:?}, but they are {:?}", sale.charges_minor)
        })?;
        let charging: Vec<String> =
            sale.requests.iter().filter(|request| request.can_charge()).map(Request::in_short).collect();
        expect(charging == calls, || format!("calls that can charge: expected {calls:?}, but they were {charging:?}"))?;
        let mut keys: Vec<&String> = sale
            .requests
            .iter()
            .filter(|request| request.can_charge())
            .filter_map(|request| request.idempotency_key.as_ref())
            .collect();
        keys.dedup();
        expect_eq("the number of different idempotency keys", keys.len(), attempts)?;
        let id = sale.intent["id"].as_str().unwrap_or_default().to_owned();
        let calls = sale.requests.iter().filter(|request| request.is_payment_call()).map(Request::in_short).collect();
        Ok(Report { card: told.card, bank: told.bank, till: told.till, payment_intent: id, calls })
    }
}

/// What a row has to tell.
struct Told {
    card: String,
    bank: String,
    till: String,
}

/// What came into the ledger by one sale.
struct Sale {
    intent: serde_json::Value,
    charges_minor: Vec<u64>,
    requests: Vec<Request>,
}

fn since(before: &Ledger, mut after: Ledger) -> Outcome<Sale> {
    let intents: Vec<serde_json::Value> =
        after.payment_intents().into_iter().skip(before.payment_intents().len()).cloned().collect();
    expect_eq("the number of PaymentIntents of this sale", intents.len(), 1)?;
    let intent = intents.into_iter().next().ok_or_else(|| Failure::new("there is no PaymentIntent"))?;
    let charges_minor = after
        .succeeded_charges()
        .into_iter()
        .filter(|charge| charge["payment_intent"] == intent["id"])
        .filter_map(|charge| charge["amount_captured"].as_u64())
        .collect();
    let requests = after.requests.split_off(before.requests.len());
    Ok(Sale { intent, charges_minor, requests })
}

async fn approved_at_once(desk: &mut Desk) -> Outcome<Told> {
    desk.till()?.type_amount("25.00").await?;
    desk.picture("amount-typed").await?;
    desk.till()?.press(Window::Main, "charge-start").await?;
    desk.till()?.wait_for_payment_window().await?;
    desk.picture("payment-window-open").await?;
    desk.till()?.key_card(APPROVED).await?;
    desk.picture("card-keyed").await?;
    desk.till()?.keys("\u{e007}").await?;
    let till = approved(desk, "25.00").await?;
    desk.picture("approved").await?;
    desk.till()?.next_sale().await?;
    Ok(Told { card: spaced(APPROVED), bank: "approved".to_owned(), till })
}

async fn declined_then_paid(desk: &mut Desk) -> Outcome<Told> {
    desk.till()?.start_sale("12.50").await?;
    desk.till()?.pay_with(INSUFFICIENT_FUNDS).await?;
    let said = desk.till()?.decline_in_payment_window().await?;
    expect(said.to_lowercase().contains("insufficient funds"), || {
        format!("the payment window should say that funds are insufficient, but it says {said:?}")
    })?;
    let shown = desk.till()?.stage(&["declined"]).await?;
    let headline = desk.till()?.headline().await?;
    expect(shown.to_lowercase().contains("insufficient funds"), || {
        format!("the main window should say that funds are insufficient, but it says {shown:?}")
    })?;
    desk.picture("declined-for-insufficient-funds").await?;
    desk.till()?.pay_with(APPROVED).await?;
    let till = approved(desk, "12.50").await?;
    desk.picture("paid-with-another-card").await?;
    desk.till()?.next_sale().await?;
    Ok(Told {
        card: format!("{}, then {}", spaced(INSUFFICIENT_FUNDS), spaced(APPROVED)),
        bank: "declined: insufficient funds; then approved".to_owned(),
        till: format!("{headline}; then {till}"),
    })
}

async fn challenge_completed(desk: &mut Desk) -> Outcome<Told> {
    desk.till()?.start_sale("40.99").await?;
    desk.till()?.pay_with(AUTHENTICATE).await?;
    desk.till()?.wait_for_challenge().await?;
    desk.till()?.element(Window::Payment, "countdown").await?;
    desk.picture("the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    let till = approved(desk, "40.99").await?;
    desk.picture("approved-by-the-second-confirm").await?;
    desk.till()?.next_sale().await?;
    Ok(Told { card: spaced(AUTHENTICATE), bank: "asked for authentication: completed; approved".to_owned(), till })
}

async fn challenge_failed(desk: &mut Desk) -> Outcome<Told> {
    desk.till()?.start_sale("8.00").await?;
    desk.till()?.pay_with(AUTHENTICATE).await?;
    desk.till()?.answer_bank(Answer::Fail).await?;
    let said = desk.till()?.decline_in_payment_window().await?;
    expect(said.contains("3155"), || format!("the till should say which card failed, but it says {said:?}"))?;
    desk.till()?.stage(&["declined"]).await?;
    let headline = desk.till()?.headline().await?;
    desk.picture("authentication-failed").await?;
    give_up(desk).await?;
    desk.picture("cancelled").await?;
    desk.till()?.next_sale().await?;
    Ok(Told {
        card: spaced(AUTHENTICATE),
        bank: "asked for authentication: failed".to_owned(),
        till: format!("{headline}; then cancelled"),
    })
}

async fn challenge_left(desk: &mut Desk) -> Outcome<Told> {
    desk.till()?.start_sale("19.95").await?;
    desk.till()?.pay_with(AUTHENTICATE).await?;
    desk.till()?.wait_for_challenge().await?;
    desk.picture("the-bank-asks-and-nobody-answers").await?;
    desk.simulator()?.advance(3601).await?;
    let said = desk.till()?.decline_in_payment_window().await?;
    expect(said.to_lowercase().contains("hour"), || {
        format!("the till should say that the hour is over, but it says {said:?}")
    })?;
    desk.till()?.stage(&["declined"]).await?;
    let headline = desk.till()?.headline().await?;
    let gone =
        async || Ok((!desk.till()?.some_frame_shows(Window::Payment, Answer::Complete.button()).await?).then_some(()));
    until(PATIENCE, "the bank's page should go away when the hour is over", gone).await?;
    let status = desk.simulator()?.ledger().await?.payment_intents().last().map(|intent| intent["status"].clone());
    expect_eq("the PaymentIntent's status after the hour", status, Some("requires_payment_method".into()))?;
    desk.picture("an-hour-later").await?;
    give_up(desk).await?;
    desk.till()?.next_sale().await?;
    Ok(Told {
        card: spaced(AUTHENTICATE),
        bank: "asked for authentication: nobody answered for over an hour".to_owned(),
        till: format!("{headline}; then cancelled"),
    })
}

/// Waits for the receipt of this amount, with the payment window out of the way.
async fn approved(desk: &Desk, amount: &str) -> Outcome<String> {
    let till = desk.till()?;
    let said = till.stage(&["approved"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.reads(Window::Main, "stage-amount", "the amount should stand on the screen", |text| text.contains(amount))
        .await?;
    till.reads(Window::Main, "receipt-amount", "the receipt should have the amount", |text| text.contains(amount))
        .await?;
    expect(said.contains("Approved"), || format!("the till should say Approved, but it says {said:?}"))?;
    till.headline().await
}

/// Cancels the sale from the payment window.
async fn give_up(desk: &Desk) -> Outcome {
    desk.till()?.press(Window::Payment, "cancel-sale").await?;
    desk.till()?.stage(&["cancelled"]).await?;
    // The PaymentIntent goes too.
    until(Duration::from_secs(10), "the PaymentIntent should be cancelled", async || {
        let ledger = desk.simulator()?.ledger().await?;
        let last = ledger.payment_intents().last().map(|intent| intent["status"] == "canceled");
        Ok(last.unwrap_or(false).then_some(()))
    })
    .await
}

/// A card number as it is printed on the card.
fn spaced(number: &str) -> String {
    number.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>().join(" ")
}
