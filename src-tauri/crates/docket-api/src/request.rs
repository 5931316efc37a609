//! What the window sends, and the answers that are made for it alone. Nouns of the domain
//! travel as they are.

use std::collections::BTreeMap;

use docket_domain::check::{CheckReport, Repair};
use docket_domain::group::GroupBy;
use docket_domain::job::Job;
use docket_domain::template::Fault;
use docket_domain::text::Flavour;
use docket_domain::{
    Action, Application, ApplicationId, ChoiceList, Connection, ConnectionId, Facet, FacetValue, FindingId,
    GroupKey, Guard, Import, ImportId, IssueLink, IssueRef, IssueState, JobId, Mapping, MappingId, Marker,
    Network, PageStart, Plan, PlanId, Problem, ProposalId, Reason, Secret, Selection, Severity, Sort, Status,
    Step, Taken, Target, Template, Timestamp, TrackerKindCard, ValueMap, Warning,
};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// Declares wire structs; all are plain records.
macro_rules! record {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident : $type:ty),* $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, Deserialize, TS)]
        pub struct $name { $($(#[$fmeta])* pub $field: $type),* }
    )+};
}

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

    /// A page of the findings table.
    FindingPageRequest {
        /// Query text.
        query: String,
        /// Only this application.
        application: Option<ApplicationId>,
        /// Sort keys, first decides.
        sort: Vec<Sort>,
        /// Where the page begins.
        start: PageStart,
        /// Rows wanted, at most 500.
        limit: u32,
    }
    /// A query.
    FindingQuery { #[doc = "Query text."] query: String, #[doc = "Only this application."] application: Option<ApplicationId> }
    /// Facets.
    FacetList { #[doc = "Values, most frequent first within a facet."] values: Vec<FacetValue> }
    /// One finding.
    FindingOf { #[doc = "Which."] id: FindingId }
    /// A selection.
    SelectionOf { #[doc = "Which."] selection: Selection }
    /// Findings as text.
    FindingCopy {
        /// Which.
        selection: Selection,
        /// `markdown`, `csv` or `json`.
        format: String,
    }
    /// Text for the clipboard.
    Copied {
        /// The text.
        text: String,
        /// Findings in it.
        count: u64,
        /// Findings left out because the clipboard is no place for a million rows.
        left_out: u64,
    }
    /// A decision about findings.
    FindingAssess {
        /// Which.
        selection: Selection,
        /// Status.
        status: Status,
        /// Finer reason.
        reason: Option<Reason>,
        /// Why.
        comment: Option<String>,
    }
    /// A severity set by hand; `None` gives the report's back.
    FindingSetSeverity {
        /// Which.
        selection: Selection,
        /// Severity.
        severity: Option<Severity>,
        /// Why.
        comment: Option<String>,
    }
    /// A comment on findings.
    FindingComment { #[doc = "Which."] selection: Selection, #[doc = "The words."] text: String }
    /// Findings to another application.
    FindingMove { #[doc = "Which."] selection: Selection, #[doc = "Where to."] application: ApplicationId }
    /// A triage proposal taken over or turned down.
    ProposalSettle { #[doc = "Which."] id: ProposalId, #[doc = "Take it over."] accept: bool, #[doc = "Why."] comment: Option<String> }

    /// A query being typed.
    QueryCheckRequest { #[doc = "Text."] text: String, #[doc = "Caret, in UTF-16 units."] caret: u32 }
    /// What is wrong with it and how it could go on.
    QueryCheck {
        /// The mistake, if there is one.
        problem: Option<QueryProblem>,
        /// Completions at the caret.
        completions: Vec<Completion>,
        /// Terms for colouring.
        terms: Vec<QueryTerm>,
    }
    /// A mistake at its place (UTF-16 units).
    QueryProblem { #[doc = "Begin."] from: u32, #[doc = "End."] to: u32, #[doc = "In words."] message: String }
    /// One way the query could go on.
    Completion {
        /// Text that replaces `from..to`.
        insert: String,
        /// Shown.
        label: String,
        /// Shown beside it.
        note: Option<String>,
        /// Begin of the replaced text (UTF-16 units).
        from: u32,
        /// Its end.
        to: u32,
    }
    /// A term of the query and its place (UTF-16 units).
    QueryTerm { #[doc = "Begin."] from: u32, #[doc = "End."] to: u32, #[doc = "Field name; none for free text."] field: Option<String>, #[doc = "With a leading minus."] negated: bool }
    /// A facet value clicked.
    QueryToggle { #[doc = "Query text."] text: String, #[doc = "Facet."] facet: Facet, #[doc = "Value."] value: String }
    /// A query's text.
    QueryText { #[doc = "Text."] text: String }

    /// Formats.
    FormatList { #[doc = "All."] formats: Vec<FormatCard> }
    /// A report format.
    FormatCard { #[doc = "Id."] id: String, #[doc = "Name."] label: String, #[doc = "One sentence."] about: String, #[doc = "Usual file endings."] extensions: Vec<String> }
    /// Which imports.
    ImportListRequest { #[doc = "Only of this application."] application: Option<ApplicationId>, #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted."] limit: u32 }
    /// Imports, newest first.
    ImportList { #[doc = "Rows."] imports: Vec<Import>, #[doc = "How many there are."] total: u64 }
    /// One import.
    ImportOf { #[doc = "Which."] id: ImportId }
    /// An import with all its warnings (the first 1,000).
    ImportDetail { #[doc = "The import."] import: Import, #[doc = "Warnings."] warnings: Vec<Warning> }
    /// A report to be read.
    ImportRun {
        /// File or folder on this computer.
        path: String,
        /// Into this application.
        application: ApplicationId,
        /// Format id; none: detect.
        format: Option<String>,
        /// Branch; none: as the report says.
        branch: Option<String>,
        /// Only say what would change.
        dry_run: bool,
        /// Close what is not found any more even if that is nearly everything.
        close_anyway: bool,
        /// CSV column mapping (`title=Summary,severity=Risk`).
        columns: Option<String>,
    }

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

    /// How a selection would group.
    GroupPreviewRequest { #[doc = "Which findings."] selection: Selection, #[doc = "How they become issues."] group_by: GroupBy, #[doc = "Mapping; with it, what is there already is told apart."] mapping: Option<MappingId> }
    /// Groups in numbers, with the first few hundred by name.
    GroupPreview {
        /// Findings.
        findings: u64,
        /// Issues that would be written: new ones, and those that are there and change.
        groups: u64,
        /// Of those, the ones that are new.
        new: u64,
        /// Findings that are in an issue of this mapping already.
        linked: u64,
        /// Findings that were left out by hand.
        left_out: u64,
        /// What of the changes by hand could not be done.
        warnings: Vec<String>,
        /// The first groups, largest severity first.
        first: Vec<GroupLine>,
    }
    /// One group.
    GroupLine {
        /// Its name in changes by hand.
        name: Marker,
        /// Title.
        title: String,
        /// What would be done for it.
        action: Action,
        /// The issue that it goes into, when there is one.
        issue: Option<IssueRef>,
        /// Findings.
        count: u64,
        /// Highest severity.
        severity: Severity,
        /// First members.
        members: Vec<MemberLine>,
    }
    /// A plan to be made.
    PlanMake { #[doc = "Which findings."] selection: Selection, #[doc = "Mapping."] mapping: MappingId, #[doc = "How they become issues."] group_by: GroupBy }
    /// A plan to be named.
    PlanRename { #[doc = "Which."] id: PlanId, #[doc = "Its name; empty: none."] name: String }
    /// A plan to be taken back.
    PlanUndo { #[doc = "Which."] id: PlanId, #[doc = "Only these of its steps; none: all that were done."] steps: Option<Vec<u32>> }
    /// One step of a plan.
    StepOf { #[doc = "Plan."] id: PlanId, #[doc = "Its number, from 0."] step: u32 }
    /// An issue that findings could be put into.
    IssueFind { #[doc = "The mapping to its project."] mapping: MappingId, #[doc = "Its number or address, as it was typed."] text: String }
    /// Plans, newest first.
    PlanList { #[doc = "Rows."] plans: Vec<Plan> }
    /// One plan.
    PlanOf { #[doc = "Which."] id: PlanId }
    /// A plan to be applied.
    PlanApply {
        /// Which.
        id: PlanId,
        /// The target that may be written to although everybody can read it: a yes for this time.
        #[serde(default)]
        public: Option<String>,
    }
    /// A step of a plan.
    PlanStepOf { #[doc = "Plan."] id: PlanId, #[doc = "The step, from 0."] index: u32 }
    /// What is kept back from a step's issue, from the findings as they are now.
    StepGuard { #[doc = "Each find once for each part of the issue."] taken: Vec<Taken> }
    /// A plan's steps, to be written to a file.
    PlanExport {
        /// Which.
        id: PlanId,
        /// `markdown`, `csv` or `json`.
        format: String,
        /// The whole path of the file; what was there before is replaced.
        path: String,
    }
    /// Steps of a plan.
    PlanSteps { #[doc = "Plan."] id: PlanId, #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted, at most 500."] limit: u32 }
    /// Steps with the places of their findings.
    StepPage { #[doc = "Steps."] steps: Vec<StepView>, #[doc = "How many there are."] total: u64 }
    /// A step and what its members are called.
    StepView { #[doc = "The step."] step: Step, #[doc = "First members as (severity, title, place)."] members: Vec<MemberLine> }
    /// A member of a group.
    MemberLine { #[doc = "Finding."] id: FindingId, #[doc = "Severity."] severity: Severity, #[doc = "Title."] title: String, #[doc = "Place."] place: Option<String> }

    /// Which issues.
    IssuePageRequest { #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted."] limit: u32 }
    /// Linked issues, newest first.
    IssuePage { #[doc = "Rows."] issues: Vec<IssueLink>, #[doc = "How many there are."] total: u64 }

    /// Issues found by their titles, open ones first.
    IssueMatches { #[doc = "At most twenty."] issues: Vec<IssueMatch> }
    /// An issue by its title.
    IssueMatch { #[doc = "The issue."] issue: IssueRef, #[doc = "Its title."] title: String, #[doc = "Its state when it was last seen."] state: IssueState }

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

/// Names that the contract uses, in one place for the macros.
pub mod names {
    pub use super::*;
    pub use docket_domain::check::CheckReport;
    pub use docket_domain::connection::Understood;
    pub use docket_domain::page::SelectionCount;
    pub use docket_domain::planning::change::Difference;
    pub use docket_domain::{
        Application, ChoicePage, Connection, FindingDetail, FindingPage, Import, IssueSeen, Mapping, Plan,
        TargetFields,
    };
}
