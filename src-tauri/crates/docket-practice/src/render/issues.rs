//! Issues, pull requests in issue lists, comments, labels, milestones.

use serde_json::{Value, json};

use super::people::simple_user;
use super::{View, issue_type, node_id};
use crate::clock::rfc3339;
use crate::model::{Comment, Issue, Label, Milestone, Repo};
use crate::text::percent_encoded;

fn repo_url(view: View<'_>, repo: &Repo) -> String {
    format!("{}/repos/{}", view.urls.api, view.world.full_name(repo))
}

pub(crate) fn label(view: View<'_>, repo: &Repo, label: &Label) -> Value {
    json!({
        "id": label.id,
        "node_id": node_id("LA", label.id),
        "url": format!("{}/labels/{}", repo_url(view, repo), percent_encoded(&label.name)),
        "name": label.name,
        "color": label.color,
        "default": label.default,
        "description": label.description,
    })
}

pub(crate) fn milestone(view: View<'_>, repo: &Repo, m: &Milestone) -> Value {
    let url = format!("{}/milestones/{}", repo_url(view, repo), m.number);
    let count = |open: bool| repo.live().filter(|i| i.milestone == Some(m.number) && i.open == open).count();
    json!({
        "url": url,
        "html_url": format!("{}/{}/milestone/{}", view.urls.web, view.world.full_name(repo), m.number),
        "labels_url": format!("{url}/labels"),
        "id": m.id,
        "node_id": node_id("MI", m.id),
        "number": m.number,
        "title": m.title,
        "description": m.description,
        "creator": simple_user(view, m.creator),
        "open_issues": count(true),
        "closed_issues": count(false),
        "state": if m.open { "open" } else { "closed" },
        "created_at": rfc3339(m.created_at),
        "updated_at": rfc3339(m.created_at),
        "due_on": m.due_on.map(rfc3339),
        "closed_at": if m.open { None } else { Some(rfc3339(m.created_at)) },
    })
}

pub(crate) fn issue(view: View<'_>, repo: &Repo, i: &Issue) -> Value {
    let base = repo_url(view, repo);
    let url = format!("{base}/issues/{}", i.number);
    let kind = if i.pull_request { "pull" } else { "issues" };
    let page = format!("{}/{}/{kind}/{}", view.urls.web, view.world.full_name(repo), i.number);
    let assignees: Vec<Value> = i.assignees.iter().map(|a| simple_user(view, *a)).collect();
    let labels: Vec<Value> = i
        .labels
        .iter()
        .filter_map(|id| repo.labels.iter().find(|l| l.id == *id))
        .map(|l| label(view, repo, l))
        .collect();
    let mut out = json!({
        "url": url,
        "repository_url": base,
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": page,
        "id": i.id,
        "node_id": node_id(if i.pull_request { "PR" } else { "I" }, i.id),
        "number": i.number,
        "title": i.title,
        "user": simple_user(view, i.author),
        "labels": labels,
        "state": if i.open { "open" } else { "closed" },
        "locked": i.locked,
        "assignees": assignees,
        "milestone": i.milestone.and_then(|n| repo.milestone(n)).map(|m| milestone(view, repo, m)),
        "comments": i.comments.len(),
        "created_at": rfc3339(i.created_at),
        "updated_at": rfc3339(i.updated_at),
        "closed_at": i.closed_at.map(rfc3339),
        "closed_by": i.closed_by.map(|a| simple_user(view, a)),
        "author_association": association(repo, i.author),
        "active_lock_reason": null,
        "body": i.body,
        "timeline_url": format!("{url}/timeline"),
        "performed_via_github_app": null,
        "state_reason": i.reason,
    });
    let types = view.world.account(repo.owner).map(|a| a.issue_types.as_slice()).unwrap_or_default();
    if !types.is_empty() {
        let kind = types.iter().find(|t| Some(t.id) == i.kind);
        out["type"] = kind.map_or(Value::Null, issue_type);
    }
    if !view.modern {
        out["assignee"] = assignees.first().cloned().unwrap_or(Value::Null);
    }
    if i.pull_request {
        let pull = format!("{base}/pulls/{}", i.number);
        out["draft"] = json!(false);
        out["pull_request"] = json!({
            "url": pull, "html_url": page, "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"), "merged_at": null,
        });
        // Lists of the newer version promise text here, and a pull request that is open has no such moment.
        if let (true, Some(o)) = (view.modern, out["pull_request"].as_object_mut()) {
            o.remove("merged_at");
        }
    }
    out
}

pub(crate) fn association(repo: &Repo, account: u64) -> &'static str {
    if repo.owner == account {
        "OWNER"
    } else if repo.roles.contains_key(&account) {
        "MEMBER"
    } else {
        "NONE"
    }
}

pub(crate) fn comment(view: View<'_>, repo: &Repo, i: &Issue, c: &Comment) -> Value {
    let base = repo_url(view, repo);
    json!({
        "url": format!("{base}/issues/comments/{}", c.id),
        "html_url": format!(
            "{}/{}/issues/{}#issuecomment-{}", view.urls.web, view.world.full_name(repo), i.number, c.id
        ),
        "issue_url": format!("{base}/issues/{}", i.number),
        "id": c.id,
        "node_id": node_id("IC", c.id),
        "user": simple_user(view, c.author),
        "created_at": rfc3339(c.created_at),
        "updated_at": rfc3339(c.updated_at),
        "author_association": association(repo, c.author),
        "body": c.body,
        "performed_via_github_app": null,
    })
}
