//! The rules for one group: create, update, adopt or skip, and which members stay elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::group::{self, marker_of};
use crate::id::FindingId;
use crate::issue::{IssueRef, IssueState, Marker, StateReason};
use crate::member::Candidate;
use crate::plan::{Action, Group, Step};
use crate::planning::skipped::step;
use crate::planning::{Linked, PlanInput};

pub(super) struct Decided {
    pub steps: Vec<Step>,
    pub warnings: Vec<String>,
}

/// What is known about the target, arranged for looking up.
struct Ground<'a> {
    input: &'a PlanInput<'a>,
    by_finding: BTreeMap<FindingId, Vec<&'a Linked>>,
    by_marker: BTreeMap<&'a Marker, Vec<&'a Linked>>,
    by_number: BTreeMap<&'a str, Vec<&'a Linked>>,
    candidates: BTreeMap<FindingId, &'a Candidate>,
}

/// The issue that carries a group's marker.
struct Own<'a> {
    issue: &'a IssueRef,
    state: &'a IssueState,
    /// Findings linked to it already.
    linked: BTreeSet<FindingId>,
}

impl Own<'_> {
    /// What is deleted for certain may be filed again.
    fn exists(&self) -> bool {
        *self.state != IssueState::Deleted
    }
}

pub(super) fn decide<'a>(input: &'a PlanInput<'a>, eligible: &[&'a Candidate]) -> Decided {
    let mut ground = Ground {
        input,
        by_finding: BTreeMap::new(),
        by_marker: BTreeMap::new(),
        by_number: BTreeMap::new(),
        candidates: eligible.iter().map(|c| (c.id, *c)).collect(),
    };
    for link in input.links {
        ground.by_finding.entry(link.finding).or_default().push(link);
        ground.by_number.entry(&link.issue.number).or_default().push(link);
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
        let alive = links.iter().filter(|l| l.state != IssueState::Deleted);
        let lead = alive.min_by_key(|l| (l.state != IssueState::Open, number_of(&l.issue)));
        let known = self.input.known.get(marker);
        let (issue, state) = match (lead, known) {
            // What was seen in the target just now is fresher than what the link remembers.
            (Some(lead), Some(known)) if same_issue(&lead.issue, &known.issue) => (&lead.issue, &known.state),
            (Some(lead), _) => (&lead.issue, &lead.state),
            (None, Some(known)) => (&known.issue, &known.state),
            (None, None) => return None,
        };
        // Also those that a person attached, without a marker.
        let linked = self.by_number.get(issue.number.as_str()).into_iter().flatten();
        let linked = linked.filter(|l| same_issue(&l.issue, issue)).map(|l| l.finding).collect();
        Some(Own { issue, state, linked }).filter(Own::exists)
    }

    /// The issue in which a finding is held back from a new group: an open one first.
    fn held_elsewhere(&self, finding: FindingId, own: Option<&Own<'_>>) -> Option<&'a Linked> {
        self.by_finding
            .get(&finding)?
            .iter()
            .copied()
            .filter(|l| l.state != IssueState::Deleted)
            .filter(|l| own.is_none_or(|own| !same_issue(own.issue, &l.issue)))
            .min_by_key(|l| (l.state != IssueState::Open, number_of(&l.issue)))
    }

    fn decide_group(&self, group: Group, decided: &mut Decided) {
        let marker = marker_of(&self.input.mapping.target, self.input.keys, &group);
        let own = self.own(&marker);
        let (stay, held) = self.split(&group, own.as_ref());
        if held.is_empty() || own.as_ref().is_some_and(|own| held_by(own.issue, own.state).is_some()) {
            decided.steps.push(settle(group, marker, own));
        } else if stay.is_empty() {
            let why = held_words(held.values().map(|(link, _)| *link));
            let issue = held.values().next().map(|(link, _)| link.issue.clone());
            decided.steps.push(step(group, Action::Skip, why, marker, issue));
        } else {
            self.divide(&group, &marker, &stay, &held, decided);
        }
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
        stay: &[FindingId],
        held: &Held<'a>,
        decided: &mut Decided,
    ) {
        let left_out: usize = held.values().map(|(_, findings)| findings.len()).sum();
        let where_to = held_words(held.values().map(|(link, _)| *link));
        for part in self.regroup(stay) {
            // The same marker again, but for «all in one», whose marker names the members.
            let own_marker = marker_of(&self.input.mapping.target, self.input.keys, &part);
            let own = self.own(&own_marker);
            let mut settled = settle(part, own_marker, own);
            settled.warnings.push(format!("{left_out} of the group left out: {where_to}"));
            decided.steps.push(settled);
        }
        for (link, findings) in held.values() {
            for part in self.regroup(findings) {
                let label = link.issue.short();
                let own_marker = Marker::derive(&["docket skip 1", marker.as_str(), &label]);
                let part = Group { title: format!("{}: in {label}", group.title), ..part };
                let why = held_words(std::iter::once(*link));
                decided.steps.push(step(part, Action::Skip, why, own_marker, Some(link.issue.clone())));
            }
        }
    }

    fn regroup(&self, findings: &[FindingId]) -> Vec<Group> {
        let views = findings.iter().filter_map(|id| self.candidates.get(id)).map(|c| c.view());
        group::group(views, self.input.keys)
    }
}

/// The step of a group none of whose members is held elsewhere.
fn settle(mut group: Group, marker: Marker, own: Option<Own<'_>>) -> Step {
    let Some(Own { issue, state, linked }) = own else {
        let why = match group.findings.len() {
            1 => "No issue for it yet.".to_owned(),
            n => format!("No issue for these {n} findings yet."),
        };
        return step(group, Action::Create, why, marker, None);
    };
    let label = issue.short();
    let held = held_by(issue, state);
    let issue = Some(issue.clone());
    if let Some(why) = held {
        return step(group, Action::Skip, why, marker, issue);
    }
    let new = group.findings.iter().filter(|f| !linked.contains(f)).count();
    if new == 0 {
        return step(group, Action::Skip, format!("Already in {label}."), marker, issue);
    }
    if linked.is_empty() {
        let why = format!("{label} carries this group's marker: it is taken over instead of filed again.");
        return step(group, Action::Adopt, why, marker, issue);
    }
    let have = linked.len();
    let added = if new == 1 { "1 is".to_owned() } else { format!("{new} are") };
    let why = format!("{label} has {have} of these already; {added} added.");
    let selected: BTreeSet<FindingId> = group.findings.iter().copied().collect();
    group.findings.extend(linked.into_iter().filter(|f| !selected.contains(f)));
    step(group, Action::Update, why, marker, issue)
}

type Held<'a> = BTreeMap<(bool, (u64, String)), (&'a Linked, Vec<FindingId>)>;

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
fn held_words<'a>(mut issues: impl Iterator<Item = &'a Linked>) -> String {
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
        Some(why) => format!("{why} Others are in{}.", more.trim_start_matches(" and")),
    }
}
