//! What each operation does. Operations are named as the vendor names them.

mod accounts;
mod comments;
mod find;
mod issues;
mod labels;
mod lists;
mod meta;
mod people;
mod projects;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::access::{self, Caller, Need};
use crate::limits::Allowance;
use crate::model::{Repo, RepoId, World};
use crate::paging::page;
use crate::render::{Urls, View};
use crate::reply::{Answer, Handled};
use crate::seed::Role;
use crate::setup::Flavour;

/// Fields that a fault drops silently.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent switches, one a field of an issue")]
pub(crate) struct Drops {
    pub labels: bool,
    pub assignees: bool,
    pub milestone: bool,
    pub project_fields: bool,
}

/// One accepted request on its way through an operation.
pub(crate) struct Call<'a> {
    pub world: &'a mut World,
    pub caller: &'a Caller,
    pub urls: &'a Urls,
    pub flavour: &'a Flavour,
    pub params: &'a HashMap<String, String>,
    pub query: &'a [(String, String)],
    pub body: Value,
    pub now: Timestamp,
    pub modern: bool,
    pub drops: Drops,
    pub cursor_pages: bool,
    /// The request's own address without its query.
    pub address: String,
    /// The path after `/repos/{owner}/{repo}`, with its query.
    pub rest: String,
    pub allowance: Allowance,
}

impl Call<'_> {
    fn view(&self) -> View<'_> {
        View { world: self.world, urls: self.urls, modern: self.modern, viewer: self.caller.account }
    }

    fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn account(&self) -> Result<u64, Box<Answer>> {
        self.caller.account.ok_or_else(|| crate::reply::refuse(401, "Requires authentication"))
    }

    fn repo_id(&self, need: Need) -> Result<RepoId, Box<Answer>> {
        let full = format!("{}/{}", self.param("owner"), self.param("repo"));
        access::repository(self.world, self.caller, self.urls, &full, &self.rest, need)
    }

    fn repo(&self, id: RepoId) -> Result<&Repo, Box<Answer>> {
        self.world.repo(id).ok_or_else(|| Box::new(Answer::not_found()))
    }

    fn role(&self, repo: &Repo) -> Role {
        self.world.role(repo, self.caller.account)
    }

    /// A page of a list, rendered.
    fn list(&self, items: Vec<Value>, opaque: bool) -> Handled {
        let page = page(items, self.query, &self.address, opaque)?;
        let answer = Answer::json(200, Value::Array(page.items));
        Ok(match page.link {
            Some(link) => answer.with("link", link),
            None => answer,
        })
    }
}

/// Carries an operation out. `None`: the contract has it, this server does not.
pub(crate) fn carry_out(operation: &str, call: &mut Call<'_>) -> Option<Handled> {
    Some(match operation {
        "meta/root" => Ok(meta::root(call)),
        "meta/get" => Ok(meta::meta(call)),
        "meta/get-all-versions" => Ok(meta::versions()),
        "rate-limit/get" => Ok(meta::rate_limit(call)),
        "users/get-authenticated" => accounts::me(call),
        "orgs/list-for-authenticated-user" => accounts::my_organisations(call),
        "repos/list-for-authenticated-user" => accounts::my_repositories(call),
        "users/get-by-username" => accounts::user(call),
        "orgs/get" => accounts::organisation(call),
        "repos/list-for-org" => accounts::organisation_repositories(call),
        "repos/get" => accounts::repository(call),
        "orgs/list-issue-types" => projects::types_of_organisation(call),
        "repos/list-issue-types" => projects::types_of_repository(call),
        "projects/list-for-org" | "projects/list-for-user" => projects::list(call),
        "projects/get-for-org" | "projects/get-for-user" => projects::get(call),
        "projects/list-fields-for-org" | "projects/list-fields-for-user" => projects::fields(call),
        "projects/list-items-for-org" | "projects/list-items-for-user" => projects::items(call),
        "projects/add-item-for-org" | "projects/add-item-for-user" => projects::add(call),
        "projects/get-org-item" | "projects/get-user-item" => projects::item(call),
        "projects/update-item-for-org" | "projects/update-item-for-user" => projects::update(call),
        "issues/list-for-repo" => lists::issues(call),
        "issues/create" => issues::create(call),
        "issues/get" => issues::get(call),
        "issues/update" => issues::update(call),
        "issues/list-comments" => comments::of_issue(call),
        "issues/list-comments-for-repo" => comments::of_repo(call),
        "issues/create-comment" => comments::create(call),
        "issues/get-comment" => comments::get(call),
        "issues/update-comment" => comments::update(call),
        "issues/delete-comment" => comments::delete(call),
        "issues/list-labels-for-repo" => labels::of_repo(call),
        "issues/get-label" => labels::get(call),
        "issues/create-label" => labels::create(call),
        "issues/list-labels-on-issue" => labels::of_issue(call),
        "issues/add-labels" => labels::add(call),
        "issues/set-labels" => labels::replace(call),
        "issues/remove-label" => labels::remove_one(call),
        "issues/remove-all-labels" => labels::remove_all(call),
        "issues/list-assignees" => people::assignees(call),
        "issues/check-user-can-be-assigned" => people::check(call),
        "issues/add-assignees" => people::add(call),
        "issues/remove-assignees" => people::remove(call),
        "issues/list-milestones" => people::milestones(call),
        "issues/get-milestone" => people::milestone(call),
        "issues/create-milestone" => people::create_milestone(call),
        "issues/list-events-for-timeline" => lists::timeline(call),
        "issues/list-events" => lists::events(call),
        "issues/list-events-for-repo" => lists::events_of_repo(call),
        _ => return None,
    })
}
