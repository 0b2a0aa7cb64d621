//! Training: a whole Stripe in this process, so that a newcomer takes a first payment with no account and no network.
//!
//! One simulator has two doors. The core calls it over a loopback socket, with the same client and the same HTTP as it
//! calls Stripe. The payment page reaches it through the scheme `countersign-sim`, because an https page may not load
//! from `http://127.0.0.1`. Only the payment window is answered there.
//!
//! The keys of the simulated account are made up at each start and kept in memory; they open nothing else.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use stripe_sim::{Sim, SimOptions};
use tauri::{UriSchemeContext, UriSchemeResponder, Wry};
use till::{Clock, durable};
use tower::ServiceExt as _;

use crate::account::AccountKeys;
use crate::payment_window;
use crate::payment_window::policy::SIMULATOR_ORIGIN;

/// The scheme under which the page finds the simulator.
pub(crate) const SCHEME: &str = "countersign-sim";
/// Debug builds only. Names a file: the simulator's control routes are on, and its loopback address is written there.
///
/// For the demonstration and the tests, which let the bank's hour pass.
#[cfg(debug_assertions)]
const CONTROL: &str = "COUNTERSIGN_TRAINING_CONTROL";
/// The largest answer of the simulator that is passed to the page, in bytes.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// How long the page waits for an answer of the simulator.
const PATIENCE: Duration = Duration::from_secs(60);

/// The door for the page, once the simulator runs.
static PAGE_DOOR: OnceLock<Router> = OnceLock::new();

/// The simulator that runs in this process.
#[derive(Clone)]
pub(crate) struct Training {
    sim: Sim,
    /// The loopback address of the core's door, e.g. `http://127.0.0.1:40123`.
    pub(crate) base: String,
    /// The simulated account's keys.
    pub(crate) keys: AccountKeys,
    /// Whether a till was opened on it before.
    opened: Arc<AtomicBool>,
}

impl Training {
    /// Starts the simulator. At most once in a process.
    ///
    /// # Errors
    /// When the loopback address gives no port, or there is no randomness.
    pub(crate) async fn start() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let control = control();
        let seed = getrandom::u64().map_err(|reason| reason.to_string())?;
        let sim = Sim::new(SimOptions { seed, control: control.is_some(), bank: bank(), ..SimOptions::default() });
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let keys = made_up_keys()?;
        if let Some(file) = control {
            write_address(&file, &base)?;
        }
        // Last, so that a start that failed can be tried again.
        if PAGE_DOOR.set(page_door(&sim)).is_err() {
            return Err("the simulator was started twice".into());
        }
        let serving = sim.clone();
        tokio::spawn(async move {
            drop(serving.serve(listener, std::future::pending()).await);
            log::error!("The training simulator ended.");
        });
        Ok(Self { sim, base, keys, opened: Arc::default() })
    }

    /// True once: the simulator was made with this process, so what an earlier run left unfinished is not in it.
    pub(crate) fn is_new(&self) -> bool {
        !self.opened.swap(true, Ordering::Relaxed)
    }

    /// The simulator's clock, which is the till's clock in training: the hour can be made to pass.
    pub(crate) fn clock(&self) -> impl Clock + use<> {
        SimulatedTime(self.sim.clock().clone())
    }
}

/// Where the simulator's address is to be written, if its control routes are to be on. Never in a release build.
#[cfg(not(debug_assertions))]
fn control() -> Option<PathBuf> {
    None
}

/// Where the simulator's address is to be written, if its control routes are to be on.
#[cfg(debug_assertions)]
fn control() -> Option<PathBuf> {
    std::env::var_os(CONTROL).map(PathBuf::from)
}

/// Where the page's simulator is: in this process.
#[cfg(not(debug_assertions))]
fn page_door(sim: &Sim) -> Router {
    sim.router()
}

/// Where the page's simulator is: in this process, unless a test of a debug build leads the page to another.
#[cfg(debug_assertions)]
fn page_door(sim: &Sim) -> Router {
    crate::page_elsewhere::door().unwrap_or_else(|| sim.router())
}

/// Training's bank is where training's Stripe is.
#[cfg(not(debug_assertions))]
fn bank() -> Option<String> {
    None
}

/// Training's bank is where training's Stripe is, unless a test of a debug build has it elsewhere.
#[cfg(debug_assertions)]
fn bank() -> Option<String> {
    crate::page_elsewhere::bank()
}

/// The simulator's time as the till reads it.
struct SimulatedTime(stripe_sim::SimClock);

impl Clock for SimulatedTime {
    fn now_ms(&self) -> i64 {
        i64::try_from(self.0.now_ms()).unwrap_or(i64::MAX)
    }
}

/// Written whole under another name first: who waits for the file never reads half an address.
fn write_address(file: &Path, base: &str) -> std::io::Result<()> {
    durable::replace(file, |part| std::fs::write(part, base))
}

/// Keys in the form of Stripe's, for an account that exists in this process only.
fn made_up_keys() -> Result<AccountKeys, Box<dyn std::error::Error + Send + Sync>> {
    let mut tail = String::from("training");
    for _ in 0..2 {
        let part = getrandom::u64().map_err(|reason| reason.to_string())?;
        tail.push_str(&format!("{part:016x}"));
    }
    AccountKeys::parse(&format!("sk_test_{tail}"), &format!("pk_test_{tail}"))
        .map_err(|fact| format!("{fact:?}").into())
}

/// Answers the scheme: the payment window gets the simulator, anybody else gets nothing.
pub(crate) fn serve_page(
    context: UriSchemeContext<'_, Wry>,
    request: http::Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let door = PAGE_DOOR.get().filter(|_| context.webview_label() == payment_window::LABEL).cloned();
    let Some(door) = door else {
        responder.respond(bare(http::StatusCode::NOT_FOUND));
        return;
    };
    tauri::async_runtime::spawn(async move {
        let answer = tokio::time::timeout(PATIENCE, pass_on(door, request)).await;
        responder.respond(answer.unwrap_or_else(|_| bare(http::StatusCode::GATEWAY_TIMEOUT)));
    });
}

async fn pass_on(door: Router, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let (mut parts, body) = request.into_parts();
    // A router matches on the path. Where the page reaches the simulator is told apart: its answers hold addresses of its own.
    if let Some(path) = parts.uri.path_and_query().cloned() {
        parts.uri = http::Uri::from(path);
    }
    if let Some((scheme, host)) = SIMULATOR_ORIGIN.split_once("://") {
        parts.headers.insert("x-forwarded-proto", http::HeaderValue::from_static(scheme));
        parts.headers.insert("x-forwarded-host", http::HeaderValue::from_static(host));
    }
    let Ok(response) = door.oneshot(http::Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, MAX_ANSWER_BYTES).await {
        Ok(bytes) => http::Response::from_parts(parts, bytes.to_vec()),
        Err(_) => bare(http::StatusCode::BAD_GATEWAY),
    }
}

fn bare(status: http::StatusCode) -> http::Response<Vec<u8>> {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Mode;

    #[test]
    fn the_made_up_keys_are_sound_and_new_each_time() {
        let (one, other) = (made_up_keys().expect("keys"), made_up_keys().expect("keys"));
        assert_eq!(one.mode(), Mode::Test);
        assert_ne!(one.publishable, other.publishable);
    }

    #[test]
    fn the_address_is_written_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("control");
        write_address(&file, "http://127.0.0.1:1").expect("written");
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "http://127.0.0.1:1");
    }
}
