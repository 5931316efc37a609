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

/// A selection, sorted by what may become of its findings; each is in one of the three.
pub(super) struct Aside<'a> {
    /// May become issues.
    pub eligible: Vec<&'a Candidate>,
    /// Of applications that the mapping does not serve, by name.
    pub foreign: BTreeMap<&'a str, Vec<&'a Candidate>>,
    /// Decided or closed.
    pub decided: BTreeMap<Status, Vec<&'a Candidate>>,
}

/// Sorts a selection, each finding once.
pub(super) fn set_aside<'a>(input: &PlanInput<'a>) -> Aside<'a> {
    let mut seen = BTreeSet::new();
    let mut aside = Aside { eligible: Vec::new(), foreign: BTreeMap::new(), decided: BTreeMap::new() };
    for candidate in input.candidates.iter().filter(|c| seen.insert(c.id)) {
        if !input.mapping.applications.contains(&candidate.application) {
            aside.foreign.entry(&candidate.application_name).or_default().push(candidate);
        } else if candidate.status == Status::Active {
            aside.eligible.push(candidate);
        } else {
            aside.decided.entry(candidate.status).or_default().push(candidate);
        }
    }
    aside
}

/// One skip step for each reason why findings become no issues; `left_out` are those whom a
/// person left out by hand.
pub(super) fn skips(
    input: &PlanInput<'_>,
    foreign: BTreeMap<&str, Vec<&Candidate>>,
    decided: BTreeMap<Status, Vec<&Candidate>>,
    left_out: &[&Candidate],
) -> Vec<Step> {
    let target = input.mapping.target.as_str();
    let mut steps = Vec::new();
    if !left_out.is_empty() {
        let why = "Left out by hand.".to_owned();
        steps.push(skip(target, &["left out"], "Left out".to_owned(), why, left_out));
    }
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
        if !members.is_empty() {
            steps.push(skip(target, &["status", status.as_str()], title.to_owned(), why, &members));
        }
    }
    steps
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
        attach: None,
        leaves: Vec::new(),
        state: if action == Action::Skip { StepState::Skipped } else { StepState::Planned },
        dropped: Vec::new(),
        problem: None,
        sent_at: None,
        ended_at: None,
    }
}
