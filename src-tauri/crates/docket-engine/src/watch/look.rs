//! One look at one folder: which files are new or changed, which of them are whole, and what
//! becomes of each.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use docket_domain::watch::Placed;
use docket_domain::{
    ApplicationId, Code, Completeness, Import, Pattern, Problem, WatchFileState, WatchedFile, WatchedFolder,
};
use docket_store as store;
use docket_store::watch::Mark;

use super::add::{noted, placed};
use crate::engine::{Engine, blocking};
use crate::events::JobListener;
use crate::imports::ImportOrder;
use crate::imports::gather::{self, Found, Gathered, Why};

/// Files that were seen and are not settled yet: how they were, and since when they are so.
#[derive(Default)]
pub(super) struct Sight(HashMap<String, (Mark, Instant)>);

/// What a look found.
pub(super) struct Looked {
    /// Files that are whole, with where they go.
    pub ready: Vec<(Found, Placed)>,
    /// Some may still be written: look again soon.
    pub unsettled: bool,
    /// What in the folder could not be looked at; the rest was.
    pub trouble: Option<Problem>,
}

fn mark(found: &Found) -> Mark {
    Mark { bytes: found.bytes, modified: found.modified }
}

impl Engine {
    /// Looks at a folder. Nothing is opened.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(super) async fn watch_look(
        &self,
        watch: &WatchedFolder,
        pattern: &Pattern,
        sight: &mut Sight,
    ) -> Result<Looked, Problem> {
        let folder = PathBuf::from(&watch.folder);
        let gathered = blocking(move || {
            let mut gathered = Gathered::default();
            gather::folder(&folder, &mut gathered)?;
            Ok(gathered)
        })
        .await?;
        let id = watch.id;
        let known = self.read(move |r| store::watch::marks(r, id)).await?;
        self.forget_vanished(watch, &known, &gathered).await?;
        let mut looked = Looked { ready: Vec::new(), unsettled: false, trouble: trouble(&gathered) };
        let mut still = HashMap::new();
        for found in gathered.files {
            let mark = mark(&found);
            if known.get(&found.within).is_some_and(|(before, _)| *before == mark) {
                continue;
            }
            let Some(placed) = placed(pattern, &found) else { continue };
            let since = match sight.0.get(&found.within) {
                Some((before, since)) if *before == mark => *since,
                _ => Instant::now(),
            };
            if since.elapsed() >= self.0.watching.settle {
                looked.ready.push((found, placed));
            } else {
                looked.unsettled = true;
                still.insert(found.within, (mark, since));
            }
        }
        sight.0 = still;
        // Of several scans of one thing the older ones come first, or they would undo the newer.
        looked.ready.sort_by(|(a, _), (b, _)| (a.modified, &a.within).cmp(&(b.modified, &b.within)));
        Ok(looked)
    }

    /// A file that is gone asks nobody and cannot be tried again.
    async fn forget_vanished(
        &self,
        watch: &WatchedFolder,
        known: &HashMap<String, (Mark, WatchFileState)>,
        gathered: &Gathered,
    ) -> Result<(), Problem> {
        let open = |state: &WatchFileState| matches!(state, WatchFileState::Asks | WatchFileState::Failed);
        let mut vanished: Vec<String> =
            known.iter().filter(|(_, (_, state))| open(state)).map(|(path, _)| path.clone()).collect();
        if vanished.is_empty() {
            return Ok(());
        }
        vanished.retain(|path| !gathered.files.iter().any(|found| found.within == *path));
        if vanished.is_empty() {
            return Ok(());
        }
        let id = watch.id;
        self.write(move |tx| {
            vanished.iter().try_for_each(|path| store::watch::forget(tx, id, path).map(drop))
        })
        .await?;
        self.changed(&["Watches"]);
        Ok(())
    }

    /// Imports a file that is whole, or says why not, and notes which. `meant`: it is a report for
    /// sure, so one that cannot be read failed. None: it changed meanwhile and is looked at again.
    ///
    /// # Errors
    /// The data folder cannot be used now, or the work was stopped: nothing is noted.
    pub(super) async fn watch_take(
        &self,
        watch: &WatchedFolder,
        found: &Found,
        placed: Placed,
        meant: bool,
        listener: JobListener,
        stopping: impl Fn() -> bool,
    ) -> Result<Option<WatchedFile>, Problem> {
        let mut file = noted(found, WatchFileState::Failed);
        file.application = placed.application.or_else(|| watch.application_name.clone());
        file.branch = placed.branch.or_else(|| watch.branch.clone());
        let mut sha256 = String::new();
        match self.taken(watch, found, meant, (&mut file, &mut sha256), listener).await {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(problem) if matches!(problem.code, Code::Store | Code::StoreNewer | Code::Busy) => {
                return Err(problem);
            }
            Err(problem) if problem.code == Code::Cancelled && stopping() => return Err(problem),
            Err(problem) => {
                // Whether it belongs here only a person knows.
                if problem.code == Code::Mismatch {
                    file.state = WatchFileState::Asks;
                }
                file.problem = Some(problem);
            }
        }
        file.at = self.now();
        self.watch_note(watch, &file, sha256).await?;
        Ok(Some(file))
    }

    async fn watch_note(
        &self,
        watch: &WatchedFolder,
        file: &WatchedFile,
        sha256: String,
    ) -> Result<(), Problem> {
        let (id, row) = (watch.id, file.clone());
        self.write(move |tx| {
            // It may have been removed meanwhile; then there is nothing to note it under.
            if store::watch::show(tx, id).is_ok() {
                store::watch::note(tx, id, &row, &sha256)?;
            }
            Ok(())
        })
        .await?;
        self.changed(&["Watches"]);
        Ok(())
    }

    /// False: the file changed while it was looked at.
    async fn taken(
        &self,
        watch: &WatchedFolder,
        found: &Found,
        meant: bool,
        (file, sha256): (&mut WatchedFile, &mut String),
        listener: JobListener,
    ) -> Result<bool, Problem> {
        if !meant && !self.import_names_report(&found.within) && !self.import_recognises(&found.path).await? {
            file.state = WatchFileState::Other;
            return Ok(true);
        }
        let path = found.path.clone();
        let intake = blocking(move || docket_import::open(&path)).await?;
        // What was appended since is not among the bytes that were digested.
        if !is_still(&found.path, mark(found)).await? {
            return Ok(false);
        }
        sha256.clone_from(&intake.sha256);
        let application = self.watch_application(watch, file).await?;
        let (branch, digest) = (file.branch.clone(), intake.sha256.clone());
        let same = self
            .read(move |r| store::imports::same_bytes(r, application, branch.as_deref(), &digest))
            .await?;
        if same.is_some() {
            file.state = WatchFileState::Known;
            file.import = same;
            return Ok(true);
        }
        let order = ImportOrder { branch: file.branch.clone(), ..ImportOrder::new(application) };
        let import = self.import_intake(intake, order, listener).await?;
        settle(file, &import);
        Ok(true)
    }

    /// The application that a file goes to; added when that was agreed.
    pub(super) async fn watch_application(
        &self,
        watch: &WatchedFolder,
        file: &WatchedFile,
    ) -> Result<ApplicationId, Problem> {
        if let Some(id) = watch.application {
            return Ok(id);
        }
        let name = file.application.clone().unwrap_or_default();
        if let Some(there) = self.application_find(&name).await? {
            return Ok(there.id);
        }
        if !watch.add_applications {
            return Err(Problem::not_found(format!("There is no application «{name}» yet."))
                .hint("Add it and try the file again, or watch the folder so that applications are added."));
        }
        Ok(self.application_add(&name).await?.id)
    }
}

