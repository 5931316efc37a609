//! Connections: kept without their secrets, understood from any pasted address, tested
//! stage by stage.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use docket_domain::check::CheckReport;
use docket_domain::connection::{LastTest, Understood};
use docket_domain::{
    Connection, ConnectionId, Destination, Network, PlanId, Problem, ProxySetting, Secret, SecretRef,
    Timestamp, TrackerKindCard,
};
use docket_store as store;
use docket_tracker::{CheckGoal, Exchange, TrackerKind};

use crate::engine::{Engine, blocking};
use crate::events::{JobListener, JobRun};
use crate::secrets;
use crate::trackers::Bar;

/// Exchanges of so long are told in one.
const A_MOMENT: Duration = Duration::from_millis(500);

/// Where the secret of a saved connection comes from.
#[derive(Debug, Clone)]
pub enum NewSecret {
    /// Keep what is stored.
    Keep,
    /// Into the keychain.
    Entered(Secret),
    /// In this environment variable; only its name is stored.
    FromEnv(String),
}

/// A new or changed connection.
#[derive(Debug, Clone)]
pub struct ConnectionForm {
    /// None: new.
    pub id: Option<ConnectionId>,
    /// The person's name for it; empty: made from the address.
    pub label: String,
    /// Tracker kind id.
    pub kind: String,
    /// Address as given.
    pub location: String,
    /// Way of signing in; empty: the kind's usual one.
    pub auth: String,
    /// User name.
    pub username: Option<String>,
    /// The secret.
    pub secret: NewSecret,
    /// The proxy's password.
    pub proxy_password: Option<Secret>,
    /// Network settings.
    pub network: Network,
    /// The kind's further fields.
    pub settings: BTreeMap<String, String>,
}

fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Everything about a form that can be judged without a server; fills in what was left open.
fn checked(kind: &dyn TrackerKind, mut form: ConnectionForm) -> Result<ConnectionForm, Problem> {
    let card = kind.card();
    form.location = String::from(form.location.trim());
    form.username = trimmed(form.username);
    let understood = kind.understand(&form.location)?;
    if form.auth.is_empty() {
        form.auth = card.auth.first().map(|auth| auth.id.clone()).unwrap_or_default();
    }
    let Some(auth) = card.auth.iter().find(|auth| auth.id == form.auth) else {
        let known: Vec<&str> = card.auth.iter().map(|auth| auth.id.as_str()).collect();
        return Err(Problem::bad_input(format!(
            "«{}» is not a way of signing in to {}.",
            form.auth, card.name
        ))
        .hint(format!("Known: {}.", known.join(", "))));
    };
    if auth.needs_username && form.username.is_none() {
        return Err(
            Problem::bad_input("A user name is needed for this way of signing in.").with("field", "username")
        );
    }
    for field in card.fields.iter().filter(|field| field.required) {
        let shown = field.only_with.is_empty() || field.only_with.contains(&form.auth);
        // The address and the user name have places of their own beside the kind's further fields.
        let value = match field.id.as_str() {
            "location" => Some(&form.location),
            "username" => form.username.as_ref(),
            id => form.settings.get(id),
        };
        if shown && value.is_none_or(|value| value.trim().is_empty()) {
            return Err(
                Problem::bad_input(format!("«{}» must be filled in.", field.label)).with("field", &field.id)
            );
        }
    }
    if let ProxySetting::Explicit { url, .. } = &form.network.proxy
        && url.trim().is_empty()
    {
        return Err(Problem::bad_input("The proxy's address is empty.").with("field", "proxy"));
    }
    if auth.device {
        no_secret_with_a_code(&form.secret)?;
    }
    if let NewSecret::FromEnv(name) = &form.secret {
        secrets::env_name(name)?;
    }
    form.label = String::from(form.label.trim());
    if form.label.is_empty() {
        form.label = match &understood.owner {
            Some(owner) => format!("{owner} on {}", card.name),
            None => card.name,
        };
    }
    Ok(form)
}

/// A connection that is signed in with a code gets its secret by that alone.
fn no_secret_with_a_code(secret: &NewSecret) -> Result<(), Problem> {
    let entered = match secret {
        NewSecret::Keep => false,
        NewSecret::Entered(secret) => !secret.is_empty(),
        NewSecret::FromEnv(_) => true,
    };
    if !entered {
        return Ok(());
    }
    Err(Problem::bad_input("This way of signing in takes no token: you sign in with a code in the browser.")
        .hint("Save the connection without a token, then sign in; or choose another way of signing in.")
        .with("field", "secret"))
}

/// The keychain entry of a connection, by the moment it was made: entries of several data
/// folders stand side by side in the one keychain.
pub(crate) fn keychain_entry(made: Timestamp) -> String {
    format!("connection {:x}-{:x}", made.0, std::process::id())
}

