//! Files of a GitLab issue. An upload belongs to the project and is seen by nobody until a text
//! names it; so Docket names it in a comment of its own, one for each issue, which is changed when
//! the file is another one.
//!
//! What is interrupted between the two leaves an upload that nothing names. It is not looked for:
//! listing uploads takes the role Maintainer.

use docket_domain::{IssueFile, IssueRef, Marker};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::comments::CommentsOf;
use super::read::path_of;
use super::shapes::{Note, Numbers};
use crate::comments;
use crate::error::{Outcome, TrackerError, WriteError};
use crate::http::{Call, Upload};
use crate::pace::Makes;
use crate::talk::{self, beforehand, garbled, shape};

/// Largest file that is sent, bytes. GitLab takes 100 MiB unless its administrators say less.
pub(super) const MOST: usize = 8 * 1024 * 1024;

/// What was seen in the issue longer ago than this is looked at again before it is changed,
/// milliseconds.
const OLD_MS: i64 = 10_000;

/// What GitLab says about an upload.
#[derive(Deserialize)]
struct Uploaded {
    /// Address below the project (`/uploads/…/name`).
    url: String,
}

/// The hidden line by which the comment with the file is known again.
fn sign(marker: &Marker) -> String {
    format!("<!-- docket:v1 file of={marker} -->")
}

/// See [`crate::Tracker::put_file`].
pub(super) async fn put(api: &Api, issue: &IssueRef, file: &IssueFile) -> Result<Option<String>, WriteError> {
    let path = path_of(api, issue).await.map_err(beforehand)?;
    let sign = sign(&file.marker);
    let clock = &api.http.ports.clock;
    let looked = clock.now();
    let mut there = comment(api, &path, issue, &sign, &file.name).await.map_err(beforehand)?;
    if matches!(there, There::Right) {
        return Ok(None);
    }
    let url = upload(api, issue, file).await?;
    if clock.now().millis_since(looked) > OLD_MS {
        // This computer slept, or the upload took long: somebody else may have been here.
        there = comment(api, &path, issue, &sign, &file.name).await.map_err(WriteError::unknown)?;
        if matches!(there, There::Right) {
            return Ok(None);
        }
    }
    let text = format!("The findings of this issue as a file: [{}]({url})\n\n{sign}", file.name);
    if let There::Other(id) = there {
        let short = issue.short();
        let about = api.about("change the comment with the file", Some(&short));
        let url = api.url(&format!("{path}/notes/{id}"), &[]).await.map_err(WriteError::not_sent)?;
        let body = json!({ "body": text });
        let call = Call::write(Method::PUT, url, Some(&body), Makes::Nothing);
        match talk::write(&api.http, call, about).await {
            Ok(_) => return Ok(None),
            // Another account wrote it: a comment of this one stands beside it then.
            Err(error) if error.outcome == Outcome::Refused => {}
            Err(error) => return Err(error),
        }
    }
    comments::write_once(&CommentsOf { api, issue }, &text, &format!("[{}](", file.name)).await?;
    Ok(None)
}

/// What stands in the issue.
enum There {
    /// A comment that names this file.
    Right,
    /// One with another file of the same issue.
    Other(u64),
    Nothing,
}

async fn comment(
    api: &Api,
    path: &str,
    issue: &IssueRef,
    sign: &str,
    name: &str,
) -> Result<There, TrackerError> {
    let short = issue.short();
    let about = api.about("read the comments", Some(&short));
    let query = [("sort", "desc"), ("order_by", "updated_at"), ("per_page", "100")];
    let (entries, _) = api.all(&format!("{path}/notes"), &query, super::comments::MOST, about).await?;
    let mut there = There::Nothing;
    for note in entries.iter().filter_map(|entry| Note::deserialize(entry).ok()) {
        if note.system || !note.body.contains(sign) {
            continue;
        }
        if note.body.contains(&format!("[{name}](")) {
            return Ok(There::Right);
        }
        if matches!(there, There::Nothing) {
            there = There::Other(note.id);
        }
    }
    Ok(there)
}

/// Uploads the file; its address, as a text of the project names it.
async fn upload(api: &Api, issue: &IssueRef, file: &IssueFile) -> Result<String, WriteError> {
    let project = match Numbers::of(issue) {
        Some(numbers) => format!("/projects/{}", numbers.project),
        None => api.project(&issue.target).await.map_err(beforehand)?.project.path(""),
    };
    let about = api.about("upload the file", Some(&issue.target));
    let url = api.url(&format!("{project}/uploads"), &[]).await.map_err(WriteError::not_sent)?;
    let upload = Upload { name: &file.name, bytes: &file.bytes, field: Some("file") };
    let answer = talk::write(&api.http, Call::upload(url, upload), about).await?;
    let Uploaded { url } = shape(&answer, about).map_err(WriteError::unknown)?;
    // It goes into a text: nothing but an address below the project may stand in its place.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    if url.starts_with("/uploads/") && url.chars().all(plain) {
        Ok(url)
    } else {
        Err(WriteError::refused(garbled(&answer, about)))
    }
}
