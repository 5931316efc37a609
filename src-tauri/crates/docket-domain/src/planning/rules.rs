//! The rules for one group: create, update, adopt or skip, and which members stay elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::group::{self, marker_of};
use crate::id::FindingId;
use crate::issue::{IssueRef, IssueState, Marker, StateReason};
use crate::member::Candidate;
use crate::plan::{Action, Group, GroupKey, Step};
use crate::planning::PlanInput;
use crate::planning::skipped::step;

pub(super) struct Decided {
    pub steps: Vec<Step>,
    pub warnings: Vec<String>,
}

/// What is known about the target, arranged for looking up.
struct Ground<'a> {
    input: &'a PlanInput<'a>,
    by_finding: BTreeMap<FindingId, Vec<&'a super::Linked>>,
    by_marker: BTreeMap<&'a Marker, Vec<&'a super::Linked>>,
    candidates: BTreeMap<FindingId, &'a Candidate>,
}

/// The issue that carries a group's marker.
struct Own<'a> {
    issue: &'a IssueRef,
    state: &'a IssueState,
    /// Findings linked to it already.
    linked: BTreeSet<FindingId>,
}

pub(super) fn decide<'a>(input: &'a PlanInput<'a>, eligible: &[&'a Candidate]) -> Decided {
    let mut ground = Ground {
        input,
        by_finding: BTreeMap::new(),
        by_marker: BTreeMap::new(),
        candidates: eligible.iter().map(|c| (c.id, *c)).collect(),
    };
    for link in input.links {
        ground.by_finding.entry(link.finding).or_default().push(link);
        if let Some(marker) = &link.marker {
            ground.by_marker.entry(marker).or_default().push(link);
        }
    }
    let mut decided = Decided { steps: Vec::new(), warnings: Vec::new() };
    for group in group::group(eligible.iter().map(|c| c.view()), input.keys) {
        ground.decide_group(group, &mut decided);
    }
    decided
}

impl<'a> Ground<'a> {
    fn own(&self, marker: &Marker) -> Option<Own<'a>> {
        let links = self.by_marker.get(marker).map_or(&[][..], Vec::as_slice);
        // Should two issues carry the marker (two laptops in the same second), an open one leads.
        let lead = links.iter().min_by_key(|l| (l.state != IssueState::Open, number_of(&l.issue)));
        if let Some(lead) = lead {
            let linked =
                links.iter().filter(|l| same_issue(&l.issue, &lead.issue)).map(|l| l.finding).collect();
            // What was seen in the target just now is fresher than what the link remembers.
            let seen = self.input.known.get(marker).filter(|k| same_issue(&k.issue, &lead.issue));
            let state = seen.map_or(&lead.state, |k| &k.state);
            return Some(Own { issue: &lead.issue, state, linked });
        }
        let known = self.input.known.get(marker)?;
        Some(Own { issue: &known.issue, state: &known.state, linked: BTreeSet::new() })
    }

    /// The issue in which a finding is held back from a new group: an open one first.
    fn held_elsewhere(&self, finding: FindingId, own: Option<&Own<'_>>) -> Option<&'a super::Linked> {
        self.by_finding
            .get(&finding)?
            .iter()
            .copied()
            .filter(|l| l.state != IssueState::Deleted)
            .filter(|l| own.is_none_or(|own| !same_issue(own.issue, &l.issue)))
            .min_by_key(|l| (l.state != IssueState::Open, number_of(&l.issue)))
    }

    fn decide_group(&self, group: Group, decided: &mut Decided) {
        let target = &self.input.mapping.target;
        let marker = marker_of(target, self.input.keys, &group);
        let own = self.own(&marker).filter(|own| *own.state != IssueState::Deleted);
        if let Some(own) = &own
            && let Some(why) = held_by(own.issue, own.state)
        {
            decided.steps.push(step(group, Action::Skip, why, marker, Some(own.issue.clone())));
            return;
        }
        let (stay, held) = self.split(&group, own.as_ref());
        if held.is_empty() {
            decided.steps.push(self.settle(group, marker, own));
            return;
        }
        if stay.is_empty() {
            let why = held_words(&held);
            let issue = held.values().next().map(|(link, _)| link.issue.clone());
            decided.steps.push(step(group, Action::Skip, why, marker, issue));
            return;
        }
        self.divide(&group, &marker, own, &stay, &held, decided);
    }

    /// Members that take part, and those that another issue holds, by issue.
    fn split(&self, group: &Group, own: Option<&Own<'_>>) -> (Vec<FindingId>, Held<'a>) {
        let mut stay = Vec::new();
        let mut held: Held<'a> = BTreeMap::new();
        for finding in &group.findings {
            let here = own.is_some_and(|own| own.linked.contains(finding));
            match self.held_elsewhere(*finding, own).filter(|_| !here) {
                None => stay.push(*finding),
                Some(link) => {
                    let key = (link.state != IssueState::Open, number_of(&link.issue));
                    held.entry(key).or_insert_with(|| (link, Vec::new())).1.push(*finding);
                }
            }
        }
        (stay, held)
    }

    /// Some members are held elsewhere: the rest is decided alone, the held are skipped.
    fn divide(
        &self,
        group: &Group,
        marker: &Marker,
        own: Option<Own<'a>>,
        stay: &[FindingId],
        held: &Held<'a>,
        decided: &mut Decided,
    ) {
        let rest = self.regroup(stay);
        let left_out: usize = held.values().map(|(_, findings)| findings.len()).sum();
        for part in rest {
            // For «all in one» the marker names the members, so the rest has one of its own.
            let (marker, own) = if self.input.keys.contains(&GroupKey::All) {
                let marker = marker_of(&self.input.mapping.target, self.input.keys, &part);
                let own = self.own(&marker).filter(|own| *own.state == IssueState::Open);
                (marker, own)
            } else {
                (marker.clone(), own.as_ref().map(Own::copy))
            };
            let mut settled = self.settle(part, marker, own);
            settled.warnings.push(format!("{left_out} of the group left out: {}", held_words(held)));
            decided.steps.push(settled);
        }
        for (link, findings) in held.values() {
            for part in self.regroup(findings) {
                let label = link.issue.short();
                let why =
                    held_words(&BTreeMap::from([((false, (0, String::new())), (*link, findings.clone()))]));
                let own_marker = Marker::derive(&["docket skip 1", marker.as_str(), &label]);
                let part = Group { title: format!("{}: in {label}", group.title), ..part };
                decided.steps.push(step(part, Action::Skip, why, own_marker, Some(link.issue.clone())));
            }
        }
    }

    fn regroup(&self, findings: &[FindingId]) -> Vec<Group> {
        let views = findings.iter().filter_map(|id| self.candidates.get(id)).map(|c| c.view());
        group::group(views, self.input.keys)
    }

    /// The step of a group none of whose members is held elsewhere.
    fn settle(&self, mut group: Group, marker: Marker, own: Option<Own<'a>>) -> Step {
        let Some(own) = own else {
            let why = match group.findings.len() {
                1 => "No issue for it yet.".to_owned(),
                n => format!("No issue for these {n} findings yet."),
            };
            return step(group, Action::Create, why, marker, None);
        };
        let label = own.issue.short();
        let new = group.findings.iter().filter(|f| !own.linked.contains(f)).count();
        if new == 0 {
            return step(
                group,
                Action::Skip,
                format!("Already in {label}."),
                marker,
                Some(own.issue.clone()),
            );
        }
        if own.linked.is_empty() {
            let why =
                format!("{label} carries this group's marker: it is taken over instead of filed again.");
            return step(group, Action::Adopt, why, marker, Some(own.issue.clone()));
        }
        let why = match (new, own.linked.len()) {
            (1, have) => format!("{label} has {have} of these already; 1 is added."),
            (new, have) => format!("{label} has {have} of these already; {new} are added."),
        };
        let selected: BTreeSet<FindingId> = group.findings.iter().copied().collect();
        group.findings.extend(own.linked.iter().filter(|f| !selected.contains(f)));
        step(group, Action::Update, why, marker, Some(own.issue.clone()))
    }
}

