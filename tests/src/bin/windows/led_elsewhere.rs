//! An environment that would lead calls, keys and cards elsewhere.
//!
//! What a till in a shop makes of it is tried with the application as it is shipped: built without debug assertions, so that
//! no WebDriver looks into it. It shows from outside: on its journal, its sockets, its web views' processes and its log.

use crate::setup::{SECRET, save_test_keys};
use countersign_tests::children::{Supervised, guarded};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, until};
use countersign_tests::places;
use countersign_tests::rows::APPROVED;
use std::fs;
use std::net::TcpListener as Port;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// A person looks up before the next key; by then the cursor is where it belongs.
const LOOKING_UP: Duration = Duration::from_millis(1_500);
/// Whose the proxy is, which nobody is told.
const USER: &str = "counter-desk";
const PASSWORD: &str = "opensesame";

/// What must not be left in any process of the web views.
const NOT_BELIEVED: [&str; 8] = [
    "SSL_CERT_FILE=",
    "SSL_CERT_DIR=",
    "SSLKEYLOGFILE=",
    "GTK_DEBUG=",
    "WEBKIT_DEBUG=",
    "WEBKIT_INSPECTOR_SERVER=",
    "WEBKIT_INSPECTOR_HTTP_SERVER=",
    "TAURI_WEBVIEW_AUTOMATION=",
];

/// Somebody in the place of a proxy, who writes down what he is told and answers nobody.
struct Listener {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.during("open a port")?;
        let address = listener.local_addr().during("open a port")?.to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut said = [0; 4_096];
                let read = tokio::time::timeout(Duration::from_secs(2), socket.read(&mut said)).await;
                let count = read.ok().and_then(Result::ok).unwrap_or_default();
                if let Ok(mut heard) = hears.lock() {
                    heard.push(String::from_utf8_lossy(&said[..count]).into_owned());
                }
            }
        });
        Ok(Self { address, heard })
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().map(|heard| heard.clone()).unwrap_or_default()
    }

    /// As a variable names it.
    fn as_proxy(&self) -> String {
        format!("http://{USER}:{PASSWORD}@{}", self.address)
    }
}

/// A sale is taken in training while every variable names somebody else, and nobody else hears of it.
pub(crate) async fn a_shipped_till_believes_no_variable_that_leads_elsewhere(desk: &mut Desk) -> Outcome {
    let listener = Listener::start().await?;
    let folder = desk.session().folder().to_owned();
    let (inspector, inspector_page) = (free_port()?, free_port()?);
    let (secrets, control) = (folder.join("secrets.txt"), folder.join("control.txt"));
    let mut environment = desk.session().environment().to_vec();
    let mut set = |name: &str, value: String| environment.push((name.to_owned(), value));
    for proxy in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        set(proxy, listener.as_proxy());
    }
    set("COUNTERSIGN_DATA_DIR", desk.data().display().to_string());
    set("COUNTERSIGN_STRIPE_BASE", format!("http://{}", listener.address));
    set("COUNTERSIGN_STRIPE_PAGE", format!("http://{}", listener.address));
    set("COUNTERSIGN_TRAINING_CONTROL", control.display().to_string());
    set("SSL_CERT_FILE", folder.join("authority.pem").display().to_string());
    set("SSL_CERT_DIR", folder.display().to_string());
    set("SSLKEYLOGFILE", secrets.display().to_string());
    set("GTK_DEBUG", "interactive".to_owned());
    set("WEBKIT_DEBUG", "Network".to_owned());
    set("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{inspector}"));
    set("WEBKIT_INSPECTOR_HTTP_SERVER", format!("127.0.0.1:{inspector_page}"));
    set("TAURI_WEBVIEW_AUTOMATION", "true".to_owned());
    let program = places::shipped_application();
    expect(program.is_file(), || {
        format!("the application is not built as shipped: there is no {}", program.display())
    })?;
    let printed = folder.join("shipped.txt");
    let _till = Supervised::start("the shipped till", guarded(&program, &environment), &printed)?;
    sell_by_keyboard(desk).await?;
    desk.picture("paid").await?;
    for port in [inspector, inspector_page] {
        let reached = TcpStream::connect(("127.0.0.1", port)).await;
        expect(reached.is_err(), || "somebody may look into the windows through a port".to_owned())?;
    }
    expect_clean_processes(&desk.data())?;
    expect(!secrets.exists(), || "the secrets of connections were written down".to_owned())?;
    expect(!control.exists(), || "training's Stripe can be led from outside".to_owned())?;
    expect_eq("what the proxy heard", listener.heard(), Vec::new())?;
    let log = fs::read_to_string(desk.data().join("logs/countersign.log")).during("read the log")?;
    for name in NOT_BELIEVED {
        let name = name.trim_end_matches('=');
        expect(log.contains(name), || format!("the log should say that {name} was not believed: {log}"))?;
    }
    expect_says_nothing(&log, "the log")
}

