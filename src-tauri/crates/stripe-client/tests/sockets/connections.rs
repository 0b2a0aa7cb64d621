//! Connections that are kept and used again, and the ends that they come to.

use std::time::Duration;

use stripe_client::{Error, Fate, Unconnected};
use tokio::net::TcpListener;

use crate::server::Step::{Read, Reset, Vanish};
use crate::server::{Server, write};
use crate::{
    INTENT, answer, assert_same_charge, charge, client_asleep_after, client_of, client_over, paid, transport_to,
};

#[tokio::test]
async fn a_connection_is_used_again_while_it_lives() {
    let server = Server::start(vec![vec![Read, write(&paid()), Read, write(&paid())]]).await;
    let client = client_of(&server);
    for name in ["attempt-1", "attempt-2"] {
        charge(&client, name).await.result.expect("an answer");
    }
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (1, 2));
    assert!(seen.requests[0].contains("attempt-1") && seen.requests[1].contains("attempt-2"));
}

/// The second charge finds a connection that was answered on before and is dead now, in one way or another.
#[tokio::test]
async fn a_kept_connection_that_is_dead_costs_no_charge_and_no_second_one() {
    let once = [Read, write(&paid())];
    let dead: [(&str, Vec<_>, usize); 4] = [
        // The close is seen before anything is sent on it, or else the sending comes back unsent.
        ("closed meanwhile", once.to_vec(), 1),
        ("closed as the next request comes", [&once[..], &[Read]].concat(), 2),
        ("reset as the next request comes", [&once[..], &[Read, Reset]].concat(), 2),
        ("vanished", [&once[..], &[Vanish]].concat(), 1),
    ];
    for (case, script, whole_sendings) in dead {
        let server = Server::start(vec![script, vec![Read, write(&paid())]]).await;
        let client = client_of(&server);
        charge(&client, "attempt-1").await.result.expect("the first");
        tokio::time::sleep(Duration::from_millis(100)).await;
        charge(&client, "attempt-2").await.result.expect(case);
        let mut seen = server.seen();
        assert_eq!(seen.connections, 2, "{case}: the dead one is not tried twice");
        seen.requests.remove(0);
        assert_same_charge(&seen, "attempt-2", whole_sendings, case);
    }
}

/// The machine falls asleep when a sending has a connection, or is getting one, and wakes up when Stripe has forgotten the key.
#[tokio::test]
async fn what_was_to_be_sent_before_a_sleep_is_not_sent_after_it() {
    // The moments: when it is to be sent first, and when its body is about to go out.
    let server = Server::start(vec![vec![Read, write(&paid())]]).await;
    let error = charge(&client_asleep_after(&server, 1), "attempt-1").await.result.expect_err("not sent");
    assert_eq!((error.fate(), server.seen().requests.len()), (Fate::NotExecuted, 0), "{error:?}");
    // The same at the second sending: the first may have acted.
    let server = Server::start(vec![vec![Read, Reset], vec![Read, write(&paid())]]).await;
    let error = charge(&client_asleep_after(&server, 3), "attempt-1").await.result.expect_err("not sent again");
    assert_eq!((error.fate(), server.seen().requests.len()), (Fate::Unknown, 1), "{error:?}");
    // Awake, it is.
    let server = Server::start(vec![vec![Read, Reset], vec![Read, write(&paid())]]).await;
    charge(&client_asleep_after(&server, 100), "attempt-1").await.result.expect("paid");
    assert_eq!(server.seen().requests.len(), 2);
}

#[tokio::test]
async fn a_vanished_server_and_then_none_at_all_is_not_known() {
    // A kept connection takes the request in silence; after that nobody listens any more.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let client = client_over(transport_to(&base));
    let first = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        drop(listener);
        let request = crate::server::read_request(&mut socket).await;
        tokio::io::AsyncWriteExt::write_all(&mut socket, paid().as_bytes()).await.expect("answered");
        (socket, request)
    });
    charge(&client, "attempt-1").await.result.expect("the first");
    let (_kept_open, request) = first.await.expect("served");
    assert!(request.is_some_and(|request| request.contains("attempt-1")));
    let error = charge(&client, "attempt-2").await.result.expect_err("nobody is there");
    assert_eq!(error.fate(), Fate::Unknown, "one sending went out, though the others found nobody: {error:?}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    let error = charge(&client_over(transport_to(&format!("http://127.0.0.1:{port}"))), "attempt-1").await;
    let error = error.result.expect_err("nobody is there");
    assert!(matches!(&error, Error::NotSent { why: Unconnected::Unreachable(_) }), "{error:?}");
    assert_eq!(error.fate(), Fate::NotExecuted);
}

/// Whatever stands behind an answer on the same connection belongs to nobody: never to the next request.
#[tokio::test]
async fn a_second_answer_behind_the_first_is_not_taken_for_the_next_requests() {
    let other = INTENT.replace("pi_1", "pi_of_another");
    let (stray, whole) = (answer("200 OK", &other), paid());
    let late = write(&answer("408 Request Timeout", r#"{"error":{"type":"api_error"}}"#));
    for (case, first) in [
        ("at once", vec![Read, write(&format!("{whole}{stray}")), Read, write(&paid())]),
        ("later", vec![Read, write(&paid()), late, Read, write(&paid())]),
        ("a body longer than its length", vec![Read, write(&format!("{whole}{other}")), Read, write(&paid())]),
    ] {
        let server = Server::start(vec![first, vec![Read, write(&paid())]]).await;
        let client = client_of(&server);
        charge(&client, "attempt-1").await.result.expect(case);
        tokio::time::sleep(Duration::from_millis(100)).await;
        let heard = charge(&client, "attempt-2").await;
        assert_eq!(heard.result.expect(case).id.as_str(), "pi_1", "{case}");
        assert_eq!(server.seen().connections, 2, "{case}: such a connection is not used again");
    }
}
