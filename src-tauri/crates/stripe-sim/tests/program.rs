//! The program itself: its command line, its log, its state file, its stop.

#![cfg(unix)]

mod common;
use common::{PK, SK, charge_form, check_bytes};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use stripe_sim::{ApiRequest, cards};

const PATIENCE: Duration = Duration::from_secs(20);

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stripe-sim"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("stripe-sim-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running program.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program().args(["--port", "0"]).args(arguments).spawn().expect("the program starts");
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let address = first.trim_end().strip_prefix("http://").unwrap_or_else(|| panic!("no address: {first:?}"));
        Self { address: address.to_owned(), child }
    }

    /// The status and the body of one request.
    fn ask(&self, request: &ApiRequest) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let mut head =
            format!("{} {}{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n", request.method, request.path);
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&request.body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        check_bytes(head.as_bytes(), &answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn charge(&self, key: &str) -> Value {
        let request = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa"));
        let (status, body) = self.ask(&request.key(SK).idempotency_key(key));
        assert_eq!(status, 200, "{body}");
        body
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Stops it as Ctrl-C does and gives its exit code and its log.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "the program does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_explains_itself_and_refuses_what_it_does_not_know() {
    let help = run(&["--help"]);
    assert!(help.status.success());
    for option in ["--port", "--control", "--seed", "--state", "--host", "--help", "--version"] {
        assert!(text(&help.stdout).contains(option), "{option}");
    }
    let version = run(&["--version"]);
    assert_eq!(text(&version.stdout), format!("stripe-sim {}\n", env!("CARGO_PKG_VERSION")));
    let wrong = run(&["--prot", "1"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(text(&wrong.stderr), "Invalid option '--prot'. Try --help.\n");
    assert_eq!(text(&wrong.stdout), "", "nothing that could be taken for an address");
}

#[test]
fn a_taken_port_is_named() {
    let running = Running::start(&[]);
    let port = running.address.rsplit(':').next().unwrap();
    let second = run(&["--port", port]);
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    assert!(said.contains(&format!("port {port} cannot be opened")) && said.contains("--port 0"), "{said}");
}

#[test]
fn it_listens_on_loopback_and_warns_when_told_to_listen_elsewhere() {
    let running = Running::start(&[]);
    assert!(running.address.starts_with("127.0.0.1:"));
    let (code, log) = running.stop("INT");
    assert_eq!(code, Some(0));
    assert!(!log.contains("warn"), "{log}");
    let open = Running::start(&["--host", "0.0.0.0", "--control"]);
    let (_, log) = open.stop("INT");
    assert!(log.contains("warn: listening on 0.0.0.0: every machine"), "{log}");
    assert!(log.contains("move its clock"), "{log}");
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_secret_in_it() {
    let running = Running::start(&["--control"]);
    let paid = running.charge("order-77");
    let secret = paid["client_secret"].as_str().unwrap().to_owned();
    let id = paid["id"].as_str().unwrap();
    let mut declined = charge_form("pm_card_visa_chargeDeclinedInsufficientFunds");
    declined.push(("description", "for Ada Lovelace"));
    assert_eq!(running.ask(&ApiRequest::post("/v1/payment_intents", &declined).key(SK)).0, 402);
    for card in cards::all().iter().take(12) {
        let form = [
            ("type", "card"),
            ("card[number]", card.number),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2034"),
            ("card[cvc]", "9173"),
            ("key", PK),
        ];
        running.ask(&ApiRequest::post("/v1/payment_methods", &form));
        // Whoever puts a secret where no secret belongs must not find it in the log either.
        running.ask(&ApiRequest::get(&format!("/v1/payment_methods/{}", card.number)).key(SK));
    }
    running.ask(&ApiRequest::get(&format!("/v1/payment_intents/{id}?client_secret={secret}&key={PK}")));
    running.ask(&ApiRequest::get(&format!("/v1/payment_intents/{secret}")).key(SK));
    running.ask(&ApiRequest::get(&format!("/{SK}/{PK}")));
    let (code, log) = running.stop("TERM");
    assert_eq!(code, Some(0));
    let line = log.lines().find(|line| line.contains(" POST /v1/payment_intents 200 req_")).expect(&log);
    let time = line.split(' ').next().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z') && time.contains('T'), "{line}");
    assert!(line.ends_with(" ms"), "{line}");
    assert!(log.contains(" POST /v1/payment_intents 402 card_declined insufficient_funds req_"), "{log}");
    assert!(log.contains(&format!(" GET /v1/payment_intents/{id} 200 req_")), "{log}");
    let secret_part = secret.rsplit("_secret_").next().unwrap();
    for hidden in [SK, PK, "shop1", secret_part, "9173", "2034", "Ada Lovelace", "order-77"] {
        assert!(!log.contains(hidden), "{hidden} is in the log");
    }
    for card in cards::all() {
        assert!(!log.contains(card.number), "{} is in the log", card.number);
    }
}

#[test]
fn the_state_outlives_a_stop_and_its_file_is_for_its_owner_only() {
    let folder = Folder::new("stop");
    let file = folder.file("sim.state");
    let first = Running::start(&["--state", &file, "--seed", "5", "--control"]);
    let paid = first.charge("order-1");
    let clock = ApiRequest { body: br#"{"advance_s": 3600}"#.to_vec(), ..ApiRequest::post("/_sim/clock", &[]) };
    let (_, moved) = first.ask(&clock);
    let (code, log) = first.stop("INT");
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("state    new, seed 5") && log.contains("The state is saved."), "{log}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let second = Running::start(&["--state", &file, "--control"]);
    assert_eq!(second.charge("order-1")["id"], paid["id"], "the key is still known");
    let (_, ledger) = second.ask(&ApiRequest::get("/_sim/ledger"));
    assert_eq!(ledger["accounts"][0]["charges"].as_array().unwrap().len(), 1);
    assert!(ledger["now_ms"].as_u64() >= moved["now_ms"].as_u64(), "the clock is where it was");
    let (_, log) = second.stop("TERM");
    assert!(log.contains("goes on: 1 payments"), "{log}");
}

#[test]
fn the_state_outlives_a_kill_a_moment_after_a_payment() {
    let folder = Folder::new("kill");
    let file = folder.file("sim.state");
    let first = Running::start(&["--state", &file]);
    let before = fs::read(&file).unwrap();
    let paid = first.charge("order-1");
    let begun = Instant::now();
    while fs::read(&file).unwrap() == before {
        assert!(begun.elapsed() < PATIENCE, "the state is not saved");
        std::thread::sleep(Duration::from_millis(20));
    }
    first.signal("KILL");
    drop(first);
    let second = Running::start(&["--state", &file]);
    assert_eq!(second.charge("order-1")["id"], paid["id"]);
}

#[test]
fn a_damaged_state_is_refused_and_left_as_it_is() {
    let folder = Folder::new("damaged");
    let file = folder.file("sim.state");
    let first = Running::start(&["--state", &file]);
    first.charge("order-1");
    first.stop("INT");
    let whole = fs::read(&file).unwrap();
    for damaged in [whole[..whole.len() / 2].to_vec(), b"{}".to_vec(), Vec::new(), vec![0xff; 300]] {
        fs::write(&file, &damaged).unwrap();
        let refused = run(&["--port", "0", "--state", &file]);
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        assert!(said.contains("cannot be loaded") && said.contains("It was left as it is."), "{said}");
        assert_eq!(text(&refused.stdout), "");
        assert_eq!(fs::read(&file).unwrap(), damaged, "not a byte of it is touched");
    }
    fs::write(&file, &whole).unwrap();
    assert!(Running::start(&["--state", &file]).stop("INT").1.contains("goes on: 1 payments"));
}

#[test]
fn a_state_has_one_simulator_at_a_time_and_needs_a_folder() {
    let folder = Folder::new("lock");
    let file = folder.file("sim.state");
    let first = Running::start(&["--state", &file]);
    let second = run(&["--port", "0", "--state", &file]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("Another stripe-sim is using"), "{}", text(&second.stderr));
    drop(first);
    drop(Running::start(&["--state", &file]));
    let nowhere = folder.file("missing/sim.state");
    let refused = run(&["--port", "0", "--state", &nowhere]);
    assert!(text(&refused.stderr).contains("cannot be used for the state"), "{}", text(&refused.stderr));
    assert!(!Path::new(&nowhere).exists());
}

#[test]
fn a_log_that_nobody_reads_holds_up_no_answer() {
    let running = Running::start(&[]);
    let mut stream = TcpStream::connect(&running.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    // Far more than a pipe holds: the error output of the program is not read before the end.
    let path = format!("/v1/charges/ch_{}", "x".repeat(60));
    for _ in 0..1_500 {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SK}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            answers.read_line(&mut line).expect("an answer comes");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        answers.read_exact(&mut vec![0; length]).unwrap();
    }
}
