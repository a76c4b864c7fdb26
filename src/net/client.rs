//! One HTTP client a connection: no redirects, ring for TLS, certificates of the system.
use std::{sync::Once, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, redirect::Policy};
use url::{Host, Url};

use crate::domain::error::Error;

/// How long to wait for a connection.
pub const CONNECT: Duration = Duration::from_secs(5);

/// How long to wait for an answer, unless the settings say otherwise.
pub const USUAL_TIMEOUT: Duration = Duration::from_secs(20);

/// What a client is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// For a whole exchange.
    pub timeout: Duration,
    /// More authorities to trust, PEM.
    pub ca_file: Option<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { timeout: USUAL_TIMEOUT, ca_file: None }
    }
}

/// Makes ring the process's cryptography. May be called again and again.
pub fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that another one was installed first, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A client for that site. Reads the system's certificates, which takes some milliseconds.
///
/// Errors: [`Error::Certificate`] when the given authorities cannot be read.
pub fn client(site: &Url, options: &Options) -> Result<Client, Error> {
    install_crypto();
    let extra = authorities(options)?;
    if site.scheme() == "http" {
        // Without a CA store a client cannot be built otherwise, and here nobody needs one.
        return built(plain(site, options).tls_certs_only([]));
    }
    let merged = plain(site, options).tls_certs_merge(extra.clone());
    built(merged).or_else(|_| built(plain(site, options).tls_certs_only(bundled(extra)?)))
}

fn plain(site: &Url, options: &Options) -> ClientBuilder {
    let builder = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .timeout(options.timeout)
        .pool_idle_timeout(Duration::from_secs(60))
        .gzip(true)
        .referer(false)
        .user_agent(concat!("ficha/", env!("CARGO_PKG_VERSION")));
    // What runs on this machine (the demo) is not asked for through a proxy.
    if is_loopback(site) { builder.no_proxy() } else { builder }
}

fn built(builder: ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|error| Error::Certificate { reason: error.to_string() })
}

fn authorities(options: &Options) -> Result<Vec<Certificate>, Error> {
    let Some(pem) = &options.ca_file else { return Ok(Vec::new()) };
    let unreadable = |reason: String| Error::Certificate { reason };
    let found = Certificate::from_pem_bundle(pem).map_err(|error| unreadable(error.to_string()))?;
    if found.is_empty() {
        return Err(unreadable("the file of authorities holds no certificate".to_owned()));
    }
    Ok(found)
}

/// Mozilla's authorities, for machines without a store of their own.
fn bundled(extra: Vec<Certificate>) -> Result<Vec<Certificate>, Error> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    let roots = roots.map(|der| Certificate::from_der(der));
    let mut all: Vec<_> = roots
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Certificate { reason: error.to_string() })?;
    all.extend(extra);
    Ok(all)
}

fn is_loopback(site: &Url) -> bool {
    match site.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_built_for_both_schemes_and_crypto_is_installed_twice_without_harm() {
        install_crypto();
        install_crypto();
        for site in ["http://127.0.0.1:1/", "https://crm.example/"] {
            assert!(client(&Url::parse(site).unwrap(), &Options::default()).is_ok(), "{site}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused_by_name() {
        let options = Options { ca_file: Some(b"nothing".to_vec()), ..Options::default() };
        let built = client(&Url::parse("https://crm.example/").unwrap(), &options);
        assert!(matches!(built, Err(Error::Certificate { .. })), "{built:?}");
    }

    #[test]
    fn the_bundled_authorities_can_be_read() {
        assert!(bundled(Vec::new()).unwrap().len() > 50);
    }
}
