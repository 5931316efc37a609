//! Comments of a GitHub issue: where they are read and written.

use docket_domain::{IssueRef, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::list::{all, whole_second};
use super::read::number;
use super::shapes::Comment;
use super::target::Repo;
use super::write::send;
use crate::comments::Comments;
use crate::error::{TrackerError, WriteError};
use crate::http::{Call, Http};
use crate::pace::Makes;

/// Most comments that are looked through.
const MOST: usize = 2_000;

/// The comments of one issue.
pub(super) struct CommentsOf<'a> {
    pub api: &'a Api,
    pub issue: &'a IssueRef,
}

impl Comments for CommentsOf<'_> {
    fn http(&self) -> &Http {
        &self.api.http
    }

    async fn write(&self, text: &str) -> Result<(), WriteError> {
        let path = path(self.issue).map_err(WriteError::refused)?;
        let url = self.api.url(&path, &[]).await.map_err(WriteError::not_sent)?;
        let body = json!({ "body": text });
        let about = self.api.about("add the comment", Some(&self.issue.target));
        send(self.api, Call::write(Method::POST, url, Some(&body), Makes::Beside), about).await.map(|_| ())
    }

    async fn bodies(&self, since: Option<Timestamp>) -> Result<Vec<String>, TrackerError> {
        let since = since.map(whole_second);
        let mut query = vec![("per_page", "100")];
        if let Some(since) = &since {
            query.push(("since", since));
        }
        let about = self.api.about("read the comments", Some(&self.issue.target));
        let (entries, _) = all(self.api, &path(self.issue)?, &query, MOST, about).await?;
        Ok(entries.iter().filter_map(|entry| Comment::deserialize(entry).ok()?.body).collect())
    }
}

fn path(issue: &IssueRef) -> Result<String, TrackerError> {
    Ok(Repo::parse(&issue.target)?.path(&format!("/issues/{}/comments", number(issue)?)))
}
