//! The rules for one group: create, update, attach, adopt, reopen or skip, and which members stay
//! elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::group::{Arranged, Attached, GroupView, Held, Placed, arrange};
use crate::id::FindingId;
use crate::issue::{IssueRef, IssueState, Marker, StateReason};
use crate::mapping::Template;
use crate::member::Candidate;
use crate::plan::{Action, Group, Step};
use crate::planning::skipped::{Aside, skips, step};
use crate::planning::{Linked, PlanInput, depart, ended};

#[derive(Default)]
pub(super) struct Decided {
    pub steps: Vec<Step>,
    pub warnings: Vec<String>,
    pub templates: BTreeMap<Marker, Template>,
    pub kept: BTreeMap<Marker, Vec<FindingId>>,
    /// The findings that were chosen for a group, and the marker of its step.
    pub chosen: BTreeMap<FindingId, Marker>,
    /// The names of the groups, by the marker of their step.
    pub names: BTreeMap<Marker, Marker>,
    /// The findings that a person left out.
    pub left_out: Vec<FindingId>,
}

/// What is known about the target, arranged for looking up.
pub(super) struct Ground<'a> {
    pub input: &'a PlanInput<'a>,
    pub by_finding: BTreeMap<FindingId, Vec<&'a Linked>>,
    by_marker: BTreeMap<&'a Marker, Vec<&'a Linked>>,
    pub by_number: BTreeMap<&'a str, Vec<&'a Linked>>,
    candidates: BTreeMap<FindingId, &'a Candidate>,
}

/// The issue that carries a group's marker.
struct Own<'a> {
    issue: &'a IssueRef,
    state: &'a IssueState,
    /// Docket itself closed it.
    ours: bool,
    /// Findings linked to it already.
    linked: BTreeSet<FindingId>,
}

impl Own<'_> {
    /// What is deleted for certain may be filed again.
    fn exists(&self) -> bool {
        *self.state != IssueState::Deleted
    }

    /// Nothing goes into it: it is not open, and not because of Docket.
    fn keeps_out(&self) -> bool {
        !self.ours && held_by(self.issue, self.state).is_some()
    }
}

pub(super) fn decide<'a>(input: &'a PlanInput<'a>, aside: Aside<'a>) -> Decided {
    let ground = Ground::of(input, &aside.eligible);
    let mut decided = Decided::default();
    let views: Vec<GroupView<'_>> = aside.eligible.iter().map(|c| c.view()).collect();
    let placed = ground.placed();
    let held = |id| input.by.held == Held::Stay && ground.held_elsewhere(id, None).is_some();
    let arrangement = arrange(&views, input.by, &input.mapping.target, &placed, held);
    decided.warnings.extend(arrangement.warnings);
    for arranged in arrangement.groups {
        ground.decide_group(arranged, &mut decided);
    }
    depart::depart(&ground, &mut decided);
    let mut left_out: BTreeSet<FindingId> = arrangement.left_out.into_iter().collect();
    left_out.extend(input.by.left_out());
    let (mut out, mut rest) = (Vec::new(), aside.decided);
    for candidates in rest.values_mut() {
        let (gone, stay) = candidates.iter().copied().partition(|c| left_out.contains(&c.id));
        out.extend::<Vec<&Candidate>>(gone);
        *candidates = stay;
    }
    out.extend(aside.eligible.iter().copied().filter(|c| left_out.contains(&c.id)));
    decided.left_out = out.iter().map(|candidate| candidate.id).collect();
    ended::settle(&ground, &mut rest, &mut decided);
    decided.steps.append(&mut skips(input, aside.foreign, rest, &out));
    decided
}

impl<'a> Ground<'a> {
    fn of(input: &'a PlanInput<'a>, eligible: &[&'a Candidate]) -> Self {
        let mut ground = Self {
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
        ground
    }

    /// The markers of the issues that findings are in.
    fn placed(&self) -> Placed {
        let mut placed = Placed::new();
        for link in self.input.links.iter().filter(|link| link.state != IssueState::Deleted) {
            if let Some(marker) = &link.marker {
                placed.entry(link.finding).or_default().insert(marker.clone());
            }
        }
        placed
    }

    /// The links of one issue.
    pub(super) fn links_of(&self, issue: &IssueRef) -> impl Iterator<Item = &'a Linked> {
        let links = self.by_number.get(issue.number.as_str()).map_or(&[][..], Vec::as_slice);
        let issue = issue.clone();
        links.iter().copied().filter(move |link| same_issue(&link.issue, &issue))
    }

    /// The issue under this marker that was deleted for certain.
    fn deleted(&self, marker: &Marker) -> Option<&'a IssueRef> {
        let links = self.by_marker.get(marker)?;
        links.iter().find(|link| link.state == IssueState::Deleted).map(|link| &link.issue)
    }

