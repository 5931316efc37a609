//! What a connection test reports, stage by stage.

use crate::time::Timestamp;

words! {
    /// How a stage ended.
    pub enum CheckState {
        /// Under way.
        Running = "running", "Running";
        /// Fine.
        Ok = "ok", "Passed";
        /// Works, but something is worth knowing.
        Warning = "warning", "Warning";
        /// Stops the connection from working.
        Failed = "failed", "Failed";
        /// Not run, because an earlier stage failed or it does not apply.
        Skipped = "skipped", "Not run";
    }
}

wire! {
    /// One stage of a connection test.
    #[derive(Eq)]
    pub struct CheckStage {
        /// Stable id (`tls`, `scopes`, …).
        pub id: String,
        /// Title for people.
        pub title: String,
        /// How it ended.
        pub state: CheckState,
        /// What was seen, in one line.
        pub summary: String,
        /// What was asked and what decided («403 on GET /repos/acme/shop with X-GitHub-SSO: required»). Redacted.
        pub evidence: Option<String>,
        /// Why it failed, in a sentence.
        pub cause: Option<String>,
        /// What to do next.
        pub next: Option<String>,
        /// A page that helps, as (label, address).
        pub link: Option<(String, String)>,
        /// How long it took, milliseconds.
        pub ms: u64,
    }
}

wire! {
    /// A whole connection test.
    #[derive(Eq)]
    pub struct CheckReport {
        /// When it began.
        pub at: Timestamp,
        /// Every stage, in order.
        pub stages: Vec<CheckStage>,
        /// No stage failed.
        pub ok: bool,
        /// One sentence.
        pub summary: String,
        /// When the token ends, if the tracker says.
        pub token_ends: Option<Timestamp>,
        /// The report as redacted text, for copying.
        pub text: String,
    }
}
