//! Writes every request that the till's client can make, as JSON: what Stripe's own SDK is asked to take as the same
//! (`tests/sdk/node/requests.test.mjs`). They come out of the client itself, not out of somebody's copy.

mod calls;

use std::process::ExitCode;

use serde_json::{Value, json};
use stripe_client::{Method, STRIPE_VERSION, WireRequest};
use stripe_schema::{operation_of, parameters};

#[allow(clippy::print_stdout, reason = "the requests are this program's answer")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let written = match calls::every_request().await {
        Ok(requests) => requests.iter().map(written).collect::<Result<Vec<Value>, String>>(),
        Err(error) => Err(error.to_string()),
    };
    match written {
        Ok(requests) => {
            println!("{:#}", json!({"version": STRIPE_VERSION, "idempotency_key": calls::KEY, "requests": requests}));
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// A request as it is sent, and its parameters as values.
fn written(request: &WireRequest) -> Result<Value, String> {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let sentence = || format!("{method} {path} is not in the schema.");
    Ok(json!({
        "operation": operation_of(method, path).ok_or_else(sentence)?,
        "method": method,
        "path": path,
        "encoded": if request.body.is_empty() { query } else { &request.body },
        "parameters": parameters(method, &request.path, &request.body).ok_or_else(sentence)?,
    }))
}
