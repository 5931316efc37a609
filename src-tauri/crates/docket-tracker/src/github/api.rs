//! GitHub's addresses, and asking them: one place that knows where the API is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use docket_domain::{Code, Problem, Timestamp};
use tokio::sync::OnceCell;
use url::Url;

use super::address::GitHubAddress;
use super::project::Project;
use super::shapes::{Milestone, User};
use super::words::About;
use crate::check::seek;
use crate::error::TrackerError;
use crate::http::{Answer, Call, Http};
use crate::pace::Allowances;
use crate::talk;
pub(crate) use crate::talk::{BELIEVED_MS, join, shape};
use crate::waist::Account;

/// Where the API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// Without a slash at its end.
    pub rest: String,
    pub graphql: String,
}

/// What was looked up in a repository, with the time of the look.
#[derive(Default)]
pub(super) struct Known {
    pub milestones: HashMap<String, (Timestamp, Vec<Milestone>)>,
    /// By (repository, login).
    pub assignable: HashMap<(String, String), (Timestamp, bool)>,
    /// By owner (in small letters) and number.
    pub projects: HashMap<(String, u64), (Timestamp, Arc<Project>)>,
}

/// GitHub behind one connection.
pub(crate) struct Api {
    pub http: Http,
    pub address: GitHubAddress,
    /// The login that a person entered with the token.
    pub expected_login: Option<String>,
    pub allowances: Allowances,
    pub(super) known: Mutex<Known>,
    /// Where the API is, once it is known.
    pub(super) base: OnceCell<Base>,
}

impl Api {
    pub fn new(
        http: Http,
        address: GitHubAddress,
        expected_login: Option<String>,
        allowances: Allowances,
    ) -> Self {
        Self { http, address, expected_login, allowances, known: Mutex::default(), base: OnceCell::new() }
    }

    /// What a request is about, for words.
    pub fn about<'a>(&'a self, doing: &'a str, repo: Option<&'a str>) -> About<'a> {
        About { doing, repo, address: &self.address, redactor: &self.http.redactor }
    }

    /// Where the API is, asking once when the address does not tell.
    pub async fn base(&self) -> Result<&Base, TrackerError> {
        seek::base(self).await
    }

    /// Address of a path of the API, with a query.
    pub async fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, TrackerError> {
        let mut url = join(&self.base().await?.rest, path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// A page that an earlier answer named. It must lie on the same server.
    pub fn page(&self, page: &str) -> Result<Url, TrackerError> {
        talk::page(&self.http, page)
    }

    /// Reads; anything but success is an error in words.
    pub async fn get(&self, url: Url, about: About<'_>) -> Result<Answer, TrackerError> {
        talk::read(&self.http, Call::get(url), about).await
    }

    /// Reads, never from what is kept.
    pub async fn get_fresh(&self, url: Url, about: About<'_>) -> Result<Answer, TrackerError> {
        talk::read(&self.http, Call::get(url).fresh(), about).await
    }

    /// The account behind the token.
    pub async fn who(&self) -> Result<Account, TrackerError> {
        let answer =
            self.get(self.url("/user", &[]).await?, self.about("see whose token this is", None)).await?;
        let user: User = shape(&answer, self.about("see whose token this is", None))?;
        if let Some(expected) = &self.expected_login
            && !expected.eq_ignore_ascii_case(&user.login)
        {
            return Err(login_mismatch(expected, &user.login).into());
        }
        Ok(Account {
            login: user.login,
            name: user.name,
            stable_id: user.node_id,
            token_ends: token_ends(&answer),
        })
    }
}

/// The entered user name is not the token's.
pub(crate) fn login_mismatch(expected: &str, login: &str) -> Problem {
    Problem::new(Code::Unauthorized, format!("The token belongs to «{login}», not to «{expected}»."))
        .hint("Correct the user name, or paste the token of that account.")
}

/// When the token ends, if the answer says so.
pub(crate) fn token_ends(answer: &Answer) -> Option<Timestamp> {
    let text = answer.header("github-authentication-token-expiration")?.trim();
    // `2026-12-01 10:00:00 UTC`, or with an offset like `+0100`.
    let spelled = text.replacen(' ', "T", 1).replace(" UTC", "Z").replace(' ', "");
    spelled.parse().ok().or_else(|| {
        jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", text)
            .ok()?
            .to_timestamp()
            .ok()
            .map(|at| Timestamp(at.as_millisecond()))
    })
}
