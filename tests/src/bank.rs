//! A bank on a host of its own, over TLS, that remembers its customers: its page is the simulator's, and a script in it stores
//! whatever a page can store, and tells what it has found of an earlier visit.

use crate::failure::{During, Failure, Outcome};
use crate::open_till::{PATIENCE, until};
use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Another address of this machine than the one that the simulator has: another site.
const HOST: &str = "127.0.0.2";
/// No request of a page is larger, in bytes.
const MOST: usize = 64 * 1024;

/// What the page does besides: it looks for what an earlier visit left, stores everything anew, sees that it is there, and tells
/// both.
const SCRIPT: &str = r"<script>
(async () => {
  const look = async () => {
    const database = await new Promise((resolve) => {
      const open = indexedDB.open('customer');
      let isNew = false;
      open.onupgradeneeded = () => { isNew = true; open.result.createObjectStore('seen'); };
      open.onsuccess = () => { open.result.close(); resolve(isNew ? null : 'customer'); };
      open.onerror = () => resolve(null);
    });
    const workers = await navigator.serviceWorker.getRegistrations();
    return { cookie: document.cookie.split('; ').sort().join('; '), local: localStorage.getItem('customer'), session: sessionStorage.getItem('customer'),
      database, caches: (await caches.keys()).join(), workers: workers.length };
  };
  const found = await look();
  document.cookie = 'customer=written; max-age=99999; secure; samesite=none';
  localStorage.setItem('customer', 'written');
  sessionStorage.setItem('customer', 'written');
  await (await caches.open('customer')).put('/acs/kept', new Response('kept'));
  await navigator.serviceWorker.register('/acs/worker.js');
  await (await fetch('/acs/cached.js')).text();
  const stored = await look();
  await fetch('/acs/visit', { method: 'POST', body: JSON.stringify({ found, stored }) });
})().catch((error) => fetch('/acs/visit', { method: 'POST', body: JSON.stringify({ error: String(error) }) }));
</script>";

/// What the bank has seen.
#[derive(Default)]
struct Seen {
    simulator: String,
    /// What the page told, visit by visit.
    visits: Vec<Value>,
    /// The cookies that came with each opening of the page.
    cookies: Vec<String>,
    /// How often what may be cached for a year was asked for.
    uncached: usize,
}

/// The bank. It ends with the test.
pub struct Bank {
    origin: String,
    certificate: String,
    seen: Arc<Mutex<Seen>>,
    serving: tokio::task::JoinHandle<()>,
}

/// What was found of an earlier visit, and what was stored in this one.
#[derive(Debug)]
pub struct Visit {
    /// By the page's script.
    pub found: Value,
    /// The same, after it had stored everything.
    pub stored: Value,
    /// The cookies that came with the page's request.
    pub cookies: String,
}

impl Bank {
    /// Starts the bank. Its certificate is written into `folder`.
    ///
    /// # Errors
    /// When it gets no port or no certificate.
    pub async fn start(folder: &Path) -> Outcome<Self> {
        let listener = TcpListener::bind((HOST, 0)).await.during("give the bank a port")?;
        let port = listener.local_addr().during("give the bank a port")?.port();
        let (acceptor, pem) = certified()?;
        let certificate = folder.join("bank.pem");
        fs::write(&certificate, pem).during("write the bank's certificate")?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let serving = tokio::spawn(serve(listener, acceptor, Arc::clone(&seen)));
        let certificate = certificate.display().to_string();
        Ok(Self { origin: format!("https://{HOST}:{port}"), certificate, seen, serving })
    }

