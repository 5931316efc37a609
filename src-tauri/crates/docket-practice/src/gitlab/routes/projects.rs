//! Projects, their members, and who can be assigned.

use serde_json::{Value, json};

use super::{Call, matches};
use crate::gitlab::model::{Id, Project};
use crate::gitlab::paging::keyset;
use crate::gitlab::refusal::not_found;
use crate::gitlab::render::moment;
use crate::gitlab::seed::{Access, Issues};
use crate::reply::{Answer, Handled};

/// The projects that the query asks for and the caller sees, in the asked order.
pub(super) fn filtered<'w>(call: &'w Call<'_>, more: impl Fn(&Project) -> bool) -> Vec<&'w Project> {
    let least: u64 = call.asked("min_access_level").and_then(|n| n.parse().ok()).unwrap_or(0);
    let least = if call.yes("owned") { least.max(Access::Owner.level()) } else { least };
    let archived = call.asked("archived").map(|v| matches!(v, "true" | "1"));
    let with_path = call.yes("search_namespaces");
    let bound = |name: &str| call.asked(name).and_then(|n| n.parse::<Id>().ok());
    let (after, before) = (bound("id_after"), bound("id_before"));
    let mut found: Vec<&Project> = call
        .world
        .projects
        .iter()
        .filter(|p| after.is_none_or(|a| p.id > a) && before.is_none_or(|b| p.id < b))
        .filter(|p| archived.is_none_or(|a| p.archived == a))
        .filter(|p| call.asked("visibility").is_none_or(|v| p.visibility.name() == v))
        .filter(|p| matches(call.asked("search"), &[if with_path { p.full_path.as_str() } else { p.path() }]))
        .filter(|p| call.world.sees(p, call.caller.user))
        .filter(|p| {
            let access = call.access(p);
            (!call.yes("membership") || access.is_some()) && access.map_or(0, Access::level) >= least
        })
        .filter(|p| more(p))
        .collect();
    match call.asked("order_by").unwrap_or("created_at") {
        "id" => found.sort_by_key(|p| p.id),
        "name" | "path" => found.sort_by(|a, b| a.path().cmp(b.path()).then(a.id.cmp(&b.id))),
        "updated_at" | "last_activity_at" => found.sort_by_key(|p| (p.updated_at, p.id)),
        _ => found.sort_by_key(|p| (p.created_at, p.id)),
    }
    if call.asked("sort") != Some("asc") {
        found.reverse();
    }
    found
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let enabled = call.yes("with_issues_enabled");
    let found = filtered(call, |p| !enabled || p.issues_access != Issues::Disabled);
    let simple = call.yes("simple") || call.caller.user.is_none();
    if call.asked("pagination") == Some("keyset") && call.asked("order_by") == Some("id") {
        let ascending = call.asked("sort") == Some("asc");
        let page = keyset(found, call.query, &call.base, |p| p.id, ascending);
        let rendered: Vec<Value> = page.items.iter().map(|p| call.view().project(p, simple)).collect();
        return Ok(page.on(Answer::json(200, json!(rendered))));
    }
    call.paged(found, |p| call.view().project(p, simple))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    Ok(Answer::json(200, call.view().project(project, false)))
}

fn membership(call: &Call<'_>, user: Id, access: Access) -> Value {
    let mut out = call.view().user(user);
    out["access_level"] = json!(access.level());
    out["created_at"] = json!(moment(call.now));
    out["expires_at"] = Value::Null;
    out["membership_state"] = json!("active");
    out
}

fn people(call: &Call<'_>, search: Option<&str>) -> Result<Vec<(Id, Access)>, Box<Answer>> {
    let project = call.project()?;
    let fits = |id: &Id| {
        call.world.user(*id).is_some_and(|u| !u.blocked && matches(search, &[&u.username, &u.name]))
    };
    Ok(call.world.members(project).into_iter().filter(|(id, _)| fits(id)).collect())
}

pub(super) fn members(call: &mut Call<'_>) -> Handled {
    let wanted = call.all_asked("user_ids[]");
    let mut found = people(call, call.asked("query"))?;
    found.retain(|(id, _)| wanted.is_empty() || wanted.contains(&id.to_string().as_str()));
    call.paged(found, |(id, access)| membership(call, *id, *access))
}

pub(super) fn member(call: &mut Call<'_>) -> Handled {
    let wanted = call.params.get(1).and_then(|n| n.parse::<Id>().ok());
    let found = people(call, None)?.into_iter().find(|(id, _)| Some(*id) == wanted);
    let (id, access) = found.ok_or_else(not_found)?;
    Ok(Answer::json(200, membership(call, id, access)))
}

pub(super) fn users(call: &mut Call<'_>) -> Handled {
    let found = people(call, call.asked("search"))?;
    call.paged(found, |(id, _)| call.view().user(*id))
}
