//! What older servers lack: operations, parameters and parts of answers that came with a later version of the API.
//!
//! # Documented
//! The vendor publishes a document of work item tracking for each version of its servers (TFS 2018 Update 2: 4.1; Azure
//! DevOps Server 2019: 5.0, with Update 1 5.1; 2020: 6.0; 2022: 7.0, with Update 1 7.1). Read off them:
//! - 4.1 has no `workitemsbatch`; many work items are read with `ids` in the query, where `errorPolicy` exists already;
//! - types tell their states from 5.0 on; before that, and until 6.0 as a preview, `…/states` does;
//! - people in work items are texts (`Robin Roe <robin@contoso.example>`) in 4.1's examples and objects in 5.0's;
//! - comments are written by an operation of their own, with ids and pages, from 5.1 on. Before, they are read only, one for
//!   each revision that says something, and written as `System.History`; they are a preview in every version;
//! - tags are listed from 6.0 on, in 6.0 as a preview;
//! - `validateOnly` and the recycle bin are in all of them; Markdown (`multilineFieldsFormat`, `format`) is in none.
//!
//! That servers name the latest version which they know, in the words of [`super::version`], is seen with people who wrote
//! their answers down: 7.0 (Server 2022), 6.1 (2020), 5.1 (2019 Update 1).
//!
//! # Judgement
//! - An operation that a server does not have is 404 «The controller for path … was not found», or 405 when the path exists
//!   for another method, whatever version is asked for: routes are looked for before versions.
//! - An operation asked for in a version before its own is answered like one that is not there.
//! - Before 5.1, `order` and `$top` of comments mean what they mean today, and `fromRevision` takes the later ones.
//! - Whether TFS 2018 before Update 2 (4.0) knows `validateOnly` is told nowhere, so that it is not imitated: a server that
//!   overlooked the parameter would store what was only to be judged.

use serde_json::{Value, json};

use super::operations::{Kind, Operation};
use super::refuse;
use crate::reply::{Answer, Content};
use crate::site::Arrived;

/// A version of the API.
pub(crate) type Number = (u32, u32);

/// The version from which on comments are things of their own.
pub(crate) const COMMENTS: Number = (5, 1);

/// The version with which an operation came; those of the oldest server that is imitated came with `(0, 0)`.
fn came_with(operation: &str) -> Number {
    match operation {
        "Work Items_Get Work Items Batch" => (5, 0),
        "Comments_Add Comment" | "Comments_Delete" => COMMENTS,
        "Tags_List" => (6, 0),
        _ => (0, 0),
    }
}

/// Whether the operation is only a preview in this version.
pub(crate) fn is_preview(operation: &Operation, asked: Number) -> bool {
    let released_with = match operation.id {
        "Work Item Type States_List" | "Tags_List" => (7, 0),
        _ => (0, 0),
    };
    operation.preview || asked < released_with
}

/// The answer of a server that has no such operation.
pub(crate) fn lacks(operation: &Operation, arrived: &Arrived, knows: Number) -> Option<Box<Answer>> {
    if knows >= came_with(operation.id) {
        return None;
    }
    Some(if operation.id == "Comments_Add Comment" {
        let message = format!("The requested resource does not support http method '{}'.", arrived.method);
        refuse::platform(405, "UnsupportedHttpMethodException", &message)
    } else {
        let message = format!(
            "The controller for path '{}' was not found or does not implement IController.",
            arrived.path
        );
        refuse::platform(404, "HttpException", &message)
    })
}

const COMMENTS_OF_REVISIONS: &[(&str, Kind)] =
    &[("fromRevision", Kind::Int), ("$top", Kind::Int), ("order", Kind::Choice(&["asc", "desc"]))];

/// The parameters that the operation has in this version.
pub(crate) fn query(operation: &Operation, asked: Number) -> Vec<(&'static str, Kind)> {
    if operation.id == "Comments_Get Comments" && asked < COMMENTS {
        return COMMENTS_OF_REVISIONS.to_vec();
    }
    let writes = matches!(operation.id, "Work Items_Create" | "Work Items_Update");
    let came = |name: &str| match name {
        "$expand" if writes => (5, 1),
        "$expandIdentity" => (6, 0),
        "getDefaultTeamImageUrl" => (5, 0),
        _ => (0, 0),
    };
    operation.query.iter().copied().filter(|(name, _)| asked >= came(name)).collect()
}

/// The shape by hand that takes the place of the document's, which is that of 7.1.
pub(crate) fn answer_shape(operation: &Operation, asked: Number) -> Option<&'static str> {
    (operation.id == "Comments_Get Comments" && asked < COMMENTS).then_some("CommentsOfRevisions")
}

/// The answer as this version gives it.
pub(crate) fn aged(operation: &Operation, asked: Number, mut answer: Answer) -> Answer {
    if asked < (5, 0)
        && answer.status == 200
        && let Content::Json(body) = &mut answer.content
    {
        match operation.id {
            "Work Item Types_List" => {
                body["value"].as_array_mut().into_iter().flatten().for_each(without_states);
            }
            "Work Item Types_Get" => without_states(body),
            _ => people_as_text(body, false),
        }
    }
    answer
}

fn without_states(kind: &mut Value) {
    if let Some(kind) = kind.as_object_mut() {
        kind.remove("states");
    }
}

/// Turns people into texts, wherever `fields` hold them.
fn people_as_text(value: &mut Value, in_fields: bool) {
    match value {
        Value::Object(parts) => {
            let text = |key: &str| parts.get(key).and_then(Value::as_str);
            if in_fields && let (Some(name), Some(upn)) = (text("displayName"), text("uniqueName")) {
                *value = json!(format!("{name} <{upn}>"));
                return;
            }
            for (key, part) in parts.iter_mut() {
                people_as_text(part, in_fields || key == "fields");
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| people_as_text(part, in_fields)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::operations;

    #[test]
    fn an_old_answer_has_texts_for_people_and_types_without_states() {
        let operation = |method, path| operations::find(method, path).unwrap().0;
        let robin = json!({ "displayName": "Robin Roe", "uniqueName": "robin@contoso.example", "id": "1" });
        let item = json!({ "id": 1, "fields": { "System.AssignedTo": robin }, "_links": { "by": robin } });
        let get = operation("GET", "/_apis/wit/workitems/1");
        let old = aged(get, (4, 1), Answer::json(200, item.clone()));
        let old = old.body_json().unwrap();
        assert_eq!(old["fields"]["System.AssignedTo"], "Robin Roe <robin@contoso.example>", "a text");
        assert_eq!(old["_links"]["by"], robin, "only fields of work items are told so");
        let newer = aged(get, (5, 0), Answer::json(200, item.clone()));
        assert_eq!(newer.body_json(), Some(&item), "5.0 is as today");
        let kinds = json!({ "count": 1, "value": [{ "name": "Bug", "states": [] }] });
        let list = operation("GET", "/p/_apis/wit/workitemtypes");
        let old = aged(list, (4, 1), Answer::json(200, kinds));
        assert_eq!(old.body_json().unwrap()["value"][0], json!({ "name": "Bug" }), "no states");
    }
}
