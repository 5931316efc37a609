//! A work item's comments. Hidden lines do not survive here, so that a follow-up comment is
//! known again by a line that people can read; and the service writes HTML in its own way, so
//! that texts are compared by what one reads of them.

use std::borrow::Cow;

use docket_domain::{IssueRef, Marker, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Ask, Edition};
use super::document::{set, unchanged};
use super::read::id_of;
use super::shapes;
use super::write::{is_changed, send, there};
use crate::comments::Comments;
use crate::error::{TrackerError, WriteError};
use crate::http::Http;
use crate::pace::Makes;
use crate::talk::shape;

/// Most pages of comments that are looked through; 200 comments each.
const PAGES: usize = 10;

/// The comments of one work item.
pub(super) struct CommentsOf<'a> {
    pub api: &'a Api,
    pub issue: &'a IssueRef,
    pub markdown: bool,
}

#[derive(Deserialize)]
struct Comment {
    #[serde(default)]
    text: Option<String>,
    // Servers before 2020 tell the revision that said it, and when that was.
    #[serde(default, rename = "createdDate", alias = "revisedDate")]
    created: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    comments: Vec<Comment>,
    #[serde(default, rename = "continuationToken")]
    next: Option<String>,
}

impl CommentsOf<'_> {
    fn path(&self) -> Result<String, TrackerError> {
        let project = super::address::part(self.issue.target.trim());
        Ok(format!("/{project}/_apis/wit/workItems/{}/comments", id_of(self.issue)?))
    }

    /// Servers before 2020 have no way to add comments but the history. That is a change of the
    /// work item like any other, so it goes out with a test that nobody was faster.
    async fn as_history(&self, text: &str) -> Result<(), WriteError> {
        let about = self.api.about("add the comment", Some(&self.issue.target));
        for last in [false, true] {
            let now = there(self.api, self.issue).await?;
            let document = json!([unchanged(now.rev), set("System.History", text)]);
            let path = format!("/_apis/wit/workitems/{}", now.id);
            let ask = Ask::write(Method::PATCH, path, &document, Makes::Beside).patch();
            match send(self.api, &ask, about).await {
                Err(error) if is_changed(&error) && !last => {}
                other => return other.map(|_| ()),
            }
        }
        Ok(())
    }
}

impl Comments for CommentsOf<'_> {
    fn http(&self) -> &Http {
        &self.api.http
    }

    fn sign(&self, marker: &Marker, at: usize, of: usize) -> String {
        let line = format!("Part {at} of {of}, {}", marker.tag());
        if self.markdown { line } else { format!("<p>{line}</p>") }
    }

    fn holds(&self, body: &str, sign: &str) -> bool {
        bare(body).contains(&bare(sign))
    }

    async fn write(&self, text: &str) -> Result<(), WriteError> {
        // Asked first, so that the version is known.
        self.api.ground().await.map_err(WriteError::not_sent)?;
        if !self.api.speaks("6.0") {
            return self.as_history(text).await;
        }
        let path = self.path().map_err(WriteError::refused)?;
        let body = json!({ "text": text });
        let about = self.api.about("add the comment", Some(&self.issue.target));
        let ask = Ask::write(Method::POST, path, &body, Makes::Beside);
        let ask = if self.markdown {
            ask.edition(Edition::Newest).with("format", "markdown")
        } else {
            ask.edition(Edition::Preview)
        };
        send(self.api, &ask, about).await.map(|_| ())
    }

    async fn bodies(&self, since: Option<Timestamp>) -> Result<Vec<String>, TrackerError> {
        let about = self.api.about("read the comments", Some(&self.issue.target));
        let path = self.path()?;
        let mut texts = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..PAGES {
            let mut ask =
                Ask::get(path.clone()).edition(Edition::Preview).with("$top", "200").with("order", "desc");
            if let Some(token) = next.take() {
                ask = ask.with("continuationToken", token);
            }
            let answer = self.api.ask(&ask.fresh(), about).await?;
            let page: Page = shape(&answer, about)?;
            // The newest come first: from the first old one on, all are.
            let recent = |comment: &Comment| {
                let created = comment.created.as_deref().map(shapes::time);
                since.is_none_or(|since| created.is_none_or(|at| at >= since))
            };
            let all = page.comments.len();
            let taken: Vec<String> = page
                .comments
                .into_iter()
                .filter(recent)
                .map(|comment| comment.text.unwrap_or_default())
                .collect();
            let ended = taken.len() < all;
            texts.extend(taken);
            next = page.next.filter(|token| !token.is_empty() && !ended);
            if next.is_none() {
                break;
            }
        }
        Ok(texts)
    }
}

/// What one reads of a text: without tags, with entities resolved, white space as one blank.
pub(super) fn bare(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let tag = &rest[at..];
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        if let Some(end) = tag.find('>').filter(|_| is_tag) {
            plain.push(' ');
            rest = &tag[end + 1..];
        } else {
            plain.push('<');
            rest = &tag[1..];
        }
    }
    plain.push_str(rest);
    let plain = entities(&plain);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

const NAMED: [(&str, &str); 7] = [
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&amp;", "&"),
];

fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(NAMED.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_by_what_one_reads() {
        let sent = "<p>Part 1 of 2, docket-0123456789ab</p>";
        let stored =
            "<div>More.&nbsp;</div><div><span>Part 1 of&nbsp;2,\r\n docket-0123456789ab</span></div>";
        assert!(bare(stored).contains(&bare(sent)), "other tags and blanks do not matter: {}", bare(stored));
        assert_eq!(bare("a &lt; b &amp;&amp; c < d"), "a < b && c < d", "signs stay what they are");
        assert!(!bare("Part 1 of 22").contains(&bare("<p>Part 1 of 2,</p>")), "numbers are whole");
    }
}