/// Exchanges of one step that are shown at most.
const STEP_EXCHANGES: u32 = 50;

impl Engine {
    /// Every kind of tracker.
    pub fn connection_kinds(&self) -> Vec<TrackerKindCard> {
        self.0.kinds.iter().map(|kind| kind.card()).collect()
    }

    /// What a pasted address means.
    pub fn connection_understand(&self, kind_id: &str, location: &str) -> Result<Understood, Problem> {
        self.kind(kind_id)?.understand(location)
    }

    /// All connections by label.
    pub async fn connection_list(&self) -> Result<Vec<Connection>, Problem> {
        self.read(store::connections::list).await
    }

    /// One connection.
    pub async fn connection_show(&self, id: ConnectionId) -> Result<Connection, Problem> {
        self.read(move |r| store::connections::show(r, id)).await
    }

    /// Saves a connection. The secret goes to the keychain first: when that fails, nothing
    /// at all is saved.
    pub async fn connection_save(&self, form: ConnectionForm) -> Result<Connection, Problem> {
        let kind = self.kind(&form.kind)?;
        let named = !form.label.trim().is_empty();
        let mut form = checked(kind, form)?;
        if !named {
            let (wish, own) = (form.label.clone(), form.id);
            form.label = self.read(move |r| store::connections::unused_label(r, &wish, own)).await?;
        }
        let now = self.now();
        let before = match form.id {
            Some(id) => Some(self.connection_show(id).await?),
            None => None,
        };
        if let Some(before) = &before
            && before.kind != form.kind
        {
            return Err(Problem::bad_input("A connection cannot change its kind.")
                .hint("Make a new connection instead."));
        }
        let entry = keychain_entry(before.as_ref().map_or(now, |c| c.created));
        let mut connection = Connection {
            id: form.id.unwrap_or(ConnectionId(0)),
            label: form.label,
            kind: form.kind,
            location: form.location,
            auth: form.auth,
            username: form.username,
            secret: before.as_ref().map_or(SecretRef::None, |c| c.secret.clone()),
            proxy_secret: before.as_ref().map_or(SecretRef::None, |c| c.proxy_secret.clone()),
            network: form.network,
            settings: form.settings,
            created: before.as_ref().map_or(now, |c| c.created),
            changed: now,
            last_test: None,
        };
        match form.secret {
            NewSecret::Keep => {
                // Tokens of a sign-in and a secret that was entered cannot stand for one another.
                let device = |id: &str| kind.card().auth.iter().any(|auth| auth.id == id && auth.device);
                if before.as_ref().is_some_and(|before| device(&before.auth) != device(&connection.auth)) {
                    connection.secret = SecretRef::None;
                }
            }
            NewSecret::FromEnv(name) => connection.secret = SecretRef::Env { name },
            NewSecret::Entered(secret) if secret.is_empty() => {}
            NewSecret::Entered(secret) => {
                connection.secret = self.put_secret(format!("{entry} token"), secret).await?;
            }
        }
        if let Some(password) = form.proxy_password.filter(|password| !password.is_empty()) {
            connection.proxy_secret = self.put_secret(format!("{entry} proxy"), password).await?;
        }
        let before_entry = before.map(|before| before.secret);
        let new = before_entry.is_none();
        let saved = self
            .write(move |tx| {
                if new {
                    store::connections::add(tx, &connection)
                } else {
                    store::connections::update(tx, &connection)
                }
            })
            .await?;
        if let Some(SecretRef::Keychain { entry }) = before_entry
            && !matches!(&saved.secret, SecretRef::Keychain { entry: kept } if *kept == entry)
        {
            self.forget_secret(entry).await;
        }
        self.changed(&["Connections", "Mappings"]);
        Ok(saved)
    }

    async fn put_secret(&self, entry: String, secret: Secret) -> Result<SecretRef, Problem> {
        let secrets = self.secret_store();
        blocking(move || {
            secrets.put(&entry, &secret)?;
            Ok(SecretRef::Keychain { entry })
        })
        .await
    }

    /// Forgets a keychain entry that nothing refers to any more; failing to is only logged.
    pub(crate) async fn forget_secret(&self, entry: String) {
        let secrets = self.secret_store();
        if let Err(problem) = blocking(move || secrets.remove(&entry)).await {
            tracing::warn!(?problem, "an unused keychain entry could not be removed");
        }
    }

    /// Removes a connection with its mappings and its secret.
    ///
    /// # Errors
    /// A plan is being applied through it.
    pub async fn connection_remove(&self, id: ConnectionId) -> Result<u64, Problem> {
        let connection = self.connection_show(id).await?;
        self.write(move |tx| store::connections::remove(tx, id)).await?;
        self.0.long_lists.forget(id);
        for secret in [connection.secret, connection.proxy_secret] {
            if let SecretRef::Keychain { entry } = secret {
                self.forget_secret(entry).await;
            }
        }
        self.changed(&["Connections", "Mappings", "Issues", "Findings"]);
        Ok(1)
    }

