//! Creating, changing, deleting and moving issues.

use jiff::Timestamp;
use serde_json::Value;

use super::Call;
use crate::gitlab::act::{commanded, point_out, point_out_title};
use crate::gitlab::change::{self, Edit};
use crate::gitlab::model::Id;
use crate::gitlab::refusal::{forbidden, invalid, message, no_project, not_found};
use crate::gitlab::seed::{Access, Issues};
use crate::reply::{Answer, Handled};

/// A title's and a text's longest.
const TITLE: usize = 255;
const TEXT: usize = 1_048_576;

/// One text with commas or a list of such texts, as the vendor takes both apart.
fn names(value: &Value) -> Option<Vec<String>> {
    let split = |s: &str| s.split(',').map(|p| p.trim().to_owned()).collect::<Vec<_>>();
    match value {
        Value::String(s) => Some(split(s)),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).flat_map(split).collect()),
        _ => None,
    }
}

fn text(body: &Value, key: &str) -> Option<String> {
    body[key].as_str().map(ToOwned::to_owned)
}

/// `null` and the empty text clear a field.
#[expect(clippy::option_option, reason = "a field is left alone, cleared or set: three things")]
fn clearable(body: &Value, key: &str) -> Option<Option<String>> {
    body.get(key).map(|v| v.as_str().filter(|s| !s.is_empty()).map(ToOwned::to_owned))
}

pub(super) fn too_long(field: &str, text: &str, most: usize) -> Result<(), Box<Answer>> {
    if text.chars().count() > most {
        return Err(invalid(field, &format!("is too long (maximum is {most} characters)")));
    }
    Ok(())
}

/// The edit that a body asks for.
fn edit(call: &Call<'_>, project: Id) -> Result<Edit, Box<Answer>> {
    let body = &call.body;
    let title = text(body, "title");
    if let Some(title) = &title {
        if title.trim().is_empty() {
            return Err(invalid("title", "can't be blank"));
        }
        too_long("title", title, TITLE)?;
    }
    let description = body.get("description").map(|v| v.as_str().map(ToOwned::to_owned));
    if let Some(Some(words)) = &description {
        too_long("description", words, TEXT)?;
    }
    let ids = |v: &Value| v.as_array().map(|a| a.iter().filter_map(Value::as_u64).collect::<Vec<_>>());
    let single = body.get("assignee_id").map(|v| v.as_u64().into_iter().collect());
    let milestone = match (body.get("milestone_id"), text(body, "milestone")) {
        (Some(id), _) => Some(id.as_u64().filter(|n| *n > 0)),
        (None, Some(title)) => {
            let home = call.world.project(project).ok_or_else(no_project)?;
            Some(
                call.world
                    .milestones_for(home)
                    .into_iter()
                    .find(|(m, _)| m.title == title)
                    .map(|(m, _)| m.id),
            )
        }
        (None, None) => None,
    };
    let open = text(body, "state_event").map(|e| e == "reopen");
    Ok(Edit {
        title,
        description,
        labels: body.get("labels").map(|l| names(l).unwrap_or_default()),
        add_labels: names(&body["add_labels"]).unwrap_or_default(),
        remove_labels: names(&body["remove_labels"]).unwrap_or_default(),
        assignees: body.get("assignee_ids").map(|v| ids(v).unwrap_or_default()).or(single),
        milestone,
        due_date: clearable(body, "due_date"),
        start_date: clearable(body, "start_date"),
        weight: body.get("weight").map(Value::as_i64),
        confidential: body["confidential"].as_bool(),
        locked: body["discussion_locked"].as_bool(),
        issue_type: text(body, "issue_type"),
        severity: text(body, "severity"),
        open,
        status: None,
    })
}

fn drop_fields(call: &Call<'_>, edit: &mut Edit) {
    if call.drops.labels {
        (edit.labels, edit.add_labels, edit.remove_labels) = (None, Vec::new(), Vec::new());
    }
    if call.drops.assignees {
        edit.assignees = None;
    }
    if call.drops.milestone {
        edit.milestone = None;
    }
}

