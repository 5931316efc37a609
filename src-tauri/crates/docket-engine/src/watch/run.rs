//! The loop that watches: who has the right to look at which folder, and when to look next.

use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use docket_domain::job::JobNews;
use docket_domain::{JobId, Problem, WatchId, WatchedFile, WatchedFolder};
use docket_store as store;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::look::Sight;
use super::pattern_of;
use super::signals::Signals;
use crate::engine::Engine;
use crate::events::JobListener;
use crate::leases::Lease;

/// A right that is not renewed for this long is nobody's.
const LEASE_MS: i64 = 60_000;
/// Rights are renewed, and taken where they became free, this often.
const RENEW: Duration = Duration::from_secs(15);
/// News of one moment are one reason to look.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// Looks without any news, in case some were lost.
const ANYWAY: Duration = Duration::from_mins(5);
/// Looks at a folder that the system tells nothing about.
const UNTOLD: Duration = Duration::from_secs(10);
/// Looks at a folder that could not be looked at.
const TROUBLE: Duration = Duration::from_secs(30);
/// Looks at a folder in one go, when files go on changing.
const MOST_LOOKS: usize = 30;

/// What happens while folders are watched.
#[derive(Debug, Clone)]
pub enum WatchNews {
    /// A folder is looked at from here now.
    Began(WatchedFolder),
    /// Another process looks at a folder.
    Elsewhere(WatchedFolder),
    /// Something became of a file.
    File(WatchedFolder, Box<WatchedFile>),
    /// A folder cannot be looked at.
    Trouble(WatchedFolder, Problem),
    /// Files of a folder go on changing; they are left for the next time.
    Unsettled(WatchedFolder),
}

/// Who hears them.
pub type WatchListener = Arc<dyn Fn(WatchNews) + Send + Sync>;

/// A folder that this process has the right to look at.
struct Held {
    watch: WatchedFolder,
    lease: Lease,
    sight: Sight,
    due: Instant,
    last: Option<Instant>,
    /// The system tells of changes.
    told: bool,
}

/// One course of watching.
struct Tour<'e> {
    engine: &'e Engine,
    /// Tells it from another course in this process.
    work: String,
    stop: CancellationToken,
    tell: WatchListener,
    listener: JobListener,
    /// The import under way.
    job: Arc<Mutex<Option<JobId>>>,
    signals: Signals,
    held: HashMap<WatchId, Held>,
    elsewhere: Vec<WatchId>,
    /// When rights are renewed next.
    renewal: Instant,
}

impl Engine {
    /// Watches in the background from now on, for as long as the process lives.
    pub fn watch_begin(&self) {
        let engine = self.clone();
        tokio::spawn(async move {
            engine.watch_run(CancellationToken::new(), Arc::new(|_| {}), crate::nobody()).await;
        });
    }

    /// Watches until `stop`. News go to `tell`, the progress of imports to `listener`.
    pub async fn watch_run(&self, stop: CancellationToken, tell: WatchListener, listener: JobListener) {
        let mut tour = Tour::new(self, stop, tell, listener);
        while !tour.stop.is_cancelled() {
            if tour.renewal <= Instant::now() {
                tour.arrange().await;
            }
            tour.look_where_due().await;
            tour.wait().await;
        }
        tour.give_back().await;
    }

    /// Looks at every folder once, and again while files in it are still changing.
    pub async fn watch_once(&self, stop: CancellationToken, tell: WatchListener, listener: JobListener) {
        let mut tour = Tour::new(self, stop, tell, listener);
        tour.arrange().await;
        for id in tour.ids() {
            for look in 0..MOST_LOOKS {
                if tour.stop.is_cancelled() || !tour.look(id).await {
                    break;
                }
                if look + 1 == MOST_LOOKS
                    && let Some(held) = tour.held.get(&id)
                {
                    (tour.tell)(WatchNews::Unsettled(held.watch.clone()));
                }
                tokio::select! {
                    () = tour.stop.cancelled() => {}
                    () = sleep(self.0.watching.settle) => {}
                }
            }
        }
        tour.give_back().await;
    }
}

