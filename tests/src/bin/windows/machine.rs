//! What the till stands on gives way: its disk is full, its folder cannot be used, the log or the settings cannot be written,
//! the session has no bus. What the till cannot do without is said in its window, and when it is back the till sells, with no
//! restart; what it can do without never stops it.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::rows::{APPROVED, Row};
use countersign_tests::small_disk::SmallDisk;
use std::fs;
use std::os::unix::fs::chown;
use std::time::Duration;

/// Room for the web views' own files too.
const MEGABYTES: u32 = 96;
/// Longer than the pause between two tries to write, and to open.
const TRIED_AGAIN: Duration = Duration::from_secs(8);

fn problem(code: &str) -> String {
    format!("[data-testid=problem][data-code={code}]")
}

/// The line at the top says this, and no amount can be typed.
async fn expect_shut(desk: &Desk, code: &str, told: &str) -> Outcome {
    let till = desk.till()?;
    let line = till.matching(Window::Main, &problem(code)).await?;
    let said = line.text().await.during("read the problem")?;
    expect(said.contains(told), || format!("it should speak of {told:?}, but it says {said:?}"))?;
    let amount = till.element(Window::Main, "amount").await?;
    expect(!amount.is_enabled().await.during("look at the amount")?, || "a sale could be started".to_owned())
}