fn shown(call: &Call<'_>, status: u16, project: Id, iid: u64) -> Handled {
    let home = call.world.project(project).ok_or_else(no_project)?;
    let issue = home.issue(iid).ok_or_else(not_found)?;
    Ok(Answer::json(status, call.view().issue(home, issue)))
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let author = call.caller.signed_in()?;
    let home = call.project_with_issues()?;
    let (project, access) = (home.id, call.access(home));
    if home.archived || home.issues_access == Issues::Disabled {
        return Err(forbidden());
    }
    let mut wanted = edit(call, project)?;
    let confidential = wanted.confidential;
    let planner = access >= Some(Access::Planner);
    if !planner {
        // What a guest may not decide is dropped without a word; keeping an issue secret is allowed to everybody.
        wanted.without_planning();
        wanted.confidential = confidential;
    }
    drop_fields(call, &mut wanted);
    // Only an owner chooses the number and the date; from others the vendor ignores both.
    let owner = access >= Some(Access::Owner);
    let chosen = owner.then(|| call.body["iid"].as_u64()).flatten();
    let dated = call.body["created_at"].as_str().and_then(|t| t.parse::<Timestamp>().ok()).filter(|_| owner);
    let at = dated.unwrap_or(call.now);
    let said = wanted.description.clone().flatten().unwrap_or_default();
    let title = wanted.title.clone().unwrap_or_default();
    let (kept, commands) = super::super::quick::commands(&said);
    if !commands.is_empty() {
        wanted.description = Some(Some(kept.clone()));
    }
    let iid = change::open_issue(call.world, project, author, wanted, chosen, at).ok_or_else(no_project)?;
    commanded(call.world, project, iid, author, &commands, at);
    point_out_title(call.world, project, iid, author, &title, &call.urls.web, at);
    point_out(call.world, project, iid, author, &kept, &call.urls.web, at);
    shown(call, 201, project, iid)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let actor = call.caller.signed_in()?;
    let (home, issue) = call.issue()?;
    let (project, iid) = (home.id, issue.iid);
    let own = issue.author == actor || issue.assignees.contains(&actor);
    let (titled, before) = (issue.title.clone(), issue.description.clone().unwrap_or_default());
    let planner = call.access(home) >= Some(Access::Planner);
    if home.archived || !(planner || own) {
        return Err(forbidden());
    }
    let mut wanted = edit(call, project)?;
    if !planner {
        wanted.without_planning();
    }
    drop_fields(call, &mut wanted);
    let title = wanted.title.clone().filter(|t| *t != titled);
    let said = wanted.description.clone().flatten().filter(|d| *d != before);
    let (kept, commands) = super::super::quick::commands(said.as_deref().unwrap_or_default());
    if !commands.is_empty() {
        wanted.description = Some(Some(kept.clone()));
    }
    change::apply(call.world, project, iid, actor, wanted, call.now);
    commanded(call.world, project, iid, actor, &commands, call.now);
    if let Some(title) = title {
        point_out_title(call.world, project, iid, actor, &title, &call.urls.web, call.now);
    }
    if said.is_some() {
        point_out(call.world, project, iid, actor, &kept, &call.urls.web, call.now);
    }
    shown(call, 200, project, iid)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let (home, issue) = call.issue()?;
    let (project, iid) = (home.id, issue.iid);
    if home.archived || call.access(home) < Some(Access::Owner) {
        return Err(forbidden());
    }
    change::delete(call.world, project, iid).ok_or_else(not_found)?;
    Ok(Answer::empty(204))
}

pub(super) fn move_to(call: &mut Call<'_>) -> Handled {
    let actor = call.caller.signed_in()?;
    let (home, issue) = call.issue()?;
    let (project, iid) = (home.id, issue.iid);
    let to = call.body["to_project_id"].as_u64().unwrap_or_default();
    let target =
        call.world.project(to).filter(|p| call.world.sees(p, call.caller.user)).ok_or_else(no_project)?;
    let planner = |p| call.access(p) >= Some(Access::Planner);
    if !planner(home) || !planner(target) || target.archived {
        return Err(message(400, "Cannot move issue due to insufficient permissions!"));
    }
    if project == to {
        return Err(message(400, "Cannot move issue to project it originates from!"));
    }
    let number = change::move_to(call.world, project, iid, to, actor, call.now)
        .ok_or_else(|| message(400, "Cannot move issue that has been moved already!"))?;
    shown(call, 201, to, number)
}