    fn own(&self, marker: &Marker) -> Option<Own<'a>> {
        let links = self.by_marker.get(marker).map_or(&[][..], Vec::as_slice);
        // Should two issues carry the marker (two laptops in the same second), an open one leads.
        let alive = links.iter().filter(|l| l.state != IssueState::Deleted);
        let lead = alive.min_by_key(|l| (l.state != IssueState::Open, number_of(&l.issue)));
        let known = self.input.known.get(marker);
        let (issue, state, ours) = match (lead, known) {
            // What was seen in the target just now is fresher than what the link remembers.
            (Some(lead), Some(known)) if same_issue(&lead.issue, &known.issue) => {
                (&lead.issue, &known.state, known.ours || lead.ours)
            }
            (Some(lead), _) => (&lead.issue, &lead.state, lead.ours),
            (None, Some(known)) => (&known.issue, &known.state, known.ours),
            (None, None) => return None,
        };
        // Also those that a person attached, without a marker.
        let linked = self.links_of(issue).map(|l| l.finding).collect();
        Some(Own { issue, state, ours, linked }).filter(Own::exists)
    }

    /// The issue in which a finding is held back from a new group: an open one first.
    fn held_elsewhere(&self, finding: FindingId, own: Option<&Own<'_>>) -> Option<&'a Linked> {
        if self.input.by.held != Held::Stay {
            return None;
        }
        self.by_finding
            .get(&finding)?
            .iter()
            .copied()
            .filter(|l| l.state != IssueState::Deleted)
            .filter(|l| own.is_none_or(|own| !same_issue(own.issue, &l.issue)))
            .min_by_key(|l| (l.state != IssueState::Open, number_of(&l.issue)))
    }

    fn decide_group(&self, mut arranged: Arranged, decided: &mut Decided) {
        if let Some(attached) = arranged.attached.take() {
            return self.attach(arranged, &attached, decided);
        }
        choose(&arranged, decided);
        let own = self.own(&arranged.marker);
        let (stay, held) = self.split(&arranged.group, own.as_ref());
        if held.is_empty() || own.as_ref().is_some_and(Own::keeps_out) {
            self.settle(arranged, own, decided);
        } else if stay.is_empty() {
            let why = held_words(held.values().map(|(link, _)| *link));
            let issue = held.values().next().map(|(link, _)| link.issue.clone());
            decided.steps.push(step(arranged.group, Action::Skip, why, arranged.marker, issue));
        } else {
            self.divide(&arranged, &stay, &held, decided);
        }
    }

    /// A group that a person put into an issue that is there. One that Docket knows already is
    /// brought up to date under its own marker.
    fn attach(&self, mut arranged: Arranged, to: &Attached, decided: &mut Decided) {
        let linked: Option<&Linked> = self.links_of(&to.issue).find(|link| link.marker.is_some());
        let seen = self.input.known.iter().find(|(_, known)| same_issue(&known.issue, &to.issue));
        let marker =
            linked.and_then(|link| link.marker.clone()).or_else(|| seen.map(|(marker, _)| marker.clone()));
        if let Some(marker) = marker {
            arranged.marker = marker;
            let own = self.own(&arranged.marker);
            let at = decided.steps.iter().position(|step| step.marker == arranged.marker);
            if let Some(at) = at {
                // The group that the issue was made for is pushed as well: one step for both.
                let mut both = decided.steps.remove(at);
                decided.kept.remove(&arranged.marker);
                both.group.findings.extend(arranged.group.findings);
                both.group.findings.sort_unstable();
                both.group.findings.dedup();
                arranged.group = both.group;
            }
            choose(&arranged, decided);
            return self.settle(arranged, own, decided);
        }
        // The group's own marker, unless an issue carries it already.
        if self.own(&arranged.marker).is_some() {
            arranged.marker =
                Marker::derive(&["docket attach 1", arranged.marker.as_str(), &to.issue.short()]);
        }
        choose(&arranged, decided);
        let why = match arranged.group.findings.len() {
            1 => format!("You put it into {}.", to.issue.short()),
            n => format!("You put these {n} findings into {}.", to.issue.short()),
        };
        let mut step = step(arranged.group, Action::Attach, why, arranged.marker, Some(to.issue.clone()));
        step.attach = Some(to.how);
        note_template(arranged.template, &step.marker, decided);
        decided.steps.push(step);
    }

    /// Members that take part, and those that another issue holds, by issue.
    fn split(&self, group: &Group, own: Option<&Own<'_>>) -> (Vec<FindingId>, Elsewhere<'a>) {
        let mut stay = Vec::new();
        let mut held: Elsewhere<'a> = BTreeMap::new();
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
    fn divide(&self, arranged: &Arranged, stay: &[FindingId], held: &Elsewhere<'a>, decided: &mut Decided) {
        let left_out: usize = held.values().map(|(_, findings)| findings.len()).sum();
        let where_to = held_words(held.values().map(|(link, _)| *link));
        // The same marker again, but for «all in one», whose marker names the members.
        let part = self.narrowed(arranged, stay);
        decided.names.insert(part.marker.clone(), part.name.clone());
        let own = self.own(&part.marker);
        self.settle(part, own, decided);
        if let Some(settled) = decided.steps.last_mut() {
            settled.warnings.push(format!("{left_out} of the group left out: {where_to}"));
        }
        for (link, findings) in held.values() {
            let group = self.narrowed(arranged, findings).group;
            let label = link.issue.short();
            let own_marker = Marker::derive(&["docket skip 1", arranged.marker.as_str(), &label]);
            let group = Group { title: format!("{}: in {label}", arranged.group.title), ..group };
            let why = held_words(std::iter::once(*link));
            decided.steps.push(step(group, Action::Skip, why, own_marker, Some(link.issue.clone())));
        }
    }

    fn narrowed(&self, arranged: &Arranged, findings: &[FindingId]) -> Arranged {
        let views: Vec<GroupView<'_>> =
            findings.iter().filter_map(|id| self.candidates.get(id)).map(|c| c.view()).collect();
        arranged.narrowed(&views, self.input.by, &self.input.mapping.target)
    }

    /// The step of a group none of whose members is held elsewhere.
    fn settle(&self, arranged: Arranged, own: Option<Own<'_>>, decided: &mut Decided) {
        let Arranged { mut group, marker, template, .. } = arranged;
        note_template(template, &marker, decided);
        let Some(Own { issue, state, ours, linked }) = own else {
            decided.steps.push(self.anew(group, marker));
            return;
        };
        let label = issue.short();
        let attach = self.links_of(issue).find_map(|link| link.attached);
        let new = group.findings.iter().filter(|f| !linked.contains(f)).count();
        let (action, why) = match held_by(issue, state) {
            Some(_) if ours && matches!(state, IssueState::Closed { .. }) => {
                let many = group.findings.len();
                let what = if many == 1 {
                    "its finding is".to_owned()
                } else {
                    format!("{many} of its findings are")
                };
                (Action::Reopen, format!("Docket closed {label}, and {what} active."))
            }
            Some(why) => (Action::Skip, why),
            None if new == 0 => {
                decided.kept.insert(marker.clone(), linked.iter().copied().collect());
                (Action::Skip, format!("Already in {label}."))
            }
            None if linked.is_empty() => (
                Action::Adopt,
                format!("{label} carries this group's marker: it is taken over instead of filed again."),
            ),
            None => {
                let have = linked.len();
                let added = if new == 1 { "1 is".to_owned() } else { format!("{new} are") };
                (Action::Update, format!("{label} has {have} of these already; {added} added."))
            }
        };
        if matches!(action, Action::Update | Action::Reopen) {
            let selected: BTreeSet<FindingId> = group.findings.iter().copied().collect();
            group.findings.extend(linked.into_iter().filter(|f| !selected.contains(f)));
        }
        let mut step = step(group, action, why, marker, Some(issue.clone()));
        step.attach = attach;
        decided.steps.push(step);
    }

    /// A group without an issue: a new one is filed.
    fn anew(&self, group: Group, marker: Marker) -> Step {
        if let Some(gone) = self.deleted(&marker) {
            let why = format!("{} was deleted in the tracker, so it is filed again.", gone.short());
            return step(group, Action::Recreate, why, marker, None);
        }
        let why = match group.findings.len() {
            1 => "No issue for it yet.".to_owned(),
            n => format!("No issue for these {n} findings yet."),
        };
        step(group, Action::Create, why, marker, None)
    }
}

fn choose(arranged: &Arranged, decided: &mut Decided) {
    for finding in &arranged.group.findings {
        decided.chosen.insert(*finding, arranged.marker.clone());
    }
    decided.names.insert(arranged.marker.clone(), arranged.name.clone());
}

fn note_template(template: Option<Template>, marker: &Marker, decided: &mut Decided) {
    if let Some(template) = template {
        decided.templates.insert(marker.clone(), template);
    }
}

type Elsewhere<'a> = BTreeMap<(bool, (u64, String)), (&'a Linked, Vec<FindingId>)>;

/// Issues by number, as people count them; numbers that are none (`SHOP-12`) by their text.
pub(super) fn number_of(issue: &IssueRef) -> (u64, String) {
    (issue.number.parse().unwrap_or(u64::MAX), issue.short())
}

pub(super) fn same_issue(a: &IssueRef, b: &IssueRef) -> bool {
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
