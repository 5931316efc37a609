//! What is set aside before anything is grouped: findings that the mapping does not serve,
//! and findings that are decided or closed.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::Status;
use crate::group::MISSING;
use crate::issue::{IssueRef, Marker};
use crate::member::Candidate;
use crate::plan::{Action, Group, Step, StepState};
use crate::planning::PlanInput;
use crate::severity::Severity;

/// The findings that may become issues, each once, and one skip step for each reason why
/// others may not.
pub(super) fn set_aside<'a>(input: &PlanInput<'a>) -> (Vec<&'a Candidate>, Vec<Step>) {
    let mut seen = BTreeSet::new();
    let mut eligible = Vec::new();
    let mut foreign: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
    let mut decided: BTreeMap<Status, Vec<&Candidate>> = BTreeMap::new();
    for candidate in input.candidates.iter().filter(|c| seen.insert(c.id)) {
        if !input.mapping.applications.contains(&candidate.application) {
            foreign.entry(&candidate.application_name).or_default().push(candidate);
        } else if candidate.status == Status::Active {
            eligible.push(candidate);
        } else {
            decided.entry(candidate.status).or_default().push(candidate);
        }
    }
    let target = input.mapping.target.as_str();
    let mut steps = Vec::new();
    for (application, members) in foreign {
        let why = format!(
            "«{application}» does not belong to the mapping «{}». Add it there, or choose another mapping.",
            input.mapping.label
        );
        let title = format!("{application}: not part of this mapping");
        steps.push(skip(target, &["application", application], title, why, &members));
    }
    for (status, members) in decided {
        let why = format!("{}, so no issue is needed.", are(members.len(), status));
        let title = match status {
            Status::Active => continue,
            Status::Closed => "Already closed",
            Status::FalsePositive => "False positives",
            Status::RiskAccepted => "Accepted risks",
        };
        steps.push(skip(target, &["status", status.as_str()], title.to_owned(), why, &members));
    }
    (eligible, steps)
}

/// «3 are false positives».
fn are(count: usize, status: Status) -> String {
    match (status, count) {
        (Status::Active, 1) => "1 is active".to_owned(),
        (Status::Active, n) => format!("{n} are active"),
        (Status::Closed, 1) => "1 is closed".to_owned(),
        (Status::Closed, n) => format!("{n} are closed"),
        (Status::FalsePositive, 1) => "1 is a false positive".to_owned(),
        (Status::FalsePositive, n) => format!("{n} are false positives"),
        (Status::RiskAccepted, 1) => "1 is an accepted risk".to_owned(),
        (Status::RiskAccepted, n) => format!("{n} are accepted risks"),
    }
}

/// A step that does nothing. Its marker names the reason, not an issue: it is never written.
fn skip(target: &str, reason: &[&str], title: String, why: String, members: &[&Candidate]) -> Step {
    let mut sorted: Vec<&&Candidate> = members.iter().collect();
    sorted.sort_by_key(|c| (c.severity.rank(), c.path.as_deref(), c.line, c.id));
    let applications: BTreeSet<&str> = members.iter().map(|c| c.application_name.as_str()).collect();
    let group = Group {
        values: vec![MISSING.to_owned()],
        title,
        severity: sorted.first().map_or(Severity::Unknown, |c| c.severity),
        findings: sorted.iter().map(|c| c.id).collect(),
        applications: applications.into_iter().map(str::to_owned).collect(),
        template: None,
    };
    let mut parts = vec!["docket skip 1", target];
    parts.extend(reason);
    step(group, Action::Skip, why, Marker::derive(&parts), None)
}

/// A step that nothing has happened to yet.
pub(super) fn step(
    group: Group,
    action: Action,
    why: String,
    marker: Marker,
    issue: Option<IssueRef>,
) -> Step {
    Step {
        index: 0,
        group,
        action,
        why,
        warnings: Vec::new(),
        draft: None,
        marker,
        issue,
        state: if action == Action::Skip { StepState::Skipped } else { StepState::Planned },
        dropped: Vec::new(),
        problem: None,
        sent_at: None,
        ended_at: None,
    }
}
