//! From what a person set to a signed client: the account's pace, what must never be shown, and
//! the header that carries the secret.
//!
//! Deliberately absent: which ways of signing in a vendor has, and where it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docket_domain::Problem;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::http::{Dialect, Http, Make};
use crate::pace::Allowances;
use crate::ports::{ConnectSettings, Ports};
use crate::redact::Redactor;
use crate::talk::account_key;

/// What a vendor adds to the settings of a connection.
pub(crate) struct Signing<'a> {
    /// Scheme, host and port that the secret may go to.
    pub origin: &'a Url,
    /// The login name that goes with the secret, if one does.
    pub login: Option<&'a str>,
    /// The header that carries the secret, and its text.
    pub authorization: (HeaderName, String),
    pub dialect: &'static dyn Dialect,
    /// Headers of every request, besides sign-in and user agent.
    pub headers: HeaderMap,
    pub allowances: Allowances,
}

/// A signed client; nothing is sent yet.
pub(crate) fn client(
    settings: &ConnectSettings,
    ports: Ports,
    signing: Signing<'_>,
) -> Result<Http, Problem> {
    let (name, text) = signing.authorization;
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        Problem::bad_input("The token contains characters that no token has.")
            .hint("Copy it again, without line breaks.")
    })?;
    value.set_sensitive(true);
    let pacer = ports.pacers.of(&account_key(signing.origin, &ports), signing.allowances);
    pacer.recall(&ports.made_before, ports.clock.now());
    let others = ports.proxy_secret.iter().map(|secret| (None, secret));
    let redactor = Redactor::new(std::iter::once((signing.login, &ports.secret)).chain(others));
    Http::new(Make {
        origin: signing.origin,
        network: &settings.network,
        ports,
        pacer,
        dialect: signing.dialect,
        headers: signing.headers,
        authorization: (name, value),
        redactor,
    })
}

/// The secret; `hint` says what to enter where there is none.
pub(crate) fn secret<'p>(ports: &'p Ports, hint: &str) -> Result<&'p str, Problem> {
    if ports.secret.is_empty() {
        return Err(Problem::bad_input("The token is missing.").hint(hint));
    }
    Ok(ports.secret.expose())
}

/// A token by itself.
pub(crate) fn bearer(secret: &str) -> String {
    format!("Bearer {secret}")
}

/// A login name with a secret.
pub(crate) fn basic(login: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{login}:{secret}")))
}

/// A way of signing in that the vendor's card does not have.
pub(crate) fn no_such_way(vendor: &str, way: &str) -> Problem {
    Problem::bad_input(format!("{vendor} has no way of signing in called «{way}»."))
}
