//! Books of many sales in the real windows: found as it is typed, read to the very first one, and made again after damage.
//!
//! `COUNTERSIGN_SALES` says how many: 6,000 where nothing is said, because everybody's run waits for their books. Where it is said,
//! the books are made before the application is opened, by the program that `COUNTERSIGN_BENCH` names.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::places;
use rusqlite::Connection;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use thirtyfour::prelude::*;

use crate::dutch::speak_dutch;

/// Many books take longer to make than a window to open.
const MADE_WITHIN: Duration = Duration::from_secs(1_200);

/// A page's rows, from the top: number and amount.
const ROWS: &str = "return [...document.querySelectorAll('[data-testid=found] [data-row]')]\
                    .map((row) => [row.dataset.testid, row.querySelector('.amount').textContent.trim()])";

/// A Dutch shop types what the customer says, and reads on to its first sale.
pub(crate) async fn found_among_many(desk: &mut Desk) -> Outcome {
    let path = write_many(desk)?;
    let (of_that_amount, first) = by_the_rows(&path)?;
    speak_dutch(desk, "GBP")?;
    desk.open_till(&[]).await?;
    whole(desk.till()?).await?;
    let till = desk.till()?;
    let search = till.element(Window::Main, "search").await?;
    let began = Instant::now();
    search.send_keys("12,50").await.during("type an amount")?;
    all_of_12_50(till, of_that_amount).await?;
    println!("        `12,50` typed, found and drawn in {} ms", began.elapsed().as_millis());
    desk.picture("an-amount").await?;
    desk.session().press_key("ctrl+a")?;
    desk.session().press_key("Delete")?;
    desk.session().press_key("alt+o")?;
    let rows =
        self::rows(desk.till()?, "the first sale at the top", |rows| rows.iter().any(|(number, _)| number == "sale-1"))
            .await?;
    let (_, amount) = rows.iter().find(|(number, _)| number == "sale-1").cloned().unwrap_or_default();
    expect_eq("the first sale", amount, first)?;
    desk.picture("the-first-sale").await?;
    a_year(desk, paid_in_2026(&path)?).await
}

/// The chart of 2026; its count is that of the payments in the rows.
async fn a_year(desk: &mut Desk, paid: i64) -> Outcome {
    desk.session().press_key("alt+5")?;
    let began = Instant::now();
    let till = desk.till()?;
    type_day(&till.element(Window::Main, "totals-from").await?, "01-01-2026").await?;
    type_day(&till.element(Window::Main, "totals-to").await?, "31-12-2026").await?;
    till.press(Window::Main, "totals-show").await?;
    let is_it = |text: &str| {
        let figures: String = text.chars().filter(char::is_ascii_digit).collect();
        figures == paid.to_string()
    };
    till.reads(Window::Main, "payments", &format!("{paid} payments of 2026"), is_it).await?;
    println!("        a year added up and drawn in {} ms", began.elapsed().as_millis());
    let bars = "return document.querySelectorAll('[data-testid=totals-bar]').length";
    let bars = till.script(Window::Main, bars, Vec::new()).await?;
    expect(bars.as_u64().is_some_and(|bars| (300..=366).contains(&bars)), || {
        format!("{bars} bars for a year of days")
    })?;
    desk.picture("a-year").await
}

/// Books that were damaged behind the till's back are made again, which the list says, while the till sells.
pub(crate) async fn made_again_after_damage(desk: &mut Desk) -> Outcome {
    let path = write_many(desk)?;
    let (of_that_amount, _) = by_the_rows(&path)?;
    speak_dutch(desk, "GBP")?;
    desk.open_till(&[]).await?;
    whole(desk.till()?).await?;
    desk.close_till().await?;
    let bent = Connection::open(&path).during("open the journal")?;
    bent.execute_batch("DROP TABLE movements").during("damage the books")?;
    bent.close().map_err(|(_still_open, error)| error).during("close the journal")?;
    desk.open_till(&[]).await?;
    desk.till()?.press(Window::Main, "screen-history").await?;
    let said = |text: &str| text.contains("beschadigd") && text.contains("Er is geen verkoop kwijt");
    desk.till()?.reads(Window::Main, "books-progress", "the list should say that it was damaged", said).await?;
    desk.picture("made-again").await?;
    whole(desk.till()?).await?;
    let till = desk.till()?;
    till.element(Window::Main, "search").await?.send_keys("12,50").await.during("type an amount")?;
    all_of_12_50(till, of_that_amount).await
}

