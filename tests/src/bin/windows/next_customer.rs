//! One customer after another at the same payment window: nothing of the one is there for the next.

use crate::{page_ends, setup};
use countersign_tests::bank::{Bank, Visit};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::processes::{places, send};
use countersign_tests::rows::{APPROVED, AUTHENTICATE};
use countersign_tests::staff::Answer;
use rustix::process::Signal;
use serde_json::json;
use std::time::Duration;

/// The bank stores whatever a page can, for the first customer. Its page finds nothing of it at the second; what Stripe and our
/// own page have stored is there.
pub(crate) async fn finds_nothing_of_the_one_before(desk: &mut Desk) -> Outcome {
    let bank = Bank::start(desk.session().folder()).await?;
    open(desk, &bank).await?;
    pay(desk, "25.00").await?;
    expect_all_stored(&bank.visit(0).await?)?;
    // Stripe.js leaves what it knows the till by in its own frame, and in a cookie of our page.
    let till = desk.till()?;
    till.next_sale().await?;
    till.start_sale("5.00").await?;
    till.frame_element(Window::Payment, "input[name=cardnumber]").await?;
    till.script_here("localStorage.setItem('device', 'known'); return null;", vec![]).await?;
    let own = "document.cookie = '__stripe_mid=known; max-age=99999; secure'; localStorage.setItem('own', 'known'); return null;";
    till.script(Window::Payment, own, vec![]).await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    till.next_sale().await?;

    pay(desk, "40.99").await?;
    expect_nothing_found(&bank.visit(1).await?)?;
    expect_eq("how often the bank was asked for what may be kept for a year", bank.uncached(), 2)?;
    let till = desk.till()?;
    till.next_sale().await?;
    till.start_sale("6.00").await?;
    let own = till.script(Window::Payment, "return [document.cookie, localStorage.getItem('own')];", vec![]).await?;
    expect_eq("what our own page finds", own, json!(["__stripe_mid=known", "known"]))?;
    till.frame_element(Window::Payment, "input[name=cardnumber]").await?;
    let device = till.script_here("return localStorage.getItem('device');", vec![]).await?;
    expect_eq("what Stripe's frame finds", device, json!("known"))
}

/// The till is killed in the middle of a challenge. What the bank has stored is on the disk, and is gone before the next page.
pub(crate) async fn finds_nothing_of_an_earlier_run(desk: &mut Desk) -> Outcome {
    let bank = Bank::start(desk.session().folder()).await?;
    open(desk, &bank).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    expect_all_stored(&bank.visit(0).await?)?;
    // Cookies and databases are written to the disk a moment later.
    tokio::time::sleep(Duration::from_secs(2)).await;
    desk.cut_power();
    open(desk, &bank).await?;
    pay(desk, "40.99").await?;
    expect_nothing_found(&bank.visit(1).await?)
}

