//! Why a connection over TLS does not come about, as the real transport tells it: against real sockets, with certificates
//! made for the occasion, judged by the verifier that the till has in a shop.
//!
//! On Linux that verifier trusts what `SSL_CERT_FILE` names, which it reads when the transport is made. So the authority of
//! the test is made in one process, and a second one is born trusting it.

#![cfg(all(feature = "http", target_os = "linux"))]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use secrecy::SecretString;
use stripe_client::{
    CertificateFault, HttpLimits, HttpTransport, Method, Transport, TransportError, Unconnected, WireRequest,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The folder of the authority that the second process trusts.
const AUTHORITY: &str = "COUNTERSIGN_TEST_AUTHORITY";
/// The test of the second process.
const INSIDE: &str = "each_fault_of_a_certificate_is_told_apart_where_its_authority_is_trusted";

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

/// Who signs the certificates: the one that is trusted, kept in `folder`.
fn trusted(folder: &Path) -> Issuer<'static, KeyPair> {
    let key = std::fs::read_to_string(folder.join("key.pem")).expect("the authority's key");
    Issuer::new(authority("Trusted in this test"), KeyPair::from_pem(&key).expect("a key"))
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
        method: Method::Get,
        path: "/v1/payment_intents".into(),
        headers: Vec::new(),
        bearer: SecretString::from("sk_test_certificates0001"),
        body: String::new(),
    }
}

/// Asks a server on `localhost` that answers one connection, over TLS if it has a certificate.
async fn ask(acceptor: Option<TlsAcceptor>) -> Result<u16, TransportError> {
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
    let transport = HttpTransport::new(&base, HttpLimits::default()).expect("a transport");
    let answer = transport.send(&request()).await;
    served.await.expect("served");
    answer.map(|response| response.status)
}

fn refused(fault: CertificateFault) -> Result<u16, TransportError> {
    Err(TransportError::NotSent { why: Unconnected::Certificate(fault) })
}

#[test]
fn each_fault_of_a_certificate_is_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = KeyPair::generate().expect("a key");
    let certificate = authority("Trusted in this test").self_signed(&key).expect("an authority");
    std::fs::write(folder.path().join("authority.pem"), certificate.pem()).expect("written");
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).expect("written");
    let ran = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", INSIDE, "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", folder.path().join("authority.pem"))
        .env_remove("SSL_CERT_DIR")
        .env(AUTHORITY, folder.path())
        .output()
        .expect("a second process");
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "the test above runs it, in a process that trusts its authority"]
async fn each_fault_of_a_certificate_is_told_apart_where_its_authority_is_trusted() {
    let folder = PathBuf::from(std::env::var(AUTHORITY).expect("the authority's folder"));
    let trusted = trusted(&folder);
    let stranger = Issuer::new(authority("Trusted by nobody"), KeyPair::generate().expect("a key"));
    let show = |issuer, name, valid| Some(Shown { issuer, name, valid }.acceptor());
    // The very same server with nothing wrong is believed: so it is the fault that is refused.
    assert_eq!(ask(show(&trusted, "localhost", (2_000, 4_000))).await, Ok(200));
    assert_eq!(ask(show(&trusted, "localhost", (2_000, 2_001))).await, refused(CertificateFault::Expired));
    assert_eq!(ask(show(&trusted, "localhost", (3_999, 4_000))).await, refused(CertificateFault::NotYetValid));
    assert_eq!(ask(show(&trusted, "portal.example", (2_000, 4_000))).await, refused(CertificateFault::OtherName));
    assert_eq!(ask(show(&stranger, "localhost", (2_000, 4_000))).await, refused(CertificateFault::UnknownIssuer));
    assert_eq!(ask(None).await, Err(TransportError::NotSent { why: Unconnected::NotTls }));
}

#[tokio::test]
async fn a_port_at_which_nobody_listens_is_no_refused_certificate() {
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    let transport = HttpTransport::new(&format!("https://localhost:{port}"), HttpLimits::default()).expect("made");
    let answer = transport.send(&request()).await;
    let Err(TransportError::NotSent { why: Unconnected::Unreachable(why) }) = answer else { panic!("{answer:?}") };
    assert_eq!(why, "could not connect");
}