    /// Tests a connection stage by stage; read-only. The result is kept as the last test.
    pub async fn connection_test(
        &self,
        id: ConnectionId,
        target: Option<String>,
        listener: JobListener,
    ) -> Result<CheckReport, Problem> {
        let connection = self.connection_show(id).await?;
        let goal = CheckGoal {
            to: target.or_else(|| self.target_in(&connection)).map(Destination::new),
            ..CheckGoal::default()
        };
        let title = format!("Testing «{}»", connection.label);
        self.run_job("connection_test", &title, listener, |run| async move {
            self.check(&connection, goal, &run).await
        })
        .await
    }

    /// The target that the connection's own address names, if it names one.
    pub(crate) fn target_in(&self, connection: &Connection) -> Option<String> {
        self.connection_understand(&connection.kind, &connection.location).ok()?.target
    }

    /// Runs the doctor and keeps its result.
    pub(crate) async fn check(
        &self,
        connection: &Connection,
        goal: CheckGoal,
        run: &JobRun,
    ) -> Result<CheckReport, Problem> {
        let bar = Bar::default();
        let tracker = self.connect(connection, Some((run, &bar))).await?;
        let voice = run.clone();
        let mut tell = move |stage| voice.stage(stage);
        let report = tokio::select! {
            report = tracker.check(&goal, &mut tell) => report,
            () = run.cancel.cancelled() => return Err(Problem::cancelled()),
        };
        let last = LastTest {
            at: report.at,
            ok: report.ok,
            summary: report.summary.clone(),
            token_ends: report.token_ends,
        };
        let id = connection.id;
        self.write(move |tx| store::connections::tested(tx, id, &last)).await?;
        self.changed(&["Connections", "Exchanges"]);
        Ok(report)
    }

    /// The connection's latest exchanges, newest first.
    pub async fn connection_exchanges(&self, id: ConnectionId, limit: u32) -> Result<Vec<Exchange>, Problem> {
        let rows = self.read(move |r| store::exchanges::list(r, Some(id), limit.min(500))).await?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    /// What a step of a plan said to the tracker and heard, in order: everything that began while
    /// it was being sent. Steps that were sent together share it.
    pub async fn step_exchanges(&self, plan: PlanId, index: u32) -> Result<Vec<Exchange>, Problem> {
        let now = self.now();
        let rows = self
            .read(move |r| {
                let step = store::plans::step(r, plan, index)?;
                let Some(from) = step.sent_at else { return Ok(Vec::new()) };
                let connection = store::plans::connection(r, plan)?;
                store::exchanges::between(r, connection, from, step.ended_at.unwrap_or(now), STEP_EXCHANGES)
            })
            .await?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    /// Keeps an exchange behind the caller's back.
    pub(crate) fn keep_exchange(&self, connection: ConnectionId, exchange: Exchange) {
        let engine = self.clone();
        let row = to_row(connection, exchange);
        // Nobody waits for it, and a push must not: its next request is prepared right now.
        let kept = self.0.store.write_later(move |tx| store::exchanges::record(tx, &row));
        self.0.behind.spawn(async move {
            match kept.await {
                Ok(_) => engine.tell_exchanges(),
                Err(problem) => tracing::warn!(?problem, "an exchange could not be kept"),
            }
        });
    }

    /// Tells that exchanges were kept, once for all of a moment.
    fn tell_exchanges(&self) {
        if self.0.telling_exchanges.swap(true, Ordering::Relaxed) {
            return;
        }
        let engine = self.clone();
        // Nobody waits for this, not even the end of the program.
        tokio::spawn(async move {
            tokio::time::sleep(A_MOMENT).await;
            engine.0.telling_exchanges.store(false, Ordering::Relaxed);
            engine.changed(&["Exchanges"]);
        });
    }
}

fn to_row(connection: ConnectionId, exchange: Exchange) -> store::exchanges::Exchange {
    store::exchanges::Exchange {
        id: docket_domain::ExchangeId(0),
        connection: Some(connection),
        at: exchange.at,
        method: exchange.method,
        url: exchange.url,
        status: exchange.status,
        ms: exchange.ms,
        request: exchange.request,
        response: exchange.response,
        headers: exchange.headers,
        error: exchange.error,
    }
}

fn from_row(row: store::exchanges::Exchange) -> Exchange {
    Exchange {
        at: row.at,
        method: row.method,
        url: row.url,
        status: row.status,
        ms: row.ms,
        request: row.request,
        response: row.response,
        headers: row.headers,
        error: row.error,
    }
}