/// What is stored cannot be removed: no card is asked for meanwhile, and it is said. It goes on by itself as soon as it can be.
pub(crate) async fn waits_until_all_is_removed(desk: &mut Desk) -> Outcome {
    let bank = Bank::start(desk.session().folder()).await?;
    open(desk, &bank).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    expect_all_stored(&bank.visit(0).await?)?;
    let payment =
        desk.simulator()?.ledger().await?.only_payment_intent()?["id"].as_str().unwrap_or_default().to_owned();
    // The process that has the storage does not answer; that the customer has, the till learns past it.
    let network = desk.processes().network()?;
    send(network, Signal::STOP)?;
    desk.simulator()?.answer_challenge(&payment, "complete").await?;
    let said = "[data-testid=problem][data-code=payment_window_not_cleared]";
    desk.till()?.matching(Window::Main, said).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.picture("not-removed-yet").await?;
    let till = desk.till()?;
    till.press(Window::Main, "next-sale").await?;
    till.type_amount("40.99").await?;
    till.press(Window::Main, "charge-start").await?;
    till.reads(Window::Main, "priced", "it should be said why no card can be keyed", |said| {
        said.contains("last customer")
    })
    .await?;
    expect_eq("sales while the window is not cleared", desk.simulator()?.ledger().await?.payment_intents().len(), 1)?;
    send(network, Signal::CONT)?;
    until(PATIENCE, "the till should go on by itself", async || {
        Ok((!till.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await?;
    till.press(Window::Main, "charge-start").await?;
    till.wait_for_payment_window().await?;
    till.pay_with(AUTHENTICATE).await?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await?;
    expect_nothing_found(&bank.visit(1).await?)
}

/// The client secret of a challenge that is over is in the memory of no page any more: the process of the page that had it is
/// gone, and no other ever knew it.
pub(crate) async fn finds_no_client_secret(desk: &mut Desk) -> Outcome {
    desk.session_mut().start_keyring()?;
    // A Stripe that runs by itself tells the secret to whoever has the account's key.
    let (_process, stripe) = setup::stripe_elsewhere(desk, "0").await?;
    let led_to = ["COUNTERSIGN_STRIPE_BASE", "COUNTERSIGN_STRIPE_PAGE"].map(|name| (name, stripe.base().to_owned()));
    desk.open_till(&led_to).await?;
    setup::turn_to_test_mode(desk).await?;
    desk.close_till().await?;
    desk.open_undriven(&led_to).await?;
    page_ends::ready(desk).await?;
    page_ends::start_sale(desk, "25.00").await?;
    page_ends::key_card(desk, AUTHENTICATE).await?;
    let asked = async || {
        let ledger = stripe.ledger().await?;
        Ok(ledger.requests.iter().any(|request| request.path == "/acs/transaction").then_some(()))
    };
    until(PATIENCE, "the bank's page should have been opened", asked).await?;
    let secret = stripe.client_secret(setup::SECRET).await?;
    expect(!in_pages(desk, &secret)?.is_empty(), || "a page should hold the secret of its challenge".to_owned())?;
    page_ends::answer_bank(desk).await?;
    page_ends::wait_for_focus(desk, "Countersign").await?;
    stripe.ledger().await?.expect_paid_once(2500)?;
    let mut left = vec![];
    let gone = until(Duration::from_secs(10), "the secret should be gone from memory", async || {
        left = in_pages(desk, &secret)?;
        Ok((left.is_empty() && desk.processes().pages()?.len() == 2).then_some(()))
    })
    .await;
    gone.map_err(|failure| Failure::new(format!("{failure}:\n{}", left.join("\n"))))
}

fn in_pages(desk: &Desk, secret: &str) -> Outcome<Vec<String>> {
    let mut found = vec![];
    for page in desk.processes().pages()? {
        // A process that ends meanwhile holds nothing.
        found.extend(places(page, secret.as_bytes()).unwrap_or_default());
    }
    Ok(found)
}

/// Opens the till whose customers' bank this is.
async fn open(desk: &mut Desk, bank: &Bank) -> Outcome {
    desk.open_till(&bank.environment()).await?;
    bank.serves(desk.simulator()?.base());
    Ok(())
}

/// A sale with a challenge that the customer completes.
async fn pay(desk: &Desk, amount: &str) -> Outcome {
    let till = desk.till()?;
    till.start_sale(amount).await?;
    till.pay_with(AUTHENTICATE).await?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await.map(drop)
}

/// What the bank's page finds at its first visit ever, and what it has stored then.
fn expect_all_stored(visit: &Visit) -> Outcome {
    expect_nothing_found(visit)?;
    let stored = json!({
        "cookie": "customer=written; session=set", "local": "written", "session": "written", "database": "customer",
        "caches": "customer", "workers": 1,
    });
    expect_eq("what the bank's page has stored", visit.stored.clone(), stored)
}

fn expect_nothing_found(visit: &Visit) -> Outcome {
    expect_eq("the cookies that came to the bank", visit.cookies.as_str(), "")?;
    let nothing = json!({
        "cookie": "session=set", "local": null, "session": null, "database": null, "caches": "", "workers": 0,
    });
    expect_eq("what the bank's page has found", visit.found.clone(), nothing)
}
