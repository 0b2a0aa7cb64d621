//! How long the next customer waits for the card field: from the moment in which an amount is entered, right after the sale before
//! was approved, until a card can be keyed. Fifteen sales after one another in the real application; the median, and each of them.
#![allow(clippy::print_stdout, reason = "a command line program talks through its standard output")]

use countersign_tests::desk::Desk;
use countersign_tests::failure::Outcome;
use countersign_tests::interrupt::until_interrupted;
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::places;
use countersign_tests::rows::{APPROVED, AUTHENTICATE};
use countersign_tests::staff::Answer;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many sales are measured.
const SALES: usize = 15;
/// How long staff look at the outcome and type the next amount.
const UNHURRIED: Duration = Duration::from_secs(2);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    until_interrupted(async {
        match measure_all().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                println!("{failure}");
                ExitCode::FAILURE
            }
        }
    })
    .await
}

async fn measure_all() -> Outcome {
    let measured = [
        ("at once, after a card without a challenge", APPROVED, Duration::ZERO),
        ("at once, after a challenge", AUTHENTICATE, Duration::ZERO),
        ("two seconds later, after a challenge", AUTHENTICATE, UNHURRIED),
    ];
    for (what, card, pause) in measured {
        let mut desk = Desk::open(places::reports("next-field")).await?;
        if let Err(failure) = measure(&mut desk, what, card, pause).await {
            println!("{}", desk.autopsy(&places::reports("next-field"), "next-field").await);
            return Err(failure);
        }
    }
    Ok(())
}

async fn measure(desk: &mut Desk, what: &str, card: &str, pause: Duration) -> Outcome {
    let mut took = vec![];
    for sale in 0..=SALES {
        let waited = ready_field(desk).await?;
        // The first has a page that nobody had before.
        if sale > 0 {
            took.push(waited.as_millis());
        }
        let till = desk.till()?;
        till.pay_with(card).await?;
        if card == AUTHENTICATE {
            till.answer_bank(Answer::Complete).await?;
        }
        till.stage(&["approved"]).await?;
        tokio::time::sleep(pause).await;
    }
    desk.close_till().await?;
    took.sort_unstable();
    let median = took.get(SALES / 2).copied().unwrap_or_default();
    println!("{what}: median {median} ms of {took:?}");
    Ok(())
}

/// Enters an amount, and waits until the field is ready: Charge can be pressed from then on.
async fn ready_field(desk: &Desk) -> Outcome<Duration> {
    let till = desk.till()?;
    if till.shows(Window::Main, "next-sale").await? {
        till.press(Window::Main, "next-sale").await?;
    }
    till.type_amount("25.00").await?;
    let started = Instant::now();
    till.press(Window::Main, "charge-start").await?;
    let ready =
        "const charge = document.querySelector('[data-testid=charge]'); return charge !== null && !charge.disabled;";
    until(PATIENCE, "the card field should be ready", async || {
        Ok((till.script(Window::Payment, ready, vec![]).await? == true).then_some(()))
    })
    .await?;
    Ok(started.elapsed())
}
