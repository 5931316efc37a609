//! Certificates made at start: good ones under a private authority, and the ways in which they go wrong.

use std::sync::Arc;

use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::running::StartError;

/// Which certificate the server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Signed by a private authority (`Practice CA`), for 127.0.0.1 and localhost.
    PrivateCa,
    /// Signed by the private authority, for these names as well, so that a proxy can lead them here.
    PrivateCaFor(&'static [&'static str]),
    /// Signed by itself.
    SelfSigned,
    /// Signed by the private authority, ended yesterday.
    Expired,
    /// Signed by the private authority, begins tomorrow.
    NotYetValid,
    /// Signed by the private authority, for `wrong.example` only.
    WrongName,
}

/// What a server with TLS keeps.
#[derive(Clone)]
pub(crate) struct Certificates {
    pub ca_pem: String,
    config: Arc<ServerConfig>,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl Certificates {
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

fn named(common_name: &str, names: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    Ok(params)
}

/// Makes the authority and the server's certificate, dated by the server's clock.
pub(crate) fn make_certificates(tls: Tls, now: Timestamp) -> Result<Certificates, StartError> {
    let wrong = |e: &dyn std::fmt::Display| StartError::Certificate(e.to_string());
    let day = |offset| {
        let (year, month, day) = ymd(now, offset);
        rcgen::date_time_ymd(year, month, day)
    };
    let mut names = vec!["127.0.0.1", "localhost"];
    match tls {
        Tls::WrongName => names = vec!["wrong.example"],
        Tls::PrivateCaFor(others) => names.extend(others),
        _ => {}
    }
    let mut leaf = named("Practice GitHub", &names).map_err(|e| wrong(&e))?;
    let (from, to) = match tls {
        Tls::Expired => (-30, -1),
        Tls::NotYetValid => (1, 30),
        _ => (-1, 30),
    };
    leaf.not_before = day(from);
    leaf.not_after = day(to);
    let key = KeyPair::generate().map_err(|e| wrong(&e))?;
    let (certificate, ca_pem) = if tls == Tls::SelfSigned {
        let own = leaf.self_signed(&key).map_err(|e| wrong(&e))?;
        let pem = own.pem();
        (own, pem)
    } else {
        let mut authority = named("Practice CA", &[]).map_err(|e| wrong(&e))?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.not_before = day(-60);
        authority.not_after = day(60);
        let ca_key = KeyPair::generate().map_err(|e| wrong(&e))?;
        let authority = CertifiedIssuer::self_signed(authority, ca_key).map_err(|e| wrong(&e))?;
        let signed = leaf.signed_by(&key, &authority).map_err(|e| wrong(&e))?;
        (signed, authority.pem())
    };
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong(&e))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| wrong(&e))?;
    Ok(Certificates { ca_pem, config: Arc::new(config) })
}

/// Year, month and day, `offset` days from now.
fn ymd(now: Timestamp, offset: i64) -> (i32, u8, u8) {
    use jiff::{SignedDuration, tz::TimeZone};
    let date =
        now.saturating_add(SignedDuration::from_hours(24 * offset)).unwrap_or(now).to_zoned(TimeZone::UTC);
    (i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
}
