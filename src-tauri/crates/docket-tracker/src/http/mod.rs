//! The one way in which requests leave: a signed client for one origin.
//!
//! Invariants:
//! * the token goes to the connection's origin only; an answer that points elsewhere is
//!   returned with [`Answer::elsewhere`] set and never followed;
//! * reads are repeated after trouble on the way, writes only when they provably never left;
//! * an answer's text is parsed only when its `Content-Type` says that it is JSON;
//! * every request is logged, cleaned of secrets; a token that is renewed while the client
//!   lives is learned before it is sent.

mod answer;
mod build;
mod cache;
mod conceal;
mod credential;
mod proxy;
mod send;
pub(crate) mod tls;
mod trouble;

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};

use docket_domain::{Network, Problem, Timestamp};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

pub(crate) use answer::Answer;
pub(crate) use proxy::{Route, ViaProxy, is_this_computer};
pub(crate) use trouble::{Trouble, explain};

use crate::error::TrackerError;
use crate::pace::{Makes, Pacer, Told, Used, WaitReason, Weight};
use crate::ports::Ports;
use crate::redact::Redactor;

/// What bodies are, unless a call says otherwise.
const JSON: &str = "application/json";

/// Largest answer that is read, bytes.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// What a vendor's answers say about pace.
pub(crate) struct Throttle {
    /// Until when nothing may be sent; none: the vendor does not say.
    pub until: Option<Timestamp>,
    pub reason: WaitReason,
    /// For people.
    pub words: String,
    /// The request was not carried out; else it was, and only what comes next waits.
    pub refused: bool,
}

/// What differs from vendor to vendor in every request.
pub(crate) trait Dialect: Send + Sync {
    /// Name for people.
    fn vendor(&self) -> &'static str;
    /// Answer headers worth keeping in the log.
    fn telling_headers(&self) -> &'static [&'static str];
    /// The answer asks to wait.
    fn throttled(&self, answer: &Answer, now: Timestamp) -> Option<Throttle>;
    /// What the answer says about what may still be asked; none: nothing.
    fn told(&self, _answer: &Answer, _now: Timestamp) -> Option<Told> {
        None
    }
    /// The vendor's id of the request.
    fn request_id(&self, headers: &HeaderMap) -> Option<String>;
}

/// A request to be sent.
pub(crate) struct Call<'a> {
    pub method: Method,
    pub url: Url,
    pub body: Option<&'a Value>,
    /// Sent as a form in place of `body`. Forms carry and fetch secrets, so of them and of
    /// their answers only what is harmless is logged.
    pub form: Option<&'a [(&'a str, &'a str)]>,
    /// Sent in place of `body`. Of a file only its name and size are logged.
    pub upload: Option<Upload<'a>>,
    /// What the body is.
    pub media: &'static str,
    pub weight: Weight,
    /// With the token.
    pub signed: bool,
    /// Waits out throttling and repeats reads after trouble; a connection test does not.
    pub patient: bool,
    /// Not answered from what is kept.
    pub fresh: bool,
}

impl<'a> Call<'a> {
    /// A read.
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            body: None,
            form: None,
            upload: None,
            media: JSON,
            weight: Weight::Read,
            signed: true,
            patient: true,
            fresh: false,
        }
    }

    /// A question put as a POST that changes nothing (GraphQL).
    pub fn ask(url: Url, body: &'a Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(url) }
    }

    /// A write, and what it makes.
    pub fn write(method: Method, url: Url, body: Option<&'a Value>, makes: Makes) -> Self {
        Self {
            method,
            url,
            body,
            form: None,
            upload: None,
            media: JSON,
            weight: Weight::Write { makes },
            signed: true,
            patient: true,
            fresh: false,
        }
    }

    /// A form without the token, sent once. `kept` when its outcome must be known, so that
    /// cancelling does not cut it off.
    pub fn form(url: Url, form: &'a [(&'a str, &'a str)], kept: bool) -> Self {
        let weight = if kept { Weight::Write { makes: Makes::Nothing } } else { Weight::Read };
        Self { method: Method::POST, form: Some(form), weight, ..Self::get(url) }.unsigned().once()
    }

    /// A file, sent in place of a body.
    pub fn upload(url: Url, upload: Upload<'a>) -> Self {
        Self { upload: Some(upload), ..Self::write(Method::POST, url, None, Makes::Nothing) }
    }

    /// With another `Content-Type` than plain JSON (`application/json-patch+json`).
    pub fn of_media(mut self, media: &'static str) -> Self {
        self.media = media;
        self
    }

    /// Without the token.
    pub fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    /// Never from what is kept: its headers matter, and «not modified» may lack them.
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Once, at once, whatever comes back.
    pub fn once(mut self) -> Self {
        self.patient = false;
        self
    }

    fn is_write(&self) -> bool {
        self.weight != Weight::Read
    }
}

