//! Is it a GitLab, which one, and how much may still be asked of it?

use serde_json::Value;
use tokio::sync::OnceCell;

use super::super::api::{Api, Base};
use super::super::{limits_of, words};
use super::sign_in::SignedIn;
use crate::check::course::Allowance;
use crate::check::seek::Sought;
use crate::check::{Finding, estimate};
use crate::error::TrackerError;
use crate::http::Answer;
use crate::waist::CheckGoal;

impl Sought for Api {
    type Base = Base;
    /// Its refusal is the mark.
    const QUESTION: &str = "/version";

    fn candidates(&self) -> Vec<Base> {
        let base = |prefix: String| {
            let web = self.address.web_at(&prefix);
            Base { rest: format!("{web}/api/v4"), graphql: format!("{web}/api/graphql"), web, prefix }
        };
        self.address.prefixes().into_iter().map(base).collect()
    }

    fn rest(base: &Base) -> &str {
        &base.rest
    }

    fn is_theirs(&self, answer: &Answer) -> bool {
        let Some(json) = answer.json() else { return false };
        let marked = answer.headers.contains_key("x-gitlab-meta");
        match answer.status {
            401 => marked || json.get("message").and_then(Value::as_str) == Some("401 Unauthorized"),
            200 => json.get("version").is_some() && json.get("revision").is_some(),
            403 | 429 => marked,
            _ => false,
        }
    }

    fn settled(&self) -> &OnceCell<Base> {
        &self.base
    }

    fn recognised(&self, _answer: &Answer) -> String {
        let name = if self.address.cloud { "gitlab.com" } else { "A GitLab answers" };
        name.to_owned()
    }

    fn refused(&self, answer: &Answer) -> TrackerError {
        words::error(answer, self.about("find its API", None))
    }

    fn advice(&self) -> &'static str {
        "Check the address. If your GitLab lies under a path (https://host/path), give it with that path."
    }
}

impl Allowance for Api {
    async fn rate(&self, signed_in: &SignedIn, goal: &CheckGoal) -> Finding {
        let estimate = estimate(&limits_of(self.allowances), goal.planned, 1, &self.http);
        let finding = match (signed_in.remaining, signed_in.limit) {
            (Some(remaining), Some(limit)) if remaining <= 0 => Finding::warning(
                format!("The allowance of {limit} requests a minute is used up."),
                "Docket waits by itself. Nothing is lost.",
            ),
            (Some(remaining), Some(limit)) => {
                Finding::ok(format!("{remaining} of {limit} requests left in this minute"))
            }
            _ => Finding::ok("The server tells no limits; Docket writes at most 200 issues a minute"),
        };
        finding.saw_all(estimate)
    }
}
