//! Issues that stand for the same group: a request that reached the tracker twice, or two
//! computers that pushed in the same moment. No tracker prevents that, so it is found and told.
//!
//! Deliberately absent: closing one of them. That is for a person to decide.

use std::collections::BTreeMap;

use docket_domain::{IssueRef, Marker, Problem, Step};
use docket_store as store;

use super::route::Route;
use crate::engine::Engine;

/// So many are named one by one.
const NAMED: usize = 20;

impl Engine {
    /// Groups of a plan for which the target holds more than one open issue, in words. As fresh as
    /// the index of markers.
    pub(super) async fn doubles(&self, route: &Route, steps: &[Step]) -> Result<Vec<String>, Problem> {
        let (connection, target) = (route.connection.id, route.mapping.target.clone());
        let sightings = self.read(move |r| store::marker_index::doubles(r, connection, &target)).await?;
        let mut issues: BTreeMap<Marker, Vec<IssueRef>> = BTreeMap::new();
        for sighting in sightings {
            issues.entry(sighting.marker).or_default().push(sighting.issue);
        }
        let mut told: Vec<String> =
            steps.iter().filter_map(|step| Some(words(step, issues.get(&step.marker)?))).collect();
        if told.len() > NAMED {
            let more = told.len() - NAMED;
            told.truncate(NAMED);
            told.push(format!("{more} more groups have more than one open issue."));
        }
        Ok(told)
    }
}

fn words(step: &Step, issues: &[IssueRef]) -> String {
    let kept = step.issue.as_ref().map(IssueRef::short);
    let kept = kept.or_else(|| issues.first().map(IssueRef::short)).unwrap_or_default();
    let others: Vec<String> = issues.iter().map(IssueRef::short).filter(|issue| *issue != kept).collect();
    let others = others.join(", ");
    format!(
        "«{}» has more than one open issue: a request reached the tracker twice, or two computers pushed at \
         the same moment. Docket goes on with {kept}; close {others} as a duplicate.",
        step.group.title
    )
}
