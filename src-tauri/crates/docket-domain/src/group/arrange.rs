//! Groups as a person wants them: made by keys, split by size, then changed by hand.
//!
//! Invariants, each held by a test:
//! * every finding is in exactly one group, or left out by hand;
//! * no two groups have the same name or marker;
//! * what a change by hand names and is not there is said, and everything else is done.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::group::split::{self, Placed};
use crate::group::{AttachAs, GroupBy, GroupEdit, GroupView, group, group_by, marker_by, name_of};
use crate::id::FindingId;
use crate::issue::{IssueRef, Marker};
use crate::mapping::Template;
use crate::plan::{Group, GroupKey};
use crate::severity::Severity;

/// An issue that people wrote, and how a group goes into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The issue.
    pub issue: IssueRef,
    /// How.
    pub how: AttachAs,
}

/// A group with everything that was decided about it by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Arranged {
    /// The group.
    pub group: Group,
    /// Its name in changes by hand.
    pub name: Marker,
    /// The marker of its issue in the target.
    pub marker: Marker,
    /// The issue that it goes into; none: one of its own.
    pub attached: Option<Attached>,
    /// How its issue is written, instead of the mapping's way.
    pub template: Option<Template>,
    /// Which part of how many, when it was too large.
    pub part: Option<(u32, u32)>,
}

/// All groups of a selection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arrangement {
    /// Highest severity first, then the larger.
    pub groups: Vec<Arranged>,
    /// Left out by hand.
    pub left_out: Vec<FindingId>,
    /// Changes by hand that could not be made, one sentence each.
    pub warnings: Vec<String>,
}

