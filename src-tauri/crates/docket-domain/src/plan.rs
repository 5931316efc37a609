//! What a push will do, before it does it.

use crate::group::{AttachAs, GroupBy};
use crate::id::{FindingId, MappingId, PlanId};
use crate::issue::{IssueDraft, IssueRef, Marker};
use crate::mapping::Template;
use crate::problem::Problem;
use crate::severity::Severity;
use crate::time::Timestamp;

words! {
    /// What findings are grouped by into issues. Several keys combine, in order.
    pub enum GroupKey {
        /// Rule.
        Rule = "rule", "Rule";
        /// Severity.
        Severity = "severity", "Severity";
        /// Component (without its version).
        Component = "component", "Component";
        /// First version of the component without the flaw.
        FixedVersion = "fixed_version", "Fixed version";
        /// Package manager (the type of the package URL: `npm`, `maven`, `deb`).
        PackageManager = "package_manager", "Package manager";
        /// File.
        File = "file", "File";
        /// Directory, whole or to a depth ([`GroupBy::depth`](crate::group::GroupBy::depth)).
        Directory = "directory", "Directory";
        /// CVE (or the first other vulnerability id).
        Cve = "cve", "CVE";
        /// Weakness: the lowest CWE number, where there are several.
        Cwe = "cwe", "CWE";
        /// Tool.
        Tool = "tool", "Tool";
        /// Application.
        Application = "application", "Application";
        /// Who owns the file of its first place ([`crate::owners`]).
        Owner = "owner", "Owner";
        /// The import that found it first.
        Import = "import", "Import";
        /// Whether it matches a query ([`GroupBy::query`](crate::group::GroupBy::query)).
        Query = "query", "Query";
        /// Everything in one issue.
        All = "all", "All in one";
    }
}

wire! {
    /// Findings that become one issue.
    pub struct Group {
        /// The values of the keys, in their order; for no key the finding's identity.
        pub values: Vec<String>,
        /// What the group is about, one line for people.
        pub title: String,
        /// Members, most severe first.
        pub findings: Vec<FindingId>,
        /// The highest severity among them.
        pub severity: Severity,
        /// Names of the applications they belong to, sorted: one, unless everything is in one issue.
        #[serde(default)]
        pub applications: Vec<String>,
        /// How its issue is written, where a person wants another way than the mapping's.
        #[serde(default)]
        pub template: Option<Template>,
    }
}

words! {
    /// What a step does.
    pub enum Action {
        /// Creates an issue.
        Create = "create", "Create";
        /// Creates an issue again, whose predecessor was deleted for certain.
        Recreate = "recreate", "Create again";
        /// Brings an existing issue of Docket's up to date.
        Update = "update", "Update";
        /// Puts findings into an issue that people wrote.
        Attach = "attach", "Attach";
        /// Takes over an issue that carries Docket's marker but that this database does not know.
        Adopt = "adopt", "Adopt";
        /// Closes an issue that stands for nothing any more.
        Close = "close", "Close";
        /// Opens an issue that Docket itself closed.
        Reopen = "reopen", "Reopen";
        /// Does nothing, and says why.
        Skip = "skip", "Skip";
    }
}

words! {
    /// How far a step is.
    pub enum StepState {
        /// Not begun.
        Planned = "planned", "Planned";
        /// The intent is on disk; the request may have left.
        Sending = "sending", "Sending";
        /// It is not known whether the tracker did it; looked up before anything else.
        Uncertain = "uncertain", "Checking";
        /// Done: the issue exists and is linked.
        Done = "done", "Done";
        /// Nothing had to be done.
        Skipped = "skipped", "Skipped";
        /// Refused or given up; see the problem.
        Failed = "failed", "Failed";
    }
}

impl Action {
    /// Files a new issue.
    pub fn creates(self) -> bool {
        matches!(self, Self::Create | Self::Recreate)
    }

    /// Changes an issue that is there.
    pub fn changes(self) -> bool {
        matches!(self, Self::Update | Self::Attach | Self::Close | Self::Reopen)
    }
}

impl StepState {
    /// True when nothing more will happen to the step by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Skipped | Self::Failed)
    }
}

