//! Setting up an account: a real keyring, a Stripe that answers on another port, and what is refused.

use crate::once;
use countersign_tests::children::{Supervised, guarded};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::places;
use countersign_tests::rows::APPROVED;
use countersign_tests::simulator::Simulator;
use std::fs;
use std::path::Path;
use thirtyfour::prelude::*;

/// Keys of an account that exists in the simulator alone: there, keys with the same tail belong to one account.
pub(crate) const SECRET: &str = "sk_test_51CountersignWindowsTests0123456789abcdefghijklmnopqrst";
const PUBLISHABLE: &str = "pk_test_51CountersignWindowsTests0123456789abcdefghijklmnopqrst";
/// What must be in the keyring and nowhere else.
const MARKER: &str = "sk_test_51Countersign";

/// A simulator that runs by itself, on this port; on any free one when it is 0.
pub(crate) async fn stripe_elsewhere(desk: &Desk, port: &str) -> Outcome<(Supervised, Simulator)> {
    let mut command = guarded(&places::simulator(), desk.session().environment());
    command.args(["--port", port, "--control"]);
    let (process, base) = Supervised::start_and_read_line("stripe-sim", command, None)?;
    let stripe = Simulator::at(&base)?;
    stripe.ledger().await?;
    Ok((process, stripe))
}

/// Opens the till so that test mode talks to a simulator that runs by itself.
async fn open_with_an_account_elsewhere(desk: &mut Desk) -> Outcome<(Supervised, Simulator)> {
    let elsewhere = stripe_elsewhere(desk, "0").await?;
    desk.open_till(&[("COUNTERSIGN_STRIPE_BASE", elsewhere.1.base().to_owned())]).await?;
    Ok(elsewhere)
}

/// Sets an account up whose Stripe is a simulator that runs by itself, and turns to test mode.
pub(crate) async fn open_in_test_mode(desk: &mut Desk) -> Outcome<(Supervised, Simulator)> {
    desk.session_mut().start_keyring()?;
    let elsewhere = open_with_an_account_elsewhere(desk).await?;
    turn_to_test_mode(desk).await?;
    Ok(elsewhere)
}

/// Keys the account in, in an open till with a keyring, and turns to test mode.
pub(crate) async fn turn_to_test_mode(desk: &Desk) -> Outcome {
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    save_keys(desk, SECRET, PUBLISHABLE).await?;
    desk.till()?.element(Window::Main, "account-test").await?;
    desk.till()?.press(Window::Main, "choose-test").await?;
    expect_mode(desk, "test").await?;
    desk.till()?.press(Window::Main, "screen-sale").await
}

pub(crate) async fn fill_in(desk: &Desk, test_id: &str, text: &str) -> Outcome {
    let field = desk.till()?.element(Window::Main, test_id).await?;
    field.click().await.during("click into a field")?;
    field.send_keys(Key::Control + "a").await.during("select a field")?;
    field.send_keys(text).await.during("type into a field")
}

async fn save_keys(desk: &Desk, secret: &str, publishable: &str) -> Outcome {
    fill_in(desk, "secret-key", secret).await?;
    fill_in(desk, "publishable-key", publishable).await?;
    desk.till()?.press(Window::Main, "save-keys").await
}

/// Keys in the account of these tests, in the settings that are open.
pub(crate) async fn save_test_keys(desk: &Desk) -> Outcome {
    save_keys(desk, SECRET, PUBLISHABLE).await
}

