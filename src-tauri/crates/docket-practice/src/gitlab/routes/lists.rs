//! Labels and milestones of projects and groups.

use serde_json::Value;

use super::{Call, matches};
use crate::gitlab::change;
use crate::gitlab::model::{Id, Label, Milestone};
use crate::gitlab::refusal::{forbidden, invalid, message, no_project};
use crate::gitlab::render::View;
use crate::gitlab::seed::Access;
use crate::reply::{Answer, Handled};

fn text(body: &Value, key: &str) -> Option<String> {
    body[key].as_str().map(ToOwned::to_owned)
}

fn label_page(call: &Call<'_>, own: usize, all: Vec<Label>) -> Handled {
    let found: Vec<(bool, Label)> = all
        .into_iter()
        .enumerate()
        .map(|(i, l)| (i < own, l))
        .filter(|(_, l)| matches(call.asked("search"), &[&l.name]))
        .collect();
    call.paged(found, |(own, l)| View::label(l, *own))
}

pub(super) fn labels(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let own = project.labels.len();
    let mut all = call.world.labels_for(project);
    if call.asked("include_ancestor_groups") == Some("false") {
        all.truncate(own);
    }
    label_page(call, own, all)
}

pub(super) fn group_labels(call: &mut Call<'_>) -> Handled {
    let id = call.group()?.id;
    let above = call.asked("include_ancestor_groups") != Some("false");
    let groups = call.world.upwards(Some(id));
    let all =
        groups.iter().take(if above { groups.len() } else { 1 }).flat_map(|g| g.labels.clone()).collect();
    label_page(call, 0, all)
}

pub(super) fn create_label(call: &mut Call<'_>) -> Handled {
    let project = call.writable(Some(Access::Planner))?;
    let (id, all) = (project.id, call.world.labels_for(project));
    let name = text(&call.body, "name").unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(invalid("title", "can't be blank"));
    }
    if name.contains(',') {
        return Err(invalid("title", "is invalid"));
    }
    if name.chars().count() > 255 {
        return Err(invalid("title", "is too long (maximum is 255 characters)"));
    }
    if all.iter().any(|l| l.name == name) {
        return Err(message(409, "Label already exists"));
    }
    let color = text(&call.body, "color").unwrap_or_default();
    let hex = color.strip_prefix('#').unwrap_or_default();
    let named = !color.is_empty() && color.chars().all(|c| c.is_ascii_lowercase());
    if !(named || matches!(hex.len(), 3 | 6) && hex.chars().all(|c| c.is_ascii_hexdigit())) {
        return Err(invalid("color", "must be a valid color code"));
    }
    let description = text(&call.body, "description");
    let made =
        change::make_label(call.world, id, &name, &color, description.clone()).ok_or_else(no_project)?;
    Ok(Answer::json(201, View::label(&Label { id: made, name, color, description }, true)))
}

fn milestone_page(call: &Call<'_>, project: Option<Id>, all: Vec<(Milestone, Option<Id>)>) -> Handled {
    let iids = call.all_asked("iids[]");
    let found: Vec<_> = all
        .into_iter()
        .filter(|(m, _)| call.asked("state").is_none_or(|s| m.active == (s == "active")))
        .filter(|(m, _)| call.asked("title").is_none_or(|t| m.title == t))
        .filter(|(m, _)| matches(call.asked("search"), &[&m.title]))
        .filter(|(m, _)| iids.is_empty() || iids.contains(&m.iid.to_string().as_str()))
        .collect();
    call.paged(found, |(m, group)| {
        call.view().milestone(project.and_then(|p| call.world.project(p)), m, *group)
    })
}

pub(super) fn milestones(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let mut all = call.world.milestones_for(project);
    if !call.yes("include_ancestors") {
        all.retain(|(_, group)| group.is_none());
    }
    milestone_page(call, Some(project.id), all)
}

pub(super) fn group_milestones(call: &mut Call<'_>) -> Handled {
    let group = call.group()?;
    let all = group.milestones.iter().map(|m| (m.clone(), Some(group.id))).collect();
    milestone_page(call, None, all)
}

pub(super) fn create_milestone(call: &mut Call<'_>) -> Handled {
    let project = call.writable(Some(Access::Planner))?.id;
    let title = text(&call.body, "title").unwrap_or_default();
    if title.trim().is_empty() {
        return Err(invalid("title", "can't be blank"));
    }
    let (id, at) = (call.world.id(), call.now);
    let body = call.body.clone();
    let home = call.world.project_mut(project).ok_or_else(forbidden)?;
    if home.milestones.iter().any(|m| m.title == title) {
        return Err(invalid("title", "already being used for another group or project milestone."));
    }
    let made = Milestone {
        id,
        iid: home.milestones.len() as u64 + 1,
        title,
        description: text(&body, "description"),
        active: true,
        due_date: text(&body, "due_date"),
        start_date: text(&body, "start_date"),
        created_at: at,
    };
    home.milestones.push(made.clone());
    let view: View<'_> = call.view();
    Ok(Answer::json(201, view.milestone(call.world.project(project), &made, None)))
}
