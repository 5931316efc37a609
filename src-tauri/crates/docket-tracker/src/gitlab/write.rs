//! Writing issues. What was asked for is compared with what came back: GitLab drops fields
//! silently.

use docket_domain::mapping::FieldValue;
use docket_domain::{Destination, IssueChange, IssueDraft, IssueRef, IssueSeen};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::api::Api;
use super::comments::CommentsOf;
use super::draft::{TEXT_MOST, TITLE_MOST, echo, label_fits, payload, set_severity};
use super::place::{self, Place, Scoped};
use super::read::{one, path_of};
use super::shapes::{Issue, Numbers, Project};
use super::statuses;
use crate::comments;
use crate::draft::{Most, fits};
use crate::error::WriteError;
use crate::http::{Answer, Call};
use crate::pace::Makes;
use crate::talk::{self, beforehand, shape};
use crate::waist::Written;

/// Creates an issue; see [`crate::Tracker::create`].
pub(super) async fn create(api: &Api, to: &Destination, draft: &IssueDraft) -> Result<Written, WriteError> {
    fits(draft, "GitLab", TITLE_MOST, Most::Bytes(TEXT_MOST)).map_err(WriteError::refused)?;
    let project = api.project_of(to).await.map_err(beforehand)?.project;
    let name = project.path_with_namespace.clone();
    let mut dropped = Vec::new();
    let body = payload(api, &project, to, draft, &mut dropped).await.map_err(beforehand)?;
    let doing = "create the issue";
    let url = api.url(&project.path("/issues"), &[]).await.map_err(WriteError::not_sent)?;
    let call = Call::write(Method::POST, url, Some(&body), Makes::Issue);
    let answer = talk::write(&api.http, call, api.about(doing, Some(&name))).await?;
    let created: Issue = shape(&answer, api.about(doing, Some(&name))).map_err(WriteError::unknown)?;
    dropped.extend(echo(&body, &created, Some(draft), &name));
    let mut seen = created.seen(&name);
    match settle(api, &project, &seen.issue, draft.status.as_ref()).await {
        Ok(Settled::Changed(changed)) => seen = *changed,
        Ok(Settled::Not(why)) => dropped.push(why),
        Ok(Settled::AsItWas) => {}
        // The issue is there; what is missing beside it is said, not thrown.
        Err(error) => dropped.push(format!("The status was not set. {}", error.error.problem.message)),
    }
    dropped.extend(comments::follow_up(&CommentsOf { api, issue: &seen.issue }, draft).await);
    Ok(Written { seen, dropped })
}

/// Writes what the issue lacks beside title and text; see [`crate::Tracker::complete`].
pub(super) async fn complete(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    draft: &IssueDraft,
) -> Result<Vec<String>, WriteError> {
    let mut written = Vec::new();
    if draft.status.as_ref().is_some_and(|set| !matches!(place::of_status(set), Place::Label(_))) {
        let project = api.project_of(to).await.map_err(beforehand)?.project;
        match settle(api, &project, issue, draft.status.as_ref()).await? {
            Settled::Changed(_) => written.push("The status was set.".to_owned()),
            Settled::Not(why) => written.push(why),
            Settled::AsItWas => {}
        }
    }
    written.extend(comments::complete(&CommentsOf { api, issue }, draft).await?);
    Ok(written)
}

/// What became of a status that is not part of a creation.
enum Settled {
    Changed(Box<IssueSeen>),
    AsItWas,
    Not(String),
}

/// Sets a status that GitLab does not take with a creation: closed, or that of a work item.
async fn settle(
    api: &Api,
    project: &Project,
    issue: &IssueRef,
    status: Option<&FieldValue>,
) -> Result<Settled, WriteError> {
    let name = &project.path_with_namespace;
    match status.map(place::of_status) {
        Some(Place::State { open: false }) => {
            let path = path_of(api, issue).await.map_err(beforehand)?;
            let body = json!({ "state_event": "close" });
            let answer = send(api, Method::PUT, &path, &body, "close the issue", name).await?;
            let closed: Issue =
                shape(&answer, api.about("close the issue", Some(name))).map_err(WriteError::unknown)?;
            if closed.state != "closed" {
                return Ok(Settled::Not(not_changed(false, name)));
            }
            Ok(Settled::Changed(Box::new(closed.seen(name))))
        }
        Some(Place::WorkItem(status)) => {
            let Some(numbers) = Numbers::of(issue) else {
                return Ok(Settled::Not(format!(
                    "The status «{status}» was not set: GitLab's own number of {} is not known.",
                    issue.short()
                )));
            };
            match statuses::set(api, project, numbers.id, &status).await? {
                Some(why) => Ok(Settled::Not(why)),
                None => Ok(Settled::Changed(Box::new(look(api, issue).await?))),
            }
        }
        _ => Ok(Settled::AsItWas),
    }
}

fn not_changed(open: bool, place: &str) -> String {
    let what = if open { "reopened" } else { "closed" };
    format!(
        "GitLab has not {what} the issue: the account needs the role Planner, Reporter or higher in {place}."
    )
}

