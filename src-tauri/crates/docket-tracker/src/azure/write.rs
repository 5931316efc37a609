//! Creating work items: in the initial state first, since creations take no other one, then
//! step by step to the state that the mapping names. What was asked for is compared with what
//! came back.
//!
//! `$batch` is deliberately not used here (changes go that way): whether one of its parts was done
//! cannot be told when the answer is lost, so a creation would no longer be sent at most once.

use docket_domain::{Code, Destination, IssueDraft, IssueRef, Problem};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, Ask, Edition, good};
use super::chosen::Chosen;
use super::comments::CommentsOf;
use super::document::{self, NewItem, set, state_of, unchanged};
use super::model::Model;
use super::read::{category, fetch, id_of, model_of};
use super::rules;
use super::rules::Fault;
use super::shapes::{ASSIGNED, STATE, TITLE, WorkItem};
use super::words::{self, About, Refusal};
use crate::comments;
use crate::draft::{Most, fits};
use crate::error::{Outcome, TrackerError, WriteError};
use crate::http::Answer;
use crate::pace::Makes;
use crate::talk::{self, beforehand, shape};
use crate::waist::Written;

/// What Azure DevOps refuses, characters.
const TITLE_MOST: usize = 255;
pub(super) const BODY_MOST: usize = 1_048_576;

/// Creates a work item; see [`crate::Tracker::create`].
pub(super) async fn create(
    api: &Api,
    to: &Destination,
    draft: &IssueDraft,
    markdown: bool,
) -> Result<Written, WriteError> {
    let chosen = Chosen::read(to).map_err(WriteError::refused)?;
    fits(draft, "Azure DevOps", TITLE_MOST, Most::Chars(BODY_MOST)).map_err(WriteError::refused)?;
    let model = chosen.model(api).await.map_err(beforehand)?;
    let mut dropped = Vec::new();
    let assignee = assignee(api, chosen, &model, draft, &mut dropped).await.map_err(beforehand)?;
    let new = document::new_item(&model, chosen, draft, assignee, markdown, &mut dropped);
    if let Some(milestone) = draft.milestone.as_deref().filter(|title| !title.trim().is_empty()) {
        dropped.push(format!("The milestone «{milestone}» was not set: {NO_MILESTONES}"));
    }
    let about = api.about("create the work item", Some(chosen.name()));
    let answer = send(api, &creation(chosen, &model, &new, markdown), about).await?;
    let created: WorkItem = shape(&answer, about).map_err(WriteError::unknown)?;
    dropped.extend(document::echo(&new, &created, &model));
    if markdown {
        dropped.extend(document::not_markdown(model.text_field(), &created, &model));
    }
    let mut item = created;
    if let Some(state) = state_of(draft.status.as_ref()) {
        match walk(api, item.clone(), &model, state, None).await {
            Ok(moved) => item = moved,
            // The work item is there; what is missing beside it is said, not thrown.
            Err(error) => dropped.push(not_entered(state, &error)),
        }
    }
    let seen = item.seen(&api.address, category(Some(&model), &item));
    dropped.extend(comments::follow_up(&CommentsOf { api, issue: &seen.issue, markdown }, draft).await);
    Ok(Written { seen, dropped })
}

pub(super) const NO_MILESTONES: &str =
    "Azure DevOps has no milestones. Choose an iteration in the mapping instead.";

/// The request that creates.
pub(super) fn creation<'a>(chosen: Chosen<'_>, model: &Model, new: &'a NewItem, markdown: bool) -> Ask<'a> {
    let path = chosen.path(&format!("/_apis/wit/workitems/${}", super::address::part(&model.kind.name)));
    let ask = Ask::write(Method::POST, path, &new.document, Makes::Issue).patch();
    if markdown { ask.edition(Edition::Newest) } else { ask }
}

fn not_entered(state: &str, error: &WriteError) -> String {
    format!(
        "The work item was created, but it is not in the state «{state}». {}",
        error.error.problem.message
    )
}

/// Writes what an interrupted creation lacks: its state and its follow-up comments; see
/// [`crate::Tracker::complete`].
pub(super) async fn complete(
    api: &Api,
    issue: &IssueRef,
    draft: &IssueDraft,
    markdown: bool,
) -> Result<Vec<String>, WriteError> {
    let mut written = Vec::new();
    if let Some(state) = state_of(draft.status.as_ref()) {
        let item = there(api, issue).await?;
        if let Some(model) = model_of(api, &item).await.map_err(WriteError::not_sent)? {
            // Whoever moved it on meanwhile decided so.
            let untouched =
                model.kind.initial().is_some_and(|first| first.eq_ignore_ascii_case(item.text(STATE)));
            if untouched && !item.text(STATE).eq_ignore_ascii_case(state) {
                walk(api, item, &model, state, None).await?;
                written.push(format!("The state «{state}» was entered."));
            }
        }
    }
    written.extend(comments::complete(&CommentsOf { api, issue, markdown }, draft).await?);
    Ok(written)
}

/// The work item as it is now.
pub(super) async fn there(api: &Api, issue: &IssueRef) -> Result<WorkItem, WriteError> {
    let id = id_of(issue).map_err(WriteError::refused)?;
    let found = fetch(api, id).await.map_err(WriteError::not_sent)?;
    found
        .ok_or_else(|| talk::out_of_sight(issue, "It is in the recycle bin, or the account lost its access."))
}

