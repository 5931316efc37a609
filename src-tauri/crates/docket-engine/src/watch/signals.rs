//! What the system tells about changes in folders. Only a reason to look sooner: which files
//! changed is found by looking, so news that get lost, come late or come twice do no harm.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

/// Folders that something happened in.
#[derive(Default)]
struct Touched {
    watched: BTreeSet<PathBuf>,
    touched: BTreeSet<PathBuf>,
}

/// The system's news about some folders.
pub(super) struct Signals {
    watcher: Option<RecommendedWatcher>,
    state: Arc<Mutex<Touched>>,
    bell: Arc<Notify>,
    /// How many watched folders share one on the disk.
    shared: HashMap<PathBuf, usize>,
}

fn locked(state: &Mutex<Touched>) -> MutexGuard<'_, Touched> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Signals {
    pub fn new() -> Self {
        Self { watcher: None, state: Arc::default(), bell: Arc::default(), shared: HashMap::new() }
    }

    /// Asks for news about a folder and everything in it. False when the system has none to
    /// give, as for some network folders, or when it is asked for too many.
    pub async fn begin(&mut self, folder: &Path) -> bool {
        let Ok(real) = std::fs::canonicalize(folder) else { return false };
        if let Some(count) = self.shared.get_mut(&real) {
            *count += 1;
            return true;
        }
        locked(&self.state).watched.insert(real.clone());
        match self.watch(real.clone()).await {
            Ok(()) => {
                self.shared.insert(real, 1);
                true
            }
            Err(error) => {
                tracing::warn!(folder = %real.display(), %error, "the system tells nothing about this folder");
                locked(&self.state).watched.remove(&real);
                false
            }
        }
    }

    /// No more news about a folder.
    pub fn end(&mut self, folder: &Path) {
        // A folder that is gone has no real path any more; the system has forgotten it too.
        let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let left = self.shared.get_mut(&real).map(|count| {
            *count -= 1;
            *count
        });
        if left != Some(0) {
            return;
        }
        self.shared.remove(&real);
        locked(&self.state).watched.remove(&real);
        if let Some(watcher) = &mut self.watcher
            && let Err(error) = watcher.unwatch(&real)
        {
            tracing::debug!(%error, "the system had forgotten this folder already");
        }
    }

    /// Returns when there is news.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Whether something happened in a folder since this was asked last.
    pub fn touched(&self, folder: &Path) -> bool {
        let Ok(real) = std::fs::canonicalize(folder) else { return false };
        locked(&self.state).touched.contains(&real)
    }

    /// Forgets what happened.
    pub fn heard(&self) {
        locked(&self.state).touched.clear();
    }

    /// Asks the system; of a large folder that takes a while, and off the async threads.
    async fn watch(&mut self, real: PathBuf) -> notify::Result<()> {
        let mut watcher = match self.watcher.take() {
            Some(watcher) => watcher,
            None => self.listening()?,
        };
        let asked = tokio::task::spawn_blocking(move || {
            let begun = watcher.watch(&real, RecursiveMode::Recursive);
            (watcher, begun)
        });
        let (watcher, begun) = asked.await.map_err(|error| notify::Error::generic(&error.to_string()))?;
        self.watcher = Some(watcher);
        begun
    }

    fn listening(&self) -> notify::Result<RecommendedWatcher> {
        let (state, bell) = (Arc::clone(&self.state), Arc::clone(&self.bell));
        let hear = move |event: notify::Result<Event>| {
            if note(&mut locked(&state), event) {
                bell.notify_one();
            }
        };
        RecommendedWatcher::new(hear, Config::default().with_follow_symlinks(false))
    }
}

/// Notes the folders that an event is about; false when it is about none.
fn note(state: &mut Touched, event: notify::Result<Event>) -> bool {
    let event = match event {
        // Reading is no change, and Docket reads.
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => return false,
        Ok(event) => event,
        Err(error) => {
            tracing::debug!(%error, "news about folders were lost; all are looked at");
            state.touched = state.watched.clone();
            return true;
        }
    };
    if event.need_rescan() || event.paths.is_empty() {
        state.touched = state.watched.clone();
        return true;
    }
    let about: Vec<PathBuf> = state
        .watched
        .iter()
        .filter(|folder| event.paths.iter().any(|path| path.starts_with(folder)))
        .cloned()
        .collect();
    let any = !about.is_empty();
    state.touched.extend(about);
    any
}
