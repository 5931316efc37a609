//! Narrowing and ordering a repository's issues, as a connection's arguments ask.

use serde_json::Value;

use super::scene::Scene;
use super::things::Thing;
use crate::model::{Issue, Repo};

pub(super) fn reversed_if_descending<T>(list: &mut [T], arguments: &Value) {
    if arguments["orderBy"]["direction"] == "DESC" {
        list.reverse();
    }
}

pub(super) fn words(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

pub(super) fn state(open: bool) -> &'static str {
    if open { "OPEN" } else { "CLOSED" }
}

/// Issues without pull requests, filtered and ordered as asked; oldest first unless asked otherwise.
pub(super) fn issues<'w>(scene: &'w Scene<'w>, r: &'w Repo, arguments: &Value) -> Vec<Thing<'w>> {
    let filter = &arguments["filterBy"];
    let mut found: Vec<&Issue> = r.live().filter(|i| !i.pull_request && r.has_issues).collect();
    for states in [words(&arguments["states"]), words(&filter["states"])] {
        found.retain(|i| states.is_empty() || states.contains(&state(i.open)));
    }
    let on = |i: &Issue, name: &str| r.label(name).is_some_and(|l| i.labels.contains(&l.id));
    let any = words(&arguments["labels"]);
    found.retain(|i| any.is_empty() || any.iter().any(|l| on(i, l)));
    let every = words(&filter["labels"]);
    found.retain(|i| every.iter().all(|l| on(i, l)));
    let is = |id: u64, login: &str| scene.world.login(id).eq_ignore_ascii_case(login);
    if let Some(author) = filter["createdBy"].as_str() {
        found.retain(|i| is(i.author, author));
    }
    match filter["assignee"].as_str() {
        None => {}
        Some("*") => found.retain(|i| !i.assignees.is_empty()),
        Some(login) => found.retain(|i| i.assignees.iter().any(|a| is(*a, login))),
    }
    if let Some(title) = filter["milestone"].as_str() {
        found.retain(|i| {
            i.milestone.and_then(|n| r.milestone(n)).is_some_and(|m| title == "*" || m.title == title)
        });
    }
    if let Some(number) = filter["milestoneNumber"].as_str() {
        found.retain(|i| i.milestone.is_some_and(|n| number == "*" || n.to_string() == number));
    }
    if let Some(since) = filter["since"].as_str().and_then(|s| s.parse::<jiff::Timestamp>().ok()) {
        found.retain(|i| i.updated_at >= since);
    }
    found.sort_by(|a, b| {
        match arguments["orderBy"]["field"].as_str() {
            Some("UPDATED_AT") => a.updated_at.cmp(&b.updated_at),
            Some("COMMENTS") => a.comments.len().cmp(&b.comments.len()),
            _ => a.created_at.cmp(&b.created_at),
        }
        .then(a.number.cmp(&b.number))
    });
    reversed_if_descending(&mut found, arguments);
    found.into_iter().map(|i| Thing::Issue(r, i)).collect()
}
