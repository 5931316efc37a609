//! GitLab's addresses, and asking them: one place that knows where the API is, and under which
//! number a project is reached.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use docket_domain::{Code, Destination, Problem, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

use super::address::{GitLabAddress, is_part};
use super::shapes::{Group, Milestone, Project, User};
use super::statuses::Status;
use super::words::{self, About};
use crate::check::seek;
use crate::error::TrackerError;
use crate::http::{Answer, Call, Http};
use crate::pace::Allowances;
use crate::talk::{self, BELIEVED_MS, segment, shape};
use crate::waist::Account;

/// Projects of a group that are named when a group was given in place of a project.
const NAMED: usize = 10;

/// Where the API is. No slash at any end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    pub rest: String,
    pub graphql: String,
    pub web: String,
    /// Path below the host (`/gitlab`), or nothing.
    pub prefix: String,
}

/// A project, and how it was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub project: Project,
    /// Its path was not understood by the server, its number was: a proxy mangles `%2F`.
    pub mangled: bool,
}

/// What was looked up, with the time of the look.
#[derive(Default)]
pub(crate) struct Known {
    /// By target, in lower case.
    pub projects: HashMap<String, (Timestamp, Found)>,
    /// By project.
    pub milestones: HashMap<u64, (Timestamp, Vec<Milestone>)>,
    /// By project and user name, in lower case.
    pub members: HashMap<(u64, String), (Timestamp, Option<u64>)>,
    /// Statuses of work items, by project.
    pub statuses: HashMap<u64, (Timestamp, Vec<Status>)>,
}

/// GitLab behind one connection.
pub(crate) struct Api {
    pub http: Http,
    pub address: GitLabAddress,
    pub allowances: Allowances,
    /// Signed in with OAuth rather than with a token of GitLab's.
    pub oauth: bool,
    known: Mutex<Known>,
    /// Where the API is, once it is known.
    pub(super) base: OnceCell<Base>,
    /// The web address before the base is known.
    web: String,
}

impl Api {
    pub fn new(http: Http, address: GitLabAddress, allowances: Allowances, oauth: bool) -> Self {
        let web = address.web();
        Self { http, address, allowances, oauth, known: Mutex::default(), base: OnceCell::new(), web }
    }