/// Keys are tried, kept in the keyring and nowhere else, used for a sale in test mode, there after a restart, and
/// forgotten on request.
pub(crate) async fn keys_are_kept_in_the_keyring_and_used(desk: &mut Desk) -> Outcome {
    desk.session_mut().start_keyring()?;
    // Test mode's Stripe is the simulator of this till: its card fields make PaymentMethods that its core can use.
    let simulated = [("COUNTERSIGN_STRIPE_BASE", "training".to_owned())];
    desk.open_till(&simulated).await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    save_keys(desk, SECRET, PUBLISHABLE).await?;
    desk.till()?.element(Window::Main, "account-test").await?;
    desk.picture("keys-saved").await?;
    let kept = desk.session().secrets("service", "shop.countersign.till")?;
    expect(kept.contains(MARKER), || "the keyring should hold the secret key".to_owned())?;
    let typed = desk.till()?.script(
        Window::Main,
        "return document.querySelector('[data-testid=secret-key]')?.value ?? '';",
        vec![],
    );
    expect_eq("what is left in the secret key's field", typed.await?.as_str().unwrap_or_default().len(), 0)?;
    pay_in_test_mode(desk).await?;
    search(&desk.till()?.page(Window::Main).await?, "the main window")?;
    // Another start finds the keys and the mode again.
    desk.open_till(&simulated).await?;
    expect_mode(desk, "test").await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    desk.till()?.press(Window::Main, "forget-test").await?;
    desk.till()?.press(Window::Main, "forget-confirm-test").await?;
    expect_mode(desk, "training").await?;
    let kept = desk.session().secrets("service", "shop.countersign.till")?;
    expect(!kept.contains(MARKER), || "the keyring should have forgotten the secret key".to_owned())?;
    // Sales of one mode never meet those of another.
    desk.till()?.press(Window::Main, "screen-history").await?;
    expect(!desk.till()?.shows(Window::Main, "sale-1").await?, || {
        "the sale of test mode is in training's history".to_owned()
    })?;
    desk.close_till().await?;
    search_folder(&desk.data())?;
    search(&fs::read_to_string(desk.session().folder().join("application.txt")).unwrap_or_default(), "what was printed")
}