/// Nobody does anything, and the line is gone and an amount can be typed.
async fn expect_open_by_itself(desk: &Desk) -> Outcome {
    until(PATIENCE, "the till should go on by itself", async || {
        let till = desk.till()?;
        let amount = till.element(Window::Main, "amount").await?;
        let can_sell = amount.is_enabled().await.during("look at the amount")?;
        Ok((can_sell && !till.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await
}

/// The disk fills, that is told, it is freed, that is told, and the next sale is paid: in one run of the program, and without a
/// press of any key but the next amount's.
pub(crate) async fn disk_full_then_freed(desk: &mut Desk) -> Outcome {
    let disk = SmallDisk::put_at(&desk.data(), MEGABYTES)?;
    desk.open_till(&[]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    disk.fill()?;
    let till = desk.till()?;
    till.type_amount("25.00").await?;
    till.press(Window::Main, "charge-start").await?;
    expect_shut(desk, "disk_full", "disk is full").await?;
    expect(!desk.till()?.is_visible(Window::Payment).await?, || "a card is asked for".to_owned())?;
    desk.picture("the-disk-is-full").await?;
    tokio::time::sleep(TRIED_AGAIN).await;
    expect_shut(desk, "disk_full", "disk is full").await?;

    disk.free()?;
    expect_open_by_itself(desk).await?;
    let said = desk.till()?.script(Window::Main, "return document.body.innerText;", vec![]).await?;
    expect(!said.as_str().unwrap_or("disk").contains("disk"), || format!("the disk is still spoken of: {said}"))?;
    desk.picture("the-disk-is-freed").await?;
    // The cursor is in the field again: the keys of the next amount go there.
    desk.session().press_key("ctrl+a")?;
    desk.session().type_keys("25.00")?;
    let till = desk.till()?;
    till.matching(Window::Main, "[data-testid=priced][data-kind=amount]").await?;
    desk.session().press_key("Return")?;
    till.wait_for_payment_window().await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    let ledger = desk.simulator()?.ledger().await?;
    let paid: Vec<_> = ledger.succeeded_charges().iter().map(|charge| charge["amount_captured"].as_u64()).collect();
    expect_eq("what was charged", paid, vec![Some(2500), Some(2500)])
}

/// The disk fills while a card is keyed: nothing is sent, that is said where the card is keyed, and when there is room the same
/// sale is paid, once.
pub(crate) async fn disk_full_while_a_card_is_keyed(desk: &mut Desk) -> Outcome {
    let disk = SmallDisk::put_at(&desk.data(), MEGABYTES)?;
    desk.open_till(&[]).await?;
    desk.till()?.start_sale("25.00").await?;
    desk.till()?.key_card(APPROVED).await?;
    disk.fill()?;
    desk.till()?.keys("\u{e007}").await?;
    // What the payment window covers in part is calm until staff turn to it.
    desk.till()?
        .reads(Window::Payment, "card-error", "the card window should say it", |text| text.contains("disk is full"))
        .await?;
    desk.session().bring_to_front("Countersign")?;
    desk.till()?.matching(Window::Main, &problem("disk_full")).await?;
    desk.picture("the-disk-is-full-under-a-card").await?;
    expect_eq("PaymentIntents", desk.simulator()?.ledger().await?.payment_intents().len(), 0)?;
    disk.free()?;
    until(PATIENCE, "the till should go on by itself", async || {
        Ok((!desk.till()?.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await?;
    desk.session().bring_to_front("Card payment")?;
    // A press is meant for a window that has been in front for a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let till = desk.till()?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// The disk is full when the till is started: there is a window, it says so, and the till opens when there is room.
pub(crate) async fn disk_full_at_the_start(desk: &mut Desk) -> Outcome {
    let disk = SmallDisk::put_at(&desk.data(), MEGABYTES)?;
    disk.fill()?;
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    until(PATIENCE, "the full disk should be told", async || {
        let told = till.shows(Window::Main, "problem").await?;
        let amount = till.element(Window::Main, "amount").await?;
        Ok((told && !amount.is_enabled().await.during("look at the amount")?).then_some(()))
    })
    .await?;
    expect_shut(desk, "disk_full", "Free some space").await?;
    desk.picture("the-disk-is-full-at-the-start").await?;
    disk.free()?;
    expect_open_by_itself(desk).await?;
    Row::ApprovedAtOnce.run(desk).await.map(drop)
}

/// A file stands where the till's folder should be.
pub(crate) async fn file_in_the_folders_place(desk: &mut Desk) -> Outcome {
    fs::write(desk.data(), "a file").during("put a file in the way")?;
    desk.open_window(&[]).await?;
    expect_shut(desk, "data_folder", "Move the file away").await?;
    desk.picture("a-file-in-the-folders-place").await?;
    tokio::time::sleep(TRIED_AGAIN).await;
    expect_shut(desk, "data_folder", "Move the file away").await?;
    fs::remove_file(desk.data()).during("move the file away")?;
    expect_open_by_itself(desk).await?;
    desk.meet_simulator().await?;
    Row::ApprovedAtOnce.run(desk).await.map(drop)
}

/// The disk of the till's folder can only be read; what the settings on it say is in force as soon as it can be written, and
/// was not written over.
pub(crate) async fn disk_that_can_only_be_read(desk: &mut Desk) -> Outcome {
    let disk = SmallDisk::put_at(&desk.data(), MEGABYTES)?;
    let settings = r#"{"preferences":{"shop_name":"Quay","currency":"GBP","locale":"en-GB","theme":"dark"}}"#;
    fs::write(desk.data().join("settings.json"), settings).during("write the settings")?;
    disk.make_read_only(true)?;
    desk.open_window(&[]).await?;
    expect_shut(desk, "data_folder", "only be read").await?;
    desk.picture("a-disk-that-can-only-be-read").await?;
    disk.make_read_only(false)?;
    expect_open_by_itself(desk).await?;
    desk.meet_simulator().await?;
    until(PATIENCE, "the shop's name should be that of the settings", async || {
        let name = "return document.querySelector('header .names .shop')?.textContent ?? '';";
        Ok((desk.till()?.script(Window::Main, name, vec![]).await? == "Quay").then_some(()))
    })
    .await?;
    Row::ApprovedAtOnce.run(desk).await?;
    let kept = fs::read_to_string(desk.data().join("settings.json")).during("read the settings")?;
    expect(kept.contains("Quay"), || format!("the settings were written over: {kept}"))
}

/// The till's folder belongs to another user, who could read every sale.
pub(crate) async fn folder_of_another_user(desk: &mut Desk) -> Outcome {
    fs::create_dir_all(desk.data()).during("make the folder")?;
    chown(desk.data(), Some(12_345), None).during("give the folder away (this test needs to be run as root)")?;
    desk.open_window(&[]).await?;
    expect_shut(desk, "data_folder", "belongs to another user").await?;
    desk.picture("a-folder-of-another-user").await?;
    chown(desk.data(), Some(0), None).during("give the folder back")?;
    expect_open_by_itself(desk).await?;
    desk.meet_simulator().await?;
    Row::ApprovedAtOnce.run(desk).await.map(drop)
}

/// The log cannot be written: the till sells, and says nothing of it; when it can be, it is.
pub(crate) async fn log_that_cannot_be_written(desk: &mut Desk) -> Outcome {
    fs::create_dir_all(desk.data()).during("make the folder")?;
    let logs = desk.data().join("logs");
    fs::write(&logs, "a file").during("put a file in the way")?;
    desk.open_till(&[]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    expect(!desk.till()?.shows(Window::Main, "problem").await?, || "a problem is told".to_owned())?;
    fs::remove_file(&logs).during("move the file away")?;
    until(PATIENCE, "the log should begin", async || {
        let log = fs::read_to_string(logs.join("countersign.log")).unwrap_or_default();
        Ok(log.contains("The log begins").then_some(()))
    })
    .await
}

/// The web views' own data has no place in the folder: the till sells all the same.
pub(crate) async fn web_views_without_a_folder(desk: &mut Desk) -> Outcome {
    fs::create_dir_all(desk.data()).during("make the folder")?;
    fs::write(desk.data().join("webview"), "a file").during("put a file in the way")?;
    desk.open_till(&[]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    desk.session().close_window("Countersign")?;
    until(PATIENCE, "what the web views kept elsewhere should be gone", async || {
        let places = [desk.session().folder().join("run"), std::env::temp_dir()];
        let mut left = places.iter().flat_map(|place| fs::read_dir(place).into_iter().flatten().flatten());
        Ok((!left.any(|entry| entry.file_name().to_string_lossy().starts_with("countersign-webview-"))).then_some(()))
    })
    .await
}

/// The settings cannot be saved: that is said until they are, and the till sells meanwhile.
pub(crate) async fn settings_that_cannot_be_saved(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let in_the_way = desk.data().join("settings.part");
    fs::create_dir_all(in_the_way.join("inside")).during("put a folder in the way")?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-settings").await?;
    till.press(Window::Main, "room-shop").await?;
    let name = till.element(Window::Main, "shop-name").await?;
    name.send_keys("Quay").await.during("type the shop's name")?;
    till.press(Window::Main, "room-leave").await?;
    till.matching(Window::Main, &problem("settings_not_saved")).await?;
    desk.picture("settings-that-cannot-be-saved").await?;
    desk.till()?.press(Window::Main, "screen-sale").await?;
    Row::ApprovedAtOnce.run(desk).await?;
    fs::remove_dir_all(&in_the_way).during("take it away")?;
    until(PATIENCE, "the settings should be saved by themselves", async || {
        Ok((!desk.till()?.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await?;
    let kept = fs::read_to_string(desk.data().join("settings.json")).during("read the settings")?;
    expect(kept.contains("Quay"), || format!("the settings should hold the name, but they are {kept}"))
}

/// Without a session bus a second start cannot be told from a first: the till starts and sells all the same.
pub(crate) async fn no_session_bus(desk: &mut Desk) -> Outcome {
    desk.open_till(&[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all".to_owned())]).await?;
    Row::ApprovedAtOnce.run(desk).await.map(drop)
}

/// A second start that cannot speak to the first: it has a window, and says there that the sales are in use. When the first is
/// closed, it goes on by itself.
pub(crate) async fn first_till_that_cannot_be_reached(desk: &mut Desk) -> Outcome {
    let (_bus, address) = desk.session().start_bus_that_reaches_no_till()?;
    let bus = ("DBUS_SESSION_BUS_ADDRESS", address);
    desk.open_till(std::slice::from_ref(&bus)).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    let second = OpenTill::open(desk.session(), &desk.data(), &[bus]).await?;
    second.matching(Window::Main, &problem("journal_in_use")).await?;
    desk.picture("the-first-till-cannot-be-reached").await?;
    desk.close_till().await?;
    until(PATIENCE, "the second till should go on by itself", async || {
        Ok((!second.shows(Window::Main, "problem").await?).then_some(()))
    })
    .await?;
    second.press(Window::Main, "screen-history").await?;
    second.element(Window::Main, "sale-1").await?;
    second.close().await
}

/// Somebody deleted the lock, and another till was started on the sales: this one takes no more payments. When the other is
/// gone, pressing Try again takes the sales back, with what the other has written.
pub(crate) async fn journal_taken_over_and_given_back(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    fs::remove_file(desk.data().join("training.lock")).during("delete the lock")?;
    // On a bus of its own, or it would be the second start of the first till.
    let alone = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all".to_owned())];
    let other = OpenTill::open(desk.session(), &desk.data(), &alone).await?;
    other.element(Window::Main, "amount").await?;
    let till = desk.till()?;
    till.type_amount("25.00").await?;
    till.press(Window::Main, "charge-start").await?;
    till.matching(Window::Main, &problem("journal_taken_over")).await?;
    desk.picture("the-journal-is-taken-over").await?;
    // The other one has the lock.
    desk.till()?.press(Window::Main, "try-opening-again").await?;
    desk.till()?.matching(Window::Main, &problem("journal_in_use")).await?;
    other.close().await?;
    expect_open_by_itself(desk).await?;
    Row::ApprovedAtOnce.run(desk).await.map(drop).map_err(|failure: Failure| failure.during("with the sales back"))
}
