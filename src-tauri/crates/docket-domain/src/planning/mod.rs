//! `plan()`: what a push will do for each group, and why. Pure: links, markers known in the
//! target, mapping and findings come in; steps go out.
//!
//! Invariants, each held by a test:
//! * every finding of the selection is decided in exactly one step, so the counts add up (an
//!   update names, besides, the findings that its issue speaks of already: see 5);
//! * no two steps carry the same marker;
//! * planning again right after applying yields only skips;
//! * an issue that people closed is neither reopened nor filed again.
//!
//! The rules, in order:
//! 1. an inactive mapping is a [`Problem`]; findings of applications that the mapping does not
//!    serve, and findings that are not active, are skipped, with their number and reason;
//! 2. the rest is grouped ([`crate::group`]). The group's *own issue* is the one that carries
//!    its marker, known by a link or seen in the target;
//! 3. own issue closed, deleted, moved or invisible: see `held_by`;
//! 4. members that are linked to another issue of the target stay there and are left out;
//! 5. nothing left: skip («already in acme/shop#12»); own issue linked: update, of all its
//!    findings, also those that are not selected or not active any more, because its text
//!    speaks of them all; own issue only seen: adopt; none: create.
//!
//! Texts are written afterwards, step by step ([`write_draft`]), so that a plan of thousands
//! of steps never holds all findings. Deliberately absent: closing and reopening (that is
//! reconciling), live look-ups, ids of plans.

mod draft;
mod pace;
mod rules;
mod skipped;
pub mod template;

use std::collections::{BTreeMap, BTreeSet};

use crate::id::FindingId;
use crate::issue::{IssueRef, IssueState, Marker};
use crate::mapping::Mapping;
use crate::member::Candidate;
use crate::plan::{Action, GroupKey, PlanCounts, Step};
use crate::problem::{Code, Problem};

pub use draft::{Live, is_severity_label, labels_of, severity_label, taken_out, write_draft};
pub use pace::{Pace, estimate};

/// An existing link into the mapping's target.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// The finding.
    pub finding: FindingId,
    /// The issue.
    pub issue: IssueRef,
    /// Its state when last seen.
    pub state: IssueState,
    /// The marker under which Docket wrote it; `None` for an issue that a person attached.
    pub marker: Option<Marker>,
}

/// An issue in the target whose text carries a marker of Docket's.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The issue. When several carry the same marker: the oldest open one, else the oldest.
    pub issue: IssueRef,
    /// Its state.
    pub state: IssueState,
}

/// Everything that planning looks at.
#[derive(Debug)]
pub struct PlanInput<'a> {
    /// The findings of the selection, in any order, of any status.
    pub candidates: &'a [Candidate],
    /// What to group by, in order; empty: one issue for each finding.
    pub keys: &'a [GroupKey],
    /// Where to.
    pub mapping: &'a Mapping,
    /// All links into the mapping's target (same connection, same target), also those of
    /// findings outside the selection: an issue's text always speaks of all its findings.
    pub links: &'a [Linked],
    /// Issues seen in the target by the marker in their text; may be empty when nobody looked.
    pub known: &'a BTreeMap<Marker, Known>,
}

/// A plan before it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The steps, in the order in which they are applied: writes first, then skips. Drafts
    /// are still missing: see [`write_draft`].
    pub steps: Vec<Step>,
    /// The plan in numbers.
    pub counts: PlanCounts,
    /// Things to know about the whole plan.
    pub warnings: Vec<String>,
}

/// Plans a push. Fails only when the mapping must not be used at all.
pub fn plan(input: &PlanInput<'_>) -> Result<Planned, Problem> {
    let mapping = input.mapping;
    if !mapping.active {
        return Err(Problem::new(
            Code::BadInput,
            format!("The mapping «{}» is switched off, so nothing is pushed through it.", mapping.label),
        )
        .hint("Switch it on, or choose another mapping."));
    }
    let mut warnings = Vec::new();
    let (eligible, mut skips) = skipped::set_aside(input);
    if input.candidates.is_empty() {
        warnings.push("The selection is empty: there is nothing to push.".to_owned());
    }
    let grouped = rules::decide(input, &eligible);
    let mut steps = grouped.steps;
    steps.append(&mut skips);
    warnings.extend(grouped.warnings);
    finish(&mut steps);
    let distinct: BTreeSet<FindingId> = input.candidates.iter().map(|c| c.id).collect();
    let counts = count(&steps, distinct.len() as u64);
    Ok(Planned { steps, counts, warnings })
}

/// Writes first, skips last; each in the order in which it was decided. Numbers them.
fn finish(steps: &mut [Step]) {
    steps.sort_by_key(|step| step.action == Action::Skip);
    for (index, step) in steps.iter_mut().enumerate() {
        step.index = u32::try_from(index).unwrap_or(u32::MAX);
    }
}

/// A plan's steps in numbers; `findings` is the size of the selection.
pub fn count(steps: &[Step], findings: u64) -> PlanCounts {
    use crate::plan::StepState;
    let mut counts = PlanCounts { findings, steps: steps.len() as u64, ..PlanCounts::default() };
    for step in steps {
        match step.action {
            Action::Create => counts.create += 1,
            Action::Update => counts.update += 1,
            Action::Adopt => counts.adopt += 1,
            Action::Skip => {
                counts.skip += 1;
                counts.skipped_findings += step.group.findings.len() as u64;
            }
        }
        match step.state {
            StepState::Done => counts.done += 1,
            StepState::Failed => counts.failed += 1,
            StepState::Sending | StepState::Uncertain => counts.uncertain += 1,
            StepState::Planned | StepState::Skipped => {}
        }
    }
    counts
}

#[cfg(test)]
pub(crate) mod tests;
