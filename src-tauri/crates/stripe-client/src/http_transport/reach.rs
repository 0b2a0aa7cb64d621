//! Whom a call reaches: the address, whether a proxy stands between, and whose certificates are believed.
//!
//! Of this process's environment only the proxy's variables have a say: `ALL_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in
//! capitals or not. Many shops have no other way out, and a proxy sees where to go and nothing else, because TLS goes
//! through it and ends at Stripe. For that, what proves that it is Stripe must not come out of the same environment: the
//! system's own store is believed, and not what `SSL_CERT_FILE` and `SSL_CERT_DIR` name.

use std::net::IpAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Certificate, ClientBuilder, Url};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use crate::transport::{TransportError, Unconnected};

/// Where Linux systems keep the authorities that they trust, as one file; the first that is there is the system's.
#[cfg(target_os = "linux")]
const STORES: [&str; 5] = [
    // Debian, Ubuntu, Arch, NixOS, and what Flatpak gives.
    "/etc/ssl/certs/ca-certificates.crt",
    // Fedora, and what is made of it.
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    // openSUSE.
    "/etc/ssl/ca-bundle.pem",
    // Alpine.
    "/etc/ssl/cert.pem",
];

/// Whose word a certificate is believed on.
pub(super) enum Authority<'a> {
    /// The system's: what its owner and its distributor trust.
    System,
    /// This one alone, in PEM.
    #[cfg_attr(not(feature = "own-authority"), expect(dead_code, reason = "only tests bring their own"))]
    Own(&'a str),
}

/// Has the client reach `base` in the one way that is right for it.
pub(super) fn lead(
    client: ClientBuilder,
    base: &str,
    authority: &Authority<'_>,
) -> Result<ClientBuilder, TransportError> {
    let base = Url::parse(base).map_err(|_| unfit("the address of Stripe is none"))?;
    if !base.username().is_empty() || base.password().is_some() {
        return Err(unfit("the address of Stripe carries a user"));
    }
    let here = is_this_computer(&base);
    let client = match (base.scheme(), here) {
        // No certificate is shown, so none is read: training needs no store of the system's.
        ("http", true) => return Ok(client.no_proxy().tls_certs_only([])),
        ("https", true) => client.no_proxy(),
        ("https", false) => {
            tell_of_a_proxy(&base);
            client
        }
        _ => return Err(unfit("the secret key is not sent without TLS")),
    };
    match authority {
        Authority::System => believing_the_system(client),
        Authority::Own(pem) => believing(client, pem.as_bytes()),
    }
}

fn unfit(why: &'static str) -> TransportError {
    TransportError::NotSent { why: Unconnected::Unfit(why) }
}

/// Whether calls to `base` stay in this computer. By its name alone: what `localhost` means is not asked of anybody.
fn is_this_computer(base: &Url) -> bool {
    let Some(host) = base.host_str() else { return false };
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => {
            let name = host.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

/// Names the proxy in the log, for whoever looks into a fault. Never its user and password.
fn tell_of_a_proxy(base: &Url) {
    if let Some(proxy) = proxy_to(base) {
        log::info!("{} is reached through a proxy: {proxy}.", base.host_str().unwrap_or_default());
    }
}

/// The proxy through which `base` is reached, without its user and password; none where it is reached straight.
pub(super) fn proxy_to(base: &Url) -> Option<String> {
    if is_this_computer(base) {
        return None;
    }
    let proxy = Matcher::from_system().intercept(&base.as_str().parse().ok()?)?;
    let uri = proxy.uri();
    let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}", uri.host().unwrap_or_default()))
}

#[cfg(target_os = "linux")]
fn believing_the_system(client: ClientBuilder) -> Result<ClientBuilder, TransportError> {
    let store = STORES.iter().find_map(|file| std::fs::read(file).ok());
    believing(client, &store.unwrap_or_default())
}

/// reqwest asks the system itself here, which no variable can lead elsewhere.
#[cfg(not(target_os = "linux"))]
fn believing_the_system(client: ClientBuilder) -> Result<ClientBuilder, TransportError> {
    Ok(client)
}

fn believing(client: ClientBuilder, store: &[u8]) -> Result<ClientBuilder, TransportError> {
    let authorities = authorities_in(store);
    if authorities.is_empty() {
        return Err(TransportError::NotSent {
            why: Unconnected::Unreachable("the system names no authority that it trusts".into()),
        });
    }
    let authorities: Result<Vec<_>, _> = authorities.iter().map(|der| Certificate::from_der(der)).collect();
    Ok(client.tls_certs_only(authorities.map_err(|_| unfit("an authority's certificate cannot be used"))?))
}

/// The certificates in a store. One that cannot be read is passed over: stores carry odd ones, and the others count.
fn authorities_in(store: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(store)
        .filter_map(Result::ok)
        .filter(|der| rustls::RootCertStore::empty().add(der.clone()).is_ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_has_many_names() {
        let here = |base: &str| is_this_computer(&Url::parse(base).expect("a URL"));
        for base in [
            "http://127.0.0.1:12111",
            "http://127.8.9.1",
            "http://[::1]:80",
            "http://[::ffff:127.0.0.1]",
            "http://localhost:1",
            "http://LOCALHOST.",
            "https://stripe.localhost",
            "http://2130706433",
        ] {
            assert!(here(base), "{base}");
        }
        for base in [
            crate::DEFAULT_BASE,
            "https://localhost.example",
            "https://notlocalhost",
            "http://128.0.0.1",
            "http://0.0.0.0",
            "http://[::2]",
            "http://127.0.0.1.example",
        ] {
            assert!(!here(base), "{base}");
        }
    }

    #[test]
    fn the_key_goes_nowhere_without_tls() {
        for base in [
            "http://api.stripe.com",
            "http://127.0.0.1:80@portal.example",
            "https://127.0.0.1:80@portal.example",
            "ftp://127.0.0.1",
            "api.stripe.com",
            "",
        ] {
            let led = lead(ClientBuilder::new(), base, &Authority::System);
            assert!(matches!(led, Err(TransportError::NotSent { why: Unconnected::Unfit(_) })), "{base}");
        }
    }

    #[test]
    fn a_store_counts_for_what_can_be_read_of_it() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let mut authority = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let sound = authority.self_signed(&key).expect("an authority").pem();
        let odd = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        assert_eq!(authorities_in(format!("{odd}\n# a remark\n{sound}").as_bytes()).len(), 1);
        assert!(believing(ClientBuilder::new(), sound.as_bytes()).is_ok());
        for nothing in ["", "no certificate", odd] {
            let believed = believing(ClientBuilder::new(), nothing.as_bytes());
            assert!(matches!(believed, Err(TransportError::NotSent { .. })), "{nothing}");
        }
    }

    /// This computer's own store, which the tests of certificates cannot sign for.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_systems_store_is_read_whole() {
        let store = STORES.iter().find_map(|file| std::fs::read_to_string(file).ok()).expect("a store");
        let named = store.matches("-----BEGIN CERTIFICATE-----").count();
        assert!(named > 50, "{named}");
        assert_eq!(authorities_in(store.as_bytes()).len(), named);
    }
}
