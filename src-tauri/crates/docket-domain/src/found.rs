//! What an importer reads out of a report, before identity and storage.
//!
//! A format turns its records into [`Found`] values, each complete in itself (rules and
//! artefacts already joined), so that nothing behind the importer knows any format.

use std::collections::BTreeMap;

use crate::component::{Component, Cvss, Endpoint, FindingKind, Identifier, Reference};
use crate::delta::{Completeness, Place};
use crate::evidence::Evidence;
use crate::exploit::{Epss, KnownExploited};
use crate::location::{Flow, Location};
use crate::severity::{Severity, SeveritySource};
use crate::time::Timestamp;

wire! {
    /// The tool that wrote a report.
    pub struct Tool {
        /// Its name as people know it (`Semgrep`).
        pub name: String,
        /// Its version, if stated. Never part of a finding's identity.
        pub version: Option<String>,
        /// Where to read about it.
        pub uri: Option<String>,
    }
}

wire! {
    /// One run of one tool inside a report: the scope in which things can be missing.
    pub struct Run {
        /// The tool.
        pub tool: Tool,
        /// The analysed branch, if the report says; the person's choice at import wins.
        pub branch: Option<String>,
        /// The analysed revision.
        pub revision: Option<String>,
        /// The analysed repository.
        pub repository: Option<String>,
        /// What distinguishes this run from others of the same tool (SARIF
        /// `automationDetails.id` without its last, per-run part).
        pub category: Option<String>,
        /// When the tool started.
        pub started: Option<Timestamp>,
        /// Whether the absence of a finding means anything. May be revised at the run's end.
        pub completeness: Completeness,
    }
}

wire! {
    /// What is known about a rule.
    pub struct Rule {
        /// The tool's id of the rule. Unique only within its tool.
        pub id: String,
        /// Short readable name.
        pub name: Option<String>,
        /// One sentence.
        pub short: Option<String>,
        /// A paragraph, Markdown.
        pub description: Option<String>,
        /// How to fix it, Markdown.
        pub help: Option<String>,
        /// Where to read on.
        pub uri: Option<String>,
        /// The rule's own severity before any override.
        pub severity: Option<Severity>,
        /// The tool's words for filing it.
        pub tags: Vec<String>,
    }
}

impl Rule {
    /// More is told of it than its id.
    #[must_use]
    pub fn says_something(&self) -> bool {
        let Self { id: _, name, short, description, help, uri, severity, tags } = self;
        severity.is_some()
            || !tags.is_empty()
            || [name, short, description, help, uri].iter().any(|t| t.is_some())
    }
}

words! {
    /// Whether a record says that the thing is there.
    pub enum Presence {
        /// It is there.
        Present = "present", "found";
        /// The report says that it is gone (SARIF `baselineState: absent`).
        Absent = "absent", "gone";
    }
}

words! {
    /// What the tool's users decided about a suppression (SARIF 3.35.3).
    pub enum SuppressionStatus {
        /// Suppressed.
        Accepted = "accepted", "accepted";
        /// Asked for, not decided.
        UnderReview = "under_review", "under review";
        /// Asked for and refused.
        Rejected = "rejected", "rejected";
    }
}

wire! {
    /// A suppression that the report carries. It becomes a triage proposal, never a silent drop.
    pub struct Suppression {
        /// Decision; absent in the report means accepted (SARIF 3.35.3 leaves it open, peers agree).
        pub status: SuppressionStatus,
        /// `inSource`, `external`, or the tool's word.
        pub kind: String,
        /// The given reason.
        pub justification: Option<String>,
    }
}

wire! {
    /// One record of a report in normal form.
    pub struct Found {
        /// The tool's rule id; empty when the report names none.
        pub rule: String,
        /// One plain line: what is wrong here.
        pub title: String,
        /// The whole message, Markdown. Hostile input.
        pub description: String,
        /// How bad.
        pub severity: Severity,
        /// The report's own word or number for it.
        pub severity_raw: Option<String>,
        /// What the severity was read from.
        pub severity_source: SeveritySource,
        /// Broad kind.
        pub kind: FindingKind,
        /// Whether it is there.
        pub presence: Presence,
        /// True when a person has to look before it counts (SARIF kinds `open` and `review`).
        pub needs_review: bool,
        /// All places that have to change together; the first one is shown.
        pub locations: Vec<Location>,
        /// Places that explain it.
        pub related: Vec<Location>,
        /// Ways through the code.
        pub flows: Vec<Flow>,
        /// The package, for dependency findings.
        pub component: Option<Component>,
        /// The address, for web and host findings.
        pub endpoint: Option<Endpoint>,
        /// Public identifiers (CVE, CWE, GHSA, …), each once.
        pub identifiers: Vec<Identifier>,
        /// Every CVSS opinion.
        pub cvss: Vec<Cvss>,
        /// The chance of exploitation. What is absent leaves no trace in the text by which records
        /// are told apart, here and below.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub epss: Option<Epss>,
        /// That it is known to be exploited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub known_exploited: Option<KnownExploited>,
        /// Proof.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub evidence: Vec<Evidence>,
        /// How to fix it, Markdown.
        pub remediation: Option<String>,
        /// Further reading.
        pub references: Vec<Reference>,
        /// Ids that the tool promises to keep stable (SARIF `fingerprints`, `correlationGuid`), by name.
        pub fingerprints: BTreeMap<String, String>,
        /// Contributions to identity (SARIF `partialFingerprints`), by name.
        pub partial_fingerprints: BTreeMap<String, String>,
        /// Suppressions in the report.
        pub suppressions: Vec<Suppression>,
        /// The tool's words for filing it.
        pub tags: Vec<String>,
        /// Issues that the report says exist already (SARIF `workItemUris`).
        pub tracked_in: Vec<String>,
        /// Where in the report it stands.
        pub place: Place,
    }
}

impl Found {
    /// A record with nothing but its rule and title; formats fill in what they know.
    pub fn new(rule: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            title: title.into(),
            description: String::new(),
            severity: Severity::Unknown,
            severity_raw: None,
            severity_source: SeveritySource::Nothing,
            kind: FindingKind::Other,
            presence: Presence::Present,
            needs_review: false,
            locations: Vec::new(),
            related: Vec::new(),
            flows: Vec::new(),
            component: None,
            endpoint: None,
            identifiers: Vec::new(),
            cvss: Vec::new(),
            epss: None,
            known_exploited: None,
            evidence: Vec::new(),
            remediation: None,
            references: Vec::new(),
            fingerprints: BTreeMap::new(),
            partial_fingerprints: BTreeMap::new(),
            suppressions: Vec::new(),
            tags: Vec::new(),
            tracked_in: Vec::new(),
            place: Place::default(),
        }
    }
}
