//! The door over real loopback TCP, and the router without a socket.

mod common;
use common::*;
use std::net::SocketAddr;

use stripe_sim::{ApiRequest, Fault, FaultRule, Moment, NoAnswer, Sim};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// Sends bytes on a fresh connection and reads until it closes.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection closed in the middle may end in an error; what came until then counts.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    check_bytes(request.as_bytes(), &answer);
    answer
}

fn http_post(path: &str, form: &[(&str, &str)]) -> String {
    let body = String::from_utf8(ApiRequest::post(path, form).body).unwrap();
    format!(
        "POST {path} HTTP/1.1\r\nhost: anything\r\nauthorization: Bearer {SK}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn open(sim: &Sim) -> (SocketAddr, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let sim = sim.clone();
    let task = tokio::spawn(async move {
        sim.serve(listener, async {
            let _ = stopped.await;
        })
        .await
        .unwrap();
    });
    (address, stop, task)
}

#[tokio::test]
async fn it_answers_tears_drops_and_stops() {
    let sim = sim();
    let (address, stop, task) = open(&sim).await;
    let charge = http_post("/v1/payment_intents", &charge_form("pm_card_visa"));
    let answer = exchange(address, &charge).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains(r#""status":"succeeded""#));
    assert!(answer.contains("request-id: req_"));

    for moment in [Moment::Before, Moment::After] {
        sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", moment, Fault::Drop));
        assert_eq!(exchange(address, &charge).await, "", "closed without a byte");
    }
    sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", Moment::After, Fault::Torn));
    let torn = exchange(address, &charge).await;
    let (head, body) = torn.split_once("\r\n\r\n").expect("the head came");
    let promised: usize =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().trim().parse().unwrap();
    assert!(body.len() < promised, "{} of {promised}", body.len());

    sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", Moment::Before, Fault::Delay { ms: 80 }));
    let begun = std::time::Instant::now();
    exchange(address, &charge).await;
    assert!(begun.elapsed().as_millis() >= 80);

    sim.faults().set_gone(true);
    assert_eq!(exchange(address, &charge).await, "");
    let control = "GET /_sim/ledger HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert!(exchange(address, control).await.starts_with("HTTP/1.1 200"));

    stop.send(()).unwrap();
    task.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "the door is closed");
}

/// A page of another site can make its name lead to this machine; its browser then takes both for one.
#[tokio::test]
async fn what_is_under_control_is_told_to_no_foreign_name() {
    let sim = sim();
    charge(&sim, "pm_card_visa");
    let (address, stop, task) = open(&sim).await;
    let ask = |method: &str, path: &str, host: &str| {
        format!("{method} {path} HTTP/1.1\r\n{host}content-length: 0\r\nconnection: close\r\n\r\n")
    };
    for path in ["/_sim/ledger", "/_sim/recent", "/_sim/reset"] {
        let method = if path == "/_sim/reset" { "POST" } else { "GET" };
        for host in ["host: evil.example\r\n", "host: evil.example:12111\r\n", "host: 127.0.0.1.evil.example\r\n", ""] {
            let answer = exchange(address, &ask(method, path, host)).await;
            assert!(answer.starts_with("HTTP/1.1 403"), "{path} {host}: {answer}");
            assert!(answer.contains("asked by address") && !answer.contains("pi_"), "{answer}");
        }
    }
    for host in ["host: 127.0.0.1:12111\r\n", "host: [::1]:12111\r\n", "host: localhost\r\n", "host: 192.168.0.7\r\n"] {
        for path in ["/_sim/ledger", "/_sim/recent"] {
            let answer = exchange(address, &ask("GET", path, host)).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("pi_"), "{path} {host}: {answer}");
        }
    }
    // The API itself needs a key, and may have any name.
    let paid = exchange(address, &http_post("/v1/payment_intents", &charge_form("pm_card_visa"))).await;
    assert!(paid.contains(r#""status":"succeeded""#), "{paid}");
    stop.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let sim = sim();
    let (address, stop, task) = open(&sim).await;
    for path in ["/", "/v3/stripe.js"] {
        let ask = |method: &str| format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let (got, heard) = (exchange(address, &ask("GET")).await, exchange(address, &ask("HEAD")).await);
        let (head, body) = got.split_once("\r\n\r\n").unwrap();
        assert!(heard.starts_with("HTTP/1.1 200 OK"), "{heard}");
        assert_eq!(heard.split_once("\r\n\r\n").map(|(_, body)| body), Some(""));
        let length = format!("content-length: {}", body.len());
        assert!(head.contains(&length) && heard.contains(&length), "{head}\n{heard}");
    }
    stop.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn what_arrived_is_acted_on_though_its_caller_hung_up() {
    let sim = sim();
    let (address, stop, task) = open(&sim).await;
    sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", Moment::Before, Fault::Delay { ms: 60 }));
    let charge = http_post("/v1/payment_intents", &[("amount", "2500"), ("currency", "gbp")]);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(charge.as_bytes()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    drop(stream);
    assert_eq!(sim.ledger().payment_intents().count(), 0, "it is still on its way");
    let arrived = async {
        while sim.ledger().payment_intents().count() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), arrived).await.expect("it arrives");
    stop.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn the_router_needs_no_socket_and_no_host() {
    let sim = sim();
    let ask = |path: &'static str| {
        let router = sim.router();
        async move { router.oneshot(http::Request::get(path).body(axum::body::Body::empty()).unwrap()).await.unwrap() }
    };
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/v3/stripe.js", "text/javascript; charset=utf-8"),
        ("/v3/controller.html", "text/html; charset=utf-8"),
        ("/v3/elements-card.html", "text/html; charset=utf-8"),
        ("/v3/three-ds-2-challenge.html", "text/html; charset=utf-8"),
        ("/acs/challenge?acs_trans=x", "text/html; charset=utf-8"),
    ] {
        let response = ask(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], kind);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.headers().get("x-frame-options").is_none());
        assert!(!axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().is_empty(), "{path}");
    }
    assert_eq!(ask("/v1/balance").await.status(), 401);
    sim.faults().set_gone(true);
    let lost = ask("/v3/stripe.js").await;
    assert!(lost.extensions().get::<NoAnswer>().is_some());
    assert!(axum::body::to_bytes(lost.into_body(), usize::MAX).await.is_err());
}