    /// What leads an application to this bank.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, String); 2] {
        [("COUNTERSIGN_BANK", self.origin.clone()), ("COUNTERSIGN_BANK_CERTIFICATE", self.certificate.clone())]
    }

    /// From now on its customers' payments are those of this simulator.
    pub fn serves(&self, simulator: &str) {
        lock(&self.seen).simulator = simulator.to_owned();
    }

    /// The visit of this number, from 0, once the page has told all of it.
    ///
    /// # Errors
    /// When it does not in time, or the page could not store.
    pub async fn visit(&self, number: usize) -> Outcome<Visit> {
        until(PATIENCE, "the bank's page should tell what it has found", async || {
            let seen = lock(&self.seen);
            let Some(told) = seen.visits.get(number) else { return Ok(None) };
            if told["error"].is_string() {
                return Err(Failure::new(format!("the bank's page could not store: {told}")));
            }
            let cookies = seen.cookies.get(number).cloned().unwrap_or_default();
            Ok(Some(Visit { found: told["found"].clone(), stored: told["stored"].clone(), cookies }))
        })
        .await
    }

    /// How often a page asked for what it may keep for a year.
    #[must_use]
    pub fn uncached(&self) -> usize {
        lock(&self.seen).uncached
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn certified() -> Outcome<(TlsAcceptor, String)> {
    let key = KeyPair::generate().during("make the bank's key")?;
    let params = CertificateParams::new(vec![HOST.to_owned()]).during("make the bank's certificate")?;
    let certificate = params.self_signed(&key).during("make the bank's certificate")?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .during("choose the bank's protocols")?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .during("give the bank its certificate")?;
    Ok((TlsAcceptor::from(Arc::new(config)), certificate.pem()))
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
        tokio::spawn(async move {
            // A page that goes away in the middle is nothing to speak of.
            let _gone = answer(stream, acceptor, seen).await;
        });
    }
}

async fn answer(stream: TcpStream, acceptor: TlsAcceptor, seen: Arc<Mutex<Seen>>) -> Outcome {
    let mut stream = acceptor.accept(stream).await.during("shake hands")?;
    let mut request = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut request).await.during("read a request")? == 0 || request.len() > MOST {
            return Ok(());
        }
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).into_owned();
            let length = header(&head, "content-length").parse().unwrap_or(0_usize);
            if request.len() >= end + 4 + length {
                break (head, end + 4);
            }
        }
    };
    let reply = reply(&head, &request[length..], &seen).await?;
    stream.write_all(&reply).await.during("answer")?;
    stream.shutdown().await.during("answer")
}

fn header<'head>(head: &'head str, name: &str) -> &'head str {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value.trim())
}

async fn reply(head: &str, body: &[u8], seen: &Mutex<Seen>) -> Outcome<Vec<u8>> {
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let year = "cache-control: max-age=31536000\r\n";
    match path {
        "/acs/visit" => {
            lock(seen).visits.push(serde_json::from_slice(body).unwrap_or_default());
            return Ok(written(200, "text/plain", "", b""));
        }
        "/acs/worker.js" => return Ok(written(200, "text/javascript", "", b"")),
        "/acs/cached.js" => {
            lock(seen).uncached += 1;
            return Ok(written(200, "text/javascript", year, b""));
        }
        _ => {}
    }
    let url = format!("{}{path}", lock(seen).simulator);
    let method = reqwest::Method::from_bytes(method.as_bytes()).during("pass a request on")?;
    let client = reqwest::Client::builder().no_proxy().build().during("pass a request on")?;
    let passed = client.request(method, url).header("content-type", header(head, "content-type")).body(body.to_vec());
    let answer = passed.send().await.during("pass a request on")?;
    let status = answer.status().as_u16();
    let kind =
        answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("text/plain").to_owned();
    let mut body = answer.bytes().await.during("pass an answer on")?.to_vec();
    if path.starts_with("/acs/challenge") {
        lock(seen).cookies.push(header(head, "cookie").to_owned());
        body.extend_from_slice(SCRIPT.as_bytes());
        let cookie = "set-cookie: session=set; max-age=99999; path=/; secure; samesite=none\r\n";
        return Ok(written(status, &kind, cookie, &body));
    }
    Ok(written(status, &kind, "", &body))
}

fn written(status: u16, kind: &str, more: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
