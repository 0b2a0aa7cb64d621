//! `stripe-sim`: the simulator as a program of its own. `stripe-sim --help` lists its options.

mod program;

use std::io::Write as _;
use std::process::ExitCode;

use program::arguments::{self, Wish};

#[tokio::main]
async fn main() -> ExitCode {
    let wish = match arguments::read(lexopt::Parser::from_env()) {
        Ok(wish) => wish,
        Err(sentence) => {
            eprintln!("{sentence}");
            // 2 is what shells and other programs give for a wrong command line.
            return ExitCode::from(2);
        }
    };
    let mut stdout = std::io::stdout();
    let done = match wish {
        Wish::Help => stdout.write_all(arguments::help().as_bytes()).map_err(|error| error.to_string()),
        Wish::Version => {
            writeln!(stdout, "stripe-sim {}", env!("CARGO_PKG_VERSION")).map_err(|error| error.to_string())
        }
        Wish::Serve(arguments) => program::serve(*arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
