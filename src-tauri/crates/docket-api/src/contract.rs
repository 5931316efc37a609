//! The one list of commands.
//!
//! `query` reads and names the cache tags it provides; `command` changes something at once
//! and names the tags it makes stale; `job` is long work with progress, and names the tags
//! that are stale when it ends.

use serde::{Deserialize, Serialize};

/// Hands the list to the macro `$callback`, so that the router, the TypeScript and the
/// tests all read the same lines.
#[macro_export]
macro_rules! with_contract {
    ($callback:ident) => {
        $callback! {
            query   app_status(Nothing) -> AppStatus [Applications, Findings, Imports, Connections, Plans, Issues, Jobs];
            command settings_save(SettingsSave) -> Settings [Settings];
            query   settings_show(Nothing) -> Settings [Settings];

            query   application_list(Nothing) -> ApplicationList [Applications, Findings];
            command application_add(ApplicationAdd) -> Application [Applications];
            command application_rename(ApplicationRename) -> Application [Applications, Findings];
            job     application_remove(ApplicationOf) -> Changed [Applications, Findings, Imports, Mappings, Issues, Jobs];

            query   owners_show(ApplicationOf) -> Ownership [Applications, Findings];
            query   owners_try(OwnersText) -> Ownership [Applications, Findings];
            job     owners_save(OwnersText) -> Changed [Applications, Findings, Jobs];

            query   finding_page(FindingPageRequest) -> FindingPage [Findings];
            query   finding_facets(FindingQuery) -> FacetList [Findings];
            query   finding_detail(FindingOf) -> FindingDetail [Findings, Issues];
            query   finding_raw(FindingOf) -> FindingRaw [Findings];
            query   finding_count(SelectionOf) -> SelectionCount [Findings];
            query   finding_copy(FindingCopy) -> Copied [Findings];
            job     finding_assess(FindingAssess) -> Changed [Findings, Jobs];
            job     finding_set_severity(FindingSetSeverity) -> Changed [Findings, Jobs];
            job     finding_comment(FindingComment) -> Changed [Findings, Jobs];
            job     finding_move(FindingMove) -> Changed [Findings, Applications, Jobs];
            command proposal_settle(ProposalSettle) -> Changed [Findings];
            job     proposals_settle(ProposalsSettle) -> Changed [Findings, Jobs];

            query   query_check(QueryCheckRequest) -> QueryCheck [Findings];
            query   query_toggle(QueryToggle) -> QueryText [];

            query   format_list(Nothing) -> FormatList [];
            query   import_list(ImportListRequest) -> ImportList [Imports];
            query   import_detail(ImportOf) -> ImportDetail [Imports];
            job     import_run(ImportRun) -> Import [Imports, Findings, Applications, Jobs];
            query   import_gather(ImportGather) -> Gathered [];
            query   import_recognise(ImportRecognise) -> RecognisedList [];
            job     import_look(ImportLook) -> Preview [Jobs];

            query   watch_list(Nothing) -> WatchList [Watches];
            query   watch_files(WatchFiles) -> WatchFileList [Watches];
            query   watch_try(WatchAdd) -> WatchTried [Applications];
            command watch_add(WatchAdd) -> WatchedFolder [Watches];
            command watch_pause(WatchPause) -> WatchedFolder [Watches];
            command watch_remove(WatchOf) -> Changed [Watches];
            command watch_retry(WatchFileOf) -> Changed [Watches];
            command watch_leave_open(WatchFileOf) -> Changed [Watches];
            job     watch_close_anyway(WatchFileOf) -> Import [Watches, Imports, Findings, Applications, Jobs];
            query   import_undo_look(ImportOf) -> TakeBack [Imports, Findings, Issues];
            job     import_undo(ImportUndo) -> TakeBack [Imports, Findings, Applications, Jobs];

            query   connection_kinds(Nothing) -> KindList [];
            query   connection_list(Nothing) -> ConnectionList [Connections];
            query   connection_understand(ConnectionUnderstand) -> Understood [];
            command connection_save(ConnectionSave) -> Connection [Connections, Mappings, Trackers];
            command connection_remove(ConnectionOf) -> Changed [Connections, Mappings, Issues, Findings];
            query   connection_targets(ConnectionTargets) -> TargetPage [Trackers];
            query   connection_fields(ConnectionFields) -> TargetFields [Trackers];
            query   connection_choices(ConnectionChoices) -> ChoicePage [Trackers];
            query   connection_exchanges(ConnectionExchanges) -> ExchangeList [Exchanges];
            job     connection_test(ConnectionTest) -> CheckReport [Connections, Trackers, Exchanges, Jobs];
            job     connection_sign_in(ConnectionOf) -> Connection [Connections, Trackers, Jobs];

            query   mapping_list(Nothing) -> MappingList [Mappings, Connections];
            command mapping_save(MappingSave) -> Mapping [Mappings];
            query   template_try(TemplateTry) -> TemplateTried [Findings, Mappings, Connections];
            query   template_names(Nothing) -> TemplateNames [];
            query   guard_try(GuardTry) -> GuardTried [];
            command mapping_remove(MappingOf) -> Changed [Mappings];
            job     mapping_verify(MappingOf) -> CheckReport [Mappings, Connections, Trackers, Jobs];
            job     mapping_repair(MappingRepair) -> MappingRepaired [Mappings, Connections, Trackers, Jobs];

            query   group_preview(GroupPreviewRequest) -> GroupPreview [Findings, Issues];
            job     plan_make(PlanMake) -> Plan [Plans, Issues, Findings, Jobs];
            job     plan_again(PlanOf) -> Plan [Plans, Issues, Findings, Jobs];
            query   plan_list(Nothing) -> PlanList [Plans];
            query   plan_show(PlanOf) -> Plan [Plans];
            query   plan_steps(PlanSteps) -> StepPage [Plans];
            query   step_exchanges(StepOf) -> ExchangeList [Plans, Exchanges];
            query   plan_difference(StepOf) -> Difference [Plans, Trackers];
            query   plan_step_guard(PlanStepOf) -> StepGuard [Plans, Findings, Mappings];
            command plan_export(PlanExport) -> Changed [];
            command plan_rename(PlanRename) -> Plan [Plans];
            command plan_remove(PlanOf) -> Changed [Plans];
            command plan_pause(PlanOf) -> Changed [Plans];
            command plan_cancel(PlanOf) -> Changed [Plans];
            command plan_retry(PlanOf) -> Changed [Plans];
            job     plan_apply(PlanApply) -> Plan [Plans, Issues, Findings, Jobs];
            job     plan_undo(PlanUndo) -> Plan [Plans, Jobs];

            query   issue_page(IssuePageRequest) -> IssuePage [Issues];
            query   issue_find(IssueFind) -> IssueSeen [Trackers];
            job     issue_search(IssueFind) -> IssueMatches [Jobs];

            query   job_list(Nothing) -> JobList [Jobs];
            command job_cancel(JobOf) -> Changed [Jobs];

            query   practice_status(Nothing) -> PracticeStatus [Practice];
            command practice_stop(Nothing) -> Changed [Practice];
            job     practice_begin(Nothing) -> PracticeReady [Practice, Applications, Findings, Imports, Connections, Mappings, Jobs];
        }
    };
}

/// What a line of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Reads.
    Query,
    /// Changes something at once.
    Command,
    /// Long work with progress.
    Job,
}

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Name on the wire.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// TypeScript name of the request.
    pub request: &'static str,
    /// TypeScript name of the answer.
    pub response: &'static str,
    /// Cache tags: provided by a query, made stale by a command or job.
    pub tags: &'static [&'static str],
}

macro_rules! kind {
    (query) => {
        Kind::Query
    };
    (command) => {
        Kind::Command
    };
    (job) => {
        Kind::Job
    };
}

macro_rules! entries {
    ($($kind:ident $name:ident($request:ident) -> $response:ident [$($tag:ident),*];)+) => {
        /// The list as data.
        pub const ENTRIES: &[Entry] = &[$(Entry {
            name: stringify!($name),
            kind: kind!($kind),
            request: stringify!($request),
            response: stringify!($response),
            tags: &[$(stringify!($tag)),*],
        }),+];
    };
}

with_contract!(entries);
