//! The door under bad manners: rubbish, halves, too much, too slowly, too many. It answers or closes, and goes on serving.

mod common;
use common::*;
use std::net::SocketAddr;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stripe_sim::{DoorLimits, Sim, SimOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(20);

async fn open(limits: DoorLimits) -> SocketAddr {
    let sim = Sim::new(SimOptions { door: limits, ..options() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { sim.serve(listener, std::future::pending()).await });
    address
}

/// Sends bytes, and reads until the door closes.
async fn exchange(address: SocketAddr, bytes: &[u8], half_close: bool) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The door may close before everything is sent; what it said until then counts.
    let _ = stream.write_all(bytes).await;
    if half_close {
        let _ = stream.shutdown().await;
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the door neither answered nor closed");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    check_bytes(bytes, &answer);
    answer
}

fn head(length: usize) -> String {
    format!(
        "POST /v1/payment_intents HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SK}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    )
}

async fn still_serves(address: SocketAddr) {
    let asked =
        format!("GET /v1/balance HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SK}\r\nconnection: close\r\n\r\n");
    let answer = exchange(address, asked.as_bytes(), false).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_refusal_is_heard() {
    let address = open(DoorLimits::default()).await;
    for size in [1024 * 1024 + 1, 8 * 1024 * 1024] {
        let mut bytes = head(size).into_bytes();
        bytes.resize(bytes.len() + size, b'a');
        let answer = exchange(address, &bytes, false).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(
            answer.contains(r#""message":"The request is too large: at most 1048576 bytes are taken.""#),
            "{answer}"
        );
    }
    let mut bytes = head(1024 * 1024).into_bytes();
    bytes.resize(bytes.len() + 1024 * 1024, b'a');
    let answer = exchange(address, &bytes, false).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "what fits is read: {answer}");
    // In pieces of no stated length, and without end.
    let mut endless = head(0).replace("content-length: 0", "transfer-encoding: chunked").into_bytes();
    let chunk = [b"10000\r\n".as_slice(), &[b'a'; 0x10000], b"\r\n"].concat();
    for _ in 0..40 {
        endless.extend_from_slice(&chunk);
    }
    endless.extend_from_slice(b"0\r\n\r\n");
    assert!(exchange(address, &endless, false).await.starts_with("HTTP/1.1 413"));
    still_serves(address).await;
}

#[tokio::test]
async fn slow_requests_are_ended_in_time() {
    let limits = DoorLimits { head_ms: 300, body_ms: 300, ..DoorLimits::default() };
    let address = open(limits).await;
    let begun = Instant::now();
    let answer = exchange(address, head(50).as_bytes(), false).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("took longer than 300 ms"), "{answer}");
    for dawdling in ["", "POST /v1/pay", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let answer = exchange(address, dawdling.as_bytes(), false).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    // A drop now and then does not keep a body alive.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head(5_000).as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    });
    let mut answer = Vec::new();
    let _ = reader.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    dripping.abort();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    still_serves(address).await;
}

#[tokio::test]
async fn a_request_that_ends_in_the_middle_changes_nothing() {
    let sim = sim();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = sim.clone();
    tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
    let body = "amount=2500&currency=usd&payment_method=pm_card_visa&confirm=true&payment_method_types[]=card";
    let whole = format!("{}{body}", head(body.len() + 1));
    for length in [1, 20, whole.len() - body.len(), whole.len() - 10, whole.len()] {
        let answer = exchange(address, &whole.as_bytes()[..length], true).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{length}: {answer}");
    }
    assert_eq!(sim.ledger().payment_intents().count(), 0, "half a request makes no payment");
    let answer = exchange(address, format!("{}{body}", head(body.len())).as_bytes(), true).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(sim.ledger().payment_intents().count(), 1);
}

#[tokio::test]
async fn no_more_connections_are_served_than_there_is_room_for_and_the_others_wait() {
    let address = open(DoorLimits { max_connections: 2, ..DoorLimits::default() }).await;
    let idle = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
    let waiting = tokio::spawn(async move { still_serves(address).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!waiting.is_finished(), "there is no room yet");
    drop(idle);
    tokio::time::timeout(PATIENCE, waiting).await.expect("room came").unwrap();
}

#[test]
fn rubbish_on_the_socket_never_makes_it_panic() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // A connection's task swallows its panic; only the hook sees it.
        if info.location().is_some_and(|at| !at.file().contains("tests/")) {
            PANICS.fetch_add(1, Ordering::SeqCst);
        }
        before(info);
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let address = runtime.block_on(open(DoorLimits { head_ms: 2_000, body_ms: 2_000, ..DoorLimits::default() }));
    let line = prop_oneof![
        Just("GET / HTTP/1.1".to_owned()),
        Just("POST /v1/payment_intents HTTP/1.1".to_owned()),
        Just("POST /v1/payment_intents/%FF%00/confirm?expand[]=a HTTP/1.0".to_owned()),
        Just("OPTIONS * HTTP/1.1".to_owned()),
        Just("GET http://elsewhere.example/v1/balance HTTP/1.1".to_owned()),
        Just("CONNECT shop.example:443 HTTP/1.1".to_owned()),
        Just("PRI * HTTP/2.0".to_owned()),
        "[ -~]{0,80}",
    ];
    let header = prop_oneof![
        Just(format!("authorization: Bearer {SK}")),
        Just("authorization: Basic !!!".to_owned()),
        Just("content-length: 5".to_owned()),
        Just("content-length: 99999999999999999999".to_owned()),
        Just("content-length: -1".to_owned()),
        Just("transfer-encoding: chunked".to_owned()),
        Just("expect: 100-continue".to_owned()),
        Just("upgrade: websocket".to_owned()),
        "[ -~]{0,60}",
        "[a-z-]{1,20}: [ -~]{0,400}",
    ];
    let body = prop::collection::vec(any::<u8>(), 0..120);
    let request = (line, prop::collection::vec(header, 0..6), body).prop_map(|(line, headers, body)| {
        [format!("{line}\r\n{}\r\n\r\n", headers.join("\r\n")).into_bytes(), body].concat()
    });
    let bytes = prop_oneof![3 => request, 1 => prop::collection::vec(any::<u8>(), 0..600)];
    let mut runner = TestRunner::new(Config { cases: 400, max_shrink_iters: 50, ..Config::default() });
    runner
        .run(&bytes, |bytes| {
            runtime.block_on(exchange(address, &bytes, true));
            prop_assert_eq!(PANICS.load(Ordering::SeqCst), 0);
            Ok(())
        })
        .unwrap();
    runtime.block_on(still_serves(address));
}
