//! Files of a project: up with a form, down by secret and name.

use rand::Rng as _;

use super::Call;
use crate::gitlab::multipart::Brought;
use crate::gitlab::refusal::{error, forbidden, message, no_project, not_found, too_large};
use crate::gitlab::uploads::{Upload, cleaned};
use crate::reply::{Answer, Handled};

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let by = call.caller.signed_in()?;
    let project = call.project()?.id;
    let (name, bytes) = match std::mem::take(&mut call.brought) {
        Brought::File { name, bytes } if bytes.len() <= call.lab.attachment_limit => (cleaned(&name), bytes),
        Brought::File { .. } | Brought::TooLarge => return Err(too_large()),
        Brought::Nothing | Brought::Words => return Err(error(400, "file is missing")),
    };
    let room = call.lab.room_for_files;
    if call.world.bytes_of_files() + bytes.len() > room {
        return Err(message(507, &format!("The practice server keeps at most {room} bytes of files.")));
    }
    let secret = format!("{:032x}", rand::rng().random::<u128>());
    let upload = Upload { id: call.world.id(), secret, name, bytes, by, at: call.now };
    let told = upload.told(&call.lab.root, project);
    call.world.project_mut(project).ok_or_else(no_project)?.uploads.push(upload);
    Ok(Answer::json(201, told))
}

pub(super) fn download(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    if call.access(project).is_none() {
        return Err(forbidden());
    }
    let [_, secret, name] = call.params else { return Err(not_found()) };
    let upload = project.upload(secret, name).ok_or_else(not_found)?;
    Ok(Answer::file(&upload.name, upload.bytes.clone()))
}
