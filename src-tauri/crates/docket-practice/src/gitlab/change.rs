//! The only place that changes issues. Every change leaves a system note, which is an issue's history.

#![expect(clippy::option_option, reason = "a field is left alone, cleared or set: three things")]

use jiff::Timestamp;

use super::model::{Id, Issue, Label, Note, World, scope_of};
use super::seed::Tier;

/// What is to be different; `None` leaves a field alone, an inner `None` clears it.
#[derive(Debug, Clone, Default)]
pub(super) struct Edit {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    /// Replaces all labels.
    pub labels: Option<Vec<String>>,
    pub add_labels: Vec<String>,
    pub remove_labels: Vec<String>,
    /// Replaces all assignees.
    pub assignees: Option<Vec<Id>>,
    pub milestone: Option<Option<Id>>,
    pub due_date: Option<Option<String>>,
    pub start_date: Option<Option<String>>,
    pub weight: Option<Option<i64>>,
    pub confidential: Option<bool>,
    pub locked: Option<bool>,
    pub issue_type: Option<String>,
    pub severity: Option<String>,
    pub open: Option<bool>,
    /// The status's global id; its category opens or closes the issue.
    pub status: Option<String>,
}

impl Edit {
    /// Takes out what needs the right to plan.
    pub fn without_planning(&mut self) {
        *self = Self {
            title: self.title.take(),
            description: self.description.take(),
            open: self.open,
            ..Self::default()
        };
    }
}

/// Makes an issue and returns its number. Nothing is said about it in its history.
pub(super) fn open_issue(
    world: &mut World,
    project: Id,
    author: Id,
    edit: Edit,
    iid: Option<u64>,
    at: Timestamp,
) -> Option<u64> {
    let id = world.id();
    let status = world.default_status(true);
    let home = world.project_mut(project)?;
    let free = iid.filter(|n| home.issue(*n).is_none());
    let iid = free.unwrap_or(home.next_iid);
    home.next_iid = home.next_iid.max(iid + 1);
    home.issues.push(Issue {
        id,
        iid,
        title: edit.title.clone().unwrap_or_default(),
        description: edit.description.clone().flatten(),
        open: true,
        author,
        labels: Vec::new(),
        assignees: Vec::new(),
        milestone: None,
        due_date: None,
        start_date: None,
        weight: None,
        confidential: edit.confidential.unwrap_or(false),
        locked: false,
        issue_type: "issue".to_owned(),
        severity: "unknown".to_owned(),
        status,
        notes: Vec::new(),
        moved_to: None,
        created_at: at,
        updated_at: at,
        closed_at: None,
        closed_by: None,
    });
    home.updated_at = at;
    let rest = Edit { title: None, description: None, confidential: None, ..edit };
    apply(world, project, iid, author, rest, at);
    Some(iid)
}

/// Writes a note and returns its id.
pub(super) fn note(
    world: &mut World,
    project: Id,
    iid: u64,
    author: Id,
    body: &str,
    internal: bool,
    at: Timestamp,
) -> Option<Id> {
    push_note(
        world,
        project,
        iid,
        Note { id: 0, author, body: body.to_owned(), system: false, internal, created_at: at },
    )
}

/// Writes a note anew.
pub(super) fn note_again(world: &mut World, project: Id, iid: u64, id: Id, body: &str) {
    let issue = world.issue_mut(project, iid);
    if let Some(note) = issue.and_then(|issue| issue.notes.iter_mut().find(|note| note.id == id)) {
        body.clone_into(&mut note.body);
    }
}

/// Writes a line of history.
pub(super) fn say(world: &mut World, project: Id, iid: u64, author: Id, body: String, at: Timestamp) {
    push_note(
        world,
        project,
        iid,
        Note { id: 0, author, body, system: true, internal: false, created_at: at },
    );
}

fn push_note(world: &mut World, project: Id, iid: u64, note: Note) -> Option<Id> {
    let id = world.id();
    let issue = world.issue_mut(project, iid)?;
    issue.updated_at = note.created_at;
    issue.notes.push(Note { id, ..note });
    Some(id)
}

/// The labels with these names, in this order; unknown ones are made in the project.
fn label_ids(world: &mut World, project: Id, names: &[String]) -> Vec<Id> {
    let mut out = Vec::new();
    for name in names.iter().map(|n| n.trim()).filter(|n| !n.is_empty()) {
        let known = world
            .project(project)
            .and_then(|p| world.labels_for(p).into_iter().find(|l| l.name == name).map(|l| l.id));
        let id = known.or_else(|| make_label(world, project, name, "#6699cc", None));
        out.extend(id.filter(|id| !out.contains(id)));
    }
    out
}

/// Makes a project's label and returns its id.
pub(super) fn make_label(
    world: &mut World,
    project: Id,
    name: &str,
    color: &str,
    description: Option<String>,
) -> Option<Id> {
    let id = world.id();
    let label = Label { id, name: name.to_owned(), color: color.to_owned(), description };
    world.project_mut(project)?.labels.push(label);
    Some(id)
}

