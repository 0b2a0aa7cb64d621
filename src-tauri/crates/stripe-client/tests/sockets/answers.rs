//! Answers that are torn, slow, or no HTTP at all.

use std::time::{Duration, Instant};

use stripe_client::{Error, Fate};

use crate::server::Step::{Flood, Read, ReadOnly, Reset, Trickle, Vanish, Write};
use crate::server::{Server, Step, write};
use crate::{INTENT, LIMITS, answer, assert_same_charge, charge, client_of, paid};

/// What a server does after it has read the charge, where no whole answer comes of it.
fn broken() -> Vec<(&'static str, Vec<Step>)> {
    let whole = paid();
    let torn = |bytes: usize| vec![write(&whole[..bytes])];
    let head = whole.find("\r\n\r\n").expect("a head") + 4;
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let length = |length: &str| vec![write(&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{INTENT}"))];
    vec![
        ("closed without a word", vec![]),
        ("reset without a word", vec![Reset]),
        ("torn in the status", torn(10)),
        ("torn in a header", torn(40)),
        ("torn before the head's end", torn(head - 2)),
        ("torn after the head", torn(head)),
        ("torn in the body", torn(whole.len() - 1)),
        ("torn in the body by a reset", vec![ReadOnly(0), write(&whole[..whole.len() - 1]), Reset]),
        ("torn in a chunk", vec![write(&format!("{chunked}{:x}\r\n{}", INTENT.len(), &INTENT[..50]))]),
        ("torn after a chunk", vec![write(&format!("{chunked}{:x}\r\n{INTENT}\r\n", INTENT.len()))]),
        ("a chunk of no size", vec![write(&format!("{chunked}size\r\n{INTENT}\r\n0\r\n\r\n"))]),
        ("a chunk longer than it says", vec![write(&format!("{chunked}5\r\n{INTENT}\r\n0\r\n\r\n"))]),
        ("a length longer than the body", length("5000")),
        ("a length that is no number", length("many")),
        ("a length below nothing", length("-1")),
        ("two lengths", length("100\r\ncontent-length: 101")),
        ("not HTTP", vec![write("220 mail.example ESMTP ready\r\n")]),
        ("bytes without a meaning", vec![Write((0..=255).cycle().take(2_000).collect())]),
        ("HTTP/0.9: a body without a head", vec![write(INTENT)]),
        ("HTTP of a version to come", vec![write(&whole.replacen("HTTP/1.1", "HTTP/7.1", 1))]),
        ("a status that is no number", vec![write(&whole.replacen("200", "2OO", 1))]),
        ("a header without end", vec![write("HTTP/1.1 200 OK\r\nx-long: "), Flood(vec![b'a'; 4_096])]),
        ("headers without end", vec![write("HTTP/1.1 200 OK\r\n"), Flood(b"x-again: 1\r\n".repeat(100))]),
        ("a body without end", vec![write("HTTP/1.1 200 OK\r\n\r\n"), Flood(vec![b' '; 4_096])]),
    ]
}

/// What takes as long as it may, and little else.
fn slow() -> Vec<(&'static str, Vec<Step>)> {
    let whole = paid();
    let head = whole.find("\r\n\r\n").expect("a head") + 4;
    vec![
        ("silence", vec![Vanish]),
        ("silence after the head", vec![write(&whole[..head]), Vanish]),
        ("silence in the body", vec![write(&whole[..whole.len() - 1]), Vanish]),
        ("a byte at a time, for longer than a sending may take", {
            vec![Trickle(whole.clone().into_bytes(), Duration::from_millis(60))]
        }),
        ("promises without end", vec![Flood(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec())]),
    ]
}

/// The server reads a charge, does this, and no whole answer comes of it: once, and then every time.
async fn break_it(case: &'static str, after: Vec<Step>) {
    let script: Vec<Step> = std::iter::once(Read).chain(after).collect();
    // Once: the same request goes out again, and its answer counts.
    let server = Server::start(vec![script.clone(), vec![Read, write(&paid())]]).await;
    let heard = charge(&client_of(&server), "attempt-1").await;
    assert!(heard.result.as_ref().is_ok_and(|intent| intent.amount_minor == 2_500), "{case}: {heard:?}");
    assert_same_charge(&server.seen(), "attempt-1", 2, case);
    // Every time: nobody knows, whatever the server was.
    let server = Server::start(vec![script; 3]).await;
    let started = Instant::now();
    let error = charge(&client_of(&server), "attempt-2").await.result.expect_err(case);
    assert!(matches!(error, Error::NoAnswer { .. }), "{case}: {error:?}");
    assert_eq!(error.fate(), Fate::Unknown, "{case}");
    assert!(started.elapsed() < 4 * LIMITS.total, "{case}: three sendings, each within its limit");
    assert_same_charge(&server.seen(), "attempt-2", 3, case);
}

#[tokio::test]
async fn a_charge_whose_answer_breaks_is_not_known_and_the_next_sending_is_the_same() {
    for (case, after) in broken() {
        break_it(case, after).await;
    }
}

#[tokio::test]
async fn a_charge_whose_answer_takes_too_long_is_not_known_and_the_next_sending_is_the_same() {
    // Side by side: they do nothing but wait.
    let mut running = tokio::task::JoinSet::new();
    for (case, after) in slow() {
        running.spawn(break_it(case, after));
    }
    while let Some(ended) = running.join_next().await {
        ended.expect("as it must be");
    }
}

#[tokio::test]
async fn a_charge_that_the_server_never_read_whole_is_not_known_either() {
    // The server may have read more than it let us see: that it closed early proves nothing.
    for script in [vec![], vec![Reset], vec![ReadOnly(20)], vec![ReadOnly(20), Reset]] {
        let case = format!("{script:?}");
        let server = Server::start(vec![script; 3]).await;
        let error = charge(&client_of(&server), "attempt-1").await.result.expect_err(&case);
        assert_eq!(error.fate(), Fate::Unknown, "{case}: {error:?}");
        assert!(matches!(error, Error::NoAnswer { .. }), "{case}: {error:?}");
        assert_eq!(server.seen().connections, 3, "{case}");
    }
}

#[tokio::test]
async fn an_answer_is_read_whole_however_it_is_cut() {
    let whole = paid();
    let chunks = INTENT.as_bytes().chunks(7).map(|chunk| format!("{:x}\r\n{}\r\n", chunk.len(), text(chunk)));
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunks.collect::<String>());
    for (case, step) in [
        ("at once", write(&whole)),
        ("a byte at a time", Trickle(whole.clone().into_bytes(), Duration::from_millis(1))),
        ("in chunks", write(&chunked)),
        ("up to the end of the connection", write(&format!("HTTP/1.1 200 OK\r\n\r\n{INTENT}"))),
        ("after early hints", write(&format!("HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n{whole}"))),
    ] {
        let server = Server::start(vec![vec![Read, step]]).await;
        let heard = charge(&client_of(&server), "attempt-1").await;
        assert_eq!(heard.result.expect(case).id.as_str(), "pi_1", "{case}");
        assert_same_charge(&server.seen(), "attempt-1", 1, case);
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("ASCII")
}

/// Whole HTTP answers whose body is not what Stripe says. Not Stripe's, so nobody knows; a look tells.
#[tokio::test]
async fn a_body_that_is_not_json_is_not_known() {
    let with = |headers: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
        Write([head.as_bytes(), body].concat())
    };
    let zipped = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], INTENT.as_bytes()].concat();
    let not_utf8: Vec<u8> = INTENT.bytes().map(|byte| if byte == b'g' { 0xff } else { byte }).collect();
    for (case, step) in [
        ("nothing", with("", b"")),
        ("a page", with("content-type: text/html\r\n", b"<html>Sign in</html>")),
        ("cut short, by the length too", with("", &INTENT.as_bytes()[..40])),
        ("said to be zipped, and is not", with("content-encoding: gzip\r\n", &zipped)),
        ("no UTF-8", with("", &not_utf8)),
        (
            "torn where the connection's end is the answer's",
            write(&format!("HTTP/1.1 200 OK\r\n\r\n{}", &INTENT[..40])),
        ),
        ("two objects", with("", [INTENT, INTENT].concat().as_bytes())),
    ] {
        let server = Server::start(vec![vec![Read, step]]).await;
        let heard = charge(&client_of(&server), "attempt-1").await;
        let error = heard.result.expect_err(case);
        // What has Stripe's marks and cannot be read is Stripe's, and says as little.
        let its_own = case == "no UTF-8";
        let as_told = match error {
            Error::NotStripe { status: 200 } => !its_own,
            Error::Unreadable { status: 200, .. } => its_own,
            _ => false,
        };
        assert!(as_told, "{case}: {error:?}");
        assert_eq!((error.fate(), heard.stripe_ms), (Fate::Unknown, None), "{case}");
        assert_same_charge(&server.seen(), "attempt-1", 1, case);
    }
}

#[tokio::test]
async fn an_answer_of_just_the_largest_size_is_read_and_one_byte_more_is_not() {
    let limit = LIMITS.max_answer_bytes;
    let padded = |bytes: usize| format!("{INTENT}{}", " ".repeat(bytes - INTENT.len()));
    let server = Server::start(vec![vec![Read, write(&answer("200 OK", &padded(limit)))]]).await;
    charge(&client_of(&server), "attempt-1").await.result.expect("of the largest size");
    let script = vec![Read, write(&answer("200 OK", &padded(limit + 1)))];
    let server = Server::start(vec![script; 3]).await;
    let error = charge(&client_of(&server), "attempt-1").await.result.expect_err("too large");
    assert!(matches!(&error, Error::NoAnswer { why } if why.contains("too large")), "{error:?}");
    assert_same_charge(&server.seen(), "attempt-1", 3, "too large");
}
