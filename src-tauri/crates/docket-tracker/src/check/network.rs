//! The stages between this computer and the tracker: name, connection, proxy, certificate.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use docket_domain::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{Examination, Finding, tunnel};
use crate::http::tls::{self, CertificateFacts, TlsTrouble};
use crate::http::{Http, Route, Trouble, ViaProxy, explain};

pub(crate) const NAME: (&str, &str) = ("name", "Name of the server");
pub(crate) const TCP: (&str, &str) = ("tcp", "Connection");
pub(crate) const PROXY: (&str, &str) = ("proxy", "Proxy");
pub(crate) const TLS: (&str, &str) = ("tls", "Encryption and certificate");

/// A certificate that ends within this time deserves a word.
const ENDS_SOON_MS: i64 = 14 * 86_400_000;

/// Looks at the way to the tracker. False when it does not lead there.
pub(crate) async fn look(http: &Http, exam: &mut Examination<'_>) -> bool {
    exam.begin(NAME);
    let (addresses, finding) = name(http).await;
    if !exam.end(NAME, finding) {
        exam.skip(&[TCP, PROXY, TLS], "The server's name must be found first.");
        return false;
    }
    exam.begin(TCP);
    let (stream, finding) = tcp(http, &addresses).await;
    if !exam.end(TCP, finding) {
        exam.skip(&[PROXY, TLS], "There must be a connection first.");
        return false;
    }
    exam.begin(PROXY);
    let (stream, finding) = proxy(http, stream).await;
    if !exam.end(PROXY, finding) {
        exam.skip(&[TLS], "The proxy must let us through first.");
        return false;
    }
    exam.begin(TLS);
    let finding = encryption(http, stream).await;
    exam.end(TLS, finding)
}

/// Where the first connection goes: the tracker, or the proxy in front of it.
fn first_hop(http: &Http) -> (String, u16, bool) {
    match &http.route {
        Route::Direct => (http.host(), http.port(), false),
        Route::Through(proxy) => (proxy.host(), proxy.port(), true),
    }
}

/// What to say about a proxy that this computer knows and the connection does not use.
fn unused_proxy(http: &Http) -> Option<String> {
    if matches!(http.route, Route::Through(_)) {
        return None;
    }
    let proxy = Route::of_system(http.origin())?;
    Some(format!(
        "A proxy is configured on this computer ({}); choose «as the system says» in the connection's network settings.",
        proxy.shown()
    ))
}

fn with_proxy_advice(http: &Http, cause: String, next: String) -> Finding {
    match unused_proxy(http) {
        Some(advice) => Finding::failed(cause, format!("{advice} {next}")),
        None => Finding::failed(cause, next),
    }
}

fn patience(http: &Http) -> Duration {
    Duration::from_millis(u64::from(http.network.connect_timeout_ms.max(1)))
}

async fn name(http: &Http) -> (Vec<SocketAddr>, Finding) {
    let (host, port, is_proxy) = first_hop(http);
    let asked = format!("looked up {host}{}", if is_proxy { " (the proxy)" } else { "" });
    let found = timeout(patience(http), tokio::net::lookup_host((host.as_str(), port))).await;
    let cause = match found {
        Ok(Ok(addresses)) => {
            let addresses: Vec<SocketAddr> = addresses.collect();
            if !addresses.is_empty() {
                let mut list: Vec<String> =
                    addresses.iter().map(|address| address.ip().to_string()).collect();
                list.dedup();
                let finding = Finding::ok(format!("{host} is {}", list.join(", "))).saw(asked);
                return (addresses, finding);
            }
            "the answer was empty".to_owned()
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "nobody answered the question in time".to_owned(),
    };
    let what = if is_proxy { "No proxy is called" } else { "No server is called" };
    let next = "Check the spelling, your network connection, or your VPN.".to_owned();
    (Vec::new(), with_proxy_advice(http, format!("{what} {host}."), next).saw(asked).saw(cause))
}

async fn tcp(http: &Http, addresses: &[SocketAddr]) -> (Option<TcpStream>, Finding) {
    let (host, port, is_proxy) = first_hop(http);
    let mut evidence = Vec::new();
    let mut refused = false;
    for address in addresses {
        match timeout(patience(http), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                evidence.push(format!("{address}: connected"));
                let to = if is_proxy { format!("the proxy {host}") } else { host };
                return (
                    Some(stream),
                    Finding::ok(format!("Connected to {to} on port {port}")).saw_all(evidence),
                );
            }
            Ok(Err(error)) => {
                refused |= error.kind() == io::ErrorKind::ConnectionRefused;
                evidence.push(format!("{address}: {error}"));
            }
            Err(_) => {
                evidence.push(format!("{address}: no answer within {} ms", http.network.connect_timeout_ms));
            }
        }
    }
    let trouble = if refused { Trouble::ConnectionRefused } else { Trouble::NoAnswer };
    let problem = if is_proxy && !refused {
        docket_domain::Problem::new(
            docket_domain::Code::Proxy,
            format!("The proxy {host} did not answer on port {port}."),
        )
        .hint("Check the proxy's address and port in the connection's network settings.")
    } else {
        explain(&trouble, &http.host(), http.port(), &http.route, None)
    };
    let finding = with_proxy_advice(http, problem.message, problem.hint.unwrap_or_default());
    (None, finding.saw_all(evidence))
}

