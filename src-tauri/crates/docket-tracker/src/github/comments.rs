//! Comments that must not appear twice: each is looked for before it is written again.

use docket_domain::{IssueDraft, IssueRef, Marker, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::list::{all, whole_second};
use super::read::number;
use super::shapes::Comment;
use super::target::Repo;
use super::write::send;
use crate::error::{Outcome, TrackerError, WriteError};
use crate::http::Call;

/// Most comments that are looked through.
const MOST: usize = 2_000;
/// How far back a comment of ours is looked for: clocks differ.
const LOOK_BACK_MS: i64 = 300_000;

/// The hidden line by which a follow-up comment is known again. It is not a marker line:
/// only the issue itself carries that.
pub(super) fn follow_up_line(marker: &Marker, at: usize, of: usize) -> String {
    format!("<!-- docket:v1 comment={at}/{of} of={marker} -->")
}

/// Writes the follow-up comments of a new issue.
pub(super) async fn follow_up(api: &Api, issue: &IssueRef, draft: &IssueDraft) -> Result<(), WriteError> {
    for (at, text) in draft.follow_ups.iter().enumerate() {
        let line = follow_up_line(&draft.marker, at + 1, draft.follow_ups.len());
        write_once(api, issue, &format!("{text}\n\n{line}"), &line).await?;
    }
    Ok(())
}

/// Writes a comment. After an unknown outcome it looks for `sign` in the comments since, and
/// writes again (once) only when it is not there.
pub(super) async fn write_once(
    api: &Api,
    issue: &IssueRef,
    text: &str,
    sign: &str,
) -> Result<(), WriteError> {
    let since = api.http.ports.clock.now().plus_millis(-LOOK_BACK_MS);
    for last in [false, true] {
        match write(api, issue, text).await {
            Ok(()) => return Ok(()),
            Err(error) if error.outcome != Outcome::Unknown => return Err(error),
            Err(error) => match bodies(api, issue, Some(since)).await {
                Ok(there) if there.iter().any(|body| same_text(body, sign)) => return Ok(()),
                Ok(_) if !last => {}
                Ok(_) | Err(_) => return Err(error),
            },
        }
    }
    Ok(())
}

/// Writes a comment unless the issue has it: an update that was interrupted is made again,
/// and its comment may have been the last thing that was stored.
pub(super) async fn write_missing(api: &Api, issue: &IssueRef, text: &str) -> Result<(), WriteError> {
    let there = bodies(api, issue, None).await.map_err(WriteError::not_sent)?;
    if there.iter().any(|body| same_text(body, text)) {
        return Ok(());
    }
    write_once(api, issue, text, text).await
}

/// `body` holds `sign`, whatever the line ends became.
fn same_text(body: &str, sign: &str) -> bool {
    body.replace("\r\n", "\n").contains(&sign.replace("\r\n", "\n"))
}

async fn write(api: &Api, issue: &IssueRef, text: &str) -> Result<(), WriteError> {
    let path = path(issue).map_err(WriteError::refused)?;
    let url = api.url(&path, &[]).await.map_err(WriteError::not_sent)?;
    let body = json!({ "body": text });
    let about = api.about("add the comment", Some(&issue.target));
    send(api, Call::write(Method::POST, url, Some(&body), true), about).await.map(|_| ())
}

/// The texts of an issue's comments, changed at or after `since`.
pub(super) async fn bodies(
    api: &Api,
    issue: &IssueRef,
    since: Option<Timestamp>,
) -> Result<Vec<String>, TrackerError> {
    let since = since.map(whole_second);
    let mut query = vec![("per_page", "100")];
    if let Some(since) = &since {
        query.push(("since", since));
    }
    let about = api.about("read the comments", Some(&issue.target));
    let (entries, _) = all(api, &path(issue)?, &query, MOST, about).await?;
    Ok(entries.iter().filter_map(|entry| Comment::deserialize(entry).ok()?.body).collect())
}

fn path(issue: &IssueRef) -> Result<String, TrackerError> {
    Ok(Repo::parse(&issue.target)?.path(&format!("/issues/{}/comments", number(issue)?)))
}