/// Leads a work item to a state, step by step where the process asks for it. `reason` goes
/// with the last step.
pub(super) async fn walk(
    api: &Api,
    mut item: WorkItem,
    model: &Model,
    state: &str,
    reason: Option<&str>,
) -> Result<WorkItem, WriteError> {
    let Some(wanted) = model.kind.state(state) else { return Err(no_state(model, state)) };
    let mut again = true;
    loop {
        let way = model.kind.way(item.text(STATE), &wanted.name);
        let Some(next) = way.first() else { return Ok(item) };
        let mut steps = vec![unchanged(item.rev), set(STATE, next.as_str())];
        if let Some(reason) = reason.filter(|_| way.len() == 1) {
            steps.push(set(super::shapes::REASON, reason));
        }
        match patch(api, &item, &Value::from(steps), Edition::Released).await {
            Ok(moved) if moved.text(STATE).eq_ignore_ascii_case(next) => item = moved,
            Ok(moved) => {
                let problem = Problem::new(
                    Code::Refused,
                    format!("Azure DevOps left it in «{}» in place of «{next}».", moved.text(STATE)),
                );
                return Err(WriteError::refused(problem));
            }
            Err(error) if again && is_changed(&error) => {
                again = false;
                item = refetch(api, &item).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The type has no such state.
pub(super) fn no_state(model: &Model, state: &str) -> WriteError {
    let problem = Problem::new(
        Code::Refused,
        format!(
            "«{state}» is not a state of {} here. There are: {}.",
            model.kind.name,
            model.kind.states_in_words().join(", ")
        ),
    )
    .hint("Choose a state that exists in the mapping.");
    WriteError::refused(problem)
}

/// Changes a work item and gives it back as it is then.
pub(super) async fn patch(
    api: &Api,
    item: &WorkItem,
    document: &Value,
    edition: Edition,
) -> Result<WorkItem, WriteError> {
    let project = item.text(super::shapes::PROJECT);
    let about = api.about("change the work item", Some(project));
    let path = format!("/_apis/wit/workitems/{}", item.id);
    let ask = Ask::write(Method::PATCH, path, document, Makes::Nothing).patch().edition(edition);
    let answer = send(api, &ask, about).await?;
    shape(&answer, about).map_err(WriteError::unknown)
}

/// Somebody was faster.
pub(super) fn is_changed(error: &WriteError) -> bool {
    error.outcome == Outcome::Refused && error.error.code() == Code::Conflict
}

pub(super) async fn refetch(api: &Api, item: &WorkItem) -> Result<WorkItem, WriteError> {
    let id = u64::try_from(item.id).unwrap_or_default();
    fetch(api, id).await.map_err(WriteError::not_sent)?.ok_or_else(|| {
        WriteError::refused(Problem::new(Code::TargetMissing, "The work item has just been deleted."))
    })
}

/// The one person whom a work item is assigned to.
async fn assignee<'d>(
    api: &Api,
    chosen: Chosen<'_>,
    model: &Model,
    draft: &'d IssueDraft,
    dropped: &mut Vec<String>,
) -> Result<Option<&'d str>, TrackerError> {
    let mut assigned: Option<&str> = None;
    for login in &draft.assignees {
        if let Some(first) = assigned {
            dropped.push(format!(
                "{login} was not assigned: a work item has one assignee, and that is {first}."
            ));
        } else if is_assignable(api, chosen, model, login).await? {
            assigned = Some(login);
        } else {
            dropped.push(format!(
                "{login} cannot be assigned in {}; the work item was created without.",
                chosen.name()
            ));
        }
    }
    Ok(assigned)
}

/// `login` can be assigned: found out with a creation that is only judged.
pub(super) async fn is_assignable(
    api: &Api,
    chosen: Chosen<'_>,
    model: &Model,
    login: &str,
) -> Result<bool, TrackerError> {
    let key = format!("{}/{}/{}", chosen.project(), model.kind.name, login.to_lowercase());
    let now = api.http.ports.clock.now();
    if let Some(known) = api.known.assignable.get(&key, now) {
        return Ok(*known);
    }
    let document = json!([set(TITLE, "Who can be assigned?"), set(ASSIGNED, login)]);
    let path = chosen.path(&format!("/_apis/wit/workitems/${}", super::address::part(&model.kind.name)));
    let ask = Ask::write(Method::POST, path, &document, Makes::Nothing).patch().only_judged();
    let answer = api.send(&ask).await?;
    let about = api.about("see who can be assigned", Some(chosen.name()));
    let assignable = if good(&answer) {
        true
    } else {
        match words::refusal(&answer) {
            // Other rules are broken as well, since nothing else is filled in.
            Refusal::Rules { broken } => !broken.iter().any(is_about_person),
            Refusal::Invalid { .. } if rules::plain(answer.message()).contains("identity") => false,
            _ => return Err(words::error(&answer, about)),
        }
    };
    api.known.assignable.put(&key, now, assignable);
    Ok(assignable)
}

fn is_about_person(broken: &rules::Broken) -> bool {
    broken.field.eq_ignore_ascii_case(ASSIGNED) || matches!(broken.fault, Fault::UnknownPerson(_))
}

/// Sends a write and sorts its failures.
pub(super) async fn send(api: &Api, ask: &Ask<'_>, about: About<'_>) -> Result<Answer, WriteError> {
    talk::written(api.send(ask).await, about)
}
