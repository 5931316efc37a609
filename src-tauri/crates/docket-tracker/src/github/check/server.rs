//! Is it a GitHub, which one, and how much may still be asked of it?

use docket_domain::Timestamp;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::super::address::Host;
use super::super::api::{Api, Base};
use super::super::{limits_of, words, writes_per_issue};
use super::sign_in::SignedIn;
use crate::check::course::Allowance;
use crate::check::seek::Sought;
use crate::check::{Finding, estimate};
use crate::error::TrackerError;
use crate::http::{Answer, Call};
use crate::waist::CheckGoal;

impl Sought for Api {
    type Base = Base;
    const QUESTION: &str = "/meta";

    fn candidates(&self) -> Vec<Base> {
        let origin = self.address.api_origin().as_str().trim_end_matches('/').to_owned();
        let root = Base { rest: origin.clone(), graphql: format!("{origin}/graphql") };
        let server = Base { rest: format!("{origin}/api/v3"), graphql: format!("{origin}/api/graphql") };
        match &self.address.host {
            Host::Cloud | Host::DataResidency { .. } => vec![root],
            Host::Own { api_v3: true } => vec![server],
            Host::Own { api_v3: false } => vec![server, root],
        }
    }

    fn rest(base: &Base) -> &str {
        &base.rest
    }

    fn is_theirs(&self, answer: &Answer) -> bool {
        let Some(json) = answer.json() else { return false };
        let documented = json.get("documentation_url").and_then(Value::as_str);
        let says_so = answer.headers.keys().any(|name| name.as_str().starts_with("x-github-"))
            || json.get("verifiable_password_authentication").is_some()
            || json.get("installed_version").is_some()
            || documented.is_some_and(|url| url.contains("github"));
        says_so && (answer.is_success() || matches!(answer.status, 401 | 403 | 429))
    }

    fn settled(&self) -> &OnceCell<Base> {
        &self.base
    }

    fn recognised(&self, answer: &Answer) -> String {
        match answer.json().and_then(|json| json.get("installed_version")).and_then(Value::as_str) {
            Some(version) => format!("GitHub Enterprise Server {version}"),
            None if self.address.host == Host::Cloud => "github.com".to_owned(),
            None => "A GitHub answers".to_owned(),
        }
    }

    fn refused(&self, answer: &Answer) -> TrackerError {
        words::error(answer, self.about("find its API", None))
    }
}

impl Allowance for Api {
    async fn rate(&self, _signed_in: &SignedIn, goal: &CheckGoal) -> Finding {
        let each = goal.to.as_ref().map_or(1, writes_per_issue);
        let estimate = estimate(&limits_of(self.allowances), goal.planned, each, &self.http);
        let url = match self.url("/rate_limit", &[]).await {
            Ok(url) => url,
            Err(error) => return Finding::problem(&error.problem),
        };
        let answer = match self.http.send(Call::get(url).once()).await {
            Ok(answer) => answer,
            Err(failure) => return Finding::problem(&failure.error.problem),
        };
        if answer.status == 404 {
            return Finding::ok("This server sets no limits").saw("GET /rate_limit: 404").saw_all(estimate);
        }
        if !answer.is_success() {
            return Finding::problem(
                &words::error(&answer, self.about("ask for the allowance", None)).problem,
            );
        }
        let core =
            |key: &str| answer.json().and_then(|json| json.pointer("/resources/core"))?.get(key)?.as_i64();
        let (Some(remaining), Some(limit)) = (core("remaining"), core("limit")) else {
            return Finding::ok("The server does not say").saw_all(estimate);
        };
        let reset = Timestamp(core("reset").unwrap_or_default().saturating_mul(1000));
        let left = self.http.pacer.content_left(self.http.ports.clock.now());
        let finding = if remaining == 0 {
            Finding::warning(
                format!("The hourly allowance of {limit} requests is used up; it is renewed at {reset}."),
                "Docket waits by itself. Nothing is lost.",
            )
        } else {
            Finding::ok(format!("{remaining} of {limit} requests left in this hour"))
        };
        let left = left.map(|left| format!("about {left} new issues and comments possible in this hour"));
        finding.saw_all(left).saw_all(estimate)
    }
}
