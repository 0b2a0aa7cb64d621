//! A page comes to its end while the till goes on: its process is killed, it hangs, it asks for its window to be closed. Payments
//! know nothing of it, and whoever stands at the till is told how each one went.
//!
//! WebKit ends WebDriver's session with the process of a page that it drives. So nobody drives these: the keys come from the
//! display server, and what is seen is what is on the screen, in the ledger, and which processes there are.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::processes::send;
use countersign_tests::rows::{APPROVED, AUTHENTICATE};
use countersign_tests::simulator::{Fault, FaultKind};
use rustix::process::{Pid, Signal};
use std::time::Duration;

/// A key pressed sooner after a change belongs to what stood there before.
pub(crate) const LOOKING_UP: Duration = Duration::from_millis(2000);

/// A point of the main window that shows nothing but the ground of what it says.
const GROUND: (u32, u32) = (300, 260);
/// The ground under "Approved".
const APPROVED_GROUND: &str = "#0b6b3e";
/// The ground under the amount.
const AMOUNT_GROUND: &str = "#f4f2ec";

/// The main window's page is killed while a card is keyed: the sale is paid, and the window is back and says so.
pub(crate) async fn of_the_till_while_a_card_is_keyed(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    kill_tills_page(desk).await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await?;
    next_sale(desk).await
}

/// The same while the call is out.
pub(crate) async fn of_the_till_while_a_call_is_out(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    let late =
        Fault { method: "POST", path: "/v1/payment_intents", next: 1, after: false, kind: FaultKind::DelayMs(6000) };
    desk.simulator()?.faults(&[late]).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, APPROVED).await?;
    tokio::time::sleep(LOOKING_UP).await;
    expect_eq("payments before the call has arrived", desk.simulator()?.ledger().await?.payment_intents().len(), 0)?;
    kill_tills_page(desk).await?;
    paid_and_told(desk).await?;
    next_sale(desk).await
}

/// The same while the bank asks.
pub(crate) async fn of_the_till_in_the_challenge(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, AUTHENTICATE).await?;
    wait_for_the_bank(desk, 1).await?;
    kill_tills_page(desk).await?;
    answer_bank(desk).await?;
    paid_and_told(desk).await?;
    next_sale(desk).await
}

/// The same when the outcome is on the screen and nobody has looked yet: it is there again.
pub(crate) async fn of_the_till_on_the_outcome(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await?;
    kill_tills_page(desk).await?;
    tokio::time::sleep(LOOKING_UP).await;
    paid_and_told(desk).await?;
    next_sale(desk).await
}

/// The same in the history, after staff have left the outcome: nothing is told again, and the next sale is taken.
pub(crate) async fn of_the_till_in_the_history(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.session().press_key("Return")?;
    wait_for_ground(desk, AMOUNT_GROUND).await?;
    desk.session().press_key("alt+2")?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("the-history").await?;
    kill_tills_page(desk).await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("back-again").await?;
    another_sale(desk).await
}

/// The payment window's page is killed while a card is keyed: it comes back with an empty field, and the sale goes on.
pub(crate) async fn of_the_payment_while_a_card_is_keyed(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.session().type_keys("424242424242")?;
    kill_newest_page(desk).await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await?;
    next_sale(desk).await
}

/// The same while the bank asks: the payment is read, and the bank's page opened once more.
pub(crate) async fn of_the_payment_in_the_challenge(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    key_card(desk, AUTHENTICATE).await?;
    wait_for_the_bank(desk, 1).await?;
    kill_newest_page(desk).await?;
    wait_for_the_bank(desk, 2).await?;
    answer_bank(desk).await?;
    paid_and_told(desk).await
}

/// A page of the till's own window that dies again and again is not loaded for ever: it is said, and one key tries again.
pub(crate) async fn of_the_till_again_and_again(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    kill_tills_page(desk).await?;
    kill_newest_page(desk).await?;
    kill_newest_page(desk).await?;
    tokio::time::sleep(LOOKING_UP).await;
    let newest = newest_page(desk)?;
    send(newest, Signal::KILL)?;
    wait_for_focus(desk, "Countersign has stopped showing this window").await?;
    let pages = desk.processes().pages()?;
    expect(!pages.contains(&newest), || "the page is still there".to_owned())?;
    desk.picture("the-window-does-not-stay").await?;
    tokio::time::sleep(LOOKING_UP).await;
    expect_eq("the pages, some seconds later", desk.processes().pages()?, pages)?;
    desk.session().press_key("Return")?;
    wait_for_ground(desk, AMOUNT_GROUND).await?;
    wait_for_focus(desk, "Countersign").await?;
    tokio::time::sleep(LOOKING_UP).await;
    start_sale(desk, "25.00").await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await
}

