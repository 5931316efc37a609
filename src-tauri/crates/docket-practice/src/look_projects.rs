//! What tests ask about projects, and what people do to them beside the program under test.

use std::collections::BTreeMap;

use crate::board::{self, Kind, Wanted, issue_of};
use crate::locked;
use crate::look::NotThere;
use crate::practice::Practice;

/// An issue on a board, with what people read in its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectItem {
    /// `owner/name`.
    pub repository: String,
    /// The issue's number.
    pub number: u64,
    /// Field name and shown value; fields without a value are left out.
    pub fields: BTreeMap<String, String>,
}

/// An option of a single-select field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectOption {
    /// Its id, which items point to.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its colour, as GraphQL writes it.
    pub color: String,
    /// Its description.
    pub description: String,
}

impl Practice {
    /// The items of a project, oldest first; empty if there is no such project.
    pub fn project_items(&self, owner: &str, number: u64) -> Vec<ProjectItem> {
        let world = locked(&self.core.world);
        let Some(project) = world.by_login(owner).and_then(|a| world.project_of(a.id, number)) else {
            return Vec::new();
        };
        let shown = |item: &board::Item| {
            let (repo, issue) = issue_of(&world, item)?;
            let fields = item.values.iter().filter_map(|(id, value)| {
                let field = project.field(*id)?;
                Some((field.name.clone(), field.shown(value).to_owned()))
            });
            Some(ProjectItem {
                repository: world.full_name(repo),
                number: issue.number,
                fields: fields.collect(),
            })
        };
        project.items.iter().filter_map(shown).collect()
    }

    /// The options of a single-select field, in order; empty if there is no such field.
    pub fn project_options(&self, owner: &str, number: u64, field: &str) -> Vec<ProjectOption> {
        let world = locked(&self.core.world);
        let found = world
            .by_login(owner)
            .and_then(|a| world.project_of(a.id, number))
            .and_then(|p| p.fields.iter().find(|f| f.name == field));
        let Some(Kind::SingleSelect(choices)) = found.map(|f| &f.kind) else { return Vec::new() };
        choices
            .iter()
            .map(|c| ProjectOption {
                id: c.id.clone(),
                name: c.name.clone(),
                color: c.color.clone(),
                description: c.description.clone(),
            })
            .collect()
    }

    /// Replaces the options of a field as somebody would in the browser: those that stay keep their ids.
    pub fn set_project_options(
        &self,
        owner: &str,
        number: u64,
        field: &str,
        names: &[&str],
    ) -> Result<(), NotThere> {
        let before = self.project_options(owner, number, field);
        let mut world = locked(&self.core.world);
        let missing = || NotThere::new(format!("field '{field}' in project {number} of '{owner}'"));
        let ids = world.by_login(owner).and_then(|a| world.project_of(a.id, number)).and_then(|p| {
            let field = p.fields.iter().find(|f| f.name == field)?;
            Some((p.id, field.id))
        });
        let (project, field) = ids.ok_or_else(missing)?;
        let wanted = names.iter().map(|name| Wanted {
            id: before.iter().find(|o| o.name == *name).map(|o| o.id.clone()),
            name: (*name).to_owned(),
            color: "GRAY".to_owned(),
            description: String::new(),
        });
        let wanted = wanted.collect();
        board::replace_options(&mut world, project, field, wanted).map_err(|_| missing())
    }
}
