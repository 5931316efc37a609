//! What GitHub's answers say in their headers.

use docket_domain::Timestamp;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};

use crate::http::{Answer, Dialect, Throttle};
use crate::pace::{Told, WaitReason};

/// The one dialect.
pub(super) static GITHUB: GitHubDialect = GitHubDialect;

/// GitHub's ways.
pub(super) struct GitHubDialect;

/// Versions of the API that Docket speaks; the first is one that every supported server knows.
pub(super) const API_VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

/// Headers of every request, besides sign-in and user agent.
pub(super) fn headers(version: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    headers.insert("x-github-api-version", HeaderValue::from_static(version));
    headers
}

impl Dialect for GitHubDialect {
    fn vendor(&self) -> &'static str {
        "GitHub"
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
            "x-github-request-id",
            "x-github-sso",
            "x-oauth-scopes",
            "x-accepted-oauth-scopes",
            "x-accepted-github-permissions",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-ratelimit-resource",
            "github-authentication-token-expiration",
        ]
    }

    fn throttled(&self, answer: &Answer, now: Timestamp) -> Option<Throttle> {
        if !matches!(answer.status, 403 | 429) {
            return None;
        }
        let text = answer.message().to_ascii_lowercase();
        let asked = answer.retry_after(now);
        let used_up = answer.number("x-ratelimit-remaining") == Some(0);
        let reset = answer.number("x-ratelimit-reset").map(|seconds| Timestamp(seconds.saturating_mul(1000)));
        let secondary = text.contains("secondary rate limit") || text.contains("abuse detection");
        if answer.status == 403 && asked.is_none() && !used_up && !secondary {
            return None;
        }
        if secondary {
            let words = "GitHub limits new content to about 500 issues and comments an hour and asked for a pause. Nothing is lost.";
            return Some(Throttle {
                until: asked,
                reason: WaitReason::TrackerAsked,
                words: words.to_owned(),
            });
        }
        if let Some(until) = asked {
            let words = "GitHub asked for a pause. Nothing is lost.";
            return Some(Throttle {
                until: Some(until),
                reason: WaitReason::TrackerAsked,
                words: words.to_owned(),
            });
        }
        if used_up {
            let words = "The hourly allowance of requests is used up. Nothing is lost.";
            // A second of grace: the two clocks are not the same.
            let until = reset.map(|at| Timestamp(at.0.max(now.0)).plus_millis(1_000));
            return Some(Throttle { until, reason: WaitReason::AllowanceUsedUp, words: words.to_owned() });
        }
        let words =
            "GitHub receives too many requests from this account and asked for a pause. Nothing is lost.";
        Some(Throttle { until: None, reason: WaitReason::TrackerAsked, words: words.to_owned() })
    }

    fn told(&self, answer: &Answer, now: Timestamp) -> Option<Told> {
        // GraphQL has an allowance of its own, which is counted differently.
        if answer.header("x-ratelimit-resource").is_some_and(|resource| resource != "core") {
            return None;
        }
        Some(Told {
            limit: answer.number("x-ratelimit-limit")?,
            left: answer.number("x-ratelimit-remaining")?,
            renewed: answer.moment("x-ratelimit-reset", now)?,
        })
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        headers.get("x-github-request-id")?.to_str().ok().map(str::to_owned)
    }
}
