//! The operations, by the vendor's names.

mod attachments;
mod comments;
mod items;
mod metadata;
mod projects;
mod query;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use super::files::Brought;
use super::refuse;
use super::render::Base;
use super::setup::AzureFlavour;
use super::version::Version;
use super::world::{AzureWorld, Project};
use crate::reply::{Answer, Handled};

pub(crate) use comments::token_for;
pub(crate) use projects::connection_data;

/// One request, taken apart.
pub(crate) struct Call<'a> {
    pub world: &'a mut AzureWorld,
    pub base: Base,
    pub flavour: &'a AzureFlavour,
    pub organisation: &'a str,
    pub params: HashMap<String, String>,
    pub query: Vec<(String, String)>,
    pub body: Value,
    pub now: Timestamp,
    pub who: usize,
    pub version: Version,
    pub query_limit: usize,
    pub page: usize,
    pub missing_as_null: bool,
    pub overlooks_markdown: bool,
    pub brought: Brought,
}

impl Call<'_> {
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn flag(&self, name: &str) -> bool {
        self.asked(name).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    pub fn number(&self, name: &str) -> Option<usize> {
        self.asked(name).and_then(|v| v.trim().parse().ok())
    }

    /// The index of the project in the path; `Ok(None)` when the path names none.
    pub fn named_project(&self) -> Result<Option<usize>, Box<Answer>> {
        let name = self.params.get("project").or_else(|| self.params.get("projectId"));
        name.map(|n| self.world.project(n).ok_or_else(|| refuse::no_project(n))).transpose()
    }

    pub fn project_at(&self) -> Result<usize, Box<Answer>> {
        self.named_project()?.ok_or_else(|| refuse::no_project(""))
    }

    pub fn project(&self) -> Result<&Project, Box<Answer>> {
        Ok(&self.world.projects[self.project_at()?])
    }

    /// 7.2 on Services: Markdown and formats exist.
    pub fn modern(&self) -> bool {
        *self.flavour == AzureFlavour::Services && self.version.number >= (7, 2)
    }

    pub fn id(&self, name: &str) -> Result<u64, Box<Answer>> {
        let text = self.param(name);
        text.parse().map_err(|_| super::patch::mistake(&format!("path: '{text}' is no work item's id")))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "operations end with it, and they may refuse")]
pub(crate) fn ok(value: Value) -> Handled {
    Ok(Answer::json(200, value))
}

/// `None` when the operation is not carried out here; a test holds the two together.
pub(crate) fn carry_out(operation: &str, call: &mut Call<'_>) -> Option<Handled> {
    Some(match operation {
        "Projects_List" => Ok(projects::list(call)),
        "Projects_Get" => projects::get(call),
        "Teams_Get Teams" => projects::teams(call),
        "Teams_Get Team Members With Extended Properties" => projects::members(call),
        "Work Item Types_List" => metadata::kinds(call),
        "Work Item Types_Get" => metadata::kind(call),
        "Work Item Type States_List" => metadata::states(call),
        "Work Item Types Field_List" => metadata::kind_fields(call),
        "Classification Nodes_Get Root Nodes" => metadata::roots(call),
        "Classification Nodes_Get" => metadata::node(call),
        "Tags_List" => metadata::tags(call),
        "Fields_List" => metadata::fields(call),
        "Fields_Get" => metadata::field(call),
        "Work Items_Create" => items::create(call),
        "Work Items_Update" => items::update(call),
        "Work Items_Get Work Item" => items::get(call),
        "Work Items_List" => items::list(call),
        "Work Items_Get Work Items Batch" => items::batch(call),
        "Work Items_Delete" => items::delete(call),
        "Updates_List" => items::updates(call),
        "Recyclebin_Get Deleted Work Item Shallow References" => items::bin(call),
        "Recyclebin_Get" => items::binned(call),
        "Recyclebin_Restore Work Item" => items::restore(call),
        "Comments_Get Comments" => comments::list(call),
        "Comments_Add Comment" => comments::add(call),
        "Comments_Get Comment" => comments::get(call),
        "Comments_Delete" => comments::delete(call),
        "Attachments_Create" => attachments::create(call),
        "Attachments_Get" => attachments::get(call),
        "Wiql_Query By Wiql" => query::run(call),
        "hand-written: ConnectionData_Get" => projects::connection(call),
        _ => return None,
    })
}
