//! Findings that are decided or closed and still in an open issue.
//!
//! An issue that Docket filed and in which nothing is active any more is closed. One that people
//! wrote is never closed here, and one with anything active in it only has its text brought up
//! to date.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::Status;
use crate::group::MISSING;
use crate::id::FindingId;
use crate::issue::IssueState;
use crate::member::Candidate;
use crate::plan::{Action, Group};
use crate::planning::Linked;
use crate::planning::rules::{Decided, Ground, number_of, same_issue};
use crate::planning::skipped::step;
use crate::severity::Severity;

/// Takes out of `rest` what an open issue stands for, as steps of those issues.
pub(super) fn settle(
    ground: &Ground<'_>,
    rest: &mut BTreeMap<Status, Vec<&Candidate>>,
    decided: &mut Decided,
) {
    let mut by_issue: BTreeMap<(u64, String), (&Linked, Vec<&Candidate>)> = BTreeMap::new();
    for candidate in rest.values().flatten().copied() {
        let open = ground.by_finding.get(&candidate.id).into_iter().flatten().copied().filter(|link| {
            link.state == IssueState::Open && link.attached.is_none() && link.marker.is_some()
        });
        for link in open {
            by_issue.entry(number_of(&link.issue)).or_insert_with(|| (link, Vec::new())).1.push(candidate);
        }
    }
    let mut taken: BTreeSet<FindingId> = BTreeSet::new();
    for (link, candidates) in by_issue.into_values() {
        let Some(marker) = &link.marker else { continue };
        let spoken_for = decided.steps.iter().any(|step| {
            step.marker == *marker || step.issue.as_ref().is_some_and(|issue| same_issue(issue, &link.issue))
        });
        if spoken_for {
            continue;
        }
        let all: BTreeMap<FindingId, Status> =
            ground.links_of(&link.issue).map(|link| (link.finding, link.status)).collect();
        let label = link.issue.short();
        let issue = Some(link.issue.clone());
        let title = format!("{label}: {}", candidates.first().map_or("", |c| c.title.as_str()));
        if all.values().all(|status| *status != Status::Active) {
            let why = match all.len() {
                1 => format!(
                    "The finding of {label} is {}.",
                    all.values().next().map_or("", |s| s.label()).to_lowercase()
                ),
                n => format!("All {n} findings of {label} are closed or decided."),
            };
            taken.extend(candidates.iter().map(|c| c.id));
            let group = group_of(title, &candidates, all.into_keys().collect());
            decided.steps.push(step(group, Action::Close, why, marker.clone(), issue));
        } else {
            let mine: Vec<FindingId> =
                candidates.iter().map(|c| c.id).filter(|id| taken.insert(*id)).collect();
            if mine.is_empty() {
                continue;
            }
            let why = format!("Already in {label}, where others are still active.");
            decided.kept.insert(marker.clone(), all.into_keys().collect());
            let group = group_of(title, &candidates, mine);
            decided.steps.push(step(group, Action::Skip, why, marker.clone(), issue));
        }
    }
    for candidates in rest.values_mut() {
        candidates.retain(|candidate| !taken.contains(&candidate.id));
    }
}

fn group_of(title: String, like: &[&Candidate], findings: Vec<FindingId>) -> Group {
    let applications: BTreeSet<&str> = like.iter().map(|c| c.application_name.as_str()).collect();
    Group {
        values: vec![MISSING.to_owned()],
        title,
        findings,
        severity: like.iter().map(|c| c.severity).min().unwrap_or(Severity::Unknown),
        applications: applications.into_iter().map(str::to_owned).collect(),
        template: None,
    }
}
