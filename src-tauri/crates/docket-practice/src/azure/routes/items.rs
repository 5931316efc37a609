//! Work items: make, update, read one or many, delete, restore.

use serde_json::{Value, json};

use super::{Call, ok};
use crate::azure::change;
use crate::azure::patch::{Step, mistake, steps};
use crate::azure::refuse;
use crate::azure::render::{list as listed, moment};
use crate::azure::render_item::Wanted;
use crate::azure::rules::may_save;
use crate::azure::world::Item;
use crate::reply::{Answer, Handled};

const MANY: usize = 200;

fn wanted(call: &Call<'_>, single: bool) -> Result<Wanted, Box<Answer>> {
    let fields = call.asked("fields").map(ToOwned::to_owned);
    let expand = call.asked("$expand").unwrap_or("none").to_lowercase();
    choose(call, fields.map(|f| f.split(',').map(|f| f.trim().to_owned()).collect()), &expand, single)
}

fn choose(
    call: &Call<'_>,
    fields: Option<Vec<String>>,
    expand: &str,
    single: bool,
) -> Result<Wanted, Box<Answer>> {
    if fields.is_some() && !matches!(expand, "none" | "links") {
        let message = "The expand parameter can not be used with the fields parameter.";
        return Err(refuse::wit(400, "ConflictingParametersException", message));
    }
    if let Some(unknown) = fields.iter().flatten().find(|f| crate::azure::fields::field(f).is_none()) {
        let key = "WorkItemTrackingFieldDefinitionNotFoundException";
        return Err(refuse::wit(400, key, &format!("TF51535: Cannot find field {unknown}.")));
    }
    if call.asked("asOf").is_some() || call.body.get("asOf").is_some() {
        return Err(mistake("query: the practice server keeps no past versions of work items ('asOf')"));
    }
    Ok(Wanted {
        fields: fields.map(|l| l.iter().map(|f| f.to_lowercase()).collect()),
        relations: matches!(expand, "all" | "relations"),
        links: single || matches!(expand, "all" | "links"),
        formats: call.modern(),
    })
}

/// What both writes ask first.
fn document(call: &Call<'_>) -> Result<Vec<Step>, Box<Answer>> {
    if call.flag("bypassRules") {
        let message =
            "VS402625: The current user does not have the permission 'Bypass rules on work item updates'.";
        return Err(refuse::wit(403, "RuleBypassPermissionException", message));
    }
    let mut steps = steps(&call.body)?;
    let formats = steps.iter().any(|s| matches!(s, Step::Format(..)));
    if formats && !call.modern() {
        return Err(mistake(
            "body: 'multilineFieldsFormat' exists from 7.2-preview on Azure DevOps Services only",
        ));
    }
    if call.overlooks_markdown {
        steps.retain(|s| !matches!(s, Step::Format(..)));
    }
    Ok(steps)
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let project = call.project_at()?;
    let steps = document(call)?;
    let kind = call.param("type").to_owned();
    let only_judge = call.flag("validateOnly");
    let item = change::make(call.world, project, &kind, &steps, call.who, call.now, only_judge)?;
    ok(call.base.item(call.world, &item, &wanted(call, true)?))
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let id = there(call)?.id;
    let steps = document(call)?;
    let only_judge = call.flag("validateOnly");
    let item = change::update(call.world, id, &steps, call.who, call.now, only_judge, false)?;
    ok(call.base.item(call.world, &item, &wanted(call, true)?))
}

/// The item in the path. One that lies in another project is not found below this one.
fn there<'c>(call: &'c Call<'_>) -> Result<&'c Item, Box<Answer>> {
    let id = call.id("id")?;
    let project = call.named_project()?;
    let found = call.world.item(id).filter(|i| i.deleted.is_none());
    found.filter(|i| project.is_none_or(|p| p == i.project)).ok_or_else(|| refuse::no_item(id))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    ok(call.base.item(call.world, there(call)?, &wanted(call, true)?))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let ids: Vec<u64> =
        call.asked("ids").unwrap_or_default().split(',').filter_map(|i| i.trim().parse().ok()).collect();
    let omit = call.asked("errorPolicy").is_some_and(|p| p.eq_ignore_ascii_case("omit"));
    let wanted = wanted(call, false)?;
    many(call, &ids, omit, &wanted)
}

