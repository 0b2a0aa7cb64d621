//! What goes wrong on a counter: bad amounts, damaged files, a newer journal, a second start.

use countersign_tests::children::{Supervised, guarded};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::places;
use countersign_tests::rows::Row;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Amounts that cannot be charged are explained while they are typed, and cannot be charged.
pub(crate) async fn amounts(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    for (bad, told) in [
        ("0.00", "zero"),
        ("0.01", "less than"),
        ("999999999999", "more than"),
        ("12.345", "decimals"),
        ("twelve", "figures"),
        ("-5", "figures"),
        ("1e3", "figures"),
        ("1,2,3.4.5", "figures"),
        ("1.250,00", "figures"),
        ("1,00,000", "two ways"),
        ("½", "figures"),
    ] {
        till.type_amount(bad).await?;
        let what = format!("the refusal of {bad:?} should speak of {told:?}");
        till.reads(Window::Main, "priced", &what, |text| text.contains(told)).await?;
        till.matching(Window::Main, "[data-testid=priced][data-kind=refused]").await?;
        let button = till.element(Window::Main, "charge-start").await?;
        expect(!button.is_enabled().await.during("look at the button")?, || format!("{bad:?} could be charged"))?;
    }
    // Of these one can become right: they are wrong once Enter is pressed.
    for started in ["0", "0.", ".", "25 00"] {
        till.type_amount(started).await?;
        till.matching(Window::Main, "[data-testid=priced][data-kind=started]").await?;
        let button = till.element(Window::Main, "charge-start").await?;
        expect(!button.is_enabled().await.during("look at the button")?, || format!("{started:?} could be charged"))?;
    }
    desk.session().press_key("Return")?;
    let till = desk.till()?;
    let what = "a figure that may mean two amounts should be refused on Enter";
    till.reads(Window::Main, "priced", what, |text| text.contains("two ways")).await?;
    till.matching(Window::Main, "[data-testid=priced][data-kind=refused]").await?;
    expect(!till.is_visible(Window::Payment).await?, || "Enter charged an amount that was refused".to_owned())?;
    till.type_amount("25.00").await?;
    till.matching(Window::Main, "[data-testid=priced][data-kind=amount]").await?;
    expect_eq("PaymentIntents", desk.simulator()?.ledger().await?.payment_intents().len(), 0)
}

/// A settings file that cannot be read is set aside and told; the till sells all the same.
pub(crate) async fn corrupt_settings(desk: &mut Desk) -> Outcome {
    fs::create_dir_all(desk.data()).during("make the data folder")?;
    fs::write(desk.data().join("settings.json"), "{\"preferences\": {\"shop_na").during("damage the settings")?;
    desk.open_till(&[]).await?;
    let problem = desk.till()?.matching(Window::Main, "[data-testid=problem][data-code=settings_corrupt]").await?;
    let said = problem.text().await.during("read the problem")?;
    expect(said.len() > 40, || format!("the damaged settings should be explained, but the till says {said:?}"))?;
    desk.picture("corrupt-settings").await?;
    Row::ApprovedAtOnce.run(desk).await.map(drop)
}

/// A journal of a newer version is not touched; the till says so and sells nothing.
pub(crate) async fn journal_from_a_newer_version(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    desk.close_till().await?;
    let journal = journal_of(desk)?;
    let newer = rusqlite::Connection::open(&journal).during("open the journal")?;
    newer.pragma_update(None, "user_version", 9_999).during("make the journal newer")?;
    newer.pragma_update(None, "wal_checkpoint", "TRUNCATE").during("write the journal back")?;
    newer.close().map_err(|(_still_open, error)| error).during("close the journal")?;
    let before = fs::read(&journal).during("read the journal")?;
    desk.open_till(&[]).await?;
    let problem = desk.till()?.matching(Window::Main, "[data-testid=problem][data-code=journal_newer]").await?;
    let said = problem.text().await.during("read the problem")?;
    expect(said.len() > 40, || format!("the newer journal should be explained, but the till says {said:?}"))?;
    desk.picture("newer-journal").await?;
    let amount = desk.till()?.element(Window::Main, "amount").await?;
    expect(!amount.is_enabled().await.during("look at the amount")?, || "a sale could be started".to_owned())?;
    desk.close_till().await?;
    let after = fs::read(&journal).during("read the journal")?;
    expect(before == after, || "the newer journal was changed".to_owned())
}

/// The journal of training mode, wherever the data folder keeps it.
fn journal_of(desk: &Desk) -> Outcome<PathBuf> {
    let mut waiting = vec![desk.data()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).during("read the data folder")? {
            let path = entry.during("read the data folder")?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                waiting.push(path);
            } else if name.starts_with("training") && name.ends_with(".sqlite") {
                return Ok(path);
            }
        }
    }
    Err(Failure::new("there is no training journal in the data folder"))
}

/// A second start ends by itself and well, brings the first to the front, and leaves it as it is.
pub(crate) async fn second_instance(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    desk.till()?.type_amount("25.00").await?;
    let title = desk.session().focused_window()?;
    expect(title.contains("Countersign"), || format!("the till should have the focus, but {title:?} has it"))?;
    desk.session().minimise_focused_window()?;
    until(PATIENCE, "the till should be minimised", async || {
        Ok((desk.session().focused_window()? != title).then_some(()))
    })
    .await?;
    let mut environment = desk.session().environment().to_vec();
    environment.push(("COUNTERSIGN_DATA_DIR".to_owned(), desk.data().display().to_string()));
    let command = guarded(&places::application(), &environment);
    let mut second = Supervised::start("a second till", command, &desk.session().folder().join("second.txt"))?;
    let ended = second.wait_for_end(Duration::from_secs(20))?;
    let ended = ended.ok_or_else(|| Failure::new("the second start should end by itself within 20 s"))?;
    expect(ended.success(), || format!("the second start should end well, but it ended with {ended}"))?;
    until(PATIENCE, "the first till should come to the front", async || {
        Ok((desk.session().focused_window()? == title).then_some(()))
    })
    .await?;
    // It still has what was typed, and sells.
    let typed = desk.till()?.element(Window::Main, "amount").await?.prop("value").await.during("read the amount")?;
    expect_eq("the amount in the first till", typed.as_deref(), Some("25.00"))?;
    Row::ApprovedAtOnce.run(desk).await.map(drop)
}

/// What was sold yesterday is in the history today.
pub(crate) async fn restart_keeps_the_history(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let approved = Row::ApprovedAtOnce.run(desk).await?;
    Row::ChallengeFailed.run(desk).await?;
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-history").await?;
    till.element(Window::Main, "sale-2").await?;
    till.press(Window::Main, "sale-1").await?;
    till.reads(Window::Main, "sale-detail", "the sale's receipt should be there", |text| {
        text.contains("25.00") && text.contains(&approved.payment_intent)
    })
    .await?;
    desk.picture("history-after-a-restart").await?;
    // Numbers go on where they were.
    desk.till()?.press(Window::Main, "screen-sale").await?;
    Row::ApprovedAtOnce.run(desk).await?;
    desk.till()?.press(Window::Main, "screen-history").await?;
    desk.till()?.element(Window::Main, "sale-3").await.map(drop)
}