async fn proxy(http: &Http, stream: Option<TcpStream>) -> (Option<TcpStream>, Finding) {
    let Route::Through(proxy) = &http.route else {
        return (stream, Finding::ok("No proxy is used"));
    };
    let shown = proxy.shown();
    let whose = if proxy.from_system { "the system's proxy" } else { "the connection's proxy" };
    if proxy.url.scheme() != "http" || !http.is_encrypted() {
        // Other ways of passing through are judged by the first request.
        return (None, Finding::ok(format!("Through {shown}, {whose}")));
    }
    let Some(mut stream) = stream else { return (None, Finding::ok(shown)) };
    let authority = http.authority();
    let asked = format!("asked {shown} for a tunnel to {authority}");
    let answer = match tunnel::ask(&mut stream, &authority, proxy, patience(http)).await {
        Ok(answer) => answer,
        Err(error) => {
            let finding = Finding::failed(
                format!("The proxy {shown} did not answer as a proxy does."),
                "Check the proxy's address and port in the connection's network settings.",
            );
            return (None, finding.saw(asked).saw(error.to_string()));
        }
    };
    let finding = match answer.status {
        200..=299 => {
            return (
                Some(stream),
                Finding::ok(format!("Through {shown}, {whose}")).saw(asked).saw(answer.status_line),
            );
        }
        407 => login_wanted(http, proxy),
        _ => Finding::problem(&explain(&Trouble::ProxyRefused, &http.host(), http.port(), &http.route, None)),
    };
    (
        None,
        finding
            .saw(asked)
            .saw(answer.status_line)
            .saw_all(answer.login_wanted.map(|text| format!("Proxy-Authenticate: {text}"))),
    )
}

/// The proxy wants a login, or did not take the one it got.
fn login_wanted(http: &Http, proxy: &ViaProxy) -> Finding {
    if proxy.login.is_none() {
        return Finding::problem(&explain(
            &Trouble::ProxyLogin,
            &http.host(),
            http.port(),
            &http.route,
            None,
        ));
    }
    Finding::failed(
        format!(
            "The proxy {} did not accept the user name and password (it is the proxy, not {}).",
            proxy.shown(),
            http.host()
        ),
        "Correct them in the connection's network settings.",
    )
}

async fn encryption(http: &Http, stream: Option<TcpStream>) -> Finding {
    if !http.is_encrypted() {
        if crate::http::is_this_computer(http.origin()) {
            return Finding::skipped("Plain http, which never leaves this computer");
        }
        return Finding::warning(
            format!(
                "The connection to {} is not encrypted: everybody on the way can read the token.",
                http.host()
            ),
            "Use https as soon as the server offers it.",
        );
    }
    let Some(stream) = stream else {
        return Finding::skipped("Looked at with the first request through this proxy");
    };
    let handshake = handshake(http, stream).await;
    let seen = handshake.certificate;
    let evidence = seen.as_ref().map(describe).unwrap_or_default();
    match handshake.trouble {
        None => {
            let issuer = seen.as_ref().map_or_else(|| "unknown".to_owned(), |facts| facts.issuer.clone());
            let ok = Finding::ok(format!("Certificate issued by {issuer}"));
            let now = http.ports.clock.now();
            match seen.as_ref().filter(|facts| facts.not_after.millis_since(now) < ENDS_SOON_MS) {
                Some(facts) => Finding::warning(
                    format!("The certificate of {} ends on {}.", http.host(), tls::day(facts.not_after)),
                    format!("Remind the administrator of {}.", http.host()),
                ),
                None => ok,
            }
        }
        Some(Handshake::Refused(trouble)) => {
            let trouble = Trouble::Tls(trouble);
            Finding::problem(&explain(&trouble, &http.host(), http.port(), &http.route, seen.as_ref()))
        }
        Some(Handshake::Broken(cause)) => Finding::failed(
            format!("The encrypted connection to {} was cut while it was set up.", http.host()),
            "A firewall on the way, or a server that speaks plain http on this port, may be the cause.",
        )
        .saw(cause),
    }
    .saw_all(evidence)
    .saw_all(handshake.version)
}

