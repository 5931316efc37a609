//! What a connection is given from outside: settings, secrets, time, and who listens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use docket_domain::time::SystemClock;
use docket_domain::{Clock, Connection, Network, Problem, Secret, Timestamp};
use tokio_util::sync::CancellationToken;

use url::Url;

use crate::exchange::{ExchangeSink, NoExchanges};
use crate::http::is_this_computer;
use crate::pace::{ContentLog, Errand, Pacers, Urgency, WaitSink, Waiting};
use crate::places::Places;

/// How to wait. Virtual in tests.
#[async_trait]
pub trait Sleeper: Send + Sync {
    /// Returns when `duration` has passed.
    async fn sleep(&self, duration: Duration);
}

/// Really waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleeper;

#[async_trait]
impl Sleeper for TokioSleeper {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Nobody wants to know about waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWaits;

impl WaitSink for NoWaits {
    fn waiting(&self, _waiting: Option<&Waiting>) {}
}

/// Nobody remembers what was made.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoContentLog;

impl ContentLog for NoContentLog {
    fn makes(&self, _at: Timestamp) {}
}

/// Tokens that end, and are renewed while a connection lives.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// The token to send now; renewed first when it is about to end. Asked before each request.
    ///
    /// # Errors
    /// It ended and cannot be renewed: the person must sign in again.
    async fn token(&self) -> Result<Secret, Problem>;

    /// The token to send after `rejected` was not accepted.
    ///
    /// # Errors
    /// As for [`TokenSource::token`].
    async fn after_rejection(&self, rejected: &Secret) -> Result<Secret, Problem>;
}

/// What a person set for a connection, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectSettings {
    /// The address as given.
    pub location: String,
    /// Way of signing in ([`AuthKind::id`](docket_domain::AuthKind)).
    pub auth: String,
    /// User name, where the way of signing in has one.
    pub username: Option<String>,
    /// Network settings.
    pub network: Network,
    /// Values of the kind's further fields.
    pub settings: BTreeMap<String, String>,
}

impl ConnectSettings {
    /// One of the kind's further fields, without blanks at its ends; nothing when it is empty.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The setting `pace` asks for the short limits of a practice server, and `server` is on this
    /// computer: any other server has its real limits kept, whatever is asked.
    pub fn practises(&self, server: &Url) -> bool {
        self.setting("pace") == Some("practice") && is_this_computer(server)
    }
}

impl From<&Connection> for ConnectSettings {
    fn from(connection: &Connection) -> Self {
        Self {
            location: connection.location.clone(),
            auth: connection.auth.clone(),
            username: connection.username.clone(),
            network: connection.network.clone(),
            settings: connection.settings.clone(),
        }
    }
}

/// Secrets, time and listeners of a connection.
#[derive(Clone)]
pub struct Ports {
    /// The token; with `tokens` the one that is valid at first.
    pub secret: Secret,
    /// Where further tokens come from, for a connection that is signed in with a code. Every
    /// request is then signed with `Bearer` and the token that is valid at that moment.
    pub tokens: Option<Arc<dyn TokenSource>>,
    /// The proxy's password, if it has one.
    pub proxy_secret: Option<Secret>,
    /// Where «now» comes from.
    pub clock: Arc<dyn Clock>,
    /// How to wait.
    pub sleeper: Arc<dyn Sleeper>,
    /// Who keeps the log of requests.
    pub exchanges: Arc<dyn ExchangeSink>,
    /// Who is told about waits.
    pub waits: Arc<dyn WaitSink>,
    /// The paces of all accounts in this process. Share one value between all connections:
    /// two connections of the same account must stand in the same line.
    pub pacers: Arc<Pacers>,
    /// On whose behalf requests are made; decides who goes first.
    pub errand: Errand,
    /// When the account made new content within the last hour, as far as that was kept.
    pub made_before: Vec<Timestamp>,
    /// Who keeps when it makes more.
    pub content_log: Arc<dyn ContentLog>,
    /// Where APIs were found. Share one value between all connections, or each looks anew.
    pub places: Arc<Places>,
    /// Ends waiting and requests that have not left yet.
    pub cancel: CancellationToken,
}

impl Ports {
    /// The computer's own time, and nobody listening.
    pub fn new(secret: Secret, pacers: Arc<Pacers>) -> Self {
        Self {
            secret,
            tokens: None,
            proxy_secret: None,
            clock: Arc::new(SystemClock),
            sleeper: Arc::new(TokioSleeper),
            exchanges: Arc::new(NoExchanges),
            waits: Arc::new(NoWaits),
            pacers,
            errand: Errand::new(Urgency::Person),
            made_before: Vec::new(),
            content_log: Arc::new(NoContentLog),
            places: Arc::default(),
            cancel: CancellationToken::new(),
        }
    }
}
