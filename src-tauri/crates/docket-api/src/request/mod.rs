//! What the window sends, and the answers that are made for it alone. Nouns of the domain
//! travel as they are.

use docket_domain::check::CheckReport;
use docket_domain::job::Job;
use docket_domain::{Application, ApplicationId, Connection, ConnectionId, Import, JobId, Mapping, Problem};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Declares wire structs; all are plain records.
macro_rules! record {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident : $type:ty),* $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, Deserialize, TS)]
        pub struct $name { $($(#[$fmeta])* pub $field: $type),* }
    )+};
}

mod connections;
mod findings;
mod push;
mod watch;

pub use connections::*;
pub use findings::*;
pub use push::*;
pub use watch::*;

record! {
    /// No parameters.
    Nothing {}
    /// How many rows a command changed.
    Changed { #[doc = "Rows."] count: u64 }

    /// What the frame shows: counts, health, versions.
    AppStatus {
        /// Version of Docket.
        version: String,
        /// Where the data lies.
        data_dir: String,
        /// Where the log lies.
        log_file: String,
        /// State of the operating system's keychain.
        keychain: KeychainStatus,
        /// Counts for the rail.
        counts: Counts,
        /// Running jobs.
        jobs: Vec<Job>,
        /// Health of each connection by its last test.
        connections: Vec<ConnectionHealth>,
        /// True until something was imported or connected.
        fresh: bool,
    }
    /// State of the keychain.
    KeychainStatus {
        /// It can be used.
        ok: bool,
        /// Its name («Secret Service», «Keychain», «Credential Manager»).
        name: String,
        /// Why not, with the remedy.
        problem: Option<Problem>,
    }
    /// Counts for the rail.
    Counts {
        /// Active findings.
        findings: u64,
        /// Plans that are not finished.
        plans: u64,
        /// Linked issues.
        issues: u64,
        /// Imports.
        imports: u64,
        /// Connections.
        connections: u64,
        /// Open triage proposals.
        proposals: u64,
    }
    /// A connection's health in the status line.
    ConnectionHealth {
        /// Connection.
        id: ConnectionId,
        /// Label.
        label: String,
        /// Result of the last test, if there was one.
        ok: Option<bool>,
        /// In words.
        words: String,
    }
    /// Settings of the product (looks are kept by the window).
    Settings {
        /// Name written beside assessments.
        author: String,
    }
    /// New settings.
    SettingsSave { #[doc = "All of them."] settings: Settings }

    /// Applications.
    ApplicationList { #[doc = "By name."] applications: Vec<Application> }
    /// A new application.
    ApplicationAdd { #[doc = "Its name."] name: String }
    /// A new name.
    ApplicationRename { #[doc = "Which."] id: ApplicationId, #[doc = "New name."] name: String }
    /// One application.
    ApplicationOf { #[doc = "Which."] id: ApplicationId }

    /// Who owns which file.
    OwnersText { #[doc = "Which application."] id: ApplicationId, #[doc = "Rules, as in a `CODEOWNERS` file; empty: none."] text: String }

    /// Jobs, newest first.
    JobList { #[doc = "Rows."] jobs: Vec<Job> }
    /// One job.
    JobOf { #[doc = "Which."] id: JobId }

    /// The practice tracker.
    PracticeStatus { #[doc = "Address of its web page while it runs."] url: Option<String> }
    /// The practice journey is ready.
    PracticeReady {
        /// Web page of the practice tracker.
        url: String,
        /// Application with the sample findings.
        application: Application,
        /// Connection.
        connection: Connection,
        /// Mapping.
        mapping: Mapping,
        /// What the import did.
        import: Import,
        /// The connection test.
        check: CheckReport,
    }
}

/// Names that the contract uses, in one place for the macros.
pub mod names {
    pub use super::*;
    pub use docket_domain::check::CheckReport;
    pub use docket_domain::connection::Understood;
    pub use docket_domain::page::SelectionCount;
    pub use docket_domain::planning::change::Difference;
    pub use docket_domain::{
        Application, ChoicePage, Connection, FindingDetail, FindingPage, Import, IssueSeen, Mapping,
        Ownership, Plan, Preview, TakeBack, TargetFields, WatchedFolder,
    };
}
