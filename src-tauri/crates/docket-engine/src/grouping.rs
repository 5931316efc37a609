//! How a selection would group, live, before anything is planned.

use std::collections::BTreeSet;

use docket_domain::group::group;
use docket_domain::{
    FindingId, FindingRow, GroupKey, IssueState, MappingId, Problem, Selection, Severity, Status, Step,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Findings.
    pub findings: u64,
    /// Groups of active findings that are in no open issue of the mapping yet.
    pub groups: u64,
    /// Findings in an open issue of the mapping's target already.
    pub linked: u64,
    /// The first groups.
    pub first: Vec<PreviewLine>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// Title.
    pub title: String,
    /// Findings.
    pub count: u64,
    /// Highest severity.
    pub severity: Severity,
    /// First places.
    pub places: Vec<String>,
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

    /// How a selection would group.
    pub async fn group_preview(
        &self,
        selection: Selection,
        keys: Vec<GroupKey>,
        mapping: Option<MappingId>,
    ) -> Result<Preview, Problem> {
        self.small_enough(&selection).await?;
        self.read(move |r| {
            let candidates = store::push::candidates(r, &selection)?;
            let linked: BTreeSet<FindingId> = match mapping {
                Some(id) => {
                    let mapping = store::mappings::show(r, id)?;
                    store::push::links_of_target(r, mapping.connection, &mapping.target)?
                        .into_iter()
                        .filter(|link| link.state == IssueState::Open)
                        .map(|link| link.finding)
                        .collect()
                }
                None => BTreeSet::new(),
            };
            let is_linked = |id: &FindingId| linked.contains(id);
            let open = candidates.iter().filter(|c| c.status == Status::Active && !is_linked(&c.id));
            let groups = group(open.map(docket_domain::member::Candidate::view), &keys);
            let by_id: std::collections::HashMap<FindingId, &docket_domain::member::Candidate> =
                candidates.iter().map(|c| (c.id, c)).collect();
            let first = groups
                .iter()
                .take(NAMED)
                .map(|g| PreviewLine {
                    title: g.title.clone(),
                    count: g.findings.len() as u64,
                    severity: g.severity,
                    places: g
                        .findings
                        .iter()
                        .take(5)
                        .filter_map(|id| by_id.get(id).and_then(|c| place(c)))
                        .collect(),
                })
                .collect();
            Ok(Preview {
                findings: candidates.len() as u64,
                groups: groups.len() as u64,
                linked: candidates.iter().filter(|c| is_linked(&c.id)).count() as u64,
                first,
            })
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

fn place(candidate: &docket_domain::member::Candidate) -> Option<String> {
    match (&candidate.path, candidate.line) {
        (Some(path), Some(line)) => Some(format!("{path}:{line}")),
        (Some(path), None) => Some(path.clone()),
        (None, _) => candidate.component.clone(),
    }
}