/// Arranges findings into groups. `placed` and `held` are for sizes: the markers of the issues
/// that findings are in, and whether another issue keeps one ([`split`]).
pub fn arrange(
    views: &[GroupView<'_>],
    by: &GroupBy,
    target: &str,
    placed: &Placed,
    held: impl Fn(FindingId) -> bool,
) -> Arrangement {
    let mut desk = Desk {
        by,
        target,
        views: views.iter().map(|view| (view.id, view)).collect(),
        lots: Vec::new(),
        left_out: BTreeSet::new(),
        warnings: Vec::new(),
    };
    for whole in group_by(views.iter().copied(), by) {
        match by.most {
            Some(most) if whole.findings.len() > most as usize => {
                desk.lay_parts(&whole, &split::parts(&whole, most, by, target, placed, &held));
            }
            _ => desk.lay(whole, None),
        }
    }
    for edit in &by.edits {
        desk.edit(edit);
    }
    desk.finish()
}

impl Arranged {
    /// The same group with fewer members. Only the marker of «all in one» names its members.
    #[must_use]
    pub fn narrowed(&self, members: &[GroupView<'_>], by: &GroupBy, target: &str) -> Self {
        let mut some = self.clone();
        if by.effective_keys() == [GroupKey::All] && self.part.is_none() {
            if let Some(group) = group_by(members.iter().copied(), by).into_iter().next() {
                some.marker = marker_by(target, by, &group);
                some.group = group;
            }
            return some;
        }
        let again = group_by(members.iter().copied(), by);
        match again.as_slice() {
            // Still what the keys make: its title counts anew.
            [only] if only.values == self.group.values => some.group = only.clone(),
            _ => some.group = of_members(&self.group, members),
        }
        some
    }
}

/// A group being arranged.
struct Lot {
    arranged: Arranged,
    members: Vec<FindingId>,
    /// The members that the keys gave it; empty for one made by hand.
    first: BTreeSet<FindingId>,
}

struct Desk<'a> {
    by: &'a GroupBy,
    target: &'a str,
    views: BTreeMap<FindingId, &'a GroupView<'a>>,
    lots: Vec<Lot>,
    left_out: BTreeSet<FindingId>,
    warnings: Vec<String>,
}

impl Desk<'_> {
    fn lay(&mut self, group: Group, part: Option<(u32, u32)>) {
        let arranged = Arranged {
            name: name_of(self.by, &group),
            marker: marker_by(self.target, self.by, &group),
            attached: None,
            template: None,
            part,
            group,
        };
        let members = arranged.group.findings.clone();
        self.lots.push(Lot { first: members.iter().copied().collect(), members, arranged });
    }

    fn lay_parts(&mut self, whole: &Group, parts: &[(u32, Vec<FindingId>)]) {
        let last = parts.last().map_or(0, |(nth, _)| *nth) + 1;
        for (nth, members) in parts {
            let mut part = split::part_of(whole, *nth, members.clone());
            part.severity = members
                .iter()
                .filter_map(|id| self.views.get(id))
                .map(|view| view.severity)
                .min()
                .unwrap_or(Severity::Unknown);
            if last > 1 {
                part.title = format!("{} (part {} of {last})", whole.title, nth + 1);
            }
            self.lay(part, (last > 1).then_some((nth + 1, last)));
        }
    }

    fn find(&mut self, name: &Marker, what: &str) -> Option<usize> {
        let at = self.lots.iter().position(|lot| lot.arranged.name == *name);
        if at.is_none() {
            self.warnings
                .push(format!("A group that was {what} by hand is not there any more; nothing was changed."));
        }
        at
    }

    fn edit(&mut self, edit: &GroupEdit) {
        match edit {
            GroupEdit::Move { findings, to } => self.moves(findings, to.as_ref()),
            GroupEdit::Merge { from, into } => {
                let (Some(from), Some(into)) = (self.find(from, "merged"), self.find(into, "merged into"))
                else {
                    return;
                };
                if from != into {
                    let members = std::mem::take(&mut self.lots[from].members);
                    self.lots[into].members.extend(members);
                }
            }
            GroupEdit::LeaveOut { findings } => {
                let taken = self.take(findings);
                self.left_out.extend(taken);
            }
            GroupEdit::LeaveOutGroup { group } => {
                if let Some(at) = self.find(group, "left out") {
                    let members = std::mem::take(&mut self.lots[at].members);
                    self.left_out.extend(members);
                }
            }
            GroupEdit::Attach { group, issue, how } => {
                if let Some(at) = self.find(group, "attached to an issue") {
                    self.lots[at].arranged.attached = Some(Attached { issue: issue.clone(), how: *how });
                }
            }
            GroupEdit::Write { group, template } => {
                if let Some(at) = self.find(group, "written in its own way") {
                    self.lots[at].arranged.template = Some(template.clone());
                }
            }
        }
    }

    /// Takes findings out of wherever they are; those that are there.
    fn take(&mut self, findings: &[FindingId]) -> Vec<FindingId> {
        let wanted: BTreeSet<FindingId> =
            findings.iter().copied().filter(|id| self.views.contains_key(id)).collect();
        for lot in &mut self.lots {
            lot.members.retain(|id| !wanted.contains(id));
        }
        self.left_out.retain(|id| !wanted.contains(id));
        if wanted.is_empty() {
            self.warnings.push(
                "Findings that were moved by hand are not to be pushed any more; nothing was moved."
                    .to_owned(),
            );
        }
        wanted.into_iter().collect()
    }

    fn moves(&mut self, findings: &[FindingId], to: Option<&Marker>) {
        let at = match to {
            Some(name) => match self.find(name, "given findings") {
                Some(at) => Some(at),
                None => return,
            },
            None => None,
        };
        let taken = self.take(findings);
        if taken.is_empty() {
            return;
        }
        let Some(at) = at.or_else(|| self.own_lot(&taken)) else { return };
        self.lots[at].members.extend(taken);
    }

    /// A new group for findings that were dragged out; one that has their name already is used.
    fn own_lot(&mut self, findings: &[FindingId]) -> Option<usize> {
        let views: Vec<GroupView<'_>> =
            findings.iter().filter_map(|id| self.views.get(id)).map(|v| **v).collect();
        let (group, by) = by_hand(&views)?;
        let name = name_of(&by, &group);
        if let Some(at) = self.lots.iter().position(|lot| lot.arranged.name == name) {
            return Some(at);
        }
        let marker = marker_by(self.target, &by, &group);
        let arranged = Arranged { group, name, marker, attached: None, template: None, part: None };
        self.lots.push(Lot { arranged, members: Vec::new(), first: BTreeSet::new() });
        Some(self.lots.len() - 1)
    }

    fn finish(mut self) -> Arrangement {
        self.attach_together();
        let mut groups: Vec<Arranged> = Vec::new();
        for lot in self.lots.iter().filter(|lot| !lot.members.is_empty()) {
            let now: BTreeSet<FindingId> = lot.members.iter().copied().collect();
            let mut arranged = lot.arranged.clone();
            if now != lot.first {
                arranged.group = self.changed(lot, &now);
            }
            groups.push(arranged);
        }
        groups.sort_by(|a, b| rank(&a.group).cmp(&rank(&b.group)));
        Arrangement { groups, left_out: self.left_out.into_iter().collect(), warnings: self.warnings }
    }

    /// Groups that go into the same issue are one.
    fn attach_together(&mut self) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for at in 0..self.lots.len() {
            let lot = &self.lots[at];
            let Some(attached) = lot.arranged.attached.as_ref().filter(|_| !lot.members.is_empty()) else {
                continue;
            };
            let lead = *first.entry(attached.issue.short().to_lowercase()).or_insert(at);
            if lead != at {
                let members = std::mem::take(&mut self.lots[at].members);
                self.lots[lead].members.extend(members);
            }
        }
    }

    fn changed(&self, lot: &Lot, now: &BTreeSet<FindingId>) -> Group {
        let views: Vec<GroupView<'_>> = now.iter().filter_map(|id| self.views.get(id)).map(|v| **v).collect();
        let own: Vec<GroupView<'_>> = views.iter().filter(|v| lot.first.contains(&v.id)).copied().collect();
        let mut group = of_members(&lot.arranged.group, &views);
        if lot.first.is_empty() {
            return group;
        }
        let added = views.len() - own.len();
        if let Some(title) = group_by(own, self.by).into_iter().next().map(|group| group.title) {
            group.title = match lot.arranged.part {
                Some((part, of)) => format!("{title} (part {part} of {of})"),
                None => title,
            };
        }
        if added > 0 {
            group.title = format!("{} and {added} more", group.title);
        }
        group
    }
}