/// Changes an issue; see [`crate::Tracker::update`]. Everything before the comment may be
/// repeated without harm, so the comment comes last.
pub(super) async fn update(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    change: &IssueChange,
) -> Result<Written, WriteError> {
    let path = path_of(api, issue).await.map_err(beforehand)?;
    let mut dropped = Vec::new();
    let status = change.status.as_ref().map(place::of_status);
    let body = body_of(api, &path, issue, change, status.as_ref(), &mut dropped).await?;
    let mut seen = if body.is_empty() {
        look(api, issue).await?
    } else {
        let body = Value::Object(body);
        let short = issue.short();
        let answer = send(api, Method::PUT, &path, &body, "change the issue", &short).await?;
        let changed: Issue =
            shape(&answer, api.about("change the issue", Some(&short))).map_err(WriteError::unknown)?;
        dropped.extend(echo(&body, &changed, None, &issue.target));
        dropped.extend(state_kept(&body, &changed, &issue.target));
        changed.seen(&issue.target)
    };
    if let Some(Place::WorkItem(_)) = status {
        let project = api.project_of(to).await.map_err(beforehand)?.project;
        match settle(api, &project, &seen.issue, change.status.as_ref()).await? {
            Settled::Changed(changed) => seen = *changed,
            Settled::Not(why) => dropped.push(why),
            Settled::AsItWas => {}
        }
    }
    if let Some(comment) = &change.comment {
        dropped.extend(comments::write_last(&CommentsOf { api, issue }, comment).await?);
    }
    Ok(Written { seen, dropped })
}

/// The request that changes an issue; empty when nothing of it changes.
async fn body_of(
    api: &Api,
    path: &str,
    issue: &IssueRef,
    change: &IssueChange,
    status: Option<&Place>,
    dropped: &mut Vec<String>,
) -> Result<Map<String, Value>, WriteError> {
    let mut body = Map::new();
    if let Some(title) = &change.title {
        body.insert("title".to_owned(), json!(title));
    }
    if let Some(text) = &change.body {
        body.insert("description".to_owned(), json!(text));
    }
    let mut add = change.add_labels.clone();
    let mut remove = change.remove_labels.clone();
    let severity = change.severity.as_ref().map(place::of_severity);
    let scoped: Vec<&Scoped> = [severity.as_ref(), status]
        .into_iter()
        .flatten()
        .filter_map(|place| match place {
            Place::Label(label) => Some(label),
            _ => None,
        })
        .collect();
    let needs_now = !scoped.is_empty() || matches!(severity, Some(Place::Incident(_)));
    let now = if needs_now { Some(fresh(api, path, issue).await?) } else { None };
    let incident = now.as_ref().is_some_and(|now| now.issue_type.as_deref() == Some("incident"));
    set_severity(change.severity.as_ref(), incident, &mut body, &mut add, dropped);
    match status {
        Some(Place::Label(label)) => add.push(label.name.clone()),
        Some(Place::Nowhere(why)) => dropped.push(why.clone()),
        _ => {}
    }
    // A scope holds one value: paid servers see to that themselves, others do not.
    for label in now.iter().flat_map(|now| &now.labels) {
        if scoped.iter().any(|scoped| scoped.replaces(label)) && !add.contains(label) {
            remove.push(label.clone());
        }
    }
    add.retain(|label| label_fits(label).map_err(|why| dropped.push(why)).is_ok());
    remove.retain(|label| label_fits(label).is_ok());
    if !add.is_empty() {
        body.insert("add_labels".to_owned(), json!(add));
    }
    if !remove.is_empty() {
        body.insert("remove_labels".to_owned(), json!(remove));
    }
    // GitLab's own word for a status says more than «open or closed»: it is what was mapped.
    let open = match status {
        Some(Place::State { open }) => Some(*open),
        // The status decides by its category.
        Some(Place::WorkItem(_)) => None,
        _ => change.open,
    };
    if let Some(open) = open {
        body.insert("state_event".to_owned(), json!(if open { "reopen" } else { "close" }));
    }
    Ok(body)
}

/// The state that was asked for and did not come about.
fn state_kept(sent: &Value, came: &Issue, place: &str) -> Option<String> {
    let open = sent.get("state_event").and_then(Value::as_str)? == "reopen";
    ((came.state == "opened") != open).then(|| not_changed(open, place))
}

/// The issue as GitLab has it now.
async fn fresh(api: &Api, path: &str, issue: &IssueRef) -> Result<Issue, WriteError> {
    let short = issue.short();
    let about = api.about("read the issue", Some(&short));
    let url = api.url(path, &[]).await.map_err(WriteError::not_sent)?;
    let answer = talk::read(&api.http, Call::get(url), about).await.map_err(beforehand)?;
    shape(&answer, about).map_err(WriteError::not_sent)
}

/// The issue as it is now, in the words of the domain.
async fn look(api: &Api, issue: &IssueRef) -> Result<IssueSeen, WriteError> {
    let read = one(api, issue).await.map_err(WriteError::unknown)?;
    let hint = "It was deleted or moved, it became confidential, or the account lost its access.";
    read.seen.ok_or_else(|| talk::out_of_sight(issue, hint))
}

async fn send(
    api: &Api,
    method: Method,
    path: &str,
    body: &Value,
    doing: &str,
    place: &str,
) -> Result<Answer, WriteError> {
    let url = api.url(path, &[]).await.map_err(WriteError::not_sent)?;
    let call = Call::write(method, url, Some(body), Makes::Nothing);
    talk::write(&api.http, call, api.about(doing, Some(place))).await
}
