//! Groups, plans and issues, as the window asks about them.

use docket_domain::group::GroupBy;
use docket_domain::{
    Action, FindingId, IssueLink, IssueRef, IssueState, MappingId, Marker, Plan, PlanId, Selection, Severity,
    Step, StepState, Taken,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

record! {
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
    PlanSteps { #[doc = "Plan."] id: PlanId, #[doc = "Only those in this state; all without one."] only: Option<StepState>, #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted, at most 500."] limit: u32 }
    /// Steps with the places of their findings.
    StepPage { #[doc = "Steps."] steps: Vec<StepView>, #[doc = "How many there are."] total: u64 }
    /// A step and what its members are called.
    StepView { #[doc = "The step."] step: Step, #[doc = "First members as (severity, title, place)."] members: Vec<MemberLine> }
    /// A member of a group.
    MemberLine { #[doc = "Finding."] id: FindingId, #[doc = "Severity."] severity: Severity, #[doc = "Title."] title: String, #[doc = "Place."] place: Option<String> }

    /// Which issues.
    IssuePageRequest { #[doc = "Words that number, title, target or connection must have; empty: all."] search: String, #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted."] limit: u32 }
    /// Linked issues, newest first.
    IssuePage { #[doc = "Rows."] issues: Vec<IssueLink>, #[doc = "How many there are."] total: u64 }

    /// Issues found by their titles, open ones first.
    IssueMatches { #[doc = "At most twenty."] issues: Vec<IssueMatch> }
    /// An issue by its title.
    IssueMatch { #[doc = "The issue."] issue: IssueRef, #[doc = "Its title."] title: String, #[doc = "Its state when it was last seen."] state: IssueState }
}