/// The same of the payment window: it goes, the sale stays in hand, and is paid when it is brought there once more.
pub(crate) async fn of_the_payment_again_and_again(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    for _ in 0..3 {
        kill_newest_page(desk).await?;
    }
    tokio::time::sleep(LOOKING_UP).await;
    send(newest_page(desk)?, Signal::KILL)?;
    wait_for_focus(desk, "Countersign").await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.picture("the-card-window-does-not-stay").await?;
    expect_eq("the pages' processes", desk.processes().pages()?.len(), 1)?;
    desk.session().press_key("Return")?;
    wait_for_focus(desk, "Card payment").await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await
}

/// A page that does not answer any more is ended and loaded again, in either window.
pub(crate) async fn that_hang(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    tokio::time::sleep(LOOKING_UP).await;
    replaced_when_it_hangs(desk, newest_page(desk)?).await?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await?;
    replaced_when_it_hangs(desk, desk.processes().pages()?[0]).await?;
    wait_for_ground(desk, APPROVED_GROUND).await?;
    next_sale(desk).await
}

/// Stops a page's process, wants something of the page in front, and waits for another process in its place.
async fn replaced_when_it_hangs(desk: &Desk, page: Pid) -> Outcome {
    let before = desk.processes().pages()?;
    send(page, Signal::STOP)?;
    desk.session().press_key("Shift_L")?;
    until(Duration::from_secs(60), "the page that hangs should be replaced", async || {
        let now = desk.processes().pages()?;
        Ok((!now.contains(&page) && now.len() == before.len()).then_some(()))
    })
    .await
}

/// The process that loads and stores for all pages is killed while a card is keyed: the sale goes on.
pub(crate) async fn of_the_networks_process(desk: &mut Desk) -> Outcome {
    open(desk).await?;
    start_sale(desk, "25.00").await?;
    tokio::time::sleep(LOOKING_UP).await;
    send(desk.processes().network()?, Signal::KILL)?;
    key_card(desk, APPROVED).await?;
    paid_and_told(desk).await?;
    next_sale(desk).await
}

