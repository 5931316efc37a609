//! Writing issues. What was asked for is compared with what came back: GitHub drops fields
//! silently.

use docket_domain::mapping::FieldValue;
use docket_domain::{Destination, IssueChange, IssueDraft, IssueRef, IssueSeen};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::api::{Api, shape};
use super::comments::CommentsOf;
use super::fields::{self, is_assignable, milestone};
use super::project::{self, Placed};
use super::read::{number, one};
use super::shapes::{Issue, Label};
use super::target::Repo;
use super::words::About;
use crate::check::items::no_milestone;
use crate::comments;
use crate::draft::{Most, fits};
use crate::error::{Outcome, TrackerError, WriteError};
use crate::http::{Answer, Call};
use crate::pace::Makes;
use crate::talk::{self, beforehand};
use crate::waist::Written;

/// What GitHub refuses, characters.
const TITLE_MOST: usize = 256;
pub(super) const BODY_MOST: usize = 65_536;
const LABELS_MOST: usize = 100;
const ASSIGNEES_MOST: usize = 10;

/// Creates an issue; see [`crate::Tracker::create`].
pub(super) async fn create(api: &Api, to: &Destination, draft: &IssueDraft) -> Result<Written, WriteError> {
    let target = to.target.as_str();
    let repo = Repo::parse(target).map_err(WriteError::refused)?;
    fits(draft, "GitHub", TITLE_MOST, Most::Chars(BODY_MOST)).map_err(WriteError::refused)?;
    let mut dropped = Vec::new();
    let mut body = payload(api, repo, draft, &mut dropped).await.map_err(beforehand)?;
    if let Some(kind) = to.setting(fields::TYPE) {
        body["type"] = json!(kind);
    }
    let about = api.about("create the issue", Some(target));
    let url = api.url(&repo.path("/issues"), &[]).await.map_err(WriteError::not_sent)?;
    let answer = send(api, Call::write(Method::POST, url, Some(&body), Makes::Issue), about).await?;
    let created: Issue = shape(&answer, about).map_err(WriteError::unknown)?;
    let kind = created.kind.as_ref().map(|kind| kind.name.clone());
    let mut seen = created.seen(target);
    dropped.extend(echo(&seen, &body, draft));
    dropped.extend(type_missing(kind.as_deref(), to, target));
    match project::put_new(api, to, &seen.issue, &wishes(draft.severity.as_ref(), draft.status.as_ref()))
        .await
    {
        Ok(placed) => note(placed, &mut seen, &mut dropped),
        // The issue is there; what is missing beside it is said, not thrown.
        Err(trouble) => {
            note(trouble.placed, &mut seen, &mut dropped);
            dropped.push(trouble.words);
        }
    }
    dropped.extend(comments::follow_up(&CommentsOf { api, issue: &seen.issue }, draft).await);
    Ok(Written { seen, dropped })
}

/// What is to be set on a project.
fn wishes<'a>(severity: Option<&'a FieldValue>, status: Option<&'a FieldValue>) -> Vec<&'a FieldValue> {
    severity.into_iter().chain(status).collect()
}

fn note(placed: Placed, seen: &mut IssueSeen, dropped: &mut Vec<String>) {
    seen.fields.extend(placed.fields);
    dropped.extend(placed.dropped);
}

/// The type that was asked for and is not there.
fn type_missing(now: Option<&str>, to: &Destination, target: &str) -> Option<String> {
    let wanted = to.setting(fields::TYPE)?;
    if now.is_some_and(|now| now.eq_ignore_ascii_case(wanted)) {
        return None;
    }
    Some(format!(
        "GitHub dropped the type {wanted}: the account needs write (or triage) access to {target}, or types are not offered there."
    ))
}

/// Writes the place on the project and the follow-up comments that are missing; see
/// [`crate::Tracker::complete`].
pub(super) async fn complete(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    draft: &IssueDraft,
) -> Result<Vec<String>, WriteError> {
    let mut written =
        project::complete(api, to, issue, &wishes(draft.severity.as_ref(), draft.status.as_ref())).await;
    written.extend(comments::complete(&CommentsOf { api, issue }, draft).await?);
    Ok(written)
}

/// The request: what cannot be set is left out and said.
async fn payload(
    api: &Api,
    repo: Repo<'_>,
    draft: &IssueDraft,
    dropped: &mut Vec<String>,
) -> Result<Value, TrackerError> {
    let name = format!("{}/{}", repo.owner, repo.name);
    let mut body = Map::new();
    body.insert("title".to_owned(), json!(draft.title));
    body.insert("body".to_owned(), json!(draft.body));
    if draft.labels.len() > LABELS_MOST {
        dropped.push(format!(
            "{} labels were left out: GitHub allows {LABELS_MOST} on an issue.",
            draft.labels.len() - LABELS_MOST
        ));
    }
    let labels: Vec<&String> = draft.labels.iter().take(LABELS_MOST).collect();
    if !labels.is_empty() {
        body.insert("labels".to_owned(), json!(labels));
    }
    let mut assignees = Vec::new();
    for login in &draft.assignees {
        if assignees.len() == ASSIGNEES_MOST {
            dropped.push(format!(
                "{login} was not assigned: GitHub allows {ASSIGNEES_MOST} people on an issue."
            ));
        } else if is_assignable(api, repo, login).await? {
            assignees.push(login);
        } else {
            dropped.push(format!("{login} cannot be assigned in {name}; the issue was created without."));
        }
    }
    if !assignees.is_empty() {
        body.insert("assignees".to_owned(), json!(assignees));
    }
    if let Some(title) = draft.milestone.as_deref().filter(|title| !title.trim().is_empty()) {
        match milestone(api, repo, title).await? {
            Ok(number) => {
                body.insert("milestone".to_owned(), json!(number));
            }
            Err(there) => dropped.push(no_milestone(title, &name, &there)),
        }
    }
    Ok(Value::Object(body))
}

