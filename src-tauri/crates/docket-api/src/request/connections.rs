//! Connections, mappings, templates and guards, as the window asks about them.

use std::collections::BTreeMap;

use docket_domain::check::{CheckReport, Repair};
use docket_domain::template::Fault;
use docket_domain::text::Flavour;
use docket_domain::{
    ApplicationId, ChoiceList, Connection, ConnectionId, GroupKey, Guard, Mapping, MappingId, Network,
    Problem, Secret, Severity, Taken, Target, Template, Timestamp, TrackerKindCard, ValueMap,
};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A secret that a person typed into the window. It can be received and never sent back.
#[derive(Debug, Clone, TS)]
#[ts(type = "string")]
pub struct Entered(pub Secret);

impl<'de> Deserialize<'de> for Entered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

record! {
    /// Tracker kinds.
    KindList { #[doc = "All."] kinds: Vec<TrackerKindCard> }
    /// Connections.
    ConnectionList { #[doc = "By label."] connections: Vec<Connection> }
    /// An address being typed.
    ConnectionUnderstand { #[doc = "Tracker kind."] kind: String, #[doc = "Address."] location: String }
    /// One connection.
    ConnectionOf { #[doc = "Which."] id: ConnectionId }
    /// Which repositories.
    ConnectionTargets { #[doc = "Connection."] connection: ConnectionId, #[doc = "Part of the name."] search: String, #[doc = "Page token."] page: Option<String> }
    /// Repositories.
    TargetPage { #[doc = "Rows."] targets: Vec<Target>, #[doc = "Token of the next page."] next: Option<String>, #[doc = "What is missing from the list and why, in words."] hidden: Option<String> }
    /// What a repository offers.
    ConnectionFields { #[doc = "Connection."] connection: ConnectionId, #[doc = "Target key."] target: String, #[doc = "What was chosen of the kind's own fields."] settings: BTreeMap<String, String> }
    /// Which of a repository's choices.
    ConnectionChoices {
        /// Connection.
        connection: ConnectionId,
        /// Target key.
        target: String,
        /// What was chosen of the kind's own fields.
        settings: BTreeMap<String, String>,
        /// Which list.
        list: ChoiceList,
        /// Part of a value or label.
        search: String,
        /// Page token.
        page: Option<String>,
    }
    /// Which exchanges.
    ConnectionExchanges { #[doc = "Connection."] connection: ConnectionId, #[doc = "Rows wanted."] limit: u32 }
    /// Exchanges, newest first.
    ExchangeList { #[doc = "Rows."] exchanges: Vec<Exchange> }
    /// One redacted request and its answer.
    Exchange {
        /// When.
        at: Timestamp,
        /// Method.
        method: String,
        /// Address without secrets.
        url: String,
        /// Status; none when no answer came.
        status: Option<u16>,
        /// Duration, milliseconds.
        ms: u64,
        /// What was sent, redacted and cut.
        request: Option<String>,
        /// What came back, redacted and cut.
        response: Option<String>,
        /// Answer headers worth seeing.
        headers: BTreeMap<String, String>,
        /// Why no answer came.
        error: Option<String>,
    }
    /// A test of a stored connection, or of one being typed.
    ConnectionTest {
        /// The stored one (its secret is used unless the draft brings one).
        id: Option<ConnectionId>,
        /// Target whose visibility and rights are tested too.
        target: Option<String>,
    }

    /// Mappings.
    MappingList { #[doc = "By label."] mappings: Vec<Mapping> }
    /// One mapping.
    MappingOf { #[doc = "Which."] id: MappingId }
    /// A new or changed mapping.
    MappingSave {
        /// None: new.
        id: Option<MappingId>,
        /// Label; empty: the target's name.
        label: String,
        /// Connection.
        connection: ConnectionId,
        /// Target key.
        target: String,
        /// Applications.
        applications: Vec<ApplicationId>,
        /// Labels.
        labels: Vec<String>,
        /// Also a label for the severity.
        severity_label: bool,
        /// Assignees.
        assignees: Vec<String>,
        /// Milestone title.
        milestone: Option<String>,
        /// The severities' field and values; left out: as before, or the kind's defaults.
        severity: Option<ValueMap>,
        /// The statuses' field and values; left out: as before, or the kind's defaults.
        status: Option<ValueMap>,
        /// The kind's own fields; left out: as before, or the kind's defaults.
        settings: Option<BTreeMap<String, String>>,
        /// How issues are written; left out: as before, or Docket's own form.
        template: Option<Template>,
        /// What must not leave this computer; left out: as before, or everything that is looked for.
        #[serde(default)]
        guard: Option<Guard>,
        /// Each issue also gets its findings as a file, where the tracker takes files; left out: as
        /// before, or not.
        #[serde(default)]
        findings_file: Option<bool>,
        /// On or off.
        active: bool,
    }
    /// A template that is not saved, and what to try it on.
    TemplateTry {
        /// The template.
        template: Template,
        /// Through which connection the issue would go: its tracker's limits and markup count.
        connection: ConnectionId,
        /// Where it would go.
        target: String,
        /// Whose findings.
        application: ApplicationId,
        /// What to group them by; empty: one finding.
        group_by: Vec<GroupKey>,
        /// How many findings or groups to leave out first.
        skip: u64,
        /// What must not leave this computer; left out: everything that is looked for.
        #[serde(default)]
        guard: Option<Guard>,
    }
    /// How a template reads.
    TemplateTried {
        /// What is wrong with it; Docket's own form stands in for what could not be run.
        faults: Vec<Fault>,
        /// The issue; nothing when there is no open finding to try it on.
        issue: Option<TemplateIssue>,
    }
    /// An issue as it would be sent.
    TemplateIssue {
        /// How many findings, or groups, there are to try it on.
        of: u64,
        /// Which one this is, from 0.
        at: u64,
        /// How many findings the issue is about.
        findings: u64,
        /// The highest severity among them.
        severity: Severity,
        /// Title.
        title: String,
        /// Text as the tracker gets it.
        body: String,
        /// Comments that follow.
        follow_ups: Vec<String>,
        /// What was cut, blacked out or left out.
        warnings: Vec<String>,
        /// How the text is marked up.
        flavour: Flavour,
        /// Characters that a text may have.
        limit: u64,
    }
    /// Everything that a template can name.
    TemplateNames { #[doc = "Names, with what holds them."] names: Vec<TemplateName>, #[doc = "Filters."] filters: Vec<TemplateName> }
    /// A name that templates know.
    TemplateName { #[doc = "What is written (`finding.title`)."] name: String, #[doc = "What it stands for."] says: String }
    /// A guard to be tried.
    GuardTry { #[doc = "The guard."] guard: Guard, #[doc = "The text."] text: String }
    /// A guard that was tried.
    GuardTried { #[doc = "The text as it would leave."] text: String, #[doc = "What was taken out, in the order of the text."] taken: Vec<Taken> }
    /// What is to be made in the tracker so that a mapping fits.
    MappingRepair { #[doc = "Mapping."] id: MappingId, #[doc = "What a person agreed to."] repairs: Vec<Repair> }
    /// What was made.
    MappingRepaired {
        /// What was done, a sentence each.
        done: Vec<String>,
        /// What could not be done.
        failed: Vec<Problem>,
        /// The mapping tested again.
        report: CheckReport,
    }
}

/// A new or changed connection. The secret comes in and never goes out.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ConnectionSave {
    /// None: new.
    pub id: Option<ConnectionId>,
    /// The person's name for it.
    pub label: String,
    /// Tracker kind.
    pub kind: String,
    /// Address.
    pub location: String,
    /// Way of signing in.
    pub auth: String,
    /// User name.
    pub username: Option<String>,
    /// New secret; none keeps the stored one.
    pub secret: Option<Entered>,
    /// New password of the proxy; none keeps the stored one.
    pub proxy_password: Option<Entered>,
    /// Network settings.
    pub network: Network,
    /// The kind's further fields.
    pub settings: BTreeMap<String, String>,
}
