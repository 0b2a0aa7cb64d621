//! What reads cost in a simulator that holds much: `cargo run -p stripe-sim --example lists [PAYMENTS]`.

use std::time::Instant;

use stripe_sim::{ApiRequest, Sim, SimOptions};

const KEY: &str = "sk_test_example";

fn main() {
    let payments: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(3_000);
    let sim = Sim::new(SimOptions::default());
    let mut first = String::new();
    let began = Instant::now();
    for number in 0..payments {
        let method = if number % 3 == 0 { "pm_card_visa_chargeDeclined" } else { "pm_card_visa" };
        let number = number.to_string();
        let form = [
            ("amount", "2500"),
            ("currency", "usd"),
            ("confirm", "true"),
            ("payment_method", method),
            ("payment_method_types[]", "card"),
            ("metadata[number]", &number),
        ];
        let answer = sim.call(ApiRequest::post("/v1/payment_intents", &form).key(KEY));
        if let (true, Ok(answer)) = (first.is_empty(), answer) {
            let body = answer.json();
            let intent = body.pointer("/error/payment_intent").unwrap_or(&body);
            first = intent["id"].as_str().unwrap_or_default().to_owned();
        }
    }
    report(&format!("{payments} payments"), began, payments);
    let reads = [
        "/v1/payment_intents?limit=100".to_owned(),
        "/v1/payment_intents?limit=10".to_owned(),
        "/v1/payment_intents?limit=100&expand[]=data.latest_charge".to_owned(),
        format!("/v1/payment_intents?limit=10&ending_before={first}"),
        "/v1/payment_intents?limit=10&created[lt]=1".to_owned(),
        format!("/v1/charges?payment_intent={first}"),
        format!("/v1/refunds?payment_intent={first}"),
        "/v1/events?limit=100".to_owned(),
        "/v1/balance".to_owned(),
        format!("/v1/payment_intents/{first}"),
    ];
    for read in &reads {
        let began = Instant::now();
        for _ in 0..20 {
            let _ = sim.call(ApiRequest::get(read).key(KEY));
        }
        report(read, began, 20);
    }
    let began = Instant::now();
    let ledger = sim.ledger();
    report(&format!("ledger of {}", ledger.payment_intents().count()), began, 1);
    report_longest_wait(&sim, &first);
}

/// How long the slowest of many reads waits while another thread takes the ledger.
fn report_longest_wait(sim: &Sim, intent: &str) {
    let other = sim.clone();
    let ledger = std::thread::spawn(move || other.ledger());
    let mut longest = Instant::now().elapsed();
    while !ledger.is_finished() {
        let began = Instant::now();
        let _ = sim.call(ApiRequest::get(&format!("/v1/payment_intents/{intent}")).key(KEY));
        longest = longest.max(began.elapsed());
    }
    if let Some(began) = Instant::now().checked_sub(longest) {
        report("the slowest read while a ledger is taken", began, 1);
    }
}

#[allow(clippy::print_stdout, reason = "the figures are this program's answer")]
fn report(what: &str, began: Instant, times: u32) {
    let each = began.elapsed() / times.max(1);
    println!("{:>12.3} ms  {what}", each.as_secs_f64() * 1_000.0);
}
