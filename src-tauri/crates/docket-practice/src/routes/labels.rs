//! Labels of a repository and labels on an issue.

use serde_json::Value;

use super::issues::{label_ids, names};
use super::{Call, find};
use crate::access::Need;
use crate::change;
use crate::model::{Label, RepoId};
use crate::render;
use crate::reply::{Answer, Handled, complaint, fault_in, invalid, refuse};
use crate::seed::Role;

pub(super) fn of_repo(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    call.list(repo.labels.iter().map(|l| render::label(call.view(), repo, l)).collect(), false)
}

pub(super) fn get(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    let label = repo.label(call.param("name")).ok_or_else(|| Box::new(Answer::not_found()))?;
    Ok(Answer::json(200, render::label(call.view(), repo, label)))
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.account()?;
    let id = call.repo_id(Need::WriteIssues)?;
    let repo = call.repo(id)?;
    if call.role(repo) < Role::Write {
        return Err(Box::new(Answer::not_found()));
    }
    let name = call.body["name"].as_str().unwrap_or_default().to_owned();
    let color = call.body["color"].as_str().unwrap_or("ededed").to_owned();
    let description = call.body["description"].as_str().map(ToOwned::to_owned);
    let mut errors = Vec::new();
    if name.trim().is_empty() {
        errors.push(fault_in("Label", "name", "missing_field"));
    } else if name.chars().count() > 50 {
        errors.push(complaint("Label", "name", "name is too long (maximum is 50 characters)"));
    } else if repo.label(&name).is_some() {
        errors.push(fault_in("Label", "name", "already_exists"));
    }
    if color.len() != 6 || !color.chars().all(|c| c.is_ascii_hexdigit()) {
        errors.push(fault_in("Label", "color", "invalid"));
    }
    if description.as_ref().is_some_and(|d| d.chars().count() > 100) {
        errors.push(complaint("Label", "description", "description is too long (maximum is 100 characters)"));
    }
    if !errors.is_empty() {
        return Err(invalid(&errors));
    }
    let label = Label { id: call.world.id(), name, color, description, default: false };
    if let Some(repo) = call.world.repo_mut(id) {
        repo.labels.push(label.clone());
    }
    let repo = call.repo(id)?;
    let shown = render::label(call.view(), repo, &label);
    let location = shown["url"].as_str().unwrap_or_default().to_owned();
    Ok(Answer::json(201, shown).with("location", location))
}

pub(super) fn of_issue(call: &Call<'_>) -> Handled {
    let place = find::issue_place(call, Need::ReadIssues)?;
    call.list(on_issue(call, place)?, false)
}

fn on_issue(call: &Call<'_>, place: (RepoId, u64)) -> Result<Vec<Value>, Box<Answer>> {
    let (repo, issue) = find::at(call, place)?;
    let found = issue.labels.iter().filter_map(|id| repo.labels.iter().find(|l| l.id == *id));
    Ok(found.map(|l| render::label(call.view(), repo, l)).collect())
}

/// The issue, if the caller may label it.
fn labelled(call: &Call<'_>) -> Result<(RepoId, u64, u64), Box<Answer>> {
    let actor = call.account()?;
    let place = find::issue_place(call, Need::WriteIssues)?;
    if call.role(call.repo(place.0)?) < Role::Triage {
        return Err(refuse(403, "Must have admin rights to Repository."));
    }
    Ok((place.0, place.1, actor))
}

fn asked(call: &Call<'_>) -> Vec<String> {
    let list = if call.body.is_array() { &call.body } else { &call.body["labels"] };
    if let Some(one) = call.body.as_str() {
        return vec![one.to_owned()];
    }
    names(list, "name")
}

fn put(call: &mut Call<'_>, keep: bool) -> Handled {
    let (repo, number, actor) = labelled(call)?;
    let mut wanted = if keep { find::at(call, (repo, number))?.1.labels.clone() } else { Vec::new() };
    if !call.drops.labels {
        let asked = asked(call);
        wanted.extend(label_ids(call, repo, &asked)?);
        let now = call.now;
        change::set_labels(call.world, repo, number, actor, &wanted, now);
    }
    Ok(Answer::json(200, Value::Array(on_issue(call, (repo, number))?)))
}

pub(super) fn add(call: &mut Call<'_>) -> Handled {
    put(call, true)
}

pub(super) fn replace(call: &mut Call<'_>) -> Handled {
    put(call, false)
}

pub(super) fn remove_one(call: &mut Call<'_>) -> Handled {
    let (repo, number, actor) = labelled(call)?;
    let (r, issue) = find::at(call, (repo, number))?;
    let label = r
        .label(call.param("name"))
        .filter(|l| issue.labels.contains(&l.id))
        .ok_or_else(|| refuse(404, "Label does not exist"))?;
    let left: Vec<u64> = issue.labels.iter().copied().filter(|id| *id != label.id).collect();
    let now = call.now;
    change::set_labels(call.world, repo, number, actor, &left, now);
    Ok(Answer::json(200, Value::Array(on_issue(call, (repo, number))?)))
}

pub(super) fn remove_all(call: &mut Call<'_>) -> Handled {
    let (repo, number, actor) = labelled(call)?;
    let now = call.now;
    change::set_labels(call.world, repo, number, actor, &[], now);
    Ok(Answer::empty(204))
}
