//! Projects (v2), their fields, options, items and values.

use serde_json::{Value, json};

use super::scene::{Scene, error};
use super::things::{Given, Thing, leaf, many, one, page};
use crate::access::judge_project;
use crate::board::{Choice, Item, Kind, Project, ProjectField, issue_of};
use crate::model::{Account, Issue};
use crate::render::node_id;

/// Whether the project may be seen or written, in the vendor's typed errors.
pub(super) fn may(scene: &Scene<'_>, p: &Project, writes: bool) -> Result<(), (&'static str, String)> {
    judge_project(scene.world, scene.caller, p, writes).map_err(|answer| {
        let message = answer.body_json().and_then(|b| b["message"].as_str()).unwrap_or_default().to_owned();
        if answer.status == 404 {
            ("NOT_FOUND", format!("Could not resolve to a ProjectV2 with the number {}.", p.number))
        } else {
            ("FORBIDDEN", message)
        }
    })
}

const READ: &[&str] = &["read:project", "project"];

/// `projectV2` of an account.
pub(super) fn of_owner<'w>(scene: &'w Scene<'w>, a: &'w Account, number: u64) -> Given<'w> {
    if let Err(e) = scene.scope("projectV2", READ) {
        return Some(Err(e));
    }
    let kind = if a.members.is_some() { "organization" } else { "user" };
    let Some(p) = scene.world.project_of(a.id, number) else {
        let message = format!("Could not resolve to a ProjectV2 with the number {number} for the {kind}.");
        return Some(Err(error("NOT_FOUND", &message)));
    };
    match may(scene, p, false) {
        Ok(()) => one(Some(Thing::Project(p))),
        Err((kind, message)) => Some(Err(error(kind, &message))),
    }
}

/// `projectsV2` of an account.
pub(super) fn list<'w>(scene: &'w Scene<'w>, a: &'w Account, field: &str, arguments: &Value) -> Given<'w> {
    if let Err(e) = scene.scope("projectsV2", READ) {
        return Some(Err(e));
    }
    let writes = arguments["minPermissionLevel"] == "WRITE";
    let wanted = arguments["query"].as_str().unwrap_or_default().to_lowercase();
    let mut found: Vec<&Project> = Vec::new();
    for p in scene.world.projects.iter().filter(|p| p.owner == a.id) {
        match may(scene, p, writes) {
            Ok(()) if p.title.to_lowercase().contains(&wanted) => found.push(p),
            Ok(()) | Err(("NOT_FOUND", _)) => {}
            Err((kind, message)) => return Some(Err(error(kind, &message))),
        }
    }
    found.sort_by_key(|p| p.number);
    if arguments["orderBy"]["direction"] != "ASC" {
        found.reverse();
    }
    let all = found.into_iter().map(Thing::Project).collect();
    page("ProjectV2Connection", "ProjectV2Edge", field, all, arguments)
}

pub(super) fn project<'w>(scene: &'w Scene<'w>, p: &'w Project, field: &str, arguments: &Value) -> Given<'w> {
    match field {
        "id" => leaf(node_id("PVT", p.id)),
        "fullDatabaseId" => leaf(p.id.to_string()),
        "number" => leaf(p.number),
        "title" => leaf(p.title.as_str()),
        "url" => {
            let owner = scene.world.account(p.owner);
            let space = if owner.is_some_and(|a| a.members.is_some()) { "orgs" } else { "users" };
            leaf(format!("{}/{space}/{}/projects/{}", scene.urls.web, scene.world.login(p.owner), p.number))
        }
        "shortDescription" => leaf(json!(p.description)),
        "closed" => leaf(p.closed),
        "public" => leaf(p.public),
        "viewerCanUpdate" => leaf(may(scene, p, true).is_ok()),
        "fields" => {
            let all = p.fields.iter().map(Thing::ProjectField).collect();
            page(
                "ProjectV2FieldConfigurationConnection",
                "ProjectV2FieldConfigurationEdge",
                field,
                all,
                arguments,
            )
        }
        _ => None,
    }
}

