//! Changing many work items in one request (`$batch`): each part is a change of its own, with its
//! own test that nobody changed the work item since it was read.
//!
//! Only fields go this way. A creation must never be sent when it is not known whether it was done
//! before, and a lost answer to a batch leaves all of its parts unknown; a change with its test may
//! be sent again: either it was not done, or its test fails and the work item is read anew.
//! A part that was refused is made again by itself, which finds the words, or the way, for it.

use std::collections::HashMap;

use docket_domain::{Destination, IssueChange, IssueRef};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, Ask};
use super::change::{self, known_type};
use super::chosen::Chosen;
use super::edit::{self, Edit, Wish};
use super::model::Model;
use super::read::{id_of, many};
use super::shapes::{Listed, WorkItem};
use super::write::send;
use crate::error::{Outcome, WriteError};
use crate::talk::shape;
use crate::waist::{Written, stopped};

/// Changes in one request. Two hundred are taken, but the longer it takes to carry one out, the
/// likelier somebody changes a work item in between, or the line is cut.
pub(super) const AT_ONCE: usize = 50;

/// Most text in one request, bytes; what one part holds may be more.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// One change: the issue, and what is to become of it.
type Change = (IssueRef, IssueChange);

/// A work item that is to be changed, as it was read.
struct Ready<'c> {
    /// Index into the changes.
    at: usize,
    issue: &'c IssueRef,
    change: &'c IssueChange,
    item: WorkItem,
    model: Model,
    edit: Option<Edit>,
    dropped: Vec<String>,
}

/// What became of a part.
enum Part {
    /// It was done.
    Done(Box<WorkItem>),
    /// It was not; alone it may fare better, and tells why not.
    Alone,
    /// The whole failed, so that nothing of it was done, or nobody knows.
    Failed(WriteError),
}

/// Changes work items; see [`crate::Tracker::update_many`].
pub(super) async fn update_many(
    api: &Api,
    to: &Destination,
    changes: &[Change],
    markdown: bool,
) -> Vec<Result<Written, WriteError>> {
    let mut answers: Vec<Option<Result<Written, WriteError>>> = Vec::new();
    answers.resize_with(changes.len(), || None);
    // Trouble with reading is each change's own trouble: it reads again, alone, and says so.
    let mut found = if changes.len() > 1 { read(api, changes).await } else { HashMap::new() };
    let mut ready = Vec::new();
    for (at, (issue, change)) in changes.iter().enumerate() {
        let Some(item) = id_of(issue).ok().and_then(|id| found.remove(&id)) else { continue };
        let Ok(model) = known_type(api, issue, &item).await else { continue };
        if !edit::overtaken(&item, change) {
            let one = Ready { at, issue, change, item, model, edit: None, dropped: Vec::new() };
            let mut dropped = Vec::new();
            let edit = Edit::of(&one.item, one.wish(to, markdown), &mut dropped);
            ready.push(Ready { edit, dropped, ..one });
        }
    }
    let parts = send_all(api, &ready).await;
    let mut end: Option<WriteError> = None;
    for (one, part) in ready.into_iter().zip(parts) {
        let answer = match (part, &end) {
            // Its fields are written; what comes behind them would fail as the one before did.
            (Part::Done(_), Some(end)) => Err(WriteError::unknown(end.error.clone())),
            (Part::Done(item), None) => finish(api, to, &one, *item, markdown).await,
            (Part::Failed(error), _) => Err(error),
            (Part::Alone, _) => continue,
        };
        end = end.or_else(|| answer.as_ref().err().and_then(stopped));
        answers[one.at] = Some(answer);
    }
    let mut whole: Vec<Result<Written, WriteError>> = Vec::with_capacity(changes.len());
    for ((issue, change), answer) in changes.iter().zip(answers) {
        let answer = match (answer, &end) {
            (Some(answer), _) => answer,
            (None, Some(end)) => Err(end.clone()),
            (None, None) => change::update(api, to, issue, change, markdown).await,
        };
        end = end.or_else(|| answer.as_ref().err().and_then(stopped));
        whole.push(answer);
    }
    whole
}

impl Ready<'_> {
    fn wish<'w>(&'w self, to: &'w Destination, markdown: bool) -> Wish<'w> {
        Wish { model: &self.model, chosen: Chosen::read(to).ok(), change: self.change, markdown }
    }
}