pub(super) fn batch(call: &mut Call<'_>) -> Handled {
    let ids: Vec<u64> = call.body["ids"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let fields = call.body["fields"].as_array();
    let fields = fields.map(|l| l.iter().filter_map(|f| f.as_str().map(ToOwned::to_owned)).collect());
    let expand = call.body["$expand"].as_str().unwrap_or("none").to_lowercase();
    let wanted = choose(call, fields, &expand, false)?;
    let omit = call.body["errorPolicy"].as_str().is_some_and(|p| p.eq_ignore_ascii_case("omit"));
    many(call, &ids, omit, &wanted)
}

/// Items in the order of their ids; what is missing fails the request, or is null when it may be left out.
fn many(call: &Call<'_>, ids: &[u64], omit: bool, wanted: &Wanted) -> Handled {
    if ids.len() > MANY {
        let message = format!(
            "VS403474: You requested {} work items which exceeds the limit of {MANY} work items for getting a batch of work \
             items.",
            ids.len()
        );
        return Err(refuse::wit(400, "VssPropertyValidationException", &message));
    }
    let project = call.named_project()?;
    let mut out = Vec::new();
    for id in ids {
        let found =
            call.world.item(*id).filter(|i| i.deleted.is_none() && project.is_none_or(|p| p == i.project));
        match found {
            Some(item) => out.push(call.base.item(call.world, item, wanted)),
            None if omit && call.missing_as_null => out.push(Value::Null),
            None if omit => {}
            None => return Err(refuse::no_item(*id)),
        }
    }
    ok(listed(out))
}

/// The shape of something in the recycle bin.
fn deleted(call: &Call<'_>, item: &Item) -> Value {
    let (who, at) = item.deleted.unwrap_or(item.changed);
    json!({
        "id": item.id,
        "type": item.kind,
        "name": item.text("System.Title"),
        "project": call.world.projects[item.project].name,
        "deletedDate": moment(at),
        "deletedBy": format!("{} <{}>", call.world.users[who].name, call.world.users[who].upn),
        "code": 200,
        "url": format!("{}/_apis/wit/recyclebin/{}", call.base.0, item.id),
        "resource": call.base.item(call.world, item, &Wanted::default()),
    })
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let item = there(call)?;
    may_save(call.world, call.who, item)?;
    let id = item.id;
    if call.flag("destroy") {
        let message = "VS402450: The current user does not have permission to permanently delete work items.";
        return Err(refuse::wit(403, "WorkItemDestroyPermissionException", message));
    }
    let gone = change::delete(call.world, id, call.who, call.now).ok_or_else(|| refuse::no_item(id))?;
    ok(deleted(call, &gone))
}

pub(super) fn bin(call: &mut Call<'_>) -> Handled {
    let project = call.named_project()?;
    let gone =
        call.world.items.iter().filter(|i| i.deleted.is_some() && project.is_none_or(|p| p == i.project));
    ok(listed(
        gone.map(|i| json!({ "id": i.id, "url": format!("{}/_apis/wit/recyclebin/{}", call.base.0, i.id) }))
            .collect(),
    ))
}

fn in_bin<'c>(call: &'c Call<'_>) -> Result<&'c Item, Box<Answer>> {
    let id = call.id("id")?;
    let project = call.named_project()?;
    let found = call.world.item(id).filter(|i| i.deleted.is_some() && project.is_none_or(|p| p == i.project));
    found.ok_or_else(|| refuse::no_item(id))
}

pub(super) fn binned(call: &mut Call<'_>) -> Handled {
    ok(deleted(call, in_bin(call)?))
}

pub(super) fn restore(call: &mut Call<'_>) -> Handled {
    if call.body["isDeleted"] != Value::Bool(false) {
        return Err(mistake("body: a restore says 'isDeleted': false"));
    }
    let id = in_bin(call)?.id;
    let back = change::restore(call.world, id, call.who, call.now).ok_or_else(|| refuse::no_item(id))?;
    ok(deleted(call, &back))
}

pub(super) fn updates(call: &mut Call<'_>) -> Handled {
    let item = there(call)?;
    let (skip, top) = (call.number("$skip").unwrap_or(0), call.number("$top").unwrap_or(200));
    let changes = item.history.iter().skip(skip).take(top);
    ok(listed(changes.map(|c| call.base.update(call.world, item, c)).collect()))
}
