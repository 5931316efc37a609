//! Files of a work item: uploaded first, then bound to it by a change that goes through only when
//! nobody was faster. The same change lets go of the file that it replaces.
//!
//! What is interrupted between the two leaves a file that no work item names. The service has no
//! way to list such files or to delete them.

use docket_domain::{IssueFile, IssueRef};
use serde::Deserialize;
use serde_json::{Value, json};

use super::address::part;
use super::api::{Api, Ask, Edition, good};
use super::document::unchanged;
use super::read::id_of;
use super::words;
use super::write::{is_changed, patch};
use crate::error::WriteError;
use crate::http::Upload;
use crate::talk::{self, beforehand, shape};

use super::shapes::WorkItem;

/// Largest file that is sent, bytes. The service takes 60 MB, a server of one's own 4 MB unless its administrators say
/// more.
pub(super) const MOST: usize = 4_000_000;

/// How a work item is bound to a file.
const ATTACHED: &str = "AttachedFile";

/// A file, uploaded.
#[derive(Deserialize)]
struct Uploaded {
    url: String,
}

/// See [`crate::Tracker::put_file`].
pub(super) async fn put(api: &Api, issue: &IssueRef, file: &IssueFile) -> Result<Option<String>, WriteError> {
    let mut url: Option<String> = None;
    for last in [false, true] {
        let item = with_relations(api, issue).await?;
        let ours = ours(&item, file);
        if ours.iter().any(|(_, name)| name == &file.name) {
            return Ok(None);
        }
        let url = match &url {
            Some(url) => url.clone(),
            None => url.insert(upload(api, issue, file).await?).clone(),
        };
        let mut document = vec![unchanged(item.rev)];
        // From behind, so that the places of the others stay.
        document.extend(
            ours.iter().rev().map(|(at, _)| json!({ "op": "remove", "path": format!("/relations/{at}") })),
        );
        document.push(json!({ "op": "add", "path": "/relations/-", "value": {
            "rel": ATTACHED, "url": url,
            "attributes": { "name": file.name, "comment": comment(file) },
        }}));
        match patch(api, &item, &Value::from(document), Edition::Released).await {
            Err(error) if is_changed(&error) && !last => {}
            other => return other.map(|_| None),
        }
    }
    Ok(None)
}

/// The words at a file by which it is known as this issue's.
fn comment(file: &IssueFile) -> String {
    format!("The findings of this work item, by Docket ({}).", file.marker)
}

/// Where in the work item's relations Docket's files for the same issue stand, and their names.
fn ours(item: &WorkItem, file: &IssueFile) -> Vec<(usize, String)> {
    let text = |relation: &Value, path: &str| {
        relation.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    item.relations
        .iter()
        .enumerate()
        .filter(|(_, relation)| {
            text(relation, "/rel") == ATTACHED
                && text(relation, "/attributes/comment").contains(file.marker.as_str())
        })
        .map(|(at, relation)| (at, text(relation, "/attributes/name")))
        .collect()
}

async fn with_relations(api: &Api, issue: &IssueRef) -> Result<WorkItem, WriteError> {
    let id = id_of(issue).map_err(WriteError::refused)?;
    let about = api.about("read the work item", Some(&issue.target));
    let ask = Ask::get(format!("/_apis/wit/workitems/{id}")).with("$expand", "relations").fresh();
    let answer = api.send(&ask).await.map_err(|failure| beforehand(failure.into()))?;
    if good(&answer) {
        return shape(&answer, about).map_err(WriteError::not_sent);
    }
    Err(beforehand(words::error(&answer, about)))
}

async fn upload(api: &Api, issue: &IssueRef, file: &IssueFile) -> Result<String, WriteError> {
    let about = api.about("upload the file", Some(&issue.target));
    let path = format!("/{}/_apis/wit/attachments", part(issue.target.trim()));
    let upload = Upload { name: &file.name, bytes: &file.bytes, field: None };
    let ask = Ask::upload(path, upload).with("fileName", &file.name);
    let answer = talk::written(api.send(&ask).await, about)?;
    shape::<Uploaded>(&answer, about).map(|uploaded| uploaded.url).map_err(WriteError::unknown)
}