impl Own<'_> {
    fn copy(&self) -> Self {
        Self { issue: self.issue, state: self.state, linked: self.linked.clone() }
    }
}

type Held<'a> = BTreeMap<(bool, (u64, String)), (&'a super::Linked, Vec<FindingId>)>;

/// Issues by number, as people count them; numbers that are none (`SHOP-12`) by their text.
fn number_of(issue: &IssueRef) -> (u64, String) {
    (issue.number.parse().unwrap_or(u64::MAX), issue.short())
}

fn same_issue(a: &IssueRef, b: &IssueRef) -> bool {
    match (&a.stable_id, &b.stable_id) {
        (Some(a), Some(b)) => a == b,
        _ => a.number == b.number && a.target.eq_ignore_ascii_case(&b.target),
    }
}

/// Why an issue in this state is left alone; `None` when it is open.
fn held_by(issue: &IssueRef, state: &IssueState) -> Option<String> {
    let label = issue.short();
    match state {
        IssueState::Open | IssueState::Deleted => None,
        IssueState::Closed { reason } => {
            let how = match reason {
                Some(StateReason::Completed) => " as completed",
                Some(StateReason::NotPlanned) => " as not planned",
                Some(StateReason::Duplicate) => " as a duplicate",
                Some(StateReason::Reopened) | None => "",
            };
            Some(format!(
                "{label} was closed{how}. Reopen it there to go on with it, or set the findings to a status \
                 that agrees with it."
            ))
        }
        IssueState::Moved { to: Some(to) } => Some(format!("{label} was moved to {to} and goes on there.")),
        IssueState::Moved { to: None } => {
            Some(format!("{label} was moved elsewhere. Find it there, or unlink it to file a new one."))
        }
        IssueState::NotVisible => Some(format!(
            "{label} cannot be seen with this connection. Ask for access, or unlink it to file a new one."
        )),
    }
}

/// Where the held members are, in words.
fn held_words(held: &Held<'_>) -> String {
    let mut issues = held.values().map(|(link, _)| *link);
    let Some(first) = issues.next() else { return String::new() };
    let rest = issues.count();
    let more = match rest {
        0 => String::new(),
        1 => " and 1 more issue".to_owned(),
        n => format!(" and {n} more issues"),
    };
    match held_by(&first.issue, &first.state) {
        None => format!("Already in {}{more}.", first.issue.short()),
        Some(why) if rest == 0 => why,
        Some(why) => format!("{why} Others are in {rest} more."),
    }
}