wire! {
    /// Findings that leave an issue for another one of the same plan.
    #[derive(Eq)]
    pub struct Departure {
        /// Which.
        pub findings: Vec<FindingId>,
        /// The marker of the step whose issue they go to.
        pub to: Marker,
    }
}

wire! {
    /// One step of a plan: one group and what is to be done for it.
    pub struct Step {
        /// Position in the plan, from 0.
        pub index: u32,
        /// The group.
        pub group: Group,
        /// What to do.
        pub action: Action,
        /// Why, for people.
        pub why: String,
        /// Things to know before applying (shortened text, shared label, …).
        pub warnings: Vec<String>,
        /// The rendered issue, for steps that write one.
        pub draft: Option<IssueDraft>,
        /// The group's marker.
        pub marker: Marker,
        /// The issue: the existing one before, the created one after.
        pub issue: Option<IssueRef>,
        /// How an issue of people is attached, for [`Action::Attach`] and what follows it.
        #[serde(default)]
        pub attach: Option<AttachAs>,
        /// Findings that leave the issue with this step, and where they go.
        #[serde(default)]
        pub leaves: Vec<Departure>,
        /// How far it is.
        pub state: StepState,
        /// What the tracker dropped or changed silently.
        pub dropped: Vec<String>,
        /// Why it failed or is uncertain.
        pub problem: Option<Problem>,
        /// When its request was about to leave.
        pub sent_at: Option<Timestamp>,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
    }
}

words! {
    /// How far a plan is.
    pub enum PlanState {
        /// Made, nothing sent.
        Ready = "ready", "Ready";
        /// Being applied.
        Applying = "applying", "Applying";
        /// Stopped between two steps by a person, or by quitting; can be resumed.
        Paused = "paused", "Paused";
        /// Every step is final and none failed.
        Done = "done", "Done";
        /// Every step is final, some failed.
        Partly = "partly", "Partly done";
        /// Given up by a person; what was not sent stays unsent.
        Cancelled = "cancelled", "Cancelled";
    }
}

wire! {
    /// A plan in numbers.
    #[derive(Default, Eq)]
    pub struct PlanCounts {
        /// Findings in the selection.
        pub findings: u64,
        /// Steps.
        pub steps: u64,
        /// Issues to be created, also those that are created again.
        pub create: u64,
        /// Issues to be updated.
        pub update: u64,
        /// Issues to be adopted.
        pub adopt: u64,
        /// Issues of people that findings are put into.
        #[serde(default)]
        pub attach: u64,
        /// Issues to be closed.
        #[serde(default)]
        pub close: u64,
        /// Issues to be opened again.
        #[serde(default)]
        pub reopen: u64,
        /// Steps that do nothing.
        pub skip: u64,
        /// Findings in skipped steps.
        pub skipped_findings: u64,
        /// Steps done.
        pub done: u64,
        /// Steps failed.
        pub failed: u64,
        /// Steps whose outcome is being looked up.
        pub uncertain: u64,
    }
}

wire! {
    /// A stored plan, without its steps.
    pub struct Plan {
        /// Row id.
        pub id: PlanId,
        /// The mapping it pushes through.
        pub mapping: MappingId,
        /// The mapping's label.
        pub mapping_label: String,
        /// The target (`acme/shop`).
        pub target: String,
        /// A person's own name for it; none: it goes by its number.
        #[serde(default)]
        pub name: Option<String>,
        /// How findings become issues.
        pub group_by: GroupBy,
        /// The selection in words.
        pub selection: String,
        /// The plan that this one takes back, if it does.
        #[serde(default)]
        pub undoes: Option<PlanId>,
        /// State.
        pub state: PlanState,
        /// Another Docket process (the command line, say) applies it right now.
        #[serde(default)]
        pub elsewhere: bool,
        /// Counts.
        pub counts: PlanCounts,
        /// Things to know about the whole plan.
        pub warnings: Vec<String>,
        /// Estimated time to apply under the tracker's limits, milliseconds.
        pub estimate_ms: u64,
        /// When it was made.
        pub created: Timestamp,
        /// When applying began.
        pub started: Option<Timestamp>,
        /// When it ended.
        pub ended: Option<Timestamp>,
    }
}
