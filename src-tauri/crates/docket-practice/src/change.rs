//! Everything that changes the world: opening, editing, closing, labelling, deleting, transferring.
//!
//! The REST handlers, the seeds and the test's "other person" all go through here, so that dates and history are
//! written in one place.

use jiff::Timestamp;

use crate::model::{AccountId, Comment, Event, Fate, Issue, Label, RepoId, What, World};

/// A new issue, checked and resolved to ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub title: String,
    pub body: Option<String>,
    pub labels: Vec<u64>,
    pub assignees: Vec<AccountId>,
    pub milestone: Option<u64>,
    pub pull_request: bool,
    pub kind: Option<u64>,
}

/// Stores a new issue and returns its number.
pub(crate) fn open_issue(
    world: &mut World,
    repo: RepoId,
    author: AccountId,
    draft: Draft,
    at: Timestamp,
) -> Option<u64> {
    let id = world.id();
    let target = world.repo_mut(repo)?;
    let number = target.next_number;
    target.next_number += 1;
    target.updated_at = target.updated_at.max(at);
    target.issues.push(Issue {
        id,
        number,
        title: draft.title,
        body: draft.body,
        open: true,
        reason: None,
        author,
        labels: Vec::new(),
        assignees: Vec::new(),
        milestone: None,
        kind: draft.kind,
        duplicate_of: None,
        comments: Vec::new(),
        events: Vec::new(),
        pull_request: draft.pull_request,
        locked: false,
        fate: Fate::Here,
        created_at: at,
        updated_at: at,
        closed_at: None,
        closed_by: None,
    });
    set_labels(world, repo, number, author, &draft.labels, at);
    set_assignees(world, repo, number, author, &draft.assignees, at);
    set_milestone(world, repo, number, author, draft.milestone, at);
    Some(number)
}

fn record(world: &mut World, repo: RepoId, number: u64, actor: AccountId, what: What, at: Timestamp) {
    let id = world.id();
    if let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) {
        issue.events.push(Event { id, actor, what, at });
        issue.updated_at = at;
    }
}

/// Replaces the labels, writing history for what came and went.
pub(crate) fn set_labels(
    world: &mut World,
    repo: RepoId,
    number: u64,
    actor: AccountId,
    wanted: &[u64],
    at: Timestamp,
) {
    let Some(r) = world.repo_mut(repo) else { return };
    let known: Vec<(u64, String, String)> =
        r.labels.iter().map(|l| (l.id, l.name.clone(), l.color.clone())).collect();
    let Some(issue) = r.issue_mut(number) else { return };
    let before = std::mem::take(&mut issue.labels);
    for id in wanted {
        if !issue.labels.contains(id) {
            issue.labels.push(*id);
        }
    }
    let after = issue.labels.clone();
    for (id, name, color) in known {
        let what = match (before.contains(&id), after.contains(&id)) {
            (false, true) => What::Labeled { name, color },
            (true, false) => What::Unlabeled { name, color },
            _ => continue,
        };
        record(world, repo, number, actor, what, at);
    }
}

/// Replaces the assignees.
pub(crate) fn set_assignees(
    world: &mut World,
    repo: RepoId,
    number: u64,
    actor: AccountId,
    wanted: &[AccountId],
    at: Timestamp,
) {
    let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) else { return };
    let before = std::mem::take(&mut issue.assignees);
    for id in wanted {
        if !issue.assignees.contains(id) {
            issue.assignees.push(*id);
        }
    }
    let after = issue.assignees.clone();
    for id in after.iter().filter(|id| !before.contains(id)) {
        record(world, repo, number, actor, What::Assigned(*id), at);
    }
    for id in before.iter().filter(|id| !after.contains(id)) {
        record(world, repo, number, actor, What::Unassigned(*id), at);
    }
}

/// Puts the issue into a milestone or takes it out.
pub(crate) fn set_milestone(
    world: &mut World,
    repo: RepoId,
    number: u64,
    actor: AccountId,
    wanted: Option<u64>,
    at: Timestamp,
) {
    let title = |w: &World, n: Option<u64>| {
        n.and_then(|n| w.repo(repo).and_then(|r| r.milestone(n)).map(|m| m.title.clone()))
    };
    let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) else { return };
    let before = issue.milestone;
    if before == wanted {
        return;
    }
    issue.milestone = wanted;
    if let Some(t) = title(world, before) {
        record(world, repo, number, actor, What::Demilestoned(t), at);
    }
    if let Some(t) = title(world, wanted) {
        record(world, repo, number, actor, What::Milestoned(t), at);
    }
}

