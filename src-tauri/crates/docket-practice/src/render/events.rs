//! History: events of an issue, of a repository, and the timeline that mixes them with comments.

use serde_json::{Value, json};

use super::issues::{association, comment, issue};
use super::people::{merge, simple_user};
use super::{View, node_id};
use crate::clock::rfc3339;
use crate::model::{Event, Issue, Repo, What};

fn event(view: View<'_>, repo: &Repo, e: &Event, timeline: bool) -> Value {
    let (name, more) = match &e.what {
        What::Closed(reason) => ("closed", json!({ "state_reason": reason })),
        What::Reopened => ("reopened", json!({ "state_reason": null })),
        What::Labeled { name, color } => ("labeled", json!({ "label": { "name": name, "color": color } })),
        What::Unlabeled { name, color } => {
            ("unlabeled", json!({ "label": { "name": name, "color": color } }))
        }
        What::Assigned(who) => ("assigned", people(view, *who, e.actor, timeline)),
        What::Unassigned(who) => ("unassigned", people(view, *who, e.actor, timeline)),
        What::Milestoned(title) => ("milestoned", json!({ "milestone": { "title": title } })),
        What::Demilestoned(title) => ("demilestoned", json!({ "milestone": { "title": title } })),
        What::Renamed { from, to } => ("renamed", json!({ "rename": { "from": from, "to": to } })),
    };
    let mut out = json!({
        "id": e.id,
        "node_id": node_id("EV", e.id),
        "url": format!("{}/repos/{}/issues/events/{}", view.urls.api, view.world.full_name(repo), e.id),
        "actor": simple_user(view, e.actor),
        "event": name,
        "commit_id": null,
        "commit_url": null,
        "created_at": rfc3339(e.at),
        "performed_via_github_app": null,
    });
    merge(&mut out, more);
    // The vendor's schema knows the reason in the timeline only.
    if let (false, Some(o)) = (timeline, out.as_object_mut()) {
        o.remove("state_reason");
    }
    out
}

fn people(view: View<'_>, who: u64, actor: u64, timeline: bool) -> Value {
    let mut out = json!({ "assignee": simple_user(view, who) });
    if !timeline {
        out["assigner"] = simple_user(view, actor);
    }
    out
}

/// The events of one issue, oldest first.
pub(crate) fn events_of_issue(view: View<'_>, repo: &Repo, i: &Issue) -> Vec<Value> {
    i.events.iter().map(|e| event(view, repo, e, false)).collect()
}

/// One event in a repository's list; it carries its issue.
pub(crate) fn event_of_repo(view: View<'_>, repo: &Repo, i: &Issue, e: &Event) -> Value {
    let mut out = event(view, repo, e, false);
    out["issue"] = issue(view, repo, i);
    out
}

/// Events and comments of one issue in the order in which they happened.
pub(crate) fn timeline(view: View<'_>, repo: &Repo, i: &Issue) -> Vec<Value> {
    let mut entries: Vec<(u64, Value)> =
        i.events.iter().map(|e| (e.id, event(view, repo, e, true))).collect();
    for c in &i.comments {
        let mut entry = comment(view, repo, i, c);
        merge(
            &mut entry,
            json!({
                "event": "commented", "actor": simple_user(view, c.author),
                "author_association": association(repo, c.author),
            }),
        );
        entries.push((c.id, entry));
    }
    entries.sort_by_key(|(id, _)| *id);
    entries.into_iter().map(|(_, e)| e).collect()
}