pub(super) fn field_type(f: &ProjectField) -> &'static str {
    match f.kind {
        Kind::SingleSelect(_) => "ProjectV2SingleSelectField",
        Kind::Iteration(_) => "ProjectV2IterationField",
        _ => "ProjectV2Field",
    }
}

pub(super) fn project_field<'w>(f: &'w ProjectField, field: &str, arguments: &Value) -> Given<'w> {
    match (field, &f.kind) {
        ("id", _) => leaf(node_id(f.prefix(), f.id)),
        ("databaseId", _) => leaf(f.id),
        ("name", _) => leaf(f.name.as_str()),
        ("dataType", _) => leaf(f.data_type().to_uppercase()),
        ("options", Kind::SingleSelect(choices)) => {
            let names: Vec<String> = arguments["names"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|n| n.as_str().map(str::to_lowercase))
                .collect();
            let wanted = |c: &&Choice| names.is_empty() || names.contains(&c.name.to_lowercase());
            many(choices.iter().filter(wanted).map(Thing::ProjectOption).collect())
        }
        _ => None,
    }
}

pub(super) fn option<'w>(c: &'w Choice, field: &str) -> Given<'w> {
    match field {
        "id" => leaf(c.id.as_str()),
        "name" => leaf(c.name.as_str()),
        "color" => leaf(c.color.as_str()),
        "description" => leaf(c.description.as_str()),
        _ => None,
    }
}

/// `projectItems` of an issue: those on boards that the caller sees.
pub(super) fn items_of<'w>(scene: &'w Scene<'w>, i: &Issue, field: &str, arguments: &Value) -> Given<'w> {
    if let Err(e) = scene.scope("projectItems", READ) {
        return Some(Err(e));
    }
    let boards = scene.world.projects.iter().filter(|p| may(scene, p, false).is_ok());
    let id = i.id;
    let all = boards.flat_map(|p| {
        p.items.iter().filter(move |item| item.issue == id).map(move |item| Thing::ProjectItem(p, item))
    });
    page("ProjectV2ItemConnection", "ProjectV2ItemEdge", field, all.collect(), arguments)
}

pub(super) fn item<'w>(
    scene: &'w Scene<'w>,
    p: &'w Project,
    item: &'w Item,
    field: &str,
    arguments: &Value,
) -> Given<'w> {
    match field {
        "id" => leaf(node_id("PVTI", item.id)),
        "fullDatabaseId" => leaf(item.id.to_string()),
        "isArchived" => leaf(false),
        "project" => one(Some(Thing::Project(p))),
        "content" => one(issue_of(scene.world, item).map(|(r, i)| Thing::Issue(r, i))),
        "fieldValueByName" => {
            let name = arguments["name"].as_str().unwrap_or_default();
            let found = p.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name));
            let held = found.filter(|f| item.values.contains_key(&f.id) && value_type(f).is_some());
            one(held.map(|f| Thing::ItemValue(item, f)))
        }
        _ => None,
    }
}

/// The type of a value; kinds that the schema's slice leaves out have none.
pub(super) fn value_type(f: &ProjectField) -> Option<&'static str> {
    match f.kind {
        Kind::SingleSelect(_) => Some("ProjectV2ItemFieldSingleSelectValue"),
        Kind::Iteration(_) => Some("ProjectV2ItemFieldIterationValue"),
        Kind::Text => Some("ProjectV2ItemFieldTextValue"),
        _ => None,
    }
}

pub(super) fn item_value<'w>(item: &'w Item, f: &'w ProjectField, field: &str) -> Given<'w> {
    let stored = item.values.get(&f.id)?;
    match field {
        "id" => leaf(node_id("PVTFV", item.id.wrapping_mul(31).wrapping_add(f.id))),
        "optionId" | "iterationId" => leaf(stored.as_str()),
        "name" | "title" | "text" => leaf(f.shown(stored)),
        _ => None,
    }
}
