//! Notes: what people write below an issue, and its history.

use serde_json::json;

use super::Call;
use super::writes::too_long;
use crate::gitlab::act::{commanded, point_out};
use crate::gitlab::change;
use crate::gitlab::model::Note;
use crate::gitlab::quick::commands;
use crate::gitlab::refusal::{forbidden, invalid, no_project, not_found};
use crate::gitlab::seed::Access;
use crate::reply::{Answer, Handled};

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let (project, issue) = call.issue()?;
    let planner = call.access(project) >= Some(Access::Planner);
    let mut found: Vec<&Note> = issue
        .notes
        .iter()
        .filter(|n| !n.internal || planner)
        .filter(|n| match call.asked("activity_filter") {
            Some("only_comments") => !n.system,
            Some("only_activity") => n.system,
            _ => true,
        })
        .collect();
    found.sort_by_key(|n| (n.created_at, n.id));
    if call.asked("sort") != Some("asc") {
        found.reverse();
    }
    call.paged(found, |n| call.view().note(project, issue, n))
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let author = call.caller.signed_in()?;
    let (home, issue) = call.issue()?;
    let (project, iid) = (home.id, issue.iid);
    let planner = call.access(home) >= Some(Access::Planner);
    if home.archived || (issue.locked && call.access(home).is_none()) {
        return Err(forbidden());
    }
    let body = call.body["body"].as_str().unwrap_or_default().to_owned();
    too_long("note", &body, 1_048_576)?;
    let internal = call.body["internal"].as_bool().or(call.body["confidential"].as_bool()).unwrap_or(false);
    if internal && !planner {
        return Err(forbidden());
    }
    let (kept, found) = commands(&body);
    commanded(call.world, project, iid, author, &found, call.now);
    if kept.trim().is_empty() {
        if found.is_empty() {
            return Err(invalid("note", "can't be blank"));
        }
        // A note of nothing but quick actions is not kept: the vendor accepts it and tells what it did.
        let done: Vec<String> = found.iter().map(|c| format!("/{}", c.name)).collect();
        let summary = json!({ "commands_changes": {}, "summary": [format!("Applied {}.", done.join(", "))] });
        return Ok(Answer::json(202, summary));
    }
    let id =
        change::note(call.world, project, iid, author, &kept, internal, call.now).ok_or_else(no_project)?;
    point_out(call.world, project, iid, author, &kept, &call.urls.web, call.now);
    let home = call.world.project(project).ok_or_else(no_project)?;
    let issue = home.issue(iid).ok_or_else(not_found)?;
    let note = issue.notes.iter().find(|n| n.id == id).ok_or_else(not_found)?;
    Ok(Answer::json(201, call.view().note(home, issue, note)))
}

/// Its author changes a note, or who maintains the project.
pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let editor = call.caller.signed_in()?;
    let (home, issue) = call.issue()?;
    let (project, iid) = (home.id, issue.iid);
    let id = call.params.get(2).and_then(|id| id.parse().ok());
    let note = issue.notes.iter().find(|note| Some(note.id) == id && !note.system).ok_or_else(not_found)?;
    if home.archived || (note.author != editor && call.access(home) < Some(Access::Maintainer)) {
        return Err(forbidden());
    }
    let id = note.id;
    let body = call.body["body"].as_str().unwrap_or_default().to_owned();
    too_long("note", &body, 1_048_576)?;
    let (kept, found) = commands(&body);
    commanded(call.world, project, iid, editor, &found, call.now);
    if kept.trim().is_empty() {
        return Err(invalid("note", "can't be blank"));
    }
    change::note_again(call.world, project, iid, id, &kept);
    let home = call.world.project(project).ok_or_else(no_project)?;
    let issue = home.issue(iid).ok_or_else(not_found)?;
    let note = issue.notes.iter().find(|note| note.id == id).ok_or_else(not_found)?;
    Ok(Answer::json(200, call.view().note(home, issue, note)))
}
