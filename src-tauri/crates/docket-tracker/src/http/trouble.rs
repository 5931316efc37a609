//! What can go wrong on the way to a tracker, told apart by the cause and said in words.

use std::error::Error;
use std::io;

use docket_domain::{Code, Problem};

use super::build::NoSuchName;
use super::proxy::Route;
use super::tls::{self, CertificateFacts};

/// Trouble on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nobody knows the name.
    NoSuchName { name: String },
    /// The computer answered: nothing listens there.
    ConnectionRefused,
    /// Nobody answered the attempt to connect.
    NoAnswer,
    /// Connected, but no answer in time.
    TooSlow,
    /// The connection was cut.
    Cut,
    /// TLS, with its own cause.
    Tls(tls::TlsTrouble),
    /// The proxy wants a login.
    ProxyLogin,
    /// The proxy did not let us through.
    ProxyRefused,
    /// Anything else.
    Other,
}

impl Trouble {
    /// What stands behind an error of the client.
    pub fn of(error: &reqwest::Error) -> Self {
        let mut refused = false;
        let mut cut = false;
        let mut proxy_refused = false;
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(cause) = next {
            if let Some(name) = cause.downcast_ref::<NoSuchName>() {
                return Self::NoSuchName { name: name.name.clone() };
            }
            if let Some(error) = cause.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls::trouble_of(error, None));
            }
            if let Some(error) = cause.downcast_ref::<io::Error>() {
                if let Some(error) = inside(error) {
                    return Self::Tls(tls::trouble_of(error, None));
                }
                refused |= error.kind() == io::ErrorKind::ConnectionRefused;
                cut |= matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::BrokenPipe
                        | io::ErrorKind::UnexpectedEof
                );
            }
            // The proxy's refusals have no public type; their texts are the client's own.
            let text = cause.to_string();
            if text.contains("proxy authorization required") {
                return Self::ProxyLogin;
            }
            proxy_refused |= text.starts_with("tunnel error: unsuccessful");
            cut |= text.contains("connection closed before message completed");
            next = cause.source();
        }
        match () {
            () if proxy_refused => Self::ProxyRefused,
            () if refused => Self::ConnectionRefused,
            () if error.is_timeout() && error.is_connect() => Self::NoAnswer,
            () if error.is_timeout() => Self::TooSlow,
            () if cut => Self::Cut,
            () => Self::Other,
        }
    }
}

/// A TLS error wrapped in IO errors, which hide it from the usual chain of causes.
fn inside(error: &io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref()?;
    inner.downcast_ref::<rustls::Error>().or_else(|| inside(inner.downcast_ref::<io::Error>()?))
}

/// The trouble in words. `host` and `port` are the tracker's.
pub(crate) fn explain(
    trouble: &Trouble,
    host: &str,
    port: u16,
    route: &Route,
    certificate: Option<&CertificateFacts>,
) -> Problem {
    let proxy = match route {
        Route::Direct => None,
        Route::Through(proxy) => Some(proxy.shown()),
    };
    let way = proxy.as_ref().map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default();
    let vpn = "Are you on the company network or its VPN?";
    let problem = match trouble {
        Trouble::NoSuchName { name } => Problem::new(Code::Network, format!("No server is called {name}."))
            .hint("Check the spelling, your network connection, or your VPN."),
        Trouble::ConnectionRefused => match &proxy {
            Some(proxy) => {
                Problem::new(Code::Proxy, format!("The proxy {proxy} did not accept the connection."))
                    .hint("Check the proxy's address and port in the connection's network settings.")
            }
            None => Problem::new(
                Code::Network,
                format!("{host} did not answer on port {port}: nothing listens there."),
            )
            .hint(format!("Check the address and the port. {vpn}")),
        },
        Trouble::NoAnswer => {
            Problem::new(Code::Network, format!("{host} did not answer on port {port}{way}.")).hint(vpn)
        }
        Trouble::TooSlow => Problem::new(Code::Network, format!("{host} took too long to answer{way}."))
            .hint("Try again later; a longer waiting time can be set in the connection's network settings."),
        Trouble::Cut => Problem::new(Code::Network, format!("The connection to {host} was cut{way}."))
            .hint("Try again; if it keeps happening, a firewall or proxy on the way may be the cause."),
        Trouble::Tls(trouble) => {
            let (message, hint) = tls::words(trouble, host, port, certificate);
            Problem::new(Code::Tls, message).hint(hint)
        }
        Trouble::ProxyLogin => {
            let proxy = proxy.clone().unwrap_or_else(|| "on the way".to_owned());
            Problem::new(
                Code::Proxy,
                format!("The proxy {proxy} wants a user name and password (it is the proxy, not {host})."),
            )
            .hint("Enter them in the connection's network settings.")
        }
        Trouble::ProxyRefused => {
            let proxy = proxy.clone().unwrap_or_else(|| "on the way".to_owned());
            Problem::new(Code::Proxy, format!("The proxy {proxy} did not let us through to {host}."))
                .hint("Ask your network administrator to allow it.")
        }
        Trouble::Other => Problem::new(Code::Network, format!("The request to {host} failed{way}."))
            .hint("Try again; the connection test shows where it goes wrong."),
    };
    problem.with("host", host)
}