/// What is said of a folder that could be looked at only in part.
fn trouble(gathered: &Gathered) -> Option<Problem> {
    let missed = |why: &Why| matches!(why, Why::Unreadable | Why::TooMany | Why::TooDeep);
    let (path, why) = gathered.passed.iter().find(|(_, why)| missed(why))?;
    Some(Problem::bad_input(format!("{}: {}.", path.display(), why.words())).hint("The rest is looked at."))
}

/// What an import means for the file: whether a person is to be asked.
pub(super) fn settle(file: &mut WatchedFile, import: &Import) {
    let held: Vec<&str> = import.runs.iter().filter_map(|run| run.held_back.as_deref()).collect();
    // Of a report that says itself that it is not complete there is nothing to ask.
    let asks = import
        .runs
        .iter()
        .any(|run| run.held_back.is_some() && matches!(run.completeness, Completeness::Complete));
    file.state = if asks { WatchFileState::Asks } else { WatchFileState::Imported };
    file.held_back = (!held.is_empty()).then(|| held.join(" "));
    file.import = Some(import.id);
    file.delta = Some(import.delta.clone());
    file.problem = None;
}

/// Whether the file is still as it was seen.
async fn is_still(path: &Path, before: Mark) -> Result<bool, Problem> {
    let path = path.to_owned();
    blocking(move || {
        let facts = std::fs::metadata(&path);
        Ok(facts.is_ok_and(|facts| {
            let (bytes, modified) = gather::mark(&facts);
            Mark { bytes, modified } == before
        }))
    })
    .await
}
