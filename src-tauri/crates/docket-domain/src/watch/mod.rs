//! Watched folders: what is watched, what became of the files in it, and the pure rule of which
//! file goes where ([`Pattern`]).
//!
//! Deliberately absent: looking at the disk and at the clock (see the engine's `watch`).

mod pattern;

pub use pattern::{Pattern, Placed};

use crate::delta::Delta;
use crate::id::{ApplicationId, ImportId, WatchId};
use crate::problem::Problem;
use crate::time::Timestamp;

words! {
    /// What became of a file in a watched folder.
    pub enum WatchFileState {
        /// It was imported.
        Imported = "imported", "Imported";
        /// The very same bytes had been imported into the same application and branch before.
        Known = "known", "Imported before";
        /// It was imported, but it would close so much that a person is asked first.
        Asks = "asks", "Asks you";
        /// It could not be imported; it is tried again when it changes.
        Failed = "failed", "Failed";
        /// No format takes it for its own.
        Other = "other", "Not a report";
        /// It lay there before the folder was watched, and was left alone on purpose.
        Before = "before", "Was there before";
    }
}

words! {
    /// Who looks at a watched folder at this moment.
    pub enum WatchedBy {
        /// This Docket.
        Here = "here", "Watching";
        /// Another Docket on the same data folder.
        Elsewhere = "elsewhere", "Watched by another Docket";
        /// Nobody.
        Nobody = "nobody", "Not watched now";
    }
}

wire! {
    /// A folder whose new reports are imported as they land.
    pub struct WatchedFolder {
        /// Row id.
        pub id: WatchId,
        /// The folder on this computer, absolute.
        pub folder: String,
        /// Which of its files are reports and where they go: see [`Pattern`].
        pub pattern: String,
        /// Into this application; none: the pattern says which.
        pub application: Option<ApplicationId>,
        /// Its name.
        pub application_name: Option<String>,
        /// Into this branch; none: the pattern says which, or else the report.
        pub branch: Option<String>,
        /// Applications that the pattern names and that do not exist yet are added.
        pub add_applications: bool,
        /// Looked at every so many seconds, for network folders; none: the system tells.
        pub poll_seconds: Option<u32>,
        /// Nothing is imported until it goes on.
        pub paused: bool,
        /// When it was added.
        pub created: Timestamp,
        /// Who looks at it.
        pub by: WatchedBy,
        /// Why it cannot be looked at now.
        pub problem: Option<Problem>,
        /// Files that were imported.
        pub imported: u64,
        /// Files about which a person is asked.
        pub asks: u64,
        /// Files that could not be imported.
        pub failed: u64,
        /// When a file was imported last.
        pub last: Option<Timestamp>,
    }
}

wire! {
    /// What became of one file of a watched folder.
    pub struct WatchedFile {
        /// Its path below the folder, with `/` between the parts.
        pub path: String,
        /// What became of it.
        pub state: WatchFileState,
        /// Its size in bytes then.
        pub bytes: u64,
        /// When it had been changed last then.
        pub modified: Timestamp,
        /// The application's name that it went to, or would have.
        pub application: Option<String>,
        /// The branch that was chosen; none: as the report said.
        pub branch: Option<String>,
        /// The import.
        pub import: Option<ImportId>,
        /// What the import changed.
        pub delta: Option<Delta>,
        /// What it did not close, and why.
        pub held_back: Option<String>,
        /// Why it could not be imported.
        pub problem: Option<Problem>,
        /// When that was found out.
        pub at: Timestamp,
    }
}

/// Endings of names under which programs write what is not whole yet.
const UNFINISHED: [&str; 12] = [
    "part",
    "partial",
    "tmp",
    "temp",
    "crdownload",
    "download",
    "opdownload",
    "filepart",
    "incomplete",
    "swp",
    "lock",
    "!ut",
];

/// Whether a name says that the file is not whole yet, or never will be a report: downloads and
/// copies under way, editors' own files. It gets its real name when it is whole.
pub fn is_unfinished(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with("~$")
        || name.starts_with(".~")
        || name.ends_with('~')
        || name.rsplit_once('.').is_some_and(|(_, ending)| UNFINISHED.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_downloads_under_way_are_known() {
        for name in ["a.sarif.part", "A.CRDOWNLOAD", "scan.json.tmp", "~$report.csv", "a.sarif~", "x.swp"] {
            assert!(is_unfinished(name), "{name} is not whole yet");
        }
        for name in ["a.sarif", "part", "tmp.json", "template.json", "report.part1.json"] {
            assert!(!is_unfinished(name), "{name} is a name like any other");
        }
    }
}
