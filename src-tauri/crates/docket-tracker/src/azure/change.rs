//! Changing work items: each request goes out with a test that nobody changed the work item
//! since it was read. When somebody did, it is read again and merged again, once.

use docket_domain::{Code, Destination, IssueChange, IssueRef, Problem, StateReason};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, Ask, Edition, good};
use super::chosen::Chosen;
use super::comments::CommentsOf;
use super::document::{self, differs, in_markdown, set, state_of, unchanged};
use super::model::Model;
use super::read::category;
use super::read::model_of;
use super::shapes::{REASON, STATE, TAGS, TITLE, WorkItem};
use super::write::{is_changed, no_state, patch, there, walk};
use crate::comments;
use crate::error::WriteError;
use crate::waist::Written;

/// Reasons with which processes close what will not be done, the likeliest first.
const UNPLANNED: &[&str] =
    &["Deferred", "As Designed", "Obsolete", "Cut", "Rejected", "Abandoned", "Removed from the backlog"];

/// Changes a work item; see [`crate::Tracker::update`]. Everything before the comment may be
/// repeated without harm, so the comment comes last.
pub(super) async fn update(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    change: &IssueChange,
    markdown: bool,
) -> Result<Written, WriteError> {
    let first = there(api, issue).await?;
    let model = model_of(api, &first).await.map_err(crate::talk::beforehand)?.ok_or_else(|| {
        let problem = Problem::new(
            Code::Refused,
            format!(
                "The type «{}» of {} is no longer offered.",
                first.text(super::shapes::TYPE),
                issue.short()
            ),
        );
        WriteError::refused(problem.hint("Give the work item a type that its project has."))
    })?;
    let mut dropped = Vec::new();
    let wish = Wish { model: &model, chosen: Chosen::read(to).ok(), change, markdown };
    let item = match fields(api, &first, wish, &mut dropped).await {
        Err(error) if is_changed(&error) => {
            let now = there(api, issue).await?;
            if change.body.is_some() && now.body() != first.body() {
                return Err(WriteError::refused(edited(issue)));
            }
            dropped.clear();
            fields(api, &now, wish, &mut dropped).await?
        }
        other => other?,
    };
    let item = enter(api, item, &model, change, &mut dropped).await?;
    if let Some(comment) = &change.comment {
        dropped.extend(comments::write_last(&CommentsOf { api, issue, markdown }, comment).await?);
    }
    Ok(Written { seen: item.seen(&api.address, category(Some(&model), &item)), dropped })
}

/// Somebody wrote in the text between our reading and our writing.
fn edited(issue: &IssueRef) -> Problem {
    Problem::new(
        Code::Conflict,
        format!("Somebody is changing the text of {} right now; it was left as it is.", issue.short()),
    )
    .hint("Read the issue again and repeat.")
}

/// What is to become of a work item.
#[derive(Clone, Copy)]
struct Wish<'a> {
    model: &'a Model,
    chosen: Option<Chosen<'a>>,
    change: &'a IssueChange,
    markdown: bool,
}

/// Everything but the state, in one request; nothing is sent when nothing changes.
async fn fields(
    api: &Api,
    item: &WorkItem,
    wish: Wish<'_>,
    dropped: &mut Vec<String>,
) -> Result<WorkItem, WriteError> {
    let Wish { model, chosen, change, markdown } = wish;
    let mut steps = vec![unchanged(item.rev)];
    if let Some(title) = change.title.as_deref().filter(|title| *title != item.text(TITLE)) {
        steps.push(set(TITLE, title));
    }
    let mut edition = Edition::Released;
    let mut as_markdown = None;
    if let Some(body) = change.body.as_deref() {
        let field = model.text_field();
        if body != item.text(field) {
            steps.push(set(field, body));
            if markdown {
                steps.push(in_markdown(field));
                edition = Edition::Newest;
                as_markdown = Some(field);
            }
        }
    }
    let tags = merged(item, change, dropped);
    if let Some(tags) = &tags {
        let joined = tags.join("; ");
        // Adding would only merge; removing needs the whole list, which the test protects.
        steps.push(json!({ "op": "replace", "path": format!("/fields/{TAGS}"), "value": joined }));
    }
    let mut mapped = document::mapped(model, chosen, change.severity.as_ref(), &change.add_labels, dropped);
    mapped.extend(document::mapped(model, None, change.status.as_ref(), &[], dropped));
    mapped.retain(|(field, value)| differs(field, value, item, model).is_some());
    steps.extend(mapped.iter().map(|(field, value)| set(field, value.clone())));
    if steps.len() == 1 {
        return Ok(item.clone());
    }
    let now = patch(api, item, &Value::from(steps), edition).await?;
    dropped.extend(mapped.iter().filter_map(|(field, value)| differs(field, value, &now, model)));
    dropped.extend(tags.and_then(|wanted| tags_missing(&now, &wanted)));
    dropped.extend(as_markdown.and_then(|field| document::not_markdown(field, &now, model)));
    Ok(now)
}

