//! From a stored connection to a live tracker: secrets fetched, listeners attached.

use std::sync::Arc;

use docket_domain::job::Progress;
use docket_domain::{Code, Connection, ConnectionId, Problem, Secret, Timestamp};
use docket_store as store;
use docket_tracker::{
    ConnectSettings, ContentLog, Errand, Exchange, ExchangeSink, Ports, TokenSource, Tracker, TrackerKind,
    Urgency, WaitSink, Waiting,
};
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::events::JobRun;
use crate::secrets;

/// How far back it is read what was made, milliseconds: an hour, with what trackers add to it.
const HOUR_MS: i64 = 3_700_000;

/// Keeps the exchanges of one connection. Written behind the request's back, so that a
/// slow disk never slows a request; a write that fails is logged, not reported.
struct Keep {
    engine: Engine,
    connection: ConnectionId,
}

impl ExchangeSink for Keep {
    fn exchanged(&self, exchange: Exchange) {
        self.engine.keep_exchange(self.connection, exchange);
    }
}

/// Turns waits into a job's progress.
struct Waits {
    run: JobRun,
    base: Arc<std::sync::Mutex<Progress>>,
}

impl WaitSink for Waits {
    fn waiting(&self, waiting: Option<&Waiting>) {
        let mut progress = self.base.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(waiting) = waiting {
            progress.waiting_for = Some(waiting.words.clone());
            progress.waiting_until = Some(waiting.until);
        }
        self.run.progress(progress);
        self.run.flush();
    }
}

/// Keeps when a connection makes new content, behind the request's back. It is on its way then, so
/// that nobody is held up; unlike the log it is not put off until later, since a process that is
/// killed and started again must know of it.
struct Made {
    engine: Engine,
    connection: ConnectionId,
}

impl ContentLog for Made {
    fn makes(&self, at: Timestamp) {
        let (engine, connection) = (self.engine.clone(), self.connection);
        self.engine.0.behind.spawn(async move {
            if let Err(problem) = engine.write_soon(move |tx| store::pace::made(tx, connection, at)).await {
                tracing::warn!(?problem, "when an issue was made could not be kept");
            }
        });
    }
}

/// A job's progress that waits of the tracker can be added to.
#[derive(Clone, Default)]
pub(crate) struct Bar(Arc<std::sync::Mutex<Progress>>);

impl Bar {
    /// Sets and tells the progress.
    pub fn tell(&self, run: &JobRun, progress: Progress) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = progress.clone();
        run.progress(progress);
    }
}

impl Engine {
    /// The kind with this id.
    pub(crate) fn kind(&self, id: &str) -> Result<&'static dyn TrackerKind, Problem> {
        let kinds = &self.0.kinds;
        kinds.iter().copied().find(|kind| kind.card().id == id).ok_or_else(|| {
            let known: Vec<String> = kinds.iter().map(|kind| kind.card().id).collect();
            Problem::bad_input(format!("«{id}» is not a kind of tracker that Docket knows."))
                .hint(format!("Known: {}.", known.join(", ")))
        })
    }

    /// A live tracker for `connection`. With `run` its waits are told as the job's progress
    /// and its cancellation ends them.
    pub(crate) async fn connect(
        &self,
        connection: &Connection,
        run: Option<(&JobRun, &Bar)>,
    ) -> Result<Box<dyn Tracker>, Problem> {
        let tokens = self.tokens_of(connection)?;
        let secret = match &tokens {
            Some(tokens) => tokens.token().await?,
            None => self.secret_of(connection).await?,
        };
        let mut ports = self.ports(connection, secret).await?;
        ports.tokens = tokens.map(|tokens| Arc::new(tokens) as Arc<dyn TokenSource>);
        ports.cancel = run.map_or_else(CancellationToken::new, |(run, _)| run.cancel.clone());
        if let Some((run, bar)) = run {
            ports.errand = Errand::new(run.urgency);
            ports.waits = Arc::new(Waits { run: run.clone(), base: Arc::clone(&bar.0) });
        }
        self.kind(&connection.kind)?.connect(ConnectSettings::from(connection), ports)
    }

    /// What every client of `connection` is given.
    pub(crate) async fn ports(&self, connection: &Connection, secret: Secret) -> Result<Ports, Problem> {
        let mut ports = Ports::new(secret, self.pacers());
        ports.proxy_secret = self.resolve_secret(connection.proxy_secret.clone()).await?;
        ports.places = Arc::clone(&self.0.places);
        ports.clock = self.clock();
        ports.sleeper = self.sleeper();
        ports.errand = Errand::new(Urgency::Person);
        let (id, since) = (connection.id, self.now().plus_millis(-HOUR_MS));
        // Read each time: another process may have pushed meanwhile.
        ports.made_before = self.read(move |r| store::pace::made_since(r, id, since)).await?;
        ports.content_log = Arc::new(Made { engine: self.clone(), connection: id });
        ports.exchanges = Arc::new(Keep { engine: self.clone(), connection: connection.id });
        Ok(ports)
    }

    async fn secret_of(&self, connection: &Connection) -> Result<Secret, Problem> {
        self.resolve_secret(connection.secret.clone()).await?.filter(|secret| !secret.is_empty()).ok_or_else(
            || {
                Problem::new(
                    Code::Unauthorized,
                    format!("The connection «{}» has no token yet.", connection.label),
                )
                .hint("Open the connection and enter one.")
            },
        )
    }

    /// The keychain may block (it may ask the person), so it is asked off the async threads.
    pub(crate) async fn resolve_secret(
        &self,
        at: docket_domain::SecretRef,
    ) -> Result<Option<Secret>, Problem> {
        let (store, session) = (self.secret_store(), Arc::clone(&self.0.session));
        crate::engine::blocking(move || secrets::resolve(&*store, &session, &at)).await
    }
}