impl<'e> Tour<'e> {
    fn new(engine: &'e Engine, stop: CancellationToken, tell: WatchListener, listener: JobListener) -> Self {
        let job: Arc<Mutex<Option<JobId>>> = Arc::default();
        let note = Arc::clone(&job);
        let listener: JobListener = Arc::new(move |event| {
            if matches!(event.news, JobNews::Started) {
                *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(event.job);
            }
            listener(event);
        });
        Self {
            engine,
            work: format!("watch {}", engine.next_trace()),
            stop,
            tell,
            listener,
            job,
            signals: Signals::new(),
            held: HashMap::new(),
            elsewhere: Vec::new(),
            renewal: Instant::now(),
        }
    }

    fn ids(&self) -> Vec<WatchId> {
        let mut ids: Vec<WatchId> = self.held.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// Takes the right to every folder that is to be watched, and lets the others go.
    async fn arrange(&mut self) {
        self.renewal = Instant::now() + RENEW;
        let wanted = match self.engine.read(store::watch::list).await {
            Ok(all) => all,
            Err(problem) => {
                tracing::warn!(?problem, "the watched folders could not be read");
                return;
            }
        };
        let active: HashMap<WatchId, WatchedFolder> =
            wanted.into_iter().filter(|watch| !watch.paused).map(|watch| (watch.id, watch)).collect();
        for id in self.ids() {
            if !active.contains_key(&id) {
                self.let_go(id).await;
            }
        }
        self.elsewhere.retain(|id| active.contains_key(id));
        let mut active: Vec<WatchedFolder> = active.into_values().collect();
        active.sort_by_key(|watch| watch.id);
        for watch in active {
            self.take_right(watch).await;
        }
    }

    async fn take_right(&mut self, watch: WatchedFolder) {
        let id = watch.id;
        let lease = match self.held.get(&id) {
            Some(held) => held.lease.clone(),
            None => self.engine.lease(store::watch::lease_name(id), &self.work),
        };
        match self.engine.hold_lease(&lease, LEASE_MS).await {
            Ok(true) => {}
            Ok(false) => {
                if self.held.contains_key(&id) {
                    self.let_go(id).await;
                }
                if !self.elsewhere.contains(&id) {
                    self.elsewhere.push(id);
                    (self.tell)(WatchNews::Elsewhere(watch));
                }
                return;
            }
            Err(problem) => {
                tracing::warn!(?problem, "the right to look at a folder could not be taken");
                return;
            }
        }
        self.elsewhere.retain(|one| *one != id);
        if let Some(held) = self.held.get_mut(&id) {
            held.watch = watch;
            return;
        }
        self.engine.0.watching.here().insert(id);
        self.engine.changed(&["Watches"]);
        (self.tell)(WatchNews::Began(watch.clone()));
        let now = Instant::now();
        let held = Held { watch, lease, sight: Sight::default(), due: now, last: None, told: false };
        self.held.insert(id, held);
    }

    async fn let_go(&mut self, id: WatchId) {
        let Some(held) = self.held.remove(&id) else { return };
        if held.told {
            self.signals.end(&PathBuf::from(&held.watch.folder));
        }
        self.engine.0.watching.here().remove(&id);
        self.engine.release_lease(held.lease).await;
        self.engine.changed(&["Watches"]);
    }

    async fn give_back(&mut self) {
        for id in self.ids() {
            self.let_go(id).await;
        }
    }

    async fn look_where_due(&mut self) {
        for id in self.ids() {
            let due = self.held.get(&id).is_some_and(|held| held.due <= Instant::now());
            if due && !self.stop.is_cancelled() {
                self.look(id).await;
            }
        }
    }

    /// Looks at a folder and imports what is ready. True when files in it may still be changing.
    async fn look(&mut self, id: WatchId) -> bool {
        let Some(mut held) = self.held.remove(&id) else { return false };
        // Asked for before looking, so that nothing that lands in between is missed.
        if !held.told && held.watch.poll_seconds.is_none() {
            held.told = self.signals.begin(&PathBuf::from(&held.watch.folder)).await;
        }
        let leases: Vec<Lease> =
            self.held.values().map(|other| other.lease.clone()).chain([held.lease.clone()]).collect();
        let looked = self.while_held(&leases, self.look_in(&mut held)).await;
        held.last = Some(Instant::now());
        let unsettled = match looked {
            Ok((unsettled, trouble)) => {
                held.due = Instant::now() + self.pause(&held, unsettled);
                self.tell_problem(&mut held.watch, trouble).await;
                unsettled
            }
            Err(problem) => {
                held.due = Instant::now() + TROUBLE;
                if held.told {
                    self.signals.end(&PathBuf::from(&held.watch.folder));
                    held.told = false;
                }
                if !self.stop.is_cancelled() {
                    self.tell_problem(&mut held.watch, Some(problem)).await;
                }
                false
            }
        };
        self.held.insert(id, held);
        unsettled
    }

    fn pause(&self, held: &Held, unsettled: bool) -> Duration {
        if unsettled {
            // Settled a little later than it was seen first.
            return self.engine.0.watching.settle + Duration::from_millis(10);
        }
        match held.watch.poll_seconds {
            Some(seconds) => Duration::from_secs(seconds.into()),
            None if held.told => ANYWAY,
            None => UNTOLD,
        }
    }

    async fn tell_problem(&self, watch: &mut WatchedFolder, problem: Option<Problem>) {
        if watch.problem == problem {
            return;
        }
        watch.problem.clone_from(&problem);
        let (id, row) = (watch.id, problem.clone());
        match self.engine.write(move |tx| store::watch::set_problem(tx, id, row.as_ref())).await {
            Ok(true) => {
                self.engine.changed(&["Watches"]);
                if let Some(problem) = problem {
                    (self.tell)(WatchNews::Trouble(watch.clone(), problem));
                }
            }
            Ok(false) => {}
            Err(problem) => tracing::warn!(?problem, "a watched folder's state could not be noted"),
        }
    }

    /// Whether files may still be changing, and what could not be looked at.
    async fn look_in(&self, held: &mut Held) -> Result<(bool, Option<Problem>), Problem> {
        let watch = held.watch.clone();
        let pattern = pattern_of(&watch)?;
        if watch.application.is_none() && !pattern.names_application() {
            return Err(watch.problem.unwrap_or_else(|| Problem::internal("a watch without an application")));
        }
        let looked = self.engine.watch_look(&watch, &pattern, &mut held.sight).await?;
        let mut unsettled = looked.unsettled;
        // A pattern with an ending means reports; one without takes what it finds among other files.
        let meant = pattern.ending().is_some();
        for (found, placed) in looked.ready {
            if self.stop.is_cancelled() || self.is_paused(watch.id).await? {
                break;
            }
            let stop = self.stop.clone();
            let listener = Arc::clone(&self.listener);
            let took = self
                .engine
                .watch_take(&watch, &found, placed, meant, listener, || stop.is_cancelled())
                .await?;
            match took {
                Some(file) => (self.tell)(WatchNews::File(watch.clone(), Box::new(file))),
                None => unsettled = true,
            }
        }
        Ok((unsettled, looked.trouble))
    }

    /// A person may pause or remove it while a long list of files is worked through.
    async fn is_paused(&self, id: WatchId) -> Result<bool, Problem> {
        self.engine.read(move |r| Ok(store::watch::show(r, id).map_or(true, |watch| watch.paused))).await
    }

    /// Works while the rights are kept alive: an import may take long. When watching is to stop,
    /// the import under way is asked to.
    async fn while_held<T>(&self, leases: &[Lease], work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut asked = false;
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = self.stop.cancelled(), if !asked => {
                    asked = true;
                    if let Some(id) = *self.job.lock().unwrap_or_else(PoisonError::into_inner) {
                        self.engine.job_cancel(id);
                    }
                }
                () = sleep(RENEW) => for lease in leases {
                    if let Err(problem) = self.engine.hold_lease(lease, LEASE_MS).await {
                        tracing::warn!(?problem, "the right to look at a folder could not be renewed");
                    }
                },
            }
        }
    }

    /// Until something is due, or there is news.
    async fn wait(&mut self) {
        let next = self.held.values().map(|held| held.due).fold(self.renewal, Instant::min);
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.engine.0.watching.wake.notified() => {
                self.renewal = Instant::now();
                for held in self.held.values_mut() {
                    held.due = Instant::now();
                }
            }
            () = self.signals.rung() => {
                // What happens within a moment is looked at once.
                sleep(DEBOUNCE.min(self.engine.0.watching.settle)).await;
                let soonest = Instant::now();
                for held in self.held.values_mut() {
                    if self.signals.touched(&PathBuf::from(&held.watch.folder)) {
                        let rested = held.last.map_or(soonest, |last| last + self.engine.0.watching.settle);
                        held.due = held.due.min(soonest.max(rested));
                    }
                }
                self.signals.heard();
            }
            () = sleep_until(next) => {}
        }
    }
}