    /// What a request is about, for words.
    pub fn about<'a>(&'a self, doing: &'a str, project: Option<&'a str>) -> About<'a> {
        About { doing, project, web: self.web(), redactor: &self.http.redactor }
    }

    /// Base address of the web pages.
    pub fn web(&self) -> &str {
        self.base.get().map_or(&self.web, |base| &base.web)
    }

    /// What is remembered.
    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the API is, asking once when the address does not tell.
    pub async fn base(&self) -> Result<&Base, TrackerError> {
        seek::base(self).await
    }

    /// Address of a path of the API, with a query.
    pub async fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, TrackerError> {
        let mut url = talk::join(&self.base().await?.rest, path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// Reads a path.
    pub async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        about: About<'_>,
    ) -> Result<Answer, TrackerError> {
        talk::read(&self.http, Call::get(self.url(path, query).await?), about).await
    }

    /// All entries of a list, at most `most`; true when the list went on.
    pub async fn all(
        &self,
        path: &str,
        query: &[(&str, &str)],
        most: usize,
        about: About<'_>,
    ) -> Result<(Vec<Value>, bool), TrackerError> {
        talk::all(&self.http, self.url(path, query).await?, most, about).await
    }

    /// The account behind the token.
    pub async fn who(&self) -> Result<Account, TrackerError> {
        let about = self.about("see whose token this is", None);
        let user: User = shape(&self.get("/user", &[], about).await?, about)?;
        let token = if self.oauth { None } else { self.token().await? };
        let token_ends = token.and_then(|token| token.ends());
        Ok(Account {
            login: user.username,
            name: user.name,
            stable_id: Some(user.id.to_string()),
            token_ends,
        })
    }

    /// What the token says about itself; nothing on servers that are too old to tell.
    pub async fn token(&self) -> Result<Option<super::shapes::Token>, TrackerError> {
        let about = self.about("look at the token", None);
        let url = self.url("/personal_access_tokens/self", &[]).await?;
        let answer = self.http.send(Call::get(url)).await?;
        match answer.status {
            200 => Ok(Some(shape(&answer, about)?)),
            400 | 403 | 404 => Ok(None),
            _ => Err(words::error(&answer, about)),
        }
    }

    /// The project of a destination, by its number when that is known.
    pub async fn project_of(&self, to: &Destination) -> Result<Found, TrackerError> {
        let Some(id) = to.stable_id.as_deref().and_then(|id| id.trim().parse::<u64>().ok()) else {
            return self.project(&to.target).await;
        };
        if let Some(found) = self.remembered(&to.target) {
            return Ok(found);
        }
        let about = self.about("look at the project", Some(&to.target));
        let answer = self.get(&format!("/projects/{id}"), &[], about).await?;
        Ok(self.remember(&to.target, Found { project: shape(&answer, about)?, mangled: false }))
    }

    fn remembered(&self, target: &str) -> Option<Found> {
        let now = self.http.ports.clock.now();
        let known = self.known();
        let (at, found) = known.projects.get(&target.trim().to_lowercase())?;
        (now.millis_since(*at) < BELIEVED_MS).then(|| found.clone())
    }

    fn remember(&self, target: &str, found: Found) -> Found {
        let now = self.http.ports.clock.now();
        self.known().projects.insert(target.trim().to_lowercase(), (now, found.clone()));
        found
    }

    /// The project with this path (or number).
    pub async fn project(&self, target: &str) -> Result<Found, TrackerError> {
        if let Some(found) = self.remembered(target) {
            return Ok(found);
        }
        self.look_for(target).await
    }

    /// The project with this path, asked for anew.
    pub async fn look_for(&self, target: &str) -> Result<Found, TrackerError> {
        let path = self.path_of(target).await?;
        let about = self.about("look at the project", Some(target));
        let url = self.url(&format!("/projects/{}", segment(&path)), &[]).await?;
        let answer = self.http.send(Call::get(url)).await?;
        if answer.is_success() && answer.json().is_some() {
            return Ok(self.remember(target, Found { project: shape(&answer, about)?, mangled: false }));
        }
        // A proxy that does not like the path may say so with a page of its own.
        if answer.status != 404 || (answer.is_html() && !path.contains('/')) {
            return Err(words::error(&answer, about));
        }
        if let Some(project) = self.by_search(&path).await? {
            return Ok(self.remember(target, Found { project, mangled: true }));
        }
        Err(match self.group(&path).await? {
            Some(group) => self.is_a_group(&group).await?,
            None => words::error(&answer, about),
        })
    }

    /// The path as GitLab knows it: an address may carry the path that GitLab lies under.
    async fn path_of(&self, target: &str) -> Result<String, TrackerError> {
        let path = target.trim().trim_matches('/');
        let fits = !path.is_empty() && path.split('/').all(is_part);
        if !fits {
            return Err(Problem::bad_input(format!("«{target}» is not a project."))
                .hint("Write group/project, like acme/shop.")
                .into());
        }
        let prefix = self.base().await?.prefix.trim_matches('/');
        let inner = path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
        Ok(match inner {
            Some(inner) if !prefix.is_empty() && inner.contains('/') => inner.to_owned(),
            _ => path.to_owned(),
        })
    }

    /// The project with exactly this path among those that the account belongs to.
    async fn by_search(&self, path: &str) -> Result<Option<Project>, TrackerError> {
        let Some((_, name)) = path.rsplit_once('/') else { return Ok(None) };
        let about = self.about("look for the project", Some(path));
        let query = [("membership", "true"), ("search", name), ("per_page", "100")];
        let (entries, _) = self.all("/projects", &query, 1_000, about).await?;
        Ok(entries
            .iter()
            .filter_map(|entry| Project::deserialize(entry).ok())
            .find(|project| project.path_with_namespace.eq_ignore_ascii_case(path)))
    }

    /// The group with exactly this path.
    pub async fn group(&self, path: &str) -> Result<Option<Group>, TrackerError> {
        let about = self.about("look for the group", Some(path));
        let url = self.url(&format!("/groups/{}", segment(path)), &[("with_projects", "false")]).await?;
        let answer = self.http.send(Call::get(url)).await?;
        if answer.is_success() && answer.json().is_some() {
            return Ok(Some(shape(&answer, about)?));
        }
        if !matches!(answer.status, 403 | 404) {
            return Err(words::error(&answer, about));
        }
        if !path.contains('/') {
            return Ok(None);
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let (entries, _) = self.all("/groups", &[("search", name), ("per_page", "100")], 500, about).await?;
        Ok(entries
            .iter()
            .filter_map(|entry| Group::deserialize(entry).ok())
            .find(|group| group.full_path.eq_ignore_ascii_case(path)))
    }

    /// Projects of a group and of the groups below it.
    pub async fn projects_of(&self, group: &Group, most: usize) -> Result<Vec<Project>, TrackerError> {
        let about = self.about("list the projects of the group", Some(&group.full_path));
        let query =
            [("include_subgroups", "true"), ("order_by", "path"), ("sort", "asc"), ("per_page", "100")];
        let (entries, _) = self.all(&format!("/groups/{}/projects", group.id), &query, most, about).await?;
        Ok(entries.iter().filter_map(|entry| Project::deserialize(entry).ok()).collect())
    }

    /// A group is no place for issues; its projects are.
    async fn is_a_group(&self, group: &Group) -> Result<TrackerError, TrackerError> {
        let projects = self.projects_of(group, 100).await?;
        let names: Vec<&str> =
            projects.iter().take(NAMED).map(|project| project.path_with_namespace.as_str()).collect();
        let hint = if names.is_empty() {
            "It has no project that this account can see.".to_owned()
        } else {
            let more = if projects.len() > NAMED { " and others" } else { "" };
            format!("Choose one of its projects: {}{more}.", names.join(", "))
        };
        Ok(Problem::new(
            Code::TargetMissing,
            format!("{} is a group. Issues belong to a project.", group.full_path),
        )
        .hint(hint)
        .with("group", &group.full_path)
        .into())
    }
}