/// What was sent and is missing in the echo.
fn echo(seen: &IssueSeen, sent: &Value, draft: &IssueDraft) -> Vec<String> {
    let mut missing = Vec::new();
    let has = |list: &[String], wanted: &str| list.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let strings = |key: &str| -> Vec<&str> {
        sent.get(key)
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    };
    let labels: Vec<&str> = strings("labels").into_iter().filter(|label| !has(&seen.labels, label)).collect();
    if !labels.is_empty() {
        missing.push(format!("the labels {}", labels.join(", ")));
    }
    let people: Vec<&str> =
        strings("assignees").into_iter().filter(|login| !has(&seen.assignees, login)).collect();
    if !people.is_empty() {
        missing.push(format!("the assignees {}", people.join(", ")));
    }
    if sent.get("milestone").is_some() && seen.milestone.is_none() {
        missing.push(format!("the milestone {}", draft.milestone.as_deref().unwrap_or_default()));
    }
    if missing.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "GitHub dropped {}: the account needs write (or triage) access to {}.",
        missing.join(" and "),
        seen.issue.target
    )]
}

/// Changes an issue; see [`crate::Tracker::update`]. Everything before the comment may be
/// repeated without harm, so the comment comes last.
pub(super) async fn update(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    change: &IssueChange,
) -> Result<Written, WriteError> {
    let repo = Repo::parse(&issue.target).map_err(WriteError::refused)?;
    let base = repo.path(&format!("/issues/{}", number(issue).map_err(WriteError::refused)?));
    let about = api.about("change the issue", Some(&issue.target));
    let mut dropped = Vec::new();
    if !change.add_labels.is_empty() {
        let url = api.url(&format!("{base}/labels"), &[]).await.map_err(WriteError::not_sent)?;
        let body = json!({ "labels": change.add_labels });
        let answer = send(api, Call::write(Method::POST, url, Some(&body), Makes::Nothing), about).await?;
        let now: Vec<Label> = shape(&answer, about).map_err(WriteError::unknown)?;
        dropped.extend(labels_missing(&now, &change.add_labels, &issue.target));
    }
    for label in &change.remove_labels {
        remove_label(api, &base, label, about).await?;
    }
    let mut seen = match patch(change) {
        Some(body) => {
            let url = api.url(&base, &[]).await.map_err(WriteError::not_sent)?;
            let answer =
                send(api, Call::write(Method::PATCH, url, Some(&body), Makes::Nothing), about).await?;
            let changed: Issue = shape(&answer, about).map_err(WriteError::unknown)?;
            changed.seen(&issue.target)
        }
        None => look(api, issue).await?,
    };
    let wishes = wishes(change.severity.as_ref(), change.status.as_ref());
    if !wishes.is_empty() {
        match project::put(api, to, &seen.issue, &wishes).await {
            Ok(placed) => note(placed, &mut seen, &mut dropped),
            // Refused stays refused; anything else is done again with the whole change.
            Err(trouble) if trouble.error.outcome == Outcome::Refused => {
                note(trouble.placed, &mut seen, &mut dropped);
                dropped.push(trouble.words);
            }
            Err(trouble) => return Err(trouble.error),
        }
    }
    if let Some(comment) = &change.comment {
        dropped.extend(comments::write_last(&CommentsOf { api, issue }, comment).await?);
    }
    Ok(Written { seen, dropped })
}

/// Title, text and state in one request; nothing when none of them changes.
fn patch(change: &IssueChange) -> Option<Value> {
    let mut body = Map::new();
    if let Some(title) = &change.title {
        body.insert("title".to_owned(), json!(title));
    }
    if let Some(text) = &change.body {
        body.insert("body".to_owned(), json!(text));
    }
    if let Some(open) = change.open {
        body.insert("state".to_owned(), json!(if open { "open" } else { "closed" }));
        if let Some(reason) = change.reason {
            body.insert("state_reason".to_owned(), json!(reason.as_str()));
        }
    }
    (!body.is_empty()).then_some(Value::Object(body))
}

fn labels_missing(now: &[Label], wanted: &[String], repo: &str) -> Option<String> {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|label| !now.iter().filter_map(Label::name).any(|name| name.eq_ignore_ascii_case(label)))
        .map(String::as_str)
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "GitHub dropped the labels {}: the account needs write (or triage) access to {repo}.",
            missing.join(", ")
        )
    })
}

async fn remove_label(api: &Api, base: &str, label: &str, about: About<'_>) -> Result<(), WriteError> {
    let name = talk::segment(label);
    let url = api.url(&format!("{base}/labels/{name}"), &[]).await.map_err(WriteError::not_sent)?;
    match send(api, Call::write(Method::DELETE, url, None, Makes::Nothing), about).await {
        Ok(_) => Ok(()),
        // It was not there; a missing issue shows in the request that follows.
        Err(error) if error.error.status == Some(404) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The issue as it is now.
async fn look(api: &Api, issue: &IssueRef) -> Result<IssueSeen, WriteError> {
    let read = one(api, issue).await.map_err(WriteError::unknown)?;
    read.seen
        .ok_or_else(|| talk::out_of_sight(issue, "It was deleted or moved, or the account lost its access."))
}

/// Sends a write and sorts its failures.
pub(super) async fn send(api: &Api, call: Call<'_>, about: About<'_>) -> Result<Answer, WriteError> {
    talk::write(&api.http, call, about).await
}
