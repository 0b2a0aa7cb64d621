//! One connection: requests go through to the simulator, answers come back unless they deviate.

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};
use stripe_schema::{Answer, Deviation, check_answer, check_request, in_lines};

use crate::message::Message;
use crate::seen::Seen;

/// The status of an answer that was held back. Stripe has no such status.
const HELD_BACK: u16 = 418;
/// How the till names itself in `User-Agent`, before its version.
const TILL: &str = "Countersign/";

/// Serves a client until either side closes.
pub(crate) fn serve(client: &TcpStream, simulator: SocketAddr, seen: &Seen) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut requests = BufReader::new(client);
    let mut upstream: Option<BufReader<TcpStream>> = None;
    while let Some(request) = Message::read(&mut requests)? {
        if request.first_line().get(1) == Some(&"/_schema/seen") {
            (&mut &*client).write_all(&answer_of(200, &seen.report()))?;
            continue;
        }
        let connection = match &mut upstream {
            Some(connection) => connection,
            none => none.insert(connect(simulator)?),
        };
        connection.get_ref().write_all(&request.head)?;
        connection.get_ref().write_all(&request.body)?;
        // A connection that the simulator closes unanswered is closed here unanswered.
        let Ok(Some(answer)) = Message::read(connection) else { return Ok(()) };
        let deviations = if answer.complete { deviations(&request, &answer, seen) } else { None };
        let mut back = client;
        if let Some(lines) = deviations {
            let message = format!("This call or its answer is not as Stripe's schema says:\n{lines}");
            eprintln!("{} {}\n{message}", request.first_line()[0], path_of(&request));
            back.write_all(&answer_of(HELD_BACK, &json!({"error": {"type": "api_error", "message": message}})))?;
        } else {
            back.write_all(&answer.head)?;
            back.write_all(&answer.body)?;
        }
        let closes =
            |message: &Message| message.header("connection").is_some_and(|word| word.eq_ignore_ascii_case("close"));
        if !answer.complete || closes(&answer) || closes(&request) {
            return Ok(());
        }
    }
    Ok(())
}

fn connect(simulator: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(simulator)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

fn path_of(request: &Message) -> String {
    let target = request.first_line().get(1).copied().unwrap_or_default();
    target.split('?').next().unwrap_or_default().to_owned()
}

/// What deviates, if anything does. What is no answer of the API is let through: the script, its frames, a fault's page.
fn deviations(request: &Message, answer: &Message, seen: &Seen) -> Option<String> {
    let path = path_of(request);
    if !path.starts_with("/v1/") || answer.header("content-type") != Some("application/json") {
        return None;
    }
    let method = *request.first_line().first()?;
    let status = answer.first_line().get(1)?.parse().ok()?;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let publishable = is_publishable(request);
    let mut found = check_answer(&Answer { method, target: &path, publishable, status, body: &body });
    found.extend(deviations_of_till(method, request));
    seen.note(method, &path, status);
    (!found.is_empty()).then(|| in_lines(&found))
}

/// What deviates in a request, if the till sent it. Others may ask what they like: their tests are about refusals, too.
fn deviations_of_till(method: &str, request: &Message) -> Vec<Deviation> {
    if !request.header("user-agent").is_some_and(|agent| agent.starts_with(TILL)) {
        return Vec::new();
    }
    let target = request.first_line().get(1).copied().unwrap_or_default().to_owned();
    check_request(method, &target, &String::from_utf8_lossy(&request.body))
}

fn is_publishable(request: &Message) -> bool {
    [&request.head, &request.body].into_iter().any(|part| part.windows(8).any(|window| window == b"pk_test_"))
}

fn answer_of(status: u16, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\nstripe-should-retry: false\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(agent: &str, body: &str) -> usize {
        let head =
            format!("POST /v1/refunds HTTP/1.1\r\nUser-Agent: {agent}\r\nContent-Length: {}\r\n\r\n", body.len());
        let wire = head + body;
        let request = Message::read(&mut wire.as_bytes()).expect("readable").expect("a message");
        deviations_of_till("POST", &request).len()
    }

    #[test]
    fn only_the_tills_own_requests_are_held_against_the_schema() {
        assert_eq!(found("Countersign/0.1.0", "payment_intent=pi_1&amount=5"), 0);
        assert_eq!(found("Countersign/0.1.0", "payment_intent=pi_1&colour=red&amount=many"), 2);
        assert_eq!(found("Stripe/v1 PythonBindings/16.1.0", "colour=red"), 0);
    }
}
