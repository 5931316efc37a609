//! The engine: one data folder, opened, with everything that acts on it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docket_domain::time::SystemClock;
use docket_domain::{Clock, PlanId, Problem, Timestamp};
use docket_store::{Read, Store, Tx};
use docket_tracker::{Pacers, Places, Sleeper, TokioSleeper, TrackerKind};
use tokio_util::task::TaskTracker;

use crate::events::{EventSink, Silence};
use crate::jobs::Jobs;
use crate::leases::Shares;
use crate::practice::PracticeRoom;
use crate::secrets::{Keychain, Memory, SecretStore};
use crate::targets::LongLists;
use crate::watch::{self, Watching};

/// What an engine is built from.
pub struct Options {
    data_dir: PathBuf,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn SecretStore>,
    events: Arc<dyn EventSink>,
    sleeper: Arc<dyn Sleeper>,
    kinds: Vec<&'static dyn TrackerKind>,
    look_again: [Duration; 3],
    patience: Option<Duration>,
    settle: Duration,
}

/// An unknown outcome is looked up again after these pauses before it counts as «not there»:
/// the tracker may still be storing what it received.
const LOOK_AGAIN: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(6)];

impl Options {
    /// The data folder `dir`, the computer's clock, the system's keychain, nobody listening.
    pub fn new(dir: &Path) -> Self {
        Self {
            data_dir: dir.to_owned(),
            clock: Arc::new(SystemClock),
            secrets: Arc::new(Keychain),
            events: Arc::new(Silence),
            sleeper: Arc::new(TokioSleeper),
            kinds: docket_tracker::kinds().to_vec(),
            look_again: LOOK_AGAIN,
            patience: None,
            settle: watch::SETTLE,
        }
    }

    /// How long a change of the data folder waits for another process that is changing it,
    /// instead of as long as usual.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Other pauses before an unknown outcome is looked up again. Shorter ones are for
    /// practice, where the tracker stores at once.
    #[must_use]
    pub fn with_look_again(mut self, pauses: [Duration; 3]) -> Self {
        self.look_again = pauses;
        self
    }

    /// How long a file in a watched folder must not have changed before it counts as whole.
    #[must_use]
    pub fn with_settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// Another listener.
    #[must_use]
    pub fn with_events(mut self, events: Arc<dyn EventSink>) -> Self {
        self.events = events;
        self
    }

    /// Another place for secrets.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Arc<dyn SecretStore>) -> Self {
        self.secrets = secrets;
        self
    }

    /// Another way of waiting, for what waits by a clock (pace, and the browser's answer).
    #[must_use]
    pub fn with_sleeper(mut self, sleeper: Arc<dyn Sleeper>) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// Other kinds of trackers than the registered ones.
    #[must_use]
    pub fn with_kinds(mut self, kinds: Vec<&'static dyn TrackerKind>) -> Self {
        self.kinds = kinds;
        self
    }

    /// Another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

pub(crate) struct Inner {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub secrets: Arc<dyn SecretStore>,
    /// Secrets that end with this process.
    pub session: Arc<Memory>,
    pub events: Arc<dyn EventSink>,
    pub sleeper: Arc<dyn Sleeper>,
    pub kinds: Vec<&'static dyn TrackerKind>,
    pub pacers: Arc<Pacers>,
    pub places: Arc<Places>,
    pub jobs: Jobs,
    /// Accounts that jobs of this process write through.
    pub writing: Shares,
    /// Plans that are to be given up instead of paused when they stop.
    pub given_up: Mutex<HashSet<PlanId>>,
    pub practice: PracticeRoom,
    pub watching: Watching,
    /// Targets, people, labels that were read to their end.
    pub long_lists: LongLists,
    /// Small writes that nobody waits for (the log of exchanges).
    pub behind: TaskTracker,
    /// Pauses before an unknown outcome is looked up again.
    pub look_again: [Duration; 3],
    pub data_dir: PathBuf,
    seen_elsewhere: AtomicI64,
    /// Kept exchanges are about to be told.
    pub telling_exchanges: AtomicBool,
    traces: AtomicU64,
}

