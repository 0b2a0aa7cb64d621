//! Serves a simulator on a loopback port: `stripe-sim [--port N] [--control] [--seed N]`.

use std::process::ExitCode;

use stripe_sim::{Sim, SimOptions};

/// What was asked for on the command line.
struct Arguments {
    port: u16,
    options: SimOptions,
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut read = Arguments { port: 0, options: SimOptions::default() };
    while let Some(argument) = arguments.next() {
        let mut value = |name: &str| arguments.next().ok_or_else(|| format!("{name} needs a number."));
        match argument.as_str() {
            "--control" => read.options.control = true,
            "--port" => {
                read.port =
                    value("--port")?.parse().map_err(|_| "--port needs a number from 0 to 65535.".to_owned())?;
            }
            "--seed" => {
                read.options.seed = value("--seed")?.parse().map_err(|_| "--seed needs a whole number.".to_owned())?;
            }
            other => return Err(format!("Unknown argument {other}. Known: --port N, --control, --seed N.")),
        }
    }
    Ok(read)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the address is this program's answer")]
async fn run() -> Result<(), String> {
    let arguments = read_arguments(std::env::args().skip(1))?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port))
        .await
        .map_err(|error| format!("Port {} cannot be opened: {error}.", arguments.port))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("http://{address}");
    Sim::new(arguments.options).serve(listener, std::future::pending()).await.map_err(|error| error.to_string())
}