type Rank<'a> = (u8, Reverse<usize>, &'a str, &'a [String], &'a [String]);

/// How groups stand in their list.
pub(super) fn rank(group: &Group) -> Rank<'_> {
    (group.severity.rank(), Reverse(group.findings.len()), &group.title, &group.values, &group.applications)
}

/// The same values and title for other members.
fn of_members(like: &Group, members: &[GroupView<'_>]) -> Group {
    let mut sorted: Vec<&GroupView<'_>> = members.iter().collect();
    sorted.sort_by_key(|v| (v.severity.rank(), v.path, v.line, v.id));
    let applications: BTreeSet<&str> = members.iter().map(|v| v.application_name).collect();
    Group {
        findings: sorted.iter().map(|v| v.id).collect(),
        severity: sorted.first().map_or(Severity::Unknown, |v| v.severity),
        applications: applications.into_iter().map(str::to_owned).collect(),
        ..like.clone()
    }
}

/// A group of findings that a person put together: named after its first members, so that every
/// computer names it the same. One finding is named as it is without keys.
fn by_hand(members: &[GroupView<'_>]) -> Option<(Group, GroupBy)> {
    let alone = GroupBy::default();
    if let [group] = group(members.iter().copied(), &[]).as_slice() {
        return Some((group.clone(), alone));
    }
    let names: BTreeSet<(&str, &str)> = members.iter().map(|v| (v.application_name, v.identity)).collect();
    let mut hash = Sha256::new();
    for (application, identity) in names {
        for part in [application, identity] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    let like =
        [GroupKey::Rule, GroupKey::Component, GroupKey::File, GroupKey::Directory, GroupKey::Application]
            .iter()
            .find_map(|key| match group(members.iter().copied(), &[*key]).as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            })
            .or_else(|| group(members.iter().copied(), &[GroupKey::All]).into_iter().next())?;
    let values = vec!["by hand".to_owned(), crate::identity::hex(&hash.finalize())];
    Some((Group { values, ..of_members(&like, members) }, alone))
}

#[cfg(test)]
mod tests;
