//! Lists of issues and of what happened to them.

use jiff::Timestamp;
use serde_json::Value;

use super::{Call, find};
use crate::access::Need;
use crate::model::{Issue, Repo};
use crate::render;
use crate::reply::{Answer, Handled, fault_in, invalid};

/// `GET /repos/{owner}/{repo}/issues`: pull requests are in the list, as the vendor says.
pub(super) fn issues(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    let mut found: Vec<&Issue> = repo.live().filter(|i| repo.has_issues || i.pull_request).collect();
    match call.query("state").unwrap_or("open") {
        "all" => {}
        state => found.retain(|i| i.open == (state == "open")),
    }
    if let Some(labels) = call.query("labels").filter(|l| !l.is_empty()) {
        let wanted: Vec<Option<u64>> =
            labels.split(',').map(|l| repo.label(l.trim()).map(|l| l.id)).collect();
        found.retain(|i| wanted.iter().all(|w| w.is_some_and(|w| i.labels.contains(&w))));
    }
    if let Some(creator) = call.query("creator") {
        found.retain(|i| call.world.login(i.author).eq_ignore_ascii_case(creator));
    }
    if let Some(assignee) = call.query("assignee") {
        found.retain(|i| match assignee {
            "*" => !i.assignees.is_empty(),
            "none" => i.assignees.is_empty(),
            login => i.assignees.iter().any(|a| call.world.login(*a).eq_ignore_ascii_case(login)),
        });
    }
    by_milestone(call, repo, &mut found)?;
    if let Some(since) = call.query("since").and_then(|s| s.parse::<Timestamp>().ok()) {
        found.retain(|i| i.updated_at >= since);
    }
    let descending = call.query("direction").unwrap_or("desc") == "desc";
    found.sort_by(|a, b| {
        let order = match call.query("sort").unwrap_or("created") {
            "updated" => a.updated_at.cmp(&b.updated_at),
            "comments" => a.comments.len().cmp(&b.comments.len()),
            _ => a.created_at.cmp(&b.created_at),
        }
        .then(a.number.cmp(&b.number));
        if descending { order.reverse() } else { order }
    });
    let rendered = found.into_iter().map(|i| render::issue(call.view(), repo, i)).collect();
    call.list(rendered, call.cursor_pages)
}

fn by_milestone(call: &Call<'_>, repo: &Repo, found: &mut Vec<&Issue>) -> Result<(), Box<Answer>> {
    match call.query("milestone") {
        None => {}
        Some("*") => found.retain(|i| i.milestone.is_some()),
        Some("none") => found.retain(|i| i.milestone.is_none()),
        Some(number) => {
            let number = number
                .parse::<u64>()
                .ok()
                .filter(|n| repo.milestone(*n).is_some())
                .ok_or_else(|| invalid(&[fault_in("Issue", "milestone", "invalid")]))?;
            found.retain(|i| i.milestone == Some(number));
        }
    }
    Ok(())
}

pub(super) fn timeline(call: &Call<'_>) -> Handled {
    let place = find::issue_place(call, Need::ReadIssues)?;
    let (repo, issue) = find::at(call, place)?;
    call.list(render::timeline(call.view(), repo, issue), false)
}

pub(super) fn events(call: &Call<'_>) -> Handled {
    let place = find::issue_place(call, Need::ReadIssues)?;
    let (repo, issue) = find::at(call, place)?;
    call.list(render::events_of_issue(call.view(), repo, issue), false)
}

pub(super) fn events_of_repo(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    let mut all: Vec<(u64, Value)> = repo
        .live()
        .flat_map(|i| i.events.iter().map(move |e| (i, e)))
        .map(|(i, e)| (e.id, render::event_of_repo(call.view(), repo, i, e)))
        .collect();
    all.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    call.list(all.into_iter().map(|(_, e)| e).collect(), false)
}
