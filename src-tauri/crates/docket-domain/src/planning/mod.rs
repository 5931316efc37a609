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
//! 3. own issue closed by people, moved or invisible: see `held_by`; closed by Docket itself:
//!    reopen; deleted for certain: recreate;
//! 4. members that are linked to another issue of the target stay there and are left out,
//!    unless a person chose otherwise ([`Held`](crate::group::Held));
//! 5. nothing left: skip («already in acme/shop#12»); own issue linked: update, of all its
//!    findings, also those that are not selected or not active any more, because its text
//!    speaks of them all; own issue only seen: adopt; none: create; a group that a person put
//!    into an issue of people's: attach;
//! 6. findings that move leave their old issue in a step of its own (`depart`), after the
//!    step that takes them; an issue that all leave is closed;
//! 7. findings that are decided or closed: when nothing active is left in the open issue that
//!    Docket made for them, it is closed; else its text may be brought up to date
//!    ([`Planned::kept`]).
//!
//! Texts are written afterwards, step by step ([`write_draft`]), so that a plan of thousands
//! of steps never holds all findings. Deliberately absent: what people changed in a tracker
//! (that is reconciling), live look-ups, ids of plans.

pub mod change;
mod depart;
mod draft;
mod ended;
mod pace;
mod rules;
mod skipped;
pub mod undo;

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::Status;
use crate::group::{AttachAs, GroupBy};
use crate::id::FindingId;
use crate::issue::{IssueRef, IssueState, Marker};
use crate::mapping::Mapping;
use crate::member::Candidate;
use crate::plan::{Action, PlanCounts, Step};
use crate::problem::{Code, Problem};

pub use depart::{name_issues, names_issue};
pub use draft::{
    Live, Material, is_severity_label, labels_of, refresh, severity_label, taken_out, template_of,
    write_draft,
};
pub use pace::{Load, Pace, estimate, estimate_creations};

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
    /// The finding's status.
    pub status: Status,
    /// Docket itself closed the issue, and nobody touched that since.
    pub ours: bool,
    /// How an issue that people wrote is attached; none: Docket filed it.
    pub attached: Option<AttachAs>,
}

/// An issue in the target whose text carries a marker of Docket's.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The issue. When several carry the same marker: the oldest open one, else the oldest.
    pub issue: IssueRef,
    /// Its state.
    pub state: IssueState,
    /// Docket itself closed it, and nobody touched that since.
    pub ours: bool,
}

/// Everything that planning looks at.
#[derive(Debug)]
pub struct PlanInput<'a> {
    /// The findings of the selection, in any order, of any status.
    pub candidates: &'a [Candidate],
    /// How findings become issues.
    pub by: &'a GroupBy,
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
    /// The markers of skipped steps whose own open issue speaks of their findings: its text may
    /// be out of date ([`refresh`]). With all findings that it stands for.
    pub kept: BTreeMap<Marker, Vec<FindingId>>,
    /// The names of the groups that the steps were made of, by marker
    /// ([`name_of`](crate::group::name_of)).
    pub names: BTreeMap<Marker, Marker>,
    /// The findings that a person left out.
    pub left_out: Vec<FindingId>,
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
    input.by.check()?;
    let aside = skipped::set_aside(input);
    if input.candidates.is_empty() {
        warnings.push("The selection is empty: there is nothing to push.".to_owned());
    }
    let mut decided = rules::decide(input, aside);
    let mut steps = std::mem::take(&mut decided.steps);
    for step in &mut steps {
        step.group.template = decided.templates.remove(&step.marker);
    }
    warnings.append(&mut decided.warnings);
    finish(&mut steps);
    let distinct: BTreeSet<FindingId> = input.candidates.iter().map(|c| c.id).collect();
    let counts = count(&steps, distinct.len() as u64);
    let rules::Decided { kept, names, left_out, .. } = decided;
    Ok(Planned { steps, counts, warnings, kept, names, left_out })
}

impl Planned {
    /// Turns steps whose issue says what is not so any more into updates: `out_of_date` tells by
    /// an issue's number and the findings that it stands for.
    ///
    /// # Errors
    /// What `out_of_date` says.
    pub fn refreshed(
        mut self,
        out_of_date: impl Fn(&str, &[FindingId]) -> Result<bool, Problem>,
    ) -> Result<Self, Problem> {
        for step in &mut self.steps {
            let Some(all) = self.kept.get(&step.marker).filter(|_| step.action == Action::Skip) else {
                continue;
            };
            let Some(issue) = &step.issue else { continue };
            if out_of_date(&issue.number, all)? {
                refresh(step, all.clone());
            }
        }
        self.reordered();
        Ok(self)
    }

    /// Puts steps that became something else into their order, numbers and counts them.
    pub fn reordered(&mut self) {
        finish(&mut self.steps);
        self.counts = count(&self.steps, self.counts.findings);
    }
}

/// A digest of everything in a mapping that a push depends on.
///
/// # Errors
/// None that happens: the mapping is written as JSON.
pub fn basis_of(mapping: &Mapping) -> Result<String, Problem> {
    use sha2::{Digest, Sha256};
    let plain = Mapping {
        label: String::new(),
        connection_label: String::new(),
        // Noted when it is first seen.
        target_stable_id: None,
        created: crate::time::Timestamp(0),
        ..mapping.clone()
    };
    let text = serde_json::to_vec(&plain).map_err(Problem::internal)?;
    Ok(crate::identity::hex(&Sha256::digest(&text)))
}

/// Writes first, then what findings leave, skips last; each in the order in which it was decided.
/// Numbers them.
fn finish(steps: &mut [Step]) {
    steps.sort_by_key(|step| (step.action == Action::Skip, !step.leaves.is_empty()));
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
            Action::Create | Action::Recreate => counts.create += 1,
            Action::Update => counts.update += 1,
            Action::Attach => counts.attach += 1,
            Action::Adopt => counts.adopt += 1,
            Action::Close => counts.close += 1,
            Action::Reopen => counts.reopen += 1,
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
