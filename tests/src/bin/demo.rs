//! `cargo xtask demo`: five payments in real windows, a table of what happened, and a picture of each step.
#![allow(clippy::print_stdout, reason = "a command line program talks through its standard output")]

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Outcome};
use countersign_tests::interrupt::until_interrupted;
use countersign_tests::places;
use countersign_tests::rows::{ROWS, Report};
use std::fs;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    until_interrupted(show()).await
}

async fn show() -> ExitCode {
    match demonstrate().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\nThis is not as it must be. {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn demonstrate() -> Outcome {
    let pictures = places::reports("demo");
    if pictures.exists() {
        fs::remove_dir_all(&pictures).during("clear the old pictures")?;
    }
    println!("Opening the till in training mode, in a private session without a screen.");
    let mut desk = Desk::open(pictures.clone()).await?;
    desk.picture("the-till-is-open").await?;
    let mut reports: Vec<Report> = vec![];
    let mut outcome = Ok(());
    for (index, row) in ROWS.into_iter().enumerate() {
        println!("[{}/{}] {}", index + 1, ROWS.len(), row.name().replace('-', " "));
        match row.run(&mut desk).await {
            Ok(report) => reports.push(report),
            Err(failure) => {
                println!("{}", desk.autopsy(&pictures, "failed").await);
                outcome = Err(failure);
                break;
            }
        }
    }
    desk.close_till().await?;
    print_table(&reports);
    println!("\nPictures of each step are in {}.", pictures.display());
    if outcome.is_ok() {
        println!("All {} payments ended as they must: each paid once, or not at all.", reports.len());
    }
    outcome
}

/// The columns and how many characters each may take in a line.
const COLUMNS: [(&str, usize); 5] =
    [("card", 19), ("what the bank did", 26), ("what the till says", 30), ("PaymentIntent", 30), ("HTTP calls", 20)];

fn print_table(reports: &[Report]) {
    println!();
    print_cells(&COLUMNS.map(|(name, _width)| vec![name.to_owned()]));
    for report in reports {
        println!("{}", "-".repeat(COLUMNS.iter().map(|(_name, width)| width + 2).sum()));
        let texts = [&report.card, &report.bank, &report.till, &report.payment_intent];
        let mut cells: Vec<Vec<String>> =
            texts.into_iter().zip(COLUMNS).map(|(text, (_name, width))| wrapped(text, width)).collect();
        cells.push(report.calls.clone());
        print_cells(&cells);
    }
}

/// Prints cells of several lines beside each other.
fn print_cells(cells: &[Vec<String>]) {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let row: Vec<String> = cells
            .iter()
            .zip(COLUMNS)
            .map(|(cell, (_name, width))| format!("{:<width$}", cell.get(line).map_or("", String::as_str)))
            .collect();
        println!("{}", row.join("  ").trim_end());
    }
}

/// Breaks a text between words, so that no line is longer than `width` unless a word is.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
