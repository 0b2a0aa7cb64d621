//! Ten thousand payments at once, over real sockets: each answer belongs to its own request, and the books are right.

mod common;
use common::*;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use stripe_sim::{ApiRequest, Sim};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 250;
const PER_CONNECTION: usize = 40;

async fn open(sim: &Sim) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sim = sim.clone();
    tokio::spawn(async move { sim.serve(listener, std::future::pending()).await });
    address
}

/// What customer `number` pays: a sum and an order of their own.
fn payment(number: usize, key: Option<String>) -> Vec<u8> {
    let (amount, order) = ((100 + number).to_string(), format!("order-{number}"));
    let mut form = charge_form("pm_card_visa");
    form[0].1 = &amount;
    form.push(("metadata[order]", &order));
    let body = ApiRequest::post("/", &form).body;
    let key = key.map(|key| format!("idempotency-key: {key}\r\n")).unwrap_or_default();
    let head = format!(
        "POST /v1/payment_intents HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SK}\r\n{key}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

struct Answer {
    status: u16,
    replayed: bool,
    body: String,
}

impl Answer {
    /// The PaymentIntent's id, which the body begins with. Ten thousand bodies are not read as JSON: that takes longer than
    /// everything else here.
    fn id(&self) -> &str {
        let id = self.body.strip_prefix(r#"{"id":""#).expect("a PaymentIntent");
        id.split_once('"').expect("an id").0
    }

    fn says(&self, part: &str) -> bool {
        self.body.contains(part)
    }
}

async fn answer(reader: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> Answer {
    let (mut status, mut replayed, mut length) = (0, false, 0);
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).await.unwrap(), 0, "the door closed before its answer");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        } else if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().unwrap();
        } else if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        } else if line == "idempotent-replayed: true" {
            replayed = true;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.unwrap();
    Answer { status, replayed, body: String::from_utf8(body).unwrap() }
}

/// All requests of one connection go out before the first answer is read: ten thousand are on their way at once. Each
/// answer must be that of its request.
async fn crowd(address: SocketAddr, key_of: fn(usize) -> Option<String>, number_of: fn(usize) -> usize) -> Vec<Answer> {
    let mut connections = JoinSet::new();
    for connection in 0..CONNECTIONS {
        connections.spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (reader, mut writer) = stream.into_split();
            let places = (0..PER_CONNECTION).map(move |place| place * CONNECTIONS + connection);
            let sending = places.clone();
            let sender = tokio::spawn(async move {
                for place in sending {
                    writer.write_all(&payment(number_of(place), key_of(place))).await.unwrap();
                }
                writer
            });
            let mut reader = BufReader::new(reader);
            let mut answers = Vec::new();
            for place in places {
                let answer = answer(&mut reader).await;
                let number = number_of(place);
                assert_eq!(answer.status, 200, "{}", answer.body);
                assert!(answer.says(r#""status":"succeeded""#), "{}", answer.body);
                let own = [format!(r#""amount":{},"#, 100 + number), format!(r#"{{"order":"order-{number}"}}"#)];
                assert!(own.iter().all(|part| answer.says(part)), "another request's answer: {}", answer.body);
                // Reading ten thousand bodies would take longer than serving them: the first of each connection is held
                // against the schema.
                if place < CONNECTIONS {
                    let body = serde_json::from_str(&answer.body).unwrap();
                    check_json("POST", "/v1/payment_intents", false, answer.status, &body);
                }
                answers.push(answer);
            }
            drop(sender.await.unwrap());
            answers
        });
    }
    connections.join_all().await.into_iter().flatten().collect()
}

fn check_books(sim: &Sim, payments: usize) {
    let ledger = sim.ledger();
    let intents: HashMap<&str, u64> = ledger
        .payment_intents()
        .filter(|intent| intent["status"] == "succeeded")
        .map(|intent| (intent["id"].as_str().unwrap(), intent["amount_received"].as_u64().unwrap()))
        .collect();
    assert_eq!(intents.len(), payments);
    assert_eq!(ledger.payment_intents().count(), payments);
    let charged: HashMap<&str, u64> = ledger
        .charges()
        .filter(|charge| charge["status"] == "succeeded")
        .map(|charge| (charge["payment_intent"].as_str().unwrap(), charge["amount_captured"].as_u64().unwrap()))
        .collect();
    assert_eq!(ledger.charges().count(), payments, "one charge for each");
    assert_eq!(charged, intents);
    let amounts: HashSet<u64> = charged.into_values().collect();
    assert_eq!(amounts.len(), payments, "each paid its own sum");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_at_once_pay_once_each() {
    let sim = sim();
    let address = open(&sim).await;
    let answers = crowd(address, |_| None, |place| place).await;
    assert_eq!(answers.len(), 10_000);
    let ids: HashSet<&str> = answers.iter().map(|answer| answer.id()).collect();
    assert_eq!(ids.len(), 10_000);
    check_books(&sim, 10_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_in_pairs_of_one_key_are_five_thousand_charges() {
    let sim = sim();
    let address = open(&sim).await;
    // Neighbours share a key, and travel on different connections.
    let answers = crowd(address, |place| Some(format!("pair-{}", place / 2)), |place| place / 2).await;
    assert_eq!(answers.len(), 10_000);
    assert_eq!(answers.iter().filter(|answer| answer.replayed).count(), 5_000);
    let mut by_id: HashMap<&str, Vec<&Answer>> = HashMap::new();
    for answer in &answers {
        by_id.entry(answer.id()).or_default().push(answer);
    }
    assert_eq!(by_id.len(), 5_000);
    for pair in by_id.values() {
        assert_eq!(pair.len(), 2);
        assert_eq!(pair[0].body, pair[1].body, "both heard the same");
        assert_ne!(pair[0].replayed, pair[1].replayed, "one paid, one heard it again");
    }
    check_books(&sim, 5_000);
}