/// On paid tiers the last label of a scope pushes the others of that scope out.
fn exclusive(world: &World, project: Id, wanted: Vec<Id>) -> Vec<Id> {
    let Some(home) = world.project(project).filter(|_| world.tier > Tier::Free) else { return wanted };
    let names: Vec<(Id, String)> = world.labels_for(home).into_iter().map(|l| (l.id, l.name)).collect();
    let scope =
        |id: Id| names.iter().find(|(i, _)| *i == id).and_then(|(_, n)| scope_of(n)).map(ToOwned::to_owned);
    let mut out: Vec<Id> = Vec::new();
    for id in wanted {
        if let Some(own) = scope(id) {
            out.retain(|o| scope(*o).as_ref() != Some(&own));
        }
        out.push(id);
    }
    out
}

/// Carries an edit out, field by field.
pub(super) fn apply(world: &mut World, project: Id, iid: u64, actor: Id, edit: Edit, at: Timestamp) {
    let mut said = Vec::new();
    texts(world, project, iid, &edit, &mut said);
    labels(world, project, iid, &edit, &mut said);
    people(world, project, iid, &edit, &mut said);
    plan(world, project, iid, &edit, &mut said);
    for line in said {
        say(world, project, iid, actor, line, at);
    }
    if let Some(open) = edit.open {
        set_open(world, project, iid, actor, open, at);
    }
    if let Some(gid) = edit.status {
        set_status(world, project, iid, actor, &gid, at);
    }
}

fn texts(world: &mut World, project: Id, iid: u64, edit: &Edit, said: &mut Vec<String>) {
    let Some(issue) = world.issue_mut(project, iid) else { return };
    if let Some(title) = edit.title.as_ref().filter(|t| **t != issue.title) {
        said.push(format!("changed title from **{}** to **{title}**", issue.title));
        issue.title.clone_from(title);
    }
    if let Some(text) = edit.description.as_ref().filter(|d| **d != issue.description) {
        said.push("changed the description".to_owned());
        issue.description.clone_from(text);
    }
    if let Some(yes) = edit.confidential.filter(|c| *c != issue.confidential) {
        said.push(
            if yes { "made the issue confidential" } else { "made the issue visible to everyone" }.to_owned(),
        );
        issue.confidential = yes;
    }
    if let Some(yes) = edit.locked.filter(|l| *l != issue.locked) {
        said.push(if yes { "locked this issue" } else { "unlocked this issue" }.to_owned());
        issue.locked = yes;
    }
    if let Some(kind) = edit.issue_type.as_ref().filter(|k| **k != issue.issue_type) {
        issue.issue_type.clone_from(kind);
    }
    // The vendor keeps a severity for incidents only.
    if let Some(severity) = edit.severity.as_ref().filter(|_| issue.issue_type == "incident") {
        issue.severity.clone_from(severity);
    }
}

fn labels(world: &mut World, project: Id, iid: u64, edit: &Edit, said: &mut Vec<String>) {
    if edit.labels.is_none() && edit.add_labels.is_empty() && edit.remove_labels.is_empty() {
        return;
    }
    let Some(before) = world.project(project).and_then(|p| p.issue(iid)).map(|i| i.labels.clone()) else {
        return;
    };
    let mut wanted = match &edit.labels {
        Some(names) => label_ids(world, project, names),
        None => before.clone(),
    };
    for id in label_ids(world, project, &edit.add_labels) {
        wanted.retain(|w| *w != id);
        wanted.push(id);
    }
    let all = world.project(project).map(|p| world.labels_for(p)).unwrap_or_default();
    let name = |id: &Id| all.iter().find(|l| l.id == *id).map_or("?", |l| l.name.as_str());
    wanted.retain(|id| !edit.remove_labels.iter().any(|r| r.trim() == name(id)));
    let wanted = exclusive(world, project, wanted);
    for (ids, other, word) in [(&wanted, &before, "added"), (&before, &wanted, "removed")] {
        let changed: Vec<String> =
            ids.iter().filter(|i| !other.contains(i)).map(|i| format!("~\"{}\"", name(i))).collect();
        if !changed.is_empty() {
            let noun = if changed.len() == 1 { "label" } else { "labels" };
            said.push(format!("{word} {} {noun}", changed.join(" ")));
        }
    }
    if let Some(issue) = world.issue_mut(project, iid) {
        issue.labels = wanted;
    }
}

