//! Comments («notes») of a GitLab issue: where they are read and written.

use docket_domain::{IssueRef, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::read::path_of;
use super::shapes::{Note, time};
use crate::comments::Comments;
use crate::error::{TrackerError, WriteError};
use crate::http::{Call, Http};
use crate::pace::Makes;
use crate::talk;

/// Most comments that are looked through.
pub(super) const MOST: usize = 2_000;

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
        let path = path_of(self.api, self.issue).await.map_err(talk::beforehand)?;
        let url = self.api.url(&format!("{path}/notes"), &[]).await.map_err(WriteError::not_sent)?;
        let body = json!({ "body": text });
        let short = self.issue.short();
        let about = self.api.about("add the comment", Some(&short));
        talk::write(&self.api.http, Call::write(Method::POST, url, Some(&body), Makes::Beside), about)
            .await
            .map(|_| ())
    }

    async fn bodies(&self, since: Option<Timestamp>) -> Result<Vec<String>, TrackerError> {
        let path = path_of(self.api, self.issue).await?;
        let short = self.issue.short();
        let about = self.api.about("read the comments", Some(&short));
        let query = [("sort", "desc"), ("order_by", "updated_at"), ("per_page", "100")];
        let (entries, _) = self.api.all(&format!("{path}/notes"), &query, MOST, about).await?;
        Ok(entries
            .iter()
            .filter_map(|entry| Note::deserialize(entry).ok())
            .filter(|note| !note.system && since.is_none_or(|since| time(&note.updated_at) >= since))
            .map(|note| note.body)
            .collect())
    }
}
