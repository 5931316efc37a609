//! The operations: one function each, with what all of them need in a [`Call`].

mod accounts;
mod groups;
mod issues;
mod lists;
mod notes;
mod projects;
mod uploads;
mod writes;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::lab::Lab;
use super::model::{Id, Issue, Project, World};
use super::multipart::Brought;
use super::paging::{page, value};
use super::refusal::{forbidden, message, no_group, no_project, not_found};
use super::render::{Urls, View};
use super::seed::{Access, Issues};
use super::who::Caller;
use crate::reply::{Answer, Handled};

/// Fields that a fault drops without a word.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Drops {
    pub labels: bool,
    pub assignees: bool,
    pub milestone: bool,
}

pub(super) struct Call<'a> {
    pub lab: &'a Lab,
    pub world: &'a mut World,
    pub caller: &'a Caller,
    pub urls: &'a Urls,
    /// The path's parameters in their order, decoded.
    pub params: &'a [String],
    pub query: &'a [(String, String)],
    pub body: Value,
    pub brought: Brought,
    pub now: Timestamp,
    /// The request's own address without its query.
    pub base: String,
    pub drops: Drops,
}

pub(super) fn carry_out(operation: &str, call: &mut Call<'_>) -> Handled {
    match operation {
        "version/get" => accounts::version(call),
        "metadata/get" => accounts::metadata(call),
        "personal-access-tokens/self" => accounts::own_token(call),
        "user/get" => accounts::own_user(call),
        "users/list" => accounts::users(call),
        "groups/list" => groups::list(call),
        "groups/get" => groups::get(call),
        "groups/projects" => groups::projects(call),
        "groups/subgroups" => groups::below(call, false),
        "groups/descendants" => groups::below(call, true),
        "groups/labels" => lists::group_labels(call),
        "groups/milestones" => lists::group_milestones(call),
        "projects/list" => projects::list(call),
        "projects/get" => projects::get(call),
        "members/all" => projects::members(call),
        "members/get" => projects::member(call),
        "projects/users" => projects::users(call),
        "labels/list" => lists::labels(call),
        "labels/create" => lists::create_label(call),
        "milestones/list" => lists::milestones(call),
        "milestones/create" => lists::create_milestone(call),
        "issues/list" => issues::list(call),
        "issues/get" => issues::get(call),
        "issues/create" => writes::create(call),
        "issues/update" => writes::update(call),
        "issues/delete" => writes::delete(call),
        "issues/move" => writes::move_to(call),
        "notes/list" => notes::list(call),
        "notes/create" => notes::create(call),
        "notes/update" => notes::update(call),
        "uploads/create" => uploads::create(call),
        "uploads/download" => uploads::download(call),
        other => Err(message(597, &format!("the practice server does not carry out {other}"))),
    }
}

impl Call<'_> {
    pub fn view(&self) -> View<'_> {
        View { world: self.world, urls: self.urls, viewer: self.caller.user }
    }

    pub fn asked(&self, name: &str) -> Option<&str> {
        value(self.query, name)
    }

    pub fn yes(&self, name: &str) -> bool {
        matches!(self.asked(name), Some("true" | "1"))
    }

    /// Every value of a parameter that may come several times.
    pub fn all_asked(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }

    /// The project that the path names by number or by its full path, if this caller sees it.
    pub fn project(&self) -> Result<&Project, Box<Answer>> {
        let named = self.params.first().map(String::as_str).unwrap_or_default();
        let found = match named.parse::<Id>() {
            Ok(id) => self.world.project(id),
            Err(_) => self.world.project_at(named),
        };
        found.filter(|p| self.world.sees(p, self.caller.user)).ok_or_else(no_project)
    }

    pub fn group(&self) -> Result<&super::model::Group, Box<Answer>> {
        let named = self.params.first().map(String::as_str).unwrap_or_default();
        let found = match named.parse::<Id>() {
            Ok(id) => self.world.group(id),
            Err(_) => self.world.group_at(named),
        };
        found.filter(|g| self.world.sees_group(g, self.caller.user)).ok_or_else(no_group)
    }

    pub fn access(&self, project: &Project) -> Option<Access> {
        self.world.access(project, self.caller.user)
    }

    /// The project, if its issues may be read.
    pub fn project_with_issues(&self) -> Result<&Project, Box<Answer>> {
        let project = self.project()?;
        match project.issues_access {
            Issues::Disabled => Err(forbidden()),
            Issues::Private if self.access(project).is_none() => Err(forbidden()),
            _ => Ok(project),
        }
    }

    /// The project, if something in it may be written by someone with this access.
    pub fn writable(&self, least: Option<Access>) -> Result<&Project, Box<Answer>> {
        let project = self.project()?;
        if project.archived || self.access(project) < least {
            return Err(forbidden());
        }
        Ok(project)
    }

    /// The issue that the path names, if it may be seen.
    pub fn issue(&self) -> Result<(&Project, &Issue), Box<Answer>> {
        let project = self.project_with_issues()?;
        let iid = self.params.get(1).and_then(|n| n.parse::<u64>().ok());
        let found = iid.and_then(|n| project.issue(n));
        let seen = found.filter(|i| self.world.sees_issue(project, i, self.caller.user));
        Ok((project, seen.ok_or_else(not_found)?))
    }

    /// A page of a list.
    pub fn paged<T>(&self, items: Vec<T>, render: impl Fn(&T) -> Value) -> Handled {
        let page = page(items, self.query, &self.base)?;
        let rendered: Vec<Value> = page.items.iter().map(render).collect();
        Ok(page.on(Answer::json(200, json!(rendered))))
    }
}

/// Whether `search` is in one of the texts, in any case.
pub(super) fn matches(search: Option<&str>, texts: &[&str]) -> bool {
    search.is_none_or(|s| {
        let s = s.to_lowercase();
        texts.iter().any(|t| t.to_lowercase().contains(&s))
    })
}
