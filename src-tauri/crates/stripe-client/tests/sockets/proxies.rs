//! A proxy between the till and Stripe. Everything up to Stripe's certificate may go wrong without anything being sent; what
//! goes wrong inside the tunnel after that is not known.
//!
//! Which proxy to use stands in the environment of a process. So each case is played to a process of its own, which is this
//! test program again, and tells what it made of it; the proxy is here, and Stripe behind it.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use stripe_client::HttpTransport;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::server::{Server, Step, read_request, write};
use crate::{KEY, LIMITS, answer, assert_same_charge, charge, client_over, paid, transport_to};

/// Names Stripe's address to the process that charges.
const INSIDE: &str = "COUNTERSIGN_TEST_PROXY";
/// Names the authority in whose name Stripe signs, in a file. Without it the process believes whom a shop believes.
const AUTHORITY: &str = "COUNTERSIGN_TEST_AUTHORITY";
/// All that may name a proxy.
const VARIABLES: [&str; 6] = ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];
/// Its test.
const CHARGING: &str = "proxies::charge_through_the_proxy_of_this_process";
/// Known to no name server: only the proxy can reach it.
const STRIPE: &str = "api.stripe.invalid";
const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

/// What the proxy does with the tunnel that it is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Proxy {
    /// Closes without a word.
    Closes,
    /// Answers with this status, and closes.
    Refuses(&'static str),
    /// Says nothing at all.
    Silent,
    /// Opens the tunnel, and then speaks itself, without TLS.
    AnswersItself,
    /// Opens the tunnel, and closes it.
    TearsAtOnce,
    /// Opens the tunnel, and closes it in the middle of the handshake.
    TearsInTheHandshake,
    /// Opens the tunnel to somebody with a certificate of nobody's.
    ShowsAnother,
    /// Opens the tunnel to Stripe, and tears it when the charge has gone through it.
    TearsAfterTheCharge,
    /// The same, in the middle of the answer.
    TearsInTheAnswer,
    /// The same, in the middle of an answer that ends with the connection. TLS ends without its own word of farewell.
    TearsInAnAnswerWithoutLength,
    /// Does what it is for.
    Serves,
}

/// What the proxy and Stripe behind it saw.
#[derive(Debug, Default)]
struct Seen {
    /// What came before a tunnel was open.
    openly: Vec<String>,
    /// The charges, inside.
    charges: Vec<String>,
}

struct Play {
    proxy: Proxy,
    stripe: TlsAcceptor,
    another: TlsAcceptor,
    seen: Mutex<Seen>,
}

impl Play {
    async fn serve(&self, mut socket: TcpStream) -> Option<()> {
        let asked = read_request(&mut socket).await?;
        self.seen.lock().expect("lock").openly.push(asked);
        match self.proxy {
            Proxy::Closes => return None,
            Proxy::Silent => std::future::pending().await,
            Proxy::Refuses(status) => {
                let refusal = answer(status, "<html>The proxy says no</html>");
                socket.write_all(refusal.as_bytes()).await.ok()?;
                return socket.shutdown().await.ok();
            }
            _ => socket.write_all(OPEN.as_bytes()).await.ok()?,
        }
        match self.proxy {
            Proxy::TearsAtOnce => return None,
            Proxy::AnswersItself | Proxy::TearsInTheHandshake => {
                let mut greeting = [0; 4_096];
                let count = socket.read(&mut greeting).await.ok()?;
                let greeting = String::from_utf8_lossy(&greeting[..count]).into_owned();
                self.seen.lock().expect("lock").openly.push(greeting);
                if self.proxy == Proxy::AnswersItself {
                    socket.write_all(answer("200 OK", crate::INTENT).as_bytes()).await.ok()?;
                }
                return None;
            }
            _ => {}
        }
        let acceptor = if self.proxy == Proxy::ShowsAnother { &self.another } else { &self.stripe };
        let mut inside = acceptor.accept(socket).await.ok()?;
        let charge = read_request(&mut inside).await?;
        self.seen.lock().expect("lock").charges.push(charge);
        let paid = paid();
        match self.proxy {
            Proxy::TearsInTheAnswer => inside.write_all(&paid.as_bytes()[..paid.len() - 20]).await.ok()?,
            Proxy::TearsInAnAnswerWithoutLength => {
                inside.write_all(format!("HTTP/1.1 200 OK\r\n\r\n{}", crate::INTENT).as_bytes()).await.ok()?;
            }
            Proxy::Serves => {
                inside.write_all(paid.as_bytes()).await.ok()?;
                return inside.shutdown().await.ok();
            }
            _ => {}
        }
        inside.flush().await.ok()?;
        // The connection under TLS ends, and TLS does not say farewell.
        inside.into_inner().0.shutdown().await.ok()
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

/// Shows a certificate for Stripe's name, signed by an authority of this name, whose own is written to `folder`.
fn shown(authority_name: &str, folder: &Path) -> TlsAcceptor {
    let (issuer_key, key) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let its_own = authority(authority_name).self_signed(&issuer_key).expect("an authority");
    std::fs::write(folder.join(authority_name), its_own.pem()).expect("written");
    let issuer = Issuer::new(authority(authority_name), issuer_key);
    let params = CertificateParams::new(vec![STRIPE.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &issuer).expect("signed");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocols")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a certificate");
    TlsAcceptor::from(Arc::new(config))
}

/// A proxy at work, and Stripe behind it.
struct Playing {
    play: Arc<Play>,
    serving: tokio::task::JoinHandle<()>,
    /// Where it is, without a scheme.
    address: String,
    /// The authorities' own certificates: `trusted` and `stranger`.
    folder: tempfile::TempDir,
}

impl Playing {
    async fn start(proxy: Proxy) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (stripe, another) = (shown("trusted", folder.path()), shown("stranger", folder.path()));
        let play = Arc::new(Play { proxy, stripe, another, seen: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let served = play.clone();
        let serving = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let played = served.clone();
                tokio::spawn(async move { played.serve(socket).await });
            }
        });
        Self { play, serving, address, folder }
    }

