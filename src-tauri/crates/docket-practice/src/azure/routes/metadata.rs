//! Types, states, fields, areas, iterations and tags.

use serde_json::{Value, json};

use super::{Call, ok};
use crate::azure::fields;
use crate::azure::process::WorkType;
use crate::azure::refuse;
use crate::azure::render::{Expand, list, moment, state};
use crate::reply::{Answer, Handled};

fn kind_of<'c>(call: &'c Call<'_>) -> Result<&'c WorkType, Box<Answer>> {
    let project = call.project()?;
    project.process.kind(call.param("type")).ok_or_else(|| refuse::no_kind(call.param("type"), &project.name))
}

pub(super) fn kinds(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    ok(list(project.process.kinds.iter().map(|k| call.base.kind(project, k)).collect()))
}

pub(super) fn kind(call: &mut Call<'_>) -> Handled {
    ok(call.base.kind(call.project()?, kind_of(call)?))
}

pub(super) fn states(call: &mut Call<'_>) -> Handled {
    ok(list(kind_of(call)?.states.iter().map(|s| state(&s.name, s.category)).collect()))
}

pub(super) fn kind_fields(call: &mut Call<'_>) -> Handled {
    let expand = match call.asked("$expand").map(str::to_lowercase).as_deref() {
        Some("all") => Expand::All,
        Some("allowedvalues") => Expand::Values,
        _ => Expand::None,
    };
    ok(list(kind_of(call)?.fields.iter().filter_map(|f| call.base.type_field(f, expand)).collect()))
}

pub(super) fn fields(call: &mut Call<'_>) -> Handled {
    call.named_project()?;
    ok(list(fields::CATALOGUE.iter().map(|f| call.base.field(f)).collect()))
}

pub(super) fn field(call: &mut Call<'_>) -> Handled {
    call.named_project()?;
    let name = call.param("fieldNameOrRefName");
    let found = fields::field(name).ok_or_else(|| {
        let key = "WorkItemTrackingFieldDefinitionNotFoundException";
        refuse::wit(404, key, &format!("TF51535: Cannot find field {name}."))
    })?;
    ok(call.base.field(found))
}

pub(super) fn roots(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let depth = call.number("$depth").unwrap_or(0) as u64;
    let node = |n, areas| call.base.node(project, n, areas, &project.name, depth);
    ok(list(vec![node(&project.areas, true), node(&project.iterations, false)]))
}

pub(super) fn node(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let areas = match call.param("structureGroup").to_lowercase().as_str() {
        "areas" => true,
        "iterations" => false,
        other => {
            let message = format!("VS402371: Classification node name {other} is not recognized.");
            return Err(refuse::wit(404, "ClassificationNodeNotFoundException", &message));
        }
    };
    let tree = if areas { &project.areas } else { &project.iterations };
    let below = call.param("path").trim_matches('/').replace('/', "\\");
    let path = if below.is_empty() { project.name.clone() } else { format!("{}\\{below}", project.name) };
    let found = tree.find(&path).ok_or_else(|| {
        let message = format!("VS402485: The classification node {path} does not exist.");
        refuse::wit(404, "ClassificationNodeNotFoundException", &message)
    })?;
    let depth = call.number("$depth").unwrap_or(0) as u64;
    ok(call.base.node(project, found, areas, &path, depth))
}

pub(super) fn tags(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let tag = |t: &crate::azure::world::Tag| -> Value {
        let url = format!("{}/{}/_apis/wit/tags/{}", call.base.0, project.id, t.id);
        json!({ "id": t.id, "name": t.name, "url": url, "lastUpdated": moment(t.used_at) })
    };
    ok(list(project.tags.iter().map(tag).collect()))
}
