//! Certificates: which ones are trusted, and why one is not.
//!
//! Invariant: verification is never switched off. The connection test looks at a bad
//! certificate through a verifier that remembers what it saw and then refuses it.

use std::sync::Arc;

use docket_domain::{Code, Problem, Timestamp};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateFacts {
    pub subject: String,
    pub issuer: String,
    /// Names that it is for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    pub self_signed: bool,
}

/// Why a certificate or a handshake is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TlsTrouble {
    UnknownIssuer,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongName,
    Revoked,
    /// What answers does not speak TLS.
    NotTls,
    /// The server ended the handshake, or anything else.
    Other(String),
}

/// The settings of a client that trusts as `verifier` says.
pub(crate) fn config(verifier: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, Problem> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(Problem::internal)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Trust as the operating system says, plus the authorities of `ca_file`. Verification is real
/// in every case; `plain` only says that a computer without authorities is no reason to stop.
pub(crate) fn verifier(ca_file: Option<&str>, plain: bool) -> Result<Arc<dyn ServerCertVerifier>, Problem> {
    let extra = match ca_file.map(str::trim).filter(|path| !path.is_empty()) {
        Some(path) => authorities(path)?,
        None => Vec::new(),
    };
    match Verifier::new_with_extra_roots(extra, provider()) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        // Without TLS nothing is verified; a computer without authorities may still practise.
        Err(_) if plain => Ok(Arc::new(RefusesAll)),
        Err(error) => Err(Problem::new(Code::Tls, "This computer has no list of certificate authorities, so no server can be trusted.")
            .hint("Install the package ca-certificates, or set your company's CA file in the connection's network settings.")
            .because(error)),
    }
}

/// The certificates in a PEM file.
fn authorities(path: &str) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let unreadable = |cause: String| {
        Problem::bad_input(format!("The CA file {path} could not be read."))
            .hint("Choose a PEM file (it begins with -----BEGIN CERTIFICATE-----).")
            .because(cause)
    };
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(|error| unreadable(error.to_string()))?
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(error.to_string()))?;
    if found.is_empty() {
        return Err(Problem::bad_input(format!("The CA file {path} holds no certificate."))
            .hint("Choose a PEM file (it begins with -----BEGIN CERTIFICATE-----)."));
    }
    Ok(found)
}

/// Stands in where TLS is not used at all.
#[derive(Debug)]
struct RefusesAll;

impl ServerCertVerifier for RefusesAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(CertificateError::UnknownIssuer.into())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Vec::new()
    }
}

/// What a certificate says, as far as it can be read.
pub(crate) fn facts(der: &[u8]) -> Option<CertificateFacts> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let mut names = Vec::new();
    if let Ok(Some(extension)) = certificate.subject_alternative_name() {
        for name in &extension.value.general_names {
            match name {
                GeneralName::DNSName(name) => names.push((*name).to_owned()),
                GeneralName::IPAddress(bytes) => names.extend(ip_address(bytes)),
                _ => {}
            }
        }
    }
    let validity = certificate.validity();
    Some(CertificateFacts {
        subject: readable(certificate.subject()),
        issuer: readable(certificate.issuer()),
        names,
        not_before: Timestamp(validity.not_before.timestamp().saturating_mul(1000)),
        not_after: Timestamp(validity.not_after.timestamp().saturating_mul(1000)),
        self_signed: certificate.subject() == certificate.issuer(),
    })
}

fn ip_address(bytes: &[u8]) -> Option<String> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(|octets| std::net::Ipv4Addr::from(octets).to_string()),
        16 => <[u8; 16]>::try_from(bytes).ok().map(|octets| std::net::Ipv6Addr::from(octets).to_string()),
        _ => None,
    }
}

/// The common name, or the whole name when there is none.
fn readable(name: &x509_parser::x509::X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|part| part.as_str().ok()).map(str::to_owned);
    common.unwrap_or_else(|| name.to_string())
}

/// Tells the kinds of trouble apart. Verifiers of some systems say only «not trusted»;
/// what the certificate itself says then decides.
pub(crate) fn trouble_of(error: &rustls::Error, certificate: Option<&CertificateFacts>) -> TlsTrouble {
    let self_signed = certificate.is_some_and(|facts| facts.self_signed);
    match error {
        rustls::Error::InvalidMessage(_) => TlsTrouble::NotTls,
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsTrouble::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                TlsTrouble::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsTrouble::WrongName
            }
            CertificateError::Revoked => TlsTrouble::Revoked,
            _ if self_signed => TlsTrouble::SelfSigned,
            CertificateError::UnknownIssuer => TlsTrouble::UnknownIssuer,
            other => TlsTrouble::Other(other.to_string()),
        },
        other => TlsTrouble::Other(other.to_string()),
    }
}

/// What happened and what to do, for a person.
pub(crate) fn words(
    trouble: &TlsTrouble,
    host: &str,
    port: u16,
    certificate: Option<&CertificateFacts>,
) -> (String, String) {
    let ask = format!("Ask the administrator of {host} to renew it; do not ignore it.");
    match trouble {
        TlsTrouble::UnknownIssuer => (
            match certificate {
                Some(facts) => format!("The certificate of {host} is signed by «{}», which this computer does not know.", facts.issuer),
                None => format!("The certificate of {host} is signed by somebody this computer does not know."),
            },
            "Add your company's CA file in the connection's network settings. If you did not expect this, do not go on: somebody may be listening in.".to_owned(),
        ),
        TlsTrouble::SelfSigned => (
            format!("The certificate of {host} is signed by itself, so nobody vouches for it."),
            format!("Ask the administrator of {host} for a proper certificate, or for its CA file and set that in the network settings."),
        ),
        TlsTrouble::Expired => (
            match certificate {
                Some(facts) => format!("The certificate of {host} expired on {}.", day(facts.not_after)),
                None => format!("The certificate of {host} has expired."),
            },
            format!("{ask} If the date looks right to you, check this computer's clock."),
        ),
        TlsTrouble::NotYetValid => (
            match certificate {
                Some(facts) => format!("The certificate of {host} is valid only from {}.", day(facts.not_before)),
                None => format!("The certificate of {host} is not valid yet."),
            },
            "Most often this computer's clock is wrong: correct it and test again.".to_owned(),
        ),
        TlsTrouble::WrongName => (
            match certificate {
                Some(facts) if !facts.names.is_empty() => {
                    format!("The certificate that {host} shows is for {}, not for {host}.", facts.names.join(", "))
                }
                _ => format!("The certificate that {host} shows is for another name."),
            },
            format!("Check the address. If it is right, ask the administrator of {host}; do not ignore it."),
        ),
        TlsTrouble::Revoked => (format!("The certificate of {host} was revoked."), ask),
        TlsTrouble::NotTls => (
            format!("{host} does not speak https on port {port}."),
            format!("If this address speaks http there, write http://{host}:{port}; otherwise correct the port."),
        ),
        TlsTrouble::Other(cause) => (
            format!("No encrypted connection to {host} could be made: {cause}."),
            format!("Ask the administrator of {host}, or of the network in between."),
        ),
    }
}

/// `2026-11-21`.
pub(crate) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
