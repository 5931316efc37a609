//! Comments on work items.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Call, ok};
use crate::azure::change;
use crate::azure::editions::COMMENTS;
use crate::azure::patch::mistake;
use crate::azure::refuse;
use crate::azure::render::moment;
use crate::azure::rules::LONG_TEXT;
use crate::azure::world::{Comment, Item};
use crate::reply::{Answer, Handled};

/// The token that leads to the part of a list that begins at `start`.
pub(crate) fn token_for(start: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("from:{start}"))
}

/// Where the part begins that a token leads to.
fn start_of(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    String::from_utf8(bytes).ok()?.strip_prefix("from:")?.parse().ok()
}

fn there<'c>(call: &'c Call<'_>) -> Result<&'c Item, Box<Answer>> {
    let (id, project) = (call.id("workItemId")?, call.project_at()?);
    let found = call.world.item(id).filter(|i| i.deleted.is_none() && i.project == project);
    found.ok_or_else(|| refuse::no_item(id))
}

/// Comments as they are read before they are things of their own: by the revisions that said them.
fn of_revisions(call: &Call<'_>, item: &Item) -> Value {
    let from = call.number("fromRevision").unwrap_or(0) as u64;
    let mut all: Vec<&Comment> = item.live_comments().filter(|c| c.revision >= from).collect();
    if call.asked("order").is_some_and(|o| o.eq_ignore_ascii_case("desc")) {
        all.reverse();
    }
    let url = format!("{}/_apis/wit/workItems/{}/comments", call.base.0, item.id);
    let page: Vec<Value> = all
        .iter()
        .take(call.number("$top").unwrap_or(200).clamp(1, 200))
        .map(|c| {
            json!({
                "revision": c.revision,
                "text": c.text,
                "revisedBy": call.base.person(&call.world.users[c.by]),
                "revisedDate": moment(c.at),
                "url": format!("{url}/{}", c.revision),
            })
        })
        .collect();
    let total = item.live_comments().count();
    json!({ "totalCount": total, "fromRevisionCount": all.len(), "count": page.len(), "comments": page, "url": url })
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let item = there(call)?;
    if call.version.number < COMMENTS {
        return ok(of_revisions(call, item));
    }
    let with_deleted = call.flag("includeDeleted");
    let mut all: Vec<&Comment> = item.comments.iter().filter(|c| with_deleted || !c.deleted).collect();
    if !call.asked("order").is_some_and(|o| o.eq_ignore_ascii_case("asc")) {
        all.reverse();
    }
    let start = match call.asked("continuationToken") {
        None => 0,
        Some(token) => start_of(token).ok_or_else(|| {
            refuse::wit(400, "InvalidContinuationTokenException", "The continuation token is not valid.")
        })?,
    };
    let top = call.number("$top").unwrap_or(200).clamp(1, 200);
    let page: Vec<Value> = all
        .iter()
        .skip(start)
        .take(top)
        .map(|c| call.base.comment(call.world, item, c, call.modern()))
        .collect();
    let url = format!("{}/{}/_apis/wit/workItems/{}/comments", call.base.0, call.param("project"), item.id);
    let mut out = json!({ "totalCount": all.len(), "count": page.len(), "comments": page, "url": url });
    if start + top < all.len() {
        let token = token_for(start + top);
        out["nextPage"] = Value::from(format!("{url}?continuationToken={token}"));
        out["continuationToken"] = Value::from(token);
    }
    ok(out)
}

pub(super) fn add(call: &mut Call<'_>) -> Handled {
    let id = there(call)?.id;
    let markdown = call.asked("format").is_some_and(|f| f.eq_ignore_ascii_case("markdown"));
    if call.version.number >= (7, 2) && call.asked("format").is_none() {
        return Err(mistake("query: the parameter 'format' is required from 7.2-preview on"));
    }
    if markdown && !call.modern() {
        return Err(mistake("query: Markdown comments exist from 7.2-preview on Azure DevOps Services only"));
    }
    let text = call.body["text"].as_str().unwrap_or_default().to_owned();
    if text.trim().is_empty() || text.chars().count() > LONG_TEXT {
        let message = "VS402652: The text of a comment cannot be empty or longer than 1048576 characters.";
        return Err(refuse::wit(400, "CommentTextException", message));
    }
    let made = change::comment(call.world, id, call.who, &text, markdown, call.now);
    let made = made.ok_or_else(|| refuse::no_item(id))?;
    let item = there(call)?;
    ok(call.base.comment(call.world, item, &made, call.modern()))
}

fn one<'c>(call: &'c Call<'_>) -> Result<(&'c Item, &'c Comment), Box<Answer>> {
    let item = there(call)?;
    let id = call.id("commentId")?;
    let with_deleted = call.flag("includeDeleted");
    let found = item.comments.iter().find(|c| c.id == id && (with_deleted || !c.deleted));
    found.map(|c| (item, c)).ok_or_else(|| {
        let message = format!("VS402647: The comment {id} does not exist on the work item {}.", item.id);
        refuse::wit(404, "CommentNotFoundException", &message)
    })
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let (item, comment) = one(call)?;
    ok(call.base.comment(call.world, item, comment, call.modern()))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let (item, comment) = one(call)?;
    let (item, comment) = (item.id, comment.id);
    if let Some(item) = call.world.item_mut(item) {
        item.comments.iter_mut().filter(|c| c.id == comment).for_each(|c| c.deleted = true);
        item.rev += 1;
    }
    Ok(Answer::empty(200))
}
