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

words! {
    /// What can be made in a tracker so that a mapping fits.
    pub enum RepairKind {
        /// A label.
        Label = "label", "label";
        /// A milestone.
        Milestone = "milestone", "milestone";
        /// An option of a field, with the existing ones kept as they are.
        Option = "option", "option";
    }
}

wire! {
    /// Something missing in the tracker that Docket can make when a person says yes.
    #[derive(Eq)]
    pub struct Repair {
        /// What is made.
        pub kind: RepairKind,
        /// The field that an option belongs to.
        pub field: Option<String>,
        /// Its name.
        pub name: String,
    }
}

wire! {
    /// One thing that a mapping names, held against the live target.
    #[derive(Eq)]
    pub struct CheckItem {
        /// What it is («Critical → P4», «label security»).
        pub subject: String,
        /// Fine, a warning, or failed.
        pub state: CheckState,
        /// What was found, in a sentence.
        pub summary: String,
        /// What exists instead.
        pub there: Vec<String>,
        /// What Docket can do about it.
        pub repair: Option<Repair>,
        /// What a person has to do, step by step, where Docket cannot.
        pub steps: Vec<String>,
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
        /// What was looked at one by one (each label, each value of a map), if the stage did.
        #[serde(default)]
        pub items: Vec<CheckItem>,
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
