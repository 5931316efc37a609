//! Findings that move from one issue into another: what the issues that they leave say and do.
//!
//! Invariant: a finding leaves an issue only in a step of its own, which comes after the step
//! that takes it, and which is done only when that one is: at no moment is it in no issue.
//!
//! The comment of such a step names an issue that may not be there yet. It carries the name of
//! the step ([`names_issue`]) until it is sent ([`name_issues`]).

use std::collections::BTreeMap;

use crate::assessment::Status;
use crate::group::{AttachAs, Held};
use crate::id::FindingId;
use crate::issue::{IssueState, Marker};
use crate::plan::{Action, Departure, Group};
use crate::planning::Linked;
use crate::planning::rules::{Decided, Ground, number_of, same_issue};
use crate::planning::skipped::step;
use crate::severity::Severity;

const NAME: &str = "docket-issue-of-";

/// What stands in a comment for the issue of the step with this marker.
pub fn names_issue(marker: &Marker) -> String {
    format!("{NAME}{marker}")
}

/// A comment with every such name replaced.
///
/// # Errors
/// The marker of a step that has no issue.
pub fn name_issues(text: &str, issue_of: impl Fn(&Marker) -> Option<String>) -> Result<String, Marker> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(NAME) {
        let behind = &rest[at + NAME.len()..];
        out.push_str(&rest[..at]);
        if let Some(marker) = behind.get(..32).and_then(|digits| digits.parse::<Marker>().ok()) {
            let name = issue_of(&marker).ok_or(marker)?;
            out.push_str(&name);
            rest = &behind[32..];
        } else {
            out.push_str(NAME);
            rest = behind;
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// An open issue and the findings that leave it, by the marker of the step that takes them.
type Leaving<'a> = (&'a Linked, BTreeMap<Marker, Vec<FindingId>>);

pub(super) fn depart(ground: &Ground<'_>, decided: &mut Decided) {
    if ground.input.by.held != Held::Move {
        return;
    }
    let mut leaving: BTreeMap<(u64, String), Leaving<'_>> = BTreeMap::new();
    for (finding, marker) in &decided.chosen {
        let Some(taker) = decided.steps.iter().find(|step| step.marker == *marker) else { continue };
        if taker.action == Action::Skip && !decided.kept.contains_key(marker) {
            continue;
        }
        for link in ground.by_finding.get(finding).into_iter().flatten().copied() {
            let here = taker.issue.as_ref().is_some_and(|issue| same_issue(issue, &link.issue));
            if link.state == IssueState::Open && !here {
                let entry = leaving.entry(number_of(&link.issue)).or_insert_with(|| (link, BTreeMap::new()));
                entry.1.entry(marker.clone()).or_default().push(*finding);
            }
        }
    }
    for (link, by_taker) in leaving.into_values() {
        let step = departure(ground, link, by_taker, decided);
        decided.steps.push(step);
    }
}

fn departure(
    ground: &Ground<'_>,
    link: &Linked,
    by_taker: BTreeMap<Marker, Vec<FindingId>>,
    decided: &Decided,
) -> crate::plan::Step {
    let gone: Vec<FindingId> = by_taker.values().flatten().copied().collect();
    // What another step of this plan puts into the issue stays in it.
    let mut stay: Vec<FindingId> = ground.links_of(&link.issue).map(|link| link.finding).collect();
    for step in &decided.steps {
        if step.action != Action::Skip
            && step.issue.as_ref().is_some_and(|issue| same_issue(issue, &link.issue))
        {
            stay.extend(&step.group.findings);
        }
    }
    stay.sort_unstable();
    stay.dedup();
    stay.retain(|finding| !gone.contains(finding));
    let label = link.issue.short();
    let many =
        if gone.len() == 1 { "1 finding moves".to_owned() } else { format!("{} findings move", gone.len()) };
    let attach = link.attached;
    // What was put into it by this plan is active; of the rest the links know.
    let status =
        |finding| ground.links_of(&link.issue).find(|link| link.finding == finding).map(|link| link.status);
    let none_active =
        stay.iter().all(|finding| status(*finding).is_some_and(|status| status != Status::Active));
    let (action, why) = match (stay.is_empty(), attach) {
        (false, None) if none_active => {
            (Action::Close, format!("{many} out of {label}, and nothing active is left in it."))
        }
        (true, None) => (Action::Close, format!("{many} out of {label}, and none is left in it.")),
        (true, Some(_)) => (
            Action::Update,
            format!("{many} out of {label}, and none is left. People wrote it, so it stays open."),
        ),
        (false, _) => (Action::Update, format!("{many} out of {label}; {} stay.", stay.len())),
    };
    let title =
        if stay.is_empty() { format!("{label}: nothing left") } else { format!("{label}: what stays") };
    let group = Group {
        values: vec![crate::group::MISSING.to_owned()],
        title,
        findings: stay,
        severity: Severity::Unknown,
        applications: Vec::new(),
        template: None,
    };
    let marker = link.marker.as_ref().map_or_else(|| link.issue.short(), ToString::to_string);
    let marker = Marker::derive(&["docket depart 1", &marker]);
    let nothing_left = group.findings.is_empty();
    let mut step = step(group, action, why, marker, Some(link.issue.clone()));
    step.attach = if nothing_left && attach.is_some() { Some(AttachAs::Comment) } else { attach };
    step.leaves = by_taker.into_iter().map(|(to, findings)| Departure { findings, to }).collect();
    step
}