async fn type_day(field: &WebElement, day: &str) -> Outcome {
    field.send_keys(Key::Control + "a").await.during("mark the date")?;
    field.send_keys(day).await.during("type a date")
}

/// All of that amount, as far as a page has room, and of others none but those of which as much was given back.
async fn all_of_12_50(till: &OpenTill, of_that_amount: usize) -> Outcome {
    let of_it = |rows: &[(String, String)]| rows.iter().filter(|(_, amount)| amount == "£ 12,50").count();
    let most = of_that_amount.min(40);
    let rows = rows(till, "sales of 12,50", |rows| of_it(rows) >= most && of_it(rows) * 10 >= rows.len() * 7).await?;
    expect(of_it(&rows) <= of_that_amount, || format!("{rows:?}, and there are {of_that_amount}"))
}

/// How many sales there are to be, where somebody says so.
pub(crate) fn other_number() -> Option<String> {
    std::env::var("COUNTERSIGN_SALES").ok()
}

/// Writes the sales of a busy shop where training's will be looked for.
fn write_many(desk: &Desk) -> Outcome<PathBuf> {
    let sales = other_number().unwrap_or_else(|| "6000".to_owned());
    let path = desk.data().join("training.sqlite");
    fs::create_dir_all(desk.data()).during("make the data folder")?;
    let mut write = Command::new(places::bench());
    write.args(["write", "--sales", &sales, "--of", "training", "--to"]).arg(&path);
    if other_number().is_some() {
        // Whoever asks for a million does not look on while an application with debug assertions makes their books.
        write.arg("--filed");
    }
    let written = write.output().during("write many sales")?;
    let told = || Failure::new(format!("no sales were written: {}", String::from_utf8_lossy(&written.stderr)));
    if written.status.success() { Ok(path) } else { Err(told()) }
}

/// How many sales are of 12,50, and what the first one is of: as the rows that opened them say.
fn by_the_rows(path: &PathBuf) -> Outcome<(usize, String)> {
    let rows = Connection::open(path).during("open the journal")?;
    let count =
        "SELECT count(*) FROM entries WHERE opens IS NOT NULL AND json_extract(body, '$.money.amount_minor') = 1250";
    let count: i64 = rows.query_row(count, [], |row| row.get(0)).during("count sales")?;
    let first = "SELECT json_extract(body, '$.money.amount_minor') FROM entries WHERE opens = 1";
    let first: i64 = rows.query_row(first, [], |row| row.get(0)).during("read the first sale")?;
    expect(count > 0, || "no sale is of 12,50".to_owned())?;
    let pounds = format!("£ {},{:02}", first / 100, first % 100);
    Ok((usize::try_from(count).during("count sales")?, pounds))
}

/// Payments that the rows show for the first time in 2026, by the days of this computer.
fn paid_in_2026(path: &PathBuf) -> Outcome<i64> {
    let rows = Connection::open(path).during("open the journal")?;
    let count = "SELECT count(*) FROM (SELECT min(at_ms) AS seen_ms FROM entries
                                       WHERE event IN ('answered', 'looked') AND body LIKE '%\"status\":\"succeeded\"%'
                                       GROUP BY subject)
                 WHERE seen_ms >= 1000 * strftime('%s', '2026-01-01', 'utc')
                   AND seen_ms < 1000 * strftime('%s', '2027-01-01', 'utc')";
    rows.query_row(count, [], |row| row.get(0)).during("count payments")
}

/// Waits until the list is whole, in the history.
async fn whole(till: &OpenTill) -> Outcome {
    till.press(Window::Main, "screen-history").await?;
    till.element(Window::Main, "search").await?;
    let began = Instant::now();
    until(MADE_WITHIN, "the list should be put together", async || {
        Ok((!till.shows(Window::Main, "books-progress").await?).then_some(()))
    })
    .await?;
    println!("        the list was whole after {} ms", began.elapsed().as_millis());
    Ok(())
}

async fn rows(
    till: &OpenTill,
    what: &str,
    please: impl Fn(&[(String, String)]) -> bool,
) -> Outcome<Vec<(String, String)>> {
    until(PATIENCE, what, async || {
        let told = till.script(Window::Main, ROWS, Vec::new()).await?;
        let rows: Vec<(String, String)> = serde_json::from_value(told).during("read the list")?;
        let rows: Vec<_> = rows.into_iter().map(|(number, amount)| (number, amount.replace('\u{a0}', " "))).collect();
        Ok(please(&rows).then_some(rows))
    })
    .await
}
