//! Adding a watched folder, and trying a pattern on what lies in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use docket_domain::watch::{Placed, is_unfinished};
use docket_domain::{ApplicationId, Pattern, Problem, WatchFileState, WatchedFile, WatchedFolder};
use docket_store as store;

use crate::engine::{Engine, blocking};
use crate::imports::gather::{self, Found, Gathered};

/// Most often that a folder is looked at, seconds.
const POLL_LEAST: u32 = 2;
/// Least often.
const POLL_MOST: u32 = 86_400;
/// Files that a trial names.
const SHOWN: usize = 200;
/// Files that a trial names of those that the pattern leaves alone.
const SHOWN_OTHERS: usize = 20;
/// Longest branch in characters.
const LONGEST_BRANCH: usize = 250;

/// A folder that is to be watched.
#[derive(Debug, Clone)]
pub struct WatchForm {
    /// The folder.
    pub folder: PathBuf,
    /// Which files, and where they go.
    pub pattern: String,
    /// Into this application; none: the pattern says which.
    pub application: Option<ApplicationId>,
    /// Into this branch; none: the pattern says which, or the report.
    pub branch: Option<String>,
    /// Add applications that the pattern names and that do not exist.
    pub add_applications: bool,
    /// Look every so many seconds; none: when the system tells of a change.
    pub poll_seconds: Option<u32>,
    /// Import what lies there already.
    pub take_existing: bool,
}

/// Where the files that are there would go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatchTried {
    /// The first files that the pattern matches.
    pub files: Vec<WatchTriedFile>,
    /// How many it matches.
    pub matched: u64,
    /// The first files that it leaves alone.
    pub others: Vec<String>,
    /// How many it leaves alone.
    pub left_alone: u64,
    /// Hidden files, links and what cannot be read.
    pub passed: u64,
}

/// Where one file would go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchTriedFile {
    /// Its path below the folder.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// The application's name.
    pub application: String,
    /// There is no application of this name yet.
    pub is_new: bool,
    /// The branch; none: as the report says.
    pub branch: Option<String>,
}

impl Engine {
    /// Tries a pattern on the files that are in a folder. Nothing is stored, no file is opened.
    ///
    /// # Errors
    /// The folder cannot be read, or the pattern cannot be meant.
    pub async fn watch_try(&self, form: WatchForm) -> Result<WatchTried, Problem> {
        let (form, pattern) = checked(form, self.data_dir())?;
        let applications = self.application_list().await?;
        let fixed = form.application.and_then(|id| applications.iter().find(|one| one.id == id));
        let fixed = fixed.map(|one| one.name.clone());
        let known: BTreeSet<String> = applications.iter().map(|one| one.name.to_lowercase()).collect();
        let gathered = in_folder(&form.folder).await?;
        let mut tried = WatchTried { passed: gathered.passed_count, ..WatchTried::default() };
        for found in gathered.files {
            let placed = placed(&pattern, &found);
            let Some((placed, application)) =
                placed.and_then(|p| p.application.clone().or_else(|| fixed.clone()).map(|name| (p, name)))
            else {
                tried.left_alone += 1;
                if tried.others.len() < SHOWN_OTHERS {
                    tried.others.push(found.within);
                }
                continue;
            };
            tried.matched += 1;
            if tried.files.len() < SHOWN {
                tried.files.push(WatchTriedFile {
                    path: found.within,
                    bytes: found.bytes,
                    is_new: !known.contains(&application.to_lowercase()),
                    application,
                    branch: placed.branch.or_else(|| form.branch.clone()),
                });
            }
        }
        Ok(tried)
    }

