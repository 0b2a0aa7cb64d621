//! Why a connection over TLS does not come about, as the real transport tells it, and whom it believes: against real sockets,
//! with certificates made for the occasion.
//!
//! The faults are those of certificates of an authority that the transport was given; it judges them like the system's own.
//! What `SSL_CERT_FILE` and `SSL_CERT_DIR` name is a matter of the process, so that is tried in a second one.

#![cfg(all(feature = "http", target_os = "linux"))]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use secrecy::SecretString;
use stripe_client::{
    CertificateFault, HttpLimits, HttpTransport, InTime, Method, Transport, TransportError, Unconnected, WireRequest,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The folder of the authority that the second process is told to trust.
const AUTHORITY: &str = "COUNTERSIGN_TEST_AUTHORITY";
/// Its name.
const NAMED: &str = "Named by a variable";
/// The test of the second process.
const INSIDE: &str = "an_authority_of_this_processs_variables_is_not_believed";

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

/// Who signs certificates.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pem: String,
}

fn signer(name: &str) -> Signer {
    let key = KeyPair::generate().expect("a key");
    let pem = authority(name).self_signed(&key).expect("an authority").pem();
    Signer { issuer: Issuer::new(authority(name), key), pem }
}

/// What a server shows.
struct Shown<'a> {
    issuer: &'a Issuer<'a, KeyPair>,
    name: &'static str,
    /// First and last year.
    valid: (i32, i32),
}

impl Shown<'_> {
    fn acceptor(&self) -> TlsAcceptor {
        let mut params = CertificateParams::new(vec![self.name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(self.valid.0, 1, 1);
        params.not_after = date_time_ymd(self.valid.1, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, self.issuer).expect("signed");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocols")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a certificate");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn request() -> WireRequest {
    WireRequest {
        in_time: InTime::always(),
        method: Method::Get,
        path: "/v1/payment_intents".into(),
        headers: Vec::new(),
        bearer: SecretString::from("sk_test_certificates0001"),
        body: String::new(),
    }
}

/// Asks a server on `localhost` that answers one connection, over TLS if it has a certificate. Believed is the authority in
/// this PEM; without one, who is believed in a shop.
async fn ask(acceptor: Option<TlsAcceptor>, authority: Option<&str>) -> Result<u16, TransportError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
        let mut request = [0_u8; 4_096];
        match acceptor {
            // A client that does not like the certificate ends the handshake.
            Some(acceptor) => {
                if let Ok(mut socket) = acceptor.accept(socket).await {
                    let _read = socket.read(&mut request).await.expect("a request");
                    socket.write_all(answer).await.expect("answered");
                    let _closed = socket.shutdown().await;
                }
            }
            None => {
                let _read = socket.read(&mut request).await.expect("a greeting");
                socket.write_all(answer).await.expect("answered");
                let _closed = socket.shutdown().await;
            }
        }
    });
    let transport = match authority {
        Some(pem) => HttpTransport::with_authority(&base, HttpLimits::default(), pem),
        None => HttpTransport::new(&base, HttpLimits::default()),
    };
    let answer = transport.expect("a transport").send(&request()).await;
    served.await.expect("served");
    answer.map(|response| response.status)
}

fn refused(fault: CertificateFault) -> Result<u16, TransportError> {
    Err(TransportError::NotSent { why: Unconnected::Certificate(fault) })
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_told_apart() {
    let (trusted, stranger) = (signer("Trusted in this test"), signer("Trusted by nobody"));
    let ask = |signer: &Signer, name, valid| {
        let shown = Shown { issuer: &signer.issuer, name, valid }.acceptor();
        ask(Some(shown), Some(&trusted.pem))
    };
    // The very same server with nothing wrong is believed: so it is the fault that is refused.
    assert_eq!(ask(&trusted, "localhost", (2_000, 4_000)).await, Ok(200));
    assert_eq!(ask(&trusted, "localhost", (2_000, 2_001)).await, refused(CertificateFault::Expired));
    assert_eq!(ask(&trusted, "localhost", (3_999, 4_000)).await, refused(CertificateFault::NotYetValid));
    assert_eq!(ask(&trusted, "portal.example", (2_000, 4_000)).await, refused(CertificateFault::OtherName));
    assert_eq!(ask(&stranger, "localhost", (2_000, 4_000)).await, refused(CertificateFault::UnknownIssuer));
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told() {
    let trusted = signer("Trusted in this test");
    assert_eq!(ask(None, Some(&trusted.pem)).await, Err(TransportError::NotSent { why: Unconnected::NotTls }));
}

#[test]
fn the_systems_store_is_believed_and_no_variable() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = KeyPair::generate().expect("a key");
    let certificate = authority(NAMED).self_signed(&key).expect("an authority");
    std::fs::create_dir(folder.path().join("authorities")).expect("made");
    let file = folder.path().join("authorities/authority.pem");
    std::fs::write(&file, certificate.pem()).expect("written");
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).expect("written");
    for (variable, value) in [("SSL_CERT_FILE", file.clone()), ("SSL_CERT_DIR", folder.path().join("authorities"))] {
        let ran = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", INSIDE, "--ignored", "--nocapture"])
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR")
            .env(variable, value)
            .env(AUTHORITY, folder.path())
            .output()
            .expect("a second process");
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success() && said.contains("1 passed"), "{variable}: {said}");
    }
}

#[tokio::test]
#[ignore = "the test above runs it, in a process whose variables name an authority"]
async fn an_authority_of_this_processs_variables_is_not_believed() {
    let folder = PathBuf::from(std::env::var(AUTHORITY).expect("the authority's folder"));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("written before");
    let issuer = Issuer::new(authority(NAMED), KeyPair::from_pem(&read("key.pem")).expect("a key"));
    let shown = || Some(Shown { issuer: &issuer, name: "localhost", valid: (2_000, 4_000) }.acceptor());
    assert_eq!(ask(shown(), None).await, refused(CertificateFault::UnknownIssuer));
    // Nothing else is wrong with it.
    assert_eq!(ask(shown(), Some(&read("authorities/authority.pem"))).await, Ok(200));
}

#[tokio::test]
async fn a_port_at_which_nobody_listens_is_no_refused_certificate() {
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    let transport = HttpTransport::new(&format!("https://localhost:{port}"), HttpLimits::default()).expect("made");
    let answer = transport.send(&request()).await;
    let Err(TransportError::NotSent { why: Unconnected::Unreachable(why) }) = answer else { panic!("{answer:?}") };
    assert_eq!(why, "could not connect");
}