/// No page can close its window, hold it up with a dialog, or fill the screen.
pub(crate) async fn that_would_take_the_window(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    for window in [Window::Main, Window::Payment] {
        for script in
            ["window.close()", "alert('stop')", "window.print()", "document.documentElement.requestFullscreen?.()"]
        {
            let later = format!(
                "window.after = 'no'; setTimeout(() => {{ {script}; window.after = 'yes'; }}, 0); return null;"
            );
            till.script(window, &later, vec![]).await?;
            until(PATIENCE, &format!("the {window:?} window's page should go on after {script}"), async || {
                let after = till.script(window, "return window.after;", vec![]).await?;
                Ok((after == "yes").then_some(()))
            })
            .await?;
        }
        let full = till.script(window, "return document.fullscreenElement !== null;", vec![]).await?;
        expect(full == false, || format!("the {window:?} window's page fills the screen"))?;
    }
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

async fn open(desk: &mut Desk) -> Outcome {
    desk.open_undriven(&[]).await?;
    ready(desk).await
}

/// Waits until an amount can be typed, and the payment window has its page.
pub(crate) async fn ready(desk: &Desk) -> Outcome {
    wait_for_focus(desk, "Countersign").await?;
    wait_for_ground(desk, AMOUNT_GROUND).await?;
    until(PATIENCE, "both windows should have their pages", async || {
        Ok((desk.processes().pages()?.len() == 2).then_some(()))
    })
    .await?;
    tokio::time::sleep(LOOKING_UP).await;
    Ok(())
}

fn newest_page(desk: &Desk) -> Outcome<Pid> {
    desk.processes().pages()?.pop().ok_or_else(|| Failure::new("no page has a process"))
}

/// Ends the process of the till's own page, which is the oldest as long as it has not been replaced.
async fn kill_tills_page(desk: &Desk) -> Outcome {
    let oldest = desk.processes().pages()?.into_iter().next();
    killed_and_replaced(desk, oldest.ok_or_else(|| Failure::new("no page has a process"))?).await
}

async fn kill_newest_page(desk: &Desk) -> Outcome {
    killed_and_replaced(desk, newest_page(desk)?).await
}

async fn killed_and_replaced(desk: &Desk, page: Pid) -> Outcome {
    // WebKit ends the whole application when a page's process dies before it has said who it is.
    tokio::time::sleep(LOOKING_UP).await;
    let before = desk.processes().pages()?;
    send(page, Signal::KILL)?;
    until(PATIENCE, "another process should come in the place of the page's", async || {
        let now = desk.processes().pages()?;
        Ok((now.len() == before.len() && !now.contains(&page)).then_some(()))
    })
    .await
}

/// The main window says "Approved", and Stripe has one payment of 25.00.
async fn paid_and_told(desk: &mut Desk) -> Outcome {
    wait_for_ground(desk, APPROVED_GROUND).await?;
    desk.picture("paid-and-told").await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// Enter leaves the outcome, and the next sale is taken.
async fn next_sale(desk: &Desk) -> Outcome {
    wait_for_focus(desk, "Countersign").await?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.session().press_key("Return")?;
    wait_for_ground(desk, AMOUNT_GROUND).await?;
    another_sale(desk).await
}

/// A sale after that of 25.00, the keys of which go where the focus is by itself.
async fn another_sale(desk: &Desk) -> Outcome {
    tokio::time::sleep(LOOKING_UP).await;
    start_sale(desk, "7.00").await?;
    key_card(desk, APPROVED).await?;
    wait_for_ground(desk, APPROVED_GROUND).await?;
    let ledger = desk.simulator()?.ledger().await?;
    let taken: Vec<_> =
        ledger.succeeded_charges().iter().filter_map(|charge| charge["amount_captured"].as_u64()).collect();
    expect_eq("the amounts taken", taken, vec![2500, 700])
}

/// Types an amount and Enter into the main window; the payment window then has the keys.
pub(crate) async fn start_sale(desk: &Desk, amount: &str) -> Outcome {
    desk.session().type_keys(amount)?;
    desk.session().press_key("Return")?;
    wait_for_focus(desk, "Card payment").await
}

/// Types a card and Enter into the payment window.
pub(crate) async fn key_card(desk: &Desk, number: &str) -> Outcome {
    tokio::time::sleep(LOOKING_UP).await;
    // The fields move on by themselves: number, expiry, security code, postal code.
    for keys in [number, "1234", "123", "12345"] {
        desk.session().type_keys(keys)?;
    }
    desk.session().press_key("Return")
}

/// Waits until the bank's page has learnt, this often, what it asks about.
pub(crate) async fn wait_for_the_bank(desk: &Desk, times: usize) -> Outcome {
    until(PATIENCE, "the bank's page should have been opened", async || {
        let requests = desk.simulator()?.ledger().await?.requests;
        let opened =
            requests.iter().filter(|request| request.path == "/acs/transaction" && request.status == Some(200));
        Ok((opened.count() == times).then_some(()))
    })
    .await
}

/// The customer completes the challenge in front. The bank's page does not always have the cursor by itself.
pub(crate) async fn answer_bank(desk: &Desk) -> Outcome {
    tokio::time::sleep(LOOKING_UP).await;
    desk.session().press_key("Tab")?;
    tokio::time::sleep(LOOKING_UP).await;
    desk.session().press_key("Return")
}

pub(crate) async fn wait_for_focus(desk: &Desk, window: &str) -> Outcome {
    until(PATIENCE, &format!("the window {window:?} should have the focus"), async || {
        Ok((desk.session().focused_window()? == window).then_some(()))
    })
    .await
}

pub(crate) async fn wait_for_ground(desk: &Desk, colour: &str) -> Outcome {
    let mut last = String::new();
    let seen = until(PATIENCE, &format!("the main window should have the ground {colour}"), async || {
        last = desk.session().colour(GROUND.0, GROUND.1)?;
        Ok((last == colour).then_some(()))
    })
    .await;
    seen.map_err(|failure| Failure::new(format!("{failure}; it has {last}")))
}
