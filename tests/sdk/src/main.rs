//! `checked-sim`: takes the arguments of `stripe-sim`, runs it, and stands in front of it.
//!
//! Requests and answers pass through to the byte, connections that a fault cuts are cut here too. Only an answer that is
//! not as Stripe's schema says does not pass: whoever asked gets status 418 with the deviations instead, which no SDK
//! takes for anything that Stripe says, and the test fails at the call that showed it. So it is with the answer to a request
//! of the till's (known by its `User-Agent`) that is not as the schema says.
//!
//! `GET /_schema/seen` tells which operations of the schema were answered with 200, so that a suite can hold that it
//! called them all.
//!
//! `stripe-sim` is looked for beside this program, and ends with it.

mod connection;
mod message;
mod seen;

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::thread;

use seen::Seen;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the address is this program's answer")]
fn run() -> Result<(), String> {
    let (port, arguments) = without_port(std::env::args().skip(1))?;
    let (mut simulator, upstream) = start(&arguments)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| format!("Port {port} cannot be opened: {error}."))?;
    println!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    // Nothing works any more when the simulator is gone.
    thread::spawn(move || {
        let ended = simulator.wait();
        eprintln!("stripe-sim ended: {ended:?}");
        std::process::exit(1);
    });
    let seen = Arc::new(Seen::default());
    for client in listener.incoming() {
        let client = client.map_err(|error| format!("No more connections: {error}"))?;
        let seen = Arc::clone(&seen);
        thread::spawn(move || {
            if let Err(error) = connection::serve(&client, upstream, &seen) {
                eprintln!("connection closed: {error}");
            }
        });
    }
    Ok(())
}

/// The port to open here, and the arguments for the simulator without it.
fn without_port(arguments: impl Iterator<Item = String>) -> Result<(u16, Vec<String>), String> {
    let (mut port, mut rest) = (0, Vec::new());
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        if argument == "--port" {
            let value = arguments.next().unwrap_or_default();
            port = value.parse().map_err(|_| "--port needs a number from 0 to 65535.".to_owned())?;
        } else {
            rest.push(argument);
        }
    }
    Ok((port, rest))
}

/// Starts the simulator on a port of its own and reads its address.
fn start(arguments: &[String]) -> Result<(Child, SocketAddr), String> {
    let beside = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = beside.with_file_name(format!("stripe-sim{}", std::env::consts::EXE_SUFFIX));
    // Where the kernel can do it, the simulator ends with this program, however that ends.
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    let mut child = command
        .args(["--port", "0"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{} cannot be started: {error}.", program.display()))?;
    let mut said = BufReader::new(child.stdout.take().ok_or("stripe-sim says nothing.")?);
    let mut line = String::new();
    let address = loop {
        line.clear();
        if said.read_line(&mut line).map_err(|error| error.to_string())? == 0 {
            return Err("stripe-sim ended without naming its address.".to_owned());
        }
        if let Some(address) = address_in(&line) {
            break address;
        }
    };
    // Whatever it says later must not block it.
    thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    Ok((child, address))
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split("http://").nth(1)?;
    let end = rest.find(|sign: char| !sign.is_ascii_digit() && sign != '.' && sign != ':').unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_wherever_it_stands_in_the_line() {
        let wanted = Some("127.0.0.1:4100".parse().expect("an address"));
        assert_eq!(address_in("http://127.0.0.1:4100\n"), wanted);
        assert_eq!(address_in("Listening on http://127.0.0.1:4100/ (test keys only)"), wanted);
        assert_eq!(address_in("Starting"), None);
    }

    #[test]
    fn only_the_port_is_kept_back() {
        let given = ["--control", "--port", "7", "--seed", "5"].map(str::to_owned);
        let (port, rest) = without_port(given.into_iter()).expect("readable");
        assert_eq!((port, rest), (7, vec!["--control".to_owned(), "--seed".to_owned(), "5".to_owned()]));
        assert!(without_port(["--port".to_owned()].into_iter()).is_err());
    }
}
