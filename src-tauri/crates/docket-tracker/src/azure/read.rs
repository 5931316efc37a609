//! What has become of work items. Ids are the organisation's, so a work item that moved to
//! another project is found under its old number; the recycle bin tells deleted from hidden.

use std::collections::HashMap;

use docket_domain::{IssueRef, IssueState, Problem};
use serde::Deserialize;
use serde_json::{Value, json};

use super::address::{is_guid, part};
use super::api::{Api, Ask, good};
use super::model::{Model, kinds, model};
use super::shapes::{Listed, PROJECT, STATE, TYPE, WorkItem};
use super::words::{self, Refusal};
use crate::error::TrackerError;
use crate::http::Answer;
use crate::talk::{self, shape};
use crate::waist::IssueRead;

/// Work items in one request; more are refused (VS403474).
pub(super) const AT_ONCE: usize = 200;
/// The version of the API in which many work items are asked for with a text of their ids.
const BATCH_CAME_WITH: &str = "5.0";

/// The issue's number: it goes into a path.
pub(super) fn id_of(issue: &IssueRef) -> Result<u64, TrackerError> {
    let text = issue.stable_id.as_deref().unwrap_or(&issue.number).trim();
    text.parse().or_else(|_| issue.number.trim().parse()).map_err(|_| {
        Problem::bad_input(format!("«{}» is not the number of a work item.", issue.number)).into()
    })
}

/// Category of a work item's state.
pub(super) fn category<'m>(model: Option<&'m Model>, item: &WorkItem) -> Option<&'m str> {
    model?.kind.category(item.text(STATE))
}

/// Reads issues; see [`crate::Tracker::read`].
pub(super) async fn read(api: &Api, issues: &[IssueRef]) -> Result<Vec<(IssueRef, IssueRead)>, TrackerError> {
    let mut ids = issues.iter().map(id_of).collect::<Result<Vec<u64>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    let mut found: HashMap<u64, WorkItem> = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let items = many(api, ids).await?;
        found.extend(items.into_iter().map(|item| (u64::try_from(item.id).unwrap_or_default(), item)));
    }
    let mut reads = Vec::with_capacity(issues.len());
    for issue in issues {
        let read = match found.get(&id_of(issue)?) {
            Some(item) => read_of(api, issue, item).await?,
            None => IssueRead { state: gone(api, issue).await?, seen: None },
        };
        reads.push((issue.clone(), read));
    }
    Ok(reads)
}

/// Moved when it lies in another project than it was last seen in.
async fn read_of(api: &Api, asked: &IssueRef, item: &WorkItem) -> Result<IssueRead, TrackerError> {
    let category = category_of(api, item).await?;
    let seen = item.seen(&api.address, category.as_deref());
    let same = seen.issue.target.eq_ignore_ascii_case(asked.target.trim()) || is_guid(asked.target.trim());
    let state = if same { seen.state.clone() } else { IssueState::Moved { to: Some(seen.issue.short()) } };
    Ok(IssueRead { state, seen: Some(seen) })
}

/// Category of a work item's state, asking its project for its types (which is remembered).
pub(super) async fn category_of(api: &Api, item: &WorkItem) -> Result<Option<String>, TrackerError> {
    let kinds = match kinds(api, item.text(PROJECT)).await {
        Ok(kinds) => kinds,
        // A project whose work items may be read, but not its process.
        Err(error) if matches!(error.status, Some(403 | 404)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let kind = kinds.iter().find(|kind| kind.name.eq_ignore_ascii_case(item.text(TYPE)));
    Ok(kind.and_then(|kind| kind.category(item.text(STATE))).map(str::to_owned))
}

/// Work items by id; those that are not there are left out.
pub(super) async fn many(api: &Api, ids: &[u64]) -> Result<Vec<WorkItem>, TrackerError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let about = api.about("read work items", None);
    let answer = talk::readable(listed(api, ids).await?, about)?;
    let listed: Listed<Option<Value>> = shape(&answer, about)?;
    // What may be left out comes as null from some versions, and not at all from others.
    Ok(listed.value.into_iter().flatten().filter_map(|item| WorkItem::deserialize(item).ok()).collect())
}

/// The answer to a question for many work items. TFS 2018 knows it only with the ids in the
/// address; that it does not know the other form is no matter of versions to it.
async fn listed(api: &Api, ids: &[u64]) -> Result<Answer, TrackerError> {
    if api.speaks(BATCH_CAME_WITH) {
        let question = json!({ "ids": ids, "errorPolicy": "omit" });
        let answer = api.send(&Ask::question("/_apis/wit/workitemsbatch", &question)).await?;
        if answer.status != 404 {
            return Ok(answer);
        }
        // The version may not be settled yet: this one question is answered by every server.
        api.ground().await?;
        if api.speaks(BATCH_CAME_WITH) {
            return Ok(answer);
        }
    }
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    let ask = Ask::get("/_apis/wit/workitems").with("ids", ids.join(",")).with("errorPolicy", "omit");
    Ok(api.send(&ask.fresh()).await?)
}

/// One work item; nothing when it is not there or not visible.
pub(super) async fn fetch(api: &Api, id: u64) -> Result<Option<WorkItem>, TrackerError> {
    let about = api.about("read the work item", None);
    let answer = api.send(&Ask::get(format!("/_apis/wit/workitems/{id}")).fresh()).await?;
    if good(&answer) {
        return shape(&answer, about).map(Some);
    }
    match words::refusal(&answer) {
        Refusal::NoItem | Refusal::NotVisible => Ok(None),
        _ => Err(words::error(&answer, about)),
    }
}

/// Deleted for certain when it lies in the recycle bin.
async fn gone(api: &Api, issue: &IssueRef) -> Result<IssueState, TrackerError> {
    let about = api.about("look into the recycle bin", Some(&issue.target));
    let path = format!("/{}/_apis/wit/recyclebin/{}", part(issue.target.trim()), id_of(issue)?);
    let answer = api.send(&Ask::get(path).fresh()).await?;
    if good(&answer) {
        return Ok(IssueState::Deleted);
    }
    match words::refusal(&answer) {
        // Looking there needs a right of its own.
        Refusal::NoItem
        | Refusal::NotVisible
        | Refusal::NoProject
        | Refusal::Forbidden
        | Refusal::NoScope
        | Refusal::Invalid { .. } => Ok(IssueState::NotVisible),
        _ => Err(words::error(&answer, about)),
    }
}

/// The type of a work item, with its fields.
pub(super) async fn model_of(api: &Api, item: &WorkItem) -> Result<Option<Model>, TrackerError> {
    model(api, item.text(PROJECT), item.text(TYPE)).await
}