    /// What a process told that charged at `stripe`, with these variables and no other of the kind; what it logged is
    /// before it.
    async fn charge(&self, stripe: &str, variables: &[(&str, String)]) -> String {
        let mut process = Command::new(std::env::current_exe().expect("this test"));
        process.args(["--exact", CHARGING, "--ignored", "--nocapture"]);
        for name in VARIABLES.into_iter().chain(["NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", AUTHORITY]) {
            process.env_remove(name);
        }
        process.env(INSIDE, stripe).envs(variables.iter().map(|(name, value)| (name, value)));
        let ran = tokio::task::spawn_blocking(move || process.output()).await.expect("run").expect("a process");
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(said.contains("TOLD: "), "{said}");
        said
    }

    fn authority(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// What it saw, at the end.
    fn seen(self) -> Seen {
        self.serving.abort();
        std::mem::take(&mut *self.play.seen.lock().expect("lock"))
    }
}

/// Only what came of it, of what a process said.
fn told(said: &str) -> String {
    let told = said.lines().find_map(|line| line.split_once("TOLD: "));
    told.map(|(_, told)| told.to_owned()).unwrap_or_default()
}

/// Plays one proxy to a process that charges. Answers with what the proxy saw, and what the process told.
async fn play(proxy: Proxy) -> (Seen, String) {
    let playing = Playing::start(proxy).await;
    let variables = [("HTTPS_PROXY", format!("http://{}", playing.address)), (AUTHORITY, playing.authority("trusted"))];
    let said = playing.charge(&format!("https://{STRIPE}"), &variables).await;
    (playing.seen(), told(&said))
}

struct Printing;

impl log::Log for Printing {
    fn enabled(&self, line: &log::Metadata<'_>) -> bool {
        line.target().starts_with("stripe_client")
    }
    fn log(&self, line: &log::Record<'_>) {
        if self.enabled(line.metadata()) {
            println!("LOG: {}", line.args());
        }
    }
    fn flush(&self) {}
}

#[tokio::test]
#[ignore = "the tests below run it, each in a process that has their proxy"]
async fn charge_through_the_proxy_of_this_process() {
    let stripe = std::env::var(INSIDE).expect("only from the tests below");
    log::set_logger(&Printing).expect("the only logger");
    log::set_max_level(log::LevelFilter::Trace);
    let transport = match std::env::var(AUTHORITY) {
        Ok(file) => {
            let authority = std::fs::read_to_string(file).expect("an authority");
            HttpTransport::with_authority(&stripe, LIMITS, &authority).expect("a transport")
        }
        Err(_) => transport_to(&stripe),
    };
    let client = client_over(transport);
    let told = match charge(&client, "attempt-1").await.result {
        Ok(intent) => format!("{:?}", intent.status),
        Err(error) => format!("{:?} {error:?}", error.fate()),
    };
    assert!(!told.contains("SocketsSockets"), "the key");
    println!("TOLD: {told}");
}

/// What goes openly to a proxy is where to go. Never the key, nor anything about the charge.
fn assert_tells_nothing(seen: &Seen, proxy: Proxy) {
    assert!(!seen.openly.is_empty(), "{proxy:?}: it was asked");
    for piece in &seen.openly {
        for secret in [KEY, "Bearer", "attempt-1", "amount", "payment_intents"] {
            assert!(!piece.contains(secret), "{proxy:?}: {secret} in {piece}");
        }
    }
    assert!(seen.openly[0].starts_with(&format!("CONNECT {STRIPE}:443 HTTP/1.1\r\n")), "{proxy:?}: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_breaks_before_stripe_is_reached_was_not_sent() {
    for (proxy, why) in [
        (Proxy::Closes, "Unreachable"),
        (Proxy::Refuses("407 Proxy Authentication Required"), "Unreachable"),
        (Proxy::Refuses("502 Bad Gateway"), "Unreachable"),
        (Proxy::Refuses("302 Found\r\nlocation: https://portal.example/"), "Unreachable"),
        (Proxy::Silent, "Unreachable"),
        (Proxy::AnswersItself, "NotTls"),
        (Proxy::TearsAtOnce, "Unreachable"),
        (Proxy::TearsInTheHandshake, "Unreachable"),
        (Proxy::ShowsAnother, "Certificate(UnknownIssuer)"),
    ] {
        let (seen, told) = play(proxy).await;
        assert!(told.starts_with("NotExecuted NotSent") && told.contains(why), "{proxy:?}: {told}");
        assert_eq!(seen.charges, [""; 0], "{proxy:?}: and so it was");
        assert_tells_nothing(&seen, proxy);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_tears_after_the_charge_is_in_the_tunnel_is_not_known() {
    for proxy in [Proxy::TearsAfterTheCharge, Proxy::TearsInTheAnswer, Proxy::TearsInAnAnswerWithoutLength] {
        let (seen, told) = play(proxy).await;
        assert!(told.starts_with("Unknown NoAnswer"), "{proxy:?}: {told}");
        assert_tells_nothing(&seen, proxy);
        assert_eq!(seen.charges.len(), 3, "{proxy:?}");
        for charge in &seen.charges {
            assert_eq!(charge, &seen.charges[0], "{proxy:?}");
            assert!(charge.contains("idempotency-key: attempt-1\r\n"), "{proxy:?}: {charge}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_does_what_it_is_for_is_no_trouble() {
    let (seen, told) = play(Proxy::Serves).await;
    assert_eq!(told, "Succeeded");
    assert_eq!(seen.charges.len(), 1);
    assert_tells_nothing(&seen, Proxy::Serves);
}

/// A variable for certificates beside the one for the proxy: together they would lead a key to somebody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_shows_what_a_variable_vouches_for_is_not_believed() {
    for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        let playing = Playing::start(Proxy::ShowsAnother).await;
        let vouched = if variable == "SSL_CERT_FILE" { playing.authority("stranger") } else { playing.authority("") };
        let variables = [("HTTPS_PROXY", format!("http://{}", playing.address)), (variable, vouched)];
        let told = told(&playing.charge(&format!("https://{STRIPE}"), &variables).await);
        assert!(told.starts_with("NotExecuted NotSent") && told.contains("UnknownIssuer"), "{variable}: {told}");
        let seen = playing.seen();
        assert_eq!(seen.charges, [""; 0], "{variable}");
        assert_tells_nothing(&seen, Proxy::ShowsAnother);
    }
}

/// What answers in this computer is training's Stripe. No variable sends its calls, and its key, out of the computer.
#[tokio::test(flavor = "multi_thread")]
async fn calls_within_this_computer_go_through_no_proxy() {
    for (name, others) in VARIABLES.into_iter().map(|name| (name, "")).chain([("HTTP_PROXY", "shop.example")]) {
        for host in ["127.0.0.1", "localhost"] {
            let playing = Playing::start(Proxy::Serves).await;
            let stripe = Server::start(vec![vec![Step::Read, write(&paid())]]).await;
            let base = format!("http://{host}:{}", stripe.address.port());
            let variables = [(name, format!("http://{}", playing.address)), ("NO_PROXY", others.to_owned())];
            let said = playing.charge(&base, &variables).await;
            assert_eq!(told(&said), "Succeeded", "{name}, {host}");
            assert!(!said.contains("LOG: "), "{name}, {host}: {said}");
            assert_same_charge(&stripe.seen(), "attempt-1", 1, name);
            let seen = playing.seen();
            assert!(seen.openly.is_empty() && seen.charges.is_empty(), "{name}, {host}: {seen:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_the_proxy_and_neither_its_user_nor_its_password() {
    let (user, password) = ("counter-desk", "opensesame%40home");
    for scheme in ["http://", ""] {
        let playing = Playing::start(Proxy::Serves).await;
        let proxy = format!("{scheme}{user}:{password}@{}", playing.address);
        let variables = [("ALL_PROXY", proxy), (AUTHORITY, playing.authority("trusted"))];
        let said = playing.charge(&format!("https://{STRIPE}"), &variables).await;
        assert_eq!(told(&said), "Succeeded");
        let logged: Vec<&str> =
            said.lines().filter_map(|line| line.split_once("LOG: ")).map(|(_, line)| line).collect();
        assert_eq!(logged, [format!("{STRIPE} is reached through a proxy: {}.", playing.address)]);
        for secret in [user, "sesame"] {
            assert!(!said.contains(secret), "{said}");
        }
        let seen = playing.seen();
        assert!(seen.openly[0].contains("roxy-authorization: Basic ") || seen.openly[0].contains("roxy-Authorization"));
        assert_eq!(seen.charges.len(), 1);
    }
}
