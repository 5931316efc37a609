//! Groups, the groups below them, and their projects.

use super::{Call, matches};
use crate::gitlab::model::{Group, Namespace, Project};
use crate::gitlab::seed::{Access, Issues};
use crate::reply::{Answer, Handled};

fn least(call: &Call<'_>) -> u64 {
    let asked = call.asked("min_access_level").and_then(|n| n.parse().ok()).unwrap_or(0);
    if call.yes("owned") { asked.max(Access::Owner.level()) } else { asked }
}

fn fits(call: &Call<'_>, group: &Group) -> bool {
    let access = call.world.group_access(group, call.caller.user).map_or(0, Access::level);
    access >= least(call)
        && call.world.sees_group(group, call.caller.user)
        && (!call.yes("top_level_only") || group.parent.is_none())
        && matches(call.asked("search"), &[&group.full_path])
}

fn sorted<'w>(call: &Call<'_>, mut found: Vec<&'w Group>) -> Vec<&'w Group> {
    match call.asked("order_by") {
        Some("id") => found.sort_by_key(|g| g.id),
        _ => found.sort_by(|a, b| a.full_path.cmp(&b.full_path)),
    }
    if call.asked("sort") == Some("desc") {
        found.reverse();
    }
    found
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    // The vendor lists the caller's own groups first of all; public ones come with `all_available`.
    let all = call.asked("all_available").is_none_or(|v| v != "false");
    let found = call
        .world
        .groups
        .iter()
        .filter(|g| fits(call, g))
        .filter(|g| all || call.world.group_access(g, call.caller.user).is_some())
        .collect();
    call.paged(sorted(call, found), |g| call.view().group(g))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let group = call.group()?;
    Ok(Answer::json(200, call.view().group(group)))
}

pub(super) fn below(call: &mut Call<'_>, deep: bool) -> Handled {
    let parent = call.group()?.id;
    let found = call
        .world
        .groups
        .iter()
        .filter(|g| {
            if deep {
                call.world.upwards(g.parent).iter().any(|p| p.id == parent)
            } else {
                g.parent == Some(parent)
            }
        })
        .filter(|g| fits(call, g))
        .collect();
    call.paged(sorted(call, found), |g| call.view().group(g))
}

pub(super) fn projects(call: &mut Call<'_>) -> Handled {
    let id = call.group()?.id;
    let deep = call.yes("include_subgroups");
    let inside = |p: &Project| match p.namespace {
        Namespace::Group(own) => {
            own == id || deep && call.world.upwards(Some(own)).iter().any(|g| g.id == id)
        }
        Namespace::User(_) => false,
    };
    let found = super::projects::filtered(call, inside);
    let enabled = call.yes("with_issues_enabled");
    let found: Vec<&Project> =
        found.into_iter().filter(|p| !enabled || p.issues_access != Issues::Disabled).collect();
    let simple = call.yes("simple");
    call.paged(found, |p| call.view().project(p, simple))
}