async fn pay_in_test_mode(desk: &mut Desk) -> Outcome {
    desk.till()?.press(Window::Main, "choose-test").await?;
    expect_mode(desk, "test").await?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-sale").await?;
    till.start_sale("25.00").await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    desk.picture("paid-in-test-mode").await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

async fn expect_mode(desk: &Desk, mode: &str) -> Outcome {
    desk.till()?.matching(Window::Main, &format!("[data-testid=mode][data-mode={mode}]")).await.map(drop)
}

/// Wrong keys are refused before they are sent anywhere, each with its own sentence.
pub(crate) async fn mixed_and_malformed_keys_are_refused(desk: &mut Desk) -> Outcome {
    desk.session_mut().start_keyring()?;
    let (_process, stripe) = open_with_an_account_elsewhere(desk).await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    let live = PUBLISHABLE.replace("pk_test_", "pk_live_");
    for (secret, publishable, code) in [
        ("hello", PUBLISHABLE, "key_malformed"),
        (PUBLISHABLE, SECRET, "key_malformed"),
        (SECRET, live.as_str(), "keys_mixed_modes"),
    ] {
        save_keys(desk, secret, publishable).await?;
        let refusal =
            desk.till()?.matching(Window::Main, &format!("[data-testid=keys-refusal][data-code={code}]")).await?;
        let said = refusal.text().await.during("read the refusal")?;
        expect(!said.contains(MARKER), || "the refusal repeats the secret key".to_owned())?;
    }
    expect_eq("calls made with refused keys", stripe.ledger().await?.requests.len(), 0)?;
    let kept = desk.session().secrets("service", "shop.countersign.till")?;
    expect(!kept.contains("sk_test_"), || "the keyring should hold no refused key".to_owned())
}

/// Without a keyring the set-up screen says what to do, keeps nothing, and training goes on.
pub(crate) async fn no_keyring_is_explained(desk: &mut Desk) -> Outcome {
    let (_process, _stripe) = open_with_an_account_elsewhere(desk).await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    let said = desk
        .till()?
        .reads(Window::Main, "keyring-problem", "the missing keyring should be explained", |text| {
            text.contains("keyring")
        })
        .await?;
    expect(said.contains("gnome-keyring"), || format!("it should say what to install, but it says {said:?}"))?;
    desk.picture("no-keyring").await?;
    desk.till()?.press(Window::Main, "screen-sale").await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// A restricted key in place of the secret key: the keyring holds the new one, and nothing of the old one.
pub(crate) async fn replaced_keys_leave_nothing_behind(desk: &mut Desk) -> Outcome {
    let (_process, stripe) = open_in_test_mode(desk).await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    save_keys(desk, &SECRET.replace("sk_test_", "rk_test_"), PUBLISHABLE).await?;
    until(PATIENCE, "the keyring should hold the restricted key", async || {
        let kept = desk.session().secrets("service", "shop.countersign.till")?;
        Ok(kept.contains("rk_test_51Countersign").then_some(()))
    })
    .await?;
    let kept = desk.session().secrets("service", "shop.countersign.till")?;
    expect(!kept.contains(MARKER), || "the keyring should have forgotten the key that was replaced".to_owned())?;
    expect_eq("entries in the keyring", kept.matches("secret = ").count(), 1)?;
    // And it is the new one that charges.
    desk.till()?.press(Window::Main, "screen-sale").await?;
    desk.till()?.start_sale("25.00").await?;
    once::hand_over(desk, "pm_card_visa").await?;
    desk.till()?.stage(&["approved"]).await?;
    stripe.ledger().await?.expect_paid_once(2500)
}

/// The folder that the owner chooses gets a copy of the sales at once, when the till is closed, and when the session ends; one that is not there is said.
pub(crate) async fn the_sales_are_copied_to_the_chosen_folder(desk: &mut Desk) -> Outcome {
    let folder = desk.session().folder().join("stick");
    desk.open_till(&[]).await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-copies").await?;
    fill_in(desk, "copies-folder", &folder.display().to_string()).await?;
    desk.till()?.press(Window::Main, "save-copies-folder").await?;
    desk.till()?.matching(Window::Main, "[data-testid=copies-failure][data-code=no_folder]").await?;
    desk.till()?.matching(Window::Main, "[data-testid=problem][data-code=copy_failed]").await?;
    fs::create_dir(&folder).during("plug the stick in")?;
    desk.till()?.press(Window::Main, "copy-now").await?;
    until(PATIENCE, "the copy should be there", async || Ok((copies(&folder)? == 1).then_some(()))).await?;
    until(PATIENCE, "the problem should be gone", async || {
        Ok((!desk.till()?.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await?;
    desk.till()?.press(Window::Main, "screen-sale").await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    desk.session().close_window("Countersign")?;
    until(PATIENCE, "a copy of the end of the program should be there", async || {
        Ok((copies(&folder)? == 2).then_some(()))
    })
    .await?;
    desk.open_till(&[]).await?;
    desk.till()?.element(Window::Main, "amount").await?;
    desk.session().end_program("Countersign")?;
    until(PATIENCE, "a copy of the end of the session should be there", async || {
        Ok((copies(&folder)? == 3).then_some(()))
    })
    .await
}

fn copies(folder: &Path) -> Outcome<usize> {
    let files = fs::read_dir(folder).during("look into the folder of copies")?;
    Ok(files.flatten().filter(|file| file.file_name().to_string_lossy().contains("-copy-")).count())
}

/// A locked keyring is told apart from a missing one, keeps nothing, and training goes on.
pub(crate) async fn locked_keyring_is_explained(desk: &mut Desk) -> Outcome {
    desk.session_mut().start_keyring()?;
    let (_process, _stripe) = open_with_an_account_elsewhere(desk).await?;
    desk.session().lock_keyring()?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    let problem = "[data-testid=keyring-problem][data-code=keyring_locked]";
    let said = desk.till()?.matching(Window::Main, problem).await?.text().await.during("read the problem")?;
    expect(said.contains("locked") && said.contains("Unlock it"), || {
        format!("it should say that the keyring is locked and what to do, but it says {said:?}")
    })?;
    desk.picture("locked-keyring").await?;
    save_keys(desk, SECRET, PUBLISHABLE).await?;
    desk.till()?.matching(Window::Main, "[data-testid=keys-refusal][data-code=keyring_locked]").await?;
    expect(!desk.till()?.shows(Window::Main, "account-test").await?, || "the keys count as kept".to_owned())?;
    desk.till()?.press(Window::Main, "screen-sale").await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)?;
    desk.close_till().await?;
    search_folder(&desk.data())
}

fn search(text: &str, place: &str) -> Outcome {
    expect(!text.contains(MARKER), || format!("{place} holds the secret key"))
}

fn search_folder(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder).during("read the data folder")? {
        let path = entry.during("read the data folder")?.path();
        if path.is_dir() {
            search_folder(&path)?;
            continue;
        }
        let bytes = fs::read(&path).during("read a file of the data folder")?;
        if bytes.windows(MARKER.len()).any(|window| window == MARKER.as_bytes()) {
            return Err(Failure::new(format!("{} holds the secret key", path.display())));
        }
    }
    Ok(())
}