fn people(world: &mut World, project: Id, iid: u64, edit: &Edit, said: &mut Vec<String>) {
    let Some(wanted) = &edit.assignees else { return };
    let Some(home) = world.project(project) else { return };
    let Some(before) = home.issue(iid).map(|i| i.assignees.clone()) else { return };
    let mut wanted: Vec<Id> = wanted
        .iter()
        .copied()
        .filter(|u| world.user(*u).is_some() && world.access(home, Some(*u)).is_some())
        .collect();
    if world.tier == Tier::Free {
        wanted.truncate(1);
    }
    for (ids, other, word) in [(&wanted, &before, "assigned to"), (&before, &wanted, "unassigned")] {
        for user in ids.iter().filter(|i| !other.contains(i)) {
            said.push(format!("{word} @{}", world.username(*user)));
        }
    }
    if let Some(issue) = world.issue_mut(project, iid) {
        issue.assignees = wanted;
    }
}

fn plan(world: &mut World, project: Id, iid: u64, edit: &Edit, said: &mut Vec<String>) {
    let known = world.project(project).map(|p| world.milestones_for(p)).unwrap_or_default();
    let paid = world.tier > Tier::Free;
    let Some(issue) = world.issue_mut(project, iid) else { return };
    if let Some(wanted) = edit.milestone {
        // A milestone that is not the project's is dropped without a word.
        let found = wanted.and_then(|id| known.iter().find(|(m, _)| m.id == id));
        let id = found.map(|(m, _)| m.id);
        if id != issue.milestone {
            said.push(found.map_or_else(
                || "removed milestone".to_owned(),
                |(m, _)| format!("changed milestone to %\"{}\"", m.title),
            ));
            issue.milestone = id;
        }
    }
    if let Some(date) = edit.due_date.as_ref().filter(|d| **d != issue.due_date) {
        said.push(
            date.as_ref()
                .map_or_else(|| "removed due date".to_owned(), |d| format!("changed due date to {d}")),
        );
        issue.due_date.clone_from(date);
    }
    if let Some(date) = &edit.start_date {
        issue.start_date.clone_from(date);
    }
    if let Some(weight) = edit.weight.filter(|w| paid && *w != issue.weight) {
        said.push(
            weight.map_or_else(|| "removed the weight".to_owned(), |w| format!("set weight to **{w}**")),
        );
        issue.weight = weight;
    }
}

fn set_open(world: &mut World, project: Id, iid: u64, actor: Id, open: bool, at: Timestamp) {
    let status = world.default_status(open);
    let Some(issue) = world.issue_mut(project, iid).filter(|i| i.open != open) else { return };
    issue.open = open;
    issue.status = status;
    issue.closed_at = (!open).then_some(at);
    issue.closed_by = (!open).then_some(actor);
    say(world, project, iid, actor, if open { "reopened" } else { "closed" }.to_owned(), at);
}

fn set_status(world: &mut World, project: Id, iid: u64, actor: Id, gid: &str, at: Timestamp) {
    let Some((name, ends)) =
        world.status(gid).map(|s| (s.name.clone(), matches!(s.category.as_str(), "done" | "canceled")))
    else {
        return;
    };
    set_open(world, project, iid, actor, !ends, at);
    if let Some(issue) = world.issue_mut(project, iid) {
        issue.status = Some(gid.to_owned());
    }
    say(world, project, iid, actor, format!("set status to **{name}**"), at);
}

/// Removes an issue: it answers 404 from now on and its number is not used again.
pub(super) fn delete(world: &mut World, project: Id, iid: u64) -> Option<()> {
    let home = world.project_mut(project)?;
    let before = home.issues.len();
    home.issues.retain(|i| i.iid != iid);
    (home.issues.len() < before).then_some(())
}

/// Moves an issue: the old one closes and points to the new one, whose number is returned.
pub(super) fn move_to(
    world: &mut World,
    project: Id,
    iid: u64,
    to: Id,
    actor: Id,
    at: Timestamp,
) -> Option<u64> {
    let home = world.project(project)?;
    let old = home.issue(iid).filter(|i| i.moved_to.is_none())?.clone();
    let names = world.label_names(home, &old);
    let from = format!("{}#{iid}", home.full_path);
    let target = world.project(to)?.full_path.clone();
    let edit = Edit {
        title: Some(old.title.clone()),
        description: Some(old.description.clone()),
        labels: Some(names),
        assignees: Some(old.assignees.clone()),
        confidential: Some(old.confidential),
        due_date: Some(old.due_date.clone()),
        weight: Some(old.weight),
        ..Edit::default()
    };
    let number = open_issue(world, to, old.author, edit, None, at)?;
    for n in old.notes.iter().filter(|n| !n.system) {
        note(world, to, number, n.author, &n.body, n.internal, n.created_at);
    }
    say(world, to, number, actor, format!("moved from {from}"), at);
    let id = world.project(to)?.issue(number)?.id;
    say(world, project, iid, actor, format!("moved to {target}#{number}"), at);
    set_open(world, project, iid, actor, false, at);
    world.issue_mut(project, iid)?.moved_to = Some(id);
    Some(number)
}
