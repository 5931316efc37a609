//! A finding as it is kept and shown.

use crate::assessment::{Assessment, Reason, Status, StatusSource};
use crate::component::{Component, Cvss, Endpoint, FindingKind, Identifier, Reference};
use crate::evidence::Evidence;
use crate::exploit::{Epss, KnownExploited};
use crate::found::{Rule, Suppression};
use crate::id::{ApplicationId, ConnectionId, FindingId, ImportId, MappingId, ProposalId};
use crate::issue::{IssueRef, IssueState};
use crate::location::{Flow, Location};
use crate::severity::{Severity, SeveritySource};
use crate::time::Timestamp;

wire! {
    /// One row of the findings table: only what a row shows.
    pub struct FindingRow {
        /// Row id.
        pub id: FindingId,
        /// Severity in force (a person's, else the report's).
        pub severity: Severity,
        /// One plain line.
        pub title: String,
        /// Rule id.
        pub rule: String,
        /// Application.
        pub application: ApplicationId,
        /// Its name.
        pub application_name: String,
        /// Tool name.
        pub tool: String,
        /// Branch, empty when none is known.
        pub branch: String,
        /// Who owns the file of its first place, as the application's `CODEOWNERS` says: several with a
        /// space between, empty when nobody is known.
        pub owner: String,
        /// `path:line`, component or endpoint: where it is, in one line.
        pub place: Option<String>,
        /// Status in force.
        pub status: Status,
        /// Finer reason.
        pub reason: Option<Reason>,
        /// First import that found it.
        pub first_seen: Timestamp,
        /// Last import that found it.
        pub last_seen: Timestamp,
        /// `acme/shop#12` of each linked issue.
        pub issues: Vec<String>,
    }
}

words! {
    /// What became of a triage proposal.
    pub enum ProposalState {
        /// Waits for a person.
        Open = "open", "Open";
        /// Taken over as an assessment.
        Accepted = "accepted", "Accepted";
        /// Turned down.
        Dismissed = "dismissed", "Dismissed";
    }
}

wire! {
    /// A suggested assessment that waits for a person.
    pub struct Proposal {
        /// Row id.
        pub id: ProposalId,
        /// The finding.
        pub finding: FindingId,
        /// Suggested status.
        pub status: Status,
        /// Suggested finer reason.
        pub reason: Option<Reason>,
        /// Where it comes from, for people («suppressed in semgrep.sarif: …»).
        pub why: String,
        /// The suppression behind it, if that is where it comes from.
        pub suppression: Option<Suppression>,
        /// The other tool's finding that it is about, while there is one.
        pub other: Option<FindingId>,
        /// State.
        pub state: ProposalState,
        /// When it was made.
        pub at: Timestamp,
    }
}

wire! {
    /// An issue that a finding is linked to.
    pub struct IssueLink {
        /// The issue.
        pub issue: IssueRef,
        /// The connection it lives in.
        pub connection: ConnectionId,
        /// The mapping through which it was made.
        pub mapping: Option<MappingId>,
        /// Its title when last seen.
        pub title: String,
        /// Its state when last seen.
        pub state: IssueState,
        /// How many findings it stands for.
        pub findings: u64,
        /// When the link was made.
        pub linked: Timestamp,
        /// When the tracker was last asked.
        pub seen: Timestamp,
    }
}

wire! {
    /// One line of a finding's history.
    pub struct HistoryEntry {
        /// When.
        pub at: Timestamp,
        /// What kind of event: `new`, `seen`, `moved`, `gone`, `reopened`, `assessed`, `severity`, `linked`, `comment`.
        pub event: String,
        /// In words.
        pub text: String,
        /// Who or what caused it.
        pub source: StatusSource,
        /// Name of the person, if one is known.
        pub author: Option<String>,
        /// The import behind it.
        pub import: Option<ImportId>,
    }
}

wire! {
    /// Everything about one finding.
    pub struct FindingDetail {
        /// The row.
        pub row: FindingRow,
        /// The whole message, Markdown. Hostile input.
        pub description: String,
        /// The severity that the report gave.
        pub report_severity: Severity,
        /// The report's own word for it.
        pub severity_raw: Option<String>,
        /// What it was read from.
        pub severity_source: SeveritySource,
        /// Broad kind.
        pub kind: FindingKind,
        /// True while the last complete scan found it.
        pub present: bool,
        /// A person has to look before it counts.
        pub needs_review: bool,
        /// The decision in force.
        pub assessment: Option<Assessment>,
        /// The rule.
        pub rule: Option<Rule>,
        /// All places.
        pub locations: Vec<Location>,
        /// Places that explain it.
        pub related: Vec<Location>,
        /// Ways through the code.
        pub flows: Vec<Flow>,
        /// Package.
        pub component: Option<Component>,
        /// Address.
        pub endpoint: Option<Endpoint>,
        /// Public identifiers.
        pub identifiers: Vec<Identifier>,
        /// CVSS opinions.
        pub cvss: Vec<Cvss>,
        /// The chance of exploitation, if the report says it.
        #[serde(default)]
        pub epss: Option<Epss>,
        /// That it is known to be exploited, if the report says it.
        #[serde(default)]
        pub known_exploited: Option<KnownExploited>,
        /// Proof. Hostile input.
        #[serde(default)]
        pub evidence: Vec<Evidence>,
        /// How to fix it, Markdown.
        pub remediation: Option<String>,
        /// Further reading.
        pub references: Vec<Reference>,
        /// Filing words.
        pub tags: Vec<String>,
        /// Issues that the report itself names.
        pub tracked_in: Vec<String>,
        /// Stable name of this finding that another laptop computes too, hex.
        pub identity: String,
        /// Open and settled proposals.
        pub proposals: Vec<Proposal>,
        /// Linked issues.
        pub links: Vec<IssueLink>,
        /// History, newest first.
        pub history: Vec<HistoryEntry>,
    }
}
