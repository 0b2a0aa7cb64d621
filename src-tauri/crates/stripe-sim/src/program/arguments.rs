//! The command line, and the sentences that it is refused with.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use stripe_sim::SimOptions;

use super::switches::{self, SWITCHES};

/// The port when none is named: the one that stripe-mock made customary.
const DEFAULT_PORT: u16 = 12_111;

const HELP: &str = "\
A simulated Stripe for card payments: the HTTP API, the test cards, and a stand-in for Stripe.js.

Usage: stripe-sim [options]

  --port N       The port to listen on (12111). 0 picks a free one.
  --host ADDR    The address to listen on (127.0.0.1). Any other than a loopback address lets other machines in.
  --control      Answer the control routes under /_sim/: ledger, clock, faults and more.
  --seed N       The seed of all ids and chances, for a run that can be repeated. Without it each start has its own.
  --state FILE   Go on from this file, and keep it up to date. It is made when it does not exist.
  --switch N=V   Set a switch; see below. May be given several times.
  --quiet        Log no requests.
  -h, --help     Print this.
  -V, --version  Print the version.

The address is printed as the first line of the output, the log on the error output. Any test key works: sk_test_X,
rk_test_X and pk_test_X are the keys of one account, for any X of three or more letters, digits or _. Live keys are
refused. Ctrl-C stops it, and saves the state. A page for looking in is at the address itself.

Switches, with what they are when nothing is said:

";

/// What `--help` prints.
pub(crate) fn help() -> String {
    let mut help = HELP.to_owned();
    for (name, value, does) in SWITCHES {
        let _ = writeln!(help, "  {:<32} {does}", format!("{name}={value}"));
    }
    help
}

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Wish {
    Help,
    Version,
    Serve(Box<Arguments>),
}

/// How to serve.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    /// Its seed counts only where `seed` is given.
    pub(crate) options: SimOptions,
    pub(crate) seed: Option<u64>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) quiet: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: DEFAULT_PORT,
            options: SimOptions::default(),
            seed: None,
            state: None,
            quiet: false,
        }
    }
}

/// Reads the command line.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn read(mut parser: lexopt::Parser) -> Result<Wish, String> {
    use lexopt::prelude::{Long, Short, Value};
    let mut read = Arguments::default();
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Short('h') | Long("help") => return Ok(Wish::Help),
            Short('V') | Long("version") => return Ok(Wish::Version),
            Long("control") => read.options.control = true,
            Long("switch") => switches::set(&mut read.options, &text(&mut parser)?)?,
            Long("quiet") => read.quiet = true,
            Long("port") => {
                read.port = number(&mut parser, "--port needs a number from 0 to 65535")?;
            }
            Long("seed") => {
                read.seed = Some(number(&mut parser, "--seed needs a whole number from 0 to 18446744073709551615")?);
            }
            Long("host") => {
                let text = text(&mut parser)?;
                read.host = match text.as_str() {
                    "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
                    other => other.parse().map_err(|_| {
                        format!("--host needs an IP address, as in 127.0.0.1 or 0.0.0.0; '{other}' is none.")
                    })?,
                };
            }
            Long("state") => {
                let path = parser.value().map_err(sentence)?;
                if path.is_empty() {
                    return Err("--state needs the name of a file.".to_owned());
                }
                read.state = Some(PathBuf::from(path));
            }
            Value(value) => {
                return Err(format!("'{}' is no option. Try --help.", value.to_string_lossy()));
            }
            Short(_) | Long(_) => return Err(sentence(argument.unexpected())),
        }
    }
    Ok(Wish::Serve(Box::new(read)))
}

fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    parser.value().map_err(sentence)?.into_string().map_err(|_| "An argument is not valid text.".to_owned())
}

fn number<T: std::str::FromStr>(parser: &mut lexopt::Parser, what: &str) -> Result<T, String> {
    let text = text(parser).map_err(|_| format!("{what}."))?;
    text.parse().map_err(|_| format!("{what}; '{text}' is none."))
}

fn sentence(error: lexopt::Error) -> String {
    let text = error.to_string();
    let mut signs = text.chars();
    let upper: String = signs.next().into_iter().flat_map(char::to_uppercase).chain(signs).collect();
    format!("{upper}. Try --help.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Wish, String> {
        read(lexopt::Parser::from_args(line.split_whitespace()))
    }

    fn served(line: &str) -> Arguments {
        match of(line) {
            Ok(Wish::Serve(arguments)) => *arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_options_are_read() {
        let all = served(
            "--port 0 --control --seed=18446744073709551615 --state a/b.state --host ::1 --quiet --switch moto=on",
        );
        assert_eq!((all.port, all.host), (0, "::1".parse().unwrap()));
        assert!(all.options.control && all.options.account.moto && all.quiet);
        assert_eq!((all.seed, all.state), (Some(u64::MAX), Some("a/b.state".into())));
        let none = served("");
        assert_eq!((none.port, none.host, none.seed), (12_111, "127.0.0.1".parse().unwrap(), None));
        assert!(!none.options.control && !none.quiet && none.state.is_none());
        assert!(matches!(of("--control --help"), Ok(Wish::Help)));
        assert!(matches!(of("-V"), Ok(Wish::Version)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, part) in [
            ("--port", "--port needs a number"),
            ("--port 65536", "from 0 to 65535; '65536' is none"),
            ("--seed -1", "--seed needs a whole number"),
            ("--host example.com", "'example.com' is none"),
            ("--state", "Missing argument for option '--state'"),
            ("--state=", "--state needs the name of a file"),
            ("--live", "Invalid option '--live'. Try --help."),
            ("-x", "Invalid option '-x'"),
            ("12111", "'12111' is no option"),
            ("--switch moto", "NAME=VALUE"),
            ("--control=yes", "Unexpected argument for option '--control'"),
        ] {
            let said = of(line).unwrap_err();
            assert!(said.contains(part), "{line}: {said}");
            assert!(said.ends_with('.'), "{said}");
        }
    }
}