    /// Watches a folder from now on.
    ///
    /// # Errors
    /// The folder cannot be read, the pattern cannot be meant, application or branch are said
    /// twice or not at all, or the folder is watched with this pattern already.
    pub async fn watch_add(&self, form: WatchForm) -> Result<WatchedFolder, Problem> {
        let (form, pattern) = checked(form, self.data_dir())?;
        let gathered = in_folder(&form.folder).await?;
        let now = self.now();
        let left: Vec<WatchedFile> = if form.take_existing {
            Vec::new()
        } else {
            let there = gathered.files.iter().filter(|found| placed(&pattern, found).is_some());
            there.map(|found| WatchedFile { at: now, ..noted(found, WatchFileState::Before) }).collect()
        };
        let new = store::watch::NewWatch {
            folder: form.folder.display().to_string(),
            pattern: pattern.to_string(),
            application: form.application,
            branch: form.branch,
            add_applications: form.add_applications,
            poll_seconds: form.poll_seconds,
        };
        let watch = self
            .write(move |tx| {
                let watch = store::watch::add(tx, &new)?;
                for file in &left {
                    store::watch::note(tx, watch.id, file, "")?;
                }
                Ok(watch)
            })
            .await?;
        self.watch_changed();
        Ok(watch)
    }
}

async fn in_folder(folder: &Path) -> Result<Gathered, Problem> {
    let folder = folder.to_owned();
    blocking(move || {
        let mut gathered = Gathered::default();
        gather::folder(&folder, &mut gathered)?;
        Ok(gathered)
    })
    .await
}

/// Where a file goes; none when it is not whole by its name, or not what the pattern means.
pub(super) fn placed(pattern: &Pattern, found: &Found) -> Option<Placed> {
    let name = found.within.rsplit('/').next().unwrap_or(&found.within);
    if is_unfinished(name) { None } else { pattern.place(&found.within) }
}

/// A file of which nothing more is known.
pub(super) fn noted(found: &Found, state: WatchFileState) -> WatchedFile {
    WatchedFile {
        path: found.within.clone(),
        state,
        bytes: found.bytes,
        modified: found.modified,
        application: None,
        branch: None,
        import: None,
        delta: None,
        held_back: None,
        problem: None,
        at: docket_domain::Timestamp(0),
    }
}

/// The form made whole, or what is wrong with it at its field.
fn checked(mut form: WatchForm, data_dir: &Path) -> Result<(WatchForm, Pattern), Problem> {
    let wrong = |field: &str, message: &str| Err(Problem::bad_input(message).with("field", field));
    if form.folder.as_os_str().is_empty() {
        return wrong("folder", "Choose the folder that is to be watched.");
    }
    form.folder = std::path::absolute(&form.folder)
        .map_err(|error| Problem::bad_input(format!("The folder cannot be found: {error}.")))?;
    if !form.folder.is_dir() {
        return wrong("folder", &format!("There is no folder {}.", form.folder.display()));
    }
    // What Docket writes there would be a reason to look, again and again.
    let real = std::fs::canonicalize(&form.folder);
    if let (Ok(own), Ok(real)) = (std::fs::canonicalize(data_dir), real)
        && own.starts_with(real)
    {
        return wrong("folder", "Docket's own data folder lies in it. Choose a folder of reports alone.");
    }
    let pattern = Pattern::parse(&form.pattern)?;
    form.branch = form.branch.map(|branch| branch.trim().to_owned()).filter(|branch| !branch.is_empty());
    match (pattern.names_application(), form.application) {
        (false, None) => {
            return wrong(
                "application",
                "Choose an application, or let the pattern name it: {app}/*.sarif takes the folder's name.",
            );
        }
        (true, Some(_)) => {
            return wrong(
                "application",
                "The pattern names the application by {app}; choose none beside it.",
            );
        }
        _ => {}
    }
    if pattern.names_branch() && form.branch.is_some() {
        return wrong("branch", "The pattern names the branch by {branch}; give none beside it.");
    }
    if form.branch.as_ref().is_some_and(|branch| branch.chars().count() > LONGEST_BRANCH) {
        return wrong("branch", &format!("The branch is longer than {LONGEST_BRANCH} characters."));
    }
    if form.poll_seconds.is_some_and(|seconds| !(POLL_LEAST..=POLL_MOST).contains(&seconds)) {
        return wrong(
            "poll_seconds",
            &format!("Look every {POLL_LEAST} to {POLL_MOST} seconds, not more and not less often."),
        );
    }
    Ok((form, pattern))
}