/// A file on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upload<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    /// As the field of a form (`multipart/form-data`); none: as the body, `application/octet-stream`.
    pub field: Option<&'static str>,
}

impl Upload<'_> {
    /// What the log says in place of the content.
    fn words(&self) -> String {
        format!("«{}», {} bytes", self.name, self.bytes.len())
    }
}

/// How far a failed request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    /// The tracker provably did nothing.
    NotSent,
    /// It may have done it.
    Maybe,
}

/// A request without a usable answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub reached: Reached,
    pub error: TrackerError,
    /// What kind of trouble it was on the way, if it was on the way.
    pub trouble: Option<Trouble>,
}

impl Failure {
    pub fn not_sent(error: impl Into<TrackerError>) -> Self {
        Self { reached: Reached::NotSent, error: error.into(), trouble: None }
    }
}

impl From<Failure> for TrackerError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// What a client is made of.
pub(crate) struct Make<'a> {
    /// Scheme, host and port that the token may go to.
    pub origin: &'a Url,
    pub network: &'a Network,
    pub ports: Ports,
    pub pacer: Arc<Pacer>,
    pub dialect: &'static dyn Dialect,
    /// Headers of every request, besides sign-in and user agent.
    pub headers: HeaderMap,
    /// The header that carries the secret.
    pub authorization: (HeaderName, HeaderValue),
    pub redactor: Redactor,
}

/// A signed client for one origin.
pub(crate) struct Http {
    client: reqwest::Client,
    origin: Url,
    pub route: Route,
    /// What certificates are judged by.
    pub verifier: Arc<dyn rustls::client::danger::ServerCertVerifier>,
    pub ports: Ports,
    pub redactor: Redactor,
    pub pacer: Arc<Pacer>,
    pub network: Network,
    dialect: &'static dyn Dialect,
    authorization: (HeaderName, HeaderValue),
    cache: Mutex<cache::Cache>,
    /// Answers 401 in a row.
    rejected: AtomicU32,
}

impl Http {
    /// A client; nothing is sent yet.
    pub fn new(make: Make<'_>) -> Result<Self, Problem> {
        let route = Route::choose(make.origin, make.network, make.ports.proxy_secret.as_ref())?;
        let verifier = tls::verifier(make.network.ca_file.as_deref(), make.origin.scheme() == "http")?;
        let client = build::client(make.network, &route, tls::config(Arc::clone(&verifier))?, make.headers)?;
        let redactor = make.redactor;
        redactor.also(route.secrets());
        Ok(Self {
            client,
            origin: make.origin.clone(),
            route,
            verifier,
            ports: make.ports,
            redactor,
            pacer: make.pacer,
            network: make.network.clone(),
            dialect: make.dialect,
            authorization: make.authorization,
            cache: Mutex::default(),
            rejected: AtomicU32::new(0),
        })
    }

    /// Host of the origin, as people write it.
    pub fn host(&self) -> String {
        self.origin.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned()
    }

    /// What the account has used of its allowances, as far as this process knows.
    pub fn used(&self) -> Used {
        self.pacer.used(self.ports.clock.now())
    }

    /// Port of the origin.
    pub fn port(&self) -> u16 {
        self.origin.port_or_known_default().unwrap_or(443)
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// `host:port`, as a proxy wants it.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.origin.host_str().unwrap_or_default(), self.port())
    }

    /// The origin is reached through TLS.
    pub fn is_encrypted(&self) -> bool {
        self.origin.scheme() == "https"
    }

    /// `url` belongs to the origin that the token may go to.
    pub fn is_home(&self, url: &Url) -> bool {
        url.origin() == self.origin.origin()
    }
}
