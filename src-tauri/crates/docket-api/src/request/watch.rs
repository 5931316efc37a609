//! Watched folders, as the window asks about them.

use docket_domain::{ApplicationId, WatchId, WatchedFile, WatchedFolder};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

record! {
    /// Watched folders.
    WatchList { #[doc = "By folder."] folders: Vec<WatchedFolder> }
    /// A folder to be watched, or a pattern to be tried on it.
    WatchAdd {
        /// Folder on this computer.
        folder: String,
        /// Which of its files, and where they go: `{app}/{branch}/*.sarif`.
        pattern: String,
        /// Into this application; none: the pattern says which.
        application: Option<ApplicationId>,
        /// Into this branch; none: the pattern says which, or the report.
        branch: Option<String>,
        /// Add applications that do not exist yet.
        add_applications: bool,
        /// Look every so many seconds; none: when the system tells of a change.
        poll_seconds: Option<u32>,
        /// Import what lies there already.
        take_existing: bool,
    }
    /// Where the files of a folder would go.
    WatchTried {
        /// The first that the pattern matches.
        files: Vec<WatchTriedFile>,
        /// How many it matches.
        matched: u64,
        /// The first that it leaves alone.
        others: Vec<String>,
        /// How many it leaves alone.
        left_alone: u64,
        /// Hidden files, links and what cannot be read.
        passed: u64,
    }
    /// Where one file would go.
    WatchTriedFile {
        /// Its path below the folder.
        path: String,
        /// Size in bytes.
        bytes: u64,
        /// The application's name.
        application: String,
        /// There is no application of this name yet.
        is_new: bool,
        /// The branch; none: as the report says.
        branch: Option<String>,
    }
    /// One watched folder.
    WatchOf { #[doc = "Which."] id: WatchId }
    /// A folder paused, or going on.
    WatchPause { #[doc = "Which."] id: WatchId, #[doc = "Paused."] paused: bool }
    /// Files of a watched folder.
    WatchFiles { #[doc = "Which."] id: WatchId, #[doc = "Also files that are no reports."] all: bool, #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted."] limit: u32 }
    /// Files, those that want a person first.
    WatchFileList { #[doc = "Rows."] files: Vec<WatchedFile>, #[doc = "How many there are."] total: u64 }
    /// One file of a watched folder.
    WatchFileOf { #[doc = "The folder."] id: WatchId, #[doc = "Its path below the folder."] path: String }
}