/// Docket without a window. Cheap to clone; every clone is the same engine.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

/// Runs blocking work off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

impl Engine {
    /// Opens the data folder: migrates it if it is older, puts every interrupted step where
    /// it will be looked up, and drops half-done imports.
    ///
    /// # Errors
    /// The folder or its database cannot be used, or is of a newer Docket.
    pub async fn open(options: Options) -> Result<Self, Problem> {
        let dir = options.data_dir.clone();
        let clock = Arc::clone(&options.clock);
        let patience = options.patience.unwrap_or(Store::PATIENCE);
        let store = blocking(move || Store::open_patient(&dir, clock, patience)).await?;
        let recovered = store.recovered();
        if recovered != docket_store::Recovered::default() {
            tracing::info!(?recovered, "put right what an earlier process left in the middle");
        }
        let engine = Self(Arc::new(Inner {
            store,
            clock: options.clock,
            secrets: options.secrets,
            session: Arc::default(),
            events: options.events,
            sleeper: options.sleeper,
            kinds: options.kinds,
            pacers: Arc::new(Pacers::default()),
            places: Arc::default(),
            jobs: Jobs::default(),
            writing: Shares::default(),
            given_up: Mutex::default(),
            practice: PracticeRoom::default(),
            watching: Watching::new(options.settle),
            long_lists: LongLists::default(),
            behind: TaskTracker::new(),
            look_again: options.look_again,
            data_dir: options.data_dir,
            seen_elsewhere: AtomicI64::new(0),
            telling_exchanges: AtomicBool::new(false),
            traces: AtomicU64::new(0),
        }));
        Ok(engine)
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.0.data_dir
    }

    /// Waits for the small writes that went on behind the last call. For a process that ends.
    pub async fn settled(&self) {
        self.0.behind.close();
        self.0.behind.wait().await;
        self.0.store.settled().await;
    }

    /// A number under which the log keeps the cause of a problem.
    pub fn next_trace(&self) -> u64 {
        (self.now().0 as u64) << 8 | (self.0.traces.fetch_add(1, Ordering::Relaxed) & 0xff)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    pub(crate) fn sleeper(&self) -> Arc<dyn Sleeper> {
        Arc::clone(&self.0.sleeper)
    }

    pub(crate) fn pacers(&self) -> Arc<Pacers> {
        Arc::clone(&self.0.pacers)
    }

    pub(crate) fn secret_store(&self) -> Arc<dyn SecretStore> {
        Arc::clone(&self.0.secrets)
    }

    /// Tells listeners what changed.
    pub(crate) fn changed(&self, tags: &[&str]) {
        self.0.events.changed(tags);
    }

    /// Reads from the store.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.store.read_async(work).await
    }

    /// As [`Engine::read`], in line with what is written ([`docket_store::Store::read_in_line`]).
    pub(crate) async fn read_in_line<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.store.read_in_line(work).await
    }

    /// Writes to the store in one transaction.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.store.write_async(work).await
    }

    /// As [`Engine::write`], without waiting for the disk ([`docket_store::Store::write_soon_async`]).
    pub(crate) async fn write_soon<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.store.write_soon_async(work).await
    }

    /// Looks whether another process has written since the last look, and tells listeners that
    /// everything stored may be stale if so. What this process writes is told as it is written.
    pub async fn notice_other_writers(&self) {
        match self.0.store.written_elsewhere().await {
            Ok(version) => {
                let before = self.0.seen_elsewhere.swap(version, Ordering::Relaxed);
                if before != 0 && before != version {
                    self.changed(ALL_TAGS);
                }
            }
            Err(problem) => tracing::warn!(?problem, "the data folder could not be looked at"),
        }
    }
}

/// Every cache tag of stored things; what trackers answered is none of them.
pub(crate) const ALL_TAGS: &[&str] = &[
    "Applications",
    "Findings",
    "Imports",
    "Connections",
    "Mappings",
    "Plans",
    "Issues",
    "Jobs",
    "Exchanges",
    "Settings",
    "Watches",
];
