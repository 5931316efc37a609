//! What an import did, and what it could not read.

use crate::id::{ApplicationId, ImportId};
use crate::mismatch::Mismatch;
use crate::problem::Problem;
use crate::time::Timestamp;

wire! {
    /// Where in a report something stands.
    #[derive(Default)]
    pub struct Place {
        /// File inside an archive, or empty.
        pub file: Option<String>,
        /// Path of the record (`runs[0].results[17]`, `row 12`).
        pub record: Option<String>,
        /// Line in the (decoded) text, from 1.
        pub line: Option<u64>,
        /// Column, from 1.
        pub column: Option<u64>,
    }
}

wire! {
    /// Something that was read with loss, or not at all, without failing the rest.
    pub struct Warning {
        /// What was wrong and what was done about it.
        pub message: String,
        /// Where.
        pub place: Place,
    }
}

wire! {
    /// Whether a run saw everything in its scope.
    pub enum Completeness {
        /// It did: what it does not name is gone.
        Complete,
        /// It did not (or says it may not have): its silence means nothing.
        Partial { /// Why, for people.
            reason: String },
        /// It failed: its silence means nothing.
        Failed { /// Why, for people.
            reason: String },
    }
}

impl Completeness {
    /// True when findings that the run does not name may be closed.
    pub fn may_close(&self) -> bool {
        matches!(self, Self::Complete)
    }
}

wire! {
    /// How an import changed an application. Counts are findings, not locations.
    #[derive(Default, Eq)]
    pub struct Delta {
        /// Not known before.
        pub new: u64,
        /// Known, found again, nothing about it changed.
        pub unchanged: u64,
        /// Known, found again, moved, renamed or reworded.
        pub updated: u64,
        /// Was closed as resolved or mitigated, found again.
        pub reopened: u64,
        /// Not found any more by a complete run of the same scope.
        pub gone: u64,
        /// Suggestions that wait now: of suppressions, of duplicates across tools.
        pub proposals: u64,
        /// Records read (suppressed, absent and repeated ones included).
        pub records: u64,
        /// Identical records that were counted once.
        pub repeated: u64,
        /// Records that could not be read.
        pub lost: u64,
    }
}

impl Delta {
    /// True when the application is the same as before.
    pub fn is_empty(&self) -> bool {
        self.new == 0 && self.updated == 0 && self.reopened == 0 && self.gone == 0
    }
}

words! {
    /// How an import ended.
    pub enum ImportState {
        /// Being read.
        Running = "running", "Running";
        /// Everything was read and stored.
        Done = "done", "Done";
        /// Nothing was stored.
        Failed = "failed", "Failed";
        /// Stopped by a person; nothing was stored.
        Cancelled = "cancelled", "Cancelled";
        /// Stored, and taken back whole since.
        TakenBack = "taken_back", "Taken back";
    }
}

wire! {
    /// One run of a report after import.
    pub struct RunSummary {
        /// Tool name.
        pub tool: String,
        /// Tool version.
        pub version: Option<String>,
        /// Branch in whose scope it counted; empty when none is known.
        pub branch: String,
        /// What distinguishes it from other runs of the tool.
        pub category: Option<String>,
        /// Whether it could close anything.
        pub completeness: Completeness,
        /// What it changed.
        pub delta: Delta,
        /// When closing was held back (mass closing, failed run, …): why.
        pub held_back: Option<String>,
    }
}

wire! {
    /// One report read into one application.
    pub struct Import {
        /// Row id.
        pub id: ImportId,
        /// The application.
        pub application: ApplicationId,
        /// The application's name.
        pub application_name: String,
        /// File name without its folder (folders can tell about people).
        pub file: String,
        /// Size in bytes as given (compressed if it was).
        pub bytes: u64,
        /// SHA-256 of the file as given, hex.
        pub sha256: String,
        /// Format id (`sarif`).
        pub format: String,
        /// State.
        pub state: ImportState,
        /// When it began.
        pub started: Timestamp,
        /// When it ended.
        pub ended: Option<Timestamp>,
        /// Each run.
        pub runs: Vec<RunSummary>,
        /// All runs together.
        pub delta: Delta,
        /// The first warnings (all are kept in the store).
        pub warnings: Vec<Warning>,
        /// How many warnings there are.
        pub warning_count: u64,
        /// An earlier import of the very same bytes, if any.
        pub same_as: Option<ImportId>,
        /// Why it failed.
        pub problem: Option<Problem>,
        /// Only right after reading: it seems to belong elsewhere.
        #[serde(default)]
        pub mismatch: Option<Mismatch>,
    }
}

wire! {
    /// What a report holds and what importing it would change; nothing of it is stored.
    pub struct Preview {
        /// File name without its folder.
        pub file: String,
        /// Size in bytes as given (compressed if it was).
        pub bytes: u64,
        /// SHA-256 of the file as given, hex.
        pub sha256: String,
        /// Format id; of the first report when an archive holds several.
        pub format: String,
        /// Reports that were read: more than one only in archives.
        pub reports: u64,
        /// Each run.
        pub runs: Vec<RunSummary>,
        /// All runs together. What came back is counted as reopened though a decision may keep it closed.
        pub delta: Delta,
        /// True when it was compared with what is stored; else every record counts as new.
        pub compared: bool,
        /// The first warnings.
        pub warnings: Vec<Warning>,
        /// How many warnings there are.
        pub warning_count: u64,
        /// An earlier import of the very same bytes into the same application and branch, if any.
        pub same_as: Option<ImportId>,
        /// It seems to belong elsewhere.
        pub mismatch: Option<Mismatch>,
    }
}
