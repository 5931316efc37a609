//! Reading issues.

use jiff::Timestamp;

use super::{Call, matches};
use crate::gitlab::model::{Issue, Project};
use crate::reply::{Answer, Handled};

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let (project, issue) = call.issue()?;
    Ok(Answer::json(200, call.view().issue(project, issue)))
}

/// `labels=a,b`: all of them; `None` and `Any` are words.
fn labelled(names: &[String], asked: Option<&str>) -> bool {
    match asked.map(|a| (a, a.to_lowercase())) {
        None => true,
        Some((_, word)) if word == "none" => names.is_empty(),
        Some((_, word)) if word == "any" => !names.is_empty(),
        Some((list, _)) => list.split(',').map(str::trim).all(|w| names.iter().any(|n| n == w)),
    }
}

fn dated(call: &Call<'_>, name: &str, at: Timestamp, after: bool) -> bool {
    let bound = call.asked(name).and_then(|v| v.parse::<Timestamp>().ok());
    bound.is_none_or(|b| if after { at >= b } else { at <= b })
}

fn fits(call: &Call<'_>, project: &Project, issue: &Issue) -> bool {
    let me = call.caller.user;
    let state = call.asked("state").unwrap_or("all");
    let places = call.asked("in").unwrap_or("title,description");
    let mut texts = Vec::new();
    if places.split(',').any(|p| p == "title") {
        texts.push(issue.title.as_str());
    }
    if places.split(',').any(|p| p == "description") {
        texts.push(issue.description.as_deref().unwrap_or_default());
    }
    let iids = call.all_asked("iids[]");
    let milestone = call.world.milestone_of(project, issue).map(|(m, _)| m.title);
    let number = |name: &str| call.asked(name).and_then(|v| v.parse::<u64>().ok());
    call.world.sees_issue(project, issue, me)
        && (state == "all" || issue.open == (state == "opened"))
        && match call.asked("scope") {
            Some("created_by_me") => Some(issue.author) == me,
            Some("assigned_to_me") => me.is_some_and(|m| issue.assignees.contains(&m)),
            _ => true,
        }
        && number("author_id").is_none_or(|a| issue.author == a)
        && call.asked("author_username").is_none_or(|a| call.world.username(issue.author) == a)
        && match call.asked("assignee_id") {
            None => true,
            Some("None") => issue.assignees.is_empty(),
            Some("Any") => !issue.assignees.is_empty(),
            Some(n) => n.parse().is_ok_and(|n| issue.assignees.contains(&n)),
        }
        && match call.asked("milestone") {
            None => true,
            Some("None") => milestone.is_none(),
            Some("Any") => milestone.is_some(),
            Some(title) => milestone.as_deref() == Some(title),
        }
        && call.asked("confidential").is_none_or(|c| issue.confidential == matches!(c, "true" | "1"))
        && call.asked("issue_type").is_none_or(|t| issue.issue_type == t)
        && (iids.is_empty() || iids.contains(&issue.iid.to_string().as_str()))
        && labelled(&call.world.label_names(project, issue), call.asked("labels"))
        && matches(call.asked("search"), &texts)
        && dated(call, "created_after", issue.created_at, true)
        && dated(call, "created_before", issue.created_at, false)
        && dated(call, "updated_after", issue.updated_at, true)
        && dated(call, "updated_before", issue.updated_at, false)
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let project = call.project_with_issues()?;
    let mut found: Vec<&Issue> = project.issues.iter().filter(|i| fits(call, project, i)).collect();
    match call.asked("order_by").unwrap_or("created_at") {
        "updated_at" => found.sort_by_key(|i| (i.updated_at, i.id)),
        "due_date" => found.sort_by_key(|i| (i.due_date.clone(), i.id)),
        "title" => found.sort_by_key(|i| i.title.to_lowercase()),
        "weight" => found.sort_by_key(|i| (i.weight, i.id)),
        _ => found.sort_by_key(|i| (i.created_at, i.id)),
    }
    if call.asked("sort") != Some("asc") {
        found.reverse();
    }
    call.paged(found, |i| call.view().issue(project, i))
}
