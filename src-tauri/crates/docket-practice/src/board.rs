//! Projects (v2): what they hold, and the one place that changes them.
//!
//! Replacing the options of a single-select field makes new options, and the items lose their values, unless an option
//! is named by its id: the vendor does so too, and a client that loses ids is found out by it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::{AccountId, Issue, Repo, World};

#[derive(Debug)]
pub(crate) struct Project {
    pub id: u64,
    pub owner: AccountId,
    pub number: u64,
    pub title: String,
    pub description: Option<String>,
    pub public: bool,
    pub closed: bool,
    /// Members of the organisation who may look and not write.
    pub readers: Vec<AccountId>,
    pub creator: AccountId,
    pub fields: Vec<ProjectField>,
    pub items: Vec<Item>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct ProjectField {
    pub id: u64,
    pub name: String,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Title,
    Labels,
    Text,
    Number,
    Date,
    SingleSelect(Vec<Choice>),
    Iteration(Vec<Iteration>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub id: String,
    pub name: String,
    /// As GraphQL writes it: `GRAY`.
    pub color: String,
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Iteration {
    pub id: String,
    pub title: String,
    pub start: String,
    pub days: u64,
}

#[derive(Debug)]
pub(crate) struct Item {
    pub id: u64,
    /// The issue's id across the server; it survives transfers.
    pub issue: u64,
    /// By field; options and iterations by their ids.
    pub values: BTreeMap<u64, String>,
    pub creator: AccountId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An option as a request describes it.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub id: Option<String>,
    pub name: String,
    pub color: String,
    pub description: String,
}

impl ProjectField {
    /// As REST names the kind.
    pub fn data_type(&self) -> &'static str {
        match self.kind {
            Kind::Title => "title",
            Kind::Labels => "labels",
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Date => "date",
            Kind::SingleSelect(_) => "single_select",
            Kind::Iteration(_) => "iteration",
        }
    }

    /// The prefix of its global id.
    pub fn prefix(&self) -> &'static str {
        match self.kind {
            Kind::SingleSelect(_) => "PVTSSF",
            Kind::Iteration(_) => "PVTIF",
            _ => "PVTF",
        }
    }

    /// What people read for a stored value.
    pub fn shown<'a>(&'a self, value: &'a str) -> &'a str {
        match &self.kind {
            Kind::SingleSelect(choices) => {
                choices.iter().find(|c| c.id == value).map_or(value, |c| c.name.as_str())
            }
            Kind::Iteration(all) => all.iter().find(|i| i.id == value).map_or(value, |i| i.title.as_str()),
            _ => value,
        }
    }

    /// What is wrong with a value, in the vendor's words.
    fn refuses(&self, value: &str) -> Option<&'static str> {
        match &self.kind {
            Kind::Title | Kind::Labels => Some("The field of type title is currently not supported."),
            Kind::Text => None,
            Kind::Number => value.parse::<f64>().err().map(|_| "Value must be a number"),
            Kind::Date => value.parse::<jiff::civil::Date>().err().map(|_| "Value must be a valid date"),
            Kind::SingleSelect(choices) => (!choices.iter().any(|c| c.id == value))
                .then_some("The single select option Id does not belong to the field"),
            Kind::Iteration(all) => (!all.iter().any(|i| i.id == value))
                .then_some("The iteration Id does not belong to the field"),
        }
    }
}

impl Project {
    pub fn field(&self, id: u64) -> Option<&ProjectField> {
        self.fields.iter().find(|f| f.id == id)
    }

    pub fn item(&self, id: u64) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }
}

/// The issue of an item, where it lies now.
pub(crate) fn issue_of<'w>(world: &'w World, item: &Item) -> Option<(&'w Repo, &'w Issue)> {
    world.repos.iter().find_map(|r| r.live().find(|i| i.id == item.issue).map(|i| (r, i)))
}

/// Puts an issue on the board; one that is there already keeps its item.
pub(crate) fn add_item(
    world: &mut World,
    project: u64,
    issue: u64,
    creator: AccountId,
    at: Timestamp,
) -> Option<u64> {
    let id = world.id();
    let board = world.projects.iter_mut().find(|p| p.id == project)?;
    if let Some(there) = board.items.iter().find(|i| i.issue == issue) {
        return Some(there.id);
    }
    board.items.push(Item { id, issue, values: BTreeMap::new(), creator, created_at: at, updated_at: at });
    board.updated_at = at;
    Some(id)
}

/// Whether these values would be taken; the vendor's complaint if not.
pub(crate) fn check(project: &Project, values: &[(u64, Option<String>)]) -> Result<(), &'static str> {
    for (field, value) in values {
        let field = project.field(*field).ok_or("The field does not exist in this project")?;
        if let Some(complaint) = value.as_deref().and_then(|v| field.refuses(v)) {
            return Err(complaint);
        }
    }
    Ok(())
}

/// Sets values that [`check`] has seen; `None` clears.
pub(crate) fn set_values(
    world: &mut World,
    project: u64,
    item: u64,
    values: &[(u64, Option<String>)],
    at: Timestamp,
) {
    let board = world.projects.iter_mut().find(|p| p.id == project);
    let Some(item) = board.and_then(|p| p.items.iter_mut().find(|i| i.id == item)) else { return };
    for (field, value) in values {
        match value {
            Some(value) => item.values.insert(*field, value.clone()),
            None => item.values.remove(field),
        };
    }
    item.updated_at = at;
}

/// Replaces a field's options. Those named by the id of one that is there stay the same option; all others are new.
pub(crate) fn replace_options(
    world: &mut World,
    project: u64,
    field: u64,
    wanted: Vec<Wanted>,
) -> Result<(), &'static str> {
    let fresh: Vec<String> =
        wanted.iter().map(|_| format!("{:08x}", world.id().wrapping_mul(2_654_435_761) as u32)).collect();
    let board = world.projects.iter_mut().find(|p| p.id == project).ok_or("The project does not exist")?;
    let kind = board.fields.iter_mut().find(|f| f.id == field).map(|f| &mut f.kind);
    let Some(Kind::SingleSelect(choices)) = kind else {
        return Err("The field is not a single select field");
    };
    let mut next: Vec<Choice> = Vec::new();
    for (option, fresh) in wanted.into_iter().zip(fresh) {
        if next.iter().any(|c| c.name.eq_ignore_ascii_case(&option.name)) {
            return Err("Name has already been taken");
        }
        let id = match option.id {
            Some(id) if choices.iter().any(|c| c.id == id) => id,
            Some(_) => return Err("The single select option Id does not belong to the field"),
            None => fresh,
        };
        next.push(Choice { id, name: option.name, color: option.color, description: option.description });
    }
    for item in &mut board.items {
        if item.values.get(&field).is_some_and(|value| !next.iter().any(|c| c.id == *value)) {
            item.values.remove(&field);
        }
    }
    *choices = next;
    Ok(())
}
