//! How a selection would group, live, before anything is planned.

use std::collections::{BTreeSet, HashMap};

use docket_domain::group::{Arrangement, GroupBy, Placed, arrange};
use docket_domain::member::Candidate;
use docket_domain::planning::Planned;
use docket_domain::{
    Action, FindingId, FindingRow, Group, IssueRef, IssueState, Mapping, MappingId, Marker, Problem,
    Selection, Severity, Status, Step,
};
use docket_store as store;

use crate::engine::Engine;

/// Most findings in one push: beyond it nobody could read the plan.
pub const MOST: u64 = 100_000;
/// Groups that a preview names.
const NAMED: usize = 300;
/// Members of a group that are shown.
const SHOWN: usize = 50;

/// Groups in numbers, the first few hundred by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Findings.
    pub findings: u64,
    /// Issues that would be written: new ones, and those that are there and change.
    pub groups: u64,
    /// Of those, the ones that are new.
    pub new: u64,
    /// Findings in an open issue of the mapping's target already.
    pub linked: u64,
    /// Findings that were left out by hand.
    pub left_out: u64,
    /// What of the changes by hand could not be done.
    pub warnings: Vec<String>,
    /// The first groups.
    pub first: Vec<PreviewLine>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// Its name in changes by hand.
    pub name: Marker,
    /// Title.
    pub title: String,
    /// What would be done for it.
    pub action: Action,
    /// The issue that it goes into, when there is one.
    pub issue: Option<IssueRef>,
    /// Findings.
    pub count: u64,
    /// Highest severity.
    pub severity: Severity,
    /// The first members.
    pub members: Vec<PreviewMember>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewMember {
    /// Finding.
    pub id: FindingId,
    /// Severity.
    pub severity: Severity,
    /// Title.
    pub title: String,
    /// Where it is.
    pub place: Option<String>,
}

impl Engine {
    /// Refuses a selection that is larger than any push should be.
    pub(crate) async fn small_enough(&self, selection: &Selection) -> Result<(), Problem> {
        let total = self.finding_count(selection.clone()).await?.total;
        if total > MOST {
            return Err(Problem::bad_input(format!(
                "{total} findings are selected; one push takes at most {MOST}."
            ))
            .hint("Narrow the query, for example by severity or rule."));
        }
        Ok(())
    }

    /// How a selection would group, and with a mapping also what would be done for each group, as
    /// far as this computer knows: the tracker is not asked.
    ///
    /// # Errors
    /// The grouping means nothing ([`GroupBy::check`]), or the selection is too large.
    pub async fn group_preview(
        &self,
        selection: Selection,
        by: impl Into<GroupBy>,
        mapping: Option<MappingId>,
    ) -> Result<Preview, Problem> {
        let by = by.into();
        by.check()?;
        self.small_enough(&selection).await?;
        self.read(move |r| {
            let candidates = store::push::candidates(r, &selection, &by)?;
            match mapping {
                Some(id) => with_mapping(r, &candidates, &by, &store::mappings::show(r, id)?),
                None => Ok(without_mapping(&candidates, &by)),
            }
        })
        .await
    }

    /// Steps with the rows of their first members.
    pub async fn step_members(&self, steps: Vec<Step>) -> Result<Vec<(Step, Vec<FindingRow>)>, Problem> {
        self.read(move |r| {
            steps
                .into_iter()
                .map(|step| {
                    let ids: Vec<FindingId> = step.group.findings.iter().copied().take(SHOWN).collect();
                    let rows = store::findings::rows(r, &ids)?;
                    Ok((step, rows))
                })
                .collect()
        })
        .await
    }
}

fn with_mapping(
    r: &store::Read<'_>,
    candidates: &[Candidate],
    by: &GroupBy,
    mapping: &Mapping,
) -> Result<Preview, Problem> {
    // A mapping that is off is said by the form; how the findings would group can be seen.
    let mapping = Mapping { active: true, ..mapping.clone() };
    let (planned, links) = crate::push::planned(r, candidates, by, &mapping)?;
    let linked: BTreeSet<FindingId> =
        links.iter().filter(|link| link.state == IssueState::Open).map(|link| link.finding).collect();
    let named = Rows::of(candidates);
    let Planned { steps, names, warnings, counts, left_out, .. } = planned;
    let writes: Vec<&Step> = steps.iter().filter(|step| step.action != Action::Skip).collect();
    let left_out = left_out.len() as u64;
    Ok(Preview {
        findings: candidates.len() as u64,
        groups: writes.len() as u64,
        new: counts.create,
        linked: candidates.iter().filter(|c| linked.contains(&c.id)).count() as u64,
        left_out,
        warnings,
        first: writes
            .into_iter()
            .take(NAMED)
            .map(|step| {
                let name = names.get(&step.marker).unwrap_or(&step.marker).clone();
                named.line(name, &step.group, step.action, step.issue.clone())
            })
            .collect(),
    })
}

fn without_mapping(candidates: &[Candidate], by: &GroupBy) -> Preview {
    let views: Vec<_> =
        candidates.iter().filter(|c| c.status == Status::Active).map(Candidate::view).collect();
    let Arrangement { groups, left_out, warnings } = arrange(&views, by, "", &Placed::new(), |_| false);
    let named = Rows::of(candidates);
    Preview {
        findings: candidates.len() as u64,
        groups: groups.len() as u64,
        new: groups.iter().filter(|one| one.attached.is_none()).count() as u64,
        linked: 0,
        left_out: left_out.len() as u64,
        warnings,
        first: groups
            .into_iter()
            .take(NAMED)
            .map(|one| {
                let action = if one.attached.is_some() { Action::Attach } else { Action::Create };
                named.line(one.name, &one.group, action, one.attached.map(|attached| attached.issue))
            })
            .collect(),
    }
}

/// Findings by their row.
struct Rows<'a>(HashMap<FindingId, &'a Candidate>);

impl<'a> Rows<'a> {
    fn of(candidates: &'a [Candidate]) -> Self {
        Self(candidates.iter().map(|c| (c.id, c)).collect())
    }

    fn line(&self, name: Marker, group: &Group, action: Action, issue: Option<IssueRef>) -> PreviewLine {
        let members = group.findings.iter().filter_map(|id| self.0.get(id));
        PreviewLine {
            name,
            title: group.title.clone(),
            action,
            issue,
            count: group.findings.len() as u64,
            severity: group.severity,
            members: members
                .take(SHOWN)
                .map(|c| PreviewMember {
                    id: c.id,
                    severity: c.severity,
                    title: c.title.clone(),
                    place: place(c),
                })
                .collect(),
        }
    }
}

/// Where a finding is, as its issue says it: the package before the file that names it, since a
/// lock file or an image is the same for all.
fn place(candidate: &Candidate) -> Option<String> {
    match (&candidate.component, &candidate.path, candidate.line) {
        (Some(name), ..) => Some(name.clone()),
        (None, Some(path), Some(line)) => Some(format!("{path}:{line}")),
        (None, path, _) => path.clone(),
    }
}
