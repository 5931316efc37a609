//! Files: up as they are, down by their ids.

use serde_json::json;

use super::Call;
use crate::azure::files::{Attachment, too_large};
use crate::azure::patch::mistake;
use crate::azure::refuse;
use crate::azure::world::guid;
use crate::reply::{Answer, Handled};
use crate::text::percent_encoded;

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let project = call.named_project()?.map(|p| call.world.projects[p].id.clone());
    if call.asked("uploadType").is_some_and(|t| !t.eq_ignore_ascii_case("simple")) {
        return Err(mistake("query: the practice server takes files in one piece only ('uploadType')"));
    }
    let name = call.asked("fileName").unwrap_or_default().to_owned();
    let brought = std::mem::take(&mut call.brought);
    if brought.too_large || brought.bytes.len() > brought.most {
        return Err(too_large(&name, brought.most));
    }
    if call.world.bytes_of_files() + brought.bytes.len() > brought.room {
        let message = format!("The practice server keeps at most {} bytes of files.", brought.room);
        return Err(refuse::platform(507, "PracticeRoomException", &message));
    }
    let id = guid(&format!("attachment {} {}", call.organisation, call.world.attachments.len()));
    let place = project.map_or_else(String::new, |p| format!("/{p}"));
    let query = if name.is_empty() { String::new() } else { format!("?fileName={}", percent_encoded(&name)) };
    let url = format!("{}{place}/_apis/wit/attachments/{id}{query}", call.base.0);
    let kept = Attachment { id: id.clone(), name, bytes: brought.bytes, by: call.who, at: call.now };
    call.world.attachments.push(kept);
    Ok(Answer::json(201, json!({ "id": id, "url": url })))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    call.named_project()?;
    let id = call.param("id");
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts: Vec<&str> = id.split('-').collect();
    if parts.len() != 5 || !parts.iter().zip([8, 4, 4, 4, 12]).all(|(p, n)| digits(p, n)) {
        return Err(mistake(&format!("path: '{id}' is no attachment's id")));
    }
    let found = call.world.attachment(id).ok_or_else(|| {
        let message = format!("The attachment with id {id} does not exist.");
        refuse::wit(404, "WorkItemAttachmentNotFoundException", &message)
    })?;
    let name = call.asked("fileName").unwrap_or(&found.name);
    Ok(Answer::file(if name.is_empty() { id } else { name }, found.bytes.clone()))
}
