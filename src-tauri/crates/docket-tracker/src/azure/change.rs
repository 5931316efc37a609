//! Changing work items: each request goes out with a test that nobody changed the work item
//! since it was read. When somebody did, it is read again and merged again, once.

use docket_domain::{Code, Destination, IssueChange, IssueRef, Problem, StateReason};
use reqwest::Method;
use serde_json::json;

use super::api::{Api, Ask, good};
use super::chosen::Chosen;
use super::comments::CommentsOf;
use super::document::{set, state_of, unchanged};
use super::edit::{self, Edit, Wish};
use super::model::Model;
use super::read::{category, model_of};
use super::shapes::{REASON, STATE, TYPE, WorkItem};
use super::write::{is_changed, no_state, patch, there, walk};
use crate::comments;
use crate::error::WriteError;
use crate::pace::Makes;
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
    let model = known_type(api, issue, &first).await?;
    let wish = Wish { model: &model, chosen: Chosen::read(to).ok(), change, markdown };
    let mut dropped = Vec::new();
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
    finish(api, issue, item, wish, dropped).await
}

/// The work item's type; one that its project lost cannot be written.
pub(super) async fn known_type(api: &Api, issue: &IssueRef, item: &WorkItem) -> Result<Model, WriteError> {
    model_of(api, item).await.map_err(crate::talk::beforehand)?.ok_or_else(|| {
        let problem = Problem::new(
            Code::Refused,
            format!("The type «{}» of {} is no longer offered.", item.text(TYPE), issue.short()),
        );
        WriteError::refused(problem.hint("Give the work item a type that its project has."))
    })
}

/// What comes behind the fields: the state, then the comment.
pub(super) async fn finish(
    api: &Api,
    issue: &IssueRef,
    item: WorkItem,
    wish: Wish<'_>,
    mut dropped: Vec<String>,
) -> Result<Written, WriteError> {
    let Wish { model, change, markdown, .. } = wish;
    let item = enter(api, item, model, change, &mut dropped).await?;
    if let Some(comment) = &change.comment {
        dropped.extend(comments::write_last(&CommentsOf { api, issue, markdown }, comment).await?);
    }
    Ok(Written { seen: item.seen(&api.address, category(Some(model), &item)), dropped })
}

/// Everything but the state, in one request; nothing is sent when nothing changes.
async fn fields(
    api: &Api,
    item: &WorkItem,
    wish: Wish<'_>,
    dropped: &mut Vec<String>,
) -> Result<WorkItem, WriteError> {
    if edit::overtaken(item, wish.change) {
        return Err(WriteError::refused(edited(&item.seen(&api.address, None).issue)));
    }
    let Some(edit) = Edit::of(item, wish, dropped) else { return Ok(item.clone()) };
    let now = patch(api, item, &edit.document, edit.edition).await?;
    dropped.extend(edit.missing(&now, wish.model));
    Ok(now)
}

/// Somebody wrote in the text between our reading and our writing.
fn edited(issue: &IssueRef) -> Problem {
    Problem::new(
        Code::Conflict,
        format!("Somebody is changing the text of {} right now; it was left as it is.", issue.short()),
    )
    .hint("Read the issue again and repeat.")
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
        let ask = Ask::write(Method::PATCH, path, &document, Makes::Nothing).patch().only_judged().once();
        // A judgement that fails for any cause only means that no reason is named.
        if matches!(api.send(&ask).await, Ok(answer) if good(&answer)) {
            return Some(candidate);
        }
    }
    None
}
