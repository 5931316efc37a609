//! Watched folders: new reports in them are imported as they land.
//!
//! Invariants: the disk is the truth and the system's news of it only a reason to look sooner; a
//! file is read when two looks found it unchanged, so one that is being written is never taken;
//! the same bytes go into the same application and branch once; what failed is tried again only
//! when the file changes or a person asks; what would close nearly everything waits for a person;
//! and one process at a time looks at a folder (a lease). Nothing is watched until a folder is added.
//!
//! Deliberately absent: the rule of which file goes where (the domain's [`Pattern`]), and removing
//! or moving files: Docket only reads.

mod add;
mod files;
mod look;
mod run;
mod signals;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use docket_domain::{Pattern, Problem, WatchId, WatchedBy, WatchedFile, WatchedFolder};
use docket_store as store;
use tokio::sync::Notify;

use crate::engine::Engine;

pub use add::{WatchForm, WatchTried, WatchTriedFile};
pub use run::{WatchListener, WatchNews};

/// A file counts as whole when it has not changed for so long.
pub(crate) const SETTLE: Duration = Duration::from_secs(2);

/// What this process knows about watching.
pub(crate) struct Watching {
    /// See [`SETTLE`].
    settle: Duration,
    /// Something was added, paused, or is to be tried again.
    wake: Notify,
    /// Folders that this process looks at.
    here: Mutex<BTreeSet<WatchId>>,
}

impl Watching {
    pub fn new(settle: Duration) -> Self {
        Self { settle, wake: Notify::new(), here: Mutex::default() }
    }

    fn here(&self) -> std::sync::MutexGuard<'_, BTreeSet<WatchId>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who looks, as seen from here: the store only knows that somebody does.
    fn seen_from_here(&self, mut watch: WatchedFolder) -> WatchedFolder {
        if self.here().contains(&watch.id) {
            watch.by = WatchedBy::Here;
        }
        watch
    }
}

impl Engine {
    /// Every watched folder.
    pub async fn watch_list(&self) -> Result<Vec<WatchedFolder>, Problem> {
        let all = self.read(store::watch::list).await?;
        Ok(all.into_iter().map(|watch| self.0.watching.seen_from_here(watch)).collect())
    }

    /// One watched folder.
    pub async fn watch_show(&self, id: WatchId) -> Result<WatchedFolder, Problem> {
        let watch = self.read(move |r| store::watch::show(r, id)).await?;
        Ok(self.0.watching.seen_from_here(watch))
    }

    /// Pauses a folder, or lets it go on.
    pub async fn watch_pause(&self, id: WatchId, paused: bool) -> Result<WatchedFolder, Problem> {
        self.write(move |tx| store::watch::set_paused(tx, id, paused)).await?;
        self.watch_changed();
        self.watch_show(id).await
    }

    /// Stops watching a folder; what was imported stays.
    pub async fn watch_remove(&self, id: WatchId) -> Result<(), Problem> {
        self.write(move |tx| store::watch::remove(tx, id)).await?;
        self.watch_changed();
        Ok(())
    }

    /// A page of a folder's files and how many there are: those that want a person first, then
    /// the latest. Files that are no reports only when `all` is asked for.
    pub async fn watch_files(
        &self,
        id: WatchId,
        all: bool,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<WatchedFile>, u64), Problem> {
        self.read(move |r| store::watch::files(r, id, all, offset, limit.min(500))).await
    }

    /// Tells the window, and the loop that watches.
    fn watch_changed(&self) {
        self.changed(&["Watches"]);
        self.0.watching.wake.notify_one();
    }
}

/// The pattern of a watched folder; it was understood when it was added.
fn pattern_of(watch: &WatchedFolder) -> Result<Pattern, Problem> {
    Pattern::parse(&watch.pattern)
}