/// Amount, Enter, card, Enter: and the journal says that it was paid.
async fn sell_by_keyboard(desk: &Desk) -> Outcome {
    wait_for_focus(desk, "Countersign").await?;
    // Nothing tells from outside that the page is drawn: the amount is typed until Enter opens the payment window.
    until(PATIENCE, "Enter should open the payment window", async || {
        tokio::time::sleep(LOOKING_UP).await;
        if desk.session().focused_window()? == "Countersign" {
            desk.session().press_key("ctrl+a")?;
            desk.session().type_keys("25.00")?;
            desk.session().press_key("Return")?;
            tokio::time::sleep(LOOKING_UP).await;
        }
        Ok((desk.session().focused_window()? == "Card payment").then_some(()))
    })
    .await?;
    tokio::time::sleep(LOOKING_UP).await;
    for keys in [APPROVED, "1234", "123", "12345"] {
        desk.session().type_keys(keys)?;
    }
    desk.session().press_key("Return")?;
    let journal = desk.data().join("training.sqlite");
    until(PATIENCE, "the journal should say that the sale was paid", async || {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let journal = rusqlite::Connection::open_with_flags(&journal, flags).during("open the journal")?;
        let paid: i64 = journal
            .query_row("SELECT count(*) FROM entries WHERE body LIKE '%succeeded%'", [], |row| row.get(0))
            .during("read the journal")?;
        Ok((paid > 0).then_some(()))
    })
    .await
}

async fn wait_for_focus(desk: &Desk, window: &str) -> Outcome {
    until(PATIENCE, &format!("the window {window:?} should have the focus"), async || {
        Ok((desk.session().focused_window()? == window).then_some(()))
    })
    .await
}

/// The web views' own processes, in which cards are keyed, know none of it.
fn expect_clean_processes(data: &Path) -> Outcome {
    let marker = format!("COUNTERSIGN_DATA_DIR={}", data.display());
    let mut seen = Vec::new();
    for process in fs::read_dir("/proc").during("list the processes")?.flatten() {
        let read = |name: &str| fs::read(process.path().join(name)).unwrap_or_default();
        let environment = String::from_utf8_lossy(&read("environ")).into_owned();
        let name = String::from_utf8_lossy(&read("comm")).trim().to_owned();
        // The application's own is told by the system as it was when it started.
        if !name.starts_with("WebKit") || !environment.split('\0').any(|variable| variable == marker) {
            continue;
        }
        for variable in environment.split('\0') {
            let led = NOT_BELIEVED.iter().any(|name| variable.starts_with(name));
            expect(!led, || format!("{name} believes {variable}"))?;
        }
        seen.push(name);
    }
    expect(seen.len() >= 2, || format!("the web views' processes should be there, and these are: {seen:?}"))
}

/// Keys of an account are tried at Stripe through a proxy: it is told where to go, and the log names it.
pub(crate) async fn a_proxy_is_told_where_to_go_and_no_more(desk: &mut Desk) -> Outcome {
    let listener = Listener::start().await?;
    desk.session_mut().start_keyring()?;
    desk.open_till(&[("HTTPS_PROXY", listener.as_proxy())]).await?;
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-stripe").await?;
    save_test_keys(desk).await?;
    let stripe = |heard: &String| heard.starts_with("CONNECT api.stripe.com:443 ");
    until(PATIENCE, "the keys should be tried through the proxy", async || {
        Ok(listener.heard().iter().any(stripe).then_some(()))
    })
    .await?;
    desk.till()?.element(Window::Main, "keys-refusal").await?;
    desk.close_till().await?;
    for heard in listener.heard().iter().filter(|heard| stripe(heard)) {
        expect_says_nothing(&heard.replace("CONNECT", ""), "what the proxy heard")?;
    }
    let log = fs::read_to_string(desk.data().join("logs/countersign.log")).during("read the log")?;
    let told = format!("api.stripe.com is reached through a proxy: {}.", listener.address);
    expect(log.contains(&told), || format!("the log should name the proxy: {log}"))?;
    expect_says_nothing(&log, "the log")
}

fn expect_says_nothing(text: &str, what: &str) -> Outcome {
    for secret in [USER, PASSWORD, &SECRET[..24], "Bearer", APPROVED] {
        expect(!text.contains(secret), || format!("{what} holds {secret}: {text}"))?;
    }
    Ok(())
}

fn free_port() -> Outcome<u16> {
    let port = Port::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| Failure::new(format!("find a free port: {error}")))
}
