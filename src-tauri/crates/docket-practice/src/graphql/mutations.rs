//! Mutations. The executor only reads, so a document with mutations goes through it twice: once to learn what is asked
//! with which arguments, then, after the changes were made here one after the other, for the answer.

use apollo_compiler::resolvers::ResolveInfo;
use serde_json::Value;

use super::projects::may;
use super::scene::{Scene, error};
use super::things::{Given, Thing, one};
use crate::access::{Need, judge};
use crate::board::{self, Kind, Wanted};
use crate::model::World;
use crate::render::from_node_id;

/// One mutation of a document.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The name under which the answer wants it.
    pub key: String,
    pub field: String,
    pub input: Value,
}

/// What a mutation left behind.
#[derive(Debug, Clone)]
pub(super) enum Done {
    Item { project: u64, item: u64 },
    Field { project: u64, field: u64 },
}

/// A refusal: the vendor's type and text.
pub(super) type Refused = (&'static str, String);

/// A change that has been looked at and may be made.
pub(super) enum Change {
    Add { project: u64, issue: u64, creator: u64 },
    Set { project: u64, item: u64, field: u64, value: Option<String> },
    Options { project: u64, field: u64, wanted: Vec<Wanted> },
}

fn missing(id: &str) -> Refused {
    ("NOT_FOUND", format!("Could not resolve to a node with the global id of '{id}'"))
}

/// Looks whether the mutation may be made.
pub(super) fn judge_one(scene: &Scene<'_>, asked: &Asked) -> Result<Change, Refused> {
    let input = &asked.input["input"];
    let text = |key: &str| input[key].as_str().unwrap_or_default();
    if scene.scope(&asked.field, &["project"]).is_err() {
        return Err((
            "INSUFFICIENT_SCOPES",
            format!(
                "Your token has not been granted the required scopes to execute this query. The '{}' field requires one \
                 of the following scopes: ['project'].",
                asked.field
            ),
        ));
    }
    match asked.field.as_str() {
        "addProjectV2ItemById" => {
            let project = project_at(scene, text("projectId"))?;
            let creator = scene.caller.account.ok_or_else(|| missing("viewer"))?;
            let content = text("contentId");
            let issue = from_node_id("I", content).ok_or_else(|| missing(content))?;
            let seen = scene.world.repos.iter().any(|r| {
                r.live().any(|i| i.id == issue)
                    && judge(scene.world, scene.caller, r, Need::ReadIssues).is_ok()
            });
            if !seen {
                return Err(missing(content));
            }
            Ok(Change::Add { project: project.id, issue, creator })
        }
        "updateProjectV2ItemFieldValue" => {
            let project = project_at(scene, text("projectId"))?;
            let item = from_node_id("PVTI", text("itemId")).filter(|id| project.item(*id).is_some());
            let item = item.ok_or_else(|| missing(text("itemId")))?;
            let field =
                project.fields.iter().find(|f| from_node_id(f.prefix(), text("fieldId")) == Some(f.id));
            let field = field.ok_or_else(|| missing(text("fieldId")))?.id;
            let value = ["singleSelectOptionId", "text", "iterationId", "date"]
                .iter()
                .find_map(|key| input["value"][key].as_str().map(str::to_owned))
                .or_else(|| input["value"]["number"].as_f64().map(|n| n.to_string()));
            board::check(project, &[(field, value.clone())]).map_err(|c| ("UNPROCESSABLE", c.to_owned()))?;
            Ok(Change::Set { project: project.id, item, field, value })
        }
        "updateProjectV2Field" => {
            let id = text("fieldId");
            let found = scene.world.projects.iter().find_map(|p| {
                p.fields.iter().find(|f| from_node_id(f.prefix(), id) == Some(f.id)).map(|f| (p, f))
            });
            let (project, field) = found.ok_or_else(|| missing(id))?;
            may(scene, project, true)?;
            if !matches!(field.kind, Kind::SingleSelect(_)) {
                return Err(("UNPROCESSABLE", "The field is not a single select field".to_owned()));
            }
            let part = |option: &Value, key: &str| option[key].as_str().map(str::to_owned);
            let options = input["singleSelectOptions"].as_array().into_iter().flatten();
            let wanted = options.map(|o| Wanted {
                id: part(o, "id"),
                name: part(o, "name").unwrap_or_default(),
                color: part(o, "color").unwrap_or_default(),
                description: part(o, "description").unwrap_or_default(),
            });
            Ok(Change::Options { project: project.id, field: field.id, wanted: wanted.collect() })
        }
        other => Err(("UNPROCESSABLE", format!("'{other}' is not carried out here"))),
    }
}

fn project_at<'w>(scene: &Scene<'w>, id: &str) -> Result<&'w board::Project, Refused> {
    let project = from_node_id("PVT", id).and_then(|n| scene.world.project(n)).ok_or_else(|| missing(id))?;
    may(scene, project, true)?;
    Ok(project)
}

/// Makes a change.
pub(super) fn make(
    world: &mut World,
    change: Change,
    drops: bool,
    at: jiff::Timestamp,
) -> Result<Done, Refused> {
    match change {
        Change::Add { project, issue, creator } => board::add_item(world, project, issue, creator, at)
            .map(|item| Done::Item { project, item })
            .ok_or_else(|| missing("project")),
        Change::Set { project, item, field, value } => {
            if !drops {
                board::set_values(world, project, item, &[(field, value)], at);
            }
            Ok(Done::Item { project, item })
        }
        Change::Options { project, field, wanted } => {
            // The vendor ignores an empty list.
            if !wanted.is_empty() {
                board::replace_options(world, project, field, wanted)
                    .map_err(|c| ("UNPROCESSABLE", c.to_owned()))?;
            }
            Ok(Done::Field { project, field })
        }
    }
}

/// The first time through it only notes what is asked; the second time it tells what came of it.
pub(super) fn resolve<'w>(scene: &'w Scene<'w>, info: &ResolveInfo<'_>, arguments: &Value) -> Given<'w> {
    let field = info.field_name();
    let key = info.field_selections().first().map_or(field, |f| f.response_key().as_str());
    let Some(done) = scene.done.get(key) else {
        let asked = Asked { key: key.to_owned(), field: field.to_owned(), input: arguments.clone() };
        scene.asked.borrow_mut().push(asked);
        return one(None);
    };
    let found = match done {
        Err((kind, message)) => return Some(Err(error(kind, message))),
        Ok(Done::Item { project, item }) => {
            scene.world.project(*project).and_then(|p| p.item(*item).map(|i| Thing::ProjectItem(p, i)))
        }
        Ok(Done::Field { project, field }) => {
            scene.world.project(*project).and_then(|p| p.field(*field)).map(Thing::ProjectField)
        }
    };
    let (kind, name) = match field {
        "addProjectV2ItemById" => ("AddProjectV2ItemByIdPayload", "item"),
        "updateProjectV2Field" => ("UpdateProjectV2FieldPayload", "projectV2Field"),
        _ => ("UpdateProjectV2ItemFieldValuePayload", "projectV2Item"),
    };
    one(found.map(|thing| Thing::Payload(kind, name, Box::new(thing))))
}