/// Changes the title.
pub(crate) fn rename(
    world: &mut World,
    repo: RepoId,
    number: u64,
    actor: AccountId,
    to: &str,
    at: Timestamp,
) {
    let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) else { return };
    if issue.title == to {
        return;
    }
    let from = std::mem::replace(&mut issue.title, to.to_owned());
    record(world, repo, number, actor, What::Renamed { from, to: to.to_owned() }, at);
}

/// Changes the body.
pub(crate) fn rewrite(world: &mut World, repo: RepoId, number: u64, body: Option<String>, at: Timestamp) {
    if let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) {
        issue.body = body;
        issue.updated_at = at;
    }
}

/// Opens or closes. A reason is ignored unless the state changes, as the vendor's document says; closing without one
/// means `completed`.
pub(crate) fn set_state(
    world: &mut World,
    repo: RepoId,
    number: u64,
    actor: AccountId,
    open: bool,
    reason: Option<&str>,
    at: Timestamp,
) {
    let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) else { return };
    if issue.open == open {
        return;
    }
    issue.open = open;
    let what = if open {
        issue.reason = Some("reopened".to_owned());
        issue.closed_at = None;
        issue.closed_by = None;
        What::Reopened
    } else {
        let reason = reason.unwrap_or("completed").to_owned();
        issue.reason = Some(reason.clone());
        issue.closed_at = Some(at);
        issue.closed_by = Some(actor);
        What::Closed(Some(reason))
    };
    record(world, repo, number, actor, what, at);
}

/// Gives the issue a type, or takes it away.
pub(crate) fn set_kind(world: &mut World, repo: RepoId, number: u64, kind: Option<u64>, at: Timestamp) {
    if let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) {
        issue.kind = kind;
        issue.updated_at = at;
    }
}

/// Writes down which issue this one repeats.
pub(crate) fn set_duplicate(world: &mut World, repo: RepoId, number: u64, of: Option<u64>) {
    if let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) {
        issue.duplicate_of = of;
    }
}

/// Adds a comment and returns its id.
pub(crate) fn comment(
    world: &mut World,
    repo: RepoId,
    number: u64,
    author: AccountId,
    body: &str,
    at: Timestamp,
) -> Option<u64> {
    let id = world.id();
    let issue = world.repo_mut(repo)?.issue_mut(number)?;
    issue.comments.push(Comment { id, author, body: body.to_owned(), created_at: at, updated_at: at });
    issue.updated_at = at;
    Some(id)
}

/// The label's id, made when it does not exist and `make` allows.
pub(crate) fn label_id(world: &mut World, repo: RepoId, name: &str, make: bool) -> Option<u64> {
    if let Some(found) = world.repo(repo)?.label(name) {
        return Some(found.id);
    }
    if !make {
        return None;
    }
    let id = world.id();
    world.repo_mut(repo)?.labels.push(Label {
        id,
        name: name.to_owned(),
        color: "ededed".to_owned(),
        description: None,
        default: false,
    });
    Some(id)
}

/// Takes the issue away: it answers 410 from now on.
pub(crate) fn delete(world: &mut World, repo: RepoId, number: u64) -> Option<()> {
    world.repo_mut(repo)?.issue_mut(number)?.fate = Fate::Deleted;
    Some(())
}

/// Moves the issue to another repository: the old number answers 301. Labels of the same name survive.
pub(crate) fn transfer(
    world: &mut World,
    from: RepoId,
    number: u64,
    to: RepoId,
    at: Timestamp,
) -> Option<u64> {
    let source = world.repo(from)?;
    let mut issue = source.issue(number)?.clone();
    let names: Vec<String> =
        source.labels.iter().filter(|l| issue.labels.contains(&l.id)).map(|l| l.name.clone()).collect();
    let target = world.repo_mut(to)?;
    issue.labels = names.iter().filter_map(|n| target.label(n).map(|l| l.id)).collect();
    issue.milestone = None;
    issue.number = target.next_number;
    issue.updated_at = at;
    target.next_number += 1;
    let new = issue.number;
    target.issues.push(issue);
    world.repo_mut(from)?.issue_mut(number)?.fate = Fate::Transferred { repo: to, number: new };
    Some(new)
}
