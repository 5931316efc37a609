//! What GitLab's answers say in their headers.

use docket_domain::Timestamp;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};

use crate::http::{Answer, Dialect, Throttle};
use crate::pace::{Told, WaitReason};

/// The one dialect.
pub(super) static GITLAB: GitLabDialect = GitLabDialect;

/// GitLab's ways.
pub(super) struct GitLabDialect;

/// Headers of every request, besides sign-in and user agent.
pub(super) fn headers() -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))])
}

impl Dialect for GitLabDialect {
    fn vendor(&self) -> &'static str {
        "GitLab"
    }

    fn telling_headers(&self) -> &'static [&'static str] {
        &[
            "content-type",
            "date",
            "etag",
            "link",
            "location",
            "retry-after",
            "server",
            "x-request-id",
            "x-gitlab-meta",
            "x-next-page",
            "ratelimit-limit",
            "ratelimit-name",
            "ratelimit-observed",
            "ratelimit-remaining",
            "ratelimit-reset",
        ]
    }

    fn throttled(&self, answer: &Answer, now: Timestamp) -> Option<Throttle> {
        if answer.status != 429 {
            return None;
        }
        let reset = answer.number("ratelimit-reset").map(|seconds| {
            // A second of grace: the two clocks are not the same.
            Timestamp(seconds.saturating_mul(1000).max(now.0)).plus_millis(1_000)
        });
        Some(Throttle {
            until: answer.retry_after(now).or(reset),
            refused: true,
            reason: WaitReason::TrackerAsked,
            words: "GitLab limits how much may be asked of it in a minute and asked for a pause. Nothing is lost."
                .to_owned(),
        })
    }

    fn told(&self, answer: &Answer, now: Timestamp) -> Option<Told> {
        // Other limits (one project's address, a search) say nothing about the account.
        if !answer.header("ratelimit-name").is_none_or(|name| name.contains("authenticated_api")) {
            return None;
        }
        Some(Told {
            limit: answer.number("ratelimit-limit")?,
            left: answer.number("ratelimit-remaining")?,
            renewed: answer.moment("ratelimit-reset", now)?,
        })
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        headers.get("x-request-id")?.to_str().ok().map(str::to_owned)
    }
}