fn describe(facts: &CertificateFacts) -> Vec<String> {
    vec![
        format!("subject: {}", facts.subject),
        format!("issuer: {}", facts.issuer),
        format!("for: {}", facts.names.join(", ")),
        format!("valid: {} to {}", tls::day(facts.not_before), tls::day(facts.not_after)),
    ]
}

enum Handshake {
    Refused(TlsTrouble),
    Broken(String),
}

struct Shaken {
    certificate: Option<CertificateFacts>,
    trouble: Option<Handshake>,
    version: Option<String>,
}

/// Shakes hands with the verifier that requests use, remembering the certificate.
async fn handshake(http: &Http, stream: TcpStream) -> Shaken {
    let witness = Arc::new(Witness { inner: Arc::clone(&http.verifier), seen: Mutex::default() });
    let broken =
        |cause: String| Shaken { certificate: None, trouble: Some(Handshake::Broken(cause)), version: None };
    let config = match tls::config(Arc::clone(&witness) as _) {
        Ok(config) => config,
        Err(problem) => return broken(problem.to_string()),
    };
    let name = match ServerName::try_from(http.host()) {
        Ok(name) => name,
        Err(error) => return broken(error.to_string()),
    };
    let shaken = timeout(patience(http), TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
    let certificate =
        witness.seen.lock().unwrap_or_else(PoisonError::into_inner).as_deref().and_then(tls::facts);
    let (trouble, version) = match shaken {
        Ok(Ok(stream)) => {
            let version = stream.get_ref().1.protocol_version().map(|version| format!("{version:?}"));
            (None, version)
        }
        Ok(Err(error)) => (Some(sort(&error, certificate.as_ref())), None),
        Err(_) => (Some(Handshake::Broken("no answer in time".to_owned())), None),
    };
    Shaken { certificate, trouble, version }
}

fn sort(error: &io::Error, certificate: Option<&CertificateFacts>) -> Handshake {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => Handshake::Refused(tls::trouble_of(error, certificate)),
        None => Handshake::Broken(error.to_string()),
    }
}

/// True when what listens there speaks TLS, whatever its certificate is worth.
pub(crate) async fn speaks_tls(http: &Http) -> bool {
    let connected = timeout(patience(http), TcpStream::connect((http.host(), http.port()))).await;
    let Ok(Ok(stream)) = connected else { return false };
    !matches!(
        handshake(http, stream).await.trouble,
        Some(Handshake::Broken(_) | Handshake::Refused(TlsTrouble::NotTls))
    )
}

/// The real verifier, and a memory of what it was shown.
#[derive(Debug)]
struct Witness {
    inner: Arc<dyn ServerCertVerifier>,
    seen: Mutex<Option<Vec<u8>>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.to_vec());
        self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The computer's clock against the server's.
pub(crate) fn clock(server: Option<Timestamp>, now: Timestamp) -> Finding {
    const BEARABLE_MS: i64 = 300_000;
    let Some(server) = server else { return Finding::skipped("The server does not tell its time") };
    let off = now.millis_since(server);
    let evidence = format!("here {now}, there {server}");
    if off.abs() <= BEARABLE_MS {
        return Finding::ok("The clocks agree").saw(evidence);
    }
    let minutes = (off.abs() + 30_000) / 60_000;
    let direction = if off > 0 { "ahead" } else { "behind" };
    Finding::warning(
        format!("This computer's clock is {minutes} minutes {direction} of the server's."),
        "Correct the computer's clock and test again.",
    )
    .saw(evidence)
}
