//! `bench books [--sales N] [--data FOLDER]`: how the till and its books answer at so many sales, a million if nothing is
//! said, beside a thousand. Prints a table and writes `books.json` beside this program's folder, in `bench`.
//!
//! The journal is copied from some hundreds of sales that the real till made against the simulator, and is kept in the folder for
//! the next run. Everything else is the product's own: its journal, filing, books and till.
//!
//! `write --sales N --of MODE --to FILE` writes such a journal, and nothing else: for a test that opens the till on it. With
//! `--filed` its books, too.
//!
//! Percentiles are of one run. What else the machine does is in them.

#![allow(clippy::print_stdout, reason = "a program that prints what it measured")]

mod answers;
mod busy;
mod counter;
mod drawn;
mod filing;
mod filled;
mod machine;
mod meanwhile;
mod questions;
mod report;
mod starting;
mod stencil;
mod templates;
mod timed;
mod watched;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use filled::Res;
use report::Report;

/// What a million is held against.
const FEW: u32 = 1_000;

struct Wanted {
    sales: u32,
    data: PathBuf,
    /// Where the figures go.
    out: PathBuf,
}

fn wanted() -> Res<Wanted> {
    let program = std::env::current_exe()?;
    let beside = program.ancestors().nth(2).unwrap_or(Path::new(".")).join("bench");
    let mut wanted = Wanted { sales: 1_000_000, data: beside.clone(), out: beside.join("books.json") };
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some("books") {
        return Err("there are `books` and `write`".into());
    }
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        match name.as_str() {
            "--sales" => wanted.sales = value.parse().map_err(|_| format!("--sales: {value} is not a number"))?,
            "--data" => wanted.data = value.into(),
            _ => return Err(format!("{name} is not known; there are --sales and --data").into()),
        }
    }
    if wanted.sales < FEW {
        return Err(format!("there is nothing to see below {FEW} sales").into());
    }
    Ok(wanted)
}

/// `write`: a journal of so many sales, for whoever opens the till on it; with their books, where that is asked for.
fn write(arguments: &[String]) -> Res<()> {
    let (arguments, is_filed) = match arguments.split_last() {
        Some((last, before)) if last == "--filed" => (before, true),
        _ => (arguments, false),
    };
    let [sales_is, sales, of_is, of, to_is, to] = arguments else { return Err(WRITE.into()) };
    if (sales_is.as_str(), of_is.as_str(), to_is.as_str()) != ("--sales", "--of", "--to") {
        return Err(WRITE.into());
    }
    let sales = sales.parse().map_err(|_| format!("--sales: {sales} is not a number"))?;
    filled::write(Path::new(to), of, sales, 1)?;
    if is_filed {
        filing::all(&filled::open_as(Path::new(to), of)?)?;
    }
    Ok(())
}

const WRITE: &str = "write --sales N --of MODE --to FILE [--filed]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("write", rest)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return ended(write(rest));
    }
    ended(wanted().and_then(|wanted| {
        // As the shell runs it.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(measure(&wanted))
    }))
}

fn ended(outcome: Res<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(wanted: &Wanted) -> Res<()> {
    let (many, few) = (wanted.data.join("many.sqlite"), wanted.data.join("few.sqlite"));
    for (path, sales) in [(&many, wanted.sales), (&few, FEW)] {
        filled::copy(&filled::journal(&wanted.data, sales)?, path)?;
    }
    println!("The books of {} sales are made", wanted.sales);
    let (filed, filed_few) = (filing::file(&many)?, filing::file(&few)?);
    println!("They are asked");
    let theirs = answers::ask(&few, FEW).await?;
    let ours = answers::ask(&many, wanted.sales).await?;
    println!("\n{} sales, beside {FEW} where nothing else is said\n{}", wanted.sales, report::head());
    let mut report = Report::default();
    machine::measure(&mut report, &wanted.data)?;
    answers::report(&mut report, &ours, &theirs);
    filing::report(&mut report, &filed, &filed_few);
    starting::measure(&mut report, &many, &few, &wanted.data.join("empty.sqlite")).await?;
    meanwhile::measure(&mut report, &many, wanted.sales).await?;
    for path in [&many, &few, &wanted.data.join("empty.sqlite")] {
        filled::remove(path);
    }
    report.write(&wanted.out)
}
