//! What GitHub's answers say in their headers.

use docket_domain::Timestamp;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde_json::Value;

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
        let inside = answer.status == 200 && answer.json().is_some_and(limited_inside);
        if !inside && !matches!(answer.status, 403 | 429) {
            return None;
        }
        let text = answer.message().to_ascii_lowercase();
        let asked = answer.retry_after(now);
        let throttle = |until, reason, words: &str| {
            Some(Throttle { until, reason, words: words.to_owned(), refused: true })
        };
        let used_up = answer.number("x-ratelimit-remaining") == Some(0);
        let reset = answer.number("x-ratelimit-reset").map(|seconds| Timestamp(seconds.saturating_mul(1000)));
        let secondary = text.contains("secondary rate limit") || text.contains("abuse detection");
        if answer.status == 403 && asked.is_none() && !used_up && !secondary {
            return None;
        }
        if secondary {
            let words = "GitHub limits new content to about 500 issues and comments an hour and asked for a pause. Nothing is lost.";
            return throttle(asked, WaitReason::TrackerAsked, words);
        }
        if let Some(until) = asked {
            let words = "GitHub asked for a pause. Nothing is lost.";
            return throttle(Some(until), WaitReason::TrackerAsked, words);
        }
        if used_up {
            let words = "The hourly allowance of requests is used up. Nothing is lost.";
            // A second of grace: the two clocks are not the same.
            let until = reset.map(|at| Timestamp(at.0.max(now.0)).plus_millis(1_000));
            return throttle(until, WaitReason::AllowanceUsedUp, words);
        }
        let words =
            "GitHub receives too many requests from this account and asked for a pause. Nothing is lost.";
        throttle(None, WaitReason::TrackerAsked, words)
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

/// GraphQL refuses for a limit with status 200. What was sent changes the same again when it is
/// repeated: a place on a board, fields there.
fn limited_inside(json: &Value) -> bool {
    json["errors"].as_array().into_iter().flatten().any(|error| {
        error["type"] == "RATE_LIMITED"
            || error["message"].as_str().is_some_and(|message| message.contains("submitted too quickly"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_limit_inside_a_success_of_graphql_is_seen() {
        for error in [
            json!({ "type": "RATE_LIMITED", "message": "API rate limit exceeded" }),
            json!({ "type": "UNPROCESSABLE", "message": "was submitted too quickly" }),
        ] {
            assert!(limited_inside(&json!({ "data": null, "errors": [error] })), "waited for: {error}");
        }
        let other = json!({ "errors": [{ "type": "NOT_FOUND", "message": "Could not resolve" }] });
        assert!(!limited_inside(&other), "another refusal stays one");
        assert!(!limited_inside(&json!([{ "number": 1 }])), "a list holds no errors");
    }
}