/// The work items as they are now; none when they could not be read.
async fn read(api: &Api, changes: &[Change]) -> HashMap<u64, WorkItem> {
    let mut ids: Vec<u64> = changes.iter().filter_map(|(issue, _)| id_of(issue).ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    let items = many(api, &ids).await.unwrap_or_default();
    items.into_iter().map(|item| (u64::try_from(item.id).unwrap_or_default(), item)).collect()
}

/// Sends what is to be sent, in as many requests as its size asks for.
async fn send_all(api: &Api, ready: &[Ready<'_>]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::with_capacity(ready.len());
    let mut end: Option<WriteError> = None;
    for some in portions(ready) {
        match &end {
            Some(end) => parts.extend(some.iter().map(|_| Part::Failed(end.clone()))),
            None => match send_some(api, some).await {
                Ok(done) => parts.extend(done),
                Err(error) => {
                    end = stopped(&error);
                    let refused = error.outcome == Outcome::Refused;
                    parts.extend(
                        some.iter().map(|_| if refused { Part::Alone } else { Part::Failed(error.clone()) }),
                    );
                }
            },
        }
    }
    parts
}

/// Neighbours that fit into one request.
fn portions<'r, 'c>(ready: &'r [Ready<'c>]) -> Vec<&'r [Ready<'c>]> {
    let mut portions = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, one) in ready.iter().enumerate() {
        let size = one.edit.as_ref().map_or(0, |edit| edit.document.to_string().len());
        if at > from && (bytes + size > MOST_BYTES || at - from == AT_ONCE) {
            portions.push(&ready[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += size;
    }
    portions.push(&ready[from..]);
    portions
}

/// One request; nothing is sent when nothing changes.
async fn send_some(api: &Api, ready: &[Ready<'_>]) -> Result<Vec<Part>, WriteError> {
    let sent: Vec<Value> = ready.iter().filter_map(|one| request(api, one)).collect();
    let mut answers = Vec::new();
    if !sent.is_empty() {
        let about = api.about("change work items", None);
        let body = Value::from(sent);
        let parts = body.as_array().map_or(0, Vec::len);
        let answer = send(api, &Ask::bulk("/_apis/wit/$batch", &body, parts), about).await?;
        let listed: Listed<Value> = shape(&answer, about).map_err(WriteError::unknown)?;
        answers = listed.value;
    }
    let mut answers = answers.into_iter();
    let mut parts = Vec::with_capacity(ready.len());
    for one in ready {
        parts.push(match &one.edit {
            None => Part::Done(Box::new(one.item.clone())),
            Some(_) => match answers.next().as_ref().and_then(|answer| done(answer, one.item.id)) {
                Some(item) => Part::Done(Box::new(item)),
                None => Part::Alone,
            },
        });
    }
    Ok(parts)
}

/// A part, as a request of its own would be. Its address begins at the organisation.
fn request(api: &Api, one: &Ready<'_>) -> Option<Value> {
    let edit = one.edit.as_ref()?;
    let version = api.named(edit.edition);
    Some(json!({
        "method": "PATCH",
        "uri": format!("/_apis/wit/workitems/{}?api-version={version}", one.item.id),
        "headers": { "Content-Type": "application/json-patch+json" },
        "body": edit.document,
    }))
}

/// The work item in a part's answer, which is JSON in a text; nothing unless it is the one that
/// was changed.
fn done(answer: &Value, id: i64) -> Option<WorkItem> {
    if answer.get("code").and_then(Value::as_u64) != Some(200) {
        return None;
    }
    let item: WorkItem = match answer.get("body")? {
        Value::String(text) => serde_json::from_str(text).ok()?,
        body => WorkItem::deserialize(body).ok()?,
    };
    (item.id == id).then_some(item)
}

/// What comes behind the fields.
async fn finish(
    api: &Api,
    to: &Destination,
    one: &Ready<'_>,
    item: WorkItem,
    markdown: bool,
) -> Result<Written, WriteError> {
    let mut dropped = one.dropped.clone();
    dropped.extend(one.edit.as_ref().map(|edit| edit.missing(&item, &one.model)).unwrap_or_default());
    let finished = change::finish(api, one.issue, item, one.wish(to, markdown), dropped).await;
    finished.map_err(|error| match (error.outcome, &one.edit) {
        // What comes behind was not sent, but the fields are written.
        (Outcome::NotSent, Some(_)) => WriteError::unknown(error.error),
        _ => error,
    })
}
