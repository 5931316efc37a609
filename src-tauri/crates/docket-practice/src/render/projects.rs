//! Projects, their fields and items, and issue types.

use serde_json::{Value, json};

use super::people::simple_user;
use super::{View, node_id};
use crate::board::{Item, Kind, Project, ProjectField, issue_of};
use crate::clock::rfc3339;
use crate::model::IssueKind;

pub(crate) fn issue_type(kind: &IssueKind) -> Value {
    json!({
        "id": kind.id, "node_id": node_id("IT", kind.id), "name": kind.name, "description": null,
        "color": "gray", "is_enabled": true,
    })
}

fn url_of(view: View<'_>, project: &Project) -> String {
    let owner = view.world.account(project.owner);
    let space = if owner.is_some_and(|a| a.members.is_some()) { "orgs" } else { "users" };
    let login = view.world.login(project.owner);
    format!("{}/{space}/{login}/projectsV2/{}", view.urls.api, project.number)
}

pub(crate) fn project(view: View<'_>, p: &Project) -> Value {
    json!({
        "id": p.id,
        "node_id": node_id("PVT", p.id),
        "owner": simple_user(view, p.owner),
        "creator": simple_user(view, p.creator),
        "title": p.title,
        "description": p.description,
        "public": p.public,
        "closed_at": p.closed.then(|| rfc3339(p.updated_at)),
        "created_at": rfc3339(p.created_at),
        "updated_at": rfc3339(p.updated_at),
        "number": p.number,
        "short_description": p.description,
        "deleted_at": null,
        "deleted_by": null,
        "state": if p.closed { "closed" } else { "open" },
        "is_template": false,
    })
}

fn written(text: &str) -> Value {
    json!({ "raw": text, "html": crate::text::escaped(text) })
}

pub(crate) fn project_field(view: View<'_>, p: &Project, f: &ProjectField) -> Value {
    let mut out = json!({
        "id": f.id,
        "node_id": node_id(f.prefix(), f.id),
        "project_url": url_of(view, p),
        "name": f.name,
        "data_type": f.data_type(),
        "created_at": rfc3339(p.created_at),
        "updated_at": rfc3339(p.created_at),
    });
    match &f.kind {
        Kind::SingleSelect(choices) => {
            out["options"] = choices
                .iter()
                .map(|c| {
                    json!({
                        "id": c.id, "name": written(&c.name), "description": written(&c.description),
                        "color": c.color,
                    })
                })
                .collect();
        }
        Kind::Iteration(all) => {
            let iterations: Vec<Value> = all
                .iter()
                .map(|i| {
                    json!({
                        "id": i.id, "start_date": i.start, "duration": i.days, "title": written(&i.title),
                        "completed": false,
                    })
                })
                .collect();
            out["configuration"] = json!({ "start_day": 1, "duration": 14, "iterations": iterations });
        }
        _ => {}
    }
    out
}

fn common(view: View<'_>, p: &Project, item: &Item) -> Value {
    let url = url_of(view, p);
    json!({
        "id": item.id,
        "node_id": node_id("PVTI", item.id),
        "content_type": "Issue",
        "creator": simple_user(view, item.creator),
        "created_at": rfc3339(item.created_at),
        "updated_at": rfc3339(item.updated_at),
        "archived_at": null,
        "item_url": format!("{url}/items/{}", item.id),
        "project_url": url,
    })
}

fn content(view: View<'_>, item: &Item) -> Value {
    issue_of(view.world, item).map_or(Value::Null, |(r, i)| super::issue(view, r, i))
}

/// The short form, after an issue was put on the board.
pub(crate) fn item_simple(view: View<'_>, p: &Project, item: &Item) -> Value {
    let mut out = common(view, p, item);
    let content = content(view, item);
    if !content.is_null() {
        out["content"] = content;
    }
    out
}

/// The long form with the fields that were asked for; the title without asking.
pub(crate) fn item_with_content(view: View<'_>, p: &Project, item: &Item, asked: Option<&str>) -> Value {
    let mut out = common(view, p, item);
    out["content"] = content(view, item);
    let title = |f: &&ProjectField| matches!(f.kind, Kind::Title);
    let fields: Vec<Value> = match asked {
        None => p.fields.iter().filter(title).map(|f| value(view, item, f)).collect(),
        Some(ids) => {
            let ids: Vec<u64> = ids.split(',').filter_map(|id| id.trim().parse().ok()).collect();
            p.fields.iter().filter(|f| ids.contains(&f.id)).map(|f| value(view, item, f)).collect()
        }
    };
    out["fields"] = Value::Array(fields);
    out
}

/// A field of an item with its value; `null` when it has none.
fn value(view: View<'_>, item: &Item, f: &ProjectField) -> Value {
    let stored = item.values.get(&f.id);
    let value = match (&f.kind, stored) {
        (Kind::Title, _) => issue_of(view.world, item).map_or(Value::Null, |(_, i)| written(&i.title)),
        (_, None) => Value::Null,
        (Kind::SingleSelect(choices), Some(id)) => choices.iter().find(|c| c.id == *id).map_or(Value::Null, |c| {
            json!({ "id": c.id, "name": written(&c.name), "description": written(&c.description), "color": c.color })
        }),
        (Kind::Iteration(all), Some(id)) => all.iter().find(|i| i.id == *id).map_or(Value::Null, |i| {
            json!({ "id": i.id, "title": written(&i.title), "start_date": i.start, "duration": i.days })
        }),
        (Kind::Number, Some(text)) => text.parse::<f64>().map_or(Value::Null, |n| json!(n)),
        (_, Some(text)) => written(text),
    };
    json!({ "id": f.id, "name": f.name, "data_type": f.data_type(), "value": value })
}