/// The tags as they will be; nothing when they stay as they are. Other people's stay.
fn merged(item: &WorkItem, change: &IssueChange, dropped: &mut Vec<String>) -> Option<Vec<String>> {
    let before = item.tags();
    let gone = |tag: &String| change.remove_labels.iter().any(|label| label.trim().eq_ignore_ascii_case(tag));
    let mut after: Vec<String> = before.iter().filter(|tag| !gone(tag)).cloned().collect();
    for tag in document::tags(&change.add_labels, dropped) {
        if !after.iter().any(|other| other.eq_ignore_ascii_case(&tag)) {
            after.push(tag);
        }
    }
    let after = document::within_limit(after, dropped);
    (after != before).then_some(after)
}

fn tags_missing(now: &WorkItem, wanted: &[String]) -> Option<String> {
    let there = now.tags();
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|tag| !there.iter().any(|other| other.eq_ignore_ascii_case(tag)))
        .map(String::as_str)
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "Azure DevOps dropped the tags {}: the account may not create tags in this project.",
            missing.join(", ")
        )
    })
}

/// Leads the work item to the state that the change means.
async fn enter(
    api: &Api,
    item: WorkItem,
    model: &Model,
    change: &IssueChange,
    dropped: &mut Vec<String>,
) -> Result<WorkItem, WriteError> {
    let Some(state) = wanted_state(&item, model, change)? else { return Ok(item) };
    let reason = match change.reason {
        Some(reason) if change.open == Some(false) => reason_for(api, &item, model, &state, reason).await,
        _ => None,
    };
    let item = walk(api, item, model, &state, reason).await?;
    if let (Some(open), Some(found)) = (change.open, model.kind.state(&state))
        && open == found.is_closed()
    {
        let is = if open { "closed" } else { "still open" };
        dropped.push(format!(
            "The work item is {is}: «{}» is the state that the mapping names, and its category is {}.",
            found.name,
            found.category.to_lowercase()
        ));
    }
    Ok(item)
}

/// The state that a change means; nothing when it stays as it is.
fn wanted_state(item: &WorkItem, model: &Model, change: &IssueChange) -> Result<Option<String>, WriteError> {
    let now = item.text(STATE);
    if let Some(state) = state_of(change.status.as_ref()) {
        let found = model.kind.state(state).ok_or_else(|| no_state(model, state))?;
        return Ok((!found.name.eq_ignore_ascii_case(now)).then(|| found.name.clone()));
    }
    let Some(open) = change.open else { return Ok(None) };
    let is_closed = model.kind.state(now).is_some_and(super::model::State::is_closed);
    if open != is_closed {
        return Ok(None);
    }
    let state = if open { model.kind.reopening() } else { model.kind.closing() };
    if let Some(state) = state {
        return Ok(Some(state.to_owned()));
    }
    let what = if open { "reopens" } else { "closes" };
    let problem = Problem::new(
        Code::Refused,
        format!(
            "{} has no state that {what} a work item. There are: {}.",
            model.kind.name,
            model.kind.states_in_words().join(", ")
        ),
    );
    Err(WriteError::refused(problem.hint("Choose a state for it in the mapping.")))
}

/// A reason that the process offers for this; found out with changes that are only judged.
/// Without one the process chooses by itself.
async fn reason_for(
    api: &Api,
    item: &WorkItem,
    model: &Model,
    state: &str,
    reason: StateReason,
) -> Option<&'static str> {
    let candidates: &[&'static str] = match reason {
        StateReason::Duplicate => &["Duplicate"],
        StateReason::NotPlanned => UNPLANNED,
        StateReason::Completed | StateReason::Reopened => return None,
    };
    if model.kind.way(item.text(STATE), state).len() != 1 {
        return None;
    }
    for candidate in candidates {
        let document = json!([unchanged(item.rev), set(STATE, state), set(REASON, *candidate)]);
        let path = format!("/_apis/wit/workitems/{}", item.id);
        let ask = Ask::write(Method::PATCH, path, &document, false).patch().only_judged().once();
        // A judgement that fails for any cause only means that no reason is named.
        if matches!(api.send(&ask).await, Ok(answer) if good(&answer)) {
            return Some(candidate);
        }
    }
    None
}
